//! The query language: text to tree and back, and what a tree means for one record.
//!
//! Two stages. [`syntax`] reads text into terms with the place of each; [`resolve`] gives them
//! their meaning by the field table and yields a [`Filter`], which alone can be evaluated,
//! edited by panes and printed.

mod beside;
pub mod complete;
mod date_sent;
pub mod edit;
pub mod error;
pub mod evaluate;
pub mod filter;
pub mod fold;
pub mod forms;
pub mod matcher;
mod number;
pub mod print;
mod print_beside;
mod prose;
pub mod resolve;
pub mod rewrite;
mod sent;
pub mod shape;
pub mod syntax;
mod times_in_words;
mod version;

pub use beside::lost_quotes;
pub use error::{Mistake, QueryError};
pub use filter::{Clause, Filter, Target, Test};
pub use prose::as_text;
pub use resolve::{Doubt, Draft, Offer, Parsed, Reading, Shown, draft, parse, parse_with};
pub use sent::{
    Values, asks_level, by_names_sent, by_values_sent, named_in_words, names_unknown, note_of_level, objects_missing,
    sent_in_words, with_names_sent,
};

/// Whether a name is read as one without quotes around it.
pub fn is_plain_name(name: &str) -> bool {
    syntax::is_plain_name(name)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
