//! Signs that are forgotten: colons behind names, quotes around values, parentheses; and words that are a time.

use crate::query::testing::{means, read, refusal, said};

#[test]
fn colons_behind_names() {
    means(&[
        ("http.response.status_code 500 and user.name: alice", "status:500 client:alice"),
        ("status 500 and user: alice", "status:500 client:alice"),
        ("status 500 user:alice", "status:500 client:alice"),
        ("status_code 500 AND NOT user:alice", "status:500 -client:alice"),
        ("user alice and status:500", "client:alice status:500"),
        ("not status 404 and user: alice", "-status:404 client:alice"),
        ("client:alice not status 404", "client:alice -status:404"),
        ("status:500 and not user bob", "status:500 -client:bob"),
        ("status 500 or status 502 and client:bob", "status:500 OR status:502 client:bob"),
        ("method POST and status: 500", "method:POST status:500"),
        ("path /orders and status: 500", "path:/orders status:500"),
        ("ip 10.0.0.1 status:500", "ip:10.0.0.1 status:500"),
        ("duration 1s and user:alice", "duration:1s client:alice"),
        ("user_agent curl and status:500", "user_agent:curl status:500"),
        ("response_time 500ms client:bob", "duration:500ms client:bob"),
        ("author bob and status:500", "client:bob status:500"),
        ("outcome failure client:bob", "outcome:failure client:bob"),
        ("date 2026-11-20 and client:bob", "time:2026-11-20 client:bob"),
        ("Response Code 500 and user:alice", "status:500 client:alice"),
        ("gateway code 4011 and client: bob", "gateway_code:4011 client:bob"),
        ("client ETL Partner and status: 401", "'client:\"ETL Partner\"' status:401"),
        ("user.name \"ETL Partner\" and status: 401", "'client:\"ETL Partner\"' status:401"),
        ("status >= 500 and user alice", "status:500.. client:alice"),
        ("http.response.status_code 500", "status:500"),
    ]);
    // Words that only sound like a field and its value.
    for text in ["client error status:500", "error timeout status:500", "user not found status:404", "status 500"] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn quotes_around_names() {
    means(&[
        ("service:Orders API", "'collection:\"Orders API\"'"),
        ("service:Orders API status:500", "'collection:\"Orders API\"' status:500"),
        ("client=Success Team AND status:500", "'client:=\"Success Team\"' status:500"),
        ("status:500 client:ETL Partner method:GET", "status:500 'client:\"ETL Partner\"' method:GET"),
        ("client:*Success Team*", "'client:*\"Success Team\"*'"),
        ("client:Success Team*", "'client:\"Success Team\"*'"),
        ("client:Customer Success Team and status:500", "'client:\"Customer Success Team\"' status:500"),
        ("client != Success Team", "'-client:=\"Success Team\"'"),
        ("collection:Orders API v2 status:500", "'collection:\"Orders API v2\"' status:500"),
        ("client:Acme Corp or Beta Corp", "'client:\"Acme Corp\",\"Beta Corp\"'"),
        ("client:Acme OR Beta Corp status:500", "'client:Acme,\"Beta Corp\"' status:500"),
        ("client:Acme Corp yesterday", "'client:\"Acme Corp\"' time:yesterday"),
        ("client:R&D Team", "'client:\"R&D Team\"'"),
        ("client:Acme Ltd,Beta Corp", "'client:\"Acme Ltd\",\"Beta Corp\"'"),
        ("client:(Acme Ltd OR Beta Corp)", "'client:\"Acme Ltd\",\"Beta Corp\"'"),
        ("client:*success team*", "'client:*\"success team\"*'"),
        ("-client:*Success Team* status:500", "'-client:*\"Success Team\"*' status:500"),
        ("error:Invalid Token client:bob", "'error_message:\"Invalid Token\"' client:bob"),
    ]);
    // Whether the small letters belong to the name, it does not tell.
    refusal("endpoint:Get Order maybe slow");
    for text in [
        "client:alice timeout",
        "client:Acme POST",
        "client:acme Timeout",
        "agent:Mozilla Firefox",
        "client:Acme \"Team\"",
    ] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn times_among_words() {
    let whole = |text: &str| read(text).expect_err(text).whole.unwrap_or_default().into_string();
    for (text, right) in [
        ("bob yesterday 500", "bob time:yesterday status:500"),
        ("in last 24h", "time:24h"),
        ("500 last hour", "status:500 time:1h"),
        ("500 in the last hour", "status:500 time:1h"),
        ("errors in last 24h", "is:failed time:24h"),
        ("status:500 last 15 minutes", "status:500 time:15m"),
        ("status:500 last week", "status:500 time:last-week"),
        ("status:500 this month client:bob", "status:500 time:this-month client:bob"),
        ("status:500 since monday", "status:500 time>=monday"),
        ("status:500 since 2h", "status:500 time>=2h"),
        ("status:500 on 2026-11-20", "status:500 time:2026-11-20"),
        ("status:500 between 2026-11-20 and 2026-11-21", "status:500 time:2026-11-20..2026-11-21"),
        ("status:500 from yesterday", "status:500 time:yesterday"),
        ("status:500 from 2026-11-20 to 2026-11-21", "status:500 time:2026-11-20..2026-11-21"),
        ("last 24h status:500", "time:24h status:500"),
        ("failures last monday", "is:failed time:\"last monday\""),
        ("client:alice OR client:bob last 24h", "(client:alice OR client:bob) time:24h"),
        ("status:500 in november", "status:500 time:2026-11"),
        ("time:since yesterday", "time>=yesterday"),
        ("last 24 hours", "time:24h"),
        ("since yesterday", "time>=yesterday"),
    ] {
        assert_eq!(whole(text), right, "{text}");
        assert!(read(right).is_ok_and(|parsed| parsed.period.is_some()), "{right}");
    }
    assert_eq!(said("status:500 monday"), "“monday” is searched as text; time:monday asks for the period");
    assert_eq!(said("export 2026-11-20"), "“2026-11-20” is searched as text; time:2026-11-20 asks for the period");
    assert_eq!(said("timed out after 30s"), "“after 30s” is searched as text; time>30s asks for the period");
    for text in [
        "upgrade from 1.2 to 1.3",
        "last words",
        "since 500",
        "before noon",
        "-today",
        "24h",
        "\"yesterday\"",
        "this thing",
        "on hold",
    ] {
        assert!(!said(text).contains("period"), "{text}: {}", said(text));
    }
}

#[test]
fn parentheses_before_and() {
    means(&[
        ("(status:500 or client:bob and method:GET", "(status:500 OR client:bob) method:GET"),
        ("(client:bob or client:alice AND status:500", "client:bob,alice status:500"),
        ("client:(bob or alice and status:500", "client:bob,alice status:500"),
        ("status:(500 OR 502 AND client:bob", "status:500,502 client:bob"),
        ("client:(bob or alice or status:500", "client:bob,alice OR status:500"),
    ]);
    refusal("(status:500 or client:bob and method:GET or method:POST");
    refusal("client:(bob status:500");
}

#[test]
fn a_comma_between_terms_says_not_whether_both_must_be_so() {
    let told = "terms stand side by side, without commas; write a space where both must be so, OR where one is enough";
    for text in [
        "client:alice, status:500",
        "(client:alice, status:500) method:GET",
        "status:500,client:acme",
        "client = bob, status = 500",
        "(user: ops, status: 500)",
    ] {
        assert_eq!(refusal(text), told, "{text}");
    }
    means(&[("-client:alice, status:500", "-client:alice status:500")]);
}

#[test]
fn the_same_field_twice() {
    means(&[
        ("author:bob author:alice", "client:bob,alice"),
        ("author:bob is:failed involves:alice", "client:bob,alice is:failed"),
        ("author:bob AND author:alice status:500", "client:bob,alice status:500"),
        ("client:alice, client:bob", "client:alice,bob"),
        ("(client:alice, client:bob)", "client:alice,bob"),
        ("(-client:alice, -client:bob)", "-client:alice -client:bob"),
        ("client:alice; client:bob", "client:alice,bob"),
        ("(alice, bob)", "(alice OR bob)"),
        ("500, 502", "status:500,502"),
        ("status:500 502 503 client:bob", "status:500,502,503 client:bob"),
        ("-status:500 502", "-status:500,502"),
        ("method:GET POST", "method:GET,POST"),
        ("-author:bob author:alice", "-client:bob client:alice"),
    ]);
    for (text, sentence) in [
        ("user:alice user:bob", "client:alice and client:bob ask for both in one value; client:alice,bob is either"),
        ("method:GET (method:POST)", "method:GET and method:POST are never both; method:GET,POST is either"),
        (
            "(status:500 (status:502)) OR client:bob",
            "status:500 and status:502 are never both; status:500,502 is either",
        ),
    ] {
        assert_eq!(said(text), sentence, "{text}");
    }
    for text in ["client:etl client:\"etl partner\"", "path:/a path:/b", "attributes.tags:a attributes.tags:b"] {
        assert_eq!(said(text), "", "{text}");
    }
}

#[test]
fn words_in_one_field() {
    means(&[
        ("orders in:path", "path:*orders*"),
        ("orders -status:500 in:path", "path:*orders* -status:500"),
        ("timeout -client:bob in:error", "error_message:timeout -client:bob"),
        ("timeout -reset in:error", "error_message:timeout -error_message:reset"),
        ("in:path users", "path:*users*"),
        ("in:error timeout status:500", "error_message:timeout status:500"),
        ("timeout in:error,path", "(error_message:timeout OR path:*timeout*)"),
        ("users timeout status:500 reset in:path", "path:*users* path:*timeout* status:500 path:*reset*"),
    ]);
    refusal("status:500 in:path");
    refusal("users OR timeout in:path");
}

#[test]
fn small_slips() {
    means(&[
        ("is:not-failed", "-is:failed"),
        ("-is:not_failed", "is:failed"),
        ("%smith%", "smith"),
        ("client~=acme", "client~acme"),
        ("status~=500", "status:500"),
        ("from:alice status:500", "client:alice status:500"),
        ("from:10.0.0.1", "ip:10.0.0.1"),
        ("\"response time\">1s", "'duration:>1s'"),
        ("~u ^https?:// & ~c 500", "status:500"),
        ("~u ^http", "*"),
        ("~u ^https://acme.com", "'host:acme.com*'"),
        ("client:%smith%", "'client:*smith*'"),
        ("status.5xx", "status:5xx"),
        ("path./orders", "path:/orders"),
        ("client:-bob", "-client:bob"),
        ("path:/orders$", "'path~/orders$'"),
        ("duration:[1s - 2s]", "duration:1s..2s"),
        ("duration:(1s - 2s)", "duration:1s..2s"),
        ("status:500 - 599", "status:5xx"),
        ("[1s - 2s] client:bob", "duration:1s..2s client:bob"),
        ("client:\"\"", "no:client"),
        ("-client:\"\"", "has:client"),
        ("created:@today-7d", "time:2026-11-16"),
        ("time:@now-1h", "time:1h"),
        ("created:@yesterday", "time:yesterday"),
    ]);
    assert_eq!(
        refusal("client:O*,*"),
        "a * alone is any value: the others beside it change nothing; write has:client for any, client:O*\",\"* for what has a comma"
    );
}

#[test]
fn tables_lists_and_lines_of_other_tools() {
    means(&[
        ("status between (500 .. 599)", "status:5xx"),
        ("timestamp between (datetime(2026-11-20) .. datetime(2026-11-21))", "time:2026-11-20..<2026-11-21"),
        ("requests | where status == 500", "status:500"),
        ("AppRequests | where resultCode == 500 | take 10", "status:500"),
        ("requests | summarize count() by client", "*"),
        ("timeout | where status == 500", "timeout status:500"),
        ("client in~ (\"Alice\", \"BOB\")", "'client~\"(?i)^(Alice|BOB)$\"'"),
        ("path LIKE '/orders/%' ESCAPE '\\'", "'path:/orders/*'"),
        (".tags[] == \"vip\"", "attributes.tags:=vip"),
        ("select(.tags | index(\"vip\"))", "attributes.tags:=vip"),
        ("select(.tags | index(\"vip\") == null)", "-attributes.tags:=vip"),
        ("select(any(.tags[]; . == \"vip\")) | .client", "attributes.tags:=vip"),
        (".requests[] | select(.status == 500)", "status:500"),
        ("select * from x where client='alice';", "client:=alice"),
        ("client=\"alice\";", "client:=alice"),
        ("(client:alice OR client:bob)^2 status:500", "client:alice,bob status:500"),
        ("TERM(10.2.3.4) status:500", "'\"10.2.3.4\"' status:500"),
        ("?status=500&client=alice", "status:500 client:=alice"),
        ("status:500 ; client:alice", "status:500 client:alice"),
        ("select(\"vip\" | IN(.tags[]))", "attributes.tags:=vip"),
        ("select(.tags | contains([\"vip\", \"eu\"]))", "attributes.tags:vip attributes.tags:eu"),
        ("sum by (client) (rate({client=\"bob\"} | json | status>=500 [5m]))", "client:=bob status:500.."),
    ]);
    refusal("status=500 [search client=alice | fields id]");
    refusal("select(.tags[] != \"vip\")");
    refusal("select(.tags[] == \"vip\" | not)");
}

#[test]
fn what_is_printed_reads_back() {
    for text in [
        "\"user\" alice status:500",
        "\"yesterday\" client:bob",
        "\"last\" week",
        "client:Acme \"Team\"",
        "(client:Acme \"Team\") OR status:500",
        "status \"500\" client:bob",
        "status:500 \"502\"",
        "not:status \"404\" client:bob",
        "\"%smith%\"",
        "\"on\" \"2026-11-20\" client:bob",
        "status:500 (status:502) client:bob",
        "(duration>5s) duration<1s",
        "attributes.bytes>5 (attributes.bytes<1)",
    ] {
        let filter = read(text).expect(text).filter;
        let printed = filter.to_string();
        assert_eq!(read(&printed).map(|parsed| parsed.filter).ok(), Some(filter), "{text} is printed {printed}");
    }
}
