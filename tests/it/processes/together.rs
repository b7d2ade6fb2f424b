//! Several processes on one store: one collects, the next takes over; imports go on beside it.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::cli::data::{lines, requests};
use crate::home::{Running, wait_for};

use super::backend::{Backend, Lines, PATIENCE, records};

/// A successor takes over within this time.
const TAKEN_OVER: Duration = Duration::from_secs(5);

/// How the first collector leaves.
enum Leaves {
    Killed,
    Told(Signal, i32),
}

fn assert_taken_over(leaves: &Leaves) {
    let backend = Backend::start(300);
    let home = backend.home("30d");
    let start = || {
        let mut collector = Running::start(&mut backend.collector(&home, &["collect"]));
        let lines = Lines::of(collector.child.stderr.take().expect("a pipe"));
        (collector, lines)
    };
    let (mut first, said) = start();
    said.wait_for("acme: collected from here");
    let (second, said) = start();
    let line = said.wait_for("collects it already");
    assert!(line.contains(&format!("process {}", first.child.id())), "it says who: {line}");

    let left_at = Instant::now();
    match leaves {
        Leaves::Killed => {
            first.child.kill().expect("killed");
            first.child.wait().expect("ends");
        }
        Leaves::Told(signal, code) => {
            first.signal(*signal);
            assert_eq!(first.exit_code(), Some(*code));
        }
    }
    said.wait_for("acme: collected from here");
    assert!(left_at.elapsed() < TAKEN_OVER, "after {:?}", left_at.elapsed());
    // It does not only say so: it asks, and stores what it is given.
    let covered = || {
        let info = home.json(&["store", "info", "--format", "json"]);
        info["sources"][0]["complete"]["until"].as_str().map(str::to_owned)
    };
    wait_for("what is complete", PATIENCE, || covered().map(|_| ()));
    drop(second);
    home.ok(&["store", "verify"]);
}

#[test]
fn a_successor_takes_over_when_the_first_is_killed() {
    assert_taken_over(&Leaves::Killed);
}

#[test]
fn a_successor_takes_over_when_the_first_quits() {
    assert_taken_over(&Leaves::Told(Signal::TERM, 0));
}

#[test]
fn imports_go_on_while_a_collector_runs() {
    let backend = Backend::start(3_000);
    let home = backend.home("175d");
    let collector = Running::start(&mut backend.collector(&home, &["collect"]));
    wait_for("the first records", PATIENCE, || records(&home.store()).filter(|records| *records > 0));

    let all = requests(4_000);
    home.write("whole.jsonl", lines(&all));
    home.write("half.jsonl", lines(&all[..2_000]));
    // The same requests by two imports at once: each is stored once. A third goes elsewhere.
    let mut imports: Vec<Running> = [("whole.jsonl", "files"), ("half.jsonl", "files"), ("whole.jsonl", "other")]
        .iter()
        .map(|(file, source)| Running::start(&mut home.command(&["import", file, "--source", source])))
        .collect();
    for import in &mut imports {
        assert_eq!(import.exit_code(), Some(0));
    }
    let count = |source: &str| {
        let answer = home.json(&["summary", "--source", source, "--period", "all", "--format", "json"]);
        answer["count"].as_u64()
    };
    // Nine of ten have an id. The others are known by file and place, and the half is the same file,
    // before it grew.
    assert_eq!(count("files"), Some(4_000));
    assert_eq!(count("other"), Some(4_000));
    let with_id = home.json(&["search", "has:request_id", "--source", "files", "-n", "1", "--format", "json"]);
    assert_eq!(with_id["total"], 3_600);

    // The collector goes on to the end of its fill, and what it brings is whole.
    drop(collector);
    let output = backend.run(&home, &["collect", "--once"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let collected = count("acme").expect("a count");
    let all: std::collections::BTreeSet<String> =
        backend.all().iter().map(|row| row["request_id"].to_string()).collect();
    // At both ends the log moves on meanwhile: 5 of 180 days are not fetched.
    assert!(collected <= all.len() as u64 && collected * 100 > all.len() as u64 * 90, "{collected} of {}", all.len());
    home.ok(&["store", "verify"]);
}
