//! What is pasted whole, and orders, signs and names that are said in another way elsewhere.

use crate::query::testing::{is_printed, read, refusal, said, whole};

#[test]
fn lines_of_requests() {
    is_printed(&[
        ("GET /orders/42", "method:GET path:/orders/42"),
        ("GET /orders/42 HTTP/1.1", "method:GET path:/orders/42"),
        ("POST /orders?day=1 HTTP/2 503", "method:POST 'path:/orders?day=1' status:503"),
        ("GET /orders/42 client:acme", "method:GET path:/orders/42 client:acme"),
        ("(GET /a OR POST /b) status:500", "'((method:GET path:/a) OR (method:POST path:/b))' status:500"),
        ("GET /orders/{id}", "'\"GET\"' '/orders/{id}'"),
        ("failed GET /orders", "failed '\"GET\"' /orders"),
        ("-GET /orders", "-method:GET /orders"),
        ("GET orders", "'\"GET\"' orders"),
        ("\"GET\" /orders", "'\"GET\"' /orders"),
        ("\".\" *a*", "'\".\"' '*a*'"),
        ("\"GET /orders/42\"", "'\"GET /orders/42\"'"),
    ]);
    let error = read("GET /orders/42").expect_err("a line");
    assert_eq!(
        error.to_string(),
        "this is the line of a request; write method:GET path:/orders/42; in double quotes it is searched as text"
    );
}

#[test]
fn objects_of_json() {
    is_printed(&[
        ("{\"status\":500}", "status:500"),
        (
            "{\"status\": 500, \"client\": \"Acme Ltd\", \"ok\": true}",
            "status:500 'client:=\"Acme Ltd\"' attributes.ok:=true",
        ),
        ("\"status\": 500, \"client\": \"bob\",", "status:500 client:=bob"),
        ("{\"client\": null, \"error\": {\"message\": \"gone\"}}", "no:client error_message:=gone"),
        ("\"Response Code\":404", "status:404"),
    ]);
    refusal("{\"tags\": [\"vip\"]}");
    assert_eq!(
        refusal("{\"tags\": {\"of\": {\"status\": 500}}}"),
        "this is an object of JSON; write what is looked for as terms: status:500 client:acme"
    );
}

fn canonical_or_none(text: &str) -> Option<String> {
    read(text).ok().map(|parsed| parsed.filter.to_string())
}

#[test]
fn commands_with_their_query() {
    assert_eq!(whole("reqscope search status:500"), "status:500");
    assert_eq!(whole("$ reqscope facets client status:500"), "client status:500");
    assert_eq!(whole("reqscope search 'status:500 client:bob'"), "status:500 client:bob");
    assert_eq!(
        refusal("reqscope search --source all status:500"),
        "this is a command; its options stand on the command line; the query is what is behind them"
    );
    assert_eq!(canonical_or_none("reqscope crashed").as_deref(), Some("'\"reqscope\"' crashed"));
}

#[test]
fn queries_of_sql_without_their_table() {
    assert_eq!(whole("select * where status=500"), "status=500");
    assert_eq!(
        refusal("CASE WHEN status=500 THEN 1 ELSE 0 END"),
        "“CASE” cannot stand here; there are no cases here: write the condition behind WHEN alone"
    );
    assert_eq!(canonical_or_none("select a plan").as_deref(), Some("'\"select\"' a plan"));
}

#[test]
fn presence_before_its_name() {
    is_printed(&[
        ("exists error.message", "has:error_message"),
        ("not exists error.message", "no:error_message"),
        ("user:bob and not exists error", "client:bob no:error_message"),
        ("NOT exists client", "no:client"),
        ("already exists client", "already '\"exists\"' client"),
        ("exists client timeout", "'\"exists\"' client timeout"),
    ]);
}

#[test]
fn words_that_are_searched_are_told() {
    for (text, note) in [
        ("+timeout status:500", "all terms must match, with + or without; what may be missing is left out"),
        ("+timeout +refused", ""),
        ("+timeout -refused", ""),
        ("+timeout OR refused", ""),
        ("show status:500", "“show” is searched as a word; leave it out to ask for what is behind it"),
        (
            "get status:500",
            "“get” is searched as a word; leave it out to ask for what is behind it, or write method:GET",
        ),
        ("show timeout", ""),
        ("all", "“all” is searched as a word; * stands for all requests"),
        ("all -status:200", "“all” is searched as a word; * stands for all requests"),
        ("all gone", ""),
        ("client:\"-\"", "client:\"-\" looks for the sign; no:client asks for none"),
        ("client:any", "client:any looks for the word; has:client asks for any value"),
        ("client:\"any\"", ""),
        ("id:7594794d", "7594794d is a whole id; request_id:7594794d* is what begins so"),
        ("id:7594794d*", ""),
        ("id:75947940", ""),
    ] {
        assert_eq!(said(text), note, "{text}");
    }
    let offer = |text: &str| read(text).expect(text).offers.into_iter().next().map(|o| o.term);
    assert_eq!(offer("7594794d").as_deref(), Some("request_id:7594794d*"));
    assert_eq!(offer("deadbeef"), None);
    assert_eq!(offer("rate limited").as_deref(), Some("status:429"));
}

#[test]
fn times_of_several_words_and_months() {
    assert_eq!(whole("time:Nov 20"), "time:\"Nov 20\"");
    assert_eq!(whole("time:20 Nov status:500"), "time:\"20 Nov\" status:500");
    assert_eq!(whole("time:March 2026 gone"), "time:2026-03 gone");
    assert_eq!(whole("time:october"), "time:2026-10");
    assert_eq!(whole("time:december"), "time:2025-12");
    assert_eq!(canonical_or_none("time:today gone").as_deref(), Some("gone"));
}

#[test]
fn ranges_of_spans_and_addresses() {
    is_printed(&[
        ("duration:100-500ms", "duration:100ms..500ms"),
        ("client.ip >= 10.0.0.0 and client.ip <= 10.255.255.255", "ip:10.0.0.0/8"),
        ("(ip>=10.0.0.0 and ip<=10.0.0.3) OR gone", "'(ip:10.0.0.0/30 OR gone)'"),
        ("status:500 ip<=10.0.0.3 ip>=10.0.0.0", "status:500 ip:10.0.0.0/30"),
    ]);
    assert_eq!(whole("duration:1-2s"), "duration:1s..2s");
    assert_eq!(refusal("ip>=10.0.0.0"), "ip is not a number, so it cannot be compared; its values are listed: ip:a,b");
}

#[test]
fn what_is_not_sure_names_the_choices() {
    assert_eq!(whole("status:warn"), "attributes.level:warn");
    assert_eq!(whole("from:bob"), "client:bob");
    assert_eq!(whole("from:2026-11-20"), "time>=2026-11-20");
    let error = read("trace.id:abc").expect_err("another id");
    assert_eq!(
        error.to_string(),
        "there is no field “trace.id”; write attributes.trace.id for what a source sent; request_id:… asks for the \
         id of the request itself"
    );
}

#[test]
fn signs_that_belong_to_a_value_stay() {
    is_printed(&[
        ("ip:2001:db8::", "ip:2001:db8::"),
        ("ip:10.2.3.4.", "ip:10.2.3.4"),
        ("ip:10.2.", "'ip:10.2.*'"),
        ("response.time:100", "duration:100ms"),
        ("http.client_ip:10.0.0.1", "ip:10.0.0.1"),
        ("~err gone", "error_message:gone"),
    ]);
    for text in ["status:5o", "user.path:/a", "log.path:/a"] {
        let right = whole(text);
        assert!(!right.starts_with("status:50") && !right.starts_with("path:"), "{text}: {right}");
    }
}
