//! The steps that narrow the view: switched, edited, removed.

use crate::app::event::{Effect, Purpose};
use crate::app::picker::Picked;
use crate::app::state::Layer;
use crate::app::testing::Driver;
use crate::engine::Want;

/// A screen with three steps: failures, one client left out, slow.
fn with_steps() -> Driver {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:>=400 -client:=Monitor duration:>100ms").keys("Enter");
    driver
}

/// What is said where nothing matches a query.
fn sentences_of(query: &str) -> String {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text(query).keys("Enter");
    driver.state.empty_sentences().join("\n")
}

/// The query that the last question about the view asked.
fn asked(driver: &Driver) -> String {
    let question = driver.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(id, _, question) if id.purpose == Purpose::View && question.wants.contains(&Want::Summary) => {
            Some(question)
        }
        _ => None,
    });
    question.expect("a question about the view").filter.to_string()
}

#[test]
fn a_step_is_switched_off_and_on_in_its_place() {
    let mut driver = with_steps();
    let narrowed = driver.total();
    driver.keys("X k Space");
    assert_eq!(asked(&driver), "status:400.. 'duration:>100ms'");
    assert!(driver.total() > narrowed);
    assert_eq!(driver.state.trail.steps().len(), 3, "it is not lost");
    driver.keys("Space");
    assert_eq!(
        (asked(&driver).as_str(), driver.total()),
        ("status:400.. -client:=Monitor 'duration:>100ms'", narrowed)
    );
}

#[test]
fn steps_that_are_off_outlive_the_prompt_and_the_panes() {
    let mut driver = with_steps();
    driver.keys("X k Space Esc / Ctrl-u").type_text("status:5xx").keys("Enter 4 Space");
    let words: Vec<_> = driver.state.trail.steps().iter().map(|step| (step.filter.to_string(), step.is_on)).collect();
    assert_eq!(words.len(), 3, "{words:?}");
    assert_eq!(words[0], ("status:5xx".into(), true));
    assert_eq!(words[1], ("-client:=Monitor".into(), false));
    assert!(words[2].1 && words[2].0.starts_with("'client:="), "{words:?}");
}

#[test]
fn the_period_is_a_step_that_can_be_off() {
    let mut driver = Driver::over_platform();
    let day = driver.total();
    driver.arrive(&[crate::app::testing::row(40 * 86_400, "status=200;client=old")]);
    driver.keys("X g Space");
    assert_eq!((driver.total(), driver.state.is_period_on), (day + 1, false));
    driver.keys("Space");
    assert_eq!(driver.total(), day);
    driver.keys("Space Enter g Enter");
    assert!(driver.state.is_period_on, "a period that is chosen is meant");
    driver.keys("Space t");
    assert_eq!(driver.state.picked(), Some(Ok(Picked::Period(driver.state.period))), "15 min");
    driver.keys("Enter");
    assert!(driver.state.is_period_on, "the same one again, too");
}

#[test]
fn each_switch_says_what_it_would_make_of_the_view() {
    let mut driver = with_steps();
    driver.keys("X k Space j");
    let expected: Vec<u64> =
        (0..4).map(|place| driver.state.count_when_switched(place).expect("it was counted")).collect();
    for (place, count) in expected.iter().enumerate() {
        driver.keys(&format!("g {}", "j ".repeat(place)));
        driver.keys("Space");
        assert_eq!(driver.total(), *count, "step {place}");
        driver.keys("Space");
    }
}

#[test]
fn the_counts_of_the_switches_are_of_what_the_header_counts() {
    let mut driver = with_steps();
    let counts =
        |driver: &Driver| -> Vec<Option<u64>> { (0..4).map(|place| driver.state.count_when_switched(place)).collect() };
    let expected = counts(driver.keys("X"));
    assert!(expected.iter().all(Option::is_some), "{expected:?}");
    let total = driver.total();
    driver.keys("Esc").arrive_unseen(&[crate::app::testing::row(90, "status=502;duration=200ms")]);
    driver.keys("X");
    assert_eq!((driver.total(), counts(&driver)), (total, expected.clone()), "nothing of what has just come");
    driver.changed();
    assert_ne!(counts(&driver), expected, "and with it as soon as the header has it");
}

#[test]
fn a_step_is_removed_for_good() {
    let mut driver = with_steps();
    driver.keys("X k -");
    assert_eq!(driver.filter(), "status:400.. 'duration:>100ms'");
    assert!(matches!(driver.state.layers.last(), Some(Layer::Steps(2))), "the cursor is on the one behind");
    driver.keys("Delete Delete");
    assert_eq!(driver.filter(), "");
    driver.keys("-");
    assert_eq!(driver.message(), "the period stays; it can be switched off, or another one chosen");
    driver.keys("[");
    assert_eq!(driver.filter(), "status:400..");
}

#[test]
fn a_step_is_edited_by_itself_and_keeps_its_switch() {
    let mut driver = with_steps();
    driver.keys("X k Space Enter");
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| prompt.input.value()), Some("-client:=Monitor"));
    driver.retype("client:etl").keys("Enter");
    let step = driver.state.trail.steps()[1].clone();
    assert_eq!((step.filter.to_string().as_str(), step.is_on), ("client:etl", false));
    driver.keys("Enter").retype("clinet:etl").keys("Enter");
    assert!(driver.state.prompt.as_ref().is_some_and(|prompt| prompt.error.is_some()));
    driver.retype("").keys("Enter");
    assert_eq!(driver.state.trail.steps().len(), 2, "without words there is no step");
}

#[test]
fn all_off_keeps_each_switch() {
    let mut driver = with_steps();
    driver.keys("X k Space");
    let narrowed = driver.total();
    driver.keys("x");
    assert_eq!(asked(&driver), "");
    driver.keys("x");
    assert_eq!(driver.total(), narrowed);
    driver.keys("x k Space");
    assert_eq!(asked(&driver), "status:400..", "while all are off, one comes on alone");
    driver.keys("0");
    assert!(driver.state.trail.is_empty());
}

#[test]
fn views_come_back_with_their_switches_and_their_record() {
    let mut driver = with_steps();
    driver.keys("X k Space Esc j j j j");
    let (record, total) = (driver.current_id(), driver.total());
    driver.keys("X k Space g Space Esc G");
    assert_ne!(driver.current_id(), record);
    driver.keys("[ [");
    assert_eq!((driver.total(), driver.current_id()), (total, record.clone()));
    assert!(!driver.state.trail.steps()[1].is_on && driver.state.is_period_on);
    driver.keys("] ]");
    assert!(driver.state.trail.steps()[1].is_on && !driver.state.is_period_on);
    driver.keys("Backspace Backspace");
    assert_eq!(driver.current_id(), record);
}

#[test]
fn a_view_that_followed_the_newest_row_follows_it_again() {
    let mut driver = Driver::over_platform();
    driver.keys("! j j [");
    assert!(driver.state.table.is_following);
    driver.arrive(&[crate::app::testing::one_record(77_000, 0, "status=200;client=new")]);
    assert_eq!(driver.current_id(), crate::app::testing::id_of(77_000));
}

#[test]
fn the_step_that_hides_everything_is_named_and_switched_off_by_one_key() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=Monitor status:599").keys("Enter");
    assert_eq!(driver.total(), 0);
    let sentences = driver.state.empty_sentences().join("\n");
    driver.keys("Enter");
    assert!(driver.total() > 0 && driver.filter() == "client:=Monitor", "{sentences}");
    assert!(sentences.contains(&format!("Without Status 599: {} requests.", driver.total())), "{sentences}");
    assert!(!sentences.contains("Without User"), "{sentences}");
    assert_eq!(driver.state.trail.steps().len(), 2, "the step stays in the trail");
}

#[test]
fn two_steps_that_hide_everything_together_are_named_and_switched_off() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=nobody status:599").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    let said = "No step hides them alone. Without User “nobody” and Status 599: 760 requests.";
    assert!(sentences.contains(said) && sentences.contains("Enter switches User “nobody” and Status 599 off."));
    driver.keys("Enter");
    assert_eq!(driver.total(), 760, "{sentences}");
    assert_eq!(driver.state.trail.steps().len(), 2, "the steps stay in the trail");
}

#[test]
fn the_steps_that_hide_everything_together_are_named_however_many_they_are() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=nobody status:599 method:=NONE").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    let said = "No step hides them alone. Without User “nobody”, Status 599 and Method “NONE”: 760 requests.";
    assert!(sentences.contains(said), "{sentences}");
    driver.keys("Enter");
    assert_eq!(driver.total(), 760, "{sentences}");
    let many = "client:=Monitor host:=a method:=b ip:10.9.9.9 interface:=c status:599 endpoint:=d path:/e user_id:9";
    driver.keys("0 /").type_text(many).keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    assert!(
        sentences.contains("No step hides them alone. Without Host “a” and the 7 steps behind it: "),
        "{sentences}"
    );
    driver.keys("Enter");
    assert!(driver.total() > 0 && driver.filter() == "client:=Monitor", "{sentences}");
}

#[test]
fn the_nearest_of_two_misspelt_values_are_named_and_taken_one_after_the_other() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:Monitr method:=GETT").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    assert!(sentences.contains("No request of this period has client:Monitr; nearest: Monitor ("), "{sentences}");
    assert!(sentences.contains("No request of this period has Method “GETT”; nearest: GET ("), "{sentences}");
    assert!(sentences.contains("Enter takes Monitor in the place of client:Monitr."), "{sentences}");
    driver.keys("Enter Enter");
    assert!(driver.total() > 0, "{sentences}");
    assert_eq!(driver.filter(), "client:=Monitor method:=GET");
}

#[test]
fn a_misspelt_value_is_replaced_by_the_nearest_under_the_other_steps() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:200 client:=Monitor").keys("Enter");
    let expected = driver.total();
    driver.keys("0 /").type_text("status:200 client:Monitr").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    let said = format!("No request of this period has client:Monitr; nearest: Monitor ({expected}).");
    assert!(sentences.contains(&said), "{sentences}");
    assert!(sentences.contains("Enter takes Monitor in its place."), "{sentences}");
    driver.keys("Enter");
    assert_eq!((driver.total(), driver.filter().as_str()), (expected, "status:200 client:=Monitor"));
    driver.keys("[");
    assert_eq!(driver.filter(), "status:200 client:Monitr", "one key back");
}

#[test]
fn a_word_of_a_value_is_enough_to_find_it() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:Nortwind").keys("Enter Enter");
    assert_eq!(driver.filter(), "'client:=\"Northwind Ltd\"'");
}

#[test]
fn a_step_that_is_off_does_not_shift_the_one_that_is_replaced() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:200 client:Monitr").keys("Enter X k Space Esc");
    assert_eq!(driver.total(), 0);
    driver.keys("Enter");
    assert_eq!((driver.filter().as_str(), driver.state.trail.steps().len()), ("client:=Monitor", 2));
}

#[test]
fn the_nearest_numbers_are_named_and_not_taken() {
    let sentences = sentences_of("status:499");
    assert!(sentences.contains("No request of this period has Status 499; nearest: 500 ("), "{sentences}");
    assert!(sentences.contains("Enter switches Status 499 off."), "{sentences}");
}

#[test]
fn values_that_are_there_under_no_such_steps_have_no_nearest() {
    let sentences = sentences_of("status:502 client:=Monitor");
    assert!(sentences.contains("Without Status 502: ") && !sentences.contains("No request of"), "{sentences}");
}

#[test]
fn where_no_value_is_near_the_most_frequent_are_named() {
    let sentences = sentences_of("client:zzzzzzzz");
    assert!(sentences.contains("has client:zzzzzzzz; the most frequent: ETL Partner ("), "{sentences}");
    assert!(sentences.contains("Enter switches client:zzzzzzzz off."), "{sentences}");
}

#[test]
fn what_stands_in_an_attribute_is_taken_from_there() {
    let mut driver = Driver::over_platform();
    let rows = ["status=200;attributes.mail=maria@kunde.example", "status=200;attributes.mail=max@kunde.example"];
    for (n, row) in rows.into_iter().enumerate() {
        driver.arrive(&[crate::app::testing::one_record(77_000 + n as u64, 60, row)]);
    }
    driver.keys("/").type_text("maria@kunde.example").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    let expected = "but attributes do: attributes.mail:maria@kunde.example keeps 1 request.";
    assert!(sentences.contains(expected), "{sentences}");
    assert!(sentences.contains("Enter takes attributes.mail:maria@kunde.example in its place."), "{sentences}");
    driver.keys("Enter");
    driver.settle();
    assert_eq!(driver.state.table.total, 1);
}

#[test]
fn the_age_of_what_the_period_hides_is_said() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[crate::app::testing::one_record(77_000, 86_400 * 40, "status=200;client=old")]);
    driver.keys("/").type_text("client:=old").keys("Enter");
    let sentences = driver.state.empty_sentences().join("\n");
    assert!(sentences.contains("Without Last 24 h: 1 request, the newest 40 d old."), "{sentences}");
}

fn is_hiding(effect: &Effect) -> bool {
    matches!(effect, Effect::AskAll(id, ..) if id.purpose == Purpose::Hiding)
}

/// A view without a request, of which it is still open why nothing matches.
fn over_nothing() -> Driver {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=nobody");
    driver.settle();
    driver.answers_by_hand = true;
    driver.keys("Enter");
    while !driver.open.iter().any(is_hiding) {
        driver.answer(0);
    }
    driver
}

#[test]
fn why_nothing_matched_in_the_view_before_is_not_told_of_this_one() {
    let mut driver = over_nothing();
    driver.keys("0 !");
    let place = driver.open.iter().position(is_hiding).expect("it is still open");
    driver.answer(place);
    assert_eq!(driver.state.hiding, None);
}

#[test]
fn why_nothing_matches_is_told_of_a_view_that_is_come_back_to_before_it_was_answered() {
    let mut driver = over_nothing();
    driver.keys("! !");
    driver.settle();
    assert_eq!(driver.filter(), "client:=nobody");
    assert!(driver.state.hiding().is_some());
}

#[test]
fn why_nothing_matches_is_not_asked_again_with_every_request_that_arrives() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:499").keys("Enter");
    driver.done();
    let asked = |driver: &mut Driver| {
        let is_hiding = |effect: &&Effect| matches!(effect, Effect::AskAll(id, ..) if id.purpose == Purpose::Hiding);
        driver.done().iter().filter(is_hiding).count()
    };
    for n in 0..20 {
        driver.arrive(&[crate::app::testing::one_record(80_000 + n, 0, "status=498")]);
    }
    assert_eq!(asked(&mut driver), 0, "it was just asked");
    driver.wait(3).arrive(&[crate::app::testing::one_record(81_000, 0, "status=498")]);
    assert_eq!(asked(&mut driver), 1, "but it is not told for ever");
    let sentences = driver.state.empty_sentences().join(" ");
    assert!(sentences.contains(" 498 (21)"), "{sentences}");
    driver.keys("!");
    assert_eq!(asked(&mut driver), 1, "another view has its own reasons");
    driver.keys("[");
    assert_eq!(asked(&mut driver), 1);
}

#[test]
fn a_step_is_edited_in_the_querys_own_spelling() {
    let mut driver = Driver::over_platform();
    let typed = |driver: &Driver| driver.state.prompt.as_ref().map(|prompt| prompt.input.value().to_owned());
    driver.keys("/").type_text("client:=\"Northwind Ltd\" duration>1s path:\"it's\"").keys("Enter");
    let filter = driver.filter();
    assert!(filter.starts_with('\''), "behind a shell: {filter}");
    for (key, text) in [
        ("X k Enter", "duration:>1s"),
        ("X k k Enter", "client:=\"Northwind Ltd\""),
        ("/", "client:=\"Northwind Ltd\" duration:>1s path:\"it's\" "),
    ] {
        driver.keys(key);
        assert_eq!(typed(&driver).as_deref(), Some(text));
        driver.keys("Enter Esc");
        assert_eq!(driver.filter(), filter, "it reads back as the same");
    }
}
