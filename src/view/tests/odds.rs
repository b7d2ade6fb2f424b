//! What keys do and the screen says in places that are seldom looked at.

use crate::app::event::{Effect, Event, FindReport, FoundBy, FoundLine};
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};
use crate::model::period::Period;
use crate::model::request_id::IdQuery;

use super::picture::text;
use super::states::settled;

fn last_line(driver: &Driver) -> String {
    let picture = text(&driver.state);
    let mut lines = picture.lines().rev().filter(|line| !line.starts_with("(text cursor"));
    lines.next().unwrap_or_default().to_owned()
}

#[test]
fn the_last_line_of_a_list_names_the_keys_that_work_in_it() {
    let mut driver = settled();
    for (keys, does) in [(":", "Enter do it"), ("Esc Y", "Enter copy"), ("Esc S", "Enter next")] {
        let line = last_line(driver.keys(keys));
        assert!(line.contains(does) && line.contains("Esc back"), "{keys}: {line}");
        assert!(!line.contains("/ filter") && !line.contains("newest"), "{keys}: {line}");
    }
}

#[test]
fn several_requests_of_one_beginning_are_counted_as_requests() {
    let mut driver = settled();
    let records: Vec<_> = driver.state.table.rows.iter().take(14).cloned().collect();
    for (typed, words) in [("9b47", "14 requests begin so"), ("...9b47", "14 requests end so")] {
        driver.keys("i").type_text(typed).keys("Enter");
        let find = driver.done().into_iter().find_map(|effect| match effect {
            Effect::Find(generation, ids) => Some((generation, ids)),
            _ => None,
        });
        let (generation, ids) = find.expect("a search");
        let id: IdQuery = ids.into_iter().next().expect("an id");
        let lines = vec![FoundLine { id, records: records.clone(), all: 0, by: FoundBy::Id, searched: String::new() }];
        driver.event(Event::Found(generation, FindReport { lines, is_asking: false }));
        let picture = text(&driver.state);
        assert!(picture.contains(words) && !picture.contains("1 of 1"), "{picture}");
        driver.keys("Esc");
    }
}

#[test]
fn a_jump_out_of_the_period_shows_the_time_around_it() {
    let mut driver = settled();
    driver
        .arrive(&[one_record(40_000, 3 * 86_400, "status=200"), one_record(40_001, 3 * 86_400 + 7_200, "status=200")]);
    driver.keys("T").type_text("2026-11-20 12:05 UTC");
    let picture = text(&driver.state);
    assert!(picture.contains("outside of Last 24 h: Enter shows 60 min around it"), "{picture}");
    driver.keys("Enter");
    let id = crate::app::testing::id_of(40_000);
    assert_eq!(driver.current_id(), id, "{}", text(&driver.state));
    assert!(driver.message().contains("; [ brings the one before back"), "{}", driver.message());
    driver.keys("[");
    assert_eq!(driver.state.period, Period::Last(86_400_000_000));
}

#[test]
fn a_code_below_its_class_narrows_it() {
    let mut driver = settled();
    driver.keys("/").type_text("status:5xx").keys("Enter 2 j Space");
    assert_eq!(driver.filter(), "status:502", "{}", text(&driver.state));
    driver.keys("k Space");
    assert_eq!(driver.filter(), "status:5xx");
    driver.keys("0 Esc / s t a t u s : 5 x x Enter Right +");
    assert!(driver.filter().starts_with("status:50"), "{}", driver.filter());
}

#[test]
fn the_time_of_a_request_as_a_value_is_its_minute() {
    let mut driver = settled();
    driver.keys("j +");
    let range = driver.state.range();
    let at = driver.state.table.current().expect("a row").time();
    assert_eq!(range.until.since(range.from), 60_000_000, "{range:?}");
    assert!(range.contains(at) && driver.total() > 0);
    assert!(driver.message().contains("[ brings the one before back"), "{}", driver.message());
}

#[test]
fn what_is_typed_into_the_search_of_a_pane_takes_the_place_of_what_was_looked_for() {
    let mut driver = settled();
    driver.keys("f l l /").type_text("par").keys("Enter /").type_text("mon");
    assert!(last_line(&driver).contains("values with › mon "), "{}", last_line(&driver));
    driver.keys("Enter / Backspace");
    assert!(last_line(&driver).contains("values with › mo "), "it can be edited, too: {}", last_line(&driver));
}

#[test]
fn the_order_by_a_hidden_column_does_not_cover_a_title() {
    let mut driver = settled();
    driver.resize(200, 50).keys("l l l o");
    let sorted = driver.state.sort.field.name().into_owned();
    driver.keys("Delete");
    let picture = text(&driver.state);
    let titles = picture.lines().find(|line| line.contains("Time ") && line.contains("Error")).expect("titles");
    let last = driver.state.grid().columns.last().map(|column| column.spec.content.clone()).expect("columns");
    let title = driver.state.view_spec().map(|view| view.title(&last)).unwrap_or_default();
    assert!(titles.contains(&title), "{sorted}, {title}: {titles}");
    assert!(picture.lines().nth(1).is_some_and(|trail| trail.contains(" · by ")), "{picture}");
}

#[test]
fn help_speaks_of_bars_on_the_bars_and_of_lines_in_a_request() {
    let mut driver = settled();
    let picture = text(&driver.keys("v ?").state);
    assert!(picture.contains("first bar") && !picture.contains("first row"), "{picture}");
    let picture = text(&driver.keys("Esc Esc Enter ?").state);
    assert!(picture.contains("next line") && !picture.contains("next row"), "{picture}");
}

#[test]
fn the_smallest_screen_says_that_a_filter_is_on_and_that_columns_are_to_the_left() {
    let mut driver = settled();
    driver.resize(40, 10).keys("!");
    let picture = text(&driver.state);
    assert!(picture.contains("failed 100.0 %") && picture.contains(" 1 filter 1/"), "{picture}");
    assert!(!text(&driver.state).contains('‹'));
    driver.keys("l l > > > > > > > > > > > > l");
    assert!(text(&driver.state).contains("▌‹"), "{}", text(&driver.state));
    driver.keys("0");
    assert!(!text(&driver.state).contains("1 filter 1/"), "{}", text(&driver.state));
}

#[test]
fn a_count_of_the_view_before_is_marked() {
    let mut driver = settled();
    driver.answers_by_hand = true;
    driver.keys("!");
    let trail = |driver: &Driver| text(&driver.state).lines().nth(1).unwrap_or_default().to_owned();
    assert!(trail(&driver).contains("… 1,660"), "{}", trail(&driver));
    driver.answers_by_hand = false;
    driver.settle();
    assert!(!trail(&driver).contains('…'), "{}", trail(&driver));
}

#[test]
fn panes_of_the_source_without_a_value_are_left_out_whatever_was_added() {
    let mut driver = Driver::empty("json-lines", SourceKind::Imported);
    driver.arrive(&[
        one_record(1, 10, "status=200;client=a;attributes.region=eu"),
        one_record(2, 9, "status=200;client=b"),
    ]);
    driver.resize(160, 45).keys("f A").type_text("region").keys("Enter");
    let picture = text(&driver.state);
    assert!(picture.contains(" region") && !picture.contains(" Host"), "{picture}");
    driver.keys("A").type_text("host");
    let picture = text(&driver.state);
    assert!(picture.lines().any(|line| line.contains("Host") && line.contains("no value here")), "{picture}");
    assert!(!picture.lines().any(|line| line.contains("Client") && line.contains("no value here")), "{picture}");
}

#[test]
fn rows_of_bars_of_a_split_say_that_each_has_its_own_scale() {
    let mut driver = settled();
    driver.resize(200, 50).keys("B").type_text("client").keys("Enter");
    assert!(text(&driver.state).contains("User · own scales"), "{}", text(&driver.state));
}

#[test]
fn an_hour_of_minutes_fills_the_line() {
    let mut driver = settled();
    driver.resize(126, 40).keys("t").type_text("2026-11-23 03:01:30..04:01:30").keys("Enter");
    let bars = driver.state.bars.as_ref().map(crate::model::bars::Bars::len);
    let picture = text(&driver.state);
    let line = picture.lines().find(|line| line.starts_with(" req ")).expect("bars");
    let end = line.find(" peak").map(|at| line[..at].chars().count()).expect("a peak");
    assert_eq!(bars, Some(61), "{picture}");
    assert!(end > 100, "{end}: {picture}");
    let axis = picture.lines().find(|line| line.contains("bar 1 min")).expect("an axis");
    assert!(axis.contains("now") && axis.contains(" 03:"), "{axis}");
    driver.keys("v");
    for _ in 0..61 {
        assert!(text(&driver.state).contains('▲'), "the cursor is on each bar");
        driver.keys("Left");
    }
}

#[test]
fn an_attribute_with_an_empty_name_has_a_label() {
    let driver = Driver::over_platform();
    let view = driver.state.view_spec().expect("what is shown");
    let label = |name: &str| view.label(&crate::model::field::FieldRef::Attribute(name.to_owned()));
    assert_eq!((label(""), label("a.b")), ("attributes.".to_owned(), "a.b".to_owned()));
}
