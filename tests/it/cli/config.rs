//! Configuration, help and wrong use: errors name file, line and column, and what was meant.

use crate::home::Home;

use super::data::home_with;

#[test]
fn unknown_keys_are_refused_with_their_place() {
    let home = Home::new();
    let path =
        home.configure("zone = \"UTC\"\nstroe = \"/x\"\n\n[sources.acme]\nkind = \"files-com\"\n  sitee = \"acme\"\n");
    for arguments in [&["config", "check"][..], &["search"], &["get", "abcdef12"], &["import", "x"], &["collect"]] {
        let error = home.fails(2, arguments);
        let place = |line: u32, column: u32| format!("{}:{line}:{column}: ", path.display());
        assert!(error.contains(&format!("{}unknown key “stroe”; did you mean “store”?", place(2, 1))), "{error}");
        assert!(error.contains(&format!("{}unknown key “sitee”; did you mean “site”?", place(6, 3))), "{error}");
    }
}

#[test]
fn wrong_values_are_refused_with_their_place() {
    let home = Home::new();
    for (text, place, word) in [
        ("zone = \"Mars/Olympus\"\n", "1:8", "Mars/Olympus"),
        ("retain = 5\n", "1:10", "180d"),
        ("view = \"acme\"\n", "1:8", "there is no source “acme”"),
        ("zone = \n", "1:", ""),
        ("[sources.a]\nkind = \"files-con\"\n", "2:8", "files-com"),
        ("[sources.a]\nkind = \"files-com\"\nsite = \"a\"\npoll = \"1ms\"\n", "4:8", ""),
        ("[sources.a]\nkind = \"files-com\"\nurl = \"http://files.acme.example\"\n", "3:7", "http"),
        ("[sources.a]\nkind = \"file\"\n", "1:", "path"),
    ] {
        home.configure(text);
        let error = home.fails(2, &["config", "check"]);
        assert!(error.contains(&format!("config.toml:{place}")) && error.contains(word), "{text}: {error}");
    }
    // A key in the file is refused and not repeated.
    home.configure("[sources.a]\nkind = \"files-com\"\nsite = \"a\"\nkey = \"sk-very-secret-1\"\n");
    let error = home.fails(2, &["config", "check"]);
    assert!(error.contains("config.toml:4:7") && error.contains("FILES_API_KEY"), "{error}");
    assert!(!error.contains("very-secret"), "{error}");
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let key = home.write("acme.key", "sk-very-secret-1\n");
    home.configure(&format!(
        "[sources.acme]\nkind = \"files-com\"\nurl = \"http://127.0.0.1:9\"\nkey = {{ file = \"{}\" }}\n",
        key.display()
    ));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("set");
    let ran = home.run(&["collect", "--once"]);
    assert_eq!(ran.code, Some(3), "{}", ran.error());
    assert!(ran.error().contains("acme.key") && !ran.error().contains("very-secret"), "{}", ran.error());
}

#[test]
fn the_example_is_right_and_not_written_over() {
    let home = Home::new();
    assert!(home.ok(&["config", "check"]).contains("there is no"));
    home.ok(&["config", "init"]);
    let path = home.path().join(".config/reqscope/config.toml");
    let text = std::fs::read_to_string(&path).expect("is there");
    assert!(text.contains("[sources.acme]"));
    assert!(home.ok(&["config", "check"]).contains("3 sources"));
    assert!(home.fails(2, &["config", "init"]).contains("is there already"));
    let printed = home.ok(&["config", "print"]);
    home.configure(&printed);
    assert_eq!(home.ok(&["config", "print"]), printed, "what is printed is a configuration that means the same");
}

#[test]
fn a_store_is_found_in_the_named_order() {
    let home = home_with(3);
    let count = |arguments: &[&str]| home.json(arguments)["count"].as_u64();
    assert_eq!(count(&["summary", "--format", "json"]), Some(3));
    home.write("one.jsonl", "{\"time\":\"2026-11-20T00:00:00Z\",\"status\":200,\"client\":\"one\"}\n");
    home.ok(&["import", "one.jsonl", "--store", "other"]);
    assert_eq!(count(&["summary", "--store", "other", "--format", "json"]), Some(1));
    home.configure(&format!("store = \"{}\"\n", home.path().join("other").display()));
    assert_eq!(count(&["summary", "--format", "json"]), Some(1));
    let mut command = home.command(&["summary", "--format", "json"]);
    let output = command.env("REQSCOPE_STORE", home.store()).output().expect("runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"count\":3"));
}

#[test]
fn without_a_store_it_says_what_to_do() {
    let home = Home::new();
    for arguments in
        [&["search"][..], &["summary"], &["get", "abcdef12"], &["export", "-o", "x.csv"], &["store", "info"]]
    {
        let error = home.fails(3, arguments);
        assert!(error.contains("there is no store") && error.contains("reqscope demo"), "{arguments:?}: {error}");
    }
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new(), "reading makes nothing");
    let error = home.fails(2, &["collect"]);
    assert!(error.contains("config init"), "{error}");
}

#[test]
fn the_screen_needs_a_terminal() {
    let home = home_with(3);
    for arguments in [&[][..], &["demo"], &["web.jsonl"], &["open", "web.jsonl"]] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.error());
        assert!(ran.error().contains("terminal") && ran.out.is_empty(), "{arguments:?}: {}", ran.error());
    }
}

#[test]
fn help_and_version() {
    let home = Home::new();
    assert_eq!(home.ok(&["--version"]), format!("reqscope {}\n", env!("CARGO_PKG_VERSION")));
    let help = home.ok(&["--help"]);
    for command in
        ["demo", "open", "collect", "import", "search", "get", "facets", "timeline", "summary", "tail", "export"]
    {
        assert!(help.contains(&format!("  {command} ")), "{command}: {help}");
        assert!(home.ok(&[command, "--help"]).contains("Usage: "), "{command}");
    }
    for topic in ["query", "keys", "fields"] {
        assert!(home.ok(&["help", topic]).lines().count() > 10, "{topic}");
    }
    let fields = home.ok(&["help", "fields"]);
    for field in ["request_id", "status_details", "gateway_code", "from_parent_site", "delay"] {
        assert!(fields.contains(field), "{field}");
    }
    home.fails(2, &["help", "nothing"]);
    let formats = home.json(&["formats", "--format", "json"]);
    assert!(formats.to_string().contains("workato-csv"), "{formats}");
}

#[test]
fn formats_explain_says_what_a_file_is_read_as() {
    let home = Home::new();
    home.write(
        "access.log",
        "203.0.113.9 - - [23/Nov/2026:12:01:22 +0000] \"GET /orders?token=abcdefgh12345678 HTTP/1.1\" 502 157 \"-\" \"curl/8\"\n",
    );
    let said = home.ok(&["formats", "explain", "access.log"]);
    assert!(said.starts_with("access.log is read as nginx-combined: "), "{said}");
    for line in ["fits best", "files-com-csv    does not fit: ", "path", "/orders?token=", "502"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("abcdefgh12345678"), "secrets are taken out as on import: {said}");
    let told = home.ok(&["formats", "explain", "access.log", "--format", "nginx-combined"]);
    assert!(told.contains("read as nginx-combined") && !told.contains("fits best"), "{told}");
    home.write("notes.txt", "what is to be done\n");
    assert!(home.fails(2, &["formats", "explain", "notes.txt"]).contains("has no format that is known here"));
    assert!(home.fails(3, &["formats", "explain", "nowhere.log"]).contains("nowhere.log"));
}

#[test]
fn common_options_may_stand_before_the_command() {
    let home = Home::new();
    home.write("web.jsonl", super::data::lines(&super::data::requests(3)));
    assert!(home.ok(&["--store", "mine", "import", "web.jsonl"]).contains("3 stored"));
    assert_eq!(
        home.json(&["--store=mine", "--tz", "UTC", "summary", "--period", "all", "--format", "json"])["count"],
        3
    );
    assert!(home.ok(&["--store", "mine", "store", "info"]).contains('3'));
}
