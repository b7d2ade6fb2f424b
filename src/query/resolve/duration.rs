//! Spans of time: with their units, and with units that are left out.

use crate::base::units::{self, NANOS_PER_MS};
use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::filter::Test;
use crate::query::syntax::{Op, Style, Word};

use super::number::{Bounds, at_least, bounds, in_brackets, with_dots};

/// A span with its unit, a range of them; a bare number is milliseconds, and the note says so.
pub(super) fn duration_test(field: &FieldRef, op: Op, word: &Word) -> Result<(Test, Option<String>), QueryError> {
    let value = |text: &str| -> Option<Bounds> {
        let nanos = match text.trim().replace('_', "").parse::<f64>() {
            Ok(millis) if millis >= 0.0 && millis.is_finite() => (millis * NANOS_PER_MS as f64).round() as u64,
            Ok(_) => return None,
            Err(_) => units::parse_compound_span(text)?,
        };
        i64::try_from(nanos).ok().map(|n| (n, n))
    };
    let is_number = |part: &str| part.trim().parse::<f64>().is_ok();
    let is_bare_number = match &word.style {
        Style::Range(ends) => ends.iter().any(|(end, _)| end.as_deref().is_some_and(is_number)),
        _ => word.text.split("..").any(|part| is_number(part.trim_start_matches('<'))),
    };
    if let Some(right) = with_both_units(word, is_number, value) {
        let problem = QueryError::new("both ends of a range have their unit", word.span.clone());
        return Err(problem.written(right));
    }
    let found = bounds(op, word, value);
    if found.is_some_and(|(_, high)| high < 0) {
        return Err(QueryError::new("nothing takes less than no time", word.span.clone())
            .with_hint(format!("write {field}:0 for no time, no:{field} where it is missing")));
    }
    if let Some((low, high)) = found {
        let note = is_bare_number.then(|| format!("{field} {} is read as milliseconds", word.text));
        // No span is negative; an open lower end must still need a value.
        return Ok((Test::Range(low.max(0), high), note));
    }
    let problem = QueryError::new(format!("“{}” is no span of time", word.text), word.span.clone());
    if let Some(right) = at_least(op, word, value) {
        return Err(problem.written(right));
    }
    if let Some(right) = clock_span(&word.text) {
        return Err(problem.written(right));
    }
    // A unit behind the second end alone is meant for both.
    Err(match with_dots(word, value) {
        Some(range) => {
            let both = Word { text: range.clone(), style: Style::Bare, span: word.span.clone() };
            let right = with_both_units(&both, is_number, value).unwrap_or(range);
            problem.with_hint(format!("write {field}:{right}")).with_fix(word.span.clone(), right)
        }
        _ => problem.with_hint(format!("write {field}>1.5s, {field}:..200ms or {field}:1s..2s")),
    })
}

/// Kusto's `timespan(00:00:02)`, `00:00:30`, and `PT5S` of ISO 8601.
fn clock_span(text: &str) -> Option<String> {
    let inner = text.strip_prefix("timespan(").or_else(|| text.strip_prefix("time("));
    let inner = inner.and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
    if let Some(span) = inner.strip_prefix("PT") {
        return Some(span.to_ascii_lowercase()).filter(|span| units::parse_compound_span(span).is_some());
    }
    let mut parts = inner.split(':');
    let [hours, minutes, seconds] = [parts.next()?, parts.next()?, parts.next()?];
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| (0.0..60.0).contains(seconds))?;
    let parts = [(f64::from(hours), "h"), (f64::from(minutes), "m"), (seconds, "s")];
    let named = parts.iter().filter(|(part, _)| *part > 0.0).map(|(part, unit)| format!("{part}{unit}"));
    let span = named.collect::<Vec<_>>().concat();
    Some(span).filter(|span| !span.is_empty())
}

/// `1..2s`, `[1 TO 2s]`, `1s..5`: a unit behind one end, which is meant for the other as well. Zero needs none, and
/// milliseconds are what a number without one is.
fn with_both_units(
    word: &Word,
    is_number: impl Fn(&str) -> bool,
    value: impl Fn(&str) -> Option<Bounds>,
) -> Option<String> {
    let unit = |text: &str| text.trim_start_matches(|c: char| !c.is_alphabetic()).to_owned();
    let written = |low: &str, high: &str| {
        let (low_unit, high_unit) = (unit(low), unit(high));
        let is_zero = |text: &str| text.parse::<f64>().is_ok_and(|number| number == 0.0);
        if is_number(low) && !is_zero(low) && !high_unit.is_empty() && high_unit != "ms" {
            return Some((format!("{low}{high_unit}"), high.to_owned()));
        }
        let is_smaller = value(high)? < value(low)?;
        (is_number(high) && !low_unit.is_empty() && is_smaller).then(|| (low.to_owned(), format!("{high}{low_unit}")))
    };
    if let Style::Range(ends) = &word.style {
        let [(low, _), (high, _)] = ends.as_ref();
        let (low, high) = written(low.as_deref()?, high.as_deref()?)?;
        if value(&low)?.0 > value(&high)?.0 {
            return None;
        }
        return Some(in_brackets(ends, &low, &high));
    }
    let (low, high) = word.text.split_once("..").filter(|_| word.is_bare())?;
    let (sign, high) = high.strip_prefix('<').map_or(("", high), |high| ("<", high));
    let (low, high) = written(low, high)?;
    let right = format!("{low}..{sign}{high}");
    (value(&low)?.0 <= value(&high)?.0).then_some(right)
}
