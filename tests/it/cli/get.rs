//! `get`: ids in any spelling, from arguments and from whatever a customer wrote; what is missing,
//! and where it was looked for.

use serde_json::Value as Json;

use super::data::{home_with, id};

fn dashed(id: &str) -> String {
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}

fn found(answer: &Json) -> Vec<&str> {
    let rows = answer["found"].as_array().expect("found");
    rows.iter().map(|row| row["request_id"].as_str().unwrap_or_default()).collect()
}

#[test]
fn any_spelling_finds_the_request() {
    let home = home_with(30);
    let id = id(12).expect("it has one");
    let upper = dashed(&id).to_uppercase();
    let prefix = format!("{}*", &id[..9]);
    let bracketed = format!("<{upper}>,");
    let handle = home.json(&["get", &id, "--format", "json"])["found"][0]["key"].as_str().expect("a key").to_owned();
    let spellings =
        [&id, &dashed(&id), &upper, &prefix, &id[..8].to_owned(), &bracketed, &handle, &handle.to_uppercase()];
    for spelling in spellings {
        let answer = home.json(&["get", spelling, "--format", "json"]);
        assert_eq!(found(&answer), [id.as_str()], "{spelling}");
        assert_eq!(answer["missing"], Json::Array(Vec::new()));
        assert_eq!(answer["found"][0]["just_fetched"], false);
        // The language takes the same spellings, the brackets aside.
        if !spelling.starts_with('<') && spelling.len() != 8 {
            let total = &home.json(&["search", &format!("id:{spelling}"), "--format", "json"])["total"];
            assert_eq!(total, 1, "id:{spelling}");
        }
    }
}

#[test]
fn several_at_once_and_a_request_without_an_id() {
    let home = home_with(30);
    let nameless = home.json(&["search", "no:request_id", "-n", "1", "--format", "json"]);
    let handle = nameless["records"][0]["key"].as_str().expect("a key").to_owned();
    let (one, two) = (id(1).expect("an id"), id(2).expect("an id"));
    let answer = home.json(&["get", &two, &one, &handle, &dashed(&two), "--format", "json"]);
    assert_eq!(found(&answer), [two.as_str(), &one, ""], "in the order asked for, each once");
    assert_eq!(answer["found"][2]["path"], nameless["records"][0]["path"]);
    // All that begin alike.
    assert_eq!(found(&home.json(&["get", "abc0", "--format", "json"])).len(), 27);
}

#[test]
fn a_whole_mail_is_read() {
    let home = home_with(30);
    let (one, two) = (id(3).expect("an id"), id(14).expect("an id"));
    let missing = "00000000000000000000000000000bad";
    let mail = format!(
        "From: someone@example.com\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n\nHello support,\r\n\
         since 2026-11-20 our order 20261120 fails with \"502\" (Request-ID: {}).\n> also `{two}`;\n\
         and once <{missing}>. Call 0123456789 or see https://example.com/a?b=c\n\u{1b}[2J\n",
        dashed(&one).to_uppercase()
    );
    let ran = home.run_with(&["get", "-", "--format", "json"], mail.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.error());
    let answer: Json = serde_json::from_slice(&ran.out).expect("JSON");
    assert_eq!(found(&answer), [one.as_str(), &two]);
    assert_eq!(answer["missing"][0]["id"], missing);
    assert_eq!(answer["missing"].as_array().map(Vec::len), Some(1), "{answer}");
    assert!(ran.error().contains(missing), "{}", ran.error());
    // Bytes that are no text are no obstacle.
    let mut bytes = vec![0xff, 0x00, 0xfe, b' '];
    bytes.extend_from_slice(one.as_bytes());
    let ran = home.run_with(&["get", "-", "--format", "jsonl"], &bytes);
    assert_eq!(ran.text().lines().count(), 1);
}

#[test]
fn what_is_missing_is_said_with_what_was_searched() {
    let home = home_with(30);
    let missing = "00000000000000000000000000000bad";
    let ran = home.run(&["get", missing]);
    assert_eq!((ran.code, ran.text().as_str()), (Some(1), ""));
    let error = ran.error();
    assert!(error.contains(missing) && error.contains("30 requests back to 2026-11-20"), "{error}");
    let ran = home.run(&["get", missing, "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let answer: Json = serde_json::from_slice(&ran.out).expect("JSON");
    assert_eq!(answer["found"], Json::Array(Vec::new()));
    assert_eq!(answer["missing"][0]["id"], missing);
    assert!(answer["missing"][0]["searched"].as_str().expect("words").contains("30 requests"));
    // A source that could have been asked, and why it was not.
    home.configure("[sources.acme]\nkind = \"files-com\"\nsite = \"acme\"\n");
    let error = home.fails(1, &["get", missing]);
    assert!(error.contains("acme could not be asked") && error.contains("FILES_API_KEY"), "{error}");
    // A handle of another store is not mistaken for one of this store.
    let other = home_with(3);
    let info =
        |home: &crate::home::Home| home.json(&["search", "-n", "1", "--format", "json"])["records"][0]["key"].clone();
    let handle = info(&other);
    let handle = handle.as_str().expect("a key");
    if info(&home).as_str().map(|own| own[own.len() - 2..].to_owned()) != Some(handle[handle.len() - 2..].to_owned()) {
        assert!(home.fails(1, &["get", handle]).contains("another store"));
    }
}

#[test]
fn what_is_no_id() {
    let home = home_with(3);
    for arguments in [&["get"][..], &["get", "abc"], &["get", ""], &["get", "--", "----"]] {
        home.fails(2, arguments);
    }
    let ran = home.run_with(&["get", "-"], b"Hello,\nnothing works at all.\n");
    assert_eq!(ran.code, Some(2), "{}", ran.error());
    assert!(ran.error().contains("no id"), "{}", ran.error());
}

#[test]
fn the_detail_is_for_people() {
    let home = home_with(30);
    // The third of each five has failed with 502.
    let id = id(13).expect("an id");
    let text = home.ok(&["get", &id]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("Request-ID {id}"));
    assert_eq!(lines[1], "failed: 502 Bad Gateway");
    assert!(lines[2].contains("Upstream closed^Jthe connection"), "{text}");
    for part in ["attributes.region", "us", "orders.create", "10.0.1.6", "136"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let markdown = home.ok(&["get", &id, "--format", "markdown"]);
    assert!(markdown.starts_with("| Request-ID |") && markdown.lines().count() == 3, "{markdown}");
    let csv = home.ok(&["get", &id, "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().expect("a heading").get(0), Some("key"));
    assert_eq!(reader.records().count(), 1);
}

#[test]
fn where_an_id_stands_that_is_no_request_id_is_written_beside_the_request() {
    let home = crate::home::Home::new();
    let (trace, own) = ("e6a9c3594fe00da838a4f32533373ad4", "f0a9c3594fe00da838a4f32533373ad4");
    let rows = [
        serde_json::json!({"time": "2026-11-20T10:00:00Z", "status": 200, "request_id": own, "trace_id": trace}),
        serde_json::json!({"time": "2026-11-20T10:00:01Z", "status": 200, "session": trace, "path": "/a"}),
    ];
    home.write("traced.jsonl", super::data::lines(&rows));
    home.ok(&["import", "traced.jsonl", "--source", "traced"]);
    let answer = home.json(&["get", trace, own, "--format", "json"]);
    let by = |place: usize| answer["found"][place]["found_by"].clone();
    let expected = |field: &str| serde_json::json!({"id": trace, "in": [field]});
    assert_eq!((by(0), by(1)), (expected("attributes.session"), expected("attributes.trace_id")), "{answer}");
    assert_eq!((&answer["found"][2]["request_id"], by(2)), (&Json::from(own), Json::Null));
    let lines = home.ok(&["get", trace, "--format", "jsonl"]);
    assert!(lines.lines().all(|line| line.contains("\"found_by\"")), "{lines}");
}
