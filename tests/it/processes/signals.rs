//! SIGINT is 130; SIGTERM ends a service in good order.

use std::io::Write;

use rustix::process::Signal;

use crate::cli::data::home_with;
use crate::home::{Home, Running, wait_for};

use super::backend::{Backend, Lines, PATIENCE, records};

/// One request.
const ROW: &[u8] = b"{\"time\":\"2026-11-20T00:00:00Z\",\"status\":200,\"client\":\"a\"}\n";

#[test]
fn a_collector_ends_in_good_order() {
    let backend = Backend::start(300);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 0)] {
        let home = backend.home("175d");
        let mut collector = Running::start(&mut backend.collector(&home, &["collect"]));
        wait_for("records", PATIENCE, || records(&home.store()).filter(|records| *records > 0));
        collector.signal(signal);
        assert_eq!(collector.exit_code(), Some(code), "{signal:?}");
        home.ok(&["store", "verify"]);
    }
}

#[test]
fn a_backend_ends_in_good_order() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 0)] {
        let mut backend = Backend::start(100);
        backend.process.signal(signal);
        assert_eq!(backend.process.exit_code(), Some(code), "{signal:?}");
    }
}

#[test]
fn a_source_that_is_not_there_fails() {
    let mut backend = Backend::start(100);
    let home = backend.home("30d");
    // A wrong key: one try, a sentence that says where the key came from.
    let mut command = home.command(&["collect", "--once"]);
    let output = command.env("FILES_API_KEY", "wrong-key-0123456789").output().expect("runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("FILES_API_KEY") && !error.contains("wrong-key"), "{error}");
    // No key at all.
    let output = home.command(&["collect", "--once"]).output().expect("runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("FILES_API_KEY"), "{error}");
    // Nobody there: it says so, and tries again until it is told to end.
    backend.process.signal(Signal::TERM);
    assert_eq!(backend.process.exit_code(), Some(0));
    let mut collector = Running::start(&mut backend.collector(&home, &["collect"]));
    let lines = Lines::of(collector.child.stderr.take().expect("a pipe"));
    let line = lines.wait_for("127.0.0.1");
    assert!(!line.contains(&backend.key), "{line}");
    collector.signal(Signal::INT);
    assert_eq!(collector.exit_code(), Some(130));
}

#[test]
fn an_import_from_a_pipe_ends_when_it_is_interrupted() {
    let home = Home::new();
    let mut command = home.command(&["import", "-"]);
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let mut import = Running::start(command.stdin(reader));
    drop(command);
    // Enough for the format to be found: then there is a store, and all else is waited for.
    writer.write_all(&ROW.repeat((64 << 10) / ROW.len() + 1)).expect("written");
    wait_for("the store", PATIENCE, || records(&home.store()));
    import.signal(Signal::INT);
    // The other end of the pipe stays open: one signal is enough all the same.
    assert_eq!(import.exit_code(), Some(130));
    drop(writer);
    assert_eq!(records(&home.store()), Some(0), "half an import is none");
    home.write("a.jsonl", ROW);
    home.ok(&["import", "a.jsonl"]);
    home.ok(&["store", "verify"]);
}

#[test]
fn who_writes_into_a_full_pipe_ends_when_it_is_interrupted() {
    let home = home_with(2_000);
    for arguments in [&["export", "-o", "-", "--layout", "full"][..], &["tail", "-n", "2000", "--format", "jsonl"]] {
        let mut writer = Running::start(&mut home.command(arguments));
        let pipe = writer.child.stdout.take().expect("a pipe");
        let is_full = || rustix::io::ioctl_fionread(&pipe).ok().filter(|bytes| *bytes > 60_000);
        wait_for("a full pipe", PATIENCE, is_full);
        writer.signal(Signal::INT);
        assert_eq!(writer.exit_code(), Some(130), "{arguments:?}");
    }
}
