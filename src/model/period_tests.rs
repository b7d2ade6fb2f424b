//! Tests of periods.

use super::*;
use chrono_tz::{America::Los_Angeles, UTC};

const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC

fn range(text: &str, zone: Tz) -> (String, String) {
    let range = Period::read(text, zone).expect(text).resolve(NOW, zone);
    (range.from.rfc3339(0), range.until.rfc3339(0))
}

#[test]
fn words_and_days() {
    let end = "9999-12-31T23:59:59Z".to_owned();
    assert_eq!(range("24h", UTC), ("2026-11-22T12:01:22Z".into(), end.clone()));
    assert_eq!(range("last 15 m", UTC), ("2026-11-23T11:46:22Z".into(), end.clone()));
    assert_eq!(range("1h 30m", UTC), ("2026-11-23T10:31:22Z".into(), end));
    assert_eq!(range("yesterday", UTC), ("2026-11-22T00:00:00Z".into(), "2026-11-23T00:00:00Z".into()));
    assert_eq!(range("yesterday", Los_Angeles), ("2026-11-22T08:00:00Z".into(), "2026-11-23T08:00:00Z".into()));
    assert_eq!(range("last-week", UTC), ("2026-11-16T00:00:00Z".into(), "2026-11-23T00:00:00Z".into()));
    assert_eq!(range("this month", UTC), ("2026-11-01T00:00:00Z".into(), "2026-12-01T00:00:00Z".into()));
    assert_eq!(range("last-month", Los_Angeles), ("2026-10-01T07:00:00Z".into(), "2026-11-01T07:00:00Z".into()));
    assert_eq!(range("2026-11-01..2026-11-03", UTC), ("2026-11-01T00:00:00Z".into(), "2026-11-04T00:00:00Z".into()));
    assert_eq!(range("2026-11-02", Los_Angeles), ("2026-11-02T08:00:00Z".into(), "2026-11-03T08:00:00Z".into()));
    assert_eq!(range("2026-11-01T12:00:00Z..2026-11-01T13:00:00Z", UTC).0, "2026-11-01T12:00:00Z");
}

#[test]
fn months_and_years() {
    assert_eq!(range("2026-11", UTC), ("2026-11-01T00:00:00Z".into(), "2026-12-01T00:00:00Z".into()));
    assert_eq!(range("2026-12", Los_Angeles), ("2026-12-01T08:00:00Z".into(), "2027-01-01T08:00:00Z".into()));
    assert_eq!(range("2025-12..2026-02", UTC), ("2025-12-01T00:00:00Z".into(), "2026-03-01T00:00:00Z".into()));
    assert_eq!(range("2026", UTC), ("2026-01-01T00:00:00Z".into(), "2027-01-01T00:00:00Z".into()));
    assert_eq!(range("2026/11/20", UTC), ("2026-11-20T00:00:00Z".into(), "2026-11-21T00:00:00Z".into()));
    let point = |text: &str, is_until| Period::read_point(text, UTC, NOW, is_until).expect(text).rfc3339(0);
    assert_eq!(
        (point("2026-10", false), point("2026-10", true)),
        ("2026-10-01T00:00:00Z".into(), "2026-11-01T00:00:00Z".into())
    );
    assert_eq!(point("11-22", true), "2026-11-23T00:00:00Z", "a day of this year");
}

#[test]
fn a_day_that_is_longer() {
    let (from, until) = range("2026-11-01", Los_Angeles);
    assert_eq!((from.as_str(), until.as_str()), ("2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z"), "25 hours");
}

#[test]
fn what_is_no_period() {
    for text in [
        "",
        "soon",
        "..",
        "2026-11-03..2026-11-01",
        "0h",
        "1h-30m",
        "24",
        "2026-13-01",
        "2026-13",
        "1234",
        "2026-11/01",
        "2026-",
    ] {
        assert!(Period::read(text, UTC).is_err(), "{text}");
    }
}

#[test]
fn ends_are_named_like_periods() {
    let point = |text: &str, is_until| Period::read_point(text, UTC, NOW, is_until).expect(text).rfc3339(0);
    assert_eq!(
        (point("yesterday", false), point("yesterday", true)),
        ("2026-11-22T00:00:00Z".into(), "2026-11-23T00:00:00Z".into())
    );
    assert_eq!(
        (point("last-week", false), point("last week", true)),
        ("2026-11-16T00:00:00Z".into(), "2026-11-23T00:00:00Z".into())
    );
    assert_eq!(
        (point("last-month", false), point("this-month", true)),
        ("2026-10-01T00:00:00Z".into(), "2026-12-01T00:00:00Z".into())
    );
    assert_eq!(
        (point("2026-11-03", false), point("2026-11-03", true)),
        ("2026-11-03T00:00:00Z".into(), "2026-11-04T00:00:00Z".into())
    );
    assert_eq!(
        (point("6h", false), point("4am Los Angeles", true)),
        ("2026-11-23T06:01:22Z".into(), "2026-11-23T12:00:00Z".into())
    );
}

#[test]
fn prints_what_it_reads() {
    let words =
        ["all", "24h", "30d", "15min", "today", "yesterday", "this-week", "last-week", "this-month", "last-month"];
    for text in words.into_iter().chain(["2026-11-01..2026-11-03"]) {
        let period = Period::read(text, UTC).expect(text);
        assert_eq!(Period::read(&period.to_string(), UTC), Ok(period), "{period}");
    }
    assert_eq!(Period::read("24h", UTC).expect("24h").label(UTC), "Last 24 h");
    let hours = Period::read("2026-11-01T09:00..2026-11-01T13:00", UTC).expect("hours");
    assert_eq!(hours.label(UTC), "2026-11-01 09:00 – 13:00 UTC", "one day is said once");
    let exact = Period::read("2026-11-01T09:00:30..2026-11-01T09:02", UTC).expect("minutes");
    assert_eq!(exact.label(UTC), "2026-11-01 09:00:30 – 09:02:00 UTC", "both ends are as exact");
}
