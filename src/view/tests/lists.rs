//! Help, menus, palette, sources.

use crate::app::action::Action;
use crate::app::event::Event;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record};

use super::picture::text;
use super::states::settled;

#[test]
fn help() {
    let mut driver = settled();
    insta::assert_snapshot!("help_table_120", text(&driver.keys("?").state));
    insta::assert_snapshot!("help_table_80_end", text(&driver.resize(80, 24).keys("G").state));
    insta::assert_snapshot!("help_detail_80", text(&driver.keys("Esc Enter ?").state));
    insta::assert_snapshot!("help_40", text(&driver.resize(40, 10).state));
    driver.resize(80, 24).keys("/").type_text("copy");
    insta::assert_snapshot!("help_narrowed_80", text(&driver.state));
    insta::assert_snapshot!("help_nothing_80", text(&driver.type_text("zzz").keys("Enter").state));
}

#[test]
fn palette() {
    let mut driver = settled();
    insta::assert_snapshot!("palette_120", text(&driver.keys(":").state));
    insta::assert_snapshot!("palette_typed_80", text(&driver.resize(80, 24).type_text("fil").state));
    insta::assert_snapshot!("palette_40", text(&driver.resize(40, 10).state));
}

#[test]
fn menus() {
    let mut driver = settled();
    insta::assert_snapshot!("picker_period_120", text(&driver.keys("t").state));
    insta::assert_snapshot!("picker_period_40", text(&driver.resize(40, 10).state));
    insta::assert_snapshot!("menu_copy_80", text(&driver.resize(80, 24).keys("Esc Y").state));
    insta::assert_snapshot!("menu_save_80", text(&driver.keys("Esc S").state));
}

#[test]
fn the_helps_title_says_only_what_has_room() {
    let mut driver = settled();
    driver.keys("?");
    for width in 40..=120 {
        let picture = text(&driver.resize(width, 24).state);
        let title = picture.lines().nth(1).unwrap_or_default();
        let ends = [" in the table", " reqscope help query", " explains the filter"];
        assert!(ends.iter().any(|end| title.ends_with(end)), "{width}: {title}");
    }
}

#[test]
fn what_is_longer_than_the_menu_has_the_mark_of_a_cut() {
    let picture = text(&settled().resize(160, 45).keys("Y").state);
    let json = picture.lines().find(|line| line.contains("The request as JSON")).expect("a line of the menu");
    assert!(json.contains("…") && json.contains("{\"key\":"), "{json}");
}

/// Bits of the table beside a list are no words; it takes the whole line sooner.
#[test]
fn lists_over_the_table_leave_much_beside_them_or_nothing() {
    for keys in ["t", "U", "A", "B", "T", ":"] {
        let mut driver = settled();
        driver.keys(keys);
        for width in 60..=240 {
            driver.resize(width, 40);
            let text = text(&driver.state);
            let top = text.lines().find(|line| line.contains('┌')).expect("a box");
            let cells: Vec<char> = top.chars().collect();
            let place = |corner| cells.iter().position(|cell| *cell == corner).expect("a corner");
            let (left, right) = (place('┌'), place('┐'));
            let beside = usize::from(width) - (right + 1 - left);
            assert!(beside == 0 || beside * 2 >= right - left, "{keys} at {width}: {beside} beside it");
        }
    }
}

#[test]
fn nothing_stands_beside_what_could_be_typed() {
    let mut driver = settled();
    driver.keys("/").type_text("durat");
    let text = text(&driver.state);
    let line = text.lines().find(|line| line.contains("duration:")).expect("a candidate");
    assert_eq!(line.trim(), "duration:  how long the request was worked on");
}

#[test]
fn pickers() {
    let mut driver = settled();
    driver.keys("t").type_text("2026-11-01..2026-11-03");
    insta::assert_snapshot!("picker_days_120", text(&driver.state));
    insta::assert_snapshot!(
        "picker_days_wrong_80",
        text(&driver.resize(80, 24).retype("2026-11-01..2026-11-31").state)
    );
    driver.keys("Esc U").type_text("eu");
    insta::assert_snapshot!("picker_zone_80", text(&driver.state));
    driver.keys("Esc T").type_text("9pm Tokyo");
    insta::assert_snapshot!("picker_jump_80", text(&driver.state));
    driver.retype("4pm PST").keys("Enter");
    insta::assert_snapshot!("picker_jump_wrong_40", text(&driver.resize(40, 10).state));
    driver.resize(120, 30).keys("Esc A").type_text("us");
    insta::assert_snapshot!("picker_pane_120", text(&driver.state));
    insta::assert_snapshot!("picker_pane_80", text(&driver.resize(80, 24).retype("attributes.tenant").state));
}

#[test]
fn sources() {
    let mut driver = settled();
    let mut sources = driver.state.sources.clone();
    let mut download = driver.source_view("acme-integrations", "workato-csv", SourceKind::Imported);
    (download.bad, download.redacted) = (3, 12);
    download.keeper = crate::app::source_view::Keeper::Nobody;
    sources.push(download);
    for number in 0..30 {
        sources.push(driver.source_view(&format!("access-{number}.log"), "nginx-combined", SourceKind::Followed));
    }
    let mut followed = driver.source_view("elsewhere.log", "nginx-combined", SourceKind::Followed);
    followed.keeper = crate::app::source_view::Keeper::Elsewhere { pid: 4711, host: "web-1".into() };
    let mut polled = driver.source_view("elsewhere", "files-com-json", SourceKind::Polled);
    polled.keeper = followed.keeper.clone();
    driver.event(Event::Sources(vec![followed, polled]));
    let kept = text(&driver.keys("P").state);
    assert!(kept.contains("read by process 4711 on web-1") && kept.contains("polled by process 4711"), "{kept}");
    driver.keys("Esc").event(Event::Sources(sources));
    insta::assert_snapshot!("sources_120", text(&driver.keys("P j").state));
    let narrow = text(&driver.resize(80, 24).state);
    assert!(narrow.contains("3 bad rows: where, why"), "what the header refers to is here: {narrow}");
    insta::assert_snapshot!("sources_80_end", text(&driver.resize(80, 24).keys("G").state));
}

#[test]
fn the_steps_of_the_view() {
    let mut driver = super::states::settled();
    driver.keys("/").type_text("status:>=400 -client:=Monitor path:/orders duration:>1s").keys("Enter X k k Space");
    insta::assert_snapshot!("steps_120", text(&driver.state));
    insta::assert_snapshot!("steps_80", text(&driver.resize(80, 24).state));
    insta::assert_snapshot!("steps_40", text(&driver.resize(40, 10).state));
}

#[test]
fn panes_on_a_screen_of_their_own_have_fields_beside_values() {
    let mut driver = settled();
    driver.resize(80, 24).keys("4 Space j - 2");
    insta::assert_snapshot!("panes_by_field_80", text(&driver.state));
    driver.keys("7 /").type_text("2").keys("Enter");
    insta::assert_snapshot!("panes_by_field_matching_80", text(&driver.state));
    insta::assert_snapshot!(
        "panes_by_field_zoomed_120",
        text(&driver.resize(120, 30).keys("7 / Ctrl-u Enter Z").state)
    );
}

#[test]
fn titles_of_boxes_end_before_the_corner_and_say_where_a_list_is_not_whole() {
    let title = |driver: &Driver| {
        let frame = text(&driver.state);
        frame.lines().find(|line| line.contains('┌')).expect("a box").trim_end().to_owned()
    };
    let mut driver = settled();
    driver.keys("t").resize(40, 10);
    assert!(title(&driver).ends_with("… ┐") && title(&driver).starts_with("┌ Period"), "{}", title(&driver));
    for key in ["A", "B"] {
        driver.keys("Esc").resize(80, 24).keys(key);
        driver.state.attributes.names = (0..256).map(|n| (format!("name_{n}"), 1)).collect();
        driver.state.attributes.has_more = true;
        assert!(title(&driver).contains("256 attributes are listed, and there are more ─"), "{}", title(&driver));
    }
    driver.keys("Esc").resize(120, 30).keys("c");
    driver.state.attributes.names = (0..256).map(|n| (format!("name_{n}"), 1)).collect();
    driver.state.attributes.has_more = true;
    let frame = text(&driver.state);
    assert!(frame.contains("256 attributes are listed, and there are more"), "{frame}");
}

#[test]
fn every_action_of_the_palette_leaves_room_for_its_key() {
    for action in Action::ALL {
        assert!(action.title().chars().count() <= 41, "{}", action.title());
    }
}

#[test]
fn a_long_period_is_said_whole_where_fields_are_chosen() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(77_000, 80_000, "status=200;client=old;attributes.tenant=blue")]);
    driver.keys("t").type_text("2026-11-20T08:15:30..2026-11-23T09:20:45 America/New_York").keys("Enter");
    driver.keys("A").type_text("tenant").resize(60, 24);
    let frame = text(&driver.state);
    let words = frame.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(words.contains("1 request of 2026-11-20 05:15:30 – 2026-11-23 06:20:45 Los Angeles has it "), "{frame}");
}
