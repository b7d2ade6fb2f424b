//! How long requests take: log-normal with a long tail, some with a second hump for answers that
//! come from a cache.

use super::draw::Draw;

/// Nothing takes longer: the platform's own limit, in milliseconds.
pub const LONGEST_MS: u64 = 120_000;

/// One in so many takes five to fifteen times as long as its like.
const TAIL: f64 = 0.003;

/// The shape of a duration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// Half take less, in milliseconds.
    median: f64,
    /// The deviation of the logarithm; 0 spreads evenly up to `upper`.
    deviation: f64,
    /// The upper end of an even spread.
    upper: f64,
    /// The share that a cache answers, and their median.
    cached: (f64, f64),
}

impl Latency {
    /// Log-normal around a median in milliseconds.
    pub const fn around(median: f64, deviation: f64) -> Self {
        Self { median, deviation, upper: median, cached: (0.0, 0.0) }
    }

    /// Evenly between two durations in milliseconds.
    pub const fn between(low: f64, high: f64) -> Self {
        Self { median: low, deviation: 0.0, upper: high, cached: (0.0, 0.0) }
    }

    /// The same, but a share of the answers comes from a cache.
    pub const fn or_cached(self, share: f64, median: f64) -> Self {
        Self { cached: (share, median), ..self }
    }

    /// One duration in whole milliseconds, `factor` times as long as usual.
    pub fn draw(self, draw: &mut Draw, factor: f64) -> u64 {
        let millis = if self.deviation == 0.0 {
            self.median + (self.upper - self.median) * draw.unit()
        } else {
            let (median, deviation) =
                if draw.chance(self.cached.0) { (self.cached.1, 0.35) } else { (self.median, self.deviation) };
            let tail = if draw.chance(TAIL) { 5.0 + 10.0 * draw.unit() } else { 1.0 };
            median * (deviation * draw.normal()).exp() * tail * factor
        };
        (millis.round() as u64).clamp(1, LONGEST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(latency: Latency, factor: f64) -> Vec<u64> {
        let mut all: Vec<u64> = (0..10_000).map(|seed| latency.draw(&mut Draw::new(seed), factor)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn medians_tails_and_humps() {
        let plain = sorted(Latency::around(180.0, 0.6), 1.0);
        assert!((170..190).contains(&plain[5_000]), "{}", plain[5_000]);
        assert!(plain[9_900] > 600, "the tail is long: {}", plain[9_900]);
        let slow = sorted(Latency::around(180.0, 0.6), 20.0);
        assert!((3_400..3_800).contains(&slow[5_000]));
        let cached = sorted(Latency::around(100.0, 0.4).or_cached(0.6, 6.0), 1.0);
        assert!(cached[5_000] < 15 && cached[7_000] > 50, "two humps");
        let timeout = sorted(Latency::between(30_000.0, 30_060.0), 20.0);
        assert!(timeout[0] >= 30_000 && timeout[9_999] <= 30_060);
        assert_eq!(*sorted(Latency::around(1e12, 0.1), 1.0).last().unwrap(), LONGEST_MS);
    }
}
