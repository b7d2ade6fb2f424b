//! What is typed out of habit from other tools: understood, or answered with what to write instead.

use crate::query::testing::{print, read};

#[test]
fn what_can_mean_one_thing_only_is_understood() {
    let cases = [
        ("status:50?", "status:50x"),
        ("status:500..*", "status:500.."),
        ("status:*..499", "status:..499"),
        ("status<>502", "-status:502"),
        ("status===502", "status:502"),
        ("client:==etl", "client:=etl"),
        ("client:!=etl", "-client:=etl"),
        ("status:(NOT 500)", "-status:500"),
        ("status:(500 not 502)", "status:500 -status:502"),
        ("client:(etl AND NOT ltd)", "client:etl -client:ltd"),
        ("client:(+etl -ltd)", "client:etl -client:ltd"),
        ("client:(etl acme -ltd)", "client:etl,acme -client:ltd"),
        ("attributes.n:(-1 or 2)", "attributes.n:-1,2"),
        ("path:\\/orders", "path:/orders"),
        ("client:acme\\ ltd", "'client:\"acme ltd\"'"),
        ("client:star\\*", "'client:\"star*\"'"),
        ("error~(?i)timeout", "'error_message~\"(?i)timeout\"'"),
        ("path~^/orders/(a|b)$", "'path~\"^/orders/(a|b)$\"'"),
        ("client~a{1,2},b", "'client~\"a{1,2}\",b'"),
        ("\"attributes.user agent\":curl", "'\"attributes.user agent\":curl'"),
        ("has:\"attributes.a:b\"", "'has:\"attributes.a:b\"'"),
        ("(client:=not OR \"etl\")", "'(client:=not OR \"etl\")'"),
        ("client:=\"/?/\"", "'client:=\"/?/\"'"),
        ("client:\"acm?\"", "'client:\"acm?\"'"),
        ("client:\"a|b\",\"!c\",\"not\"", "'client:\"a|b\",\"!c\",\"not\"'"),
    ];
    for (text, canonical) in cases {
        assert_eq!(print(text), canonical, "{text}");
        assert_eq!(print(canonical), canonical, "{canonical} reads back");
    }
}

/// The whole of a query in another language, put right: what can be typed as it stands.
#[test]
fn what_is_told_can_be_typed() {
    let cases = [
        // mitmproxy
        ("~c 502", "status:502"),
        ("~m POST & !~u foo", "method:POST & !(host:*foo* OR path:*foo*)"),
        ("~m POST&! ~c 500", "method:POST&! status:500"),
        ("!(~c 500 | ~c 502) & ~d api", "!(status:500 | status:502) & host:api"),
        ("~m \"GET|POST\"", "method~\"(?i)GET|POST\""),
        ("~u ^/orders", "path~\"(?i)^/orders\""),
        ("~u 'a b'", "path:*\"a b\"*"),
        ("!~c 200", "!status:200"),
        ("~all", "*"),
        ("~e", "status:none"),
        ("~a & ~m GET", "path~\"[.](css|js|png|jpg|ico)($|[?])\" & method:GET"),
        (
            "~u acme.*users",
            "(host~\"(?i)acme.*users\" OR path~\"(?i)acme.*users\" OR host~\"(?i)acme\" path~\"(?i)users\")",
        ),
        // Kibana and Lucene
        ("not status:404", "NOT status:404"),
        ("timeout and status:502", "timeout AND status:502"),
        ("client:acm?", "client~\"(?i)^acm.$\""),
        ("id:ca3f??1*", "request_id~\"(?i)^ca3f..1.*$\""),
        ("client:acme~2 status:500^3", "client:acme status:500"),
        ("timeout~ reset^2", "timeout reset"),
        ("\"connection reset\"~0", "\"connection reset\""),
        ("client:\"Acme Ltd\"^3", "client:\"Acme Ltd\""),
        ("client:/a.me/", "client~^a.me$"),
        ("path:/^\\/v1\\/(a|b)/", "path~\"^/v1/(a|b)\""),
        ("*:timeout", "timeout"),
        ("client.keyword:acme", "client:=acme"),
        ("client.keyword:ac*", "client:ac*"),
        ("status:[500-599]", "status:500..599"),
        ("@timestamp:[now-1h TO now]", "time:1h"),
        ("@timestamp >= now-15m", "time:15m"),
        ("status:!500", "-status:500"),
        ("client:NOT acme", "-client:acme"),
        // Datadog
        ("-env:prod @region:eu", "-attributes.env:prod attributes.region:eu"),
        ("_exists_:@region", "_exists_:attributes.region"),
        ("CIDR(@network.client.ip,10.0.0.0/8)", "ip:10.0.0.0/8"),
        // GitHub
        ("author:acme created:>2026-11-03", "client:acme created:>2026-11-03"),
        ("no:author", "no:client"),
        ("not(status=200)", "NOT (status=200)"),
        ("is:5xx", "status:5xx"),
        ("is:get", "method:GET"),
        ("state:failed", "is:failed"),
        ("since:2026-11-01", "time>=2026-11-01"),
        // SQL, jq, Loki, Splunk
        ("status NOT IN (500, 502)", "-status:500,502"),
        ("client in ('acme', 'a b')", "client:=acme,\"a b\""),
        ("client NOT LIKE 'acme%'", "-client:acme*"),
        ("status between 500 and 599", "status:500..599"),
        ("client is not null", "has:client"),
        ("client is acme and status:500", "client:acme and status:500"),
        ("where .status == 500", "status == 500"),
        ("{client=\"acme\", method!=\"GET\"} |= \"timeout\"", "client:=acme -method:=GET timeout"),
        ("client=acme*", "client:acme*"),
        ("status=500;", "status=500"),
        // Slips
        ("staus:500 cleint:acme", "status:500 client:acme"),
        ("status:500;client:acme", "status:500 client:acme"),
        ("client:acme||status:500", "client:acme OR status:500"),
        ("client:acme|etl", "client:acme,etl"),
        ("timeout|reset", "(timeout OR reset)"),
        ("duration>1 s", "duration>1s"),
        ("client:“Acme Ltd”", "client:\"Acme Ltd\""),
        ("–status:500", "-status:500"),
        ("status：500", "status:500"),
        ("status≥500", "status>=500"),
        ("- status:500", "-status:500"),
    ];
    let whole = |text: &str| read(text).err().and_then(|error| error.whole);
    let wrong: Vec<_> = cases.iter().map(|(text, right)| (text, whole(text), right)).collect();
    let wrong: Vec<_> = wrong.iter().filter(|(_, whole, right)| whole.as_deref() != Some(**right)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (_, right) in cases {
        read(right).expect(right);
    }
}

#[test]
fn a_pattern_that_no_path_begins_with_is_said() {
    let problem = read("path:users/*").expect_err("of no path");
    assert_eq!(problem.hint.as_deref(), Some("write */users/*, or /users/* for what begins so"));
    let parsed = read("path:\"users/\"*").expect("as it is printed");
    let note = "a pattern is the whole path, which begins with /; path:*/users/* is behind other parts, too";
    assert_eq!(parsed.notes, [note]);
    assert_eq!(read("path:/users/*,*/users").expect("it runs").notes, [""; 0]);
}

#[test]
fn patterns_of_statuses_and_moments_of_kibana_are_put_right() {
    let cases = [
        ("status:/[45]0[0-2]/", "status:400,401,402,500,501,502"),
        ("status~^[45]0[01]$", "status:400,401,500,501"),
        ("@timestamp >= \"Nov 28, 2026 @ 18:00:00.000\"", "@timestamp >= 2026-11-28T18:00:00"),
        ("~u ^https://acme.com/login", "(path:*https://acme.com/login* OR host:=acme.com path:/login*)"),
    ];
    for (text, whole) in cases {
        let problem = read(text).expect_err(text);
        assert_eq!(problem.whole.as_deref(), Some(whole), "{text}");
    }
}

#[test]
fn a_sign_for_a_digit_of_a_day_is_not_left_out() {
    let problem = read("@timestamp:2026-11-2?").expect_err("that is no time");
    assert_eq!(problem.whole.as_deref(), Some("@timestamp:2026-11-20..2026-11-29"), "{problem}");
}

/// Mistakes whose remedy is not sure are pointed at all the same.
#[test]
fn what_may_be_meant_is_told() {
    let cases = [
        ("~b timeout", "“~b” is mitmproxy's; write error_message:timeout (bodies are not logged)"),
        ("~c:500", "“~c” is mitmproxy's; write status:500"),
        ("~h \"X-Request-ID: 4f2d\"", "“~h” is mitmproxy's; write request_id~\"(?i)4f2d\""),
        (r#"~u "quoted\"\.txt""#, r#"“~u” is mitmproxy's; write path~"(?i)quoted\"\.txt""#),
        (
            "@http.url_details.queryString.day:2026-11-23",
            "there is no field “@http.url_details.queryString.day”; write path~\"[?&]day=2026-11-23(&|$)\", or \
             attributes.http.url_details.queryString.day for what a source sent",
        ),
        ("~c !200", "“~c” is mitmproxy's; write -status:200"),
        (
            "~u (orders|users)",
            "“~u” is mitmproxy's; write (host~\"(?i)(orders|users)\" OR path~\"(?i)(orders|users)\")",
        ),
        ("~src 10.0.0.0/8", "“~src” is mitmproxy's; write ip:10.0.0.0/8"),
        ("~m POST,PUT", "“~m” is mitmproxy's; write method:POST,PUT"),
        ("~C 500", "“~C” is mitmproxy's; write status:500"),
        ("ip:{10.0.0.7 TO 10.0.0.16}", "addresses have networks, not ranges; write ip:10.0.0.8/29"),
        ("ip:{10.0.0.7 TO 10.0.0.15]", "addresses have networks, not ranges; write ip:10.0.0.8/29"),
        ("ip:[10.0.0.9 TO 10.0.0.8]", "addresses have networks, not ranges; write ip:10.0.0.8/31"),
        ("~marked", "“~marked” is mitmproxy's; requests carry no marks; id:@FILE takes a list of them"),
        ("~x", "“~x” has no field; a regular expression stands behind one: path~x; a text stands in double quotes"),
        (
            "/time.*out/",
            "a path is read between slashes, not a regular expression; write path~\"time.*out\" or error_message~\"time.*out\"",
        ),
        ("region:eu", "there is no field “region”; did you mean reason, or attributes.region that a source sent?"),
        ("attributes:region", "there is no field “attributes”; write its name behind a dot: attributes.region:eu"),
        (
            "status:[500,599]",
            "values stand side by side, with commas; write 500,599 for one of them, 500..599 for all between",
        ),
        ("duration>1,5s", "a comma stands between values, a point in a number; write 1.5s"),
        ("ip:10.0.0", "“10.0.0” is no address; write ip:10.0.0.*"),
        ("ip:10.0.0.256", "“10.0.0.256” is no address; write ip:10.0.0.1, or ip:=10.0.0.256 for this very text"),
        ("status~^5", "status holds no text to match; write status:5xx"),
        (
            "status:500 | stats count",
            "a query has no stages like “| stats”; it only says which requests are meant: facets, timeline and summary count them, -n and --sort choose",
        ),
        (
            "status:500 order by time",
            "“order” cannot stand here; it is no part of a query: --sort orders, reqscope facets counts by a field",
        ),
        (
            "client:(acme or not etl)",
            "“or” cannot be mixed with “and” and “not” among values; write (client:a OR client:b) client:c, or (client:a OR -client:b)",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).expect_err(text).to_string(), expected, "{text}");
    }
    // Prose goes on where an operator would end.
    assert_eq!(print("host is unreachable there"), "host '\"is\"' unreachable there");
}

#[test]
fn a_word_that_is_repeated_without_end_takes_no_stack() {
    let read = || {
        for piece in ["not ", "is not ", "not is "] {
            let text = format!("status is {}", piece.repeat(3_000));
            assert!(read(&text).is_err(), "{piece}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(read).expect("a thread");
    thread.join().expect("reads to the end");
}

#[test]
fn mitmproxys_expressions_without_a_right_one_say_why() {
    for (text, said) in [
        ("~hs x", "write has:attributes.NAME"),
        ("~meta x", "write attributes.NAME"),
        ("~comment x", "carry no comments"),
        ("~u \\.js(on)?$ & ~m GET", "parentheses stands in double quotes"),
    ] {
        let refusal = crate::query::testing::refusal(text);
        assert!(refusal.contains(said), "{text}: {refusal}");
    }
}
