//! A backend that asks to wait, or refuses the key.

use std::sync::atomic::{AtomicBool, Ordering};

use super::backend::{Backend, Reply, http_date};
use super::faults::{backend, log, says};
use super::*;
use crate::base::time::Timestamp;
use crate::model::source_status::Activity;

#[tokio::test]
async fn retry_after_is_never_broken() {
    // As seconds, and as a date by the backend's own clock, which is an hour behind.
    let wishes: [fn() -> Reply; 2] = [
        || Reply::status(429, r#"{"type":"rate-limited/too-many-requests"}"#).header("Retry-After", "2"),
        || {
            let theirs = Timestamp::now().plus_secs(-3_600);
            let until = http_date(theirs.plus_secs(3));
            let reply = Reply::status(503, "busy").header("Retry-After", until);
            Reply { date: Some(http_date(theirs)), ..reply }
        },
    ];
    for wish in wishes {
        let backend = backend(move |_, number| (number == 2).then(wish)).await;
        let run = Run::start(&backend.url(), |_| {});
        run.until("the pause", |stored| {
            stored.statuses.iter().any(|status| matches!(status.activity, Activity::Waiting { .. }))
        })
        .await;
        // Neither a wish by hand nor a lookup breaks it.
        run.source.poll_now();
        let id = crate::model::request_id::NormalId::new(b"some-id").expect("an id");
        let error = run.source.client().get_by_id(&id).await.expect_err("it asked for a pause").to_string();
        assert!(error.contains("asked for a pause; it may be asked again in"), "{error}");
        run.until("the fill", Stored::is_filled).await;
        let asked = backend.asked();
        let pause = asked[3].at - asked[2].at;
        assert!(pause >= Duration::from_secs(2) && pause < Duration::from_secs(5), "{pause:?}");
    }
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again_and_again() {
    let refuse = Arc::new(AtomicBool::new(true));
    let (is_refused, base) = (Arc::clone(&refuse), log());
    let backend = Backend::start(move |asked, _| {
        if is_refused.load(Ordering::Relaxed) && asked.header("X-FilesAPI-Key") == Some(KEY) {
            return Reply::status(
                401,
                r#"{"error":"Invalid key","http-code":401,"type":"not-authenticated/invalid-credentials"}"#,
            );
        }
        base.reply(asked)
    })
    .await;
    // Probes every half second stand for five minutes: ten minutes are one second.
    let run = Run::start(&backend.url(), |_| {});
    run.until("the stop", |stored| says(stored, "refuses the key: 401 Unauthorized, “Invalid key”")).await;
    let first = backend.asked()[0].at;
    run.until("two probes", |_| backend.asked().len() >= 3).await;
    let asked = backend.asked();
    assert!(asked[2].at - first >= Duration::from_secs(1), "three requests in less than ten minutes");
    let file = run.folder.path().join("key").display().to_string();
    run.until("the origin", |stored| says(stored, &format!("the key comes from the file {file}"))).await;
    let stopped = run.look(|stored| stored.status().map(|status| status.next_poll));
    assert_eq!(stopped, Some(None));

    // A new key in the file is found with the next look; the old one is not tried again.
    run.write_key("another0key0that0is0good");
    let before = backend.asked().len();
    run.until("the fill", Stored::is_filled).await;
    assert!(backend.asked()[before..].iter().filter(|asked| asked.header("X-FilesAPI-Key") == Some(KEY)).count() <= 1);
}

#[tokio::test]
async fn a_key_command_is_run_again_once() {
    let backend = Backend::start(|_, _| Reply::status(403, r#"{"error":"no","type":"not-authorized/x"}"#)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let count = folder.path().join("count");
    let script = format!("echo run >> '{}'; wc -l < '{}' | tr -d ' '", count.display(), count.display());
    let run = Run::start(&backend.url(), move |settings| {
        settings.config.key = Placed::unwritten(KeySource::Command(vec!["sh".into(), "-c".into(), script]));
    });
    run.until("probes", |_| backend.asked().len() >= 4).await;
    let keys: Vec<_> =
        backend.asked().iter().filter_map(|asked| asked.header("X-FilesAPI-Key").map(str::to_owned)).collect();
    assert_eq!(keys[..4], ["1", "2", "2", "2"], "a minute has not passed");
    let asked = backend.asked();
    assert!(asked[2].at - asked[1].at >= Duration::from_millis(500));
    assert_eq!(std::fs::read_to_string(count).expect("written").lines().count(), 2);
}

#[tokio::test]
async fn without_a_key_nothing_is_asked() {
    let backend = Backend::start(|_, _| Reply::json("[]")).await;
    let run = Run::start(&backend.url(), |settings| {
        settings.config.key = Placed::unwritten(KeySource::Env("REQSCOPE_TEST_NO_SUCH_KEY".into()));
    });
    run.until("the stop", |stored| says(stored, "the environment variable REQSCOPE_TEST_NO_SUCH_KEY is not set")).await;
    assert!(backend.asked().is_empty());
}
