//! Times that other languages reckon from now: Elasticsearch's `now-1d/d`, GitHub's `@today-3d`. Here they are
//! spans back from now, words and dates.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Timelike};
use chrono_tz::Tz;

use crate::base::time::Timestamp;
use crate::model::period::Period;
use crate::query::syntax::{Op, Style, Word};

use super::Reading;
use super::number::in_brackets;

/// Elasticsearch's `now-15m` and `[now-1h TO now]`: the span back from now.
pub(super) fn back_from_now(op: Op, word: &Word) -> Option<String> {
    let text = match &word.style {
        Style::Range(ends) => match ends.as_ref() {
            [(Some(from), _), (to, _)] if to.as_deref().is_none_or(|to| to == "now") => from.as_str(),
            _ => return None,
        },
        _ if matches!(op, Op::Greater | Op::GreaterEq) => word.text.as_str(),
        _ => return None,
    };
    let span = text.strip_prefix("now-")?;
    let unit = span.trim_start_matches(|c: char| c.is_ascii_digit());
    (unit.len() < span.len() && matches!(unit, "s" | "m" | "h" | "d" | "w")).then(|| span.to_owned())
}

/// `@today-7d` behind a colon: the day. GitHub finds what is of that day, and some mean what is since then.
pub(super) fn days_back(op: Op, word: &Word, reading: Reading<'_>) -> Option<String> {
    let is_back = op == Op::Has && word.text.trim_start_matches('@').starts_with("today-") && !word.text.contains("..");
    if is_back { written(op, word, reading) } else { None }
}

/// Which end of what a time covers is meant.
#[derive(Clone, Copy, PartialEq)]
enum End {
    First,
    Last,
    Both,
}

/// A value with times that are reckoned from now, as it is written here.
pub(super) fn written(op: Op, word: &Word, reading: Reading<'_>) -> Option<String> {
    let is_reckoned = |text: &str| {
        let plain = text.strip_prefix('@').unwrap_or(text);
        let is_begun = plain.starts_with("now") || ["today", "yesterday"].iter().any(|day| plain.starts_with(day));
        is_begun || text.contains("||")
    };
    let edge = |text: &str, end: End| {
        if is_reckoned(text) { point(text, end, reading) } else { Some(text.to_owned()) }
    };
    if let Style::Range(ends) = &word.style {
        let [(low, without_low), (high, without_high)] = ends.as_ref();
        let text = |edge: &Option<String>| edge.clone().unwrap_or_else(|| "*".to_owned());
        is_reckoned(&text(low)).then_some(()).or_else(|| is_reckoned(&text(high)).then_some(()))?;
        let low = edge(&text(low), if *without_low { End::Last } else { End::First })?;
        let high = edge(&text(high), if *without_high { End::First } else { End::Last })?;
        return Some(in_brackets(ends, &low, &high));
    }
    if let Some((low, high)) = word.text.split_once("..") {
        is_reckoned(low).then_some(()).or_else(|| is_reckoned(high).then_some(()))?;
        return Some(format!("{}..{}", edge(low, End::First)?, edge(high, End::Last)?));
    }
    let end = match op {
        Op::GreaterEq | Op::Less => End::First,
        Op::Greater | Op::LessEq => End::Last,
        Op::Has | Op::Exact | Op::Regex => End::Both,
    };
    is_reckoned(&word.text).then_some(())?;
    point(&word.text, end, reading)
}

fn point(text: &str, end: End, Reading { now, zone, .. }: Reading<'_>) -> Option<String> {
    let text = text.strip_prefix('@').unwrap_or(text);
    if text == "yesterday" {
        return Some(text.to_owned());
    }
    let of_date = text.split_once("||");
    let local = match of_date {
        Some((date, _)) => Period::read_point(date, zone, now, false).ok()?.in_zone(zone),
        None => now.in_zone(zone),
    };
    let (steps, is_github) = match (of_date, text.strip_prefix("now")) {
        (Some((_, steps)), _) | (None, Some(steps)) => (steps, false),
        (None, None) => (text.strip_prefix("today")?, true),
    };
    // A day less some hours is a moment, reckoned from where it begins.
    let has_hours = is_github && steps.ends_with(['h', 'H']);
    let (steps, rounding) = match steps.split_once('/') {
        Some((steps, unit)) => (steps, Some(unit)),
        None => (steps, (is_github && !has_hours).then_some("d")),
    };
    if has_hours {
        let midnight = Period::read_point("today", zone, now, false).ok()?.in_zone(zone);
        let at = moved(midnight, steps, is_github)?;
        return (end != End::Both).then(|| at.format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    if rounding.is_none() && of_date.is_none() {
        // A single step is a span.
        if steps.is_empty() {
            return Some("now".to_owned());
        }
        let span = steps.strip_prefix('-')?;
        let unit = span.trim_start_matches(|c: char| c.is_ascii_digit());
        if unit.len() < span.len() && matches!(unit, "s" | "m" | "h" | "d" | "w") {
            return Some(span.to_owned());
        }
    }
    let at = moved(local, steps, is_github)?;
    match rounding {
        None | Some("s") => Some(at.format("%Y-%m-%dT%H:%M:%S").to_string()),
        Some("m") if end == End::First => Some(at.format("%Y-%m-%dT%H:%M").to_string()),
        Some("h" | "H") if end == End::First => Some(at.with_minute(0)?.format("%Y-%m-%dT%H:%M").to_string()),
        Some(unit) => days(at.date_naive(), unit, end, now.in_zone(zone).date_naive()),
    }
}

/// The day that a unit begins or ends with.
fn days(day: NaiveDate, unit: &str, end: End, today: NaiveDate) -> Option<String> {
    let (first, behind) = match unit {
        "d" => (day, day.succ_opt()?),
        "w" => {
            let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?;
            (monday, monday.checked_add_days(Days::new(7))?)
        }
        "M" => {
            let first = day.with_day(1)?;
            (first, first.checked_add_months(Months::new(1))?)
        }
        "y" => (day.with_day(1)?.with_month(1)?, NaiveDate::from_ymd_opt(day.year() + 1, 1, 1)?),
        _ => return None,
    };
    let last = behind.pred_opt()?;
    let name = |day: NaiveDate| match (today - day).num_days() {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => day.to_string(),
    };
    Some(match end {
        End::First => name(first),
        End::Last => name(last),
        End::Both if first == last => name(first),
        End::Both => format!("{first}..{last}"),
    })
}

/// A time moved by steps: `-1d+2h`.
fn moved(at: DateTime<Tz>, steps: &str, is_github: bool) -> Option<DateTime<Tz>> {
    let (mut at, mut rest) = (at, steps);
    while !rest.is_empty() {
        let is_back = match rest.chars().next()? {
            '-' => true,
            '+' => false,
            _ => return None,
        };
        let digits = rest[1..].len() - rest[1..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let count: u32 = rest[1..=digits].parse().ok()?;
        let unit = rest[1 + digits..].chars().next()?;
        rest = &rest[1 + digits + unit.len_utf8()..];
        let days = |count: u32| {
            let days = Days::new(count.into());
            if is_back { at.checked_sub_days(days) } else { at.checked_add_days(days) }
        };
        let months = |count: u32| {
            let months = Months::new(count);
            if is_back { at.checked_sub_months(months) } else { at.checked_add_months(months) }
        };
        let seconds = |each: i64| {
            let seconds = i64::from(count) * each * if is_back { -1 } else { 1 };
            let at = Timestamp(at.timestamp_micros()).plus_secs(seconds);
            Some(at)
        };
        at = match unit {
            'y' => months(count.checked_mul(12)?)?,
            'M' => months(count)?,
            'm' if is_github => months(count)?,
            'w' => days(count.checked_mul(7)?)?,
            'd' => days(count)?,
            'h' | 'H' => seconds(3_600)?.in_zone(at.timezone()),
            'm' => seconds(60)?.in_zone(at.timezone()),
            's' => seconds(1)?.in_zone(at.timezone()),
            _ => return None,
        };
    }
    Some(at)
}
