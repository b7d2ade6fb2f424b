//! Work that somebody watches: on a thread, with its progress told meanwhile.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Does work on a thread, and calls `look` every so often until it is done.
pub fn watched<T: Send>(every: Duration, work: impl FnOnce() -> T + Send, mut look: impl FnMut()) -> T {
    thread::scope(|scope| {
        let (running, ended) = channel::<()>();
        let worker = scope.spawn(move || {
            // It goes when the work has ended, in whatever way.
            let _running = running;
            work()
        });
        while ended.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            look();
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn work_is_looked_at_until_it_is_done() {
        let looks = AtomicU32::new(0);
        let work = || {
            while looks.load(Ordering::SeqCst) < 3 {
                thread::yield_now();
            }
            "done"
        };
        let look = || {
            looks.fetch_add(1, Ordering::SeqCst);
        };
        assert_eq!(watched(Duration::from_millis(1), work, look), "done");
        assert_eq!(watched(Duration::from_hours(1), || "at once", || unreachable!("it has ended")), "at once");
    }
}
