//! What follows when a request brings no whole page.

use std::time::Duration;

use crate::base::units;
use crate::model::intake::Gap;

use super::super::retry::LONG_PAUSE;
use super::{Block, BlockKind, Lane, Now, Planner, later, micros};

/// The same thing going wrong so often is not chance.
const ENOUGH: u32 = 3;
/// No answer at all is more often chance: servers restart, connections break.
const ENOUGH_UNANSWERED: u32 = 5;
/// Beside a span that was just given up, less is needed.
const ENOUGH_BESIDE: u32 = 2;
/// A span in which something stays wrong is given up only when it is this short, in seconds; longer
/// ones are first gone through in parts.
const GIVEN_UP: i64 = 60;

/// How a request failed, by what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Failure {
    /// It will pass: server errors, lost connections, answers that are no lists.
    Passing {
        reason: String,
        /// How long the backend wants to be left alone.
        wish: Option<Duration>,
        /// It asked for a pause, with or without saying how long.
        is_pause: bool,
    },
    /// A person has to do something.
    Refused { reason: String, hint: String },
    /// The next page's cursor is not accepted.
    BadCursor,
    /// The page is not whole.
    Damaged { reason: String },
    /// The page came, but was not stored.
    NotStored,
}

/// What is to be done with a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Verdict {
    /// A list ended: coverage and checkpoint are to be stored along.
    pub(in super::super) is_durable: bool,
    /// The readable part of a page that is not whole is to be stored.
    pub(in super::super) salvage: bool,
    /// A span was given up; to be stored along.
    pub(in super::super) gap: Option<Gap>,
}

impl Planner {
    /// Takes a failure over. `jitter` is a random number from 0 to 1.
    pub(in super::super) fn failed(&mut self, lane: Lane, failure: Failure, now: Now, jitter: f64) -> Verdict {
        self.take_turns(lane);
        if lane == Lane::Again && !matches!(failure, Failure::NotStored) {
            self.overlap_requests += 1;
        }
        match failure {
            Failure::Passing { reason, wish, is_pause } => {
                self.failures += 1;
                let backoff = self.pace.backoff;
                let wait = match wish {
                    // Never earlier than wished, and not all clients at the same moment.
                    Some(wish) => wish.max(backoff.base) + backoff.base.min(wish / 10).mul_f64(jitter),
                    None if is_pause => backoff.pause(self.failures, jitter),
                    None => backoff.wait(self.failures, jitter),
                };
                let reason = match wish.filter(|wish| *wish > LONG_PAUSE) {
                    Some(wish) => format!("{reason}; it wants to be left alone for {}", units::age(micros(wish))),
                    None => reason,
                };
                if !is_pause && wish.is_none() {
                    self.unanswered(lane, &reason, now, jitter);
                }
                let kind = BlockKind::Passing { reason, may_hurry: !is_pause && wish.is_none() };
                self.block = Some(Block { until: now.elapsed.saturating_add(wait), kind });
                Verdict::default()
            }
            Failure::Refused { reason, hint } => {
                self.failures += 1;
                let wait = self.pace.probe.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 10.0);
                self.block = Some(Block { until: now.elapsed + wait, kind: BlockKind::Stopped { reason, hint } });
                Verdict::default()
            }
            Failure::BadCursor => {
                let Some(chain) = self.chain_mut(lane) else { return Verdict::default() };
                chain.restart();
                chain.restarts += 1;
                if chain.restarts < ENOUGH {
                    return Verdict::default();
                }
                chain.restarts = 0;
                let reason = format!("the list {} cannot be read on: its cursor is refused", self.list_name(lane));
                self.list_failed(lane, &reason, now, jitter)
            }
            Failure::Damaged { reason } => {
                let page = self.chain(lane).map_or(0, |chain| chain.pages) + 1;
                let reason = format!("page {page} of the list {} is not whole: {reason}", self.list_name(lane));
                let verdict = self.strike(lane, &reason, now, jitter);
                let times =
                    self.chain(lane).and_then(|chain| chain.trouble.as_ref()).map_or(0, |trouble| trouble.times);
                let salvage = verdict.salvage || times == ENOUGH;
                Verdict { salvage, ..verdict }
            }
            Failure::NotStored => {
                self.drop_chain(lane);
                self.failures += 1;
                let reason = "the store did not take what was brought".to_owned();
                let until = now.elapsed + self.pace.backoff.pause(self.failures, jitter);
                self.block = Some(Block { until, kind: BlockKind::Passing { reason, may_hurry: true } });
                Verdict::default()
            }
        }
    }

    /// A list was not answered. While others are, it is the list: it is tried less and less often, and in
    /// the end left to a lane that goes on without it.
    fn unanswered(&mut self, lane: Lane, reason: &str, now: Now, jitter: f64) {
        let others = self.others_answered(lane);
        let Some(chain) = self.chain_mut(lane) else { return };
        if chain.is_later {
            // Where nobody is answered, that says nothing about this span.
            self.later_failed(lane, self.failures == 1, now);
            return;
        }
        let trouble = chain.no_answer(reason, others);
        let (all, times) = (trouble.times, trouble.times_alone);
        let span = chain.window.range();
        let enough = match lane {
            Lane::Past if chain.is_beside_gap => ENOUGH_BESIDE,
            // The whole of it was not answered before.
            Lane::Past if self.width.is_narrowed(span) => ENOUGH,
            _ => ENOUGH_UNANSWERED,
        };
        match lane {
            Lane::Live => {
                self.owes_turn = true;
                if all >= enough {
                    self.leave_live(now);
                }
            }
            Lane::Again if times >= enough => self.again = None,
            Lane::Again => {}
            Lane::Past => {
                // The next live poll shows whether it is the backend: before it, nothing is learnt.
                let wait = self.pace.backoff.wait(times, jitter);
                self.past_rest = (now.elapsed + wait).max(self.next_live);
                if times == ENOUGH_BESIDE {
                    let list = self.list_name(lane);
                    self.note(format!("the list {list} is not answered, while others are: {reason}"));
                }
                if times >= enough {
                    let reason =
                        format!("{reason}, {times} times, while other lists are answered; asked for again later");
                    self.leave_past(reason);
                }
            }
        }
    }

    /// Good answers to lists of other lanes.
    fn others_answered(&self, lane: Lane) -> u64 {
        self.good.iter().sum::<u64>() - self.good[lane as usize]
    }

    /// Live polls go on from here; the past lane looks at what is left in parts.
    fn leave_live(&mut self, now: Now) {
        self.drop_chain(Lane::Live);
        self.live_from = Some(self.clock.at(now).floor_secs());
    }

    /// Goes through the past lane's window in parts. When it is short, or one beside it was given up, it
    /// is given up itself: older windows must not wait for it.
    fn leave_past(&mut self, reason: String) {
        let Some(chain) = self.past.take() else { return };
        let (span, secs) = (chain.window.range(), chain.window.secs());
        if secs > GIVEN_UP && !chain.is_beside_gap {
            self.edge = None;
            self.width.narrow(span, secs);
            return;
        }
        self.note(reason.clone());
        self.given_up = Some(Gap { from: span.from, until: span.until, reason });
    }

    /// A span that was given up failed once more; it is put off further if `counts`.
    fn later_failed(&mut self, lane: Lane, counts: bool, now: Now) {
        let Some(window) = self.take_chain(lane).map(|chain| chain.window).filter(|_| counts) else { return };
        let (span, now) = (window.range(), self.clock.at(now));
        later::failed_again(&mut self.checkpoint.later, span, &self.coverage, now, self.pace.later);
    }

    /// A list cannot be read to its end; it is begun anew.
    pub(super) fn list_failed(&mut self, lane: Lane, reason: &str, now: Now, jitter: f64) -> Verdict {
        if let Some(chain) = self.chain_mut(lane) {
            chain.restart();
        }
        let verdict = self.strike(lane, reason, now, jitter);
        // Its pages were whole, and are stored already.
        Verdict { salvage: false, ..verdict }
    }

    /// Counts what went wrong with a list, waits, and gives it up when it goes wrong again and again
    /// while the backend is otherwise well.
    fn strike(&mut self, lane: Lane, reason: &str, now: Now, jitter: f64) -> Verdict {
        let others = self.others_answered(lane);
        let Some(chain) = self.chain_mut(lane) else { return Verdict::default() };
        if chain.is_later {
            self.later_failed(lane, true, now);
            return Verdict::default();
        }
        let trouble = chain.trouble(reason, others);
        let is_enough = trouble.times >= ENOUGH;
        let is_well_otherwise = others > trouble.others_then;

        self.strikes[lane as usize] += 1;
        let until = now.elapsed + self.pace.backoff.wait(self.strikes[lane as usize], jitter);
        let kind = BlockKind::Passing { reason: reason.to_owned(), may_hurry: true };
        self.block = Some(Block { until, kind });
        // The other lanes show whether it is the backend or this list.
        self.owes_turn = lane == Lane::Live;

        if !is_enough {
            return Verdict::default();
        }
        match lane {
            Lane::Live => {
                self.leave_live(now);
                Verdict { salvage: true, ..Verdict::default() }
            }
            Lane::Again => {
                self.again = None;
                Verdict { salvage: true, ..Verdict::default() }
            }
            Lane::Past if !is_well_otherwise => Verdict::default(),
            Lane::Past => {
                self.strikes[lane as usize] = 0;
                let words = "what could be read of it is stored, and it is asked for again later";
                self.leave_past(format!("{reason}, {ENOUGH} times; {words}"));
                let gap = self.given_up.clone();
                if let Some(gap) = &gap {
                    self.lose(gap, now);
                }
                Verdict { salvage: true, gap, ..Verdict::default() }
            }
        }
    }
}
