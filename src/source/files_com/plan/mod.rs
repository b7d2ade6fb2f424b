//! What to ask next: pure, without a clock, a socket or chance.
//!
//! Three lanes share one connection. **Live** reads everything from a little before the newest record
//! to the present, every few seconds, and comes first. **Again** reads spans once more, for records that
//! appear late: ten minutes every minute, a day every hour, each within a budget of pages. **Past** goes
//! from now backwards through whatever is not yet complete, the newest hole first, in windows of a few
//! pages; what a downtime left out comes before deep history by itself.
//!
//! A span that fails again and again while others are answered is looked at in parts, and what is left of
//! it is given up: it is written down as a gap, older windows follow, and the span is asked for again
//! later, ever more seldom.
//!
//! Nothing counts as complete before its list was read to the end, in whole seconds of the backend's
//! clock. The vendor documents no order, so of a list that broke off nothing is known.

mod answer;
mod ask;
mod chain;
mod checkpoint;
mod clock;
mod fail;
mod later;
mod report;
mod width;

use std::collections::VecDeque;
use std::time::Duration;

use crate::base::time::{SECOND, Timestamp};
use crate::model::intake::{Coverage, Gap};
use crate::model::period::TimeRange;

use super::retry::Backoff;
use chain::Chain;
use checkpoint::Checkpoint;
use clock::{ServerClock, micros};
use width::Width;

pub(super) use chain::Window;
pub(super) use clock::Now;
pub(super) use fail::{Failure, Verdict};

/// Every live poll reads so much before the newest record again, in seconds.
const OVERLAP: i64 = 30;
/// The short and the long reading again reach so far back, in seconds.
const AGAIN_SHORT: i64 = 600;
const AGAIN_LONG: i64 = 86_400;
/// Where live polls have been silent for longer, in seconds, the hole is left to the past lane.
const REACH: i64 = 600;
/// Where live polls begin when nothing is known, in seconds before now.
const FIRST_LIVE: i64 = 60;
/// Rows dated further ahead of the backend's clock, in seconds, do not move what counts as newest.
const AHEAD: i64 = 300;
/// How long the vendor keeps its logs (its page on API logs): 180 days, in seconds.
const RETENTION: i64 = 180 * 86_400;
/// What is this much older than that is not asked for any more.
const RETENTION_SLACK: i64 = 86_400;
/// Beside a span that was given up the next is taken twice as long, up to this, in seconds: where all is
/// broken, older windows shall not wait for each minute of it.
const WIDEST_GAP: i64 = 3_600;

/// How fast things go. The defaults are for real backends.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// Between live polls.
    pub(super) poll: Duration,
    /// After failures.
    pub(super) backoff: Backoff,
    /// Between looks at a source that a person has to put right.
    pub(super) probe: Duration,
    /// Between short and long readings again.
    pub(super) again_short: Duration,
    pub(super) again_long: Duration,
    /// From giving a span up until it is asked for once more; the wait doubles each time.
    pub(super) later: Duration,
    /// Pages that one live poll, and one reading again of each kind, may cost.
    pub(super) live_pages: u32,
    pub(super) again_short_pages: u32,
    pub(super) again_long_pages: u32,
    /// A window into the past with more pages is made smaller.
    pub(super) window_pages: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(5),
            backoff: Backoff { base: Duration::from_secs(1), cap: Duration::from_mins(5) },
            probe: Duration::from_mins(5),
            again_short: Duration::from_mins(1),
            again_long: Duration::from_hours(1),
            later: Duration::from_mins(10),
            live_pages: 50,
            again_short_pages: 12,
            again_long_pages: 200,
            window_pages: 24,
        }
    }
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// The newest records.
    Live,
    /// What was read before.
    Again,
    /// What is not complete yet.
    Past,
}

/// A request to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) lane: Lane,
    pub(super) window: Window,
    /// The page; nothing for the first.
    pub(super) cursor: Option<String>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Make a request, and tell what came of it.
    Ask(Ask),
    /// Write down that a span is lost, then say so with [`Planner::lose`].
    Lose(Gap),
    /// Nothing before this time has passed since the start.
    Wait(Duration),
}

/// A page that came whole.
#[derive(Debug, Clone, Default)]
pub(super) struct PageReport {
    /// Elements in it.
    pub(super) len: usize,
    /// The times of its rows.
    pub(super) times: Vec<Timestamp>,
    /// Where the next page begins.
    pub(super) cursor: Option<String>,
    /// The backend's clock.
    pub(super) date: Option<Timestamp>,
}

/// A reading again under way.
#[derive(Debug, Clone)]
struct Again {
    /// What is still to be read.
    rest: TimeRange,
    pages_left: u32,
    chain: Option<Chain>,
}

/// Why nothing is asked for now.
#[derive(Debug, Clone)]
struct Block {
    until: Duration,
    kind: BlockKind,
}

#[derive(Debug, Clone)]
enum BlockKind {
    /// It will pass.
    Passing { reason: String, may_hurry: bool },
    /// A person has to do something.
    Stopped { reason: String, hint: String },
}

/// Decides what to ask, and knows what is complete. A page is taken over on a copy, which becomes the
/// planner once the page is stored: see `poller`.
#[derive(Debug, Clone)]
pub(super) struct Planner {
    pace: Pace,
    /// How far back is wanted, in microseconds before the first good answer.
    fill: i64,
    clock: ServerClock,
    coverage: Coverage,
    checkpoint: Checkpoint,
    /// From here on live polls see to it that nothing is missing; below, the past lane.
    live_from: Option<Timestamp>,
    live: Option<Chain>,
    again: Option<Again>,
    past: Option<Chain>,
    width: Width,
    next_live: Duration,
    next_short: Duration,
    next_long: Duration,
    /// No span that was given up is asked for before.
    next_later: Duration,
    /// The past lane rests after failures of its own.
    past_rest: Duration,
    /// A live poll has just ended, so the other lanes have a turn even when the next one is late.
    owes_turn: bool,
    /// The other lanes take turns, too.
    past_turn: bool,
    block: Option<Block>,
    /// A span that is to be given up as soon as that is written down.
    given_up: Option<Gap>,
    /// Where the last span that was given up begins, and its length in seconds.
    edge: Option<(Timestamp, i64)>,
    /// Failures since the last good answer.
    failures: u32,
    /// Lists of each lane that went wrong since the last one that ended well.
    strikes: [u32; 3],
    /// Good pages of each lane.
    good: [u64; 3],
    last_success: Option<Timestamp>,
    /// Rows that came in the last minute: when, and how many.
    recent: VecDeque<(Duration, u64)>,
    /// Since when the past is fetched that is missing.
    filling_since: Option<Duration>,
    overlap_requests: u64,
    overlap_cut_at: Option<Timestamp>,
    notes: VecDeque<String>,
}

impl Planner {
    /// Goes on from what the store has. `fill` is how far back is wanted, in microseconds.
    pub(super) fn new(pace: Pace, fill: i64, checkpoint: Option<&str>, coverage: Option<Coverage>) -> Self {
        let (checkpoint, note) = Checkpoint::read(checkpoint);
        let (next_short, next_long) = (pace.again_short, pace.again_long);
        Self {
            pace,
            fill,
            clock: ServerClock::default(),
            // What was wanted before does not count: the configuration may have changed.
            coverage: Coverage { wanted_from: None, ..coverage.unwrap_or_default() },
            checkpoint,
            live_from: None,
            live: None,
            again: None,
            past: None,
            width: Width::default(),
            next_live: Duration::ZERO,
            next_short,
            next_long,
            next_later: Duration::ZERO,
            past_rest: Duration::ZERO,
            owes_turn: false,
            past_turn: false,
            block: None,
            given_up: None,
            edge: None,
            failures: 0,
            strikes: [0; 3],
            good: [0; 3],
            last_success: None,
            recent: VecDeque::new(),
            filling_since: None,
            overlap_requests: 0,
            overlap_cut_at: None,
            notes: note.into_iter().collect(),
        }
    }

    /// What is complete, as it is to be stored.
    pub(super) fn coverage(&self) -> Coverage {
        self.coverage.clone()
    }

    /// The state to go on from, as it is to be stored.
    pub(super) fn checkpoint(&self) -> String {
        self.checkpoint.write()
    }

    /// Asks for the newest at once, then for what was given up. A pause that the backend asked for is kept.
    pub(super) fn poll_now(&mut self) {
        later::hurry(&mut self.checkpoint.later);
        self.next_later = Duration::ZERO;
        self.next_live = Duration::ZERO;
        self.owes_turn = false;
        let may_hurry = |block: &Block| !matches!(block.kind, BlockKind::Passing { may_hurry: false, .. });
        if self.block.as_ref().is_some_and(may_hurry) {
            self.block = None;
        }
    }

    /// Wants everything since a time, if that is further back than what is wanted already.
    pub(super) fn fill_from(&mut self, from: Timestamp, now: Now) {
        match &mut self.coverage.wanted_from {
            Some(wanted) => *wanted = (*wanted).min(from.floor_secs()),
            // Until the first good answer it is kept as a span.
            None => self.fill = self.fill.max(self.clock.at(now).since(from)),
        }
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Now) -> Step {
        if let Some(gap) = &self.given_up {
            return Step::Lose(gap.clone());
        }
        if let Some(block) = &self.block {
            if now.elapsed < block.until {
                return Step::Wait(block.until);
            }
            self.block = None;
        }
        let is_live_due = self.live.is_some() || now.elapsed >= self.next_live;
        if is_live_due && !self.owes_turn {
            return self.ask_live(now);
        }
        let step = if self.past_turn {
            self.ask_past(now).or_else(|| self.ask_again(now))
        } else {
            self.ask_again(now).or_else(|| self.ask_past(now))
        };
        if let Some(step) = step {
            return step;
        }
        if is_live_due {
            return self.ask_live(now);
        }
        let rest = if self.past_rest > now.elapsed { self.past_rest } else { Duration::MAX };
        Step::Wait(self.next_live.min(self.next_short).min(self.next_long).min(rest))
    }

    /// Gives a span up, because it was written down as a gap.
    pub(super) fn lose(&mut self, gap: &Gap, now: Now) {
        let span = TimeRange::new(gap.from, gap.until);
        let mut lost = Coverage { spans: std::mem::take(&mut self.checkpoint.lost), wanted_from: None };
        lost.add(span);
        self.checkpoint.lost = lost.spans;
        if self.given_up.take_if(|given_up| given_up == gap).is_some() {
            later::put_off(&mut self.checkpoint.later, span, self.clock.at(now), self.pace.later);
            self.edge = Some((span.from, span.until.since(span.from) / SECOND));
        }
    }

    fn take_turns(&mut self, lane: Lane) {
        if lane != Lane::Live {
            self.past_turn = lane == Lane::Again;
        }
    }

    fn chain(&self, lane: Lane) -> Option<&Chain> {
        match lane {
            Lane::Live => self.live.as_ref(),
            Lane::Again => self.again.as_ref().and_then(|again| again.chain.as_ref()),
            Lane::Past => self.past.as_ref(),
        }
    }

    fn chain_mut(&mut self, lane: Lane) -> Option<&mut Chain> {
        match lane {
            Lane::Live => self.live.as_mut(),
            Lane::Again => self.again.as_mut().and_then(|again| again.chain.as_mut()),
            Lane::Past => self.past.as_mut(),
        }
    }

    fn take_chain(&mut self, lane: Lane) -> Option<Chain> {
        match lane {
            Lane::Live => self.live.take(),
            Lane::Again => self.again.as_mut().and_then(|again| again.chain.take()),
            Lane::Past => self.past.take(),
        }
    }

    fn drop_chain(&mut self, lane: Lane) {
        self.take_chain(lane);
    }
}

#[cfg(test)]
mod tests;
