//! The filter panes: moved through, ticked, left out.

use crate::app::panes::PaneLine;
use crate::app::picker::PickerKind;
use crate::app::prompt::PromptKind;
use crate::app::state::Focus;
use crate::app::testing::{Driver, one_record};
use crate::model::field::Field;

/// Moves the cursor of the panes to a value.
pub(super) fn to(driver: &mut Driver, wanted: &str) {
    driver.keys("1 g");
    for _ in 0..200 {
        let lines = driver.state.pane_lines();
        let here = match lines.get(driver.state.panes.cursor) {
            Some(PaneLine::Value { value, .. }) => {
                value.value.as_deref().map_or("none".into(), |value| String::from_utf8_lossy(value).into_owned())
            }
            Some(PaneLine::Class { label, .. }) => (*label).to_owned(),
            Some(PaneLine::Period) => "period".into(),
            Some(PaneLine::More { field, .. }) => format!("more {}", field.name()),
            other => panic!("the cursor is on {other:?}"),
        };
        if here == wanted {
            return;
        }
        driver.keys("j");
    }
    panic!("there is no {wanted} in the panes");
}

#[test]
fn panes_open_on_a_line_that_can_be_chosen_and_close_again() {
    let mut driver = Driver::over_platform();
    driver.keys("f");
    assert_eq!(driver.state.focus, Focus::Panes);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor], PaneLine::Period);
    driver.keys("f");
    assert_eq!(driver.state.focus, Focus::Table);
    driver.keys("Tab BackTab Tab");
    assert_eq!(driver.state.focus, Focus::Panes);
    driver.keys("Esc");
    assert_eq!(driver.state.focus, Focus::Table);
}

#[test]
fn numbers_name_panes() {
    let mut driver = Driver::over_platform();
    for (key, field) in [("2", Field::Status), ("3", Field::Failure), ("4", Field::Client), ("7", Field::Ip)] {
        driver.keys(key);
        let line = driver.state.pane_lines()[driver.state.panes.cursor].clone();
        assert_eq!(line.test().map(|(own, _)| own), Some(field.into()), "{key}");
    }
    driver.keys("1");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor], PaneLine::Period);
}

#[test]
fn a_pane_that_is_not_there_says_so() {
    let mut driver = Driver::over_platform();
    driver.keys("9");
    assert_eq!((driver.state.focus, driver.message()), (Focus::Table, "there is no pane 9 here"));
}

#[test]
fn a_pane_without_values_keeps_its_number_and_says_so() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("outcome:success").keys("Enter");
    let fields = driver.state.panes.fields(driver.state.view_spec());
    let shown: Vec<usize> = driver.state.pane_lines().iter().filter_map(PaneLine::pane).collect();
    let empty = (1..=fields.len()).find(|pane| !shown.contains(pane)).expect("one is empty");
    driver.keys(&(empty + 1).to_string());
    let label = driver.state.view_spec().expect("a view").label(&fields[empty - 1]);
    assert_eq!(driver.message(), format!("pane {}, {label}, has no value in this view", empty + 1));
}

#[test]
fn arrows_go_from_pane_to_pane() {
    let mut driver = Driver::over_platform();
    driver.keys("f l l");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(2));
    driver.keys("h Left Left");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(0));
    driver.keys("l l l l l l l l l l");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(6), "the last pane");
}

#[test]
fn several_values_of_a_pane_are_joined_by_or() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "ETL Partner");
    driver.keys("Space");
    let one = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("Space");
    assert!(driver.total() > one);
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\",Monitor'");
    let both = driver.total();
    to(&mut driver, "Maria Petrova");
    driver.keys("+");
    assert!(driver.total() > both);
    to(&mut driver, "Monitor");
    driver.keys("Space");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\",\"Maria Petrova\"'");
}

#[test]
fn values_of_two_panes_are_joined_by_and() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "5xx");
    driver.keys("Space");
    let failures = driver.total();
    to(&mut driver, "Northwind Ltd");
    driver.keys("Space");
    assert!(driver.total() < failures && driver.total() > 0);
    assert_eq!(driver.filter(), "status:5xx 'client:=\"Northwind Ltd\"'");
}

#[test]
fn a_pane_leaves_its_own_filter_out() {
    let mut driver = Driver::over_platform();
    let count = |driver: &Driver| {
        let facet = driver.state.facets.iter().find(|facet| facet.field == Field::Client.into()).expect("a pane");
        facet.values.iter().map(|value| (value.value.clone(), value.count)).collect::<Vec<_>>()
    };
    let before = count(&driver);
    to(&mut driver, "Monitor");
    driver.keys("Enter");
    assert_eq!(count(&driver), before, "what could be ticked besides is seen");
}

#[test]
fn values_are_left_out_and_let_in_again() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("-");
    assert_eq!(driver.filter(), "-client:=Monitor");
    to(&mut driver, "ETL Partner");
    driver.keys("-");
    assert_eq!(driver.filter(), "'-client:=Monitor,\"ETL Partner\"'");
    let rest = driver.total();
    assert!(rest < all);
    to(&mut driver, "Monitor");
    driver.keys("+");
    assert_eq!(driver.filter(), "client:=Monitor '-client:=\"ETL Partner\"'");
    driver.keys("[");
    assert_eq!(driver.total(), rest);
}

#[test]
fn enter_asks_for_one_value_only_and_again_for_any() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("Space");
    to(&mut driver, "ETL Partner");
    driver.keys("Enter");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\"'");
    driver.keys("Enter");
    assert_eq!((driver.filter(), driver.total()), (String::new(), all));
    driver.keys("=");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\"'");
}

#[test]
fn the_cursor_stays_on_its_value_while_counts_change() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "Northwind Ltd");
    let line = driver.state.pane_lines()[driver.state.panes.cursor].test();
    let rows: Vec<_> =
        (0..300).map(|n| one_record(9_000 + n, 0, "status=503;client=Northwind Ltd;endpoint=a")).collect();
    driver.arrive(&rows);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].test(), line);
}

#[test]
fn a_class_of_statuses_and_a_status_below_it() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "504");
    driver.keys("Enter");
    assert_eq!((driver.filter().as_str(), driver.total()), ("status:504", 5));
    to(&mut driver, "2xx, 3xx");
    driver.keys("Enter");
    assert_eq!(driver.filter(), "status:200..399");
}

#[test]
fn the_period_is_chosen_from_the_panes_too() {
    let mut driver = Driver::over_platform();
    driver.keys("f Enter");
    assert!(driver.state.picker.as_ref().is_some_and(|picker| picker.kind == PickerKind::Period));
}

#[test]
fn what_is_typed_behind_a_slash_on_the_period_is_a_filter() {
    let mut driver = Driver::over_platform();
    driver.keys("f /");
    assert_eq!(driver.state.prompt.as_ref().map(|prompt| prompt.kind), Some(PromptKind::Filter));
    driver.type_text("status:504").keys("Enter");
    assert_eq!(driver.filter(), "status:504");
}

#[test]
fn shares_are_of_the_values_own_traffic() {
    let mut driver = Driver::over_platform();
    driver.keys("!");
    let facet = driver.state.facets.iter().find(|facet| facet.field == Field::Client.into()).expect("a pane");
    let etl = facet.values.iter().find(|value| value.value.as_deref() == Some(b"ETL Partner")).expect("a value");
    let engine = driver.engine.copy();
    drop(engine);
    assert!(etl.count < etl.total, "{etl:?}");
}

/// Many clients, each with an address of its own.
pub(super) fn crowd() -> Driver {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..3_000)
        .map(|n| {
            let pairs =
                format!("status=200;client=client {n};ip=10.9.{}.{};attributes.zone=z{}", n / 250, n % 250, n % 3);
            one_record(9_000 + n, 1, &pairs)
        })
        .collect();
    driver.arrive(&rows);
    driver
}

#[test]
fn a_time_in_a_pane_becomes_the_period() {
    let mut driver = Driver::over_platform();
    driver.keys("4 A").type_text("time").keys("Enter");
    let line = driver.state.pane_lines()[driver.state.panes.cursor].clone();
    let Some((field, _)) = line.test() else { panic!("the cursor is on {line:?}") };
    assert_eq!(field, Field::Time.into(), "the first value of a new pane has the cursor");
    let PaneLine::Value { value, .. } = line else { panic!("it is a value") };
    let count = value.count;
    for key in ["Space", "Enter"] {
        driver.keys(key);
        assert_eq!((driver.filter().as_str(), driver.total()), ("", count), "{key}");
        assert!(driver.message().starts_with("the period is "), "{}", driver.message());
        assert!(!driver.message().contains('–'), "a single time is no span: {}", driver.message());
        assert!(driver.message().contains("[ brings the one before back"), "{}", driver.message());
        driver.keys(key);
        assert!(driver.message().starts_with("the period is "), "the same again is answered, too");
        driver.keys("[");
    }
    driver.keys("-");
    assert!(driver.filter().starts_with("-time:"), "{}", driver.filter());
}
