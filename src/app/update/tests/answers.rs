//! Answers that come late, in another order, or not at all.

use crate::app::event::{Effect, Event, Purpose};
use crate::app::testing::{Driver, id_of, one_record};
use crate::base::time::Timestamp;
use crate::engine::question::Completeness;
use crate::engine::{Want, WantAnswer};

fn open(driver: &Driver, purpose: Purpose) -> usize {
    driver
        .open
        .iter()
        .position(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == purpose))
        .unwrap_or_else(|| panic!("no question for {purpose:?} is open: {:?}", driver.open))
}

fn fail(driver: &mut Driver, place: usize, reason: &str) {
    let Effect::Ask(id, ..) = driver.open.remove(place) else { panic!("a question") };
    driver.event(Event::Failed(id, reason.into()));
}

/// Which of the open questions a person waits for.
fn awaited(driver: &Driver) -> Vec<Purpose> {
    let ids = driver.open.iter().filter_map(|effect| match effect {
        Effect::Ask(id, ..) | Effect::AskAll(id, ..) => Some(*id),
        _ => None,
    });
    ids.filter(|id| driver.state.is_awaited(*id)).map(|id| id.purpose).collect()
}

#[test]
fn a_person_waits_for_what_a_key_asks_and_not_for_what_arrives() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    assert_eq!(awaited(&driver), [Purpose::View, Purpose::Extent, Purpose::Among]);
    let older = driver.open.clone();
    driver.keys("!");
    assert!(awaited(&driver).contains(&Purpose::View));
    for effect in &older {
        let Effect::Ask(id, ..) = effect else { continue };
        assert!(id.purpose != Purpose::View || !driver.state.is_awaited(*id), "another view is asked for by now");
    }
    driver.settle();
    driver.arrive(&[one_record(20_000, 1_900, "status=200")]);
    assert!(driver.open.iter().any(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::View)));
    assert_eq!(awaited(&driver), []);
    // Nor for what follows from it.
    let place = open(&driver, Purpose::View);
    let answer = driver.answer_to(&driver.open[place].clone());
    driver.open.remove(place);
    driver.event(answer);
    assert_eq!(awaited(&driver), []);
    driver.keys("/");
    driver.type_text("4");
    assert!(awaited(&driver).contains(&Purpose::Preview));
}

#[test]
fn the_answer_to_an_older_view_is_dropped() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    driver.keys("/").retype("status:404").keys("Enter");
    let first = driver.answer_to(&driver.open[0].clone());
    driver.open.remove(0);
    driver.settle();
    let total = driver.total();
    driver.event(first);
    assert_eq!(driver.total(), total);
    assert_eq!(driver.state.table.current().and_then(|row| row.record.status()), Some(404));
}

#[test]
fn a_window_on_an_older_view_is_dropped() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("G");
    let page = driver.open.remove(open(&driver, Purpose::Page));
    driver.keys("/").retype("status:404").keys("Enter");
    driver.settle();
    let total = driver.total();
    let late = driver.answer_to(&page);
    driver.event(late);
    assert_eq!(driver.total(), total, "rows of the view before do not come back");
}

#[test]
fn a_refresh_that_was_asked_before_a_jump_does_not_move_the_cursor() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.arrive(&[one_record(5_000, 0, "status=200")]);
    let refresh = driver.open.remove(open(&driver, Purpose::View));
    driver.keys("G");
    driver.settle();
    let id = driver.current_id();
    let late = driver.answer_to(&refresh);
    driver.event(late);
    driver.settle();
    assert_eq!((driver.current_id(), id), (id_of(0), id_of(0)));
}

#[test]
fn a_jump_in_an_older_view_is_dropped() {
    let mut driver = Driver::over_platform();
    driver.keys("j");
    driver.answers_by_hand = true;
    // The next failure is not among the rows at hand.
    driver.state.table.rows.truncate(2);
    driver.keys("e");
    let jump = driver.open.remove(open(&driver, Purpose::Jump));
    driver.keys("/").retype("status:200").keys("Enter");
    driver.settle();
    let cursor = driver.state.table.cursor;
    let late = driver.answer_to(&jump);
    driver.event(late);
    driver.settle();
    assert_eq!(driver.state.table.cursor, cursor);
    assert_eq!(driver.state.table.current().and_then(|row| row.record.status()), Some(200));
}

#[test]
fn a_view_that_fails_says_why_and_comes_back() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    let place = open(&driver, Purpose::View);
    fail(&mut driver, place, "segment 3 is damaged");
    assert_eq!(driver.state.empty_sentences(), ["This view could not be read.", "segment 3 is damaged"]);
    driver.keys("!");
    driver.settle();
    assert!(driver.state.failure.is_none() && driver.total() > 0);
}

#[test]
fn what_changed_meanwhile_is_asked_for_after_a_failure_too() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    driver.arrive(&[one_record(5_000, 0, "status=500;outcome=failure")]);
    let place = open(&driver, Purpose::View);
    fail(&mut driver, place, "interrupted");
    driver.settle();
    assert!(driver.state.failure.is_none());
    assert_eq!(driver.current_id(), id_of(5_000));
}

#[test]
fn the_failure_of_an_older_question_is_dropped() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    let Effect::Ask(old, ..) = driver.open[open(&driver, Purpose::View)].clone() else { panic!("a question") };
    driver.keys("!");
    driver.settle();
    driver.event(Event::Failed(old, "too late".into()));
    assert!(driver.state.failure.is_none());
}

#[test]
fn a_jump_that_fails_is_said_and_the_rows_stay() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.state.table.rows.truncate(1);
    driver.keys("e");
    let place = open(&driver, Purpose::Jump);
    fail(&mut driver, place, "segment 3 is damaged");
    assert_eq!(driver.message(), "segment 3 is damaged");
    assert!(driver.state.failure.is_none());
}

#[test]
fn figures_that_fail_are_asked_for_again() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.wait(10);
    let place = driver.open.iter().position(|effect| matches!(effect, Effect::AskAll(..))).expect("asked");
    let Effect::AskAll(id, ..) = driver.open.remove(place) else { panic!("a question") };
    driver.event(Event::Failed(id, "interrupted".into()));
    driver.done();
    driver.wait(10);
    assert!(driver.done().iter().any(|effect| matches!(effect, Effect::AskAll(..))));
}

#[test]
fn keys_work_while_an_answer_is_awaited() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("! j j Enter");
    assert!(driver.detail_id().is_some());
    driver.keys("Esc f j Esc / Esc");
    driver.settle();
    assert!(driver.total() > 0);
}

#[test]
fn what_was_counted_so_far_is_shown_and_filled_in() {
    let mut driver = Driver::over_platform();
    let before = driver.total();
    driver.answers_by_hand = true;
    driver.keys("!");
    let Event::Answer(id, snapshot, whole) = driver.answer_to(&driver.open[0].clone()) else { panic!("an answer") };
    let mut partial = whole.clone();
    partial.completeness = Completeness::SoFar(Timestamp(5_000_000));
    for want in &mut partial.wants {
        if let WantAnswer::Summary(summary) = want {
            summary.count = 1;
        }
    }
    driver.event(Event::Answer(id, snapshot.clone(), partial.clone()));
    assert_eq!(driver.state.so_far, Some(Timestamp(5_000_000)));
    assert_eq!(driver.state.summary.as_ref().map(|summary| summary.count), Some(1));
    driver.event(Event::Answer(id, snapshot.clone(), whole));
    assert_eq!(driver.state.so_far, None);
    assert!(driver.state.summary.as_ref().is_some_and(|summary| summary.count > 1 && summary.count < before));

    // A list that does not begin with the newest waits for all of it.
    driver.keys("G");
    let last = driver.open.remove(open(&driver, Purpose::Page));
    let Event::Answer(id, snapshot, mut page) = driver.answer_to(&last) else { panic!("an answer") };
    let rows = driver.state.table.rows.len();
    page.completeness = Completeness::SoFar(Timestamp(5_000_000));
    page.wants = Vec::new();
    driver.event(Event::Answer(id, snapshot, page));
    assert_eq!(driver.state.table.rows.len(), rows);
    assert!(driver.state.asked.get(&Purpose::Page).is_some_and(|asked| asked.is_open), "the whole is still awaited");
}

#[test]
fn what_is_shown_whole_does_not_shrink_while_more_arrives() {
    let mut driver = Driver::over_platform();
    let before = driver.total();
    driver.answers_by_hand = true;
    let as_partial = |event: Event| {
        let Event::Answer(id, snapshot, mut answer) = event else { panic!("an answer") };
        answer.completeness = Completeness::SoFar(Timestamp(5_000_000));
        answer.wants.iter_mut().for_each(|want| {
            if let WantAnswer::Summary(summary) = want {
                summary.count = 1;
            }
        });
        Event::Answer(id, snapshot, answer)
    };
    let count = |driver: &Driver| driver.state.summary.as_ref().map(|summary| summary.count);
    driver.arrive(&[one_record(5_000, 0, "status=200")]);
    let refresh = driver.open.remove(open(&driver, Purpose::View));
    let partial = as_partial(driver.answer_to(&refresh));
    driver.event(partial);
    assert_eq!((count(&driver), driver.state.so_far), (Some(before), None));
    let whole = driver.answer_to(&refresh);
    driver.event(whole);
    assert_eq!(count(&driver), Some(before + 1));

    // Another size asks anew, and shows the same.
    driver.resize(100, 30);
    let resized = driver.open.remove(open(&driver, Purpose::View));
    let partial = as_partial(driver.answer_to(&resized));
    driver.event(partial);
    assert_eq!(count(&driver), Some(before + 1));
    // Of another view there is nothing yet: also when its size changes meanwhile.
    driver.keys("!").resize(120, 30);
    driver.open.reverse();
    let failures = driver.open.remove(open(&driver, Purpose::View));
    let partial = as_partial(driver.answer_to(&failures));
    driver.event(partial);
    assert_eq!((count(&driver), driver.state.so_far), (Some(1), Some(Timestamp(5_000_000))));
}

#[test]
fn a_failed_question_is_not_said_to_be_counted_so_far() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("!");
    let Event::Answer(id, snapshot, mut partial) = driver.answer_to(&driver.open[0].clone()) else {
        panic!("an answer")
    };
    partial.completeness = Completeness::SoFar(Timestamp(5_000_000));
    driver.event(Event::Answer(id, snapshot, partial));
    assert!(driver.state.so_far.is_some());
    driver.event(Event::Failed(id, "the disk is gone".into()));
    assert_eq!((driver.state.so_far, driver.state.failure.is_some()), (None, true));
}

#[test]
fn values_that_nobody_sees_are_asked_for_now_and_then() {
    let mut driver = Driver::over_platform();
    let with_facets = |driver: &mut Driver, number: u64| {
        driver.effects.clear();
        driver.arrive(&[one_record(number, 0, "status=200;client=New")]);
        asked_facets(driver)
    };
    let counted = |driver: &Driver| -> u64 {
        let facet = driver.state.facets.first().expect("a pane");
        facet.values.iter().map(|value| value.count).sum::<u64>() + facet.other_count
    };
    assert!(!with_facets(&mut driver, 5_001) && !with_facets(&mut driver, 5_002), "nobody sees them");
    driver.wait(2);
    assert!(with_facets(&mut driver, 5_003), "they do not get old");
    assert_eq!(counted(&driver), driver.total());
    assert!(!with_facets(&mut driver, 5_004));
    assert_eq!(counted(&driver) + 1, driver.total());

    driver.effects.clear();
    driver.keys("f");
    assert!(asked_facets(&driver), "who opens them sees them right");
    assert_eq!(counted(&driver), driver.total());
    assert!(with_facets(&mut driver, 5_005), "while they are seen");
    driver.effects.clear();
    driver.keys("Esc j");
    assert!(!asked_facets(&driver));
    driver.keys("!");
    assert!(asked_facets(&driver), "of another view");
    driver.resize(200, 50);
    assert!(with_facets(&mut driver, 5_006), "they stand beside the table all the time");
}

fn asked_facets(driver: &Driver) -> bool {
    driver.effects.iter().any(|effect| match effect {
        Effect::Ask(id, _, question) => {
            id.purpose == Purpose::View && question.wants.iter().any(|want| matches!(want, Want::Facets(_)))
        }
        _ => false,
    })
}
