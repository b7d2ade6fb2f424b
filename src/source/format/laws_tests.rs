//! What holds for every format and every input.

use std::borrow::Cow;

use bstr::ByteSlice;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::base::time::{Moment, Timestamp};
use crate::base::units;
use crate::model::envelope::{Arrival, Decisions, Envelope, Formats, RowReader};
use crate::model::field::{Field, Kind};
use crate::model::record::Record;
use crate::model::value::{Outcome, Value};

use super::description::TargetField;
use super::reader::{Format, FormatReader};
use super::registry::Registry;
use super::split::{AtEnd, Layout, Piece, Splitter};

thread_local! {
    static REGISTRY: Registry = Registry::new();
}

fn open(registry: &Registry, format: &str, heading: Option<&[u8]>) -> FormatReader {
    registry.open(format, heading, &Decisions::default()).expect("ours")
}

/// Every sample row of every format, with a reader for it.
fn sample_rows(registry: &Registry) -> Vec<(FormatReader, Vec<u8>)> {
    let formats = registry.formats();
    let rows = formats.flat_map(|format| format.description.samples.iter().map(move |sample| (format, sample)));
    rows.map(|(format, sample)| {
        let heading = sample.heading.as_deref().map(str::as_bytes);
        (format.open(heading, &sample.decisions).expect("opens"), sample.row.clone().into_bytes())
    })
    .collect()
}

/// A row is a record with a time, or there is a reason.
fn reads(reader: &FormatReader, row: &[u8]) {
    let mut record = Record::default();
    match reader.read(row, &mut record) {
        Ok(()) => assert!(record.time().is_some() && record.get(Field::Outcome).is_some()),
        Err(error) => assert!(!error.reason.is_empty()),
    }
}

#[test]
fn cut_samples_do_no_harm() {
    let registry = Registry::new();
    for (reader, row) in sample_rows(&registry) {
        for end in 0..row.len() {
            reads(&reader, &row[..end]);
            reads(&reader, &row[end..]);
        }
    }
}

/// One field's value and how our own JSON writes it.
fn any_value(field: Field) -> BoxedStrategy<(Json, Value<'static>)> {
    let text = prop_oneof!["\\PC{1,20}", ".{1,12}", "[a-z/?=&.]{1,30}"];
    match field.kind() {
        Kind::Time => (0_i64..4_000_000_000_000_000, 0_u8..=6)
            .prop_map(|(micros, digits)| {
                let tick = 10_i64.pow(6 - u32::from(digits));
                let at = Timestamp(micros - micros % tick);
                (json!(at.rfc3339(digits)), Value::Time(Moment { at, digits }))
            })
            .boxed(),
        Kind::Status => (1_i64..1000).prop_map(|status| (json!(status), Value::Integer(status))).boxed(),
        Kind::Integer => any::<i64>().prop_map(|number| (json!(number), Value::Integer(number))).boxed(),
        Kind::Boolean => any::<bool>().prop_map(|flag| (json!(flag), Value::Boolean(flag))).boxed(),
        Kind::Outcome => any::<bool>()
            .prop_map(|is_fine| if is_fine { Outcome::Success } else { Outcome::Failure })
            .prop_map(|outcome| (json!(outcome.word()), Value::Outcome(outcome)))
            .boxed(),
        Kind::Duration => {
            any::<u64>().prop_map(|nanos| (json!(units::millis_decimal(nanos)), Value::Duration(nanos))).boxed()
        }
        Kind::Handle | Kind::Id | Kind::Name | Kind::Text | Kind::Address => text
            .prop_filter("missing is not written", |text| !crate::model::record::is_missing(text.as_bytes()))
            .prop_map(|text| (json!(text), Value::owned_text(text)))
            .boxed(),
    }
}

fn any_record() -> impl Strategy<Value = (Map<String, Json>, Record<'static>)> {
    let fields: Vec<_> = TargetField::all()
        .map(|field| {
            let value = match field {
                Field::Time => any_value(field).prop_map(Some).boxed(),
                _ => proptest::option::weighted(0.6, any_value(field)).boxed(),
            };
            (Just(field), value)
        })
        .collect();
    let attributes = proptest::collection::btree_map("[a-z]{1,6}(\\.[a-z]{1,6}){0,2}", "[^-\\s]\\PC{0,10}", 0..5);
    (fields, attributes).prop_map(|(fields, attributes)| {
        let (mut json, mut record) = (Map::new(), Record::default());
        for (field, value) in fields {
            if let Some((written, value)) = value {
                json.insert(field.name().to_owned(), written);
                record.set(field, value);
            }
        }
        json.insert("attributes".into(), json!(attributes));
        for (name, text) in attributes {
            record.attributes.push((Cow::Owned(name), Cow::Owned(text.into())));
        }
        record.derive();
        (json, record)
    })
}

fn mutated(row: &[u8], edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut row = row.to_vec();
    for (place, kind, byte) in edits {
        let at = place % (row.len() + 1);
        match kind % 4 {
            0 if at < row.len() => row[at] = *byte,
            1 => row.insert(at, *byte),
            2 if at < row.len() => drop(row.remove(at)),
            // A piece of the row again, in another place.
            _ => {
                let piece = row[at..(at + usize::from(*byte)).min(row.len())].to_vec();
                row.splice(at / 2..at / 2, piece);
            }
        }
    }
    row
}

proptest! {
    #[test]
    fn our_own_json_is_read_as_it_was_written((json, record) in any_record(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_vec_pretty(&json) } else { serde_json::to_vec(&json) }.expect("JSON");
        REGISTRY.with(|registry| {
            let mut read = Record::default();
            open(registry, "json-lines", None).read(&text, &mut read).map_err(|error| TestCaseError::fail(error.reason))?;
            for field in Field::all() {
                prop_assert_eq!(read.get(field), record.get(field), "{:?}", field);
            }
            read.attributes.sort();
            let mut attributes = record.attributes.clone();
            attributes.sort();
            prop_assert_eq!(read.attributes, attributes);
            Ok(())
        })?;
    }

    #[test]
    fn mutated_samples_do_no_harm(which in any::<usize>(), edits in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..8)) {
        REGISTRY.with(|registry| {
            let mut rows = sample_rows(registry);
            let (reader, row) = rows.swap_remove(which % rows.len());
            reads(&reader, &mutated(&row, &edits));
        });
    }

    #[test]
    fn what_rows_before_said_changes_nothing(
        which in any::<usize>(),
        rows in proptest::collection::vec(proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..3), 1..8),
    ) {
        REGISTRY.with(|registry| {
            let mut samples = sample_rows(registry);
            let (reader, sample) = samples.swap_remove(which % samples.len());
            let mut in_order = reader.in_order();
            for row in rows.iter().map(|edits| mutated(&sample, edits)) {
                let (mut one, mut other) = (Record::default(), Record::default());
                prop_assert_eq!(in_order.read(&row, &mut one), reader.read(&row, &mut other));
                prop_assert_eq!(one, other);
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_bytes_do_no_harm(text in proptest::collection::vec(prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        Just(b"{\"time\":1795396079,\"status\":".to_vec()),
        Just(b"{\"log_message\":".to_vec()),
        Just(b"\"\\\"\\u00\\ud800".to_vec()),
        Just(b"},{".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"Date,Code,\"".to_vec()),
        Just(b"1 - - [23/Nov/2026:01:07:59 +0000] \"GET / HTTP/1.1\" 200 1\n".to_vec()),
    ], 0..40).prop_map(|pieces| pieces.concat())) {
        REGISTRY.with(|registry| {
            if let Ok(detected) = registry.detect(&text, "x", &Decisions::default()) {
                assert!(!detected.format.title().is_empty());
            }
            for format in registry.formats() {
                let detected = registry.detect_as(format.name(), &text, "x", &Decisions::default());
                let layout = detected.map_or(Layout::Lines, |detected| detected.layout);
                let Ok(reader) = format.open(layout.heading(), &Decisions::default()) else { continue };
                let mut splitter = Splitter::new(&text[..], &layout, AtEnd::Finish);
                while let Some(piece) = splitter.next_piece().expect("memory can be read") {
                    if let Piece::Row(row) = piece {
                        reads(&reader, row.bytes);
                    }
                }
            }
        });
    }
}

fn envelope(format: &str, format_version: u32) -> Envelope {
    Envelope {
        source: "s".into(),
        format: format.into(),
        format_version,
        decisions: Decisions::default(),
        heading: None,
        place: String::new(),
        file: None,
        arrival: Arrival::Imported,
    }
}

#[test]
fn stored_rows_stay_readable() {
    let registry = Registry::new();
    let row = br#"{"time":"2026-11-23T12:01:22Z","status":200}"#;
    let status = |registry: &Registry, envelope: &Envelope, definition: Option<&str>| {
        let reader = registry.reader(envelope, definition).map_err(|error| error.reason)?;
        let mut record = Record::default();
        reader.read(row, &mut record).map_err(|error| error.reason)?;
        Ok::<_, String>(record.status())
    };
    let ours = envelope("json-lines", 1);
    let definition = registry.definition(&ours).expect("ours");
    assert_eq!(status(&registry, &ours, None), Ok(Some(200)));
    assert_eq!(status(&registry, &ours, Some(&definition)), Ok(Some(200)));
    // A version that this program does not have.
    let theirs = envelope("json-lines", 9);
    assert_eq!(registry.definition(&theirs), None);
    let error = status(&registry, &theirs, None).expect_err("another version");
    assert!(error.contains("version 9") && error.contains("has version 1"), "{error}");
    let changed =
        definition.replace("version = 1", "version = 9").replace("\"status\", \"response_code\"", "\"state\"");
    assert_eq!(status(&registry, &theirs, Some(&changed)), Ok(Some(200)));
    // A format that this program does not have.
    let unknown = envelope("json-line", 1);
    let error = status(&registry, &unknown, None).expect_err("unknown");
    assert!(error.contains("did you mean “json-lines”?"), "{error}");
    let other = changed.replace("name = \"json-lines\"", "name = \"other\"");
    for _ in 0..2 {
        assert_eq!(status(&registry, &envelope("other", 9), Some(&other)), Ok(Some(200)));
    }
    let error = status(&registry, &envelope("other", 9), Some("name = 7")).expect_err("broken");
    assert!(error.starts_with("the stored description of “other”:1:8:"), "{error}");
    let mut bad_zone = ours.clone();
    bad_zone.decisions.zone = Some("Mars".into());
    assert!(status(&registry, &bad_zone, None).expect_err("no zone").contains("no time zone “Mars”"));
    assert!(
        status(&registry, &envelope("workato-csv", 1), None).expect_err("no heading").contains("needs the heading")
    );
}

#[test]
fn the_users_folder_overrides_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = Registry::new().get("nginx-json").expect("ours").definition().to_owned();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("a.toml", &ours.replace("title = \"nginx access log (JSON)\"", "title = \"Mine\""));
    write("b.toml", &ours.replace("version = 1", "version = 1\ntilte = 2"));
    write("c.txt", "no description");
    write("d.toml", &ours);
    let (registry, errors) = Registry::with_folder(folder.path());
    assert_eq!(registry.get("nginx-json").expect("overridden").title(), "Mine");
    assert_eq!(registry.formats().len(), Registry::new().formats().len());
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let [error, twice] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(twice.contains("a.toml:1:1: ") && twice.contains("d.toml describes “nginx-json” as well"), "{twice}");
    assert!(error.contains("b.toml:6:1: unknown key “tilte”; did you mean “title”?"), "{error}");
    let (registry, errors) = Registry::with_folder(&folder.path().join("nothing"));
    assert!(errors.is_empty() && registry.formats().len() == 7);
}

#[test]
fn what_was_assumed_is_told() {
    let registry = Registry::new();
    let heading = b"Date,Code,Timing".as_slice();
    let reader = open(&registry, "workato-csv", Some(heading));
    let read = |row: &'static [u8]| reader.read(row, &mut Record::default()).expect("readable");
    read(b"2026-11-23T12:01:22Z,200,0.4s");
    read(b"2026-11-23T12:01:22Z,200,0");
    assert_eq!(reader.notes(), Vec::<String>::new(), "nothing was assumed");
    read(b"2026-11-23 12:01:22,200,412");
    let notes = reader.notes();
    assert!(notes[0].contains("read as UTC") && notes[1].contains("read as ms"), "{notes:?}");
    let decided = Decisions {
        zone: Some("UTC".into()),
        unit: Some(crate::model::envelope::SpanUnit::Millis),
        ..Decisions::default()
    };
    let reader = registry.open("workato-csv", Some(heading), &decided).expect("ours");
    reader.read(b"2026-11-23 12:01:22,200,412", &mut Record::default()).expect("readable");
    assert_eq!(reader.notes(), Vec::<String>::new(), "the user said it");
}

#[test]
fn rows_with_too_many_keys_are_bad() {
    let registry = Registry::new();
    let reader = open(&registry, "json-lines", None);
    let row = |keys: usize| {
        let keys: Vec<String> = (0..keys).map(|key| format!("\"k{key}\":1")).collect();
        format!("{{\"time\":1795396079,{}}}", keys.join(","))
    };
    assert!(reader.read(row(10_000).as_bytes(), &mut Record::default()).is_ok());
    let error = reader.read(row(10_001).as_bytes(), &mut Record::default()).expect_err("too many");
    assert!(error.reason.contains("10,000 keys"));
}

#[test]
fn rows_whose_keys_would_fill_the_memory_are_bad() {
    let registry = Registry::new();
    let reader = open(&registry, "json-lines", None);
    let long = "k".repeat(900_000);
    let keys = |count: usize, value: &str| {
        let keys: Vec<String> = (0..count).map(|key| format!("\"{key}\":{value}")).collect();
        keys.join(",")
    };
    let inner = format!("{{\"{}\":{{{}}}}}", "k".repeat(9_000), keys(500, "1")).replace('"', "\\\"");
    for rest in [
        format!("\"{long}\":{{{}}}", keys(9_000, "1")),
        format!("\"{long}\":{{{}}}", keys(9_000, "[1,2]")),
        vec![format!("\"log_message\":\"{inner}\""); 40].join(","),
    ] {
        let row = format!("{{\"time\":1795396079,{rest}}}");
        let mut record = Record::default();
        let error = reader.read(row.as_bytes(), &mut record).expect_err("too long");
        assert!(error.reason.contains("4 MiB"), "{}", error.reason);
        let bytes: usize = record.attributes.iter().map(|(name, _)| name.len()).sum();
        assert!(bytes < 6 << 20, "read on up to {bytes}");
    }
    // Missing values take no name at all.
    let row = format!("{{\"time\":1795396079,\"{long}\":{{{}}}}}", keys(15_000, "\"\""));
    assert!(reader.read(row.as_bytes(), &mut Record::default()).is_ok());
}

#[test]
fn depth_is_kept_as_text_and_then_refused() {
    let registry = Registry::new();
    let reader = open(&registry, "json-lines", None);
    let row = |depth: usize| format!("{{\"time\":1795396079,\"a\":{}1{}}}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let text = row(40);
    let mut record = Record::default();
    reader.read(text.as_bytes(), &mut record).expect("deep but fine");
    let (name, value) = &record.attributes[0];
    assert_eq!(name.matches('.').count(), 16);
    assert!(value.starts_with_str("{\"a\":"));
    assert!(reader.read(row(500).as_bytes(), &mut Record::default()).is_err());
}

#[test]
fn strings_of_plain_rows_are_borrowed() {
    let registry = Registry::new();
    for format in registry.formats().filter(|format| format.name() != "nginx-combined") {
        let format: &std::sync::Arc<Format> = format;
        for sample in format.description.samples.iter().filter(|s| s.bad.is_none() && !s.row.contains(['\\', '"'])) {
            let reader = format.open(sample.heading.as_deref().map(str::as_bytes), &sample.decisions).expect("opens");
            let mut record = Record::default();
            reader.read(sample.row.as_bytes(), &mut record).expect("a record");
            for field in Field::all().filter(|f| !matches!(f, Field::Failure | Field::CollectionType)) {
                if let Some(Value::Text(text)) = record.get(field) {
                    assert!(matches!(text, Cow::Borrowed(_)), "{} {field:?}", format.name());
                }
            }
        }
    }
}

#[test]
fn the_example_in_the_readme_is_a_format() {
    let readme = include_str!("../../../assets/formats/README.md");
    let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let format = std::sync::Arc::new(Format::read("README.md", example).expect("well-formed"));
    assert_eq!(super::samples::check(&format), Vec::<String>::new());
}
