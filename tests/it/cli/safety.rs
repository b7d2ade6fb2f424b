//! What arrives from outside is hostile: none of its controls reaches what a person reads, also in
//! a pipe; what a program reads has every byte.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::home::{Home, Ran, json_lines};

/// Texts that would act on a terminal, hide themselves or turn their neighbours around.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]52;c;aGk=\u{1b}\\",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{90}q\u{9c}",
    "a\rb",
    "a\nFORGED 200 OK",
    "a\u{8}\u{8}\u{8}b",
    "\u{0}\u{7f}\u{e}",
    "\u{202e}gpj.exe\u{202c}",
    "\u{2066}x\u{2069}",
    "\u{200e}\u{200f}\u{61c}",
    "\u{2028}\u{2029}\u{85}",
    "\u{200b}\u{feff}\u{2060}",
    "\u{e0041}\u{e007f}",
    "\u{115f}\u{3164}\u{ffa0}",
    "\u{fff9}x\u{fffb}",
];

/// Characters that people must never be sent; line feeds are ours.
fn is_harmful(char: char) -> bool {
    char.is_control() && char != '\n'
        || matches!(char,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}'
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn assert_harmless(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{what} is no UTF-8: {}", bytes.escape_ascii()));
    if let Some(char) = text.chars().find(|char| is_harmful(*char)) {
        panic!("{what} has {char:?}: {}", text.escape_debug());
    }
}

/// One hostile request for each text, in every field that is text, also with bytes that are none.
fn hostile_home() -> Home {
    let home = Home::new();
    let mut rows = Vec::new();
    for (place, text) in HOSTILE.iter().enumerate() {
        let mut row = serde_json::json!({"time": format!("2026-11-20T00:00:{place:02}Z"), "status": 500});
        for field in [
            "request_id",
            "method",
            "path",
            "host",
            "endpoint",
            "collection",
            "client",
            "interface",
            "ip",
            "user_agent",
            "gateway_code",
            "status_details",
            "status_text",
            "error_type",
            "error_message",
            "job",
            "api_key_prefix",
            "region",
        ] {
            row[field] = format!("{place}{text}z").into();
        }
        row[format!("key{text}")] = (*text).into();
        rows.extend_from_slice(row.to_string().as_bytes());
        rows.push(b'\n');
    }
    rows.extend_from_slice(
        b"{\"time\":\"2026-11-20T01:00:00Z\",\"client\":\"\x9b2J \xff\xc3\",\"error_message\":\"\x9d\"}\n",
    );
    rows.extend_from_slice(b"bad \x1b[2J row \xe2\x80\xae\n{\"time\":\"\\u001b[2J\\u202e\"}\n");
    home.write("hostile.jsonl", rows);
    home
}

#[test]
fn nothing_harmful_reaches_a_person() {
    let home = hostile_home();
    let check = |arguments: &[&str]| -> Ran {
        let ran = home.run(arguments);
        assert_harmless(&format!("output of {arguments:?}"), &ran.out);
        assert_harmless(&format!("errors of {arguments:?}"), &ran.err);
        ran
    };
    let ran = check(&["import", "hostile.jsonl"]);
    assert!(ran.text().contains("19 stored, 0 already there, 2 bad"), "{}", ran.text());
    let table = check(&["search", "-n", "all"]).text();
    assert_eq!(table.lines().count(), 1 + HOSTILE.len() + 1, "no value makes a line of its own: {table}");
    assert!(table.contains("␛[2J␛[H") && table.contains("<U+202E>gpj.exe") && table.contains("\\xff"), "{table}");
    for columns in ["time,path,host,endpoint,collection,interface", "method,user_agent,gateway_code,status_details,job"]
    {
        check(&["search", "--columns", columns]);
        check(&["search", "--columns", columns, "--format", "markdown"]);
    }
    for field in ["client", "path", "ip", "status_text", "failure", "endpoint", "attributes.region", "interface"] {
        check(&["facets", field, "-n", "all"]);
        check(&["facets", field, "-n", "all", "--format", "markdown"]);
    }
    let keys: Vec<String> = json_lines(&home.ok(&["search", "-n", "all", "--columns", "key", "--format", "jsonl"]))
        .iter()
        .map(|row| row["key"].as_str().expect("a key").to_owned())
        .collect();
    let all: Vec<&str> = ["get"].into_iter().chain(keys.iter().map(String::as_str)).collect();
    let detail = check(&all).text();
    assert_eq!(detail.matches("Request-ID").count(), HOSTILE.len() + detail.matches("Request-ID rq").count());
    check(&[&["get", "--format", "markdown"], &all[1..]].concat());
    check(&["tail", "--timeout", "10ms", "-n", "50"]);
    check(&["timeline"]);
    check(&["summary"]);
    check(&["store", "info"]);
    check(&["store", "verify"]);
    assert!(check(&["doctor"]).text().contains("2 bad rows"));
}

#[test]
fn json_and_csv_are_verbatim_in_a_pipe() {
    let home = hostile_home();
    home.run(&["import", "hostile.jsonl"]);
    let rows = json_lines(&home.ok(&["search", "-n", "all", "--sort", "time:asc", "--format", "jsonl"]));
    let csv = home.run(&["search", "-n", "all", "--sort", "time:asc", "--columns", "client", "--format", "csv"]).out;
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let cells: Vec<Vec<u8>> = reader.byte_records().map(|row| row.expect("a row")[0].to_vec()).collect();
    for (place, text) in HOSTILE.iter().enumerate() {
        let expected = format!("{place}{text}z");
        assert_eq!(rows[place]["client"], expected);
        assert_eq!(cells[place], expected.as_bytes());
    }
    assert_eq!(cells[HOSTILE.len()], b"\x9b2J \xff\xc3");
}

#[test]
fn what_was_typed_is_made_safe_in_errors() {
    let home = Home::new();
    home.write("a.jsonl", "{\"time\":\"2026-11-20T00:00:00Z\",\"status\":200}\n");
    home.ok(&["import", "a.jsonl"]);
    let evil = "\u{1b}[2J\u{202e}\u{9b}x";
    let name = format!("{evil}.jsonl");
    let commands: &[&[&str]] = &[
        &["search", &format!("client:\"{evil}")],
        &["search", &format!("status:{evil}")],
        &["search", "--source", evil],
        &["search", "--sort", evil],
        &["search", "--columns", evil],
        &["search", "--period", evil],
        &["search", "--tz", evil],
        &["search", "-n", evil],
        &["search", "--store", evil],
        &["search", "--config", evil],
        &["search", "--format", evil],
        &["search", &format!("--{evil}")],
        &["import", &name],
        &["import", "a.jsonl", "--format", evil],
        &["import", "a.jsonl", "--source", evil],
        &["export", "--layout", evil, "-o", "x.csv"],
        &["export", "-o", &name],
        &["export", "-o", &name],
        &["get", evil],
        &["help", evil],
        &["timeline", "--by", evil],
        &["collect", evil],
        &["store", "retain", evil],
        &[evil],
    ];
    for arguments in commands {
        let ran = home.run(arguments);
        assert_harmless(&format!("output of {arguments:?}"), &ran.out);
        assert_harmless(&format!("errors of {arguments:?}"), &ran.err);
    }
    // The names of files need not be text at all.
    let odd = home.path().join(OsStr::from_bytes(b"\x9b2J\xff.jsonl"));
    std::fs::write(&odd, "{\"time\":\"2026-11-20T00:00:00Z\",\"status\":200,\"client\":\"a\"}\nbad\n")
        .expect("written");
    let mut command = home.command(&["import"]);
    let output = command.arg(&odd).output().expect("runs");
    assert_harmless("import's output", &output.stdout);
    assert_harmless("import's errors", &output.stderr);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_check_itself_can_fail() {
    for text in HOSTILE {
        assert!(text.chars().any(|char| is_harmful(char) || char == '\n'), "{text:?}");
    }
    assert!(std::panic::catch_unwind(|| assert_harmless("x", "a\u{202e}b".as_bytes())).is_err());
    assert!(std::panic::catch_unwind(|| assert_harmless("x", b"\x9b")).is_err());
    assert_harmless("x", "␛[2J <U+202E> é 日本 👩\n".as_bytes());
}
