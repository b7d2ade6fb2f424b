//! What whole segments come to: known again after a restart, and after segments were joined.

use std::path::Path;

use crate::base::cancel::Cancel;
use crate::engine::question::FacetField;
use crate::engine::testing::open;
use crate::model::answer::{Facet, FacetValue};
use crate::model::field::{Field, FieldRef};
use crate::query::Filter;

use super::ahead::Ahead;
use super::columns::column::ColumnId;
use super::files::sum_file::{KeptSum, SUMS, sealed};
use super::part::Contents;
use super::store::Store;
use super::texts_tests::{add_segment, facet};

/// Paths of which some are there often; ids of 128 bits, others, and none; few names and many.
fn row(row: u32) -> String {
    let id = match row % 3 {
        0 => format!("request_id={:032x};", u128::from(row) << 90 | 0x4000_8000),
        1 => format!("request_id=order-{};", row % 50),
        _ => String::new(),
    };
    let region = if row.is_multiple_of(4) { format!("attributes.region=r{};", row % 20) } else { String::new() };
    format!("{id}{region}client=c{};path=/p/{};time={row}", row % 2, row % 70)
}

fn paths(store: &Store) -> Facet {
    facet(store, Filter::ALL, FacetField::new(Field::Path, 2))
}

/// The files of kept sums, after a change of what they say.
fn change_kept(folder: &Path, change: impl Fn(&mut KeptSum)) -> usize {
    let Ok(files) = std::fs::read_dir(folder.join(SUMS)) else { return 0 };
    let files: Vec<_> = files.map(|file| file.expect("lists").path()).collect();
    for path in &files {
        let text = std::fs::read_to_string(path).expect("reads");
        let (_, body) = text.split_once('\n').expect("a heading");
        let mut sum: KeptSum = serde_json::from_str(body).expect("a sum");
        change(&mut sum);
        std::fs::write(path, sealed(&serde_json::to_string(&sum).expect("writes"))).expect("writes");
    }
    files.len()
}

#[test]
fn joined_segments_have_the_contents_of_their_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    for first in 0..8 {
        add_segment(&store, (first * 90..first * 90 + 90).map(row));
    }
    let fields = [Field::Path, Field::RequestId, Field::Client, Field::Ip].map(FieldRef::Known);
    let fields = fields.into_iter().chain([FieldRef::Attribute("region".into())]);
    let contents = |store: &Store| -> Vec<Contents> {
        let view = store.view();
        let of = |field: FieldRef| {
            let parts = view.parts.iter().map(|part| part.contents(&field).expect("on disk"));
            parts.fold(Contents::default(), Contents::and)
        };
        fields.clone().map(of).collect()
    };
    let (before, facet) = (contents(&store), paths(&store));
    assert!(store.maintain(&Cancel::new()).expect("joins"));
    let view = store.view();
    assert_eq!(view.parts.len(), 1);
    assert!(view.parts[0].sorted_hashes(&ColumnId::Field(Field::Path)).is_some());
    assert_eq!(contents(&store), before);
    // It is not counted again.
    assert_eq!(change_kept(folder.path(), |sum| sum.shown[0].count += 1), 1);
    let mut expected = facet.clone();
    expected.values[0].count += 1;
    expected.values[0].total += 1;
    expected.other_count -= 1;
    assert_eq!(paths(&open(folder.path())), expected);
}

#[test]
fn a_sum_is_of_the_rows_that_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, (0..90).map(row));
    add_segment(&store, (90..200).map(row));
    let of_both = paths(&store);
    assert_eq!(change_kept(folder.path(), |sum| sum.missing += 7), 1);
    let with_missing = paths(&open(folder.path()));
    assert_ne!(with_missing, of_both, "what is kept is read");
    add_segment(&store, (200..210).map(row));
    std::fs::remove_dir_all(folder.path().join(SUMS)).expect("removes");
    let afresh = paths(&open(folder.path()));
    assert_eq!((paths(&store), afresh.values[0].count), (afresh.clone(), of_both.values[0].count));
    let oldest = store.info().expect("figures").span.expect("there are rows").0;
    store.retain_from(oldest.plus(50), &Cancel::new()).expect("deletes");
    assert!(!folder.path().join(SUMS).exists(), "no sum tells of what was deleted");
    store.refresh().expect("refreshes");
    let fewer = paths(&store);
    let rows = |facet: &Facet| facet.values.iter().map(|value| value.count).sum::<u64>() + facet.other_count;
    assert!(rows(&fewer) < rows(&afresh), "{fewer:?}");
    std::fs::remove_dir_all(folder.path().join(SUMS)).expect("removes");
    assert_eq!(paths(&open(folder.path())), fewer);
}

#[test]
fn values_are_counted_before_anybody_asks() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, (0..31).map(row));
    store.count_ahead(Ahead::Imported(31), &Cancel::new()).expect("counts");
    assert!(!folder.path().join(SUMS).exists(), "so few are counted in no time");
    add_segment(&store, (31..90).map(row));
    let expected = paths(&open(folder.path()));
    std::fs::remove_dir_all(folder.path().join(SUMS)).expect("removes");
    store.count_ahead(Ahead::Imported(11), &Cancel::new()).expect("counts");
    assert!(!folder.path().join(SUMS).exists(), "so few are new");
    store.count_ahead(Ahead::Imported(59), &Cancel::new()).expect("counts");
    // Paths and ids.
    assert_eq!(change_kept(folder.path(), |sum| sum.missing += 7), 2);
    assert_ne!(paths(&open(folder.path())), expected, "what is kept is read");
    let cancel = Cancel::new();
    cancel.cancel();
    add_segment(&store, (90..120).map(row));
    assert!(store.count_ahead(Ahead::Imported(90), &cancel).is_err());
}

#[test]
fn what_is_new_is_counted_when_the_head_becomes_a_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, (0..90).map(row));
    store.count_ahead(Ahead::Flushed, &Cancel::new()).expect("counts");
    assert!(!folder.path().join(SUMS).exists(), "nothing was known before");
    store.count_ahead(Ahead::Imported(90), &Cancel::new()).expect("counts");
    for first in [90, 110, 130] {
        add_segment(&store, (first..first + 20).map(row));
    }
    let expected = paths(&open(folder.path()));
    std::fs::remove_dir_all(folder.path().join(SUMS)).expect("removes");
    // Three segments are added to what is known of the first.
    store.count_ahead(Ahead::Flushed, &Cancel::new()).expect("counts");
    assert_eq!(change_kept(folder.path(), |sum| sum.missing += 7), 2);
    let counted = paths(&open(folder.path()));
    let missing = FacetValue { value: None, count: 7, total: 7 };
    assert_eq!(counted.values, [missing, expected.values[0].clone()]);
    assert_eq!(counted.other_values, expected.other_values + 1);
}
