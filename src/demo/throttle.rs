//! How fast may be asked.

use std::time::{Duration, Instant};

/// Requests per second that are answered for long.
pub const PER_SECOND: f64 = 40.0;
/// Requests that are answered at once after a pause.
pub const BURST: f64 = 80.0;

/// A bucket of tokens: each request takes one, they come back steadily.
#[derive(Debug)]
pub struct Throttle {
    tokens: f64,
    filled_at: Instant,
}

impl Throttle {
    /// A full bucket.
    pub fn new(now: Instant) -> Self {
        Self { tokens: BURST, filled_at: now }
    }

    /// Takes a token, or says how long to wait for one.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = (self.tokens + passed * PER_SECOND).min(BURST);
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / PER_SECOND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_steadily() {
        let start = Instant::now();
        let mut throttle = Throttle::new(start);
        let mut taken = |seconds| {
            let now = start + Duration::from_secs(seconds);
            (0..200).take_while(|_| throttle.take(now).is_ok()).count()
        };
        assert_eq!([taken(0), taken(0), taken(1), taken(60)], [80, 0, 40, 80]);
        assert!(throttle.take(start + Duration::from_mins(1)).unwrap_err() <= Duration::from_millis(25));
    }
}
