//! The timeline: bars, spans, zooming in and out, other times.

use crate::app::event::{Effect, Event};
use crate::app::state::Focus;
use crate::app::testing::{Driver, one_record};
use crate::app::timeline_view::BarCursor;
use crate::base::time::Timestamp;
use crate::model::bars::Bars;
use crate::model::intake::{Coverage, Gap};
use crate::model::period::{Period, TimeRange};

pub(super) fn bars(driver: &Driver) -> &Bars {
    driver.state.bars.as_ref().expect("there are bars")
}

pub(super) fn sums(driver: &Driver) -> (u64, u64) {
    let bars = bars(driver);
    ((0..bars.len()).map(|bar| bars.total(bar)).sum(), bars.buckets.iter().map(|bucket| bucket.failure).sum())
}

fn copied(driver: &mut Driver) -> String {
    let copied = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    copied.expect("something was copied")
}

#[test]
fn tab_goes_through_all_parts_and_back() {
    let mut driver = Driver::over_platform();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(driver.keys("Tab").state.focus);
    }
    for _ in 0..3 {
        seen.push(driver.keys("BackTab").state.focus);
    }
    let (table, panes, timeline) = (Focus::Table, Focus::Panes, Focus::Timeline);
    assert_eq!(seen, [panes, timeline, table, timeline, panes, table]);
    assert_eq!(driver.keys("v").state.focus, timeline);
    assert_eq!(driver.keys("Esc").state.focus, table);
    assert_eq!(driver.keys("f v f").state.focus, panes);
    assert_eq!(driver.keys("v q").state.focus, table);
    assert!(driver.is_running() && driver.state.bar_cursor.is_none());
}

#[test]
fn the_cursor_begins_where_the_table_is_and_stays_at_its_time() {
    let mut driver = Driver::over_platform();
    driver.keys("G v");
    let row = driver.state.table.current().expect("a row").time();
    assert!(driver.state.marked().expect("a bar").contains(row));
    driver.keys("Right Right Right Right Right Right");
    let (bar, marked) = (driver.state.current_bar(), driver.state.marked());
    driver.wait(1_800).changed();
    assert_ne!(driver.state.current_bar(), bar, "the bars moved with the clock");
    assert_eq!(driver.state.marked(), marked);
}

#[test]
fn bars_add_up_to_the_table_whatever_narrows_it() {
    let mut driver = Driver::over_platform();
    for keys in ["", "!", "W W", "U", ", .", "! v g v Right Right Right Right Enter Esc", "m"] {
        driver.keys(keys);
        if keys == "U" {
            driver.type_text("Lord Howe").keys("Enter");
        }
        let summary = driver.state.summary.clone().expect("figures");
        assert_eq!(sums(&driver), (driver.total(), summary.failed), "after {keys}");
        assert_eq!(summary.count, driver.total());
    }
}

#[test]
fn a_span_is_marked_with_shift_with_capitals_or_with_v() {
    for keys in ["g Right Right Shift-Right Shift-Right", "g Right Right L L", "g Right Right v Right Right"] {
        let mut driver = Driver::over_platform();
        driver.keys("v").keys(keys);
        assert_eq!(driver.state.marked_bars(), Some((2, 4)), "{keys}");
    }
    for keys in ["G Left Shift-Left Shift-Left", "G Left H H", "G Left v Left Left"] {
        let mut driver = Driver::over_platform();
        driver.keys("v").keys(keys);
        let last = bars(&driver).len() - 1;
        assert_eq!(driver.state.marked_bars(), Some((last - 3, last - 1)), "{keys}");
    }
    let mut driver = Driver::over_platform();
    driver.keys("v g L L Right");
    assert_eq!(driver.state.marked_bars(), Some((3, 3)), "a plain move ends the span");
    driver.keys("v Right v");
    assert_eq!(driver.state.marked_bars(), Some((4, 4)));
}

#[test]
fn enter_zooms_in_and_back_goes_out() {
    let mut driver = Driver::over_platform();
    let (all, before) = (driver.total(), driver.state.period);
    driver.keys("v G Left H H H");
    let (marked, counts) = (driver.state.marked().expect("a span"), driver.state.marked_counts().expect("counts"));
    assert!(counts.0 > 0 && counts.1 > 0 && counts.0 < all, "{counts:?}");
    driver.keys("Enter");
    assert_eq!(driver.state.period, Period::of_range(marked));
    assert_eq!((driver.total(), sums(&driver)), (counts.0, counts));
    assert_eq!(driver.state.focus, Focus::Timeline, "and on into the next bar");
    assert_eq!(driver.state.marked_bars().map(|(first, last)| last - first), Some(0));
    driver.keys("Backspace");
    assert_eq!((driver.state.period, driver.total()), (before, all));
    assert_eq!(driver.state.focus, Focus::Timeline);
}

#[test]
fn what_ends_now_goes_on_with_the_clock() {
    let mut driver = Driver::over_platform();
    driver.keys("v G H H H H Enter");
    assert!(matches!(driver.state.period, Period::Between(Some(_), None)), "{:?}", driver.state.period);
    let marked = driver.total();
    driver.keys("[ [");
    assert_eq!(driver.message(), "there is no view before this one");
    assert!(marked > 0 && marked < driver.total());
}

#[test]
fn what_ended_long_ago_is_zoomed_into_without_the_time_since() {
    let mut driver = Driver::over_platform();
    driver.state.opened = driver.state.now.plus_secs(30 * 86_400);
    driver.keys("t").type_text("all").keys("Enter").wait(30 * 86_400).changed();
    driver.keys("v G H H");
    let (marked, counts) = (driver.state.marked().expect("a span"), driver.state.marked_counts().expect("counts"));
    driver.keys("Enter");
    assert_eq!(driver.state.period, Period::of_range(marked));
    assert!(marked.until < driver.state.now, "no month of nothing comes along");
    assert_eq!((driver.total(), sums(&driver)), (counts.0, counts));
}

#[test]
fn figures_are_those_of_the_marked_span() {
    let mut driver = Driver::over_platform();
    driver.keys("v G Left H H");
    let figures = driver.state.marked_figures().cloned().expect("figures");
    assert_eq!(Some((figures.count, figures.failed)), driver.state.marked_counts());
    let words = driver.state.marked_words(0).join(" · ");
    assert!(words.contains("Los Angeles · ") && words.contains(" failed, ") && words.contains("p95 "), "{words}");
    // While those of the next bar are not there, none are shown.
    driver.answers_by_hand = true;
    driver.keys("Left");
    assert_eq!(driver.state.marked_figures(), None);
    driver.settle();
    assert!(driver.state.marked_figures().is_some());
}

#[test]
fn j_goes_to_the_requests_of_the_span() {
    let mut driver = Driver::over_platform();
    driver.keys("v G Left Left");
    let marked = driver.state.marked().expect("a bar");
    driver.keys("j");
    assert_eq!(driver.state.focus, Focus::Table);
    assert!(marked.contains(driver.state.table.current().expect("a row").time()));
    driver.keys("k");
    assert!(!marked.contains(driver.state.table.current().expect("a row").time()), "it was the newest of the bar");
    driver.keys("T").type_text("2026-11-23 05:00 UTC").keys("Enter O v Right Right Right");
    let marked = driver.state.marked().expect("a bar");
    driver.keys("j k");
    assert!(!marked.contains(driver.state.table.current().expect("a row").time()), "the oldest when that is first");
}

#[test]
fn the_span_is_copied_in_both_zones_and_as_a_command_takes_it() {
    let mut driver = Driver::over_platform();
    driver.keys("v G Left H y");
    let (count, failed) = driver.state.marked_counts().expect("counts");
    let text = copied(&mut driver);
    let expected = format!(
        "2026-11-23 11:30:00 – 12:00:00 UTC · 2026-11-23 03:30:00 – 04:00:00 Los Angeles · {count} requests, {failed} \
         failed · --period 2026-11-23T11:30:00Z..2026-11-23T12:00:00Z"
    );
    assert_eq!(text, expected);
}

#[test]
fn earlier_and_later_move_by_the_length() {
    let mut driver = Driver::over_platform();
    driver.state.now = Timestamp::from_secs(driver.state.now.secs());
    let now = driver.state.now;
    driver.keys(",");
    let range = driver.state.range();
    assert_eq!((range.until.secs(), range.micros() / 1_000_000), (now.plus_secs(-86_400).secs(), 86_400));
    driver.keys(".");
    assert_eq!(driver.state.period, Period::Last(86_400_000_000), "it goes on with the clock again");
    driver.keys(".");
    assert_eq!(driver.message(), "later than now there is nothing yet");
    driver.keys("t").type_text("yesterday").keys("Enter ,");
    assert_eq!(driver.state.period.label(driver.state.zone), "2026-11-21");
    driver.keys(". .");
    assert_eq!(driver.state.period.label(driver.state.zone), "2026-11-23");
}

#[test]
fn more_time_is_the_next_longer_period_or_twice_as_much() {
    let mut driver = Driver::over_platform();
    let label = |driver: &Driver| driver.state.period.label(driver.state.zone);
    assert_eq!(label(driver.keys("W")), "Last 7 d");
    driver.keys("W W");
    assert_eq!(driver.state.period, Period::All);
    driver.keys("W");
    assert_eq!(driver.message(), "all time is shown already");
    driver.keys("t").type_text("2026-11-23 08:00 UTC..2026-11-23 10:00 UTC").keys("Enter W");
    assert_eq!(label(&driver), "2026-11-22 23:00 – 2026-11-23 03:00 Los Angeles");
    driver.keys("m");
    let summary = driver.state.summary.clone().expect("figures");
    let range = driver.state.range();
    assert_eq!(Some(range.from), summary.first.map(Timestamp::floor_secs));
    assert!(summary.last.is_some_and(|last| range.contains(last)));
}

#[test]
fn a_source_without_requests_has_no_timeline() {
    let mut driver = Driver::empty("files-com-json", crate::app::source_view::SourceKind::Imported);
    driver.changed();
    driver.keys("v");
    assert_eq!((driver.state.focus, driver.message()), (Focus::Table, "there is no timeline yet"));
    driver.keys("Tab Tab");
    assert_eq!(driver.state.focus, Focus::Table);
}

#[test]
fn bars_are_of_what_there_is() {
    let mut driver = Driver::over_platform();
    let first = driver.state.extent.map(|(first, _)| first).expect("the period begins before the data");
    driver.keys("t").type_text("30d").keys("Enter");
    let span = bars(&driver).span().expect("bars");
    assert!(span.contains(first) && first.since(span.from) < 86_400_000_000, "{span:?}");
    assert_eq!(sums(&driver).0, driver.total());
    // A filter that keeps few of them changes no bar.
    driver.keys("!");
    assert_eq!(bars(&driver).span(), Some(span));
    // What is still to be fetched has its bars already.
    let wanted = driver.state.now.plus_secs(-20 * 86_400);
    let mut sources = driver.state.sources.clone();
    sources[0].coverage = Some(Coverage { spans: Vec::new(), wanted_from: Some(wanted) });
    driver.event(Event::Sources(sources));
    driver.changed();
    assert!(bars(&driver).span().is_some_and(|span| span.contains(wanted)));
}

#[test]
fn what_is_missing_is_said_and_what_is_to_come() {
    let mut driver = Driver::over_platform();
    let now = driver.state.now;
    let mut sources = driver.state.sources.clone();
    sources[0].coverage = Some(Coverage {
        spans: vec![TimeRange::new(now.plus_secs(-40_000), now)],
        wanted_from: Some(now.plus_secs(-90_000)),
    });
    sources[0].gaps =
        vec![Gap { from: now.plus_secs(-20_000), until: now.plus_secs(-15_000), reason: "HTTP 500".into() }];
    driver.event(Event::Sources(sources));
    driver.keys("v g");
    assert_eq!(driver.state.marked_absence().as_deref(), Some("missing: not fetched yet"));
    driver.keys("G");
    assert_eq!(driver.state.marked_absence(), None);
    driver.keys("v g");
    assert_eq!(driver.state.marked_absence().as_deref(), Some("missing: HTTP 500 (and 1 more)"));
    driver.keys("v t").type_text("today").keys("Enter G");
    assert_eq!(driver.state.marked_absence().as_deref(), Some("still to come"));
}

#[test]
fn times_are_copied_in_both_zones() {
    let mut driver = Driver::over_platform();
    let has = |driver: &Driver, label: &str| {
        let items = driver.state.copy_menu().expect("a menu").items;
        let both = "2026-11-23 12:01:14 UTC · 04:01:14 Los Angeles";
        items.iter().any(|item| item.label == label && item.note == both)
    };
    assert!(has(&driver, "This value (time)"));
    driver.keys("l");
    assert!(has(&driver, "Its time"));
}

#[test]
fn the_rate_of_a_last_bar_long_ago_is_that_of_the_bar() {
    let mut driver = Driver::over_platform();
    driver.state.opened = driver.state.now.plus_secs(360_000);
    driver.keys("t").type_text("all").keys("Enter").wait(360_000).keys("v G");
    let bars = driver.state.bars.as_ref().expect("there are bars");
    let last = bars.len() - 1;
    let rate = crate::base::units::per_second(bars.total(last), bars.range(last).micros() as f64 / 1e6);
    assert!(bars.range(last).until < driver.state.now, "it ended before now");
    assert!(driver.state.marked_words(0).contains(&rate), "{rate}: {:?}", driver.state.marked_words(0));
}

#[test]
fn what_is_dated_ahead_is_in_the_last_bar_of_a_period_without_an_end() {
    let mut driver = Driver::over_platform();
    let total = driver.total();
    driver.arrive(&[one_record(9_001, -300, "status=200"), one_record(9_002, -86_400 * 400, "status=502")]);
    driver.changed();
    assert_eq!(driver.total(), total + 2);
    assert_eq!(sums(&driver).0, total + 2, "bars come to all requests");
    driver.keys("v");
    driver.state.bar_cursor = Some(BarCursor::on(driver.state.clock()));
    driver.keys("Left Right");
    let (count, figures) = (driver.state.marked_counts().expect("a bar").0, driver.state.marked_figures());
    assert_eq!(figures.map(|figures| figures.count), Some(count), "the figures are those of the bar");
}

#[test]
fn keys_that_work_everywhere_work_on_the_bars_too() {
    for (key, layer) in [("P", "Sources"), ("X", "Steps"), ("?", "Help")] {
        let mut driver = Driver::over_platform();
        driver.keys("v").keys(key);
        let name = driver.state.layers.last().map(|layer| format!("{layer:?}")).unwrap_or_default();
        assert!(name.starts_with(layer), "{key}: {name}, {}", driver.message());
    }
    let mut driver = Driver::over_platform();
    driver.keys("v A");
    assert!(driver.state.picker.is_some());
}

#[test]
fn a_period_before_the_first_request_has_its_own_bars() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("2026-10-01..2026-10-03").keys("Enter");
    assert_eq!(driver.total(), 0);
    let range = driver.state.effective_period().resolve(driver.state.now, driver.state.zone);
    assert_eq!(bars(&driver).span(), Some(range));
}
