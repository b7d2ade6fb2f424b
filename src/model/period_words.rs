//! Periods as they are typed by a person at a clock, and what they come to, in words.

use std::fmt;

use chrono::Datelike;
use chrono_tz::Tz;

use crate::base::months::month_of;
use crate::base::time::{Timestamp, zone_name};

use super::period::{Period, TimeRange, has_seconds};
use super::period_said::{said, with_dots};
use super::spoken_day::ambiguous_day;
use super::spoken_time::{SpokenTime, read_time};
use super::zone::{TypedTimeError, read_zone};

/// What would be right where an end was meant.
const ENDS: &str =
    "write two ends: 2026-11-01..2026-11-03, 11-22 4pm..11-22 6pm or 4pm..; or 24h, yesterday, last week";

/// What would be right where a period was meant.
const SAID: &str = "write 15m, 24h, all, today, yesterday, this morning, tuesday, last tuesday, this-week, last-week, \
    last-month, 11-22, 2026-11-01, 2026-11-01..2026-11-03 or 4pm..6pm";

impl Period {
    /// Reads a period with all that a person may say: ends as `4pm` and `11-22`, months as
    /// `2026-11`, and a zone behind it all, which then counts instead of the one given.
    pub fn read_typed(text: &str, now: Timestamp, zone: Tz) -> Result<Self, TypedTimeError> {
        if let Ok(period) = Self::read(text, zone) {
            return Ok(period);
        }
        if let Some(period) = said(text, now, zone) {
            return Ok(period);
        }
        if let Some(text) = with_dots(text) {
            return Self::read_typed(&text, now, zone);
        }
        let error = match ends(text, now, zone) {
            Ok(period) => return Ok(period),
            Err(error) => error,
        };
        with_zone(text, now).map(|(period, _)| period).ok_or(error)
    }

    /// The zone that a typed period names behind it all, if it is understood so.
    pub fn zone_named(text: &str, now: Timestamp, zone: Tz) -> Option<Tz> {
        let is_other = Self::read(text, zone).is_ok() || said(text, now, zone).is_some();
        with_zone(text, now).filter(|_| !is_other).map(|(_, zone)| zone)
    }

    /// Times of day with a minus between them, as a range with two dots: `2026-11-28 10:00-12:00`.
    pub fn with_dots(text: &str) -> Option<String> {
        with_dots(text)
    }

    /// Where a span ends whose ends are typed apart, if the second is a time of day that takes its day from the
    /// first.
    pub fn end_behind(from: &str, until: &str, now: Timestamp, zone: Tz) -> Option<Timestamp> {
        let (start, end) = (read_time(from, now, zone).ok()?, read_time(until, now, zone).ok()?);
        next_clock(&start, &end, until, zone)
    }

    /// What it comes to on a zone's clock: `Nov 1 00:00 – Nov 3 24:00, Los Angeles, last day
    /// included`.
    pub fn words(self, now: Timestamp, zone: Tz) -> String {
        let range = self.resolve(now, zone);
        let words = range_words(range, now, zone);
        match last_day(range, zone) {
            Some(_) if self == Self::All => words,
            Some(true) => format!("{words}, last day included"),
            Some(false) => format!("{words}, the whole day"),
            None => words,
        }
    }
}

/// `yesterday America/Los_Angeles`: what stands there, on that clock.
fn with_zone(text: &str, now: Timestamp) -> Option<(Period, Tz)> {
    text.trim_end().match_indices(' ').find_map(|(at, _)| {
        let (said, named) = (&text[..at], &text[at..]);
        let zone = read_zone(named.trim_start().strip_prefix("in ").unwrap_or(named)).ok()?;
        let period = Period::read(said, zone).or_else(|_| ends(said, now, zone)).ok()?;
        Some((if period.is_relative() { Period::of_range(period.resolve(now, zone)) } else { period }, zone))
    })
}

/// `11-22 4pm..6pm` ends when it is next 6pm, not when it was last: where the second end is a time of day
/// without its day, and the first is a time.
fn next_clock(start: &SpokenTime, end: &SpokenTime, until: &str, zone: Tz) -> Option<Timestamp> {
    if start.day_end.is_some() || !end.has_no_day {
        return None;
    }
    // A day may have 25 hours.
    let within = |hours: i64| read_time(until, start.at.plus_secs(hours * 3_600).plus(-1), zone).ok();
    [24, 26].into_iter().filter_map(within).map(|time| time.at).find(|at| *at >= start.at)
}

/// Whether a span is of whole days on a zone's clock; and then, whether it is of several.
fn last_day(range: TimeRange, zone: Tz) -> Option<bool> {
    if range.until == Timestamp::MAX || range.from == Timestamp::MIN {
        return (range.until != Timestamp::MAX && is_midnight(range.until, zone)).then_some(true);
    }
    let is_whole = is_midnight(range.from, zone) && is_midnight(range.until, zone);
    is_whole.then(|| range.from.day_start(zone, 1) < range.until)
}

fn is_midnight(at: Timestamp, zone: Tz) -> bool {
    at.day_start(zone, 0) == at
}

/// A span with the zone that its ends are said in: `Nov 1 00:00 – Nov 3 24:00, Los Angeles`.
pub fn range_words(range: TimeRange, now: Timestamp, zone: Tz) -> String {
    let zone_name = zone_name(zone);
    match (range.from != Timestamp::MIN, range.until != Timestamp::MAX) {
        (true, true) => {
            // Both ends are told as exactly.
            let is_exact = has_seconds(range.from) || has_seconds(range.until);
            let from = edge(range.from, now, zone, (false, is_exact));
            let until = edge(range.until, now, zone, (true, is_exact));
            // One day is said once.
            let is_same_day = range.from.date(zone) == range.until.plus(-1).date(zone);
            let until = if is_same_day { until.clock } else { until.to_string() };
            format!("{from} – {until}, {zone_name}")
        }
        (true, false) => {
            format!("since {}, {zone_name}", edge(range.from, now, zone, (false, has_seconds(range.from))))
        }
        (false, true) => {
            format!("until {}, {zone_name}", edge(range.until, now, zone, (true, has_seconds(range.until))))
        }
        (false, false) => "all time".into(),
    }
}

/// One end: `Nov 1 00:00`.
struct Edge {
    date: String,
    clock: String,
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.clock)
    }
}

/// One end. The end of a day is its 24:00; the year is said when it is another one.
fn edge(at: Timestamp, now: Timestamp, zone: Tz, (is_end, is_exact): (bool, bool)) -> Edge {
    let is_end_of_day = is_end && is_midnight(at, zone);
    let day = if is_end_of_day { at.plus(-1) } else { at }.in_zone(zone);
    let date = if day.year() == now.in_zone(zone).year() { day.format("%b %-d") } else { day.format("%b %-d %Y") };
    let form = if is_exact { "%H:%M:%S" } else { "%H:%M" };
    let clock = if is_end_of_day {
        "24:00".to_owned()
    } else {
        format!("{}{}", at.in_zone(zone).format(form), at.told_apart(zone))
    };
    Edge { date: date.to_string(), clock }
}

/// Two ends, a month, or a day; also as people say them: `since 4pm`, `from 4pm to 6pm`.
fn ends(text: &str, now: Timestamp, zone: Tz) -> Result<Period, TypedTimeError> {
    let said = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let behind = |word: &str| (&text[word.len()..], word.len());
    if said("since ") {
        return between((behind("since "), ("", text.len())), text.len(), now, zone);
    }
    if said("until ") {
        return between((("", 0), behind("until ")), text.len(), now, zone);
    }
    let word = ["from ", "between "].into_iter().find(|word| said(word)).unwrap_or_default();
    let rest = &text[word.len()..];
    let parts: &[&str] =
        if word == "between " { &["..", " to ", " and "] } else { &["..", " to ", " – ", " - ", " until "] };
    match parts.iter().find_map(|part| rest.split_once(part).map(|pair| (*part, pair))) {
        Some((part, (from, until))) => {
            let ends = ((from, word.len()), (until, word.len() + from.len() + part.len()));
            between(ends, text.len(), now, zone)
        }
        None => one(text, now, zone).or_else(|error| {
            // `11-22 4pm-6pm`: the last minus, where a time of day stands behind it.
            let (from, until) = text.rsplit_once('-').ok_or_else(|| error.clone())?;
            let is_clock = read_time(until, now, zone).is_ok_and(|time| time.has_no_day);
            let ends = ((from, 0), (until, from.len() + 1));
            if is_clock { between(ends, text.len(), now, zone).map_err(|_| error) } else { Err(error) }
        }),
    }
}

/// The span between two ends, each with its place in a text of so many bytes.
fn between(
    ((from, at), (until, until_at)): ((&str, usize), (&str, usize)),
    len: usize,
    now: Timestamp,
    zone: Tz,
) -> Result<Period, TypedTimeError> {
    let point = |text: &str, at: usize, is_until: bool| -> Result<Option<Timestamp>, TypedTimeError> {
        match text.trim() {
            "" | "*" => Ok(None),
            _ => Period::read_point(text, zone, now, is_until).map(Some).map_err(|error| error.shifted(at)),
        }
    };
    let (start, end) = (read_time(from, now, zone), read_time(until, now, zone));
    if start.is_err()
        && let Some(from) = with_half_of(from, until)
    {
        return between(((&from, at), (until, until_at)), len, now, zone);
    }
    // `4pm..6pm Los Angeles`: the zone counts for both.
    if let Ok(end) = &end
        && let Some(named) = end.zone.filter(|named| *named != zone)
        && start.as_ref().is_ok_and(|start| start.zone.is_none())
    {
        return between(((from, at), (until, until_at)), len, now, named);
    }
    let (low, mut high) = (point(from, at, false)?, point(until, until_at, true)?);
    if let (Ok(start), Ok(end)) = (&start, &end) {
        high = next_clock(start, end, until, zone).or(high);
    }
    match (low, high) {
        (None, None) => Err(TypedTimeError::new("neither end is said", ENDS, 0..len)),
        (Some(from), Some(until)) if from >= until => {
            Err(TypedTimeError::new("the first end is not before the second", ENDS, 0..len))
        }
        _ => Ok(Period::Between(low, high)),
    }
}

/// `3-4pm`: an hour alone before a clock of twelve hours is of the half of the day that comes before it.
fn with_half_of(from: &str, until: &str) -> Option<String> {
    let from = from.trim_end();
    let hour_of = |text: &str| text.parse::<u32>().ok().filter(|hour| (1..=12).contains(hour) && text.len() < 3);
    let hour = hour_of(from.rsplit(' ').next()?)?;
    let until = until.trim_start().to_ascii_lowercase();
    let clock = until.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let (clock, behind) = until.split_at(clock);
    let end = hour_of(clock.split(':').next()?)?;
    let is_afternoon = ["am", "pm"].iter().position(|half| behind.trim_start().starts_with(half))? == 1;
    let is_same_half = hour % 12 < end % 12;
    Some(format!("{from}{}", if is_same_half == is_afternoon { "pm" } else { "am" }))
}

fn one(text: &str, now: Timestamp, zone: Tz) -> Result<Period, TypedTimeError> {
    if let Some(shift) = months_back(text.trim(), now, zone) {
        return Ok(Period::Between(Some(now.month_start(zone, shift)), Some(now.month_start(zone, shift + 1))));
    }
    let time = match read_time(text, now, zone) {
        Ok(time) => time,
        // What is no time at all was meant as a period.
        Err(error) if error.span.start == 0 && ambiguous_day(text).is_none() => {
            return Period::read(text, zone).map_err(|error| TypedTimeError { hint: SAID.into(), ..error });
        }
        Err(error) => return Err(error),
    };
    if let Some(end) = time.day_end {
        return Ok(Period::Between(Some(time.at), Some(end)));
    }
    let said = text.trim();
    Err(TypedTimeError::new(
        format!("“{said}” is a point in time"),
        format!("write {said}.. for all since then, or two ends"),
        0..text.len(),
    ))
}

/// `2026-11`, `November`, `Nov 2025`: counted from this month.
fn months_back(text: &str, now: Timestamp, zone: Tz) -> Option<i64> {
    let today = now.in_zone(zone);
    let this = i64::from(today.year()) * 12 + i64::from(today.month0());
    let year_of = |text: &str| text.parse::<i64>().ok().filter(|_| text.len() == 4);
    if let Some((year, month)) = text.split_once('-') {
        let month = month.parse::<i64>().ok().filter(|number| (1..=12).contains(number) && month.len() == 2)?;
        return Some(year_of(year)? * 12 + month - 1 - this);
    }
    let lower = text.to_ascii_lowercase();
    let (name, year) = lower.split_once(' ').map_or((lower.as_str(), None), |(name, year)| (name, Some(year)));
    let month = i64::from(month_of(name)?) - 1;
    match year {
        Some(year) => Some(year_of(year)? * 12 + month - this),
        // The last one that has begun.
        None => Some((month - this.rem_euclid(12) + 11).rem_euclid(12) - 11),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::Los_Angeles;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC, 04:01:22 there

    fn words(text: &str) -> String {
        let period = Period::read_typed(text, NOW, Los_Angeles).unwrap_or_else(|error| panic!("{text}: {error}"));
        period.words(NOW, Los_Angeles)
    }

    #[test]
    fn an_end_that_comes_twice_says_which_it_is() {
        // At 2 in the morning of November 1 the clock is set back to 1.
        let period = Period::read("2026-11-01T08:30Z..2026-11-01T09:00Z", Los_Angeles).expect("a period");
        assert_eq!(period.words(NOW, Los_Angeles), "Nov 1 01:30 UTC−7 – 01:00 UTC−8, Los Angeles");
        assert_eq!(period.label(Los_Angeles), "2026-11-01 01:30 UTC−7 – 01:00 UTC−8 Los Angeles");
        assert_eq!(period.words(NOW, Tz::UTC), "Nov 1 08:30 – 09:00, UTC");
        let period = Period::read("2026-11-01T09:30Z..2026-11-01T10:00Z", Los_Angeles).expect("a period");
        assert_eq!(period.words(NOW, Los_Angeles), "Nov 1 01:30 UTC−8 – 02:00, Los Angeles");
    }

    #[test]
    fn what_a_period_comes_to() {
        let cases = [
            ("2026-11-01..2026-11-03", "Nov 1 00:00 – Nov 3 24:00, Los Angeles, last day included"),
            ("11-01..11-03", "Nov 1 00:00 – Nov 3 24:00, Los Angeles, last day included"),
            ("nov 1 to nov 3", "Nov 1 00:00 – Nov 3 24:00, Los Angeles, last day included"),
            ("2025-12-31", "Dec 31 2025 00:00 – 24:00, Los Angeles, the whole day"),
            ("yesterday", "Nov 22 00:00 – 24:00, Los Angeles, the whole day"),
            ("last week", "Nov 16 00:00 – Nov 22 24:00, Los Angeles, last day included"),
            ("last-month", "Oct 1 00:00 – Oct 31 24:00, Los Angeles, last day included"),
            ("2026-10", "Oct 1 00:00 – Oct 31 24:00, Los Angeles, last day included"),
            ("october", "Oct 1 00:00 – Oct 31 24:00, Los Angeles, last day included"),
            ("dec", "Dec 1 2025 00:00 – Dec 31 2025 24:00, Los Angeles, last day included"),
            ("nov 2025", "Nov 1 2025 00:00 – Nov 30 2025 24:00, Los Angeles, last day included"),
            ("24h", "since Nov 22 04:01:22, Los Angeles"),
            ("last tuesday", "Nov 17 00:00 – 24:00, Los Angeles, the whole day"),
            ("monday", "Nov 23 00:00 – 24:00, Los Angeles, the whole day"),
            ("last monday", "Nov 16 00:00 – 24:00, Los Angeles, the whole day"),
            ("last friday 9am..11am", "Nov 20 09:00 – 11:00, Los Angeles"),
            ("this morning", "Nov 23 00:00 – 12:00, Los Angeles"),
            ("yesterday evening", "Nov 22 18:00 – 24:00, Los Angeles"),
            ("last night", "Nov 22 18:00 – Nov 23 06:00, Los Angeles"),
            ("tuesday afternoon UTC", "Nov 17 04:00 – 10:00, Los Angeles"),
            ("28.11.2025", "Nov 28 2025 00:00 – 24:00, Los Angeles, the whole day"),
            ("11/20", "Nov 20 00:00 – 24:00, Los Angeles, the whole day"),
            ("20/11", "Nov 20 00:00 – 24:00, Los Angeles, the whole day"),
            ("20.11.", "Nov 20 00:00 – 24:00, Los Angeles, the whole day"),
            ("11/11/2026", "Nov 11 00:00 – 24:00, Los Angeles, the whole day"),
            ("11/20 4pm..6pm", "Nov 20 16:00 – 18:00, Los Angeles"),
            ("4pm..6pm", "Nov 22 16:00 – 18:00, Los Angeles"),
            // An hour alone is of the half of the day that comes before the end.
            ("yesterday 3-4pm", "Nov 22 15:00 – 16:00, Los Angeles"),
            ("yesterday 3 to 4:30 pm", "Nov 22 15:00 – 16:30, Los Angeles"),
            ("nov 20 11-1pm", "Nov 20 11:00 – 13:00, Los Angeles"),
            ("nov 20 11-12pm", "Nov 20 11:00 – 12:00, Los Angeles"),
            ("nov 20 3-4pm Berlin", "Nov 20 06:00 – 07:00, Los Angeles"),
            ("between 3 and 4pm", "Nov 22 15:00 – 16:00, Los Angeles"),
            ("past 2 hours", "since Nov 23 02:01:22, Los Angeles"),
            // It is 04:01: 6am is still to come.
            ("3am..6am", "Nov 23 03:00 – 06:00, Los Angeles"),
            ("10pm..2am", "Nov 22 22:00 – Nov 23 02:00, Los Angeles"),
            // The second end has the day of the first.
            ("11-20 4pm..6pm", "Nov 20 16:00 – 18:00, Los Angeles"),
            ("2026-11-20 16:00..18:00", "Nov 20 16:00 – 18:00, Los Angeles"),
            ("11-20 16:00:30..16:02", "Nov 20 16:00:30 – 16:02:00, Los Angeles"),
            ("11-20 22:00..02:00", "Nov 20 22:00 – Nov 21 02:00, Los Angeles"),
            ("tuesday 9am to 5pm UTC", "Nov 17 01:00 – 09:00, Los Angeles"),
            ("11-20 4pm-6pm", "Nov 20 16:00 – 18:00, Los Angeles"),
            ("2026-11-20 16:00 - 18:00", "Nov 20 16:00 – 18:00, Los Angeles"),
            // The clock is set back: that day has 25 hours.
            ("10-31 16:00..15:30", "Oct 31 16:00 – Nov 1 15:30, Los Angeles"),
            ("from 11-20 to 11-21", "Nov 20 00:00 – Nov 21 24:00, Los Angeles, last day included"),
            ("between 4pm and 6pm", "Nov 22 16:00 – 18:00, Los Angeles"),
            ("since 11-22 4pm", "since Nov 22 16:00, Los Angeles"),
            ("until 2026-11-20", "until Nov 20 24:00, Los Angeles, last day included"),
            ("11-22 4pm..", "since Nov 22 16:00, Los Angeles"),
            ("..2026-11-20", "until Nov 20 24:00, Los Angeles, last day included"),
            ("2h ago..now", "Nov 23 02:01:22 – 04:01:22, Los Angeles"),
            ("all", "all time"),
            // Another zone's day is not a whole one here.
            ("yesterday UTC", "Nov 21 16:00 – Nov 22 16:00, Los Angeles"),
            ("2026-11-20..2026-11-21 Tokyo", "Nov 19 07:00 – Nov 21 07:00, Los Angeles"),
            ("10am..11am UTC", "Nov 23 02:00 – 03:00, Los Angeles"),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn the_same_days_are_a_whole_day_on_their_own_clock() {
        let day = Period::read_typed("2026-11-20 Tokyo", NOW, Los_Angeles).expect("a day");
        assert_eq!(day.words(NOW, chrono_tz::Asia::Tokyo), "Nov 20 00:00 – 24:00, Tokyo, the whole day");
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        let error = |text: &str| {
            let error = Period::read_typed(text, NOW, Los_Angeles).expect_err(text);
            (text[error.span.clone()].to_owned(), error.to_string())
        };
        let (at, said) = error("2026-11-01..2026-11-31");
        assert_eq!(at, "2026-11-31", "{said}");
        let (at, said) = error("4pm PST..6pm");
        assert_eq!((at.as_str(), said.ends_with("write America/Los_Angeles")), ("PST", true), "{said}");
        let (_, said) = error("4pm");
        assert_eq!(said, "“4pm” is a point in time; write 4pm.. for all since then, or two ends");
        let (_, said) = error("2026-11-03..2026-11-01");
        assert!(said.starts_with("the first end is not before the second"), "{said}");
        let (_, said) = error("fortnight");
        assert!(said.starts_with("“fortnight” is not a period; write 15m"), "{said}");
        assert!(said.contains("last tuesday"), "days of the week are named: {said}");
        let (at, said) = error("11/12");
        assert_eq!(
            (at.as_str(), said.as_str()),
            ("11/12", "“11/12” can be two days; write 11-12 for November 12, 12-11 for December 11")
        );
        let (at, said) = error("11/20..05.06.2026");
        assert_eq!(at, "05.06.2026");
        assert!(said.ends_with("write 2026-05-06 for May 6, 2026-06-05 for June 5"), "{said}");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a-zA-Z:/ .+-]{0,30}") {
            if let Ok(period) = Period::read_typed(&text, NOW, Los_Angeles) {
                prop_assert!(!period.words(NOW, Los_Angeles).is_empty());
            }
        }
    }
}
