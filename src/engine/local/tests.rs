//! What generated steps do not come to: many rows, other processes, commits that fail.

use std::path::Path;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Sort};
use crate::engine::testing::{Importing, import, intake, open};
use crate::engine::{Engine, EngineError, Question, Want, WantAnswer, ask_whole};
use crate::model::answer::FacetValue;
use crate::model::field::Field;
use crate::model::intake::{BadRow, Coverage, Gap, Intake, RowIdentity};
use crate::model::period::TimeRange;
use crate::query::{Filter, Test};

use super::Store;
use super::schema::SEGMENTS;

/// So many rows with ids, one a second.
pub(super) fn rows(count: u32) -> Vec<(String, RowIdentity)> {
    (0..count)
        .map(|n| {
            (format!("time={};request_id={n:08x}8e4b29c8518289e7cedfcdab", i64::from(n) * 1_000_000), RowIdentity::Id)
        })
        .collect()
}

pub(super) fn append(store: &Store, source: &str, rows: &[(String, RowIdentity)]) {
    let result = store.append(source, &intake(source, rows), Timestamp(1)).expect("appends");
    assert_eq!(result.stored, rows.len() as u64);
}

pub(super) fn flush(store: &Store) {
    assert!(store.flush_head(&Cancel::new()).expect("flushes"));
}

#[test]
fn ids_of_two_sources_in_one_segment_are_known_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let rows = rows(10_001);
    append(&store, "one", &rows);
    append(&store, "two", &rows);
    flush(&store);
    for source in ["one", "two"] {
        let again = import(&store, source, &rows, rows.len(), Timestamp(2));
        assert_eq!((again.stored, again.already), (0, 10_001), "{source}");
    }
}

/// The same, of what others stored while an import was under way.
#[test]
fn ids_of_two_sources_that_came_meanwhile_are_known() {
    let rows = rows(20);
    for source in ["one", "two"] {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, other) = (open(folder.path()), open(folder.path()));
        let import = Importing::start(&store, source, &rows, 7, Timestamp(2));
        append(&other, "one", &rows);
        append(&other, "two", &rows);
        flush(&other);
        let result = import.commit();
        assert_eq!((result.stored, result.already), (0, 20), "{source}");
    }
}

pub(super) fn count(store: &Store) -> u64 {
    let question = Question {
        filter: Filter::And(Vec::new()),
        range: TimeRange::ALL,
        source: None,
        wants: vec![Want::Count, Want::Page(PageWant { sort: Sort::default(), at: Anchor::Start, limit: 100 })],
    };
    let snapshot = store.snapshot().expect("a snapshot");
    let answer = ask_whole(store, &snapshot, &question, &Cancel::new()).expect("answers");
    let [WantAnswer::Count(count), WantAnswer::Page(page)] = answer.wants.as_slice() else { panic!("two answers") };
    assert_eq!(*count, page.rows.len() as u64);
    *count
}

pub(super) fn problems(store: &Store) -> Vec<String> {
    store.verify(&Cancel::new(), |_| ()).expect("verifies").problems
}

/// Makes the next segments fail when they are named: `COMMIT` itself, or the statement before it.
fn refuse_segments(folder: &Path, at_commit: bool) {
    let database = rusqlite::Connection::open(folder.join(super::schema::DATABASE)).expect("opens");
    let action = if at_commit { "INSERT INTO child VALUES (1)" } else { "SELECT raise(ABORT, 'no')" };
    database
        .execute_batch(&format!(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER refuse AFTER INSERT ON segments BEGIN {action}; END;"
        ))
        .expect("makes a trigger");
}

/// When `COMMIT` reports an error, the database may name the files all the same.
#[test]
fn files_stay_when_a_commit_fails_and_go_when_it_was_not_tried() {
    for at_commit in [true, false] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(folder.path());
        append(&store, "one", &rows(1));
        refuse_segments(folder.path(), at_commit);
        let files = || std::fs::read_dir(folder.path().join(SEGMENTS)).expect("a folder").count();
        let left = if at_commit { 2 } else { 0 };
        assert!(Importing::start(&store, "one", &rows(3), 3, Timestamp(2)).try_commit().is_err());
        assert_eq!(files(), left);
        store.flush_head(&Cancel::new()).expect_err("fails");
        assert_eq!(files(), left * 2);
        assert_eq!(store.sweep().expect("sweeps"), left * 2);
        assert_eq!((files(), count(&store)), (0, 1));
    }
}

#[test]
fn an_import_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    drop(Importing::start(&store, "one", &rows(9), 3, Timestamp(2)));
    assert_eq!(std::fs::read_dir(folder.path().join(SEGMENTS)).expect("a folder").count(), 0);
}

#[test]
fn each_source_keeps_its_newest_bad_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let bad = |source: &str, from: usize, count: usize| {
        let bad_rows = (from..from + count).map(|n| BadRow::new(n.to_string(), "bad", b"")).collect();
        store.append(source, &Intake { bad_rows, ..Intake::default() }, Timestamp(1)).expect("appends");
    };
    let kept = |source: &str| {
        let rows = store.bad_rows(source, usize::MAX >> 1).expect("reads");
        (rows.len(), rows.first().map(|row| row.place.clone()), rows.last().map(|row| row.place.clone()))
    };
    let found = |count: usize, newest: &str, oldest: &str| (count, Some(newest.to_owned()), Some(oldest.to_owned()));
    bad("quiet", 0, 2);
    // Of a batch that is too large, the newest; a noisy source takes nothing from another.
    bad("noisy", 0, 10_005);
    assert_eq!(kept("noisy"), found(10_000, "10004", "5"));
    bad("noisy", 10_005, 5);
    assert_eq!(kept("noisy"), found(10_000, "10009", "10"));
    bad("quiet", 2, 1);
    assert_eq!(kept("quiet"), found(3, "2", "0"));
    assert_eq!(store.source_record("noisy").expect("reads").expect("a source").bad, 10_010);
}

#[test]
fn nothing_is_complete_where_it_was_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let span = |from: i64, until: i64| TimeRange::new(Timestamp(from), Timestamp(until));
    let fetched = Coverage { spans: vec![span(0, 10), span(20, 90)], wanted_from: Some(Timestamp(0)) };
    let state = Intake { coverage: Some(fetched.clone()), ..Intake::default() };
    store.append("one", &state, Timestamp(100)).expect("appends");
    let record = || store.source_record("one").expect("reads").expect("a source");
    assert_eq!((record().coverage.as_ref(), record().fetched.as_ref()), (Some(&fetched), Some(&fetched)));
    store.retain_from(Timestamp(50), &Cancel::new()).expect("deletes");
    assert_eq!(record().coverage.expect("a coverage").spans, [span(50, 90)]);
    // The poller goes by what it has fetched.
    assert_eq!(record().fetched, Some(fetched));
}

/// However small the tables are, no value is lost or counted twice, and of equal counts the first come first.
#[test]
fn values_that_do_not_fit_into_the_tables_are_counted_in_rounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let row = |n: u32| {
        let client = if n < 100 { "acme" } else { "other" };
        let path = format!("time={};client={client};path=/{:04}", i64::from(n) * 1_000_000, n % 700);
        (path, RowIdentity::Content(n))
    };
    for rows in (0..1_000).map(row).collect::<Vec<_>>().chunks(400) {
        append(&store, "one", rows);
        flush(&store);
    }
    let value = |n: u32, count, total| FacetValue { value: Some(format!("/{n:04}").into_bytes()), count, total };
    let facet = |filter: Filter| {
        let field = FacetField { pinned: vec![Some(b"/0500".to_vec())], ..FacetField::new(Field::Path, 2) };
        let wants = vec![Want::Facets(FacetsWant { fields: vec![field], with_totals: true })];
        let question = Question { filter, range: TimeRange::ALL, source: None, wants };
        let snapshot = store.snapshot().expect("a state");
        let answer = ask_whole(&store, &snapshot, &question, &Cancel::new()).expect("answers");
        answer.facets().expect("facets")[0].clone()
    };
    let all = facet(Filter::ALL);
    assert_eq!(all.values, [value(0, 2, 2), value(1, 2, 2), value(500, 1, 1)]);
    assert_eq!((all.other_values, all.other_count), (697, 995));
    let some = facet(Filter::field(Field::Client, Test::Exact(b"acme".to_vec())));
    assert_eq!(some.values, [value(0, 1, 2), value(1, 1, 2), value(500, 0, 1)]);
    assert_eq!((some.other_values, some.other_count), (98, 98));
}

#[test]
fn nobody_waits_for_a_count_that_was_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    append(&store, "one", &rows(50));
    flush(&store);
    let cancel = Cancel::new();
    cancel.cancel();
    let snapshot = store.snapshot().expect("a state");
    for field in [Field::RequestId, Field::Key, Field::Time] {
        let fields = vec![FacetField::new(field, 2)];
        let wants = vec![Want::Facets(FacetsWant { fields, with_totals: true })];
        let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source: None, wants };
        let answer = ask_whole(&store, &snapshot, &question, &cancel);
        assert!(matches!(answer, Err(EngineError::Cancelled)), "{field:?}");
    }
}

#[test]
fn a_gap_ends_where_it_was_fetched_after_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let span = |from: i64, until: i64| TimeRange::new(Timestamp(from), Timestamp(until));
    let gap = |from, until| Gap { from: Timestamp(from), until: Timestamp(until), reason: "it answers 500".into() };
    let gaps = || store.source_record("one").expect("reads").expect("a source").gaps;
    let state = |spans: Vec<TimeRange>, gaps: Vec<Gap>| {
        let coverage = Some(Coverage { spans, wanted_from: Some(Timestamp(0)) });
        store.append("one", &Intake { coverage, gaps, ..Intake::default() }, Timestamp(100)).expect("appends");
    };
    state(vec![span(0, 10), span(20, 90)], vec![gap(10, 20)]);
    assert_eq!(gaps(), [gap(10, 20)]);
    state(vec![span(0, 10), span(14, 90)], Vec::new());
    assert_eq!(gaps(), [gap(10, 14)], "the rest of it");
    state(vec![span(0, 90)], Vec::new());
    assert_eq!(gaps(), []);
    state(Vec::new(), vec![gap(30, 40), gap(20, 30), gap(50, 60)]);
    assert_eq!(gaps(), [gap(20, 40), gap(50, 60)], "pieces that touch are one");
    state(vec![span(25, 35)], Vec::new());
    assert_eq!(gaps(), [gap(20, 25), gap(35, 40), gap(50, 60)]);
}
