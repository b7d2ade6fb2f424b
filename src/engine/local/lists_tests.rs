//! Lists of hashes and keys on disk: single numbers, some rows of them, and the least of what they count.

use std::os::unix::fs::FileExt;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::question::FacetField;
use crate::engine::testing::{intake, open};
use crate::model::field::Field;
use crate::model::intake::RowIdentity;
use crate::query::Filter;
use crate::query::filter::Test;

use super::columns::bits::Bits;
use super::columns::column::ColumnId;
use super::texts_tests::{add_segment, facet};

#[test]
fn the_least_of_many_values_under_a_filter() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    // Each path is there once, in another order than that of time, and of each run some pass.
    let number = |row: u32| row * 7_919 % 6_000;
    for first in [0, 2_000, 4_000] {
        let row = |row: u32| format!("time={row};path=/p/{:05};status={}", number(row), 200 + row % 3 * 150);
        add_segment(&store, (first..first + 2_000).map(row));
    }
    // From the second on it is known what is least in each run.
    for status in [200, 350, 500, 200] {
        let filter = Filter::field(Field::Status, Test::Range(status, status));
        let mut expected: Vec<u32> =
            (0..6_000).filter(|row| i64::from(200 + row % 3 * 150) == status).map(number).collect();
        expected.sort_unstable();
        let expected: Vec<_> = expected[..7].iter().map(|number| format!("/p/{number:05}").into_bytes()).collect();
        let facet = facet(&store, filter, FacetField::new(Field::Path, 7));
        let found: Vec<_> = facet.values.iter().filter_map(|value| value.value.clone()).collect();
        assert_eq!(found, expected, "{status}");
        assert_eq!((facet.other_values, facet.other_count), (1_993, 1_993));
    }
}

#[test]
fn a_number_alone_is_found_with_all_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let path = |row: u32| match row % 5 {
        // Of these there are more than are read at once.
        0 | 1 => format!("/often/{}", row % 2),
        _ => format!("/p/{row:05}"),
    };
    add_segment(&store, (0..9_000).map(|row| format!("time={row};path={}", path(row))));
    let view = store.view();
    let part = &view.parts[0];
    let hashes = part.sorted_hashes(&ColumnId::Field(Field::Path)).expect("a list of hashes");
    for list in [hashes, part.sorted_keys()] {
        let between = |range| {
            let mut found = Vec::new();
            list.for_each(&range, |number, row| {
                found.push((number, row));
                true
            })
            .expect("reads");
            found
        };
        let all = between(0..=u128::MAX);
        assert!(all.is_sorted_by_key(|(number, _)| *number) && all.len() == 9_000, "{}", all.len());
        for equal in all.chunk_by(|(a, _), (b, _)| a == b) {
            let number = equal[0].0;
            assert_eq!(between(number..=number), equal);
            let next = number.wrapping_add(1);
            let of_next = all.iter().filter(|(other, _)| *other == next).count();
            assert_eq!(between(next..=next).len(), of_next);
        }
    }
}

#[test]
fn some_rows_of_a_list_are_met_in_its_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, (0..20_000).map(|row| format!("time={row};path=/p/{:05}", row % 7_000)));
    let view = store.view();
    let part = &view.parts[0];
    let hashes = part.sorted_hashes(&ColumnId::Field(Field::Path)).expect("a list of hashes");
    for list in [hashes, part.sorted_keys()] {
        for every in [1, 3, 900, 15_000, 30_000] {
            let wanted = Bits::from_words(part.rows, |first| {
                (0..64).filter(|bit| (first + bit + 1) % every == 0).fold(0, |word, bit| word | 1 << bit)
            });
            for range in [0..=u128::MAX, u128::MAX / 3..=u128::MAX / 3 * 2, 7..=7] {
                let (mut all, mut found) = (Vec::new(), Vec::new());
                list.for_each(&range, |number, row| {
                    all.push((number, row));
                    true
                })
                .expect("reads");
                all.retain(|(_, row)| (row + 1) % every as u32 == 0);
                list.for_each_among(&wanted, &range, |number, row| found.push((number, row))).expect("reads");
                assert_eq!(found, all, "each {every}th of {range:?}");
            }
        }
    }
}

#[test]
fn ids_are_known_as_they_were_written_without_the_raw_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let id = |row: u32| match row % 4 {
        0 => format!("{row:08x}aaaa400080000000000000ab"),
        1 => format!("{row:08x}-aaaa-4000-8000-0000000000ab"),
        2 => format!("{row:08X}-AAAA-4000-8000-0000000000AB"),
        _ => format!("order-{row}"),
    };
    let rows: Vec<_> =
        (0..400).map(|row| (format!("time={row};status=200;request_id={}", id(row)), RowIdentity::Id)).collect();
    store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
    assert!(store.flush_head(&Cancel::new()).expect("flushes"));
    let files = store.view();
    let files = files.parts[0].files().expect("a segment");
    let (len, file) =
        (files.raw.metadata().expect("a file").len(), std::fs::File::options().write(true).open(&files.raw_path));
    file.expect("opens").write_all_at(&vec![0; len as usize], 0).expect("writes");
    let store = open(folder.path());
    for (regex, expected) in
        [("^.{8}-", 200), ("ab$", 200), ("AB$", 100), ("^[^-]*$", 100), ("^0000000[0-3]", 3), ("r-7$", 1)]
    {
        let filter = Filter::field(Field::RequestId, Test::Regex(regex.into()));
        let found = facet(&store, filter, FacetField::new(Field::Status, 2));
        assert_eq!(found.values.first().map_or(0, |value| value.count), expected, "{regex}");
    }
}
