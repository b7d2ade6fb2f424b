//! Queries as they are pasted from other tools: each is answered with what has the meaning of the one beside it.

use crate::base::time::Timestamp;

use super::error::QueryError;
use super::{Parsed, parse};

/// Monday, 2026-11-23 12:01:22 UTC.
const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

fn read(text: &str) -> Result<Parsed, QueryError> {
    parse(text, NOW, chrono_tz::UTC)
}

/// What is kept, and in which period: of a query, or of what is proposed for it.
fn meaning(text: &str) -> Option<(String, Option<String>)> {
    let parsed = match read(text) {
        Ok(parsed) => parsed,
        Err(error) => read(&error.whole?).ok()?,
    };
    Some((parsed.filter.to_string(), parsed.period.map(|period| period.to_string())))
}

fn means(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, right)| (text, meaning(text), meaning(right)))
        .filter(|(_, found, right)| right.is_none() || found != right)
        .collect();
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    for (_, right) in cases {
        assert!(read(right).is_ok(), "{right} is ours");
    }
}

/// What is said where nothing is surely meant, and no whole query is proposed.
fn refusal(text: &str) -> String {
    let error = read(text).expect_err(text);
    assert_eq!(error.whole, None, "{text}");
    error.to_string()
}

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
