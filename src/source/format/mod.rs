//! Formats as data: bytes of files and streams to rows, rows to records.
//!
//! A format is a TOML description ([`description`], under `assets/formats/` and in the user's
//! folder). The way of a record:
//!
//! 1. [`Registry::detect`](registry::Registry::detect) looks at the first bytes of an input and says which format and which
//!    [`Layout`](split::Layout) it has.
//! 2. A [`Splitter`](split::Splitter) cuts the input into rows, each with its place.
//! 3. [`RowIntake`](intake::RowIntake) takes the secrets out of a row, reads it with a
//!    [`FormatReader`](reader::FormatReader) and gives it the key by which it is known again
//!    ([`Identify`](identify::Identify)); or says why it is a bad row.
//!
//! The store keeps rows as they are and reads them again through [`Registry`](registry::Registry),
//! which is its [`Formats`](crate::model::envelope::Formats).

pub mod convert;
pub mod csv_row;
pub mod decimal;
pub mod description;
pub mod description_error;
pub mod detect;
pub mod field_source;
pub mod gather;
pub mod identify;
pub mod intake;
pub mod json_escapes;
pub mod json_row;
pub mod json_scan;
pub mod key_order;
pub mod key_tree;
pub mod line_row;
pub mod reader;
pub mod registry;
pub mod samples;
pub mod split;
pub mod take_apart;

#[cfg(test)]
mod laws_tests;
#[cfg(test)]
mod sample_logs_tests;
