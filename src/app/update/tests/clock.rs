//! What happens while time passes.

use crate::app::event::{Effect, Event, Notice, Purpose};
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};

#[test]
fn a_message_goes_by_itself_and_an_error_stays_until_a_key() {
    let mut driver = Driver::over_platform();
    driver.event(Event::Notice(Notice { text: "polled from here now".into(), is_error: false }));
    driver.wait(5);
    assert_eq!(driver.message(), "polled from here now");
    driver.wait(5);
    assert_eq!(driver.message(), "");
    driver.event(Event::Notice(Notice { text: "disk full".into(), is_error: true }));
    driver.wait(500);
    assert_eq!(driver.message(), "disk full");
    driver.keys("j");
    assert_eq!(driver.message(), "");
}

#[test]
fn what_falls_out_of_a_moving_period_leaves_the_view() {
    let mut driver = Driver::over_platform();
    let day = driver.total();
    driver.wait(3_600);
    assert!(driver.total() < day);
}

#[test]
fn a_fixed_period_asks_nothing_while_time_passes() {
    let mut driver = Driver::over_platform();
    driver.keys("t G k Enter");
    driver.done();
    driver.wait(3_600);
    let asked: Vec<_> = driver
        .done()
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::View))
        .collect();
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn the_figures_of_now_turn_without_a_key() {
    let mut driver = Driver::over_platform();
    let usual: Vec<_> = (0..1_200).map(|n| one_record(20_000 + n, 1_900 + n as i64 * 20, "status=200")).collect();
    driver.arrive(&usual);
    driver.wait(3);
    let now = driver.state.now_figures.expect("figures");
    assert!(now.fails_more(), "{now:?}");
    driver.wait(1_800);
    driver.wait(3);
    let now = driver.state.now_figures.expect("figures");
    assert!(!now.fails_more(), "it is over: {now:?}");
}

#[test]
fn figures_of_now_are_asked_for_at_most_every_two_seconds() {
    let mut driver = Driver::over_platform();
    driver.wait(5);
    driver.done();
    for number in 0..20 {
        driver.arrive(&[one_record(6_000 + number, 0, "status=200")]);
    }
    let asked = driver.done().iter().filter(|effect| matches!(effect, Effect::AskAll(..))).count();
    assert_eq!(asked, 0);
}

#[test]
fn the_store_changes_faster_than_it_is_read() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.answers_by_hand = true;
    for number in 0..50 {
        driver.arrive(&[one_record(number, 0, "status=200")]);
    }
    let views = driver.open.iter().filter(|e| matches!(e, Effect::Ask(id, ..) if id.purpose == Purpose::View)).count();
    assert_eq!(views, 1, "one question is open, not fifty");
    driver.settle();
    assert_eq!(driver.total(), 50, "and the newest state is shown in the end");
}
