//! Terms that are never both, words that are joined, comparisons that go on: each is refused with the whole right query.

use crate::query::testing::{means, read, whole};

#[test]
fn turned_comparisons_are_put_right() {
    means(&[
        ("duration>5s duration<1s", "duration>1s duration<5s"),
        ("duration<1s duration>5s", "duration<5s duration>1s"),
        ("duration > 5s AND client:bob AND duration < 1s", "duration>1s client:bob duration<5s"),
        ("status>=500 status<400", "status>=400 status<500"),
        ("(status:>=500 status:<400) OR client:bob", "(status>=400 status<500) OR client:bob"),
        ("attributes.bytes>1000 attributes.bytes<10", "attributes.bytes>10 attributes.bytes<1000"),
        ("time>=2026-11-20 time<2026-11-10", "time>=2026-11-10 time<2026-11-20"),
        ("status:500 time<2026-11-10 time>=2026-11-20", "status:500 time>=2026-11-10 time<2026-11-20"),
        ("status:500 (time>2026-11-20 time<2026-11-10)", "status:500 (time>2026-11-10 time<2026-11-20)"),
    ]);
    for text in [
        "duration>1s duration<5s",
        "status>=400 status<500",
        "time>=2026-11-10 time<2026-11-20",
        "status>500 status>400",
    ] {
        assert!(read(text).is_ok(), "{text}");
    }
    assert_eq!(
        read("duration>5s duration<1s").expect_err("turned").to_string(),
        "duration>5s leaves nothing for it: the smaller end is the lower one; write duration>1s duration<5s, or \
         (duration>5s OR duration<1s) for what is outside"
    );
}

#[test]
fn values_that_are_never_both() {
    means(&[
        ("status:500 status:502", "status:500,502"),
        ("status:500 user:bob status:502", "status:500,502 user:bob"),
        ("status:500 status:502 status:503 user:bob", "status:500,502,503 user:bob"),
        ("method:GET method:POST", "method:GET,POST"),
        ("user:=alice user:=bob", "client:=alice,bob"),
        ("status:(500 or 502) status:404", "status:500,502,404"),
        ("status:5xx status<400", "(status:5xx OR status:<400)"),
        ("ip:10.0.0.1 ip:10.0.0.2", "ip:10.0.0.1,10.0.0.2"),
        ("time:2026-11-10 time:2026-11-12", "time:2026-11-10,2026-11-12"),
        ("client:bob OR status:500 status:502", "client:bob OR status:500,502"),
    ]);
    // Who joins both with a word, or leaves both out, may mean that.
    for text in [
        "status:500 and user:bob and status:502",
        "status:4xx && status:{400 TO 500} && status:500",
        "NOT (status:500 status:{400 TO 500})",
        "-(client:bob OR (status:500 status:502))",
        "status BETWEEN 400 AND 499 AND status >= 500",
    ] {
        let error = read(text).expect_err(text);
        assert_eq!(error.whole, None, "{text}");
    }
    assert!(read("status:500 and (status:502)").is_ok());
    // What is printed says that it is meant so.
    for text in ["status:500 (status:502)", "(duration>5s) duration<1s", "(time>=2026-11-20) (time<2026-11-10)"] {
        assert!(read(text).is_ok(), "{text}");
    }
    for text in
        ["status:5xx status:500", "attributes.tags:=a attributes.tags:=b", "user:alice user:bob", "path:/a path:/b"]
    {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn comparisons_that_go_on_behind_a_unit() {
    means(&[
        ("duration >= 1 s and <= 5 s", "duration>=1s duration<=5s"),
        ("duration >= 1 s && <= 5 s", "duration>=1s duration<=5s"),
        ("duration>=1s&&<=5s", "duration>=1s duration<=5s"),
        ("duration>1s <5s", "duration>1s duration<5s"),
        ("duration > 1 s < 5 s", "duration>1s duration<5s"),
        ("duration > 1 s or < 5 ms", "duration>1s OR duration<5ms"),
        ("delay >= 100 ms and < 2 s status:500", "delay>=100ms delay<2s status:500"),
        ("status >= 400 and < 500", "status>=400 status<500"),
        ("time >= 2026-11-10 and < 2026-11-12", "time>=2026-11-10 time<2026-11-12"),
        ("attributes.bytes >= 10 and < 20", "attributes.bytes>=10 attributes.bytes<20"),
    ]);
}

#[test]
fn small_words_that_join_words() {
    for (text, right) in [
        ("timeout or refused", "timeout OR refused"),
        ("timeout and refused", "timeout AND refused"),
        ("timed out or connection refused", "timed out OR connection refused"),
        ("alice and 500", "alice AND status:500"),
        ("GET or POST", "method:GET OR method:POST"),
        ("alice and 500 or timeout", "alice AND status:500 OR timeout"),
        ("method GET or POST", "method:GET,POST"),
        ("status 500 or 502", "status:500,502"),
        ("status 500 and client acme", "status:500 and client:acme"),
    ] {
        assert_eq!(whole(text), right, "{text}");
    }
    for text in
        ["disk full and retry failed again", "and", "timeout and", "timeout \"or\" refused", "status 500", "method GET"]
    {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn dates_among_terms() {
    for (text, right) in [
        ("2026-11-20 status:500", "time:2026-11-20 status:500"),
        ("status:500 2026-11-20 10:00", "status:500 time:\"2026-11-20 10:00\""),
        ("-client:bob 2026-11-20T10:00:00Z", "-client:bob time:2026-11-20T10:00:00Z"),
        ("2026-11-20 to 2026-11-21 status:500", "time:2026-11-20..2026-11-21 status:500"),
        ("2026-11-20..2026-11-21 status:500", "time:2026-11-20..2026-11-21 status:500"),
        ("2026-11-20 500 client:bob", "time:2026-11-20 status:500 client:bob"),
    ] {
        assert_eq!(whole(text), right, "{text}");
        assert!(read(right).is_ok_and(|parsed| parsed.period.is_some()), "{right}");
    }
    for text in ["export 2026-11-20", "\"2026-11-20\" status:500", "2026-11-20.csv status:500", "2026-11-20"] {
        assert!(read(text).is_ok(), "{text}");
    }
}
