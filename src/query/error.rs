//! Errors that point into the query.

use std::fmt;
use std::ops::Range;

use crate::model::field::FieldRef;
use crate::model::zone::TypedTimeError;

/// What is wrong with a query, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// What it is.
    pub mistake: Mistake,
    /// What would be right.
    pub hint: Option<String>,
    /// The bytes of the query that it is about.
    pub span: Range<usize>,
    /// What is right in place of some bytes, where that can be said for sure.
    pub fix: Option<(Range<usize>, String)>,
    /// The whole query with everything put right, where that is understood.
    pub whole: Option<Box<str>>,
}

/// What is wrong: those mistakes that the language treats in a way of their own, and the others in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// A word stands for those that are like it, `acme~`.
    SimilarWords,
    /// A field without an order is compared, `client>5`.
    NotOrdered(FieldRef),
    /// Two parts that no request passes both of, `status:500 status:502`: what the first one says.
    NeverBoth(Box<str>),
    /// The same where the ends of a range are turned, `duration>5s duration<1s`.
    TurnedEnds(Box<str>),
    /// The whole query is one of Loki's.
    LokiQuery,
    /// A name that no field has.
    NoField(Box<str>),
    /// Any other one, in words.
    Other(Box<str>),
}

impl Mistake {
    /// A name that no field has.
    pub fn no_field(name: &str) -> Self {
        Self::NoField(name.into())
    }

    /// Whether it is about a name that no field has.
    pub fn is_of_name(&self) -> bool {
        matches!(self, Self::NoField(_))
    }

    /// Whether it is about two parts that no request passes both of.
    pub fn is_contradiction(&self) -> bool {
        matches!(self, Self::NeverBoth(_) | Self::TurnedEnds(_))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SimilarWords => f.write_str("words are found as they are written, not what is like them"),
            Self::NotOrdered(field) => write!(f, "{field} is not a number, so it cannot be compared"),
            Self::NeverBoth(first) => write!(f, "{first} leaves nothing for it: no request has both"),
            Self::TurnedEnds(first) => write!(f, "{first} leaves nothing for it: the smaller end is the lower one"),
            Self::NoField(name) => write!(f, "there is no field “{name}”"),
            Self::LokiQuery => f.write_str("this is a query of Loki's"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl From<String> for Mistake {
    fn from(message: String) -> Self {
        Self::Other(message.into())
    }
}

impl From<&str> for Mistake {
    fn from(message: &str) -> Self {
        Self::Other(message.into())
    }
}

impl QueryError {
    /// An error about some bytes of the query.
    pub fn new(mistake: impl Into<Mistake>, span: Range<usize>) -> Self {
        Self { mistake: mistake.into(), hint: None, span, fix: None, whole: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what is right in place of some bytes.
    #[must_use]
    pub fn with_fix(mut self, place: Range<usize>, text: impl Into<String>) -> Self {
        self.fix = Some((place, text.into()));
        self
    }

    /// Adds what is right in place of the bytes that it is about.
    #[must_use]
    pub fn written(self, text: impl Into<String>) -> Self {
        let (span, text) = (self.span.clone(), text.into());
        self.with_hint(format!("write {text}")).with_fix(span, text)
    }

    /// The query with a caret under the place, and what is wrong behind it.
    pub fn pointed(&self, query: &str) -> String {
        let before = query.get(..self.span.start).unwrap_or(query);
        let marked = query.get(self.span.clone()).unwrap_or("");
        let carets = "^".repeat(marked.chars().count().max(1));
        let indent = " ".repeat(before.chars().count());
        format!("{query}\n{indent}{carets} {self}")
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.mistake)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

impl From<TypedTimeError> for QueryError {
    fn from(error: TypedTimeError) -> Self {
        Self::new(error.message, error.span).with_hint(error.hint)
    }
}
