//! Columns: the cursor on them, choosing, moving, resizing; wrapped rows and rows of two lines.

use crate::app::event::Event;
use crate::app::lines::ScreenLine;
use crate::app::remembered::Remembered;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, id_of, one_record};

fn names(driver: &Driver) -> Vec<String> {
    driver.state.columns().iter().map(ToString::to_string).collect()
}

fn current(driver: &Driver) -> String {
    driver.state.current_column().expect("a column").content.name()
}

#[test]
fn the_cursor_stays_on_its_column_whatever_the_width() {
    let mut driver = Driver::over_platform();
    driver.resize(200, 50).keys("l l l l l l");
    assert_eq!(current(&driver), "path");
    driver.resize(120, 30);
    assert_ne!(current(&driver), "path", "there is none here");
    driver.resize(200, 50);
    assert_eq!(current(&driver), "path");
    driver.keys("h h h h").resize(80, 24);
    assert_eq!(current(&driver), "duration");
}

#[test]
fn every_cell_is_filtered_by_what_it_shows() {
    let mut driver = Driver::over_platform();
    driver.resize(200, 50).keys("j");
    let columns = driver.state.columns().len();
    for _ in 0..columns {
        let (field, value) = driver.state.value_at_hand().expect("a cell");
        let id = driver.current_id();
        driver.keys("=");
        // A time is the period.
        let is_period = field.name() == "time" && driver.state.period.to_string().contains("..");
        let is_step = driver.filter().trim_start_matches('\'').starts_with(&*field.name());
        assert!(is_period || is_step, "{field}: {}", driver.filter());
        let has_it =
            driver.state.table.rows.iter().all(|row| row.bytes(&field).map(std::borrow::Cow::into_owned) == value);
        assert!(has_it && driver.total() > 0, "{field}");
        assert!(driver.state.table.rows.iter().any(|row| row.id_text().as_ref() == id.as_bytes()), "{field}");
        driver.keys("[ F j l");
    }
}

#[test]
fn a_success_is_filtered_by_what_stands_in_for_its_reason() {
    let mut driver = Driver::over_platform();
    driver.keys("/").type_text("status:200").keys("Enter j l l l l l");
    assert_eq!(current(&driver), "problem");
    driver.keys("=");
    assert!(driver.filter().contains("path:="), "{}", driver.filter());
    driver.keys("0 ! j =");
    assert!(driver.filter().contains("error_message:="), "{}", driver.filter());
}

#[test]
fn names_are_sorted_from_a_and_figures_from_the_largest() {
    let mut driver = Driver::over_platform();
    driver.keys("l l l o");
    assert_eq!((driver.state.sort.field.name().as_ref(), driver.state.sort.descending), ("client", false));
    driver.keys("h o");
    assert_eq!((driver.state.sort.field.name().as_ref(), driver.state.sort.descending), ("duration", true));
}

#[test]
fn a_list_in_another_order_keeps_its_record_and_its_ends() {
    let mut driver = Driver::over_platform();
    driver.keys("l l o j j j");
    let id = driver.current_id();
    driver.arrive(&[one_record(9_000, 0, "status=200;client=new;duration=99000000000")]);
    assert_eq!((driver.current_id(), driver.state.table.cursor), (id, 4), "a slower one arrived above");
    driver.keys("G");
    assert_eq!(driver.state.table.cursor, driver.total() - 1);
    driver.keys("g");
    assert_eq!(driver.state.table.cursor, 0);
    assert_eq!(driver.current_id(), id_of(9_000));
}

#[test]
fn every_field_can_be_chosen_and_sorted_by() {
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    let rows: Vec<_> = (0..9)
        .map(|n| one_record(n, 9 - n as i64, &format!("status=200;attributes.region={};client=c", 9 - n)))
        .collect();
    driver.arrive(&rows);
    for filter in ["region", "user_agent", "host", "source", "key", "request_id"] {
        driver.keys("c /").type_text(filter).keys("Enter Enter");
        assert!(current(&driver).ends_with(filter), "{filter}: the cursor is on it");
        driver.keys("o");
        assert!(driver.state.sort.field.name().ends_with(filter), "{}", driver.state.sort.field);
        assert_eq!(driver.total(), 9);
    }
    driver.keys("c /").type_text("region").keys("Enter o Esc Esc");
    assert_eq!(driver.current_id(), id_of(8), "the smallest is first");
}

#[test]
fn columns_are_shown_hidden_moved_and_given_back() {
    let mut driver = Driver::over_platform();
    let own = names(&driver);
    assert_eq!(own, ["time", "status", "duration", "client", "endpoint", "problem:*40"]);
    driver.keys("c j j Space");
    assert_eq!(names(&driver), ["time", "status", "client", "endpoint", "problem:*40"]);
    driver.keys("Space K");
    assert_eq!(names(&driver), ["time", "duration", "status", "client", "endpoint", "problem:*40"]);
    driver.keys("J J J J J J J");
    assert_eq!(names(&driver), ["time", "status", "client", "endpoint", "problem:*40", "duration"]);
    driver.keys("/").type_text("ip").keys("Enter Space Esc");
    assert_eq!(names(&driver).last().map(String::as_str), Some("ip"));
    assert_eq!(driver.kept().columns.len(), 1);
    driver.keys("u");
    assert_eq!(names(&driver), own);
    assert!(driver.kept().columns.is_empty());
    driver.keys("Esc");
    assert!(driver.state.layers.is_empty());
}

#[test]
fn the_last_column_stays() {
    let mut driver = Driver::over_platform();
    driver.keys("c Space j Space j Space j Space j Space j Space");
    assert_eq!(names(&driver), ["problem:*40"]);
    assert_eq!(driver.message(), "the last column stays");
    driver.keys("Esc Delete");
    assert_eq!(names(&driver).len(), 1);
}

#[test]
fn columns_change_from_the_table_itself() {
    let mut driver = Driver::over_platform();
    driver.keys("l l l >");
    assert_eq!(names(&driver)[3], "client:20", "it had 18 cells");
    driver.keys("< < <");
    assert_eq!(names(&driver)[3], "client:14");
    driver.keys("_");
    assert_eq!(names(&driver)[3], "client");
    driver.keys("_");
    assert_eq!(names(&driver)[3], "client:*");
    driver.keys("Alt-h Alt-Left Alt-h Alt-h");
    assert_eq!(names(&driver)[0], "client:*");
    assert_eq!((current(&driver).as_str(), driver.message()), ("client", "this is the first column"));
    driver.keys("Alt-l Delete");
    assert!(!names(&driver).contains(&"client:*".to_owned()));
    assert_eq!(driver.message(), "User is hidden; c brings it back");
}

#[test]
fn a_choice_is_kept_for_its_source() {
    let mut driver = Driver::over_platform();
    driver.keys("l l Delete z w");
    let (columns, kept) = (names(&driver), driver.kept());
    let text = serde_json::to_string(&kept).expect("is written");
    let mut later = Driver::next_run(serde_json::from_str(&text).expect("is read"));
    assert_eq!(names(&later), columns);
    assert!(later.state.table.columns.has_two_lines && later.state.table.columns.is_wrapped);
    let mut other = later.source_view("other", "files-com-json", SourceKind::Polled);
    other.name = "other".into();
    let mut sources = later.state.sources.clone();
    sources.push(other);
    later.event(Event::Sources(sources));
    later.keys("P j Enter");
    assert_eq!(later.state.table.columns, crate::app::columns::Columns::default());
    later.keys("P k Enter");
    assert_eq!(names(&later), columns);
}

#[test]
fn a_name_that_is_unknown_by_now_is_left_out() {
    let columns = vec![("acme".into(), vec!["time".into(), "colour".into(), "ip:9".into()])];
    let driver = Driver::next_run(Remembered { columns, ..Remembered::default() });
    assert_eq!(names(&driver), ["time", "ip:9"]);
}

#[test]
fn columns_scroll_and_the_cursor_goes_along() {
    let mut driver = Driver::over_platform();
    driver.keys("c /").type_text("agent").keys("Enter Space / Ctrl-u").type_text("path").keys("Enter Space Esc Esc");
    driver.resize(80, 24);
    let shown = |driver: &Driver| -> Vec<String> {
        driver.state.grid().columns.iter().map(|column| column.spec.content.name()).collect()
    };
    let all = names(&driver).len();
    assert!(shown(&driver).len() < all, "{:?}", names(&driver));
    driver.keys("L");
    assert_eq!(driver.message(), "");
    assert_eq!(shown(&driver)[..2], ["time", "duration"]);
    driver.keys("l");
    assert_eq!(current(&driver), "duration");
    driver.keys("L L L L L L L");
    assert_eq!(driver.message(), "there are no more columns on the right");
    assert!(shown(&driver).contains(&current(&driver)));
    driver.keys("H H H H H H H");
    assert_eq!(driver.message(), "there are no more columns on the left");
    for _ in 0..all {
        driver.keys("l");
        assert!(shown(&driver).contains(&current(&driver)), "the cursor is seen");
    }
    for _ in 0..all {
        driver.keys("h");
        assert!(shown(&driver).contains(&current(&driver)), "the cursor is seen");
    }
}

/// Rows with long reasons between short ones, on two days.
fn uneven() -> Driver {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..120_u64)
        .map(|n| {
            let reason = "Upstream closed the connection before any header came ".repeat((n * 7 % 13) as usize);
            let pairs = format!("status=502;outcome=failure;client=Long;error_message={}.", reason.trim());
            one_record(20_000 + n, n as i64 * 797, &pairs)
        })
        .collect();
    driver.arrive(&rows);
    driver.keys("/").type_text("client:Long").keys("Enter");
    driver
}

fn check_lines(driver: &Driver, about: &str) {
    let state = &driver.state;
    let lines = state.screen_lines(&state.grid());
    let height = state.table_height() as usize;
    assert!(lines.len() <= height, "{about}");
    let of_cursor: Vec<usize> = lines
        .iter()
        .filter_map(|line| match line {
            ScreenLine::Row { number, line } if *number == state.table.cursor => Some(*line),
            _ => None,
        })
        .collect();
    assert_eq!(of_cursor, (0..of_cursor.len()).collect::<Vec<_>>(), "{about}: the cursor's row is seen from its start");
    assert!(!of_cursor.is_empty(), "{about}");
    let numbers: Vec<u64> = lines
        .iter()
        .filter_map(|line| match line {
            ScreenLine::Row { number, line: 0 } => Some(*number),
            _ => None,
        })
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{about}: {numbers:?}");
    let is_end = numbers.last().is_some_and(|last| last + 1 == state.table.total);
    assert!(lines.len() == height || is_end, "{about}: the screen is full");
}

#[test]
fn the_cursor_is_seen_whatever_the_rows_heights() {
    for shape in ["", "w", "z", "w z"] {
        for size in [(200, 50), (120, 30), (80, 24), (40, 10)] {
            let mut driver = uneven();
            driver.resize(size.0, size.1).keys(shape);
            let total = driver.total();
            for row in 0..total {
                let about = format!("{shape} {size:?} down {row}");
                assert_eq!(driver.state.table.cursor, row, "{about}");
                check_lines(&driver, &about);
                driver.keys("j");
            }
            for row in (0..total).rev() {
                let about = format!("{shape} {size:?} up {row}");
                assert_eq!(driver.state.table.cursor, row, "{about}");
                check_lines(&driver, &about);
                driver.keys("k");
            }
        }
    }
}

#[test]
fn going_up_inside_the_screen_scrolls_nothing() {
    let mut driver = uneven();
    driver.keys("w G");
    let top = driver.state.table.top;
    driver.keys("k");
    assert_eq!(driver.state.table.top, top);
}

#[test]
fn pages_are_what_is_seen() {
    for shape in ["", "w", "z", "w z"] {
        let mut driver = uneven();
        driver.keys(shape);
        let mut seen = 0;
        for _ in 0..200 {
            let lines = driver.state.screen_lines(&driver.state.grid());
            for line in lines {
                if let ScreenLine::Row { number, .. } = line {
                    assert!(number <= seen, "{shape}: row {seen} was passed over");
                    seen = seen.max(number + 1);
                }
            }
            check_lines(&driver, shape);
            driver.keys("Ctrl-f");
        }
        assert_eq!(seen, driver.total(), "{shape}");
        driver.keys("g");
        check_lines(&driver, shape);
        assert_eq!(driver.state.table.top, 0);
    }
}

#[test]
fn one_part_has_the_whole_screen_and_gives_it_back() {
    let mut driver = Driver::over_platform();
    driver.resize(200, 50);
    let before = driver.state.layout();
    driver.keys("Z");
    let layout = driver.state.layout().expect("large enough");
    assert_eq!((layout.table.width, layout.table.height), (200, 47), "but the trail, titles and hints");
    driver.keys("f");
    let layout = driver.state.layout().expect("large enough");
    assert_eq!((layout.panes.width, layout.panes.height), (200, 48));
    driver.keys("f Esc");
    assert_eq!(driver.state.layout(), before);
}

#[test]
fn a_tick_where_no_column_matches_says_so() {
    let mut driver = Driver::over_platform();
    driver.keys("c /").type_text("qqqq").keys("Enter Space");
    assert_eq!(driver.message(), "no column is called so; Esc lists all again");
}

#[test]
fn a_column_at_the_right_edge_takes_no_other_ones_place() {
    let mut driver = Driver::over_platform();
    driver.resize(120, 30).keys("l l l l l l l l");
    let places = |driver: &Driver| (driver.state.grid().left, driver.state.grid().columns.len());
    let before = (current(&driver), places(&driver), names(&driver));
    driver.keys("> >");
    assert_eq!((current(&driver), places(&driver), names(&driver)), before);
    assert_eq!(driver.message(), "this column has all the room that is left; w wraps what is longer");
    // The others keep what they have of its room. Up to the edge it grows, and no further.
    let xs = |driver: &Driver| driver.state.grid().columns.iter().map(|column| column.x).collect::<Vec<_>>();
    let before_xs = xs(&driver);
    driver.keys("<");
    assert_eq!(xs(&driver), before_xs);
    driver.keys("< < < > > > > >");
    assert_eq!(places(&driver), before.1);
    let grid = driver.state.grid();
    let last = grid.columns.last().expect("a column");
    assert_eq!(last.x + last.width, driver.state.layout().expect("a layout").table.width);
}

#[test]
fn the_list_of_columns_stops_at_the_right_edge_too() {
    let mut driver = Driver::over_platform();
    driver.resize(120, 30).keys("c G g j j j j j");
    let places = |driver: &Driver| (driver.state.grid().left, driver.state.grid().columns.len(), names(driver));
    let before = places(&driver);
    driver.keys("> >");
    assert_eq!(places(&driver), before);
    assert_eq!(driver.message(), "this column has all the room that is left; w wraps what is longer");
    driver.keys("< < < > > > > >");
    let grid = driver.state.grid();
    let last = grid.columns.last().expect("a column");
    assert_eq!((grid.left, grid.columns.len()), (before.0, before.1));
    assert_eq!(last.x + last.width, driver.state.layout().expect("a layout").table.width);
}

#[test]
fn the_width_of_a_hidden_column_says_why_nothing_is_seen_of_it() {
    let mut driver = Driver::over_platform();
    driver.keys("c j j Space");
    let before = driver.kept();
    for key in [">", "<", "_"] {
        driver.keys(key);
        assert_eq!(driver.message(), "Took is hidden; Space shows it", "{key}");
        assert_eq!(driver.kept(), before, "{key}");
    }
}

#[test]
fn the_cursor_stays_on_its_column_when_the_whole_list_comes_back() {
    let mut driver = Driver::over_platform();
    let here = |driver: &mut Driver| {
        let list = driver.state.column_list().expect("the list");
        list.current().map(|place| list.items[place].title.clone())
    };
    driver.keys("c /").type_text("ip").keys("Enter Space Esc");
    assert_eq!(here(&mut driver).as_deref(), Some("IP"));
    driver.keys("/").type_text("qqqq").keys("Enter Esc");
    assert_eq!(here(&mut driver).as_deref(), Some("Time"), "where nothing matched, at the top");
}

#[test]
fn the_list_opens_on_the_column_that_the_table_is_in() {
    let mut driver = Driver::over_platform();
    driver.keys("l l l c Space");
    assert_eq!(
        names(&driver),
        ["time", "status", "duration", "endpoint", "problem:*40"],
        "client was under the cursor"
    );
}
