//! Where the cursor of the panes stays when their lines change.

use super::super::panes::{PaneStop, Panes};

#[test]
fn lines_that_are_scrolled_away_come_back_where_there_is_room() {
    let line = |pane: usize| PaneStop { pane: Some(pane), test: None, can_hold_cursor: true };
    let lines: Vec<PaneStop> = (0..60).map(|place| line(place / 30)).collect();
    let mut panes = Panes { cursor: 45, on: Some((1, None)), scroll: 40, ..Panes::default() };
    panes.stay(&lines, 20);
    assert_eq!(panes.scroll, 40 - (45 - panes.cursor));
    // A pane that had many values has few now.
    panes.stay(&lines[..32], 20);
    assert_eq!(panes.scroll, 12);
    panes.stay(&lines[..15], 20);
    assert_eq!(panes.scroll, 0);
}

#[test]
fn a_pane_that_was_just_added_is_in_sight() {
    let line = |pane: usize| PaneStop { pane: Some(pane), test: None, can_hold_cursor: true };
    let lines: Vec<PaneStop> = (0..38).map(|place| line(place / 30)).collect();
    let mut panes = Panes { on: Some((1, None)), is_fresh: true, ..Panes::default() };
    panes.stay(&lines, 20);
    assert_eq!((panes.cursor, panes.scroll), (30, 18));
}
