//! What goes on, on a screen of 120×30.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::event::{Event, FindReport, FoundBy, FoundLine, Notice, SaveEvent};
use crate::app::guide::Guide;
use crate::app::testing::{Driver, NOW, id_of, one_record};
use crate::base::time::Timestamp;
use crate::model::source_status::{Activity, Asked, FillStatus, OverlapStatus, SourceStatus};

use super::picture::text;

/// The made-up platform with enough traffic to know what is usual, and figures of now.
pub(super) fn settled() -> Driver {
    let mut driver = Driver::over_platform();
    let usual: Vec<_> = (0..900_u64)
        .map(|n| {
            let outcome = if n % 31 == 3 { "status=404;outcome=failure;error_type=not-found" } else { "status=200" };
            one_record(
                20_000 + n,
                1_300 + n as i64 * 9,
                &format!(
                    "{outcome};client=Monitor;user_id=3;ip=10.0.0.9;endpoint=users.list;method=GET;\
                     path=/users?page=2;host=acme.files.com;interface=restapi;duration={}",
                    (60 + n % 90) * 1_000_000
                ),
            )
        })
        .collect();
    driver.arrive(&usual);
    driver.wait(1);
    driver.event(Event::Source("acme".into(), Box::new(status())));
    driver.wait(2);
    driver
}

pub(super) fn status() -> SourceStatus {
    SourceStatus {
        source: "acme".into(),
        host: "acme.files.com".into(),
        activity: Activity::Resting,
        requests: 12,
        last_success: Some(NOW),
        newest: Some(NOW.plus_secs(-10)),
        next_poll: Some(NOW.plus_secs(6)),
        fill: None,
        overlap: OverlapStatus::default(),
        moved_to: None,
        notes: Vec::new(),
    }
}

pub(super) fn with(status: SourceStatus) -> Driver {
    let mut driver = settled();
    driver.event(Event::Source("acme".into(), Box::new(status)));
    driver
}

#[test]
fn an_incident_stands_in_the_header_and_the_failure_row() {
    insta::assert_snapshot!(text(&settled().keys("!").state));
}

#[test]
fn history_is_being_filled() {
    let back_to = NOW.plus_secs(-86_400 * 3);
    let fill = FillStatus {
        back_to,
        wanted_from: NOW.plus_secs(-86_400 * 30),
        share: 0.0912,
        rows: 41_000,
        within: Duration::from_mins(1),
    };
    let filling = SourceStatus {
        fill: Some(fill),
        activity: Activity::Asking { since: NOW, what: Asked::Past(back_to) },
        ..status()
    };
    let mut driver = with(filling);
    insta::assert_snapshot!("filling_120", text(&driver.state));
    insta::assert_snapshot!("filling_200", first_lines(&driver.resize(200, 50).state));
    insta::assert_snapshot!("filling_80", first_lines(&driver.resize(80, 24).state));
}

pub(super) fn first_lines(state: &crate::app::state::State) -> String {
    text(state).lines().take(3).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_backend_that_does_not_answer_is_named() {
    let until = NOW.plus_secs(20);
    let waiting = Activity::Waiting { until, reason: "acme.files.com: 503 Service Unavailable".into(), attempt: 3 };
    insta::assert_snapshot!(first_lines(&with(SourceStatus { activity: waiting, ..status() }).state));
}

#[test]
fn a_refused_key_is_named() {
    let stopped = Activity::Stopped {
        reason: "acme.files.com refused the key (401)".into(),
        hint: "it comes from FILES_API_KEY".into(),
        next_try: NOW.plus_secs(600),
    };
    insta::assert_snapshot!(first_lines(&with(SourceStatus { activity: stopped, ..status() }).state));
}

#[test]
fn the_screen_is_held_and_counts_what_arrives() {
    let mut driver = settled();
    driver.keys("F");
    for number in 0..3 {
        driver.arrive(&[one_record(30_000 + number, 0, "status=200;client=new")]);
    }
    driver.wait(9);
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn a_screen_that_is_held_says_of_when_and_how_it_goes_on() {
    let mut driver = settled();
    let lines = |driver: &Driver| text(&driver.state).lines().map(str::to_owned).collect::<Vec<_>>();
    let hints = |driver: &Driver| lines(driver)[usize::from(driver.state.size.1) - 1].clone();
    let before = hints(&driver);
    driver.keys("F");
    assert_eq!(hints(&driver), before.replace("F pause", "F go on"), "the keys stay in sight");
    let figures = driver.state.now_figures;
    let failing: Vec<_> = (0..200).map(|n| one_record(30_000 + n, 0, "status=500;client=new")).collect();
    driver.arrive(&failing);
    driver.wait(60);
    assert_eq!(driver.state.now_figures, figures, "the figures are of the same moment");
    for (width, height) in [(200, 50), (120, 30), (80, 24), (40, 10)] {
        driver.resize(width, height);
        let header = lines(&driver)[0].clone();
        assert!(header.contains("held at 04:01:2"), "{header}");
        assert_eq!(header.contains("F goes on"), width >= 120, "{header}");
        assert!(hints(&driver).contains("F go on"), "{}", hints(&driver));
        assert!(!header.contains("now"), "{header}");
        assert_eq!(header.contains("│ then (5 min) failed"), width >= 120, "{header}");
    }
    driver.keys("F");
    assert_ne!(driver.state.now_figures, figures, "and go on at once");
    assert!(lines(driver.resize(120, 30))[0].contains("now"), "{:?}", lines(&driver));
}

#[test]
fn nothing_of_now_is_said_while_there_is_nothing_now() {
    let mut driver = settled();
    driver.wait(3_600);
    driver.wait(3);
    assert_eq!(driver.state.now_figures.map(|now| now.count), Some(0));
    let header = text(&driver.state).lines().next().unwrap_or_default().to_owned();
    assert!(!header.contains("now"), "{header}");
}

#[test]
fn a_filter_with_an_error() {
    let mut driver = settled();
    driver.keys("/").type_text("statsu:5xx").keys("Enter");
    insta::assert_snapshot!("prompt_error_120", text(&driver.state));
    driver.resize(80, 24);
    insta::assert_snapshot!("prompt_error_80", last_lines(&driver));
    driver.resize(40, 10);
    insta::assert_snapshot!("prompt_error_40", last_lines(&driver));
}

pub(super) fn last_lines(driver: &Driver) -> String {
    let text = text(&driver.state);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(3)..].join("\n")
}

#[test]
fn a_filter_that_is_typed() {
    let mut driver = settled();
    driver.keys("/").type_text("status:5xx client:日本");
    insta::assert_snapshot!("prompt_120", last_lines(&driver));
    driver.type_text(&" 日本語のとても長い名前".repeat(9));
    insta::assert_snapshot!("prompt_long", last_lines(&driver));
}

#[test]
fn how_a_query_is_read_is_whole_above_the_prompt() {
    let mut driver = settled();
    driver.resize(80, 24).keys("/").type_text(r#"path:"users/"*"#);
    let picture = text(&driver.state);
    let lines: Vec<&str> = picture.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(" filter ›")).expect("the prompt");
    assert_eq!(
        lines[at - 2..at].join(" "),
        " a pattern is the whole path, which begins with /; path:*/users/* is behind  other parts, too"
    );
    assert!(lines[at].ends_with("keeps 0 of 1,660"), "{picture}");
    // What could stand at the cursor stands above it.
    driver.type_text(" clie");
    let picture = text(&driver.state);
    let place =
        |what: &str| picture.lines().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{picture}"));
    assert!(place("who called") < place(" a pattern is"), "{picture}");
    driver.resize(40, 10);
    assert!(text(&driver.state).contains("other parts, too"), "{}", text(&driver.state));
}

#[test]
fn several_steps_of_a_filter() {
    let mut driver = settled();
    driver.keys("/").type_text("status:5xx -client:=Monitor path:/orders duration:>1s").keys("Enter");
    insta::assert_snapshot!("trail_120", first_lines(&driver.state));
    insta::assert_snapshot!("trail_80", first_lines(&driver.resize(80, 24).state));
    insta::assert_snapshot!("trail_off", first_lines(&driver.resize(120, 30).keys("x").state));
}

#[test]
fn a_save_from_name_to_path() {
    let mut driver = settled();
    driver.keys("! s");
    insta::assert_snapshot!("save_prompt", last_lines(&driver));
    driver.keys("Enter");
    driver.event(Event::Save(SaveEvent::Progress(20, 71)));
    insta::assert_snapshot!("save_progress", last_lines(&driver));
    driver.event(Event::Save(SaveEvent::Done {
        path: PathBuf::from("/home/ann/acme-outcome-failure-2026-11-22T0415-2026-11-23T0401.csv"),
        rows: 71,
        dialect: "excel".into(),
        fetch: "ssh box 'reqscope export -q outcome:failure --layout view --dialect excel -o -' > acme.csv".into(),
    }));
    insta::assert_snapshot!("save_done_120", last_lines(&driver));
    insta::assert_snapshot!("save_done_80", last_lines(driver.resize(80, 24)));
}

#[test]
fn the_guide_at_its_steps() {
    let mut driver = settled();
    driver.state.guide = Guide::start();
    insta::assert_snapshot!("guide_start", last_lines(&driver));
    driver.keys("!");
    insta::assert_snapshot!("guide_second_120", last_lines(&driver));
    insta::assert_snapshot!("guide_second_80", last_lines(driver.resize(80, 24)));
    insta::assert_snapshot!("guide_in_help", last_lines(driver.keys("?")));
}

#[test]
fn messages() {
    let mut driver = settled();
    driver.event(Event::Notice(Notice {
        text: "process 4711 is gone: acme is polled from here now".into(),
        is_error: false,
    }));
    insta::assert_snapshot!("message", last_lines(&driver));
    driver.event(Event::Notice(Notice { text: "the disk is full: ".repeat(20), is_error: true }));
    insta::assert_snapshot!("message_error", last_lines(&driver));
}

#[test]
fn what_was_found() {
    let mut driver = settled();
    driver.done();
    driver.paste(&format!("{} {} 00000000000000000000000000000001", id_of(1_000), id_of(7)));
    let (generation, ids) = driver
        .done()
        .into_iter()
        .find_map(|effect| match effect {
            crate::app::event::Effect::Find(generation, ids) => Some((generation, ids)),
            _ => None,
        })
        .expect("a search");
    let records = driver.look_up(&ids);
    let lines = ids
        .into_iter()
        .zip(records)
        .map(|(id, mut records)| {
            for record in &mut records {
                if record.record.status() == Some(502) {
                    record.origin.arrival = crate::model::envelope::Arrival::Fetched;
                }
            }
            let searched = "the store was searched (1,660 requests back to 2026-11-22); acme.files.com was asked and does not have it";
            FoundLine { id, records, all: 0, by: FoundBy::Id, searched: searched.into() }
        })
        .collect();
    driver.event(Event::Found(generation, FindReport { lines, is_asking: true }));
    insta::assert_snapshot!("found_120", text(&driver.state));
    insta::assert_snapshot!("found_80", text(&driver.resize(80, 24).state));
    insta::assert_snapshot!("fetched_detail", text(&driver.resize(120, 30).keys("Enter").state));
}

#[test]
fn older_days_have_their_date() {
    let mut driver = settled();
    driver.state.zone = chrono_tz::UTC;
    driver.keys("/").type_text("status:404 -client:=Monitor").keys("Enter G");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn rows_that_are_not_at_hand_yet() {
    let mut driver = settled();
    driver.answers_by_hand = true;
    driver.keys("G");
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn a_clock_that_is_ahead() {
    let mut driver = settled();
    driver.state.now = Timestamp(NOW.0 - 3_600_000_000);
    let header = text(&driver.state).lines().next().unwrap_or_default().to_owned();
    assert!(header.contains("ahead"), "{header}");
}

#[test]
fn a_long_period_leaves_room_for_its_steps_and_their_figures() {
    let mut driver = settled();
    driver.resize(80, 24).keys("t").type_text("2026-11-22 12:00..2026-11-23 02:00").keys("Enter !");
    let picture = text(&driver.state);
    let trail = picture.lines().nth(1).expect("a line");
    let figures = format!(" {} of ", crate::base::units::count(driver.total()));
    assert!(trail.starts_with(" 11-22 12:00 – 11-23 02:00 ▸ failure ") && trail.contains(&figures), "{trail}");
    assert!(trail.ends_with('s'), "the last figure has its unit: {trail}");
}

#[test]
fn on_a_narrow_line_steps_are_short_and_one_that_is_off_keeps_its_name() {
    let mut driver = settled();
    driver.resize(70, 24).keys("/").type_text("is:failed client:north* ip:10.0.0.0/8").keys("Enter X k Space Esc");
    let picture = text(&driver.state);
    let trail = picture.lines().nth(1).expect("a line");
    assert!(trail.starts_with(" 24 h ▸ failure ▸ (client:"), "{trail}");
    assert!(trail.contains(": off)") && !trail.contains("(: off)") && !trail.contains("(…: off)"), "{trail}");
}

#[test]
fn of_a_request_that_was_found_alone_no_neighbours_are_promised() {
    let mut driver = settled();
    let ids = crate::model::request_id::ids_in(&id_of(9));
    let lines = ids.iter().zip(driver.look_up(&ids));
    let lines = lines.map(|(id, records)| FoundLine {
        id: id.clone(),
        records,
        all: 0,
        by: FoundBy::Id,
        searched: "the store was searched".into(),
    });
    let lines = lines.collect();
    driver.paste(&id_of(9));
    let generation = driver.state.find_generation;
    driver.event(Event::Found(generation, FindReport { lines, is_asking: false }));
    assert_eq!(driver.detail_id(), Some(id_of(9)));
    let bottom = |driver: &Driver| text(&driver.state).lines().last().unwrap_or_default().to_owned();
    let before = bottom(&driver);
    assert!(!before.contains("next") && !before.contains("previous"), "{before}");
    assert!(!before.trim_end().ends_with(|c: char| c.is_ascii_digit()), "no place in the list: {before}");
    driver.keys("J");
    assert_eq!(driver.message(), "this request was found by its id alone; there is none before or after it");
    driver.keys("Esc Enter");
    assert!(bottom(&driver).contains("J next  K previous"), "{}", bottom(&driver));
}
