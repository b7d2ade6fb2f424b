//! Text that wants to be more than text.

use unicode_width::UnicodeWidthStr;

use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};
use crate::view::Theme;

use super::picture::{Frame, frame, text};

const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[1:1Howned",
    "\u{1b}]0:title\u{7}",
    "\u{1b}]52:c:aGk=\u{1b}\\",
    "a\rb\nc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h",
    "\u{202e}dellac",
    "\u{2066}isolate\u{2069}",
    "zero\u{200b}width\u{feff}\u{200d}",
    "\u{9b}2J c1",
    "\u{0}\u{1}\u{7f}",
    "tags\u{e0041}\u{e007f}",
    "hangul\u{3164}\u{115f}\u{ffa0}filler",
    "tab\there",
];

fn with(rows: &[(String, crate::model::intake::RowIdentity)]) -> Driver {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.arrive(rows);
    driver
}

fn is_forbidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn assert_safe(frame: &Frame, about: &str) {
    for cell in frame.buffer.content() {
        let symbol = cell.symbol();
        assert!(!symbol.chars().any(is_forbidden), "{about}: {symbol:?}");
        assert!(symbol.len() <= 64, "{about}: a cell of {} bytes", symbol.len());
        assert!(symbol.chars().count() <= 1 || symbol.width() <= 2, "{about}: {symbol:?}");
    }
}

fn all_places(driver: &mut Driver, about: &str) {
    for (width, height) in [(200, 50), (120, 30), (80, 24), (40, 10)] {
        for keys in ["", "f j j", "Enter", "Enter r", "Y", "y", "+", "/", "s"] {
            driver.resize(width, height).keys(keys);
            assert_safe(&frame(&driver.state, Theme::default()), about);
            driver.keys("Esc Esc Esc [");
        }
    }
}

#[test]
fn nothing_hostile_reaches_a_cell() {
    for hostile in HOSTILE {
        let pairs: Vec<String> =
            ["client", "endpoint", "path", "error_message", "error_type", "ip", "host", "user_agent", "attributes.x"]
                .iter()
                .map(|field| format!("{field}={hostile}"))
                .collect();
        let mut driver = with(&[one_record(1, 2, &format!("status=500;outcome=failure;{}", pairs.join(";")))]);
        all_places(&mut driver, hostile);
        driver.paste(hostile).keys("/").paste(hostile);
        assert_safe(&frame(&driver.state, Theme::default()), hostile);
        driver.keys("Esc :").paste(hostile);
        assert_safe(&frame(&driver.state, Theme::default()), hostile);
    }
}

fn hostile_rows() -> Vec<(String, crate::model::intake::RowIdentity)> {
    HOSTILE
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let pairs =
                format!("status=500;outcome=failure;client={text};endpoint=a{place};error_message=Message {text}");
            one_record(place as u64, 10 + place as i64, &pairs)
        })
        .collect()
}

#[test]
fn hostile_text_is_shown_as_what_it_is() {
    let mut driver = with(&hostile_rows());
    insta::assert_snapshot!("hostile_table", text(&driver.state));
    insta::assert_snapshot!("hostile_panes", text(&driver.keys("f 4").state));
    insta::assert_snapshot!("hostile_detail", text(&driver.keys("Esc j j j Enter").state));
}

fn wide_rows() -> Vec<(String, crate::model::intake::RowIdentity)> {
    let names = [
        "日本語のテキストはここです",
        "plain name",
        "émoji 👩‍👩‍👧‍👦 family",
        "flags 🇩🇪🇫🇷🇯🇵 and 👍🏽",
        "e\u{301}e\u{301}e\u{301} combining",
        "한국어 이름",
        "اسم عربي",
        "ｆｕｌｌ ｗｉｄｔｈ",
        "❤️ and ☎︎ and ⚠️",
    ];
    let zalgo = format!("z{}algo", "\u{336}\u{35c}".repeat(200));
    names
        .iter()
        .map(|name| (*name).to_owned())
        .chain([zalgo])
        .enumerate()
        .map(|(place, name)| {
            let pairs =
                format!("status=500;outcome=failure;client={name};endpoint=orders.create;error_message={name} fails");
            one_record(place as u64, 10 + place as i64, &pairs)
        })
        .collect()
}

/// In every row the message begins in the same column, whatever stands before it.
#[test]
fn columns_stay_in_their_places_beside_wide_characters() {
    let mut driver = with(&wide_rows());
    for (width, height) in [(200, 50), (120, 30), (80, 24)] {
        driver.resize(width, height);
        let frame = frame(&driver.state, Theme::default());
        let mut places = std::collections::HashSet::new();
        for line in frame.lines() {
            if let Some(at) = line.find("orders.create")
                && line.contains("500")
                && line.contains(':')
            {
                places.insert(line[..at].width());
            }
        }
        assert_eq!(places.len(), 1, "at {width}: {places:?}\n{}", frame.text());
        assert_safe(&frame, "wide");
    }
    insta::assert_snapshot!("wide_120", text(&driver.resize(120, 30).state));
    insta::assert_snapshot!("wide_panes_80", text(&driver.resize(80, 24).keys("4").state));
}

/// Names that differ only in what joins their signs are not drawn alike, in the table, the panes and the detail.
#[test]
fn joined_signs_are_drawn_as_on_the_command_line() {
    let mut driver = with(&[one_record(1, 2, "status=200;outcome=success;client=👩\u{200d}👧 Family")]);
    driver.resize(160, 45);
    let drawn = crate::base::safe_text::visible_str("👩\u{200d}👧 Family").into_owned();
    assert_eq!(drawn, "👩<U+200D>👧 Family");
    for keys in ["", "f", "Esc Enter", "r"] {
        let picture = text(&driver.keys(keys).state);
        assert!(picture.contains("👩<U+200D>"), "{keys}: {picture}");
    }
}
