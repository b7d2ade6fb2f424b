//! What other languages tell apart, and what stands around a query where it was copied.

use crate::query::testing::{means, read, refusal, whole};

/// The whole queries of the doubts about one that is understood.
fn doubted(text: &str) -> Vec<String> {
    let doubts = read(text).expect(text).doubts;
    doubts.into_iter().filter_map(|doubt| doubt.error.whole.map(String::from)).collect()
}

#[test]
fn letters_have_their_case_elsewhere() {
    for (text, cased) in [
        ("method:GET", "method:=GET"),
        ("http.request.method:get", "http.request.method:=get"),
        ("attributes.plan:pro*", "attributes.plan~\"^pro\""),
        ("attributes.plan:*Pro status:500", "attributes.plan~\"Pro$\" status:500"),
        ("user.name:glob*-eu", "user.name~\"^glob.*-eu$\""),
    ] {
        assert_eq!(doubted(text), [cased], "{text}");
    }
    assert!(doubted("client:glob*").is_empty(), "our own names have no case");
    assert!(doubted("attributes.plan:1*").is_empty(), "nor have digits");
}

#[test]
fn texts_with_signs_of_a_pattern_may_be_one() {
    assert!(doubted("path:/orders/[0-9]+").contains(&"path~\"/orders/[0-9]+\"".into()));
    assert!(doubted("path:/orders/\\d+").contains(&"path~\"/orders/\\d+\"".into()));
    assert!(doubted("client:svc-[ab]").contains(&"client~\"svc-[ab]\"".into()));
    assert!(doubted("path:/orders/[id").iter().all(|whole| !whole.contains('~')));
}

#[test]
fn sizes_of_what_a_source_sent_are_numbers() {
    assert!(doubted("attributes.bytes:1KiB").contains(&"attributes.bytes:1024".into()));
    assert!(!doubted("attributes.build:7c").contains(&"attributes.build:7".into()));
}

#[test]
fn one_letter_of_an_address() {
    assert_eq!(whole("ip:10.0.?.1"), "ip~\"(?i)^10\\.0\\..\\.1$\"");
}

#[test]
fn marks_of_formats_and_lines_stand_around_no_query() {
    for text in ["**status:500**", "> status:500", "• status:500", "__status:500__"] {
        assert_eq!(whole(text), "status:500", "{text}");
    }
    assert_eq!(whole("status:500+method:GET"), "status:500 method:GET");
}

#[test]
fn names_in_quotes_and_parts_of_paths_have_a_blank_before_their_colon() {
    assert_eq!(whole("url.query : *page*"), whole("url.query:*page*"));
    assert_eq!(whole("url.query : *page*"), "path:*page*");
    let error = read("\"Order ID\" : \"B-7\"").expect_err("no field");
    assert!(error.mistake.is_of_name(), "{error}");
}

#[test]
fn lists_of_names_and_of_fields() {
    means(&[
        ("User is one of admin, Admin User", "client:=admin,\"Admin User\""),
        ("Client is one of Acme Ltd, root and Code is 500", "client:=\"Acme Ltd\",root status:500"),
    ]);
    assert_eq!(
        refusal("(status, method) IN ((500,'GET'))"),
        "fields are asked for one by one; write a term for each: (status:… method:…)"
    );
}

#[test]
fn names_have_words_in_parentheses() {
    means(&[
        ("collection:Orders API (beta)", "collection:\"Orders API (beta)\""),
        ("API collection: Orders API (beta) status:500", "collection:\"Orders API (beta)\" status:500"),
        ("client:Acme Ltd (beta or new)", "client:\"Acme Ltd\" (beta OR new)"),
    ]);
    assert_eq!(doubted("client:acme (staging)").first().map(String::as_str), Some("client:\"acme (staging)\""));
    assert!(doubted("client:acme (staging OR prod)").iter().all(|whole| !whole.contains("\"acme (")));
}

#[test]
fn paths_of_others_end_before_their_question_mark() {
    for (text, whole) in [
        ("@http.url_details.path:/v1/*/refund", "@http.url_details.path~\"^/v1/.*/refund([?]|$)\""),
        ("url.path: /v1/payments*", "url.path~\"^/v1/payments\""),
        ("url.full:*/Refund", "url.full~\"/Refund$\""),
    ] {
        assert!(doubted(text).contains(&whole.into()), "{text}: {:?}", doubted(text));
    }
    assert!(!doubted("path:/v1/*/refund").iter().any(|whole| whole.contains('~')));
}

#[test]
fn names_and_joins_are_slipped() {
    means(&[
        ("http.response.status_code IN {500, 502}", "status:500,502"),
        ("$.status IN [500,502]", "status:500,502"),
        ("(status>=500)&&(duration>1000||duration<10)", "status>=500 (duration>1000 OR duration<10)"),
        ("(duration>1000||attributes.bytes>100)", "(duration>1000 OR attributes.bytes>100)"),
        ("status:500 adn method:GET", "status:500 method:GET"),
        ("status:500 nott method:GET", "status:500 -method:GET"),
        ("status:500 ANDmethod:GET", "status:500 method:GET"),
        ("ip:none", "no:ip"),
        ("status:500 // only errors", "status:500"),
        ("status&gt;=500 method:GET", "status>=500 method:GET"),
        ("ｓｔａｔｕｓ:500", "status:500"),
    ]);
    refusal("time:30.11");
}
