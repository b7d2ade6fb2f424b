//! Signs and words that join, commas and calls, with a blank too many or too few.

use crate::query::testing::{means, print, read, whole};

#[test]
fn signs_that_join_stand_right_before_or_behind_a_term() {
    means(&[
        ("(status:500)&&method:POST", "status:500 method:POST"),
        ("(status:500)||method:POST", "status:500 OR method:POST"),
        ("status:500 &&method:POST", "status:500 method:POST"),
        ("status:500 &method:POST", "status:500 method:POST"),
        ("status:500 ||(method:POST status:404)", "status:500 OR (method:POST status:404)"),
        ("status:500 |!method:POST", "status:500 OR -method:POST"),
        ("status:500 &&-method:POST", "status:500 -method:POST"),
    ]);
    means(&[
        ("!(status:2xx||status:3xx)&&method:POST", "-(status:2xx OR status:3xx) method:POST"),
        ("status:500&& method:POST", "status:500 method:POST"),
        ("status:500|| (method:POST status:404)", "status:500 OR (method:POST status:404)"),
        ("client:acme|| -status:500", "client:acme OR -status:500"),
    ]);
    means(&[
        ("status:500&&!method:POST", "status:500 -method:POST"),
        ("status:500&&(interface:=web||interface:=sftp)", "status:500 (interface:=web OR interface:=sftp)"),
        ("status:500&&method:POST||client:acme", "status:500 method:POST OR client:acme"),
        ("method:POST||-(status:500&&client:acme)", "method:POST OR -(status:500 client:acme)"),
    ]);
    assert_eq!(print("path:/a&&b"), "'path:/a&&b'", "a path has signs of its own");
    assert_eq!(print("&&foo"), "'\"&&foo\"'", "a word stays one");
}

#[test]
fn words_that_join_stand_right_before_a_group() {
    means(&[
        ("status:500 and(method:GET)", "status:500 method:GET"),
        ("status:500 or(method:GET client:acme)", "status:500 OR (method:GET client:acme)"),
        ("status:500 or((method:GET) client:acme)", "status:500 OR (method:GET client:acme)"),
    ]);
    assert_eq!(whole("not(status:200) and(method:GET)"), "NOT (status:200) and(method:GET)");
    assert_eq!(whole("and(x)"), "\"and(x)\"", "what joins no terms is a text");
}

#[test]
fn values_with_a_weight_are_joined_as_they_were() {
    assert_eq!(whole("status:(500^2 OR 502)"), "status:(500 OR 502)");
    assert_eq!(whole("client:(acme^2 OR beta^3)"), "client:(acme OR beta)");
    assert_eq!(whole("client:(acme^2 AND beta)"), "client:(acme AND beta)");
}

#[test]
fn a_blank_before_a_comma_is_forgiven_where_a_value_stands_behind_it() {
    means(&[
        ("status:500 , 502", "status:500,502"),
        ("status:500 ,502", "status:500,502"),
        ("status:500,502 , 503 method:GET", "status:500,502,503 method:GET"),
        ("client:acme , \"Beta Ltd\"", "client:acme,\"Beta Ltd\""),
    ]);
    assert_eq!(whole("status:500 , method:GET"), "status:500 method:GET");
}

#[test]
fn groups_of_names_have_a_blank_before_their_colon() {
    means(&[(
        "geo : { country : \"NL\" or country : PL }",
        "(attributes.geo.country:NL OR attributes.geo.country:PL)",
    )]);
}

#[test]
fn functions_of_networks_have_many_names() {
    means(&[
        ("isIpv4InSubnet(ip, \"10.20.0.0/16\")", "ip:10.20.0.0/16"),
        ("filter isIpInSubnet(ip, \"10.20.0.0/16\") and status=404", "ip:10.20.0.0/16 status:404"),
        ("requests | where ipv4_is_in_any_range(ip, '10.0.0.0/8', '172.16.0.0/12')", "ip:10.0.0.0/8,172.16.0.0/12"),
    ]);
    assert_eq!(whole("looks_odd(ip, \"10.0.0.0/8\")"), "", "a function of a field is no text");
}

#[test]
fn dates_of_attributes_are_compared_by_no_number() {
    for text in ["attributes.expires>=2026-12-01", "attributes.expires:2026-11-30..2026-12-31"] {
        let error = read(text).expect_err(text);
        assert_eq!(
            error.to_string(),
            "attributes.expires is not a number, so it cannot be compared; dates are texts there: \
             attributes.expires:2026-11* asks for a month"
        );
        assert_eq!(error.span, 0..text.len());
    }
    assert_eq!(print("attributes.expires:a..b"), "'attributes.expires:\"a..b\"'");
}

#[test]
fn one_value_that_is_left_out_in_a_group_is_a_part_of_others() {
    for text in ["attributes.cache:(not hit)", "attributes.cache : (not hit)"] {
        let doubts = read(text).expect(text).doubts;
        let whole = doubts.first().and_then(|doubt| doubt.error.whole.as_deref());
        assert_eq!(whole, Some(text.replacen([':'], ":=", 1).as_str()), "{text}");
    }
}

#[test]
fn signs_of_others_in_quotes_are_signs_of_a_text() {
    for text in ["\"[\" \"|~a b\"", "\"x\" \"(~m POST\"", "\"& ~u\" y"] {
        assert!(read(text).is_ok(), "{text}");
    }
    assert_eq!(whole("~u \"a b\" \"c\""), "path:*\"a b\"* (host:*c* OR path:*c*)");
}
