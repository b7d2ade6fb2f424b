//! Doubtful readings with counts that are made up.

use std::cell::RefCell;

use super::{once, refusal, told, without_doubts};
use crate::base::time::Timestamp;
use crate::query::{self, Filter, QueryError, Reading};

const READING: Reading<'_> = Reading { now: Timestamp(1_795_435_282_000_000), zone: chrono_tz::UTC, read_ids: None };

/// Queries and how many requests they keep. Words side by side keep more than the value of both, but for “order by”.
const KNOWN: &[(&str, u64)] = &[
    ("client:=nobody", 9),
    ("client:\"success team\"", 5),
    ("client:success team", 7),
    ("client:\"order by\"", 4),
    ("client:order by", 4),
    ("client:=\"acme ltd\"", 3),
    ("attributes.cached:=true", 8),
    ("client:alice,bob", 6),
    ("client:svc-*", 2),
    ("path:*/orders/*", 3),
    ("job:*j-*", 59),
    ("id:b723*", 1),
    ("id:*5493", 1),
    ("path:Report", 2),
    ("path:*Report*", 5),
    ("path:*csv*", 1),
    ("path:*/v2/orders/*", 3),
    ("error:*\"timed out\"*", 3),
    ("method:get", 4),
    ("client~\"(?i)^ROOT$\"", 4),
    ("client:\"Maria Lopez\"", 27),
    ("client:=\"Maria Lopez\"", 14),
    ("host:api.acme.example", 9),
    ("host:=api.acme.example", 4),
    ("-host:api.acme.example", 7),
    ("-host:=api.acme.example", 12),
    ("path:/v2/orders", 782),
    ("path~\"^/v2/orders([?]|$)\"", 334),
    ("attributes.country:DE", 1247),
    ("attributes.country:=DE", 600),
    ("interface:web,mobile", 1142),
    ("interface:=web,mobile", 726),
    ("client:root,\"Maria Lopez\"", 164),
    ("client:=root,\"Maria Lopez\"", 104),
    ("path:/graphql,/health", 460),
    ("path:=/graphql,/health", 305),
    ("interface:ftp", 536),
    ("interface:FTP", 536),
    ("interface:=sftp,web", 900),
    ("interface:sftp,web", 1054),
    ("attributes.tenant:7", 789),
    ("attributes.tenant:=7", 386),
    ("interface:=sftp", 323),
    ("interface~\"(?i)^SFTP$\"", 323),
    ("interface~\"(?i)^FTP$\"", 328),
    ("client:acme", 657),
    ("client:=acme", 125),
    ("-client:acme is:failed", 1709),
    ("-client:=acme is:failed", 1897),
    ("user_agent:curl/8.5.0", 611),
    ("user_agent:=curl/8.5.0", 299),
    ("error_type:Not-Found", 330),
    ("error_type~\"(?i)^Not\\-Found$\"", 161),
    ("error_message~\"(?i)tim.out\"", 306),
    ("user_agent~\"(?i)curl/8\\.5\\..$\"", 299),
    ("path~\"(?i)^/orders/9.([?]|$)\"", 12),
    ("client~acme", 368),
    ("client~\"(?i)acme\"", 657),
    ("client~\"(?i)^NORTH\"", 12),
    ("client:alice user_id:7", 4),
    ("client:=alice user_id:7", 4),
    ("client:alice", 9),
    ("client:=alice", 5),
    ("has:attributes.region", 2835),
    ("has:attributes.level", 12),
    ("level", 3),
];

/// How many requests a filter keeps: none, where it is not known.
fn count(filter: &Filter) -> u64 {
    let is =
        |text: &str| query::parse_with(text, READING).is_ok_and(|known| known.filter.to_string() == filter.to_string());
    KNOWN.iter().find(|(text, _)| is(text)).map_or(0, |(_, count)| *count)
}

#[test]
fn what_was_sent_shows_what_was_meant() {
    for (text, whole) in [
        ("client:success team", Some("client:\"success team\"")),
        ("client:success team status:500", Some("client:\"success team\" status:500")),
        ("-client:success team timeout", Some("-client:\"success team\" timeout")),
        ("client=acme ltd", Some("client=\"acme ltd\"")),
        ("attributes.cached=yes", Some("attributes.cached=true")),
        ("attributes.cached=yes client:success team", Some("attributes.cached=true client:\"success team\"")),
        ("user:alice user:bob", Some("user:alice,bob")),
        ("user:alice AND status:500 AND user:bob", Some("user:alice,bob AND status:500")),
        ("client:order by", None),
        ("client:\"svc-*\"", Some("client:svc-*")),
        ("error:\"timed out*\"", Some("error:*\"timed out\"*")),
        ("path:/orders/*", Some("path:*/orders/*")),
        ("job:j-*", Some("job:*j-*")),
        ("id:b723", Some("id:b723*")),
        ("id:b724", None),
        ("id:5493", Some("id:*5493")),
        ("path:/v2/orders/{id}", Some("path:*/v2/orders/*")),
        ("path:/v2/orders/:id status:500", Some("path:*/v2/orders/* status:500")),
        ("path:csv", Some("path:*csv*")),
        ("path:Report", None),
        ("method=get", Some("method:get")),
        ("client = ROOT", Some("client~\"(?i)^ROOT$\"")),
        ("client=nobody", None),
        ("client~^NORTH", Some("client~\"(?i)^NORTH\"")),
        ("error.message:tim?out", Some("error.message~\"(?i)tim.out\"")),
        ("user_agent:*curl/8.5.?", Some("user_agent~\"(?i)curl/8\\.5\\..$\"")),
        ("url.path:/orders/9?", Some("url.path~\"(?i)^/orders/9.([?]|$)\"")),
        ("path:/orders?page=2", None),
        ("client!=ROOT", None),
        ("-client=ROOT", None),
        ("-client:=ROOT", None),
        ("interface=SFTP,ftp", Some("(interface=ftp OR interface~\"(?i)^SFTP$\")")),
        ("-interface:=(SFTP or FTP)", None),
        ("interface=sftp,ftp", None),
        ("interface!=sftp", None),
        ("client:\"Maria Lopez\"", None),
        ("client:acme timeout", None),
        ("client:success status:500 team", None),
        ("user:alice user:carol", None),
        ("attributes.cached=no", None),
        ("attributes.cached=true", None),
    ] {
        let parsed = query::parse_with(text, READING).expect(text);
        let error = refusal(&parsed, READING, &count);
        assert_eq!(error.and_then(|error| error.whole).as_deref(), whole, "{text}");
    }
}

#[test]
fn what_others_hold_too_is_told_with_both_counts() {
    for (text, sentence) in [
        (
            "host:api.acme.example",
            "the words of a name are in others, too: 9 requests; 'host:=api.acme.example' asks for 4 requests",
        ),
        (
            "-host:api.acme.example",
            "the words of a name are in others, too: 7 requests; '-host:=api.acme.example' asks for 12 requests",
        ),
        (
            "url.path:\"/v2/orders\"",
            "a path is looked for within longer ones, too: 782 requests; 'url.path~\"^/v2/orders([?]|$)\"' asks for 334 requests",
        ),
        (
            "attributes.country:DE",
            "letters have their case behind an equals sign only: 1,247 requests; 'attributes.country:=DE' asks for \
             600 requests",
        ),
        ("path:Report", "a path is looked for from a slash on: 2 requests; 'path:*Report*' asks for 5 requests"),
        (
            "client:\"Maria Lopez\"",
            "the words of a name are in others, too: 27 requests; 'client:=\"Maria Lopez\"' asks for 14 requests",
        ),
    ] {
        assert_eq!(told(&query::parse_with(text, READING).expect(text), READING, &count), [sentence]);
    }
    for (text, sentence) in [
        (
            "interface:FTP",
            "the words of a name are in others, too: 536 requests; 'interface~\"(?i)^FTP$\"' asks for 328 requests",
        ),
        (
            "client~acme",
            "letters of a pattern have their case, but behind (?i): 368 requests; 'client~\"(?i)acme\"' asks for 657 \
             requests",
        ),
        ("user:acme", "the words of a name are in others, too: 657 requests; 'user:=acme' asks for 125 requests"),
        (
            "-user:acme is:failed",
            "the words of a name are in others, too: 1,709 requests; '-user:=acme is:failed' asks for 1,897 requests",
        ),
        (
            "@http.useragent:\"curl/8.5.0\"",
            "a value is looked for in longer ones, too: 611 requests; '@http.useragent:=curl/8.5.0' asks for 299 requests",
        ),
        (
            "error.type:Not-Found",
            "the words of a name are in others, too: 330 requests; 'error.type~\"(?i)^Not\\-Found$\"' asks for 161 requests",
        ),
        (
            "interface:(web or mobile)",
            "the words of a name are in others, too: 1,142 requests; 'interface:=(web or mobile)' asks for 726 requests",
        ),
        ("interface:ftp", "the words of a name are in others, too: 536 requests; 'interface:=ftp' asks for 0 requests"),
        (
            "interface: web,mobile",
            "the words of a name are in others, too: 1,142 requests; 'interface:= web,mobile' asks for 726 requests",
        ),
        (
            "@usr.name:(root OR \"Maria Lopez\")",
            "the words of a name are in others, too: 164 requests; '@usr.name:=(root OR \"Maria Lopez\")' asks for \
             104 requests",
        ),
        (
            "@http.url_details.path:(/graphql OR /health)",
            "a path is looked for within longer ones, too: 460 requests; '@http.url_details.path:=(/graphql OR \
             /health)' asks for 305 requests",
        ),
        (
            "attributes.tenant:7",
            "a value is looked for in longer ones, too: 789 requests; 'attributes.tenant:=7' asks for 386 requests",
        ),
        (
            "region",
            "“region” is the name of what a source sent: 0 requests; has:attributes.region asks for 2,835 requests",
        ),
    ] {
        assert_eq!(told(&query::parse_with(text, READING).expect(text), READING, &count), [sentence]);
    }
    for text in [
        "path:/v2/orders",
        "attributes.country:de",
        "url.path:/v2/ord",
        "level",
        "interface:(web or mob*)",
        "user_agent:curl",
        "user:alice user_id:7",
        "method:GET",
    ] {
        assert!(told(&query::parse_with(text, READING).expect(text), READING, &count).is_empty(), "{text}");
    }
}

/// Counts of a store in which each text without case has more.
const IN_CASE: &[(&str, u64)] = &[
    ("client=acme", 125),
    ("client~\"(?i)^acme$\"", 160),
    ("client!=acme", 3875),
    ("client!~\"(?i)^acme$\"", 3840),
    ("-client~\"(?i)^acme$\"", 3840),
    ("method:GET", 1713),
    ("method=GET", 1469),
    ("method!=GET", 2531),
    ("method!:GET", 2287),
    ("client!=ROOT", 4000),
    ("client~\"(?i)^ROOT$\"", 4),
    ("client!~\"(?i)^ROOT$\"", 3996),
    ("-client~\"(?i)^ROOT$\"", 3996),
    ("user:acme user:admin", 3),
    ("-user:acme -user:admin", 3046),
    ("user:acme", 657),
    ("user:=acme", 125),
    ("user:admin", 297),
    ("user:=admin", 141),
    ("-user:=acme -user:admin", 3578),
    ("-user:acme -user:=admin", 3202),
    ("-user:=acme -user:=admin", 3734),
    ("client:(acme OR admin*)", 954),
    ("(client:=acme OR client:admin*)", 546),
];

#[test]
fn letters_in_another_case_are_told_where_the_value_was_sent_as_well() {
    let count = |filter: &Filter| {
        let is = |text: &str| query::parse_with(text, READING).is_ok_and(|known| known.filter == *filter);
        IN_CASE.iter().find(|(text, _)| is(text)).map_or(0, |(_, count)| *count)
    };
    let case = "behind an equals sign letters have their case";
    for (text, own, whole, other) in [
        ("client=acme", 125, "'client~\"(?i)^acme$\"'", 160),
        ("client!=acme", 3875, "'client!~\"(?i)^acme$\"'", 3840),
        ("-client=acme", 3875, "'-client~\"(?i)^acme$\"'", 3840),
        ("method != GET", 2531, "'method!:GET'", 2287),
        ("client!=ROOT", 4000, "'client!~\"(?i)^ROOT$\"'", 3996),
        ("-client=ROOT", 4000, "'-client~\"(?i)^ROOT$\"'", 3996),
        ("-client:=ROOT", 4000, "'-client~\"(?i)^ROOT$\"'", 3996),
    ] {
        let parsed = query::parse_with(text, READING).expect(text);
        assert_eq!(refusal(&parsed, READING, &count), None, "{text}");
        let words = |count| crate::base::units::counted(count, "request", "requests");
        let sentence = format!("{case}: {}; {whole} asks for {}", words(own), words(other));
        assert_eq!(told(&parsed, READING, &count), [sentence], "{text}");
    }
    let parsed = query::parse_with("-user:acme -user:admin", READING).expect("two names");
    assert_eq!(
        told(&parsed, READING, &count),
        ["the words of a name are in others, too: 3,046 requests; '-user:=acme -user:=admin' asks for 3,734 requests"]
    );
    let parsed = query::parse_with("client:(acme OR admin*)", READING).expect("names");
    assert_eq!(
        told(&parsed, READING, &count),
        [
            "the words of a name are in others, too: 954 requests; '(client:=acme OR client:admin*)' asks for 546 requests"
        ]
    );
}

#[test]
fn each_reading_is_counted_once() {
    let counted = RefCell::new(Vec::new());
    let once = once(|filter| {
        counted.borrow_mut().push(filter.to_string());
        count(filter)
    });
    let parsed = query::parse_with("host:api.acme.example", READING).expect("a host");
    assert_eq!(refusal(&parsed, READING, &once), None);
    assert_eq!(told(&parsed, READING, &once).len(), 1);
    assert_eq!(*counted.borrow(), ["host:api.acme.example", "host:=api.acme.example"]);
}

#[test]
fn what_only_all_readings_together_change_is_told() {
    let parsed = query::parse_with("-client:dave -client:DAVE", READING).expect("two names");
    let known = [
        ("client:dave", 20),
        ("client:=dave", 5),
        ("client:=DAVE", 3),
        ("-client:dave -client:DAVE", 80),
        ("-client:=dave -client:DAVE", 80),
        ("-client:dave -client:=DAVE", 80),
        ("-client:=dave -client:=DAVE", 92),
    ];
    let count = |filter: &Filter| {
        let is = |text: &str| query::parse_with(text, READING).is_ok_and(|known| known.filter == *filter);
        known.iter().find(|(text, _)| is(text)).map_or(20, |(_, count)| *count)
    };
    assert_eq!(
        told(&parsed, READING, &count),
        ["the words of a name are in others, too: 80 requests; '-client:=dave -client:=DAVE' asks for 92 requests"]
    );
}

#[test]
fn what_is_proposed_has_no_doubts_of_its_own() {
    let error = QueryError { whole: Some("attributes.cached=yes".into()), ..QueryError::new("no name", 0..1) };
    assert_eq!(
        without_doubts(error, "attributes.cached=yes", READING, &count).whole.as_deref(),
        Some("attributes.cached=true")
    );
    for (text, proposed, whole) in [
        ("@country:DE", "attributes.country:DE", "attributes.country:=DE"),
        ("country:DE", "attributes.country:DE", "attributes.country:DE"),
        ("@country:de", "attributes.country:de", "attributes.country:de"),
        ("url.domain: api.acme.example", "host: api.acme.example", "host:=api.acme.example"),
        ("host: api.acme.example", "host: api.acme.example", "host: api.acme.example"),
        ("url.path: /v2/orders", "url.path: /v2/orders", "url.path: /v2/orders"),
    ] {
        let error = QueryError { whole: Some(proposed.into()), ..QueryError::new("no name", 0..1) };
        assert_eq!(without_doubts(error, text, READING, &count).whole.as_deref(), Some(whole), "{text}");
    }
}
