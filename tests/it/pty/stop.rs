//! Stopped and continued, as by a shell.

use std::time::Duration;

use rustix::process::Signal;

use super::program::{Program, imported, requests};

fn at_rest() -> Program {
    let program = Program::start_in(imported(&requests(300)), &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    program
}

fn assert_stops_and_goes_on(program: &mut Program) {
    program.wait("stopped", Duration::from_secs(5), |program| program.state() == 'T');
    program.wait("the terminal as it was", Duration::from_secs(5), |program| program.leftovers().is_empty());
    program.resize((80, 24));
    program.signal(Signal::CONT);
    program.wait("drawn anew in the new size", Duration::from_secs(5), |program| {
        let text = program.text();
        text.contains("1/300") && text.lines().all(|line| line.chars().count() <= 80)
    });
    assert!(!program.leftovers().is_empty(), "the terminal is taken again");
    program.send("j");
    program.wait_for("2/300");
    program.send("q");
    assert!(program.wait_end(Duration::from_secs(5)).success());
    program.wait("the terminal as it was", Duration::from_secs(5), |program| program.leftovers().is_empty());
}

#[test]
fn by_its_key() {
    let mut program = at_rest();
    program.send("\x1a");
    assert_stops_and_goes_on(&mut program);
}

#[test]
fn by_a_signal() {
    let mut program = at_rest();
    program.signal(Signal::TSTP);
    assert_stops_and_goes_on(&mut program);
}

#[test]
fn twice() {
    let mut program = at_rest();
    for step in 0..2 {
        program.send("\x1a");
        program.wait("stopped", Duration::from_secs(5), |program| program.state() == 'T');
        program.signal(Signal::CONT);
        program.wait("going on", Duration::from_secs(5), |program| program.state() != 'T');
        program.send("j");
        program.wait_for(&format!("{}/300", step + 2));
    }
}
