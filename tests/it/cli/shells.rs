//! Queries as they are printed, pasted into shells.

use std::process::Command;
use std::time::{Duration, Instant};

use reqscope::base::time::Timestamp;
use reqscope::query::parse;

use crate::home::{Home, PROGRAM};

const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

/// Queries with everything in them that a shell takes for its own.
const QUERIES: &[&str] = &[
    "timeout status:5xx -client:Monitor",
    "-timeout -\"upstream closed\"",
    "client:=\"ETL Partner\",Acme",
    "client:\"O'Brien & Sons\" path:/a?b=1&c=$HOME",
    "client:etl* path:\"*/x*\"",
    "error~\"a\\d+\\\\[bc]{2}|(x)\"",
    "error:\"it's \\\\x27 \\\\\\\\ done! !! `id` $(id) ~ #1 ;ls\"",
    "(status:502 OR duration>1.5s) -(method:GET path:/health)",
    "client:=\"~root\" (client:=\"=ls\") (client:=\"%self\") (client:=\"{a,b}\") (client:=\"[ab]\")",
    "client:=\"~root\",\"=ls\" status:500 (status:502)",
    "client:=\"日本 é\\x0a\\xff\" attributes.x:1.5..2",
    "no:job has:client ip:10.0.0.0/8 id:7594794d* time:* is:failed",
];

/// The arguments that a shell makes of a line; nothing when there is no such shell here.
fn arguments(shell: &str, line: &str) -> Option<Vec<String>> {
    let output = Command::new(shell).args(["-c", &format!("printf '%s\\n' {line}")]).current_dir("/").output().ok()?;
    assert!(output.status.success(), "{shell}: {line}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect())
}

#[test]
fn a_printed_query_means_the_same_behind_every_shell() {
    let mut shells = Vec::new();
    for shell in ["bash", "zsh", "fish"] {
        for query in QUERIES {
            let filter = parse(query, NOW, chrono_tz::UTC).expect(query).filter;
            let printed = filter.to_string();
            let Some(arguments) = arguments(shell, &printed) else { continue };
            let again = parse(&arguments.join(" "), NOW, chrono_tz::UTC).expect(&printed).filter;
            assert_eq!(again, filter, "{shell}: {query} printed as {printed} came as {arguments:?}");
            shells.push(shell);
        }
    }
    assert!(shells.contains(&"bash"), "there is a shell on every machine that runs the tests");
}

/// What bash offers at the end of a line.
fn offered(home: &Home, line: &str, words: &[&str]) -> Vec<String> {
    let script = home.write("completion.bash", home.ok(&["completions", "bash"]));
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let run = format!(
        "source '{}'; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({}); COMP_CWORD={}; \
         _reqscope; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script.display(),
        quoted.join(" "),
        words.len() - 1
    );
    let mut command = Command::new("bash");
    command.args(["-c", &run]).env_clear().env("HOME", home.path()).env("PATH", "/usr/bin:/bin");
    let output = command.output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn shells_are_told_the_sources_that_there_are() {
    let home = Home::new();
    assert_eq!(offered(&home, &format!("{PROGRAM} search --source "), &[PROGRAM, "search", "--source", ""]), [""]);
    home.configure("[sources.shop]\nkind = \"file\"\npath = \"none.log\"\n");
    home.write("a.jsonl", "{\"time\":\"2026-11-01T00:00:00Z\",\"status\":200}\n");
    home.ok(&["import", "a.jsonl", "--source", "web"]);
    let line = format!("{PROGRAM} search --source ");
    assert_eq!(offered(&home, &line, &[PROGRAM, "search", "--source", ""]), ["shop", "web", "all"]);
    let line = format!("{PROGRAM} import --source ");
    assert_eq!(offered(&home, &line, &[PROGRAM, "import", "--source", ""]), ["shop", "web"], "one is written to");
    assert_eq!(offered(&home, &format!("{PROGRAM} collect s"), &[PROGRAM, "collect", "s"]), ["shop"]);
    let there = home.path().join("other");
    home.ok(&["import", "a.jsonl", "--source", "api", "--store", "other"]);
    let line = format!("{PROGRAM} search --store {} --source=", there.display());
    let words = [PROGRAM, "search", "--store", &there.display().to_string(), "--source", "="];
    assert_eq!(offered(&home, &line, &words), ["shop", "api", "all"], "bash cuts words at the sign");
    assert!(!home.path().join("none").exists());
}

/// The same, once the data were read in the time that a key has.
fn offered_of_data(home: &Home, line: &str, words: &[&str]) -> Vec<String> {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let found = offered(home, line, words);
        if found != [""] || Instant::now() > end {
            return found;
        }
    }
}

#[test]
fn shells_are_told_the_values_that_there_are() {
    let home = Home::new();
    let nothing = offered(&home, &format!("{PROGRAM} search client:"), &[PROGRAM, "search", "client", ":"]);
    assert_eq!(nothing, [""], "without a store there is nothing, and nothing is said");
    let row = |client: &str| format!("{{\"time\":\"2026-11-01T00:00:00Z\",\"status\":200,\"client\":\"{client}\"}}\n");
    let rows = ["Eve", "Eve", "ETL Partner", "O'Brien", "$(id)", "a\\u001bb"].map(row);
    home.write("a.jsonl", rows.concat());
    home.ok(&["import", "a.jsonl", "--source", "web"]);
    let of = |typed: &str| {
        let (field, rest) = typed.split_once(':').expect("a term");
        let (sign, value) = rest.strip_prefix('=').map_or((":", rest), |value| (":=", value));
        let cut = [PROGRAM, "search", field, sign, value];
        let words: Vec<&str> = cut.into_iter().filter(|word| !word.is_empty()).collect();
        offered_of_data(&home, &format!("{PROGRAM} search {typed}"), &words)
    };
    assert_eq!(of("client:=ev"), ["Eve"]);
    assert_eq!(of("client:=etl"), [r#"\"ETL\ Partner\""#], "as the shell takes it for one word");
    assert_eq!(of("client:=partner"), [r#"\"ETL\ Partner\""#], "what holds it, where nothing begins with it");
    assert_eq!(
        of("client:="),
        ["Eve", r#"\"\$\(id\)\""#, r#"\"ETL\ Partner\""#, r#"\"O\\x27Brien\""#, r#"\"a\\x1bb\""#]
    );
    assert_eq!(of("client:e"), ["=Eve", r#"=\"ETL\ Partner\""#, " "], "nothing takes the place of what is typed");
}
