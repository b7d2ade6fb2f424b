//! Help, palette and menus.

use crate::app::action::Action;
use crate::app::keymap::Place;
use crate::app::state::Layer;
use crate::app::testing::{Driver, row};

#[test]
fn help_is_about_the_place_where_it_was_asked_for() {
    for (keys, place) in [("?", Place::Table), ("f F1", Place::Panes), ("Enter ?", Place::Detail), ("S ?", Place::Menu)]
    {
        let mut driver = Driver::over_platform();
        driver.keys(keys);
        let Some(Layer::Help(help)) = driver.state.layers.last() else { panic!("{keys}: help") };
        assert_eq!((help.place, help.scroll), (place, 0));
        driver.keys("?");
        assert!(!matches!(driver.state.layers.last(), Some(Layer::Help(_))), "the same key closes it");
    }
}

#[test]
fn help_scrolls_to_its_last_line_and_no_further() {
    let mut driver = Driver::over_platform();
    driver.resize(80, 24).keys("? G");
    let lines = driver.state.keymap.for_place(Place::Table).filter(|binding| binding.text.is_some()).count();
    let scroll = |driver: &Driver| match driver.state.layers.last() {
        Some(Layer::Help(help)) => help.scroll,
        _ => panic!("help"),
    };
    assert_eq!(scroll(&driver), lines - 21, "21 lines fit");
    driver.keys("j Ctrl-u g");
    assert_eq!(scroll(&driver), 0);
}

/// What the help's lines say.
fn help_texts(driver: &Driver) -> Vec<String> {
    let Some(Layer::Help(help)) = driver.state.layers.last() else { panic!("help") };
    help.lines(&driver.state.keymap).into_iter().filter_map(|binding| binding.text.clone()).collect()
}

#[test]
fn help_is_narrowed_by_words_or_one_key() {
    let mut driver = Driver::over_platform();
    driver.keys("? G /").type_text("column narrower");
    assert_eq!(help_texts(&driver), ["make the column narrower"]);
    let Some(Layer::Help(help)) = driver.state.layers.last() else { panic!("help") };
    assert_eq!(help.scroll, 0, "its lines are in sight");
    driver.retype("F");
    assert_eq!(help_texts(&driver).len(), 1, "one character is a key: {:?}", help_texts(&driver));
    driver.retype("ctrl-d");
    assert_eq!(help_texts(&driver).len(), 1, "a key by its name: {:?}", help_texts(&driver));
    driver.retype("j q ?").paste("x");
    assert_eq!(help_texts(&driver), Vec::<String>::new(), "letters are text while it is typed, and so is a paste");
    driver.retype("page").keys("Enter j");
    assert!(help_texts(&driver).len() > 3 && driver.state.place_of_keys() == Place::Help, "Enter keeps them");
    driver.keys("Esc");
    let all = help_texts(&driver).len();
    assert!(all > 40, "Esc shows all again before it closes the help: {all}");
    driver.keys("/").type_text("page").keys("Esc");
    assert_eq!(help_texts(&driver).len(), all, "also while it is typed");
    driver.keys("Esc");
    assert!(driver.state.layers.is_empty());
}

#[test]
fn the_palette_finds_actions_by_a_few_letters() {
    let mut driver = Driver::over_platform();
    driver.keys(":").type_text("fail only").keys("Enter");
    assert_eq!(driver.filter(), "outcome:failure");
    driver.keys("Ctrl-p").type_text("csv").keys("Enter");
    assert!(driver.state.prompt.is_some());
}

#[test]
fn the_palette_shows_what_applies_with_its_keys() {
    let mut driver = Driver::over_platform();
    driver.keys("Enter :");
    let lines = driver.state.palette_lines();
    assert!(lines.iter().any(|line| line.action == Action::NextRecord));
    assert!(!lines.iter().any(|line| line.action == Action::Tick), "ticking is for panes");
    for line in &lines {
        assert!(line.key.is_some() || line.action == Action::Guide, "{line:?}");
    }
}

#[test]
fn the_palette_is_walked_and_left() {
    let mut driver = Driver::over_platform();
    driver.keys(": Down Down Up Ctrl-n Ctrl-p Ctrl-p Ctrl-p");
    assert_eq!(driver.state.palette.as_ref().map(|palette| palette.cursor), Some(0));
    driver.keys("Esc");
    assert!(driver.state.palette.is_none());
    driver.keys(": Ctrl-c");
    assert!(driver.state.palette.is_none() && driver.is_running());
    driver.keys(":").type_text("zzzz").keys("Enter");
    assert!(driver.state.palette.is_none() && driver.is_running());
}

#[test]
fn a_menu_is_walked_and_left() {
    let mut driver = Driver::over_platform();
    driver.keys("S g k j j");
    let Some(Layer::Menu(menu)) = driver.state.layers.last() else { panic!("a menu") };
    assert_eq!(menu.cursor, 2);
    let period = driver.state.period;
    driver.keys("q");
    assert!(driver.state.layers.is_empty() && driver.state.period == period);
}

#[test]
fn a_request_without_an_id_has_no_request_id_to_copy() {
    let labels = |driver: &Driver| -> Vec<String> {
        let items = driver.state.copy_menu().expect("a menu").items;
        items.into_iter().map(|item| item.label).take(2).collect()
    };
    assert_eq!(labels(&Driver::over_platform()), ["Request-ID", "Handle"]);
    let mut driver = Driver::over_platform();
    driver.arrive(&[row(0, "status=200")]);
    driver.changed();
    driver.keys("F F g");
    assert_eq!(labels(&driver), ["Handle", "This value (time)"]);
}
