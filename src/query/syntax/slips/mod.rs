//! What was typed, said or copied otherwise than it was meant: a quote or a colon too few, a unit that stands apart, a
//! heading for a name, a time in words, a whole address, what stood around a copied query.
//!
//! Here lives what belongs to no language. As in `dialect`, nothing here makes a node: each says what is right, or
//! notes what else may be meant, where the text has a meaning of its own.

pub(super) mod bars;
pub(super) mod comments;
pub(super) mod forgotten;
pub(super) mod goes_on;
pub(super) mod headings;
pub(super) mod line_search;
pub(super) mod pasted;
pub(super) mod said;
pub(super) mod said_words;
pub(super) mod shaped_words;
pub(super) mod spoken;
pub(super) mod strange;
pub(super) mod terms;
pub(super) mod truths;
pub(super) mod unclosed;
pub(super) mod units_apart;
pub(super) mod unquoted;
pub(super) mod values;
pub(super) mod web_address;
pub(super) mod wrapped;
