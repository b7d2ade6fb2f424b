//! The files under `samples` are read: the good ones without a word, the bad ones with exactly the
//! messages that stand behind `#!` at their ends.

use super::*;

fn samples(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/samples").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .map(|file| (file.clone(), std::fs::read_to_string(file).expect("readable")))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn good_files_are_read() {
    for (file, text) in samples("good") {
        if let Err(error) = Config::read(&file, text.as_bytes()) {
            panic!("{error}");
        }
    }
}

#[test]
fn bad_files_are_refused_with_all_that_is_wrong() {
    for (file, text) in samples("bad") {
        let expected: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("#! ")).collect();
        let error = Config::read(Path::new("config.toml"), text.as_bytes()).expect_err(&text).to_string();
        let said: Vec<_> = error.lines().filter_map(|line| line.strip_prefix("config.toml:")).collect();
        assert_eq!(said, expected, "{}", file.display());
        assert!(!error.contains("CANARY"), "{error}");
    }
}

#[test]
fn values_arrive_with_their_places() {
    let (_, text) = samples("good").into_iter().find(|(file, _)| file.ends_with("everything.toml")).expect("is there");
    let config = Config::read(Path::new("/etc/reqscope/config.toml"), text.as_bytes()).expect("good");
    assert_eq!(config.file.as_deref(), Some(Path::new("/etc/reqscope/config.toml")));
    assert_eq!(config.store.map(|store| store.value), Some("/etc/reqscope/store".into()));
    assert_eq!(config.memory.map(|memory| memory.value), Some(1 << 30));
    assert_eq!(config.retain, Placed { value: 364 * DAY, place: Some(Place { line: 4, column: 10 }) });
    assert_eq!(config.view.as_deref().map(String::as_str), Some("big-one.2"));

    let names: Vec<_> = config.sources.iter().map(|source| source.name.value.as_str()).collect();
    assert_eq!(names, ["big-one.2", "local", "billing", "web"], "in the order of the file");

    let SourceKind::FilesCom(big) = &config.sources[0].kind else { panic!("files-com") };
    assert_eq!(big.address.value.host(), "logs.acme.example:8443");
    assert_eq!(big.workspace.map(|id| id.value), Some(7));
    assert_eq!(big.key.value, KeySource::Command(vec!["pass".into(), "show".into(), "files".into()]));
    assert_eq!(big.key.place, Some(Place { line: 11, column: 7 }));
    assert_eq!((big.fill.value, big.poll.value), (180 * DAY, 60_000_000));
    assert!(!config.sources[0].redact.value);

    let SourceKind::FilesCom(local) = &config.sources[1].kind else { panic!("files-com") };
    assert_eq!(local.key.value, KeySource::File("/etc/reqscope/../keys/local".into()));
    assert_eq!(local.fill, Placed::unwritten(30 * DAY));

    let SourceKind::Workato(billing) = &config.sources[2].kind else { panic!("workato") };
    assert_eq!(billing.collection_types, [("Billing".to_owned(), "proxy".to_owned())]);
    assert_eq!(billing.unit.map(|unit| unit.value), Some(SpanUnit::Millis));
}

#[test]
fn the_example_is_read_and_names_every_key() {
    let text = include_str!("../../assets/config.example.toml");
    let config = Config::read(Path::new("config.toml"), text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.sources.len(), 3);
    // What is commented out is right, too.
    let keys = ["store", "memory", "retain", "workspace", "fill", "poll", "ca", "redact", "format", "url"];
    for key in keys {
        assert!(text.contains(&format!("# {key} = ")), "{key}");
    }
    let open: String = text
        .lines()
        .filter(|line| !line.starts_with("# key") && !line.starts_with("# url"))
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest
                    .split_once(" = ")
                    .is_some_and(|(key, _)| keys.contains(&key) || key == "zone" || key == "unit") =>
            {
                rest
            }
            _ => line,
        })
        .fold(String::new(), |text, line| text + line + "\n");
    Config::read(Path::new("config.toml"), open.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn files_that_are_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("none.toml");
    let error = Config::load(Some(&missing)).expect_err("named, but missing").to_string();
    assert!(error.contains("none.toml") && error.contains("No such file"), "{error}");
}

#[test]
fn bytes_that_are_no_text() {
    let error = Config::read(Path::new("c\u{1b}.toml"), b"a = 1\nb = \"\xff\"").expect_err("not UTF-8").to_string();
    assert_eq!(error, "c␛.toml:2:6: this is not UTF-8");
}
