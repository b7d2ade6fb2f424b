//! Saving the view as CSV.

use std::path::PathBuf;

use crate::app::event::{At, Effect, Event, SaveEvent, SaveRequest};
use crate::app::prompt::PromptKind;
use crate::app::source_view::SourceKind;
use crate::app::state::Saving;
use crate::app::testing::{Driver, one_record};
use crate::base::cancel::Cancel;
use crate::engine::{Want, ask_whole};
use crate::export::columns::Layout;
use crate::model::view_spec::ColumnContent;

fn request(driver: &mut Driver) -> SaveRequest {
    let request = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Save(request) => Some(*request),
        _ => None,
    });
    request.expect("a save")
}

fn done() -> SaveEvent {
    SaveEvent::Done {
        path: PathBuf::from("/home/ann/acme.csv"),
        rows: 312,
        dialect: "excel".into(),
        fetch: "ssh box 'reqscope export -o -' > acme.csv".into(),
    }
}

#[test]
fn the_name_says_what_is_in_it() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:5xx").keys("Enter s");
    let name = driver.state.prompt.as_ref().expect("a prompt").input.value().to_owned();
    assert!(name.starts_with("acme-status-5xx-2026-11-22T") && name.contains(".csv"), "{name}");
}

#[test]
fn what_is_on_the_screen_is_saved_and_not_what_came_since() {
    let mut driver = Driver::over_platform();
    driver.keys("! l l o s");
    let as_of = driver.state.answered.as_ref().expect("answered").snapshot.as_of;
    driver.answers_by_hand = true;
    driver.arrive(&[one_record(8_000, 0, "status=500;client=late")]);
    driver.retype("out.csv").keys("Enter");
    let request = request(&mut driver);
    assert_eq!((request.name.as_str(), request.layout), ("out.csv", Layout::View));
    assert!(matches!(&request.at, At::Held(snapshot) if snapshot.as_of == as_of));
    assert_eq!(request.question.filter, driver.state.effective_filter());
    let crate::engine::Want::Page(page) = &request.question.wants[0] else { panic!("a page") };
    assert_eq!(page.sort, driver.state.sort);
    assert_eq!(driver.state.saving, Some(Saving { done: 0, total: driver.total(), is_quit_asked: false }));
}

#[test]
fn a_held_screen_is_saved_as_it_is_held() {
    let mut driver = Driver::over_platform();
    driver.keys("F");
    let held = driver.state.held.as_ref().expect("held").as_of;
    driver.arrive(&[one_record(8_000, 0, "status=500;client=late")]);
    driver.keys("s Enter");
    assert!(matches!(request(&mut driver).at, At::Held(snapshot) if snapshot.as_of == held));
}

#[test]
fn progress_then_the_path_the_count_and_the_line_that_fetches_it() {
    let mut driver = Driver::over_platform();
    driver.keys("s Enter");
    driver.event(Event::Save(SaveEvent::Progress(100, 312)));
    assert_eq!(driver.state.saving, Some(Saving { done: 100, total: 312, is_quit_asked: false }));
    driver.keys("s");
    assert!(driver.message().contains("a save is running"), "{}", driver.message());
    driver.event(Event::Save(done()));
    let text = driver.message().to_owned();
    for part in ["312 rows", "/home/ann/acme.csv", "excel", "ssh box"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    driver.wait(600);
    assert_eq!(driver.message(), text, "it stays until a key is pressed");
    driver.keys("j");
    assert_eq!(driver.message(), "");
}

#[test]
fn the_line_that_fetches_the_file_can_be_copied() {
    let mut driver = Driver::over_platform();
    driver.keys("s Enter");
    driver.event(Event::Save(done()));
    driver.keys("Y G Enter");
    let copied = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("ssh box 'reqscope export -o -' > acme.csv"));
}

#[test]
fn ctrl_c_stops_the_save_and_not_the_program() {
    let mut driver = Driver::over_platform();
    driver.keys("s Enter Ctrl-c");
    assert!(driver.done().iter().any(|effect| matches!(effect, Effect::CancelSave)));
    driver.event(Event::Save(SaveEvent::Cancelled));
    assert_eq!((driver.message(), driver.state.saving), ("the save was stopped; there is no file", None));
    assert!(driver.is_running());
}

#[test]
fn a_save_that_failed_says_why() {
    let mut driver = Driver::over_platform();
    driver.keys("s Enter");
    driver.event(Event::Save(SaveEvent::Failed("acme.csv is there already".into())));
    let message = driver.state.message.clone().expect("a message");
    assert!(message.is_error && message.text == "acme.csv is there already");
    assert_eq!(driver.state.saving, None);
}

#[test]
fn a_name_that_is_taken_can_be_changed() {
    let mut driver = Driver::over_platform();
    let reason = "acme.csv is there already; choose another name";
    let refused = || SaveEvent::Refused { name: "acme.csv".into(), layout: Layout::Full, reason: reason.into() };
    driver.keys("S j Enter").retype("acme.csv").keys("Enter");
    driver.event(Event::Save(refused()));
    let prompt = driver.state.prompt.as_ref().expect("the name is asked for again");
    assert_eq!((prompt.input.value(), prompt.error_words().as_deref()), ("acme.csv", Some(reason)));
    assert_eq!(driver.state.saving, None);
    driver.done();
    driver.keys("Backspace Backspace Backspace Backspace").type_text("-2.csv").keys("Enter");
    let again = request(&mut driver);
    assert_eq!((again.name.as_str(), again.layout), ("acme-2.csv", Layout::Full));
    // What is typed meanwhile stays.
    driver.keys("/");
    driver.event(Event::Save(refused()));
    assert_eq!(driver.message(), reason);
    assert!(driver.state.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Filter));
}

#[test]
fn other_columns_on_request() {
    for (steps, layout) in
        [("", Layout::View), ("j", Layout::Full), ("j j", Layout::FilesCom), ("j j j", Layout::Workato)]
    {
        let mut driver = Driver::over_platform();
        driver.keys("S").keys(steps).keys("Enter Enter");
        assert_eq!(request(&mut driver).layout, layout);
    }
}

#[test]
fn an_empty_name_saves_nothing() {
    let mut driver = Driver::over_platform();
    driver.keys("s Ctrl-u Enter");
    assert!(driver.done().is_empty() && driver.state.prompt.is_none());
}

#[test]
fn ctrl_s_is_the_same_key_in_panes_and_detail() {
    for place in ["Ctrl-l", "f", "Enter"] {
        let mut driver = Driver::over_platform();
        driver.keys(place).keys("Ctrl-s Enter");
        assert_eq!(request(&mut driver).layout, Layout::View, "{place}");
    }
}

#[test]
fn quitting_while_a_file_is_saved_takes_two_keys() {
    let mut driver = Driver::over_platform();
    driver.event(Event::Save(SaveEvent::Progress(100, 312)));
    driver.keys("q");
    assert!(!driver.done().iter().any(|effect| matches!(effect, Effect::Quit)));
    assert!(driver.message().contains("being saved"), "{}", driver.message());
    driver.event(Event::Save(SaveEvent::Progress(200, 312)));
    driver.keys("q");
    assert!(driver.done().iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn the_file_has_the_columns_of_the_table_in_their_order() {
    let mut driver = Driver::over_platform();
    driver.keys("l l Alt-l Delete h o s").keys("Enter");
    let request = request(&mut driver);
    let names: Vec<String> = request.columns.iter().map(crate::model::view_spec::ColumnContent::name).collect();
    let shown: Vec<String> = driver.state.columns().iter().map(|column| column.content.name()).collect();
    assert_eq!(names[..shown.len()], shown);
    assert_eq!(names, ["time", "status", "client", "endpoint", "problem", "request_id"]);
    assert!(driver.state.search_command().contains("--sort client:asc"), "{}", driver.state.search_command());
    let view = driver.state.view_spec().expect("a source");
    let headings: Vec<String> =
        crate::export::columns::shown(&request.columns, view).into_iter().map(|column| column.heading).collect();
    assert_eq!(headings, ["Time", "Status", "User", "API name", "Error", "Request-ID"]);
}

#[test]
fn the_request_id_is_in_every_file() {
    for (width, height) in [(200, 50), (120, 30), (80, 24), (40, 10)] {
        let mut driver = Driver::over_platform();
        driver.resize(width, height).keys("s");
        let words = driver.state.saved_words(Layout::View);
        driver.keys("Enter");
        let columns: Vec<String> = request(&mut driver).columns.iter().map(ColumnContent::name).collect();
        assert_eq!(columns.iter().filter(|name| *name == "request_id").count(), 1, "{width}: {columns:?}");
        let shown: Vec<String> = driver.state.columns().iter().map(|column| column.content.name()).collect();
        assert_eq!(columns[..shown.len()], shown, "the others are those of the table");
        assert_eq!(words, format!("{} rows · {} columns", driver.total(), columns.len()));
    }
    // Where no request has one, there is none.
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    driver.keys("s Enter");
    assert!(request(&mut driver).columns.iter().all(|column| column.name() != "request_id"));
}

/// A period that moves with the clock has moved on when a save is begun; the figures have not.
#[test]
fn a_save_and_the_copied_command_are_of_the_span_of_the_figures() {
    let mut driver = Driver::over_platform();
    let mut oldest = Vec::new();
    for number in 0..9 {
        oldest.push(one_record(9_000 + number, 86_400 - number as i64, "status=200"));
    }
    driver.arrive(&oldest);
    let total = driver.total();
    driver.wait(5);
    assert_eq!(driver.total(), total, "it is not asked again every second");
    let command = driver.state.search_command();
    driver.done();
    driver.keys("s Enter");
    let mut question = request(&mut driver).question;
    question.wants = vec![Want::Count];
    let answer = ask_whole(&driver.engine, &driver.snapshot(), &question, &Cancel::new()).expect("an answer");
    assert_eq!(answer.count(), Some(total));
    driver.wait(1);
    assert_eq!(driver.state.search_command(), command);
}
