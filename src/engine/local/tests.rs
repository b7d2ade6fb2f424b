//! What generated steps do not come to: many rows, other processes, damage.

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::testing::{Importing, import, intake, open};
use crate::model::intake::RowIdentity;

use super::Store;

/// So many rows with ids, one a second.
fn rows(count: u32) -> Vec<(String, RowIdentity)> {
    (0..count)
        .map(|n| {
            (format!("time={};request_id={n:08x}8e4b29c8518289e7cedfcdab", i64::from(n) * 1_000_000), RowIdentity::Id)
        })
        .collect()
}

fn append(store: &Store, source: &str, rows: &[(String, RowIdentity)]) {
    let result = store.append(source, &intake(source, rows), Timestamp(1)).expect("appends");
    assert_eq!(result.stored, rows.len() as u64);
}

fn flush(store: &Store) {
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
