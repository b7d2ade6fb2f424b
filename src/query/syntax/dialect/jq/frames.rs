//! What stands around jq's filters: calls that pass on some of what is kept, and the object that holds all rows.

use crate::query::error::QueryError;
use crate::query::syntax::dialect::pipelines::stages::ONLY_WHICH;

use super::read::Expr;
use super::{has_select, whole};

/// Functions that stand around a filter and pass on some of what it keeps.
const AROUND: [&str; 4] = ["limit(", "first(", "last(", "nth("];

/// `limit(5; .[] | select(…))`: what the filter inside keeps.
pub(super) fn in_a_frame(text: &str) -> Option<QueryError> {
    let inside = inside_of_limit(text.trim())?;
    let right = whole(inside)?.fix.map(|(_, right)| right);
    let place = text.len() - text.trim_start().len()..text.trim_end().len();
    let problem = QueryError::new("this is a filter of jq's", place.clone()).with_hint(ONLY_WHICH);
    Some(match right {
        Some(right) => problem.with_fix(place, right),
        None => problem,
    })
}

fn inside_of_limit(text: &str) -> Option<&str> {
    let call = AROUND.iter().find(|call| text.starts_with(**call))?;
    let inside = text.strip_suffix(')')?.get(call.len()..)?;
    let is_counted = matches!(*call, "limit(" | "nth(");
    let filter = if is_counted { inside.split_once(';')?.1 } else { inside };
    filter.contains("select(").then(|| filter.trim())
}

/// The filter of a call on the command line: `jq -c 'select(.status == 500)' api.jsonl`.
pub(super) fn argument_of_jq(text: &str) -> &str {
    let Some(mut rest) = text.strip_prefix("jq ") else { return text };
    loop {
        rest = rest.trim_start();
        let Some(option) = rest.strip_prefix('-') else { break };
        rest = &option[option.find(' ').unwrap_or(option.len())..];
    }
    match rest.strip_prefix('\'').and_then(|rest| rest.split_once('\'')) {
        Some((filter, _)) => filter.trim(),
        None => rest,
    }
}

/// Whether a stage is a `map(select(…))`.
pub(super) fn is_map_of_select(stage: Option<&&Expr>) -> bool {
    let Some(Expr::Call(name, arguments)) = stage else { return false };
    name == "map" && arguments.first().is_some_and(has_select)
}
