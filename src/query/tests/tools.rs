//! Queries as they are pasted from other tools: each is answered with what has the meaning of the one beside it.

use crate::query::testing::{means, read, refusal};

#[test]
fn names_of_other_tools() {
    means(&[
        ("@usr.email:user@example.com", "client:user@example.com"),
        ("@resource_name:orders.show", "endpoint:orders.show"),
        ("involves:bob updated:>=2026-11-20", "client:bob time>=2026-11-20"),
        ("conclusion:failure", "is:failed"),
        ("_index:logs-* AND status:500", "status:500"),
        ("response.keyword: 404 and clientip.keyword: 10.2.3.4", "status:404 ip:10.2.3.4"),
        ("request.keyword: \"/orders\"", "path:/orders"),
        ("request: \"/orders\" status:500", "path:/orders status:500"),
        ("client.keyword: alice", "client:=alice"),
        ("status:(error OR warn)", "attributes.level:error,warn"),
        ("-status:info service:catalog", "-attributes.level:info service:catalog"),
    ]);
    assert!(read("status:error").is_ok(), "what failed");
    assert!(refusal("status:(warn OR 404)").contains("no status but a level"));
}

#[test]
fn parts_of_a_path() {
    means(&[
        ("url.query: *sort=-date*", "path:*sort=-date*"),
        ("url.query: \"a b\"", "path:*\"a b\"*"),
        ("filename:a.csv status:500", "path:*a.csv* status:500"),
        ("-extension:csv", "-path~\"(?i)[.]csv([?]|$)\""),
        ("extension:csv,.txt", "path~\"(?i)[.](csv|txt)([?]|$)\""),
        ("url.extension: \"csv\"", "path~\"(?i)[.]csv([?]|$)\""),
        ("@http.url_details.queryString.day:2026-11-23", "path~\"[?&]day=2026-11-23(&|$)\""),
        ("url.query.user_id:4*", "path~\"[?&]user_id=4[^&]*(&|$)\""),
    ]);
    assert!(refusal("extension:(csv or txt)").contains("a part of the path"));
}

#[test]
fn names_inside_of_names() {
    means(&[
        (
            "attributes.k8s: { pod: \"web-3\" and labels: { app: \"web\" } }",
            "attributes.k8s.pod:web-3 attributes.k8s.labels.app:web",
        ),
        (
            "k8s:{ labels:{ app:web or app:api } and pod:a } status:500",
            "(attributes.k8s.labels.app:web OR attributes.k8s.labels.app:api) attributes.k8s.pod:a status:500",
        ),
        ("user: { name: bob }", "client:bob"),
    ]);
}

#[test]
fn patterns_of_statuses() {
    means(&[
        ("status:/(4|5)../", "status:4xx,5xx"),
        ("status:/[^2]../", "status:1xx,3xx,4xx,5xx"),
        ("status~\"^[^2]\"", "status:1xx,3xx,4xx,5xx"),
        ("status:/^(?!2)/", "status:1xx,3xx,4xx,5xx"),
        ("status!~\"^50\"", "-status:50x"),
        ("status:/.*/", "status:100..599"),
        ("status:/[45]0[01]/", "status:400,401,500,501"),
        ("status is one of 500, 502 and client is bob", "status:500,502 client:bob"),
        ("status is not one of 500, 502", "-status:500,502"),
        ("client is one of \"a b\", c status:500", "client:=\"a b\",c status:500"),
    ]);
    let said = refusal("status:/(.)\\1\\1/");
    assert!(!said.contains('~'), "what is named is understood: {said}");
}

#[test]
fn whole_addresses_and_headers_of_mitmproxy() {
    means(&[
        ("~u https?://[^/]*example.com/orders", "host~\"(?i)^[^/]*example.com(:[0-9]+)?$\" path~\"(?i)^/orders\""),
        ("!~u ^https://shop\\.example\\.com", "-host~\"(?i)^shop\\.example\\.com\""),
        (
            "~u shop\\.example\\.com/orders & ~c 500",
            "(path~\"(?i)shop\\.example\\.com/orders\" OR host~\"(?i)shop\\.example\\.com(:[0-9]+)?$\" \
             path~\"(?i)^/orders\") status:500",
        ),
        ("~u /api/v\\d+", "path~\"(?i)/api/v\\d+\""),
        ("~u ~bob/public & ~c 200", "path:*~bob/public* status:200"),
        ("~h x-request-id: req_3c7d167c", "request_id:req_3c7d167c"),
        ("~h x-request-id", "has:request_id"),
        (
            "~hq \"X-Request-ID: 3ce1b347-0187-9c05-70cc-76289bd7f38b\"",
            "request_id:3ce1b347-0187-9c05-70cc-76289bd7f38b",
        ),
        ("~h referer:.*google", "attributes.referer:google"),
        ("~h \"^Host: acme.com$\"", "host~\"(?i)acme.com$\""),
        ("~hq x-forwarded-for:10.1", "ip~10.1"),
        ("~h Chrome", "user_agent:Chrome"),
    ]);
}

#[test]
fn times_of_other_tools() {
    means(&[
        ("time:yesterday 18:00..22:00 is:failed", "time:2026-11-22T18:00..2026-11-22T22:00 is:failed"),
        ("time:yesterday 6pm..10pm", "time:2026-11-22T18:00..2026-11-22T22:00"),
        ("time:20.11. 18:00..22:00 status:500", "time:2026-11-20T18:00..2026-11-20T22:00 status:500"),
        ("time:yesterday evening", "time:2026-11-22T18:00..<2026-11-23T00:00"),
        ("time:2026-11-2? status:500", "time:2026-11-20..2026-11-29 status:500"),
        ("time:2026-11-3*", "time:2026-11-30"),
        ("time:2026-02-*", "time:2026-02-01..2026-02-28"),
        ("time:2026-11-20T18:*", "time:2026-11-20T18:00..<2026-11-20T19:00"),
        ("time:2026-11-20T18:3?", "time:2026-11-20T18:30..<2026-11-20T18:40"),
        ("time>=2026-11-20T18:00-08:00[America/Los_Angeles]", "time>=2026-11-21T02:00"),
        (
            "time:2026-11-20T18:00[America/Los_Angeles]..2026-11-20T20:00[America/Los_Angeles]",
            "time:2026-11-21T02:00..2026-11-21T04:00",
        ),
        ("time:2026-11-20T18:00PST..2026-11-20T20:00PST", "time:2026-11-21T02:00..2026-11-21T04:00"),
        ("time>=\"2026-11-20 18:00 PST\"", "time>=2026-11-21T02:00"),
        ("@timestamp:[2026-11-20T22\\:00 TO 2026-11-20T23\\:00]", "time:[2026-11-20T22:00 TO 2026-11-20T23:00]"),
        ("date:[20261120 TO 20261121} AND status:503", "time:[2026-11-20 TO 2026-11-21} status:503"),
        ("time:\"20 Nov 2026 16:00\"..\"20 Nov 2026 18:00\"", "time:2026-11-20T16:00..2026-11-20T18:00"),
        ("time:2026-11-20T16:00Z..PT2H", "time:2026-11-20T16:00..2026-11-20T18:00"),
        ("time:2026-11-20T18..20", "time:2026-11-20T18:00..2026-11-20T20:00"),
        ("@timestamp:[2026-11-20||-2d TO 2026-11-20]", "time:2026-11-18..2026-11-20"),
        ("@timestamp >= 2026-11-20||/M", "time>=2026-11-01"),
    ]);
    for (text, why) in [
        ("time:2026-11-31", "the last day of that month is 2026-11-30"),
        ("time:2026-11-01..2026-13-01", "there is no month 13"),
        ("time:2026-11-20T25:00", "there is no hour 25"),
    ] {
        assert!(refusal(text).contains(why), "{text}: {}", refusal(text));
    }
}

#[test]
fn words_of_a_known_shape() {
    means(&[
        ("client:alice -404", "client:alice -status:404"),
        ("client:alice !5xx", "client:alice -status:5xx"),
        ("timeout NOT GET", "timeout -method:GET"),
        ("-10.2.3.4", "-ip:10.2.3.4"),
        ("client:alice not:404", "client:alice -\"404\""),
        ("client:alice >1s", "client:alice duration>1s"),
        ("client:alice >=500", "client:alice status>=500"),
    ]);
    let with_fields = |text: &str| read(text).expect(text).with_fields;
    assert_eq!(with_fields("alice 500").as_deref(), Some("alice status:500"));
    assert_eq!(
        with_fields("(5xx OR 404) GET client:a").as_deref(),
        Some("(status:5xx OR status:404) method:GET client:a")
    );
    assert_eq!(
        with_fields("http://acme.com/orders status:500").as_deref(),
        Some("(host:=acme.com path:/orders) status:500")
    );
    assert_eq!(with_fields("500"), None, "one word is offered its field alone");
    assert_eq!(with_fields("timeout status:500"), None);
}

#[test]
fn numbers_of_other_places() {
    means(&[
        ("duration:1,5s", "duration:1.5s"),
        ("duration:0,5s..1,5s", "duration:0.5s..1.5s"),
        ("duration:..1,5s client:a", "duration:..1.5s client:a"),
        ("duration:1..2s", "duration:1s..2s"),
        ("duration:1-2s", "duration:1s..2s"),
        ("duration:[1 TO 2m}", "duration:[1m TO 2m}"),
        ("duration:2s..5", "duration:2s..5s"),
        ("duration:0..2s", "duration:0ms..2s"),
        ("duration:100..200ms", "duration:100ms..200ms"),
        ("duration:1s..1500", "duration:1s..1500ms"),
        ("duration:[250 TO 1s]", "duration:250ms..1s"),
    ]);
    assert_eq!(
        refusal("duration:5,10ms"),
        "a comma stands between values, a point in a number; write 5.10ms, or 5ms,10ms for one of both"
    );
}

#[test]
fn patterns_between_slashes_are_of_one_kind() {
    means(&[
        ("path:/^\\/orders/ NOT path:/export/", "path~^/orders -path~export"),
        ("path:/export/ OR path:/^\\/orders/", "path~export OR path~^/orders"),
        ("path:/.*orders.*/ AND path:/export/", "path~orders path~^export$"),
        ("path:/orders/ path:/export/", "path:/orders/ path:/export/"),
    ]);
}

#[test]
fn a_star_beside_other_values_is_no_value() {
    assert_eq!(
        refusal("client:Smith,*"),
        "a * alone is any value: the others beside it change nothing; write has:client for any, client:\"Smith,\"* for \
         what has a comma"
    );
    means(&[("client:(bob OR *)", "has:client"), ("status:*,500", "has:status"), ("-status:500,*", "-has:status")]);
    means(&[("client:(bob and *)", "client:bob has:client")]);
}

#[test]
fn paths_and_addresses_of_other_tools() {
    means(&[
        ("path:users/*", "path:*/users/*"),
        ("path:api/v1/** status:500", "path:*/api/v1/* status:500"),
        ("path:%20", "path:*%20*"),
        ("path:&day=mon", "path:*\"&day=mon\"*"),
        ("@http.url:\"https://acme.com/orders\"", "host:=acme.com path:/orders"),
        ("url.full: *acme.com/orders*", "host:*acme.com path:/orders*"),
        ("-ip:10/8 status:401", "-ip:10.0.0.0/8 status:401"),
        ("ip:192.168/16", "ip:192.168.0.0/16"),
    ]);
    assert!(read("path:\"https://acme.com/orders\"").is_ok(), "as it is printed");
    assert!(read("path:\"users/\"*").is_ok(), "as it is printed");
}

#[test]
fn texts_that_go_on_without_quotes() {
    means(&[
        ("attributes.note:needs: attention status:500", "attributes.note:\"needs: attention\" status:500"),
        ("client:Smith, Jones & Co status:500", "client:\"Smith, Jones & Co\" status:500"),
        ("client:`bob` status:500", "client:bob status:500"),
        ("slower than 2s method:PUT", "duration>2s method:PUT"),
        ("{status:500 -client:bob} method:GET", "(status:500 OR -client:bob) method:GET"),
        ("reporter = alice newer_than:2d", "client:=alice time:2d"),
        ("created >= startOfDay(-1d)", "time>=yesterday"),
        ("time:last hour", "time:1h"),
        ("time:2026.11.20", "time:2026-11-20"),
        ("client:a & client:b", "client:a client:b"),
    ]);
}

#[test]
fn small_words_and_signs_beside_terms_are_said() {
    let notes = |text: &str| read(text).expect("it runs").notes;
    for (text, said) in [
        ("status:404 client:bob -", "“-” is searched as a word; leave it out to ask for the rest"),
        ("status:404 for client:bob", "“for” is searched as a word; leave it out to ask for the rest"),
        ("alice failed", "“failed” is searched as a word; is:failed asks for the state"),
        ("status:404 -user:@alice", "“@alice” is searched with its sign; user:alice asks for the name"),
    ] {
        assert!(notes(text).iter().any(|note| note == said), "{text}: {:?}", notes(text));
    }
    for text in ["timeout in queue", "client:\"@alice\"", "is:failed", "\"for\" status:404"] {
        assert!(!notes(text).iter().any(|note| note.contains("is searched")), "{text}: {:?}", notes(text));
    }
}

#[test]
fn not_behind_a_sign_that_joins() {
    means(&[
        ("~m POST & not ~c 200", "method:POST -status:200"),
        ("~m GET & not (~c 200)", "method:GET -status:200"),
        ("~src 10.0.0.1 & not ~c 404", "ip:10.0.0.1 -status:404"),
        ("method:POST & not status:200", "method:POST -status:200"),
    ]);
}

#[test]
fn a_level_asked_as_a_status_is_said_where_levels_were_sent() {
    use crate::query::{asks_level, note_of_level};
    assert!(asks_level("status:error service:checkout") && !asks_level("status:500 level:error"));
    let said = "status:error asks how requests ended; attributes.level:error asks for the level that was sent";
    assert_eq!(note_of_level("a OR -status:error", &["region", "level"]).as_deref(), Some(said));
    assert_eq!(note_of_level("status:error", &["region"]), None);
}

#[test]
fn spans_and_names_of_servers() {
    means(&[
        ("request_time>0.009", "duration>9ms"),
        ("request_time>=1.5 status:500", "duration>=1.5s status:500"),
        ("$request_time > 2", "duration>2s"),
        ("request_time:0.1..0.25", "duration:100ms..250ms"),
        ("request_time>9ms", "duration>9ms"),
        ("logs | where status >= 500", "status>=500"),
        ("logs | where status >= 500 | take 10", "status>=500"),
        (".status >= 500 and .request.method == \"GET\"", "status>=500 method:=GET"),
        ("select(.request.uri | startswith(\"/api/v1\"))", "path:/api/v1*"),
        ("select(.request.remote_ip == \"10.0.0.1\")", "ip:10.0.0.1"),
    ]);
}
