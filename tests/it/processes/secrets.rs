//! The key is nowhere: not in a file, not in what is said; and `get` asks the backend for what the
//! store lacks.

use std::path::PathBuf;
use std::process::Output;

use reqscope::base::time::Timestamp;
use serde_json::Value as Json;

use super::backend::Backend;

#[test]
fn the_key_leaves_no_trace_and_get_asks_the_backend() {
    let backend = Backend::start(3_000);
    let home = backend.home("5d");
    let mut said: Vec<(String, Output)> = Vec::new();
    let mut run = |arguments: &[&str], code: i32| -> String {
        let output = backend.run(&home, arguments);
        let (text, error) = (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        );
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}{error}");
        said.push((arguments.join(" "), output));
        text
    };
    run(&["collect", "--once"], 0);

    // A request that is older than what was fetched.
    let oldest = Timestamp::now().plus_secs(-90 * 86_400).rfc3339(0);
    let all = backend.all();
    let old: Vec<&Json> = all.iter().filter(|row| row["created_at"].as_str() < Some(&oldest)).take(2).collect();
    let id = |row: &Json| row["request_id"].as_str().expect("an id").to_owned();
    let (one, two) = (id(old[0]), id(old[1]));
    run(&["search", &format!("id:{one}"), "--period", "all"], 1);
    run(&["get", "--offline", &one], 1);
    let spelling = format!("{}-{}", &one[..8], &one[8..]).to_uppercase();
    let answer: Json = serde_json::from_str(&run(&["get", &spelling, "--format", "json"], 0)).expect("JSON");
    assert_eq!(
        (&answer["found"][0]["request_id"], &answer["found"][0]["just_fetched"]),
        (&one.clone().into(), &true.into())
    );
    assert_eq!(answer["found"][0]["time"], old[0]["created_at"]);
    // It is stored: the next time nobody is asked.
    let answer: Json = serde_json::from_str(&run(&["get", "--offline", &one, "--format", "json"], 0)).expect("JSON");
    assert_eq!(answer["found"][0]["request_id"], one);
    assert!(run(&["get", &two], 0).starts_with(&format!("Request-ID {two}\n")));
    let missing = "00000000000000000000000000000bad";
    let answer: Json = serde_json::from_str(&run(&["get", missing, "--format", "json"], 1)).expect("JSON");
    let searched = answer["missing"][0]["searched"].as_str().expect("words");
    assert!(searched.contains("127.0.0.1") && searched.contains("does not have it"), "{searched}");

    run(&["search", "-n", "all", "--format", "jsonl"], 0);
    run(&["export", "-o", "all.csv", "--layout", "full", "--period", "all"], 0);
    for arguments in
        [&["doctor"][..], &["config", "print"], &["config", "check"], &["store", "info"], &["store", "verify"]]
    {
        run(arguments, 0);
    }
    assert_eq!(home.files_with(backend.key.as_bytes()), Vec::<PathBuf>::new(), "no file has the key");
    for (arguments, output) in &said {
        for bytes in [&output.stdout, &output.stderr] {
            let found = memchr::memmem::find(bytes, backend.key.as_bytes());
            assert!(found.is_none(), "{arguments} says the key");
        }
    }
    // The search does find what is there.
    home.write("planted", format!("x{}y", backend.key));
    assert_eq!(home.files_with(backend.key.as_bytes()), [home.path().join("planted")]);
}
