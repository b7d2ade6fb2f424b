//! How wide the next window into the past should be: some pages each, whatever the traffic.

use crate::model::period::TimeRange;

/// Rows that a window should bring: four pages of a thousand.
const ROWS: i64 = 4_000;
/// The first window: the first request brings the first rows.
const FIRST: i64 = 60;
/// The widest: a month.
const WIDEST: i64 = 30 * 86_400;
/// From one window to the next, the width changes at most by this factor.
const STEP: i64 = 8;

/// The width of windows, in seconds.
#[derive(Debug, Clone)]
pub(super) struct Width {
    secs: i64,
    /// A span in which something is wrong is looked through in narrower windows, so that only a
    /// little of it is lost.
    narrow: Option<(TimeRange, i64)>,
}

impl Default for Width {
    fn default() -> Self {
        Self { secs: FIRST, narrow: None }
    }
}

impl Width {
    /// The next window at the newer end of a hole.
    pub(super) fn window(&mut self, hole: TimeRange) -> TimeRange {
        self.narrow = self.narrow.take().filter(|(range, _)| hole.until > range.from);
        let secs = self.narrow.as_ref().map_or(self.secs, |(_, secs)| self.secs.min(*secs));
        TimeRange::new(hole.until.plus_secs(-secs).max(hole.from), hole.until)
    }

    /// Whether a span is one of those that are looked through in narrower windows.
    pub(super) fn is_narrowed(&self, span: TimeRange) -> bool {
        self.narrow.as_ref().is_some_and(|(range, _)| range.from <= span.from && span.until <= range.until)
    }

    /// A window of so many seconds had so many rows.
    pub(super) fn learn(&mut self, secs: i64, rows: u64) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        let secs = secs.max(1);
        let fitting = secs.saturating_mul(ROWS) / rows.max(1);
        self.secs = if rows < ROWS / 2 {
            // Few rows may be due to a short rest of a hole, so that alone makes nothing narrower.
            fitting.clamp(self.secs, self.secs.max(secs).saturating_mul(STEP))
        } else {
            fitting.min(secs.saturating_mul(STEP))
        }
        .clamp(1, WIDEST);
    }

    /// A window of so many seconds had far too many rows.
    pub(super) fn too_wide(&mut self, secs: i64) {
        self.secs = (secs / STEP).max(1);
    }

    /// Something is wrong in a span: go through it in narrower windows.
    pub(super) fn narrow(&mut self, range: TimeRange, secs: i64) {
        self.narrow = Some((range, (secs / STEP).max(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    #[test]
    fn width_follows_the_traffic() {
        let mut width = Width::default();
        width.learn(60, 0);
        assert_eq!(width.secs, 480, "nothing there: wider");
        width.learn(480, 480);
        assert_eq!(width.secs, 3_840, "one a second, but no more than eight times");
        width.learn(3_840, 3_840);
        assert_eq!(width.secs, 4_000);
        width.learn(4_000, 40_000);
        assert_eq!(width.secs, 400);
        width.learn(3, 1);
        assert_eq!(width.secs, 3_200, "a rest of a hole makes nothing narrower");
        width.learn(1, 1_000_000);
        assert_eq!(width.secs, 1);
        for _ in 0..20 {
            width.learn(width.secs, 0);
        }
        assert_eq!(width.secs, WIDEST);
    }

    #[test]
    fn windows_start_at_the_newer_end() {
        let at = Timestamp::from_secs;
        let mut width = Width::default();
        assert_eq!(width.window(TimeRange::new(at(0), at(100))), TimeRange::new(at(40), at(100)));
        assert_eq!(width.window(TimeRange::new(at(90), at(100))), TimeRange::new(at(90), at(100)));
        width.narrow(TimeRange::new(at(40), at(100)), 60);
        assert_eq!(width.window(TimeRange::new(at(0), at(100))), TimeRange::new(at(93), at(100)));
        assert_eq!(width.window(TimeRange::new(at(0), at(40))), TimeRange::new(at(0), at(40)), "past it");
    }
}
