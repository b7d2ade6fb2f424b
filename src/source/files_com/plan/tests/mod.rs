//! The planner against a made-up log in made-up time.

mod cadence;
mod clocks;
mod failures;
mod holes;
mod laws;

use std::collections::BTreeSet;

use super::*;

/// 2026-11-23T12:00:00Z.
const START: i64 = 1_795_435_200;
const DAY: i64 = 86_400;

/// A request of the made-up log: when it was made, and when the log first shows it; seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    made: i64,
    shown: i64,
    number: usize,
}

/// What becomes of a request to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Down,
    Pause(Option<u64>),
    Refused,
    Cut,
    BadCursor,
    NotStored,
    Loop,
}

/// A cursor that leads back to the first page.
const ROUND: &str = "round";

struct World {
    planner: Planner,
    log: Vec<Request>,
    page: usize,
    oldest_first: bool,
    /// Seconds that this machine's clock is ahead.
    skew: i64,
    /// What the backend says its clock is ahead; nothing when it says nothing.
    date_skew: Option<i64>,
    elapsed: Duration,
    latency: Duration,
    stored: BTreeSet<usize>,
    gaps: Vec<Gap>,
    /// All requests: when, and what for.
    asked: Vec<(f64, Ask)>,
    jitter: f64,
}

impl World {
    fn new(fill: i64, log: impl IntoIterator<Item = i64>) -> Self {
        let planner = Planner::new(Pace::default(), fill * SECOND, None, None);
        let mut world = Self {
            planner,
            log: Vec::new(),
            page: 1_000,
            oldest_first: false,
            skew: 0,
            date_skew: Some(0),
            elapsed: Duration::ZERO,
            latency: Duration::from_millis(100),
            stored: BTreeSet::new(),
            gaps: Vec::new(),
            asked: Vec::new(),
            jitter: 0.5,
        };
        for made in log {
            world.add(made, made);
        }
        world
    }

    /// A request made and shown so many seconds after the start.
    fn add(&mut self, made: i64, shown: i64) {
        let number = self.log.len();
        self.log.push(Request { made: START + made, shown: START + shown, number });
    }

    fn true_secs(&self) -> f64 {
        START as f64 + self.elapsed.as_secs_f64()
    }

    fn now(&self) -> Now {
        let wall = Timestamp::from_secs(START + self.skew).plus(micros(self.elapsed));
        Now { wall, elapsed: self.elapsed }
    }

    /// One page: which requests, and where the next begins.
    fn page_of(&self, ask: &Ask) -> (Vec<Request>, Option<String>) {
        let now = self.true_secs();
        let inside = |request: &&Request| {
            request.made >= ask.window.from.secs()
                && ask.window.until.is_none_or(|until| request.made < until.secs())
                && request.shown as f64 <= now
        };
        let mut rows: Vec<_> = self.log.iter().filter(inside).copied().collect();
        rows.sort();
        if !self.oldest_first {
            rows.reverse();
        }
        // The cursor names the last row of the page, so that what arrives meanwhile shifts nothing.
        if let Some(cursor) = ask.cursor.as_ref().filter(|cursor| *cursor != ROUND) {
            let last = self.log[cursor.parse::<usize>().expect("our own cursor")];
            rows.retain(|row| if self.oldest_first { *row > last } else { *row < last });
        }
        let more = rows.len() > self.page;
        rows.truncate(self.page);
        let cursor = rows.last().filter(|_| more).map(|row| row.number.to_string());
        (rows, cursor)
    }

    /// Does the next thing. Gives what was asked for, if anything was.
    fn step(&mut self, fate: impl Fn(&Ask) -> Fate) -> Option<Ask> {
        match self.planner.next(self.now()) {
            Step::Wait(until) => {
                assert!(until > self.elapsed, "waiting for what is over");
                self.elapsed = until;
                None
            }
            Step::Lose(gap) => {
                let now = self.now();
                self.planner.lose(&gap, now);
                self.gaps.push(gap);
                None
            }
            Step::Ask(ask) => {
                self.ask(&ask, fate(&ask));
                Some(ask)
            }
        }
    }

    fn ask(&mut self, ask: &Ask, fate: Fate) {
        self.asked.push((self.elapsed.as_secs_f64(), ask.clone()));
        let sent = self.now();
        let (rows, cursor) = self.page_of(ask);
        self.elapsed += self.latency;
        let now = self.now();
        let failure = match fate {
            Fate::Good | Fate::Loop | Fate::NotStored => None,
            Fate::Down => Some(Failure::Passing { reason: "down".into(), wish: None, is_pause: false }),
            Fate::Pause(wish) => {
                let wish = wish.map(Duration::from_secs);
                Some(Failure::Passing { reason: "pause".into(), wish, is_pause: true })
            }
            Fate::Refused => Some(Failure::Refused { reason: "no".into(), hint: "key".into() }),
            Fate::Cut => Some(Failure::Damaged { reason: "cut".into() }),
            Fate::BadCursor => Some(Failure::BadCursor),
        };
        let mut after = self.planner.clone();
        let verdict = if let Some(failure) = failure {
            after.failed(ask.lane, failure, now, self.jitter)
        } else {
            let cursor = if fate == Fate::Loop { Some(ROUND.to_owned()) } else { cursor };
            let report = PageReport {
                len: rows.len(),
                times: rows.iter().map(|row| Timestamp::from_secs(row.made)).collect(),
                cursor,
                date: self.date_skew.map(|skew| Timestamp::from_secs(self.true_secs() as i64 + skew)),
            };
            after.answered(ask.lane, report, sent, now, self.jitter)
        };
        if fate == Fate::NotStored {
            self.planner.failed(ask.lane, Failure::NotStored, now, self.jitter);
            return;
        }
        self.planner = after;
        match fate {
            Fate::Good | Fate::Loop => self.stored.extend(rows.iter().map(|row| row.number)),
            Fate::Cut if verdict.salvage => {
                self.stored.extend(rows.iter().take(rows.len() / 2).map(|row| row.number));
            }
            _ => {}
        }
        self.gaps.extend(verdict.gap);
    }

    fn run_for(&mut self, secs: f64, fate: impl Fn(&Ask) -> Fate) {
        let end = self.elapsed + Duration::from_secs_f64(secs);
        while self.elapsed < end {
            self.step(&fate);
        }
    }

    /// Until nothing of the past is missing; at most so many requests.
    fn fill(&mut self, most: usize, fate: impl Fn(&Ask) -> Fate) {
        let before = self.asked.len();
        while self.planner.last_success.is_none() || self.planner.newest_hole().is_some() {
            self.step(&fate);
            assert!(self.asked.len() - before <= most, "still not filled after {most} requests");
        }
    }

    /// Every request that the log had shown by then, in spans that count as complete, is stored.
    fn check(&self) {
        for span in &self.planner.coverage().spans {
            assert!(span.until.secs() as f64 <= self.true_secs(), "complete beyond the present: {span:?}");
            for row in &self.log {
                let covered = span.contains(Timestamp::from_secs(row.made));
                assert!(!covered || row.shown > row.made || self.stored.contains(&row.number), "{row:?} is missing");
            }
        }
    }

    fn count(&self, lane: Lane) -> usize {
        self.asked.iter().filter(|(_, ask)| ask.lane == lane).count()
    }
}

fn good(_: &Ask) -> Fate {
    Fate::Good
}
