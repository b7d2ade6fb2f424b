//! Errors that point into the query.

use std::fmt;
use std::ops::Range;

use crate::model::zone::TypedTimeError;

/// What is wrong with a query, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// In words.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
    /// The bytes of the query that it is about.
    pub span: Range<usize>,
    /// What is right in place of some bytes, where that can be said for sure.
    pub fix: Option<(Range<usize>, String)>,
    /// The whole query with everything put right, where that is understood.
    pub whole: Option<Box<str>>,
}

impl QueryError {
    /// An error about some bytes of the query.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), hint: None, span, fix: None, whole: None }
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

    /// The query with a caret under the place, and the message behind it.
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
        f.write_str(&self.message)?;
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
