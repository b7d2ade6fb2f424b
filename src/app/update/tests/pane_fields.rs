//! Which panes there are: of which fields, added, moved and taken away; the lists of fields.

use crate::app::event::{Effect, Event, Purpose};
use crate::app::picker::Picked;
use crate::app::state::Focus;
use crate::app::testing::{Driver, one_record};
use crate::base::time::Timestamp;
use crate::engine::WantAnswer;
use crate::engine::question::Completeness;
use crate::model::field::{Field, FieldRef};

use super::panes::{crowd, to};

/// The fields of the panes, in their order.
fn fields(driver: &Driver) -> Vec<String> {
    driver.state.facets.iter().map(|facet| facet.field.to_string()).collect()
}

#[test]
fn panes_are_added_moved_and_taken_away_and_stay_so() {
    let mut driver = crowd();
    let own = fields(&driver);
    driver.done();
    driver.keys("4 A").type_text("attributes.zone").keys("Enter");
    let mut expected = own.clone();
    expected.insert(3, "attributes.zone".into());
    assert_eq!(fields(&driver), expected);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(4), "the cursor is in it");
    driver.keys("K K");
    expected.swap(3, 2);
    expected.swap(2, 1);
    assert_eq!(fields(&driver), expected);
    driver.keys("J D");
    assert_eq!(fields(&driver), own);
    driver.keys("A").type_text("path").keys("Enter");
    assert_eq!(driver.kept().panes[0], ("acme".to_owned(), fields(&driver)));
    let chosen = fields(&driver);
    let effects = driver.state.start_source();
    assert!(!effects.is_empty());
    assert_eq!(driver.state.panes.fields(driver.state.view_spec()).len(), chosen.len(), "in the next run too");
    driver.keys("f A").type_text("own panes").keys("Enter");
    assert_eq!(fields(&driver), own, "the source's own again");
}

#[test]
fn the_period_is_neither_moved_nor_taken_away() {
    let mut driver = Driver::over_platform();
    let own = fields(&driver);
    driver.keys("1 D J");
    assert_eq!(fields(&driver), own);
}

#[test]
fn a_pane_of_what_is_no_field_names_the_nearest() {
    let mut driver = Driver::over_platform();
    driver.keys("A").type_text("durration").keys("Enter");
    let Some(Err(error)) = driver.state.picked() else { panic!("it is no field: {:?}", driver.state.picked()) };
    assert!(error.to_string().contains("did you mean duration?"), "{error}");
    assert!(driver.state.picker.is_some(), "it can be typed anew");
}

#[test]
fn a_field_of_a_pane_is_found_by_some_letters_or_another_name() {
    let mut driver = Driver::over_platform();
    let picked = |driver: &Driver| match driver.state.picked() {
        Some(Ok(Picked::Pane(field))) => field.to_string(),
        other => format!("{other:?}"),
    };
    driver.keys("l l l A");
    assert_eq!(picked(&driver), "client", "the current column's first");
    for (typed, field) in [
        ("usag", "user_agent"),
        ("latency", "duration"),
        ("error type", "error_type"),
        ("ip", "ip"),
        ("key", "api_key_id"),
        ("handle", "key"),
    ] {
        driver.retype(typed);
        assert_eq!(picked(&driver), field, "{typed}");
    }
    driver.retype("status").keys("Enter");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(1), "where it is, it is gone to");
    assert!(driver.state.panes.chosen.is_none() && driver.state.focus == Focus::Panes);
}

#[test]
fn attributes_that_no_row_at_hand_has_are_offered_for_panes_and_columns() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(77_000, 80_000, "status=200;client=old;attributes.tenant=blue")]);
    assert!(!driver.state.table.rows.iter().any(|row| !row.record.attributes.is_empty()), "it is far away");
    driver.keys("A").type_text("tenant");
    assert_eq!(driver.state.picked(), Some(Ok(Picked::Pane(FieldRef::Attribute("tenant".into())))));
    assert_eq!(driver.state.picked_words()[1], "1 request of Last 24 h has it");
    driver.keys("Enter");
    to(&mut driver, "blue");
    driver.keys("Esc c /").type_text("tenant").keys("Enter Space Esc");
    assert!(driver.state.columns().iter().any(|column| column.content.name() == "attributes.tenant"));
}

#[test]
fn many_attributes_do_not_hold_up_typing() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("A");
    driver.state.attributes.names = (0..100_000).map(|n| (format!("name_{n}"), 1)).collect();
    driver.state.list_picker_fields();
    let start = std::time::Instant::now();
    driver.type_text("n");
    assert!(driver.state.picker.as_ref().expect("a picker").items.len() >= 100_000);
    // Far more than is needed where each name is looked at once, far less than where with all others.
    assert!(start.elapsed().as_secs() < 6, "{:?}", start.elapsed());
}

#[test]
fn many_attributes_are_listed_at_once_and_counted_in_part() {
    let mut driver = Driver::over_platform();
    driver.state.attributes.names = (0..100_000).map(|n| (format!("name_{n}"), 1)).collect();
    driver.answers_by_hand = true;
    let start = std::time::Instant::now();
    driver.keys("c / n a j Enter j j j k G g");
    assert!(start.elapsed().as_secs() < 6, "{:?}", start.elapsed());
    let counted = driver.open.iter().find_map(|effect| match effect {
        Effect::AskAll(id, _, questions) if id.purpose == Purpose::Columns => Some(questions.len()),
        _ => None,
    });
    let counted = counted.expect("it is asked how many requests have each");
    assert!((50..200).contains(&counted), "{counted} questions");
}

#[test]
fn an_attribute_in_sight_is_not_said_to_be_unknown() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(70_000, 1, "status=200;attributes.region=eu;client=c")]);
    let field = FieldRef::Attribute("region".into());
    // The list of attributes was asked for before that request arrived, or is not there yet.
    driver.state.attributes = crate::model::answer::Attributes::default();
    assert_eq!(driver.state.field_words(&field)[1], "requests in sight have it");
}

#[test]
fn lists_of_fields_say_where_they_are_not_whole() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("A");
    let refusal = |driver: &mut Driver| {
        driver.type_text("nowhere");
        let error = driver.state.picked().expect("something is typed").expect_err("it is no field").to_string();
        driver.retype("");
        error
    };
    assert!(!refusal(&mut driver).contains("there are more"));
    driver.state.attributes.names = (0..256).map(|n| (format!("name_{n}"), 1)).collect();
    driver.state.attributes.has_more = true;
    let error = refusal(&mut driver);
    assert!(error.contains("256 attributes are listed, and there are more"), "{error}");
    let words = driver.state.field_words(&FieldRef::Attribute("other".into()));
    assert_eq!(words[1], "it is not in the list: 256 attributes are listed, and there are more");
}

#[test]
fn a_name_that_is_half_typed_stands_behind_those_that_requests_have() {
    let mut driver = crowd();
    let labels = |driver: &Driver| -> Vec<String> {
        driver.state.picker.as_ref().expect("a picker").items.iter().map(|item| item.note.clone()).collect()
    };
    for list in ["A", "B"] {
        driver.keys(list).type_text("attributes.zo");
        assert_eq!(labels(&driver)[..2], ["attributes.zone", "attributes.zo"], "{list}");
        driver.keys("Ctrl-u").type_text("attributes.elsewhere");
        assert_eq!(labels(&driver)[0], "attributes.elsewhere", "{list}");
        driver.keys("Esc");
    }
}

#[test]
fn the_first_value_of_a_new_pane_has_the_cursor_whatever_was_counted_first() {
    let mut driver = Driver::over_platform();
    driver.keys("A").type_text("path");
    driver.answers_by_hand = true;
    driver.keys("Enter");
    let asked =
        driver.open.iter().position(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::View));
    let Event::Answer(id, snapshot, whole) = driver.answer_to(&driver.open[asked.expect("a question")].clone()) else {
        panic!("an answer")
    };
    let mut partial = whole.clone();
    partial.completeness = Completeness::SoFar(Timestamp(5_000_000));
    for want in &mut partial.wants {
        if let WantAnswer::Facets(facets) = want {
            for facet in facets {
                facet.values.reverse();
            }
        }
    }
    let here = |driver: &Driver| {
        let lines = driver.state.pane_lines();
        let line = lines[driver.state.panes.cursor].clone();
        let first = lines.iter().position(|other| other.pane() == line.pane() && other.test().is_some());
        (line.pane(), Some(driver.state.panes.cursor) == first)
    };
    let pane = driver.state.panes.fields(driver.state.view_spec()).iter().position(|own| *own == Field::Path.into());
    driver.event(Event::Answer(id, snapshot.clone(), partial.clone()));
    assert_eq!(here(&driver), (pane.map(|place| place + 1), true));
    driver.event(Event::Answer(id, snapshot.clone(), whole.clone()));
    assert_eq!(here(&driver), (pane.map(|place| place + 1), true), "and when all is counted");
    driver.keys("j");
    assert!(!here(&driver).1);
    driver.event(Event::Answer(id, snapshot, whole));
    assert!(!here(&driver).1, "from then on it is where it was moved to");
}

#[test]
fn which_fields_have_no_value_is_told_of_those_that_were_asked_about() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("A");
    let is_absent = |effect: &Effect| matches!(effect, Effect::AskAll(id, ..) if id.purpose == Purpose::Absent);
    let asked = driver.open.iter().position(is_absent).expect("it is asked which fields have no value");
    let asked = driver.open.remove(asked);
    let answer = driver.answer_to(&asked);
    // Meanwhile a row comes with a field that none had: fewer are to be asked about by now.
    driver.arrive(&[one_record(5_000, 0, "status=200;gateway_code=E17")]);
    driver.settle();
    driver.event(answer);
    let absent = driver.state.picker.as_ref().map(|picker| picker.absent.clone()).expect("the list is open");
    assert!(absent.contains(&Field::Collection.into()) && absent.contains(&Field::Job.into()), "{absent:?}");
    assert!(!absent.contains(&Field::Client.into()) && !absent.contains(&Field::Status.into()), "{absent:?}");
}
