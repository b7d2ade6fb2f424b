//! Every end gives the terminal back.

use std::time::Duration;

use rustix::process::Signal;

use super::program::{Program, imported, requests};

/// A program at rest on a small store.
fn at_rest() -> Program {
    let program = Program::start_in(imported(&requests(300)), &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    program
}

/// Ends soon, and leaves the terminal as it was.
fn assert_restored(program: &mut Program, code: u32) {
    let status = program.wait_end(Duration::from_secs(5));
    assert_eq!(status.exit_code(), code, "{status:?}");
    // The last bytes may still be on their way.
    program.wait("the terminal as it was", Duration::from_secs(5), |program| program.leftovers().is_empty());
}

#[test]
fn the_screen_takes_the_terminal_at_all() {
    let program = at_rest();
    let taken = program.leftovers().join(", ");
    for part in ["alternate screen", "hidden cursor", "bracketed paste", "modes"] {
        assert!(taken.contains(part), "{part}: {taken}");
    }
}

#[test]
fn by_a_key() {
    for key in ["q", "Q", "\x03"] {
        let mut program = at_rest();
        program.send(key);
        assert_restored(&mut program, 0);
    }
}

#[test]
fn while_something_is_open() {
    let mut program = at_rest();
    program.send("/status");
    program.wait_for("filter › status");
    program.signal(Signal::TERM);
    assert_restored(&mut program, 0);
}

#[test]
fn by_signals() {
    for (signal, code) in [(Signal::TERM, 0), (Signal::INT, 130), (Signal::HUP, 0), (Signal::QUIT, 0)] {
        let mut program = at_rest();
        program.signal(signal);
        assert_restored(&mut program, code);
    }
}

#[test]
fn while_the_demo_fills() {
    let mut program = Program::start(&["demo", "--history", "50000", "--fresh"], (120, 30));
    program.wait_for("acme");
    program.signal(Signal::TERM);
    assert_restored(&mut program, 0);
}

#[test]
fn a_lost_terminal_ends_it() {
    let mut program = at_rest();
    program.hang_up();
    program.wait_end(Duration::from_secs(2));
}

#[test]
fn a_lost_terminal_ends_the_demo_too() {
    let mut program = Program::start(&["demo", "--history", "20000", "--fresh"], (120, 30));
    program.wait_for(" s old");
    program.hang_up();
    program.wait_end(Duration::from_secs(2));
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_it_from_ending() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = at_rest();
        program.pause(true);
        // Each of these draws the whole screen: more than a terminal holds unread.
        for _ in 0..20 {
            program.send("\x0c");
            std::thread::sleep(Duration::from_millis(20));
        }
        program.signal(signal);
        program.wait_end(Duration::from_secs(2));
        assert_eq!(program.modes_left(), None, "raw mode is off all the same");
    }
}

#[test]
fn a_terminal_that_stalled_shows_the_newest_state_in_the_end() {
    let mut program = at_rest();
    program.pause(true);
    for _ in 0..20 {
        program.send("\x0c");
        std::thread::sleep(Duration::from_millis(20));
    }
    program.send("jjjj");
    std::thread::sleep(Duration::from_millis(200));
    program.pause(false);
    program.wait_for("5/300");
    program.send("q");
    assert_restored(&mut program, 0);
}
