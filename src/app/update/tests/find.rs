//! What comes of a search for ids, early and late.

use crate::app::event::{Effect, Event, FindReport, FoundBy, FoundLine};
use crate::app::state::Layer;
use crate::app::testing::{Driver, id_of};
use crate::base::cancel::Generation;
use crate::model::request_id::IdQuery;

fn search(driver: &mut Driver, text: &str) -> (Generation, Vec<IdQuery>) {
    driver.done();
    driver.paste(text);
    let found = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Find(generation, ids) => Some((generation, ids)),
        _ => None,
    });
    found.expect("a search")
}

fn report(driver: &Driver, ids: &[IdQuery], missing: &[usize], is_asking: bool) -> FindReport {
    let records = driver.look_up(ids);
    let line = |(place, (id, records)): (usize, (&IdQuery, Vec<_>))| FoundLine {
        id: id.clone(),
        records: if missing.contains(&place) { Vec::new() } else { records },
        all: 0,
        by: FoundBy::Id,
        searched: "the store was searched (760 requests)".into(),
    };
    FindReport { lines: ids.iter().zip(records).enumerate().map(line).collect(), is_asking }
}

#[test]
fn an_id_that_only_the_backend_has_opens_when_it_is_there() {
    let mut driver = Driver::over_platform();
    let (generation, ids) = search(&mut driver, &id_of(9));
    let early = report(&driver, &ids, &[0], true);
    driver.event(Event::Found(generation, early));
    assert!(driver.message().contains("looking further"), "{}", driver.message());
    assert!(driver.state.layers.is_empty());
    let late = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, late));
    assert_eq!(driver.detail_id(), Some(id_of(9)));
}

#[test]
fn an_id_that_nobody_has_says_what_was_searched() {
    let mut driver = Driver::over_platform();
    let (generation, ids) = search(&mut driver, "00000000000000000000000000000009");
    let late = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, late));
    assert!(driver.message().contains("was not found: the store was searched (760 requests)"));
}

#[test]
fn a_list_fills_while_the_backend_is_asked() {
    let mut driver = Driver::over_platform();
    let (generation, ids) = search(&mut driver, &format!("{} {}", id_of(9), id_of(10)));
    let early = report(&driver, &ids, &[1], true);
    driver.event(Event::Found(generation, early));
    driver.keys("j");
    let late = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, late));
    assert_eq!(driver.state.layers.len(), 1, "the same list");
    let Some(Layer::Found(list)) = driver.state.layers.last() else { panic!("a list") };
    assert_eq!((list.found(), list.cursor), (2, 1));
}

#[test]
fn an_older_search_is_dropped() {
    let mut driver = Driver::over_platform();
    let (old, ids) = search(&mut driver, &id_of(9));
    let late = report(&driver, &ids, &[], false);
    let (new, new_ids) = search(&mut driver, &id_of(10));
    driver.event(Event::Found(old, late));
    assert!(driver.state.layers.is_empty());
    let answer = report(&driver, &new_ids, &[], false);
    driver.event(Event::Found(new, answer));
    assert_eq!(driver.detail_id(), Some(id_of(10)));
}

#[test]
fn a_new_search_is_shown_over_an_older_list() {
    let mut driver = Driver::over_platform();
    let (generation, ids) = search(&mut driver, &format!("{} {}", id_of(9), id_of(10)));
    let answer = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, answer));
    driver.keys("Enter");
    let (generation, ids) = search(&mut driver, &id_of(300));
    let answer = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, answer));
    assert_eq!(driver.detail_id(), Some(id_of(300)));
    driver.keys("Esc Esc");
    let Some(Layer::Found(list)) = driver.state.layers.last() else { panic!("the list is still there") };
    assert_eq!(list.report.lines.len(), 2);
}

#[test]
fn a_list_that_was_closed_does_not_come_back() {
    let mut driver = Driver::over_platform();
    let (generation, ids) = search(&mut driver, &format!("{} {}", id_of(9), id_of(10)));
    let early = report(&driver, &ids, &[1], true);
    driver.event(Event::Found(generation, early));
    driver.keys("Esc j");
    let late = report(&driver, &ids, &[], false);
    driver.event(Event::Found(generation, late));
    assert!(driver.state.layers.is_empty());
    assert_eq!(driver.message(), "2 of 2 ids were found");
}
