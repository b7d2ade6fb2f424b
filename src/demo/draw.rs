//! Numbers that look random and are a pure function of the place they are drawn at: no state is
//! shared, so any second of the traffic can be made without the seconds before it.

/// Scrambles 64 bits so that each input bit changes half of the output (the finaliser of
/// Steele, Lea and Flood's `SplitMix` generator, which is in the public domain).
#[inline]
pub const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// One seed from several numbers; their order matters.
#[inline]
pub fn seed_of(parts: &[u64]) -> u64 {
    parts.iter().fold(STEP, |seed, part| mix(seed.wrapping_add(STEP) ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93)))
}

/// A row of draws that depends on its seed alone.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// Draws that belong to a seed.
    #[inline]
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ STEP))
    }

    /// 64 bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// From 0 up to, not including, 1.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to, not including, a bound; 0 when the bound is 0.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// Between two numbers, both included.
    #[inline]
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// Whether something of this probability happens.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several, each as likely.
    ///
    /// The list must not be empty.
    #[inline]
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// One of several by whole weights.
    ///
    /// The list must not be empty.
    #[inline]
    pub fn pick_weighted<'a, T>(&mut self, list: &'a [(T, u32)]) -> &'a T {
        let total: u64 = list.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut left = self.below(total.max(1));
        for (item, weight) in list {
            if left < u64::from(*weight) {
                return item;
            }
            left -= u64::from(*weight);
        }
        &list[list.len() - 1].0
    }

    /// From the normal distribution with mean 0 and deviation 1 (Box and Muller's method).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// How often something happens that happens `mean` times on average, at most a million times.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean > 40.0 {
            // From here on the normal distribution is as good, and takes one step.
            let mean = mean.min(1e6);
            return (mean + mean.sqrt() * self.normal()).round().clamp(0.0, 1e6) as u32;
        }
        let (mut left, mut term, mut count) = (self.unit(), (-mean).exp(), 0_u32);
        while left >= term && count < 400 {
            left -= term;
            count += 1;
            term *= mean / f64::from(count);
        }
        count
    }
}

/// A choice among many by weight in constant time (Walker's alias method).
#[derive(Debug, Clone)]
pub struct Weighted {
    /// Per entry: the share, of 2³², that is its own, and the entry that has the rest.
    entries: Vec<(u32, u32)>,
}

impl Weighted {
    /// A choice by these weights; the list must not be empty. Weights that are not positive
    /// are never drawn, unless all are.
    pub fn new(weights: &[f64]) -> Self {
        let clean: Vec<f64> =
            weights.iter().map(|weight| if weight.is_finite() { weight.max(0.0) } else { 0.0 }).collect();
        let total: f64 = clean.iter().sum();
        let count = clean.len();
        let mut scaled: Vec<f64> =
            clean.iter().map(|weight| if total > 0.0 { weight / total * count as f64 } else { 1.0 }).collect();
        let mut entries: Vec<(u32, u32)> = (0..count).map(|place| (u32::MAX, place as u32)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..count).partition(|&place| scaled[place] < 1.0);
        while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
            entries[less] = ((scaled[less] * 4_294_967_296.0) as u32, more as u32);
            scaled[more] -= 1.0 - scaled[less];
            if scaled[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        Self { entries }
    }

    /// Draws the place of one entry.
    #[inline]
    pub fn draw(&self, draw: &mut Draw) -> usize {
        let bits = draw.bits();
        let place = (((bits >> 32) * self.entries.len() as u64) >> 32) as usize;
        let (share, other) = self.entries[place];
        // A full share is its own alias, so that the one value in 2³² which misses does no harm.
        if (bits as u32) < share { place } else { other as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_draws_the_same() {
        let draws = |seed| {
            let mut draw = Draw::new(seed);
            [draw.bits(), draw.below(10), draw.poisson(3.0).into()]
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        assert_ne!(seed_of(&[1, 2]), seed_of(&[2, 1]));
        assert_ne!(seed_of(&[0]), seed_of(&[0, 0]));
    }

    #[test]
    fn counts_have_the_mean_and_spread_of_poisson() {
        for mean in [0.02, 0.7, 6.0, 39.0, 41.0, 5000.0] {
            let counts: Vec<f64> = (0..20_000).map(|seed| f64::from(Draw::new(seed).poisson(mean))).collect();
            let average = counts.iter().sum::<f64>() / counts.len() as f64;
            let spread = counts.iter().map(|count| (count - average).powi(2)).sum::<f64>() / counts.len() as f64;
            // Five standard errors.
            assert!((average - mean).abs() < 5.0 * (mean / 20_000.0).sqrt(), "{mean}: {average}");
            assert!((spread / mean - 1.0).abs() < 0.25, "{mean}: spread {spread}");
        }
        for odd in [0.0, -1.0, f64::NAN] {
            assert_eq!(Draw::new(1).poisson(odd), 0);
        }
        assert!((990_000..=1_000_000).contains(&Draw::new(1).poisson(f64::INFINITY)));
    }

    #[test]
    fn weights_are_kept() {
        let weights = [5.0, 0.0, 1.0, f64::NAN, 4.0];
        let table = Weighted::new(&weights);
        let mut counts = [0_u32; 5];
        let mut draw = Draw::new(3);
        for _ in 0..100_000 {
            counts[table.draw(&mut draw)] += 1;
        }
        assert_eq!((counts[1], counts[3]), (0, 0));
        for (place, share) in [(0, 0.5), (2, 0.1), (4, 0.4)] {
            assert!((f64::from(counts[place]) / 1e5 - share).abs() < 0.01, "{counts:?}");
        }
    }

    #[test]
    fn edges_are_in_range() {
        let mut draw = Draw::new(9);
        assert_eq!(draw.below(0), 0);
        assert_eq!(draw.between(4, 4), 4);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&draw.unit())));
        assert_eq!(*draw.pick_weighted(&[("a", 0), ("b", 1)]), "b");
    }
}
