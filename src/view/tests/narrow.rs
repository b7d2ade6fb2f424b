//! Columns that somebody made narrower than what stands in them.

use crate::app::column_changes::ColumnChanges;
use crate::app::testing::{Driver, one_record};
use crate::model::field::{FIELDS, Field, FieldRef, Kind};
use crate::model::view_spec::{ColumnContent, ColumnSpec, ColumnWidth};
use crate::view::theme::{Colors, Theme};

use super::picture::{Frame, frame, text};

/// Requests with a value in every field, all of them longer than a narrow column.
fn full() -> Driver {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..9_u64)
        .map(|n| {
            let outcome = if n % 2 == 0 { "status=502;outcome=failure" } else { "status=200;outcome=success" };
            let mut pairs = vec![outcome.to_owned(), "host=host.example.com".into()];
            for spec in FIELDS {
                let value = match spec.kind {
                    Kind::Name | Kind::Text => "some words that are long 日本語",
                    Kind::Address => "2001:db8::1234:5678",
                    Kind::Integer => "1234567890",
                    Kind::Duration => "123456000000",
                    Kind::Boolean => "false",
                    Kind::Handle | Kind::Time | Kind::Id | Kind::Status | Kind::Outcome => continue,
                };
                let is_set = matches!(spec.field, Field::Source | Field::Failure | Field::Host);
                if !is_set {
                    pairs.push(format!("{}={value}", spec.name));
                }
            }
            one_record(50_000 + n, n as i64, &pairs.join(";"))
        })
        .collect();
    driver.arrive(&rows);
    driver
}

fn show(driver: &mut Driver, content: &ColumnContent, cells: u16) {
    let beside = if content.field() == FieldRef::Known(Field::Host) { Field::Method } else { Field::Host };
    let column = |content: ColumnContent, cells| ColumnSpec { content, width: ColumnWidth::Cells(cells) };
    let columns = vec![column(content.clone(), cells), column(ColumnContent::Field(beside.into()), 12)];
    choose(driver, &columns);
}

fn choose(driver: &mut Driver, columns: &[ColumnSpec]) {
    let view = driver.state.view_spec().expect("a source");
    driver.state.table.columns.changes = ColumnChanges::showing(columns, view);
}

/// What stands in some cells of each of the first rows.
fn strips(driver: &Driver, frame: &Frame, from: u16, until: u16) -> Vec<String> {
    let table = driver.state.layout().expect("large enough").table;
    let x = table.x;
    (table.y..table.y + 9).map(|y| (x + from..x + until).map(|x| frame.buffer[(x, y)].symbol()).collect()).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|char| *char != ' ').collect()
}

#[test]
fn what_has_no_room_is_cut_with_a_mark_inside_its_column() {
    let known = FIELDS.iter().map(|spec| ColumnContent::Field(spec.field.into()));
    let shared = ColumnContent::SHARED.into_iter().map(|(_, content)| content);
    let contents: Vec<ColumnContent> = known.chain(shared).collect();
    let mut driver = full();
    let ascii = Theme { colors: Colors::None, has_unicode: false };
    let (plain, wrapped, on_two_lines) = ("", "w", "w z");
    for (size, keys, theme) in [
        ((80, 24), plain, Theme::default()),
        ((120, 32), plain, ascii),
        ((80, 24), wrapped, Theme::default()),
        ((120, 32), on_two_lines, Theme::default()),
    ] {
        driver.resize(size.0, size.1).keys(keys);
        for content in &contents {
            show(&mut driver, content, 60);
            let whole = strips(&driver, &frame(&driver.state, theme), 2, 62);
            for width in [3, 4, 5, 6, 8, 11, 15] {
                show(&mut driver, content, width);
                let drawn = frame(&driver.state, theme);
                let gap = strips(&driver, &drawn, 2 + width, 2 + width + driver.state.grid().gap);
                let of = || format!("{} in {width} of {size:?}:\n{}", content.name(), drawn.text());
                assert!(gap.iter().all(|gap| gap.trim().is_empty()), "{}", of());
                if keys != plain {
                    continue;
                }
                for (cell, whole) in strips(&driver, &drawn, 2, 2 + width).iter().zip(&whole) {
                    // Of an id the beginning is enough.
                    let is_id = matches!(content.field().kind(), Kind::Id);
                    let is_whole = squeezed(cell) == squeezed(whole);
                    assert!(is_id || is_whole || cell.contains(theme.mark()), "{cell:?} of {whole:?}: {}", of());
                    let is_room = whole.trim().chars().count() <= usize::from(width) && whole.is_ascii();
                    assert!(is_whole || !is_room, "{cell:?} of {whole:?}: {}", of());
                }
            }
        }
    }
}

#[test]
fn a_duration_keeps_its_unit_in_little_room() {
    let mut driver = full();
    driver.arrive(&[one_record(60_000, -1, "status=200;duration=40000;host=host.example.com")]);
    for (cells, shown) in [(6, " 40 µs"), (5, "40 µs"), (4, "40µs"), (3, "40…")] {
        show(&mut driver, &ColumnContent::Field(Field::Duration.into()), cells);
        let drawn = frame(&driver.state, Theme::default());
        assert_eq!(strips(&driver, &drawn, 2, 2 + cells)[0], shown);
    }
}

#[test]
fn marks_at_the_right_edge_are_whole() {
    let mut driver = full();
    // Sorted by a column that is then hidden: the titles say it at their right end, or the trail where that would cover
    // a title.
    driver.resize(80, 24).keys("l l l l l o Delete h h h h h");
    let columns = driver.state.all_columns();
    for last in 3..40 {
        let mut columns = columns.clone();
        for (place, column) in columns.iter_mut().enumerate() {
            column.width = ColumnWidth::Cells(if place % 2 == 0 { last } else { 5 });
        }
        choose(&mut driver, &columns);
        let picture = text(&driver.state);
        let titles = picture.lines().find(|line| line.starts_with("  T")).unwrap_or_default();
        let (_, marks) = titles.split_once(" by ").unwrap_or_default();
        let in_trail = picture.lines().nth(1).is_some_and(|trail| trail.contains(" · by Failures ▴"));
        assert!(
            marks.is_empty() && in_trail
                || marks == "Failures ▴"
                || marks.starts_with("Failures ▴ +") && marks.ends_with(" ›"),
            "{last}: {picture}"
        );
    }
}

#[test]
fn narrowed_80() {
    let mut driver = super::states::settled();
    driver.resize(80, 24).keys("< < < l < l < < l < < < l < < < <");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn narrowed_120() {
    let mut driver = super::states::settled();
    driver.keys("o < < < l < l < < l < < < l < < < <");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn the_period_beside_the_fields_is_said_in_short_words() {
    let mut driver = Driver::over_platform();
    driver.keys("f").resize(60, 18);
    let period = |driver: &Driver| {
        let frame = text(&driver.state);
        let line = frame.lines().find(|line| line.contains("1 Period")).unwrap_or_default().to_owned();
        line.split('│').next().unwrap_or_default().trim_start_matches(['▌', ' ']).trim().to_owned()
    };
    assert_eq!(period(&driver), "1 Period   24 h");
    driver.keys("t").type_text("all").keys("Enter");
    assert_eq!(period(&driver), "1 Period   any");
    driver.resize(99, 30);
    assert_eq!(period(&driver).split_whitespace().collect::<Vec<_>>().join(" "), "1 Period All time");
}

#[test]
fn the_rule_behind_a_heading_ends_without_a_mark() {
    for width in [40, 60, 79, 120] {
        let mut driver = Driver::over_platform();
        let frame = text(&driver.keys("Enter").resize(width, 40).state);
        let heading = frame.lines().find(|line| line.contains("All fields ─")).unwrap_or_else(|| panic!("{frame}"));
        assert!(heading.ends_with('─'), "{heading}");
    }
}
