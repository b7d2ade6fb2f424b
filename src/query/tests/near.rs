//! What other places have and nothing here is: words near each other, sizes of attributes, commands around a query.

use crate::query::testing::{means, read, refusal, said};

#[test]
fn words_near_each_other() {
    assert_eq!(
        refusal("\"connection reset\"~5"),
        "words are found side by side or each for itself, not near each other; write \"connection\" \"reset\" for all of \
         them anywhere, \"connection reset\" for the text"
    );
    assert_eq!(
        refusal("error_message:\"connection refused\"~2"),
        "words are found side by side or each for itself, not near each other; write error_message:(\"connection\" and \
         \"refused\") for all of them anywhere, \"connection refused\" for the text"
    );
    means(&[
        ("error_message:\"connection refused\"~0", "error_message:\"connection refused\""),
        ("error_message:\"refused\"~2", "error_message:refused"),
    ]);
}

#[test]
fn sizes_and_thousands_of_attributes() {
    means(&[
        ("attributes.bytes_sent>1MB", "attributes.bytes_sent>1000000"),
        ("attributes.bytes_sent:1k..1M", "attributes.bytes_sent:1000..1000000"),
        ("attributes.bytes_sent:1kB..", "attributes.bytes_sent:1000.."),
        ("attributes.bytes_sent>=1.5k", "attributes.bytes_sent>=1500"),
        ("attributes.attempts>1_000_000", "attributes.attempts>1000000"),
        ("attributes.attempts:1_000..2_000", "attributes.attempts:1000..2000"),
        ("attributes.bytes_sent>1024*1024", "attributes.bytes_sent>1048576"),
        ("attributes.bytes_sent < 2 * 1024", "attributes.bytes_sent<2048"),
    ]);
    assert_eq!(
        refusal("attributes.seen>1MB"),
        "“1MB” is no number; what a source sent has no unit: write attributes.seen>1000000 for bytes"
    );
    for text in ["attributes.model:1k", "attributes.model:v1..v2", "attributes.model:1_000", "attributes.path:a*b"] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn a_pattern_for_the_beginning_of_a_path() {
    means(&[("^/labels", "path~\"^/labels\""), ("^/v1/a.*b$ status:500", "path~\"^/v1/a.*b$\" status:500")]);
    assert!(read("\"^/labels\"").is_ok());
}

#[test]
fn commands_that_search_in_files() {
    means(&[
        ("grep \"timed out\" access.log", "\"timed out\""),
        ("grep -i timeout", "timeout"),
        ("grep -in timeout logs/access.log", "timeout"),
        ("grep -v timeout", "-timeout"),
        ("grep -v \"timed out\" access.log", "-\"timed out\""),
        ("zgrep -c refused access.log.gz", "refused"),
        ("rg timeout access.log", "timeout"),
    ]);
    for text in ["grep -E \"timed|refused\" access.log", "grep -A 3 timeout access.log", "grep ti.*t access.log"] {
        refusal(text);
    }
    for text in ["grep", "grep timeout", "a grep -i tool"] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn states_and_codes_in_words() {
    means(&[
        ("status code 404", "status:404"),
        ("status code 5xx method:GET", "status:5xx method:GET"),
        ("http status 404", "status:404"),
        ("not failed", "-is:failed"),
        ("is not failed", "-is:failed"),
        ("not failed status:200", "-is:failed status:200"),
    ]);
    assert!(read("failed with status code 404").is_ok());
}

#[test]
fn queries_in_an_address_of_kibana() {
    means(&[
        ("query:(language:kuery,query:'status:500 and method:POST')", "status:500 method:POST"),
        ("(query:(language:lucene,query:'status:500'))", "status:500"),
        ("_a=(filters:!(),query:(language:kuery,query:'status:500'))", "status:500"),
        ("query:(language:kuery,query:'client:\"O!'Hara\"')", "client:\"O'Hara\""),
        ("query:(language:kuery,query:'status%3A500')", "status:500"),
        (
            "https://kibana/app/discover#/?_g=(time:(from:now-24h,to:now))&_a=(query:(language:kuery,query:'status:500'))",
            "status:500 time:2026-11-22T12:01:22Z..2026-11-23T12:01:22Z",
        ),
        (
            "_g=(time:(from:'2026-11-20T08:30:00.000Z',to:'2026-11-20T09:30:00.000Z'))&_a=(query:(language:kuery,\
             query:'status:500 or method:POST'))",
            "(status:500 OR method:POST) time:2026-11-20T08:30:00.000Z..2026-11-20T09:30:00.000Z",
        ),
    ]);
    refusal("_a=(filters:!((meta:(key:status))),query:(language:kuery,query:'status:500'))");
}

#[test]
fn queries_of_elasticsearch() {
    means(&[
        ("{\"match_phrase\":{\"user.name\":\"guest\"}}", "client:\"guest\""),
        ("{\"query\":{\"match_phrase\":{\"error.message\":{\"query\":\"timed out\"}}}}", "error_message:\"timed out\""),
        ("{\"range\":{\"status\":{\"gte\":500,\"lt\":600}}}", "status>=500 status<600"),
        ("{\"query\": {\"match\": {\"status\": 500}}}", "status:500"),
        ("{\"term\":{\"client\":\"guest\"}}", "client:=guest"),
        ("{\"exists\":{\"field\":\"client\"}}", "has:client"),
        (
            "{\"bool\":{\"filter\":[{\"term\":{\"status\":500}}],\"must_not\":[{\"exists\":{\"field\":\"client\"}}]}}",
            "status:500 no:client",
        ),
        (
            "{\"bool\":{\"should\":[{\"term\":{\"status\":500}},{\"match_phrase\":{\"client\":\"guest\"}}]}}",
            "(status:500 OR client:guest)",
        ),
    ]);
    for text in ["{\"match\":{\"error_message\":\"timed out\"}}", "{\"range\":{\"status\":{\"from\":500}}}"] {
        refusal(text);
    }
}

#[test]
fn points_in_time_and_ends_of_ranges() {
    assert_eq!(
        refusal("time:\"2 days ago\""),
        "this is a point in time and no period; write time>=\"2 days ago\" for what is since then, time<\"2 days ago\" for \
         what was before"
    );
    for text in ["time>=\"2 days ago\"", "time:\"2h ago..now\"", "time:\"last 3 days\""] {
        assert!(read(text).is_ok(), "{text}");
    }
    assert_eq!(
        said("created:2026-11-20T08:30:00Z..2026-11-20T09:30:00Z"),
        "2026-11-20T09:30:00Z itself is left out; time<=2026-11-20T09:30:00Z takes it in"
    );
    assert_eq!(said("created:2026-11-20..2026-11-21"), "");
}

#[test]
fn lists_texts_and_joins_of_other_places() {
    means(&[("status:[\"500\",\"502\"]", "status:500,502")]);
    assert_eq!(
        refusal("error_message:(timeout OR Label not found: A4)"),
        "a text with spaces stands in double quotes; write each text of the group in its own"
    );
    assert_eq!(
        refusal("status:500 XOR method:POST"),
        "there is no XOR here; write (A -B) OR (B -A), or \"XOR\" to search for the word"
    );
    for text in ["XOR cipher", "bad XOR key"] {
        assert!(read(text).is_ok(), "{text}");
    }
}
