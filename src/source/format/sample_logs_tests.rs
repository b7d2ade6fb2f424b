//! The sample logs, line by line. They are not in this repository:
//! `REQSCOPE_SAMPLES=DIR cargo test --lib sample_logs -- --ignored` checks them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use crate::base::units;
use crate::model::envelope::Decisions;
use crate::model::field::Field;
use crate::model::intake::{BadRow, RowIdentity};
use crate::model::record::Record;
use crate::model::request_id;

use super::identify::Identify;
use super::intake::{RowIntake, TakenRow};
use super::registry::Registry;
use super::split::{AtEnd, Piece, Splitter};

type Key = (Option<u128>, Option<u64>);

/// All records of a sample by their lines, and the bad rows.
fn read(file: &str, format: &str) -> (BTreeMap<u64, Record<'static>>, Vec<BadRow>, Vec<Key>) {
    let folder = PathBuf::from(std::env::var_os("REQSCOPE_SAMPLES").expect("REQSCOPE_SAMPLES names the folder"));
    let bytes = fs::read(folder.join(file)).expect("the sample is there");
    let registry = Registry::new();
    let detected = registry.detect(&bytes[..65_536], file, &Decisions::default()).expect("known");
    assert_eq!(detected.format.name(), format);
    let reader = detected.format.open(detected.layout.heading(), &Decisions::default()).expect("opens");
    let intake = RowIntake::new(reader, Identify::new(detected.format.without_id(), detected.format.ids(), true), file);
    let (mut records, mut bad_rows, mut keys) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut splitter = Splitter::new(&bytes[..], &detected.layout, AtEnd::Finish);
    while let Some(piece) = splitter.next_piece().expect("memory can be read") {
        match piece {
            Piece::Bad(bad) => bad_rows.push(intake.bad(&bad)),
            Piece::Row(row) => match intake.take(&row, |taken| (taken.record.clone().into_owned(), key(&taken))) {
                Err(bad) => bad_rows.push(bad),
                Ok((record, key)) => {
                    keys.push(key);
                    records.insert(row.line.expect("read from the start"), record);
                }
            },
        }
    }
    keys.sort_unstable();
    keys.dedup();
    (records, bad_rows, keys)
}

/// By what a store would know a row.
fn key(taken: &TakenRow<'_, '_>) -> (Option<u128>, Option<u64>) {
    let id = taken.record.text(Field::RequestId).and_then(|id| request_id::key_of(id));
    (id, taken.position.filter(|_| taken.identity == RowIdentity::Position))
}

/// The same lines, read by `serde_json` after a lossy decoding.
fn lines(file: &str) -> Vec<Json> {
    let folder = PathBuf::from(std::env::var_os("REQSCOPE_SAMPLES").expect("REQSCOPE_SAMPLES names the folder"));
    let bytes = fs::read(folder.join(file)).expect("the sample is there");
    String::from_utf8_lossy(&bytes).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Seconds as they are written, as nanoseconds, by moving the point.
fn nanos(seconds: &Json) -> u64 {
    let text = format!("{:.9}", seconds.as_f64().expect("a number"));
    text.replace('.', "").parse().expect("digits")
}

fn text(record: &Record<'_>, field: Field) -> String {
    record.text(field).map(ToString::to_string).unwrap_or_default()
}

#[test]
#[ignore = "needs the folder of sample logs in REQSCOPE_SAMPLES"]
fn every_line_is_a_record() {
    for (file, format) in [
        ("nginx-combined.log", "nginx-combined"),
        ("nginx-access.json", "nginx-json"),
        ("caddy-access.json", "caddy-json"),
    ] {
        let (records, bad_rows, keys) = read(file, format);
        println!("{file}: {} records, {} bad rows", records.len(), bad_rows.len());
        for bad in &bad_rows {
            println!("  {}: {}: {}", bad.place, bad.reason, String::from_utf8_lossy(&bad.sample));
        }
        assert_eq!((records.len(), bad_rows.len(), keys.len()), (3_000, 0, 3_000));
    }
}

#[test]
#[ignore = "needs the folder of sample logs in REQSCOPE_SAMPLES"]
fn values_are_those_that_the_servers_wrote() {
    let (nginx, ..) = read("nginx-access.json", "nginx-json");
    for (line, json) in lines("nginx-access.json").iter().enumerate() {
        let record = &nginx[&(line as u64 + 1)];
        assert_eq!(record.duration(Field::Duration), Some(nanos(&json["request_time"])));
        assert_eq!(record.status(), json["status"].as_i64());
        assert_eq!(
            record.time().map(|time| time.0),
            json["msec"].as_f64().map(|secs| (secs * 1e3).round() as i64 * 1_000)
        );
        for (field, key) in [
            (Field::RequestId, "request_id"),
            (Field::Path, "uri"),
            (Field::Method, "method"),
            (Field::UserAgent, "user_agent"),
            (Field::Host, "host"),
            (Field::ApiKeyId, "api_key_id"),
        ] {
            assert_eq!(text(record, field), json[key].as_str().expect("text").trim_matches('-'), "line {line} {key}");
        }
    }
    let (caddy, ..) = read("caddy-access.json", "caddy-json");
    for (line, json) in lines("caddy-access.json").iter().enumerate() {
        let record = &caddy[&(line as u64 + 1)];
        assert_eq!(record.duration(Field::Duration), Some(nanos(&json["duration"])));
        assert_eq!(record.status(), json["status"].as_i64());
        assert_eq!(
            text(record, Field::RequestId),
            json["request"]["headers"]["X-Request-Id"][0].as_str().expect("an id")
        );
        assert_eq!(text(record, Field::Path), json["request"]["uri"].as_str().expect("a path"));
    }
}

#[test]
#[ignore = "needs the folder of sample logs in REQSCOPE_SAMPLES"]
fn one_request_is_the_same_in_every_log() {
    let (combined, ..) = read("nginx-combined.log", "nginx-combined");
    let (nginx, ..) = read("nginx-access.json", "nginx-json");
    let (caddy, ..) = read("caddy-access.json", "caddy-json");
    for (line, record) in &nginx {
        let other = &combined[line];
        assert_eq!(record.status(), other.status());
        // nginx's JSON leaves out what it could not read; `combined` has the bytes.
        for field in [Field::Method, Field::UserAgent] {
            if record.get(field).is_some() {
                assert_eq!(record.get(field), other.get(field), "line {line} {field:?}");
            }
        }
    }
    let by_id: BTreeMap<String, &Record<'_>> =
        nginx.values().map(|record| (text(record, Field::RequestId), record)).collect();
    let shared: Vec<_> =
        caddy.values().filter_map(|record| Some((record, *by_id.get(&text(record, Field::RequestId))?))).collect();
    println!("{} requests are in both logs", shared.len());
    assert_eq!(shared.len(), 2_958);
    let mut differ = BTreeSet::new();
    for (behind, front) in shared {
        assert_eq!(behind.get(Field::Method), front.get(Field::Method));
        if behind.get(Field::Path) != front.get(Field::Path) {
            differ.insert((text(behind, Field::Path), text(front, Field::Path)));
        }
        let spans = [behind, front].map(|record| record.duration(Field::Duration).expect("a span"));
        assert!(spans[0] < 60 * 1_000 * units::NANOS_PER_MS, "seconds, not minutes");
    }
    println!("paths that differ: {differ:#?}");
}
