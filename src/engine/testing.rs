//! For tests of engines: a format of one line of `name=value` pairs, and generated records,
//! filters and questions.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::base::hash::hash128;
use crate::base::time::{Moment, Timestamp};
use crate::model::envelope::{Arrival, Decisions, Envelope, Formats, ReadError, RowReader};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::intake::{Intake, IntakeResult, IntakeRow, RowIdentity};
use crate::model::period::TimeRange;
use crate::model::record::Record;
use crate::model::request_id::NormalId;
use crate::model::value::{Outcome, Value};
use crate::query::{Clause, Filter, Test};

use super::EngineError;
use super::local::import::Import;
use super::local::{Store, StoreOptions};
use super::question::{Anchor, FacetField, FacetsWant, PageWant, Question, Sort, TimelineWant, Want};

/// Reads `name=value` pairs parted by semicolons.
pub struct Pairs;

impl Formats for Pairs {
    fn reader(&self, _: &Envelope, _: Option<&str>) -> Result<Box<dyn RowReader>, ReadError> {
        Ok(Box::new(PairReader))
    }

    fn definition(&self, _: &Envelope) -> Option<String> {
        Some("pairs".into())
    }
}

struct PairReader;

impl RowReader for PairReader {
    fn read<'a>(&self, raw: &'a [u8], record: &mut Record<'a>) -> Result<(), ReadError> {
        for pair in raw.split(|b| *b == b';').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|b| *b == b'=').ok_or_else(|| ReadError::new("no = in a pair"))?;
            let (name, value) = (std::str::from_utf8(&pair[..at]).expect("names are ASCII"), &pair[at + 1..]);
            let number = || std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
            match FieldRef::find(name).expect("tests use known names") {
                FieldRef::Attribute(path) => record.attributes.push((Cow::Owned(path), Cow::Borrowed(value.into()))),
                FieldRef::Known(field) => match field.kind() {
                    Kind::Time => {
                        let at = Timestamp(number().ok_or_else(|| ReadError::new("time is no number"))?);
                        record
                            .set(field, Value::Time(Moment { at, digits: if at.0 % 1_000_000 == 0 { 0 } else { 6 } }));
                    }
                    Kind::Status | Kind::Integer => record.set(field, Value::Integer(number().unwrap_or(0))),
                    Kind::Duration => record.set(field, Value::Duration(number().unwrap_or(0) as u64)),
                    Kind::Boolean => record.set(field, Value::Boolean(value == b"true")),
                    Kind::Outcome => {
                        record.set(field, Value::Outcome(Outcome::read(value).unwrap_or(Outcome::Failure)));
                    }
                    _ => record.set_text(field, Cow::Borrowed(value.into())),
                },
            }
        }
        record.derive();
        Ok(())
    }
}

/// An envelope of the test format.
pub fn envelope(source: &str) -> Arc<Envelope> {
    Arc::new(Envelope {
        source: source.into(),
        format: "pairs".into(),
        format_version: 1,
        decisions: Decisions::default(),
        heading: None,
        place: "test".into(),
        file: None,
        arrival: Arrival::Imported,
    })
}

/// The place of a row that is known by it: the same row is always at the same.
fn position(raw: &str, identity: RowIdentity) -> Option<u64> {
    (identity == RowIdentity::Position).then(|| hash128(raw.as_bytes()) as u64 % 1_000)
}

/// An intake of rows of one source.
pub fn intake(source: &str, rows: &[(String, RowIdentity)]) -> Intake {
    let rows = rows
        .iter()
        .map(|(raw, identity)| IntakeRow {
            raw: raw.clone().into_bytes(),
            identity: *identity,
            position: position(raw, *identity),
        })
        .collect();
    Intake { rows: vec![(envelope(source), rows)], ..Intake::default() }
}

/// A store of the test format, made when there is none.
pub fn open(folder: &Path) -> Store {
    open_with(folder, false)
}

/// The same for a single question.
pub fn open_once(folder: &Path) -> Store {
    open_with(folder, true)
}

fn open_with(folder: &Path, is_once: bool) -> Store {
    // Without patience every answer begins with the newest parts.
    // Nearly all fields have more values than may be kept, and than there is room for.
    let options = StoreOptions {
        patience: Duration::ZERO,
        first_rows: 1,
        few_values: 3,
        most_values: 8,
        many_rows: 2,
        names: 120,
        is_once,
        ..StoreOptions::default()
    };
    Store::open(folder, options, Arc::new(Pairs)).expect("opens")
}

/// An import of the test format, before its commit.
pub struct Importing<'a> {
    import: Import<'a>,
}

impl<'a> Importing<'a> {
    /// Reads rows into segments of `cut` rows each, finished in the wrong order.
    pub fn start(store: &'a Store, source: &str, rows: &[(String, RowIdentity)], cut: usize, now: Timestamp) -> Self {
        let envelope = envelope(source);
        let mut import = store.import(source, now).expect("starts");
        let mut finished = Vec::new();
        for (number, chunk) in rows.chunks(cut).enumerate() {
            let mut segment = store.import_segment(&envelope, now).expect("a segment");
            for (raw, identity) in chunk {
                let mut record = Record::default();
                let reader = Pairs.reader(&envelope, None).expect("a reader");
                reader.read(raw.as_bytes(), &mut record).expect("reads");
                segment.push(raw.as_bytes(), *identity, position(raw, *identity), &record).expect("pushes");
            }
            finished.push((number as u64, import.finish_segment(segment).expect("finishes")));
        }
        for (number, (segment, result)) in finished.into_iter().rev() {
            import.add(number, segment, &envelope, result);
        }
        Self { import }
    }

    /// Makes the rows visible.
    pub fn commit(self) -> IntakeResult {
        self.try_commit().expect("commits")
    }

    /// The same, where it may fail.
    pub fn try_commit(self) -> Result<IntakeResult, EngineError> {
        self.import.commit(&Intake::default(), &[])
    }
}

/// An import in segments of some rows each.
pub fn import(store: &Store, source: &str, rows: &[(String, RowIdentity)], cut: usize, now: Timestamp) -> IntakeResult {
    Importing::start(store, source, rows, cut, now).commit()
}

/// Times lie in these seconds: few, so that there are ties.
const SECONDS: i64 = 40;

/// An id as somebody writes it: plain or dashed, large or small, seldom otherwise.
fn written_id(n: u8, way: usize) -> String {
    let mut id = format!("{n:02x}94794d8e4b29c8518289e7cedfcd{n:02x}");
    if way % 2 == 1 {
        for place in [20, 16, 12, 8] {
            id.insert(place, '-');
        }
    }
    match way {
        0..10 => id,
        19 => id.replace('d', "D"),
        _ => id.to_uppercase(),
    }
}

/// Rows with ties, missing values, late times, repeated ids and text beyond ASCII.
pub fn any_row() -> impl Strategy<Value = (String, RowIdentity)> {
    let id = prop_oneof![
        3 => (0_u8..60, 0_usize..20).prop_map(|(n, way)| format!("request_id={}", written_id(n, way))),
        1 => (0_u8..9).prop_map(|n| format!("request_id=req-{n}")),
        1 => Just(String::new()),
    ];
    let text = |name: &'static str, values: &'static [&'static str]| prop_oneof![1 => Just(String::new()), 3 => prop::sample::select(values).prop_map(move |v| format!("{name}={v}"))];
    let number = |name: &'static str, max: i64| prop_oneof![1 => Just(String::new()), 4 => (0..max).prop_map(move |n| format!("{name}={n}"))];
    let status = prop_oneof![
        1 => Just(String::new()),
        5 => prop::sample::select(&[200, 201, 302, 401, 404, 429, 500, 502, 503][..]).prop_map(|s| format!("status={s}")),
    ];
    // Numbers whose order is not that of their digits.
    let user = prop_oneof![
        1 => Just(String::new()),
        4 => prop::sample::select(&[0, 1, 2, 3, 4, 10, 30, -2, -10][..]).prop_map(|n| format!("user_id={n}")),
    ];
    (
        (0..SECONDS).prop_map(|s| format!("time={}", s * 1_000_000 / 2)),
        id,
        status,
        text("client", &["ETL Partner", "Northwind", "École", "acme", "Acme EU"]),
        text("path", &["/orders/1", "/orders", "/Files/Überweisung", "/report?port=1", "relative/port", "/"]),
        text("error_message", &["Upstream closed", "timed out after 30 s", "ÜBERLAST"]),
        text("ip", &["10.2.3.4", "10.9.9.9", "2001:db8::1", "unknown"]),
        number("duration", 5_000_000_000),
        user,
        text("attributes.region", &["eu", "us", "2", "2.0", "[\"eu\",2]"]),
        (0_u32..3, 0_u32..4),
    )
        .prop_map(|(time, id, status, client, path, error, ip, duration, user, region, (nth, by))| {
            let identity = match by {
                0 => RowIdentity::Position,
                1 => RowIdentity::Content(nth),
                _ if id.is_empty() => RowIdentity::Content(nth),
                _ => RowIdentity::Id,
            };
            let all = [time, id, status, client, path, error, ip, duration, user, region];
            let given: Vec<String> = all.into_iter().filter(|pair| !pair.is_empty()).collect();
            (given.join(";"), identity)
        })
}

/// Clauses of all kinds.
fn any_clause() -> impl Strategy<Value = Clause> {
    any_clause_filter().prop_filter_map("is a clause", |filter| match filter {
        Filter::Clause(clause) => Some(clause),
        _ => None,
    })
}

fn any_clause_filter() -> impl Strategy<Value = Filter> {
    let known = |field: Field, tests: Vec<Test>| Filter::one_of(field, tests);
    prop_oneof![
        (prop::sample::select(&[200, 404, 500, 502][..]), 0_i64..200)
            .prop_map(move |(low, width)| known(Field::Status, vec![Test::Range(low, low + width)])),
        Just(known(Field::Status, vec![Test::Missing])),
        Just(known(Field::Status, vec![Test::Missing, Test::Range(502, 502)])),
        Just(known(Field::Outcome, vec![Test::Exact(b"failure".to_vec())])),
        prop::sample::select(&["etl", "acme", "école", "PARTNER ETL", "zz"][..])
            .prop_map(move |w| known(Field::Client, vec![Test::Words(w.into())])),
        prop::sample::select(&["ETL Partner", "acme"][..])
            .prop_map(move |w| known(Field::Client, vec![Test::Exact(w.into()), Test::Missing])),
        Just(known(Field::Client, vec![Test::Wildcard("*c*e*".into())])),
        Just(known(Field::Client, vec![Test::Regex("^[A-Z]".into())])),
        prop::sample::select(&["/orders", "port", "orders", "/", "überweisung", ""][..])
            .prop_map(move |w| known(Field::Path, vec![Test::Phrase(w.into())])),
        Just(known(Field::Path, vec![Test::Phrase("port".into()), Test::Wildcard("/*".into())])),
        prop::sample::select(&["closed", "überlast", "a"][..])
            .prop_map(move |w| known(Field::ErrorMessage, vec![Test::Phrase(w.into())])),
        Just(known(Field::Ip, vec![Test::Network("10.0.0.0/8".parse().expect("a network"))])),
        Just(known(Field::Ip, vec![Test::Address("2001:DB8::1".parse().expect("an address"))])),
        (0_i64..5_000_000_000).prop_map(move |low| known(Field::Duration, vec![Test::Range(low, i64::MAX)])),
        Just(known(Field::Duration, vec![Test::Present])),
        (0_i64..5).prop_map(move |n| known(Field::UserId, vec![Test::Range(n, n + 1), Test::Range(4, 4)])),
        (0_u8..60).prop_map(move |n| {
            let id = format!("{n:02x}94794d8e4b29c8518289e7cedfcd{n:02x}");
            known(Field::RequestId, vec![Test::Id(NormalId::new(id.as_bytes()).expect("an id"))])
        }),
        prop::sample::select(&["0", "1094", "req", "req1"][..]).prop_map(move |p| {
            known(Field::RequestId, vec![Test::IdPrefix(NormalId::new(p.as_bytes()).expect("an id"))])
        }),
        prop::sample::select(&["*cd1*", "0*-4d8e*1*", "*10", "REQ*", "*"][..])
            .prop_map(move |p| known(Field::RequestId, vec![Test::Wildcard(p.into())])),
        Just(known(Field::RequestId, vec![Test::Missing])),
        Just(known(Field::RequestId, vec![Test::Present])),
        prop::sample::select(&["4d8e|req-[12]", "^[^a-z]{32}$", "^[0-9a-f]{8}-4d8e-", "(?i)CD1.$", "^req", "D"][..])
            .prop_map(move |p| known(Field::RequestId, vec![Test::Regex(p.into())])),
        Just(known(Field::RequestId, vec![Test::Regex("^.{36}$".into()), Test::Missing])),
        Just(known(Field::RequestId, vec![Test::Phrase("-4d8e".into())])),
        Just(known(Field::RequestId, vec![Test::Exact(written_id(7, 1).into_bytes()), Test::Exact(b"req-1".to_vec())])),
        prop::sample::select(&["eu", "2", "2.0", "20e-1", "[\"eu\",2]"][..])
            .prop_map(|v| Filter::field(FieldRef::Attribute("region".into()), Test::Exact(v.into()))),
        prop::sample::select(&["eu", "2"][..])
            .prop_map(|v| Filter::field(FieldRef::Attribute("region".into()), Test::Words(v.into()))),
        prop::sample::select(&["^eu", "2$"][..])
            .prop_map(|v| Filter::field(FieldRef::Attribute("region".into()), Test::Regex(v.into()))),
        prop::sample::select(&[(i128::MIN, 2_000_000_000_000), (1_999_999_999_999, i128::MAX)][..])
            .prop_map(|(low, high)| Filter::field(FieldRef::Attribute("region".into()), Test::Decimals(low, high))),
        (0_i128..4, 0_i128..5).prop_map(|(low, wide)| {
            let versions = Test::Versions((low << 97) + 1, ((low + wide) << 97) + 1);
            Filter::field(FieldRef::Attribute("region".into()), versions)
        }),
        Just(Filter::field(FieldRef::Attribute("nowhere".into()), Test::Missing)),
        prop::sample::select(&["orders", "acme", "gateway"][..]).prop_map(|w| {
            Filter::Clause(Clause { target: crate::query::Target::Anywhere, any_of: vec![Test::Phrase(w.into())] })
        }),
    ]
}

/// Filters of all kinds, nested.
pub fn any_filter() -> impl Strategy<Value = Filter> {
    any_clause_filter().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|f| Filter::Not(Box::new(f))),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner, 1..3).prop_map(Filter::Or),
        ]
    })
}

/// Fields that are counted in tests.
pub fn facet_fields() -> Vec<FieldRef> {
    vec![
        Field::Status.into(),
        Field::Client.into(),
        Field::Path.into(),
        Field::Ip.into(),
        Field::Outcome.into(),
        Field::UserId.into(),
        Field::Failure.into(),
        Field::Source.into(),
        FieldRef::Attribute("region".into()),
        FieldRef::Attribute("nowhere".into()),
        Field::RequestId.into(),
        Field::Duration.into(),
        Field::Time.into(),
        Field::Key.into(),
    ]
}

/// So many values of each, some of them ticked; maybe only those with a text in them.
fn facet_wants(top: usize, matching: Option<&str>) -> Vec<FacetField> {
    let pinned = |field: &FieldRef| match field {
        FieldRef::Known(Field::Client) => vec![Some(b"acme".to_vec())],
        FieldRef::Known(Field::Status) => vec![None],
        FieldRef::Known(Field::RequestId) => vec![Some(b"req1".to_vec()), None],
        _ => Vec::new(),
    };
    facet_fields()
        .into_iter()
        .map(|field| FacetField {
            pinned: pinned(&field),
            matching: matching.map(str::to_owned),
            in_view: top.is_multiple_of(2),
            ..FacetField::new(field, top)
        })
        .collect()
}

/// Questions that want everything at once.
pub fn any_question() -> impl Strategy<Value = Question> {
    let range = prop_oneof![
        2 => Just(TimeRange::ALL),
        2 => (0..SECONDS, 0..SECONDS).prop_map(|(a, b)| {
            TimeRange::new(Timestamp(a.min(b) * 500_000), Timestamp(a.max(b) * 500_000 + 1))
        }),
    ];
    let sort_fields = [
        Field::Time.into(),
        Field::Time.into(),
        Field::Duration.into(),
        Field::Client.into(),
        Field::Path.into(),
        Field::Status.into(),
        Field::Key.into(),
        Field::RequestId.into(),
        FieldRef::Attribute("region".into()),
    ];
    let sort = (prop::sample::select(sort_fields.to_vec()), any::<bool>())
        .prop_map(|(field, descending)| Sort { field, descending });
    let anchor = prop_oneof![Just(Anchor::Start), Just(Anchor::End), (0_u64..80).prop_map(Anchor::Row),];
    let filter = prop::collection::vec(any_filter(), 0..3).prop_map(Filter::from_steps);
    let source = prop_oneof![2 => Just(None), 1 => Just(Some("one".to_owned())), 1 => Just(Some("none".to_owned()))];
    let matching = prop_oneof![
        2 => Just(None),
        1 => prop::sample::select(&["A", "É", "or", "4", "req-", "00:00:0", ""][..]).prop_map(Some),
    ];
    let series = prop::collection::vec(any_clause(), 0..3);
    let of_attribute =
        [Test::Words("eu".into()), Test::Words("2".into()), Test::Exact("2.0".into()), Test::Phrase("u".into())];
    let of_attribute = prop::sample::subsequence(of_attribute.to_vec(), 1..=2);
    let figures = (1_usize..5, matching, 300_000_i64..4_000_000, any::<bool>(), series, of_attribute);
    (filter, range, source, sort, anchor, 1_usize..12, figures).prop_map(
        |(filter, range, source, sort, at, limit, (top, matching, width, is_open, series, any_of))| Question {
            filter,
            range,
            source,
            wants: vec![
                Want::Page(PageWant { sort, at, limit }),
                Want::Count,
                Want::Summary,
                Want::Span,
                Want::Attributes,
                Want::AttributesWith(any_of),
                Want::Facets(FacetsWant { fields: facet_wants(top, matching), with_totals: true }),
                Want::Timeline(TimelineWant {
                    is_open,
                    with_p95: true,
                    series,
                    ..TimelineWant::new(Timestamp(2_000_000), width, 7)
                }),
            ],
        },
    )
}
