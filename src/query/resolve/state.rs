//! How requests ended, as it is asked for: `is:failed` and its kin.

use std::ops::Range;

use crate::base::spelling::nearest;
use crate::model::field::FieldRef;
use crate::model::value::Outcome;
use crate::query::error::QueryError;
use crate::query::filter::Filter;
use crate::query::shape::field_of_word;
use crate::query::syntax::{Term, Value, Word};

/// `is:failed` and its kin.
pub(super) fn state(word: &Word, span: &Range<usize>, is_alone: bool) -> Result<Filter, QueryError> {
    const STATES: [&str; 7] = ["failed", "failure", "error", "ok", "success", "succeeded", "successful"];
    Ok(match word.text.to_ascii_lowercase().as_str() {
        "failed" | "failure" | "error" => Filter::of_outcome(Outcome::Failure),
        "ok" | "success" | "succeeded" | "successful" => Filter::of_outcome(Outcome::Success),
        _ => {
            let problem = QueryError::new(format!("“{}” is no state", word.text), word.span.clone());
            if text_of_failure(&word.text) {
                return Err(problem.with_hint("write is:failed").with_fix(word.span.clone(), "failed"));
            }
            let behind = ["not-", "not_", "non-", "non_"].iter().find_map(|not| {
                word.text
                    .get(..not.len())
                    .filter(|head| head.eq_ignore_ascii_case(not))
                    .map(|head| &word.text[head.len()..])
            });
            if let Some(state) = behind.filter(|state| STATES.iter().any(|known| state.eq_ignore_ascii_case(known))) {
                let right = format!("-is:{}", state.to_lowercase());
                let problem = problem.with_hint(format!("write {right}"));
                return Err(if is_alone { problem.with_fix(span.clone(), right) } else { problem });
            }
            let shaped = field_of_word(&word.text).or_else(|| field_of_word(&word.text.to_ascii_uppercase()));
            return Err(match (shaped, nearest(&word.text, STATES)) {
                // Of several states another field's value is a term of its own.
                (Some(term), _) if !is_alone => problem.with_hint(format!("write {term}")),
                (Some(term), _) => problem.with_hint(format!("write {term}")).with_fix(span.clone(), term),
                (None, Some(close)) => {
                    problem.with_hint(format!("write is:{close}")).with_fix(word.span.clone(), close)
                }
                (None, None) => problem.with_hint("write is:failed or is:success"),
            });
        }
    })
}

/// `has:!client`, `is:-failed`, `is:4xx,5xx`: what is negated or listed before a colon that names no field.
pub(super) fn state_problem(term: &Term, span: &Range<usize>) -> Option<QueryError> {
    let name = term.field.as_ref().filter(|name| FieldRef::find(&name.text).is_none())?;
    let negated = |value: &Value| {
        let behind = value.word.text.strip_prefix(['!', '-']).filter(|behind| !behind.is_empty());
        behind.filter(|_| value.word.is_bare()).map(ToOwned::to_owned)
    };
    if let Some(value) = term.values.iter().find(|value| negated(value).is_some()) {
        let right = format!("-{}:{}", name.text, negated(value)?);
        let problem = QueryError::new("a term is negated, not its value", value.word.span.clone());
        let problem = problem.with_hint(format!("write {right}"));
        return Some(if term.values.len() == 1 { problem.with_fix(span.clone(), right) } else { problem });
    }
    let shaped: Vec<String> = (name.text == "is" && term.values.len() > 1)
        .then(|| term.values.iter().map(|value| field_of_word(&value.word.text)).collect::<Option<_>>())??;
    let head = shaped.first()?.split_once(':')?.0;
    let values: Vec<&str> =
        shaped.iter().map(|term| term.strip_prefix(head)?.strip_prefix(':')).collect::<Option<_>>()?;
    let problem = QueryError::new("these are no states", span.clone());
    (!term.is_all && term.without.is_empty()).then(|| problem.written(format!("{head}:{}", values.join(","))))
}

/// Whether a word says that something did not succeed.
fn text_of_failure(word: &str) -> bool {
    ["unsuccessful", "unsuccessfull", "not-successful", "not_ok", "not-ok", "failing", "fail"]
        .iter()
        .any(|other| word.eq_ignore_ascii_case(other))
}
