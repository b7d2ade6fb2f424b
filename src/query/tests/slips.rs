//! Slips of values, names and words: put right where one reading is sure, told where words are searched.

use crate::query::testing::{is_printed, means, print, read, refusal, said, whole};

#[test]
fn values_that_are_called_or_in_brackets() {
    is_printed(&[
        ("status:in(500,502)", "status:500,502"),
        ("status:any(500, 502) client:acme", "status:500,502 client:acme"),
        ("status:not(200)", "-status:200"),
        ("client:in(acme,etl)", "client:acme,etl"),
        ("duration:gt:1000", "'duration:>1s'"),
        ("duration:\">1s\"", "'duration:>1s'"),
        ("status:<>200", "-status:200"),
        ("status:[500 502 503]", "status:500,502,503"),
        ("client:[\"Acme Ltd\"]", "'client:\"Acme Ltd\"'"),
        ("status:>=500,none", "status:500..,none"),
        ("status:/50[234]/", "status:502,503,504"),
        ("status:errors", "outcome:failure"),
        ("status:server-error", "status:5xx"),
        ("method:-GET", "-method:GET"),
        ("method:GET/POST", "method:GET,POST"),
        ("ip:10.x.x.x", "'ip:10.*'"),
        ("ip:10.2.3.x", "'ip:10.2.3.*'"),
        ("ip:10", "'ip:10.*'"),
        ("client:'O\\'Brien & Sons'", "'client:\"O\\x27Brien & Sons\"'"),
        ("path:”/foo”", "path:/foo"),
    ]);
    assert_eq!(
        refusal("status:[500 599]"),
        "values stand side by side, with commas; write 500,599 for one of them, 500..599 for all between"
    );
    assert_eq!(print("path:in(5)"), "'path:\"in(5)\"'");
}

#[test]
fn signs_and_words_around_terms() {
    is_printed(&[
        ("status ≠ 200", "-status:200"),
        ("duration ≥ 1s", "duration:1s.."),
        ("duration＞1s client:acme", "'duration:>1s' client:acme"),
        ("client:bob but not status:500", "client:bob -status:500"),
        ("client:bob except status:500", "client:bob -status:500"),
        ("client:bob\u{200b}status:500", "client:bob status:500"),
        ("client:bob | wc -l", "client:bob"),
        ("{status:500}", "status:500"),
        ("`status:500` client:bob", "status:500 client:bob"),
        ("timeout reset in:error", "error_message:timeout error_message:reset"),
        ("\"timed out\" in:message status:500", "'error_message:\"timed out\"' status:500"),
    ]);
    refusal("status:4xx status:5xx OR");
    refusal("status:500 in:path");
    assert_eq!(whole("status:500 OR"), "status:500");
}

#[test]
fn names_as_other_languages_write_them() {
    is_printed(&[
        ("tags[]:vip", "attributes.tags:vip"),
        ("tags[0]:vip status:500", "attributes.tags:vip status:500"),
        ("k8s[pod]:web-1", "attributes.k8s.pod:web-1"),
        ("@app.kubernetes.io/name:cart", "'\"attributes.app.kubernetes.io/name\":cart'"),
        ("attributes.a/b: cart status:500", "'\"attributes.a/b\":cart' status:500"),
        ("attributes.user\\ agent\\ family: curl", "'\"attributes.user agent family\":curl'"),
        ("k8s.labels.app\\.kubernetes\\.io/name: shop", "'\"attributes.k8s.labels.app.kubernetes.io/name\":shop'"),
        ("error_message:/.*[Tt]imed? ?out.*/", "'error_message~\"[Tt]imed? ?out\"'"),
    ]);
    for text in ["@home/path", "see shop.example.com/a:b", "error:/a b/"] {
        print(text);
    }
}

#[test]
fn a_text_that_begins_with_not_is_no_negation() {
    is_printed(&[("status_text:Not Found", "'status_text:\"Not Found\"'"), ("client:not acme", "-client:acme")]);
    assert_eq!(
        refusal("error:Not authorized"),
        "a text with spaces stands in double quotes; write error:\"Not authorized\", or -error:authorized to leave it out"
    );
    assert_eq!(whole("error:NOT timeout"), "-error:timeout");
}

#[test]
fn spans_in_words() {
    let period = |text: &str| read(text).expect(text).period.map(|period| period.to_string());
    for (text, right) in [
        ("time:last 24h status:500", "time:24h status:500"),
        ("time:past 2 hours", "time:2h"),
        ("time:1 week", "time:1w"),
        ("time > 24h ago", "time > 24h"),
        ("time>2 days ago", "time>2d"),
    ] {
        assert_eq!(whole(text), right, "{text}");
        assert!(period(right).is_some(), "{right}");
    }
    assert_eq!(refusal("time:2 days ago"), "a span of time is one word here; write time:2d for all since then");
}

#[test]
fn words_of_the_shape_of_a_value() {
    let offer = |word: &str, term: &str| format!("“{word}” is searched as a word; {term} asks for the field");
    assert_eq!(said("req_9a0a4917"), offer("req_9a0a4917", "request_id:req_9a0a4917"));
    assert_eq!(said("404s"), offer("404s", "status:404"));
    assert_eq!(said("500s"), offer("500s", "status:5xx"));
    assert_eq!(said("errors"), offer("errors", "is:failed"));
    assert_eq!(said("req_count"), "");
    assert_eq!(said("--"), "“--” is searched as a word; a minus stands right before what it leaves out");
}

#[test]
fn dates_as_they_are_written_elsewhere() {
    // What has one reading is read.
    let kept = |text: &str| read(text).map(|parsed| (parsed.period, parsed.filter)).ok();
    for (text, same) in [
        ("time:20.11.2026", "time:2026-11-20"),
        ("time:20/11/2026 status:500", "time:2026-11-20 status:500"),
        ("time>=11/20/2026", "time>=2026-11-20"),
        ("time:11.11.2026", "time:2026-11-11"),
        ("time:20.11.2026..22.11.2026", "time:2026-11-20..2026-11-22"),
        ("time:\"20 Nov 2026\"", "time:2026-11-20"),
        ("time:\"November 20, 2026\"", "time:2026-11-20"),
    ] {
        assert!(kept(text).is_some() && kept(text) == kept(same), "{text}");
    }
    for (text, right) in [
        ("time:20-Nov-2026", "time:2026-11-20"),
        ("time:20261120", "time:2026-11-20"),
        ("time:2026-11-20T10", "time:2026-11-20T10:00..<2026-11-20T11:00"),
        ("time>=2026-11-20T10", "time>=2026-11-20T10:00"),
        ("time:2026-11-20T12..2026-11-20T18", "time:2026-11-20T12:00..2026-11-20T18:00"),
        ("time:2026-11-20-2026-11-22", "time:2026-11-20..2026-11-22"),
        ("time:2026-W47", "time:2026-11-16..2026-11-22"),
        ("time>=2026-W47", "time>=2026-11-16"),
    ] {
        assert_eq!(whole(text), right, "{text}");
    }
    for (text, said) in
        [("time:11/10/2026", "“11/10/2026” can be two days"), ("time>=11-10-2026", "“11-10-2026” can be two days")]
    {
        assert_eq!(refusal(text), format!("{said}; write 2026-11-10 for November 10, 2026-10-11 for October 11"));
    }
    assert!(refusal("time:10.11.2026..12.11.2026").starts_with("“10.11.2026” can be two days"));
    for text in
        ["time>2026-11-20T10", "time:31.11.2026", "time:20.Foo.2026", "time:2026-W60", "time:10.11.2026..12.11.2026"]
    {
        refusal(text);
    }
}

#[test]
fn what_is_behind_or_and_has_no_field() {
    is_printed(&[
        ("gateway_code:4041 OR 4042", "gateway_code:4041,4042"),
        ("user_id:1003 or 1004", "user_id:1003,1004"),
        ("ip:10.0.0.0/8 or 192.168.0.0/16", "ip:10.0.0.0/8,192.168.0.0/16"),
        ("attributes.bytes:0 or 12", "attributes.bytes:0,12"),
        ("status>=500 or 429", "status:500..,429"),
        ("client:acme or beta", "client:acme,beta"),
        ("client:acme or beta or gamma", "client:acme,beta,gamma"),
        ("source:shop OR web", "'(source:shop OR \"web\")'"),
        ("attributes.region:eu or us status:500", "attributes.region:eu,us status:500"),
        ("outcome:failure or success", "outcome:failure,success"),
        ("error:timeout OR refused", "'(error_message:timeout OR refused)'"),
        ("client:acme OR \"beta\"", "'(client:acme OR \"beta\")'"),
        ("outcome:failure OR timeout", "'(outcome:failure OR timeout)'"),
    ]);
    let error = read("source:shop or web").expect_err("a value without its field");
    assert_eq!(error.to_string(), "“or” is a word here; write source:shop,web, or OR \"web\" to search for the word");
    is_printed(&[("-status:200 or 201", "-status:200,201"), ("status!=200 or 201", "-status:200,201")]);
    assert_eq!(
        said("source:shop OR web"),
        "“web” has no field: it is searched as a word; source:shop,web takes both for values"
    );
    assert_eq!(
        said("client:acme OR beta"),
        "“beta” has no field: it is searched as a word; client:acme,beta takes both for values"
    );
    assert_eq!(said("(client:acme) OR (beta)"), "");
    assert_eq!(said("source:shop OR \"web\""), "");
}

#[test]
fn parentheses_that_are_not_closed() {
    is_printed(&[
        ("(status:500", "status:500"),
        ("((status:500) client:bob", "status:500 client:bob"),
        ("(status:500 OR status:502", "status:500,502"),
        ("status:500)", "status:500"),
        ("status:500,502)", "status:500,502"),
        ("(client:bob OR client:eve))", "client:bob,eve"),
        ("client:bob) status:500", "client:bob status:500"),
        ("client:(bob,eve", "client:bob,eve"),
        ("status:400,,404", "status:400,404"),
        ("status:500 AND AND client:bob", "status:500 client:bob"),
    ]);
    for text in [
        "(status:500 OR client:bob status:502",
        "status:500 OR client:bob) method:GET",
        "-(status:500 client:bob",
        "client:(bob status:500",
        "status:500 AND OR client:bob",
        "/time(d )?out/",
    ] {
        refusal(text);
    }
}

#[test]
fn comparisons_go_on_with_their_field() {
    is_printed(&[
        ("status >= 500 and < 600", "status:500.. status:..599"),
        ("status:>=500 <600", "status:500.. status:..599"),
        ("duration:>1s<2s", "'duration:>1s' 'duration:<2s'"),
        ("duration>1s,<2s", "'duration:>1s' 'duration:<2s'"),
        ("duration>=1s&duration<=2s", "duration:1s.. duration:..2s"),
        ("status >= 500 AND <= 599 client:bob", "status:500.. status:..599 client:bob"),
        ("status:>=500,429", "status:500..,429"),
    ]);
}

#[test]
fn words_that_join_in_prose() {
    is_printed(&[
        ("client:bob with status:500", "client:bob status:500"),
        ("client:bob und status:500", "client:bob status:500"),
        ("client:bob without status:500", "client:bob -status:500"),
        ("client:bob but not status:500", "client:bob -status:500"),
    ]);
    assert_eq!(print("client:bob with timeout"), "client:bob with timeout");
    assert_eq!(print("bob with status:500"), "bob with status:500");
}

#[test]
fn values_with_signs_of_other_languages() {
    is_printed(&[
        ("status;500", "status:500"),
        ("client;bob", "client:bob"),
        ("status.500", "status:500"),
        ("status!500", "-status:500"),
        ("client:bob;eve", "client:bob,eve"),
        ("client:^acme", "'client:acme*'"),
        ("client:acme$", "'client:*acme'"),
        ("client:Acme%", "'client:Acme*'"),
        ("path:/health|/metrics", "path:/health,/metrics"),
        ("status:500.", "status:500"),
        ("status:5OO", "status:500"),
        ("status:５００", "status:500"),
        ("id:#rq12c", "key:rq12c"),
        ("id:7594794d%", "'request_id:7594794d*'"),
        ("id:<7594794d8e4b29c8518289e7cedfcdab>", "request_id:7594794d8e4b29c8518289e7cedfcdab"),
        ("request_id contains 7594794d", "'request_id:7594794d*'"),
    ]);
    assert_eq!(print("client.bob"), "client.bob", "a host, perhaps");
}

#[test]
fn signs_before_states_and_names_are_no_slips() {
    is_printed(&[
        ("is:!failed", "-outcome:failure"),
        ("is:-success status:500", "-outcome:success status:500"),
        ("has:!client", "no:client"),
        ("no:-client", "has:client"),
        ("-has:!client", "has:client"),
        ("is:4xx,5xx client:acme", "status:4xx,5xx client:acme"),
        ("is:POST,PUT", "method:POST,PUT"),
    ]);
    refusal("is:!failed,success");
    refusal("is:failed,5xx");
    refusal("status:500~502");
    assert_eq!(whole("duration:1-2s"), "duration:1s..2s");
    assert_eq!(whole("duration:1s-2s"), "duration:1s..2s");
    assert_eq!(whole("client:acme~2"), "client:acme");
    assert_eq!(
        said("status:500 -client bob"),
        "“-client bob” is searched as a word; -client:bob asks for the field; with their fields: status:500 -client:bob"
    );
}

#[test]
fn quotes_that_are_not_closed() {
    assert_eq!(whole("\"status:500"), "status:500");
    assert_eq!(whole("client:\"bob”"), "client:\"bob\"");
    assert_eq!(whole("path:\"/orders"), "path:\"/orders\"");
    assert_eq!(whole("client:\"acme ltd"), "client:\"acme ltd\"");
    assert_eq!(whole("status:500 client:\"Acme Ltd"), "status:500 client:\"Acme Ltd\"");
    assert_eq!(whole("path:\"/orders status:500"), "path:\"/orders\" status:500");
    assert_eq!(whole("client:\"acme ltd and status:500"), "client:\"acme ltd\" and status:500");
    assert_eq!(whole("status:500\""), "status:500");
    refusal("client:\"acme (status");
    is_printed(&[("id:-7594794d8e4b29c8518289e7cedfcdab", "-request_id:7594794d8e4b29c8518289e7cedfcdab")]);
}

#[test]
fn a_name_alone_may_be_what_a_shell_left() {
    let note = "“status” is searched as a word; status:… asks for the field, and for a shell > and < stand in quotes";
    assert_eq!(said("status"), note);
    assert_eq!(said("timeout status"), "");
    for (text, doubts) in [("client timeout", 1), ("client", 1), ("timeout client", 0), ("\"client\"", 0)] {
        let of_shells = read(text).expect(text).doubts;
        let of_shells = of_shells.iter().filter(|doubt| doubt.error.mistake.to_string().contains("shell"));
        assert_eq!(of_shells.count(), doubts, "{text}");
    }
}

#[test]
fn a_bar_stands_between_texts_not_between_their_nearest_words() {
    means(&[
        ("timed out|refused", "(\"timed out\" OR refused)"),
        ("connection|token expired", "(connection OR \"token expired\")"),
        ("status:500 deadlock found|detected method:GET", "status:500 (\"deadlock found\" OR detected) method:GET"),
        ("(timed out|refused) status:500", "(\"timed out\" OR refused) status:500"),
        ("-(timed out|refused)", "-(\"timed out\" OR refused)"),
        ("timed|refused", "(timed OR refused)"),
        ("\"timed out\"|refused", "(\"timed out\" OR refused)"),
        ("refused|\"timed out\" status:500", "(refused OR \"timed out\") status:500"),
        ("(timed out)|refused", "(timed out) OR refused"),
        ("(status:500)|(status:502)", "status:500 OR status:502"),
        ("status:500 or timed|refused", "status:500 or (timed OR refused)"),
    ]);
    assert_eq!(print("\"a|b\""), "'\"a|b\"'", "in quotes it is a sign");
}

#[test]
fn what_joins_values_stands_between_two() {
    for (text, right) in [
        ("status:(500 OR)", "status:(500)"),
        ("status:(OR 500)", "status:(500)"),
        ("status:(500 OR OR 502)", "status:(500 OR 502)"),
        ("error:(and AND found)", "error:(AND found)"),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.to_string().contains("needs something on both sides"), "{text}: {error}");
        let (place, fix) = error.fix.expect("a place");
        let mut put_right = text.to_owned();
        put_right.replace_range(place, &fix);
        assert_eq!(put_right, right, "{text}");
    }
    for text in ["error:(not AND found)", "error:(NOT AND found)", "status:(500 not)"] {
        assert!(refusal(text).contains("nothing here to leave out"), "{text}");
    }
    is_printed(&[("status:(500, 502, or 503)", "status:500,502,503"), ("status:(500,)", "status:500")]);
}

#[test]
fn not_before_the_words_of_a_text_is_told() {
    let told = "“not” leaves out “found”; error_message:\"not found\" asks for the words";
    assert_eq!(said("error_message:(not found)"), told);
    assert!(said("error_message:(token not expired)").contains("error_message:\"token not expired\""));
    assert_eq!(said("status:(not 500)"), "");
    assert_eq!(said("error_message:(NOT found)"), "");
}
