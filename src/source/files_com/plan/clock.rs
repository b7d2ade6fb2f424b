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

/// The backend's clock, as its last answer said and time has gone on since.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClock {
    last: Option<(Timestamp, Duration)>,
}

impl ServerClock {
    /// Takes over an answer's `Date`.
    pub(super) fn set(&mut self, date: Timestamp, now: Now) {
        self.last = Some((date, now.elapsed));
    }

    /// What time it is for the backend.
    pub(super) fn at(&self, now: Now) -> Timestamp {
        let Some((date, then)) = self.last else { return now.wall };
        let theirs = date.plus(micros(now.elapsed.saturating_sub(then)));
        let are_apart = theirs.since(now.wall).saturating_abs() > APART;
        if are_apart && now.wall >= FLOOR { now.wall } else { theirs }
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
            clock.set(theirs, now);
            let later = Now { wall: ours.plus_secs(5), elapsed: Duration::from_secs(15) };
            assert_eq!(clock.at(later), expected.plus_secs(5), "{name}");
        }
        let now = Now { wall: real, elapsed: Duration::ZERO };
        assert_eq!(ServerClock::default().at(now), real);
    }
}
