//! The filter panes beside the table.

use crate::app::testing::{Driver, one_record};

use super::picture::text;
use super::states::settled;

/// What stands in the lines of a pane, from its title on.
fn pane(picture: &str, title: &str) -> Vec<String> {
    let left = |line: &str| line.split('│').next().unwrap_or_default().trim_end().to_owned();
    let lines = picture.lines().map(left).skip_while(|line| !line.contains(title));
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn names_have_the_cells_of_the_share_where_a_pane_has_none() {
    let mut driver = settled();
    driver.resize(160, 45).keys("!");
    let picture = text(&driver.state);
    let failures = pane(&picture, "3 Failures");
    assert!(failures.len() > 2 && failures[1..].iter().all(|line| !line.contains('%')), "{picture}");
    let is_filled = |line: &String| line.split_once('…').is_none_or(|(_, figure)| !figure.starts_with("  "));
    let is_at_edge = |line: &String| line.chars().count() == 37;
    assert!(failures.iter().all(is_filled), "nothing is cut while cells are empty: {picture}");
    assert!(failures.iter().all(is_at_edge), "{picture}");
    assert!(picture.contains("500 Internal Server Error "), "{picture}");
    assert!(failures[0].ends_with("in view"), "the figures stand below their name: {picture}");
    // Another one has shares, and says so above all.
    let users = pane(&picture, "4 User");
    assert!(users[1].ends_with('%'), "{picture}");
}

#[test]
fn a_long_pane_is_named_while_its_title_is_scrolled_away() {
    let mut driver = settled();
    let others: Vec<_> = (0..100).map(|n| one_record(70_000 + n, 1, &format!("status=200;client=other {n}"))).collect();
    driver.arrive(&others);
    driver.resize(160, 45).keys("4 j j j j j j Enter");
    let head = |driver: &Driver| {
        let picture = text(&driver.state);
        picture.lines().find(|line| line.contains("in view")).and_then(|line| line.split('│').next()).map(str::to_owned)
    };
    assert_eq!(head(&driver).as_deref(), Some(" Filters                      in view"));
    driver.keys("PageDown PageDown");
    assert_eq!(head(&driver).as_deref(), Some(" 4 User  46–83 of 105         in view"));
}

#[test]
fn what_is_looked_for_in_a_pane_is_seen_in_its_values() {
    let mut driver = settled();
    let path = |n: u32| format!("/api/v1/collections/{n}/items/7712/revisions/{n}/and/so/on");
    let rows: Vec<_> =
        (0..3).map(|n| one_record(70_000 + n, 1, &format!("status=200;path={}", path(n as u32)))).collect();
    driver.arrive(&rows);
    driver.resize(160, 45).keys("A").type_text("path").keys("Enter /").type_text("7712").keys("Enter");
    let values = pane(&text(&driver.state), "8 Path");
    let values: Vec<&String> = values.iter().filter(|line| line.contains('☐')).collect();
    assert_eq!(values.len(), 3, "{values:?}");
    assert!(values.iter().all(|line| line.contains("7712")), "{values:?}");
}

#[test]
fn attributes_are_told_apart_by_the_ends_of_their_names() {
    let mut driver = settled();
    let row = |n: u64| {
        let pairs =
            "status=200;attributes.request.headers.X-Forwarded-For=a;attributes.request.headers.X-Forwarded-Host=b";
        one_record(70_000 + n, 1, pairs)
    };
    driver.arrive(&[row(1), row(2)]);
    driver
        .resize(160, 45)
        .keys("A")
        .type_text("forwarded-for")
        .keys("Enter A")
        .type_text("forwarded-host")
        .keys("Enter");
    let picture = text(&driver.state);
    for end in ["ed-For", "ed-Host"] {
        assert!(picture.lines().any(|line| line.contains("request") && line.contains(end)), "{end}: {picture}");
    }
    driver.keys("Esc c /").type_text("forwarded-host").keys("Enter Space Esc Esc");
    let picture = text(&driver.state);
    let titles = picture.lines().find(|line| line.contains("Time ▾")).unwrap_or_default();
    assert!(titles.contains("d-Host"), "{titles}");
}
