//! Traffic that follows a timetable: a monitor on the minute, integrations that poll, a backup
//! at night. All of it came with the rollout, and is stretched for a platform with little traffic.

use super::density::{Density, Timetable};
use super::names::{BACKUP, MONITOR};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// The rate from which on the timetable is kept as it stands; below, its periods are stretched.
const FULL_RATE: f64 = 0.2;
/// Stretched further than this, it is left away.
const MAX_STRETCH: i64 = 1_000;

/// The backup's hours: from 02:10, for half an hour.
const BACKUP_FROM: i64 = 130 * MINUTE;
const BACKUP_LASTS: i64 = 30 * MINUTE;
/// Files it fetches in a night, at a live rate of one request a second.
const BACKUP_FILES: f64 = 700.0;

/// Something that is called again and again.
#[derive(Debug, Clone, Copy)]
pub struct Regular {
    /// Who calls.
    pub client: &'static str,
    /// What is called.
    pub endpoint: &'static str,
    /// Seconds from call to call.
    period: i64,
    /// Where in the period.
    offset: i64,
}

const fn regular(client: &'static str, endpoint: &'static str, period: i64, offset: i64) -> Regular {
    Regular { client, endpoint, period, offset }
}

/// All that is called regularly.
pub const REGULARS: &[Regular] = &[
    regular(MONITOR, "status.get", MINUTE, 7),
    regular("Warehouse Sync", "orders.list", 2 * MINUTE, 31),
    regular("BI Dashboard", "orders.list", 5 * MINUTE, 2),
    regular("Returns Portal", "orders.list", 10 * MINUTE, 205),
    regular("Directory Sync", "users.list", 15 * MINUTE, 0),
];

/// The timetable of a platform.
#[derive(Debug, Clone)]
pub struct Times {
    middle: i64,
    /// By how much the periods are stretched; `None` when nothing is regular.
    stretch: Option<i64>,
    backup_per_second: f64,
}

impl Times {
    /// The timetable that fits a density of traffic.
    pub fn new(density: &Density) -> Self {
        let live = density.live();
        let stretch = (FULL_RATE / live).ceil().max(1.0);
        let stretch = (live > 0.0 && stretch <= MAX_STRETCH as f64).then_some(stretch as i64);
        let backup_per_second = BACKUP_FILES * live / BACKUP_LASTS as f64;
        Self { middle: density.middle(), stretch, backup_per_second }
    }

    /// Who fetches at night.
    pub fn backup_client() -> &'static str {
        BACKUP
    }

    /// The backup's requests per second at a time.
    pub fn backup_rate(&self, second: i64) -> f64 {
        let into = second.rem_euclid(DAY) - BACKUP_FROM;
        if second >= self.middle && (0..BACKUP_LASTS).contains(&into) { self.backup_per_second } else { 0.0 }
    }

    /// When something regular is called within a span of seconds that is shorter than its period.
    pub fn call_in(&self, regular: &Regular, from: i64, until: i64) -> Option<i64> {
        let period = regular.period.checked_mul(self.stretch?)?;
        let next = from + (regular.offset - from).rem_euclid(period);
        (next < until && next >= self.middle).then_some(next)
    }
}

impl Timetable for Times {
    fn per_second(&self, since_rollout: i64, second_of_day: i64) -> f64 {
        if since_rollout < 0 {
            return 0.0;
        }
        let regular: f64 =
            self.stretch.map_or(0.0, |stretch| REGULARS.iter().map(|r| 1.0 / (r.period * stretch) as f64).sum());
        let into = second_of_day - BACKUP_FROM;
        regular + if (0..BACKUP_LASTS).contains(&into) { self.backup_per_second } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clients::Clients;
    use super::super::spec::PlatformSpec;
    use super::*;
    use crate::base::time::Timestamp;

    fn times(history: u64) -> (Times, i64) {
        let spec = PlatformSpec::new(1, history, Timestamp::from_secs(1_795_435_200));
        (Times::new(&Density::new(&spec)), spec.anchor())
    }

    #[test]
    fn the_monitor_calls_every_minute() {
        let (times, anchor) = times(500_000);
        let calls =
            (0..225).filter_map(|step| times.call_in(&REGULARS[0], anchor + step * 16, anchor + step * 16 + 16));
        let calls: Vec<i64> = calls.map(|at| at - anchor).collect();
        assert_eq!(calls, (0..60).map(|minute| minute * 60 + 7).collect::<Vec<_>>());
        let before = anchor - 30 * DAY;
        assert_eq!(times.call_in(&REGULARS[0], before, before + 60), None, "it came with the rollout");
    }

    #[test]
    fn little_traffic_stretches_it() {
        let (small, anchor) = times(10_000);
        let calls =
            (0..86_400 / 16).filter(|s| small.call_in(&REGULARS[0], anchor + s * 16, anchor + s * 16 + 16).is_some());
        assert!((50..200).contains(&calls.count()));
        let (none, _) = times(0);
        assert_eq!(none.stretch, None);
        assert!(none.per_second(DAY, BACKUP_FROM) <= 0.0);
    }

    #[test]
    fn who_is_regular_exists() {
        let clients = Clients::new(1);
        for name in REGULARS.iter().map(|r| r.client).chain([Times::backup_client()]) {
            assert!(clients.number(name).is_some(), "{name}");
        }
    }
}
