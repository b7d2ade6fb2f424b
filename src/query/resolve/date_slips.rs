//! Times with patterns in them, with zones as programs write them, and those that are on no calendar.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::base::units;
use crate::model::period::Period;
use crate::model::zone::{read_zone, zone_of_letters, zones_of_letters};

use super::Reading;

/// `2026-11-2?`, `2026-11-*`, `2026-11-28T18:*`: the days, or the hour or minutes, whose text is like that.
pub(super) fn pattern_of_time(text: &str) -> Option<String> {
    let begin = text.trim_end_matches(['*', '?']);
    let signs = &text[begin.len()..];
    if signs.is_empty() {
        return None;
    }
    let (date, clock) = match begin.split_once(['T', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (begin, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(clock) = clock {
        let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
        let hour =
            |text: &str| text.parse::<u32>().ok().filter(|hour| is_digits(text) && text.len() == 2 && *hour < 24);
        let plain = clock.trim_end_matches(':');
        let range = match plain.split_once(':') {
            None if clock.is_empty() => return Some(day.to_string()),
            None => {
                let hour = hour(plain)?;
                (day.and_hms_opt(hour, 0, 0)?, chrono::TimeDelta::hours(1))
            }
            Some((hours, ten)) if ten.len() == 1 => {
                let ten = ten.parse::<u32>().ok().filter(|ten| *ten < 6)?;
                (day.and_hms_opt(hour(hours)?, ten * 10, 0)?, chrono::TimeDelta::minutes(10))
            }
            Some((hours, minute)) => {
                let minute = minute.parse::<u32>().ok().filter(|_| minute.len() == 2)?;
                (day.and_hms_opt(hour(hours)?, minute, 0)?, chrono::TimeDelta::minutes(1))
            }
        };
        let written = |at: chrono::NaiveDateTime| at.format("%Y-%m-%dT%H:%M").to_string();
        return Some(format!("{}..<{}", written(range.0), written(range.0 + range.1)));
    }
    let parts: Vec<&str> = date.split('-').collect();
    let year = |text: &str| text.parse::<i32>().ok().filter(|_| is_digits(text) && text.len() == 4);
    match parts.as_slice() {
        [only] | [only, ""] => Some(format!("{0}-01-01..{0}-12-31", year(only)?)),
        [of, month] | [of, month, ""] if month.len() == 2 => {
            let first = NaiveDate::from_ymd_opt(year(of)?, month.parse().ok()?, 1)?;
            let last = first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?;
            Some(format!("{first}..{last}"))
        }
        [of, month, ten] if ten.len() == 1 && month.len() == 2 && signs.len() == 1 => {
            let ten = ten.parse::<u32>().ok().filter(|ten| *ten < 4)?;
            let first = NaiveDate::from_ymd_opt(year(of)?, month.parse().ok()?, (ten * 10).max(1))?;
            let last = first.checked_add_days(Days::new(u64::from(ten * 10 + 9 - first.day())))?;
            let end = first.with_day(1)?.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?;
            Some(format!("{first}..{}", last.min(end)))
        }
        [.., day] if day.len() == 2 && signs.starts_with('*') => {
            NaiveDate::parse_from_str(date, "%Y-%m-%d").ok().map(|day| day.to_string())
        }
        _ => None,
    }
}

/// `2026-11-28T18:00[America/Los_Angeles]` of RFC 9557, `2026-11-28T18:00PST`: the zone stands behind a space, or is
/// left out where an offset says the same.
pub(super) fn in_zone(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains("..") || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((at, name)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        let offset = at.rsplit_once(['+', '-']).map_or("", |(_, offset)| offset);
        let has_offset = at.ends_with('Z') || at.contains('T') && offset.len() >= 4 && at.len() - offset.len() > 11;
        let zone = read_zone(name).ok()?;
        return Some(if has_offset { at.to_owned() } else { format!("{at} {}", zone.name()) });
    }
    let letters = text.trim_start_matches(|c: char| !c.is_ascii_alphabetic() || c == 'T');
    let at = text.strip_suffix(letters).filter(|_| (2..=5).contains(&letters.len()))?;
    Some(format!("{} {}", at.trim_end(), zone_of_letters(letters)?))
}

/// The letters of a zone that a time ends with, where several have them: `2026-11-28 18:00 IST`, and those zones.
pub(super) fn several_zones(text: &str) -> Option<(&str, &'static str)> {
    text.split("..").find_map(|end| {
        let begin = end.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let letters = &end[begin.len()..];
        let is_time = begin.trim_end().ends_with(|c: char| c.is_ascii_digit());
        zones_of_letters(letters)
            .filter(|_| is_time && zone_of_letters(letters).is_none())
            .map(|zones| (letters, zones))
    })
}

/// `2026-11-28T16:00Z..PT2H`: how long it is in place of its end, as ISO 8601 has it; also `..+2h`.
pub(super) fn with_length(text: &str, Reading { now, zone, .. }: Reading<'_>) -> Option<String> {
    let (low, length) = text.split_once("..").or_else(|| text.split_once('/'))?;
    let span = ["PT", "P", "+"].iter().find_map(|sign| length.strip_prefix(sign)).map(str::to_lowercase)?;
    let micros = i64::try_from(units::parse_compound_span(&span)? / 1_000).ok()?;
    let from = Period::read_point(low, zone, now, false).ok()?;
    Some(format!("{low}..{}", from.plus(micros).rfc3339(0)))
}

/// Why a time is none: a day that its month does not have, an hour that no day has.
pub(super) fn on_no_calendar(text: &str) -> Option<String> {
    text.split("..").find_map(|end| {
        let end = end.trim_start_matches('<');
        let number = |at: std::ops::Range<usize>| end.get(at).and_then(|digits| digits.parse::<u32>().ok());
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let is_date = end.get(4..5) == Some("-") && end.get(7..8) == Some("-");
        let first = |month| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1);
        if !is_date {
            return None;
        }
        if !(1..=12).contains(&month) {
            return Some(format!("there is no month {month}"));
        }
        let last = first(month)?.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?;
        if !(1..=last.day()).contains(&day) {
            return Some(format!("the last day of that month is {last}"));
        }
        let is_clock = matches!(end.get(10..11), Some("T" | " "));
        let hour = number(11..13).filter(|hour| is_clock && *hour > 23);
        hour.map(|hour| format!("there is no hour {hour}; the end of a day is the beginning of the next"))
    })
}
