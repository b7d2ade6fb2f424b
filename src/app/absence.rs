//! What the bars of a timeline cannot show: spans whose requests the source could not bring, or has not
//! brought yet, and time that is still to come.

use crate::base::time::Timestamp;
use crate::model::bars::Bars;
use crate::model::intake::Gap;
use crate::model::period::TimeRange;

use super::source_view::SourceView;
use super::state::State;

/// Requests that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// When they happened.
    pub range: TimeRange,
    /// Why they are missing, in words of which some are from outside.
    pub reason: String,
}

/// What a bar says besides its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarMark {
    /// Nothing: it counts all there is.
    Whole,
    /// Some requests are missing.
    Absent,
    /// It begins later than now.
    ToCome,
}

/// A source that brings its requests by itself is late after so long, in microseconds.
const LATE: i64 = 120_000_000;

/// What a source lacks in a span of time, as far as now.
pub fn absences(source: &SourceView, within: TimeRange, now: Timestamp) -> Vec<Absence> {
    let mut absences: Vec<Absence> = source
        .gaps
        .iter()
        .map(|gap| Absence { range: TimeRange::new(gap.from, gap.until).intersect(within), reason: gap.reason.clone() })
        .filter(|absence| !absence.range.is_empty())
        .collect();
    if let Some(coverage) = &source.coverage {
        let first = coverage.spans.first().map(|span| span.from);
        let from = coverage.wanted_from.or(first).unwrap_or(now).max(within.from);
        let brought = coverage.newest().map(|span| span.until);
        // What is being asked for in these seconds is not missing.
        let until = brought.filter(|until| now.since(*until) < LATE).unwrap_or(now).min(within.until);
        let mut settled = coverage.clone();
        for gap in &source.gaps {
            settled.add(TimeRange::new(gap.from, gap.until));
        }
        for hole in settled.holes(TimeRange::new(from, until)) {
            let is_late = brought.is_some_and(|brought| hole.from >= brought);
            let reason = if is_late { "nothing was fetched since" } else { "not fetched yet" };
            absences.push(Absence { range: hole, reason: reason.into() });
        }
    }
    absences
}

impl State {
    /// The gaps that lie between two rows of a list in the order of time, which stand next to each other: the newest of
    /// them, by its place, and how many more there are. Without a row before, all that is newer counts.
    pub fn gaps_between(&self, row: Timestamp, before: Option<Timestamp>) -> Option<(usize, usize)> {
        let gaps = &self.source()?.gaps;
        let (older, newer) = before.map_or((row, Timestamp::MAX), |before| (row.min(before), row.max(before)));
        let range = self.range();
        // A gap stands where it begins: rows that came from within it are above.
        let is_here = |gap: &Gap| older <= gap.from && gap.from < newer && !gap.range().intersect(range).is_empty();
        let mut here = gaps.iter().enumerate().rev().filter(|(_, gap)| is_here(gap)).map(|(place, _)| place);
        Some((here.next()?, here.count()))
    }

    /// What is missing in a span of time.
    pub fn absences(&self, within: TimeRange) -> Vec<Absence> {
        self.source().map(|source| absences(source, within, self.clock())).unwrap_or_default()
    }

    /// What each bar says besides its counts.
    pub fn bar_marks(&self, bars: &Bars) -> Vec<BarMark> {
        let absences = bars.span().map(|span| self.absences(span)).unwrap_or_default();
        (0..bars.len())
            .map(|bar| {
                let range = bars.range(bar);
                // A hundredth of a bar is not seen.
                let is_absent = |absence: &Absence| absence.range.intersect(range).micros() > range.micros() / 100;
                if range.from > self.clock() {
                    BarMark::ToCome
                } else if absences.iter().any(is_absent) {
                    BarMark::Absent
                } else {
                    BarMark::Whole
                }
            })
            .collect()
    }

    /// Why the marked bars may not count everything.
    pub fn marked_absence(&self) -> Option<String> {
        let (range, clock) = (self.marked()?, self.clock());
        if range.from > clock {
            return Some("still to come".into());
        }
        let mut reasons: Vec<String> = self.absences(range).into_iter().map(|absence| absence.reason).collect();
        reasons.dedup();
        let more = if reasons.len() > 1 { format!(" (and {} more)", reasons.len() - 1) } else { String::new() };
        Some(format!("missing: {}{more}", reasons.first()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::source_view::SourceKind;
    use crate::app::testing::Driver;
    use crate::model::intake::Coverage;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    fn range(from: i64, until: i64) -> TimeRange {
        TimeRange::new(at(from), at(until))
    }

    fn source(spans: &[(i64, i64)], gaps: &[(i64, i64)]) -> SourceView {
        let driver = Driver::empty("files-com-json", SourceKind::Polled);
        let spans = spans.iter().map(|(from, until)| range(*from, *until)).collect();
        let gap = |(from, until): &(i64, i64)| Gap { from: at(*from), until: at(*until), reason: "HTTP 500".into() };
        SourceView {
            coverage: Some(Coverage { spans, wanted_from: Some(at(1_000)) }),
            gaps: gaps.iter().map(gap).collect(),
            ..driver.source_view("acme", "files-com-json", SourceKind::Polled)
        }
    }

    fn found(source: &SourceView, now: i64) -> Vec<(TimeRange, String)> {
        let absences = absences(source, range(500, 100_000), at(now));
        absences.into_iter().map(|absence| (absence.range, absence.reason)).collect()
    }

    #[test]
    fn holes_and_gaps_are_named() {
        let fetched = source(&[(2_000, 3_000), (4_000, 9_990)], &[]);
        let not_yet = |from, until| (range(from, until), "not fetched yet".to_owned());
        assert_eq!(found(&fetched, 10_000), [not_yet(1_000, 2_000), not_yet(3_000, 4_000)]);
        let given_up = source(&[(1_000, 3_000), (4_000, 9_990)], &[(2_900, 4_100)]);
        assert_eq!(found(&given_up, 10_000), [(range(2_900, 4_100), "HTTP 500".into())], "said once");
        let beside = source(&[(1_000, 3_000), (4_000, 9_990)], &[(3_000, 3_500), (3_500, 4_000)]);
        assert_eq!(
            found(&beside, 10_000),
            [(range(3_000, 3_500), "HTTP 500".into()), (range(3_500, 4_000), "HTTP 500".into())]
        );
        assert_eq!(found(&source(&[], &[]), 10_000), [not_yet(1_000, 10_000)]);
    }

    #[test]
    fn a_source_that_stopped_is_missing_since_then() {
        let stopped = source(&[(1_000, 5_000)], &[]);
        assert_eq!(found(&stopped, 10_000), [(range(5_000, 10_000), "nothing was fetched since".into())]);
        assert_eq!(found(&stopped, 5_060), [], "the next poll is to come");
    }
}
