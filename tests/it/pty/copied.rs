//! Commands that are copied from the screen ask the store that it shows, wherever they are run.

use super::program::{Program, imported, requests};

/// The command for one request, as the menu of what can be copied shows it.
fn copied(home: tempfile::TempDir, arguments: &[&str]) -> String {
    let mut program = Program::start_in(home, arguments, (200, 50));
    program.wait_for("1/300");
    program.send("Y");
    program.wait_for("reqscope get");
    let text = program.text();
    let line = text.lines().find(|line| line.contains("reqscope get")).map(str::to_owned);
    line.expect("it was just there")
}

#[test]
fn a_configuration_that_was_named_is_not_needed_for_the_copied_command() {
    let home = imported(&requests(300));
    std::fs::write(home.path().join("mine.toml"), "store = \"store\"\n").expect("a file");
    let line = copied(home, &["--config", "mine.toml"]);
    assert!(line.contains(" --store /") && !line.contains("--config"), "{line}");

    // From another folder, a relative path would be another store.
    let line = copied(imported(&requests(300)), &["--store", "store"]);
    assert!(line.contains(" --store /"), "{line}");
}

#[test]
fn the_store_that_is_found_anyway_is_not_named() {
    let home = imported(&requests(300));
    let folder = home.path().join(".config/reqscope");
    std::fs::create_dir_all(&folder).expect("a folder");
    let store = home.path().join("store").display().to_string();
    std::fs::write(folder.join("config.toml"), format!("store = \"{store}\"\n")).expect("a file");
    let line = copied(home, &["--store", "store"]);
    assert!(!line.contains("--store"), "{line}");
}
