//! What follows when a page came whole.

use std::time::Duration;

use crate::base::time::{SECOND, Timestamp};
use crate::model::period::TimeRange;

use super::chain::{Chain, Follows};
use super::clock::micros;
use super::{AHEAD, FIRST_LIVE, Lane, Now, PageReport, Planner, REACH, Verdict, later};

impl Planner {
    /// Whether the cursor that came with a page says that its list goes round in a circle. Such a page
    /// is counted for itself: its rows may have been on the page before.
    pub(in super::super) fn is_circle(&self, lane: Lane, cursor: Option<&str>) -> bool {
        cursor.zip(self.chain(lane)).is_some_and(|(cursor, chain)| chain.has_seen(cursor))
    }

    /// Takes a page over. Whether a list ended with it, so that coverage and checkpoint are to be stored
    /// along with its rows; a gap, if the list was given up for good.
    pub(in super::super) fn answered(
        &mut self,
        lane: Lane,
        report: PageReport,
        sent: Now,
        now: Now,
        jitter: f64,
    ) -> Verdict {
        let is_first_ever = self.last_success.is_none();
        self.clock.set(report.date, now);
        let server = self.clock.at(now);
        let asked = server.plus(-micros(now.elapsed.saturating_sub(sent.elapsed)));
        self.take_turns(lane);
        self.failures = 0;
        self.block = None;
        self.good[lane as usize] += 1;
        self.last_success = Some(now.wall);
        self.count_rows(report.len, sent, now);
        if lane == Lane::Again {
            self.overlap_requests += 1;
        }
        if is_first_ever {
            self.settle_clock(server);
        }
        let sane = report.times.iter().copied().filter(|time| *time <= server.plus_secs(AHEAD)).max();
        self.checkpoint.newest = self.checkpoint.newest.max(sane);

        let Some(chain) = self.chain_mut(lane) else { return Verdict::default() };
        let asked = *chain.asked.get_or_insert(asked);
        let was_mistaken = lane == Lane::Live && asked.since(chain.assumed).abs() > REACH * SECOND;
        let follows = chain.page(report.len, report.cursor);
        if was_mistaken {
            // The list began where the present was thought to be; it begins again where it is.
            self.drop_chain(lane);
            self.live_from = Some(asked.plus_secs(-FIRST_LIVE).floor_secs());
            self.next_live = Duration::ZERO;
            return Verdict::default();
        }
        match follows {
            Follows::End => self.list_ended(lane, asked),
            Follows::Page => self.list_goes_on(lane, asked),
            Follows::Never(why) => {
                let reason = format!("the list {} does not end: {why}", self.list_name(lane));
                self.note(reason.clone());
                self.list_failed(lane, &reason, now, jitter)
            }
        }
    }

    /// The first answer says what time it really is.
    fn settle_clock(&mut self, server: Timestamp) {
        self.coverage.wanted_from = Some(server.plus(-self.fill).floor_secs());
        if self.live_from.is_some_and(|from| from > server) {
            self.live_from = Some(server.plus_secs(-FIRST_LIVE).floor_secs());
        }
        let until = server.plus_secs(AHEAD);
        if self.coverage.spans.iter().any(|span| span.until > until) {
            let spans = std::mem::take(&mut self.coverage.spans);
            for span in spans {
                self.coverage.add(TimeRange::new(span.from, span.until.min(server.floor_secs())));
            }
            self.note("what the store has was said to be complete beyond the present; that is set right".into());
        }
        self.checkpoint.newest = self.checkpoint.newest.filter(|newest| *newest <= until);
    }

    fn list_ended(&mut self, lane: Lane, asked: Timestamp) -> Verdict {
        self.strikes[lane as usize] = 0;
        let Some(chain) = self.take_chain(lane) else { return Verdict::default() };
        match lane {
            Lane::Live => {
                let until = asked.floor_secs();
                if self.good.iter().sum::<u64>() <= u64::from(chain.pages) {
                    self.width.learn(until.secs() - chain.window.from.secs(), chain.rows);
                }
                self.coverage.add(TimeRange::new(chain.window.from, until));
                self.live_ended(&chain);
            }
            Lane::Past => {
                let span = chain.window.range();
                if chain.is_later {
                    later::done(&mut self.checkpoint.later, span);
                } else {
                    self.width.learn(chain.window.secs(), chain.rows);
                }
                self.coverage.add(span);
            }
            Lane::Again => {
                if let Some(again) = &mut self.again {
                    again.rest.until = chain.window.from;
                    again.pages_left = again.pages_left.saturating_sub(1);
                    if again.rest.is_empty() {
                        self.again = None;
                        self.overlap_cut_at = None;
                    } else if again.pages_left == 0 {
                        self.cut_again(chain.window.from);
                    }
                }
                return Verdict::default();
            }
        }
        Verdict { is_durable: true, ..Verdict::default() }
    }

    fn list_goes_on(&mut self, lane: Lane, asked: Timestamp) -> Verdict {
        match lane {
            Lane::Live => {
                let Some(chain) = self.live.take_if(|chain| chain.pages >= self.pace.live_pages) else {
                    return Verdict::default();
                };
                // Too much at once: the past lane takes over what lies before this poll.
                self.live_from = Some(asked.floor_secs());
                self.note(format!(
                    "more than {} pages came at once; what is missing is fetched in windows",
                    chain.pages
                ));
                self.live_ended(&chain);
            }
            Lane::Past => {
                let is_too_wide = |chain: &mut Chain| {
                    chain.pages >= self.pace.window_pages && chain.window.secs() > 1 && !chain.is_later
                };
                if let Some(chain) = self.past.take_if(is_too_wide) {
                    self.width.too_wide(chain.window.secs());
                }
            }
            Lane::Again => {
                let Some(again) = &mut self.again else { return Verdict::default() };
                again.pages_left = again.pages_left.saturating_sub(1);
                let end = again.chain.as_ref().and_then(|chain| chain.window.until);
                if again.pages_left == 0 {
                    self.cut_again(end.unwrap_or(asked));
                }
            }
        }
        Verdict::default()
    }

    fn live_ended(&mut self, chain: &Chain) {
        self.next_live = chain.began + self.pace.poll;
        self.owes_turn = true;
    }

    fn cut_again(&mut self, at: Timestamp) {
        self.again = None;
        self.overlap_cut_at = Some(at);
    }
}
