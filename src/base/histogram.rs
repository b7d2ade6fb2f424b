//! Log-linear buckets, 32 to the octave: a percentile is the middle of a bucket, so that it is
//! the same in every engine, merges by addition and is at most 1.6 % off.

const SUB_BITS: u32 = 5;
const SUB: u64 = 1 << SUB_BITS;

/// How many buckets cover all of `u64`.
pub const BUCKETS: usize = ((64 - SUB_BITS as usize) * SUB as usize) + SUB as usize;

/// The bucket of a value.
#[inline]
pub fn bucket_of(value: u64) -> usize {
    if value < SUB {
        return value as usize;
    }
    let octave = value.ilog2();
    let shift = octave - SUB_BITS;
    let sub = (value >> shift) - SUB;
    (((u64::from(shift) + 1) << SUB_BITS) + sub) as usize
}

/// The value that stands for a bucket: its middle.
pub fn value_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < SUB {
        return bucket;
    }
    let shift = (bucket >> SUB_BITS) - 1;
    let low = (SUB + (bucket & (SUB - 1))) << shift;
    low + ((1u64 << shift) >> 1)
}

/// Counts per bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }
}

impl Histogram {
    /// Counts one value.
    #[inline]
    pub fn add(&mut self, value: u64) {
        self.counts[bucket_of(value)] += 1;
        self.total += 1;
    }

    /// Adds all counts of another.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// Takes all counts of another out, which was counted among the same values.
    pub fn remove(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine -= theirs;
        }
        self.total -= other.total;
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        self.counts.len() * 4
    }

    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The value at a quantile between 0 and 1 by the nearest-rank rule; `None` when empty.
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        if self.total == 0 {
            return None;
        }
        let rank = ((quantile * self.total as f64).ceil() as u64).clamp(1, self.total);
        let mut seen = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= rank {
                return Some(value_of(bucket));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn middle_is_within_bound(value in any::<u64>()) {
            let middle = value_of(bucket_of(value));
            let off = middle.abs_diff(value) as f64 / (value.max(1) as f64);
            prop_assert!(off <= 1.0 / 63.0, "{value} -> {middle}");
        }

        #[test]
        fn buckets_keep_order(a in any::<u64>(), b in any::<u64>()) {
            prop_assert_eq!(a.cmp(&b).is_lt() && bucket_of(a) > bucket_of(b), false);
        }
    }

    #[test]
    fn largest_value_has_a_bucket() {
        assert!(bucket_of(u64::MAX) < BUCKETS);
        assert_eq!(bucket_of(31), 31);
        assert_eq!(bucket_of(32), 32);
    }

    #[test]
    fn what_is_taken_out_was_never_there() {
        let (mut all, mut some, mut rest) = (Histogram::default(), Histogram::default(), Histogram::default());
        for value in 0..1_000 {
            all.add(value);
            if value % 3 == 0 { some.add(value) } else { rest.add(value) }
        }
        all.remove(&some);
        assert_eq!(all, rest);
    }

    #[test]
    fn nearest_rank() {
        let mut histogram = Histogram::default();
        for value in 1..=20 {
            histogram.add(value);
        }
        assert_eq!(histogram.quantile(0.5), Some(10));
        assert_eq!(histogram.quantile(0.95), Some(19));
        assert_eq!(histogram.quantile(1.0), Some(20));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
