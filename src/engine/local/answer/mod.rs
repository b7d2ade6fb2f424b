//! Questions to answers: which rows pass, and what is counted, sorted and shown of them.

pub mod ask;
pub mod attributes;
pub mod clause;
pub mod codes;
pub mod counting;
pub mod counts;
pub mod facets;
pub mod figures;
pub mod frontier;
pub mod hashes;
pub mod lookup;
pub mod name_rows;
pub mod nearest;
pub mod page;
pub mod piece;
pub mod rows;
pub mod select;
pub mod sort_keys;
pub mod sorted;
pub mod sums;
pub mod text_search;
pub mod timeline;
pub mod totals;
pub mod value_source;
pub mod values;
pub mod varied;
mod varied_values;
