//! A store that can only be read: it answers, and whatever would write says so.

use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::testing::{Pairs, intake, open};
use crate::engine::{Engine, EngineError};
use crate::model::intake::RowIdentity;

use super::schema::{Access, DATABASE, connect};
use super::{Store, StoreOptions};

#[test]
fn what_would_write_says_that_the_store_is_only_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = open(folder.path());
    let rows = [("time=1;request_id=7594794d8e4b29c8518289e7cedfcdab".to_owned(), RowIdentity::Id)];
    ours.append("acme", &intake("acme", &rows), Timestamp(1)).expect("appends");

    let database = connect(&folder.path().join(DATABASE), Access::ReadOnly).expect("connects");
    let store = Store::over(folder.path(), (database, Access::ReadOnly), StoreOptions::default(), Arc::new(Pairs))
        .expect("opens");
    assert_eq!(store.snapshot().expect("a snapshot").as_of.0, 1, "its rows are there");
    let results = [
        ("retain", store.retain_from(Timestamp(1_000_000_000), &Cancel::new()).map(|_| ())),
        ("retain nothing", store.retain_from(Timestamp(0), &Cancel::new()).map(|_| ())),
        ("sweep", store.sweep().map(|_| ())),
        ("lease", store.lease("acme", Timestamp(1)).map(|_| ())),
        ("append", store.append("acme", &intake("acme", &rows), Timestamp(1)).map(|_| ())),
        ("import", store.import("acme", Timestamp(1)).map(|_| ())),
    ];
    for (what, result) in results {
        assert!(matches!(result, Err(EngineError::ReadOnly { .. })), "{what}: {result:?}");
    }
    let locks = std::fs::read_dir(folder.path()).expect("lists").flatten();
    let locks: Vec<_> = locks.filter(|file| file.path().extension().is_some_and(|end| end == "lock")).collect();
    assert!(locks.is_empty(), "nothing was made there: {locks:?}");
}
