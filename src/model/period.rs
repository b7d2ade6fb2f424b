//! Periods as people say them, and the spans of time they come to.

use std::fmt;

use chrono::{NaiveDate, TimeZone};
use chrono_tz::Tz;

use crate::base::time::{Timestamp, zone_name};
use crate::base::time_parse::parse_time;
use crate::base::units;

use super::spoken_time::read_time;
use super::zone::TypedTimeError;

/// From a point in time up to, not including, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// The first point inside.
    pub from: Timestamp,
    /// The first point after it.
    pub until: Timestamp,
}

impl TimeRange {
    /// All time.
    pub const ALL: Self = Self { from: Timestamp::MIN, until: Timestamp::MAX };

    /// From one point up to another; empty when they are the wrong way round.
    pub fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until: until.max(from) }
    }

    /// Whether a point is inside.
    pub fn contains(self, at: Timestamp) -> bool {
        // The last representable point belongs to "all time".
        self.from <= at && (at < self.until || self.until == Timestamp::MAX)
    }

    /// Whether there is nothing inside.
    pub fn is_empty(self) -> bool {
        self.from >= self.until
    }

    /// How long it is, in microseconds.
    pub fn micros(self) -> i64 {
        self.until.since(self.from)
    }

    /// What two have in common.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}

/// A period as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// Everything there is.
    #[default]
    All,
    /// So many microseconds back from now.
    Last(i64),
    /// Whole days, counted from today: from, up to and including.
    Days(i64, i64),
    /// Whole weeks from Monday, counted from this week.
    Week(i64),
    /// Whole months, counted from this month.
    Month(i64),
    /// Between two points; an open end is `None`.
    Between(Option<Timestamp>, Option<Timestamp>),
}

/// What would be right.
const EXAMPLES: &str = "write 15m, 24h, 30d, all, today, yesterday, this-week, last-week, this-month, last-month, 2026-11-01 or 2026-11-01..2026-11-03";

impl Period {
    /// Reads a period that needs no clock. Days are whole, in the zone, and the last one is included.
    pub fn read(text: &str, zone: Tz) -> Result<Self, TypedTimeError> {
        let error = || TypedTimeError::new(format!("“{}” is not a period", text.trim()), EXAMPLES, 0..text.len());
        let plain = text.trim().to_ascii_lowercase().replace(' ', "-");
        if matches!(plain.as_str(), "all" | "everything" | "all-time") {
            return Ok(Self::All);
        }
        if let Some(named) = Self::named(&plain) {
            return Ok(named);
        }
        let back = ["last-", "past-", "last", "past"].iter().find_map(|word| plain.strip_prefix(word));
        let plain = back.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(&plain);
        // A minus between two spans would be from one to the other.
        let span = units::parse_span(&plain.replace('-', "")).or_else(|| units::parse_compound_span(text));
        if let Some(nanos) = span {
            let micros = i64::try_from(nanos / 1_000).map_err(|_| error())?;
            return if micros > 0 { Ok(Self::Last(micros)) } else { Err(error()) };
        }
        if let Some((from, until)) = text.split_once("..") {
            let from = read_edge(from, zone, Edge::From).ok_or_else(error)?;
            let until = read_edge(until, zone, Edge::Until).ok_or_else(error)?;
            if from.is_none() && until.is_none() || from.zip(until).is_some_and(|(f, u)| f >= u) {
                return Err(error());
            }
            return Ok(Self::Between(from, until));
        }
        if let Some((first, behind)) = read_days(text.trim()) {
            return Ok(Self::Between(day_start(first, zone), day_start(behind, zone)));
        }
        Err(error())
    }

    /// A period that has a name, written in small letters with hyphens.
    fn named(plain: &str) -> Option<Self> {
        Some(match plain {
            "today" => Self::Days(0, 0),
            "yesterday" => Self::Days(-1, -1),
            "this-week" => Self::Week(0),
            "last-week" => Self::Week(-1),
            "this-month" => Self::Month(0),
            "last-month" => Self::Month(-1),
            _ => return None,
        })
    }

    /// Reads one end of a period, as `--since` and `--until` take it: a time, a day, a named period's
    /// begin or end, or a span back from now.
    pub fn read_point(text: &str, zone: Tz, now: Timestamp, is_until: bool) -> Result<Timestamp, TypedTimeError> {
        if let Some(named) = Self::named(&text.trim().to_ascii_lowercase().replace(' ', "-")) {
            let range = named.resolve(now, zone);
            return Ok(if is_until { range.until } else { range.from });
        }
        if let Some(nanos) = units::parse_compound_span(text) {
            return Ok(now.plus(-i64::try_from(nanos / 1_000).unwrap_or(i64::MAX)));
        }
        if let Some((first, behind)) = read_days(text.trim())
            && let Some(at) = day_start(if is_until { behind } else { first }, zone)
        {
            return Ok(at);
        }
        let time = read_time(text, now, zone)?;
        Ok(if is_until { time.as_end() } else { time.at })
    }

    /// The span of time that it comes to at a moment. A period back from now has no end: what
    /// arrives, or is dated ahead by a fast clock, is inside.
    pub fn resolve(self, now: Timestamp, zone: Tz) -> TimeRange {
        match self {
            Self::All => TimeRange::ALL,
            Self::Last(micros) => TimeRange::new(now.plus(-micros), Timestamp::MAX),
            Self::Days(from, to) => TimeRange::new(now.day_start(zone, from), now.day_start(zone, to + 1)),
            Self::Week(shift) => {
                let monday = shift * 7 - now.weekday(zone);
                TimeRange::new(now.day_start(zone, monday), now.day_start(zone, monday + 7))
            }
            Self::Month(shift) => TimeRange::new(now.month_start(zone, shift), now.month_start(zone, shift + 1)),
            Self::Between(from, until) => {
                TimeRange::new(from.unwrap_or(Timestamp::MIN), until.unwrap_or(Timestamp::MAX))
            }
        }
    }

    /// A span of time as a period; what has no end is open.
    pub fn of_range(range: TimeRange) -> Self {
        let edge = |at: Timestamp, none: Timestamp| (at != none).then_some(at);
        match (edge(range.from, Timestamp::MIN), edge(range.until, Timestamp::MAX)) {
            (None, None) => Self::All,
            (from, until) => Self::Between(from, until),
        }
    }

    /// What lies in both periods.
    #[must_use]
    pub fn and(self, other: Self, now: Timestamp, zone: Tz) -> Self {
        match (self, other) {
            (Self::All, period) | (period, Self::All) => period,
            _ => Self::of_range(self.resolve(now, zone).intersect(other.resolve(now, zone))),
        }
    }

    /// Whether it moves with the clock.
    pub fn is_relative(self) -> bool {
        !matches!(self, Self::All | Self::Between(..))
    }

    /// The period as a person reads it: `Last 24 h`, `Yesterday`, `Nov 1 – Nov 3`.
    pub fn label(self, zone: Tz) -> String {
        match self {
            Self::All => "All time".into(),
            Self::Last(micros) => format!("Last {}", span_words(micros)),
            Self::Days(0, 0) => "Today".into(),
            Self::Days(-1, -1) => "Yesterday".into(),
            Self::Days(..) => "Days".into(),
            Self::Week(0) => "This week".into(),
            Self::Week(_) => "Last week".into(),
            Self::Month(0) => "This month".into(),
            Self::Month(_) => "Last month".into(),
            Self::Between(from, until) => {
                let name = zone_name(zone);
                // Both ends are told as exactly.
                let is_exact = [from, until].into_iter().flatten().any(has_seconds);
                let text = |at: Timestamp| {
                    let format = if is_exact { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
                    format!("{}{}", at.in_zone(zone).format(format), at.told_apart(zone))
                };
                let is_midnight = |at: Timestamp| at.clock(zone) == "00:00:00" && at.0 % 1_000_000 == 0;
                match (from, until) {
                    // Whole days are named as they are typed; the last one belongs to the period.
                    (Some(from), Some(until)) if is_midnight(from) && is_midnight(until) && from < until => {
                        let (first, last) = (from.date(zone), until.plus(-1).date(zone));
                        if first == last { first } else { format!("{first} – {last}") }
                    }
                    // A single time, as exact as it is known.
                    (Some(from), Some(until)) if (1..=1_000).contains(&until.since(from)) => {
                        format!("{} {name}", from.in_zone(zone).format("%Y-%m-%d %H:%M:%S%.f"))
                    }
                    (Some(from), Some(until)) => {
                        let end = text(until);
                        // One day is said once.
                        let is_same_day = from.date(zone) == until.date(zone);
                        let end =
                            if is_same_day { end.split_once(' ').map_or(&*end, |(_, clock)| clock) } else { &end };
                        format!("{} – {end} {name}", text(from))
                    }
                    (Some(from), None) => format!("since {} {name}", text(from)),
                    (None, Some(until)) => format!("until {} {name}", text(until)),
                    (None, None) => "All time".into(),
                }
            }
        }
    }
}

/// As `--period` takes it; absolute ends in UTC.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let edge = |at: &Option<Timestamp>| {
            at.map(|at| at.rfc3339(if at.0 % 1_000_000 == 0 { 0 } else { 6 })).unwrap_or_default()
        };
        match self {
            Self::All => f.write_str("all"),
            Self::Last(micros) => f.write_str(&span_words(*micros).replace(' ', "")),
            Self::Days(0, _) => f.write_str("today"),
            Self::Days(..) => f.write_str("yesterday"),
            Self::Week(0) => f.write_str("this-week"),
            Self::Week(_) => f.write_str("last-week"),
            Self::Month(0) => f.write_str("this-month"),
            Self::Month(_) => f.write_str("last-month"),
            Self::Between(from, until) => write!(f, "{}..{}", edge(from), edge(until)),
        }
    }
}

/// Whether a time is within a minute.
pub(super) fn has_seconds(at: Timestamp) -> bool {
    at.0 % 60_000_000 != 0
}

fn span_words(micros: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let seconds = (micros / 1_000_000).max(1);
    let (size, unit) = *UNITS
        .iter()
        .find(|(size, _)| seconds % size == 0 && (*size != 86_400 || seconds > *size))
        .expect("every whole number is divisible by one second");
    format!("{} {unit}", seconds / size)
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    From,
    Until,
}

/// An empty edge is open; a day, a month or a year as the later edge is included whole.
#[expect(clippy::option_option, reason = "outside: is it readable; inside: is it open")]
fn read_edge(text: &str, zone: Tz, edge: Edge) -> Option<Option<Timestamp>> {
    let text = text.trim();
    if text.is_empty() || text == "*" {
        return Some(None);
    }
    if let Some((first, behind)) = read_days(text) {
        let day = if edge == Edge::Until { behind } else { first };
        return Some(Some(day_start(day, zone)?));
    }
    parse_time(text.as_bytes(), Some(zone)).map(|moment| Some(moment.at))
}

/// A day, a month or a year: its first day, and the first one behind it. `2026-11-23`, `2026/11/23`, `2026-11`,
/// `2026`.
fn read_days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    /// No log is older, and hardly a number of this size is a year later.
    const YEARS: std::ops::Range<i32> = 1970..2100;
    let lengths: Vec<usize> = text.split(['-', '/']).map(str::len).collect();
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/'));
    let mut numbers = text.split(['-', '/']).map(str::parse::<u32>);
    let year = i32::try_from(numbers.next()?.ok().filter(|_| is_plain)?).ok()?;
    let first = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
    match lengths.as_slice() {
        [4, 2, 2] if text.as_bytes().get(4) == text.as_bytes().get(7) => {
            let day = NaiveDate::from_ymd_opt(year, numbers.next()?.ok()?, numbers.next()?.ok()?)?;
            Some((day, day.succ_opt()?))
        }
        [4, 2] if YEARS.contains(&year) => {
            let month = first(year, numbers.next()?.ok()?)?;
            Some((month, month.checked_add_months(chrono::Months::new(1))?))
        }
        [4] if YEARS.contains(&year) => Some((first(year, 1)?, first(year + 1, 1)?)),
        _ => None,
    }
}

pub(super) fn day_start(day: NaiveDate, zone: Tz) -> Option<Timestamp> {
    // Noon exists on every day of every zone; the day's start is found from there.
    let noon = zone.from_local_datetime(&day.and_hms_opt(12, 0, 0)?).earliest()?;
    Some(Timestamp(noon.timestamp_micros()).day_start(zone, 0))
}

#[cfg(test)]
#[path = "period_tests.rs"]
mod tests;
