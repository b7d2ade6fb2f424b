//! The rows that could not be read: the way to them, and what is said of each.

use crate::app::event::{Effect, Event};
use crate::app::testing::Driver;
use crate::model::intake::BadRow;

use super::picture::text;
use super::states::settled;

fn with_bad(count: u64) -> Driver {
    let mut driver = settled();
    let mut sources = driver.state.sources.clone();
    sources[0].bad = count;
    driver.event(Event::Sources(sources));
    driver.done();
    driver
}

fn rows() -> Vec<BadRow> {
    let hostile = "{\"time\":\"soon\",\"x\":\"\u{1b}[2J\u{202e}\"}";
    vec![
        BadRow::new(
            "big.jsonl:190712",
            "time: “soon” is no time; write it like 2026-11-23T12:01:22Z",
            hostile.as_bytes(),
        ),
        BadRow::new("big.jsonl:77", "this is no JSON object", "x".repeat(900).as_bytes()),
        BadRow::new("a/very/long/folder/".repeat(9), "it has no time", b""),
    ]
}

#[test]
fn the_count_of_bad_rows_leads_to_them() {
    let mut driver = with_bad(3);
    assert!(text(&driver.state).contains("3 bad rows: P tells more"));
    driver.keys("P");
    let picture = text(&driver.state);
    assert!(picture.contains("3 bad rows: where, why and how they begin"), "{picture}");
    driver.keys("j");
    assert!(text(&driver.state).contains("Enter list them"), "{}", text(&driver.state));
    driver.keys("Enter");
    let asked = driver.done().into_iter().any(|effect| matches!(effect, Effect::ListBad(name, _) if name == "acme"));
    assert!(asked && text(&driver.state).contains("being read"), "{}", text(&driver.state));
    driver.event(Event::BadRows("acme".into(), Ok(rows())));
    insta::assert_snapshot!("bad_rows_120", text(&driver.state));
    insta::assert_snapshot!("bad_rows_80", text(&driver.resize(80, 24).keys("j").state));
    driver.keys("k y");
    let copied = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    assert!(copied.is_some_and(|text| text.starts_with("big.jsonl:190712: time: “soon”")));
    driver.wait(10);
    driver.keys("G j j");
    assert!(text(&driver.state).contains("it has no time"));
    driver.keys("Esc Esc");
    assert!(driver.state.layers.is_empty() && driver.is_running());
}

#[test]
fn of_many_bad_rows_it_is_said_how_many_are_listed_and_none_is_lost_on_a_small_screen() {
    let mut driver = with_bad(12_345);
    driver.resize(40, 10).keys("P j Enter");
    driver.event(Event::BadRows(
        "acme".into(),
        Ok((0..60).map(|n| BadRow::new(format!("x:{n}"), "why", b"y")).collect()),
    ));
    assert!(text(&driver.state).contains("the newest 60"), "{}", text(&driver.state));
    for n in 0..60 {
        let picture = text(&driver.state);
        assert!(picture.contains(&format!("▌ x:{n} ")), "{n}: {picture}");
        driver.keys("j");
    }
    driver.event(Event::BadRows("acme".into(), Err("the store is gone".into())));
    assert_eq!(driver.message(), "the store is gone");
}

#[test]
fn a_list_that_cannot_be_read_is_asked_for_again_when_there_are_more() {
    let mut driver = with_bad(2);
    driver.keys("P j Enter");
    assert!(text(&driver.state).contains("being read"), "{}", text(&driver.state));
    driver.event(Event::BadRows("acme".into(), Err("the disk is busy".into())));
    assert!(!text(&driver.state).contains("being read"), "{}", text(&driver.state));
    driver.done();
    let mut sources = driver.state.sources.clone();
    sources[0].bad = 3;
    driver.event(Event::Sources(sources));
    assert!(driver.done().iter().any(|effect| matches!(effect, Effect::ListBad(name, _) if name == "acme")));
}

#[test]
fn sources_without_bad_rows_have_no_further_line() {
    let mut driver = with_bad(0);
    driver.keys("P j Enter");
    assert!(driver.state.layers.is_empty(), "the source alone is there to choose");
}

#[test]
fn rows_that_come_while_they_are_listed_are_listed_too_and_the_cursor_stays_on_its_row() {
    let mut driver = with_bad(2);
    driver.keys("P j Enter");
    let listed = rows();
    driver.event(Event::BadRows("acme".into(), Ok(listed[1..].to_vec())));
    driver.keys("j");
    driver.done();
    let asks = |driver: &mut Driver, count: u64| {
        let mut sources = driver.state.sources.clone();
        sources[0].bad = count;
        driver.event(Event::Sources(sources));
        driver.done().iter().filter(|effect| matches!(effect, Effect::ListBad(name, _) if name == "acme")).count()
    };
    assert_eq!(asks(&mut driver, 2), 0, "there are no more");
    assert_eq!(asks(&mut driver, 3), 1);
    assert_eq!(asks(&mut driver, 3), 0, "it is asked once");
    assert_eq!(asks(&mut driver, 4), 0, "an older read could be the last one to end");
    driver.event(Event::BadRows("acme".into(), Ok(listed.clone())));
    assert_eq!(asks(&mut driver, 4), 1, "there are more since");
    assert_eq!(asks(&mut driver, 3), 0);
    driver.event(Event::BadRows("acme".into(), Ok(listed)));
    let picture = text(&driver.state);
    assert!(picture.contains("3 bad rows of acme"), "{picture}");
    assert!(picture.lines().any(|line| line.starts_with("▌ a/very/long")), "{picture}");
}

#[test]
fn bad_rows_that_come_before_the_list_is_read_or_below_the_help_are_listed() {
    let mut driver = with_bad(1);
    driver.keys("P j Enter");
    let come = |driver: &mut Driver, count: u64| {
        let mut sources = driver.state.sources.clone();
        sources[0].bad = count;
        driver.event(Event::Sources(sources));
    };
    let asks = |driver: &mut Driver| {
        driver.done().iter().filter(|effect| matches!(effect, Effect::ListBad(name, _) if name == "acme")).count()
    };
    come(&mut driver, 2);
    assert_eq!(asks(&mut driver), 1, "the list is read");
    driver.event(Event::BadRows("acme".into(), Ok(rows()[2..].to_vec())));
    assert_eq!(asks(&mut driver), 1, "there is one more by now");
    driver.event(Event::BadRows("acme".into(), Ok(rows()[1..].to_vec())));
    assert_eq!(asks(&mut driver), 0);
    driver.keys("?");
    come(&mut driver, 3);
    assert_eq!(asks(&mut driver), 1);
}
