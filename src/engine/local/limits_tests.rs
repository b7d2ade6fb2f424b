//! What happens to rows that are many, or large.

use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::testing::{Pairs, intake};
use crate::model::intake::RowIdentity;

use super::{Store, StoreOptions};

fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, StoreOptions::default(), Arc::new(Pairs)).expect("opens")
}

/// Rows that are all different, each of about so many bytes.
fn rows(from: usize, count: usize, bytes: usize) -> Vec<(String, RowIdentity)> {
    let text = "x".repeat(bytes);
    (from..from + count)
        .map(|n| (format!("time={n};request_id=req-{n};path=/{n}/{text}"), RowIdentity::Content(0)))
        .collect()
}

fn assert_whole(store: &Store, records: usize) {
    let verified = store.verify(&Cancel::new(), |_| ()).expect("verifies");
    assert_eq!(verified.problems, Vec::<String>::new());
    assert_eq!(verified.records, records as u64);
}

/// The largest block of the head, and how many there are.
fn blocks(store: &Store) -> (usize, usize) {
    let view = store.view();
    let blocks: Vec<usize> = view
        .parts
        .iter()
        .filter_map(|part| part.memory_blocks())
        .flatten()
        .map(|(_, block)| super::block::payload_len(block))
        .collect();
    (blocks.iter().copied().max().unwrap_or(0), blocks.len())
}

#[test]
fn large_rows_make_small_blocks() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    // What was stored in one block before, whatever came of it.
    store.append("a", &intake("a", &rows(0, 120, 250_000)), Timestamp(1)).expect("appends");
    let (largest, count) = blocks(&store);
    assert!(largest < (4 << 20) + 300_000 && count >= 7, "{count} blocks up to {largest}");
    assert_whole(&store, 120);
    drop(store);
    let store = open(folder.path());
    assert_whole(&store, 120);
    assert!(!store.maintain(&Cancel::new()).expect("maintains"), "30 MB can wait");
    store.append("a", &intake("a", &rows(120, 160, 250_000)), Timestamp(2)).expect("appends");
    assert!(store.maintain(&Cancel::new()).expect("maintains"), "70 MB are a segment");
    assert_eq!(blocks(&store).1, 0);
    assert_whole(&store, 280);
    drop(store);
    assert_whole(&open(folder.path()), 280);
}

#[test]
#[ignore = "needs some gigabytes of memory"]
fn more_rows_than_fit_into_a_block() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let count = (1 << 30) / 250_000 + 10;
    store.append("a", &intake("a", &rows(0, count, 250_000)), Timestamp(1)).expect("appends");
    drop(store);
    assert_whole(&open(folder.path()), count);
}
