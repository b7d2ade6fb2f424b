//! The made-up backend as a process, what it has, and collectors pointed at it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use reqscope::engine::local::{Store, StoreOptions};
use reqscope::source::format::registry::Registry;
use serde_json::Value as Json;

use crate::home::{Home, Running};

/// What is waited for comes within this time, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The made-up backend, in a process of its own.
pub struct Backend {
    /// The process.
    pub process: Running,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// The key that it wants.
    pub key: String,
    _home: Home,
}

impl Backend {
    /// Starts one with so many requests over 180 days.
    pub fn start(history: u32) -> Self {
        let home = Home::new();
        let history = history.to_string();
        let mut process =
            Running::start(&mut home.command(&["demo", "--no-view", "--history", &history, "--port", "0"]));
        let lines = Lines::of(process.child.stdout.take().expect("a pipe"));
        let address = lines.wait_for("address ").split_off("address ".len());
        let key = lines.wait_for("key ").split_off("key ".len());
        assert!(address.starts_with("http://127.0.0.1:") && key.len() >= 16, "{address} {key}");
        Self { process, address, key, _home: home }
    }

    /// A home whose configuration has the source `acme`, filled so far back. The key is in the
    /// environment of [`Self::collector`] only.
    pub fn home(&self, fill: &str) -> Home {
        let home = Home::new();
        home.configure(&format!(
            "[sources.acme]\nkind = \"files-com\"\nurl = \"{}\"\nfill = \"{fill}\"\npoll = \"1s\"\n",
            self.address
        ));
        home
    }

    /// A command that has the key.
    pub fn collector(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = home.command(arguments);
        command.env("FILES_API_KEY", &self.key);
        command
    }

    /// Runs a command that has the key to its end.
    pub fn run(&self, home: &Home, arguments: &[&str]) -> std::process::Output {
        self.collector(home, arguments).output().expect("runs")
    }

    /// All requests in the answers of the backend, newest first, asked for without the program.
    pub fn all(&self) -> Vec<Json> {
        // Installed already when another test was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(self.pages())
    }

    async fn pages(&self) -> Vec<Json> {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut rows: Vec<Json> = Vec::new();
        let mut cursor = String::new();
        let until = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < until, "the backend's list has no end");
            let mut address = format!("{}/api/rest/v1/api_request_logs?per_page=1000", self.address);
            if !cursor.is_empty() {
                address = format!("{address}&cursor={}", cursor.replace('+', "%2B").replace('/', "%2F"));
            }
            let request = client.get(address).header("X-FilesAPI-Key", &self.key);
            let answer = request.send().await.expect("an answer");
            if answer.status() == 429 {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
            assert_eq!(answer.status(), 200);
            let next = answer.headers().get("X-Files-Cursor").map(|next| next.to_str().expect("ASCII").to_owned());
            let page: Vec<Json> = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("a list");
            rows.extend(page);
            match next {
                Some(next) => cursor = next,
                None => return rows,
            }
        }
    }
}

/// The lines of a pipe, read beside the test.
pub struct Lines(Receiver<String>);

impl Lines {
    /// Of a pipe.
    pub fn of(pipe: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next line that holds a text; fails when none comes in time.
    pub fn wait_for(&self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.0.recv_timeout(left) {
                Ok(line) if line.contains(text) => return line,
                Ok(_) => {}
                Err(error) => panic!("no line with “{text}” came: {error}"),
            }
        }
    }
}

/// How many requests a store has at this moment; none when there is no store yet.
pub fn records(store: &Path) -> Option<u64> {
    open(store).and_then(|store| store.info().ok()).map(|info| info.records)
}

/// Opens a store beside the processes that use it.
pub fn open(store: &Path) -> Option<Store> {
    let options = StoreOptions { create: false, ..StoreOptions::default() };
    Store::open(store, options, Arc::new(Registry::new())).ok()
}

/// What makes a row of the backend's answers itself, in the words of the program.
pub fn essence(row: &Json) -> [String; 6] {
    let text = |value: &Json| match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    ["request_id", "created_at", "response_code", "username", "api_name", "duration_ms"].map(|name| text(&row[name]))
}

/// The same of a record as `search` writes it.
pub fn essence_of_record(row: &Json) -> [String; 6] {
    let text = |value: &Json| match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    ["request_id", "time", "status", "client", "endpoint", "duration"].map(|name| text(&row[name]))
}
