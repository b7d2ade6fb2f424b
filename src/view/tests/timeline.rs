//! The timeline while it has the keys: bars under the cursor, marked spans, what is said of them.

use crate::app::event::Event;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};
use crate::model::intake::{Coverage, Gap};
use crate::model::period::TimeRange;
use crate::view::theme::{Colors, Theme};

use super::picture::{frame, text};

fn marked(width: u16, height: u16) -> Driver {
    let mut driver = super::states::settled();
    driver.resize(width, height).keys("v G Left H H H");
    driver
}

#[test]
fn marked_200() {
    insta::assert_snapshot!(text(&marked(200, 50).state));
}

#[test]
fn marked_120() {
    insta::assert_snapshot!(text(&marked(120, 30).state));
}

#[test]
fn marked_80() {
    insta::assert_snapshot!(text(&marked(80, 24).state));
}

#[test]
fn marked_40() {
    insta::assert_snapshot!(text(&marked(40, 10).state));
}

#[test]
fn zoomed_120() {
    insta::assert_snapshot!(text(&marked(120, 30).keys("Z").state));
}

#[test]
fn days_of_a_month_120() {
    let mut driver = marked(120, 30);
    driver.keys("t").type_text("2026-11-01..2026-11-23").keys("Enter");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn without_colours_and_in_ascii() {
    let theme = Theme { colors: Colors::None, has_unicode: false };
    let picture = frame(&marked(80, 24).state, theme);
    insta::assert_snapshot!(picture.picture());
}

/// A source that has not brought everything, and never will.
fn with_holes(width: u16, height: u16) -> Driver {
    let mut driver = super::states::settled();
    let now = driver.state.now;
    let mut sources = driver.state.sources.clone();
    sources[0].coverage = Some(Coverage {
        spans: vec![TimeRange::new(now.plus_secs(-70_000), now)],
        wanted_from: Some(now.plus_secs(-172_800)),
    });
    sources[0].gaps = vec![Gap {
        from: now.plus_secs(-30_000),
        until: now.plus_secs(-20_000),
        reason: "the backend answered 500 again and again".into(),
    }];
    driver.event(Event::Sources(sources));
    driver.keys("t").type_text("2026-11-22..2026-11-23").keys("Enter").resize(width, height);
    driver.keys("T").type_text("2026-11-23 05:00 UTC").keys("Enter v");
    driver
}

#[test]
fn holes_and_time_to_come_200() {
    insta::assert_snapshot!(text(&with_holes(200, 50).state));
}

#[test]
fn holes_and_time_to_come_80_in_ascii() {
    let theme = Theme { colors: Colors::None, has_unicode: false };
    insta::assert_snapshot!(frame(&with_holes(80, 24).state, theme).text());
}

fn split(width: u16, height: u16, by: &str) -> Driver {
    let mut driver = marked(width, height);
    driver.keys("B").type_text(by).keys("Enter");
    driver
}

#[test]
fn split_by_class_120() {
    insta::assert_snapshot!(text(&split(120, 30, "class").state));
}

#[test]
fn split_by_user_200() {
    insta::assert_snapshot!(text(&split(200, 50, "client").state));
}

#[test]
fn parts_without_a_request_take_no_line() {
    let mut driver = split(80, 24, "class");
    driver.keys("Esc / s t a t u s : 5 x x Enter");
    let names = |driver: &Driver| {
        let picture = text(&driver.state);
        let known = ["2xx", "3xx", "4xx", "5xx", "rest", "req", "fail"];
        let first = picture.lines().filter_map(|line| line.split_whitespace().next());
        first.filter(|name| known.contains(name)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&driver), ["5xx"], "{}", text(&driver.state));
    driver.keys("0 / s t a t u s : 9 9 9 Enter");
    assert_eq!(names(&driver), ["2xx", "3xx", "4xx", "5xx", "rest"], "where nothing is, all are");
    driver.keys("0");
    assert_eq!(names(&driver), ["2xx", "4xx", "5xx"], "{}", text(&driver.state));
}

#[test]
fn the_table_stays_where_it_is_while_filters_come_and_go() {
    for (size, by) in
        [((80, 24), "class"), ((80, 24), "client"), ((120, 30), "class"), ((200, 50), "method"), ((120, 30), "outcome")]
    {
        let mut driver = split(size.0, size.1, by);
        driver.keys("Esc");
        let place = |driver: &Driver| driver.state.layout().map(|layout| layout.table);
        let before = place(&driver);
        for keys in ["/ s t a t u s : 5 x x Enter", "x", "x", "! !", "0 / s t a t u s : 9 9 9 Enter", "0"] {
            driver.keys(keys);
            assert_eq!(place(&driver), before, "{by}, {keys}: {}", text(&driver.state));
        }
    }
}

#[test]
fn what_empty_parts_leave_is_for_the_others() {
    let mut driver = split(120, 30, "class");
    driver.keys("/ s t a t u s : 5 x x Enter Esc");
    let picture = text(&driver.state);
    let lines: Vec<&str> = picture.lines().collect();
    let part = lines.iter().position(|line| line.starts_with(" 5xx")).expect("failures are there");
    assert!(lines[part - 4].contains('█') && lines[part].contains('█'), "five lines are one row of bars: {picture}");
}

#[test]
fn split_in_ascii_80() {
    let theme = Theme { colors: Colors::None, has_unicode: false };
    insta::assert_snapshot!(frame(&split(80, 24, "client").keys("Esc").state, theme).text());
}

/// Users whose names differ far inside only.
#[test]
fn names_of_a_split_that_would_look_alike_are_told_apart_80() {
    let mut driver = super::states::settled();
    let name = |n: usize| format!("customer-{:06}-eu-west-production", 12 + n);
    let rows: Vec<_> = (0..2_000)
        .map(|n| {
            let client = name(n as usize % 5);
            crate::app::testing::one_record(20_000 + n, n as i64 * 40, &format!("status=200;client={client}"))
        })
        .collect();
    driver.arrive(&rows);
    driver.resize(80, 24).keys("B").type_text("client").keys("Enter v");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn split_on_a_small_screen() {
    insta::assert_snapshot!(text(&split(40, 10, "client").state));
}

#[test]
fn the_choice_of_splits_80() {
    insta::assert_snapshot!(text(&marked(80, 24).keys("B").state));
}

#[test]
fn the_word_for_now_is_never_cut_by_a_mark() {
    let mut driver = super::states::settled();
    let mut axis = |keys: &str| {
        let picture = text(&driver.keys(keys).state);
        picture.lines().find(|line| line.contains("bar 15 min")).expect("there is an axis").trim_end().to_owned()
    };
    for (keys, end) in [
        ("v G", "now▲ bar 15 min"),
        ("Left", "now▲  bar 15 min"),
        ("Left", "now▲   bar 15 min"),
        ("Left", "▲now bar 15 min"),
        ("v Right Right", "──▲  bar 15 min"),
    ] {
        let axis = axis(keys);
        assert!(axis.ends_with(end), "{keys}: {axis}");
    }
}

#[test]
fn bars_by_another_clock_than_the_zones_say_so() {
    let mut driver = super::states::settled();
    driver.arrive(&[crate::app::testing::one_record(30_000, 86_400 * 366 * 17, "status=200")]);
    driver.keys("t").type_text("2009-01-01..2026-11-23").keys("Enter");
    for (width, height) in [(200, 50), (120, 30), (80, 24)] {
        driver.resize(width, height);
        let picture = text(&driver.state);
        // Years have the zone's borders: all of them begin in winter.
        let end = if width == 80 { "peak 0.3/d, 1 year\n" } else { ", UTC\n" };
        assert!(picture.contains(end), "{picture}");
    }
}

#[test]
fn one_request_is_seen_beside_a_bar_of_thousands() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Imported);
    let mut rows: Vec<_> = (0..3_000).map(|n| one_record(n, 40_000, "status=200;outcome=success")).collect();
    rows.extend((1..=20).map(|n| one_record(9_000 + n, 40_000 - n as i64 * 1_800, "status=200;outcome=success")));
    driver.arrive(&rows);
    for (width, height, keys) in [(120, 30, ""), (200, 50, ""), (120, 30, "v"), (120, 30, "Z"), (80, 24, "Z v")] {
        let picture = text(&driver.resize(width, height).keys(keys).state);
        let lowest = picture.lines().find(|line| line.trim_start().starts_with("req")).unwrap_or_default();
        let bars = driver.state.bars.as_ref().expect("bars");
        let filled = (0..bars.len()).filter(|bar| bars.total(*bar) > 0).count();
        assert!(lowest.contains('█') && filled > 10, "{picture}");
        // The row ends with its figures.
        let marks =
            lowest.split(" peak").next().unwrap_or_default().chars().filter(|char| "▁█".contains(*char)).count();
        assert!(marks >= filled, "{marks} of {filled}: {picture}");
    }
}
