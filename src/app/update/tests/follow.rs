//! Following the newest row, holding the screen.

use crate::app::event::{At, Effect, Purpose};
use crate::app::testing::{Driver, id_of, one_record};

fn arrive(driver: &mut Driver, number: u64) {
    driver.arrive(&[one_record(number, 0, "status=200;client=new")]);
}

#[test]
fn a_followed_table_shows_what_arrives() {
    let mut driver = Driver::over_platform();
    arrive(&mut driver, 5_000);
    assert_eq!((driver.state.table.cursor, driver.current_id()), (0, id_of(5_000)));
}

#[test]
fn leaving_the_newest_row_holds_the_place() {
    let mut driver = Driver::over_platform();
    driver.keys("j");
    assert!(!driver.state.table.is_following && driver.state.held.is_none());
    let (id, total) = (driver.current_id(), driver.total());
    arrive(&mut driver, 5_000);
    assert_eq!((driver.current_id(), driver.total()), (id, total + 1), "rows arrive, the place stays");
    driver.keys("F");
    assert!(driver.state.table.is_following);
    assert_eq!(driver.current_id(), id_of(5_000));
}

#[test]
fn going_back_to_the_newest_row_by_hand_does_not_follow() {
    let mut driver = Driver::over_platform();
    driver.keys("j g");
    arrive(&mut driver, 5_000);
    assert_eq!(driver.state.table.cursor, 1, "the record keeps the cursor");
}

#[test]
fn a_held_screen_stays_as_it_was_and_counts_what_arrives() {
    let mut driver = Driver::over_platform();
    driver.keys("p");
    let held = driver.state.held.clone().expect("held");
    assert_eq!(driver.message(), "", "the keys stay in sight");
    assert!(driver.state.search_command().contains(&format!("--as-of {}", held.as_of)));
    let (total, facets) = (driver.total(), driver.state.facets.clone());
    arrive(&mut driver, 5_000);
    arrive(&mut driver, 5_001);
    assert_eq!((driver.total(), &driver.state.facets), (total, &facets));
    assert_eq!(driver.state.arrived(), Some(2));
    driver.keys("!");
    let of_the_past = driver.done().into_iter().any(|effect| {
        matches!(effect, Effect::Ask(id, At::Held(at), _) if id.purpose == Purpose::View && at.as_of == held.as_of)
    });
    assert!(of_the_past, "another filter is asked of what is held");
    assert_eq!(driver.state.arrived(), Some(0), "only what arrives and matches counts");
}

#[test]
fn what_arrived_is_not_told_from_the_figures_of_another_view() {
    let mut driver = Driver::over_platform();
    driver.keys("! p");
    driver.answers_by_hand = true;
    driver.keys("!");
    let is_count = |effect: &Effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::Arrived);
    let place = driver.open.iter().position(is_count).expect("it is asked what arrived");
    driver.answer(place);
    assert_eq!(driver.state.arrived(), None, "the view itself is not known yet");
    driver.settle();
    assert_eq!(driver.state.arrived(), Some(0));
}

#[test]
fn a_held_screen_goes_on_at_the_newest_row() {
    let mut driver = Driver::over_platform();
    driver.keys("F");
    arrive(&mut driver, 5_000);
    driver.keys("F");
    assert!(driver.state.held.is_none() && driver.state.table.is_following);
    assert_eq!(driver.current_id(), id_of(5_000));
}

#[test]
fn time_stands_still_while_the_screen_is_held() {
    let mut driver = Driver::over_platform();
    driver.keys("F");
    let range = driver.state.range();
    driver.wait(3_600);
    assert_eq!(driver.state.range(), range);
    driver.keys("F");
    assert!(driver.state.range().from > range.from);
}

#[test]
fn an_open_request_stays_while_rows_arrive() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter");
    let id = driver.detail_id();
    for number in 5_000..5_010 {
        arrive(&mut driver, number);
    }
    assert_eq!(driver.detail_id(), id);
    driver.keys("Esc");
    assert_eq!(Some(driver.current_id()), id);
}

#[test]
fn the_panes_can_be_held_too() {
    let mut driver = Driver::over_platform();
    driver.keys("f F");
    assert!(driver.state.held.is_some());
    driver.keys("F");
    assert!(driver.state.held.is_none());
}

#[test]
fn what_leaves_a_moving_period_takes_nothing_from_what_has_come() {
    let mut driver = Driver::over_platform();
    driver.keys("p");
    arrive(&mut driver, 5_000);
    assert_eq!(driver.state.arrived(), Some(1));
    // Half of the period's rows are older than it by now.
    driver.wait(12 * 3_600);
    arrive(&mut driver, 5_001);
    assert_eq!(driver.state.arrived(), Some(2));
}
