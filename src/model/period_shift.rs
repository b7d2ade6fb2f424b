//! Spans beside and around a span: earlier, later, more of it.

use chrono_tz::Tz;

use crate::base::time::Timestamp;

use super::period::TimeRange;

/// What a span is made of, when it is of whole days or months on a zone's clock.
enum Whole {
    /// So many months.
    Months(i64),
    /// So many days.
    Days(i64),
}

impl TimeRange {
    /// The span of the same length that ends where this one begins. Days and months stay whole ones on
    /// the zone's clock.
    #[must_use]
    pub fn earlier(self, zone: Tz) -> Self {
        let from = match self.whole(zone) {
            Some(Whole::Months(months)) => self.from.month_start(zone, -months),
            Some(Whole::Days(days)) => self.from.day_start(zone, -days),
            None => self.from.plus(-self.micros()),
        };
        Self::new(from, self.from)
    }

    /// The span of the same length that begins where this one ends.
    #[must_use]
    pub fn later(self, zone: Tz) -> Self {
        let until = match self.whole(zone) {
            Some(Whole::Months(months)) => self.until.month_start(zone, months),
            Some(Whole::Days(days)) => self.until.day_start(zone, days),
            None => self.until.plus(self.micros()),
        };
        Self::new(self.until, until)
    }

    /// Twice as much, around this one, but nothing behind a time: there it is so much more before.
    #[must_use]
    pub fn wider(self, zone: Tz, end: Timestamp) -> Self {
        if self.whole(zone).is_some() {
            return Self::new(self.earlier(zone).from, self.until);
        }
        let half = self.micros() / 2;
        let until = self.until.plus(half).min(end.max(self.until));
        Self::new(until.plus(-2 * self.micros()), until)
    }

    fn whole(self, zone: Tz) -> Option<Whole> {
        let Self { from, until } = self;
        if self.is_empty() || from.day_start(zone, 0) != from || until.day_start(zone, 0) != until {
            return None;
        }
        if from.month_start(zone, 0) == from && until.month_start(zone, 0) == until {
            return (1..=240).find(|months| from.month_start(zone, *months) == until).map(Whole::Months);
        }
        // A day has 23 to 25 hours.
        let days = (self.micros() + 43_200_000_000) / 86_400_000_000;
        (from.day_start(zone, days) == until).then_some(Whole::Days(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::period::Period;
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_435_282_000_000); // Monday 2026-11-23 12:01:22 UTC

    fn range(text: &str) -> TimeRange {
        Period::read(text, New_York).expect(text).resolve(NOW, New_York)
    }

    #[test]
    fn days_and_months_stay_whole() {
        assert_eq!(range("2026-11-02").earlier(New_York), range("2026-11-01"), "25 hours");
        assert_eq!(range("2026-10-31").later(New_York), range("2026-11-01"));
        assert_eq!(range("2026-11-01..2026-11-07").earlier(New_York), range("2026-10-25..2026-10-31"));
        assert_eq!(range("last-month").earlier(New_York), range("2026-09-01..2026-09-30"));
        assert_eq!(range("last-month").later(New_York), range("this-month"));
        assert_eq!(range("2026-11-01").wider(New_York, NOW), range("2026-10-31..2026-11-01"));
    }

    #[test]
    fn other_spans_move_by_their_length() {
        let hour = TimeRange::new(NOW.plus_secs(-3_600), NOW);
        let hours = |from: i64, until: i64| TimeRange::new(NOW.plus_secs(from * 3_600), NOW.plus_secs(until * 3_600));
        assert_eq!((hour.earlier(New_York), hour.later(New_York)), (hours(-2, -1), hours(0, 1)));
        assert_eq!(hour.wider(New_York, NOW), hours(-2, 0), "nothing is behind now");
        assert_eq!(hours(-20, -18).wider(New_York, NOW), hours(-21, -17));
    }

    proptest! {
        #[test]
        fn later_undoes_earlier(days in -400_i64..0, count in 1_i64..40) {
            let from = NOW.day_start(New_York, days);
            let range = TimeRange::new(from, from.day_start(New_York, count));
            let earlier = range.earlier(New_York);
            prop_assert_eq!(earlier.until, range.from);
            prop_assert_eq!(earlier.from, earlier.from.day_start(New_York, 0));
            prop_assert!(range.later(New_York).from == range.until);
        }
    }
}
