//! What was found for ids.

use crate::app::event::{Event, FindReport, FoundBy, FoundLine};
use crate::app::testing::{Driver, id_of, one_record};
use crate::model::field::FieldRef;
use crate::model::request_id::IdQuery;

use super::picture::text;

#[test]
fn of_several_ids_each_row_names_the_attribute_that_has_its_id() {
    let mut driver = Driver::over_platform();
    let session = "3b50da2e-1529-668d-56c3-7ba284a0ce98";
    driver.arrive(&[one_record(77_000, 60, &format!("status=200;attributes.session={session};attributes.zone=a"))]);
    driver.paste(&format!("{session} {}", id_of(7)));
    let ids: Vec<IdQuery> = [session.to_owned(), id_of(7)].iter().filter_map(|id| IdQuery::read(id)).collect();
    let records = driver.look_up(&[IdQuery::read(&id_of(77_000)).expect("an id"), ids[1].clone()]);
    let fields = ["zone", "session"].map(|name| (FieldRef::Attribute(name.into()), 1)).to_vec();
    let by = [FoundBy::Attributes(fields), FoundBy::Id];
    let lines = ids.into_iter().zip(records).zip(by);
    let lines =
        lines.map(|((id, records), by)| FoundLine { id, records, all: 1, by, searched: String::new() }).collect();
    let generation = driver.state.find_generation;
    driver.event(Event::Found(generation, FindReport { lines, is_asking: false }));
    for (width, height) in [(120, 30), (200, 50)] {
        let picture = text(&driver.resize(width, height).state);
        let row = picture.lines().nth(2).unwrap_or_default();
        assert!(row.contains(" in attributes.session  ") && !row.contains("zone"), "{picture}");
        assert!(!row.contains("acme"), "of one source its name says nothing: {picture}");
    }
    let narrow = text(&driver.resize(80, 24).state);
    assert!(narrow.lines().nth(2).is_some_and(|row| row.contains("has it in attribu")), "{narrow}");
}

#[test]
fn where_an_id_is_found_in_several_sources_each_row_names_its_own() {
    let mut driver = Driver::over_platform();
    driver.paste(&format!("{} {}", id_of(7), id_of(9)));
    let ids: Vec<IdQuery> = [7, 9].iter().filter_map(|number| IdQuery::read(&id_of(*number))).collect();
    let mut records = driver.look_up(&ids);
    records[1][0].origin.source = "archive".into();
    let line = |(id, records)| FoundLine { id, records, all: 0, by: FoundBy::Id, searched: String::new() };
    let lines = ids.into_iter().zip(records).map(line).collect();
    let generation = driver.state.find_generation;
    driver.event(Event::Found(generation, FindReport { lines, is_asking: false }));
    let picture = text(&driver.state);
    let row = |place: usize| picture.lines().nth(place).unwrap_or_default().to_owned();
    assert!(row(2).contains("  acme  ") && row(3).contains("  archive  "), "{picture}");
}
