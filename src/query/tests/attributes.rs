//! Values among the attributes, and values with units: what is meant by them, and what is said.

use crate::query::filter::{Clause, Filter, Target};
use crate::query::matcher::Matcher;
use crate::query::testing::{is_printed, print, read, refusal, said};

/// Which of some values of an attribute `n` a query keeps.
fn kept<'v>(text: &str, values: &[&'v str]) -> Vec<&'v str> {
    let Filter::Clause(Clause { target: Target::Field(field), any_of }) = read(text).expect("a query").filter else {
        panic!("{text} is no single clause")
    };
    let matcher = Matcher::new(&field, &any_of);
    values.iter().copied().filter(|value| matcher.matches_text(value.as_bytes())).collect()
}

#[test]
fn numbers_of_any_size_are_compared() {
    let microseconds = ["1764000000000000", "1764000005000000", "1764000005000001", "1764000009000000"];
    assert_eq!(kept("attributes.n>1764000005000000", &microseconds), microseconds[2..]);
    assert_eq!(kept("attributes.n<1764000005000000", &microseconds), microseconds[..1]);
    assert_eq!(kept("attributes.n:1764000005000000..1764000005000001", &microseconds), microseconds[1..3]);
    let ids = ["9223372036854775807", "9223372036854775808", "18446744073709551615"];
    assert_eq!(kept("attributes.n>=9223372036854775808", &ids), ids[1..]);
    assert_eq!(kept("attributes.n<=9223372036854775807", &ids), ids[..1]);
    let small = ["0.0000001", "0.0000002", "1e-7", "3e-7", "-1", "text"];
    assert_eq!(kept("attributes.n>=0.0000002", &small), ["0.0000002", "3e-7"]);
    is_printed(&[
        ("attributes.n>1764000005000000", "'attributes.n:>1764000005000000'"),
        ("attributes.n<=9223372036854775807", "attributes.n:..9223372036854775807"),
        ("attributes.n>0.0000002", "'attributes.n:>0.0000002'"),
    ]);
}

#[test]
fn a_list_passes_by_one_of_its_members() {
    let lists = ["[500,503]", "[200]", "[\"vip\",\"beta\"]", "[]", "503"];
    assert_eq!(kept("attributes.n>=500", &lists), ["[500,503]", "503"]);
    assert_eq!(kept("attributes.n:100..300", &lists), ["[200]"]);
    assert_eq!(kept("attributes.n~^beta", &lists), ["[\"vip\",\"beta\"]"]);
}

#[test]
fn exactly_a_value_is_that_text() {
    let versions = ["1.2", "1.20", "1.200", "[\"1.2\",\"3\"]"];
    assert_eq!(kept("attributes.n:=1.2", &versions), ["1.2", "[\"1.2\",\"3\"]"]);
    assert_eq!(kept("attributes.n:=1e3", &["1000", "1e3"]), ["1e3"]);
    assert_eq!(kept("attributes.n:1.2", &versions[..3]), versions[..3]);
    assert_eq!(
        said("attributes.n:1.2"),
        "attributes.n:1.2 is that number, however it is written; attributes.n:=1.2 is that text alone"
    );
}

#[test]
fn spans_of_several_units() {
    for (text, canonical) in [
        ("duration>1m30s", "'duration:>90s'"),
        ("duration:1m30s..2m", "duration:90s..120s"),
        ("duration:>=\"2m 05s\"", "duration:125s.."),
        ("delay<1s500ms", "'delay:<1500ms'"),
    ] {
        assert_eq!(print(text), canonical, "{text}");
    }
    is_printed(&[("duration>2m 05s status:500", "'duration:>125s' status:500"), ("duration > 1 s", "'duration:>1s'")]);
    assert_eq!(print("duration>1m status:500"), "'duration:>60s' status:500");
    assert_eq!(print("duration>1s 2m"), "'duration:>1s' 2m", "no span of its own goes on so");
}

#[test]
fn units_where_the_name_tells_which() {
    is_printed(&[
        ("attributes.bytes>1MB", "'attributes.bytes:>1000000'"),
        ("attributes.response_size:10kb..1MiB", "attributes.response_size:10000..1048576"),
        ("attributes.bytes:..<10kb", "'attributes.bytes:<10000'"),
        ("attributes.upstream_ms>=1.5s", "attributes.upstream_ms:1500.."),
        ("attributes.wait_seconds>250ms", "'attributes.wait_seconds:>0.25'"),
        ("attributes.tookMs>1m30s", "'attributes.tookMs:>90000'"),
    ]);
    assert_eq!(
        refusal("attributes.latency>1.5s"),
        "“1.5s” is no number; what a source sent has no unit: write attributes.latency>100 or attributes.latency:100..200"
    );
    assert_eq!(print("attributes.version:1b..2b"), "'attributes.version:\"1b..2b\"'", "a text with two dots");
}

#[test]
fn a_value_behind_or_goes_on_with_those_before() {
    is_printed(&[
        ("status:4xx OR 5xx", "status:4xx,5xx"),
        ("client:acme status:404 OR 5xx OR 301", "client:acme status:404,5xx,301"),
        ("(method:GET | POST) status:500", "method:GET,POST status:500"),
        ("ip=10.2.3.4 or 10.2.3.5", "ip:10.2.3.4,10.2.3.5"),
    ]);
    for canonical in [
        "'(status:4xx OR \"5xx\")'",
        "'(status:4xx OR \"timeout\")'",
        "'(client:acme OR \"beta\")'",
        "'(timeout OR 502)'",
    ] {
        let printed = print(canonical);
        assert_eq!(print(&printed), printed, "{canonical}");
    }
    assert_eq!(print("status:4xx OR \"5xx\""), "'(status:4xx OR \"5xx\")'");
}

#[test]
fn statuses_as_they_are_slipped() {
    is_printed(&[
        ("status:5..", "status:5xx"),
        ("status:5x", "status:5xx"),
        ("status:500+", "status:500.."),
        ("status:[45]xx", "status:4xx,5xx"),
        ("status:^5", "status:5xx"),
        ("status:[4xx, 5xx]", "status:4xx,5xx"),
        ("status:{500,502}", "status:500,502"),
        ("status:\"500,502\"", "status:500,502"),
        ("status:500||502", "status:500,502"),
        ("status:500.0", "status:500"),
        ("status:500 and 502", "status:500,502"),
        ("status:4xx AND 5xx", "status:4xx,5xx"),
        ("duration:1s+", "duration:1s.."),
        ("duration:100…500", "duration:100ms..500ms"),
    ]);
    assert_eq!(print("duration>1_000"), "'duration:>1s'");
    assert_eq!(print("duration:>500msec"), "'duration:>500ms'");
    assert_eq!(print("status>=5"), "'status:>=5'");
    assert_eq!(print("'status:>=5'"), "'status:>=5'");
    assert_eq!(said("status:50"), "a status has three digits: 50x is what begins with 50");
    assert_eq!(said("status:4..5"), "a status has three digits: 4xx is what begins with 4");
    assert_eq!(said("status<100"), "");
    is_printed(&[
        ("status:500 and", "status:500"),
        ("and status:500", "status:500"),
        ("AND status:500", "status:500"),
        ("(status:500 OR) client:acme", "status:500 client:acme"),
    ]);
    assert_eq!(refusal("status:500 AND OR client:acme"), "OR needs something on both sides");
}

#[test]
fn a_hyphen_alone_is_no_value() {
    is_printed(&[
        ("client:-", "no:client"),
        ("client!=-", "has:client"),
        ("status:-", "status:none"),
        ("client is none", "no:client"),
        ("empty(client)", "no:client"),
        ("attributes.zone=-", "no:attributes.zone"),
    ]);
    assert_eq!(print("client:\"-\""), "'client:\"-\"'");
    assert_eq!(print("client:=-"), "client:=-", "what a pane writes");
}

#[test]
fn nanoseconds_of_other_tools() {
    is_printed(&[
        ("event.duration > 1000000000", "'duration:>1s'"),
        ("event.duration < 2000000000 client:acme", "'duration:<2s' client:acme"),
        ("@duration:[1000000000 TO 2000000000]", "duration:1s..2s"),
        ("@duration:>500000000", "'duration:>500ms'"),
        ("event.duration:1500000..", "duration:1500us.."),
    ]);
    assert_eq!(print("@duration:>1500"), "'duration:>1500ms'");
    assert_eq!(print("duration>1000000000"), "'duration:>1000000s'");
    assert_eq!(print("event.duration>1s"), "'duration:>1s'");
}

#[test]
fn what_stands_side_by_side_is_said() {
    let lost = |text: &str| crate::query::lost_quotes(text).unwrap_or_default();
    assert_eq!(
        lost("client:=etl partner "),
        "“partner” is searched besides client:=etl; one value of both is 'client:=\"etl partner\"'"
    );
    assert_eq!(
        lost("client = acme Ltd"),
        "“Ltd” is searched besides client = acme; one value of both is 'client = \"acme Ltd\"'"
    );
    assert_eq!(
        lost("error.message: token expired"),
        "“expired” is searched besides error.message: token; one value of both is 'error.message: \"token expired\"', \
         either of them 'error.message: token,expired'"
    );
    assert_eq!(
        lost("status:500 client:success team method:GET"),
        "“team” is searched besides client:success; one value of both is 'client:\"success team\"'"
    );
    for text in [
        "status:[500 TO 599]",
        "status:500 ",
        "client:'Acme Ltd'",
        "status:500 | 502",
        "status:500 timeout",
        "client:acme OR beta",
        "client:acme\\ ltd",
        "client:acme status:500",
        "client:ac* ltd",
        "path:\\/files\\/in\\ box*",
    ] {
        assert_eq!(lost(text), "", "{text}");
    }
    assert_eq!(said("status:500 (status:502)"), "status:500 and status:502 are never both; status:500,502 is either");
    assert_eq!(
        said("method:=GET client:a (method:=PUT)"),
        "method:=GET and method:=PUT are never both; method:=GET,PUT is either"
    );
    for text in ["status:5xx status:500..502", "client:a client:ab", "status:500 -status:502", "status>=400 status<500"]
    {
        assert_eq!(said(text), "", "{text}");
    }
    for (text, term) in [
        ("no client", "no:client"),
        ("client missing", "no:client"),
        ("path /foo", "path:/foo"),
        ("duration 500", "duration:500"),
        ("has job", "has:job"),
        ("is failed", "is:failed"),
    ] {
        let sentence = format!("“{text}” is searched as a word; {term} asks for the field");
        assert!(said(text).contains(&sentence), "{text}: {}", said(text));
    }
    assert_eq!(print("\"//\""), "'\"//\"'", "jq's operator");
    for text in ["no luck", "no \"client\"", "\"no\" client", "client \"and\" server"] {
        assert!(!said(text).contains("“no") && !said(text).contains("“client"), "{text}: {}", said(text));
    }
}

#[test]
fn what_kibana_and_mitmproxy_write() {
    is_printed(&[
        ("*: timeout", "timeout"),
        ("status: 404 and not timeout", "status:404 not:timeout"),
        ("status:404 AND not timeout", "status:404 not:timeout"),
        ("~status 500", "status:500"),
        ("~hq user-agent.*okhttp", "user_agent:okhttp"),
        ("~u \\(copy\\)", "'path~\"(?i)\\(copy\\)\"'"),
    ]);
    assert_eq!(refusal("~bq foo"), "“~bq” is mitmproxy's; write error_message:foo (bodies are not logged)");
}

#[test]
fn a_value_that_looks_like_a_term_stands_alone() {
    let printed = print("id:a, -status>0");
    assert_eq!(printed, "'(request_id:a OR request_id:status>0)'");
    assert_eq!(print(&printed), printed);
}

#[test]
fn slips_around_words_and_brackets() {
    is_printed(&[
        ("Status:500 Or client:bob", "'(status:500 OR client:bob)'"),
        ("Not client:bob", "-client:bob"),
        ("client:bob + status:500", "client:bob status:500"),
        ("tags:[vip]", "attributes.tags:vip"),
        ("client:{bob}", "client:bob"),
        ("[status:500] client:bob", "status:500 client:bob"),
        ("path:^/foo", "'path~^/foo'"),
        ("path:/foo%", "'path:/foo*'"),
        ("status(500) client:acme", "status:500 client:acme"),
        ("status:\"404 Not Found\"", "status:404"),
        ("bytes>1000", "'attributes.bytes:>1000'"),
        ("client:\"acme", "client:acme"),
        ("sort:created-desc status:500", "status:500"),
        ("index=main sourcetype=access status>=500", "status:500.."),
        ("status=500 | stats count by client", "status:500"),
        ("status=500 | head 10 | table client", "status:500"),
        ("uri_path=/login*", "'path:/login*'"),
        ("latency_ms>1000", "'duration:>1s'"),
        ("ip_address:10.2.3.4", "ip:10.2.3.4"),
        ("{job=\"nginx\"} |= \"timeout\"", "attributes.job:=nginx timeout"),
        ("() status:500", "status:500"),
        ("client:\"acme status:500", "client:acme status:500"),
    ]);
    for text in ["status=500 | grep x.*", "status=500 | stats count | where count>5"] {
        refusal(text);
    }
    assert_eq!(
        refusal("duration in [100,500]"),
        "“in” is no operator here; write duration:100,500 for one of them, duration:100..500 for all between"
    );
    assert_eq!(print("status = 'failed'"), "outcome:failure");
    assert_eq!(said("client:none"), "client:none looks for the word; no:client asks for none");
    assert_eq!(said("time>1s"), "1s is a time so long ago; duration>1s asks for how long it took");
    assert_eq!(said("\"status:500\""), "“status:500” is searched as a word; status:500 asks for the field");
    assert_eq!(
        said("client:Acme, Inc."),
        "a comma stands between values; in double quotes it is a part of one: \"Acme, Inc.\""
    );
    assert_eq!(said("client bob"), "“client bob” is searched as a word; client:bob asks for the field");
}

#[test]
fn versions_are_compared_by_their_parts() {
    let all =
        ["1.9.0", "1.10.0-rc1", "1.10", "v1.10.3", "2.0", "10.4.1", "2026-11-30", "latest", "[\"0.1\",\"1.10.1\"]"];
    let kept = |query: &str| kept(query, &all).join(" ");
    let list = "[\"0.1\",\"1.10.1\"]";
    for (query, versions) in [
        ("attributes.app_version>1.9.0", format!("1.10.0-rc1 1.10 v1.10.3 2.0 10.4.1 {list}")),
        ("attributes.app_version>=1.10.0", format!("1.10 v1.10.3 2.0 10.4.1 {list}")),
        ("attributes.app_version<1.10.0", format!("1.9.0 1.10.0-rc1 {list}")),
        ("attributes.app_version<=v1.10", format!("1.9.0 1.10.0-rc1 1.10 {list}")),
        ("attributes.app_version:1.10.0..<2.0.0", format!("1.10 v1.10.3 {list}")),
        ("attributes.app_version:[1.10.0 TO 2.0]", format!("1.10 v1.10.3 2.0 {list}")),
        ("attributes.app_version:v2..", "2.0 10.4.1".to_owned()),
    ] {
        assert_eq!(kept(query), versions, "{query}");
        assert_eq!(kept(&print(query)), versions, "{query} as {}", print(query));
    }
    assert_eq!(
        refusal("attributes.app_version:{1.9.0 TO 2.0.0]"),
        "a range of versions has both ends in it; write attributes.app_version>1.9.0 attributes.app_version<=2.0.0"
    );
    assert_eq!(print("attributes.app_version:1.10.0"), "attributes.app_version:1.10.0", "a text");
    assert!(refusal("attributes.app_version>1.x").contains("attributes.app_version>100"));
}
