//! A sentence for every screen without rows.

use crate::app::event::{Event, Purpose};
use crate::app::panes::PaneLine;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, NOW, one_record, row};
use crate::model::source_status::{Activity, Asked, OverlapStatus, SourceStatus};

use super::picture::text;

/// What stands in the middle, without header and hints.
fn body(driver: &Driver) -> String {
    let text = text(&driver.state);
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].iter().copied().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn asking(activity: Activity) -> Driver {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.changed();
    let status = SourceStatus {
        source: "acme".into(),
        host: "acme.files.com".into(),
        activity,
        requests: 1,
        last_success: None,
        newest: None,
        next_poll: None,
        fill: None,
        overlap: OverlapStatus::default(),
        moved_to: None,
        notes: Vec::new(),
    };
    driver.event(Event::Source("acme".into(), Box::new(status)));
    driver.wait(3);
    driver
}

#[test]
fn the_whole_screen_before_the_first_page() {
    insta::assert_snapshot!(text(&asking(Activity::Asking { since: NOW, what: Asked::Newest }).state));
}

#[test]
fn each_reason_has_its_sentence() {
    let mut all = String::new();
    let mut add = |about: &str, driver: &Driver| all.push_str(&format!("# {about}\n{}\n\n", body(driver)));

    let mut none = Driver::over_platform();
    none.state.sources.clear();
    none.state.table = crate::app::table::Table::following();
    add("no source", &none);

    add("nothing read yet", &Driver::empty("files-com-json", SourceKind::Polled));
    add("asking", &asking(Activity::Asking { since: NOW, what: Asked::Newest }));
    add(
        "waiting",
        &asking(Activity::Waiting { until: NOW.plus_secs(20), reason: "acme.files.com: 503".into(), attempt: 3 }),
    );
    add(
        "refused",
        &asking(Activity::Stopped {
            reason: "acme.files.com refused the key (401)".into(),
            hint: "it comes from the variable FILES_API_KEY".into(),
            next_try: NOW.plus_secs(600),
        }),
    );
    for (about, kind) in
        [("polled", SourceKind::Polled), ("followed", SourceKind::Followed), ("imported", SourceKind::Imported)]
    {
        let mut driver = Driver::empty("files-com-json", kind);
        driver.changed();
        add(&format!("empty, {about}"), &driver);
    }

    let mut filtered = Driver::over_platform();
    filtered.keys("/").type_text("client:nobody").keys("Enter");
    add("everything is filtered away", &filtered);

    let mut old = Driver::empty("files-com-json", SourceKind::Polled);
    old.arrive(&[row(86_400 * 40, "status=200;client=old")]);
    add("nothing in this period", &old);

    let mut failed = Driver::over_platform();
    failed.answers_by_hand = true;
    failed.keys("!");
    let crate::app::event::Effect::Ask(id, ..) = failed.open[0].clone() else { panic!("a question") };
    assert_eq!(id.purpose, Purpose::View);
    failed.event(Event::Failed(id, "segment 3 is damaged: reqscope store verify says more".into()));
    add("unreadable", &failed);

    insta::assert_snapshot!(all);
}

#[test]
fn one_row_is_a_whole_screen_too() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.arrive(&[one_record(1, 4, "status=200;client=Monitor;endpoint=users.list;path=/users;duration=41000000")]);
    driver.wait(1);
    insta::assert_snapshot!(text(&driver.state));
}

#[test]
fn hints_are_of_what_a_key_does_here() {
    let hints = |driver: &Driver| text(&driver.state).lines().last().expect("a line").to_owned();
    let mut driver = Driver::over_platform();
    driver.keys("Esc");
    assert!(hints(&driver).contains("Enter open") && hints(&driver).contains("copy id"), "{}", hints(&driver));
    driver.keys("/").type_text("status:599").keys("Enter");
    assert!(hints(&driver).contains("Enter switch off") && !hints(&driver).contains("copy id"), "{}", hints(&driver));
    driver.keys("0 f");
    assert!(hints(&driver).contains("Enter choose"), "{}", hints(&driver));
    assert!(!hints(&driver).contains("tick") && !hints(&driver).contains("search"), "{}", hints(&driver));
    driver.keys("2");
    assert!(hints(&driver).contains("Enter only this"), "{}", hints(&driver));
    driver.keys("Enter");
    assert!(hints(&driver).contains("Enter any value"), "{}", hints(&driver));
    driver.keys("Enter");
    let others: Vec<_> = (0..12).map(|n| one_record(70_000 + n, 1, &format!("status=200;client=other {n}"))).collect();
    driver.arrive(&others);
    let is_on_more =
        |driver: &Driver| matches!(driver.state.pane_lines()[driver.state.panes.cursor], PaneLine::More { .. });
    for _ in 0..200 {
        if !is_on_more(&driver) {
            driver.keys("j");
        }
    }
    assert!(is_on_more(&driver) && hints(&driver).contains("Enter list them"), "{}", hints(&driver));
}

#[test]
fn a_source_that_is_only_imported_offers_no_pause() {
    let hints = |kind| {
        let mut driver = Driver::empty("files-com-json", kind);
        driver.arrive(&[one_record(1, 4, "status=200"), one_record(2, 3, "status=200")]);
        driver.keys("Esc");
        let top = text(&driver.state).lines().last().expect("a line").to_owned();
        let below = text(&driver.keys("j").state).lines().last().expect("a line").to_owned();
        let sorted = text(&driver.keys("l l o").state).lines().last().expect("a line").to_owned();
        (top.contains("F pause"), below.contains("F newest"), sorted.contains("F newest"))
    };
    assert_eq!(hints(SourceKind::Imported), (false, false, true), "and no key moves while the cursor does");
    assert_eq!(hints(SourceKind::Followed), (true, true, true));
    let mut driver = Driver::empty("files-com-json", SourceKind::Imported);
    driver.arrive(&[one_record(1, 4, "status=200")]);
    driver.keys("F");
    assert!(driver.state.held.is_none());
    assert_eq!(driver.message(), "nothing comes in here any more: this is the newest request");
}
