//! First stage: text to terms, each with its place. Knows no fields but their names.
//!
//! Reading never stops at a mistake: each one becomes a problem with its place, and what is left
//! is read on, so that an unfinished query can be counted while it is typed.
//!
//! Our own language stands in this folder; what other tools write is read in `dialect`, and slips of the hand in
//! `slips`. Both add to the one `Reader`, which asks them where a text is none of ours.

mod alternatives;
mod brackets;
mod dialect;
mod joins;
mod name;
mod operators;
mod reader;
mod slips;
mod term;
mod unfinished;
mod value;
mod values;
mod word;

use std::ops::Range;

use super::error::QueryError;

pub(super) use alternatives::is_value_of;
pub(super) use dialect::any_column::has_leftover;
pub(super) use dialect::between_slashes::{has_sign_of_regex, may_close_regex};
pub(super) use dialect::classes::classes;
pub(super) use dialect::escapes::{WITHOUT_WIDTH, escape_elsewhere};
pub(super) use dialect::terms::is_term_behind;
pub(super) use joins::is_join;
pub(super) use name::{GENERAL, instead_of_field, is_plain_name};
pub(super) use slips::forgotten::is_term_without_colon;
pub(super) use slips::spoken::spoken;
pub(super) use slips::web_address::address_terms;
pub(super) use term::operator_behind_name;
pub(super) use unfinished::{start_before_operator, unfinished_start};
pub(super) use value::{OPENING_QUOTES, is_special_value, is_special_word};
pub(super) use word::calls_field;

/// A part of a query as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes in the query.
    pub span: Range<usize>,
}

impl Node {
    /// The word that it is, if it has no field.
    pub fn word(&self) -> Option<&Word> {
        let NodeKind::Term(term) = &self.kind else { return None };
        term.word()
    }

    /// The name and the value of a term with one value.
    pub fn named_value(&self) -> Option<(&Word, &Value)> {
        let NodeKind::Term(Term { field: Some(name), values, without, .. }) = &self.kind else { return None };
        let [value] = values.as_slice() else { return None };
        without.is_empty().then_some((name, value))
    }
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// Side by side, or joined by `AND`.
    And(Vec<Node>),
    /// Joined by `OR`.
    Or(Vec<Node>),
    /// Behind `-`, `NOT`, `not:` or `!`.
    Not(Box<Node>),
    /// A word, or a field with values.
    Term(Term),
}

/// A word, or a field with values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The name before the operator; none for a bare word.
    pub field: Option<Word>,
    /// The values; one for a bare word.
    pub values: Vec<Value>,
    /// Whether all values must pass; else one is enough.
    pub is_all: bool,
    /// The values that must not pass: `client:(acme -ltd)`.
    pub without: Vec<Value>,
}

impl Term {
    /// The word that it is, if it has no field.
    pub fn word(&self) -> Option<&Word> {
        let [value] = self.values.as_slice() else { return None };
        self.field.is_none().then_some(&value.word)
    }
}

/// A value with how it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The comparison.
    pub op: Op,
    /// What with.
    pub word: Word,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text, without quotes.
    pub text: String,
    /// How it was written.
    pub style: Style,
    /// Its bytes in the query.
    pub span: Range<usize>,
}

/// How a word was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Style {
    /// As it is: `*` and ranges have their meaning.
    Bare,
    /// In quotes, where they mean themselves.
    Quoted,
    /// In quotes, with bytes that are no text: the bytes.
    Bytes(Vec<u8>),
    /// `[a TO b]`, `{a TO b}`: the ends, `None` is open, with whether they are left out.
    Range(Box<[(Option<String>, bool); 2]>),
}

impl Word {
    /// Whether `*`, ranges and words with a meaning are looked for in it.
    pub fn is_bare(&self) -> bool {
        self.style == Style::Bare
    }

    /// Whether it stands for itself as it is written.
    pub fn is_plain(&self) -> bool {
        self.is_bare() && !self.text.contains('*')
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `:` — what the field's kind makes of it.
    Has,
    /// `:=` — whole and exact.
    Exact,
    /// `~` — regular expression.
    Regex,
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
}

impl Op {
    /// Whether one is smaller or larger than the other.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Less | Self::LessEq | Self::Greater | Self::GreaterEq)
    }
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What could be read.
    pub node: Node,
    /// What could not, in the order of its places.
    pub problems: Vec<QueryError>,
    /// How something was read that could be read in another way.
    pub notes: Vec<String>,
}

/// Reads a query. Nothing at all is an empty `And`.
pub fn read(text: &str) -> Reading {
    let mut reading = reader::Reader::new(text).read();
    if let Some(problem) = dialect::escapes::without_width(text) {
        reading.problems.insert(0, problem);
    }
    reading
}
