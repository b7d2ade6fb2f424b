//! Help, palette and menus.

use crate::app::action::Action;
use crate::app::keymap::Place;
use crate::app::state::Layer;
use crate::app::testing::Driver;

#[test]
fn help_is_about_the_place_where_it_was_asked_for() {
    for (keys, place) in [("?", Place::Table), ("f F1", Place::Panes), ("Enter ?", Place::Detail), ("S ?", Place::Menu)]
    {
        let mut driver = Driver::over_platform();
        driver.keys(keys);
        let Some(Layer::Help { place: shown, scroll: 0 }) = driver.state.layers.last() else { panic!("{keys}: help") };
        assert_eq!(*shown, place);
        driver.keys("?");
        assert!(!matches!(driver.state.layers.last(), Some(Layer::Help { .. })), "the same key closes it");
    }
}

#[test]
fn help_scrolls_to_its_last_line_and_no_further() {
    let mut driver = Driver::over_platform();
    driver.resize(80, 24).keys("? G");
    let lines = driver.state.keymap.for_place(Place::Table).filter(|binding| binding.text.is_some()).count();
    let Some(Layer::Help { scroll, .. }) = driver.state.layers.last() else { panic!("help") };
    assert_eq!(*scroll, lines - 21, "21 lines fit");
    driver.keys("j Ctrl-u g");
    assert!(matches!(driver.state.layers.last(), Some(Layer::Help { scroll: 0, .. })));
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
