//! Other sources show their own columns and panes.

use crate::app::event::Event;
use crate::app::grid::{Grid, GridForm, TimeForm};
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, one_record, row};
use crate::model::gaps::joined;
use crate::model::intake::Gap;
use crate::model::source_status::{Activity, OverlapStatus, SourceStatus};

use super::picture::text;

#[test]
fn workato() {
    let mut driver = Driver::empty("workato-csv", SourceKind::Imported);
    let rows: Vec<_> = (0..40_u64)
        .map(|n| {
            let (kind, collection, endpoint) =
                if n % 3 == 0 { ("proxy", "Payments", "/pay") } else { ("recipe", "Orders", "/orders/create") };
            let outcome = match n % 8 {
                3 => "status=401;status_text=Unauthorized;outcome=failure;gateway_code=4011;status_details=Unrecognized token: the access token of this client has expired or was revoked",
                6 => "status=429;outcome=failure;gateway_code=4290;status_details=Rate limit of 100 requests a minute",
                _ => "status=200;outcome=success",
            };
            row(
                60 + n as i64 * 50,
                &format!(
                    "{outcome};client=Customer Success Team {};collection={collection};collection_type={kind};endpoint={endpoint};\
                     ip=10.2.3.{n};duration={};delay=3000000;job=https://app.workato.com/recipes/1/job/j-{n}",
                    n % 4,
                    (n + 1) * 31_000_000
                ),
            )
        })
        .collect();
    driver.arrive(&rows);
    insta::assert_snapshot!("workato_200", text(&driver.resize(200, 50).state));
    insta::assert_snapshot!("workato_120", text(&driver.resize(120, 30).state));
    insta::assert_snapshot!("workato_80", text(&driver.resize(80, 24).state));
    insta::assert_snapshot!("workato_detail_80", text(&driver.keys("j j j Enter").state));
}

#[test]
fn nginx() {
    let mut driver = Driver::empty("nginx-combined", SourceKind::Followed);
    let rows: Vec<_> = (0..40_u64)
        .map(|n| {
            let path = if n % 4 == 0 { "/api/v1/carts?page=15&q=a%20b&sort=-ts&cursor=eyJpZCI6MTIzNDU2Nzg5MH0" } else { "/static/app.js" };
            row(
                1 + n as i64,
                &format!(
                    "status={};method=GET;path={path};ip=192.0.2.{n};user_agent=Mozilla/5.0 (X11, Linux x86_64) Firefox/128.0",
                    if n % 9 == 4 { 404 } else { 200 }
                ),
            )
        })
        .collect();
    driver.arrive(&rows);
    insta::assert_snapshot!("nginx_200", text(&driver.resize(200, 50).state));
    insta::assert_snapshot!("nginx_120", text(&driver.resize(120, 30).state));
    insta::assert_snapshot!("nginx_80", text(&driver.resize(80, 24).state));
}

#[test]
fn json_lines_with_ids() {
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    let rows: Vec<_> = (0..20_u64)
        .map(|n| one_record(n, 1 + n as i64, "status=200;method=GET;path=/a;client=web;endpoint=list;duration=1500000"))
        .collect();
    driver.arrive(&rows);
    insta::assert_snapshot!("json_200", text(&driver.resize(200, 50).state));
    insta::assert_snapshot!("json_120", text(&driver.resize(120, 30).state));
}

/// What a description lists for a width fits into it, in every format.
#[test]
fn columns_fit_where_they_are_listed() {
    for (name, view) in Driver::views() {
        for set in &view.columns {
            let time = TimeForm { digits: 0, has_date: false };
            let grid = Grid::new(&set.show, GridForm { width: set.from, time, has_two_lines: false }, 0, 0);
            assert_eq!(grid.right, 0, "{name} from {}: the last columns do not fit", set.from);
        }
    }
}

#[test]
fn a_column_without_a_value_folds_away_and_comes_back() {
    let mut driver = Driver::empty("json-lines", SourceKind::Followed);
    driver.arrive(&[one_record(1, 9, "status=200;client=web;endpoint=list;path=/a")]);
    let titles =
        |driver: &mut Driver| text(&driver.resize(200, 50).state).lines().nth(5).unwrap_or_default().to_owned();
    assert!(!titles(&mut driver).contains("IP"));
    driver.arrive(&[one_record(2, 1, "status=200;client=web;endpoint=list;path=/a;ip=10.2.3.4")]);
    assert!(titles(&mut driver).contains("IP"));
}

#[test]
fn a_line_says_between_which_rows_some_are_missing() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
    driver.arrive(&[
        one_record(1, 8_000, "status=200"),
        one_record(2, 6_000, "status=201"),
        one_record(3, 1_000, "status=202"),
    ]);
    let now = driver.state.now.floor_secs();
    let mut sources = driver.state.sources.clone();
    let gap = |from: i64, until: i64, reason: &str| Gap {
        from: now.plus_secs(-from),
        until: now.plus_secs(-until),
        reason: reason.into(),
    };
    // One that was given up in two pieces, and one behind all rows.
    let pieces =
        vec![gap(4_000, 3_000, "502"), gap(5_000, 4_000, "500"), gap(900, 600, "cut"), gap(90_000, 89_000, "old")];
    sources[0].gaps = joined(pieces);
    driver.event(Event::Sources(sources));
    let statuses_and_gaps = |driver: &mut Driver| {
        let frame = text(&driver.resize(120, 30).state);
        let rows = frame.lines().skip(5).take(9);
        rows.filter_map(|line| {
            let status = ["200", "201", "202"].into_iter().find(|status| line.contains(&format!("✓ {status}")));
            status.map(str::to_owned).or_else(|| line.contains("missing").then(|| line.trim().to_owned()))
        })
        .collect::<Vec<_>>()
    };
    let seen = statuses_and_gaps(&mut driver);
    let [newest, first, gap, second, third] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!([first, second, third].map(String::as_str), ["202", "201", "200"]);
    assert!(gap.starts_with("░░ missing Nov 23 ") && gap.ends_with(", Los Angeles: 502"), "{gap}");
    assert!(newest.ends_with(": cut"), "{newest}");
    let header = text(&driver.state).lines().next().unwrap_or_default().to_owned();
    assert!(header.contains(" and 1 more"), "the one before the period is none of it: {header}");

    // The other way round, and in another order.
    driver.keys("O");
    let seen = statuses_and_gaps(&mut driver);
    assert!(matches!(seen.as_slice(), [_, _, gap, last] if gap.ends_with(": 502") && last == "202"), "{seen:?}");
    driver.keys("l o");
    assert!(statuses_and_gaps(&mut driver).iter().all(|line| !line.contains("missing")));

    // A jump into it says so.
    driver.keys("F T").type_text("3500s ago").keys("Enter");
    assert!(driver.message().ends_with(" · missing there: 502"), "{}", driver.message());
}

#[test]
fn gaps_and_notes_of_a_source_are_said_in_full() {
    let mut driver = super::states::settled();
    let now = driver.state.now.floor_secs();
    let mut sources = driver.state.sources.clone();
    let gap = |ago: i64, reason: &str| Gap {
        from: now.plus_secs(-ago),
        until: now.plus_secs(9 - ago),
        reason: reason.into(),
    };
    sources[0].gaps = vec![gap(9_000, "it answers 500, 3 times"), gap(8_000, "it answers 502, 3 times")];
    let name = sources[0].name.clone();
    driver.event(Event::Sources(sources));
    let status = SourceStatus {
        source: name.clone(),
        host: "acme.files.com".into(),
        activity: Activity::Resting,
        requests: 9,
        last_success: Some(now),
        newest: Some(now),
        next_poll: None,
        fill: None,
        overlap: OverlapStatus { requests: 0, cut_at: None },
        moved_to: None,
        notes: vec!["a list does not end".into(), "it answers 502, 2 times".into(), "it answers 502, 3 times".into()],
    };
    driver.event(Event::Source(name, Box::new(status)));
    let frame = text(&driver.keys("P").resize(120, 30).state);
    let words = frame.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("2 gaps, the newest Nov 23") && words.contains("it answers 502, 3 times · "), "{frame}");
    let (_, below) = words.split_once(" Sources ").expect("the list");
    assert_eq!(below.matches("it answers 502").count(), 1, "said once: {frame}");
    assert!(words.contains("a list does not end"), "{frame}");
}
