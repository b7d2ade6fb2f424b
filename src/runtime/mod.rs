//! The impure shell: threads, files, sources, the terminal and the loop.

pub mod file_book;
pub mod import;
