//! What goes well: filling, polling, going on after a restart, lookups.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::intake::RowIdentity;

use super::backend::{Backend, Log, Reply, row};
use super::*;
use crate::base::time::Timestamp;
use crate::model::envelope::Arrival;
use crate::model::period::TimeRange;
use crate::model::request_id::{NormalId, key_of};
use crate::model::source_status::Activity;

#[tokio::test]
async fn everything_is_fetched_once_and_in_the_vendors_words() {
    let now = Timestamp::now();
    let log = Log::new(now.plus_secs(-2), 900, 4).with_page(50);
    let served = log.clone();
    let backend = Backend::start(move |asked, _| served.reply(asked)).await;
    let run = Run::start(&backend.url(), |settings| settings.config.workspace = Some(Placed::unwritten(7)));
    run.until("the fill", Stored::is_filled).await;
    let url = backend.url();
    let stored = run.stop().await;

    for (n, (at, words)) in log.rows.iter().enumerate() {
        let is_inside = *at >= now.plus_secs(-3_595);
        let key = key_of(format!("{n:032x}").as_bytes()).expect("an id");
        match stored.rows.get(&key) {
            Some(raw) => assert_eq!(raw, words.as_bytes()),
            None => assert!(!is_inside, "row {n} is missing"),
        }
    }
    let span = TimeRange::new(now.plus_secs(-3_590), now.plus_secs(-3));
    assert_eq!(stored.coverage.expect("stored").newest_hole(span), None);
    assert!(stored.checkpoint.is_some() && stored.gaps.is_empty() && stored.bad.is_empty());

    let asked = backend.asked();
    let first = &asked[0];
    assert_eq!(first.path, "/api/rest/v1/api_request_logs");
    assert!(first.is_live() && first.pair("cursor").is_none());
    assert!((85..=95).contains(&(now.secs() - first.from().expect("bounded").secs())));
    for request in &asked {
        assert_eq!(request.pair("per_page"), Some("1000"));
        assert_eq!(request.header("X-FilesAPI-Key"), Some(KEY));
        assert_eq!(request.header("X-Files-Workspace-Id"), Some("7"));
        assert_eq!(request.header("Accept"), Some("application/json"));
        assert_eq!(request.header("Referer"), None);
        assert!(request.header("User-Agent").is_some_and(|agent| agent.starts_with("reqscope/")));
        for (name, value) in &request.pairs {
            assert!(matches!(
                name.as_str(),
                "per_page" | "cursor" | "filter_gteq[created_at]" | "filter_lt[created_at]"
            ));
            assert!(name == "cursor" || name == "per_page" || (value.len() == 20 && value.ends_with('Z')), "{value}");
        }
    }
    let last = stored.statuses.last().expect("one");
    assert_eq!((last.source.as_str(), last.host.as_str()), ("acme", &url["http://".len()..]));
    assert!(last.requests >= 18 && last.requests <= asked.len() as u64 + 1);
    assert!(last.newest.is_some_and(|newest| newest == log.rows[0].0));
}

#[tokio::test]
async fn the_first_rows_come_with_the_first_request() {
    let log = Log::new(Timestamp::now(), 3_000, 1);
    let backend = Backend::start(move |asked, number| if number == 0 { log.reply(asked) } else { Reply::hang() }).await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("rows", |stored| stored.rows.len() > 60).await;
    let first = run.look(|stored| stored.statuses[0].clone());
    assert!(matches!(first.activity, Activity::Asking { .. }), "{first:?}");
}

#[tokio::test]
async fn the_cursor_of_the_newer_header_comes_first() {
    let backend = Backend::start(|asked, _| match asked.pair("cursor") {
        None => Reply::json("[]").header("X-Files-Cursor", "old").header("X-Files-Cursor-Next", "c2:next:a b+/="),
        Some("c2:next:a b+/=") => Reply::json("[]").header("X-Files-Cursor", "fallback"),
        Some("fallback") => Reply::json("[]").header("X-Files-Cursor-Next", " ").header("X-Files-Cursor", "never"),
        Some(other) => panic!("asked for {other}"),
    })
    .await;
    let run = Run::start(&backend.url(), |settings| settings.config.fill = Placed::unwritten(0));
    run.until("the end of a list", |stored| stored.coverage.is_some()).await;
}

#[tokio::test]
async fn after_a_restart_only_what_is_new_is_fetched() {
    let log = Log::new(Timestamp::now().plus_secs(-2), 700, 5).with_page(50);
    let backend = Backend::start(move |asked, _| log.reply(asked)).await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the fill", Stored::is_filled).await;
    let stored = run.stop().await;
    let before = backend.asked().len();
    let rows = stored.rows.len();
    let run = Run::go_on(&backend.url(), |_| {}, Stored { statuses: Vec::new(), batches: 0, ..stored });
    run.until("the fill", Stored::is_filled).await;
    let stored = run.stop().await;
    assert_eq!(stored.rows.len(), rows);
    let past = backend.asked()[before..].iter().filter(|asked| !asked.is_live()).count();
    assert!(past <= 1, "{past} requests into the past");
}

#[tokio::test]
async fn what_the_vendor_has_forgotten_is_one_gap() {
    const DAY: i64 = 86_400;
    let now = Timestamp::now().floor_secs();
    let log = Log::new(now.plus_secs(-2), 200, DAY / 2);
    let backend = Backend::start(move |asked, _| log.reply(asked)).await;
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(now.plus_secs(-240 * DAY), now.plus_secs(-210 * DAY)));
    let stored = Stored { coverage: Some(coverage), checkpoint: Some("\0\0\0".into()), ..Stored::default() };
    let deep = |settings: &mut FilesComSettings| settings.config.fill = Placed::unwritten(240 * DAY * 1_000_000);
    let run = Run::go_on(&backend.url(), deep, stored);
    run.until("the gap", |stored| !stored.gaps.is_empty()).await;
    assert!(backend.asked().len() <= 3);
    run.until("the fill", Stored::is_filled).await;
    let stored = run.stop().await;
    assert_eq!(stored.gaps.len(), 1);
    assert_eq!(stored.gaps[0].from, now.plus_secs(-210 * DAY));
    assert!(stored.gaps[0].reason.contains("180 days"));
    assert!(backend.asked().iter().all(|asked| asked.from().is_some_and(|from| from > now.plus_secs(-181 * DAY))));
    assert!(stored.statuses[0].notes[0].contains("checkpoint could not be read"));

    // It is written down, so that it is neither asked for nor recorded again.
    let run = Run::go_on(&backend.url(), deep, Stored { statuses: Vec::new(), ..stored });
    run.until("the fill", Stored::is_filled).await;
    assert_eq!(run.look(|stored| stored.gaps.len()), 1);
}

#[tokio::test]
async fn new_rows_are_polled_and_known_ones_left_alone() {
    let rows: Arc<Mutex<Vec<String>>> = Arc::default();
    let served = Arc::clone(&rows);
    let backend = Backend::start(move |asked, _| {
        let rows = served.lock().expect("held for a moment");
        Reply::json(if asked.is_live() { format!("[{}]", rows.join(",")) } else { "[]".to_owned() })
    })
    .await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("an answer", |stored| stored.coverage.is_some()).await;
    for n in 1..=3 {
        rows.lock().expect("held").push(row(Timestamp::now(), &format!("\"request_id\":\"id-{n}\"")));
        run.until("the new row", |stored| stored.rows.len() == n).await;
    }
    run.until("the fill", Stored::is_filled).await;
    let (batches, polls) = (run.look(|stored| stored.batches), backend.asked().len());
    while backend.asked().len() < polls + 10 {
        run.changed.notified().await;
    }
    assert!(run.look(|stored| stored.batches) <= batches + 1, "the store is not woken for what it has");
}

#[tokio::test]
async fn a_poll_can_be_asked_for() {
    let log = Log::new(Timestamp::now(), 10, 1);
    let backend = Backend::start(move |asked, _| log.reply(asked)).await;
    let run = Run::start(&backend.url(), |settings| {
        settings.config.fill = Placed::unwritten(0);
        settings.pace.poll = Duration::from_hours(1);
        settings.pace.again_short = Duration::from_hours(1);
    });
    run.until("rest", |stored| stored.status().is_some_and(|status| status.activity == Activity::Resting)).await;
    assert_eq!(backend.asked().len(), 1);
    run.source.poll_now();
    run.until("another", |stored| stored.status().is_some_and(|status| status.requests == 2)).await;
    run.source.fill_from(Timestamp::now().plus_secs(-600));
    run.until("the past", |stored| stored.status().is_some_and(|status| status.requests == 3)).await;
}

#[tokio::test]
async fn what_the_store_did_not_take_is_brought_again() {
    let log = Log::new(Timestamp::now().plus_secs(-1), 500, 7).with_page(40);
    let backend = Backend::start(move |asked, _| log.reply(asked)).await;
    let run = Run::go_on(&backend.url(), |_| {}, Stored { refuse: 7, ..Stored::default() });
    run.until("the fill", Stored::is_filled).await;
    let stored = run.stop().await;
    assert!(stored.rows.len() >= 500, "{}", stored.rows.len());
    let said = |status: &SourceStatus| matches!(&status.activity, Activity::Waiting { reason, .. } if reason.contains("store"));
    assert!(stored.statuses.iter().any(said));
}

#[tokio::test]
async fn it_ends_when_nobody_listens() {
    let backend = Backend::start(|_, _| Reply::json("[]")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (sender, events) = mpsc::channel(4);
    drop(events);
    let source = FilesCom::start(&settings(&backend.url(), &folder), None, None, sender, CancellationToken::new());
    let ended = tokio::time::timeout(PATIENCE, source.expect("set up").ended()).await;
    assert!(ended.is_ok());
}

#[tokio::test]
async fn one_id_is_asked_for_in_both_spellings() {
    const PLAIN: &str = "7594794d8e4b29c8518289e7cedfcdab";
    const DASHED: &str = "7594794d-8e4b-29c8-5182-89e7cedfcdab";
    let found_as = Arc::new(AtomicUsize::new(0));
    let which = Arc::clone(&found_as);
    let backend = Backend::start(move |asked, _| {
        let wanted = [PLAIN, DASHED].get(which.load(Ordering::Relaxed)).copied();
        let id = asked.pair("filter[request_id]").expect("asked by id");
        assert!(asked.from().is_none() && asked.until().is_none());
        let own = row(
            Timestamp::from_secs(1_787_000_000),
            &format!("\"request_id\":\"{DASHED}\",\"request_path\":\"/a?token=s3cret\""),
        );
        let other = row(Timestamp::now(), "\"request_id\":\"another\"");
        Reply::json(if wanted == Some(id) { format!("[{own},{other}]") } else { "[]".into() })
    })
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&backend.url(), &folder);
    let client =
        super::super::client::Client::new("acme", true, &settings.config, settings.limits.clone()).expect("set up");
    let id = NormalId::new(b"7594794D-8E4B-29C8-5182-89E7CEDFCDAB").expect("an id");
    for (case, requests, found) in [(0, 1, true), (1, 2, true), (2, 2, false)] {
        found_as.store(case, Ordering::Relaxed);
        let lookup = client.get_by_id(&id).await.expect("an answer");
        assert_eq!((lookup.requests, lookup.is_found()), (requests, found), "case {case}");
        if found {
            let (envelope, rows) = &lookup.intake.rows[0];
            assert_eq!(
                (envelope.arrival, envelope.format.as_str(), envelope.format_version),
                (Arrival::Fetched, "files-com-json", 1)
            );
            assert_eq!((envelope.source.as_str(), envelope.place.as_str()), ("acme", backend.url().as_str()));
            assert_eq!(rows.len(), 1, "only what was asked for");
            assert_eq!(rows[0].identity, RowIdentity::Id);
            assert_eq!(lookup.intake.redacted, 1);
        }
    }
    // An id that is no UUID is asked for as it is written first.
    let lookup = client.get_by_id(&NormalId::new(b"Req_8fK2-ab").expect("an id")).await.expect("an answer");
    assert_eq!(lookup.requests, 2);
    // One that is normal already has one spelling.
    let lookup = client.get_by_id(&NormalId::new(b"req42").expect("an id")).await.expect("an answer");
    assert_eq!((lookup.requests, lookup.is_found()), (1, false));
    assert_eq!(client.requests(), 8);
}
