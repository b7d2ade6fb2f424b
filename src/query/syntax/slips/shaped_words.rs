//! What its shape alone does not tell: words that have the shape of a field's value, left out or behind the sign of a
//! comparison; values between slashes beside those that must be patterns.

use std::ops::Range;

use crate::base::units::parse_compound_span;
use crate::model::field::{Field, FieldRef};
use crate::model::status;
use crate::query::error::QueryError;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::literal::word;
use crate::query::syntax::dialect::words::{Asks, operator};
use crate::query::syntax::operators::comparison;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::known_name_len;
use crate::query::syntax::value::{anchored, regex_term};
use crate::query::syntax::{Node, Word};

/// Values between slashes.
#[derive(Default)]
pub(in crate::query::syntax) struct Slashed {
    /// Those that may be paths: the term up to its value, and the inside.
    open: Vec<(Range<usize>, String)>,
    /// Whether there is a pattern for sure, and whether it says itself where it begins or ends.
    is_pattern: Option<bool>,
}

impl Reader<'_> {
    /// Takes note of a value of the path between slashes.
    pub(in crate::query::syntax) fn slashed_value(
        &mut self,
        field: &FieldRef,
        word: &Word,
        term: usize,
        is_pattern: bool,
    ) {
        let inner = word.text.strip_prefix('/').and_then(|text| text.strip_suffix('/'));
        let Some(inner) = inner.filter(|inner| !inner.is_empty() && field.known() == Some(Field::Path)) else { return };
        if is_pattern {
            let has_anchors = inner.starts_with('^') || inner.ends_with('$');
            self.slashed.is_pattern = Some(has_anchors || self.slashed.is_pattern == Some(true));
        } else {
            self.slashed.open.push((term..word.span.end, inner.to_owned()));
        }
    }

    /// `path:/^\/orders/ -path:/export/`: beside a pattern between slashes the others are patterns, too.
    pub(in crate::query::syntax) fn slashed_like_others(&mut self) {
        let Some(has_anchors) = self.slashed.is_pattern else { return };
        for (place, inner) in std::mem::take(&mut self.slashed.open) {
            let pattern = if has_anchors { inner } else { anchored(&inner) };
            let problem = QueryError::new("a path is read between slashes, not a regular expression", place);
            self.problem(problem.written(regex_term(&Field::Path.into(), &pattern)));
        }
    }

    /// `client:alice -404`: a status, a method, an address or an id that is left out. As a word it is in hardly any
    /// text, so that nothing would be left out. `not:404` leaves out the word, as it is printed.
    pub(in crate::query::syntax) fn shaped_word_left_out(&mut self, start: usize, inner: &Node) -> bool {
        const FIELDS: [&str; 4] = ["status:", "method:", "ip:", "request_id:"];
        let Some(word) = inner.word() else { return false };
        let written = &self.text[word.span.clone()];
        let term = field_of_word(&word.text).filter(|term| FIELDS.iter().any(|field| term.starts_with(field)));
        let Some(term) = term.filter(|_| word.is_bare() && written == word.text) else { return false };
        if self.text[start..].starts_with("not:") {
            return false;
        }
        let problem = QueryError::new(format!("“{written}” is a word here"), word.span.clone());
        let hint = format!("write -{term}, or -\"{written}\" to leave out the word");
        self.problem(problem.with_hint(hint).with_fix(start..inner.span.end, format!("-{term}")));
        true
    }

    /// Gmail's `{status:500 client:bob}`: one of several terms.
    pub(in crate::query::syntax) fn either_in_braces(&self) -> Option<(QueryError, usize)> {
        let (inside, _) = self.rest().strip_prefix('{')?.split_once('}')?;
        let terms: Vec<&str> = inside.split_whitespace().collect();
        let is_term = |term: &&str| {
            known_name_len(term.trim_start_matches('-')).is_some()
                && !term.contains(['"', '{', '('])
                && !term.ends_with(',')
        };
        if terms.len() < 2 || !terms.iter().all(is_term) {
            return None;
        }
        let len = inside.len() + 2;
        let problem = QueryError::new("OR stands between terms, one of which is enough", self.at..self.at + len);
        Some((problem.written(format!("({})", terms.join(" OR "))), len))
    }

    /// `slower than 2s`: a comparison in words of what only one field has.
    fn comparison_in_words(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (Asks::Compares(sign), is_not, _, behind) = operator(rest)? else { return None };
        let (value, behind) = word(behind).filter(|_| rest.contains(" than ") && !is_not)?;
        let is_span = value.ends_with(char::is_alphabetic) && parse_compound_span(value).is_some();
        let len = rest.len() - behind.len();
        let problem = QueryError::new("this comparison has no field", self.at..self.at + len);
        is_span.then(|| (problem.written(format!("duration{sign}{value}")), len))
    }

    /// `client:alice >1s`: a comparison of what only one field has.
    pub(in crate::query::syntax) fn comparison_alone(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        if rest.starts_with(char::is_alphabetic) {
            return self.comparison_in_words();
        }
        let (token, behind) = comparison(rest).filter(|(token, _)| token.starts_with(['<', '>']))?;
        let value = behind.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or("");
        let is_status = value.len() == 3 && value.parse().ok().and_then(status::class).is_some();
        let is_span = value.ends_with(char::is_alphabetic) && parse_compound_span(value).is_some();
        let field = match (is_status, is_span) {
            (true, _) => "status",
            (_, true) => "duration",
            _ => return None,
        };
        let len = rest.len() - behind.len() + value.len();
        let problem = QueryError::new("this comparison has no field", self.at..self.at + len);
        Some((problem.written(format!("{field}{token}{value}")), len))
    }
}
