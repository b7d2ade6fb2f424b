//! Values among the attributes, and values with units: what is meant by them, and what is said.

use crate::base::time::Timestamp;

use super::dialect_tests::means;
use super::parse;

const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

fn print(text: &str) -> String {
    parse(text, NOW, chrono_tz::UTC).expect(text).filter.to_string()
}

/// What a query is refused with, where nothing is sure.
fn refusal(text: &str) -> String {
    let error = parse(text, NOW, chrono_tz::UTC).expect_err(text);
    assert_eq!(error.whole, None, "{text}");
    error.to_string()
}

#[test]
fn spans_of_several_units() {
    for (text, canonical) in [
        ("duration>1m30s", "'duration:>90s'"),
        ("duration:1m30s..2m", "duration:90s..120s"),
        ("duration:>=\"2m 05s\"", "duration:125s.."),
        ("delay<1s500ms", "'delay:<1500ms'"),
    ] {
        assert_eq!(print(text), canonical, "{text}");
    }
    means(&[("duration>2m 05s status:500", "'duration:>125s' status:500"), ("duration > 1 s", "'duration:>1s'")]);
    assert_eq!(print("duration>1m status:500"), "'duration:>60s' status:500");
    assert_eq!(print("duration>1s 2m"), "'duration:>1s' 2m", "no span of its own goes on so");
}

#[test]
fn units_where_the_name_tells_which() {
    means(&[
        ("attributes.bytes>1MB", "'attributes.bytes:>1000000'"),
        ("attributes.response_size:10kb..1MiB", "attributes.response_size:10000..1048576"),
        ("attributes.bytes:..<10kb", "'attributes.bytes:<10000'"),
        ("attributes.upstream_ms>=1.5s", "attributes.upstream_ms:1500.."),
        ("attributes.wait_seconds>250ms", "'attributes.wait_seconds:>0.25'"),
        ("attributes.tookMs>1m30s", "'attributes.tookMs:>90000'"),
    ]);
    assert_eq!(
        refusal("attributes.latency>1.5s"),
        "“1.5s” is no number; what a source sent has no unit: write attributes.latency>100 or attributes.latency:100..200"
    );
    assert_eq!(print("attributes.version:1b..2b"), "'attributes.version:\"1b..2b\"'", "a text with two dots");
}

#[test]
fn a_value_behind_or_goes_on_with_those_before() {
    means(&[
        ("status:4xx OR 5xx", "status:4xx,5xx"),
        ("client:acme status:404 OR 5xx OR 301", "client:acme status:404,5xx,301"),
        ("(method:GET | POST) status:500", "method:GET,POST status:500"),
        ("ip=10.2.3.4 or 10.2.3.5", "ip:10.2.3.4,10.2.3.5"),
    ]);
    for canonical in
        ["'(status:4xx OR \"5xx\")'", "'(status:4xx OR \"timeout\")'", "'(client:acme OR beta)'", "'(timeout OR 502)'"]
    {
        let printed = print(canonical);
        assert_eq!(print(&printed), printed, "{canonical}");
    }
    assert_eq!(print("status:4xx OR \"5xx\""), "'(status:4xx OR \"5xx\")'");
}
