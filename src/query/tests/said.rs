//! Conditions as they are said: comparisons in words behind a colon, values that are left out one after another.

use crate::query::testing::{means, read};

#[test]
fn comparisons_in_words_behind_a_colon() {
    means(&[
        ("duration: over 2s", "duration>2s"),
        ("duration: more than 2s status:500", "duration>2s status:500"),
        ("duration:less than 100ms", "duration<100ms"),
        ("status: greater than 499", "status>499"),
        ("status: at least 500 and method:GET", "status>=500 method:GET"),
        ("-duration: over 2s", "-duration>2s"),
        ("attributes.bytes: more than 1000", "attributes.bytes>1000"),
        ("attributes.region: contains \"eu\"", "attributes.region:eu"),
    ]);
    assert!(read("client:over 2").is_ok(), "a name may be called so");
    assert!(read("error:more than 100").is_ok(), "and a text begin so");
}

#[test]
fn values_that_are_left_out_one_after_another() {
    means(&[
        ("status != 200 or 201", "-status:200,201"),
        ("method != GET or POST", "-method:=GET,POST"),
        ("method not GET or POST", "-method:GET,POST"),
        ("not method:GET or POST", "-method:GET,POST"),
        ("status is neither 200 nor 201", "-status:200,201"),
        ("status is neither 200 nor 201 and method:GET", "-status:200,201 method:GET"),
        ("method is not GET or POST", "-method:GET,POST"),
        ("not timed and status:500", "-timed status:500"),
    ]);
    // The words for a status are a text.
    assert!(!read("not found and status:404").expect_err("a small “and”").whole.unwrap_or_default().contains("NOT"));
}

#[test]
fn words_in_quotes_behind_a_value_in_quotes() {
    let said = |text: &str| read(text).expect(text).sentences().join("; ");
    assert_eq!(
        said("client:\"acme\" \"bob\" status:500"),
        "“bob” is searched besides client:\"acme\"; client:\"acme\",\"bob\" is either"
    );
    for text in ["client:\"Acme Ltd\" \"bob\"", "client:acme \"bob\"", "client:\"acme\" \"connection reset\""] {
        assert_eq!(said(text), "", "{text}");
    }
}

#[test]
fn lists_behind_a_field() {
    means(&[
        ("status: \"500\" OR \"502\"", "status:500,502"),
        ("method = \"GET\" or \"POST\"", "method:=GET,POST"),
        ("attributes.region:\"eu-west-1\" or \"us-east-1\"", "attributes.region:\"eu-west-1\",\"us-east-1\""),
        ("client:Acme Ltd, Bob Stone", "client:\"Acme Ltd\",\"Bob Stone\""),
        ("client:\\\"Acme Ltd\\\"", "client:\"Acme Ltd\""),
        ("status: not in (200, 404)", "-status:200,404"),
        ("client: in (\"acme\", \"etl\")", "client:=acme,etl"),
    ]);
    for text in ["client:\"acme\" OR \"timed out\"", "attributes.region:\"eu\" OR \"timed out\"", "client:in"] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn signs_that_are_doubled_or_of_patterns() {
    means(&[
        ("client:\"\"Acme Ltd\"\"", "client:\"Acme Ltd\""),
        ("client:\"\"Acme\"\" status:500", "client:Acme status:500"),
        ("client:'Bob Stone\"", "client:\"Bob Stone\""),
        ("client:’Acme Ltd’", "client:\"Acme Ltd\""),
        ("path:.*orders.*", "path~orders"),
        ("client:.*acme", "client~acme$"),
        ("ip:10.0.0.15..10.0.0.1", "ip:10.0.0.1/32,10.0.0.2/31,10.0.0.4/30,10.0.0.8/29"),
    ]);
    assert!(read("host:api.*").is_ok());
}

#[test]
fn a_status_in_small_letters_tells_of_the_words_for_one() {
    assert_eq!(
        crate::query::testing::said("status:ok"),
        "status:ok is what did not fail; status_text:OK asks for the words"
    );
    assert_eq!(crate::query::testing::said("status:success"), "");
}
