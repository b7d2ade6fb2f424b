//! `export`: files of their owner alone, whole or not at all, never over another; what a
//! spreadsheet must not run, and bytes that must not change.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::home::{Home, json_lines};

use super::data::home_with;

/// Cells that a spreadsheet would run or mistake, and some that it must be left with.
const CELLS: &[(&str, bool)] = &[
    ("a;=cmd()", false),
    ("(compatible; +https://example.com)", false),
    ("=cmd|' /C calc'!A0", true),
    ("=1+1", true),
    ("+cmd", true),
    ("-2+3", true),
    ("@SUM(A1)", true),
    ("\t=1", true),
    ("\r=1", true),
    ("\n=1", true),
    (" =1", true),
    ("\u{200b}=cmd", true),
    ("\u{ff1d}1", true),
    ("'=1", true),
    ("-12.5", false),
    ("+49 30 123456", false),
    ("a=1", false),
    ("plain, with \"quotes\"", false),
    ("two\nlines", false),
    ("10.2.3.4", false),
    ("'quoted'", false),
    ("日本語 \u{202e}x \u{1b}[2J", false),
];

/// A store of one request for each cell, oldest first.
fn home_with_cells() -> Home {
    let home = Home::new();
    let line = |(place, (cell, _)): (usize, &(&str, bool))| {
        let time = format!("2026-11-20T00:00:{place:02}Z");
        format!("{}\n", json!({"time": time, "status": 500, "client": cell, "error_message": cell, "duration": 1.5}))
    };
    home.write("cells.jsonl", CELLS.iter().enumerate().map(line).collect::<String>());
    home.ok(&["import", "cells.jsonl"]);
    home
}

/// A CSV file as rows by heading, read by a reader of its own.
fn read_csv(bytes: &[u8]) -> Vec<HashMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// A record of `search` as the cells of the layout `full`.
fn cells_of(record: &Json) -> HashMap<String, String> {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    record.as_object().expect("an object").iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[test]
fn raw_is_what_search_gives() {
    for home in [home_with(60), home_with_cells()] {
        home.ok(&["export", "-o", "all.csv", "--layout", "full"]);
        let rows = read_csv(&fs::read(home.path().join("all.csv")).expect("is there"));
        let records = json_lines(&home.ok(&["search", "-n", "all", "--format", "jsonl"]));
        assert_eq!(rows.len(), records.len());
        for (row, record) in rows.iter().zip(&records) {
            let expected = cells_of(record);
            for (heading, cell) in row {
                assert_eq!(
                    Some(cell.as_str()),
                    Some(expected.get(heading).map_or("", String::as_str)),
                    "{heading} of {record}"
                );
            }
            assert!(expected.keys().all(|name| row.contains_key(name)), "every field has its column");
        }
    }
}

#[test]
fn excel_guards_what_would_run_and_nothing_else() {
    let home = home_with_cells();
    home.ok(&["export", "-o", "safe.csv", "--dialect", "excel", "--layout", "full", "--sort", "time:asc"]);
    let bytes = fs::read(home.path().join("safe.csv")).expect("is there");
    assert!(bytes.starts_with(b"\xef\xbb\xbf"), "with a byte-order mark");
    assert!(bytes.ends_with(b"\r\n"));
    for (row, (cell, is_dangerous)) in read_csv(&bytes).iter().zip(CELLS) {
        for field in ["client", "error_message"] {
            let found = row[field].as_str();
            let expected = cell.replace("\r\n", "\n").replace('\r', "\n");
            let expected = if *is_dangerous { format!("'{expected}") } else { expected };
            // Behind what could end a cell there is a guard, too.
            let expected = ["\t=", "\n=", ";="]
                .iter()
                .fold(expected, |cell, border| cell.replace(border, &format!("{}'=", &border[..1])));
            assert_eq!(found, expected, "{cell:?}");
        }
        assert_eq!((row["duration"].as_str(), row["status"].as_str()), ("1.5", "500"), "numbers stay numbers");
        assert!(row["time"].starts_with("2026-11-20T00:00:"));
    }
    assert_eq!(read_csv(&bytes).len(), CELLS.len());
}

#[test]
fn raw_keeps_bytes_that_are_no_text() {
    let home = Home::new();
    let mut line = br#"{"time":"2026-11-20T00:00:00Z","status":200,"client":"caf"#.to_vec();
    line.extend_from_slice(b"\xe9 \xff\xfe\"}\n");
    home.write("a.jsonl", line);
    home.ok(&["import", "a.jsonl"]);
    let ran = home.run(&["export", "-o", "-", "--layout", "full"]);
    assert!(memchr::memmem::find(&ran.out, b",caf\xe9 \xff\xfe,").is_some(), "{}", ran.text());
    assert!(ran.error().contains("1 row") && ran.error().contains("dialect raw"), "{}", ran.error());
}

#[test]
fn a_file_is_its_owners_and_never_written_over() {
    let home = home_with(10);
    let ran = home.run(&["export", "-o", "out.csv", "status:404"]);
    assert_eq!((ran.code, ran.text().as_str()), (Some(0), ""));
    for word in ["2 rows", "out.csv", "layout view", "dialect raw"] {
        assert!(ran.error().contains(word), "{word}: {}", ran.error());
    }
    let path = home.path().join("out.csv");
    let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    let before = fs::read(&path).expect("is there");
    let error = home.fails(2, &["export", "-o", "out.csv"]);
    assert!(error.contains("out.csv is there already"), "{error}");
    assert_eq!(fs::read(&path).expect("is there"), before, "the other file is as it was");
    // Not over a link, even one that leads nowhere.
    std::os::unix::fs::symlink(home.path().join("nowhere"), home.path().join("link.csv")).expect("made");
    assert!(home.fails(2, &["export", "-o", "link.csv"]).contains("is there already"));
    assert!(!home.path().join("nowhere").exists());
    // What cannot be written leaves nothing.
    home.fails(3, &["export", "-o", "no/such/folder/out.csv"]);
    assert!(home.files().iter().all(|path| !path.to_string_lossy().contains(".part")), "{:?}", home.files());
    for path in home.files().iter().filter(|path| path.starts_with(home.store())) {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_vendors_layouts() {
    let home = home_with(10);
    let heading = |layout: &str| {
        let text = home.ok(&["export", "-o", "-", "--layout", layout]);
        assert_eq!(read_csv(text.as_bytes()).len(), 10);
        text.lines().next().expect("a heading").to_owned()
    };
    assert_eq!(
        heading("workato"),
        "Date,Type,Code,Status,Gateway code,Status details,IP,Timing,Delay,API collection,Endpoint,Client,Job details"
    );
    let files_com = heading("files-com");
    assert_eq!(files_com.split(',').count(), 19);
    assert!(files_com.starts_with("Date,User,Impersonator User,User from Parent Site?,Interface,"), "{files_com}");
    let row = &read_csv(home.ok(&["export", "-o", "-", "--layout", "workato", "status:404"]).as_bytes())[0];
    assert_eq!((row["Type"].as_str(), row["Code"].as_str(), row["Status"].as_str()), ("Error", "404", "Not Found"));
    let row = &read_csv(home.ok(&["export", "-o", "-", "--layout", "files-com", "status:404"]).as_bytes())[0];
    assert_eq!((row["Status"].as_str(), row["Response Code"].as_str()), ("Failure", "404"));
    assert!(home.fails(2, &["export", "-o", "-", "--layout", "excel"]).contains("files-com"));
    assert!(home.fails(2, &["export", "-o", "-", "--dialect", "word"]).contains("excel"));
    home.fails(2, &["export"]);
}

#[test]
fn what_was_written_can_be_imported() {
    let home = home_with(60);
    let everything = ["search", "-n", "all", "--sort", "time:asc", "--source", "all", "--columns"];
    let compared = |home: &Home, fields: &str| home.ok(&[&everything[..], &[fields, "--format", "csv"]].concat());
    let other = Home::new();
    other.write("again.jsonl", home.ok(&["search", "-n", "all", "--format", "jsonl"]));
    assert!(other.ok(&["import", "again.jsonl"]).contains("60 stored"));
    let fields = "time,request_id,status,outcome,client,duration,error_message,method,path,ip,attributes.region";
    assert_eq!(compared(&other, fields), compared(&home, fields));

    let other = Home::new();
    other.write("again.csv", home.ok(&["export", "-o", "-", "--layout", "workato"]));
    assert!(other.ok(&["import", "again.csv"]).contains("read as workato-csv into workato-csv: 60 stored"));
    let fields = "time,status,outcome,client,duration,ip,endpoint";
    assert_eq!(compared(&other, fields), compared(&home, fields));
}

#[test]
fn columns_are_those_that_are_named_in_their_order() {
    let home = home_with_cells();
    let file = home.ok(&[
        "export",
        "-o",
        "-",
        "--columns",
        "problem,duration,attributes.x,status+gateway",
        "-q",
        "client:=a=1",
    ]);
    assert_eq!(file, "Error,Took (ms),x,Status,Gateway code\na=1,1.5,,500,\n");
    assert!(home.run(&["export", "-o", "-", "--columns", "staus"]).error().contains("did you mean status?"));
}
