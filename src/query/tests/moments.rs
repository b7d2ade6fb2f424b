//! A time stands for all of what was said of it: a minute, a second, a millisecond.

use crate::model::field::Field;
use crate::query::filter::{Filter, Test};
use crate::query::testing::{means, read};

fn period(text: &str) -> String {
    let parsed = read(text).expect(text);
    parsed.period.map(|period| period.to_string()).unwrap_or_default()
}

#[test]
fn a_moment_is_all_of_its_minute_or_second() {
    // Monday, 2026-11-23 12:01:22.
    for (text, from, until) in [
        ("time:2026-11-20T10:15", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00Z"),
        ("time:10:15", "2026-11-23T10:15:00Z", "2026-11-23T10:16:00Z"),
        ("created_at:\"2026-11-20 10:15\"", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00Z"),
        ("time=2026-11-20T10:15", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00Z"),
        ("time:2026-11-20T10:15:30Z", "2026-11-20T10:15:30Z", "2026-11-20T10:15:31Z"),
        ("time:2026-11-20T10:15+02:00", "2026-11-20T08:15:00Z", "2026-11-20T08:16:00Z"),
        ("time:\"2026-11-20 10:15 Europe/Berlin\"", "2026-11-20T09:15:00Z", "2026-11-20T09:16:00Z"),
        ("time:\"11-20 4:30pm\"", "2026-11-20T16:30:00Z", "2026-11-20T16:31:00Z"),
        ("time:4am", "2026-11-23T04:00:00Z", "2026-11-23T05:00:00Z"),
        ("time:noon", "2026-11-23T12:00:00Z", "2026-11-23T12:01:00Z"),
        ("time:1795435282", "2026-11-23T12:01:22Z", "2026-11-23T12:01:23Z"),
        ("time:2026-11-20T10:15:30.084", "2026-11-20T10:15:30.084000Z", "2026-11-20T10:15:30.085000Z"),
        ("time:2026-11-20T10:15:30.084217", "2026-11-20T10:15:30.084217Z", "2026-11-20T10:15:30.084218Z"),
        // Ends of ranges and comparisons are moments as before.
        ("time:2026-11-20T10:15..2026-11-20T10:16", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00Z"),
        ("time:2026-11-20T10:15..<2026-11-20T10:16", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00Z"),
        ("time:[2026-11-20T10:15 TO 2026-11-20T10:16]", "2026-11-20T10:15:00Z", "2026-11-20T10:16:00.000001Z"),
        ("time>=2026-11-20T10:15", "2026-11-20T10:15:00Z", ""),
        ("time>2026-11-20T10:15", "2026-11-20T10:15:00.000001Z", ""),
        ("time<2026-11-20T10:15", "", "2026-11-20T10:15:00Z"),
        ("time<=2026-11-20T10:15", "", "2026-11-20T10:15:00.000001Z"),
        ("time:2026-11-20", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
    ] {
        assert_eq!(period(text), format!("{from}..{until}"), "{text}");
    }
}

#[test]
fn moments_among_terms_are_as_wide() {
    let printed = |text: &str| read(text).expect(text).filter.to_string();
    let minute = "time:2026-11-20T10:15:00Z..2026-11-20T10:16:00Z";
    assert_eq!(printed("time:2026-11-20T10:15 OR status:500"), format!("'({minute} OR status:500)'"));
    assert_eq!(printed("-time:2026-11-20T10:15"), format!("-{minute}"));
    assert_eq!(printed("time!=2026-11-20T10:15"), format!("-{minute}"));
    for text in ["time:2026-11-20T10:15 OR status:500", "-time:2026-11-20T10:15:30Z", "-time:10:15,11:30:05.5"] {
        assert_eq!(printed(&printed(text)), printed(text), "{text}");
    }
    // What is a single instant is printed as one.
    for micros in [1_795_435_282_000_000, 1_795_435_282_084_000, 1_795_435_282_084_217] {
        let instant = Filter::Not(Box::new(Filter::field(Field::Time, Test::Range(micros, micros))));
        assert_eq!(read(&instant.to_string()).expect("it is printed").filter, instant, "{instant}");
    }
}

#[test]
fn a_span_alone_is_exactly_so_long() {
    let said = |text: &str| read(text).expect(text).sentences().join("; ");
    assert!(
        said("duration:5s").contains("duration:5s is exactly 5s; duration>=5s is from it on"),
        "{}",
        said("duration:5s")
    );
    assert!(said("duration=1m30s").contains("duration>=1m30s is from it on"), "{}", said("duration=1m30s"));
    for text in ["duration>=5s", "duration:5s..", "duration:1s,2s", "duration:0ms", "duration:0"] {
        assert!(!said(text).contains("exactly"), "{text}: {}", said(text));
    }
}

#[test]
fn periods_as_they_are_typed_are_written_out() {
    means(&[
        ("time:3-4pm", "time:2026-11-22T15:00..2026-11-22T16:00"),
        ("time:10am-11am", "time:2026-11-23T10:00..2026-11-23T11:00"),
        ("time:10:00-12:00", "time:2026-11-23T10:00..2026-11-23T12:00"),
        ("time:15h-16h", "time:2026-11-22T15:00..2026-11-22T16:00"),
        ("time:\"2026-11-20 10:00-12:00\"", "time:2026-11-20T10:00..2026-11-20T12:00"),
        ("status:500 2026-11-20 10:00-12:00", "status:500 time:2026-11-20T10:00..2026-11-20T12:00"),
        ("time:\"2026-11-20 10:00-08:00\"", "time:2026-11-20T10:00-08:00"),
        ("time:\"week 47\"", "time:2026-11-16..2026-11-22"),
        ("time:\"last week monday\"", "time:2026-11-16"),
        ("time:last-monday", "time:2026-11-16"),
        ("time:Nov-20", "time:2026-11-20"),
        ("time:last24h", "time:24h"),
    ]);
}
