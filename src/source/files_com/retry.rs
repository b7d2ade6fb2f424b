//! How long to wait: what the backend wishes, else longer each time and never all at once.

use std::time::Duration;

use crate::base::time::Timestamp;
use crate::base::time_parse::parse_time;

/// The header `Retry-After`, in seconds or as a date. A date counts from the answer's own `Date`, so
/// that this machine's clock does not matter. Nothing when it is neither, or lies in the past.
pub(super) fn retry_after(value: &[u8], answered: Timestamp) -> Option<Duration> {
    let value = value.trim_ascii();
    if !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
        // More digits than fit are a pause for as long as there is.
        let seconds = std::str::from_utf8(value).ok()?.parse().unwrap_or(LONGEST.as_secs());
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let text = std::str::from_utf8(value).ok()?;
    // Only dates as HTTP writes them: a bare number or a word is no wish that can be met.
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let until = parse_time(value, None)?.at;
    let micros = u64::try_from(until.since(answered)).ok().filter(|micros| *micros > 0)?;
    Some(Duration::from_micros(micros).min(LONGEST))
}

/// A pause beyond this is no number to reckon with; ten years.
const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);

/// A pause beyond this is obeyed, but said.
pub(super) const LONG_PAUSE: Duration = Duration::from_mins(15);

/// Waiting times between tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    /// The most that is waited after the first failure.
    pub(super) base: Duration,
    /// The most that is ever waited.
    pub(super) cap: Duration,
}

impl Backoff {
    /// Full jitter: anything from nothing to the bound, which doubles with each failure (the first
    /// is 1) up to the cap. `jitter` is a random number from 0 to 1.
    pub(super) fn wait(self, failures: u32, jitter: f64) -> Duration {
        self.bound(failures).mul_f64(jitter.clamp(0.0, 1.0))
    }

    /// For a backend that asked for a pause without saying how long: never less than the base, the
    /// rest jittered.
    pub(super) fn pause(self, failures: u32, jitter: f64) -> Duration {
        (self.base + self.wait(failures, jitter)).min(self.cap)
    }

    fn bound(self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1).min(30));
        self.base.saturating_mul(factor).min(self.cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BACKOFF: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_mins(5) };
    const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC

    #[test]
    fn wishes_of_backends() {
        let cases: [(&str, Option<u64>); 14] = [
            ("3", Some(3)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("Mon, 23 Nov 2026 12:01:24 GMT", Some(2)),
            ("Mon, 23 Nov 2026 12:01:22 GMT", None),
            ("Sun, 22 Nov 2026 12:01:22 GMT", None),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("1.5", None),
            ("3 s", None),
            ("1795435300", Some(315_360_000)),
            ("99999999999999999999999", Some(315_360_000)),
            ("Mon, 99 Nov 2026 12:01:24 GMT", None),
        ];
        for (value, expected) in cases {
            assert_eq!(retry_after(value.as_bytes(), NOW), expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn bounds_double_up_to_the_cap() {
        let bounds: Vec<_> = (1..=11).map(|failures| BACKOFF.wait(failures, 1.0).as_secs()).collect();
        assert_eq!(bounds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(BACKOFF.wait(5, 0.0), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn waits_stay_in_bounds(failures in any::<u32>(), jitter in -1.0..2.0_f64) {
            prop_assert!(BACKOFF.wait(failures, jitter) <= BACKOFF.cap);
            prop_assert!(BACKOFF.pause(failures, jitter) >= BACKOFF.base);
            prop_assert!(BACKOFF.pause(failures, jitter) <= BACKOFF.cap);
        }

        #[test]
        fn any_wish_is_read_without_a_panic(value in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = retry_after(&value, NOW);
        }
    }
}
