//! What no field has but attributes do: it is told with how many requests, and taken from there.

use crate::app::event::{Event, FindReport, FoundBy, FoundLine};
use crate::app::state::Layer;
use crate::app::testing::{Driver, id_of, one_record};
use crate::model::field::FieldRef;
use crate::model::request_id::IdQuery;

/// Requests of two users with the same address in an attribute, and one of a user without it.
fn with_mails() -> Driver {
    let mut driver = Driver::over_platform();
    driver.arrive(&[
        one_record(77_000, 60, "status=200;client=one;attributes.mail=maria@kunde.example"),
        one_record(77_001, 60, "status=200;client=two;attributes.mail=maria@kunde.example"),
        one_record(77_002, 60, "status=200;client=three"),
    ]);
    driver
}

fn sentences(query: &str) -> String {
    let mut driver = with_mails();
    driver.keys("/").type_text(query).keys("Enter");
    driver.state.empty_sentences().join("\n")
}

#[test]
fn attributes_are_counted_under_the_other_steps() {
    let said = sentences("client:=one maria@kunde.example");
    assert!(said.contains("but attributes do: attributes.mail:maria@kunde.example keeps 1 request."), "{said}");
    assert!(said.contains("Enter takes attributes.mail:maria@kunde.example in its place."), "{said}");
}

#[test]
fn what_attributes_have_only_without_the_other_steps_is_said_so_and_not_taken() {
    let said = sentences("client:=three maria@kunde.example");
    let keeps = "but attributes do: attributes.mail:maria@kunde.example keeps 2 requests without the other steps.";
    assert!(said.contains(keeps), "{said}");
    assert!(!said.contains("Enter takes"), "{said}");
}

/// A search for ids that came to requests with them in an attribute.
fn found(driver: &mut Driver, ids: &[&str], numbers: &[u64], of_all: u64) -> String {
    driver.done();
    driver.paste(&ids.join(" "));
    let generation = driver.state.find_generation;
    let records = numbers.iter().flat_map(|number| {
        let id = IdQuery::read(&id_of(*number)).expect("an id");
        driver.look_up(&[id]).remove(0)
    });
    let records: Vec<_> = records.collect();
    let by = FoundBy::Attributes(vec![(FieldRef::Attribute("session".into()), of_all)]);
    let line = |(place, id): (usize, &&str)| {
        let id = IdQuery::read(id).expect("an id");
        match place {
            0 => FoundLine { id, records: records.clone(), by: by.clone(), all: of_all, searched: String::new() },
            _ => FoundLine::missing(&id, "the store was searched".into()),
        }
    };
    let report = FindReport { lines: ids.iter().enumerate().map(line).collect(), is_asking: false };
    driver.event(Event::Found(generation, report));
    match driver.state.layers.last() {
        Some(Layer::Found(list)) => list.words(),
        other => panic!("no list: {other:?}"),
    }
}

const SESSION: &str = "3b50da2e-1529-668d-56c3-7ba284a0ce98";

#[test]
fn of_many_requests_of_an_attribute_it_is_said_that_only_the_newest_are_listed() {
    let mut driver = Driver::over_platform();
    let words = found(&mut driver, &[SESSION], &[1, 2], 2);
    assert_eq!(words, format!("{SESSION} in attributes.session of 2 requests"));
    let words = found(&mut driver, &[SESSION], &[1, 2], 400);
    assert_eq!(words, format!("{SESSION} in attributes.session of 400 requests; the newest 2 are here, / finds all"));
}
