//! The embedded store: `SQLite` for what must never be lost, immutable segments for what must be
//! fast, and the executor over both.

pub mod append;
pub mod ask;
pub mod attributes;
pub mod bits;
pub mod block;
pub mod buffer;
pub mod builder;
pub mod cache;
pub mod clause;
pub mod column;
pub mod column_builders;
pub mod columns_file;
pub mod compact;
pub mod compare;
pub mod counting;
pub mod facets;
pub mod figures;
pub mod frontier;
pub mod hash_list;
pub mod head;
pub mod import;
pub mod interner;
pub mod keys;
pub mod lookup;
pub mod manifest;
pub mod missing;
pub mod name_builder;
pub mod nearest;
pub mod page;
pub mod part;
pub mod raw_file;
pub mod readers;
pub mod rebuild;
pub mod retain;
pub mod rows;
pub mod schema;
pub mod segment_files;
pub mod segment_write;
pub mod segments;
pub mod select;
pub mod sort_keys;
pub mod sorted;
pub mod sorted_rows;
pub mod sources;
pub mod store;
pub mod summed_file;
pub mod sums;
pub mod syncer;
pub mod text;
pub mod timeline;
pub mod totals;
pub mod value_source;
pub mod values;
pub mod varied;
pub mod verify;
pub mod view;

#[cfg(test)]
mod as_of_tests;
#[cfg(test)]
mod tests;

pub use missing::Missing;
pub use store::{Store, StoreOptions};

#[cfg(test)]
mod limits_tests;
