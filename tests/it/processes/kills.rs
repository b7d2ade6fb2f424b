//! kill -9 in the first fill: what was acknowledged is there, nothing is there twice, and the next
//! collector goes on.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use reqscope::base::cancel::Cancel;
use reqscope::base::time::Timestamp;

use crate::home::{Running, json_lines, look_for};

use super::backend::{Backend, essence, essence_of_record, open, records};

/// Collectors that are killed as soon as they have stored something, or some milliseconds later.
const KILLS: &[u64] = &[0, 3, 10, 20, 0, 40, 80, 5];

/// Collectors that are killed so many milliseconds after they were started, before there is anything.
const EARLY_KILLS: &[u64] = &[5, 40, 90];

#[test]
fn nothing_is_lost_or_doubled_by_kills() {
    let backend = Backend::start(3_000);
    let home = backend.home("175d");
    for millis in EARLY_KILLS {
        let mut collector = Running::start(&mut backend.collector(&home, &["collect"]));
        thread::sleep(Duration::from_millis(*millis));
        collector.child.kill().expect("killed");
        collector.child.wait().expect("ends");
    }
    let (mut acknowledged, mut stages) = (0, 0);
    for later in KILLS {
        let mut collector = Running::start(&mut backend.collector(&home, &["collect"]));
        let is_more = || records(&home.store()).filter(|records| *records > acknowledged);
        // When everything is there, the log grows too slowly to wait for.
        let Some(more) = look_for(Duration::from_secs(4), is_more) else { break };
        thread::sleep(Duration::from_millis(*later));
        acknowledged = records(&home.store()).unwrap_or_default().max(more);
        collector.child.kill().expect("killed");
        collector.child.wait().expect("ends");
        stages += 1;

        let store = open(&home.store()).expect("a store that was left in a hurry opens");
        let kept = store.info().expect("figures").records;
        assert!(kept >= acknowledged, "{acknowledged} were acknowledged, {kept} are there");
        acknowledged = kept;
        let verified = store.verify(&Cancel::new(), |_| ()).expect("can be read");
        assert_eq!(verified.problems, Vec::<String>::new(), "at {kept} records");
    }
    assert!(stages >= 4, "the fill was over after {stages} kills");

    // What is older than the start of the last run, and young enough for both, must be equal.
    let until = Timestamp::now().plus_secs(-60).rfc3339(0);
    let output = backend.run(&home, &["collect", "--once"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let from = Timestamp::now().plus_secs(-174 * 86_400).rfc3339(0);
    let is_inside = |time: &str| from.as_str() <= time && time < until.as_str();
    let mut expected: BTreeMap<[String; 6], u32> = BTreeMap::new();
    let all = backend.all();
    for row in all.iter().map(essence).filter(|row| is_inside(&row[1])) {
        *expected.entry(row).or_default() += 1;
    }
    let text = home.ok(&["search", "-n", "all", "--period", "all", "--source", "acme", "--format", "jsonl"]);
    let mut found: BTreeMap<[String; 6], u32> = BTreeMap::new();
    for row in json_lines(&text).iter().map(essence_of_record).filter(|row| is_inside(&row[1])) {
        *found.entry(row).or_default() += 1;
    }
    assert!(expected.len() > 10_000, "the backend has {}", expected.len());
    let lost: Vec<_> = expected.iter().filter(|(row, count)| found.get(*row) != Some(count)).collect();
    let extra: Vec<_> = found.iter().filter(|(row, count)| expected.get(*row) != Some(count)).collect();
    assert!(lost.is_empty() && extra.is_empty(), "lost {lost:?}, extra {extra:?}");

    let info = home.json(&["store", "info", "--format", "json"]);
    let source = &info["sources"][0];
    assert_eq!((&source["gaps"], &source["bad"]), (&0.into(), &0.into()), "{source}");
    home.ok(&["store", "verify"]);
    // The panes count what the backend has given.
    let period = format!("{from}..{until}");
    let facets = home.json(&["facets", "status", "interface", "-n", "all", "--period", &period, "--format", "json"]);
    for (field, name) in [("status", "response_code"), ("interface", "interface")] {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for row in all.iter().filter(|row| is_inside(row["created_at"].as_str().unwrap_or_default())) {
            *counts.entry(row[name].to_string()).or_default() += 1;
        }
        let values = facets[field]["values"].as_array().expect("values");
        let found: BTreeMap<String, u64> = values
            .iter()
            .map(|value| (value["value"].to_string(), value["count"].as_u64().expect("a count")))
            .collect();
        assert_eq!(found, counts, "{field}");
    }
}
