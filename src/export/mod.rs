//! Records out: CSV, JSON, tables and details as text.

pub mod columns;
pub mod csv_file;
pub mod detail;
pub mod json;
