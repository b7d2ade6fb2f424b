//! More than one source.

use crate::app::event::{Effect, Event, Purpose};
use crate::app::source_view::SourceKind;
use crate::app::testing::Driver;
use crate::model::period::Period;

fn two() -> Driver {
    let mut driver = Driver::over_platform();
    let mut sources = driver.state.sources.clone();
    sources.push(driver.source_view("acme-integrations", "workato-csv", SourceKind::Imported));
    driver.event(Event::Sources(sources));
    driver
}

#[test]
fn another_source_shows_its_own_view() {
    let mut driver = two();
    driver.keys("! P j Enter");
    assert_eq!(driver.state.source().map(|source| source.name.as_str()), Some("acme-integrations"));
    assert_eq!((driver.filter().as_str(), driver.state.period, driver.total()), ("", Period::All, 0));
    assert!(driver.state.facets.iter().any(|facet| facet.field.name() == "collection"));
    driver.keys("P g Enter");
    assert_eq!(driver.state.source().map(|source| source.name.as_str()), Some("acme"));
    assert!(driver.total() > 0);
}

#[test]
fn views_of_another_source_are_not_gone_back_to() {
    let mut driver = two();
    driver.keys("! P j Enter [");
    assert_eq!(driver.filter(), "");
    assert_eq!(driver.message(), "there is no view before this one");
}

#[test]
fn figures_of_now_are_of_the_source_that_is_shown() {
    let mut driver = two();
    driver.answers_by_hand = true;
    driver.wait(10);
    let late = driver.open.iter().position(|effect| matches!(effect, Effect::AskAll(..))).expect("now is asked for");
    driver.keys("P j Enter");
    driver.answer(late);
    assert_eq!(driver.state.now_figures, None, "the late figures are of the other source");
    driver.wait(10);
    driver.settle();
    assert_eq!(driver.state.now_figures.map(|now| now.count), Some(0));
}

#[test]
fn a_late_answer_about_another_source_says_nothing_of_this_one() {
    let mut driver = Driver::over_platform();
    let mut sources = driver.state.sources.clone();
    sources.push(driver.source_view("other", "files-com-json", SourceKind::Polled));
    driver.event(Event::Sources(sources));
    driver.state.extent = None;
    driver.answers_by_hand = true;
    driver.keys("t").type_text("1h").keys("Enter");
    let is_extent = |effect: &Effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::Extent);
    let late = driver.open.iter().position(is_extent).expect("it is asked from when on there are requests");
    driver.keys("P j Enter");
    driver.answer(late);
    assert_eq!((driver.state.extent, driver.state.newest), (None, None));
    driver.settle();
    assert_eq!((driver.state.extent, driver.state.newest), (None, None), "the other has none");
}

#[test]
fn the_same_source_again_changes_nothing() {
    let mut driver = two();
    driver.keys("! P Enter");
    assert_eq!(driver.filter(), "outcome:failure");
}

#[test]
fn a_source_that_appears_does_not_take_the_screen() {
    let mut driver = Driver::over_platform();
    let first = driver.source_view("aaa", "json-lines", SourceKind::Followed);
    let mut sources = vec![first];
    sources.extend(driver.state.sources.clone());
    let rows = driver.total();
    driver.event(Event::Sources(sources));
    assert_eq!(driver.state.source().map(|source| source.name.as_str()), Some("acme"));
    assert_eq!(driver.total(), rows);
}

#[test]
fn switching_ends_a_hold() {
    let mut driver = two();
    driver.keys("F P j Enter");
    assert!(driver.state.held.is_none());
}
