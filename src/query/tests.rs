use proptest::prelude::*;

use crate::base::time::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

fn print(text: &str) -> String {
    match parse(text, NOW, chrono_tz::UTC) {
        Ok(parsed) => parsed.filter.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn canonical_spelling() {
    let cases = [
        ("", ""),
        ("timeout", "timeout"),
        ("upstream timeout", "upstream timeout"),
        ("\"upstream timeout\"", "\"upstream timeout\""),
        ("status:5xx", "status:5xx"),
        ("response_code:502", "status:502"),
        ("status>=500", "status:500.."),
        ("status:>=500", "status:500.."),
        ("status:500..599", "status:5xx"),
        ("status:50x,404", "status:50x,404"),
        ("status:none", "status:none"),
        ("status:(502 or 504)", "status:502,504"),
        ("status:failed", "outcome:failure"),
        ("is:failed", "outcome:failure"),
        ("-is:failed", "-outcome:failure"),
        ("NOT status:5xx", "-status:5xx"),
        ("not:status:5xx", "-status:5xx"),
        ("--status:5xx", "status:5xx"),
        ("client:etl", "client:etl"),
        ("client: etl", "client:etl"),
        ("username:=\"ETL Partner\"", "client:=\"ETL Partner\""),
        ("client:etl*", "client:etl*"),
        ("client:*", "client:*"),
        ("no:gateway_code", "no:gateway_code"),
        ("has:job", "job:*"),
        ("duration>1.5s", "duration:1500000001ns.."),
        ("duration:>=1.5s", "duration:1500ms.."),
        ("duration:..200ms", "duration:..200ms"),
        ("took:200", "duration:200ms"),
        ("ip:10.0.0.0/8", "ip:10.0.0.0/8"),
        ("ip:10.2.3.4", "ip:10.2.3.4"),
        ("ip:2001:DB8::1", "ip:2001:db8::1"),
        ("id:7594794D-8E4B-29C8-5182-89E7CEDFCDAB", "request_id:7594794d8e4b29c8518289e7cedfcdab"),
        ("request_id:7594794d*", "request_id:7594794d*"),
        ("path:/orders", "path:/orders"),
        ("error~\"time ?out\"", "error_message~\"time ?out\""),
        ("attributes.region:eu", "attributes.region:eu"),
        ("from_parent_site:yes", "from_parent_site:true"),
        ("(a OR b) c", "(a OR b) c"),
        ("status:5xx AND client:etl", "status:5xx client:etl"),
        ("http://x/y", "\"http://x/y\""),
        ("@timestamp:24h", ""),
        ("status:5xx status:5xx", "status:5xx"),
        ("client:\"a,b\"", "client:\"a,b\""),
    ];
    for (text, canonical) in cases {
        assert_eq!(print(text), canonical, "{text}");
        assert_eq!(print(canonical), canonical, "{canonical} reads back");
    }
}

#[test]
fn errors_point_and_help() {
    let cases = [
        ("staus:5xx", "staus:5xx\n^^^^^ there is no field “staus”; did you mean status?"),
        ("foo:bar", "foo:bar\n^^^ there is no field “foo”; to search for it as text, put it in double quotes"),
        ("status:abc", "status:abc\n       ^^^ “abc” is no status; write 502, 5xx, 500..599, >=500, failed or none"),
        ("client>5", "client>5\n^^^^^^^^ client is not a number, so it cannot be compared; write client:5"),
        ("(a b", "(a b\n^ this “(” is not closed"),
        ("a )", "a )\n  ^ this “)” closes nothing"),
        ("\"a", "\"a\n^ this quote is not closed"),
        ("client:", "client:\n^^^^^^^ client needs a value behind “:”; client:* finds what has any"),
        ("a OR", "a OR\n  ^^ OR needs something on both sides"),
        ("-", "-\n^ there is nothing here to leave out"),
        (
            "duration:soon",
            "duration:soon\n         ^^^^ “soon” is no span of time; write duration>1.5s, duration:..200ms or duration:1s..2s",
        ),
        (
            "outcome:maybe",
            "outcome:maybe\n        ^^^^^ “maybe” is no outcome; write outcome:failure or outcome:success",
        ),
    ];
    for (text, expected) in cases {
        if text == "-" {
            // A lone minus is a word: people paste them.
            assert_eq!(print("-"), "\"-\"");
            continue;
        }
        let error = parse(text, NOW, chrono_tz::UTC).expect_err(text);
        assert_eq!(error.pointed(text), expected);
    }
}

#[test]
fn time_terms_are_the_period() {
    let parsed = parse("status:5xx time:24h", NOW, chrono_tz::UTC).expect("a query");
    assert_eq!(parsed.period.map(|p| p.to_string()).as_deref(), Some("24h"));
    assert_eq!(parsed.filter.to_string(), "status:5xx");
    let parsed = parse("time>=2026-11-01", NOW, chrono_tz::UTC).expect("a query");
    assert_eq!(parsed.period.map(|p| p.to_string()).as_deref(), Some("2026-11-01T00:00:00Z.."));
    // All terms must match, also those about time.
    let parsed = parse("time>=2026-11-01 status:5xx time<2026-11-02 time:all", NOW, chrono_tz::UTC).expect("a query");
    let period = parsed.period.map(|p| p.to_string());
    assert_eq!(period.as_deref(), Some("2026-11-01T00:00:00Z..2026-11-02T00:00:00Z"));
    let parsed = parse("-time:yesterday", NOW, chrono_tz::UTC).expect("a query");
    assert_eq!(parsed.period, None);
    assert_eq!(parsed.filter.to_string(), "-time:2026-11-22T00:00:00Z..2026-11-22T23:59:59.999999Z");
}

#[test]
fn what_was_guessed_is_said() {
    let parsed = parse("took>200 not", NOW, chrono_tz::UTC).expect("a query");
    assert_eq!(parsed.notes.len(), 2, "{:?}", parsed.notes);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[ -~é\u{2028}]{0,40}") {
        if let Ok(parsed) = parse(&text, NOW, chrono_tz::UTC) {
            let printed = parsed.filter.to_string();
            let again = parse(&printed, NOW, chrono_tz::UTC).map(|p| p.filter);
            prop_assert_eq!(again, Ok(parsed.filter), "{} printed as {}", text, printed);
        }
    }

    #[test]
    fn queries_read_back(
        terms in proptest::collection::vec(
            prop_oneof![
                "(status|client|path|duration|ip|id|is|no|has|time|user_id):[a-z0-9.*/,\"x ]{1,8}",
                "-?(status|duration|user_id)(>|<|>=|<=|:)[0-9]{1,4}(ms|s|xx)?",
                "\\(?[a-z*]{1,5}( OR | )[a-z\"]{1,5}\\)?",
            ],
            0..4,
        )
    ) {
        let text = terms.join(" ");
        if let Ok(parsed) = parse(&text, NOW, chrono_tz::UTC) {
            let printed = parsed.filter.to_string();
            let again = parse(&printed, NOW, chrono_tz::UTC).map(|p| p.filter);
            prop_assert_eq!(again, Ok(parsed.filter), "{} printed as {}", text, printed);
        }
    }
}
