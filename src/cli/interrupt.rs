//! Ctrl-C and its kin end work in an orderly way; a second one ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::base::cancel::Cancel;

use super::error::ErrorKind;

/// Which signal came.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicI32>);

impl Interrupt {
    /// Whether the program was asked to end by whoever runs it, and not by a person's Ctrl-C.
    pub fn is_termination(&self) -> bool {
        self.0.load(Ordering::SeqCst) == SIGTERM
    }
}

/// Raises a flag at the first signal; the second ends the program.
pub fn cancel_on_interrupt(cancel: &Cancel) -> std::io::Result<Interrupt> {
    let cancel = cancel.clone();
    let interrupt = Interrupt::default();
    let Interrupt(first) = interrupt.clone();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if first.swap(signal, Ordering::SeqCst) != 0 {
                std::process::exit(128 + signal);
            }
            cancel.cancel();
        }
    })?;
    Ok(interrupt)
}

/// Work that was interrupted has ended by itself after so long, unless it waits for somebody.
const ENDS_SOON: Duration = Duration::from_millis(500);

/// For work at a pipe: who waits for one to be written or read cannot be told anything. When the
/// work has not ended soon after an interrupt, the program ends around it.
pub fn end_while_waiting(cancel: &Cancel) -> std::io::Result<()> {
    let cancel = cancel.clone();
    thread::Builder::new().name("interrupt".into()).spawn(move || {
        while !cancel.is_cancelled() {
            cancel.wait(Duration::from_hours(1));
        }
        thread::sleep(ENDS_SOON);
        std::process::exit(i32::from(ErrorKind::Interrupted.code()));
    })?;
    Ok(())
}
