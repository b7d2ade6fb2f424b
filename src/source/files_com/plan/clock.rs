//! Which clock to believe: the backend's, which dates the records, unless it is plainly wrong.

use std::time::Duration;

use crate::base::time::{SECOND, Timestamp};

/// This machine's two clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Now {
    /// The time of day; it may be wrong and may be set.
    pub(in super::super) wall: Timestamp,
    /// Since the poller started; it only goes forward.
    pub(in super::super) elapsed: Duration,
}

/// A backend's clock further from ours is not believed, if ours can be right.
const APART: i64 = 2 * 86_400 * SECOND;

/// A clock before this is wrong: 2026-01-01, older than this program.
const FLOOR: Timestamp = Timestamp(1_767_225_600 * SECOND);

/// What time it is for the backend, kept on the clock that only goes forward, so that setting this
/// machine's time of day changes nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClock {
    last: Option<(Timestamp, Duration)>,
}

impl ServerClock {
    /// Takes over an answer's `Date`, if there is one and it can be right: it goes on from what it was,
    /// or agrees with this machine, or this machine cannot be right itself.
    pub(super) fn set(&mut self, date: Option<Timestamp>, now: Now) {
        let expected = self.last.map(|_| self.at(now));
        let is_near = |a: Timestamp, b: Timestamp| a.since(b).saturating_abs() <= APART;
        let is_believed = |date: &Timestamp| {
            expected.is_some_and(|expected| is_near(*date, expected)) || is_near(*date, now.wall) || now.wall < FLOOR
        };
        let time = match (date, expected) {
            (Some(date), _) if is_believed(&date) => date,
            (None, Some(expected)) if is_near(expected, now.wall) => expected,
            (_, Some(expected)) if now.wall < FLOOR => expected,
            _ => now.wall,
        };
        self.last = Some((time, now.elapsed));
    }

    /// What time it is for the backend; for this machine, as long as no answer came.
    pub(super) fn at(&self, now: Now) -> Timestamp {
        let since = |then: Duration| micros(now.elapsed.saturating_sub(then));
        self.last.map_or(now.wall, |(time, then)| time.plus(since(then)))
    }
}

/// Microseconds of a duration.
pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_can_be_right() {
        let real = Timestamp(1_795_435_282 * SECOND);
        let day = 86_400 * SECOND;
        let cases = [
            ("both right", real, real, real),
            ("ours a day ahead", real, real.plus(day), real),
            ("ours a day behind", real, real.plus(-day), real),
            ("theirs in 1970", Timestamp(0), real, real),
            ("theirs in 2038", Timestamp(2_147_483_648 * SECOND), real, real),
            ("ours in 1970", real, Timestamp(0), real),
        ];
        for (name, theirs, ours, expected) in cases {
            let mut clock = ServerClock::default();
            let now = Now { wall: ours, elapsed: Duration::from_secs(10) };
            assert_eq!(clock.at(now), ours);
            clock.set(Some(theirs), now);
            let later = Now { wall: ours.plus_secs(5), elapsed: Duration::from_secs(15) };
            assert_eq!(clock.at(later), expected.plus_secs(5), "{name}");
            // Set to another time, by however much.
            for step in [-400 * day, -day, day, 400 * day] {
                let stepped = Now { wall: later.wall.plus(step), ..later };
                assert_eq!(clock.at(stepped), expected.plus_secs(5), "{name}");
                if expected == theirs {
                    let mut clock = clock.clone();
                    clock.set(Some(theirs.plus_secs(5)), stepped);
                    assert_eq!(clock.at(stepped), expected.plus_secs(5), "{name}");
                }
            }
        }
    }

    #[test]
    fn after_a_long_sleep_the_present_is_found_again() {
        // The clock that only goes forward stands still meanwhile.
        let real = Timestamp(1_795_435_282 * SECOND);
        let awake = Now { wall: real, elapsed: Duration::from_secs(10) };
        let woken = Now { wall: real.plus_secs(5 * 86_400), elapsed: Duration::from_secs(11) };
        for date in [Some(real), None] {
            let mut clock = ServerClock::default();
            clock.set(date, awake);
            clock.set(date.map(|date| date.plus_secs(5 * 86_400)), woken);
            assert_eq!(clock.at(woken), woken.wall);
        }
    }
}
