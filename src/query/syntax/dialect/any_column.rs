//! Conditions without a field of ours: Kusto's `* contains "reset"`; and what is left over of another language, where
//! a query is proposed.

use super::words::{Asks, is_operator, operator};
use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::quoted;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Node, NodeKind, Word};

use super::literal::argument_word;
use super::other_names::{Instead, other_name};

impl Reader<'_> {
    /// Kusto's `* contains "reset"`: the text alone is looked for in all that is text.
    pub(in crate::query::syntax) fn any_column(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let behind = rest.strip_prefix('*').filter(|behind| behind.starts_with(' '))?;
        let (asks, is_left_out, shown, behind) = operator(behind)?;
        let (value, behind) = argument_word(behind).filter(|(value, _)| value.is_quoted)?;
        let len = rest.len() - behind.len();
        let problem = QueryError::new(format!("“* {shown}” is no operator here"), self.at..self.at + len);
        let sign = if is_left_out { "-" } else { "" };
        Some(match asks {
            Asks::Contains => (problem.written(format!("{sign}{}", quoted(value.text.as_bytes()))), len),
            _ => (problem.with_hint("write the text that is looked for alone: \"timeout\""), len),
        })
    }
}

/// Whether a query holds words that are signs, operators or names of another language: nobody looks for those.
pub(in crate::query) fn has_leftover(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Not(inner) => has_leftover(inner),
        NodeKind::Or(parts) => parts.iter().any(has_leftover),
        NodeKind::And(parts) => {
            parts.iter().any(has_leftover) || parts.windows(2).any(|pair| is_operator_between(&pair[0], &pair[1]))
        }
        NodeKind::Term(term) => term.word().is_some_and(|word| is_sign(word) || is_call(word)),
    }
}

/// `{`, `==`, `1=1`, `@message`.
fn is_sign(word: &Word) -> bool {
    let text = &word.text;
    let is_compared = || text.contains('=') && !text.contains(['/', '?', '&']);
    let is_name = || text.strip_prefix('@').is_some_and(|name| name.starts_with(char::is_alphabetic));
    let is_path = || text.starts_with("$.");
    let is_sign = !text.is_empty() && text.chars().all(|c| "{}[]<>=!~,;@$|*".contains(c));
    word.is_bare() && (is_sign || is_compared() || is_name() || is_path())
}

/// A call of a function on a field, in quotes since a parenthesis stands in no word.
fn is_call(word: &Word) -> bool {
    let Some((name, inside)) = word.text.strip_suffix(')').and_then(|text| text.split_once('(')) else { return false };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name && inside.split([',', ' ']).any(|word| FieldRef::find(word).is_some())
}

/// The name of a field and an operator in words behind it, or such an operator before a text in quotes.
fn is_operator_between(first: &Node, second: &Node) -> bool {
    let (Some(first), Some(second)) = (first.word(), second.word()) else { return false };
    let is_asked = |word: &Word| word.is_bare() && is_operator(&word.text) && !is_join(&word.text);
    let is_field =
        |word: &Word| FieldRef::find(&word.text).is_some() || matches!(other_name(&word.text), Some(Instead::Name(_)));
    first.is_bare() && is_field(first) && is_asked(second) || is_asked(first) && !second.is_bare()
}
