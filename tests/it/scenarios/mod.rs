//! Scenarios in `tests/scenarios/*.toml`: rows in the order of their arrival, questions, and the
//! answers, written by hand. The reference and the store, in every state that it can be in, must
//! give these answers.

mod check;
mod engines;
mod file;

use std::fs;
use std::thread;

use super::files::package;
use check::Checker;
use file::Scenario;

/// What a scenario's engines answer otherwise than it expects.
fn run(text: &str) -> Result<Vec<String>, String> {
    let scenario = Scenario::read(text)?;
    let mut wrong = Vec::new();
    for played in engines::play(&scenario, &mut wrong) {
        Checker::new(&scenario, &played, &mut wrong).run();
    }
    Ok(wrong)
}

#[test]
fn all_engines_answer_as_written() {
    let mut files = Vec::new();
    for entry in fs::read_dir(package().join("tests/scenarios")).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(path.extension().is_some_and(|extension| extension == "toml"), "{name} is no scenario");
        files.push((name, fs::read_to_string(&path).expect("a scenario can be read")));
    }
    assert!(files.len() >= 12, "only {} scenarios were found", files.len());
    let wrong: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = files.iter().map(|(name, text)| (name, scope.spawn(|| run(text)))).collect();
        let found = |(name, run): (&String, thread::ScopedJoinHandle<'_, Result<Vec<String>, String>>)| {
            let found = run.join().unwrap_or_else(|_| Err("it ended in a panic".into()));
            let found = found.unwrap_or_else(|error| vec![error]);
            found.into_iter().map(|text| format!("{name} {text}")).collect::<Vec<_>>()
        };
        runs.into_iter().flat_map(found).collect()
    });
    assert!(wrong.is_empty(), "{} answers are not as written:\n{}", wrong.len(), wrong.join("\n"));
}

/// A scenario that holds, for the tests of the suite itself.
const SMALL: &str = r#"
about = "two rows"
now = "2026-11-23T12:00:00Z"
sources = ["web"]

[[steps]]
do = "append"
source = "web"
at = "2026-11-23T11:00:00Z"
stored = 2
rows = '''
{"request_id":"a","time":"2026-11-23T10:00:00Z","status":200,"duration":100}
{"request_id":"b","time":"2026-11-23T10:00:01Z","status":500,"duration":200}
'''

[[asks]]
query = "status:5xx"
rows = ["b"]
sorted = [{ by = "duration:asc", rows = ["b"] }]
facets = [{ field = "status", values = [["200", 1, 1], ["500", 1, 1]] }]
timeline = { start = "2026-11-23T10:00:00Z", width = "1s", buckets = [[0, 0], [0, 1]], p95 = [-1, 200] }
summary = { count = 1, failed = 1, of = 2, spans = { "duration.p50" = 200 } }

[[gets]]
id = "handle of a"
rows = ["a"]

[[follows]]
after_step = 1
query = ""
rows = []

[[values]]
row = "a"
is = { status = "200" }
lacks = ["delay"]
"#;

#[test]
fn the_suite_can_fail() {
    assert_eq!(run(SMALL), Ok(Vec::new()));
    let changes = [
        ("stored = 2", "stored = 1", "expected IntakeResult { stored: 1"),
        ("rows = [\"b\"]\nsorted", "rows = [\"a\"]\nsorted", "rows by time:desc"),
        ("by = \"duration:asc\", rows = [\"b\"]", "by = \"duration:asc\", rows = []", "rows by duration:asc"),
        ("[\"200\", 1, 1]", "[\"200\", 0, 1]", "values of status"),
        ("[0, 0], [0, 1]", "[0, 0], [1, 0]", "the timeline"),
        ("p95 = [-1, 200]", "p95 = [-1, 210]", "p95 of bucket 1"),
        ("of = 2", "of = 1", "of: 2"),
        ("\"duration.p50\" = 200", "\"duration.p50\" = 210", "duration.p50"),
        ("id = \"handle of a\"\nrows = [\"a\"]", "id = \"handle of b\"\nrows = [\"a\"]", "get"),
        ("query = \"\"\nrows = []", "query = \"\"\nrows = [\"b\"]", "follow"),
        ("is = { status = \"200\" }", "is = { status = \"201\" }", "values of a"),
        ("lacks = [\"delay\"]", "lacks = [\"duration\"]", "values of a"),
        ("sources = [\"web\"]", "sources = [\"other\"]", "sources"),
    ];
    for (from, to, expected) in changes {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let found = run(&SMALL.replace(from, to)).expect("is read");
        // The reference and six states of the store.
        assert!(found.len() >= 7 && found.iter().all(|text| text.contains(expected)), "{to}: {found:#?}");
    }
}

#[test]
fn misspelt_and_unused_keys_are_refused() {
    let changes = [
        ("about = \"two rows\"", "about = \"\"", "says what they show"),
        ("now =", "nwo =", "nwo"),
        ("stored = 2", "stord = 2", "stord"),
        ("do = \"append\"", "do = \"apend\"", "apend"),
        ("status:5xx\"", "status:5xx\"\nperoid = \"24h\"", "peroid"),
        ("by = \"duration:asc\"", "sort = \"duration:asc\"", "sort"),
        ("field = \"status\",", "field = \"status\", topp = 1,", "topp"),
        ("width = \"1s\"", "width = \"1s\", p59 = []", "p59"),
        ("failed = 1", "faild = 1", "faild"),
        ("lacks = [\"delay\"]", "lack = [\"delay\"]", "lack"),
        ("after_step = 1", "after_step = 1\nsource = \"web\"", "source"),
        ("is = { status = \"200\" }\nlacks = [\"delay\"]", "", "nothing is said"),
        ("[[gets]]", "[[asks]]\nquery = \"x\"\n[[gets]]", "expects nothing"),
        ("[[gets]]", "[[asks]]\nquery = \"x\"\nerror = \"x\"\nrows = []\n[[gets]]", "an error and an answer"),
    ];
    for (from, to, expected) in changes {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let error = run(&SMALL.replace(from, to)).expect_err(to);
        assert!(error.contains(expected), "{to}: {error}");
    }
}
