//! What hostile, damaged or deleted texts do to answers.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::hash::hash128;
use crate::base::time::Timestamp;
use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::testing::{envelope, intake, open, open_once};
use crate::engine::{Answer, Engine, EngineError, Question, Want, ask_whole};
use crate::model::answer::Facet;
use crate::model::field::{Field, FieldRef};
use crate::model::intake::{Intake, IntakeRow, RowIdentity};
use crate::model::period::TimeRange;
use crate::query::filter::{Target, Test};
use crate::query::{Clause, Filter};

use super::columns::column::ColumnId;
use super::files::manifest::Layout;
use super::store::Store;

fn ask(store: &Store, filter: Filter, want: Want) -> Result<Answer, EngineError> {
    let question = Question { filter, range: TimeRange::ALL, source: None, wants: vec![want] };
    ask_whole(store, &store.snapshot()?, &question, &Cancel::new())
}

fn count(store: &Store, test: Test) -> Result<Option<u64>, EngineError> {
    Ok(ask(store, Filter::field(Field::Path, test), Want::Count)?.count())
}

pub(super) fn facet(store: &Store, filter: Filter, field: FacetField) -> Facet {
    let want = Want::Facets(FacetsWant { fields: vec![field], with_totals: true });
    ask(store, filter, want).expect("answers").facets().expect("facets")[0].clone()
}

/// A segment of rows with these fields.
pub(super) fn add_segment(store: &Store, rows: impl Iterator<Item = String>) {
    let rows: Vec<_> = rows.zip(0..).map(|(row, number)| (row, RowIdentity::Content(number))).collect();
    store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
    assert!(store.flush_head(&Cancel::new()).expect("flushes"));
}

fn paths(rows: u32) -> impl Iterator<Item = String> {
    (0..rows).map(|row| format!("time={row};path=/p/{row:05}"))
}

#[test]
fn texts_are_read_only_where_their_shapes_leave_it_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let words = (0..50).map(|row| format!("time={row};path=/Upload/{row:05}"));
    let late = ["time=60;path=/upload7/x".into(), "time=61;path=/é/7".into(), "time=62".into()];
    add_segment(&store, paths(90).chain(words).chain(late));
    let phrase = |text: &str| count(&store, Test::Phrase(text.into()));
    let counts =
        || ["upload", "load", "upload/", "/é", "p/00050", "zebra", "7/x"].map(|text| phrase(text).ok().flatten());
    assert_eq!(counts(), [51, 0, 50, 1, 1, 0, 0].map(Some));
    let without = Filter::Not(Box::new(Filter::field(Field::Path, Test::Phrase("upload".into()))));
    assert_eq!(ask(&store, without, Want::Count).expect("answers").count(), Some(92));

    // What is damaged is not noticed where it is not read.
    let view = store.view();
    let files = view.parts[0].files().expect("a segment");
    let entry = files.manifest.columns.column(&ColumnId::Field(Field::Path)).expect("paths");
    let Layout::Text { bytes, .. } = &entry.layout else { panic!("paths are no texts") };
    let file = std::fs::File::options().write(true).open(&files.columns_path).expect("opens");
    file.write_all_at(b"/q", bytes.at).expect("writes");
    let other = open(folder.path());
    let phrase = |text: &str| count(&other, Test::Phrase(text.into()));
    assert_eq!(phrase("upload/").expect("shapes tell it"), Some(50));
    assert!(matches!(phrase("p/00050"), Err(EngineError::Damaged { .. })));
}

#[test]
fn numbers_of_texts_are_found_where_they_stand() {
    let path = |row: u32| match row % 4 {
        0 => format!("/Orders/{}/lines/{}", row * 37, row % 7),
        1 => format!("/users/7f{row}ab-{}/Orders", row * 11),
        2 => format!("/é/{}x{}", 1000 - row, row * 13),
        _ => format!("/health{row}"),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, (0..400).map(|row| format!("time={row};path={}", path(row))));
    let mut found = 0;
    for text in [
        "orders/14",
        "ers/7f1",
        "/148/",
        "11",
        "x39",
        "9x13",
        "é/99",
        "health39",
        "/39",
        "8/lines/4",
        "b-1",
        "111",
        "1",
    ] {
        let at_slash = |path: &str| {
            let path = path.to_lowercase();
            path.match_indices(text).any(|(at, _)| text.starts_with('/') || at == 0 || path[..at].ends_with('/'))
        };
        let expected = (0..400).map(path).filter(|path| at_slash(path)).count() as u64;
        assert_eq!(count(&store, Test::Phrase(text.into())).expect("answers"), Some(expected), "{text}");
        found += u64::from(expected > 0);
        // A word is found anywhere.
        let words = Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(text.into())] });
        let expected = (0..400).map(path).filter(|path| path.to_lowercase().contains(text)).count() as u64;
        assert_eq!(ask(&store, words, Want::Count).expect("answers").count(), Some(expected), "the word {text}");
        found += u64::from(expected > 0);
    }
    assert!(found > 16, "only {found} of the texts are in a path");

    // Texts are not read where there are numbers.
    let view = store.view();
    let files = view.parts[0].files().expect("a segment");
    let file = std::fs::File::options().write(true).open(&files.columns_path).expect("opens");
    let damage = |id: ColumnId| {
        let entry = files.manifest.columns.column(&id).expect("the column is kept");
        let Layout::Text { bytes, .. } = &entry.layout else { panic!("it has no texts") };
        file.write_all_at(b"?", bytes.at).expect("writes");
        open(folder.path())
    };
    let lines = Test::Phrase("8/lines/4".into());
    assert!(count(&damage(ColumnId::Field(Field::Path)), Test::Phrase("1".into())).is_err());
    let other = damage(ColumnId::Field(Field::Path));
    assert!(count(&other, Test::Phrase("/148/".into())).is_ok() && count(&other, lines).is_err());
    let other = damage(ColumnId::ShapeNumbers(Field::Path));
    let answer = count(&other, Test::Phrase("/148/".into()));
    assert!(matches!(answer, Err(EngineError::Damaged { .. })), "{answer:?}");
}

#[test]
fn numbers_of_one_shape_stand_where_their_rows_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    // The numbers are kept where they are much shorter than the texts.
    add_segment(&store, (0..100).map(|row| format!("time={row};path=/orders/lines/{row:05}")));
    let found = |text: &str| {
        let filter = Filter::field(Field::Path, Test::Phrase(text.into()));
        facet(&store, filter, FacetField { in_view: true, ..FacetField::new(Field::Path, 40) }).values
    };
    let texts = |text: &str| {
        let mut texts: Vec<_> = found(text).into_iter().filter_map(|value| value.value).collect();
        texts.sort();
        texts
    };
    assert_eq!(texts("lines/00042"), [b"/orders/lines/00042"]);
    // A row without a path among those with one.
    add_segment(
        &store,
        ["time=200".into()]
            .into_iter()
            .chain((0..99).map(|row| format!("time={};path=/orders/users/{row:05}", 201 + row))),
    );
    assert_eq!(texts("users/00042"), [b"/orders/users/00042"]);
    assert_eq!(texts("/0004").len(), 20, "ten of each");
    assert!(texts("users/00099").is_empty());
}

#[test]
fn a_damaged_offset_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, paths(100));
    let view = store.view();
    let files = view.parts[0].files().expect("a segment");
    let entry = files.manifest.columns.column(&ColumnId::Field(Field::Path)).expect("paths");
    let Layout::Text { offsets, .. } = &entry.layout else { panic!("paths are no texts") };
    let file = std::fs::File::options().read(true).write(true).open(&files.columns_path).expect("opens");
    for (place, byte) in [(3, 0x80), (3, 0x40), (43, 0x7f)] {
        let mut before = [0];
        file.read_exact_at(&mut before, offsets.at + place).expect("reads");
        file.write_all_at(&[byte], offsets.at + place).expect("damages");
        let other = open(folder.path());
        let answer = count(&other, Test::Phrase("/p/00007".into()));
        assert!(matches!(answer, Err(EngineError::Damaged { .. })), "{answer:?}");
        file.write_all_at(&before, offsets.at + place).expect("repairs");
    }
}

#[test]
fn texts_that_were_made_to_collide_stay_apart() {
    // Of a hash without a secret, whoever knows how it is made can make two texts with the same.
    const SECRET: [u64; 2] = [0xbe4b_a423_396c_feb8, 0x1cad_21f7_2c81_017c];
    let text = |low: u64, high: u64| [&low.to_le_bytes()[..], &high.to_le_bytes(), b"/0123456789abcde"].concat();
    let any = 0x6162_6364_6566_6768_u64;
    let (one, other) = (text(SECRET[0], any), text(SECRET[0].wrapping_add(any).wrapping_sub(SECRET[1]), SECRET[1]));
    assert!(one != other && hash128(&one) == hash128(&other), "they do not collide");
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let row = |number: u32| {
        let raw =
            [format!("time={number};path=").as_bytes(), if number.is_multiple_of(2) { &one } else { &other }].concat();
        IntakeRow { raw, identity: RowIdentity::Content(number), position: None }
    };
    let rows = Intake { rows: vec![(envelope("one"), (0..40).map(row).collect())], ..Intake::default() };
    store.append("one", &rows, Timestamp(1)).expect("appends");
    assert!(store.flush_head(&Cancel::new()).expect("flushes"));
    let counts = [&one, &other].map(|path| count(&store, Test::Exact(path.clone())).expect("answers"));
    assert_eq!(counts, [Some(20), Some(20)]);
    assert_eq!(facet(&store, Filter::ALL, FacetField::new(Field::Path, 9)).values.len(), 2);
}

#[test]
fn what_is_ticked_is_counted_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(
        &store,
        paths(100).map(|row| format!("{row};request_id=Req-{}", row.len() + row.bytes().last().map_or(0, usize::from))),
    );
    let pinned = |field: Field, value: &str, top: usize| {
        let value = Some(value.as_bytes().to_vec());
        facet(&store, Filter::ALL, FacetField { pinned: vec![value.clone(), value], ..FacetField::new(field, top) })
    };
    let path = pinned(Field::Path, "/p/00050", 2);
    let ticked = path.values.iter().find(|value| value.value.as_deref() == Some(b"/p/00050")).expect("it is ticked");
    assert_eq!((ticked.count, ticked.total, path.other_count), (1, 1, 97));
    let id = pinned(Field::RequestId, "Req-65", 20);
    assert!(id.other_values < 100 && id.other_count < 100, "{id:?}");
}

#[test]
fn any_number_of_values_can_be_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, paths(100));
    let of = |top: usize| facet(&store, Filter::ALL, FacetField::new(Field::Path, top));
    assert_eq!((of(usize::MAX).values.len(), of(usize::MAX).other_values), (100, 0));
    assert_eq!((of(0).values.len(), of(0).other_values), (0, 100));
}

#[test]
fn a_frequent_value_stands_beside_many() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let row = |row: u32| match row % 5 {
        0 => format!("time={row};path=/{row};user_id={}", 100_000 + row),
        _ => format!("time={row};path=/health;user_id=7"),
    };
    add_segment(&store, (0..2_000).map(row));
    for (field, value) in [(Field::Path, "/health"), (Field::UserId, "7")] {
        let facet = facet(&store, Filter::ALL, FacetField::new(field, 1));
        assert_eq!(facet.values[0].value.as_deref(), Some(value.as_bytes()));
        assert_eq!((facet.values[0].count, facet.other_values, facet.other_count), (1_600, 400, 400));
    }
}

#[test]
fn many_values_are_counted_while_rows_arrive() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let row = |row: u32| format!("time={row};status={};path=/p/{:05}", 200 + row % 2 * 300, row % 60);
    add_segment(&store, (0..90).map(row));
    add_segment(&store, (90..150).map(row));
    let wants = || {
        let ticked = FacetField { pinned: vec![Some(b"/p/00007".to_vec())], ..FacetField::new(Field::Path, 2) };
        let matching = FacetField { matching: Some("/p/0004".into()), ..FacetField::new(Field::Path, 5) };
        [FacetField::new(Field::Path, 4), ticked, matching]
    };
    let filters = || [Filter::ALL, Filter::field(Field::Status, Test::Range(500, 500))];
    // Values of the segments and others, a few at a time and then many at once, some of them again and again.
    for (round, numbers) in [150..152, 152..153, 209..215, 215..260, 400..403, 150..153].into_iter().enumerate() {
        let arrived = numbers.map(|number| format!("time={number};status=500;path=/p/{number:05}"));
        let again = (0..=round).map(|_| "time=300;status=200;path=/p/00059".to_owned());
        let rows: Vec<_> = arrived
            .chain(again)
            .zip(round as u32 * 1_000..)
            .map(|(row, number)| (row, RowIdentity::Content(number)))
            .collect();
        store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
        store.refresh().expect("refreshes");
        for (filter, want) in filters().into_iter().flat_map(|filter| wants().map(|want| (filter.clone(), want))) {
            // Nothing is at hand in a store that was just opened.
            let anew = facet(&open(folder.path()), filter.clone(), want.clone());
            assert_eq!(facet(&store, filter, want), anew, "round {round}");
        }
    }
    let facet = facet(&store, Filter::ALL, FacetField::new(Field::Path, 1));
    // 150 rows have 60 paths; 60 others came twice or once, and one of the 60 for 21 rows.
    let shown = facet.values.iter().map(|value| (value.value.clone(), value.count)).collect::<Vec<_>>();
    assert_eq!(shown, [(Some(b"/p/00059".to_vec()), 2 + 21)]);
    assert_eq!((facet.other_values, facet.other_count), (59 + 57, 148 + 60));
}

#[test]
fn values_of_several_parts_of_the_head_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let path = |number: u32| format!("/p/{number:05}");
    let row = |number: u32| format!("time={number};path={}", path(number));
    add_segment(&store, (0..150).map(|number| row(number % 60)));
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for number in 0..150 {
        *expected.entry(path(number % 60)).or_default() += 1;
    }
    // Each part less than half as large as the one before, so that they are not joined; then some are.
    let batches: [Vec<u32>; 7] = [
        (55..85).collect(),
        vec![58, 59, 59, 60, 61, 84, 100, 100, 100, 101],
        vec![59, 60, 100, 101],
        vec![102],
        vec![100],
        vec![59, 102],
        vec![103, 84],
    ];
    for (round, numbers) in batches.into_iter().enumerate() {
        let rows: Vec<_> = numbers
            .iter()
            .zip(round as u32 * 1_000..)
            .map(|(number, id)| (row(*number), RowIdentity::Content(id)))
            .collect();
        for number in &numbers {
            *expected.entry(path(*number)).or_default() += 1;
        }
        store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
        store.refresh().expect("refreshes");
        for top in [1, 3, 8, 200] {
            let facet = facet(&store, Filter::ALL, FacetField::new(Field::Path, top));
            let mut best: Vec<(u64, &String)> = expected.iter().map(|(path, count)| (*count, path)).collect();
            best.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
            let others = best.split_off(top.min(best.len()));
            let shown: Vec<_> = facet.values.iter().map(|value| (value.count, value.value.clone())).collect();
            let best: Vec<_> = best.into_iter().map(|(count, path)| (count, Some(path.clone().into_bytes()))).collect();
            assert_eq!(shown, best, "round {round}");
            let other_count = others.iter().map(|(count, _)| count).sum::<u64>();
            assert_eq!((facet.other_values, facet.other_count), (others.len() as u64, other_count), "round {round}");
        }
    }
}

#[test]
fn many_values_are_counted_where_a_period_cuts_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    for first in [0, 100, 200] {
        add_segment(&store, (first..first + 100).map(|row| format!("time={row};path=/p/{:03}", row % 150)));
    }
    let (begin, last) = store.info().expect("figures").span.expect("there are rows");
    let step = last.since(begin) / 299;
    let paths = |store: &Store, range: TimeRange| {
        let want = Want::Facets(FacetsWant { fields: vec![FacetField::new(Field::Path, 3)], with_totals: true });
        let question = Question { filter: Filter::ALL, range, source: None, wants: vec![want] };
        let answer = ask_whole(store, &store.snapshot().expect("a state"), &question, &Cancel::new()).expect("answers");
        answer.facets().expect("facets")[0].clone()
    };
    // More values are met beside the one whole segment than are kept, and some of them again.
    for (from, until) in
        [(70, 230), (69, 229), (68, 226), (50, 210), (49, 209), (46, 207), (45, 204), (42, 202), (70, 230)]
    {
        let range = TimeRange { from: begin.plus(from * step), until: begin.plus(until * step) };
        assert_eq!(paths(&store, range), paths(&open(folder.path()), range), "{from} to {until}");
        let (rows, twice) = ((until - from) as u64, (until - from - 150).max(0) as u64);
        let facet = paths(&store, range);
        assert_eq!(facet.values.iter().map(|value| value.count).sum::<u64>() + facet.other_count, rows);
        assert_eq!(facet.values.len() as u64 + facet.other_values, rows - twice);
    }
}

#[test]
fn asking_once_counts_the_same_of_many_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let status = |row: u32| if row.is_multiple_of(5) { 500 } else { 200 };
    add_segment(&store, (0..500).map(|row| format!("time={row};status={};attributes.region=r{row:05}", status(row))));
    let failed = || Filter::field(Field::Status, Test::Range(500, 500));
    let field = || FacetField::new(FieldRef::Attribute("region".into()), 2);
    let once = facet(&open_once(folder.path()), failed(), field());
    assert_eq!((once.other_values, once.values[0].total), (98, 1));
    assert_eq!(once, facet(&store, failed(), field()));
}

fn open_deleted_files(folder: &Path) -> usize {
    let files = std::fs::read_dir("/proc/self/fd").expect("lists").flatten();
    let names = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    names.filter(|name| name.starts_with(folder) && name.to_string_lossy().ends_with("arrow (deleted)")).count()
}

#[test]
fn deleted_segments_are_closed_though_their_texts_were_looked_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    add_segment(&store, paths(50));
    assert_eq!(count(&store, Test::Phrase("/p/00007".into())).expect("answers"), Some(1));
    store.retain_from(Timestamp(10_000_000), &Cancel::new()).expect("deletes");
    store.refresh().expect("refreshes");
    assert_eq!(open_deleted_files(folder.path()), 0);
    let _keeps_the_store_open = Arc::new(store);
}

#[test]
fn accents_of_their_own_are_found_in_the_head_and_in_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let row = |row: u32| match row % 2 {
        0 => format!("time={row};path=/de\u{301}/{row:05}/2e\u{300}me"),
        _ => format!("time={row};path=/dé/{row:05}/2ème"),
    };
    let phrases = ["dé", "de\u{301}", "2ème", "2e\u{300}", "dé/00077", "de\u{301}/00077", "/de\u{301}/0012", "de"];
    let expected = [300, 300, 300, 300, 1, 1, 10, 0].map(Some);
    let counts = || phrases.map(|text| count(&store, Test::Phrase(text.into())).expect("answers"));
    let rows: Vec<_> = (0..300).map(|number| (row(number), RowIdentity::Content(number))).collect();
    store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
    assert_eq!(counts(), expected, "in the head");
    assert!(store.flush_head(&Cancel::new()).expect("flushes"));
    assert_eq!(counts(), expected, "in a segment");
}
