use proptest::prelude::*;

use crate::query::testing::NOW;
use crate::query::*;

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
        ("\"upstream timeout\"", "'\"upstream timeout\"'"),
        ("status:5xx", "status:5xx"),
        ("response_code:502", "status:502"),
        ("status>=500", "status:500.."),
        ("status:>=500", "status:500.."),
        ("status >= 500", "status:500.."),
        ("status = 502", "status:502"),
        ("status:5*", "status:5xx"),
        ("status:500..599", "status:5xx"),
        ("status:50x,404", "status:50x,404"),
        ("status:none", "status:none"),
        ("status:(502 or 504)", "status:502,504"),
        ("(status:502 OR client:a OR status:504)", "'(status:502,504 OR client:a)'"),
        ("status:failed", "outcome:failure"),
        ("is:failed", "outcome:failure"),
        ("-is:failed", "-outcome:failure"),
        ("NOT status:5xx", "-status:5xx"),
        ("not:status:5xx", "-status:5xx"),
        ("!status:5xx", "-status:5xx"),
        ("status!=502", "-status:502"),
        ("--status:5xx", "status:5xx"),
        ("-timeout", "not:timeout"),
        ("client:etl", "client:etl"),
        ("client: etl", "client:etl"),
        ("username:=\"ETL Partner\"", "'client:=\"ETL Partner\"'"),
        ("client:'ETL Partner'", "'client:\"ETL Partner\"'"),
        ("client:etl*", "'client:etl*'"),
        ("client:\"etl p\"*", "'client:\"etl p\"*'"),
        ("client:*", "has:client"),
        ("-client:*", "no:client"),
        ("-no:client", "has:client"),
        ("client:(etl and partner)", "client:etl client:partner"),
        ("no:gateway_code", "no:gateway_code"),
        ("_exists_:job", "has:job"),
        ("has:job", "has:job"),
        ("duration>1.5s", "'duration:>1500ms'"),
        ("duration:100ms..<500ms", "'duration:100ms..<500ms'"),
        ("duration:[100ms TO 500ms}", "'duration:100ms..<500ms'"),
        ("duration<1s", "'duration:<1s'"),
        ("status:500..<600", "status:5xx"),
        ("duration:>=1.5s", "duration:1500ms.."),
        ("duration:..200ms", "duration:..200ms"),
        ("took:200", "duration:200ms"),
        ("ip:10.0.0.0/8", "ip:10.0.0.0/8"),
        ("ip:10.2.3.4", "ip:10.2.3.4"),
        ("ip:2001:DB8::1", "ip:2001:db8::1"),
        ("id:7594794D-8E4B-29C8-5182-89E7CEDFCDAB", "request_id:7594794d8e4b29c8518289e7cedfcdab"),
        ("request_id:7594794d*", "'request_id:7594794d*'"),
        ("path:/orders", "path:/orders"),
        ("path:/orders?day=1", "'path:/orders?day=1'"),
        ("error~\"time ?out\"", "'error_message~\"time ?out\"'"),
        ("error~\"a\\d+\"", "'error_message~\"a\\d+\"'"),
        ("error =~ out", "'error_message~out'"),
        ("attributes.region:eu", "attributes.region:eu"),
        ("attributes.bytes>1000", "'attributes.bytes:>1000'"),
        ("attributes.bytes:<-2.5", "'attributes.bytes:<-2.5'"),
        ("attributes.bytes>=1000", "attributes.bytes:1000.."),
        ("-attributes.bytes:1000..<2000", "'-attributes.bytes:1000..<2000'"),
        ("attributes.bytes:[10 TO 20]", "attributes.bytes:10..20"),
        ("from_parent_site:yes", "from_parent_site:true"),
        ("(a OR b) c", "'(a OR b)' c"),
        ("a || b", "'(a OR b)'"),
        ("a && b", "a b"),
        ("'(a OR b)' c", "'(a OR b)' c"),
        ("status:5xx AND client:etl", "status:5xx client:etl"),
        ("status:5xx and client:etl", "status:5xx client:etl"),
        ("+status:5xx +etl", "status:5xx etl"),
        ("http://x/y", "'\"http://x/y\"'"),
        ("@timestamp:24h", ""),
        ("*:*", ""),
        ("*:", "'*\":\"*'"),
        ("status:5xx status:5xx", "status:5xx"),
        ("client:\"a,b\"", "'client:\"a,b\"'"),
        ("client:=O'Brien", "'client:=\"O\\x27Brien\"'"),
        ("client:=\"““\"", "'client:=\"““\"'"),
        ("status:[500 TO 599]", "status:5xx"),
        ("@http.status_code:[500 TO *]", "status:500.."),
        ("status:{500 TO 502}", "status:501"),
        ("@duration:>20ms", "'duration:>20ms'"),
    ];
    for (text, canonical) in cases {
        assert_eq!(print(text), canonical, "{text}");
        assert_eq!(print(canonical), canonical, "{canonical} reads back");
    }
}

/// What a mistake is answered with, below the query.
fn answer(text: &str) -> String {
    let error = parse(text, NOW, chrono_tz::UTC).expect_err(text);
    let pointed = error.pointed(text);
    pointed.strip_prefix(text).and_then(|rest| rest.strip_prefix('\n')).expect("the query stands first").to_owned()
}

#[test]
fn errors_point_and_help() {
    let cases = [
        ("staus:5xx", "^^^^^ there is no field “staus”; did you mean status?"),
        (
            "foo:bar",
            "^^^ there is no field “foo”; what a source sent beyond the fields is attributes.foo; to search for it as text, put it in double quotes",
        ),
        ("status:abc", "       ^^^ “abc” is no status; write 502, 5xx, 500..599, >=500, failed or none"),
        ("status:500-599", "       ^^^^^^^ “500-599” is no status; write status:500..599"),
        ("client>5", "^^^^^^^^ client is not a number, so it cannot be compared; its values are listed: client:a,b"),
        ("(a b", "^ this “(” is not closed"),
        ("a )", "  ^ this “)” closes nothing"),
        ("\"a", "^ this quote is not closed"),
        ("'a b", "^ this quote is not closed; a text with an apostrophe in front stands in double quotes"),
        ("client:", "^^^^^^^ client needs a value behind “:”; has:client finds what has any"),
        ("a OR", "  ^^ OR needs something on both sides"),
        ("OR a", "^^ OR needs something on both sides"),
        ("a AND OR b", "      ^^ OR needs something on both sides"),
        (
            "duration:soon",
            "         ^^^^ “soon” is no span of time; write duration>1.5s, duration:..200ms or duration:1s..2s",
        ),
        ("duration:1s-2s", "         ^^^^^ “1s-2s” is no span of time; write duration:1s..2s"),
        ("outcome:maybe", "        ^^^^^ “maybe” is no outcome; write outcome:failure or outcome:success"),
    ];
    for (text, expected) in cases {
        assert_eq!(answer(text), expected, "{text}");
    }
    // A lone minus is a word: people paste them.
    assert_eq!(print("-"), "'\"-\"'");
}

/// Spellings of Kibana, Lucene, Datadog, GitHub, SQL and mitmproxy that are not ours.
#[test]
fn other_languages_are_answered_with_the_right_spelling() {
    let cases = [
        ("timeout and status:502", "        ^^^ “and” is a word here; write AND, or \"and\" to search for the word"),
        ("status:502 or timeout", "           ^^ “or” is a word here; write OR, or \"or\" to search for the word"),
        ("not status:200", "^^^ “not” is a word here; write NOT, or \"not\" to search for the word"),
        ("~c 502", "^^^^^^ “~c” is mitmproxy's; write status:502"),
        ("~m POST & ~d acme", "^^^^^^^ “~m” is mitmproxy's; write method:POST"),
        ("~e", "^^ “~e” is mitmproxy's; write status:none"),
        ("status IN (500, 502)", "^^^^^^^^^ “IN” is no operator here; write status:500,502"),
        ("client LIKE '%etl%'", "^^^^^^^^^^^ “LIKE” is no operator here; write client:*etl*"),
        ("job IS NULL", "^^^^^^ “IS” is no operator here; write no:job"),
        (
            "path:/\\/orders.*/",
            "     ^^^^^^^^^^^^ a path is read between slashes, not a regular expression; write path~^/orders",
        ),
        (
            "level:error",
            "^^^^^ there is no field “level”; write attributes.level for what a source sent; is:failed asks for failed requests",
        ),
        ("sort:created-desc", "^^^^ there is no field “sort”; the order is no part of a query: press o, or use --sort"),
        (
            "@region:eu",
            "^^^^^^^ there is no field “@region”; what a source sent beyond the fields is attributes.region; to search for it as text, put it in double quotes",
        ),
        ("= 5", "^ “=” cannot stand here; an operator stands behind the name of a field: status>=500"),
        ("client:[a TO b]", "^^^^^^^^^^^^^^^ client is not a number, so it cannot be compared; write client:a,b"),
        ("status:(500 (502))", "            ^ values cannot be grouped in here; write (status:a OR status:b) status:c"),
        ("ip:10.0.0.8..10.0.0.15", "   ^^^^^^^^^^^^^^^^^^^ addresses have networks, not ranges; write ip:10.0.0.8/29"),
    ];
    for (text, expected) in cases {
        assert_eq!(answer(text), expected, "{text}");
    }
}

#[test]
fn an_unfinished_query_is_read_as_far_as_it_goes() {
    let cases = [
        ("status:5xx client:", "status:5xx"),
        ("status:5xx (client:etl", "status:5xx client:etl"),
        ("status:5xx \"upstream cl", "status:5xx '\"upstream cl\"'"),
        ("status:5xx -", "status:5xx '\"-\"'"),
        ("status:5xx staus:2 etl", "status:5xx etl"),
        ("status:5xx OR", "status:5xx"),
        (") status:5xx )", "status:5xx"),
        ("duration:soon etl", "etl"),
    ];
    for (text, kept) in cases {
        let draft = draft(text, Reading { now: NOW, zone: chrono_tz::UTC, read_ids: None });
        assert_eq!(draft.parsed.filter.to_string(), kept, "{text}");
    }
}

#[test]
fn ids_come_from_a_file() {
    let read = |path: &str| match path {
        "ids.txt" => Ok(vec!["7594794d8e4b29c8518289e7cedfcdab".to_owned(), String::new(), "abcd*".to_owned()]),
        "bad.txt" => Ok(vec!["abc".to_owned(), "--".to_owned()]),
        _ => Err(format!("{path} is not there")),
    };
    let reading = Reading { now: NOW, zone: chrono_tz::UTC, read_ids: Some(&read) };
    let print = |text: &str| match parse_with(text, reading) {
        Ok(parsed) => parsed.filter.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(print("id:@ids.txt"), "'request_id:7594794d8e4b29c8518289e7cedfcdab,abcd*'");
    assert_eq!(print("id:@bad.txt"), "bad.txt, line 2: “--” is no id");
    assert_eq!(print("id:@none.txt"), "none.txt is not there");
    assert_eq!(print("id:@\"my ids.txt\""), "my ids.txt is not there");
    assert_eq!(print("'id:@\"my ids.txt\"'"), "my ids.txt is not there");
    assert_eq!(print("id:\"@abcd\""), "'request_id:\"@abcd\"'", "in quotes it is no file");
    let error = parse("id:@ids.txt", NOW, chrono_tz::UTC).expect_err("it is saved text");
    assert_eq!(error.to_string(), "files of ids are read from the prompt and the command line only");
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
    assert_eq!(parsed.filter.to_string(), "-time:2026-11-22T00:00:00Z..2026-11-23T00:00:00Z");
    let again = parse(&parsed.filter.to_string(), NOW, chrono_tz::UTC).expect("reads");
    assert_eq!(again.filter, parsed.filter, "also its last moment");
}

#[test]
fn what_was_guessed_is_said() {
    let parsed = parse("took>200 not", NOW, chrono_tz::UTC).expect("a query");
    assert_eq!(parsed.notes.len(), 2, "{:?}", parsed.notes);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[ -~é\u{2028}]{0,40}") {
        reads_back(&text)?;
    }

    #[test]
    fn queries_read_back(
        terms in proptest::collection::vec(
            prop_oneof![
                "(status|client|path|duration|ip|id|is|no|has|time|user_id|attributes.a):[a-z0-9.*/,\"x ]{1,8}",
                "-?(status|duration|user_id|attributes.a)(>|<|>=|<=|:|!=)[0-9]{1,4}(ms|s|xx)?",
                "(client|path|error)[~:=]{1,2}\"[a-c\\\\\"'*x0-9 $!]{0,6}\"",
                "\\(?[a-z*]{1,5}( OR | | or | and )[a-z\"]{1,5}\\)?",
                "(NOT |-|!|not:)[a-z]{1,3}",
            ],
            0..4,
        )
    ) {
        reads_back(&terms.join(" "))?;
    }
}

/// What is understood prints as something that is understood alike, and that a shell leaves whole.
fn reads_back(text: &str) -> Result<(), TestCaseError> {
    if let Ok(parsed) = parse(text, NOW, chrono_tz::UTC) {
        let printed = parsed.filter.to_string();
        let again = parse(&printed, NOW, chrono_tz::UTC).map(|p| p.filter);
        prop_assert_eq!(again, Ok(parsed.filter.clone()), "{} printed as {}", text, printed);
        let arguments = behind_a_shell(&printed).join(" ");
        let again = parse(&arguments, NOW, chrono_tz::UTC).map(|p| p.filter);
        prop_assert_eq!(again, Ok(parsed.filter), "{} printed as {}, handed over as {}", text, printed, arguments);
    }
    Ok(())
}

/// The arguments that a shell makes of a line of safe characters and single quotes.
fn behind_a_shell(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (argument, behind) = match rest.strip_prefix('\'') {
            Some(inner) => inner.split_once('\'').expect("a quote is closed"),
            None => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
        };
        assert!(
            rest.starts_with('\'') || !argument.contains(['"', '\'', '*', '$', '!', '\\', '(', '?', '~']),
            "{line}"
        );
        arguments.push(argument.to_owned());
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
    arguments
}

/// Several values of a field, which may look like a pattern between slashes together.
fn any_list() -> impl Strategy<Value = Filter> {
    use crate::model::field::Field;
    let field = prop_oneof![Just(Field::Path), Just(Field::Client), Just(Field::ErrorMessage), Just(Field::Endpoint)];
    let texts = proptest::collection::vec("/?[a-c][a-c\\[\\]$^|+.]{0,3}/?|/", 2..4);
    (field, texts, 0..3_u8).prop_map(|(field, texts, which)| {
        let test = |text: String| match which {
            0 => Test::Exact(text.into_bytes()),
            1 => Test::Wildcard(text + "*"),
            _ if matches!(field, Field::Client | Field::Endpoint) => Test::Words(text),
            _ => Test::Phrase(text),
        };
        Filter::one_of(field, texts.into_iter().map(test).collect())
    })
}

/// Versions from one to another, with the ends or without.
fn any_versions() -> impl Strategy<Value = Test> {
    let release = || (0_i128..1 << 120).prop_map(|packed| packed << 1 | 1);
    let two = (release(), release()).prop_map(|(a, b)| (a.min(b), a.max(b)));
    (two, any::<bool>(), 0..3_u8).prop_map(|((low, high), is_out, which)| match which {
        0 => Test::Versions(low + i128::from(is_out), i128::MAX),
        1 => Test::Versions(i128::MIN, high - i128::from(is_out)),
        _ => Test::Versions(low, high - i128::from(is_out && low < high)),
    })
}

/// Any filter, also one that nobody would type.
/// Numbers from one to another, each as large or as small as can be, or next to one that is short to write.
fn any_decimals() -> impl Strategy<Value = Test> {
    let edge = || {
        (-50_i128..50, 0_u32..32, -1_i128..2).prop_map(|(digits, zeros, beside)| digits * 10_i128.pow(zeros) + beside)
    };
    let open = |low: bool| Just(if low { i128::MIN } else { i128::MAX });
    (prop_oneof![4 => edge(), 1 => open(true)], prop_oneof![4 => edge(), 1 => open(false)])
        .prop_filter("the smaller end stands first", |(low, high)| low <= high)
        .prop_map(|(low, high)| Test::Decimals(low, high))
}

fn any_filter() -> impl Strategy<Value = Filter> {
    use crate::model::field::{Field, FieldRef};
    let text = || {
        prop_oneof![
            "[a-c ]{0,3}",
            "[a-c\"'\\\\*,()/.:=@ -]{1,4}",
            "[a-c?|;!~^1&:\\[\\]{}+“/.*]{1,5}",
            "not|is|in|OR|where"
        ]
    };
    let name = (prop_oneof![Just(Field::Client), Just(Field::Path), Just(Field::ErrorMessage)], text(), 0..5_u8);
    let clause = prop_oneof![
        name.prop_map(|(field, text, which)| {
            let test = match which {
                0 => Test::Exact(text.into_bytes()),
                1 => Test::Missing,
                2 => Test::Present,
                _ if field == Field::Client => Test::Words(text),
                _ => Test::Phrase(text),
            };
            Filter::field(field, test)
        }),
        any_list(),
        proptest::collection::vec(any::<u8>(), 1..4).prop_map(|bytes| Filter::field(Field::Client, Test::Exact(bytes))),
        (0_i64..700, 0_i64..200).prop_map(|(low, more)| Filter::field(Field::Status, Test::Range(low, low + more))),
        any_decimals().prop_map(|test| Filter::field(FieldRef::Attribute("n".into()), test)),
        any_versions().prop_map(|test| Filter::field(FieldRef::Attribute("n".into()), test)),
        ("[a-c]{1,2}", "[a-c.:=\" '()@-]{1,3}").prop_map(|(text, name)| {
            Filter::field(FieldRef::Attribute(name.trim().to_owned() + "x"), Test::Words(text))
        }),
        text().prop_map(|text| Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(text)] })),
    ];
    clause.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(Filter::Or),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn any_filter_reads_back(filter in any_filter()) {
        let filter = rewrite::canonical(filter);
        let printed = filter.to_string();
        let again = parse(&printed, NOW, chrono_tz::UTC).map(|p| p.filter);
        prop_assert_eq!(again, Ok(filter), "printed as {}", printed);
        prop_assert!(!printed.contains(|c: char| c.is_control()));
    }

    #[test]
    fn any_filter_reads_back_as_it_stands_in_the_prompt(filter in any_filter()) {
        let filter = rewrite::canonical(filter);
        let typed = print::typed_steps(&filter);
        let again = parse(&typed, NOW, chrono_tz::UTC).map(|p| p.filter);
        prop_assert_eq!(again, Ok(filter), "typed as {}", typed);
    }
}

#[test]
fn several_paths_are_no_pattern_between_slashes() {
    for text in [r#"path:"/files/[draft].txt","/""#, r#"path:="/a$","/""#, r#"path:*"/a|b"*,"/""#] {
        let filter = parse(text, NOW, chrono_tz::UTC).expect("is read").filter;
        let again = parse(&filter.to_string(), NOW, chrono_tz::UTC).map(|p| p.filter);
        assert_eq!(again, Ok(filter), "{text}");
    }
}

#[test]
fn apostrophes_stand_for_themselves_in_the_prompt() {
    for text in ["client:=\"it's\"", r#"client:="\\x27""#, r#"client:="a\\'b""#, r#"path:"\x27\\x27'\\'""#] {
        let filter = parse(text, NOW, chrono_tz::UTC).expect("is read").filter;
        let typed = print::typed_steps(&filter);
        assert_eq!(typed.contains('\''), text.contains('\''), "{text}: {typed}");
        let again = parse(&typed, NOW, chrono_tz::UTC).expect("is read").filter;
        assert_eq!(again, filter, "{text}: {typed}");
    }
}
