//! Several processes at once: a backend, collectors that are killed, one store.

use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

/// Sends a signal to a child.
pub fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("an id")).expect("no zero");
    kill_process(pid, signal).expect("the child is there");
}
