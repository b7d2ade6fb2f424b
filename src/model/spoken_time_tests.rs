use super::*;
use chrono_tz::America::Los_Angeles;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC, 04:01:22 there

fn at(text: &str) -> String {
    read_time(text, NOW, Los_Angeles).unwrap_or_else(|error| panic!("{text}: {error}")).at.rfc3339(0)
}

#[test]
fn times_as_people_say_them() {
    let cases = [
        ("4pm", "2026-11-23T00:00:00Z"), // the last one: yesterday there
        ("4 pm", "2026-11-23T00:00:00Z"),
        ("4:30 pm", "2026-11-23T00:30:00Z"),
        ("Nov 22, 4:30 PM Los Angeles", "2026-11-23T00:30:00Z"),
        ("4am", "2026-11-23T12:00:00Z"), // a minute ago
        ("16:00", "2026-11-23T00:00:00Z"),
        ("4pm America/Los_Angeles", "2026-11-23T00:00:00Z"),
        ("4pm in Los Angeles", "2026-11-23T00:00:00Z"),
        ("4pm los angeles", "2026-11-23T00:00:00Z"),
        ("4pm UTC", "2026-11-22T16:00:00Z"),
        ("16:00 utc", "2026-11-22T16:00:00Z"),
        ("9pm Tokyo", "2026-11-23T12:00:00Z"),
        ("4pm Chicago", "2026-11-22T22:00:00Z"),
        ("11-22 4pm", "2026-11-23T00:00:00Z"),
        ("4pm 11-22", "2026-11-23T00:00:00Z"),
        ("12-01 00:30", "2025-12-01T08:30:00Z"), // not in the future
        ("Nov 22 4:30pm", "2026-11-23T00:30:00Z"),
        ("22 nov, 16:30:05 Los Angeles", "2026-11-23T00:30:05Z"),
        ("yesterday noon", "2026-11-22T20:00:00Z"),
        ("yesterday", "2026-11-22T08:00:00Z"),
        ("sunday 10:00", "2026-11-22T18:00:00Z"),
        ("monday 10:00", "2026-11-16T18:00:00Z"), // today's is still to come
        ("2026-11-23T12:01:22Z", "2026-11-23T12:01:22Z"),
        ("2026-11-23T12:01:22", "2026-11-23T20:01:22Z"),
        ("2026-11-23T12:01 UTC", "2026-11-23T12:01:00Z"),
        ("2026-11-23 12:01:22 +02:00", "2026-11-23T10:01:22Z"),
        ("2026-11-01", "2026-11-01T07:00:00Z"),
        ("2h ago", "2026-11-23T10:01:22Z"),
        ("90 min ago", "2026-11-23T10:31:22Z"),
        ("now", "2026-11-23T12:01:22Z"),
        ("1795435282", "2026-11-23T12:01:22Z"),
        ("1795435282084", "2026-11-23T12:01:22Z"),
        ("1795435282.5", "2026-11-23T12:01:22Z"),
        ("Mon, 23 Nov 2026 12:01:22 GMT", "2026-11-23T12:01:22Z"),
        ("23/Nov/2026:01:07:59 +0000", "2026-11-23T01:07:59Z"),
        ("2026/11/23 12:01:22", "2026-11-23T20:01:22Z"),
    ];
    for (text, expected) in cases {
        assert_eq!(at(text), expected, "{text}");
    }
}

#[test]
fn errors_name_the_place_and_the_right_spelling() {
    let error = |text: &str| read_time(text, NOW, Los_Angeles).expect_err(text);
    let zone = error("4pm PST");
    assert_eq!((zone.span.clone(), zone.hint.as_str()), (4..7, "write America/Los_Angeles"));
    let wrong = error("4pm Los Angels");
    assert_eq!(
        (&"4pm Los Angels"[wrong.span.clone()], wrong.hint.as_str()),
        ("Los Angels", "did you mean America/Los_Angeles?")
    );
    for text in [
        "",
        "soon",
        "25:00",
        "13pm",
        "16",
        "2026",
        "2026-02-30",
        "02-30",
        "4pm 5pm",
        "ago",
        "x ago",
        "11/12",
        "31/31",
        "this",
        "last",
    ] {
        let error = error(text);
        assert!(!error.hint.is_empty() && error.span.end <= text.len(), "{text}: {error}");
    }
}

#[test]
fn clocks_that_are_set_are_said() {
    let read = |text: &str| read_time(text, NOW, Los_Angeles).expect(text);
    let twice = read("2026-11-01 01:30");
    assert_eq!(twice.at.rfc3339(0), "2026-11-01T08:30:00Z");
    assert_eq!(twice.note.as_deref(), Some("01:30 comes twice there that day; the first is taken"));
    assert!(read("2026-03-08 02:30").note.is_some_and(|note| note.contains("skipped")));
    assert_eq!(read("2026-11-02 01:30").note, None);
}

#[test]
fn a_day_ends_where_the_next_begins() {
    let day = read_time("2026-11-01", NOW, Los_Angeles).expect("a day");
    assert_eq!(day.as_end().since(day.at), 25 * 3_600 * 1_000_000, "the clock was set back");
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,30}") {
        let _ = read_time(&text, NOW, Los_Angeles);
    }

    #[test]
    fn never_panics_on_what_looks_right(text in "[0-9a-zA-Z:/ +.-]{0,24}") {
        let _ = read_time(&text, NOW, Los_Angeles);
    }

    #[test]
    fn full_times_are_read_as_they_are_written(secs in 0_i64..4_000_000_000) {
        let at = Timestamp::from_secs(secs);
        let text = at.full(Los_Angeles, 0);
        let read = read_time(&text, Timestamp::from_secs(4_100_000_000), chrono_tz::UTC).expect("a time");
        // In the hour that comes twice the first is taken.
        prop_assert!(read.at == at || read.note.is_some() && at.since(read.at) == 3_600_000_000);
    }
}
