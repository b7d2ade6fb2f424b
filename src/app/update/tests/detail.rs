//! A request in full.

use crate::app::event::Effect;
use crate::app::state::Layer;
use crate::app::testing::{Driver, id_of};

/// Moves the cursor of the detail to the line of a field.
fn to_field(driver: &mut Driver, name: &str) {
    driver.keys("g");
    for _ in 0..80 {
        let Some(Layer::Detail(detail)) = driver.state.layers.last() else { panic!("a detail") };
        let line = driver.state.detail_lines(detail).into_iter().nth(detail.cursor).expect("a line");
        if line.label == name {
            return;
        }
        driver.keys("j");
    }
    panic!("there is no {name}");
}

#[test]
fn enter_opens_and_escape_closes() {
    let mut driver = Driver::over_platform();
    driver.keys("j j Enter");
    assert_eq!(driver.detail_id(), Some(id_of(1_037)));
    driver.keys("Esc");
    assert_eq!((driver.detail_id(), driver.state.table.cursor), (None, 2));
}

#[test]
fn next_and_previous_request() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter J J Ctrl-n K");
    assert_eq!(driver.detail_id(), Some(id_of(1_037)));
    assert_eq!(driver.state.table.cursor, 2, "the table goes along");
    driver.keys("K K K K K");
    assert_eq!(driver.detail_id(), Some(id_of(1_039)), "there is none before the first");
}

#[test]
fn every_request_of_the_view_is_reached_from_the_detail() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter");
    let mut seen = std::collections::HashSet::new();
    for _ in 0..driver.total() {
        seen.insert(driver.detail_id());
        driver.keys("J");
    }
    assert_eq!(seen.len() as u64, driver.total());
}

#[test]
fn the_id_and_the_reason_stand_first() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter");
    let Some(Layer::Detail(detail)) = driver.state.layers.last() else { panic!("a detail") };
    let lines = driver.state.detail_lines(detail);
    assert_eq!(lines[0].value, id_of(1_039).into_bytes());
    assert_eq!(lines[1].value, "502 Bad Gateway · processing-failure/upstream".as_bytes());
    assert_eq!(lines[2].value, b"Upstream closed connection before headers");
}

#[test]
fn the_sources_own_words_and_back() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter j j r");
    let Some(Layer::Detail(detail)) = driver.state.layers.last() else { panic!("a detail") };
    assert!(detail.is_raw);
    let lines = driver.state.detail_lines(detail);
    assert!(lines.iter().any(|line| line.value.starts_with(b"time=")), "{lines:?}");
    driver.keys("J");
    assert!(matches!(driver.state.layers.last(), Some(Layer::Detail(detail)) if detail.is_raw), "the next one alike");
    driver.keys("r");
    assert!(matches!(driver.state.layers.last(), Some(Layer::Detail(detail)) if !detail.is_raw));
}

#[test]
fn the_id_is_copied_wherever_the_cursor_is() {
    let mut driver = Driver::over_platform();
    driver.keys("y");
    driver.keys("Enter j j y");
    let copied: Vec<String> = driver
        .done()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Copy(text) => Some(text),
            _ => None,
        })
        .collect();
    assert_eq!(copied, [id_of(1_039), id_of(1_039)]);
    assert_eq!(driver.message(), format!("copied: {}", id_of(1_039)));
}

#[test]
fn escape_after_a_copy_goes_back_at_once() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter y Esc");
    assert!(driver.state.layers.is_empty());
}

#[test]
fn the_menu_copies_other_things() {
    for (steps, part) in [
        ("", id_of(1_039)),
        ("j", "rq".into()),
        ("j j j", "\"status\":502".into()),
        ("j j j j", "status=502;outcome=failure".into()),
        ("j j j j j", "reqscope get ".into()),
        ("G k", "reqscope search --period".into()),
        ("G", "UTC · 04:01:14 Los Angeles".into()),
    ] {
        let mut driver = Driver::over_platform();
        driver.keys("Enter Y").keys(steps).keys("Enter");
        let copied = driver.done().into_iter().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text),
            _ => None,
        });
        let copied = copied.unwrap_or_else(|| panic!("{steps} copies"));
        assert!(copied.contains(&part), "{steps}: {copied}");
        assert!(driver.detail_id().is_some(), "the menu is gone, the request is not");
    }
}

#[test]
fn what_is_too_long_for_a_terminal_is_not_copied() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[crate::app::testing::one_record(
        7_000,
        0,
        &format!("status=500;error_message={}", "x".repeat(90_000)),
    )]);
    driver.done();
    driver.keys("Y j j j j Enter");
    assert!(driver.message().contains("save it instead"), "{}", driver.message());
    assert!(!driver.done().iter().any(|effect| matches!(effect, Effect::Copy(_))));
}

#[test]
fn values_of_the_detail_go_into_the_filter() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter");
    to_field(&mut driver, "client");
    driver.keys("=");
    assert_eq!(driver.filter(), "'client:=\"Northwind Ltd\"'");
    to_field(&mut driver, "endpoint");
    driver.keys("-");
    assert_eq!(driver.filter(), "'client:=\"Northwind Ltd\"' -endpoint:=orders.create");
    to_field(&mut driver, "status");
    driver.keys("+");
    assert!(driver.filter().ends_with("status:502"), "{}", driver.filter());
    assert_eq!(driver.detail_id(), Some(id_of(1_039)), "it stays, though it left the view");
    assert_eq!(driver.total(), 0);
}

#[test]
fn lines_are_scrolled_on_a_small_screen() {
    let mut driver = Driver::over_platform();
    driver.resize(80, 12).keys("Enter G");
    let Some(Layer::Detail(detail)) = driver.state.layers.last() else { panic!("a detail") };
    assert!(detail.scroll > 0 && detail.cursor >= detail.scroll);
    driver.keys("g");
    assert!(matches!(driver.state.layers.last(), Some(Layer::Detail(detail)) if detail.scroll == 0));
}

#[test]
fn a_request_found_by_its_id_walks_its_own_list_only() {
    let mut driver = Driver::over_platform();
    driver.paste(&id_of(3));
    super::every_key::found(&mut driver);
    driver.keys("J J K");
    assert_eq!((driver.detail_id(), driver.state.table.cursor), (Some(id_of(3)), 0));
}

#[test]
fn the_text_of_a_request_is_searched() {
    let mut driver = Driver::over_platform();
    driver.keys("! Enter");
    let here = |driver: &Driver| {
        let Some(Layer::Detail(detail)) = driver.state.layers.last() else { panic!("a detail is open") };
        let line = driver.state.detail_lines(detail).swap_remove(detail.cursor);
        format!("{} {}", line.label, String::from_utf8_lossy(&line.value))
    };
    let filter = driver.filter();
    driver.keys("/").type_text("USER_AG");
    assert!(here(&driver).starts_with("user_agent "), "{}", here(&driver));
    driver.keys("Enter n");
    assert!(here(&driver).starts_with("user_agent "), "it is the only one: {}", here(&driver));
    driver.keys("g /").type_text("upstream").keys("Enter");
    let first = here(&driver);
    driver.keys("n");
    assert!(here(&driver) != first && here(&driver).to_lowercase().contains("upstream"), "{}", here(&driver));
    driver.keys("N");
    assert_eq!(here(&driver), first);
    driver.keys("/").type_text("nowhere").keys("Enter");
    assert_eq!((driver.message(), here(&driver)), ("this request does not hold “nowhere”", first));
    assert_eq!(driver.filter(), filter, "the filter is another matter");
    driver.keys("Ctrl-e").retype("status:404").keys("Enter");
    assert_eq!(driver.filter(), "status:404");
}

/// Who, what and when stand first, so that is where one asks for the others of this user.
#[test]
fn the_lines_in_words_stand_for_what_they_begin_with() {
    for (label, field) in [("When", "time"), ("What", "endpoint"), ("Who", "client")] {
        let mut driver = Driver::over_platform();
        driver.keys("Enter");
        to_field(&mut driver, label);
        let (found, value) = driver.state.value_at_hand().expect("a value");
        assert_eq!((found.name().as_ref(), value.is_some()), (field, true), "{label}");
    }
    let mut driver = Driver::over_platform();
    driver.keys("Enter");
    to_field(&mut driver, "Who");
    driver.keys("=");
    assert!(driver.filter().contains("client:="), "{}", driver.filter());
    assert!(driver.message().contains("client:="), "what it was is said: {}", driver.message());
}
