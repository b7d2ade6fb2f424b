//! The layers: each module uses only those to its left in
//!
//! ```text
//! base < model < { config, query } < { engine, source, export } < app < view < runtime < cli
//! ```
//!
//! those in one brace do not use each other, and foreign crates stay behind fences. What is held
//! is what the sources say: every path in every file under `src`.

mod paths;

use std::fs;

use super::files::{package, rust_files};
use paths::{paths, without_tests};

/// Modules with those that each may use directly. What these may use is allowed as well.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("model", &["base"]),
    ("config", &["model"]),
    ("query", &["model"]),
    ("engine", &["query"]),
    ("source", &["model", "config"]),
    ("export", &["query"]),
    ("app", &["engine", "source", "export"]),
    ("view", &["app"]),
    ("runtime", &["view"]),
    // The demo stands beside the chain: a made-up backend, and records to fill it. Nothing but the
    // command line starts it.
    ("demo", &["source"]),
    ("cli", &["runtime", "demo"]),
];

/// A foreign crate, and where it may be used: paths under `src`, and why.
const FENCES: &[(&[&str], &[&str])] = &[
    // The terminal.
    (&["ratatui", "crossterm"], &["view", "runtime"]),
    // The store's two file formats.
    (&["rusqlite", "arrow", "arrow_array", "arrow_buffer", "arrow_ipc", "arrow_schema"], &["engine/local"]),
    // HTTP clients: pollers, and engines that are asked over HTTP.
    (&["reqwest"], &["source", "engine"]),
    // The argument parser.
    (&["clap"], &["cli"]),
];

/// In tests besides: where, which crate, and why.
const TEST_EXCEPTIONS: &[(&str, &str, &str)] =
    &[("demo", "reqwest", "the made-up backend is asked by a client that is not ours")];

/// What state and picture may not name: no clock, no file, no socket, no terminal, no thread.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::os",
    "chrono::Local",
    "chrono::Utc::now",
    "tokio",
    "rustix",
    "signal_hook",
    "tempfile",
    "fastrand",
];

/// The pure modules.
const PURE: &[&str] = &["app", "view"];

/// A source file: its path under `src`, and its text.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// Whether the whole file is only for tests.
    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name == "tests.rs" || name == "testing.rs" || name.ends_with("_tests.rs") || self.path.contains("/tests/")
    }

    /// The path of its module: `engine/local/ask.rs` is `engine`, `local`, `ask`.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        path.split('/').map(str::to_owned).collect()
    }

    /// The module of the chain that it belongs to; `main.rs` starts the command line.
    fn layer(&self) -> String {
        match self.module().swap_remove(0).as_str() {
            "main" | "lib" => "cli".to_owned(),
            layer => layer.to_owned(),
        }
    }
}

/// What a module may use, itself included, by way of others too.
fn allowed(layer: &str) -> Vec<&str> {
    let mut all = vec![layer];
    let mut at = 0;
    while at < all.len() {
        let direct = MAY_USE.iter().find(|(name, _)| *name == all[at]).map_or(&[][..], |(_, direct)| direct);
        all.extend(direct.iter().filter(|name| !all.contains(name)).copied().collect::<Vec<_>>());
        at += 1;
    }
    all
}

/// What a source does that the rules do not allow.
fn violations(source: &Source<'_>) -> Vec<String> {
    let is_test = source.is_test();
    let mut found = check(source, source.text, is_test);
    let shipped = without_tests(source.text);
    if !is_test && shipped.len() < source.text.len() {
        // The tests at the end have the rules of tests.
        let line = shipped.lines().count();
        let is_in_tests = |text: &String| {
            let number = text.split(':').nth(1).and_then(|number| number.parse::<usize>().ok());
            number.is_some_and(|number| number > line)
        };
        let as_test = check(source, source.text, true);
        found.retain(|text| !is_in_tests(text) || as_test.contains(text));
    }
    found
}

fn check(source: &Source<'_>, text: &str, is_test: bool) -> Vec<String> {
    let layer = source.layer();
    let mut found = Vec::new();
    let Some((layer, _)) = MAY_USE.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{}:1: “{layer}” is not in the table of layers", source.path)];
    };
    let allowed = allowed(layer);
    for path in paths(text, &source.module()) {
        let mut say = |what: String| found.push(format!("{}:{}: {what}", source.path, path.line));
        let first = path.parts[0].as_str();
        if first == "crate" || first == "reqscope" {
            let used = path.parts.get(1).map_or("", String::as_str);
            let is_layer = MAY_USE.iter().any(|(name, _)| *name == used);
            if is_layer && !allowed.contains(&used) {
                say(format!("{layer} uses {used}"));
            }
        }
        for (crates, places) in FENCES {
            let is_inside = places.iter().any(|place| source.path.starts_with(&format!("{place}/")));
            let is_excused = is_test && TEST_EXCEPTIONS.iter().any(|(at, name, _)| at == layer && *name == first);
            if crates.contains(&first) && !is_inside && !is_excused {
                say(format!("{first} outside {}", places.join(", ")));
            }
        }
        if PURE.contains(layer) && !is_test {
            let whole = path.parts.join("::");
            let is_clock = path.parts.windows(2).any(|pair| pair[0] == "Timestamp" && pair[1] == "now");
            let is_impure = IMPURE
                .iter()
                .any(|name| whole.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")));
            if is_clock || is_impure {
                say(format!("{layer} names {whole}"));
            }
        }
    }
    found
}

#[test]
fn the_layers_hold() {
    let root = package().join("src");
    let files = rust_files(&root);
    assert!(files.len() > 100, "the sources are read");
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&root).expect("below src").to_str().expect("names are UTF-8");
        let text = fs::read_to_string(file).expect("a source can be read");
        let source = Source { path, text: &text };
        found.extend(violations(&source));
        seen.push(source.layer());
    }
    assert_eq!(found, Vec::<String>::new(), "DESIGN: a module uses only what stands to its left");
    // A table that names modules that are gone would hold nothing.
    for (layer, _) in MAY_USE {
        assert!(seen.iter().any(|seen| seen == layer), "there is no module {layer}");
    }
}

#[test]
fn planted_violations_are_found() {
    let planted: &[(&str, &str, &str)] = &[
        ("base/a.rs", "use crate::model::record::Record;", "base uses model"),
        ("model/a.rs", "fn f() { crate::query::parse(x) }", "model uses query"),
        ("config/a.rs", "use crate::query::Filter;", "config uses query"),
        ("query/a.rs", "use crate::config::Config;", "query uses config"),
        ("engine/a.rs", "use crate::source::Event;", "engine uses source"),
        ("engine/a.rs", "use crate::{base::time, export::json};", "engine uses export"),
        ("engine/a.rs", "use crate::config::Config;", "engine uses config"),
        ("source/a.rs", "use super::super::engine::Engine;", "source uses engine"),
        ("source/files_com/a.rs", "use super::super::super::query::Filter;", "source uses query"),
        ("export/a.rs", "pub use crate::source::X;", "export uses source"),
        ("app/a.rs", "use crate::view::Theme;", "app uses view"),
        ("view/a.rs", "use crate::runtime::Input;", "view uses runtime"),
        ("runtime/a.rs", "use crate::cli::args::Args;", "runtime uses cli"),
        ("runtime/a.rs", "use crate::demo::Platform;", "runtime uses demo"),
        ("demo/a.rs", "use crate::engine::Engine;", "demo uses engine"),
        ("demo/server_tests.rs", "use crate::engine::Engine;", "demo uses engine"),
        ("extra/a.rs", "", "is not in the table"),
        ("app/a.rs", "use ratatui::Frame;", "ratatui outside"),
        ("cli/a.rs", "use crossterm::event;", "crossterm outside"),
        ("engine/a.rs", "use rusqlite::Connection;", "rusqlite outside"),
        ("runtime/a.rs", "fn f(a: arrow_array::Array) {}", "arrow_array outside"),
        ("runtime/a.rs", "fn f() { ::reqwest::get(x) }", "reqwest outside"),
        ("demo/server.rs", "use reqwest::Client;", "reqwest outside"),
        ("runtime/a.rs", "use clap::Parser;", "clap outside"),
        ("app/a.rs", "use std::{fs, sync::Arc};", "app names std::fs"),
        ("app/a.rs", "use std::net::TcpStream;", "app names std::net::TcpStream"),
        ("app/a.rs", "use std::time::{Duration, Instant};", "app names std::time::Instant"),
        ("app/a.rs", "fn f() { std::time::SystemTime::now() }", "app names std::time::SystemTime::now"),
        ("app/a.rs", "fn f() { Timestamp::now() }", "app names Timestamp::now"),
        ("app/a.rs", "use tokio::sync::mpsc;", "app names tokio::sync::mpsc"),
        ("app/a.rs", "fn f() { std::thread::spawn(g) }", "app names std::thread::spawn"),
        ("view/a.rs", "use std::fs;", "view names std::fs"),
        ("app/a.rs", "use std::fs;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n", "app/a.rs:1: app names std::fs"),
    ];
    for (path, text, expected) in planted {
        let found = violations(&Source { path, text });
        assert_eq!(found.len(), 1, "{path}: {text}: {found:?}");
        assert!(found[0].contains(expected), "{found:?} is not “{expected}”");
    }
}

#[test]
fn what_is_allowed_passes() {
    let fine: &[(&str, &str)] = &[
        ("model/a.rs", "use crate::base::time::Timestamp;\nuse super::record::Record;"),
        (
            "engine/local/a.rs",
            "use rusqlite::Connection;\nuse crate::query::Filter;\nuse super::super::error::EngineError;",
        ),
        ("source/a.rs", "use reqwest::Client;\nuse crate::config::Config;"),
        ("demo/server_tests.rs", "use reqwest::Client;"),
        ("demo/a.rs", "#[cfg(test)]\nmod tests {\n    use reqwest::Client;\n}\n"),
        ("app/a.rs", "use std::time::Duration;\n// use std::fs;\nconst HINT: &str = \"tokio::spawn\";"),
        ("app/a.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"),
        ("main.rs", "fn main() { reqscope::cli::main() }"),
        ("runtime/a.rs", "use crate::engine::Engine;\nuse crossterm::event;"),
    ];
    for (path, text) in fine {
        assert_eq!(violations(&Source { path, text }), Vec::<String>::new(), "{path}");
    }
}
