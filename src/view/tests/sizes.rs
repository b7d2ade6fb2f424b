//! The same requests on large and small screens.

use crate::app::event::Event;
use crate::app::source_view::SourceKind;
use crate::app::state::State;
use crate::app::testing::{Driver, one_record};

use super::picture::{frame, text};

fn sized(width: u16, height: u16) -> Driver {
    let mut driver = super::states::settled();
    driver.resize(width, height);
    driver
}

#[test]
fn table_200x50() {
    insta::assert_snapshot!(text(&sized(200, 50).state));
}

#[test]
fn table_150x40() {
    insta::assert_snapshot!(text(&sized(150, 40).state));
}

#[test]
fn table_120x30() {
    insta::assert_snapshot!(text(&sized(120, 30).state));
}

#[test]
fn table_80x24() {
    insta::assert_snapshot!(text(&sized(80, 24).state));
}

#[test]
fn table_40x10() {
    insta::assert_snapshot!(text(&sized(40, 10).state));
}

/// What is not UTC has to be seen as what it is, however little room there is.
#[test]
fn the_zone_of_the_rows_is_said_on_every_width() {
    let mut driver = sized(80, 24);
    let mut sources = driver.state.sources.clone();
    sources.push(driver.source_view("other", "files-com-json", SourceKind::Polled));
    driver.event(Event::Sources(sources));
    for width in 72..=200 {
        let header = text(&driver.resize(width, 24).state).lines().next().unwrap_or_default().to_owned();
        assert!(header.contains("Los Angeles") && header.contains("failed"), "{width}: {header}");
    }
}

#[test]
fn panes_200x50() {
    insta::assert_snapshot!(text(&sized(200, 50).keys("! 4 Space").state));
}

#[test]
fn panes_120x30() {
    insta::assert_snapshot!(text(&sized(120, 30).keys("! 4 Space").state));
}

#[test]
fn panes_80x24() {
    insta::assert_snapshot!(text(&sized(80, 24).keys("! 4 j -").state));
}

#[test]
fn panes_40x10() {
    insta::assert_snapshot!(text(&sized(40, 10).keys("! 4 Space").state));
}

#[test]
fn detail_200x50() {
    insta::assert_snapshot!(text(&sized(200, 50).keys("Enter").state));
}

#[test]
fn detail_120x30() {
    insta::assert_snapshot!(text(&sized(120, 30).keys("Enter").state));
}

#[test]
fn detail_80x24() {
    insta::assert_snapshot!(text(&sized(80, 24).keys("Enter").state));
}

#[test]
fn detail_40x10() {
    insta::assert_snapshot!(text(&sized(40, 10).keys("Enter").state));
}

#[test]
fn too_small() {
    insta::assert_snapshot!(text(&sized(30, 4).state));
}

/// Every screen and layer, in every size, draws and keeps to its lines.
#[test]
fn no_size_is_too_strange() {
    let screens = ["", "c", "z", "w", "Z", "f", "Enter", "Enter r", "?", "t", "Y", "S", "P", ":", "/", "i", "s", "F"];
    let mut driver = super::states::settled();
    for keys in screens {
        driver.resize(120, 30).keys(keys);
        for width in [0, 1, 2, 5, 39, 40, 41, 59, 60, 77, 78, 99, 100, 109, 110, 149, 150, 200, 400] {
            for height in [0, 1, 2, 7, 8, 9, 13, 14, 19, 20, 27, 28, 43, 44, 100] {
                driver.answers_by_hand = true;
                driver.resize(width, height);
                driver.open.clear();
                check(&driver.state, keys);
            }
        }
        driver.answers_by_hand = false;
        driver.resize(120, 30).keys("Esc Esc Esc");
    }
}

fn check(state: &State, about: &str) {
    let frame = frame(state, crate::view::Theme::default());
    for line in frame.lines() {
        let width = unicode_width::UnicodeWidthStr::width(line.as_str());
        assert!(width <= usize::from(state.size.0), "{about} at {:?}: {line}", state.size);
    }
    if let Some((x, y)) = frame.cursor {
        assert!(x < state.size.0 && y < state.size.1, "{about} at {:?}: cursor at {x},{y}", state.size);
    }
}

#[test]
fn where_there_is_room_figures_have_their_names() {
    let trail = |keys: &str| text(&sized(80, 24).keys(keys).state).lines().nth(1).unwrap_or_default().to_owned();
    let all = trail("");
    assert!(all.contains(" requests · failed ") && all.contains(" · p95 "), "{all}");
    let narrowed = trail("! t 2 0 2 6 - 1 1 - 2 2 . . 2 0 2 6 - 1 1 - 2 3 Enter");
    assert!(!narrowed.contains("requests") && narrowed.contains(" of "), "what narrows comes first: {narrowed}");
    let off = text(&sized(120, 30).keys("! X G Space Esc").state).lines().nth(1).unwrap_or_default().to_owned();
    assert!(off.contains(": off)") && off.contains(" requests · "), "{off}");
}

#[test]
fn values_of_a_pane_that_would_look_alike_are_told_apart() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    let rows: Vec<_> = (10..16_u64)
        .map(|n| {
            one_record(n, n as i64, &format!("status=200;path=/api/v1/carts?page={n}&q=a%20b&sort=-ts&order=down"))
        })
        .collect();
    driver.arrive(&rows);
    for (width, height) in [(200, 50), (120, 30)] {
        driver.resize(width, height).keys("f A").type_text("path").keys("Enter");
        let picture = text(&driver.state);
        let names: Vec<&str> = picture
            .lines()
            .filter_map(|line| line.split('│').next()?.split_once("☐ /"))
            .map(|(_, name)| name)
            .collect();
        assert_eq!(names.len(), 6, "{picture}");
        let different: std::collections::HashSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), 6, "{picture}");
        driver.keys("Esc");
    }
}
