//! How new and how whole what is shown is, and who brings it.

use crate::app::event::Event;
use crate::app::source_view::{Keeper, SourceKind};
use crate::app::testing::{Driver, NOW, one_record};
use crate::model::intake::Coverage;
use crate::model::period::TimeRange;
use crate::model::source_status::{Activity, SourceStatus};

use super::picture::text;
use super::states::{first_lines, settled, status, with};

#[test]
fn a_request_that_is_dated_ahead_is_not_the_age_of_a_polled_source() {
    let mut driver = with(status());
    driver.arrive(&[one_record(90_000, -3_600, "status=200")]);
    driver.wait(3);
    let header = first_lines(&driver.state).lines().next().unwrap_or_default().to_owned();
    assert!(header.contains(" old") && !header.contains(" ahead"), "{header}");
}

#[test]
fn a_long_wait_names_the_key_that_ends_it() {
    for (seconds, is_named) in [(20, false), (170, true)] {
        let until = NOW.plus_secs(seconds);
        let waiting = Activity::Waiting { until, reason: "acme.files.com: 503".into(), attempt: 9 };
        let lines = first_lines(&with(SourceStatus { activity: waiting, ..status() }).state);
        assert_eq!(lines.contains(" s (R now)"), is_named, "{lines}");
    }
}

#[test]
fn how_far_back_everything_is_here_is_said_to_the_hour() {
    let mut driver = settled();
    let now = driver.state.now;
    let mut since = |seconds: i64| {
        let from = now.plus_secs(-seconds);
        let mut sources = driver.state.sources.clone();
        sources[0].coverage = Some(Coverage { spans: vec![TimeRange::new(from, now)], wanted_from: Some(from) });
        driver.event(Event::Sources(sources));
        let frame = text(&driver.resize(200, 50).state);
        let words = frame.split_once("all since ").and_then(|(_, words)| words.split_once(" is here"));
        (words.map(|(words, _)| words.to_owned()), from.in_zone(driver.state.zone).format("%b %-d %H:").to_string())
    };
    let (words, hour) = since(30_000);
    assert!(words.as_ref().is_some_and(|words| words.starts_with(&hour)), "{words:?} {hour}");
    // The day on which the history begins is not here whole.
    let (words, day) = since(20 * 86_400);
    assert!(words.as_ref().is_some_and(|words| words.len() < 7 && !day.starts_with(words)), "{words:?} {day}");
}

#[test]
fn what_has_just_happened_is_not_ahead_of_the_clock() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.arrive(&[one_record(1, 0, "status=200;client=new")]);
    let newest = driver.state.now;
    for (ahead, words) in [(400_000, " · 0 s ago"), (7_000_000, " · 7 s ahead of this clock")] {
        driver.event(Event::Tick(newest.plus(-ahead)));
        let frame = text(&driver.resize(120, 30).state);
        assert!(frame.contains(words), "{frame}");
    }
}

#[test]
fn a_filter_or_a_period_does_not_make_the_source_look_late() {
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    let old = one_record(1, 9_000, "status=500;outcome=failure");
    driver.arrive(&[old, one_record(2, 1, "status=200;outcome=success")]);
    let age = |driver: &Driver| {
        let frame = text(&driver.state);
        let words = frame.split_once("newest ").and_then(|(_, words)| words.split_once(" old"));
        words.map(|(words, _)| words.to_owned()).unwrap_or_default()
    };
    assert_eq!(age(&driver), "1 s");
    driver.keys("!");
    assert_eq!((age(&driver).as_str(), driver.total()), ("1 s", 1));
    driver.keys("! t").type_text("01:00..02:00").keys("Enter");
    assert_eq!((age(&driver).as_str(), driver.total()), ("1 s", 1));
    // What comes and is not in the view counts, too.
    driver.wait(9);
    driver.arrive(&[one_record(3, -9, "status=200;outcome=success")]);
    driver.wait(3);
    assert_eq!(age(&driver), "3 s");
}

#[test]
fn no_period_is_said_before_the_sources_are_known() {
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    assert!(text(&driver.state).contains("All time"));
    driver.state.sources.clear();
    let frame = text(&driver.state);
    assert!(!frame.contains("All time") && !frame.contains("Last 24 h"), "{frame}");
}

#[test]
fn a_log_file_is_read_by_another_process_not_polled() {
    for (kind, word) in [(SourceKind::Polled, "polled"), (SourceKind::Followed, "read")] {
        let mut driver = Driver::empty("files-com-json", kind);
        let mut sources = driver.state.sources.clone();
        sources[0].keeper = Keeper::Elsewhere { pid: 77, host: "here".into() };
        driver.event(Event::Sources(sources));
        let header = first_lines(&driver.state).lines().next().unwrap_or_default().to_owned();
        assert!(header.contains(&format!("{word} by process 77")), "{header}");
    }
}
