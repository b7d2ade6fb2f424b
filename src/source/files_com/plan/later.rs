//! Spans that were given up, and are asked for again later: each ever more seldom, one at a time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::time::{SECOND, Timestamp};
use crate::model::intake::Coverage;
use crate::model::period::TimeRange;

use super::RETENTION;
use super::clock::micros;

/// A span that fails again is cut into so many, so that what is well in it comes back.
const PARTS: i64 = 8;
/// Spans this short, in seconds, are not cut any further.
const SMALLEST: i64 = 60;
/// While there are more spans than this, only those beside what is complete are cut.
const CUT_BELOW: usize = 64;
/// More spans are never kept: the two that are nearest to each other become one.
const MOST: usize = 256;
/// The wait doubles this often: from ten minutes to most of a day.
const DOUBLINGS: u32 = 7;

/// A span to ask for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Later {
    pub(super) span: TimeRange,
    /// Not before this time of the backend's clock.
    at: Timestamp,
    /// How often it has failed since it was given up.
    failed: u32,
}

/// Puts a span off; `wait` is the first pause.
pub(super) fn put_off(later: &mut Vec<Later>, span: TimeRange, now: Timestamp, wait: Duration) {
    later.push(Later { span, at: now.plus(micros(wait)), failed: 0 });
    while later.len() > MOST {
        join_nearest(later);
    }
}

/// The span that has waited longest of those whose time has come. What the vendor keeps no more is
/// forgotten.
pub(super) fn due(later: &mut Vec<Later>, now: Timestamp, wait: Duration) -> Option<TimeRange> {
    let kept_from = now.plus_secs(-RETENTION);
    later.retain(|one| one.span.until > kept_from);
    // A time too far ahead was reckoned with a clock that was wrong.
    let longest = micros(wait.saturating_mul(1 << DOUBLINGS));
    let is_due = |one: &&Later| one.at <= now || one.at.since(now) > longest;
    later.iter().filter(is_due).min_by_key(|one| one.at).map(|one| one.span)
}

/// The span failed once more. It is cut where there is room; and always beside what is complete, because
/// there it is likely to be well in part.
pub(super) fn failed_again(
    later: &mut Vec<Later>,
    span: TimeRange,
    complete: &Coverage,
    now: Timestamp,
    wait: Duration,
) {
    let Some(place) = later.iter().position(|one| one.span == span) else { return };
    let one = later.remove(place);
    let failed = one.failed.saturating_add(1);
    let at = now.plus(micros(wait.saturating_mul(1 << failed.min(DOUBLINGS))));
    let secs = span.until.since(span.from) / SECOND;
    let is_beside = complete.spans.iter().any(|other| other.until == span.from || other.from == span.until);
    let part =
        if secs > SMALLEST && (is_beside || later.len() < CUT_BELOW) { (secs / PARTS).max(1) } else { secs.max(1) };
    let mut from = span.from;
    while from < span.until {
        let until = from.plus_secs(part).min(span.until);
        later.push(Later { span: TimeRange::new(from, until), at, failed });
        from = until;
    }
}

/// All may be asked for again at once.
pub(super) fn hurry(later: &mut [Later]) {
    for one in later {
        one.at = Timestamp::MIN;
    }
}

/// The span was read, or is not to be asked for any more.
pub(super) fn done(later: &mut Vec<Later>, span: TimeRange) {
    later.retain(|one| one.span != span);
}

/// Makes one of the two that are nearest to each other. What lies between them is only read again.
fn join_nearest(later: &mut Vec<Later>) {
    later.sort_by_key(|one| one.span.from);
    let between = |pair: &[Later]| pair[1].span.from.since(pair[0].span.until);
    let Some(first) = (1..later.len()).min_by_key(|at| between(&later[at - 1..=*at])).map(|at| at - 1) else { return };
    let second = later.remove(first + 1);
    let one = &mut later[first];
    one.span.until = one.span.until.max(second.span.until);
    one.at = one.at.max(second.at);
    one.failed = one.failed.min(second.failed);
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_mins(10);
    const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

    fn span(from: i64, until: i64) -> TimeRange {
        TimeRange::new(NOW.plus_secs(from), NOW.plus_secs(until))
    }

    #[test]
    fn waits_double_and_end_at_most_of_a_day() {
        let mut later = Vec::new();
        put_off(&mut later, span(-100, -40), NOW, WAIT);
        assert_eq!(due(&mut later, NOW.plus_secs(599), WAIT), None);
        assert_eq!(due(&mut later, NOW.plus_secs(600), WAIT), Some(span(-100, -40)));
        let mut waits = Vec::new();
        for _ in 0..9 {
            failed_again(&mut later, span(-100, -40), &Coverage::default(), NOW, WAIT);
            waits.push(later[0].at.since(NOW) / SECOND / 60);
        }
        assert_eq!(waits, [20, 40, 80, 160, 320, 640, 1_280, 1_280, 1_280], "minutes");
        assert_eq!(due(&mut later, NOW.plus_secs(-200_000), WAIT), Some(span(-100, -40)), "the clock was set back");
        done(&mut later, span(-100, -40));
        assert!(later.is_empty());
    }

    #[test]
    fn long_spans_are_cut_when_they_fail_again() {
        let mut later = Vec::new();
        put_off(&mut later, span(-3_600, 0), NOW, WAIT);
        let mut complete = Coverage::default();
        failed_again(&mut later, span(-3_600, 0), &complete, NOW, WAIT);
        assert_eq!(later.len(), 8);
        assert_eq!((later[0].span, later[7].span), (span(-3_600, -3_150), span(-450, 0)));
        // Where there are many, only beside what is complete.
        for n in 1..=100 {
            put_off(&mut later, span(7_200 * n, 7_200 * n + 3_600), NOW, WAIT);
        }
        failed_again(&mut later, span(7_200, 10_800), &complete, NOW, WAIT);
        assert_eq!(later.len(), 108);
        complete.add(span(18_000, 21_600));
        failed_again(&mut later, span(14_400, 18_000), &complete, NOW, WAIT);
        assert_eq!(later.len(), 115);
    }

    #[test]
    fn there_are_never_too_many() {
        let mut later = Vec::new();
        for n in 0..2_000 {
            put_off(&mut later, span(-100 * n - 50 - n % 7, -100 * n), NOW, WAIT);
        }
        assert_eq!(later.len(), MOST);
        for n in 0..2_000 {
            let one = span(-100 * n - 50 - n % 7, -100 * n);
            assert!(later.iter().any(|kept| kept.span.from <= one.from && one.until <= kept.span.until), "{n}");
        }
    }

    #[test]
    fn what_the_vendor_forgot_is_not_asked_for() {
        let mut later = Vec::new();
        put_off(&mut later, span(-100, -40), NOW, WAIT);
        assert_eq!(due(&mut later, NOW.plus_secs(RETENTION), WAIT), None);
        assert!(later.is_empty());
    }
}
