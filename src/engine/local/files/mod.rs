//! What lies on disk: blocks of raw rows, columns, and what the database knows of both.

pub mod block;
pub mod columns_file;
pub mod manifest;
pub mod raw_file;
pub mod segment_files;
pub mod segment_write;
pub mod sum_file;
pub mod summed_file;
pub mod syncer;
