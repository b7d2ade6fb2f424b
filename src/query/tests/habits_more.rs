//! More habits of other tools and of the vendors: each is answered with the whole right query, or told.

use crate::query::testing::{means, read, said};

#[test]
fn moments_and_spans_of_kusto_and_splunk() {
    means(&[
        ("timestamp >= datetime(2026-11-20T12:00:00Z)", "time>=2026-11-20T12:00:00Z"),
        ("timestamp > datetime(\"2026-11-20 12:00:00\")", "time>2026-11-20T12:00:00"),
        ("timestamp >= datetime(2026-11-20)", "time>=2026-11-20"),
        ("timestamp > datetime(2026-11-20)", "time>2026-11-20T00:00"),
        ("timestamp <= datetime(2026-11-20) and status:500", "time<=2026-11-20T00:00 status:500"),
        ("where timestamp >= todatetime('2026-11-20')", "time>=2026-11-20"),
        ("where timestamp > startofday(now())", "time>=today"),
        (
            "status=500 earliest=\"11/20/2026:00:00:00\" latest=\"11/21/2026:00:00:00\"",
            "status:500 time>=2026-11-20T00:00:00 time<2026-11-21T00:00:00",
        ),
        ("duration>00:00:30", "duration>30s"),
        ("duration>PT5S", "duration>5s"),
        ("duration>=01:00:02.5", "duration>=1h2.5s"),
    ]);
    assert!(read("duration>00:xx:30").is_err());
}

#[test]
fn comments_and_orders_are_left_out() {
    means(&[
        ("status:500 -- both", "status:500"),
        ("status:500 --", "status:500"),
        ("status:500 # comment", "status:500"),
        ("/* errors */ status = 500", "status:500"),
        ("search \"timed out\"", "\"timed out\""),
        ("status:500 sort by duration desc", "status:500"),
        ("status:500 order by duration", "status:500"),
    ]);
    for text in ["search timeout", "\"a -- b\"", "path:/*/orders", "issue #5"] {
        assert!(read(text).map_or_else(|error| !error.to_string().contains("comment"), |_| true), "{text}");
    }
    assert!(read("search timeout").is_ok());
}

#[test]
fn patterns_and_operators_of_kusto() {
    means(&[
        ("path matches regex @\"^/v2/orders/\\d+$\"", "path~\"^/v2/orders/\\d+$\""),
        ("path matches regex @'^/v2'", "path~\"^/v2\""),
        ("path matches regex \"orders/\\\\d+$\"", "path~\"orders/\\d+$\""),
        ("WHERE 1=1 AND status = 500", "status:500"),
        ("1 = 1 and client = 'root'", "client:=root"),
        ("request: \"GET /v2/orders\"", "method:GET path:/v2/orders"),
        ("client contains_cs \"Acme\"", "client~Acme"),
        ("client startswith_cs \"acme\"", "client~^acme"),
        ("client endswith_cs \"acme.x\"", "client~\"acme\\.x$\""),
        ("client has_cs \"Maria\"", "client~Maria"),
        ("client notin (root)", "-client:=root"),
    ]);
}

#[test]
fn parameters_of_files_com() {
    means(&[
        ("filter[success]=false", "is:failed"),
        ("filter[response_code]=500", "status:500"),
        ("filter_gteq[created_at]=2026-11-20", "time>=2026-11-20"),
        ("filter_lt[created_at]=2026-11-20 filter_prefix[path]=/orders", "time<2026-11-20 path:/orders*"),
    ]);
}

#[test]
fn alternatives_inside_of_a_word() {
    means(&[
        ("client:svc-(import|export)-prod", "client:svc-import-prod,svc-export-prod"),
        ("client:svc-{import,export}-prod status:500", "client:svc-import-prod,svc-export-prod status:500"),
        ("path:/v2/(orders|invoices)", "path:/v2/orders,/v2/invoices"),
        ("path:/v2/{orders,invoices}", "path:/v2/orders,/v2/invoices"),
    ]);
    assert!(read("path:/v2/{id}").is_ok());
}

#[test]
fn zones_behind_times() {
    means(&[
        ("time>=2026-11-20T10:00 America/Los_Angeles", "time>=\"2026-11-20T10:00 America/Los_Angeles\""),
        ("time:2026-11-20 Europe/Berlin status:500", "time:\"2026-11-20 Europe/Berlin\" status:500"),
        ("time>=\"2026-11-20T10:00 CET\"", "time>=\"2026-11-20T10:00 Europe/Berlin\""),
        ("time>=\"2026-11-20T10:00 EEST\"", "time>=\"2026-11-20T10:00 Europe/Athens\""),
    ]);
    assert!(read("time>=2026-11-20 orders/export").is_ok());
}

#[test]
fn addresses_and_names_that_are_none() {
    means(&[("ip:10.1.2.0-255", "ip:10.1.2.0/24"), ("-ip:10.1.2.0-10.1.2.255", "-ip:10.1.2.0/24")]);
    assert_eq!(said("ip:localhost"), "“localhost” is no address: ip is compared with this very text");
    assert_eq!(said("ip:=localhost"), "");
    assert_eq!(said("error_type"), "“error_type” is searched as a word; has:error_type asks for the field");
    assert_eq!(
        said("attributes.cache.hit status:500"),
        "“attributes.cache.hit” is searched as a word; has:attributes.cache.hit asks for the field; with their fields: \
         has:attributes.cache.hit status:500"
    );
    assert_eq!(said("client:exists"), "client:exists looks for the word; has:client asks for any value");
    assert_eq!(said("\"error_type\""), "");
    assert_eq!(said("10.0.0.0/8"), "“10.0.0.0/8” is searched as a word; ip:10.0.0.0/8 asks for the field");
}

#[test]
fn a_space_beside_or_is_told() {
    for (text, sentence) in [
        (
            "status:500 OR status:502 client:root",
            "a space binds before OR: status:500 OR (status:502 client:root); (status:500 OR status:502) client:root is \
             the other reading",
        ),
        (
            "is:failed client:root OR status:404 OR timeout",
            "a space binds before OR: (is:failed client:root) OR status:404 OR timeout; is:failed (client:root OR \
             status:404 OR timeout) is the other reading",
        ),
        ("status:500 (client:a OR client:b) OR timeout", "a space binds before OR; parentheses say otherwise"),
        ("client:a OR status:500 AND method:GET", ""),
        ("client:a OR (status:500 method:GET)", ""),
        ("(client:a OR client:b) status:500", ""),
        ("client:a OR client:b", ""),
    ] {
        assert_eq!(said(text), sentence, "{text}");
    }
}

#[test]
fn quotes_and_functions_of_sql_are_put_right() {
    means(&[
        ("'Gateway code':4011", "gateway_code:4011"),
        ("'Status details':* status:500", "has:status_details status:500"),
        ("'status'='500'", "status:500"),
        ("'status' = 500 AND 'client' = 'acme'", "status:500 client:=acme"),
        ("'vip' = ANY(attributes.tags)", "attributes.tags:=vip"),
        ("status = 500 and 'vip' = any(tags)", "status:500 attributes.tags:=vip"),
        ("json_extract(attributes,'$.region') = 'eu-west-1'", "attributes.region:=eu-west-1"),
        ("JSON_VALUE(data, '$.status') >= 500", "status>=500"),
        ("\"Gatway code\":4041", "gateway_code:4041"),
        ("'status:500 method:GET'", "status:500 method:GET"),
    ]);
}

#[test]
fn sizes_numbers_and_brackets_are_put_right() {
    means(&[
        ("attributes.bytes>1 MB", "attributes.bytes>1000000"),
        ("attributes.bytes>100 Bytes", "attributes.bytes>100"),
        ("attributes.bytes>1 KB status:500", "attributes.bytes>1000 status:500"),
        ("attributes.bytes>1000 bytes", "attributes.bytes>1000"),
        ("attributes.bytes:1,000..5,000", "attributes.bytes:1000..5000"),
        ("user_id:1,000..20,000", "user_id:1000..20000"),
        ("attributes.bytes>1,000,000", "attributes.bytes>1000000"),
        ("@http.status_code:[500 TO 599", "status:[500 TO 599]"),
        ("status:[500 TO 599 method:GET", "status:[500 TO 599] method:GET"),
        ("duration:{1s TO 5s", "duration:{1s TO 5s}"),
    ]);
    let said = |text: &str| read(text).expect_err(text).to_string();
    assert_eq!(said("status:[500 TO"), "this [ is not closed");
    assert_eq!(
        said("\"Gateway code\":"),
        "Gateway code needs a value behind “:”; has:\"Gateway code\" finds what has any"
    );
    assert!(said("duration:~1s").ends_with("write duration:1s"), "{}", said("duration:~1s"));
    let offered = |text: &str| read(text).expect(text).offers.first().map(|offer| offer.term.clone());
    assert_eq!(offered("\"Gateway code\"").as_deref(), Some("has:gateway_code"));
    assert_eq!(offered("no response").as_deref(), Some("status:none"));
    assert_eq!(offered("\"path\""), None, "a word is no heading");
}
