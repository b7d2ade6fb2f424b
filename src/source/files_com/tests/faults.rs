//! The faults of real networks and servers, each by name.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use super::backend::{Asked, Backend, Log, Manner, Reply, http_date, row};
use super::*;
use crate::base::time::Timestamp;
use crate::model::source_status::Activity;

pub(super) fn log() -> Log {
    Log::new(Timestamp::now().plus_secs(-2), 500, 7).with_page(60)
}

/// Whether a status waits or has stopped for a reason with these words.
pub(super) fn says(stored: &Stored, words: &str) -> bool {
    stored.statuses.iter().any(|status| match &status.activity {
        Activity::Waiting { reason, .. } => reason.contains(words),
        Activity::Stopped { reason, hint, .. } => reason.contains(words) || hint.contains(words),
        _ => false,
    })
}

/// A backend that does something else for the first requests, or for all that a test picks.
pub(super) async fn backend(fault: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static) -> Backend {
    let log = log();
    Backend::start(move |asked, number| fault(asked, number).unwrap_or_else(|| log.reply(asked))).await
}

/// Faults that pass: everything is there in the end, once, and nothing was given up.
#[tokio::test]
async fn faults_that_pass_lose_nothing() {
    type Fault = fn(&Asked, usize) -> Option<Reply>;
    let cases: [(&str, Fault, &str); 13] = [
        ("s5xx", |_, n| (n % 3 == 1).then(|| Reply::status(502, "<html>bad gateway</html>")), "answers 502"),
        (
            "s503 said as 422",
            |_, n| (n % 3 == 1).then(|| Reply::status(422, r#"{"type":"service-unavailable/x"}"#)),
            "answers 422",
        ),
        ("reset", |_, n| (n % 3 == 1).then(|| Reply::json("").manner(Manner::Reset)), "broke the connection"),
        ("hang", |_, n| (n == 1).then(Reply::hang), "does not answer in time"),
        (
            "slowloris",
            |_, n| (n == 1).then(|| Reply::json(vec![b' '; 600]).manner(Manner::Drip(Duration::from_millis(20)))),
            "does not answer in time",
        ),
        ("shortbody", |asked, n| (n % 3 == 1).then(|| log().reply(asked).manner(Manner::Short(10))), "breaks off"),
        ("truncjson", |asked, n| (n % 3 == 1).then(|| cut(log().reply(asked))), "not whole"),
        (
            "html200",
            |_, n| (n % 3 == 1).then(|| Reply::json("<html>maintenance</html>")),
            "a page of HTML where a list should be",
        ),
        ("object", |_, n| (n % 3 == 1).then(|| Reply::json(r#"{"data":[]}"#)), "an object where a list should be"),
        ("nothing", |_, n| (n % 3 == 1).then(|| Reply::json("")), "nothing where a list should be"),
        ("gzipcut", |asked, n| (n % 3 == 1).then(|| gzip_cut(&log().reply(asked))), "breaks off"),
        (
            "badcursor",
            |asked, n| {
                (asked.pair("cursor").is_some() && n < 12)
                    .then(|| Reply::status(422, r#"{"type":"bad-request/invalid-cursor","http-code":"422"}"#))
            },
            "cursor is refused",
        ),
        (
            "r429bad",
            |_, n| (n % 3 == 1).then(|| Reply::status(429, "{}").header("Retry-After", "-7 soon")),
            "asks for a pause",
        ),
    ];
    for (name, fault, words) in cases {
        let backend = backend(fault).await;
        let run = Run::start(&backend.url(), |_| {});
        run.until(name, |stored| stored.is_filled() && says(stored, words)).await;
        let stored = run.stop().await;
        assert!(stored.rows.len() >= 500, "{name}: {} rows", stored.rows.len());
        assert!(stored.gaps.is_empty(), "{name}: {:?}", stored.gaps);
    }
}

/// Cuts a page in its middle; an empty one after its bracket.
fn cut(reply: Reply) -> Reply {
    let half = (reply.body.len() / 2).max(1);
    Reply { body: reply.body[..half].to_vec(), ..reply }
}

fn gzip(reply: &Reply) -> Reply {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&reply.body).expect("into memory");
    let body = encoder.finish().expect("into memory");
    Reply { body, ..reply.clone() }.header("Content-Encoding", "gzip")
}

fn gzip_cut(reply: &Reply) -> Reply {
    cut(gzip(reply))
}

#[tokio::test]
async fn compressed_answers_are_read() {
    let log = log();
    let backend = Backend::start(move |asked, _| {
        assert!(asked.header("Accept-Encoding").is_some_and(|accepted| accepted == "gzip"));
        gzip(&log.reply(asked))
    })
    .await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the fill", Stored::is_filled).await;
    assert!(run.look(|stored| stored.rows.len() >= 500));
}

#[tokio::test]
async fn a_bomb_is_not_unpacked() {
    // 200 MB of blanks behind one good row.
    let mut body = format!("[{},", row(Timestamp::now(), "\"request_id\":\"good\"")).into_bytes();
    body.resize(200 << 20, b' ');
    let bomb = gzip(&Reply::json(body));
    assert!(bomb.body.len() < 2 << 20);
    let backend = Backend::start(move |asked, _| if asked.is_live() { bomb.clone() } else { Reply::json("[]") }).await;
    let run = Run::start(&backend.url(), |settings| {
        settings.limits.body = 1 << 20;
        settings.limits.total = Duration::from_secs(20);
    });
    run.until("the named error", |stored| says(stored, "the answer is longer than 1.0 MB")).await;
    // What stood before the bound is kept after some tries, and the rest is said.
    run.until("salvage", |stored| stored.rows.len() == 1 && !stored.bad.is_empty()).await;
}

/// Faults that do not pass: what can be read is kept, the rest is said, little is asked.
#[tokio::test]
async fn answers_that_are_always_cut_are_salvaged_but_never_count() {
    let backend = backend(|asked, _| Some(cut(log().reply(asked)))).await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("salvage", |stored| !stored.rows.is_empty() && !stored.bad.is_empty()).await;
    let stored = run.stop().await;
    assert!(stored.coverage.is_none_or(|coverage| coverage.spans.is_empty()));
    assert!(stored.gaps.is_empty(), "the backend as a whole is ill; nothing is given up");
    assert!(stored.bad[0].reason.contains("ends in the middle of a row"), "{:?}", stored.bad[0].reason);
    assert!(stored.bad[0].reason.contains("rows before it are kept"));
}

#[tokio::test]
async fn one_page_that_is_always_cut_becomes_a_small_gap() {
    let spot = Timestamp::now().plus_secs(-1_500);
    let backend = backend(move |asked, _| {
        let holds_spot =
            asked.until().is_some_and(|until| spot < until) && asked.from().is_some_and(|from| from <= spot);
        holds_spot.then(|| cut(log().reply(asked)))
    })
    .await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the fill", Stored::is_filled).await;
    let stored = run.stop().await;
    assert_eq!(stored.gaps.len(), 1, "{:?}", stored.gaps);
    assert!(stored.gaps[0].from <= spot && spot < stored.gaps[0].until);
    assert!(stored.gaps[0].until.since(stored.gaps[0].from) <= 60_000_000);
    assert!(stored.rows.len() >= 490, "{}", stored.rows.len());
    let coverage = stored.coverage.expect("stored");
    assert!(!coverage.spans.iter().any(|span| span.contains(spot)));
}

#[tokio::test]
async fn a_window_that_is_never_answered_becomes_a_gap_until_it_is() {
    let spot = Timestamp::now().plus_secs(-1_500);
    let is_mended = Arc::new(AtomicBool::new(false));
    let mended = Arc::clone(&is_mended);
    let backend = backend(move |asked, _| {
        let holds_spot =
            asked.until().is_some_and(|until| spot < until) && asked.from().is_some_and(|from| from <= spot);
        let is_broken = holds_spot && !mended.load(Ordering::Relaxed);
        is_broken.then(|| Reply::status(500, r#"{"error":"Internal error","http-code":500}"#))
    })
    .await;
    let run = Run::start(&backend.url(), |settings| settings.pace.later = Duration::from_secs(1));
    // What is older follows, and what is missing is said with its reason.
    run.until("the fill", Stored::is_filled).await;
    let gaps = run.look(|stored| stored.gaps.clone());
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0].from <= spot && spot < gaps[0].until);
    assert!(gaps[0].until.since(gaps[0].from) <= 60_000_000);
    assert!(gaps[0].reason.contains("answers 500") && gaps[0].reason.contains("asked for again"), "{gaps:?}");
    assert!(run.look(|stored| (490..500).contains(&stored.rows.len())));
    // Asked for again later, it comes, and nothing is missing any more.
    is_mended.store(true, Ordering::Relaxed);
    run.until("the span", |stored| stored.rows.len() >= 500).await;
    let stored = run.stop().await;
    assert_eq!(stored.gaps.len(), 1);
    let coverage = stored.coverage.expect("stored");
    assert!(coverage.spans.iter().any(|span| span.from <= gaps[0].from && gaps[0].until <= span.until));
}

#[tokio::test]
async fn lists_without_an_end_are_few_and_named() {
    type Fault = fn(&Asked) -> Reply;
    let cases: [(&str, Fault, &str); 3] = [
        ("loop", |_| Reply::json(rows()).header("X-Files-Cursor", "same"), "a cursor came a second time"),
        (
            "loop2",
            |asked| {
                let next = if asked.pair("cursor") == Some("a") { "b" } else { "a" };
                let at = Timestamp::now().plus_secs(-9);
                let page = format!("\"n\":\"{}\"", asked.pair("cursor").unwrap_or_default());
                Reply::json(format!("[{}]", row(at, &page))).header("X-Files-Cursor", next)
            },
            "a cursor came a second time",
        ),
        (
            "empties",
            |asked| {
                let next = asked.pair("cursor").map_or(0, |cursor| cursor.parse::<u64>().expect("ours")) + 1;
                Reply::json("[]").header("X-Files-Cursor", next.to_string())
            },
            "21 pages in a row were empty",
        ),
    ];
    for (name, reply, words) in cases {
        let backend = Backend::start(move |asked, _| reply(asked)).await;
        let run = Run::start(&backend.url(), |settings| {
            settings.pace.backoff = Backoff { base: Duration::from_hours(1), cap: Duration::from_hours(1) };
        });
        run.until(name, |stored| says(stored, words)).await;
        let stored = run.stop().await;
        assert!(backend.asked().len() <= 25, "{name}: {} requests", backend.asked().len());
        assert!(stored.coverage.is_none(), "{name}");
        assert_eq!(stored.rows.is_empty(), name == "empties", "{name}: rows are kept");
        assert!(name != "loop" || stored.rows.len() == 2, "a page that goes round is counted for itself");
        assert!(
            stored.statuses.last().is_some_and(|status| status.notes.iter().any(|note| note.contains("does not end")))
        );
    }
}

/// One row with an id, one without.
fn rows() -> String {
    let at = Timestamp::from_secs(Timestamp::now().secs() / 3_600 * 3_600);
    format!("[{},{}]", row(at, "\"request_id\":\"a\""), row(at, "\"n\":1"))
}

#[tokio::test]
async fn rows_without_an_id_are_counted_right() {
    // Three alike in one second, over two pages; ten polls change nothing.
    let at = Timestamp::now().plus_secs(-5);
    let log = Log { rows: vec![(at.floor_secs(), row(at, "\"n\":1")); 3], page: 2 };
    let backend = Backend::start(move |asked, _| log.reply(asked)).await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("polls", |stored| stored.is_filled() && stored.status().is_some_and(|status| status.requests > 40)).await;
    assert_eq!(run.look(|stored| stored.rows.len()), 3);
}

#[tokio::test]
async fn rows_that_come_twice_are_one() {
    let log = log();
    let backend = Backend::start(move |asked, _| {
        let reply = log.reply(asked);
        let body = String::from_utf8(reply.body.clone()).expect("text");
        let inner = body.trim_matches(|c| c == '[' || c == ']');
        let body = if inner.is_empty() { body.clone() } else { format!("[{inner},{inner}]") };
        Reply { body: body.into_bytes(), ..reply }
    })
    .await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the fill", Stored::is_filled).await;
    assert!(run.look(|stored| (500..=515).contains(&stored.rows.len())));
}

#[tokio::test]
async fn late_rows_are_found() {
    let started = Timestamp::now();
    let is_late = Arc::new(AtomicBool::new(false));
    let late = Arc::clone(&is_late);
    let base = log();
    let backend = Backend::start(move |asked, _| {
        let mut log = base.clone();
        if late.load(Ordering::Relaxed) {
            let at = started.plus_secs(-400).floor_secs();
            log.rows.push((at, row(at, "\"request_id\":\"late\"")));
        }
        log.reply(asked)
    })
    .await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the fill", Stored::is_filled).await;
    let before = run.look(|stored| stored.rows.len());
    is_late.store(true, Ordering::Relaxed);
    run.until("the late row", |stored| stored.rows.len() == before + 1).await;
    assert!(run.look(|stored| stored.status().is_some_and(|status| status.overlap.requests > 0)));
}

#[tokio::test]
async fn clocks_that_are_wrong_poison_nothing() {
    for date in [0, 2_147_483_648] {
        let now = Timestamp::now();
        let mut log = log();
        log.rows.push((
            Timestamp::from_secs(2_147_483_648),
            row(Timestamp::from_secs(2_147_483_648), "\"request_id\":\"f\""),
        ));
        let backend = Backend::start(move |asked, _| Reply {
            date: Some(http_date(Timestamp::from_secs(date))),
            ..log.reply(asked)
        })
        .await;
        let run = Run::start(&backend.url(), |_| {});
        run.until("the fill", Stored::is_filled).await;
        let polls = backend.asked().len();
        run.until("polls", |stored| stored.status().is_some_and(|status| status.requests > polls as u64 + 5)).await;
        let stored = run.stop().await;
        let last = backend.asked().into_iter().rfind(Asked::is_live).expect("a poll");
        let ago = now.secs() - last.from().expect("bounded").secs();
        assert!((20..=100).contains(&ago), "asks {ago} s back");
        assert!(stored.rows.len() >= 501);
        let newest = stored.statuses.last().and_then(|status| status.newest).expect("known");
        assert!(newest <= Timestamp::now());
    }
}

#[tokio::test]
async fn bad_rows_cost_only_themselves() {
    let at = Timestamp::now().plus_secs(-4).floor_secs();
    let good = |n: u32| row(at, &format!("\"request_id\":\"good-{n}\""));
    let many: Vec<_> = (0..10_002).map(|n| format!("\"k{n}\":{n}")).collect();
    let deep = format!("\"x\":{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let huge = format!("\"request_id\":\"huge\",\"error_message\":\"{}\"", "x".repeat(3 << 20));
    let rows = [
        good(1),
        row(at, &many.join(",")),
        good(2),
        row(at, &deep),
        good(3),
        row(at, &huge),
        good(4),
        "{\"created_at\":NaN}".to_owned(),
        good(5),
        "{\"duration_ms\":1}".to_owned(),
        "null".to_owned(),
        good(6),
    ];
    let body = format!("[{}]", rows.join(","));
    let backend =
        Backend::start(move |asked, _| Reply::json(if asked.is_live() { body.clone() } else { "[]".into() })).await;
    let run = Run::start(&backend.url(), |settings| settings.limits.total = Duration::from_secs(20));
    run.until("polls", |stored| stored.status().is_some_and(|status| status.requests > 15)).await;
    let stored = run.stop().await;
    assert_eq!(stored.rows.len(), 7, "six good ones and the huge one, cut");
    assert!(stored.rows.values().all(|raw| raw.len() < (1 << 20) + 1_000));
    let reasons: Vec<_> = stored.bad.iter().map(|bad| bad.reason.as_str()).collect();
    assert_eq!(reasons.len(), 6, "each once, however often it was polled: {reasons:#?}");
    for words in ["10,003 keys", "nested deeper", "only the first 1.0 MB", "not valid JSON", "no time", "not an object"]
    {
        assert!(reasons.iter().any(|reason| reason.contains(words)), "{words}: {reasons:#?}");
    }
    assert!(stored.coverage.is_some_and(|coverage| !coverage.spans.is_empty()), "the page counts");
    assert!(stored.bad.iter().all(|bad| bad.sample.len() <= 2_000 && bad.place.starts_with("http://127.0.0.1")));
}

#[tokio::test]
async fn rejected_questions_stop_with_a_sentence() {
    let backend = Backend::start(|_, _| Reply::status(404, "\"No such site\"")).await;
    let run = Run::start(&backend.url(), |_| {});
    run.until("the stop", |stored| says(stored, "does not answer this: 404 Not Found, “No such site”")).await;
    assert_eq!(backend.asked().len(), 1);
}

#[tokio::test]
async fn a_backend_that_is_not_there_is_waited_for() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let run = Run::start(&format!("http://{port}"), |_| {});
    run.until("the named error", |stored| says(stored, "cannot be reached")).await;
    run.until("tries", |stored| stored.status().is_some_and(|status| status.requests > 5)).await;
    let everything = run.look(Stored::everything);
    assert!(!everything.contains("per_page") && !everything.contains("created_at"), "no query in a message");
}
