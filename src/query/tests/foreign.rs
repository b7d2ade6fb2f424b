//! SQL, jq, Splunk and Loki: a query and what it means, written in our own language; or that it is refused and
//! nothing is proposed. Nothing of theirs is ever left in a proposal as words.

use crate::query::testing::{means, read};

/// Each query is refused, and nothing is proposed that could mean something else.
fn refuses(cases: &[&str]) {
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|text| match read(text) {
            Ok(parsed) => Some((text, parsed.filter.to_string())),
            Err(error) => error.whole.map(|whole| (text, format!("whole: {whole}"))),
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    for text in cases {
        assert!(read(text).expect_err(text).hint.is_some(), "{text} is told the right spelling");
    }
}

#[test]
fn a_pipe_of_jq_binds_weakest() {
    means(&[
        ("select(.status == 404 | not)", "-status:404"),
        ("select((.status == 404)|not)", "-status:404"),
        ("select(.duration_ms > 1500 | not)", "-duration>1500ms"),
        ("select(.client|startswith(\"Acme\")|not)", "-client:Acme*"),
        ("select(.success|not)", "is:failed"),
        ("select(.status==500 or (.interface==\"web\"|not))", "(status:500 OR -interface:=web)"),
        ("select(.status==500 or .interface==\"web\"|not)", "-(status:500 OR interface:=web)"),
        ("select(.status==500 and (.interface|IN(\"sftp\",\"web\")|not))", "status:500 -interface:=sftp,web"),
        (
            "select(.error_type and (.error_type|startswith(\"rate-limited\")|not))",
            "has:error_type -error_type:rate-limited*",
        ),
        ("select(.error_type // \"\"|startswith(\"not-found\"))", "error_type:not-found*"),
        ("select(.error_type // \"\"|startswith(\"\"))", "(no:error_type OR has:error_type)"),
        (".status == 500 and .interface == \"web\" or .success", "((status:500 interface:=web) OR is:success)"),
        ("select(.status == 500 and (.client == \"a\" or .client == \"b\"))", "status:500 client:=a,b"),
    ]);
}

#[test]
fn functions_of_jq() {
    means(&[
        ("select(.request_path|test(\"^/orders/\\\\d+$\"))", "path~\"^/orders/\\d+$\""),
        ("select(.request_path|test(\"^/orders/\\d+$\"))", "path~\"^/orders/\\d+$\""),
        ("select(.request_ip|test(\"^10\\\\.\"))", "ip:10.0.0.0/8"),
        ("select(.request_ip|startswith(\"10.2.\"))", "ip:10.2.0.0/16"),
        ("select(.request_ip|startswith(\"10.2\"))", "ip:10.2*"),
        ("select(.client|test(\"acme\";\"i\"))", "client~\"(?i)acme\""),
        ("select(.client|ascii_downcase|contains(\"etl\"))", "client:etl"),
        ("select(.client|ascii_downcase == \"etl\")", "client~\"(?i)^etl$\""),
        ("select(.status|tostring|startswith(\"5\"))", "status:5xx"),
        ("select(.status|tostring|test(\"^5\"))", "status:5xx"),
        ("select((.status/100|floor)==5)", "status:5xx"),
        ("(.status/100|floor)==5", "status:5xx"),
        ("select(.duration_ms/1000 > 5)", "duration>5000ms"),
        ("select(.error_type|length>0)", "has:error_type"),
        ("select(.error_type|length==0)", "no:error_type"),
        ("select(.client|length==3)", "client~\"(?s)^.{3,3}$\""),
        ("select((.user_agent|index(\"Firefox\")) != null)", "user_agent:Firefox"),
        ("select(.user_agent|contains(\"Fire fox\"))", "user_agent:*\"Fire fox\"*"),
        ("select(.status|IN(500,502))", "status:500,502"),
    ]);
    refuses(&[
        "select(.tags|length==0)",
        "select(.status as $s | $s == 500)",
        "select(.client|ascii)",
        "select(.status + 1 == 501)",
        "[.[]|select(.status==500)]|length|. > 5",
        "select(.created_at|fromdate > 5)",
        "select(.status == 404 | nott",
        "select(.status == .user_id)",
        ".[0:5]",
        "select(.status==500)|not",
        "map(.status)",
    ]);
}

#[test]
fn paths_values_and_stages_of_jq() {
    means(&[
        (".[]|select(.status==500)|.request_id", "status:500"),
        (".[] | select(.status==500) | {request_id, status}", "status:500"),
        ("select(.status==500) | [.request_id, .status] | @csv", "status:500"),
        ("map(select(.status == 500))", "status:500"),
        ("[.[] | select(.status == 500)]", "status:500"),
        ("jq -c 'select(.status == 500)' api.jsonl", "status:500"),
        (".[\"k8s.pod\"]==\"web-1\"", "attributes.k8s.pod:=web-1"),
        (".[\"cache hit\"] == \"yes\"", "\"attributes.cache hit\":=yes"),
        ("select(.\"Gateway code\" == \"4011\")", "gateway_code:=4011"),
        ("select(.geo.country == \"de\")", "attributes.geo.country:=de"),
        ("select(.geo[\"country\"] == \"de\")", "attributes.geo.country:=de"),
        ("select(.attributes[\"cache hit\"] == \"yes\")", "\"attributes.cache hit\":=yes"),
        ("select(.client == null)", "no:client"),
        ("select(.client != null and .client != \"\")", "has:client"),
        ("select(.success == false)", "is:failed"),
        ("select(.user_is_from_parent_site)", "from_parent_site:true"),
        ("select(500 <= .status)", "status>=500"),
        ("select(.duration_ms>=5e3)", "duration>=5000ms"),
        ("select(.username == 'ETL Partner')", "client:=\"ETL Partner\""),
        ("select(.request_ip == \"10.2.3.4\")", "ip:10.2.3.4"),
        ("select(.created_at > \"2026-11-28\")", "time>=2026-11-28"),
        ("select(.created_at <= \"2026-11-28\")", "time<2026-11-28"),
        ("select(.created_at|startswith(\"2026-11-20\"))", "time:2026-11-20"),
        ("select(.created_at|startswith(\"2026-11-20T14\"))", "time>=2026-11-20T14:00 time<2026-11-20T15:00"),
        ("select(.created_at[0:10] == \"2026-11-20\")", "time:2026-11-20"),
        ("status:500 | select(.client == \"acme\" | not)", "status:500 -client:=acme"),
    ]);
    means(&[(".env", ".env"), (".env | .git", "(.env OR .git)")]);
}

#[test]
fn functions_of_sql() {
    means(&[
        ("lower(client) LIKE '%etl partner%'", "client:*\"etl partner\"*"),
        ("lower(request_path) LIKE '/orders%'", "path:/orders*"),
        ("LOWER(client) = 'acme'", "client~\"(?i)^acme$\""),
        ("upper(client) IN ('A','B')", "client~\"(?i)^(A|B)$\""),
        ("NOT lower(client) = 'acme'", "-client~\"(?i)^acme$\""),
        ("floor(status/100)=5", "status:5xx"),
        ("status/100 = 5", "status:5xx"),
        ("status / 100 IN (4,5)", "status:4xx,5xx"),
        ("coalesce(status,0)=0", "status:none"),
        ("COALESCE(status, 0) = 500", "status:500"),
        ("coalesce(client,'') <> 'acme'", "-client:=acme"),
        ("coalesce(client,'acme') <> 'acme'", "has:client -client:=acme"),
        ("coalesce(duration_ms, 0) < 100", "(no:duration OR duration<100ms)"),
        ("strpos(user_agent,'Firefox')>0", "user_agent:Firefox"),
        ("INSTR(user_agent, 'Firefox') = 0", "-user_agent:Firefox"),
        ("position('Firefox' in user_agent) > 0", "user_agent:Firefox"),
        ("CHARINDEX('Firefox', user_agent) > 0", "user_agent:Firefox"),
        ("regexp_matches(request_path,'^/orders/\\d+')", "path~\"^/orders/\\d+\""),
        ("regexp_like(client, '^acme', 'i')", "client~\"(?i)^acme\""),
        ("LEFT(api_name,7)='orders.'", "endpoint:orders.*"),
        ("substring(api_name, 1, 7) = 'orders.'", "endpoint:orders.*"),
        ("date_trunc('day',created_at)='2026-11-20'", "time:2026-11-20"),
        ("date_trunc('month',created_at)='2026-11-01'", "time>=2026-11-01 time<2026-12-01"),
        ("date_trunc('hour',created_at)='2026-11-20 14:00:00'", "time>=2026-11-20T14:00 time<2026-11-20T15:00"),
        ("DATE(created_at) = '2026-11-20'", "time:2026-11-20"),
        ("DATE(created_at) >= '2026-11-20' AND status = 500", "time>=2026-11-20 status:500"),
        ("created_at::date = '2026-11-20'", "time:2026-11-20"),
        ("CAST(created_at AS DATE) = DATE '2026-11-20'", "time:2026-11-20"),
        ("created_at LIKE '2026-11-20%'", "time:2026-11-20"),
        ("length(error_message) > 0", "has:error_message"),
        ("request_ip << '10.0.0.0/8'", "ip:10.0.0.0/8"),
        ("inet(request_ip) <<= '10.0.0.0/8'", "ip:10.0.0.0/8"),
        ("DATE(created_at) = CURRENT_DATE", "time:today"),
        ("lower(geo.country) = 'de'", "attributes.geo.country~\"(?i)^de$\""),
        ("CAST(bytes AS int) > 1000", "attributes.bytes>1000"),
        ("bytes::int > 1000", "attributes.bytes>1000"),
        ("created_at >= TIMESTAMP '2026-11-25 12:00:00'", "time>=2026-11-25T12:00:00"),
        ("request_ip::inet << '10.0.0.0/8'::inet", "ip:10.0.0.0/8"),
        ("lower(client) = 'acme' AND status IN (500, 502)", "client~\"(?i)^acme$\" status:500,502"),
        ("status = 500 OR DATE(created_at) = '2026-11-20'", "(status:500 OR time:2026-11-20)"),
    ]);
    refuses(&[
        "round(duration_ms/1000) = 5",
        "extract(hour from created_at) = 5",
        "trim(client) = 'acme' AND status = 500",
        "lower(client) || 'x' = 'acme'",
        "foo(status) = 5",
        "lower(client) < 'b'",
    ]);
    // Words that are looked for.
    means(&[("api/2", "api/2"), ("foo(bar)", "\"foo(bar)\""), ("date night", "date night")]);
}

#[test]
fn conditions_of_sql() {
    means(&[
        ("NOT success", "success:false"),
        ("success", "success:true"),
        ("where success", "success:true"),
        ("WHERE NOT success", "success:false"),
        ("duration_ms >= 5000 AND NOT success", "duration>=5000ms success:false"),
        ("user_is_from_parent_site", "from_parent_site:true"),
        ("NOT user_is_from_parent_site AND status = 500", "from_parent_site:false status:500"),
        ("logs.status = 500", "status:500"),
        ("l.client = 'acme' AND l.status >= 500", "client:=acme status>=500"),
        ("client LIKE '%100!%%' ESCAPE '!'", "client:*100%*"),
        ("client LIKE '100[%] Wolf'", "client:=\"100% Wolf\""),
        ("client NOT LIKE '%100!%%' ESCAPE '!' AND status = 500", "-client:*100%* status:500"),
        ("gateway_code BETWEEN 4011 AND 4012", "gateway_code:=4011,4012"),
        ("gateway_code NOT BETWEEN 4011 AND 4012", "-gateway_code:=4011,4012"),
        ("WHERE (status=200)", "status:200"),
        ("WHERE NOT status=200", "-status:200"),
        ("where (status=200) AND (client = 'acme')", "status:200 client:=acme"),
        ("request_ip LIKE '10.%'", "ip:10.0.0.0/8"),
        ("request_ip NOT LIKE '10.2.3.%'", "-ip:10.2.3.0/24"),
        ("WHERE  (status=200)   AND (interface='web') ;", "status:200 interface:=web"),
        ("error_message SIMILAR TO '%timed out%'", "error_message:*\"timed out\"*"),
        ("\"cache hit\" IS TRUE", "\"attributes.cache hit\":true"),
        ("WHERE client LIKE 'acme%'", "client:acme*"),
        ("WHERE lower(client) = 'acme'", "client~\"(?i)^acme$\""),
        ("SELECT * FROM logs WHERE (status = 200)", "status:200"),
        ("created_at > '2026-11-28'", "time>2026-11-28T00:00"),
        ("created_at <= '2026-11-28'", "time<=2026-11-28T00:00"),
        ("created_at BETWEEN '2026-11-20' AND '2026-11-22'", "time:2026-11-20..<2026-11-22"),
    ]);
    refuses(&[
        "gateway_code BETWEEN 'a' AND 'b'",
        "error_message SIMILAR TO '(a|b)%'",
        "inet '10.0.0.0/8' >> request_ip",
    ]);
    means(&[
        ("\"success\"", "\"success\""),
        ("login success", "login \"success\""),
        ("where is it", "\"where\" \"is\" it"),
    ]);
}

#[test]
fn patterns_and_stages_of_splunk() {
    means(&[
        ("username=\"acme*\"", "client:acme*"),
        ("username!=\"acme*\"", "-client:acme*"),
        ("request_path=\"*/orders*\"", "path:*/orders*"),
        ("username IN (\"acme*\",\"northwind*\")", "client:acme*,northwind*"),
        ("request_ip!=10.*", "-ip:10.0.0.0/8"),
        ("request_ip=10.2.*", "ip:10.2.0.0/16"),
        ("request_ip=*.2.3.4", "ip:*.2.3.4"),
        ("status=*", "has:status"),
        ("NOT status=*", "status:none"),
        ("status!=*", "status:none"),
        ("regex request_path=\"^/orders/[0-9]+$\"", "path~\"^/orders/[0-9]+$\""),
        ("status=500 | regex request_path=\"^/orders\"", "status:500 path~\"^/orders\""),
        ("status=500 OR status=404 | regex request_path!=\"^/orders\"", "status:500,404 -path~\"^/orders\""),
        ("| regex request_path=\"^/orders\"", "path~\"^/orders\""),
        ("| search status=500", "status:500"),
        ("status=500 | where like(client, \"acme%\")", "status:500 client:acme*"),
        ("status=500 | where isnull(client)", "status:500 no:client"),
        ("searchmatch(\"Firefox\")", "Firefox"),
    ]);
    means(&[("client:=\"acme*\"", "client:=\"acme*\""), ("client = 'acme*'", "client:=\"acme*\"")]);
    // What only counts or shows leaves which requests are meant; the hint says how those are counted here.
    means(&[("status=500 | stats count by client", "status:500"), ("status=500 | head 5", "status:500")]);
    refuses(&["| stats count", "status=500 | stats count by client | where count>5"]);
}

#[test]
fn pipelines_of_loki() {
    means(&[
        ("| status=500", "status:500"),
        ("| status!=\"404\"", "-status:404"),
        ("| status=~\"5..\"", "status:5xx"),
        ("| status=~\"4..|5..\"", "status:4xx,5xx"),
        ("| status >= 400 | status < 600", "status>=400 status<600"),
        ("| duration > 1.5s", "duration>1500ms"),
        ("| client=\"ETL Partner\"", "client:=\"ETL Partner\""),
        ("| client=~\"Acme.*\"", "client~\"^Acme\""),
        ("| success=`false`", "is:failed"),
        ("| json | status = 500 and client != \"a\" or status = 404", "((status:500 -client:=a) OR status:404)"),
        ("{app=\"api\"} | json | status = 500, duration > 1s", "attributes.app:=api status:500 duration>1s"),
        ("{client=\"acme\"} |= \"time out\" != \"reset\"", "client:=acme \"time out\" not:reset"),
        (
            "{} |~ \"a.b\"",
            "(endpoint~\"a.b\" OR path~\"a.b\" OR client~\"a.b\" OR error_message~\"a.b\" OR error_type~\"a.b\" OR status_details~\"a.b\" OR status_text~\"a.b\" OR user_agent~\"a.b\")",
        ),
        ("|= \"7594794d8e4b29c8518289e7cedfcdab\"", "request_id:7594794d8e4b29c8518289e7cedfcdab"),
        ("|= \"10.2.3.4\"", "ip:10.2.3.4"),
        ("|= \"timeout\" or \"reset\"", "(timeout OR reset)"),
        ("request_path=~`/orders/\\d+`", "path~\"^/orders/\\d+$\""),
        ("request_path=`/x\\y`", "path:=\"/x\\y\""),
        ("client=`Acme`", "client:=Acme"),
        ("client:=`tick`", "client:=\"`tick`\""),
        ("| client=\"`tick`\"", "client:=`tick`"),
        ("| client=~\"(?i).*etl.*\"", "client~\"(?i)etl\""),
        ("|= ip(\"10.0.0.0/8\")", "ip:10.0.0.0/8"),
        ("| duration >= 5s | line_format \"{{.x}}\"", "duration>=5s"),
        ("duration > 1s , duration < 5s", "duration>1s duration<5s"),
        ("| request_ip = ip(\"10.0.0.0/8\")", "ip:10.0.0.0/8"),
    ]);
    refuses(&[
        "{app=\"x\"} | foo bar",
        "{app=\"x\"} | json | line_format \"{{.x}}\" |= \"a\"",
        "| status = 500 | count",
        "| status =~ `é..`",
        "| status =~ \"\"x",
        "{app=\"x\"} | json | duration > 1s and",
    ]);
}

#[test]
fn typographic_quotes_around_a_term() {
    means(&[
        ("“status:200” interface:web", "status:200 interface:web"),
        ("“connection reset”", "\"connection reset\""),
    ]);
}
