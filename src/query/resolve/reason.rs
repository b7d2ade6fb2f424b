//! A status in words: Workato's column `Status` holds `OK`, `Unauthorized`.

use std::ops::Range;

use super::Resolver;
use crate::model::status::is_reason;
use crate::query::error::QueryError;
use crate::query::syntax::Word;

/// Where a status is asked for by its words: the field that holds them. `ok` in small letters is what
/// succeeded.
pub(super) fn reason_as_status(resolver: &Resolver<'_>, word: &Word, span: &Range<usize>) -> Option<QueryError> {
    if !is_phrase(&word.text) {
        return None;
    }
    let problem = QueryError::new(format!("“{}” is no status but the words for one", word.text), word.span.clone());
    let is_ok = word.text.eq_ignore_ascii_case("ok");
    let or = if is_ok { ", or is:success for all that did not fail" } else { "" };
    let written = resolver.text.get(word.span.clone()).unwrap_or(&word.text);
    let problem = problem.with_hint(format!("write status_text:{written}{or}"));
    let term = resolver.text.get(span.clone())?;
    let (name, values) = term.split_at(name_len(term));
    let values = values.trim_start_matches([':', '=', '!', '<', '>', ' ', '(']).trim_end_matches(')');
    let is_all = values.split(',').all(|value| is_phrase(value.trim().trim_matches(['"', '\''])));
    Some(if is_all { problem.with_fix(span.start..span.start + name.len(), "status_text") } else { problem })
}

fn is_phrase(text: &str) -> bool {
    text != "ok" && is_reason(text)
}

/// How long the name is that a term begins with, in quotes or not.
fn name_len(term: &str) -> usize {
    match term.strip_prefix('"').and_then(|inner| inner.find('"')) {
        Some(end) => end + 2,
        None => term.find([':', '=', '!', '<', '>', '~', ' ']).unwrap_or(term.len()),
    }
}
