//! Columns on the screen: their list, scrolled away, wrapped, on two lines, on the whole screen.

use super::picture::text;
use super::states::settled;
use crate::app::testing::Driver;

fn sized(width: u16, height: u16, keys: &str) -> Driver {
    let mut driver = settled();
    driver.resize(width, height).keys(keys);
    driver
}

#[test]
fn the_list_of_columns() {
    for (name, size) in [("list_200", (200, 50)), ("list_120", (120, 30)), ("list_80", (80, 24)), ("list_40", (40, 10))]
    {
        insta::assert_snapshot!(name, text(&sized(size.0, size.1, "c j j Space j K").state));
    }
    insta::assert_snapshot!("list_narrowed_80", text(&sized(80, 24, "c / u s e r").state));
}

#[test]
fn what_the_list_says_of_a_column_is_whole() {
    let mut driver = sized(80, 24, "Esc l l l o c");
    assert!(text(&driver.state).contains("%  sorted ▴\n"), "{}", text(&driver.state));
    for width in [76, 80, 89, 90, 120] {
        driver.resize(width, 50);
        let picture = text(&driver.state);
        let words = ["no value here", "empty: folded", "no value here: folded"];
        let said = picture.lines().filter(|line| line.contains('☐') || line.contains('☑'));
        for line in said.filter(|line| line.contains("no value") || line.contains("empty")) {
            assert!(words.iter().any(|words| line.ends_with(words)), "{width}: {line}");
        }
    }
}

#[test]
fn the_title_of_the_sorted_column_is_whole() {
    for width in [80, 120] {
        let picture = text(&sized(width, 30, "Esc l o").state);
        assert!(picture.contains("Status▾ "), "{picture}");
    }
}

#[test]
fn columns_beyond_the_edges_are_named() {
    let mut driver = sized(200, 50, "l l > o Delete c /");
    for field in ["agent", "host", "interface"] {
        driver.type_text(field).keys("Enter Space / Ctrl-u");
    }
    driver.keys("Esc Esc").resize(80, 24).keys("L L");
    insta::assert_snapshot!("scrolled_80", text(&driver.state));
    driver.keys("z");
    insta::assert_snapshot!("scrolled_two_lines_80", text(&driver.state));
}

#[test]
fn rows_of_several_lines() {
    for (name, size) in [("two_lines_200", (200, 50)), ("two_lines_80", (80, 24)), ("two_lines_40", (40, 10))] {
        insta::assert_snapshot!(name, text(&sized(size.0, size.1, "z j").state));
    }
    insta::assert_snapshot!("wrapped_80", text(&sized(80, 24, "w j j").state));
    insta::assert_snapshot!("wrapped_40", text(&sized(40, 10, "w j j").state));
}

#[test]
fn one_part_on_the_whole_screen() {
    insta::assert_snapshot!("zoomed_200", text(&sized(200, 50, "Z").state));
    insta::assert_snapshot!("zoomed_80", text(&sized(80, 24, "Z").state));
    insta::assert_snapshot!("zoomed_detail_80", text(&sized(80, 24, "Enter Z").state));
}

#[test]
fn a_live_list_says_where_new_requests_appear() {
    let mut driver = settled();
    driver.keys("l l o");
    assert!(
        text(&driver.state).contains(" Last 24 h · by Took ▾, new ones at their places "),
        "{}",
        text(&driver.state)
    );
    driver.keys("h h o o");
    assert!(text(&driver.state).contains(" Last 24 h · oldest first, new ones at the end "), "{}", text(&driver.state));
    driver.keys("F");
    assert!(!text(&driver.state).contains("new ones"), "{}", text(&driver.state));
}
