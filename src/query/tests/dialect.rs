//! Queries of other languages as a whole: what they are here, which must keep the same requests.

use crate::query::testing::{is_printed, read};

fn notes(text: &str) -> String {
    read(text).expect(text).notes.join("; ")
}

#[test]
fn names_in_quotes_are_names() {
    is_printed(&[
        ("\"Response Code\":404", "status:404"),
        ("\"Response Code\" >= 500", "status:500.."),
        ("\"Response Code\" in (500, 502)", "status:500,502"),
        ("-\"Request Host\":acme", "-host:acme"),
        ("\"API collection\":billing", "collection:billing"),
        ("\"IP\":10.0.0.1", "ip:10.0.0.1"),
        ("\"Waited\":>1s", "'delay:>1s'"),
        ("`status` = 500", "status:500"),
        ("\"cache hit\":true", "'\"attributes.cache hit\":true'"),
        ("has:\"cache hit\"", "'has:\"attributes.cache hit\"'"),
        ("@attributes.x:a", "attributes.x:a"),
        ("\"error\"~3", "error"),
        ("error*:timeout", "'(error_type:timeout OR error_message:timeout)'"),
        ("*agent: curl", "user_agent:curl"),
    ]);
    assert_eq!(notes("foo=bar"), "“foo=bar” is searched as a word; attributes.foo=bar asks for what a source sent");
}

#[test]
fn values_keep_their_parentheses() {
    is_printed(&[
        ("path:/a(b)c", "'path:\"/a(b)c\"'"),
        ("(path:/a(b)c OR status:500)", "'(path:\"/a(b)c\" OR status:500)'"),
        ("path:/x?cb=f(1,2)", "'path:\"/x?cb=f(1,2)\"'"),
        ("path:/users(*)", "'path:\"/users(\"*\")\"'"),
        ("client:a(b", "'client:\"a(b\"'"),
        ("/a(b)c", "'\"/a(b)c\"'"),
    ]);
}

#[test]
fn operators_in_words() {
    is_printed(&[
        ("status ne 500", "-status:500"),
        ("status gt 400", "status:401.."),
        ("status not 500", "-status:500"),
        ("status is greater than 400", "status:401.."),
        ("status !in (500,502)", "-status:500,502"),
        ("status in 500,502", "status:500,502"),
        ("path starts with /api", "'path:/api*'"),
        ("path does not start with /api", "'-path:/api*'"),
        ("path matches ^/v[12]/", "'path~^/v[12]/'"),
        ("client like acme", "client:=acme"),
        ("client LIKE 'a_me'", "'client~\"(?i)^a.me$\"'"),
        ("client LIKE 'under\\_score%'", "'client:under_score*'"),
        ("client IN ('a,b', 'O''Brien')", "'client:=\"a,b\",\"O\\x27Brien\"'"),
        ("client = 'O''Brien'", "'client:=\"O\\x27Brien\"'"),
        ("status => 500", "status:500.."),
        ("client=>acme", "client:=acme"),
        ("client ~* 'acme'", "'client~\"(?i)acme\"'"),
        ("lower(client) = 'acme'", "'client~\"(?i)^acme$\"'"),
        ("startswith(path, \"/api\")", "'path:/api*'"),
        (".path | test(\"^/a\")", "'path~^/a'"),
        ("cidrmatch(\"10.0.0.0/8\", ip)", "ip:10.0.0.0/8"),
        ("NOT isnull(client)", "has:client"),
    ]);
    // Prose goes on.
    is_printed(&[("host under attack", "host '\"under\"' attack"), ("path over there", "path '\"over\"' there")]);
}

#[test]
fn what_is_missing() {
    is_printed(&[
        ("client != null", "has:client"),
        ("client = NULL", "no:client"),
        ("client:null", "no:client"),
        ("-client:null", "has:client"),
        ("client:=null", "client:=null"),
        ("client:\"null\"", "'client:\"null\"'"),
        ("client is missing", "no:client"),
        ("client is not set", "no:client"),
        ("client = \"\"", "no:client"),
        ("client != ''", "has:client"),
        ("status:-1", "status:none"),
        ("status:0", "status:none"),
        ("status!=0", "has:status"),
        ("status=none", "status:none"),
        ("status:0..0", "status:0..0"),
    ]);
    assert!(read("client:\"\"").is_err());
}

#[test]
fn numbers_times_and_ranges() {
    is_printed(&[
        ("status:500 TO 502", "status:500..502"),
        ("status:(500 TO 502)", "status:500..502"),
        ("attributes.n:1 TO 9", "attributes.n:1..9"),
        ("user_id:1,000", "user_id:1000"),
        ("duration>1,500", "'duration:>1500ms'"),
        ("duration>1,5s", "'duration:>1500ms'"),
        ("user_id:12,345", "user_id:12,345"),
        ("status:500,502", "status:500,502"),
        ("(duration<100ms OR duration>=1s)", "'(duration:<100ms OR duration:1s..)'"),
        (
            "(attributes.n<1 OR attributes.n:5 OR attributes.n>9)",
            "'(attributes.n:<1 OR attributes.n:5 OR attributes.n:>9)'",
        ),
        ("(client:=a OR no:client OR client:=b)", "'(client:=a OR no:client OR client:=b)'"),
        ("-time:2026-10-25 12:00..2026-10-25 13:00", "-time:2026-10-25T12:00:00Z..2026-10-25T13:00:00Z"),
        ("ip:10.0.0.1-10.0.0.3", "ip:10.0.0.1/32,10.0.0.2/31"),
        ("ip:[10.0.0.0 TO 10.0.0.255]", "ip:10.0.0.0/24"),
        ("ip:10.0.0.1:443", "ip:10.0.0.1"),
        ("ip = \"10.0.0.0/8\"", "ip:10.0.0.0/8"),
        ("ip != 10.0.0.0/8", "-ip:10.0.0.0/8"),
        ("status:[500..502]", "status:500..502"),
        ("(time<2026-10-25 12:00 UTC OR x)", "'(time:..2026-10-25T12:00:00Z OR x)'"),
        ("id:{7594794d-8e4b-29c8-5182-89e7cedfcdab}", "request_id:7594794d8e4b29c8518289e7cedfcdab"),
        ("status:/5../", "status:5xx"),
        ("status!~\"5..\"", "-status:5xx"),
    ]);
    let parsed = read("time>=2026-10-25 12:00").expect("a time");
    assert_eq!(parsed.period.map(|period| period.to_string()).as_deref(), Some("2026-10-25T12:00:00Z.."));
    assert!(parsed.filter.is_all());
    assert_eq!(notes("user_id:12,345"), "12,345 is one of several numbers; 12345 is one");
}

#[test]
fn regular_expressions_between_slashes() {
    is_printed(&[
        ("client:/acme/", "'client~^acme$'"),
        ("client:/a|b/", "'client~\"^(a|b)$\"'"),
        ("client:/acme.*/", "'client~^acme'"),
        ("client:/.*acme.*/", "'client~acme'"),
        ("client~/acme/", "'client~acme'"),
        ("client!~/acme/i", "'-client~\"(?i)acme\"'"),
        ("client:/etl partner/", "'client~\"^etl partner$\"'"),
        ("path~/^\\/api/", "'path~^/api'"),
        ("-(path:/^\\/api/)", "'-path~^/api'"),
        ("(status:500 AND path:/^\\/api\\/v[0-9]+/)", "status:500 'path~^/api/v[0-9]+'"),
        ("endpoint:/orders path:/x", "endpoint:/orders path:/x"),
    ]);
    assert_eq!(notes("path~/orders/"), "the slashes are a part of the pattern");
}

#[test]
fn pipes() {
    is_printed(&[
        ("search status=500", "status:500"),
        ("status:500 OR timeout | where client=acme", "'(status:500 OR timeout)' client:=acme"),
        ("{client=\"acme\"} | json | status >= 500", "client:=acme status:500.."),
        ("{client=\"acme\"} | status=500 or status=502", "client:=acme status:500,502"),
        ("{app=\"x\"} |= `foo`", "attributes.app:=x foo"),
        ("{client=~\"acme.*\",client!~\"a|b\"}", "'client~^acme' '-client~\"^(a|b)$\"'"),
        ("{client!=\"\"} != \"a b\"", "has:client 'not:\"a b\"'"),
        (".[] | select(.status >= 500 and .client == \"acme\")", "status:500.. client:=acme"),
        ("SELECT * FROM logs WHERE status = 500 ORDER BY time LIMIT 5", "status:500"),
        ("earliest=-1h status=500", "status:500"),
    ]);
    for text in ["status:500 | regex path=x", "status:500 | head 5", "user_id like '4%'", "{\"status\": 500}"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn headings_with_a_space_are_names() {
    is_printed(&[
        ("-Response Code:404", "-status:404"),
        ("Response Code >= 500", "status:500.."),
        ("Response Code in (500, 502)", "status:500,502"),
        ("Request Method:POST", "method:POST"),
        ("foo Error Message:timeout", "foo error_message:timeout"),
        ("-Gateway code:4011", "-gateway_code:4011"),
        ("Job details:*", "has:job"),
        ("no:Job details", "no:job"),
        ("has:Gateway code status:5xx", "has:gateway_code status:5xx"),
        ("Request Path:/login", "path:/login"),
        ("User Agent:curl", "user_agent:curl"),
        ("API collection = Billing and Code = 404", "collection:=Billing status:404"),
        ("API Key ID:404", "api_key_id:404"),
        ("API Key prefix:k9f2", "api_key_prefix:k9f2"),
        ("Impersonator User:31", "impersonator:31"),
        ("(Error Type:rate* OR api name : folders)", "'(error_type:rate* OR endpoint:folders)'"),
        ("Collection type:recipe", "collection_type:recipe"),
        ("has:client path:/x", "has:client path:/x"),
        ("\"Response\" code:404", "'\"Response\"' status:404"),
    ]);
    assert_eq!(
        read("Gateway code:4011").expect_err("a heading").to_string(),
        "a name with a space stands in double quotes; write gateway_code or \"Gateway code\"; \"Gateway\" in quotes is searched as a word"
    );
}

#[test]
fn words_for_a_status() {
    is_printed(&[
        ("Status:OK", "status_text:OK"),
        ("\"Status\":OK", "status_text:OK"),
        ("Status=OK", "status_text:=OK"),
        ("status != OK", "-status_text:=OK"),
        ("Status:Unauthorized", "status_text:Unauthorized"),
        ("status:Created,Forbidden", "status_text:Created,Forbidden"),
        ("status:\"Not Found\"", "'status_text:\"Not Found\"'"),
        ("status:ok", "outcome:success"),
    ]);
}

#[test]
fn truths_of_jq() {
    is_printed(&[
        ("select(.success | not)", "outcome:failure"),
        ("select(.username | not)", "no:client"),
        ("select(has(\"username\") | not)", "no:client"),
        ("select(has(\"username\"))", "has:client"),
        ("select(.success)", "outcome:success"),
        (".success", "outcome:success"),
        (".success | not", "outcome:failure"),
        ("select(.success) | select(.status == 404)", "outcome:success status:404"),
        ("select(.status==500 or .status==502)|select(.username|not)", "status:500,502 no:client"),
        ("select(.success and .client == \"a\")", "outcome:success client:=a"),
        (".env", "'\".env\"'"),
    ]);
}

#[test]
fn what_only_the_source_sent() {
    is_printed(&[
        ("region in (\"ap\",\"us-east-1\")", "attributes.region:=ap,us-east-1"),
        ("region not in ('ap')", "-attributes.region:=ap"),
        ("region is null", "no:attributes.region"),
        ("region is not null", "has:attributes.region"),
        ("region like 'eu%'", "'attributes.region:eu*'"),
        ("bytes between 7 and 100", "attributes.bytes:7..100"),
        ("\"cache hit\"=true", "'\"attributes.cache hit\":=true'"),
        ("subscription : pro", "attributes.subscription:pro"),
        ("retries : 2", "attributes.retries:2"),
        (".region == \"us-east-1\"", "attributes.region:=us-east-1"),
        ("select(.retries > 1)", "'attributes.retries:>1'"),
        ("nobody is in (the office)", "nobody '\"is\"' '\"in\"' the office"),
    ]);
    assert_eq!(
        read("Tier : pro").expect_err("no field").to_string(),
        "there is no field “Tier”; did you mean time, or attributes.Tier that a source sent?"
    );
}

#[test]
fn expressions_of_mitmproxy_nginx_loki_and_kibana() {
    is_printed(&[
        ("~c 5..", "status:5xx"),
        ("~c 50[0-9]", "status:50x"),
        ("~c 404", "status:404"),
        ("~hq \"user-agent: curl\"", "user_agent:curl"),
        ("~h \"User-Agent:.*Safari\"", "user_agent:Safari"),
        ("~hq User-Agent", "has:user_agent"),
        ("~u acme.com/login", "'(path:*acme.com/login* OR (host:*acme.com path:/login*))'"),
        ("~u /login", "'path:*/login*'"),
        ("remote_user:alice", "client:alice"),
        ("$status:404", "status:404"),
        ("ip(\"10.1.0.0/16\")", "ip:10.1.0.0/16"),
        ("remote_addr = ip(\"10.1.0.0/16\") status:404", "ip:10.1.0.0/16 status:404"),
        ("username.keyword:\"Bob\"", "client:=Bob"),
    ]);
}

#[test]
fn a_backslash_before_a_sign_is_dropped() {
    is_printed(&[
        ("username:50\\%", "client:50%"),
        ("username:jane.doe\\@acme.com", "client:jane.doe@acme.com"),
        ("@http.url:*offset\\=20*", "'path:*offset=20*'"),
        ("path~a\\.b", "'path~\"a\\.b\"'"),
    ]);
}
