use proptest::prelude::*;

use super::*;

fn redacted(text: &str) -> String {
    String::from_utf8(redact(text.as_bytes()).0.into_owned()).expect("still UTF-8")
}

#[test]
fn secrets_go() {
    let cases = [
        ("/a?token=abc123&x=1", "/a?token=REDACTED&x=1"),
        ("GET /a?x=1&API_KEY=s3cr3t HTTP/1.1", "GET /a?x=1&API_KEY=REDACTED HTTP/1.1"),
        (r#"{"uri":"/a?x=1\u0026sig=abc%2Fd\u0026y=2"}"#, r#"{"uri":"/a?x=1\u0026sig=REDACTED\u0026y=2"}"#),
        (r#""/a?X-Amz-Signature=deadbeef","#, r#""/a?X-Amz-Signature=REDACTED","#),
        ("https://user:pa55@host/x", "https://REDACTED@host/x"),
        ("Authorization: Bearer abcDEF123456", "Authorization: Bearer REDACTED"),
        (r#""Authorization":["basic dXNlcjpwYXNz"]"#, r#""Authorization":["basic REDACTED"]"#),
        ("/cb#access_token=xyz", "/cb#access_token=REDACTED"),
        ("t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "t REDACTED end"),
        ("/a?password=a&password=b", "/a?password=REDACTED&password=REDACTED"),
        (r#"{"u":"https:\/\/user:pw@host\/x"}"#, r#"{"u":"https:\/\/REDACTED@host\/x"}"#),
        (r#""{\"u\":\"https:\\/\\/user:pw@host\\/x\"}""#, r#""{\"u\":\"https:\\/\\/REDACTED@host\\/x\"}""#),
        (r#""https:\/\/user:p\u003dw@host""#, r#""https:\/\/REDACTED@host""#),
        (r#""/a?token\u003dabc\u0026key\u003Ddef\u003dg""#, r#""/a?token\u003dREDACTED\u0026key\u003DREDACTED""#),
        (r#""/a\u003ftoken=abc""#, r#""/a\u003ftoken=REDACTED""#),
        (
            r#""{\"u\":\"/a?x=1\\u0026token\\u003dabc\\u0026y=1\"}""#,
            r#""{\"u\":\"/a?x=1\\u0026token\\u003dREDACTED\\u0026y=1\"}""#,
        ),
        (r#""{\"u\":\"/a?token=abc\",\"x\":1}""#, r#""{\"u\":\"/a?token=REDACTED\",\"x\":1}""#),
        (r#"{"u":"/a?key=ab\/cd\u002bef","v":1}"#, r#"{"u":"/a?key=REDACTED","v":1}"#),
        (r#"{"u":"/a?key=ab,cd)ef|gh","v":1}"#, r#"{"u":"/a?key=REDACTED","v":1}"#),
        (r#"{"m":"see (/a?key=ab,cd), then","v":1}"#, r#"{"m":"see (/a?key=REDACTED), then","v":1}"#),
        (r#"{"u":"/a?key=ab\ncd","v":1}"#, r#"{"u":"/a?key=REDACTED\ncd","v":1}"#),
        (r#""GET /a?key=ab,cd HTTP/1.1" 200"#, r#""GET /a?key=REDACTED HTTP/1.1" 200"#),
        (r#""a\"b",/a?key=ab,200,"x""#, r#""a\"b",/a?key=REDACTED,200,"x""#),
        ("https://user:pa,ss@host,me@host", "https://REDACTED@host,me@host"),
        ("https://user@host,me@host", "https://REDACTED@host,me@host"),
        ("\"https://user:pa|ss,w@host\"", "\"https://REDACTED@host\""),
        ("/a?key=ab,200,OK", "/a?key=REDACTED,200,OK"),
        ("\"x, y\",/a?key=ab|cd,\"/b?key=ef,gh\",200", "\"x, y\",/a?key=REDACTED|cd,\"/b?key=REDACTED\",200"),
        (r"/a?key=ab\x22 200", r"/a?key=REDACTED\x22 200"),
        (r"/a?x=1\x26key=ab\cd\x26y=2", r"/a?x=1\x26key=REDACTED\x26y=2"),
        (r#""Authorization":"Basic dXNl\/cjpw\u003d\u003d""#, r#""Authorization":"Basic REDACTED""#),
    ];
    for (text, expected) in cases {
        assert_eq!(redacted(text), expected);
        assert_eq!(redacted(expected), expected, "a second time changes nothing");
        assert_eq!(redact(expected.as_bytes()).1, 0);
    }
}

#[test]
fn the_rest_stays() {
    for text in [
        "/a?monkey=1&tokenize=2&keyed=3",
        "/keys/12",
        "/api/keys?page=1",
        "key=abc in prose",
        "mail me@example.com",
        "Basic authentication is required",
        "bearer of bad news",
        "http://host/@scope/pkg",
        "a = b",
        "?token=",
        "https://example.com/a@b",
        "https://example.com,me@example.com",
        "https://example.com:8080,me@example.com",
        "https://[::1]:8080;me@example.com",
        "eyJ is no token",
    ] {
        assert!(matches!(redact(text.as_bytes()), (Cow::Borrowed(_), 0)), "{text}");
    }
}

#[test]
fn hostile_rows_take_no_longer_than_others() {
    for piece in [
        "\\",
        "\\u003d",
        "?key\\u003d",
        "\"?key=",
        "\\\"&key=a\"",
        ":\\/\\/",
        "eyJ",
        "?key=",
        "eyJ.",
        "&token=eyJ",
        "://",
        "a@",
        "Bearer ",
        "b",
        "://a@",
        "bearer eyJ",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let start = std::time::Instant::now();
        std::hint::black_box(redact(text.as_bytes()));
        // Quadratic, this is minutes; linear, some hundredths of a second.
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{piece}");
    }
}

#[test]
fn a_token_may_begin_inside_a_longer_run() {
    for (text, expected) in [
        ("eyJa.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJa.REDACTED"),
        ("/a?token=b?token=c&x=1", "/a?token=REDACTED&x=1"),
    ] {
        assert_eq!(redacted(text), expected);
    }
}

/// Texts with and without secrets, and with what might be taken for the end of one.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = [
        "?token=",
        "&key=",
        "a=",
        "abc",
        "1",
        ",",
        ")",
        "|",
        ";",
        " ",
        "/",
        "://",
        "@",
        ":",
        "#",
        "\"",
        "'",
        "\\",
        "\n",
        "\t",
        "é",
        "=",
        "Bearer ",
        "Basic ",
        "dXNlcjpwYXNz",
        "eyJhbGciOiJIUzI1NiJ9",
        ".",
        "x26",
        "u0026",
        "{",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_row_stays_a_row(texts in prop::collection::vec(any_text(), 1..5), escapes_slashes: bool, is_nested: bool) {
        let row = |texts: &[String]| {
            let fields = texts.iter().enumerate().map(|(n, text)| (n.to_string(), text.clone().into()));
            let mut row = serde_json::Value::Object(fields.collect()).to_string();
            if is_nested {
                row = serde_json::json!({ "message": row }).to_string();
            }
            if escapes_slashes { row.replace('/', "\\/").replace('=', "\\u003d") } else { row }
        };
        let json = row(&texts);
        let (after, _) = redact(json.as_bytes());
        let parsed: serde_json::Value = serde_json::from_slice(&after).expect("still JSON");
        let inner = parsed.get("message").and_then(|text| text.as_str()).map(serde_json::from_str::<serde_json::Value>);
        let parsed = inner.map_or(Ok(parsed), |inner| inner).expect("still JSON inside");
        prop_assert_eq!(parsed.as_object().map(serde_json::Map::len), Some(texts.len()));

        // What follows a password without a host cannot be told from the rest of it.
        let plain: Vec<String> = texts.iter().map(|text| text.replace(['\\', '@'], "")).collect();
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(["id"].into_iter().chain(plain.iter().map(String::as_str))).expect("to memory");
        let csv = writer.into_inner().expect("to memory");
        let (after, _) = redact(&csv);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(after.as_ref());
        let read: Vec<usize> = reader.byte_records().map(|row| row.expect("still CSV").len()).collect();
        prop_assert_eq!(read, vec![1 + texts.len()]);
    }
}

#[test]
fn a_backslash_at_the_end_of_a_cell_hides_no_border() {
    assert_eq!(redacted(r#"1,"C:\a b\",/a?key=ab,200"#), r#"1,"C:\a b\",/a?key=REDACTED,200"#);
}

#[test]
fn no_sign_hides_another() {
    for (one, _) in SIGN_TEXTS {
        for (other, _) in SIGN_TEXTS {
            assert!(one == other || !one.contains(other), "{one} {other}");
            assert!((1..other.len()).all(|length| !one.ends_with(&other[..length])), "{one} {other}");
        }
    }
}

proptest! {
    #[test]
    fn one_look_finds_every_sign(
        pieces in prop::collection::vec((prop::sample::select(SIGN_TEXTS.to_vec()), 0..8_usize, "[ a-z\\\\:/]{0,9}"), 0..12),
    ) {
        let text: String =
            pieces.iter().flat_map(|((sign, _), cut, between)| [&sign[..sign.len().min(*cut)], between]).collect();
        let one_by_one = SIGNS.finders.iter().enumerate();
        let one_by_one = one_by_one.fold(0, |found, (sign, finder)| {
            found | u16::from(finder.sign.find(text.as_bytes()).is_some()) << sign
        });
        let at_once = SIGNS.in_row(text.as_bytes());
        prop_assert!(at_once == one_by_one || SIGNS.all.is_none());
    }
}
