//! Periods that are said in a form of their own: `15h-16h`, `week 47`, `last week monday`.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::base::time::Timestamp;

use super::period::{Period, day_start};

/// Reads such a period.
pub(super) fn said(text: &str, now: Timestamp, zone: Tz) -> Option<Period> {
    let lower = text.trim().to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let today = now.in_zone(zone).date_naive();
    match words.as_slice() {
        ["week" | "kw" | "cw", number] => days(week_of(number.parse().ok()?, today)?, 7, zone),
        ["last", "week", day] | [day, "last", "week"] => {
            let day = day.parse::<Weekday>().ok()?;
            let monday = today.checked_sub_days(Days::new(7 + u64::from(today.weekday().num_days_from_monday())))?;
            days(monday.checked_add_days(Days::new(day.num_days_from_monday().into()))?, 1, zone)
        }
        _ => None,
    }
}

/// The Monday of a week by its number, the last one that has begun.
fn week_of(number: u32, today: NaiveDate) -> Option<NaiveDate> {
    let this = today.iso_week();
    let year = if number > this.week() { this.year() - 1 } else { this.year() };
    NaiveDate::from_isoywd_opt(year, number, Weekday::Mon)
}

fn days(first: NaiveDate, count: u64, zone: Tz) -> Option<Period> {
    let behind = first.checked_add_days(Days::new(count))?;
    Some(Period::Between(day_start(first, zone), day_start(behind, zone)))
}

/// Times of day with a minus between them, with two dots: `10:00-12:00`, `2026-11-28 15h-16h`. A text with a `T` or
/// with a second end that is earlier has a zone there.
pub(super) fn with_dots(text: &str) -> Option<String> {
    let (head, last) = text.trim().rsplit_once(' ').map_or(("", text.trim()), |(head, last)| (head, last));
    let (from, until) = last.split_once('-').or_else(|| last.split_once('–'))?;
    let (low, high) = (clock(from)?, clock(until)?);
    let blank = if head.is_empty() { "" } else { " " };
    let written = |(hour, minute): (u32, u32)| format!("{hour:02}:{minute:02}");
    (low < high).then(|| format!("{head}{blank}{}..{}", written(low), written(high)))
}

/// `15h`, `15h30`, `15:30`: an hour and a minute.
fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once([':', 'h'])?;
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let minute = if minute.is_empty() && text.ends_with('h') { "0" } else { minute };
    let (hour, minute) =
        (hour.parse().ok().filter(|_| is_number(hour))?, minute.parse().ok().filter(|_| is_number(minute))?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::Los_Angeles;

    const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC, 04:01:22 there

    #[test]
    fn what_is_said_in_a_form_of_its_own_comes_to_dates() {
        for (text, expected) in [
            ("week 47", "Nov 16 00:00 – Nov 22 24:00, Los Angeles, last day included"),
            ("KW 48", "Nov 23 00:00 – Nov 29 24:00, Los Angeles, last day included"),
            ("week 50", "Dec 8 2025 00:00 – Dec 14 2025 24:00, Los Angeles, last day included"),
            ("last week monday", "Nov 16 00:00 – 24:00, Los Angeles, the whole day"),
            ("friday last week", "Nov 20 00:00 – 24:00, Los Angeles, the whole day"),
            ("15h-16h", "Nov 22 15:00 – 16:00, Los Angeles"),
            ("yesterday 15h-16h30", "Nov 22 15:00 – 16:30, Los Angeles"),
            ("10:00-12:00", "Nov 22 10:00 – 12:00, Los Angeles"),
            ("2026-11-20 10:00-12:00", "Nov 20 10:00 – 12:00, Los Angeles"),
            ("last24h", "since Nov 22 04:01:22, Los Angeles"),
        ] {
            let period = Period::read_typed(text, NOW, Los_Angeles).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(period.words(NOW, Los_Angeles), expected, "{text}");
        }
        for text in ["week 54", "week x", "last week 3", "16h-15h", "25h-26h"] {
            assert!(Period::read_typed(text, NOW, Los_Angeles).is_err(), "{text}");
        }
    }
}
