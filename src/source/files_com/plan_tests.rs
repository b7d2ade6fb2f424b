//! The planner against a made-up log in made-up time.

use std::collections::BTreeSet;

use proptest::prelude::*;

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
                self.planner.lose(&gap);
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

#[test]
fn the_newest_comes_first_and_the_past_soon() {
    // A quiet site: one request in half a minute, for thirty days.
    let mut world = World::new(30 * DAY, (-30 * DAY..0).step_by(30));
    let first = world.step(good).expect("a request at once");
    assert_eq!((first.lane, first.window.until, first.cursor), (Lane::Live, None, None));
    assert_eq!(first.window.from.secs(), START - 90);
    assert!(!world.stored.is_empty());
    world.fill(120, good);
    assert_eq!(world.stored.len(), world.log.len());
    let fills: Vec<_> = world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past).collect();
    assert!(fills.windows(2).all(|pair| pair[1].1.window.from <= pair[0].1.window.from), "newest first");
    assert!(world.gaps.is_empty());
    world.check();
    assert_eq!(world.planner.status(None, world.now()).fill, None);
}

#[test]
fn busy_and_quiet_sites_need_windows_of_a_few_pages() {
    // A hundred a second for an hour, a quiet night, one a second before it.
    let mut world = World::new(2 * DAY, std::iter::empty());
    let mut log: Vec<i64> = (-3_600..0).flat_map(|second| std::iter::repeat_n(second, 100)).collect();
    log.extend(-2 * DAY..-DAY / 2);
    for made in log {
        world.add(made, made);
    }
    world.fill(900, good);
    assert_eq!(world.stored.len(), world.log.len());
    world.check();
    let mut pages = 0;
    let mut sizes = Vec::new();
    for (_, ask) in world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past) {
        if ask.cursor.is_none() && pages > 0 {
            sizes.push(pages);
            pages = 0;
        }
        pages += 1;
    }
    let fitting = sizes.iter().filter(|pages| (2..=8).contains(*pages)).count();
    assert!(fitting * 10 >= sizes.len() * 8, "{sizes:?}");
}

#[test]
fn live_polls_keep_time_and_cost_little() {
    let mut world = World::new(0, (0..7_200).step_by(3));
    world.run_for(3_660.0, good);
    let live = world.count(Lane::Live);
    assert!((725..=735).contains(&live), "{live} polls in 61 minutes");
    // Reading again: every minute, and once the last day.
    let again = world.count(Lane::Again);
    assert!((60..=66).contains(&again), "{again} requests for what was read before");
    assert!(world.asked.len() <= 2 * live);
    world.check();
    let times: Vec<_> = world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Live).map(|(at, _)| *at).collect();
    for pair in times.windows(2) {
        assert!((4.9..5.6).contains(&(pair[1] - pair[0])), "{pair:?}");
    }
}

#[test]
fn live_polls_come_before_the_past() {
    let mut world = World::new(DAY, (-DAY..600).flat_map(|second| [second; 20]));
    world.latency = Duration::from_secs(1);
    world.run_for(120.0, good);
    let times: Vec<_> = world
        .asked
        .iter()
        .filter(|(_, ask)| ask.lane == Lane::Live && ask.cursor.is_none())
        .map(|(at, _)| *at)
        .collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] <= 7.1, "{pair:?}");
    }
    assert!(world.count(Lane::Past) > 40);
}

#[test]
fn a_slow_backend_starves_nobody() {
    let mut world = World::new(DAY, -DAY..0);
    world.latency = Duration::from_secs(20);
    world.run_for(1_000.0, good);
    assert!(world.count(Lane::Past) >= 10 && world.count(Lane::Live) >= 10);
}

#[test]
fn late_records_are_found() {
    let mut world = World::new(0, (0..9_000).step_by(10));
    world.add(700, 720); // twenty seconds late
    world.add(1_000, 1_420); // seven minutes
    world.add(2_000, 5_600); // an hour
    let base = world.log.len();
    let numbers = [base - 3, base - 2, base - 1];
    world.run_for(735.0, good);
    assert!(world.stored.contains(&numbers[0]));
    world.run_for(1_490.0 - 735.0, good);
    assert!(world.stored.contains(&numbers[1]));
    world.run_for(7_300.0 - 1_490.0, good);
    assert!(world.stored.contains(&numbers[2]));
}

#[test]
fn nobody_is_asked_often_after_a_refusal() {
    for jitter in [0.0, 0.5, 1.0] {
        let mut world = World::new(DAY, -1_000..0);
        world.jitter = jitter;
        world.step(|_| Fate::Refused);
        let status = world.planner.status(None, world.now());
        assert!(matches!(status.activity, crate::model::source_status::Activity::Stopped { .. }));
        world.run_for(599.0, |_| Fate::Refused);
        assert!(world.asked.len() <= 2, "{} requests in ten minutes", world.asked.len());
    }
    // Mended meanwhile: it goes on by itself, and at once when told to.
    let mut world = World::new(DAY, -1_000..0);
    world.run_for(10.0, |_| Fate::Refused);
    world.planner.poll_now();
    assert!(world.step(good).is_some());
    world.fill(50, good);
    assert_eq!(world.stored.len(), 1_000);
}

#[test]
fn pauses_are_kept() {
    let mut world = World::new(0, -100..0);
    for _ in 0..40 {
        world.step(|_| Fate::Pause(Some(3)));
        world.planner.poll_now();
    }
    for pair in world.asked.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 3.0, "never earlier, not even by hand");
        assert!(pair[1].0 - pair[0].0 <= 4.5);
    }
    let mut world = World::new(0, -100..0);
    for _ in 0..60 {
        world.step(|_| Fate::Pause(None));
    }
    for pair in world.asked.windows(2) {
        assert!((1.0..=300.2).contains(&(pair[1].0 - pair[0].0)), "{:?}", (pair[0].0, pair[1].0));
    }
    let mut world = World::new(0, -100..0);
    world.step(|_| Fate::Pause(Some(7_200)));
    match world.planner.status(None, world.now()).activity {
        crate::model::source_status::Activity::Waiting { reason, until, .. } => {
            assert!(reason.contains("left alone for 2 h"), "{reason}");
            assert!(until.since(world.now().wall) >= 7_200 * SECOND);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn failures_slow_down_and_good_answers_end_that() {
    let mut world = World::new(0, -100..0);
    world.jitter = 1.0;
    world.run_for(3_600.0, |_| Fate::Down);
    assert!((15..=25).contains(&world.asked.len()), "{} requests in an hour", world.asked.len());
    let last = world.asked.windows(2).last().expect("several");
    assert!((last[1].0 - last[0].0 - 300.0).abs() < 1.0);
    let before = world.asked.len();
    world.run_for(400.0, good);
    assert!(world.asked.len() - before >= 15, "back to every five seconds");
    world.check();
}

#[test]
fn a_poisoned_clock_moves_nothing() {
    // A row dated 2038, and a backend that says it is 1970.
    for date_skew in [Some(-START), Some(0), Some(400 * DAY), None] {
        let mut world = World::new(DAY, -600..120);
        world.date_skew = date_skew;
        world.log.push(Request { made: 2_147_483_648, shown: START, number: world.log.len() });
        world.run_for(100.0, good);
        let newest = world.planner.checkpoint.newest.expect("known");
        assert!((START + 80..=START + 100).contains(&newest.secs()), "{date_skew:?}: {newest:?}");
        let last = world.asked.iter().rfind(|(_, ask)| ask.lane == Lane::Live).expect("one");
        assert!(last.1.window.from.secs() >= START + 50, "{date_skew:?}");
        assert!(world.stored.contains(&(world.log.len() - 1)), "the row itself is kept");
        world.check();
    }
}

#[test]
fn steps_of_this_machines_clock_change_nothing() {
    for step in [-DAY, DAY, -400 * DAY, 3_600] {
        let mut world = World::new(3_600, -3_600..600);
        world.run_for(60.0, good);
        world.skew = step;
        let before = world.asked.len();
        world.run_for(60.0, good);
        let live: Vec<_> = world.asked[before..].iter().filter(|(_, ask)| ask.lane == Lane::Live).collect();
        assert!((11..=13).contains(&live.len()), "{} polls", live.len());
        for (at, ask) in live {
            let ago = START as f64 + at - ask.window.from.secs() as f64;
            assert!((30.0..45.0).contains(&ago), "{step}: asks {ago} s back");
        }
        world.check();
    }
    // Wrong from the start.
    for skew in [-DAY, DAY] {
        let mut world = World::new(3_600, -3_600..600);
        world.skew = skew;
        world.fill(40, good);
        world.run_for(20.0, good);
        assert!(world.stored.len() >= 3_600, "{skew}");
        world.check();
    }
}

#[test]
fn after_a_downtime_the_hole_comes_before_deep_history() {
    let mut world = World::new(30 * DAY, (-30 * DAY..0).step_by(60));
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-10 * DAY), at(-5 * DAY)));
    let checkpoint = format!("{{\"version\":1,\"newest\":{}}}", at(-5 * DAY).0);
    world.planner = Planner::new(Pace::default(), 30 * DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.log.retain(|row| !(START - 10 * DAY..START - 5 * DAY).contains(&row.made));
    for (number, row) in world.log.iter_mut().enumerate() {
        row.number = number;
    }
    world.fill(200, good);
    assert_eq!(world.stored.len(), world.log.len());
    let fills: Vec<_> =
        world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past).map(|(_, ask)| ask.window.from).collect();
    let in_hole = fills.iter().take_while(|from| **from >= at(-5 * DAY)).count();
    assert!(in_hole > 3 && fills[in_hole..].iter().all(|from| *from < at(-10 * DAY)), "nothing is read twice");
    world.check();
}

#[test]
fn beyond_the_vendors_memory_there_is_one_gap() {
    // Stopped for 210 days.
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-240 * DAY), at(-210 * DAY)));
    let mut world = World::new(240 * DAY, (-180 * DAY..0).step_by(600));
    world.planner = Planner::new(Pace::default(), 240 * DAY * SECOND, None, Some(coverage));
    for _ in 0..4 {
        world.step(good);
    }
    assert_eq!(world.gaps.len(), 1);
    assert!(world.asked.len() <= 3);
    let gap = world.gaps[0].clone();
    assert_eq!(gap.from, at(-210 * DAY));
    assert!(gap.until.since(at(-180 * DAY)).abs() <= 2 * SECOND);
    world.fill(100, good);
    assert_eq!((world.gaps.len(), world.stored.len()), (1, world.log.len()));
    // And after a restart it is not asked for, nor recorded, again.
    let checkpoint = world.planner.checkpoint();
    let coverage = world.planner.coverage();
    world.planner = Planner::new(Pace::default(), 240 * DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.fill(3, good);
    assert_eq!(world.gaps.len(), 1);
}

#[test]
fn too_much_at_once_is_left_to_windows() {
    let mut world = World::new(0, std::iter::empty());
    for second in -200..0 {
        for _ in 0..1_000 {
            world.add(second, second);
        }
    }
    for second in 0..400 {
        for _ in 0..300 {
            world.add(second, second);
        }
    }
    world.oldest_first = true;
    world.run_for(60.0, good);
    assert!(world.planner.notes.iter().any(|note| note.contains("more than 50 pages")));
    world.run_for(60.0, good);
    world.check();
    let until = world.planner.coverage().spans.last().expect("one").until;
    assert!(until.secs() > START + 100, "live polls keep up");
}

#[test]
fn a_damaged_spot_costs_a_minute_of_log() {
    // One second of one window cannot be read; everything else can.
    let spot = START - 40_000;
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    let fate = |ask: &Ask| {
        let until = ask.window.until.map_or(i64::MAX, Timestamp::secs);
        if ask.window.from.secs() <= spot && spot < until { Fate::Cut } else { Fate::Good }
    };
    world.fill(400, fate);
    assert_eq!(world.gaps.len(), 1, "{:?}", world.gaps);
    let gap = &world.gaps[0];
    assert!(gap.from.secs() <= spot && spot < gap.until.secs());
    assert!(gap.until.since(gap.from) <= 60 * SECOND);
    assert!(gap.reason.contains("3 times"), "{}", gap.reason);
    world.check();
    let lost = world.log.iter().filter(|row| !world.stored.contains(&row.number)).count();
    assert!(lost <= 12, "{lost} lost");
}

#[test]
fn while_everything_is_damaged_nothing_is_given_up() {
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    world.run_for(30.0, good);
    let before = world.asked.len();
    world.run_for(7_200.0, |_| Fate::Cut);
    assert!(world.gaps.is_empty());
    assert!(world.asked.len() - before < 100, "{} requests", world.asked.len() - before);
    world.check();
    world.fill(300, good);
    assert_eq!(world.stored.len(), world.log.len());
}

#[test]
fn lists_that_go_round_are_few() {
    let mut world = World::new(DAY, -1_000..0);
    let until_wait = |world: &mut World, fate: Fate| {
        while world.step(|_| fate).is_some() {}
    };
    until_wait(&mut world, Fate::Loop);
    assert_eq!(world.asked.len(), 2);
    assert!(world.planner.coverage().spans.is_empty());
    assert!(!world.stored.is_empty(), "the rows are kept");
    world.run_for(600.0, |_| Fate::Loop);
    assert!(world.asked.len() <= 40, "{}", world.asked.len());
    assert!(world.planner.notes.iter().any(|note| note.contains("does not end")));

    // A cursor that is refused: the list is begun anew, a few times.
    let mut world = World::new(DAY, -1_000..0);
    world.page = 10;
    let fate = |ask: &Ask| if ask.cursor.is_some() { Fate::BadCursor } else { Fate::Good };
    while world.step(fate).is_some() {}
    assert!(world.asked.len() <= 6, "{}", world.asked.len());
    world.check();
}

#[test]
fn what_was_not_stored_is_brought_again() {
    let mut world = World::new(DAY, (600 - DAY..0).step_by(60));
    world.run_for(60.0, |_| Fate::NotStored);
    assert!(world.stored.is_empty() && world.planner.coverage().spans.is_empty());
    world.fill(100, good);
    assert_eq!(world.stored.len(), world.log.len());
}

#[test]
fn more_can_be_wanted_later() {
    let mut world = World::new(3_600, (-DAY..0).step_by(60));
    world.fill(20, good);
    let stored = world.stored.len();
    let now = world.now();
    world.planner.fill_from(Timestamp::from_secs(START - DAY), now);
    world.fill(60, good);
    assert!(stored < 70 && world.stored.len() == world.log.len());
    let mut early = World::new(3_600, (-DAY..0).step_by(60));
    early.planner.fill_from(Timestamp::from_secs(START - DAY), early.now());
    early.fill(60, good);
    assert_eq!(early.stored.len(), early.log.len());
}

#[test]
fn a_store_that_claims_the_future_is_set_right() {
    let mut world = World::new(DAY, -600..100);
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-DAY), at(400 * DAY)));
    let checkpoint = format!("{{\"version\":1,\"newest\":{}}}", at(400 * DAY).0);
    world.planner = Planner::new(Pace::default(), DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.run_for(60.0, good);
    assert!(world.planner.coverage().spans.iter().all(|span| span.until <= at(60)));
    assert!(world.stored.len() > 80, "live polls read on");
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Fate::Good),
        1 => Just(Fate::Down),
        1 => prop::option::of(0..20_u64).prop_map(Fate::Pause),
        1 => Just(Fate::Refused),
        2 => Just(Fate::Cut),
        1 => Just(Fate::BadCursor),
        1 => Just(Fate::NotStored),
        1 => Just(Fate::Loop),
    ];
    prop::collection::vec(fate, 0..120)
}

proptest! {
    #[test]
    fn nothing_counts_as_complete_that_was_not_fetched(
        fates in fates(),
        mut steps in prop::collection::vec((0..120_usize, -DAY / 2..DAY / 2), 0..4),
        restarts in prop::collection::btree_set(0..120_usize, 0..4),
        gaps in prop::collection::vec(1..900_i64, 60..400),
        page in 7..60_usize,
        oldest_first in any::<bool>(),
        jitter in 0.0..1.0_f64,
    ) {
        let mut made = 2_000;
        let log: Vec<_> = gaps.iter().map(|gap| { made -= gap; made }).collect();
        let mut world = World::new(2 * DAY, log);
        world.page = page;
        world.oldest_first = oldest_first;
        world.jitter = jitter;
        let mut at = 0;
        let mut guard = 0;
        while at < fates.len() {
            // Each step of this machine's clock happens once, so that it stays within the two days in which
            // the backend's clock is believed.
            let (due, later) = steps.into_iter().partition::<Vec<_>, _>(|(when, _)| *when <= at);
            steps = later;
            world.skew += due.iter().map(|(_, step)| step).sum::<i64>();
            if world.step(|_| fates[at]).is_some() {
                at += 1;
                if restarts.contains(&at) {
                    let (checkpoint, coverage) = (world.planner.checkpoint(), world.planner.coverage());
                    let fill = 2 * DAY * SECOND;
                    world.planner = Planner::new(Pace::default(), fill, Some(&checkpoint), Some(coverage));
                    world.elapsed += Duration::from_secs(1);
                }
                world.check();
            }
            guard += 1;
            prop_assert!(guard < 10_000, "it does not go on");
        }
        world.skew = 0;
        world.fill(3_000, good);
        world.check();
        // The wanted span is complete, or said to be lost.
        let wanted = TimeRange::new(world.planner.coverage().wanted_from.expect("known"), Timestamp::from_secs(START - 60));
        let mut settled = world.planner.coverage();
        for gap in &world.gaps {
            settled.add(TimeRange::new(gap.from, gap.until));
        }
        prop_assert_eq!(settled.newest_hole(wanted), None);
        for row in &world.log {
            let time = Timestamp::from_secs(row.made);
            let lost = world.gaps.iter().any(|gap| gap.from <= time && time < gap.until);
            if wanted.contains(time) && !lost {
                prop_assert!(world.stored.contains(&row.number), "{row:?} is missing");
            }
        }
    }
}
