use std::sync::Arc;
use std::sync::Mutex;

use super::*;
use crate::base::time::Timestamp;
use crate::engine::memory::MemoryEngine;
use crate::engine::question::{Answer, WantAnswer};
use crate::engine::testing::{Pairs, intake};
use crate::engine::{Completeness, Sink};
use crate::model::handle::{Seq, StoreTag};
use crate::model::intake::RowIdentity;
use crate::model::period::TimeRange;
use crate::model::request_id::IdQuery;
use crate::query::Filter;

/// An engine whose lists end early, and what it was asked for.
struct Short {
    inner: MemoryEngine,
    rows: u64,
    limits: Mutex<Vec<usize>>,
}

fn list(sort: Sort, limit: usize) -> Question {
    let wants = vec![Want::Page(PageWant { sort, at: Anchor::Start, limit })];
    Question { filter: Filter::default(), range: TimeRange::ALL, source: None, wants }
}

impl Short {
    fn new(count: u64, rows: u64) -> Self {
        let inner = MemoryEngine::new(Arc::new(Pairs), StoreTag::new(1));
        let given: Vec<(String, RowIdentity)> =
            (0..count).map(|n| (format!("time={n};duration={n}"), RowIdentity::Content(0))).collect();
        inner.append("a", &intake("a", &given), Timestamp(1)).expect("appends");
        Self { inner, rows, limits: Mutex::default() }
    }

    fn visited(&self, sort: Sort) -> Result<u64, SaveError> {
        let snapshot = self.snapshot().expect("a snapshot");
        let question = list(sort, 0);
        let mut visited = 0;
        let said = each_row(self, &snapshot, &question, u64::MAX, &Cancel::new(), |_, _| {
            visited += 1;
            Ok(())
        })?;
        assert_eq!(said, visited);
        Ok(visited)
    }
}

impl Engine for Short {
    fn snapshot(&self) -> Result<Snapshot, EngineError> {
        self.inner.snapshot()
    }

    fn snapshot_at(&self, as_of: Seq) -> Result<Snapshot, EngineError> {
        self.inner.snapshot_at(as_of)
    }

    fn ask(&self, at: &Snapshot, question: &Question, cancel: &Cancel, sink: Sink<'_>) -> Result<(), EngineError> {
        let whole = ask_whole(&self.inner, at, question, cancel)?;
        let mut page = whole.into_page().expect("a page was asked for");
        if let Some(Want::Page(want)) = question.wants.first() {
            self.limits.lock().expect("held for a moment").push(want.limit);
        }
        page.rows.retain(|row| row.time().0 as u64 >= page.total - self.rows);
        sink(Answer { as_of: at.as_of, completeness: Completeness::Complete, wants: vec![WantAnswer::Page(page)] });
        Ok(())
    }

    fn get(&self, at: &Snapshot, ids: &[IdQuery], limit: usize) -> Result<Vec<Vec<StoredRecord>>, EngineError> {
        self.inner.get(at, ids, limit)
    }

    fn follow(
        &self,
        at: &Snapshot,
        after: Seq,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, EngineError> {
        self.inner.follow(at, after, filter, limit)
    }

    fn sources(&self, at: &Snapshot) -> Result<Vec<String>, EngineError> {
        self.inner.sources(at)
    }
}

#[test]
fn a_short_list_does_not_look_whole() {
    assert_eq!(Short::new(5_000, 5_000).visited(Sort::default()).expect("whole"), 5_000);
    assert_eq!(Short::new(0, 0).visited(Sort::default()).expect("whole"), 0);
    for rows in [0, 1, 2_000, 4_999] {
        let error = Short::new(5_000, rows).visited(Sort::default()).expect_err("short").to_string();
        assert!(error.contains("of 5,000 rows"), "{error}");
    }
}

#[test]
fn pages_grow_where_each_costs_a_look_at_all_rows() {
    let by_duration = Sort { field: Field::Duration.into(), descending: true };
    let engine = Short::new(20_000, 20_000);
    assert_eq!(engine.visited(by_duration.clone()).expect("whole"), 20_000);
    assert_eq!(*engine.limits.lock().expect("not held"), [2_000, 4_000, 8_000, 16_000]);
    let engine = Short::new(5_000, 5_000);
    assert_eq!(engine.visited(Sort::default()).expect("whole"), 5_000);
    assert_eq!(*engine.limits.lock().expect("not held"), [2_000, 2_000, 2_000]);
    let snapshot = engine.snapshot().expect("a snapshot");
    let page = ask_whole(&engine, &snapshot, &list(Sort::default(), 1), &Cancel::new()).expect("answers").into_page();
    let mut rows = page.expect("a page").rows;
    rows[0].raw = vec![0; 1 << 20];
    assert_eq!(next_limit(&by_duration, 50_000, &rows), SMALL_PAGE);
    assert_eq!(next_limit(&by_duration, 50_000, &[]), LARGE_PAGE);
}

fn save(path: &Path) -> Result<u64, SaveError> {
    let engine = Short::new(3, 3);
    let snapshot = engine.snapshot().expect("a snapshot");
    let question = list(Sort::default(), 0);
    let rows = Rows { engine: &engine, snapshot: &snapshot, question: &question, cancel: &Cancel::new() };
    save_csv(path, Vec::new(), Dialect::Raw, rows, |_, _| ())
}

#[test]
fn drafts_that_were_left_do_not_block_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(folder.path().join(format!(".a.csv.{}.part", std::process::id())), "left").expect("written");
    assert_eq!(save(&path).expect("saved"), 3);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2, "nothing else is left");
    assert!(matches!(save(&path), Err(SaveError::Exists { .. })));
}

#[test]
fn a_file_that_came_meanwhile_stays() {
    for name in [take_name, link_name] {
        let folder = tempfile::tempdir().expect("a folder");
        let [draft, target, gone] = ["draft", "target", "gone"].map(|name| folder.path().join(name));
        std::fs::write(&draft, "new").expect("written");
        name(&gone, &target).expect_err("there is none");
        std::fs::write(&target, "old").expect("written");
        assert_eq!(name(&draft, &target).expect_err("is taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&target).expect("is there"), "old");
        std::fs::remove_file(&target).expect("removed");
        std::os::unix::fs::symlink("nowhere", &target).expect("linked");
        assert_eq!(name(&draft, &target).expect_err("is taken").kind(), io::ErrorKind::AlreadyExists);
        std::fs::remove_file(&target).expect("removed");
        name(&draft, &target).expect("is free");
        assert_eq!(std::fs::read_to_string(&target).expect("is there"), "new");
    }
}
