//! `facets`, `timeline` and `summary`: their JSON shapes, and that they say the same as `search`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::home::{Home, json_lines};

use super::data::{has_failed, home_with, requests};

fn facet(home: &Home, field: &str, more: &[&str]) -> Json {
    let all: Vec<&str> = ["facets", field, "-n", "all", "--format", "json"].iter().chain(more).copied().collect();
    home.json(&all)[field].clone()
}

fn sum(values: &Json, key: &str) -> u64 {
    values.as_array().expect("a list").iter().map(|value| value[key].as_u64().expect("a number")).sum()
}

#[test]
fn facets_are_an_independent_count() {
    let home = home_with(97);
    for field in ["status", "client", "method", "endpoint", "ip", "attributes.region"] {
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for row in requests(97) {
            let name = field.strip_prefix("attributes.").unwrap_or(field);
            *expected.entry(row.get(name).unwrap_or(&Json::Null).to_string()).or_default() += 1;
        }
        let facet = facet(&home, field, &[]);
        let values = facet["values"].as_array().expect("values");
        let found: BTreeMap<String, u64> = values
            .iter()
            .map(|value| (value["value"].to_string(), value["count"].as_u64().expect("a count")))
            .collect();
        assert_eq!(found, expected, "{field}");
        assert_eq!(facet["other"], 0);
        let counts: Vec<u64> = values.iter().filter_map(|value| value["count"].as_u64()).collect();
        assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    }
}

#[test]
fn durations_are_counted_by_ranges_that_are_queries() {
    let home = home_with(97);
    let facet = facet(&home, "duration", &[]);
    let values = facet["values"].as_array().expect("values");
    assert_eq!(sum(&facet["values"], "count"), 97, "{values:?}");
    assert!(values.len() > 3, "{values:?}");
    for value in values {
        let query =
            value["value"].as_str().map_or_else(|| "no:duration".to_owned(), |range| format!("duration:{range}"));
        let rows = json_lines(&home.ok(&["search", &query, "-n", "all", "--format", "jsonl"]));
        assert_eq!(Some(rows.len() as u64), value["count"].as_u64(), "{query}");
    }
    let table = home.ok(&["facets", "duration"]);
    let words: Vec<&str> =
        table.lines().skip(1).filter_map(|line| line.rsplit_once(' ').map(|(name, _)| name.trim())).collect();
    assert!(words.contains(&"100–500 ms") && words.last() == Some(&"(none)"), "in their own order: {words:?}");
}

#[test]
fn other_values_are_counted() {
    let home = home_with(97);
    let facet = home.json(&["facets", "status", "client", "-n", "1", "--format", "json"]);
    assert_eq!(
        facet.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["status".into(), "client".into()])
    );
    for field in ["status", "client"] {
        let values = &facet[field]["values"];
        assert_eq!(values.as_array().map(Vec::len), Some(1));
        assert_eq!(sum(values, "count") + facet[field]["other"].as_u64().expect("a number"), 97);
    }
    let table = home.ok(&["facets", "client", "-n", "1"]);
    assert!(table.contains("3 more"), "{table}");
    assert!(home.fails(2, &["facets", "cleint"]).contains("did you mean client?"));
    home.fails(2, &["facets"]);
}

#[test]
fn only_matching_values_are_counted() {
    let home = home_with(97);
    for (field, text, keeps) in [
        ("client", "ZETA", "zeta"),
        ("ip", "10.0.1.", "10.0.1."),
        ("path", "/orders/9", "/orders/9"),
        ("attributes.region", "E", "e"),
        ("request_id", "ABC0", "abc0"),
    ] {
        let name = field.strip_prefix("attributes.").unwrap_or(field);
        let rows = requests(97);
        let values = rows.iter().filter_map(|row| row[name].as_str());
        let expected = values.filter(|value| value.to_lowercase().contains(keeps)).count() as u64;
        let found = facet(&home, field, &["--matching", text]);
        assert!(expected > 0);
        assert_eq!(sum(&found["values"], "count"), expected, "{field}");
        let first = home.json(&["facets", field, "--matching", text, "-n", "1", "--format", "json"]);
        let first = &first[field];
        assert_eq!(first["values"].as_array().map(Vec::len), Some(1));
        assert_eq!(sum(&first["values"], "count") + first["other"].as_u64().expect("a number"), expected, "{field}");
    }
    assert_eq!(facet(&home, "client", &["--matching", "nobody"])["values"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_facet_leaves_out_its_own_filter_only() {
    let home = home_with(97);
    let all = requests(97);
    let count = |keeps: &dyn Fn(&Json) -> bool| all.iter().filter(|row| keeps(row)).count() as u64;
    let filter = ["-q", "client:=acme", "-q", "status:200"];
    assert_eq!(sum(&facet(&home, "client", &filter)["values"], "count"), count(&|row| row["status"] == 200));
    assert_eq!(sum(&facet(&home, "status", &filter)["values"], "count"), count(&|row| row["client"] == "acme"));
    let both = count(&|row| row["status"] == 200 && row["client"] == "acme");
    let methods = facet(&home, "method", &filter);
    assert_eq!(sum(&methods["values"], "count"), both);
    assert_eq!(sum(&methods["values"], "of"), 97, "each value's own traffic");
    // Which of them are not those of `search` is said.
    let said =
        home.run(&["facets", "client", "status", "method", "-q", "client:=acme -client:other", "-q", "status:200"]);
    let notes: Vec<String> = said.error().lines().filter(|line| line.contains("without")).map(str::to_owned).collect();
    assert_eq!(
        notes,
        ["client: counted without client:=acme -client:other", "status: counted without status:200"],
        "what is not as `search` lists it"
    );
}

#[test]
fn the_summary_has_its_shape_and_figures() {
    let home = home_with(97);
    let all = requests(97);
    let answer = home.json(&["summary", "--format", "json"]);
    assert_eq!(answer["count"], 97);
    assert_eq!(answer["failed"], all.iter().filter(|row| has_failed(row)).count());
    assert_eq!(answer["of"], 97);
    let mut durations: Vec<f64> = all.iter().filter_map(|row| row.get("duration").and_then(Json::as_f64)).collect();
    durations.sort_by(f64::total_cmp);
    for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
        let rank = ((durations.len() as f64 * quantile).ceil() as usize).max(1) - 1;
        let found = answer["duration"][name].as_f64().expect("a number");
        let exact = durations[rank];
        assert!((found - exact).abs() <= exact * 0.016, "{name} is {found}, exactly {exact}");
        assert_eq!(answer["delay"][name], Json::Null, "nobody waited");
    }
    let answer = home.json(&["summary", "status:502", "--format", "json"]);
    assert_eq!((&answer["count"], &answer["failed"], &answer["of"]), (&19.into(), &19.into(), &97.into()));
    let table = home.ok(&["summary"]);
    assert!(table.contains("requests") && table.contains("97") && table.contains("took p95"), "{table}");
    assert!(home.ok(&["summary", "--format", "csv"]).starts_with("count,failed,of,"));
}

#[test]
fn the_timeline_has_its_shape() {
    let home = home_with(97);
    let all = requests(97);
    let answer = home.json(&["timeline", "--by", "1h", "--format", "json"]);
    let buckets = answer["buckets"].as_array().expect("buckets");
    assert_eq!(buckets.len(), 17);
    for bucket in buckets {
        let (start, end) = (bucket["start"].as_str().expect("a time"), bucket["end"].as_str().expect("a time"));
        let inside = |row: &&Json| (start..end).contains(&row["time"].as_str().expect("a time"));
        let failed = all.iter().filter(inside).filter(|row| has_failed(row)).count();
        assert_eq!(bucket["failure"], failed, "{start}");
        assert_eq!(bucket["success"], all.iter().filter(inside).count() - failed, "{start}");
    }
    assert_eq!(buckets[0]["start"], "2026-11-20T00:00:00Z");
    assert_eq!(buckets[0]["end"], buckets[1]["start"]);
    let csv = home.ok(&["timeline", "--by", "1h", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 18);
    assert!(csv.starts_with("start,end,success,failure\n2026-11-20T00:00:00Z,2026-11-20T01:00:00Z,"), "{csv}");
    // A period that goes on with the clock ends nowhere; its last bucket does not, either.
    let since = ["timeline", "--by", "1d", "--since", "2026-11-20", "--format"];
    let answer = home.json(&[&since[..], &["json"]].concat());
    let ends: Vec<&Json> = answer["buckets"].as_array().expect("buckets").iter().map(|bucket| &bucket["end"]).collect();
    assert!(ends.iter().rev().skip(1).all(|end| end.is_string()) && ends.last().is_some_and(|end| end.is_null()));
    let csv = home.ok(&[&since[..], &["csv"]].concat());
    assert!(csv.lines().last().is_some_and(|line| line.contains("Z,,")), "{csv}");
    for width in ["soon", "1ms"] {
        assert!(home.fails(2, &["timeline", "--by", width]).contains("a second at least"));
    }
    home.fails(2, &["timeline", "--by", "1s", "--period", "2020-01-01..2026-12-31"]);
}

#[test]
fn buckets_are_days_and_months_of_the_zone() {
    let home = home_with(97);
    let buckets = |arguments: &[&str]| {
        let answer = home.json(&[&["timeline", "--format", "json"], arguments].concat());
        assert_eq!(sum(&answer["buckets"], "success") + sum(&answer["buckets"], "failure"), 97, "{arguments:?}");
        let buckets = answer["buckets"].as_array().expect("buckets").clone();
        let text = |bucket: &Json, name: &str| bucket[name].as_str().expect("a time").to_owned();
        buckets.iter().map(|bucket| (text(bucket, "start"), text(bucket, "end"))).collect::<Vec<_>>()
    };
    let pair = |from: &str, until: &str| (from.to_owned(), until.to_owned());
    let period = ["--period", "2026-11-01..2026-11-30", "--tz", "America/New_York"];
    let days = buckets(&[&["--by", "day"], &period[..]].concat());
    assert_eq!(days.len(), 30);
    assert_eq!(days[0], pair("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"), "a day of 25 hours");
    let weeks = buckets(&["--by", "week", "--tz", "Australia/Lord_Howe"]);
    assert_eq!(weeks, [pair("2026-11-15T13:00:00Z", "2026-11-22T13:00:00Z")]);
    let months = buckets(&["--by", "month", "--tz", "America/New_York"]);
    assert_eq!(months, [pair("2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z")]);
    // What scripts were written with goes on.
    assert_eq!(buckets(&["--bucket", "1h"]).len(), 17);
}

#[test]
fn buckets_are_split_by_class_or_field() {
    let home = home_with(97);
    let all = requests(97);
    let answer = home.json(&["timeline", "--by", "day", "--split", "client", "--format", "json"]);
    // Requests without one are counted, too: their value is null.
    let values = answer["split"]["values"].as_array().expect("values");
    assert_eq!(answer["split"]["by"], "client");
    let bucket = &answer["buckets"][0];
    let mut rest = bucket["success"].as_u64().expect("a count") + bucket["failure"].as_u64().expect("a count");
    for (place, value) in values.iter().enumerate() {
        let count = all.iter().filter(|row| row["client"] == *value).count() as u64;
        assert_eq!(bucket["counts"][place], count, "{value}");
        rest -= count;
    }
    assert_eq!(bucket["other"], rest);
    let classes = home.json(&["timeline", "--by", "day", "--split", "status-class", "--format", "json"]);
    assert_eq!(classes["split"], json!({"by": "status-class", "values": ["2xx", "3xx", "4xx", "5xx"]}));
    let csv = home.ok(&["timeline", "--by", "day", "--split", "status-class", "--format", "csv"]);
    assert!(csv.starts_with("start,end,success,failure,2xx,3xx,4xx,5xx,other\n"), "{csv}");
    let table = home.ok(&["timeline", "--by", "day", "--split", "client"]);
    let names: Vec<&str> = values.iter().map(|value| value.as_str().unwrap_or("(none)")).collect();
    assert!(names.iter().all(|name| table.contains(name)) && table.contains("Others"), "{table}");
    // Under a filter on the field itself, its values are those that are left.
    let last = names.iter().rev().find(|name| !name.contains(['"', '('])).expect("a plain name");
    let only = home.json(&["timeline", "--split", "client", "--format", "json", &format!("client:=\"{last}\"")]);
    assert_eq!(only["split"]["values"], json!([last]));
    assert!(home.json(&["timeline", "--split", "outcome", "--format", "json"]).get("split").is_none());
    assert!(home.fails(2, &["timeline", "--split", "clinet"]).contains("did you mean client?"));
}

#[test]
fn all_figures_say_the_same() {
    let home = home_with(150);
    let filters: &[&[&str]] = &[
        &[],
        &["-q", "is:failed"],
        &["-q", "client:acme OR status:none"],
        &["-q", "-has:duration"],
        &["-q", "upstream"],
        &["--period", "2026-11-20"],
        &["--as-of", "77"],
        &["-q", "method:POST", "--source", "web", "--period", "2026-11-20..2026-11-20", "--as-of", "100"],
    ];
    for filter in filters {
        let with = |command: &[&'static str]| {
            let arguments: Vec<&str> = command.iter().chain(*filter).copied().collect();
            home.json(&arguments)
        };
        let summary = with(&["summary", "--format", "json"]);
        let count = summary["count"].as_u64().expect("a count");
        assert!(count > 0, "{filter:?}");
        assert_eq!(with(&["search", "-n", "1", "--format", "json"])["total"], count, "{filter:?}");
        let timeline = with(&["timeline", "--format", "json"]);
        assert_eq!(sum(&timeline["buckets"], "failure"), summary["failed"].as_u64().expect("a count"), "{filter:?}");
        assert_eq!(sum(&timeline["buckets"], "success") + sum(&timeline["buckets"], "failure"), count, "{filter:?}");
        // A field that no filter here looks at by itself.
        let facets = with(&["facets", "ip", "endpoint", "-n", "2", "--format", "json"]);
        for field in ["ip", "endpoint"] {
            let facet = &facets[field];
            assert_eq!(sum(&facet["values"], "count") + facet["other"].as_u64().expect("a count"), count, "{filter:?}");
        }
    }
}

#[test]
fn buckets_of_all_time_are_those_of_the_source_whatever_is_filtered() {
    let home = home_with(97);
    let spans = |query: &[&str]| -> Vec<(Json, Json)> {
        let answer = home.json(&[&["timeline", "--format", "json"], query].concat());
        let buckets = answer["buckets"].as_array().expect("a list");
        buckets.iter().map(|bucket| (bucket["start"].clone(), bucket["end"].clone())).collect()
    };
    let all = spans(&[]);
    assert_eq!((all.len(), &all[0].0), (49, &json!("2026-11-20T00:00:00Z")), "{all:?}");
    // The first row alone, and the last.
    assert_eq!(spans(&["path:/orders/0"]), all);
    assert_eq!(spans(&["path:/orders/96"]), all);
    assert_eq!(
        spans(&["--until", "2026-11-20T08:00:00Z", "path:/orders/0"]),
        spans(&["--until", "2026-11-20T08:00:00Z"])
    );
}

#[test]
fn nothing_is_an_answer_of_the_same_shape() {
    let home = home_with(5);
    let ask = |command: &[&str]| home.json(&[command, &["-q", "nothing-has-this", "--format", "json"]].concat());
    let buckets = &ask(&["timeline"])["buckets"];
    assert_eq!(
        buckets.as_array().map(Vec::len),
        home.json(&["timeline", "--format", "json"])["buckets"].as_array().map(Vec::len)
    );
    assert_eq!(sum(buckets, "success") + sum(buckets, "failure"), 0);
    // Nothing in a time without a beginning has no span.
    assert_eq!(ask(&["timeline", "--until", "2020-01-01"]), json!({"buckets": []}));
    assert_eq!(ask(&["facets", "client"]), json!({"client": {"values": [], "other": 0, "other_values": 0}}));
    let summary = ask(&["summary"]);
    assert_eq!((&summary["count"], &summary["failed"], &summary["of"]), (&0.into(), &0.into(), &5.into()));
    assert_eq!((&summary["duration"]["p50"], &summary["first"]), (&Json::Null, &Json::Null));
    let csv = home.ok(&["timeline", "nothing-has-this", "--until", "2020-01-01", "--format", "csv"]);
    assert_eq!(csv, "start,end,success,failure\n");
    home.ok(&["export", "nothing-has-this", "-o", "none.csv"]);
    assert_eq!(std::fs::read_to_string(home.path().join("none.csv")).expect("is there").lines().count(), 1);
}
