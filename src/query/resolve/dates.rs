//! Dates as other places write them: `20.11.2026`, `Nov 20, 2026`, `20261120`, an hour of a day, a week.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};

use chrono_tz::Tz;

use crate::base::months::month_of;
use crate::base::time::Timestamp;
use crate::model::field::{Field, FieldRef};
use crate::model::period::Period;
use crate::model::spoken_day::ambiguous_day;
use crate::query::error::QueryError;
use crate::query::syntax::{Node, NodeKind, Op, Style, Term, Word};

use super::Reading;
use super::date_slips::{in_zone, pattern_of_time, with_length};
use super::number::in_brackets;

/// What a text may be as a time.
#[derive(Debug, PartialEq, Eq)]
enum Date {
    /// A day.
    Day(NaiveDate),
    /// An hour.
    Hour(NaiveDateTime),
    /// A moment, as Kibana shows it.
    Moment(NaiveDateTime),
    /// Seven days.
    Week(NaiveDate),
}

/// What is right in place of a date that is written in another way; nothing where it is none.
pub(super) fn rewritten(
    op: Op,
    word: &Word,
    reading: Reading<'_>,
    problem: QueryError,
) -> Result<QueryError, QueryError> {
    let end = |text: &str| end(text, reading);
    if let Style::Range(ends) = &word.style {
        let [(low, _), (high, _)] = ends.as_ref();
        let edge = |text: &Option<String>| text.as_deref().map_or_else(|| Some("*".to_owned()), end);
        return match (edge(low), edge(high)) {
            (Some(low), Some(high)) => Ok(problem.written(in_brackets(ends, &low, &high))),
            _ => Err(problem),
        };
    }
    if !matches!(word.style, Style::Bare | Style::Quoted) {
        return Err(problem);
    }
    let text = word.text.trim();
    if let Some(right) = pattern_of_time(text).filter(|_| op == Op::Has && word.is_bare()) {
        return Ok(problem.written(right));
    }
    if let Some(right) = in_zone(text) {
        return Ok(problem.written(if right.contains(' ') { format!("\"{right}\"") } else { right }));
    }
    if let Some(told) = text.split("..").find_map(ambiguous_day) {
        return Ok(QueryError::new(told.message, problem.span).with_hint(told.hint));
    }
    if let Some(found) = read(text) {
        return Ok(match found {
            Date::Day(day) => problem.written(day.to_string()),
            Date::Hour(hour) => match op {
                Op::Has | Op::Exact => {
                    let behind = hour + TimeDelta::hours(1);
                    problem.written(format!("{}..<{}", written(hour), written(behind)))
                }
                Op::Less | Op::GreaterEq => problem.written(written(hour)),
                _ => problem.with_hint(format!("write {} for its beginning", written(hour))),
            },
            Date::Moment(moment) => match op {
                Op::Has | Op::Exact => {
                    problem.with_hint(format!("write time>={} for what is from then on", written(moment)))
                }
                _ => problem.written(exact(moment)),
            },
            Date::Week(monday) => match (op, monday.checked_add_days(Days::new(6))) {
                (Op::Has | Op::Exact, Some(sunday)) => problem.written(format!("{monday}..{sunday}")),
                (Op::Less | Op::GreaterEq, _) => problem.written(monday.to_string()),
                _ => problem.with_hint(format!("write {monday} for its beginning")),
            },
        });
    }
    if let Some(range) = short_or_interval(text).or_else(|| with_length(text, reading)).filter(|_| op == Op::Has) {
        return Ok(problem.written(range));
    }
    let range = text.split_once("..").or_else(|| text.split_once(" - ")).or_else(|| between_dates(text));
    let Some((low, high)) = range.filter(|_| op == Op::Has) else { return Err(problem) };
    match (end(low), end(high)) {
        (Some(low), Some(high)) if low.contains(' ') || high.contains(' ') => {
            Ok(problem.written(format!("\"{low}..{high}\"")))
        }
        (Some(low), Some(high)) => Ok(problem.written(format!("{low}..{high}"))),
        _ => Err(problem),
    }
}

/// `3-4pm`, `week 47`, `last-monday`: what is typed as a period.
pub(super) fn typed(op: Op, word: &Word, Reading { now, zone, .. }: Reading<'_>) -> Option<String> {
    let text = word.text.as_str();
    let period = Period::read_typed(text, now, zone).or_else(|_| {
        let is_worded = text.starts_with(char::is_alphabetic);
        Period::read_typed(&if is_worded { text.replace('-', " ") } else { text.to_owned() }, now, zone)
    });
    let is_typed = op == Op::Has && !matches!(word.style, Style::Range(_));
    let Period::Between(Some(from), Some(until)) = period.ok().filter(|_| is_typed)? else { return None };
    let (from, until) = (from.in_zone(zone).naive_local(), until.in_zone(zone).naive_local());
    if from.time() == NaiveTime::MIN && until.time() == NaiveTime::MIN {
        let last = until.date().checked_sub_days(Days::new(1))?;
        return Some(if last == from.date() { last.to_string() } else { format!("{}..{last}", from.date()) });
    }
    let is_minute = |at: NaiveDateTime| at.time().num_seconds_from_midnight().is_multiple_of(60);
    let shown = |at: NaiveDateTime| if is_minute(at) { written(at) } else { exact(at) };
    Some(format!("{}..{}", shown(from), shown(until)))
}

/// `november`: the last one that has begun.
pub(super) fn month(op: Op, text: &str, now: Timestamp, zone: Tz) -> Option<String> {
    let month = month_of(&text.to_lowercase()).filter(|_| op == Op::Has)?;
    let today = now.in_zone(zone);
    let year = today.year() - i32::from(month > today.month());
    Some(format!("{year}-{month:02}"))
}

/// An end of a range, if it is understood, one day or the beginning of an hour.
fn end(text: &str, Reading { now, zone, .. }: Reading<'_>) -> Option<String> {
    if Period::read_point(text, zone, now, false).is_ok() {
        return Some(text.to_owned());
    }
    if let Some(right) = in_zone(text) {
        return Some(right);
    }
    match read(text.trim())? {
        Date::Day(day) => Some(day.to_string()),
        Date::Hour(hour) => Some(written(hour)),
        Date::Moment(moment) => Some(exact(moment)),
        Date::Week(_) => None,
    }
}

/// `2026-11-20-2026-11-22`.
fn between_dates(text: &str) -> Option<(&str, &str)> {
    let (low, high) = text.split_at_checked(10)?;
    high.strip_prefix(['-', '/', '–']).map(|high| (low, high))
}

/// `2026-11-27..28`, `2026-11-27T10:00Z/2026-11-27T12:00Z`: a second end without its month, and an interval of
/// ISO 8601.
fn short_or_interval(text: &str) -> Option<String> {
    if let Some((low, high)) = text.split_once('/') {
        let is_time = |text: &str| text.len() > 10 && text.as_bytes()[10] == b'T' && text.starts_with("20");
        // How long it is, is looked at elsewhere.
        return (is_time(low) && is_time(high)).then(|| format!("{low}..{high}"));
    }
    let (low, high) = text.split_once("..")?;
    if let Some(Date::Hour(hour)) = read(low)
        && let Some(last) =
            high.parse().ok().filter(|_| high.len() <= 2).and_then(|last| hour.date().and_hms_opt(last, 0, 0))
    {
        return (last > hour).then(|| format!("{}..{}", written(hour), written(last)));
    }
    let day = NaiveDate::parse_from_str(low, "%Y-%m-%d").ok()?;
    let is_short = high.len() <= 2 && !high.is_empty() && high.bytes().all(|b| b.is_ascii_digit());
    let last = NaiveDate::from_ymd_opt(day.year(), day.month(), high.parse().ok().filter(|_| is_short)?)?;
    (last > day).then(|| format!("{low}..{last}"))
}

/// `2026-11-28..18:00`, `12:00..2026-11-28T18:00`: a time of day beside a day takes that day.
pub(super) fn clock_of_day(text: &str) -> Option<String> {
    let (low, high) = text.split_once("..")?;
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    let is_clock = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").is_ok();
    if day(low) && is_clock(high) {
        return Some(format!("{low}T00:00..{low}T{high}"));
    }
    let (date, clock) = high.split_once('T')?;
    (is_clock(low) && day(date) && is_clock(clock)).then(|| format!("{date}T{low}..{high}"))
}

/// `time>=2026-11-28T12:00 time<18:00`: a time of day beside another end takes the day of that one.
pub(super) fn day_of_clock(parts: &[Node]) -> Option<QueryError> {
    let ends: Vec<&Word> = parts.iter().filter_map(end_of_period).collect();
    let clock = ends.iter().find(|word| NaiveTime::parse_from_str(&word.text, "%H:%M").is_ok())?;
    let is_day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    let day = ends.iter().find_map(|word| word.text.get(..10).filter(|day| is_day(day)))?;
    let problem = QueryError::new("a time of day has its day", clock.span.clone());
    Some(problem.written(format!("{day}T{}", clock.text)))
}

/// What a term compares the time with.
fn end_of_period(node: &Node) -> Option<&Word> {
    let NodeKind::Term(Term { field: Some(field), values, .. }) = &node.kind else { return None };
    let [value] = values.as_slice() else { return None };
    let is_time = FieldRef::find(&field.text) == Some(Field::Time.into());
    (is_time && value.op.is_comparison()).then_some(&value.word)
}

fn written(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}

fn exact(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
}

fn read(text: &str) -> Option<Date> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.len() == 8 && is_digits(text) && text.starts_with("20") {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Date::Day);
    }
    if let Some((day, hour)) = text.split_once('T').filter(|(day, hour)| day.len() == 10 && hour.len() == 2) {
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
        return day.and_hms_opt(hour.parse().ok().filter(|_| is_digits(hour))?, 0, 0).map(Date::Hour);
    }
    if let Some((year, week)) = text.split_once("-W").or_else(|| text.split_once('W')).filter(|(year, _)| is_year(year))
    {
        let week = week.parse().ok().filter(|_| is_digits(week))?;
        return NaiveDate::from_isoywd_opt(year.parse().ok()?, week, Weekday::Mon).map(Date::Week);
    }
    if let Some((day, clock)) = text.split_once(" @ ") {
        let Some(Date::Day(day)) = read(day) else { return None };
        return Some(Date::Moment(day.and_time(NaiveTime::parse_from_str(clock, "%H:%M:%S%.f").ok()?)));
    }
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    // `2026.11.28`
    if is_year(first) && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/')) {
        return NaiveDate::from_ymd_opt(first.parse().ok()?, second.parse().ok()?, year.parse().ok()?).map(Date::Day);
    }
    let year: i32 = year.parse().ok().filter(|_| is_year(year))?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| is_digits(text) && text.len() <= 2);
    let day = |month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day);
    match (number(first), number(second)) {
        (Some(first), Some(second)) => match (day(second, first), day(first, second)) {
            (Some(day), Some(other)) if day != other => None,
            (day, other) => day.or(other).map(Date::Day),
        },
        (Some(number), None) => day(month_of(&second.to_lowercase())?, number).map(Date::Day),
        (None, Some(number)) => day(month_of(&first.to_lowercase())?, number).map(Date::Day),
        (None, None) => None,
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.starts_with("20") && text.bytes().all(|b| b.is_ascii_digit())
}
