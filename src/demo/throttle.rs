//! How fast may be asked.

use tokio::time::{Duration, Instant};

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
    pub fn new() -> Self {
        Self { tokens: BURST, filled_at: Instant::now() }
    }

    /// Takes a token, or says how long to wait for one.
    pub fn take(&mut self) -> Result<(), Duration> {
        let now = Instant::now();
        let passed = now.duration_since(self.filled_at).as_secs_f64();
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

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_steadily() {
        let mut throttle = Throttle::new();
        let taken = |throttle: &mut Throttle| (0..200).take_while(|_| throttle.take().is_ok()).count();
        assert_eq!(taken(&mut throttle), 80);
        assert!(throttle.take().unwrap_err() <= Duration::from_millis(25));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(taken(&mut throttle), 40);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&mut throttle), 80);
    }
}
