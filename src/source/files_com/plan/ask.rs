//! What each lane asks for next.

use crate::base::time::{SECOND, Timestamp};
use crate::model::intake::{Coverage, Gap};
use crate::model::period::TimeRange;

use super::chain::{Chain, Window};
use super::{
    AGAIN_LONG, AGAIN_SHORT, Again, Ask, FIRST_LIVE, Lane, Now, OVERLAP, Planner, REACH, RETENTION, RETENTION_SLACK,
    Step, WIDEST_GAP, later,
};

impl Planner {
    pub(super) fn ask_live(&mut self, now: Now) -> Step {
        if self.live.is_none() {
            let server = self.clock.at(now);
            let window = Window { from: self.live_start(server), until: None };
            self.live = Some(Chain::new(Lane::Live, window, now.elapsed, server));
        }
        step(self.live.as_ref())
    }

    /// Where a live poll begins.
    fn live_start(&mut self, server: Timestamp) -> Timestamp {
        let fresh = server.plus_secs(-FIRST_LIVE).floor_secs();
        let from = self.live_from.filter(|from| *from <= server).unwrap_or(fresh);
        let from = if server.since(self.covered_until(from)) > REACH * SECOND { fresh } else { from };
        self.live_from = Some(from);
        let covered = self.covered_until(from);
        let newest = self.checkpoint.newest.unwrap_or(covered);
        newest.min(covered).max(from).plus_secs(-OVERLAP).floor_secs()
    }

    /// Up to where everything from a point on is complete.
    fn covered_until(&self, from: Timestamp) -> Timestamp {
        let span = self.coverage.spans.iter().find(|span| span.from <= from && from <= span.until);
        span.map_or(from, |span| span.until)
    }

    pub(super) fn ask_again(&mut self, now: Now) -> Option<Step> {
        if self.again.is_none() {
            self.again = self.due_again(now);
        }
        let server = self.clock.at(now);
        let again = self.again.as_mut()?;
        self.owes_turn = false;
        if again.chain.is_none() {
            let range = self.width.window(again.rest);
            let window = Window { from: range.from, until: Some(range.until) };
            again.chain = Some(Chain::new(Lane::Again, window, now.elapsed, server));
        }
        Some(step(again.chain.as_ref()))
    }

    /// The reading again whose time has come.
    fn due_again(&mut self, now: Now) -> Option<Again> {
        let is_long = now.elapsed >= self.next_long;
        if !is_long && now.elapsed < self.next_short {
            return None;
        }
        self.next_short = now.elapsed + self.pace.again_short;
        let (secs, pages) = if is_long {
            self.next_long = now.elapsed + self.pace.again_long;
            (AGAIN_LONG, self.pace.again_long_pages)
        } else {
            (AGAIN_SHORT, self.pace.again_short_pages)
        };
        // Only what counts as complete; the rest is still to be read anyway.
        let span = self.coverage.spans.last()?;
        let until = self.checkpoint.newest.unwrap_or(span.until).clamp(span.from, span.until);
        let rest = TimeRange::new(until.plus_secs(-secs).max(span.from).floor_secs(), until.floor_secs());
        (!rest.is_empty()).then_some(Again { rest, pages_left: pages, chain: None })
    }

    pub(super) fn ask_past(&mut self, now: Now) -> Option<Step> {
        if now.elapsed < self.past_rest {
            return None;
        }
        if self.past.is_none() {
            let server = self.clock.at(now);
            self.past = self.due_later(now, server);
        }
        if self.past.is_none() {
            let server = self.clock.at(now);
            let hole = self.newest_hole()?;
            // The present may turn out to be earlier than was thought.
            let hole = TimeRange::new(hole.from, hole.until.min(server.floor_secs()));
            if hole.is_empty() {
                return None;
            }
            let kept_from = server.plus_secs(-RETENTION).floor_secs();
            self.owes_turn = false;
            if hole.from < kept_from.plus_secs(-RETENTION_SLACK) {
                let until = hole.until.min(kept_from);
                let reason = "older than the 180 days for which Files.com keeps its log".to_owned();
                return Some(Step::Lose(Gap { from: hole.from, until, reason }));
            }
            let beside = self.edge.filter(|(at, _)| *at == hole.until).map(|(_, secs)| (2 * secs).min(WIDEST_GAP));
            let range = match beside {
                Some(secs) => TimeRange::new(hole.until.plus_secs(-secs).max(hole.from), hole.until),
                None => self.width.window(hole),
            };
            let window = Window { from: range.from, until: Some(range.until) };
            let mut chain = Chain::new(Lane::Past, window, now.elapsed, server);
            chain.is_beside_gap = beside.is_some();
            self.past = Some(chain);
        }
        self.owes_turn = false;
        Some(step(self.past.as_ref()))
    }

    /// A span that was given up and whose time has come again.
    fn due_later(&mut self, now: Now, server: Timestamp) -> Option<Chain> {
        if self.last_success.is_none() || now.elapsed < self.next_later {
            return None;
        }
        let span = later::due(&mut self.checkpoint.later, server, self.pace.later)?;
        self.next_later = now.elapsed + self.pace.again_short;
        let window = Window { from: span.from, until: Some(span.until) };
        let mut chain = Chain::new(Lane::Past, window, now.elapsed, server);
        chain.is_later = true;
        Some(chain)
    }

    /// What is neither complete nor given up, in whole seconds. Nothing before the first good answer:
    /// until then the backend's clock is not known.
    pub(super) fn newest_hole(&self) -> Option<TimeRange> {
        let wanted = TimeRange::new(self.coverage.wanted_from?, self.live_from?);
        let hole = self.settled().newest_hole(wanted)?;
        let until = hole.until.plus(SECOND - 1).floor_secs();
        Some(TimeRange::new(hole.from.floor_secs(), until))
    }

    /// What is complete or given up.
    pub(super) fn settled(&self) -> Coverage {
        let mut settled = self.coverage.clone();
        for lost in &self.checkpoint.lost {
            settled.add(*lost);
        }
        settled
    }
}

fn step(chain: Option<&Chain>) -> Step {
    let chain = chain.expect("the caller has just seen to it that there is a list");
    Step::Ask(Ask { lane: chain.lane, window: chain.window, cursor: chain.cursor.clone() })
}
