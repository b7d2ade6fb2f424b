//! What happens to rows that are many, or large.

use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Question, Sort};
use crate::engine::testing::{Pairs, envelope, intake};
use crate::engine::{Engine, Want, WantAnswer, ask_whole};
use crate::model::answer::Cursor;
use crate::model::envelope::Formats;
use crate::model::field::{Field, FieldRef};
use crate::model::intake::RowIdentity;
use crate::model::period::TimeRange;
use crate::model::record::Record;
use crate::query::Filter;
use crate::query::filter::Test;

use super::schema::SEGMENTS;
use super::{Store, StoreOptions};
use crate::engine::local::columns::builder::{MAX_ATTRIBUTES, PartBuilder, PartColumns};
use crate::engine::local::columns::column::ColumnId;

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
        .map(|(_, block)| crate::engine::local::files::block::payload_len(block))
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

#[test]
fn a_column_never_has_more_text_than_it_can_count() {
    let read = |builder: &mut PartBuilder, row: u32, raw: &str| {
        let mut record = Record::default();
        let reader = Pairs.reader(&envelope("a"), None).expect("a reader");
        reader.read(raw.as_bytes(), &mut record).expect("reads");
        builder.push(&record, b"a", u128::from(row), row, row);
    };
    // Out of order, so that texts are copied.
    for times in [[1, 2, 3], [3, 1, 2]] {
        let rows = |name: &str, bytes: usize| {
            let mut builder = PartBuilder::with_column_bytes(1_000);
            for (row, time) in (0..).zip(times) {
                read(&mut builder, row, &format!("time={time};{name}={row}{}", "x".repeat(bytes)));
            }
            builder.finish(None)
        };
        for name in ["path", "client"] {
            assert_eq!(rows(name, 300).expect("fits").rows, 3);
            let error = rows(name, 400).expect_err("is too much").to_string();
            assert!(error.starts_with(name) && error.contains("2 GiB"), "{error}");
        }
        // Filters on attributes can read the rows instead.
        let has_column =
            |columns: &PartColumns| columns.columns.iter().any(|(id, _)| *id == ColumnId::Attribute("region".into()));
        let fits = rows("attributes.region", 300).expect("fits");
        assert!(has_column(&fits) && !fits.has_more_attributes);
        let left_out = rows("attributes.region", 400).expect("is left out");
        assert!(!has_column(&left_out) && left_out.has_more_attributes);
    }
}

/// The values of an attribute in the order of a list by it, and how many values are counted.
fn sorted_by(store: &Store, path: &str, descending: bool) -> (Vec<Option<String>>, usize) {
    let field = FieldRef::Attribute(path.into());
    let page = |at| Want::Page(PageWant { sort: Sort { field: field.clone(), descending }, at, limit: 3 });
    let facets = Want::Facets(FacetsWant { fields: vec![FacetField::new(field.clone(), 100)], with_totals: false });
    let mut question =
        Question { filter: Filter::ALL, range: TimeRange::ALL, source: None, wants: vec![page(Anchor::Start), facets] };
    let snapshot = store.snapshot().expect("a snapshot");
    let mut values = Vec::new();
    loop {
        assert!(values.len() <= 30, "the list goes round in a circle");
        let answer = ask_whole(store, &snapshot, &question, &Cancel::new()).expect("answers");
        let rows = answer.wants.iter().find_map(|want| match want {
            WantAnswer::Page(page) => Some(&page.rows),
            _ => None,
        });
        let rows = rows.expect("a page");
        let value = |row: &crate::model::record::StoredRecord| {
            row.record.bytes(&field).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        values.extend(rows.iter().map(value));
        let Some(last) = rows.last() else {
            let counted = answer.facets().expect("facets")[0].values.len();
            return (values, counted);
        };
        question.wants[0] = page(Anchor::After(Cursor::of(last, &field)));
    }
}

#[test]
fn lists_are_sorted_by_attributes_that_have_no_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let many: Vec<String> = (0..=MAX_ATTRIBUTES).map(|n| format!("attributes.a{n:04}=x")).collect();
    let last = format!("a{:04}", MAX_ATTRIBUTES + 7);
    let mut rows = vec![(format!("time=1;request_id=first;{}", many.join(";")), RowIdentity::Content(0))];
    rows.extend((0..20).map(|n| {
        let value = if n % 4 == 3 { String::new() } else { format!(";attributes.{last}=v{:02}", n * 7 % 20) };
        (format!("time={};request_id=req-{n}{value}", n + 2), RowIdentity::Content(0))
    }));
    let mut expected: Vec<Option<String>> =
        (0..20).filter(|n| n % 4 != 3).map(|n| Some(format!("v{:02}", n * 7 % 20))).collect();
    store.append("a", &intake("a", &rows[..12]), Timestamp(1)).expect("appends");
    store.append("a", &intake("a", &rows[12..]), Timestamp(2)).expect("appends");
    for is_segment in [false, true] {
        if is_segment {
            store.flush_head(&Cancel::new()).expect("makes a segment");
        }
        for descending in [false, true] {
            expected.sort();
            if descending {
                expected.reverse();
            }
            let without = vec![None; 21 - expected.len()];
            let (values, counted) = sorted_by(&store, &last, descending);
            assert_eq!(values, [expected.clone(), without].concat(), "{is_segment} {descending}");
            assert_eq!(counted, expected.len() + 1);
        }
    }
}

#[test]
fn names_count_as_text_of_a_segment() {
    let bytes_of = |raw: &[String]| {
        let mut builder = PartBuilder::default();
        for (row, raw) in (0..).zip(raw) {
            let mut record = Record::default();
            let reader = Pairs.reader(&envelope("a"), None).expect("a reader");
            reader.read(raw.as_bytes(), &mut record).expect("reads");
            builder.push(&record, b"a", u128::from(row), row, row);
        }
        builder.text_bytes()
    };
    let rows =
        |name: &str| -> Vec<String> { (0..10).map(|n| format!("time={n};{name}={n}{}", "x".repeat(1_000))).collect() };
    for name in ["path", "client", "attributes.region"] {
        assert!((10_000..11_000).contains(&bytes_of(&rows(name))), "{name}");
    }
    let many: Vec<String> = (0..300).map(|n| format!("time=1;attributes.a{n}={}", "x".repeat(1_000))).collect();
    assert!(bytes_of(&many) > 300_000, "also those that get no column");
    let repeated: Vec<String> = (0..10).map(|n| format!("time={n};client={}", "x".repeat(1_000))).collect();
    assert!(bytes_of(&repeated) < 2_000, "a name is stored once");
}

#[test]
fn segments_of_other_sources_are_not_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let columns_files = || -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(folder.path().join(SEGMENTS)).expect("a folder");
        let paths = files.map(|file| file.expect("a file").path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "arrow")).collect()
    };
    let add = |source: &str, first: usize| {
        store.append(source, &intake(source, &rows(first, 20, 10)), Timestamp(1)).expect("appends");
        assert!(store.flush_head(&Cancel::new()).expect("flushes"));
    };
    add("one", 0);
    let of_one = columns_files();
    add("two", 100);
    // Whoever reads them meets a wrong checksum.
    for file in of_one {
        let size = std::fs::metadata(&file).expect("a file").len() as usize;
        std::fs::write(&file, vec![0; size]).expect("writes");
    }
    let store = open(folder.path());
    let count_of = |source: &str| {
        let filter = Filter::field(Field::Path, Test::Phrase("x".into()));
        let question =
            Question { filter, range: TimeRange::ALL, source: Some(source.into()), wants: vec![Want::Count] };
        let snapshot = store.snapshot().expect("a state");
        ask_whole(&store, &snapshot, &question, &Cancel::new()).map(|answer| answer.wants)
    };
    assert!(matches!(count_of("two").expect("answers").as_slice(), [WantAnswer::Count(20)]));
    assert!(matches!(count_of("nobody").expect("answers").as_slice(), [WantAnswer::Count(0)]));
    assert!(count_of("one").is_err());
}
