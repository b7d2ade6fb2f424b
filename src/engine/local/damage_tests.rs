//! Columns, raw rows and batches that are damaged, and rows that their reader does not take any more.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::EngineError;
use crate::engine::testing::{Pairs, import, open};
use crate::model::envelope::{Envelope, Formats, ReadError, RowReader};
use crate::model::intake::RowIdentity;
use crate::model::record::Record;

use super::missing::Repair;
use super::schema::SEGMENTS;
use super::tests::{append, count, flush, problems, rows};
use super::{Store, StoreOptions};

/// A store of one segment of four rows, and one row in the head.
fn store_of_five(folder: &Path) -> Vec<(String, RowIdentity)> {
    let store = open(folder);
    let rows = rows(5);
    append(&store, "one", &rows[..4]);
    flush(&store);
    append(&store, "one", &rows[4..]);
    rows
}

fn segment_file(folder: &Path, extension: &str) -> PathBuf {
    let files =
        std::fs::read_dir(folder.join(SEGMENTS)).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// Whatever happens to the columns, the rest of the store answers, and they are made again.
#[test]
fn lost_columns_are_made_again() {
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 3] = [
        ("gone", |path| std::fs::remove_file(path).expect("removes")),
        ("cut", |path| File::options().write(true).open(path).and_then(|file| file.set_len(300)).expect("cuts")),
        ("empty", |path| drop(File::create(path).expect("empties"))),
    ];
    for (how, damage) in damages {
        let folder = tempfile::tempdir().expect("a folder");
        let rows = store_of_five(folder.path());
        damage(&segment_file(folder.path(), "arrow"));
        let store = open(folder.path());
        assert_eq!(count(&store), 1, "{how}");
        let missing = store.info().expect("figures").missing;
        assert_eq!((missing.len(), missing[0].records, missing[0].repair), (1, 4, Repair::Rebuild), "{how}");
        assert_eq!(problems(&store), [missing[0].to_string()], "{how}");
        // What comes again meanwhile is new, until the segment is back.
        append(&store, "one", &rows[2..3]);
        assert_eq!(store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds"), 1, "{how}");
        for store in [store, open(folder.path())] {
            assert_eq!((count(&store), problems(&store)), (5, Vec::new()), "{how}");
            assert_eq!(store.info().expect("figures").missing, [], "{how}");
            let again = import(&store, "one", &rows, 3, Timestamp(3));
            assert_eq!((again.stored, again.already), (0, 5), "{how}");
        }
    }
}

/// Of a segment with deleted rows, a column is read when it is opened.
#[test]
fn a_damaged_column_that_opening_reads_is_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let mut rows = rows(4);
    // In another order than that of time, so that rows point to their raw rows.
    rows.reverse();
    append(&store, "one", &rows);
    flush(&store);
    let retained = store.retain_from(Timestamp(1_000_000), &Cancel::new()).expect("deletes");
    assert_eq!((retained.records, count(&store)), (1, 3));
    drop(store);
    let path = segment_file(folder.path(), "arrow");
    let mut bytes = std::fs::read(&path).expect("reads");
    for byte in &mut bytes {
        *byte ^= 0x55;
    }
    std::fs::write(&path, bytes).expect("writes");
    let store = open(folder.path());
    assert_eq!((count(&store), store.info().expect("figures").missing[0].records), (0, 3));
    store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds");
    assert_eq!((count(&store), problems(&store)), (3, Vec::new()));
}

#[test]
fn missing_raw_rows_are_named() {
    for cut in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        store_of_five(folder.path());
        let path = segment_file(folder.path(), "raw");
        let whole = std::fs::read(&path).expect("reads");
        if cut {
            std::fs::write(&path, &whole[..whole.len() - 1]).expect("cuts");
        } else {
            std::fs::remove_file(&path).expect("removes");
        }
        let store = open(folder.path());
        assert_eq!(count(&store), 1);
        let [problem] = problems(&store).try_into().expect("one problem");
        assert!(problem.starts_with("4 requests cannot be read: "), "{problem}");
        assert!(
            problem.contains(".raw") && problem.ends_with("; put the file back from a copy of the store"),
            "{problem}"
        );
        assert!(store.rebuild(&Cancel::new(), |_| ()).is_err());
        // Deleting, joining and storing go on meanwhile.
        assert!(!store.maintain(&Cancel::new()).expect("maintains"));
        store.retain_from(Timestamp(0), &Cancel::new()).expect("deletes");
        append(&store, "one", &rows(6)[5..]);
        assert_eq!(count(&store), 2);
        std::fs::write(&path, whole).expect("writes");
        let store = open(folder.path());
        assert_eq!((count(&store), problems(&store)), (6, Vec::new()));
    }
}

/// A reader that takes less than it did.
struct Narrower;

impl Formats for Narrower {
    fn reader(&self, envelope: &Envelope, definition: Option<&str>) -> Result<Box<dyn RowReader>, ReadError> {
        struct Reader(Box<dyn RowReader>);
        impl RowReader for Reader {
            fn read<'a>(&self, raw: &'a [u8], record: &mut Record<'a>) -> Result<(), ReadError> {
                if raw.starts_with(b"time=1000000;") {
                    return Err(ReadError::new("not taken any more"));
                }
                self.0.read(raw, record)
            }
        }
        Ok(Box::new(Reader(Pairs.reader(envelope, definition)?)))
    }

    fn definition(&self, envelope: &Envelope) -> Option<String> {
        Pairs.definition(envelope)
    }
}

#[test]
fn a_refused_row_of_the_head_becomes_a_bad_row() {
    let folder = tempfile::tempdir().expect("a folder");
    append(&open(folder.path()), "one", &rows(3));
    let narrower = || Store::open(folder.path(), StoreOptions::default(), Arc::new(Narrower)).expect("opens");
    let store = narrower();
    assert_eq!(count(&store), 2);
    let what = "1 request cannot be read: record 2 cannot be read: not taken any more; they are kept, and come back \
                with a description of their format that takes them";
    assert_eq!(problems(&store), [what]);
    flush(&store);
    assert_eq!((count(&store), problems(&store)), (2, Vec::new()));
    let [bad] = store.bad_rows("one", 10).expect("reads").try_into().expect("one row");
    assert_eq!((bad.place.as_str(), bad.reason.as_str()), ("test", "not taken any more"));
    assert_eq!(store.source_record("one").expect("reads").expect("a source").bad, 1);
    store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds");
    assert_eq!((count(&store), problems(&store)), (2, Vec::new()));
    // A reader that takes the row again brings it back.
    let store = open(folder.path());
    store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds");
    assert_eq!((count(&store), problems(&store)), (3, Vec::new()));
    // One that takes less than the columns have does not make them worse.
    let store = narrower();
    assert!(matches!(store.rebuild(&Cancel::new(), |_| ()), Err(EngineError::Row { seq: 2, .. })));
    assert_eq!(count(&open(folder.path())), 3);
}

#[test]
fn a_head_of_refused_rows_becomes_a_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    append(&open(folder.path()), "one", &rows(2)[1..]);
    let store = Store::open(folder.path(), StoreOptions::default(), Arc::new(Narrower)).expect("opens");
    flush(&store);
    assert_eq!((count(&store), problems(&store)), (0, Vec::new()));
    let store = open(folder.path());
    store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds");
    assert_eq!(count(&store), 1);
}

#[test]
fn a_damaged_batch_stays_in_the_head() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = rows(3);
    let store = open(folder.path());
    for row in all.chunks(1) {
        append(&store, "one", row);
    }
    drop(store);
    let database = rusqlite::Connection::open(folder.path().join(super::schema::DATABASE)).expect("opens");
    database.execute("UPDATE batches SET block = x'00' WHERE id = 2", []).expect("updates");
    let store = open(folder.path());
    assert_eq!((count(&store), problems(&store).len()), (2, 1));
    flush(&store);
    assert!(!store.flush_head(&Cancel::new()).expect("leaves it"));
    append(&store, "one", &rows(4)[3..]);
    for store in [store, open(folder.path())] {
        assert_eq!((count(&store), problems(&store).len()), (3, 1));
    }
}
