//! `import`: formats, what it says, what it does twice, what it does not understand.

use serde_json::json;

use crate::home::{Home, json_lines};

use super::data::{lines, requests};

const FILES_COM: &str = "\
timestamp,api_key_id,api_key_prefix,user_id,username,user_is_from_parent_site,interface,request_method,request_path,\
request_ip,request_host,request_id,api_name,user_agent,error_type,error_message,response_code,success,duration_ms,\
impersonator_user_id,created_at
2026-11-23T12:01:22Z,9917,a1b2,4411,ETL Partner,false,restapi,POST,/orders,10.2.3.4,acme.files.com,\
7594794d8e4b29c8518289e7cedfcdab,orders.create,okhttp/4.12,processing-failure/upstream,\"Upstream said \"\"no\"\", \
twice\",502,false,1200,,2026-11-23T12:01:22Z
2026-11-23T12:01:23Z,,,7,maria,true,web,GET,/,,,,,,,,200,true,,88,
";

const WORKATO: &str = "\
Date,Type,Code,Status,Gateway code,Status details,IP,Timing,Delay,API collection,Endpoint,Client,Job details
2026-11-23 12:01:22,Error,401,Unauthorized,4011,Unrecognized token,10.2.3.4,12,0,Orders,/orders/create,ETL Partner,
2026-11-23 12:01:23,Success,200,OK,,,10.2.3.4,0.5s,3 ms,Billing,/invoices,Team,https://app.workato.com/jobs/1
2026-11-23 12:01:23,Success,200,OK,,,10.2.3.4,0.5s,3 ms,Billing,/invoices,Team,https://app.workato.com/jobs/1
";

#[test]
fn json_lines_are_imported_once() {
    let home = Home::new();
    home.write("web.jsonl", lines(&requests(30)));
    let first = home.ok(&["import", "web.jsonl"]);
    assert_eq!(first, "web.jsonl: 30 rows read as json-lines into json-lines: 30 stored, 0 already there, 0 bad\n");
    let again = home.ok(&["import", "web.jsonl"]);
    assert_eq!(again, "web.jsonl: 30 rows read as json-lines into json-lines: 0 stored, 30 already there, 0 bad\n");
    // The file has grown: only what is new is stored, also of rows without an id.
    home.write("web.jsonl", lines(&requests(40)));
    assert!(home.ok(&["import", "web.jsonl"]).contains("10 stored, 30 already there"));
    assert_eq!(home.json(&["search", "--format", "json", "-n", "1"])["total"], 40);
    // Another source is another one's.
    assert!(home.ok(&["import", "web.jsonl", "--source", "other"]).contains("into other: 40 stored"));
    assert_eq!(home.json(&["summary", "--source", "all", "--format", "json"])["count"], 80);
}

#[test]
fn standard_input_is_imported() {
    let home = Home::new();
    let ran = home.run_with(&["import", "-", "--source", "piped"], lines(&requests(5)).as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.error());
    assert!(ran.text().starts_with("standard input: 5 rows read as json-lines into piped: 5 stored"), "{}", ran.text());
}

#[test]
fn a_files_com_csv_is_read() {
    let home = Home::new();
    home.write("log.csv", FILES_COM);
    assert!(home.ok(&["import", "log.csv"]).contains("2 rows read as files-com-csv"));
    let rows = json_lines(&home.ok(&["search", "--period", "all", "--sort", "time:asc", "--format", "jsonl"]));
    let first = &rows[0];
    for (field, value) in [
        ("time", "2026-11-23T12:01:22Z"),
        ("request_id", "7594794d8e4b29c8518289e7cedfcdab"),
        ("outcome", "failure"),
        ("client", "ETL Partner"),
        ("endpoint", "orders.create"),
        ("interface", "restapi"),
        ("ip", "10.2.3.4"),
        ("api_key_prefix", "a1b2"),
        ("error_type", "processing-failure/upstream"),
        ("error_message", "Upstream said \"no\", twice"),
        ("status_text", "Bad Gateway"),
    ] {
        assert_eq!(first[field], value, "{field}");
    }
    assert_eq!((&first["status"], &first["duration"], &first["user_id"]), (&502.into(), &1200.into(), &4411.into()));
    assert_eq!(first["from_parent_site"], false);
    let second = &rows[1];
    assert_eq!(second["time"], "2026-11-23T12:01:23Z", "without created_at it is the timestamp");
    assert_eq!((&second["impersonator"], &second["from_parent_site"]), (&"88".into(), &true.into()));
    for missing in ["request_id", "ip", "host", "endpoint", "duration", "error_type", "delay"] {
        assert!(second.get(missing).is_none(), "{missing} is missing");
    }
}

#[test]
fn a_workato_csv_is_read() {
    let home = Home::new();
    home.write("results.csv", WORKATO);
    let ran = home.run(&["import", "results.csv", "--source", "billing"]);
    assert!(ran.text().contains("3 rows read as workato-csv into billing: 3 stored"), "{}", ran.text());
    assert!(ran.error().contains("note: "), "what was assumed is said: {}", ran.error());
    let rows = json_lines(&home.ok(&["search", "--sort", "time:asc", "--format", "jsonl"]));
    assert_eq!(rows.len(), 3, "identical rows are requests of their own");
    let first = &rows[0];
    assert_eq!(first["time"], "2026-11-23T12:01:22Z");
    assert_eq!((&first["gateway_code"], &first["status_details"]), (&"4011".into(), &"Unrecognized token".into()));
    assert_eq!((&first["duration"], &first["delay"]), (&12.into(), &0.into()));
    assert_eq!((&first["collection"], &first["endpoint"]), (&"Orders".into(), &"/orders/create".into()));
    assert_eq!((&rows[1]["duration"], &rows[1]["delay"]), (&500.into(), &3.into()));
    assert_eq!(rows[1]["collection_type"], "recipe");
    assert!(home.ok(&["import", "results.csv", "--source", "billing"]).contains("0 stored, 3 already there"));

    // What the download leaves open can be said.
    let said = ["import", "results.csv", "--source", "elsewhere", "--tz", "America/Los_Angeles", "--unit", "s"];
    home.ok(&said);
    let row = &json_lines(&home.ok(&["search", "code:401", "--source", "elsewhere", "--format", "jsonl"]))[0];
    assert_eq!((&row["time"], &row["duration"]), (&"2026-11-23T20:01:22Z".into(), &12_000.into()));
}

#[test]
fn bad_rows_are_named_counted_and_kept() {
    let home = Home::new();
    let good = lines(&requests(3));
    home.write("web.jsonl", format!("{good}{{\"status\":200}}\nnot json\n{{\"time\":\"soon\"}}\n"));
    let ran = home.run(&["import", "web.jsonl"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.text().contains("6 rows read") && ran.text().contains("3 stored, 0 already there, 3 bad"));
    for place in ["web.jsonl:4: the time is missing", "web.jsonl:5: ", "web.jsonl:6: "] {
        assert!(ran.error().contains(&format!("bad row at {place}")), "{place}: {}", ran.error());
    }
    let doctor = home.ok(&["doctor"]);
    assert!(doctor.contains("3 bad rows") && doctor.contains("web.jsonl:4"), "{doctor}");
    assert_eq!(home.json(&["store", "info", "--format", "json"])["sources"][0]["bad"], 3);
}

#[test]
fn what_cannot_be_imported() {
    let home = Home::new();
    home.write("web.jsonl", lines(&requests(3)));
    home.write("letter.txt", "Dear all,\nthis is no log.\n");
    let error = home.fails(2, &["import", "missing.jsonl"]);
    assert!(error.contains("missing.jsonl") && error.contains("No such file"), "{error}");
    let error = home.fails(2, &["import", "letter.txt"]);
    assert!(error.contains("letter.txt"), "{error}");
    let error = home.fails(2, &["import", "web.jsonl", "--format", "jsonlines"]);
    assert!(error.contains("json-lines"), "the right name is told: {error}");
    let error = home.fails(2, &["import", "web.jsonl", "--unit", "hours"]);
    assert!(error.contains("s, ms, us or ns"), "{error}");
    home.fails(2, &["import"]);
    // Of several files, the good ones are imported all the same.
    let ran = home.run(&["import", "missing.jsonl", "web.jsonl"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.text().contains("web.jsonl: 3 rows") && ran.error().contains("missing.jsonl"));
}

#[test]
fn secrets_in_requests_do_not_reach_the_disk() {
    let secret = "s3cr3tvalue0123456789";
    let row = format!(
        r#"{{"time":"2026-11-23T10:00:00Z","status":200,"path":"/a?access_token={secret}&x=1","headers":{{"authorization":"Bearer {secret}"}}}}"#
    );
    let home = Home::new();
    let ran = home.run_with(&["import", "-"], row.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.error());
    assert_eq!(home.files_with(secret.as_bytes()), Vec::<std::path::PathBuf>::new());
    let text = home.ok(&["search", "--format", "jsonl"]);
    assert!(!text.contains(secret) && text.contains("x=1"), "{text}");
    assert_eq!(home.json(&["store", "info", "--format", "json"])["sources"][0]["redacted"], 2);
    // Who wants them has them.
    let kept = Home::new();
    kept.run_with(&["import", "-", "--keep-secrets"], row.as_bytes());
    assert!(kept.ok(&["search", "--format", "jsonl"]).contains(secret));
}

#[test]
fn requests_that_share_an_id_that_their_client_chose_are_all_kept() {
    let home = Home::new();
    let log = |count: usize| {
        let rows = (0..count).map(|n| {
            let id = if n % 2 == 0 { "always-the-same" } else { "16a135d8ed2a6919d41476d30e844f71" };
            json!({
                "time": format!("2026-11-23T01:{:02}:{:02}+00:00", n / 60, n % 60), "http_x_request_id": id,
                "remote_addr": "127.0.0.1", "method": "GET", "uri": "/", "status": 200, "bytes_sent": 9,
                "request_time": 0.002,
            })
        });
        lines(&rows.collect::<Vec<_>>())
    };
    home.write("access.json", log(40));
    let first = home.ok(&["import", "access.json"]);
    assert_eq!(first, "access.json: 40 rows read as nginx-json into nginx-json: 40 stored, 0 already there, 0 bad\n");
    assert!(home.ok(&["import", "access.json"]).contains("0 stored, 40 already there"));
    home.write("access.json", log(50));
    assert!(home.ok(&["import", "access.json"]).contains("10 stored, 40 already there"));
    for id in ["always-the-same", "16A135D8-ED2A-6919-D414-76D30E844F71"] {
        let found = home.ok(&["search", &format!("id:{id}"), "-n", "all", "--format", "jsonl"]);
        assert_eq!(json_lines(&found).len(), 25, "{id}");
        assert!(home.ok(&["get", id]).contains("2026-11-23"), "{id}");
    }
    home.ok(&["store", "verify"]);
}
