//! The figures of now: what they are of, and that they agree with a view of the same requests.

use crate::app::event::Effect;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};

use super::picture::text;

fn header(driver: &Driver) -> String {
    text(&driver.state).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_last_five_minutes_are_the_same_above_and_below() {
    let mut driver = Driver::over_platform();
    driver.arrive(&(0..200).map(|n| one_record(9_000 + n, 3, "status=200;outcome=success")).collect::<Vec<_>>());
    driver.wait(3);
    driver.keys("t").type_text("5m").keys("Enter");
    let share = |line: &str| line.split("failed ").nth(1).and_then(|rest| rest.split(" %").next()).map(str::to_owned);
    let agree = |driver: &Driver| {
        let picture = text(&driver.state);
        let mut lines = picture.lines().map(share);
        let (header, trail) = (lines.next().flatten(), lines.next().flatten());
        assert!(header.is_some() && header == trail, "{header:?}, {trail:?}: {picture}");
    };
    agree(&driver);
    driver.answers_by_hand = true;
    driver.arrive_unseen(&(0..50).map(|n| one_record(9_500 + n, 2, "status=500;outcome=failure")).collect::<Vec<_>>());
    driver.changed();
    // The view is answered; the figures of now are of the moment before.
    let is_view = |effect: &Effect| matches!(effect, Effect::Ask(..));
    while let Some(place) = driver.open.iter().position(is_view) {
        driver.answer(place);
    }
    agree(&driver);
    driver.settle();
    agree(&driver);
}

#[test]
fn the_rate_of_a_young_source_is_over_its_own_time() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Followed);
    let rows: Vec<_> = (0..840).map(|n| one_record(n, (n % 12) as i64 + 1, "status=200;outcome=success")).collect();
    driver.arrive(&rows);
    assert!(header(&driver).contains("now (12 s) failed 0.0 %  70.0/s"), "{}", header(&driver));
    driver.wait(600);
    driver.arrive(&[one_record(9_000, -599, "status=200;outcome=success")]);
    driver.wait(3);
    assert!(header(&driver).contains("now (5 min)"), "{}", header(&driver));
}

#[test]
fn nobody_can_say_how_many_come_a_second_after_less_than_one() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Followed);
    driver.arrive(&[one_record(1, 0, "status=200;outcome=success"), one_record(2, 0, "status=200;outcome=success")]);
    driver.keys("t").type_text("1m").keys("Enter v G");
    let picture = text(&driver.state);
    let words = picture.lines().find(|line| line.contains("2 requests")).unwrap_or_default();
    assert!(!words.contains("/s") && !header(&driver).contains("/s"), "{picture}");
}

#[test]
fn rows_that_are_dated_ahead_are_not_of_no_time() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Followed);
    driver.arrive(&[one_record(1, -7_200, "status=200;outcome=success")]);
    driver.wait(3);
    let first = header(&driver);
    assert!(first.contains("now (5 min) failed 0.0 %") && !first.contains("/s"), "{first}");
    driver.keys("t").type_text("5m").keys("Enter v G");
    let picture = text(&driver.state);
    let words = picture.lines().find(|line| line.contains("1 request · none failed")).unwrap_or_default();
    assert!(!words.is_empty() && !words.contains("/s") && !words.contains("/min"), "{picture}");
}
