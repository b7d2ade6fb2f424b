//! What a made-up platform is made from. Small, and kept beside the demo's store, so that a
//! restart and a second process give the same rows.

use serde::{Deserialize, Serialize};

use crate::base::time::{SECOND, Timestamp};

use super::draw::{Draw, seed_of};

/// Days for which the platform keeps its log, as the vendor does (its page "API Logs").
pub const RETENTION_DAYS: i64 = 180;

/// Requests over [`RETENTION_DAYS`] unless told otherwise.
pub const DEFAULT_HISTORY: u64 = 500_000;

/// More than this many requests a second are not made.
pub const MAX_RATE: f64 = 20_000.0;

/// A history beyond this is cut to it; it comes to about [`MAX_RATE`] at the busiest hour.
pub const MAX_HISTORY: u64 = 10_000_000_000;

const DAY: i64 = 86_400;
const START_STEP: i64 = 600;

/// What a platform is made from. Its traffic is a function of this and of absolute time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlatformSpec {
    /// Decides about everything that is left to chance.
    pub seed: u64,
    /// About so many requests in the 180 days up to the noon (UTC) of the day of the first start;
    /// incidents come on top.
    pub history: u64,
    /// The first start, on a full ten minutes.
    pub started: Timestamp,
    /// Requests per second from a time on, in order of time; until the first of these the traffic
    /// has its natural shape.
    pub rates: Vec<(Timestamp, f64)>,
}

impl Default for PlatformSpec {
    fn default() -> Self {
        Self { seed: 1, history: DEFAULT_HISTORY, started: Timestamp(0), rates: Vec::new() }
    }
}

impl PlatformSpec {
    /// A platform that is first started now.
    pub fn new(seed: u64, history: u64, now: Timestamp) -> Self {
        let started = Timestamp::from_secs(now.secs().div_euclid(START_STEP) * START_STEP);
        Self { seed, history, started, rates: Vec::new() }
    }

    /// From a time on, a constant number of requests per second; replaces what was said for
    /// later times. Not a number and less than zero are zero.
    pub fn set_rate(&mut self, from: Timestamp, per_second: f64) {
        self.rates.retain(|(at, _)| *at < from);
        self.rates.push((from, clean_rate(per_second)));
    }

    /// Midnight (UTC) of the day of the first start, in seconds: past incidents and the shape of
    /// the history have fixed distances from it.
    pub(super) fn anchor(&self) -> i64 {
        self.start_secs().div_euclid(DAY) * DAY
    }

    /// The first start in seconds, on a full ten minutes also when the file says otherwise, and
    /// within a range in which no arithmetic overflows (up to the year 2500).
    pub(super) fn start_secs(&self) -> i64 {
        let secs = self.started.0.div_euclid(SECOND).clamp(0, 16_725_225_600);
        secs.div_euclid(START_STEP) * START_STEP
    }

    pub(super) fn clean_history(&self) -> f64 {
        self.history.min(MAX_HISTORY) as f64
    }

    /// The explicit rates in order of time, in seconds.
    pub(super) fn clean_rates(&self) -> Vec<(i64, f64)> {
        let mut rates: Vec<(i64, f64)> = self.rates.iter().map(|(at, rate)| (at.secs(), clean_rate(*rate))).collect();
        rates.sort_by_key(|(at, _)| *at);
        rates
    }
}

fn clean_rate(per_second: f64) -> f64 {
    if per_second.is_nan() { 0.0 } else { per_second.clamp(0.0, MAX_RATE) }
}

/// The key that the platform of a seed accepts. It opens nothing but made-up data, so it is a
/// function of the seed and need not be stored. Letters and digits only: the vendor's own client
/// refuses others.
pub fn key(seed: u64) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut draw = Draw::new(seed_of(&[seed, 0x6b]));
    "demo".chars().chain((0..28).map(|_| char::from(*draw.pick(LETTERS)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time_parse::parse_time;

    fn at(text: &str) -> Timestamp {
        parse_time(text.as_bytes(), None).expect(text).at
    }

    #[test]
    fn the_start_is_on_ten_minutes() {
        let spec = PlatformSpec::new(1, 10, at("2026-11-23T12:07:59Z"));
        assert_eq!(spec.started, at("2026-11-23T12:00:00Z"));
        assert_eq!(spec.anchor(), at("2026-11-23T00:00:00Z").secs());
        assert_eq!(spec, PlatformSpec::new(1, 10, at("2026-11-23T12:00:00Z")));
    }

    #[test]
    fn it_survives_json_and_odd_values() {
        let mut spec = PlatformSpec::new(9, 10, at("2026-11-23T12:07:59Z"));
        spec.set_rate(at("2026-11-23T13:00:00Z"), 5.0);
        spec.set_rate(at("2026-11-23T12:30:00Z"), f64::NAN);
        spec.set_rate(at("2026-11-23T14:00:00Z"), f64::INFINITY);
        assert_eq!(spec.rates.len(), 2, "the later one was replaced");
        let rates: Vec<String> = spec.clean_rates().iter().map(|(_, rate)| rate.to_string()).collect();
        assert_eq!(rates, ["0".to_owned(), MAX_RATE.to_string()]);
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<PlatformSpec>(&json).unwrap(), spec);
        let far = PlatformSpec { started: Timestamp::MIN, ..spec.clone() };
        assert_eq!(far.anchor(), 0);
        assert!(PlatformSpec { started: Timestamp::MAX, ..spec }.anchor() > 0);
    }

    #[test]
    fn keys_are_plain_and_differ() {
        assert!(key(1).starts_with("demo") && key(1).bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        assert_eq!(key(1).len(), 32);
    }
}
