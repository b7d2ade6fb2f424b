//! A status in words: Workato's column `Status` holds `OK`, `Unauthorized`.

use std::ops::Range;

use super::Resolver;
use crate::model::field::FieldRef;
use crate::model::status::reason_of;
use crate::query::error::QueryError;
use crate::query::print::{field_name, needs_quotes, quoted};
use crate::query::syntax::{Op, Term, Value, Word};

/// Where a status is asked for by its words: the field that holds them. `ok` in small letters is what
/// succeeded.
pub(super) fn reason_as_status(resolver: &Resolver<'_>, term: &Term, span: &Range<usize>) -> Option<QueryError> {
    let all = || term.values.iter().chain(&term.without);
    let first = all().find(|value| phrase(&value.word).is_some())?;
    let (text, phrase) = (&first.word.text, phrase(&first.word)?);
    let problem = QueryError::new(format!("“{text}” is no status but the words for one"), first.word.span.clone());
    let is_ok = text.eq_ignore_ascii_case("ok");
    let or = if is_ok { ", or is:success for all that did not fail" } else { "" };
    let problem = problem.with_hint(format!("write status_text:{}{or}", written(phrase)));
    if all().any(|value| value.op.is_comparison() && self::phrase(&value.word).is_some()) {
        return Some(problem);
    }
    let mut parts = terms(resolver, &term.values, if term.is_all { Join::And } else { Join::Or });
    if parts.len() > 1 && !term.is_all && !term.without.is_empty() {
        parts = vec![format!("({})", parts.join(" OR "))];
    }
    let is_all = term.is_all || !term.without.is_empty();
    parts.extend(terms(resolver, &term.without, Join::And).into_iter().map(|part| format!("-{part}")));
    let name = term.field.as_ref()?;
    let start = all().map(|value| value.word.span.start).min()?;
    let operator = resolver.text.get(name.span.end..start).unwrap_or("").split('(').next().unwrap_or("");
    let sign = if operator.contains('!') || operator.contains("<>") { "-" } else { "" };
    let right = match parts.as_slice() {
        [only] => format!("{sign}{only}"),
        _ => format!("{sign}({})", parts.join(if is_all { " " } else { " OR " })),
    };
    Some(problem.with_fix(span.clone(), right))
}

/// Levels that Datadog and syslog call a status, one of which is no state of ours.
const LEVELS: [&str; 10] =
    ["info", "notice", "debug", "trace", "warn", "warning", "critical", "emergency", "alert", "fatal"];

/// `status:(error OR warn)`: the levels of a logger, where one of them is nothing else.
pub(super) fn level_as_status(term: &Term) -> Option<QueryError> {
    let is_of = |levels: &[&str], value: &Value| levels.iter().any(|level| value.word.text.eq_ignore_ascii_case(level));
    let all = || term.values.iter().chain(&term.without);
    let first = all().find(|value| is_of(&LEVELS, value))?;
    let is_level = |value: &Value| is_of(&LEVELS, value) || is_of(&["error", "ok"], value);
    let name = term.field.as_ref()?;
    let problem = QueryError::new(format!("“{}” is no status but a level", first.word.text), first.word.span.clone());
    let right = field_name(&FieldRef::Attribute("level".to_owned()));
    let hint =
        format!("write {right}:… for what a source sent, 4xx for errors of the client, failed for all that failed");
    let is_sure = all().all(|value| is_level(value) && matches!(value.op, Op::Has | Op::Exact));
    let problem = problem.with_hint(hint);
    Some(if is_sure { problem.with_fix(name.span.clone(), right) } else { problem })
}

/// How values are joined.
#[derive(Clone, Copy, PartialEq)]
enum Join {
    And,
    Or,
}

/// Values as terms of the fields that hold them; alternatives of one field share a term.
fn terms(resolver: &Resolver<'_>, values: &[Value], join: Join) -> Vec<String> {
    let mut terms: Vec<(String, Vec<String>)> = Vec::new();
    for Value { op, word } in values {
        let (head, value) = if let Some(phrase) = phrase(word) {
            (if *op == Op::Exact { "status_text:=" } else { "status_text:" }, written(phrase))
        } else {
            let sign = match op {
                Op::Less => "<",
                Op::LessEq => "<=",
                Op::Greater => ">",
                Op::GreaterEq => ">=",
                Op::Regex => "~",
                Op::Has | Op::Exact => "",
            };
            ("status:", format!("{sign}{}", resolver.text.get(word.span.clone()).unwrap_or(&word.text)))
        };
        match terms.last_mut() {
            Some((known, values)) if known == head && join == Join::Or => values.push(value),
            _ => terms.push((head.to_owned(), vec![value])),
        }
    }
    terms.into_iter().map(|(head, values)| head + &values.join(",")).collect()
}

/// The words that a value is: as it is written, or with the spaces that belong between them.
fn phrase(word: &Word) -> Option<&str> {
    let known = reason_of(&word.text).filter(|_| word.text != "ok")?;
    Some(if known.eq_ignore_ascii_case(&word.text) { &word.text } else { known })
}

fn written(phrase: &str) -> String {
    if needs_quotes(phrase) { quoted(phrase.as_bytes()) } else { phrase.to_owned() }
}
