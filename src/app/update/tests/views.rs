//! Which view is shown, and the views before and after it.

use crate::app::action::Action;
use crate::app::event::Effect;
use crate::app::testing::Driver;
use crate::engine::question::Sort;
use crate::model::answer::counted_id;
use crate::model::field::Field;

#[test]
fn failures_only_and_back() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("!");
    assert_eq!(driver.filter(), "outcome:failure");
    assert!(driver.total() < all);
    driver.keys("!");
    assert_eq!((driver.filter(), driver.total()), (String::new(), all));
}

#[test]
fn failures_only_keeps_the_rest_of_the_filter() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:monitor").keys("Enter ! f !");
    assert_eq!(driver.filter(), "client:monitor");
}

#[test]
fn a_cells_value_in_out_and_alone() {
    let mut driver = Driver::over_platform();
    driver.keys("l l l +");
    assert_eq!(driver.filter(), "'client:=\"Northwind Ltd\"'");
    driver.keys("0 l -");
    assert_eq!(driver.filter(), "-endpoint:=orders.create");
    driver.keys("0 h h h =");
    assert_eq!(driver.filter(), "status:502");
}

/// Shown, kept and typed again, it is the same.
#[test]
fn the_time_of_a_cell_is_a_period() {
    let mut driver = Driver::over_platform();
    let (id, all) = (driver.current_id(), driver.total());
    driver.keys("=");
    assert_eq!((driver.total(), driver.current_id(), driver.filter()), (1, id.clone(), String::new()));
    let period = driver.state.period;
    driver.keys("[").keys("/").type_text(&format!("time:{period}")).keys("Enter");
    assert_eq!((driver.state.period, driver.total()), (period, 1));
    driver.keys("[ -");
    assert_eq!(driver.total(), all - 1);
    let left_out = driver.filter();
    driver.keys("/ Enter");
    assert_eq!((driver.filter(), driver.total()), (left_out, all - 1));
}

#[test]
fn all_filters_are_dropped_and_brought_back() {
    let mut driver = Driver::over_platform();
    driver.keys("! / Ctrl-u").type_text("client:monitor status:200").keys("Enter");
    let narrowed = driver.total();
    driver.keys("0");
    assert_eq!(driver.filter(), "");
    driver.keys("0");
    assert!(driver.message().contains("no filter is set"), "{}", driver.message());
    driver.keys("[");
    assert_eq!(driver.total(), narrowed);
}

#[test]
fn filters_are_switched_off_and_on() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("x");
    assert_eq!(driver.message(), "no filter is set");
    driver.keys("!");
    let failed = driver.total();
    driver.keys("x");
    assert_eq!((driver.total(), driver.filter().as_str()), (all, "outcome:failure"));
    driver.keys("x");
    assert_eq!(driver.total(), failed);
    driver.keys("x / Enter");
    assert_eq!(driver.total(), failed, "a filter that is set is on");
}

#[test]
fn views_back_and_forward() {
    let mut driver = Driver::over_platform();
    let mut totals = vec![driver.total()];
    for text in ["status:5xx", "status:5xx client:northwind", "status:404"] {
        driver.keys("/").retype(text).keys("Enter");
        totals.push(driver.total());
    }
    for total in totals.iter().rev().skip(1) {
        driver.keys("[");
        assert_eq!(driver.total(), *total);
    }
    driver.keys("[");
    assert_eq!(driver.message(), "there is no view before this one");
    for total in totals.iter().skip(1) {
        driver.keys("]");
        assert_eq!(driver.total(), *total);
    }
    driver.keys("]");
    assert_eq!(driver.message(), "there is no view after this one");
    driver.keys("Backspace !  ]");
    assert_eq!(driver.message(), "there is no view after this one", "a new view forgets those after");
}

#[test]
fn the_same_view_again_is_no_step() {
    let mut driver = Driver::over_platform();
    driver.keys("/ Enter t Enter [");
    assert_eq!(driver.message(), "there is no view before this one");
}

#[test]
fn another_period() {
    let mut driver = Driver::over_platform();
    let day = driver.total();
    driver.keys("t g Enter");
    assert_eq!(driver.state.period.to_string(), "15min");
    assert!(driver.total() > 0 && driver.total() < day);
    driver.keys("[");
    assert_eq!(driver.total(), day);
    driver.keys("t").type_text("2026-11-23").keys("Enter");
    assert_eq!(driver.state.period.label(driver.state.zone), "2026-11-23");
}

#[test]
fn another_zone() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys(":").type_text("time zone").keys("Enter Up Enter");
    assert_eq!(driver.state.zone, chrono_tz::UTC);
    assert_eq!(driver.kept().zone.as_deref(), Some("UTC"));
    driver.keys("U").type_text("Mars/Base").keys("Enter");
    assert!(driver.state.picker.as_ref().is_some_and(|picker| picker.is_refused));
    driver.retype("Asia/Tokyo").keys("Enter");
    assert_eq!(driver.state.zone, chrono_tz::Asia::Tokyo);
    driver.keys("U").type_text("los an").keys("Enter");
    assert_eq!(driver.state.zone, chrono_tz::America::Los_Angeles, "the first that goes with it");
}

#[test]
fn the_last_filter_of_a_run_before_comes_back_by_one_key() {
    let mut driver = Driver::over_platform();
    driver.state.last_run = vec![("acme".into(), "status:404".into())];
    assert_eq!(driver.filter(), "", "filters are not restored by themselves");
    driver.keys("[");
    assert_eq!(driver.filter(), "status:404");
    driver.keys("[ [");
    assert_eq!((driver.filter().as_str(), driver.message()), ("", "there is no view before this one"), "once");
}

#[test]
fn order_and_filters_are_kept_for_the_next_run() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys("l l o / ").type_text("status:5xx").keys("Enter");
    let kept = driver.kept();
    assert_eq!(kept.sort, [("acme".to_owned(), "duration".to_owned(), true)]);
    assert_eq!(kept.filters, [("acme".to_owned(), "status:5xx".to_owned())]);
}

#[test]
fn ids_are_sorted_by_what_they_are_compared_by() {
    let mut driver = Driver::over_platform();
    driver.resize(220, 50);
    driver.keys("l l l l l l l l l l l l o");
    assert_eq!((driver.state.sort.field.clone(), driver.state.sort.descending), (Field::RequestId.into(), false));
    let ids: Vec<String> = driver.state.table.rows.iter().map(|row| counted(&row.id_text())).collect();
    assert!(ids.len() > 20 && ids.is_sorted(), "{ids:?}");
    driver.keys("G");
    let last = counted(driver.current_id().as_bytes());
    assert!(ids.iter().all(|id| *id <= last), "the window follows the cursor to the end");
}

fn counted(id: &[u8]) -> String {
    String::from_utf8_lossy(&counted_id(id)).into_owned()
}

#[test]
fn a_live_source_keeps_its_order_too_and_one_key_has_the_newest_first() {
    let mut driver = Driver::over_platform();
    driver.keys("l l o");
    let mut later = Driver::next_run(driver.kept());
    assert_eq!(later.state.sort, driver.state.sort);
    assert!(!later.state.table.is_following, "the newest row has no place of its own in another order");
    assert_eq!((later.current_id(), later.total()), (driver.current_id(), driver.total()));
    later.keys("F");
    assert_eq!(Driver::next_run(later.kept()).state.sort, Sort::default(), "what was asked for last is kept");
}

#[test]
fn steps_that_are_off_come_back_off() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("/").type_text("-client:=Monitor status:5xx").keys("Enter X g j Space Esc");
    let narrowed = driver.total();
    let mut later = Driver::next_run(driver.kept());
    assert_eq!(later.total(), all, "what was on does not narrow the next run by itself");
    let steps: Vec<_> = later.state.trail.steps().iter().map(|step| (step.filter.to_string(), step.is_on)).collect();
    assert_eq!(steps, [("-client:=Monitor".to_owned(), false)]);
    later.keys("[");
    assert_eq!((later.total(), later.state.trail.steps().len()), (narrowed, 2), "with the others as they were");
    later.keys("0");
    assert!(Driver::next_run(later.kept()).state.trail.is_empty(), "dropped for good");
}

#[test]
fn the_backend_is_asked_now() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys("R");
    assert!(driver.effects.iter().any(|effect| matches!(effect, Effect::PollNow(name) if name == "acme")));
    assert_eq!(driver.message(), "asking acme …");
}

#[test]
fn actions_have_effects_of_the_terminal() {
    let mut driver = Driver::over_platform();
    driver.done();
    driver.keys("Ctrl-l Ctrl-z");
    assert!(matches!(driver.done().as_slice(), [Effect::Redraw, Effect::Suspend]));
    assert!(driver.state.act(Action::Interrupt).iter().any(|effect| matches!(effect, Effect::Quit)));
}
