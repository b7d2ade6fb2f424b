//! `store` and `tail`: care of the store, damage that is found, and lines as they arrive.

use std::fs;
use std::io::{BufRead, BufReader};

use rustix::process::Signal;
use serde_json::Value as Json;

use crate::home::{Home, Running};

use super::data::{home_with, lines, requests};

fn segment(home: &Home, extension: &str) -> std::path::PathBuf {
    let is_wanted = |path: &std::path::PathBuf| path.extension().is_some_and(|own| own == extension);
    home.files().into_iter().find(is_wanted).expect("a segment's file")
}

/// Changes one byte in the middle of a file.
fn damage(path: &std::path::Path) {
    let mut bytes = fs::read(path).expect("is there");
    // More than what may lie between two columns.
    let (from, count) = (bytes.len() / 2, bytes.len() / 8);
    for byte in &mut bytes[from..from + count] {
        *byte ^= 0x55;
    }
    fs::write(path, bytes).expect("written");
}

#[test]
fn info_says_what_is_there() {
    let home = home_with(50);
    let info = home.json(&["store", "info", "--format", "json"]);
    assert_eq!((&info["records"], &info["as_of"], &info["segments"]), (&50.into(), &50.into(), &1.into()));
    assert_eq!(
        (&info["first"], &info["last"]),
        (&"2026-11-20T00:00:00.000000Z".into(), &"2026-11-20T08:10:00.000000Z".into())
    );
    let source = &info["sources"][0];
    assert_eq!((&source["name"], &source["bad"], &source["gaps"]), (&"web".into(), &0.into(), &0.into()));
    assert!(home.ok(&["store", "info"]).contains("50"));
}

#[test]
fn a_whole_store_is_proved_and_rebuilt() {
    let home = home_with(50);
    let before = home.ok(&["search", "-n", "all", "--format", "jsonl"]);
    assert!(home.ok(&["store", "verify"]).contains("50 requests"));
    home.ok(&["store", "rebuild"]);
    assert!(home.ok(&["store", "verify"]).contains("50 requests"));
    assert_eq!(home.ok(&["search", "-n", "all", "--format", "jsonl"]), before);
}

#[test]
fn damaged_columns_are_an_error_and_can_be_made_again() {
    let home = home_with(50);
    let before = home.ok(&["search", "-n", "all", "--format", "jsonl"]);
    damage(&segment(&home, "arrow"));
    let error = home.fails(3, &["store", "verify"]);
    assert!(error.contains(".arrow") && error.contains("store rebuild"), "{error}");
    home.ok(&["store", "rebuild"]);
    home.ok(&["store", "verify"]);
    assert_eq!(home.ok(&["search", "-n", "all", "--format", "jsonl"]), before);
}

#[test]
fn damaged_rows_are_an_error_never_wrong_data() {
    let home = home_with(50);
    let path = segment(&home, "raw");
    damage(&path);
    let error = home.fails(3, &["store", "verify"]);
    assert!(error.contains(".raw"), "{error}");
    let ran = home.run(&["search", "-n", "all", "--format", "jsonl"]);
    assert_eq!(ran.code, Some(3), "{}", ran.error());
    assert!(ran.error().contains("damaged"), "{}", ran.error());
}

#[test]
fn a_lost_file_is_named_and_the_rest_answers() {
    let home = home_with(50);
    home.write("more.jsonl", "{\"time\":\"2026-11-21T00:00:00Z\",\"status\":200}\n");
    home.ok(&["import", "more.jsonl", "--source", "web"]);
    let found = |command: &[&str]| {
        let ran = home.run(command);
        assert_eq!(ran.code, Some(0), "{}", ran.error());
        (String::from_utf8(ran.out.clone()).expect("text").lines().count(), ran.error())
    };
    let search = ["search", "-n", "all", "--format", "jsonl"];
    let segments = |extension: &str| {
        let files = fs::read_dir(home.store().join("segments")).expect("a folder");
        let mut files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
        files.retain(|path| path.extension().is_some_and(|own| own == extension));
        files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).expect("a file").len()));
        files
    };
    fs::remove_file(&segments("arrow")[0]).expect("removed");
    let (rows, said) = found(&search);
    assert_eq!(rows, 1);
    assert!(said.contains("50 requests cannot be read") && said.contains("store rebuild repairs it"), "{said}");
    assert!(home.fails(3, &["store", "verify"]).contains("50 requests cannot be read"));
    assert!(home.ok(&["store", "info"]).contains("50 requests cannot be read"));
    assert_eq!(home.json(&["store", "info", "--format", "json"])["missing"][0]["records"], 50);
    home.ok(&["store", "rebuild"]);
    home.ok(&["store", "verify"]);
    let (rows, said) = found(&search);
    assert!(rows == 51 && !said.contains("cannot be read"), "{said}");
    fs::remove_file(&segments("raw")[0]).expect("removed");
    let (rows, said) = found(&search);
    assert!(rows == 1 && said.contains("50 requests cannot be read") && said.contains(".raw"), "{said}");
    home.fails(3, &["store", "rebuild"]);
}

#[test]
fn old_requests_can_be_deleted() {
    let home = home_with(50);
    // They were first seen just now: that counts as well.
    assert!(home.ok(&["store", "retain", "1d"]).starts_with("0 requests"));
    assert_eq!(home.json(&["summary", "--format", "json"])["count"], 50);
    let said = home.ok(&["store", "retain", "1ms"]);
    let after = home.run(&["summary", "--format", "json"]);
    let after: Json = serde_json::from_slice(&after.out).expect("JSON");
    let left = requests(50).iter().filter(|row| row["time"].as_str() > Some(&now())).count();
    assert_eq!(after["count"], left, "{said}");
    assert!(home.ok(&["import", "web.jsonl", "--source", "web"]).contains(&format!("{} stored", 50 - left)));
    for span in ["soon", "0d", "-1d"] {
        home.fails(2, &["store", "retain", "--", span]);
    }
}

fn now() -> String {
    reqscope::base::time::Timestamp::now().rfc3339(0)
}

#[test]
fn tail_shows_what_arrives() {
    let home = home_with(5);
    let mut tail = Running::start(&mut home.command(&["tail", "-n", "2", "--format", "jsonl"]));
    let mut out = BufReader::new(tail.child.stdout.take().expect("a pipe")).lines();
    let mut next = || -> Json {
        let line = out.next().expect("a line").expect("text");
        serde_json::from_str(&line).expect("JSON")
    };
    assert_eq!([next()["time"].clone(), next()["time"].clone()], ["2026-11-20T00:30:00Z", "2026-11-20T00:40:00Z"]);
    // Another process stores a new request and an old one: the old one is not news.
    let rows = format!(
        "{{\"time\":\"2020-01-01T00:00:00Z\",\"status\":200,\"client\":\"old\"}}\n\
         {{\"time\":\"{}\",\"status\":200,\"client\":\"new\"}}\n",
        now()
    );
    home.write("more.jsonl", rows);
    home.ok(&["import", "more.jsonl", "--source", "web"]);
    assert_eq!(next()["client"], "new");
    tail.signal(Signal::INT);
    assert_eq!(tail.exit_code(), Some(130));
}

#[test]
fn tail_can_time_out() {
    let home = home_with(5);
    let ran = home.run(&["tail", "--timeout", "20ms", "-n", "3"]);
    assert_eq!(ran.code, Some(1), "{}", ran.error());
    assert_eq!(ran.text().lines().count(), 3, "{}", ran.text());
    assert!(home.fails(2, &["tail", "--timeout", "soon"]).contains("30s"));
    assert!(home.fails(2, &["tail", "--format", "csv"]).contains("jsonl"));
    // A query keeps to what matches.
    let ran = home.run(&["tail", "status:404", "--timeout", "20ms", "--format", "jsonl"]);
    let expected = lines(&requests(5)).matches("\"status\":404").count();
    assert_eq!(ran.text().lines().count(), expected);
}
