//! How long a bar of a timeline is, and where its borders are: at those of the clock and the calendar
//! in a zone.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::base::time::{SECOND, Timestamp};
use crate::base::units;

use super::period::TimeRange;

/// How long a bar is. Days and months are those of a calendar: they have 23 or 25 hours, 28 to 31
/// days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many seconds, from a border of the clock.
    Secs(i64),
    /// So many days; seven begin on a Monday.
    Days(i64),
    /// So many months.
    Months(i64),
}

/// Lengths that people count in.
pub const STEPS: &[Step] = &[
    Step::Secs(1),
    Step::Secs(2),
    Step::Secs(5),
    Step::Secs(10),
    Step::Secs(15),
    Step::Secs(20),
    Step::Secs(30),
    Step::Secs(60),
    Step::Secs(120),
    Step::Secs(300),
    Step::Secs(600),
    Step::Secs(900),
    Step::Secs(1_200),
    Step::Secs(1_800),
    Step::Secs(3_600),
    Step::Secs(7_200),
    Step::Secs(10_800),
    Step::Secs(14_400),
    Step::Secs(21_600),
    Step::Secs(43_200),
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(3),
    Step::Months(12),
    Step::Months(60),
    Step::Months(120),
    Step::Months(600),
    Step::Months(1_200),
];

const DAY: i64 = 86_400 * SECOND;

/// A thousand years.
const MOST_MONTHS: i64 = 12_000;

impl Step {
    /// Reads a length: `10m`, `1h`, `day`, `week`, `3 months`, `year`. Whole days are those of the
    /// calendar.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        // `day` is one of them.
        let text = if text.starts_with(|c: char| c.is_ascii_digit()) { text } else { format!("1{text}") };
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let months = match unit.trim() {
            "mo" | "month" | "months" => 1,
            "quarter" | "quarters" => 3,
            "y" | "year" | "years" => 12,
            _ => {
                let nanos = units::parse_span(&text)?;
                let seconds = i64::try_from(nanos / 1_000_000_000).ok().filter(|seconds| *seconds > 0)?;
                let is_whole = nanos.is_multiple_of(1_000_000_000);
                return is_whole.then_some(if seconds % 86_400 == 0 {
                    Self::Days(seconds / 86_400)
                } else {
                    Self::Secs(seconds)
                });
            }
        };
        let count: i64 = text[..text.len() - unit.len()].parse().ok()?;
        (1..=MOST_MONTHS).contains(&(count.checked_mul(months)?)).then_some(Self::Months(count * months))
    }

    /// How long it usually is, in microseconds.
    pub fn micros(self) -> i64 {
        match self {
            Self::Secs(seconds) => seconds * SECOND,
            Self::Days(days) => days * DAY,
            Self::Months(months) => months * 30 * DAY,
        }
    }

    /// Bars in a span, at most: the first and the last may be cut, and so may one where the clock is
    /// put forward.
    pub fn most_bars(self, span: TimeRange) -> i64 {
        let (shortest, cut) = match self {
            Self::Secs(seconds) if seconds <= 3_600 => (seconds * SECOND, 2),
            Self::Secs(seconds) => (seconds * SECOND, 3),
            Self::Days(days) => (days * DAY, 3),
            Self::Months(months) => (months * 28 * DAY, 3),
        };
        span.micros() / shortest + cut
    }

    /// In words: `10 min`, `6 h`, `1 d`, `1 week`, `3 months`.
    pub fn words(self) -> String {
        let of = |count: i64, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
        match self {
            Self::Secs(seconds) if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
            Self::Secs(seconds) if seconds % 60 == 0 => format!("{} min", seconds / 60),
            Self::Secs(seconds) => format!("{seconds} s"),
            Self::Days(days) if days % 7 == 0 => of(days / 7, "week", "weeks"),
            Self::Days(days) => format!("{days} d"),
            Self::Months(months) if months % 12 == 0 => of(months / 12, "year", "years"),
            Self::Months(months) => of(months, "month", "months"),
        }
    }

    /// The last border that is not behind a time.
    pub fn border_before(self, at: Timestamp, zone: Tz) -> Timestamp {
        match self {
            Self::Secs(seconds) => {
                let width = seconds * SECOND;
                let border = on_clock(at, at, width, zone);
                if border.offset_secs(zone) == at.offset_secs(zone) {
                    return border;
                }
                // The clock was changed in between: the last border by the old one.
                let old = change(border, at, zone).plus(-1);
                on_clock(old, old, width, zone)
            }
            Self::Days(days) => {
                // Day 1 of the calendar is a Monday.
                let day = i64::from(at.in_zone(zone).num_days_from_ce()) - 1;
                at.day_start(zone, -day.rem_euclid(days))
            }
            Self::Months(months) => {
                let day = at.in_zone(zone);
                let month = i64::from(day.year()) * 12 + i64::from(day.month0());
                at.month_start(zone, -month.rem_euclid(months))
            }
        }
    }

    /// The border behind one.
    pub fn border_after(self, border: Timestamp, zone: Tz) -> Timestamp {
        match self {
            Self::Secs(seconds) => {
                let width = seconds * SECOND;
                let next = on_clock(border, border, width, zone).plus(width);
                if next.offset_secs(zone) == border.offset_secs(zone) {
                    return next;
                }
                // The clock is changed in between: the first border by the new one.
                let new = change(border, next, zone);
                let last = on_clock(new, new, width, zone);
                if last == new { new } else { last.plus(width) }
            }
            Self::Days(days) => border.day_start(zone, days),
            Self::Months(months) => border.month_start(zone, months),
        }
    }
}

/// The border of a width on the clock that a zone has at some time, not behind a time.
fn on_clock(at: Timestamp, clock: Timestamp, width: i64, zone: Tz) -> Timestamp {
    let offset = i64::from(clock.offset_secs(zone)) * SECOND;
    Timestamp((at.0 + offset).div_euclid(width) * width - offset)
}

/// When a zone's clock was changed between two times at which it differs: the first microsecond of
/// the new one.
fn change(before: Timestamp, after: Timestamp, zone: Tz) -> Timestamp {
    let (mut old, mut new) = (before.0, after.0);
    let offset = after.offset_secs(zone);
    while new - old > 1 {
        let middle = old + (new - old) / 2;
        if Timestamp(middle).offset_secs(zone) == offset {
            new = middle;
        } else {
            old = middle;
        }
    }
    Timestamp(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_said_as_people_do() {
        let cases = [
            ("20s", "20 s"),
            ("15 min", "15 min"),
            ("90m", "90 min"),
            ("6h", "6 h"),
            ("24h", "1 d"),
            ("day", "1 d"),
            ("2 Days", "2 d"),
            ("week", "1 week"),
            ("14d", "2 weeks"),
            ("month", "1 month"),
            ("3mo", "3 months"),
            ("quarter", "3 months"),
            ("1y", "1 year"),
            ("10 years", "10 years"),
        ];
        for (text, words) in cases {
            assert_eq!(Step::read(text).map(Step::words).as_deref(), Some(words), "{text}");
        }
        for text in ["", "soon", "0s", "1ms", "1.5s", "1.5 months", "0 months", "9999999y", "10"] {
            assert_eq!(Step::read(text), None, "{text}");
        }
    }
}
