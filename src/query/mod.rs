//! The query language: text to tree and back, and what a tree means for one record.
//!
//! Two stages. [`syntax`] reads text into terms with the place of each; [`resolve`] gives them
//! their meaning by the field table and yields a [`Filter`], which alone can be evaluated,
//! edited by panes and printed.

pub mod edit;
pub mod error;
pub mod evaluate;
pub mod filter;
pub mod fold;
pub mod matcher;
pub mod print;
pub mod resolve;
mod resolve_number;
pub mod syntax;

pub use error::QueryError;
pub use filter::{Clause, Filter, Target, Test};
pub use resolve::{Parsed, parse};

#[cfg(test)]
mod tests;
