use super::*;

const TIME: TimeForm = TimeForm { digits: 0, has_date: false };

fn specs(texts: &[&str]) -> Vec<ColumnSpec> {
    texts.iter().map(|text| ColumnSpec::try_from((*text).to_owned()).expect("a column")).collect()
}

fn form(width: u16, has_two_lines: bool) -> GridForm {
    GridForm { width, time: TIME, has_two_lines }
}

/// `place@x+width` of each column, and what is scrolled away.
fn picture(grid: &Grid) -> String {
    let columns: Vec<String> = grid
        .columns
        .iter()
        .map(|column| {
            let line = if column.line > 0 { "/" } else { "" };
            format!("{line}{}@{}+{}", column.spec.content.name(), column.x, column.width)
        })
        .collect();
    format!("{}<{} >{}", grid.left, columns.join(" "), grid.right)
}

#[test]
fn the_flexible_column_takes_the_rest() {
    let columns = specs(&["time", "status", "problem:*", "ip"]);
    assert_eq!(
        picture(&Grid::new(&columns, form(80, false), 0, 0)),
        "0<time@2+8 status@11+6 problem@18+46 ip@65+15 >0"
    );
}

#[test]
fn what_does_not_fit_is_scrolled_to_and_the_first_column_stays() {
    let columns = specs(&["time", "status:20", "client:20", "endpoint:20", "path:20"]);
    let grid = |left, current| picture(&Grid::new(&columns, form(60, false), left, current));
    assert_eq!(grid(0, 0), "0<time@2+8 status@11+20 client@32+20 >2");
    assert_eq!(grid(1, 2), "1<time@2+8 client@11+20 endpoint@32+20 >1");
    assert_eq!(grid(9, 4), "2<time@2+8 endpoint@11+20 path@32+20 >0", "no further than to the last one");
    assert_eq!(grid(0, 3), "1<time@2+8 client@11+20 endpoint@32+20 >1", "the column under the cursor is seen");
    assert_eq!(grid(2, 1), "0<time@2+8 status@11+20 client@32+20 >2");
    assert_eq!(grid(2, 0), "2<time@2+8 endpoint@11+20 path@32+20 >0", "the first one is always there");
}

#[test]
fn a_column_wider_than_the_screen_is_cut() {
    let columns = specs(&["time", "path:500", "ip"]);
    let grid = |left, current| picture(&Grid::new(&columns, form(60, false), left, current));
    assert_eq!(grid(0, 1), "0<time@2+8 path@11+49 >1");
    assert_eq!(grid(0, 2), "1<time@2+8 ip@11+49 >0");
}

#[test]
fn fixed_widths_are_kept_and_numbers_stay_in_their_place() {
    let columns = specs(&["time", "client:20"]);
    assert_eq!(picture(&Grid::new(&columns, form(60, false), 0, 0)), "0<time@2+8 client@11+20 >0");
    let columns = specs(&["time", "duration"]);
    assert_eq!(picture(&Grid::new(&columns, form(60, false), 0, 0)), "0<time@2+8 duration@11+8 >0");
}

#[test]
fn two_lines_have_what_is_short_above_and_what_is_long_below() {
    let columns = specs(&["time", "status", "duration", "client", "path:28", "problem:*", "ip", "request_id"]);
    assert_eq!(
        picture(&Grid::new(&columns, form(80, true), 0, 0)),
        "0<time@2+8 status@11+6 duration@18+8 client@27+20 ip@48+15 request_id@64+16 /path@11+28 /problem@40+40 >0"
    );
    let columns = specs(&["time", "client", "endpoint", "host", "path", "user_agent", "problem"]);
    assert_eq!(
        picture(&Grid::new(&columns, form(44, true), 0, 0)),
        "0<time@2+8 client@11+16 endpoint@28+16 /problem@11+16 /path@28+16 >2"
    );
    assert_eq!(picture(&Grid::new(&columns, form(44, true), 0, 5)), "4<time@2+8 /user_agent@11+16 /problem@28+16 >0");
}

/// Whatever is listed and however narrow it is, columns stand in the table and do not overlap, and the
/// one under the cursor is among them.
#[test]
fn no_width_is_too_strange() {
    let all = specs(&[
        "time",
        "status",
        "status+gateway",
        "client:200",
        "path:*",
        "problem:*40",
        "ip:1",
        "request_id",
        "job",
    ]);
    for has_two_lines in [false, true] {
        for count in 0..=all.len() {
            for width in (0..130).chain([300, u16::MAX]) {
                for current in 0..count {
                    for left in [0, 3, 99] {
                        let grid = Grid::new(&all[..count], form(width, has_two_lines), left, current);
                        let is_seen = grid.columns.iter().any(|column| column.place == current);
                        assert!(is_seen || width < 40, "{count} in {width}, {left}, {current}: {}", picture(&grid));
                        for pair in grid.columns.windows(2) {
                            let (a, b) = (&pair[0], &pair[1]);
                            assert!(a.line < b.line || a.x + a.width + grid.gap <= b.x, "{}", picture(&grid));
                        }
                        for column in &grid.columns {
                            assert!(column.x + column.width <= width.max(2), "{}", picture(&grid));
                        }
                        assert_eq!(grid.columns.len() + grid.left + grid.right, count, "{}", picture(&grid));
                    }
                }
            }
        }
    }
}

#[test]
fn on_two_lines_a_fixed_column_leaves_room_for_the_path() {
    let columns = specs(&["time", "status", "method", "path:*", "ip", "user_agent:48"]);
    let lines = |width| picture(&Grid::new(&columns, form(width, true), 0, 0));
    assert_eq!(lines(80), "0<time@2+8 status@11+6 method@18+8 ip@27+15 /path@11+28 /user_agent@40+40 >0");
    assert_eq!(lines(120), "0<time@2+8 status@12+6 method@20+8 ip@30+15 /path@12+58 /user_agent@72+48 >0");
}

#[test]
fn names_and_methods_are_wider_where_the_flexible_column_has_enough() {
    let columns = specs(&["time", "method", "client", "endpoint:14", "path:*"]);
    let widths = |width| {
        let grid = Grid::new(&columns, form(width, false), 0, 0);
        grid.columns.iter().map(|column| column.width).collect::<Vec<_>>()
    };
    assert_eq!(widths(98), [8, 8, 14, 14, 48], "one cell between them");
    assert_eq!(widths(101), [8, 7, 14, 14, 48], "nothing is taken from what is just enough");
    assert_eq!(widths(103), [8, 8, 15, 14, 48]);
    assert_eq!(widths(120), [8, 8, 18, 14, 62], "a width that was chosen stays");
}

#[test]
fn a_flexible_column_and_long_ones_give_way_before_another_is_left_out() {
    let mut columns = specs(&["time", "status", "duration", "client", "endpoint", "path", "problem:*40", "ip"]);
    columns[5].width = ColumnWidth::UpTo(28);
    let widths = |width| {
        let grid = Grid::new(&columns, form(width, false), 0, 0);
        (grid.columns.iter().map(|column| column.width).collect::<Vec<_>>(), grid.right)
    };
    assert_eq!(widths(163), (vec![8, 6, 8, 18, 16, 28, 48, 15], 0));
    assert_eq!(widths(140), (vec![8, 6, 8, 14, 14, 19, 40, 15], 0), "why it failed is wide enough first");
    assert_eq!(widths(137), (vec![8, 6, 8, 14, 14, 16, 40, 15], 0));
    assert_eq!(widths(113), (vec![8, 6, 8, 14, 14, 16, 16, 15], 0));
    assert_eq!(widths(112), (vec![8, 6, 8, 14, 14, 16, 32], 1));
    // What somebody made so wide stays.
    columns[5].width = ColumnWidth::Cells(28);
    let grid = Grid::new(&columns, form(125, false), 0, 0);
    assert_eq!((grid.columns[5].width, grid.columns[6].width, grid.right), (28, 16, 0));
}
