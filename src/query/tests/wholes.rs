//! Slips of which the whole is put right: parentheses and quotes that are not closed, ends that are turned around,
//! values in several words, operators that mean something else elsewhere.

use crate::query::testing::{means, read, said};

/// Queries that are refused, and of which it is not sure what is right.
fn refused_without(cases: &[&str]) {
    for text in cases {
        assert_eq!(read(text).expect_err(text).whole, None, "{text}");
    }
}

#[test]
fn parentheses_that_are_not_closed() {
    means(&[
        ("NOT (status:200 and method:GET", "-(status:200 method:GET)"),
        ("NOT (status:200 or method:GET", "-(status:200 OR method:GET)"),
        ("((status:500 or status:502) and method:GET", "status:500,502 method:GET"),
        (
            "((status:500 or client:etl) and (method:GET or interface:web)",
            "(status:500 OR client:etl) (method:GET OR interface:web)",
        ),
        ("(client:\"Acme Ltd\" or status:500", "(client:\"Acme Ltd\" OR status:500)"),
        ("((status:500 or client:etl and method:GET)", "(status:500 OR client:etl) method:GET"),
        ("((status:500 and method:GET)", "status:500 method:GET"),
        ("status:(500 or 502", "status:500,502"),
        ("client:(etl and ltd", "client:(etl and ltd)"),
        ("status:500 method:(GET or POST", "status:500 method:GET,POST"),
    ]);
    refused_without(&[
        "NOT (status:200 or method:GET and client:etl",
        "((status:500 or status:502) and method:GET or client:etl",
        "status:(500 or 502 timed",
        "(timed out or reset",
    ]);
}

#[test]
fn a_quote_that_another_kind_closes() {
    means(&[
        ("client:\"Acme Ltd'", "client:\"Acme Ltd\""),
        ("client:\"Acme Ltd' status:500", "client:\"Acme Ltd\" status:500"),
        ("client:Acme Ltd\"", "client:\"Acme Ltd\""),
        ("client:success team\" status:500", "client:\"success team\" status:500"),
    ]);
}

#[test]
fn ends_that_are_turned_around() {
    means(&[
        ("status:599..500", "status:500..599"),
        ("status:[599 TO 500]", "status:500..599"),
        ("status:[599 TO 500}", "status:[500 TO 599}"),
        ("duration:2s..1s", "duration:1s..2s"),
        ("duration:2s..<1s", "duration:1s..<2s"),
        ("attributes.bytes:100..10", "attributes.bytes:10..100"),
        ("created_at:[2026-11-11 TO 2026-11-10]", "time:2026-11-10..2026-11-11"),
        ("(time:2026-11-11..2026-11-10 OR status:500)", "(time:2026-11-10..2026-11-11 OR status:500)"),
    ]);
    // The ends stand right, and nothing is between them.
    assert!(read("status:{500 TO 501}").is_ok());
    for text in ["status:{500 TO 501}", "status:{600 TO 600}"] {
        let printed = read(text).expect(text).filter.to_string();
        assert!(read(&printed).is_ok(), "{printed} reads back");
    }
}

#[test]
fn alternatives_in_braces_and_anchors_around_a_word() {
    means(&[
        ("status:{500 or 502}", "status:500,502"),
        ("status:[500 OR 502]", "status:500,502"),
        ("client:{acme or etl}", "client:acme,etl"),
        ("client:^acme$", "client:=acme"),
        ("client:^acme", "client:acme*"),
        ("client:acme$", "client:*acme"),
    ]);
}

#[test]
fn names_of_operations_go_on_in_small_letters() {
    means(&[
        ("endpoint:Get Order by id", "endpoint:\"Get Order by id\""),
        ("endpoint:Get Order by id status:500", "endpoint:\"Get Order by id\" status:500"),
        ("endpoint:List users of a group", "endpoint:\"List users of a group\""),
        ("client:Friends of Acme status:500", "client:\"Friends of Acme\" status:500"),
    ]);
    refused_without(&["endpoint:Get Order maybe slow", "client:Acme Ltd timed out"]);
    assert_eq!(
        said("client:*success team"),
        "“team” is searched besides client:*success; one value of both is client:*\"success team\""
    );
    assert_eq!(
        said("client:success team* status:500"),
        "“team*” is searched besides client:success; one value of both is client:\"success team\"*"
    );
    assert_eq!(said("client:acme* timeout"), "");
    assert_eq!(said("agent:*curl timeout"), "");
}

#[test]
fn operators_of_kusto() {
    means(&[
        ("client =~ \"acme\"", "client~\"(?i)^acme$\""),
        ("client =~ \"ACME Ltd\" and status == 500", "client~\"(?i)^ACME Ltd$\" status:500"),
        ("client =~ 'acme.etl'", "client~\"(?i)^acme\\.etl$\""),
        ("client !~ \"acme\"", "-client~\"(?i)^acme$\""),
        ("client=~\"acme\"", "client:=acme"),
        ("client has_any (\"acme\", \"etl\")", "client:acme,etl"),
        ("client has_all (\"acme\", \"etl\")", "client:(acme and etl)"),
        ("client !has_any (\"acme\", \"etl\")", "-client:acme,etl"),
    ]);
    assert!(read("error =~ \"timed out\"").is_ok(), "a message is hardly compared as a whole");
    assert!(read("client=~^acme").is_ok());
}

#[test]
fn what_is_left_out_in_words() {
    means(&[
        ("status not 200 or 201", "-status:200,201"),
        ("status not 200, 201", "-status:200,201"),
        ("status is not 200 or 201", "-status:200,201"),
        ("status:500 excluding acme", "status:500 -acme"),
        ("status:500 except acme", "status:500 -acme"),
        ("IS:failed", "is:failed"),
        ("Has:error_type", "has:error_type"),
        ("NO:client status:500", "no:client status:500"),
        ("client.raw:acme", "client:=acme"),
    ]);
}
