//! Numbers, durations and times in queries: values, ranges and comparisons.

use num_traits::PrimInt;

use crate::base::time::Timestamp;
use crate::model::field::FieldRef;
use crate::model::period::Period;
use crate::model::status::reason_of;

use super::date_slips::{on_no_calendar, several_zones};
use super::width::width_said;
use super::{Reading, date_math, dates};
use crate::query::error::QueryError;
use crate::query::filter::Test;
use crate::query::print::quoted;
use crate::query::syntax::{Op, Style, Word, classes};

/// What a value may be: `(low, high)` in the smallest unit, both included.
pub(super) type Bounds<E = i64> = (E, E);

/// Bounds of a comparison with what a value covers.
fn compare<E: PrimInt>(op: Op, (low, high): Bounds<E>) -> Bounds<E> {
    match op {
        Op::Less => (E::min_value(), low.saturating_sub(E::one())),
        Op::LessEq => (E::min_value(), high),
        Op::Greater => (high.saturating_add(E::one()), E::max_value()),
        Op::GreaterEq => (low, E::max_value()),
        Op::Has | Op::Exact | Op::Regex => (low, high),
    }
}

/// A value, or `low..high` or `[low TO high]` with either end open.
pub(super) fn bounds<E: PrimInt>(op: Op, word: &Word, value: impl Fn(&str) -> Option<Bounds<E>>) -> Option<Bounds<E>> {
    if let Style::Range(ends) = &word.style {
        let [(low, without_low), (high, without_high)] = ends.as_ref();
        let edge = |text: &Option<String>, op: Op, is_low: bool| match text {
            None => Some(if is_low { E::min_value() } else { E::max_value() }),
            Some(text) => value(text).map(|covered| compare(op, covered)).map(|(l, h)| if is_low { l } else { h }),
        };
        let low = edge(low, if *without_low { Op::Greater } else { Op::GreaterEq }, true)?;
        let high = edge(high, if *without_high { Op::Less } else { Op::LessEq }, false)?;
        return Some((low, high));
    }
    if let Some((from, to)) = word.text.split_once("..") {
        // Three dots are a range elsewhere; a number that begins with one hardly is meant.
        if to.starts_with('.') {
            return None;
        }
        if op != Op::Has || from.is_empty() && to.is_empty() {
            return None;
        }
        // GitHub's star is an open end.
        let is_open = |edge: &str| edge.is_empty() || edge == "*";
        if is_open(from) && is_open(to) {
            return None;
        }
        let low = if is_open(from) { E::min_value() } else { value(from)?.0 };
        let high = match to.strip_prefix('<') {
            Some(to) => compare(Op::Less, value(to)?).1,
            None if is_open(to) => E::max_value(),
            None => value(to)?.1,
        };
        return Some((low, high));
    }
    value(&word.text).map(|covered| compare(op, covered))
}

/// What a range with three dots would be.
pub(super) fn with_two_dots<E>(word: &Word, value: impl Fn(&str) -> Option<Bounds<E>>) -> Option<String> {
    let (low, high) = word.text.split_once("...").filter(|_| word.is_bare())?;
    (value(low).is_some() && value(high).is_some()).then(|| format!("{low}..{high}"))
}

/// What a range with a dash or three dots would be: `500-599`.
pub(super) fn with_dots(word: &Word, value: impl Fn(&str) -> Option<Bounds>) -> Option<String> {
    if let Some(right) = with_two_dots(word, &value) {
        return Some(right);
    }
    let text = word.text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&word.text);
    if text.len() < word.text.len()
        && let Some((low, high)) = text.split_once("..")
    {
        return (value(low).is_some() && value(high).is_some()).then(|| text.to_owned());
    }
    let (low, high) = text.split_once(['-', '–', '—', '…'])?;
    (value(low).is_some() && value(high).is_some()).then(|| format!("{low}..{high}"))
}

/// `502`, `5xx`, `50x`, `5*`, `500..599`, `>=500`.
pub(super) fn status_test(op: Op, word: &Word) -> Result<Test, QueryError> {
    let value = |text: &str| -> Option<Bounds> {
        let lower = text.trim().to_ascii_lowercase();
        if (1..=5).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_digit()) {
            return lower.parse().ok().map(|status| (status, status));
        }
        let digits = lower.trim_end_matches(['x', '*', '?']);
        // A star stands for all that is missing, an x or Lucene's question mark for one digit.
        let is_whole = lower.len() == 3 || lower.ends_with('*') && !digits.is_empty() && lower.len() < 3;
        let is_class = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_whole || !is_class || digits.starts_with('0') {
            return None;
        }
        let width = 10_i64.pow(3 - digits.len() as u32);
        let low = digits.parse::<i64>().ok()? * width;
        Some((low, low + width - 1))
    };
    // Regular expressions have dots for digits, and no status is below 100.
    let begun = word.text.strip_suffix("..").filter(|digit| word.is_bare() && op == Op::Has && is_first_digit(digit));
    if let Some(digit) = begun {
        let problem = QueryError::new("no status is below 100", word.span.clone());
        let right = format!("{digit}xx");
        return Err(problem
            .with_hint(format!("write {right}, or >={digit} for all from there on"))
            .with_fix(word.span.clone(), right));
    }
    if let Some((low, high)) = bounds(op, word, value) {
        // No status is negative; an open lower end must still need a value.
        return Ok(Test::Range(low.max(0), high.max(0)));
    }
    let problem = QueryError::new(format!("“{}” is no status", word.text), word.span.clone());
    if let Some(right) = status_written(op, word, value) {
        return Err(problem.written(right));
    }
    let listed: Vec<&str> = word.text.split(['/', ';', '+']).collect();
    if listed.len() > 1 && listed.iter().all(|part| value(part).is_some()) {
        return Err(problem.written(listed.join(",")));
    }
    let classes = word.text.strip_suffix("xx").and_then(|text| text.split_once('-'));
    let is_digit = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((low, high)) = classes.filter(|(low, high)| is_digit(low) && is_digit(high)) {
        return Err(problem.written(format!("{low}xx..{high}xx")));
    }
    Err(match with_dots(word, value) {
        Some(range) => problem.with_hint(format!("write status:{range}")).with_fix(word.span.clone(), range),
        None if word.text.eq_ignore_ascii_case("null") => {
            problem.with_hint("write status:none").with_fix(word.span.clone(), "none")
        }
        None if word.text.contains(char::is_alphabetic) && word.text.contains(' ') => {
            problem.with_hint(format!("write status_text:{} for its words", quoted(word.text.as_bytes())))
        }
        None => problem.with_hint("write 502, 5xx, 500..599, >=500, failed or none"),
    })
}

fn is_first_digit(text: &str) -> bool {
    matches!(text, "1" | "2" | "3" | "4" | "5")
}

/// A status as other languages write it: `5x`, `^5`, `[45]xx`, `500+`, `500.0`, `"500,502"`.
fn status_written(op: Op, word: &Word, value: impl Fn(&str) -> Option<Bounds>) -> Option<String> {
    let text = word.text.trim();
    if op != Op::Has && op != Op::Exact {
        return None;
    }
    if text.strip_suffix(['x', 'X']).is_some_and(is_first_digit) {
        return Some(format!("{text}x").to_lowercase());
    }
    let words = text.to_ascii_lowercase().replace(['-', '_'], " ");
    if let Some(class) = match words.trim_end_matches('s') {
        "server error" => Some("5xx"),
        "client error" => Some("4xx"),
        _ => None,
    } {
        return Some(class.to_owned());
    }
    if let Some(whole) = text.strip_suffix(".0").filter(|whole| value(whole).is_some()) {
        return Some(whole.to_owned());
    }
    if !word.is_bare() && text.split(',').all(|part| value(part).is_some()) {
        return Some(text.replace(' ', ""));
    }
    if let Some((code, words)) =
        text.split_once(' ').filter(|(code, words)| value(code).is_some() && reason_of(words).is_some())
    {
        return Some(code.to_owned()).filter(|_| !words.is_empty());
    }
    at_least(op, word, value).or_else(|| classes(text))
}

/// A range as Lucene writes it, with the ends that another one takes in or leaves out.
pub(super) fn in_brackets(
    [(_, without_low), (_, without_high)]: &[(Option<String>, bool); 2],
    low: &str,
    high: &str,
) -> String {
    let (open, close) = (if *without_low { '{' } else { '[' }, if *without_high { '}' } else { ']' });
    format!("{open}{low} TO {high}{close}")
}

/// `500+`: a value and all above it.
pub(super) fn at_least(op: Op, word: &Word, value: impl Fn(&str) -> Option<Bounds>) -> Option<String> {
    let least = word.text.strip_suffix('+').filter(|_| op == Op::Has && word.is_bare())?;
    value(least).map(|_| format!(">={least}"))
}

/// A whole number or a range of them.
pub(super) fn integer_test(field: &FieldRef, op: Op, word: &Word) -> Result<Test, QueryError> {
    let value = |text: &str| text.trim().replace('_', "").parse::<i64>().ok().map(|n| (n, n));
    if let Some((low, high)) = bounds(op, word, value) {
        return Ok(Test::Range(low, high));
    }
    let problem = QueryError::new(format!("“{}” is no whole number", word.text), word.span.clone());
    if let Some(right) = at_least(op, word, value) {
        return Err(problem.written(right));
    }
    Err(match with_dots(word, value) {
        Some(range) => problem.with_hint(format!("write {field}:{range}")).with_fix(word.span.clone(), range),
        None => problem.with_hint(format!("write {field}:4411, {field}:100..200 or {field}>100")),
    })
}

/// A point, a day, a range or a word for one, among other terms.
pub(super) fn time_test(op: Op, word: &Word, reading: Reading<'_>) -> Result<Test, QueryError> {
    let word = &with_one_day(word, reading);
    if op == Op::Has
        && let Ok(period) = Period::read(&word.text, reading.zone)
    {
        let range = period.resolve(reading.now, reading.zone);
        let high = if range.until == Timestamp::MAX { i64::MAX } else { range.until.0 - 1 };
        return Ok(Test::Range(range.from.0, high));
    }
    let (low, high) = time_range(op, word, reading)?;
    Ok(Test::Range(low, high))
}

/// `2026-11-28T12:00..18:00` with a day at its second end, too: until it is next 18:00.
pub(super) fn with_one_day(word: &Word, Reading { now, zone, .. }: Reading<'_>) -> Word {
    let end = |low: &str, high: &str| Period::end_behind(low, high, now, zone).map(|end| end.rfc3339(6));
    let mut word = word.clone();
    if let Style::Range(ends) = &mut word.style {
        let [(low, _), (high, _)] = ends.as_mut();
        let whole = low.as_ref().zip(high.as_ref()).and_then(|(low, high)| end(low, high));
        *high = whole.or_else(|| high.take());
    } else if let Some((low, high)) = word.text.split_once("..") {
        let (sign, clock) = high.strip_prefix('<').map_or(("", high), |clock| ("<", clock));
        if let Some(high) = end(low, clock) {
            word.text = format!("{low}..{sign}{high}");
        }
    }
    word
}

/// A point, a day or a range in time, in microseconds.
pub(super) fn time_range(op: Op, word: &Word, reading: Reading<'_>) -> Result<Bounds, QueryError> {
    let Reading { now, zone, .. } = reading;
    // A point that a span ends with is outside of it, as that of a period is.
    let is_range = matches!(word.style, Style::Range(_));
    let is_span = !is_range && word.text.contains("..");
    let is_alone = !is_range && !is_span && matches!(op, Op::Has | Op::Exact);
    let value = |text: &str| -> Option<Bounds> {
        let low = Period::read_point(text, zone, now, false).ok()?;
        let high = Period::read_point(text, zone, now, true).ok()?;
        // A day covers the whole of it, a point alone what was said of it, the end of a range only itself.
        let width = if is_alone { width_said(text) } else { 1 };
        Some((low.0, if high > low { high.0 - 1 } else { low.0.saturating_add(width - 1 - i64::from(is_span)) }))
    };
    if let Some(range) = dates::clock_of_day(&word.text).filter(|_| op == Op::Has) {
        let problem = QueryError::new("a time of day has its day", word.span.clone());
        return Err(problem.written(range));
    }
    // `2026-11-28 10:00-12:00`: a minus between two clocks is no zone.
    let typed = (op == Op::Has && !is_range).then(|| Period::with_dots(&word.text)).flatten();
    if let Some(found) = bounds(op, word, value).filter(|_| typed.is_none()) {
        return Ok(found);
    }
    let problem = QueryError::new(format!("“{}” is no time", word.text), word.span.clone());
    let month = || dates::month(op, &word.text, now, zone);
    if let Some(day) = date_math::days_back(op, word, reading) {
        let hint = format!("write >={day} for all since then, {day} for that day alone");
        return Err(problem.with_hint(hint).with_fix(word.span.clone(), day));
    }
    if let Some(right) = date_math::written(op, word, reading).or_else(|| with_two_dots(word, value)).or_else(month) {
        return Err(problem.written(right));
    }
    Err(dates::rewritten(op, word, reading, problem).unwrap_or_else(|problem| {
        if let Some(right) = dates::typed(op, word, reading) {
            return problem.written(right);
        }
        if let Some(why) = on_no_calendar(&word.text) {
            return problem.with_hint(why);
        }
        if let Some((letters, zones)) = several_zones(&word.text) {
            let problem = QueryError::new(format!("“{letters}” is the clock of several places"), problem.span);
            return problem.with_hint(format!("write {zones} in its place, in double quotes"));
        }
        problem.with_hint("write time:24h, time:yesterday, time:2026-11-01..2026-11-03 or time>2026-11-01T12:00")
    }))
}
