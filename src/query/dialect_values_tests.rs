//! Values and names as other languages write them: what they are here, which must keep the same requests.

use crate::base::time::Timestamp;

use super::dialect_tests::means;
use super::parse;

const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

/// What a query is refused with.
fn refusal(text: &str) -> String {
    let error = parse(text, NOW, chrono_tz::UTC).expect_err(text);
    assert_eq!(error.whole, None, "{text}");
    error.to_string()
}

#[test]
fn a_backslash_in_quotes_takes_away_no_meaning() {
    means(&[
        ("username:\"a\\:b\"", "client:a:b"),
        ("url.path:\"\\/metrics\"", "path:/metrics"),
        ("\"a\\-b c\"", "'\"a-b c\"'"),
        ("client:(a or \"b\\-c\")", "client:a,b-c"),
        ("client:\"a\\*b\"", "'client:\"a*b\"'"),
        ("client:K\\u00f6ln", "client:Köln"),
        ("\"K\\u00f6ln \\ud83d\\ude00\"", "'\"Köln 😀\"'"),
        ("client:\"a\\u0022b\"", "'client:\"a\\\"b\"'"),
        // What stands for itself, and what is a pattern.
        ("path:\"C:\\temp\\users\"", "'path:\"C:\\temp\\users\"'"),
        ("client:=\"a\\\\:b\"", "'client:=\"a\\x5c:b\"'"),
        ("path~\"^/a\\.b\\/c$\"", "'path~\"^/a\\.b\\/c$\"'"),
        ("client:a\\:b", "client:a:b"),
    ]);
}

#[test]
fn a_name_with_an_escaped_space_stands_in_quotes() {
    means(&[
        ("cache\\ hit:true", "'\"attributes.cache hit\":true'"),
        ("-attributes.cache\\ hit:true status:404", "'-\"attributes.cache hit\":true' status:404"),
        ("Response\\ Code:404", "status:404"),
        ("has:cache\\ hit", "'has:\"attributes.cache hit\"'"),
        ("foo\\ bar", "'\"foo bar\"'"),
    ]);
}

#[test]
fn words_for_a_status_among_numbers() {
    means(&[
        ("Status:Not Found", "'status_text:\"Not Found\"'"),
        ("-Status:Not Found client:acme", "'-status_text:\"Not Found\"' client:acme"),
        ("status = Internal Server Error and client:acme", "'status_text:=\"Internal Server Error\"' client:acme"),
        ("status:Not Found,Forbidden", "'status_text:\"Not Found\",Forbidden'"),
        ("status:5xx,Not-Found", "'(status:5xx OR status_text:\"Not Found\")'"),
        ("status:(500 or \"Not Found\")", "'(status:500 OR status_text:\"Not Found\")'"),
        ("status:(Not Found or >=500)", "'(status_text:\"Not Found\" OR status:500..)'"),
        ("status:(500 or failed)", "'(status:500 OR outcome:failure)'"),
        ("status!=500,OK", "'-(status:500 OR status_text:=OK)'"),
        ("status:(4xx -\"Not Found\")", "status:4xx '-status_text:\"Not Found\"'"),
        ("status:NotFound", "'status_text:\"Not Found\"'"),
        ("status:not 500", "-status:500"),
    ]);
    assert_eq!(
        refusal("status:>=500,OK"),
        "a comparison takes one value; what else may be is a term of its own: (status:>=… OR status…)"
    );
}
