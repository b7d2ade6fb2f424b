//! Pasted text: a search, never keys.

use crate::app::event::{Effect, Event};
use crate::app::source_view::SourceKind;
use crate::app::state::Layer;
use crate::app::testing::{Driver, id_of};
use crate::model::period::Period;

use super::every_key::found;

#[test]
fn a_paste_never_fires_a_key() {
    let mut driver = Driver::over_platform();
    driver.paste("qQ\n\u{3}!x0jjj\n");
    assert!(driver.is_running());
    assert_eq!((driver.filter().as_str(), driver.state.table.cursor), ("", 0));
}

#[test]
fn one_id_opens_its_request() {
    let mut driver = Driver::over_platform();
    driver.paste(&format!("  {}\r\n", id_of(5).to_uppercase()));
    assert!(driver.message().starts_with("looking for "), "{}", driver.message());
    found(&mut driver);
    assert_eq!(driver.detail_id(), Some(id_of(5)));
    driver.keys("Esc");
    assert!(driver.state.layers.is_empty());
}

#[test]
fn a_mail_with_many_ids_gives_a_list() {
    let mut driver = Driver::over_platform();
    let mail = format!(
        "Hello,\nthese failed today: {}, {} and also\n> request id: {}\nplease help!\n-- \nMaria, +49 30 1234567",
        id_of(1_000),
        id_of(7),
        "00000000000000000000000000000001"
    );
    driver.paste(&mail);
    found(&mut driver);
    let Some(Layer::Found(list)) = driver.state.layers.last() else { panic!("a list") };
    assert_eq!((list.found(), list.rows().len()), (2, 3));
    driver.keys("j Enter");
    assert_eq!(driver.detail_id(), Some(id_of(7)));
    driver.keys("K");
    assert_eq!(driver.detail_id(), Some(id_of(1_000)), "the previous one of the list");
    driver.keys("Esc G Enter");
    assert!(driver.detail_id().is_none());
    assert!(driver.message().contains("was not found: the store was searched"), "{}", driver.message());
}

#[test]
fn text_without_an_id_says_so() {
    let mut driver = Driver::over_platform();
    driver.paste("hello, it does not work any more");
    assert!(driver.message().contains("no id in this text"), "{}", driver.message());
    assert!(!driver.done().iter().any(|effect| matches!(effect, Effect::Find(..))));
}

#[test]
fn a_huge_paste_is_refused_in_words() {
    let mut driver = Driver::over_platform();
    driver.paste(&"x".repeat(3_000_000));
    assert!(driver.message().contains("3.0 MB were pasted"), "{}", driver.message());
    driver.keys("/").paste(&"x".repeat(100_000));
    let prompt = driver.state.prompt.as_ref().expect("open");
    assert!(prompt.error.is_some() && prompt.input.value().is_empty(), "it is not swallowed in silence");
    driver.keys("Esc :").paste(&"x".repeat(100_000));
    assert!(driver.state.palette.as_ref().is_some_and(|palette| palette.input.value().len() < 1_000));
}

#[test]
fn a_paste_into_the_filter_is_text_on_one_line() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:").paste("ETL\r\n  Partner\n").type_text("!");
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| prompt.input.value()), Some("client:ETL Partner!"));
}

#[test]
fn a_paste_into_the_prompt_for_ids_searches_at_once() {
    let mut driver = Driver::over_platform();
    driver.keys("i").paste(&id_of(3));
    assert!(driver.state.prompt.is_none());
    found(&mut driver);
    assert_eq!(driver.detail_id(), Some(id_of(3)));
}

#[test]
fn a_typed_id_is_found_in_any_spelling() {
    let mut driver = Driver::over_platform();
    let id = id_of(3);
    let dashed = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    driver.keys("i").type_text(&dashed.to_uppercase()).keys("Enter");
    found(&mut driver);
    assert_eq!(driver.detail_id(), Some(id));
}

#[test]
fn a_paste_works_over_a_request() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter").paste(&id_of(3));
    found(&mut driver);
    assert_eq!(driver.detail_id(), Some(id_of(3)));
    driver.keys("Esc");
    assert_eq!(driver.detail_id(), Some(id_of(1_039)), "the request before is below");
}

#[test]
fn a_pasted_command_shows_its_view() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("client:=\"ETL Partner\" status:5xx").keys("Enter l l o");
    let (filter, total) = (driver.filter(), driver.total());
    let command = driver.state.search_command();
    assert!(total > 0 && command.contains("--as-of") && command.contains("--sort"), "{command}");

    let mut other = Driver::over_platform();
    other.keys("!").paste(&format!("{command}\n"));
    assert_eq!((other.filter(), other.total()), (filter.clone(), total), "{}", other.message());
    assert_eq!(other.state.sort, driver.state.sort);
    assert_eq!(other.state.range(), driver.state.range());
    assert!(other.message().contains("is here, too"), "{}", other.message());
    other.keys("[");
    assert_eq!(other.filter(), "outcome:failure", "and there is a way back");

    // Also where a filter is typed, unless there is one already.
    other.keys("0 /").paste(&command);
    assert_eq!((other.filter(), other.state.prompt.is_none()), (filter, true));
    other.keys("0 /").type_text("x ").paste(&command);
    assert!(other.state.prompt.is_some());
    other.keys("Esc");
    for (text, problem) in [
        ("reqscope search status:404 --source nowhere", "there is no source “nowhere” here"),
        ("reqscope search status:404 --period sometime", "“sometime” is not a period"),
        ("reqscope search 'status:fast'", "status:fast: "),
        ("reqscope search --newer 3", "--newer of the pasted command is not known on the screen"),
    ] {
        other.paste(text);
        assert!(other.message().starts_with(problem), "{text}: {}", other.message());
        assert_eq!(other.filter(), "", "{text}");
    }
}

#[test]
fn a_pasted_command_of_another_source_shows_that() {
    let mut driver = Driver::over_platform();
    let mut sources = driver.state.sources.clone();
    sources.push(driver.source_view("billing", "workato-csv", SourceKind::Imported));
    driver.event(Event::Sources(sources));
    driver.keys("Enter").paste("reqscope summary status:404 --source billing --since 2026-11-22");
    assert_eq!(driver.state.source().map(|source| source.name.as_str()), Some("billing"));
    assert_eq!((driver.filter().as_str(), driver.state.layers.len()), ("status:404", 0));
    assert!(matches!(driver.state.period, Period::Between(Some(_), None)), "{:?}", driver.state.period);
}
