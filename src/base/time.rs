//! Points in time, as microseconds UTC, and how they are written.

use std::fmt;

use chrono::offset::LocalResult;
use chrono::{DateTime, Datelike, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;

/// A point in time: microseconds since 1970 in UTC, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Before every other.
    pub const MIN: Self = Self(i64::MIN);
    /// After every other.
    pub const MAX: Self = Self(i64::MAX);

    /// The clock of this machine. Not for `app` and `view`, which are told the time.
    pub fn now() -> Self {
        Self(Utc::now().timestamp_micros())
    }

    /// From whole seconds.
    pub fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Whole seconds, rounded down.
    pub fn secs(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Later by so many microseconds.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Later by so many seconds.
    #[must_use]
    pub fn plus_secs(self, seconds: i64) -> Self {
        self.plus(seconds.saturating_mul(SECOND))
    }

    /// Microseconds since an earlier point; negative when that is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same point at the start of its second.
    #[must_use]
    pub fn floor_secs(self) -> Self {
        Self::from_secs(self.secs())
    }

    fn utc(self) -> DateTime<Utc> {
        // Times far outside the calendar are clamped: they are shown, never a reason to panic.
        let (low, high) = (-62_135_596_800 * SECOND, 253_402_300_799 * SECOND + 999_999);
        DateTime::from_timestamp_micros(self.0.clamp(low, high)).expect("years 1 to 9999 are inside chrono's calendar")
    }

    /// The same point on a zone's clock.
    pub fn in_zone(self, zone: Tz) -> DateTime<Tz> {
        self.utc().with_timezone(&zone)
    }

    /// RFC 3339 in UTC with so many digits of a second (0 to 6): `2026-11-23T12:01:22Z`.
    pub fn rfc3339(self, digits: u8) -> String {
        let time = self.utc();
        let mut out = time.format("%Y-%m-%dT%H:%M:%S").to_string();
        push_fraction(&mut out, time.timestamp_subsec_micros(), digits);
        out.push('Z');
        out
    }

    /// The time of day on a zone's clock: `12:01:22`.
    pub fn clock(self, zone: Tz) -> String {
        self.in_zone(zone).format("%H:%M:%S").to_string()
    }

    /// The time of day with so many digits of a second: `12:01:22.084`.
    pub fn clock_digits(self, zone: Tz, digits: u8) -> String {
        let time = self.in_zone(zone);
        let mut out = time.format("%H:%M:%S").to_string();
        push_fraction(&mut out, time.timestamp_subsec_micros(), digits);
        out
    }

    /// The calendar day in a zone: `2026-11-23`.
    pub fn date(self, zone: Tz) -> String {
        self.in_zone(zone).format("%Y-%m-%d").to_string()
    }

    /// Date and time in a zone, with its name: `2026-11-23 12:01:22 UTC`.
    pub fn full(self, zone: Tz, digits: u8) -> String {
        format!("{} {} {}", self.date(zone), self.clock_digits(zone, digits), zone_name(zone))
    }

    /// Seconds east of Greenwich in a zone at this point.
    pub fn offset_secs(self, zone: Tz) -> i32 {
        self.in_zone(zone).offset().fix().local_minus_utc()
    }

    /// How far a zone's clock is from Greenwich: `UTC−8`, `UTC+5:30`.
    pub fn offset_name(self, zone: Tz) -> String {
        let minutes = self.offset_secs(zone) / 60;
        let (sign, ahead) = (if minutes < 0 { '−' } else { '+' }, minutes.abs());
        match ahead % 60 {
            0 => format!("UTC{sign}{}", ahead / 60),
            rest => format!("UTC{sign}{}:{rest:02}", ahead / 60),
        }
    }

    /// What stands behind a time on a zone's clock: nothing, but where that time comes twice, as in the night in which
    /// the clock is set back, which of them it is: ` UTC−4`.
    pub fn told_apart(self, zone: Tz) -> String {
        let local = zone.from_local_datetime(&self.in_zone(zone).naive_local());
        if matches!(local, LocalResult::Ambiguous(..)) { format!(" {}", self.offset_name(zone)) } else { String::new() }
    }

    /// The start of the calendar day in a zone, shifted by so many days. Where the clock skips
    /// midnight, the first time that exists.
    #[must_use]
    pub fn day_start(self, zone: Tz, shift: i64) -> Self {
        let day = self.in_zone(zone).date_naive() + chrono::Duration::days(shift);
        for minutes in 0..=180 {
            let naive = day.and_hms_opt(0, 0, 0).expect("midnight is a time") + chrono::Duration::minutes(minutes);
            if let Some(time) = zone.from_local_datetime(&naive).earliest() {
                return Self(time.timestamp_micros());
            }
        }
        Self(zone.from_utc_datetime(&day.and_hms_opt(0, 0, 0).expect("midnight is a time")).timestamp_micros())
    }

    /// The start of the calendar month in a zone, shifted by so many months.
    #[must_use]
    pub fn month_start(self, zone: Tz, shift: i64) -> Self {
        let today = self.in_zone(zone).date_naive();
        let months = i64::from(today.year()) * 12 + i64::from(today.month0()) + shift;
        let year = i32::try_from(months.div_euclid(12)).unwrap_or(i32::MAX);
        let first = chrono::NaiveDate::from_ymd_opt(year, months.rem_euclid(12) as u32 + 1, 1);
        let days = first.map_or(0, |first| first.signed_duration_since(today).num_days());
        self.day_start(zone, days)
    }

    /// Days since Monday in a zone, 0 to 6.
    pub fn weekday(self, zone: Tz) -> i64 {
        i64::from(self.in_zone(zone).weekday().num_days_from_monday())
    }

    /// Second of the day in a zone.
    pub fn second_of_day(self, zone: Tz) -> u32 {
        self.in_zone(zone).num_seconds_from_midnight()
    }
}

fn push_fraction(out: &mut String, micros: u32, digits: u8) {
    use fmt::Write;
    let digits = u32::from(digits.min(6));
    if digits > 0 {
        let shown = micros / 10_u32.pow(6 - digits);
        let _ = write!(out, ".{shown:0width$}", width = digits as usize);
    }
}

/// What a zone is called on the screen: the place without its continent.
pub fn zone_name(zone: Tz) -> String {
    match zone.name() {
        "UTC" | "Etc/UTC" => "UTC".into(),
        name => name.rsplit('/').next().unwrap_or(name).replace('_', " "),
    }
}

/// A point in time with the number of decimals its source wrote, so that none is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Digits of a second that the source wrote, at most 6.
    pub digits: u8,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.at.rfc3339(self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_digits_it_was_given() {
        let at = Timestamp(1_795_435_282_084_500);
        assert_eq!(at.rfc3339(0), "2026-11-23T12:01:22Z");
        assert_eq!(at.rfc3339(3), "2026-11-23T12:01:22.084Z");
        assert_eq!(at.full(chrono_tz::America::Los_Angeles, 0), "2026-11-23 04:01:22 Los Angeles");
    }

    #[test]
    fn far_times_are_clamped() {
        assert_eq!(Timestamp::MAX.rfc3339(0), "9999-12-31T23:59:59Z");
        assert!(Timestamp::MIN.rfc3339(0).starts_with("0001-01-01"));
    }

    #[test]
    fn days_start_where_midnight_exists() {
        // Cuba springs forward at midnight: 2026-03-08 begins at 01:00.
        let noon = Timestamp(1_772_971_200_000_000);
        let start = noon.day_start(chrono_tz::America::Havana, 0);
        assert_eq!(start.clock(chrono_tz::America::Havana), "01:00:00");
    }
}
