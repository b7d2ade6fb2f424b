//! What the prompt offers, and what it counts before anything is taken.

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
    driver.state.prompt.as_ref().expect("a prompt is open").keeps
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
