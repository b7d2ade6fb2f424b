//! What happens while time passes.

use crate::app::event::{Effect, Event, Notice, Purpose};
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};
use crate::base::time::Timestamp;
use crate::model::bars::Bars;

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
fn of_a_period_of_seconds_nothing_stays_that_is_older() {
    let mut driver = Driver::over_platform();
    let rows = [(9_400, 6), (9_401, 0)].map(|(number, ago)| one_record(number, ago, "status=200;client=Seconds"));
    driver.arrive(&rows);
    driver.keys("t").type_text("10s").keys("Enter / Ctrl-u").type_text("client:=Seconds").keys("Enter");
    driver.wait(3);
    assert_eq!(driver.total(), 2);
    driver.wait(2);
    assert_eq!(driver.total(), 1, "one is 11 seconds old");
}

#[test]
fn a_fixed_period_asks_nothing_while_time_passes() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("yesterday").keys("Enter");
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

/// Where the bars end.
fn end(driver: &Driver) -> Timestamp {
    driver.state.bars.as_ref().and_then(Bars::span).expect("bars").until
}

#[test]
fn bars_of_all_time_go_on_while_a_followed_source_is_quiet() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("all").keys("Enter");
    // Longer than a tenth of what there is.
    for seconds in [60, 1_800, 7_200, 4 * 86_400] {
        driver.wait(seconds);
        let (now, last) = (driver.state.now, end(&driver));
        let bar = driver.state.bars.as_ref().map_or(0, |bars| bars.range(bars.len() - 1).micros());
        assert!(
            last > now && last.since(now) <= bar,
            "after {seconds} s they end {} s from now",
            last.since(now) / 1_000_000
        );
        driver.keys("!");
        assert_eq!(end(&driver), last, "a filter moves no bar");
        driver.keys("!");
        assert_eq!(end(&driver), last);
    }
}

#[test]
fn bars_of_all_time_end_with_the_last_request_of_what_was_old_when_it_was_opened_or_is_held() {
    let mut driver = Driver::over_platform();
    driver.state.opened = driver.state.now.plus_secs(30 * 86_400);
    driver.wait(30 * 86_400).keys("t").type_text("all").keys("Enter");
    let newest = driver.state.newest.expect("a request");
    assert!(end(&driver).since(newest) < 3_600_000_000);
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("all").keys("Enter F");
    let last = end(&driver);
    driver.wait(7_200);
    assert_eq!(end(&driver), last, "what is held stays");
}

#[test]
fn a_source_without_a_request_asks_nothing_while_time_passes() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Followed);
    driver.changed();
    driver.done();
    driver.wait(3_600);
    assert!(!driver.done().iter().any(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::View)));
}
