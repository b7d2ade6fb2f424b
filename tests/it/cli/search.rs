//! `search`: rows in all formats, how many of how many, order, columns, period, state; errors that
//! point.

use std::io::{BufRead, BufReader};

use serde_json::{Value as Json, json};

use crate::home::{Home, json_lines};

use super::data::{has_failed, home_with, lines, requests};

/// The paths of records: each request has its own.
fn paths(rows: &[Json]) -> Vec<&str> {
    rows.iter().map(|row| row["path"].as_str().expect("a path")).collect()
}

#[test]
fn json_has_all_records_newest_first() {
    let home = home_with(120);
    let all = requests(120);
    let answer = home.json(&["search", "-n", "all", "--format", "json"]);
    let rows = answer["records"].as_array().expect("records");
    assert_eq!((&answer["total"], &answer["exact"]), (&120.into(), &true.into()));
    let expected: Vec<&str> = all.iter().rev().map(|row| row["path"].as_str().expect("a path")).collect();
    assert_eq!(paths(rows), expected);
    // The values are those that were imported; what was missing is not there.
    for (row, given) in rows.iter().zip(all.iter().rev()) {
        for field in ["time", "request_id", "status", "client", "method", "endpoint", "ip", "error_message"] {
            assert_eq!(row.get(field), given.get(field), "{field} of {given}");
        }
        assert_eq!(row.get("duration").and_then(Json::as_f64), given.get("duration").and_then(Json::as_f64));
        assert_eq!(row["outcome"], if has_failed(given) { "failure" } else { "success" });
        assert_eq!(row["attributes"]["region"], given["region"]);
        assert!(row["key"].as_str().expect("a key").starts_with("rq"));
    }
}

#[test]
fn says_how_many_of_how_many() {
    let home = home_with(120);
    let ran = home.run(&["search", "--format", "jsonl"]);
    assert_eq!(json_lines(&ran.text()).len(), 100, "a hundred unless told");
    assert!(ran.error().contains("100 of 120 requests"), "{}", ran.error());
    assert!(ran.error().contains("web, All time"), "source and period are said: {}", ran.error());
    let ran = home.run(&["search", "-n", "7", "status:404", "--format", "jsonl"]);
    assert_eq!(json_lines(&ran.text()).len(), 7);
    assert!(ran.error().contains("7 of 24 requests"), "{}", ran.error());
    let ran = home.run(&["search", "--limit", "all", "--format", "jsonl"]);
    assert_eq!(json_lines(&ran.text()).len(), 120);
    assert!(ran.error().contains("120 requests"));
    let answer = home.json(&["search", "-n", "0", "--format", "json"]);
    assert_eq!((answer["records"].as_array().map(Vec::len), &answer["total"]), (Some(0), &120.into()));
}

#[test]
fn queries_are_joined() {
    let home = home_with(60);
    let expected = |keeps: &dyn Fn(&Json) -> bool| requests(60).iter().filter(|row| keeps(row)).count();
    let total = |arguments: &[&str]| {
        let all: Vec<&str> = ["search", "--format", "json", "-n", "1"].iter().chain(arguments).copied().collect();
        home.json(&all)["total"].as_u64().expect("a total") as usize
    };
    let both = expected(&|row| row["client"] == "acme" && row["status"] == 200);
    assert!(both > 0);
    assert_eq!(total(&["client:=acme", "status:200"]), both);
    assert_eq!(total(&["-q", "client:=acme", "-q", "status:200"]), both);
    assert_eq!(total(&["-q", "client:=acme", "status:200"]), both);
    assert_eq!(total(&["response_code:200 username:=acme"]), both, "the vendor's names are understood");
    let negated = expected(&|row| row["client"] != "acme");
    assert_eq!(total(&["-q", "-client:=acme"]), negated);
    assert_eq!(total(&["-client:=acme"]), negated);
    assert_eq!(total(&["--", "-client:=acme"]), negated);
    assert_eq!(total(&["-q", "status:none"]), expected(&|row| row.get("status").is_none()));
    assert_eq!(total(&["upstream", "--source", "all"]), expected(&|row| row.get("error_message").is_some()));
    assert_eq!(total(&["attributes.region:eu"]), 30);
}

#[test]
fn order_and_columns() {
    let home = home_with(30);
    let rows = json_lines(&home.ok(&["search", "--sort", "duration:asc", "--format", "jsonl"]));
    let durations: Vec<Option<f64>> = rows.iter().map(|row| row.get("duration").and_then(Json::as_f64)).collect();
    let known = durations.iter().position(Option::is_none).expect("some have none");
    assert!(durations[..known].is_sorted() && durations[known..].iter().all(Option::is_none), "{durations:?}");
    let down = json_lines(&home.ok(&["search", "--sort", "duration", "-n", "1", "--format", "jsonl"]));
    assert_eq!(down[0]["duration"], 294, "downwards unless told");

    let rows = json_lines(&home.ok(&["search", "--columns", "status, client,attributes.region", "--format", "jsonl"]));
    assert_eq!(
        rows[0].as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["status", "client", "attributes.region"]
    );
    assert_eq!(rows[0]["status"], Json::Null, "what is missing is null where it was asked for");
    let csv = home.ok(&["search", "--columns", "time,client", "--format", "csv", "-n", "4", "--sort", "time:asc"]);
    assert_eq!(
        csv,
        "time,client\n2026-11-20T00:00:00Z,acme\n2026-11-20T00:10:00Z,\"Zeta, Inc\"\n2026-11-20T00:20:00Z,\n\
         2026-11-20T00:30:00Z,\"Émile \"\"M\"\"\"\n"
    );
    let markdown = home.ok(&["search", "--columns", "time,status", "--format", "markdown", "-n", "1"]);
    assert_eq!(markdown, "| Time | Status |\n|---|---|\n| 2026-11-20 04:50:00 | none |\n");
}

/// The columns of the table, of searches and of files have the same names.
#[test]
fn columns_that_show_several_fields() {
    let home = home_with(30);
    let columns = ["search", "--columns", "status+gateway,problem", "status:502", "-n", "1"];
    let table = home.ok(&columns);
    assert_eq!(table.lines().next().map(str::trim_end), Some("Status  Error"), "{table}");
    let csv = home.ok(&[&columns[..], &["--format", "csv"]].concat());
    assert!(csv.starts_with("status,gateway_code,problem\n502,"), "{csv}");
    let rows = json_lines(&home.ok(&[&columns[..], &["--format", "jsonl"]].concat()));
    assert_eq!(
        rows[0].as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["status", "gateway_code", "problem"]
    );
    let file = home.ok(&["export", "--columns", "status+gateway,problem", "status:502", "-o", "-"]);
    assert!(file.starts_with("Status,Gateway code,"), "{file}");
    assert_eq!(file.lines().nth(1), csv.lines().nth(1), "the same cells");
}

#[test]
fn rows_are_sorted_by_their_ids() {
    let home = home_with(30);
    let rows = json_lines(&home.ok(&["search", "--sort", "request_id:asc", "-n", "all", "--format", "jsonl"]));
    let ids: Vec<&str> = rows.iter().filter_map(|row| row["request_id"].as_str()).collect();
    assert!(ids.len() > 1 && ids.is_sorted(), "{ids:?}");
}

#[test]
fn tables_have_the_chosen_zone_not_the_machines() {
    let home = home_with(3);
    let table = home.ok(&["search", "--columns", "time,status", "--sort", "time:asc"]);
    let first = table.lines().nth(1).expect("a row");
    assert!(first.starts_with("2026-11-20 00:00:00  200"), "{table}");
    let table = home.ok(&["search", "--columns", "time", "--tz", "America/Los_Angeles", "--sort", "time:asc"]);
    assert!(table.contains("2026-11-19 16:00:00"), "{table}");
    home.configure("zone = \"Asia/Tokyo\"\n");
    assert!(home.ok(&["search", "--columns", "time"]).contains("2026-11-20 09:00:00"));
    // Machines are told UTC in any case.
    assert!(home.ok(&["search", "--format", "jsonl"]).contains("\"2026-11-20T00:00:00Z\""));
}

#[test]
fn periods() {
    let home = home_with(288);
    let total = |arguments: &[&str]| {
        let all: Vec<&str> = ["search", "--format", "json", "-n", "1"].iter().chain(arguments).copied().collect();
        home.json(&all)["total"].as_u64().expect("a total")
    };
    assert_eq!(total(&["--period", "2026-11-20"]), 144);
    assert_eq!(total(&["--period", "2026-11-20..2026-11-21"]), 288);
    assert_eq!(total(&["--since", "2026-11-20T12:00", "--until", "2026-11-20T13:00"]), 6, "the end is outside");
    assert_eq!(total(&["--until", "2026-11-20"]), 144, "a day is included whole");
    assert_eq!(total(&["time:2026-11-21"]), 144);
    assert_eq!(total(&["--period", "2026-11-20", "--tz", "Asia/Tokyo"]), 90);
    assert_eq!(total(&["--period", "all"]), 288);
    assert_eq!(total(&["--period", "2026-11-20 Tokyo"]), 90, "the zone may stand behind it");
    assert_eq!(total(&["--since", "2026-11-20 4am Los Angeles", "--until", "2026-11-20 13:00"]), 6);
    assert_eq!(total(&["--since", "2026-11-20 12:00", "--until", "13:00"]), 6, "of the same day");
    assert_eq!(total(&["--period", "2026-11-20 12:00..13:00"]), 6);
    assert_eq!(total(&["--tz", "tokyo", "--period", "2026-11-20"]), 90);
    let said = |arguments: &[&str]| home.run(&[&["search", "-n", "1"][..], arguments].concat()).error();
    let days = said(&["--period", "2026-11-20..2026-11-21", "--tz", "Los Angeles"]);
    assert!(days.contains("Nov 20 00:00 – Nov 21 24:00, Los Angeles, last day included"), "{days}");
    let until = said(&["--until", "2026-11-20"]);
    assert!(until.contains("until Nov 20 24:00, UTC, last day included"), "{until}");
    assert!(!said(&["--since", "2026-11-20T12:30"]).contains("included"));
    for (arguments, word) in [
        (&["--period", "soon"][..], "is not a period"),
        (&["--since", "soon"], "is no time"),
        (&["--since", "2026-11-21", "--until", "2026-11-19"], "not before"),
        (&["--period", "1d", "--since", "1d"], "cannot be used with"),
        (&["--tz", "Mars/Olympus"], "time zone"),
        (&["--tz", "PST"], "write America/Los_Angeles"),
        (&["--period", "2026-11-20..2026-11-31"], "            ^^^^^^^^^^ "),
        (&["--period", "4pm"], "write 4pm.. for all since then"),
    ] {
        let all: Vec<&str> = ["search"].iter().chain(arguments).copied().collect();
        let error = home.fails(2, &all);
        assert!(error.contains(word), "{arguments:?}: {error}");
    }
}

#[test]
fn an_earlier_state_can_be_asked_for() {
    let home = home_with(40);
    let as_of = home.json(&["store", "info", "--format", "json"])["as_of"].to_string();
    home.write("more.jsonl", lines(&requests(55)[40..]));
    home.ok(&["import", "more.jsonl", "--source", "web"]);
    let count = |arguments: &[&str]| home.json(arguments)["count"].as_u64();
    assert_eq!(count(&["summary", "--format", "json"]), Some(55));
    assert_eq!(count(&["summary", "--format", "json", "--as-of", &as_of]), Some(40));
    assert_eq!(count(&["summary", "--format", "json", "--as-of", "25"]), Some(25));
    let rows = json_lines(&home.ok(&["search", "--as-of", &as_of, "-n", "all", "--format", "jsonl"]));
    assert_eq!(paths(&rows), paths(&requests(40).into_iter().rev().collect::<Vec<_>>()));
    let facets = home.json(&["facets", "method", "--as-of", &as_of, "--format", "json"]);
    let sum: u64 =
        facets["method"]["values"].as_array().expect("values").iter().filter_map(|v| v["count"].as_u64()).sum();
    assert_eq!(sum, 40);
}

#[test]
fn nothing_found_is_one() {
    let home = home_with(5);
    let ran = home.run(&["search", "nothing-has-this", "--format", "json"]);
    assert_eq!((ran.code, ran.text().trim()), (Some(1), r#"{"records":[],"total":0,"exact":true}"#));
    assert!(ran.error().contains("0 requests"), "{}", ran.error());
    let ran = home.run(&["search", "nothing-has-this", "--format", "jsonl"]);
    assert_eq!((ran.code, ran.text().as_str()), (Some(1), ""));
}

#[test]
fn errors_point_at_the_place() {
    let home = home_with(5);
    let error = home.fails(2, &["search", "client:acme", "staus:500"]);
    let lines: Vec<&str> = error.lines().collect();
    let at = lines.iter().position(|line| line.contains("client:acme staus:500")).expect("the query is shown");
    assert!(lines[at + 1].starts_with("            ^^^^^ "), "{error}");
    assert!(error.contains("did you mean status?"), "{error}");
    for (arguments, word) in [
        (&["search", "status:abc"][..], "is no status"),
        (&["search", "(client:a"], "is not closed"),
        (&["search", "duration>fast"], "no span of time"),
        (&["search", "client~\"[\""], "no regular expression"),
        (&["search", "--sort", "staus"], "did you mean status?"),
        (&["search", "--sort", "status:up"], ":asc or :desc"),
        (&["search", "--columns", "time,cleint"], "did you mean client?"),
        (&["search", "--columns", "problm"], "did you mean problem?"),
        (&["search", "-n", "many"], "is no number"),
        (&["search", "--source", "wbe"], "did you mean web?"),
        (&["search", "--format", "xml"], "jsonl"),
        (&["search", "--frob"], "--frob"),
        (&["serch"], "search"),
    ] {
        let error = home.fails(2, arguments);
        assert!(error.contains(word), "{arguments:?}: {error}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = home_with(2_000);
    let search = ["table", "json", "jsonl", "csv"].map(|format| vec!["search", "-n", "all", "--format", format]);
    let others = [vec!["export", "-o", "-", "--layout", "full"], vec!["facets", "path", "-n", "all"]];
    for arguments in search.into_iter().chain(others) {
        let mut child = home.command(&arguments).spawn().expect("starts");
        let mut out = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        assert!(!line.is_empty());
        drop(out);
        let output = child.wait_with_output().expect("ends");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
        assert!(!error.contains("pipe") && !error.contains("panic"), "{arguments:?}: {error}");
    }
}

#[test]
fn a_closed_standard_error_is_no_harm() {
    let home = home_with(3);
    for (arguments, code) in
        [(&["search", "--format", "csv"][..], 0), (&["search", "staus:5"], 2), (&["search", "--frob"], 2)]
    {
        let mut command = home.command(arguments);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let status = command.stdout(std::process::Stdio::null()).stderr(writer).status().expect("runs");
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn finding_nothing_says_what_hides_it_and_what_is_near() {
    let home = home_with(120);
    let said = home.fails(1, &["search", "client:acmee", "status:200"]);
    let near = requests(120).iter().filter(|row| row["client"] == "acme" && row["status"] == 200).count();
    assert!(said.contains(&format!("has client:acmee; nearest: acme ({near}).")), "{said}");
    assert!(said.contains("Without client:acmee: 48 requests.") && !said.contains("Without Status"), "{said}");
    let said = home.fails(1, &["search", "status:599"]);
    assert!(said.contains("has Status 599; nearest: 502 (24), 404 (24), 200 (48)."), "{said}");
    let said = home.fails(1, &["search", "attributes.Region:eu"]);
    assert!(said.contains("has attributes.Region; nearest: attributes.region (120)."), "{said}");
    let said = home.fails(1, &["search", "502"]);
    assert!(said.contains("“502” is searched as a word; status:502 asks for the field: 24 requests"), "{said}");
    let said = home.fails(1, &["search", "https://acme.com/orders"]);
    assert!(said.contains("'(host:=acme.com path:/orders)' asks for the field"), "{said}");
    let said = home.fails(1, &["search", "client:=acme", "--since", "2026-11-30"]);
    assert!(said.contains("Without this period: 30 requests, the newest "), "{said}");
    let said = home.fails(1, &["search", "client:nobody", "method:NONE"]);
    assert!(said.contains("Without client:nobody and method:NONE: 120 requests."), "{said}");
    let ran = home.run(&["search", "status:599", "--format", "json"]);
    assert_eq!((ran.code, ran.text().trim()), (Some(1), "{\"records\":[],\"total\":0,\"exact\":true}"));
}

#[test]
fn a_source_without_requests_names_those_that_have_some() {
    let home = home_with(7);
    home.write("mail.jsonl", lines(&requests(3)));
    home.ok(&["import", "mail.jsonl", "--source", "mail room"]);
    // Configured and looked at, but nothing was brought yet: it cannot be reached.
    home.write("key", "sk-1\n");
    home.configure(
        "view = \"acme\"\n[sources.acme]\nkind = \"files-com\"\nurl = \"http://127.0.0.1:9\"\nkey = { file = \"~/key\" }\n",
    );
    let error = home.run(&["search"]).error();
    assert!(error.contains("acme has brought nothing into this store yet; this is mail room"), "{error}");
    home.run(&["collect", "--once"]);
    let others = "acme has no request in this store; web has 7 requests, mail room has 3 requests: \
                  --source web shows them, --source all everything\n";
    for arguments in [&["search"][..], &["search", "--source", "acme"]] {
        let error = home.fails(1, arguments);
        assert!(error.contains(others), "{error}");
    }
    for arguments in [&["summary"][..], &["facets", "status"], &["timeline"]] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.error());
        assert!(ran.error().contains(others), "{}", ran.error());
    }
    // Where there are requests, nothing is said, not even where none matches.
    assert!(!home.fails(1, &["search", "--source", "web", "status:418"]).contains("mail room"));
    assert!(!home.run(&["search", "--source", "all"]).error().contains("in this store"));
}

#[test]
fn an_attribute_that_no_list_names_is_not_said_to_be_nowhere() {
    let home = Home::new();
    let mut row = json!({"time": "2026-11-20T10:00:00Z", "status": 200});
    for number in 0..300 {
        row[format!("name_{number:03}")] = json!("x");
    }
    home.write("wide.jsonl", lines(&[row]));
    home.ok(&["import", "wide.jsonl", "--source", "wide"]);
    for number in [0, 150, 299] {
        let query = format!("attributes.name_{number:03}:x");
        assert!(home.ok(&["search", &query, "--format", "jsonl"]).contains("name_299"), "{query}");
    }
    let said = home.fails(1, &["search", "attributes.Name_001:x"]);
    assert!(said.contains("attributes.Name_001 is not in the list of attributes"), "{said}");
    assert!(said.contains("(256 attributes are listed, and there are more); nearest: attributes.name_001"), "{said}");
    assert!(home.ok(&["help", "fields"]).contains("at most 256 of them for each part of a store"));
}

#[test]
fn what_stands_only_in_an_attribute_is_found_there() {
    let home = Home::new();
    let row = json!({"time": "2026-11-20T10:00:00Z", "status": 200, "trace_id": "e6a9c3594fe00da838a4f32533373ad4",
        "customer": {"email": "maria@kunde.example"}});
    home.write("traced.jsonl", lines(&[row]));
    home.ok(&["import", "traced.jsonl", "--source", "traced"]);
    let said = home.fails(1, &["search", "maria@kunde.example"]);
    let keeps = "but attributes do: attributes.customer.email:maria@kunde.example keeps 1 request.";
    assert!(said.contains(keeps), "{said}");
    // Of the rows of the other steps, or else of the period's.
    let said = home.fails(1, &["search", "status:200 maria@kunde.example"]);
    assert!(said.contains(keeps), "{said}");
    let said = home.fails(1, &["search", "status:500 maria@kunde.example"]);
    assert!(said.contains(&keeps.replace(" request.", " request without the other steps.")), "{said}");
    let ran = home.run(&["get", "E6A9c359-4fe0-0da8-38a4-f32533373ad4"]);
    assert!(ran.text().contains("maria@kunde.example"), "{}", ran.text());
    let said = ran.error();
    assert!(said.contains("is no Request-ID here, but attributes.trace_id of 1 request"), "{said}");
    assert!(!home.fails(1, &["search", "nobody"]).contains("attributes"));
}

#[test]
fn of_many_requests_with_an_id_in_several_attributes_the_newest_are_shown_and_all_are_asked_for() {
    let home = Home::new();
    let id = "e6a9c3594fe00da838a4f32533373ad4";
    // Three in each of four attributes: more than are shown, though of none alone.
    let row = |n: usize| {
        let mut row = json!({"time": format!("2026-11-20T10:00:{n:02}Z"), "status": 200});
        row[["trace_id", "session", "parent", "upstream"][n % 4]] = id.into();
        row
    };
    let rows: Vec<_> = (0..12).map(row).collect();
    home.write("traced.jsonl", lines(&rows));
    home.ok(&["import", "traced.jsonl", "--source", "traced"]);
    let other = "0b7d1c5a4fe00da838a4f32533373ad4";
    let mention = |n: usize| json!({"time": format!("2026-11-21T10:00:{n:02}Z"), "status": 200, "path": format!("/x/{other}/{n}")});
    home.write("mentions.jsonl", lines(&(0..11).map(mention).collect::<Vec<_>>()));
    home.ok(&["import", "mentions.jsonl", "--source", "traced"]);
    let all_of = |id: &str, count: usize| {
        let ran = home.run(&["get", id, "--format", "jsonl"]);
        assert_eq!(ran.text().lines().count(), 10);
        let said = ran.error();
        assert!(said.contains(&format!("the newest 10 of {count} are shown; all: reqscope search")), "{said}");
        let query = said.rsplit("--period all ").next().unwrap_or_default().trim().trim_matches('\'');
        let all = home.ok(&["search", "--source", "all", "--period", "all", query, "-n", "50", "--format", "jsonl"]);
        assert_eq!(all.lines().count(), count, "{query}");
        said
    };
    // However it is written.
    for id in [id, "E6A9C359-4FE0-0DA8-38A4-F32533373AD4"] {
        let said = all_of(id, 12);
        assert!(said.contains("of 3 requests and 1 other attribute"), "{said}");
    }
    for id in [other, "0B7D1C5A-4FE0-0DA8-38A4-F32533373AD4"] {
        all_of(id, 11);
    }
}
