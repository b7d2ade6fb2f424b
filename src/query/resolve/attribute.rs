//! Comparisons of what a source sent: numbers and versions among texts.

use crate::base::units::{self, NANOS_PER_MS};
use crate::model::field::FieldRef;
use crate::query::date_sent::date_covered;
use crate::query::error::QueryError;
use crate::query::filter::Test;
use crate::query::number::attribute_number;
use crate::query::syntax::{Op, Style, Word};
use crate::query::version::{is_release, is_version, release_of, version_number, versions};

use super::number::{Bounds, bounds, with_two_dots};
use super::shortened::thousands;

/// A comparison or a range of numbers among texts; nothing where the value is a text.
pub(super) fn attribute_test(field: &FieldRef, op: Op, word: &Word) -> Result<Option<Test>, QueryError> {
    let value = |text: &str| attribute_number(text.trim().as_bytes()).map(|n| (n, n));
    let is_range = matches!(word.style, Style::Range(_)) || word.is_bare() && word.text.contains("..");
    if !is_range && !op.is_comparison() {
        return Ok(None);
    }
    match bounds(op, word, value) {
        Some((low, high)) => Ok(Some(Test::Decimals(low, high))),
        None if let Some((low, high)) = version_bounds(op, word) => {
            if !is_release(low) && low != i128::MIN && high != i128::MAX {
                let (low, high) = (versions(low, i128::MAX), versions(i128::MIN, high));
                let problem = QueryError::new("a range of versions has both ends in it", word.span.clone());
                let high = high.strip_prefix("..").map_or(high.clone(), |high| format!("<={high}"));
                return Err(problem.with_hint(format!("write {field}{low} {field}{high}")));
            }
            Ok(Some(Test::Versions(low, high)))
        }
        None if let Some(right) = with_two_dots(word, value) => {
            let problem = QueryError::new("a range has two dots", word.span.clone());
            Err(problem.with_hint(format!("write {field}:{right}")).with_fix(word.span.clone(), right))
        }
        None if let Some(right) = written_without_unit(field, op, word) => {
            let is_unit = word.text.contains(char::is_alphabetic);
            let why = if is_unit { "what a source sent has no unit" } else { "a number is its digits here" };
            let problem = QueryError::new(why, word.span.clone());
            Err(problem.with_hint(format!("write {right} here")).with_fix(word.span.clone(), right))
        }
        // `v1..v2` is a text like any other.
        None if word.is_bare() && !op.is_comparison() => Ok(None),
        None if let Some(release) = release_of(&word.text) => {
            let problem = QueryError::new("what comes before a release has no order here", word.span.clone());
            let sign = if matches!(op, Op::Less | Op::LessEq) { "<" } else { ">=" };
            Err(problem.with_hint(format!("write {field}{sign}{release} for the release and what is on its side")))
        }
        None => {
            let has_unit = units::parse_bytes(&word.text).or(units::parse_compound_span(&word.text)).is_some();
            let why = if has_unit { "what a source sent has no unit: " } else { "" };
            let problem = QueryError::new(format!("“{}” is no number", word.text), word.span.clone());
            Err(problem.with_hint(match units::parse_bytes(&word.text) {
                Some(size) => format!("{why}write {field}{}{size} for bytes", sign_of(op)),
                None => format!("{why}write {field}>100 or {field}:100..200"),
            }))
        }
    }
}

/// `>=2026-12-01`, `2026-11-30..2026-12-24`, `[2026-11-30 TO *]`: dates that are compared.
pub(super) fn compares_dates(op: Op, word: &Word) -> bool {
    let is_date = |text: &str| date_covered(text).is_some();
    let is_edge = |text: &str| matches!(text, "" | "*") || is_date(text);
    match &word.style {
        Style::Range(ends) => {
            let mut ends = ends.iter().filter_map(|(end, _)| end.as_deref());
            ends.clone().any(is_date) && ends.all(is_date)
        }
        _ if op.is_comparison() => is_date(&word.text),
        _ if op == Op::Has && word.is_bare() => word.text.split_once("..").is_some_and(|(low, high)| {
            let high = high.strip_prefix('<').unwrap_or(high);
            (is_date(low) || is_date(high)) && is_edge(low) && is_edge(high)
        }),
        _ => false,
    }
}

/// A comparison or a range of versions, one of which at least can be nothing else.
fn version_bounds(op: Op, word: &Word) -> Option<Bounds<i128>> {
    let is_any = match &word.style {
        Style::Range(ends) => ends.iter().filter_map(|(end, _)| end.as_deref()).any(is_version),
        _ => word.text.split("..").any(|end| is_version(end.trim_start_matches('<'))),
    };
    let value =
        |text: &str| version_number(text.trim().as_bytes()).filter(|number| is_release(*number)).map(|n| (n, n));
    is_any.then(|| bounds(op, word, value)).flatten()
}

/// How a comparison is written.
fn sign_of(op: Op) -> &'static str {
    match op {
        Op::Less => "<",
        Op::LessEq => "<=",
        Op::Greater => ">",
        Op::GreaterEq => ">=",
        Op::Has | Op::Exact | Op::Regex => ":",
    }
}

/// A number with a unit, or a range of them, in the unit that the attribute's name tells.
fn written_without_unit(field: &FieldRef, op: Op, word: &Word) -> Option<String> {
    let name = field.name();
    let written = |text: &str| without_unit(&name, text).or_else(|| Some(text.to_owned()).filter(|_| is_number(text)));
    let edge = |text: &str| if text.is_empty() { Some(String::new()) } else { written(text) };
    match &word.style {
        Style::Range(_) => None,
        _ if op.is_comparison() => without_unit(&name, &word.text),
        _ => {
            let (low, high) = word.text.split_once("..").filter(|(low, high)| !low.is_empty() || !high.is_empty())?;
            let (sign, high) = high.strip_prefix('<').map_or(("", high), |high| ("<", high));
            Some(format!("{}..{sign}{}", edge(low)?, edge(high)?))
        }
    }
}

/// A size or a span in the unit that a name ends with: `bytes`, `latency_ms`.
fn without_unit(name: &str, text: &str) -> Option<String> {
    /// Ends of names and how many nanoseconds one is.
    const SPANS: &[(&str, u64)] = &[
        ("_ms", NANOS_PER_MS),
        ("Ms", NANOS_PER_MS),
        ("millis", NANOS_PER_MS),
        ("milliseconds", NANOS_PER_MS),
        ("_us", 1_000),
        ("micros", 1_000),
        ("_ns", 1),
        ("nanos", 1),
        ("_s", 1_000_000_000),
        ("_sec", 1_000_000_000),
        ("_secs", 1_000_000_000),
        ("seconds", 1_000_000_000),
    ];
    if let Some(size) = units::parse_bytes(text) {
        let lower = name.to_ascii_lowercase();
        return ["bytes", "size", "length"].iter().any(|part| lower.contains(part)).then(|| size.to_string());
    }
    let ends_so = |(end, _): &&(&str, u64)| name.ends_with(end);
    if let Some(number) = thousands(text).filter(|_| !SPANS.iter().any(|span| ends_so(&span))) {
        return Some(number);
    }
    let nanos = units::parse_compound_span(text).and_then(|nanos| i64::try_from(nanos).ok())?;
    let (_, each) = SPANS.iter().filter(ends_so).max_by_key(|(end, _)| end.len())?;
    let (whole, rest) = (nanos / *each as i64, nanos % *each as i64);
    let fraction = rest as f64 / *each as f64;
    Some(if rest == 0 { whole.to_string() } else { (whole as f64 + fraction).to_string() })
}

fn is_number(text: &str) -> bool {
    attribute_number(text.trim().as_bytes()).is_some()
}
