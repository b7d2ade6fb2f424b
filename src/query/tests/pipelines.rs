//! Pipelines of other languages as a whole: what is proposed is what they keep.

use crate::query::testing::{means, read, said, whole};

#[test]
fn expressions_of_mitmproxy_side_by_side_join_last() {
    means(&[
        ("~c 500 | ~c 502 ~m GET", "(status:500 OR status:502) method:GET"),
        ("~m GET ~c 500 | ~c 502", "method:GET (status:500 OR status:502)"),
        ("~m GET | ~m POST & ~c 500", "method:GET OR method:POST status:500"),
        ("~c 500 & ~m GET | ~c 502 ~d eu", "(status:500 method:GET OR status:502) host:eu"),
        ("!(~c 200 | ~c 204) ~d eu", "-(status:200 OR status:204) host:eu"),
        ("orders & ~c 500", "(host:*orders* OR path:*orders*) status:500"),
        ("~c 500 !orders", "status:500 -(host:*orders* OR path:*orders*)"),
        ("client:acme ~c 500", "client:acme status:500"),
    ]);
}

#[test]
fn pipelines_of_kusto() {
    means(&[
        ("requests | where success == false and resultCode startswith \"5\"", "is:failed status:5xx"),
        ("logs | where status >= 500", "status:500.."),
        ("requests | where * contains \"reset\"", "\"reset\""),
        ("requests | search \"timed out\"", "\"timed out\""),
        ("* has \"timeout\"", "\"timeout\""),
        ("* !has \"timeout\"", "-\"timeout\""),
        ("requests | where status == 500 | extend x = 1 | project client", "status:500"),
        ("requests | where status == 500 | summarize count() by bin(timestamp, 1h) | render timechart", "status:500"),
        ("requests | where status == 500 or status == 502 | where client == \"acme\"", "status:500,502 client:=acme"),
        ("path has \"orders\" | summarize count() by client | order by count_ desc", "path:*orders*"),
        (
            "requests | where timestamp > datetime(2026-11-20) and timestamp < datetime(2026-11-21) | take 5",
            "time>2026-11-20T00:00 time<2026-11-21",
        ),
        ("ipv4_is_in_range(ip, \"10.0.0.0/8\")", "ip:10.0.0.0/8"),
        ("toint(status) >= 500", "status>=500"),
        ("ip <<= inet '10.0.0.0/8'", "ip:10.0.0.0/8"),
        ("SELECT * FROM requests", "*"),
    ]);
}

#[test]
fn conditions_of_cloudwatch() {
    means(&[
        ("fields @timestamp, @message | filter status >= 500 | sort @timestamp desc | limit 20", "status>=500"),
        ("fields @timestamp | filter path =~ /orders/ | stats count(*) by client", "path~orders"),
        ("filter status = 500 and client like /acme/", "status:500 client~acme"),
        ("@message like /time.?out/", "error_message~time.?out"),
        ("client like /a\\/b/i", "client~(?i)a/b"),
        ("client like \"Acme\" and status >= 500", "client:Acme status>=500"),
        ("client like \"Acme%\"", "client:Acme*"),
        ("filter client like \"acme\"", "client:acme"),
        ("filter client not like \"acme\"", "-client:acme"),
        ("filter ispresent(error_type)", "has:error_type"),
        ("fields @message | filter ispresent(client) | limit 5", "has:client"),
        ("{ $.status >= 500 && $.method = \"POST\" }", "status>=500 method=POST"),
        ("{ ($.status = 500) || ($.status = 502) }", "status:500 OR status:502"),
        ("client like 'acme%'", "client:acme*"),
    ]);
}

#[test]
fn stages_behind_a_filter() {
    means(&[
        ("status=404 | dedup client | table client path", "status:404"),
        ("status=404 | rex field=path \"/v2/(?<kind>[^/]+)\" | stats count by kind", "status:404"),
        ("status=404 | eval x=1 | fields client", "status:404"),
        ("status:500 | grep POST", "status:500 method:POST"),
        ("status:500 | grep -v 'timed out'", "status:500 -\"timed out\""),
        ("status=500 | eval x=1 | where client=\"acme\"", "status:500 client:=acme"),
        ("(status=500 OR status=502) | where client=\"acme\" | sort time", "status:500,502 client:=acme"),
    ]);
    // A name that a stage gives, a count, and what is left of many are none of a request's.
    for text in [
        "status=500 | eval client=1 | where client=\"acme\"",
        "status=500 | summarize count() by client | where client == \"acme\"",
        "status=500 | head 5 | where client=\"acme\"",
        "status=500 | rename kind as client | where client=\"acme\"",
    ] {
        assert_eq!(whole(text), "", "{text}");
    }
    // Words that are looked for are no stages.
    for text in ["client:acme | reverse", "timeout | render", "\"a | stats count\" status:500", "region~c | x ~m"] {
        assert!(!read(text).is_err_and(|error| error.to_string().contains("stages like")), "{text}");
    }
    let count = "“count” is searched as a word; leave it out to ask for what is behind it";
    assert_eq!(said("count status:500"), count);
    assert!(said("top 10 client").contains("“top” is searched as a word; reqscope facets counts by a field"));
}

#[test]
fn filters_of_jq_and_loki_in_a_frame() {
    means(&[
        ("limit(5; .[] | select(.status == 500))", "status:500"),
        ("first(select(.status == 500))", "status:500"),
        (".records | map(select(.status==500))", "status:500"),
        ("map(select(.status==500)) | length", "status:500"),
        ("[.[] | select(.status == 500)] | length", "status:500"),
        ("select(.status == (500,502))", "status:500,502"),
        ("{client=\"root\"} | json | __error__=\"\"", "client:=root"),
        ("{client=\"root\"} | line_format \"{{.x}}\" | status != 502", "client:=root -status:502"),
        ("{client=\"root\"} | unwrap duration", "client:=root"),
        ("{status=\"500\"} or {status=\"502\"}", "status:500,502"),
    ]);
    for text in ["{client=\"root\"} | line_format \"{{.x}}\" |= \"a\"", "map(select(.status==500)) | length | . > 5"] {
        assert_eq!(whole(text), "", "{text}");
    }
}

#[test]
fn times_that_functions_reckon() {
    means(&[
        ("time > DATE_SUB(NOW(), INTERVAL 2 DAY)", "time:2d"),
        ("time > dateadd(day,-2,getdate())", "time:2d"),
        ("time > datetime('now','-1 day')", "time:1d"),
        ("status=500 | where _time > relative_time(now(), \"-1d\")", "status:500 time:1d"),
        ("time BETWEEN '2026-11-20' AND '2026-11-21'", "time:2026-11-20..<2026-11-21"),
        ("timestamp between (datetime(2026-11-20) .. datetime(2026-11-21))", "time:2026-11-20..<2026-11-21"),
        ("time between 2026-11-20 and 2026-11-21", "time:2026-11-20..2026-11-21"),
    ]);
}

#[test]
fn a_proposal_with_words_of_another_language_is_none() {
    for text in [
        "_sourceCategory=api | where status=500",
        "where status = 500 and resultKind contains_any \"a\" and foo startswith \"b\"",
        "{ status >= 500 && $.method = \"POST\" }",
        "status==500 and exists(client) and foo=bar",
    ] {
        if let Err(error) = read(text) {
            assert_eq!(error.whole, None, "{text}");
        }
    }
    assert_eq!(whole("_sourceCategory=api | where status=500"), "");
}
