//! Periods, zones and times: chosen, typed, jumped to.

use chrono_tz::America::Los_Angeles;
use chrono_tz::Tz;

use crate::app::event::{Effect, Event, Purpose};
use crate::app::picker::{Picked, PickerItem};
use crate::app::state::Focus;
use crate::app::testing::{Driver, NOW, one_record};
use crate::model::period::Period;

fn items(driver: &Driver) -> Vec<PickerItem> {
    driver.state.picker.as_ref().expect("a picker").items.clone()
}

fn words(driver: &Driver) -> Vec<String> {
    driver.state.picked_words()
}

#[test]
fn what_is_typed_is_explained_before_it_is_taken() {
    let mut driver = Driver::over_platform();
    let (period, total) = (driver.state.period, driver.total());
    driver.keys("t").type_text("2026-11-22..2026-11-23");
    let expected = [
        "Nov 22 00:00 – Nov 23 24:00, Los Angeles, last day included".to_owned(),
        "Nov 22 08:00 – Nov 24 08:00, UTC".to_owned(),
    ];
    assert_eq!(words(&driver)[..2], expected);
    let count = words(&driver)[2].clone();
    assert_eq!((driver.state.period, driver.total()), (period, total), "nothing is applied before Enter");
    driver.keys("Enter");
    assert_eq!(count, format!("{} requests", driver.total()), "what was promised");
    assert_eq!(driver.state.period.label(Los_Angeles), "2026-11-22 – 2026-11-23");
    driver.keys("[");
    assert_eq!((driver.state.period, driver.total()), (period, total));
}

#[test]
fn the_count_is_that_of_the_filter() {
    let mut driver = Driver::over_platform();
    driver.keys("! t").type_text("15m");
    let promised = words(&driver).pop().expect("a count");
    driver.keys("Enter");
    assert_eq!(promised, format!("{} requests match there", driver.total()));
}

#[test]
fn a_list_narrows_while_something_is_typed() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("last");
    let labels: Vec<String> = items(&driver).into_iter().map(|item| item.label).collect();
    assert!(labels.contains(&"Last month".to_owned()) && !labels.contains(&"Today".to_owned()), "{labels:?}");
    driver.retype("last mo").keys("Enter");
    assert_eq!(driver.state.period, Period::Month(-1));
    driver.keys("t").type_text("y").keys("Enter");
    assert_eq!(driver.state.period, Period::Days(-1, -1), "the first that goes with it");
}

#[test]
fn what_is_typed_counts_until_somebody_moves_in_the_list() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("1h");
    assert_eq!(driver.state.picked(), Some(Ok(Picked::Period(Period::Last(3_600_000_000)))));
    driver.retype("last").keys("Down");
    let chosen = items(&driver)[1].picked.clone();
    assert_eq!(driver.state.picked(), Some(Ok(chosen)));
}

#[test]
fn an_error_points_into_the_text_and_nothing_happens() {
    let mut driver = Driver::over_platform();
    let period = driver.state.period;
    driver.keys("t").type_text("2026-11-01..2026-11-31").keys("Enter");
    let error = driver.state.picked().expect("something is typed").expect_err("there is no such day");
    assert_eq!(error.span, 12..22);
    assert!(driver.state.picker.as_ref().is_some_and(|picker| picker.is_refused));
    driver.keys("Esc");
    assert!(driver.state.picker.is_none() && driver.state.period == period && driver.is_running());
}

#[test]
fn a_paste_into_the_picker_is_text_and_a_zone_behind_days_counts() {
    let mut driver = Driver::over_platform();
    driver.keys("t").paste("2026-11-22 Tokyo\n");
    let clocks = ["Nov 21 07:00 – Nov 22 07:00, Los Angeles", "Nov 21 15:00 – Nov 22 15:00, UTC"];
    assert_eq!(words(&driver)[..2], clocks);
    assert_eq!(words(&driver)[2], "Nov 22 00:00 – 24:00, Tokyo", "the zone that was named, too");
    driver.keys("Enter");
    assert_eq!(driver.state.range().from.rfc3339(0), "2026-11-21T15:00:00Z");
}

#[test]
fn the_zone_can_be_changed_from_the_periods() {
    let mut driver = Driver::over_platform();
    driver.keys("t G Enter").type_text("PST").keys("Enter");
    let error = driver.state.picked().expect("typed").expect_err("three letters are no zone");
    assert_eq!(error.hint, "write America/Los_Angeles");
    driver.retype("tokyo").keys("Enter");
    assert_eq!(driver.state.zone, Tz::Asia__Tokyo);
}

#[test]
fn a_time_is_gone_to_by_its_clock_in_any_zone() {
    for text in ["2026-11-23 03:50 Los Angeles", "11:50 UTC", "3:50am", "8:50pm Tokyo", "1795434600"] {
        let mut driver = Driver::over_platform();
        driver.keys("T").type_text(text);
        assert!(
            words(&driver)[0].starts_with("2026-11-23 11:50:00 UTC · 03:50:00 Los Angeles"),
            "{:?}",
            words(&driver)
        );
        driver.keys("Enter");
        let at = driver.state.table.current().expect("a row").time();
        let nearest = driver
            .state
            .table
            .rows
            .iter()
            .map(|row| (row.time().since(crate::base::time::Timestamp(1_795_434_600_000_000)).abs(), row.time()))
            .min();
        assert_eq!(Some(at), nearest.map(|(_, time)| time), "{text}: {}", driver.message());
        assert!(!driver.state.table.is_following);
        assert!(driver.message().contains(" UTC · 03:"), "{}", driver.message());
    }
}

#[test]
fn a_jump_is_to_the_nearest_on_either_side_and_far_away() {
    let mut driver = Driver::over_platform();
    // 200 s of nothing between these two.
    driver.arrive(&[
        one_record(5_000, 3_600 * 20 + 1_000, "status=200;client=before"),
        one_record(5_001, 3_600 * 20 + 800, "status=200;client=behind"),
    ]);
    driver.keys("/").type_text("client:(before or behind)").keys("Enter");
    let clock = |ago: i64| NOW.plus_secs(-3_600 * 20 - ago).rfc3339(0);
    driver.keys("T").type_text(&clock(850)).keys("Enter");
    assert_eq!(driver.current_id(), crate::app::testing::id_of(5_001));
    assert!(driver.message().starts_with("the nearest request is 50 s later"), "{}", driver.message());
    driver.keys("T").type_text(&clock(950)).keys("Enter");
    assert_eq!(driver.current_id(), crate::app::testing::id_of(5_000));
    assert!(driver.message().starts_with("the nearest request is 50 s earlier"), "{}", driver.message());
}

#[test]
fn a_time_outside_of_the_period_is_said_with_the_nearest() {
    let mut driver = Driver::over_platform();
    driver.keys("T").type_text("2026-11-01");
    assert!(words(&driver)[1].ends_with("outside of Last 24 h: Enter shows 60 min around it"), "{:?}", words(&driver));
    driver.keys("Enter");
    let said = driver.message().to_owned();
    assert!(
        said.starts_with("the period is 2026-10-31 23:30 – ") && said.contains("[ brings the one before"),
        "{said}"
    );
    let nearest = "there is no request in this period; the nearest request is 21 d later: 2026-11-22 12:08:04 UTC";
    assert!(said.contains(nearest), "{said}");
    // Under the filter of the view.
    driver.keys("[ !").keys("T").type_text("2026-11-01").keys("Enter");
    let failed = driver.message().to_owned();
    assert!(failed.contains("the nearest request is 21 d later: ") && !failed.contains(nearest), "{failed}");
    assert!(driver.state.jump.is_none() && driver.total() == 0);
    driver.keys("/").retype("client:=nobody").keys("Enter T").type_text("2026-11-02").keys("Enter");
    assert!(
        driver.message().contains("there is no request in this view; 2026-11-02 08:00:00 UTC"),
        "{}",
        driver.message()
    );
    driver.keys("[ [ [");
    assert!(driver.total() > 0, "the view before is there again");
}

#[test]
fn a_jump_in_another_order_makes_it_that_of_time() {
    let mut driver = Driver::over_platform();
    driver.keys("l l o T").type_text("3:50am").keys("Enter");
    assert_eq!(driver.state.sort, crate::engine::question::Sort::default());
    assert!(driver.message().starts_with("in the order of time now"), "{}", driver.message());
    let at = driver.state.table.current().expect("a row").time();
    assert!(at.since(crate::base::time::Timestamp(1_795_434_600_000_000)).abs() < 60_000_000, "{}", at.rfc3339(0));
    driver.keys("[");
    assert_eq!(driver.state.sort.field.name(), "duration");
}

#[test]
fn a_jump_where_nothing_matches_says_so() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=nobody").keys("Enter T").type_text("4am").keys("Enter");
    assert!(driver.message().starts_with("there is no request in this view"), "{}", driver.message());
}

#[test]
fn that_a_view_before_had_no_request_near_a_time_is_not_said_of_this_one() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=nobody").keys("Enter");
    driver.answers_by_hand = true;
    driver.keys("T").type_text("4am").keys("Enter");
    let is_jump = |effect: &Effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::JumpToTime);
    let place = driver.open.iter().position(is_jump).expect("it is looked for");
    let late = driver.open.remove(place);
    driver.keys("/").retype("status:200").keys("Enter");
    driver.settle();
    let (message, cursor) = (driver.message().to_owned(), driver.state.table.cursor);
    let late = driver.answer_to(&late);
    driver.event(late);
    driver.settle();
    assert_eq!((driver.message(), driver.state.table.cursor), (message.as_str(), cursor));
}

#[test]
fn a_jump_from_a_request_or_the_panes_ends_in_the_table() {
    for keys in ["Enter T", "f T"] {
        let mut driver = Driver::over_platform();
        driver.keys(keys).type_text("3:50am").keys("Enter");
        assert!(driver.state.layers.is_empty() && driver.state.focus == Focus::Table, "{keys}");
    }
}

#[test]
fn a_late_count_of_another_period_is_dropped() {
    let mut driver = Driver::over_platform();
    driver.keys("t");
    driver.answers_by_hand = true;
    driver.type_text("1h");
    driver.retype("all");
    let counts: Vec<Effect> = driver
        .open
        .iter()
        .filter(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::Picker))
        .cloned()
        .collect();
    let late = driver.answer_to(&counts[0]);
    driver.event(late);
    assert_eq!(driver.state.picker.as_ref().and_then(|picker| picker.count), None);
    driver.settle();
    assert_eq!(driver.state.picker.as_ref().and_then(|picker| picker.count), Some(760));
}

#[test]
fn what_is_typed_without_end_is_cut() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text(&"x".repeat(1_000));
    assert_eq!(driver.state.picker.as_ref().map(|picker| picker.input.value().len()), Some(200));
    driver.keys("Ctrl-u Esc");
    assert!(driver.state.picker.is_none());
}

#[test]
fn hours_ago_are_not_said_to_the_millisecond() {
    let mut driver = Driver::over_platform();
    driver.event(Event::Tick(driver.state.now.plus(123_456)));
    let explained = |driver: &mut Driver, typed: &str| {
        driver.keys("T").type_text(typed);
        let words = driver.state.picked_words().first().cloned().unwrap_or_default();
        driver.keys("Esc");
        words
    };
    for (typed, has_fraction) in [("2h ago", false), ("now", false), ("90s ago", false), ("500ms ago", true)] {
        let words = explained(&mut driver, typed);
        assert_eq!(words.contains('.'), has_fraction, "{typed}: {words}");
    }
    assert!(explained(&mut driver, "2026-11-23T11:00:00.5Z").contains("11:00:00.5 UTC"));
    driver.keys("T").type_text("9000h ago").keys("Enter");
    assert!(driver.message().contains("2025-11-13") && !driver.message().contains('.'), "{}", driver.message());
}

#[test]
fn periods_are_offered_by_the_beginnings_of_their_words() {
    let offered = |typed: &str| -> Vec<String> {
        let mut driver = Driver::over_platform();
        driver.keys("t").type_text(typed);
        let picker = driver.state.picker.as_ref().expect("a picker");
        picker.items.iter().map(|item| item.label.clone()).collect()
    };
    assert_eq!(offered("0"), Vec::<String>::new(), "30 does not begin with 0");
    assert_eq!(offered("30"), ["Last 30 d"]);
    assert_eq!(offered("24h"), ["Last 24 h"], "as it is typed");
    assert_eq!(offered("week"), ["This week", "Last week"]);
}
