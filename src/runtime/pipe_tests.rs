use std::io::Write as _;
use std::sync::Mutex;

use super::*;
use crate::engine::Engine as _;
use crate::engine::local::StoreOptions;
use crate::query::Filter;

#[test]
fn rows_come_as_they_are_written_and_the_last_without_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Arc::new(Registry::new());
    let options = StoreOptions { create: true, ..StoreOptions::default() };
    let store =
        Arc::new(Store::open(&folder.path().join("store"), options, Arc::clone(&registry) as _).expect("a store"));
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let hear = Arc::clone(&said);
    let follow = FollowPipe {
        source: "stdin".into(),
        options: ImportOptions::default(),
        store: Arc::clone(&store),
        registry,
        tell: Arc::new(move |event| hear.lock().expect("not poisoned").push(format!("{event:?}"))),
    };
    let (input, mut output) = io::pipe().expect("a pipe");
    let thread = follow.start(input, Cancel::new()).expect("starts");
    let count = || {
        store.refresh().expect("refreshes");
        let snapshot = store.snapshot().expect("a snapshot");
        store.follow(&snapshot, crate::model::handle::Seq(0), &Filter::default(), 100).expect("follows").len()
    };
    let wait_for = |rows: usize| {
        let until = Instant::now() + Duration::from_secs(20);
        while count() != rows {
            assert!(Instant::now() < until, "{rows} rows in 20 s, not {}: {said:?}", count());
            thread::sleep(Duration::from_millis(5));
        }
    };
    output
        .write_all(b"{\"time\":\"2026-11-01T00:00:00Z\",\"status\":200,\"request_id\":\"a1b2c3d4\"}\n")
        .expect("writes");
    wait_for(1);
    output.write_all(b"{\"time\":\"2026-11-01T00:00:01Z\",\"status\":200}\n{\"time\":\"2026-11-01").expect("writes");
    wait_for(2);
    output.write_all(b"T00:00:02Z\",\"status\":500}").expect("writes");
    drop(output);
    thread.join().expect("ends");
    assert_eq!(count(), 3);
    assert!(said.lock().expect("not poisoned").iter().any(|event| event.contains("CaughtUp")));
}
