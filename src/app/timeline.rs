//! Which buckets a timeline has.

use chrono_tz::Tz;

use crate::base::time::{SECOND, Timestamp};
use crate::engine::question::TimelineWant;
use crate::model::period::TimeRange;

/// Widths of a bucket, in seconds, that people count in.
pub const WIDTHS: &[i64] = &[
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
];

/// At most so many buckets for a span, of a width that people count in, beginning at a border of
/// the zone's clock. `span` has two ends.
pub fn buckets(span: TimeRange, most: usize, zone: Tz) -> Option<TimelineWant> {
    let micros = span.micros();
    if micros <= 0 || most == 0 {
        return None;
    }
    let width = WIDTHS
        .iter()
        .map(|seconds| seconds * SECOND)
        // One more, because the first and the last may be cut.
        .find(|width| micros.div_euclid(*width) < most as i64 - 1)
        .unwrap_or_else(|| micros / (most as i64 - 1).max(1) + 1);
    let offset = i64::from(span.from.offset_secs(zone)) * SECOND;
    let start = (span.from.0 + offset).div_euclid(width) * width - offset;
    let count = (span.until.0 - start + width - 1).div_euclid(width);
    Some(TimelineWant::new(Timestamp(start), width, count as usize))
}

/// The span that a timeline shows for a period: open ends are closed by the data and the clock.
pub fn span_of(range: TimeRange, data: Option<(Timestamp, Timestamp)>, now: Timestamp) -> Option<TimeRange> {
    let from = if range.from == Timestamp::MIN { data?.0 } else { range.from };
    // What a fast clock dated ahead does not stretch the timeline.
    let until = if range.until == Timestamp::MAX {
        match data {
            Some((_, last)) if range.from == Timestamp::MIN => last.plus(1),
            _ => now.plus(1),
        }
    } else {
        range.until
    };
    let span = TimeRange::new(from, until.max(from.plus(SECOND)));
    (!span.is_empty()).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_cover_the_span(from in 0_i64..2_000_000_000, secs in 1_i64..1_000_000_000, most in 10_usize..300) {
            let span = TimeRange::new(Timestamp::from_secs(from), Timestamp::from_secs(from + secs));
            let want = buckets(span, most, chrono_tz::Asia::Kolkata).expect("there is a span");
            prop_assert!(want.buckets <= most);
            prop_assert!(want.start <= span.from);
            prop_assert!(want.start.plus(want.width * want.buckets as i64) >= span.until);
        }
    }

    #[test]
    fn borders_are_those_of_the_zone() {
        let span = TimeRange::new(Timestamp::from_secs(1_795_435_282 - 86_400), Timestamp::from_secs(1_795_435_282));
        let want = buckets(span, 150, chrono_tz::UTC).expect("there is a span");
        assert_eq!((want.width, want.start.rfc3339(0).as_str()), (600 * SECOND, "2026-11-22T12:00:00Z"));
        let days =
            TimeRange::new(Timestamp::from_secs(1_795_435_282 - 86_400 * 60), Timestamp::from_secs(1_795_435_282));
        let want = buckets(days, 64, chrono_tz::America::Los_Angeles).expect("there is a span");
        assert_eq!(want.start.clock(chrono_tz::America::Los_Angeles), "00:00:00");
    }
}
