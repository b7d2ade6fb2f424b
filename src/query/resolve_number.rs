//! Numbers, durations and times in queries: values, ranges and comparisons.

use chrono_tz::Tz;

use crate::base::time::Timestamp;
use crate::base::units::{self, NANOS_PER_MS};
use crate::model::field::FieldRef;
use crate::model::period::Period;

use super::error::QueryError;
use super::filter::Test;
use super::syntax::{Op, Word};

/// What a value may be: `(low, high)` in the smallest unit, both included.
type Bounds = (i64, i64);

/// Bounds of a comparison with what a value covers.
fn compare(op: Op, (low, high): Bounds) -> Bounds {
    match op {
        Op::Less => (i64::MIN, low.saturating_sub(1)),
        Op::LessEq => (i64::MIN, high),
        Op::Greater => (high.saturating_add(1), i64::MAX),
        Op::GreaterEq => (low, i64::MAX),
        Op::Has | Op::Exact | Op::Regex => (low, high),
    }
}

/// A value, or `low..high` with either end open.
fn bounds(op: Op, text: &str, value: impl Fn(&str) -> Option<Bounds>) -> Option<Bounds> {
    if let Some((from, to)) = text.split_once("..") {
        if op != Op::Has || from.is_empty() && to.is_empty() {
            return None;
        }
        let low = if from.is_empty() { i64::MIN } else { value(from)?.0 };
        let high = if to.is_empty() { i64::MAX } else { value(to)?.1 };
        return Some((low, high));
    }
    value(text).map(|covered| compare(op, covered))
}

/// `502`, `5xx`, `50x`, `500..599`, `>=500`.
pub(super) fn status_test(op: Op, word: &Word) -> Result<Test, QueryError> {
    let value = |text: &str| -> Option<Bounds> {
        let lower = text.trim().to_ascii_lowercase();
        if (1..=5).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_digit()) {
            return lower.parse().ok().map(|status| (status, status));
        }
        let low = lower.replace('x', "0").parse::<i64>().ok()?;
        let high = lower.replace('x', "9").parse::<i64>().ok()?;
        (lower.len() == 3 && lower.starts_with(|c: char| ('1'..='9').contains(&c))).then_some((low, high))
    };
    match bounds(op, &word.text, value) {
        // No status is negative; an open lower end must still need a value.
        Some((low, high)) => Ok(Test::Range(low.max(0), high.max(0))),
        None => Err(QueryError::new(format!("“{}” is no status", word.text), word.span.clone())
            .with_hint("write 502, 5xx, 500..599, >=500, failed or none")),
    }
}

/// A whole number or a range of them.
pub(super) fn integer_test(field: &FieldRef, op: Op, word: &Word) -> Result<Test, QueryError> {
    let value = |text: &str| text.trim().replace('_', "").parse::<i64>().ok().map(|n| (n, n));
    match bounds(op, &word.text, value) {
        Some((low, high)) => Ok(Test::Range(low, high)),
        None => Err(QueryError::new(format!("“{}” is no whole number", word.text), word.span.clone())
            .with_hint(format!("write {field}:4411, {field}:100..200 or {field}>100"))),
    }
}

/// A span with its unit, a range of them; a bare number is milliseconds, and the note says so.
pub(super) fn duration_test(field: &FieldRef, op: Op, word: &Word) -> Result<(Test, Option<String>), QueryError> {
    let value = |text: &str| -> Option<Bounds> {
        let nanos = match text.trim().parse::<f64>() {
            Ok(millis) if millis >= 0.0 && millis.is_finite() => (millis * NANOS_PER_MS as f64).round() as u64,
            Ok(_) => return None,
            Err(_) => units::parse_span(text)?,
        };
        i64::try_from(nanos).ok().map(|n| (n, n))
    };
    let bare = word.text.split("..").any(|part| !part.is_empty() && part.trim().parse::<f64>().is_ok());
    // No span is below zero: nothing could ever match.
    match bounds(op, &word.text, value).filter(|(_, high)| *high >= 0) {
        Some((low, high)) => {
            let note = bare.then(|| format!("{field} {} is read as milliseconds", word.text));
            // No span is negative; an open lower end must still need a value.
            Ok((Test::Range(low.max(0), high), note))
        }
        None => Err(QueryError::new(format!("“{}” is no span of time", word.text), word.span.clone())
            .with_hint(format!("write {field}>1.5s, {field}:..200ms or {field}:1s..2s"))),
    }
}

/// A point, a day or a range in time, in microseconds.
pub(super) fn time_range(op: Op, word: &Word, now: Timestamp, zone: Tz) -> Result<Bounds, QueryError> {
    let value = |text: &str| -> Option<Bounds> {
        let low = Period::read_point(text, zone, now, false).ok()?;
        let high = Period::read_point(text, zone, now, true).ok()?;
        // A day covers the whole of it, a point only itself.
        Some((low.0, if high > low { high.0 - 1 } else { low.0 }))
    };
    bounds(op, &word.text, value).ok_or_else(|| {
        QueryError::new(format!("“{}” is no time", word.text), word.span.clone())
            .with_hint("write time:24h, time:yesterday, time:2026-11-01..2026-11-03 or time>2026-11-01T12:00")
    })
}
