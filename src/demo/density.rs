//! How many requests there are, and when: a thin floor over all 180 days, a rollout that carries
//! the rest, day and night, weekdays; or a constant rate where one was asked for.

use super::spec::{PlatformSpec, RETENTION_DAYS};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const MINUTES: usize = 1_440;

/// The share of the history that lies under the floor.
const FLOOR_SHARE: f64 = 0.22;
/// The middle of the rollout, before the anchor: customer after customer came within two weeks.
const ROLLOUT_MIDDLE: i64 = 11 * DAY;
/// The logistic curve's scale: from a tenth to nine tenths takes four and a half of these.
const ROLLOUT_SCALE: f64 = 36.0 * HOUR as f64;

/// The busiest time of day, UTC.
const BUSIEST_HOUR: f64 = 14.0;
const BUSIEST: f64 = 1.7;
const QUIETEST: f64 = 0.35;
/// The power of the raised cosine at which the day's mean is 1 between these two.
const DAY_POWER: f64 = 1.1;

/// Monday to Sunday; the mean is 1.
const WEEK: [f64; 7] = [1.13, 1.17, 1.16, 1.15, 1.09, 0.68, 0.62];

/// Day and night, weekdays and weekend.
#[derive(Debug, Clone)]
pub struct Rhythm {
    day: Vec<f64>,
}

impl Rhythm {
    /// The rhythm of all made-up traffic.
    pub fn new() -> Self {
        let mut day: Vec<f64> = (0..MINUTES).map(day_shape).collect();
        let mean = day.iter().sum::<f64>() / MINUTES as f64;
        for value in &mut day {
            *value /= mean;
        }
        Self { day }
    }

    /// How much more there is at a time than on average; the mean over a week is 1.
    #[inline]
    pub fn at(&self, second: i64) -> f64 {
        // 1970-01-01 was a Thursday.
        let weekday = (second.div_euclid(DAY) + 3).rem_euclid(7);
        self.of_day(second) * WEEK[weekday as usize]
    }

    fn of_day(&self, second: i64) -> f64 {
        self.day[second.rem_euclid(DAY) as usize / 60]
    }
}

/// Requests per second over time, incidents apart.
#[derive(Debug, Clone)]
pub struct Density {
    rhythm: Rhythm,
    floor: f64,
    rollout: f64,
    middle: i64,
    rates: Vec<(i64, f64)>,
}

/// The traffic that follows a timetable instead of chance; it is part of the history.
pub trait Timetable {
    /// Requests per second, on average, around a time that long after the middle of the rollout.
    fn per_second(&self, since_rollout: i64, second_of_day: i64) -> f64;
}

impl Density {
    /// The density of a platform, and the live rate that a timetable should be measured by.
    pub fn new(spec: &PlatformSpec) -> Self {
        let middle = spec.anchor() - ROLLOUT_MIDDLE;
        let mut density = Self { rhythm: Rhythm::new(), floor: 1.0, rollout: 1.0, middle, rates: spec.clean_rates() };
        let (floor, rollout) = density.sums(spec);
        density.floor = spec.clean_history() * FLOOR_SHARE / floor;
        density.rollout = spec.clean_history() * (1.0 - FLOOR_SHARE) / rollout;
        density
    }

    /// Takes the timetable out of what is left to chance.
    pub fn make_room(&mut self, spec: &PlatformSpec, timetable: &impl Timetable) {
        let taken: f64 =
            grid(spec).map(|at| timetable.per_second(at - self.middle, at.rem_euclid(DAY)) * GRID_STEP as f64).sum();
        let (_, rollout) = self.sums(spec);
        self.rollout = (self.rollout - taken / rollout).max(0.0);
    }

    /// The sums of both parts' shapes over the history, each second counted.
    fn sums(&self, spec: &PlatformSpec) -> (f64, f64) {
        grid(spec).fold((0.0, 0.0), |(floor, rollout), at| {
            let shape = self.rhythm.at(at) * GRID_STEP as f64;
            (floor + shape, rollout + shape * self.rolled_out(at))
        })
    }

    /// The middle of the rollout in seconds.
    pub fn middle(&self) -> i64 {
        self.middle
    }

    /// The mean live rate after the rollout, per second.
    pub fn live(&self) -> f64 {
        self.floor + self.rollout
    }

    /// The rate that was asked for at a time, if one was.
    #[inline]
    pub fn explicit(&self, at: i64) -> Option<f64> {
        self.rates.iter().rev().find(|(from, _)| *from <= at).map(|(_, rate)| *rate)
    }

    /// Requests per second at a time by the natural shape.
    #[inline]
    pub fn natural(&self, at: i64) -> f64 {
        self.rhythm.at(at) * (self.floor + self.rollout * self.rolled_out(at))
    }

    /// How busy a time of day is: 1 at the busiest.
    #[inline]
    pub fn busyness(&self, at: i64) -> f64 {
        self.rhythm.of_day(at) / BUSIEST
    }

    /// The part of the traffic at a time that came with the rollout.
    pub fn rolled_out_share(&self, at: i64) -> f64 {
        if self.explicit(at).is_some() {
            return 1.0;
        }
        let came = self.rollout * self.rolled_out(at);
        if came > 0.0 { came / (self.floor + came) } else { 0.0 }
    }

    fn rolled_out(&self, at: i64) -> f64 {
        let scaled = (at - self.middle) as f64 / ROLLOUT_SCALE;
        // Far from the middle the curve is flat, and the exponential need not be taken.
        match scaled {
            ..-30.0 => 0.0,
            30.0.. => 1.0,
            _ => 1.0 / (1.0 + (-scaled).exp()),
        }
    }
}

const GRID_STEP: i64 = 600;

/// The history in steps of ten minutes, the middle of each.
fn grid(spec: &PlatformSpec) -> impl Iterator<Item = i64> + use<> {
    let until = spec.anchor() + DAY / 2;
    let from = until - RETENTION_DAYS * DAY;
    (0..RETENTION_DAYS * DAY / GRID_STEP).map(move |step| from + step * GRID_STEP + GRID_STEP / 2)
}

fn day_shape(minute: usize) -> f64 {
    let hours = minute as f64 / 60.0 - BUSIEST_HOUR;
    let raised = f64::midpoint(1.0, (hours / 24.0 * std::f64::consts::TAU).cos());
    QUIETEST + (BUSIEST - QUIETEST) * raised.powf(DAY_POWER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    fn spec(history: u64) -> PlatformSpec {
        // 2026-11-23, a Monday, 12:00 UTC.
        PlatformSpec::new(1, history, Timestamp::from_secs(1_795_435_200))
    }

    struct Nothing;

    impl Timetable for Nothing {
        fn per_second(&self, _: i64, _: i64) -> f64 {
            0.0
        }
    }

    #[test]
    fn the_total_is_the_history() {
        for history in [0, 1_000, 500_000, 80_000_000] {
            let spec = spec(history);
            let mut density = Density::new(&spec);
            density.make_room(&spec, &Nothing);
            let total: f64 = grid(&spec).map(|at| density.natural(at) * GRID_STEP as f64).sum();
            assert!((total - history as f64).abs() <= 0.001 * history as f64, "{history}: {total}");
        }
    }

    #[test]
    fn day_night_and_rollout() {
        let spec = spec(500_000);
        let density = Density::new(&spec);
        let anchor = spec.anchor();
        assert!((density.live() - 0.41).abs() < 0.03, "{}", density.live());
        let hour = |hour: i64| density.natural(anchor + DAY + hour * HOUR);
        let mean = (0..24).map(hour).sum::<f64>() / 24.0;
        assert!((hour(14) / mean - 1.7).abs() < 0.02);
        assert!((hour(2) / mean - 0.35).abs() < 0.02);
        assert!((WEEK.iter().sum::<f64>() - 7.0).abs() < 1e-9);
        // Same weekday and hour: thin before, dense after, and no cliff between.
        let noon = |days: i64| density.natural(anchor + DAY / 2 - days * DAY);
        assert!(noon(0) / noon(28) > 20.0, "{} {}", noon(0), noon(28));
        assert!(noon(35) / noon(28) > 0.95);
        let days: Vec<f64> = (0..30).map(|day| density.rolled_out(anchor - day * DAY)).collect();
        assert!(days.windows(2).all(|pair| pair[0] - pair[1] < 0.2), "{days:?}");
    }

    #[test]
    fn explicit_rates_apply_in_turn() {
        let mut spec = spec(1_000);
        let start = spec.started;
        spec.set_rate(start.plus_secs(60), 50.0);
        spec.set_rate(start.plus_secs(120), 5.0);
        let density = Density::new(&spec);
        let at = |seconds: i64| density.explicit(start.secs() + seconds);
        assert_eq!([at(59), at(60), at(119), at(120)], [None, Some(50.0), Some(50.0), Some(5.0)]);
    }
}
