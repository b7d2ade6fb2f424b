//! A panic gives the terminal back before it is reported.

use std::time::Duration;

use reqscope::runtime::terminal;

use super::program::{Program, clean};

/// Says which panic the process that a test starts is to end by.
const KIND: &str = "REQSCOPE_TEST_PANIC";

/// No test of its own: the part that panics, in a process with a terminal.
#[test]
#[ignore = "started by the tests below"]
fn panics_in_a_terminal() {
    let kind = std::env::var(KIND).unwrap_or_default();
    // What a test harness does with panics is out of the way.
    let _ = std::panic::take_hook();
    std::thread::spawn(move || {
        terminal::restore_on_panic();
        terminal::take().expect("a terminal");
        if kind == "other" {
            std::thread::spawn(|| panic!("on another thread")).join().expect_err("it panics");
            std::thread::sleep(Duration::from_mins(1));
        }
        panic!("on the thread of the screen");
    })
    .join()
    .expect_err("it panics");
    std::process::exit(101);
}

fn panic_by(kind: &str, report: &str) {
    let home = tempfile::tempdir().expect("a folder");
    let own = std::env::current_exe().expect("this program");
    let mut command = clean(&own.display().to_string(), home.path());
    command.env(KIND, kind);
    command.args(["--exact", "pty::panic::panics_in_a_terminal", "--ignored", "--nocapture"]);
    let mut program = Program::spawn(home, command, (120, 30));
    let status = program.wait_end(Duration::from_secs(10));
    assert_eq!(status.exit_code(), 101);
    program.wait("the report", Duration::from_secs(5), |program| program.text().contains(report));
    assert!(program.text().contains("Please report"), "{}", program.text());
    assert!(program.bytes().windows(8).any(|bytes| bytes == b"\x1b[?1049h"), "the terminal was taken");
    assert_eq!(program.leftovers(), Vec::<String>::new());
}

#[test]
fn on_the_thread_of_the_screen() {
    panic_by("screen", "on the thread of the screen");
}

#[test]
fn on_another_thread_it_ends_the_program() {
    panic_by("other", "on another thread");
}
