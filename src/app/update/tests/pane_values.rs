//! The values of a pane: how many are shown, searched, ranges, what has none.

use crate::app::panes::PaneLine;
use crate::app::testing::{Driver, one_record};
use crate::model::field::{Field, FieldRef};
use crate::query::Test;

use super::panes::{crowd, to};

/// The values that a pane shows.
fn shown(driver: &Driver, wanted: Field) -> Vec<String> {
    let value = |line: PaneLine<'_>| match line {
        PaneLine::Value { field, value, .. } if *field == wanted.into() => {
            Some(String::from_utf8_lossy(value.value.as_deref().unwrap_or_default()).into_owned())
        }
        _ => None,
    };
    driver.state.pane_lines().into_iter().filter_map(value).collect()
}

/// Puts the cursor on the line that says what a pane does not show.
fn to_more(driver: &mut Driver, wanted: Field) {
    driver.keys("4 j j j j j j");
    for _ in 0..4_000 {
        let lines = driver.state.pane_lines();
        if matches!(&lines[driver.state.panes.cursor], PaneLine::More { field, .. } if **field == wanted.into()) {
            return;
        }
        driver.keys("j");
    }
    panic!("nothing is left out");
}

#[test]
fn the_rest_of_a_pane_is_listed_at_once_and_folded_again() {
    let mut driver = crowd();
    driver.resize(160, 45);
    let before = shown(&driver, Field::Client);
    to_more(&mut driver, Field::Client);
    driver.keys("Enter");
    let all = shown(&driver, Field::Client);
    assert_eq!((all.len(), &all[..before.len()]), (3_005, before.as_slice()));
    let here = |driver: &Driver| driver.state.pane_lines()[driver.state.panes.cursor].test();
    let value = |name: &str| Some((Field::Client.into(), Test::of_value(&Field::Client.into(), Some(name.as_bytes()))));
    assert_eq!(here(&driver), value(&all[before.len()]), "the first that was hidden has the cursor");
    let title = driver.state.pane_lines().iter().position(|line| line.pane() == Some(3));
    assert_eq!(title, Some(driver.state.panes.scroll), "and what is listed has the room");
    driver.keys("Space");
    assert_eq!(here(&driver), value(&all[before.len()]), "and keeps it");
    driver.keys("0 5 k");
    let line = driver.state.pane_lines()[driver.state.panes.cursor].clone();
    assert!(matches!(line, PaneLine::Fewer { .. }), "its end folds it: {line:?}");
    driver.keys("Enter");
    assert_eq!(shown(&driver, Field::Client), before);
    assert_eq!(here(&driver), value(&before[0]));
}

#[test]
fn pages_of_the_panes_leave_nothing_out() {
    let mut driver = crowd();
    driver.resize(160, 45);
    to_more(&mut driver, Field::Client);
    driver.keys("Enter g");
    let height = driver.state.panes_height();
    let last = driver.state.pane_lines().len() - 1;
    let mut seen = driver.state.panes.scroll + height;
    while driver.state.panes.cursor < last {
        driver.keys("PageDown");
        assert!(driver.state.panes.scroll <= seen, "{} is behind {seen}", driver.state.panes.scroll);
        seen = driver.state.panes.scroll + height;
    }
    let mut top = driver.state.panes.scroll;
    while driver.state.panes.cursor > 1 {
        driver.keys("PageUp");
        assert!(driver.state.panes.scroll + height >= top, "{} is before {top}", driver.state.panes.scroll);
        top = driver.state.panes.scroll;
    }
}

#[test]
fn a_long_pane_shows_more_on_request() {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..30).map(|n| one_record(9_000 + n, 1, &format!("status=200;client=client {n}"))).collect();
    driver.arrive(&rows);
    to(&mut driver, "more client");
    let before = driver.state.pane_lines().len();
    driver.keys("Enter");
    assert!(driver.state.pane_lines().len() > before + 20);
}

#[test]
fn values_are_searched_while_the_text_is_typed() {
    let mut driver = crowd();
    driver.keys("4 /").type_text("CLIENT 299");
    assert!(shown(&driver, Field::Client).iter().all(|value| value.starts_with("client 299")));
    assert_eq!(shown(&driver, Field::Client).len(), 6);
    let title = |driver: &Driver| {
        driver.state.pane_lines().into_iter().find_map(|line| match line {
            PaneLine::Title { matching: Some(text), values, .. } => Some((text.to_owned(), values)),
            _ => None,
        })
    };
    assert_eq!(title(&driver), Some(("CLIENT 299".into(), 11)), "299 and 2990 to 2999");
    driver.keys("Enter Space");
    assert_eq!(driver.filter().split(':').next(), Some("'client"));
    driver.keys("/ Esc");
    assert_eq!(title(&driver), None, "all values again");
    driver.keys("/").paste("northwind");
    assert!(shown(&driver, Field::Client).contains(&"Northwind Ltd".to_owned()), "and what is ticked stays");
    driver.keys("Ctrl-u").type_text("no such value").keys("Enter /").retype("").keys("Enter");
    assert_eq!(shown(&driver, Field::Client).len(), 7, "six, and the one that is ticked: it can be searched again");
}

#[test]
fn the_cursor_stays_on_the_value_that_a_search_brought_under_it() {
    let mut driver = crowd();
    let here = |driver: &Driver| driver.state.pane_lines()[driver.state.panes.cursor].test();
    driver.keys("7 /").type_text("10.9.7.").keys("Enter");
    let found = here(&driver).expect("a value");
    // Panes above it lose lines now.
    driver.keys("Space");
    assert_eq!(here(&driver), Some(found.clone()));
    driver.keys("Space");
    assert_eq!((here(&driver), driver.filter().as_str()), (Some(found), ""));
}

#[test]
fn a_search_without_a_result_can_be_changed_where_it_is() {
    let mut driver = Driver::over_platform();
    driver.keys("7 /").type_text("nowhere").keys("Enter");
    let here = driver.state.pane_lines()[driver.state.panes.cursor].clone();
    assert_eq!(here, PaneLine::Nothing { pane: 6 });
    driver.keys("Space");
    assert_eq!(driver.message(), "there is no value on this line");
    driver.keys("Enter /").retype("").keys("Enter");
    let lines = driver.state.pane_lines();
    let values = lines.iter().filter(|line| matches!(line, PaneLine::Value { pane: 6, .. })).count();
    assert!(values > 2, "all of them again");
}

#[test]
fn a_pane_on_a_screen_of_its_own_fills_it() {
    let mut driver = crowd();
    driver.resize(80, 24).keys("4");
    let shown = |driver: &Driver| driver.state.pane_lines().iter().filter(|line| line.pane() == Some(3)).count();
    assert!(shown(&driver) > 15, "{}", shown(&driver));
    driver.resize(200, 50);
    assert!(shown(&driver) < 10, "beside the table others have room, too");
}

#[test]
fn a_pane_that_is_gone_to_is_seen_as_far_as_it_fits() {
    let mut driver = Driver::over_platform();
    driver.resize(120, 30).keys("f l l l");
    let lines = driver.state.pane_lines();
    let pane = lines[driver.state.panes.cursor].pane();
    let last = lines.iter().rposition(|line| line.pane() == pane && pane.is_some()).expect("its last line");
    let height = usize::from(driver.state.layout().expect("a layout").panes.height) - 1;
    assert!(last < driver.state.panes.scroll + height, "{last} of {}", driver.state.panes.scroll);
    assert!(driver.state.panes.scroll < driver.state.panes.cursor, "and its title");
}

#[test]
fn a_pane_of_durations_has_ranges_that_add_up_and_narrow() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("A").type_text("duration").keys("Enter");
    let field = FieldRef::from(Field::Duration);
    let ranges = |driver: &Driver| -> Vec<(String, u64)> {
        let facet = driver.state.facets.iter().find(|facet| facet.field == field).expect("it is there").clone();
        let text =
            |value: Option<&[u8]>| value.map_or("none".into(), |value| String::from_utf8_lossy(value).into_owned());
        facet.in_order().into_iter().map(|value| (text(value.value.as_deref()), value.count)).collect()
    };
    let before = ranges(&driver);
    assert!(before.len() > 2, "{before:?}");
    assert_eq!(before.iter().map(|(_, count)| count).sum::<u64>(), all);
    let (range, count) = before[0].clone();
    to(&mut driver, &range);
    driver.keys("Space");
    assert_eq!((driver.filter(), driver.total()), (format!("'duration:{range}'"), count));
    assert_eq!(ranges(&driver), before, "its own filter is left out");
    driver.keys("j Space");
    assert_eq!(driver.total(), count + before[1].1, "ranges that touch share no request");
}

#[test]
fn what_has_no_value_is_counted_last() {
    let driver = Driver::over_platform();
    let all = driver.total();
    let place = driver.state.facets.iter().position(|facet| facet.field == Field::Failure.into()).expect("a pane") + 1;
    let lines: Vec<PaneLine<'_>> =
        driver.state.pane_lines().into_iter().filter(|line| line.pane() == Some(place)).collect();
    let count = |line: &PaneLine<'_>| match line {
        PaneLine::Value { value, .. } => value.count,
        PaneLine::More { count, .. } => *count,
        _ => 0,
    };
    assert_eq!(lines.iter().map(count).sum::<u64>(), all, "{lines:?}");
    assert!(matches!(lines.last(), Some(PaneLine::Value { value, .. }) if value.value.is_none()), "{lines:?}");
}

#[test]
fn a_search_of_statuses_without_a_result_keeps_the_cursor_in_its_pane() {
    let mut driver = Driver::over_platform();
    driver.keys("2 /").type_text("north");
    let pane = |driver: &Driver| driver.state.pane_lines()[driver.state.panes.cursor].pane();
    assert_eq!(pane(&driver), Some(1));
    driver.keys("Enter Enter");
    assert_eq!((pane(&driver), driver.filter().as_str()), (Some(1), ""), "Enter takes no value of another pane");
}

#[test]
fn the_cursor_stays_on_its_value_when_panes_have_another_form() {
    let mut driver = crowd();
    driver.resize(160, 45).keys("5 j");
    let here = |driver: &Driver| driver.state.pane_lines()[driver.state.panes.cursor].test();
    let value = here(&driver);
    assert!(value.is_some());
    driver.answers_by_hand = true;
    driver.keys("Z");
    assert_eq!(here(&driver), value, "on the whole screen");
    driver.keys("Z");
    assert_eq!(here(&driver), value);
    driver.resize(80, 24);
    assert_eq!(here(&driver), value, "on a narrow one");
}
