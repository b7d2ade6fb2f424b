//! A query that is refused, put right: mistake by mistake, until it is understood.

use super::{Reading, draft};
use crate::query::error::QueryError;
use crate::query::syntax;

/// The query with every mistake put right, if it is understood then; `joined` gets what is said of terms that are never
/// both.
pub(super) fn put_right(
    text: &str,
    problems: &[QueryError],
    reading: Reading<'_>,
    joined: &mut Vec<String>,
) -> Option<String> {
    /// One mistake may hide another; more than a few of them are no habit of another language.
    const ROUNDS: usize = 8;
    let mut text = text.to_owned();
    let mut problems = problems.to_vec();
    for _ in 0..ROUNDS {
        let told = |problem: &QueryError| problem.mistake.is_contradiction().then(|| problem.to_string());
        let fixes = problems.into_iter().map(|problem| Some((told(&problem), problem.fix?)));
        let mut fixes: Vec<_> = fixes.collect::<Option<_>>()?;
        fixes.sort_by_key(|(_, (place, _))| std::cmp::Reverse(place.start));
        let mut behind = usize::MAX;
        for (told, (place, right)) in fixes {
            // What overlaps is put right in the next round.
            if place.end <= behind {
                behind = place.start;
                text.replace_range(place, &right);
                joined.extend(told);
            }
        }
        problems = draft(&text, reading).problems;
        if problems.is_empty() {
            // A proposal is read, too: what would only be searched as a word in it was meant as something else.
            let last = text.split_whitespace().next_back().unwrap_or("");
            if syntax::is_join(last) || syntax::has_leftover(&syntax::read(&text).node) {
                return None;
            }
            return Some(pasteable(text.trim())).filter(|text| !text.is_empty());
        }
    }
    None
}

/// A query as it can be pasted, behind a shell and into the prompt: spaces stand for tabs and ends of lines
/// outside of quotes, double quotes for single ones around values.
fn pasteable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut is_quoted, mut is_escaped) = (text, false, false);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let was_escaped = is_escaped;
        is_escaped = c == '\\' && !was_escaped;
        let is_value = || out.trim_end().ends_with(['=', ':', '~', '<', '>', ',']);
        match c {
            '"' if !was_escaped => {
                is_quoted = !is_quoted;
                out.push(c);
            }
            '\'' if is_quoted => out.push_str("\\x27"),
            '\'' if is_value() => match rest.split_once('\'') {
                Some((inner, behind)) if !inner.contains(['"', '\\']) && !behind.starts_with('\'') => {
                    out.push_str(&format!("\"{inner}\""));
                    rest = behind;
                }
                _ => out.push(c),
            },
            '\t' | '\n' | '\r' if !is_quoted => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
