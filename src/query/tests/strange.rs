//! Shapes without a field, names with a blank, signs and words that are no operators: each is answered with the whole
//! right query, or told.

use crate::query::testing::{means, read, said, whole};

#[test]
fn names_of_attributes_with_a_blank() {
    for (text, right) in [
        ("attributes.Env Name:\"Pre Prod\"", "\"attributes.Env Name\":\"Pre Prod\""),
        ("attributes.env name:prod", "\"attributes.env name\":prod"),
        ("status:500 attributes.env name>=4 client:acme", "status:500 \"attributes.env name\">=4 client:acme"),
        ("-attributes.env name:prod", "-\"attributes.env name\":prod"),
    ] {
        assert_eq!(whole(text), right, "{text}");
        assert!(read(right).is_ok(), "{right}");
    }
    // A field of its own stands behind the word.
    assert!(read("attributes.env status:500").is_ok());
}

#[test]
fn lists_without_a_field() {
    for (text, right) in [
        ("500,502", "status:500,502"),
        ("GET,POST client:acme", "method:GET,POST client:acme"),
        ("acme, root", "acme OR root"),
        ("acme, root, bob", "acme OR root OR bob"),
    ] {
        assert_eq!(whole(text), right, "{text}");
        assert!(read(right).is_ok(), "{right}");
    }
    for text in ["\"500,502\"", "12,5", "1,000", "Smith, Jones", "timeout, retry failed", "a,b"] {
        assert!(read(text).is_ok(), "{text}");
    }
    assert!(said("Smith, Jones").contains("“Smith,” is searched with its comma"), "{}", said("Smith, Jones"));
    assert!(said("10.1.2.*").contains("ip:10.1.2.*"), "{}", said("10.1.2.*"));
    assert!(said("10.0.0.0/8").contains("ip:10.0.0.0/8"));
    for text in ["1.2.*", "10.*", "v1.2.3.*"] {
        assert!(!said(text).contains("ip:"), "{text}: {}", said(text));
    }
}

#[test]
fn states_backquotes_and_signs() {
    means(&[
        ("failed:true", "is:failed"),
        ("failed:yes client:acme", "is:failed client:acme"),
        ("failed=false", "is:success"),
        ("failed:no", "is:success"),
        ("failed POST", "is:failed method:POST"),
        ("failed 503 client:acme", "is:failed status:503 client:acme"),
        ("`connection reset`", "\"connection reset\""),
        ("client:acme `connection reset`", "client:acme \"connection reset\""),
        ("`status`:500", "status:500"),
        ("status:≥500", "status>=500"),
        ("duration: ≤ 5s", "duration<=5s"),
        ("IP not allowed: 10.1.2.3", "\"IP not allowed: 10.1.2.3\""),
        ("request not permitted: quota", "\"request not permitted: quota\""),
    ]);
    for text in ["failed upload", "failed", "a `b", "\"failed\" POST", "status:500 failed"] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn operators_that_are_none() {
    means(&[
        ("client GLOB 'svc-*'", "client:svc-*"),
        ("client not glob 'svc-*'", "-client:svc-*"),
        ("duration!>1s", "duration<=1s"),
        ("duration !< 1s", "duration>=1s"),
        ("status!>=500", "status<500"),
        ("client not \"acme\"", "-client:\"acme\""),
        ("duration > 1.5 * 1000", "duration>1500"),
        ("status >= 5*100 client:acme", "status>=500 client:acme"),
        ("status IS DISTINCT FROM 200", "-status:200"),
        ("status IS NOT DISTINCT FROM 200", "status:200"),
    ]);
    let error = read("client foo \"acme\"").expect_err("it is no operator");
    assert!(error.to_string().contains("“foo” is no operator here"), "{error}");
    assert_eq!(error.whole, None);
    for text in ["client \"acme\"", "error in \"acme\"", "timeout foo \"acme\"", "client:foo \"acme\""] {
        let told = read(text).map_or_else(|error| error.to_string(), |_| String::new());
        assert!(!told.contains("“foo” is no operator"), "{text}: {told}");
    }
}

#[test]
fn what_is_always_true_is_told() {
    for (text, other) in [
        ("-client:=root OR -client:=acme", "-client:=root,acme"),
        ("-client:root OR -client:acme", "-client:root,acme"),
        ("status!=200 OR status!=404", "-status:200,404"),
        ("method:GET (status!=200 OR status!=404)", "-status:200,404"),
    ] {
        let told = said(text);
        assert!(told.contains(&format!("{other} leaves out both")), "{text}: {told}");
    }
    assert!(said("-client:root OR -client:acme").contains("nearly always"), "a name may have both words");
    assert!(said("status!=200 OR status!=404").contains("is always true"));
    for text in ["-client:root OR client:acme", "-client:root OR -status:500", "-client:root -client:acme"] {
        assert!(!said(text).contains("always"), "{text}: {}", said(text));
    }
}

#[test]
fn names_of_attributes_are_there_or_not() {
    for (text, term) in [
        ("has attributes.region", "has:attributes.region"),
        ("no attributes.region", "no:attributes.region"),
        ("has client", "has:client"),
    ] {
        let offers = read(text).expect(text).offers;
        assert!(offers.iter().any(|offer| offer.word == text && offer.term == term), "{text}: {offers:?}");
    }
}

#[test]
fn what_is_written_names_its_field() {
    let doubts = read("method=get").expect("it is read").doubts;
    let told: Vec<String> = doubts.iter().map(|doubt| doubt.error.to_string()).collect();
    assert!(told.iter().any(|told| told.ends_with("write method:get")), "{told:?}");
}

#[test]
fn an_escaped_blank_at_the_end_is_of_the_value() {
    for text in ["client:a\\ ", "client:Hauk\\  ", "client:a endpoint:b\\ ", "client:a\\ ,b\\ "] {
        let doubts = read(text).expect(text).doubts;
        let wholes: Vec<&str> = doubts.iter().filter_map(|doubt| doubt.error.whole.as_deref()).collect();
        assert!(!wholes.is_empty() && wholes.iter().all(|whole| read(whole).is_ok()), "{text}: {wholes:?}");
        let blanks = |text: &str| read(text).expect(text).filter.to_string().matches(' ').count();
        assert!(wholes.iter().all(|whole| blanks(whole) >= blanks(text)), "{text}: {wholes:?}");
    }
}

#[test]
fn a_group_in_brackets_is_one_in_parentheses() {
    means(&[
        ("[status:500 OR status:502] method:POST", "(status:500 OR status:502) method:POST"),
        ("method:POST AND NOT [status:500 client:acme]", "method:POST AND NOT (status:500 client:acme)"),
    ]);
    assert!(read("path:\"/files/[status:1 draft].txt\"").is_ok());
    assert!(read("status:[400 TO 499]").is_ok());
}
