//! Values and names as other languages write them: what they are here, which must keep the same requests.

use crate::query::testing::{is_printed, read, refusal};

#[test]
fn a_backslash_in_quotes_takes_away_no_meaning() {
    is_printed(&[
        ("username:\"a\\:b\"", "client:a:b"),
        ("url.path:\"\\/metrics\"", "path:/metrics"),
        ("\"a\\-b c\"", "'\"a-b c\"'"),
        ("client:(a or \"b\\-c\")", "client:a,b-c"),
        ("client:\"a\\*b\"", "'client:\"a*b\"'"),
        ("client:K\\u00f6ln", "client:Köln"),
        ("\"K\\u00f6ln \\ud83d\\ude00\"", "'\"Köln 😀\"'"),
        ("client:\"a\\u0022b\"", "'client:\"a\\\"b\"'"),
        // What stands for itself, and what is a pattern.
        ("path:\"C:\\temp\\users\"", "'path:\"C:\\temp\\users\"'"),
        ("client:=\"a\\\\:b\"", "'client:=\"a\\x5c:b\"'"),
        ("path~\"^/a\\.b\\/c$\"", "'path~\"^/a\\.b\\/c$\"'"),
        ("client:a\\:b", "client:a:b"),
    ]);
}

#[test]
fn a_name_with_an_escaped_space_stands_in_quotes() {
    is_printed(&[
        ("cache\\ hit:true", "'\"attributes.cache hit\":true'"),
        ("-attributes.cache\\ hit:true status:404", "'-\"attributes.cache hit\":true' status:404"),
        ("Response\\ Code:404", "status:404"),
        ("has:cache\\ hit", "'has:\"attributes.cache hit\"'"),
        ("foo\\ bar", "'\"foo bar\"'"),
    ]);
}

#[test]
fn words_for_a_status_among_numbers() {
    is_printed(&[
        ("Status:Not Found", "'status_text:\"Not Found\"'"),
        ("-Status:Not Found client:acme", "'-status_text:\"Not Found\"' client:acme"),
        ("status = Internal Server Error and client:acme", "'status_text:=\"Internal Server Error\"' client:acme"),
        ("status:Not Found,Forbidden", "'status_text:\"Not Found\",Forbidden'"),
        ("status:5xx,Not-Found", "'(status:5xx OR status_text:\"Not Found\")'"),
        ("status:(500 or \"Not Found\")", "'(status:500 OR status_text:\"Not Found\")'"),
        ("status:(Not Found or >=500)", "'(status_text:\"Not Found\" OR status:500..)'"),
        ("status:(500 or failed)", "'(status:500 OR outcome:failure)'"),
        ("status!=500,OK", "'-(status:500 OR status_text:=OK)'"),
        ("status:(4xx -\"Not Found\")", "status:4xx '-status_text:\"Not Found\"'"),
        ("status:NotFound", "'status_text:\"Not Found\"'"),
        ("status:not 500", "-status:500"),
    ]);
    assert_eq!(
        refusal("status:>=500,OK"),
        "a comparison takes one value; what else may be is a term of its own: (status:>=… OR status…)"
    );
}

#[test]
fn times_that_are_reckoned_from_now() {
    let period = |text: &str| {
        let right = match read(text) {
            Ok(_) => text.to_owned(),
            Err(error) => error.whole.expect(text).into_string(),
        };
        let parsed = read(&right).expect(&right);
        assert!(parsed.filter.is_all(), "{text}");
        parsed.period.map(|period| period.to_string()).unwrap_or_default()
    };
    // Monday, 2026-11-23 12:01:22.
    for (text, right) in [
        ("time:now/d", "today"),
        ("@timestamp >= now-1d/d", "2026-11-22T00:00:00Z.."),
        ("@timestamp < now/d", "..2026-11-23T00:00:00Z"),
        ("@timestamp:[now-1d/d TO now/d}", "2026-11-22T00:00:00Z..2026-11-23T00:00:00Z"),
        ("@timestamp:[now-1M/M TO now-1M/M]", "2026-10-01T00:00:00Z..2026-11-01T00:00:00Z"),
        ("@timestamp:[now-1d TO now-1h]", "2026-11-22T12:01:22Z..2026-11-23T11:01:22.000001Z"),
        ("time>=now-1w/w", "2026-11-16T00:00:00Z.."),
        ("time>now-1w/w", "2026-11-23T00:00:00Z.."),
        ("time>=now-1h/h", "2026-11-23T11:00:00Z.."),
        ("time<now-90m", "..2026-11-23T10:31:22Z"),
        ("created:>@today-3d", "2026-11-21T00:00:00Z.."),
        ("created:@today-7d..@today", "2026-11-16T00:00:00Z..2026-11-24T00:00:00Z"),
        ("created:>=@today-1m", "2026-10-23T00:00:00Z.."),
        ("created:2026-11", "2026-11-01T00:00:00Z..2026-12-01T00:00:00Z"),
        ("created:>2026-11", "2026-12-01T00:00:00Z.."),
        ("created:<=2026-10", "..2026-11-01T00:00:00Z"),
        ("created:2025..2026-01", "2025-01-01T00:00:00Z..2026-02-01T00:00:00Z"),
        ("time:2026/11/20", "2026-11-20T00:00:00Z..2026-11-21T00:00:00Z"),
        ("time:2026-11-20..2026-11-01", "2026-11-01T00:00:00Z..2026-11-21T00:00:00Z"),
    ] {
        assert_eq!(period(text), right, "{text}");
    }
    is_printed(&[("-time>now-1h", "-time:2026-11-23T11:01:22.000001Z..")]);
    // How an hour ends cannot be said in a word.
    assert!(refusal("time>now-1h/h").starts_with("“now-1h/h” is no time; write time:24h"));
}

#[test]
fn addresses_and_networks() {
    is_printed(&[
        ("ip:10.1.0.0/255.255.0.0", "ip:10.1.0.0/16"),
        ("ip=10.1.2.3/255.255.0.0", "ip:10.1.0.0/16"),
        ("ip:10.1.0.0/0.0.255.255", "ip:10.1.0.0/16"),
        ("ip = '2001:DB8::2'", "ip:2001:db8::2"),
        ("request_ip != \"10.2.3.4\"", "-ip:10.2.3.4"),
        ("ip:=10.2.3.4", "ip:=10.2.3.4"),
        ("ip:=10.0.0.0/8", "ip:=10.0.0.0/8"),
        ("request_ip << '10.0.0.0/8'", "ip:10.0.0.0/8"),
        ("ip in 10.0.0.0/8", "ip:10.0.0.0/8"),
        ("ip::10.0.0.1", "ip:10.0.0.1"),
        ("ip:::1", "ip:::1"),
        ("request_ip!=10.*", "-ip:10.0.0.0/8"),
        ("-ip:\"\"", "has:ip"),
    ]);
    assert!(refusal("ip:10.1.0.0/255.0.255.0").starts_with("“10.1.0.0/255.0.255.0” is no network"));
}

#[test]
fn operators_that_are_none() {
    is_printed(&[
        ("status<<=500", "status:..500"),
        ("status>>500", "status:501.."),
        ("status=>=500", "status:500.."),
        ("status:=>500", "status:500.."),
        ("status::500", "status:500"),
        ("499<status", "status:500.."),
        ("-(500 <= status)", "-status:500.."),
        ("100<=duration<=1500", "duration:100ms..1500ms"),
        ("1s < duration < 2s client:acme", "'duration:>1s' 'duration:<2s' client:acme"),
        ("status :200 AND client =acme", "status:200 client:=acme"),
        ("status=*", "has:status"),
        ("NOT status=*", "status:none"),
        ("status:\"\"", "status:none"),
        ("duration:100...1500", "duration:100ms..1500ms"),
        ("attributes.bytes:10...1000", "attributes.bytes:10..1000"),
        ("gateway_code BETWEEN 4011 AND 4012", "gateway_code:=4011,4012"),
        ("gateway_code:\"4011..4012\"", "'gateway_code:\"4011..4012\"'"),
        ("client in acme", "client:=acme"),
        ("client in acme there", "client '\"in\"' acme there"),
        ("status not in 404", "-status:404"),
        ("status:500/502", "status:500,502"),
        ("status:4xx;5xx", "status:4xx,5xx"),
        ("client=acme&status=500&method=GET", "client:=acme status:500 method:=GET"),
        ("path=/a?x=1&status=5", "'path:=/a?x=1&status=5'"),
    ]);
    assert_eq!(refusal("duration><5"), "“><” is no operator here; comparisons are < <= > >=, and != leaves out");
    let notes = read("status:{600 TO 600}").expect("a range").notes;
    assert_eq!(notes, ["nothing is in status {600 TO 600}: the smaller end stands first"]);
}

/// In Splunk a star means any text in quotes as well; in SQL it means itself. Both are told.
#[test]
fn a_star_behind_an_equals_sign() {
    is_printed(&[
        ("request_path=\"/api/rest/*\" status=500", "'path:/api/rest/*' status:500"),
        ("client!=\"acme ltd*\"", "'-client:\"acme ltd\"*'"),
        ("client=acme*,b", "'(client:acme* OR client:=b)'"),
        ("username IN (\"acme*\", \"b\")", "'(client:acme* OR client:=b)'"),
        ("client:=\"acme*\"", "'client:=acme*'"),
        ("client:\"acme*\"", "'client:\"acme*\"'"),
    ]);
    assert_eq!(
        read("client=\"acme*\"").expect_err("a star").to_string(),
        "behind an equals sign a * means itself; write client:acme*, or client:=\"acme*\" for the sign itself"
    );
}

#[test]
fn whole_addresses() {
    is_printed(&[
        ("url:https://acme.com/orders?x=1", "host:=acme.com 'path:/orders?x=1'"),
        ("-url:https://acme.com/x", "'-(host:=acme.com path:/x)'"),
        ("url=\"https://acme.com/x\"", "host:=acme.com path:=/x"),
        ("url:https://u:p@acme.com:8443/x*#top", "host:=acme.com:8443,acme.com 'path:/x*'"),
        ("host:https://acme.com/", "host:=acme.com"),
        ("host:acme.com/orders", "host:=acme.com path:/orders"),
        ("path:=https://acme.com/x", "path:=https://acme.com/x"),
        ("user_agent:http://acme.com/bot", "user_agent:http://acme.com/bot"),
    ]);
    let parsed = read("https://acme.com/orders?x=1").expect("a word");
    assert_eq!(parsed.offers[0].term, "(host:=acme.com path:/orders?x=1)");
    let notes = read("path:\"https://acme.com/x\"").expect("a text").notes;
    assert_eq!(notes, ["“https://acme.com/x” is looked for in paths; (host:=acme.com path:/x) asks for host and path"]);
}

#[test]
fn names_inside_of_others() {
    is_printed(&[
        ("geo:{country:DE}", "attributes.geo.country:DE"),
        (
            "-attributes.geo:{ country:DE and not city:\"a b\" }",
            "'-(attributes.geo.country:DE -attributes.geo.city:\"a b\")'",
        ),
        ("user:{name:bob}", "client:bob"),
        ("attributes[\"region\"]:eu", "attributes.region:eu"),
        (".attributes['cache hit'] == true", "'\"attributes.cache hit\":=true'"),
        ("select(.[\"k8s.pod\"] == \"web-1\")", "attributes.k8s.pod:=web-1"),
        (".geo[\"country\"] == \"DE\"", "attributes.geo.country:=DE"),
        (".\"Gateway code\" == \"4011\"", "gateway_code:=4011"),
        ("attributes->>'region' IN ('a','b')", "attributes.region:=a,b"),
        ("attributes.\"cache hit\":yes", "'\"attributes.cache hit\":yes'"),
        ("@\"cache hit\":yes", "'\"attributes.cache hit\":yes'"),
        ("`cache hit` = 'yes'", "'\"attributes.cache hit\":=yes'"),
        ("[cache hit] = 'yes'", "'\"attributes.cache hit\":=yes'"),
        ("protocol:HTTP/1.1", "attributes.protocol:HTTP/1.1"),
        ("-protocol=\"HTTP/2.0\"", "-attributes.protocol:=HTTP/2.0"),
        ("protocol:sftp", "interface:sftp"),
    ]);
    assert!(refusal("attributes[\"region\"]").ends_with("attributes.region:eu, has:attributes.region"));
}

#[test]
fn expressions_of_mitmproxy_without_their_space() {
    is_printed(&[
        ("~c404&~mGET", "status:404 method:GET"),
        ("~d acme.com:8080", "'(host:acme.com:8080 OR host:=acme.com)'"),
        ("~hq \"Host: acme\"", "host:acme"),
        ("~user/x", "'\"~user/x\"'"),
    ]);
}

#[test]
fn words_in_quotes_are_terms_that_small_letters_join() {
    is_printed(&[
        ("\"a b\" or \"c d\" or \"e\"", "'(\"a b\" OR \"c d\" OR e)'"),
        ("\"a\" and \"b\"", "a b"),
        ("\"a\" or b", "'(a OR b)'"),
        ("not \"a\"", "not:a"),
        ("a or b", "'(a OR b)'"),
        ("\"rock\" \"and\" \"roll\"", "rock '\"and\"' roll"),
    ]);
}

#[test]
fn functions_around_a_field() {
    is_printed(&[
        ("COALESCE(client,'x') = 'acme'", "client:=acme"),
        ("coalesce(client, 'none') != 'none'", "has:client -client:=none"),
        ("floor(status/100) = 5", "status:5xx"),
        ("status/100 != 5", "-status:5xx"),
        ("CAST(status AS text) LIKE '5%'", "status:5xx"),
        ("status::text LIKE '5%'", "status:5xx"),
        ("lower(client) NOT LIKE '%etl partner%'", "'-client:*\"etl partner\"*'"),
        ("lower(client) in ('a.b', 'c')", "'client~\"(?i)^(a\\.b|c)$\"'"),
        ("strpos(user_agent, 'Fire') > 0", "user_agent:Fire"),
        ("LEFT(api_name, 7) = 'orders.'", "'endpoint:orders.*'"),
        ("substr(path,1,4) != '/api'", "'-path:/api*'"),
        ("regexp_matches(path, '^/a')", "'path~^/a'"),
        ("searchmatch(\"Fire fox\")", "'\"Fire fox\"'"),
        ("length(path) > 100", "'path~\"(?s)^.{101,}$\"'"),
        ("WHERE (status=200) AND (client=a)", "status:200 client:=a"),
        ("WHERE NOT (status=200)", "-status:200"),
        ("is:unsuccessful", "outcome:failure"),
        ("status!~\"404\"", "-status:404"),
    ]);
    for text in ["DATE(created_at) = '2026-11-20'", "created_at::date = '2026-11-20'", "time LIKE '2026-11-20%'"] {
        let whole = read(text).expect_err(text).whole;
        assert_eq!(whole.as_deref(), Some("time:2026-11-20"), "{text}");
    }
    for (text, message) in [
        ("status->200", "there is no field “status-”; an arrow is no operator: write status:… or status>…"),
        ("status % 100 = 4", "there are no sums here; write a value or a range: status:500..599"),
    ] {
        assert_eq!(refusal(text), message, "{text}");
    }
    assert_eq!(read("where is my key").expect("words").notes, [""; 0]);
}

#[test]
fn stages_of_jq_and_loki() {
    is_printed(&[
        ("select(.status == 404 | not)", "-status:404"),
        ("select((.status == 404 or .client == \"a\")|not)", "'-(status:404 OR client:=a)'"),
        ("select(.client|startswith(\"Acme\")|not)", "'-client:Acme*'"),
        ("select(.status==500 or (.interface==\"web\"|not))", "'(status:500 OR -interface:=web)'"),
        ("select(.status==500 and (.interface|IN(\"sftp\",\"web\")|not))", "status:500 -interface:=sftp,web"),
        (".[]|select(.status==500)|.request_id", "status:500"),
        ("select(.path|test(\"^/orders/\\\\d+$\"))", "'path~\"^/orders/\\d+$\"'"),
        ("| status=500", "status:500"),
        ("| status=~\"5..\" | client=~\"Acme.*\"", "status:5xx 'client~^Acme'"),
        ("| status >= 400 | status < 600 or client=\"a\"", "status:400.. '(status:..599 OR client:=a)'"),
        ("select(.error_type|length>0)", "has:error_type"),
        ("(.status/100|floor)==5", "status:5xx"),
        ("(.method|ascii_upcase)==\"POST\"", "'method~\"(?i)^POST$\"'"),
        ("select(.error_type // \"\"|startswith(\"x\"))", "'error_type:x*'"),
        ("inet(request_ip) <<= '10.0.0.0/8'", "ip:10.0.0.0/8"),
    ]);
    // Where only the end of a query is jq's.
    is_printed(&[("status:500 | not", "-status:500"), ("client:x | .id", "client:x")]);
    for text in ["status:500 | length", "status:500|length", "client:x | not status:500"] {
        assert_eq!(read(text).expect_err(text).whole, None, "{text}");
    }
    let text = "ifnull(client, host) = \"acme\" and status=500";
    assert_eq!(read(text).expect_err(text).whole, None);
}

#[test]
fn what_cannot_be_seen_or_pasted() {
    let whole = |text: &str| read(text).err().and_then(|error| error.whole);
    assert_eq!(whole("\u{feff}status:500 client:acme\u{200b}").as_deref(), Some("status:500 client:acme"));
    assert_eq!(whole("status:-404\tclient:\"a\tb\"").as_deref(), Some("-status:404 client:\"a\tb\""));
    assert_eq!(
        whole("client = 'ETL Partner' and .status==5").as_deref(),
        Some("client = \"ETL Partner\" and status==5")
    );
    assert_eq!(whole("client:\"it's\" status:-404").as_deref(), Some("client:\"it\\x27s\" -status:404"));
    is_printed(&[
        ("client=`acme`", "client:=acme"),
        ("path=~`/a/\\d+`", "'path~\"^/a/\\d+$\"'"),
        ("client:\"`a`\"", "'client:\"`a`\"'"),
        ("client LIKE '100!%%' ESCAPE '!'", "'client:100%*'"),
        ("client LIKE '100[%]%'", "'client:100%*'"),
        ("status:4-5xx", "status:400..599"),
        ("status:4xx or 5xx", "status:4xx,5xx"),
        ("client:a status=404 or 410", "client:a status:404,410"),
    ]);
}

#[test]
fn braces_around_a_range_are_no_group() {
    let filter = |text: &str| read(text).map(|parsed| parsed.filter);
    assert_eq!(filter("status:{400 TO 500}"), filter("status:401..499"));
    let time = "duration:100 @timestamp:{* TO 2026-11-19T06:30:00Z}";
    assert!(filter(time).is_ok(), "{:?}", filter(time));
}

#[test]
fn names_that_a_source_may_have_sent() {
    is_printed(&[
        ("level:error client:acme", "attributes.level:error client:acme"),
        ("@severity:warn", "attributes.severity:warn"),
        ("region:eu", "attributes.region:eu"),
        ("Tier : pro", "attributes.Tier:pro"),
        ("\"Response time\":>1000", "'duration:>1s'"),
        ("Response time > 30s Client: root", "'duration:>30s' client:root"),
        ("client:root response time:>30s", "client:root 'duration:>30s'"),
        ("src_ip=10.0.0.1", "ip:10.0.0.1"),
    ]);
    assert_eq!(
        refusal("clinets:acme"),
        "there is no field “clinets”; did you mean client, or attributes.clinets that a source sent?"
    );
}

#[test]
fn what_could_be_meant_in_another_way_is_said() {
    let sentences = |text: &str| read(text).expect(text).sentences().join("; ");
    assert_eq!(
        sentences("client:(partner gmbh)"),
        "of values side by side in parentheses one is enough; client:(a and b) wants both"
    );
    assert_eq!(sentences("client:(partner or gmbh)"), "");
    assert_eq!(
        sentences("attributes.bytes:10"),
        "attributes.bytes:10 is that number, or in a text that is none; attributes.bytes:*10* is in longer numbers too"
    );
    assert_eq!(
        sentences("attributes.trace:007"),
        "attributes.trace:007 is also in longer numbers; attributes.trace:=007 is that one alone"
    );
    let error = read("NOT success").expect_err("is refused");
    assert_eq!(error.whole.as_deref(), Some("success:false"));
}
