//! Ctrl-C and its kin end work in an orderly way; a second one ends it at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::base::cancel::Cancel;

/// Raises a flag at the first signal; the second ends the program.
pub fn cancel_on_interrupt(cancel: &Cancel) -> std::io::Result<()> {
    let cancel = cancel.clone();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let seen = AtomicBool::new(false);
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if seen.swap(true, Ordering::SeqCst) {
                std::process::exit(128 + signal);
            }
            cancel.cancel();
        }
    })?;
    Ok(())
}
