//! The same frame in colours, without, and in ASCII.

use crate::view::Theme;
use crate::view::theme::Colors;

use super::picture::frame;
use super::states::settled;

fn theme(colors: Colors, has_unicode: bool) -> Theme {
    Theme { colors, has_unicode }
}

#[test]
fn many_colours() {
    insta::assert_snapshot!(frame(&settled().keys("j l").state, theme(Colors::Many, true)).picture());
}

#[test]
fn sixteen_colours() {
    insta::assert_snapshot!(frame(&settled().keys("j l").state, theme(Colors::Sixteen, true)).styles());
}

#[test]
fn no_colours() {
    let picture = frame(&settled().keys("j l").state, theme(Colors::None, true)).picture();
    insta::assert_snapshot!(picture);
    assert!(picture.contains("reversed"), "the row under the cursor is seen");
}

#[test]
fn ascii() {
    let mut driver = settled();
    for (name, keys, size) in [
        ("ascii_table", "j", (120, 30)),
        ("ascii_panes", "f 4 Space j -", (120, 30)),
        ("ascii_detail", "Esc Enter", (80, 24)),
        ("ascii_menu", "Esc t", (80, 24)),
        ("ascii_palette", "Esc :", (80, 24)),
    ] {
        let state = &driver.keys(keys).resize(size.0, size.1).state;
        let picture = frame(state, theme(Colors::None, false)).text();
        assert!(picture.is_ascii(), "{name}: {}", picture.lines().find(|line| !line.is_ascii()).unwrap_or_default());
        insta::assert_snapshot!(name, picture);
    }
}

#[test]
fn panes_in_colours() {
    insta::assert_snapshot!(frame(&settled().keys("! 4 Space j -").state, theme(Colors::Many, true)).picture());
}

#[test]
fn detail_in_colours() {
    insta::assert_snapshot!(
        frame(&settled().keys("Enter j").resize(80, 24).state, theme(Colors::Many, true)).picture()
    );
}
