//! What the prompt offers, and what it counts before anything is taken.

use crate::app::event::{Effect, Purpose};
use crate::app::testing::{Driver, one_record};

fn offered(driver: &Driver) -> Vec<String> {
    let prompt = driver.state.prompt.as_ref().expect("a prompt is open");
    let list = prompt.completion.as_ref().map(|completion| completion.candidates.as_slice()).unwrap_or_default();
    list.iter().map(|candidate| format!("{} {}", candidate.text, candidate.about)).collect()
}

fn typed(driver: &Driver) -> String {
    driver.state.prompt.as_ref().expect("a prompt is open").input.value().to_owned()
}

fn keeps(driver: &Driver) -> Option<u64> {
    driver.state.prompt.as_ref().expect("a prompt is open").keeps.map(|(keeps, _)| keeps)
}

/// How many requests a query keeps, asked for by Enter.
fn taken(text: &str) -> u64 {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text(text).keys("Enter");
    driver.total()
}

#[test]
fn a_field_is_completed_and_the_next_tab_takes_another() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:502 clie");
    assert_eq!(offered(&driver), ["client: who called", "ip: the caller's address"]);
    driver.keys("Tab");
    assert_eq!(typed(&driver), "status:502 client:");
    driver.keys("Tab");
    assert_eq!(typed(&driver), "status:502 ip:");
    driver.keys("Tab");
    assert_eq!(typed(&driver), "status:502 clie", "round again to what was typed");
    driver.keys("BackTab");
    assert_eq!(typed(&driver), "status:502 ip:");
}

#[test]
fn values_come_with_their_counts_under_the_rest_of_the_query() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:5xx client:etl");
    let alone = taken("status:5xx client:=\"ETL Partner\"");
    assert!(alone > 0);
    assert_eq!(offered(&driver), [format!(":=\"ETL Partner\" {alone}")]);
    driver.keys("Tab");
    assert_eq!(typed(&driver), "status:5xx client:=\"ETL Partner\"");
    assert_eq!(keeps(&driver), Some(alone));
    driver.keys("Enter");
    assert_eq!((driver.filter().as_str(), driver.total()), ("status:5xx 'client:=\"ETL Partner\"'", alone));
}

#[test]
fn what_an_unfinished_query_keeps_is_counted_and_nothing_is_applied() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("/").type_text("(status:5xx client:");
    assert_eq!(keeps(&driver), Some(taken("status:5xx")));
    assert_eq!((driver.total(), driver.filter().as_str()), (all, ""));
    driver.type_text("etl");
    assert_eq!(keeps(&driver), Some(taken("status:5xx client:etl")));
    driver.keys("Esc");
    assert_eq!((driver.total(), driver.filter().as_str()), (all, ""));
}

#[test]
fn a_query_that_names_no_field_keeps_nothing_that_is_told() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("env:prod");
    assert_eq!(keeps(&driver), None);
    driver.keys("Ctrl-u").type_text("status:5xx");
    assert!(keeps(&driver).is_some());
}

#[test]
fn a_period_in_words_is_shown_with_its_dates() {
    let mut driver = Driver::over_platform();
    let period = |driver: &Driver| driver.state.prompt.as_ref().expect("a prompt is open").period.clone();
    driver.keys("/").type_text("status:5xx");
    assert!(period(&driver).is_empty(), "the view's own");
    driver.type_text(" time:6pm..8pm");
    let said = period(&driver);
    let [both, own] = said.as_slice() else { panic!("a period is asked for: {said:?}") };
    assert!(own.ends_with("18:00 – 20:00, Los Angeles"), "{own}");
    assert!(both.starts_with(own.as_str()) && both.ends_with("02:00 – 04:00, UTC"), "{both}");
}

#[test]
fn a_count_of_the_text_before_is_not_read_as_this_ones_for_long() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:5xx ");
    let is_counting =
        |driver: &Driver| driver.state.prompt.as_ref().is_some_and(|prompt| prompt.is_counting(driver.state.now));
    driver.answers_by_hand = true;
    driver.type_text("client:etl");
    assert!(!is_counting(&driver), "most answers are there at once");
    driver.wait(1);
    assert!(is_counting(&driver));
    driver.answers_by_hand = false;
    driver.settle();
    assert!(!is_counting(&driver));
}

#[test]
fn behind_an_operator_with_blanks_nothing_takes_the_place_of_its_value() {
    let mut driver = Driver::over_platform();
    for text in ["status >= 500", "duration > 500", "status = 404", "http.response.status_code >= 500"] {
        driver.keys("/ Ctrl-u").type_text(text);
        let all = keeps(&driver);
        assert!(all.is_some_and(|count| count > 0), "{text}");
        driver.keys("Tab");
        assert_eq!((typed(&driver).as_str(), keeps(&driver)), (text, all));
        driver.keys("Esc");
    }
}

#[test]
fn a_term_that_is_still_typed_is_in_no_doubt() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("http.response.status_code >= 400 and http.response.status_code < 500");
    let prompt = driver.state.prompt.as_ref().expect("a prompt is open");
    assert_eq!((prompt.notes.as_slice(), prompt.error.as_ref()), (&[][..], None));
}

#[test]
fn words_of_a_known_shape_offer_their_field() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("502");
    assert_eq!(offered(&driver), ["status:502 asks for the field"]);
}

#[test]
fn attributes_that_requests_have_are_completed_from_any_dot_on() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(9_100, 1, "status=200;attributes.geo.country=DE;attributes.user agent=x")]);
    driver.keys("/").type_text("attributes.ge");
    assert_eq!(offered(&driver), ["attributes.geo.country: 1"]);
    driver.keys("Ctrl-u").type_text("coun");
    assert_eq!(offered(&driver), ["attributes.geo.country: 1"]);
    driver.keys("Tab");
    assert_eq!(typed(&driver), "attributes.geo.country:");
    driver.type_text("D");
    assert_eq!(offered(&driver), [":=DE 1"]);
    driver.keys("Ctrl-u").type_text("attributes.user");
    assert_eq!(offered(&driver), ["\"attributes.user agent\": 1"]);
    driver.keys("Ctrl-u").type_text("has:coun");
    assert_eq!(offered(&driver), ["attributes.geo.country 1"]);
}

#[test]
fn what_is_typed_is_counted_anew_while_requests_arrive() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:monit");
    let counts = |driver: &Driver| driver.state.prompt.as_ref().and_then(|prompt| prompt.keeps).expect("a count");
    let (keeps, of) = counts(&driver);
    let offered_before = offered(&driver);
    driver.arrive(&(0..10).map(|n| one_record(9_000 + n, 1, "status=200;client=Monitor")).collect::<Vec<_>>());
    assert_eq!(counts(&driver), (keeps + 10, of + 10));
    assert_eq!(Some(of + 10), driver.state.summary.as_ref().map(|summary| summary.of), "as the figures say");
    assert_ne!(offered(&driver), offered_before, "with the values that are offered");
    assert!(offered(&driver).contains(&format!(":=Monitor {}", keeps + 10)), "{:?}", offered(&driver));
    // A period in the text has requests of its own.
    driver.retype("client:monitor time:1h");
    let (in_hour, of_hour) = counts(&driver);
    assert!(in_hour >= 10 && of_hour < of, "{in_hour} of {of_hour}");
    // One that takes longer than the view is not asked for again and again.
    driver.answers_by_hand = true;
    driver.type_text(" x");
    let asked = |driver: &Driver| {
        let is_preview = |e: &&Effect| matches!(e, Effect::AskAll(id, ..) if id.purpose == Purpose::Preview);
        driver.open.iter().filter(is_preview).count()
    };
    let before = asked(&driver);
    for n in 0..5 {
        driver.arrive_unseen(&[one_record(9_100 + n, 1, "status=200")]);
        driver.changed();
        let is_view = |e: &Effect| matches!(e, Effect::Ask(id, ..) if id.purpose == Purpose::View);
        let view = driver.open.iter().position(is_view).expect("the view is asked for");
        driver.answer(view);
    }
    assert_eq!(asked(&driver), before);
}

#[test]
fn a_count_that_took_longer_than_the_view_is_made_anew_when_it_is_there() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:20");
    driver.answers_by_hand = true;
    driver.type_text("0");
    let is_preview = |effect: &Effect| matches!(effect, Effect::AskAll(id, ..) if id.purpose == Purpose::Preview);
    let place = driver.open.iter().position(is_preview).expect("it is counted");
    let slow = driver.open.remove(place);
    driver.settle();
    driver.arrive(&[one_record(9_000, 1, "status=200")]);
    driver.settle();
    let answer = driver.answer_to(&slow);
    driver.event(answer);
    driver.settle();
    let of = driver.state.prompt.as_ref().and_then(|prompt| prompt.keeps).map(|(_, of)| of);
    assert_eq!(of, driver.state.summary.as_ref().map(|summary| summary.of), "nothing arrives any more");
    assert!(of.is_some());
}

#[test]
fn a_period_at_hand_is_counted_anew_while_requests_arrive() {
    let mut driver = Driver::over_platform();
    driver.keys("t").type_text("1h");
    let count = |driver: &Driver| driver.state.picker.as_ref().and_then(|picker| picker.count).expect("a count");
    let before = count(&driver);
    driver.arrive(&[one_record(9_000, 1, "status=200")]);
    assert_eq!(count(&driver), before + 1);
}

#[test]
fn a_value_that_left_the_view_does_not_keep_its_count() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(9_300, 86_390, "status=200;client=Zzz Gone")]);
    driver.keys("/").type_text("client:zzz").keys("Tab");
    assert_eq!(offered(&driver), [":=\"Zzz Gone\" 1"]);
    driver.wait(30);
    assert_eq!((keeps(&driver), offered(&driver)), (Some(0), vec![":=\"Zzz Gone\" ".to_owned()]));
}
