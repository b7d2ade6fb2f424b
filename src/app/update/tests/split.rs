//! Tests of what the bars are split by.

use crate::app::event::{Effect, Event, Purpose};
use crate::app::picker::Picked;
use crate::app::source_view::SourceKind;
use crate::app::split::Part;
use crate::app::testing::{Driver, platform_rows};

use super::timeline::{bars, sums};

fn split(driver: &mut Driver, by: &str) {
    driver.keys("B").type_text(by).keys("Enter");
    let bars = bars(driver);
    assert_eq!(bars.series.len(), driver.state.bar_parts.len(), "{by}");
    assert_eq!(sums(driver).0, driver.total(), "{by}");
}

#[test]
fn bars_are_split_by_class_or_by_the_values_of_a_field() {
    let mut driver = Driver::over_platform();
    split(&mut driver, "class");
    let names: Vec<String> = driver.state.bar_parts.iter().map(Part::name).collect();
    assert_eq!(names, ["2xx", "3xx", "4xx", "5xx"]);
    let of_class: u64 = bars(&driver).series[3].iter().sum();
    driver.keys("/").type_text("status:5xx").keys("Enter");
    assert_eq!(driver.total(), of_class);
    assert_eq!(driver.state.split.name(), "status-class", "it is kept while the view is narrowed");
    driver.keys("0");
    split(&mut driver, "user_agent");
    assert_eq!(driver.state.bar_parts.len(), 1, "all have the same");
    split(&mut driver, "endpoint");
    let top: Vec<String> = driver.state.bar_parts.iter().map(Part::name).collect();
    assert_eq!(top.len(), 5);
    driver.keys("v g L L L L");
    let (count, _) = driver.state.marked_counts().expect("counts");
    assert_eq!(driver.state.marked_parts().iter().map(|(_, count)| count).sum::<u64>(), count);
    driver.keys("[ [");
    assert_eq!(driver.state.split.name(), "status-class", "and comes back with its view");
    split(&mut driver, "outcome");
    assert!(driver.state.bar_parts.is_empty());
}

#[test]
fn the_values_of_a_split_stay_while_requests_arrive() {
    let mut driver = Driver::over_platform();
    split(&mut driver, "endpoint");
    let asked = |driver: &mut Driver| {
        driver
            .done()
            .iter()
            .filter(|effect| matches!(effect, Effect::Ask(id, ..) if id.purpose == Purpose::Split))
            .count()
    };
    assert_eq!(asked(&mut driver), 1);
    driver.changed();
    assert_eq!(asked(&mut driver), 0);
    driver.keys("!");
    assert_eq!(asked(&mut driver), 1, "another view may have others");
}

#[test]
fn a_split_is_kept_for_its_source() {
    for (typed, name) in [("class", "status-class"), ("endpoint", "endpoint"), ("attributes.a b", "attributes.a b")] {
        let mut driver = Driver::over_platform();
        driver.keys("B").type_text(typed).keys("Enter");
        let text = serde_json::to_string(&driver.kept()).expect("is written");
        let mut later = Driver::next_run(serde_json::from_str(&text).expect("is read"));
        assert_eq!(later.state.split.name(), name);
        assert_eq!(later.state.bar_parts, driver.state.bar_parts, "{typed}");
        let mut sources = later.state.sources.clone();
        sources.push(later.source_view("other", "files-com-json", SourceKind::Polled));
        later.event(Event::Sources(sources));
        later.keys("P j Enter");
        assert_eq!(later.state.split.name(), "outcome", "another source has its own");
        later.keys("P k Enter B").type_text("outcome").keys("Enter");
        assert_eq!(later.kept().splits, [], "what is shown anyway is not written down");
    }
}

#[test]
fn useful_splits_stand_first_and_ids_last() {
    let mut driver = Driver::over_platform();
    // Whatever column the table is in.
    driver.keys("l l l l l l l l l B");
    let items = &driver.state.picker.as_ref().expect("the list").items;
    let names: Vec<String> = items
        .iter()
        .map(|item| match &item.picked {
            Picked::Split(split) => split.name(),
            other => panic!("{other:?} is no split"),
        })
        .collect();
    assert_eq!(names[..6], ["outcome", "status-class", "client", "endpoint", "status", "method"], "{names:?}");
    assert_eq!(names[names.len() - 2..], ["key", "request_id"], "{names:?}");
    // What is typed counts more.
    driver.type_text("request-id");
    let first = driver.state.picker.as_ref().and_then(|picker| picker.items.first().map(|item| item.note.clone()));
    assert_eq!(first.as_deref(), Some("request_id"));
}

/// Of a field with few values, as many rows of bars as it has, whatever the filter and the period keep of them.
#[test]
fn rows_of_bars_are_as_many_as_the_field_has_values_here() {
    let mut driver = Driver::over_platform();
    assert_eq!(driver.state.bar_rows(), 2);
    split(&mut driver, "method");
    let rows = driver.state.bar_parts.len() as u16;
    assert!((2..5).contains(&rows), "{rows}");
    assert_eq!(driver.state.bar_rows(), rows);
    let table = |driver: &Driver| driver.state.layout().expect("a layout").table;
    let before = table(&driver);
    for query in ["method:GET", "method:POST status:5xx", "method:NONE", "client:north*"] {
        driver.keys("/").retype(query).keys("Enter");
        assert_eq!((driver.state.bar_rows(), table(&driver)), (rows, before), "{query}");
    }
    // Also where it is chosen while the filter keeps one of them.
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("method:GET").keys("Enter");
    split(&mut driver, "method");
    assert_eq!((driver.state.bar_parts.len(), driver.state.bar_rows()), (1, rows));
    // More than have bars of their own: those, and the others.
    split(&mut driver, "request_id");
    assert_eq!(driver.state.bar_rows(), 6);
}

/// Whatever the order in which answers come, the table moves once, to where it stays.
#[test]
fn the_table_moves_once_when_a_split_is_chosen() {
    for (from, to, filter) in [
        ("outcome", "method", ""),
        ("outcome", "method", "method:GET"),
        ("endpoint", "method", "status:5xx"),
        ("method", "endpoint", ""),
        ("method", "request_id", "method:GET"),
        ("outcome", "request_id", "status:599"),
    ] {
        let mut last_first = false;
        for _ in 0..2 {
            let of = format!("{from} to {to} with “{filter}”, the last question first: {last_first}");
            let mut driver = Driver::over_platform();
            driver.keys("/").type_text(filter).keys("Enter B").type_text(from).keys("Enter B").type_text(to);
            driver.answers_by_hand = true;
            let table = |driver: &Driver| driver.state.layout().expect("a layout").table;
            let mut places = vec![table(&driver)];
            driver.keys("Enter");
            places.push(table(&driver));
            while !driver.open.is_empty() {
                driver.answer(if last_first { driver.open.len() - 1 } else { 0 });
                places.push(table(&driver));
            }
            let named = driver.state.bar_parts.len();
            assert!(named > 0 || filter == "status:599", "{of}");
            places.dedup();
            assert!(places.len() <= 2, "{of}: {places:?}");
            last_first = true;
        }
    }
}

#[test]
fn bars_come_also_where_their_size_cannot_be_found_out() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("method:GET").keys("Enter B").type_text("method");
    driver.answers_by_hand = true;
    driver.keys("Enter");
    while let Some(place) = (0..driver.open.len()).next() {
        let size = match &driver.open[place] {
            Effect::Ask(id, ..) if id.purpose == Purpose::SplitSize => Some(*id),
            _ => None,
        };
        match size {
            Some(id) => {
                driver.open.remove(place);
                driver.event(Event::Failed(id, "the disk is gone".into()));
            }
            None => driver.answer(place),
        }
    }
    assert_eq!(driver.state.bar_parts.len(), 1);
}

#[test]
fn the_next_run_begins_with_as_many_lines_of_bars() {
    let mut driver = Driver::over_platform();
    split(&mut driver, "interface");
    let rows = driver.state.bar_rows();
    assert!(rows < driver.state.split.most_rows());
    let mut next = Driver::empty("files-com-json", SourceKind::Polled);
    next.state.remembered = driver.kept();
    next.answers_by_hand = true;
    let sources = std::mem::take(&mut next.state.sources);
    next.event(Event::Sources(sources));
    assert_eq!(next.state.bar_rows(), rows, "before anything is known of the field");
    next.keys("w");
    assert_eq!(next.kept().split_rows, [("acme".to_owned(), rows)], "nor is it forgotten then");
    next.arrive(&platform_rows());
    next.settle();
    assert_eq!(next.state.bar_rows(), rows);
    next.keys("B").type_text("outcome").keys("Enter");
    assert_eq!(next.kept().split_rows, []);
}
