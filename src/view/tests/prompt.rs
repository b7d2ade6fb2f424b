//! The line that is typed, and what is said beside and above it.

use crate::app::testing::Driver;
use crate::view::theme::{Colors, Theme};

use super::picture::{frame, text};
use super::states::{last_lines, settled};

#[test]
fn what_is_wrong_with_a_filter_is_underlined() {
    let mut driver = settled();
    driver.keys("/").type_text("client:a and clint:x or status:500").keys("Enter");
    let marked = |driver: &Driver, theme: Theme| {
        let styles = frame(&driver.state, theme).styles();
        let last = format!("{}:", driver.state.size.1 - 1);
        let marked = styles.lines().filter(|line| line.trim_start().starts_with(&last) && line.contains("underlined"));
        marked.map(|line| line.split('"').nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&driver, Theme::default()), ["clint"]);
    assert_eq!(marked(&driver, Theme { colors: Colors::None, has_unicode: false }), ["clint"]);
    // It is seen in a long text, too, and what is missing at the end.
    driver.resize(40, 10).retype(&format!("clint:x {}", "status:500 or ".repeat(9))).keys("Enter");
    assert_eq!(marked(&driver, Theme::default()), ["clint"]);
    driver.retype("status:500 or").keys("Enter");
    assert_eq!(marked(&driver, Theme::default()).len(), 1, "{}", text(&driver.state));
}

#[test]
fn a_count_without_what_cannot_be_read_says_so() {
    let mut driver = settled();
    driver.keys("/").type_text("status:banana");
    assert!(last_lines(&driver).contains("keeps 1,660 of 1,660 without “"), "{}", last_lines(&driver));
}

#[test]
fn how_many_a_filter_keeps_is_said_above_a_long_one() {
    let mut driver = settled();
    driver.resize(80, 24).keys("/").type_text("client:=\"ETL Partner\" status:5xx endpoint:orders.create");
    let picture = text(&driver.state);
    let lines: Vec<&str> = picture.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(" filter ›")).expect("the prompt");
    assert!(lines[at - 1].trim_start().starts_with("keeps "), "{picture}");
    // What is scrolled away is marked.
    driver.type_text(" duration>1s -path:/orders");
    let picture = text(&driver.state);
    let line = picture.lines().find(|line| line.starts_with(" filter ›")).expect("the prompt");
    assert!(line.starts_with(" filter › …") && line.ends_with("-path:/orders"), "{picture}");
    driver.keys("Home");
    let picture = text(&driver.state);
    let line = picture.lines().find(|line| line.starts_with(" filter ›")).expect("the prompt");
    assert!(line.starts_with(" filter › client") && line.ends_with('…'), "{picture}");
}

#[test]
fn a_save_says_what_it_writes_before() {
    let mut driver = settled();
    for (width, height) in [(200, 50), (120, 30), (80, 24), (40, 10)] {
        let picture = last_lines(driver.resize(width, height).keys("s"));
        assert!(picture.contains("1,660 rows · "), "{picture}");
        driver.keys("Esc");
    }
}
