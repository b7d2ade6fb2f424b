//! Moving through the rows.

use crate::app::event::{Effect, Event};
use crate::app::testing::{Driver, id_of};
use crate::engine::Want;
use crate::model::answer::Cursor;
use crate::model::value::Outcome;

#[test]
fn the_newest_row_comes_first_and_is_followed() {
    let driver = Driver::over_platform();
    assert_eq!(driver.state.table.cursor, 0);
    assert!(driver.state.table.is_following);
    assert_eq!(driver.current_id(), id_of(1_039));
}

#[test]
fn rows_are_walked_one_by_one_and_by_pages() {
    let mut driver = Driver::over_platform();
    let height = driver.state.table_height();
    driver.keys("j j j k");
    assert_eq!(driver.state.table.cursor, 2);
    driver.keys("Ctrl-f");
    assert_eq!(driver.state.table.cursor, 2 + height);
    driver.keys("Ctrl-b Ctrl-d");
    assert_eq!(driver.state.table.cursor, 2 + height / 2);
    driver.keys("Ctrl-u PageDown PageUp Up");
    assert_eq!(driver.state.table.cursor, 1);
}

#[test]
fn the_first_and_the_last_row() {
    let mut driver = Driver::over_platform();
    driver.keys("G");
    assert_eq!(driver.state.table.cursor, driver.total() - 1);
    assert_eq!(driver.current_id(), id_of(0), "the oldest row is at hand");
    driver.keys("j j");
    assert_eq!(driver.state.table.cursor, driver.total() - 1, "there is nothing below");
    driver.keys("g");
    assert_eq!((driver.state.table.cursor, driver.current_id()), (0, id_of(1_039)));
    driver.keys("End Home k");
    assert_eq!(driver.state.table.cursor, 0);
}

#[test]
fn every_row_is_reached_from_both_ends() {
    let mut driver = Driver::over_platform();
    let total = driver.total();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..total {
        seen.insert(driver.current_id());
        driver.keys("j");
    }
    assert_eq!(seen.len() as u64, total);
    for _ in 0..total {
        seen.remove(&driver.current_id());
        driver.keys("k");
    }
    assert!(seen.is_empty());
}

#[test]
fn other_rows_are_asked_for_before_they_are_needed() {
    let mut driver = Driver::over_platform();
    for _ in 0..30 {
        driver.keys("Ctrl-d");
        let (table, height) = (&driver.state.table, driver.state.table_height());
        for row in table.top..(table.top + height).min(table.total) {
            assert!(table.row(row).is_some(), "row {row} is on the screen and at hand");
        }
    }
}

#[test]
fn a_step_asks_for_nothing() {
    let mut driver = Driver::over_platform();
    driver.keys("j j j");
    assert!(driver.effects.is_empty(), "{:?}", driver.effects);
}

#[test]
fn columns_are_walked_and_stop_at_the_edges() {
    let mut driver = Driver::over_platform();
    let last = driver.state.columns().len() - 1;
    driver.keys("h");
    assert_eq!(driver.state.column_place(), 0);
    driver.keys("l Right Left");
    assert_eq!(driver.state.column_place(), 1);
    driver.keys("l l l l l l l l l l l l l l");
    assert_eq!(driver.state.column_place(), last);
}

#[test]
fn the_cursor_stays_on_its_record_while_rows_arrive() {
    let mut driver = Driver::over_platform();
    driver.keys("j j j");
    let id = driver.current_id();
    for number in 0..30 {
        driver.arrive(&[crate::app::testing::one_record(5_000 + number, 0, "status=200;client=new")]);
    }
    assert_eq!((driver.current_id(), driver.state.table.cursor), (id, 33));
}

#[test]
fn next_and_previous_failure() {
    let mut driver = Driver::over_platform();
    // Below the incident, failures are rare.
    driver.keys("/").type_text("-endpoint:orders.create").keys("Enter g e");
    let first = driver.state.table.cursor;
    assert!(first > 0);
    let record = driver.state.table.current().expect("a row");
    assert_eq!(record.record.outcome(), crate::model::value::Outcome::Failure);
    driver.keys("e");
    assert!(driver.state.table.cursor > first);
    driver.keys("E");
    assert_eq!(driver.state.table.cursor, first);
    driver.keys("E");
    assert_eq!(driver.message(), "no further failure in this view");
    assert_eq!(driver.state.table.cursor, first, "the cursor stays");
}

#[test]
fn a_failure_far_away_is_fetched() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("error_type:not-found OR status:200").keys("Enter G E");
    let record = driver.state.table.current().expect("the row was fetched");
    assert_eq!(record.record.status(), Some(404));
    driver.keys("g e e e e e e");
    let record = driver.state.table.current().expect("the row was fetched");
    assert_eq!(record.record.status(), Some(404));
}

#[test]
fn sorting_by_the_current_column_and_back() {
    let mut driver = Driver::over_platform();
    driver.keys("l l o");
    assert_eq!(driver.state.sort.field.name(), "duration");
    let slowest = driver.state.table.current().expect("a row");
    assert_eq!(slowest.record.status(), Some(504), "the slowest come first");
    assert_eq!(driver.state.table.cursor, 0);
    driver.keys("O");
    assert!(!driver.state.sort.descending);
    driver.keys("o");
    assert!(driver.state.sort.descending, "the same column again reverses");
    driver.keys("[ [ [");
    assert_eq!(driver.state.sort, crate::engine::question::Sort::default());
}

#[test]
fn a_small_window_still_moves() {
    let mut driver = Driver::over_platform();
    driver.resize(20, 3).keys("j j G g j");
    assert_eq!(driver.state.table.cursor, 1);
    assert!(driver.state.layout().is_none());
    driver.resize(120, 30);
    assert_eq!(driver.state.table.cursor, 1, "the place is kept");
    for (width, height) in [(0, 0), (1, 1), (40, 8), (500, 200), (40, 7), (39, 50), (65_535, 8)] {
        driver.resize(width, height).keys("j f j l Enter Esc Esc t Esc ? Esc :").keys("Esc");
    }
    assert!(driver.is_running());
}

#[test]
fn an_empty_table_takes_every_movement() {
    let mut driver = Driver::empty("files-com-json", crate::app::source_view::SourceKind::Polled);
    driver.keys("j k G g Ctrl-f Ctrl-b e E o O y Y + - = Enter J f j l Enter Esc F F");
    driver.changed();
    driver.keys("j k G g Ctrl-f Ctrl-b e E o O y Y + - = Enter f j l Space Esc F F");
    assert!(driver.is_running());
    assert_eq!(driver.total(), 0);
}

#[test]
fn a_window_is_a_few_screens_and_never_everything() {
    let mut driver = Driver::over_platform();
    driver.keys("G Ctrl-b Ctrl-b Ctrl-b Ctrl-b Ctrl-b Ctrl-b");
    for effect in &driver.effects {
        let Effect::Ask(_, _, question) = effect else { continue };
        for want in &question.wants {
            if let Want::Page(page) = want {
                assert!((1..=500).contains(&page.limit), "{page:?}");
            }
        }
    }
    driver.event(Event::Resize(120, 30));
}

#[test]
fn failures_at_hand_are_reached_as_fast_as_keys_repeat() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    let failed = |driver: &Driver| driver.state.table.current().map(|row| row.record.outcome());
    let mut last = driver.state.table.cursor;
    for _ in 0..3 {
        driver.keys("e");
        assert_eq!(failed(&driver), Some(Outcome::Failure));
        assert!(driver.state.table.cursor > last);
        last = driver.state.table.cursor;
    }
    driver.keys("E");
    assert_eq!(failed(&driver), Some(Outcome::Failure));
    assert!(driver.state.table.cursor < last);
}

/// Wherever the record under the cursor was, the next one in the view has its place.
#[test]
fn a_record_that_leaves_the_view_leaves_its_place_to_the_next_one() {
    let earlier = "2026-11-23T03:30..2026-11-23T03:40";
    for (keys, query) in [("j j j j j j j", earlier), ("Esc G k k k", earlier), ("Esc j j l l o j j j", "status:5xx")] {
        let mut driver = Driver::over_platform();
        driver.keys(keys);
        let (before, sort) = (driver.state.table.cursor_key.clone().expect("a record"), driver.state.sort.clone());
        if query == earlier {
            driver.keys("t").retype(query).keys("Enter");
        } else {
            driver.keys("/").type_text(query).keys("Enter");
        }
        let table = &driver.state.table;
        let is_before = |row: u64| {
            let record = table.row(row).expect("at hand");
            Cursor::of(record, &sort.field).compare(&before, &sort.field, sort.descending).is_lt()
        };
        let rows = table.first..table.first + table.rows.len() as u64;
        let next = rows.clone().find(|row| !is_before(*row)).unwrap_or(rows.end - 1);
        assert_eq!(table.cursor, next, "{keys}, {query}: of {rows:?}");
        assert!((table.top..table.top + driver.state.table_height()).contains(&next), "{keys}");
    }
}

#[test]
fn the_day_stands_in_the_rows_only_where_there_are_several_or_another_one() {
    let mut driver = Driver::over_platform();
    driver.keys("l l o");
    assert!(driver.state.time_form().has_date, "of two days, by duration");
    driver.keys("t").type_text("today").keys("Enter");
    assert!(driver.total() > 0 && !driver.state.time_form().has_date, "all of today");
    driver.keys("t").type_text("yesterday").keys("Enter");
    assert!(driver.total() > 0 && driver.state.time_form().has_date, "all of another day");
    driver.keys("F");
    assert!(!driver.state.time_form().has_date, "lines part the days in the order of time");
}

#[test]
fn a_terminal_that_becomes_low_has_the_rows_around_the_cursor() {
    let mut driver = Driver::over_platform();
    driver.resize(120, 60).keys("G k k");
    let id = driver.current_id();
    driver.resize(60, 9);
    assert_eq!(driver.current_id(), id);
    let (table, height) = (&driver.state.table, driver.state.table_height());
    assert!((table.top..table.top + height).all(|row| table.row(row).is_some()), "{} of {}", table.top, table.first);
}

#[test]
fn keys_before_the_answer_move_from_the_place_that_was_asked_for() {
    for keys in ["G k F j", "G k l l o j", "G k l l o F j"] {
        let mut driver = Driver::over_platform();
        let (before, last) = keys.rsplit_once(' ').expect("keys");
        driver.keys(before.rsplit_once(' ').expect("keys").0);
        driver.answers_by_hand = true;
        driver.keys(&before[before.len() - 1..]).keys(last);
        driver.settle();
        assert_eq!((driver.state.table.cursor, driver.state.table.top), (1, 0), "{keys}");
        assert!(driver.state.table.current().is_some(), "{keys}");
    }
    let mut driver = Driver::over_platform();
    driver.keys("G k k");
    let id = driver.current_id();
    driver.keys("! G");
    driver.answers_by_hand = true;
    driver.keys("[ j j");
    driver.settle();
    assert_eq!(driver.current_id(), id, "what is come back to is not where those keys were pressed");
    driver.keys("! [ g");
    driver.settle();
    assert_eq!(driver.state.table.cursor, 0);
}

#[test]
fn keys_about_a_request_say_that_there_is_none() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:599").keys("Enter");
    assert_eq!(driver.total(), 0);
    for key in ["y", "Y", "e", "E"] {
        driver.wait(10).keys(key);
        assert_eq!(driver.message(), "there is no request here", "{key}");
        assert!(driver.state.layers.is_empty(), "{key}");
    }
}
