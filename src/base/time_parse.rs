//! Reading the times that logs carry: RFC 3339 and its relatives, the common log format,
//! numbers of seconds or finer, and times without a zone.

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use super::months::month_of_letters;
use super::time::{Moment, SECOND, Timestamp};

/// Reads any known spelling. `zone` is for times that name none; without it those are refused.
pub fn parse_time(text: &[u8], zone: Option<Tz>) -> Option<Moment> {
    let text = text.trim_ascii();
    match text.first()? {
        b'0'..=b'9' | b'-' | b'+' | b'.' => {
            parse_dashed(text, zone).or_else(|| parse_epoch(text)).or_else(|| parse_clf(text, zone))
        }
        b'[' => parse_clf(text.strip_prefix(b"[")?.strip_suffix(b"]")?, zone),
        _ => parse_named(text, zone),
    }
}

/// `2026-11-23T12:01:22.084Z`, also with a space for the `T`, slashes in the date, an offset
/// with or without colon, the words `UTC` and `GMT`, or nothing behind the time.
fn parse_dashed(text: &[u8], zone: Option<Tz>) -> Option<Moment> {
    let year = digits(text, 0, 4)?;
    let dash = *text.get(4)?;
    if dash != b'-' && dash != b'/' || text.get(7) != Some(&dash) {
        return None;
    }
    let (month, day) = (digits(text, 5, 2)?, digits(text, 8, 2)?);
    if text.len() == 10 {
        return local(year, month, day, [0; 3], zone?).map(|at| Moment { at, digits: 0 });
    }
    if !matches!(text.get(10), Some(b'T' | b't' | b' ' | b'_')) {
        return None;
    }
    let hour = digits(text, 11, 2)?;
    let minute = digits(text, 14, 2)?;
    if text.get(13) != Some(&b':') {
        return None;
    }
    let (second, mut at) = match text.get(16) {
        Some(b':') => (digits(text, 17, 2)?, 19),
        _ => (0, 16),
    };
    let (micros, shown) = fraction(text, &mut at)?;
    let rest = text.get(at..)?.trim_ascii();
    let moment = |at: Timestamp| Moment { at: at.plus(micros), digits: shown };
    let clock = [hour, minute, second];
    let utc = || civil(year, month, day, clock);
    match rest {
        b"" => local(year, month, day, clock, zone?).map(moment),
        b"Z" | b"z" | b"UTC" | b"GMT" => utc().map(moment),
        _ => {
            let offset = offset_secs(rest)?;
            utc().map(|at| moment(at.plus_secs(-offset)))
        }
    }
}

/// The common log format: `23/Nov/2026:01:07:59 +0000`, also with a fraction or without a zone.
fn parse_clf(text: &[u8], zone: Option<Tz>) -> Option<Moment> {
    let day = digits(text, 0, 2)?;
    let month = month_of_letters(text.get(3..6)?)?;
    let year = digits(text, 7, 4)?;
    if text[2] != b'/' || text[6] != b'/' || !matches!(text.get(11), Some(b':' | b' ')) {
        return None;
    }
    let clock = [digits(text, 12, 2)?, digits(text, 15, 2)?, digits(text, 18, 2)?];
    let mut at = 20;
    let (micros, shown) = fraction(text, &mut at)?;
    let rest = text.get(at..)?.trim_ascii();
    let start = if rest.is_empty() {
        local(year, month, day, clock, zone?)?
    } else {
        civil(year, month, day, clock)?.plus_secs(-offset_secs(rest)?)
    };
    Some(Moment { at: start.plus(micros), digits: shown })
}

/// `Mon, 23 Nov 2026 12:01:22 GMT` and `Nov 23, 2026 12:01:22 PM`, by chrono.
fn parse_named(text: &[u8], zone: Option<Tz>) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(time) = chrono::DateTime::parse_from_rfc2822(text) {
        return Some(Moment { at: Timestamp(time.timestamp_micros()), digits: 0 });
    }
    let zone = zone?;
    for pattern in ["%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %I:%M %p"] {
        if let Ok(naive) = chrono::NaiveDateTime::parse_from_str(text, pattern) {
            let time = zone.from_local_datetime(&naive).earliest()?;
            return Some(Moment { at: Timestamp(time.timestamp_micros()), digits: 0 });
        }
    }
    None
}

/// Numbers since 1970, in seconds, milli-, micro- or nanoseconds by their size; decimals count.
pub fn parse_epoch(text: &[u8]) -> Option<Moment> {
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let whole_len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if whole_len == 0 || whole_len > 19 {
        return None;
    }
    let whole: i128 = std::str::from_utf8(&text[..whole_len]).ok()?.parse().ok()?;
    let mut at = whole_len;
    // The fraction belongs to the unit, so more than six digits may still matter.
    let mut scale = 0_u32;
    let mut fraction: i128 = 0;
    if text.get(at) == Some(&b'.') {
        at += 1;
        while let Some(digit) = text.get(at).filter(|b| b.is_ascii_digit()) {
            if scale < 9 {
                fraction = fraction * 10 + i128::from(digit - b'0');
                scale += 1;
            }
            at += 1;
        }
    }
    if at != text.len() {
        return None;
    }
    // From the year 5138 in seconds on, the next finer unit is meant.
    let (unit_micros_num, unit_micros_den, unit_digits) = match whole {
        0..100_000_000_000 => (1_000_000_i128, 1_i128, 0_u32),
        100_000_000_000..100_000_000_000_000 => (1_000, 1, 3),
        100_000_000_000_000..100_000_000_000_000_000 => (1, 1, 6),
        _ => (1, 1_000, 6),
    };
    let scaled = whole * 10_i128.pow(scale) + fraction;
    let micros = scaled * unit_micros_num / unit_micros_den / 10_i128.pow(scale);
    let micros = i64::try_from(if negative { -micros } else { micros }).ok()?;
    Some(Moment { at: Timestamp(micros), digits: (unit_digits + scale).min(6) as u8 })
}

/// A float as it stands in JSON, in seconds or finer by its size.
pub fn from_float(value: f64) -> Option<Moment> {
    value.is_finite().then(|| format!("{value:.6}")).and_then(|t| parse_epoch(t.as_bytes()))
}

fn digits(text: &[u8], at: usize, count: usize) -> Option<u32> {
    let mut value = 0;
    for &byte in text.get(at..at + count)? {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u32::from(byte - b'0');
    }
    Some(value)
}

/// Reads `.084` or `,084` at a place and moves past it: microseconds and digits written.
fn fraction(text: &[u8], at: &mut usize) -> Option<(i64, u8)> {
    if !matches!(text.get(*at), Some(b'.' | b',')) {
        return Some((0, 0));
    }
    *at += 1;
    let (mut micros, mut shown) = (0_i64, 0_u8);
    while let Some(digit) = text.get(*at).filter(|b| b.is_ascii_digit()) {
        if shown < 6 {
            micros = micros * 10 + i64::from(digit - b'0');
            shown += 1;
        }
        *at += 1;
    }
    (shown > 0).then(|| (micros * 10_i64.pow(6 - u32::from(shown)), shown))
}

fn offset_secs(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b"UTC").or(text.strip_prefix(b"GMT")).unwrap_or(text);
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(text, 1, 2)?;
    let minutes = match text.len() {
        3 => 0,
        5 => digits(text, 3, 2)?,
        6 if text[3] == b':' => digits(text, 4, 2)?,
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

fn valid(month: u32, day: u32, year: u32, [hour, minute, second]: [u32; 3]) -> bool {
    const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    (1..=12).contains(&month)
        && day >= 1
        && day <= DAYS[month as usize - 1] + u32::from(leap && month == 2)
        && hour < 24
        && minute < 60
        // A leap second is written as :60.
        && (second < 60 || second == 60 && minute == 59)
}

/// A calendar time in UTC. A leap second sorts after :59 and before the next :00.
fn civil(year: u32, month: u32, day: u32, clock: [u32; 3]) -> Option<Timestamp> {
    if !valid(month, day, year, clock) {
        return None;
    }
    // Days from civil, after Howard Hinnant's public-domain algorithm.
    let shifted_year = i64::from(year) - i64::from(month <= 2);
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    let [hour, minute, second] = clock.map(i64::from);
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second.min(59);
    let leap = if second == 60 { SECOND - 1 } else { 0 };
    Some(Timestamp::from_secs(seconds).plus(leap))
}

/// A time on a zone's clock. In the hour that happens twice the first is taken; in the hour that
/// is skipped, the clock as it would have gone on.
pub fn at_local(naive: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let time = zone.from_local_datetime(&naive).earliest().or_else(|| {
        let before = zone.from_local_datetime(&(naive - chrono::Duration::hours(3))).earliest()?;
        Some(before + chrono::Duration::hours(3))
    })?;
    Some(Timestamp(time.timestamp_micros()))
}

fn local(year: u32, month: u32, day: u32, clock: [u32; 3], zone: Tz) -> Option<Timestamp> {
    if !valid(month, day, year, clock) {
        return None;
    }
    let naive = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(
        clock[0],
        clock[1],
        clock[2].min(59),
    )?;
    at_local(naive, zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        parse_time(text.as_bytes(), None).map(|m| m.to_string())
    }

    #[test]
    fn spellings() {
        let cases = [
            ("2026-11-23T12:01:22Z", "2026-11-23T12:01:22Z"),
            ("2026-11-23T12:01:22.084Z", "2026-11-23T12:01:22.084Z"),
            ("2026-11-23T12:01:22.123456789+02:00", "2026-11-23T10:01:22.123456Z"),
            ("2026-11-23 12:01:22 UTC", "2026-11-23T12:01:22Z"),
            ("2026-11-23 12:01:22 -0800", "2026-11-23T20:01:22Z"),
            ("2026/11/23 12:01:22Z", "2026-11-23T12:01:22Z"),
            ("23/Nov/2026:01:07:59 +0000", "2026-11-23T01:07:59Z"),
            ("[23/Nov/2026:01:07:59 +0130]", "2026-11-22T23:37:59Z"),
            ("1795396079", "2026-11-23T01:07:59Z"),
            ("1795396079.829", "2026-11-23T01:07:59.829Z"),
            ("1795396079.8276722", "2026-11-23T01:07:59.827672Z"),
            ("1795396079829", "2026-11-23T01:07:59.829Z"),
            ("1795396079829000000", "2026-11-23T01:07:59.829000Z"),
            ("Mon, 23 Nov 2026 12:01:22 GMT", "2026-11-23T12:01:22Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "soon",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T25:00:00Z",
            "12:01:22",
            "2026-11-23T12:01:22",
            "2026-11-23T12:01:22+99:00",
            "1795396079x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn leap_second_sorts_between() {
        let at = |t: &str| parse_time(t.as_bytes(), None).expect(t).at;
        assert!(at("2016-12-31T23:59:59Z") < at("2016-12-31T23:59:60Z"));
        assert!(at("2016-12-31T23:59:60Z") < at("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn zones_with_folds_and_gaps() {
        let zone = Some(chrono_tz::America::New_York);
        let at = |t: &str| parse_time(t.as_bytes(), zone).expect(t).to_string();
        assert_eq!(at("2026-07-01 12:00:00"), "2026-07-01T16:00:00Z");
        assert_eq!(at("2026-11-01 01:30:00"), "2026-11-01T05:30:00Z", "the first of two");
        assert_eq!(at("2026-03-08 02:30:00"), "2026-03-08T07:30:00Z", "as if it went on");
    }

    proptest! {
        #[test]
        fn agrees_with_chrono(micros in -62_135_596_800_000_000_i64..253_402_300_799_000_000) {
            let text = Timestamp(micros).rfc3339(6);
            prop_assert_eq!(parse_time(text.as_bytes(), None).map(|m| m.at), Some(Timestamp(micros)));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse_time(&bytes, Some(chrono_tz::Asia::Tokyo));
        }
    }
}
