//! Goes through the traffic in order of time, newest or oldest first, from any place on.

use super::sketch::Sketch;
use super::traffic::{BUCKET, REACH, Traffic};

/// Makes the rows of one bucket after the other. Neighbours share the stories that reach from
/// one into the next, so these are kept for a while.
#[derive(Debug)]
pub struct Scan<'t> {
    traffic: &'t Traffic,
    stories: Vec<(u32, Vec<Sketch>)>,
}

impl<'t> Scan<'t> {
    /// A scan of some traffic.
    pub fn new(traffic: &'t Traffic) -> Self {
        Self { traffic, stories: Vec::new() }
    }

    /// The rows that arrived in a bucket, in the order of the log, oldest first.
    pub fn rows(&mut self, bucket: u32, out: &mut Vec<Sketch>) {
        out.clear();
        let reached = bucket.saturating_sub(REACH - 1)..=bucket;
        self.stories.retain(|(begun, _)| reached.contains(begun));
        for begun in reached {
            if !self.stories.iter().any(|(known, _)| *known == begun) {
                let mut told = Vec::new();
                self.traffic.add_stories(begun, &self.traffic.plans(begun), &mut told);
                self.stories.push((begun, told));
            }
        }
        self.traffic.add_singles(bucket, &self.traffic.plans(bucket), out);
        let start = i64::from(bucket) * BUCKET;
        let inside = |sketch: &&Sketch| (start..start + BUCKET).contains(&i64::from(sketch.second));
        out.extend(self.stories.iter().flat_map(|(_, told)| told).filter(inside));
        out.sort_unstable_by_key(Sketch::order);
    }
}
