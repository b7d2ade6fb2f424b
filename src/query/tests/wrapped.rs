//! Queries with something around them, as they are copied.

use crate::query::testing::{means, read};

#[test]
fn what_stands_around_a_query_is_left_out() {
    means(&[
        ("filter[request_method]=DELETE&filter[success]=false", "method:=DELETE is:failed"),
        ("filter[success]=false&filter[interface]=sftp", "is:failed interface:=sftp"),
        ("filter_gt[created_at]=2026-11-20&filter_lt[created_at]=2026-11-22", "time>2026-11-20T00:00 time<2026-11-22"),
        ("filter_lteq[created_at]=2026-11-20", "time<=2026-11-20T00:00"),
        ("?filter[interface]=sftp&per_page=100", "interface:=sftp"),
        ("?filter[interface]=web", "interface:=web"),
        ("--filter interface=sftp --filter-gteq created_at=2026-11-20", "interface:=sftp time>=2026-11-20"),
        ("--filter-by request_path=*/reports/*", "path:*/reports/*"),
        ("--filter=interface=sftp", "interface:=sftp"),
        (
            "files-cli api-request-logs list --filter request_method=DELETE --filter=interface=dav",
            "method:=DELETE interface:=dav",
        ),
        ("api-request-logs list --filter-by interface=dav", "interface:=dav"),
        ("--status 500 --client root", "status:500 client:root"),
        ("`status:500 method:GET`", "status:500 method:GET"),
        ("```status:500```", "status:500"),
        ("status%3A500%20method%3AGET", "status:500 method:GET"),
        ("/logs?query=status%3A500%20%40http.method%3AGET&from=1", "status:500 method:GET"),
        ("reqscope 'client:=\"Acme Ltd\"' 'status:5xx'", "client:=\"Acme Ltd\" status:5xx"),
        ("reqscope search -q 'status:500' -q 'client:root'", "status:500 client:root"),
        ("reqscope facets client -q status:500", "status:500"),
        (
            "logs(\"service:billing status:500\").index(\"*\").rollup(\"count\").last(\"5m\") > 100",
            "service:billing status:500",
        ),
        ("KQL: status: 500", "status:500"),
        ("1. status:500 method:GET", "status:500 method:GET"),
        ("query: status:500 method:GET", "status:500 method:GET"),
        ("q=status:500 method:GET", "status:500 method:GET"),
    ]);
    for text in ["--verbose status:500", "--filter interface"] {
        let error = read(text).expect_err(text);
        assert_eq!(error.whole, None, "{text}");
        assert!(error.to_string().contains("options of a command are no part of a query"), "{error}");
    }
    for text in ["`connection reset`", "path:/folders/%C3%BCser", "query failed", "-client:acme"] {
        let found = read(text);
        let around = found.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(!around.contains("stand around") && !around.contains("address"), "{text}: {around}");
    }
}

#[test]
fn a_query_in_double_quotes_is_offered_as_it_is() {
    let offered = |text: &str| read(text).expect(text).offers.first().map(|offer| offer.term.clone());
    assert_eq!(offered("\"status:500 method:GET\"").as_deref(), Some("status:500 method:GET"));
    assert_eq!(offered("\"client: acme\""), Some("client: acme".into()));
    assert_eq!(offered("Date/Time:2026"), None, "no id has such signs");
}

#[test]
fn what_is_joined_in_a_proposal_is_told() {
    let error = read("stauts:404 method:GET method:POST").expect_err("a slip");
    assert_eq!(error.whole.as_deref(), Some("status:404 method:GET,POST"));
    assert!(error.to_string().contains("method:GET leaves nothing for it: no request has both"), "{error}");
    let error = read("not status: 200 and not status: 404").expect_err("small words");
    assert!(!error.to_string().contains("leaves nothing"), "they are not joined: {error}");
    let error = read("method:GET method:POST").expect_err("never both");
    assert_eq!(error.to_string().matches("leaves nothing").count(), 1, "{error}");
}

#[test]
fn nothing_is_proposed_with_an_open_end() {
    for text in ["user.name: root and not", "status:500 and not", "status: 500 and client: acme or not"] {
        let whole = read(text).expect_err(text).whole;
        assert!(whole.as_deref().is_none_or(|whole| !whole.ends_with("not")), "{text}: {whole:?}");
    }
}
