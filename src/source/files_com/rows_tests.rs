use proptest::prelude::*;

use super::*;

const AT: &str = r#""created_at":"2026-11-23T12:01:22Z""#;

fn row(more: &str) -> String {
    if more.is_empty() { format!("{{{AT}}}") } else { format!("{{{AT},{more}}}") }
}

/// Kept rows, reasons of bad ones, why the page is not whole.
fn read(body: &[u8]) -> (Vec<String>, Vec<String>, Option<String>) {
    let page = read_page(body).expect("an array");
    (
        page.rows.iter().map(|row| String::from_utf8_lossy(&row.raw).into_owned()).collect(),
        page.bad.iter().map(|bad| bad.reason.clone()).collect(),
        page.damage.map(|damage| damage.reason),
    )
}

#[test]
fn rows_keep_their_own_bytes() {
    let odd = "{ \"created_at\" :\t\"2026-11-23T12:01:22Z\", \"duration_ms\": 1.0e2, \"x\": \"\\u00e9\" }";
    let body = format!("\u{feff} [\n{odd} ,{}\r\n] \n", row(""));
    let (rows, bad, damage) = read(body.as_bytes());
    assert_eq!(rows, [odd.to_owned(), row("")]);
    assert!(bad.is_empty() && damage.is_none());
    for empty in ["[]", " [ ] ", "\u{feff}[\n]"] {
        assert_eq!(read(empty.as_bytes()), (vec![], vec![], None));
    }
}

#[test]
fn ids_and_times() {
    let first = |row: &str| {
        let body = format!("[{row}]");
        let page = read_page(body.as_bytes()).expect("an array");
        page.rows.first().map(|row| (row.id, row.time.rfc3339(0)))
    };
    let noon = || "2026-11-23T12:01:22Z".to_owned();
    let id = key_of(b"7594794d8e4b29c8518289e7cedfcdab");
    let with = |more: &str| first(&row(more));
    assert_eq!(with(r#""request_id":"7594794D-8E4B-29C8-5182-89E7CEDFCDAB""#), Some((id, noon())));
    assert_eq!(with(r#""request_id":"75\u0039\u0034794d8e4b29c8518289e7cedfcdab""#), Some((id, noon())));
    assert_eq!(with(r#""request\u005fid":"7594794d8e4b29c8518289e7cedfcdab""#), Some((id, noon())));
    assert_eq!(with(r#""request_id":"a","request_id":"b""#), Some((key_of(b"b"), noon())), "the last of two");
    assert_eq!(with(r#""request_id":42"#), Some((key_of(b"42"), noon())));
    for none in ["null", r#""""#, r#""--""#, "{}", "[1]", "true"] {
        assert_eq!(with(&format!(r#""request_id":{none}"#)), Some((None, noon())), "{none}");
    }
    assert_eq!(first(r#"{"timestamp":"2026-11-23T12:01:22Z"}"#), Some((None, noon())));
    assert_eq!(first(r#"{"created_at":null,"timestamp":"2026-11-23T12:01:22Z"}"#), Some((None, noon())));
    assert_eq!(first(r#"{"created_at":"2026-11-23 12:01:22"}"#), Some((None, noon())), "UTC without saying so");
    assert_eq!(first(r#"{"created_at":"2038-01-19T03:14:08Z"}"#).map(|r| r.1), Some("2038-01-19T03:14:08Z".into()));
    assert!(with(r#""half":"\ud800","\udfff":1"#).is_some(), "half a pair is kept");
}

#[test]
fn a_bad_row_costs_only_itself() {
    let not_json = "the row is not valid JSON";
    let cases: [(&[u8], &str); 14] = [
        (b"{\"created_at\":NaN}", not_json),
        (b"{\"duration_ms\":NaN,\"created_at\":\"2026-11-23T12:01:22Z\"}", not_json),
        (b"{\"x\":\"\xff\xfe\",\"created_at\":\"2026-11-23T12:01:22Z\"}", not_json),
        (b"{\"x\":\"\\q\"}", not_json),
        (b"{\"x\" 1}", not_json),
        (b"{x:[1,{\"}]\":\"]\"}]}", not_json),
        (b"undefined", not_json),
        (b"1", "is not an object"),
        (b"\"text, with ] in it\"", "is not an object"),
        (b"null", "is not an object"),
        (b"[{}]", "is not an object"),
        (b"{}", "no time that can be read"),
        (b"{\"created_at\":\"soon\"}", "no time that can be read"),
        (b"{\"created_at\":true,\"timestamp\":{}}", "no time that can be read"),
    ];
    for (bad_row, expected) in cases {
        let mut body = format!("[{},", row(r#""n":1"#)).into_bytes();
        body.extend_from_slice(bad_row);
        body.extend_from_slice(format!(",{}]", row(r#""n":2"#)).as_bytes());
        let (rows, bad, damage) = read(&body);
        let shown = String::from_utf8_lossy(bad_row);
        assert_eq!(rows, [row(r#""n":1"#), row(r#""n":2"#)], "{shown}");
        assert_eq!(bad.len(), 1, "{shown}");
        assert!(bad[0].contains(expected), "{shown}: {}", bad[0]);
        assert_eq!(damage, None, "{shown}");
        let page = read_page(&body).expect("an array");
        assert_eq!((page.len, page.bad[0].bytes), (3, bad_row));
    }
}

#[test]
fn a_page_that_is_not_whole() {
    let good = row("");
    let cases = [
        (format!("[{good},{{\"created"), "ends in the middle of a row", 1),
        (format!("[{good},{{\"created_at\":\"2026"), "ends in the middle of a row", 1),
        (format!("[{good}"), "has no end", 1),
        (format!("[{good},"), "ends in the middle of a row", 1),
        ("[".to_owned(), "ends in the middle of a row", 0),
        (format!("[{good} {good}]"), "no comma", 1),
        (format!("[{good}][{good}]"), "behind the list", 1),
        (format!("[]{good}"), "behind the list", 0),
    ];
    for (body, expected, rows) in cases {
        let page = read_page(body.as_bytes()).expect("an array");
        assert_eq!(page.rows.len(), rows, "{body}");
        assert!(page.damage.is_some_and(|damage| damage.reason.contains(expected)), "{body}");
    }
}

#[test]
fn what_is_no_list() {
    for (body, expected) in [
        ("<html>maintenance</html>", "a page of HTML"),
        (r#"{"error":"oops","http-code":"500"}"#, "an object, “oops”,"),
        (r#"{"data":[]}"#, "an object"),
        ("", "nothing"),
        ("\"text\"", "a text, “text”,"),
        ("null", "a bare value"),
    ] {
        assert_eq!(read_page(body.as_bytes()).expect_err(body).instead_of_list(), expected, "{body}");
    }
}

#[test]
fn hostile_shapes() {
    let deep = |levels: usize| row(&format!("\"x\":{}1{}", "[".repeat(levels), "]".repeat(levels)));
    let many: Vec<_> = (0..=ROW_KEYS).map(|n| format!("\"key{n}\":{n}")).collect();
    let many = row(&many.join(","));
    let body = format!("[{},{},{},{many},{}]", row(""), deep(ROW_DEPTH - 1), deep(100_000), deep(2));
    let (rows, bad, damage) = read(body.as_bytes());
    assert_eq!(rows.len(), 3);
    assert_eq!(bad, ["the row is nested deeper than 100 levels", "the row has 10,002 keys, more than 10,000"]);
    assert_eq!(damage, None);
    assert_eq!(depth(br#"{"a":"[[[[","b":[{},{}],"c\"{":[[1]]}"#), 3);
}

#[test]
fn long_texts_are_cut_where_they_can_be() {
    for text in ["a", "é", "日", "𝕏", r"\n", r"\u00e9", r"\ud83d\ude00", r#"\""#] {
        let long = text.repeat(FIELD_BYTES * 2 / text.len());
        let body = format!("[{},{}]", row(&format!("\"error_message\":\"{long}\",\"after\":1")), row(""));
        let (rows, bad, damage) = read(body.as_bytes());
        assert_eq!((rows.len(), damage), (2, None), "{text}");
        let bytes = units::count(long.len() as u64);
        assert_eq!(
            bad,
            [format!("the row is kept, but of “error_message” ({bytes} bytes) only the first 1.0 MB")],
            "{text}"
        );
        let cut: serde_json::Value = serde_json::from_str(&rows[0]).expect("still JSON");
        assert_eq!(cut["after"], 1);
        let kept = cut["error_message"].as_str().expect("a text");
        assert!(kept.contains(&format!("… <cut: {bytes} bytes, xxh3 ")), "{text}");
        assert!(rows[0].len() < FIELD_BYTES + 300);
    }
    let half = "x".repeat(FIELD_BYTES);
    let whole = row(&format!("\"a\":{{\"b\":[\"{half}\",\"{half}\",\"{half}\",\"{half}\"]}}"));
    let (rows, bad, _) = read(format!("[{whole}]").as_bytes());
    assert_eq!((rows.len(), bad), (0, vec!["the row has 4.2 MB, more than 4.2 MB".to_owned()]));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_page(&bytes);
        let mut body = b"[".to_vec();
        body.extend_from_slice(&bytes);
        let _ = read_page(&body);
    }

    #[test]
    fn a_cut_page_keeps_what_stands_before_the_cut(count in 1..6_usize, cut in any::<prop::sample::Index>()) {
        let rows: Vec<_> = (0..count).map(|n| row(&format!("\"n\":[{n},\"],\"]"))).collect();
        let body = format!("[{}]", rows.join(","));
        let cut = cut.index(body.len() - 1) + 1;
        let (read, bad, damage) = read(&body.as_bytes()[..cut]);
        prop_assert!(damage.is_some() && bad.is_empty());
        prop_assert_eq!(&rows[..read.len()], read.as_slice());
        let whole = rows.iter().scan(1, |end, row| { *end += row.len(); let at = *end; *end += 1; Some(at) });
        prop_assert_eq!(read.len(), whole.filter(|end| *end <= cut).count());
    }
}
