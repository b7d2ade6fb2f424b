//! Stopping work that nobody waits for any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A flag shared between who asks and who works. Long loops look at it between blocks.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    is_raised: AtomicBool,
    lock: Mutex<()>,
    raised: Condvar,
}

impl Cancel {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag; it stays raised.
    pub fn cancel(&self) {
        // Under the lock, so that nobody begins to wait between the flag and the call.
        let _lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.is_raised.store(true, Ordering::Relaxed);
        self.0.raised.notify_all();
    }

    /// Whether the work should stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_raised.load(Ordering::Relaxed)
    }

    /// Waits so long, or until the work should stop.
    pub fn wait(&self, span: Duration) {
        let lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waited is told by the flag why it ended.
        let _ended = self.0.raised.wait_timeout_while(lock, span, |()| !self.is_cancelled());
    }
}

/// Numbers the questions a screen asks, so that a late answer is known as late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u64);

impl Generation {
    /// The next one; this one becomes stale.
    #[must_use = "the new generation is the one to ask under"]
    pub fn advance(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_when_the_flag_is_raised() {
        let cancel = Cancel::new();
        cancel.wait(Duration::from_millis(1));
        assert!(!cancel.is_cancelled());
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| cancel.wait(Duration::from_hours(1)));
            cancel.cancel();
            waits.join().expect("it waits no longer");
        });
        cancel.wait(Duration::from_hours(1));
    }
}
