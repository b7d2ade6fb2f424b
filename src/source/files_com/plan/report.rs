//! What the planner says about itself.

use std::time::Duration;

use crate::base::time::Timestamp;
use crate::model::period::TimeRange;
use crate::model::source_status::{Activity, Asked, FillStatus, OverlapStatus, SourceStatus};

use super::{Ask, BlockKind, Lane, Now, Planner, micros};

/// The rate of filling is that of the last minute.
const RECENT: Duration = Duration::from_mins(1);
/// So many notes are kept, the newest.
const NOTES: usize = 5;

impl Planner {
    /// Whether there was a good answer yet.
    pub(in super::super) fn has_succeeded(&self) -> bool {
        self.last_success.is_some()
    }

    /// The state for the screen; what is being asked, if anything is. The caller knows the rest.
    pub(in super::super) fn status(&self, asking: Option<(&Ask, Now)>, now: Now) -> SourceStatus {
        let wall = |at: Duration| now.wall.plus(micros(at) - micros(now.elapsed));
        let activity = match (asking, &self.block) {
            (Some((ask, since)), _) => Activity::Asking {
                since: since.wall,
                what: match (ask.lane, ask.window.until) {
                    (Lane::Live, _) => Asked::Newest,
                    (Lane::Again, _) => Asked::Again,
                    (Lane::Past, until) => Asked::Past(until.unwrap_or(ask.window.from)),
                },
            },
            (None, Some(block)) if block.until > now.elapsed => match &block.kind {
                BlockKind::Passing { reason, .. } => Activity::Waiting {
                    until: wall(block.until),
                    reason: reason.clone(),
                    attempt: self.failures.max(self.strikes.into_iter().max().unwrap_or(0)).max(1),
                },
                BlockKind::Stopped { reason, hint } => {
                    Activity::Stopped { reason: reason.clone(), hint: hint.clone(), next_try: wall(block.until) }
                }
            },
            (None, _) => Activity::Resting,
        };
        let next_poll = matches!(activity, Activity::Resting | Activity::Asking { .. })
            .then(|| wall(self.next_live.max(now.elapsed)));
        SourceStatus {
            source: String::new(),
            host: String::new(),
            activity,
            requests: 0,
            last_success: self.last_success,
            newest: self.checkpoint.newest,
            next_poll,
            fill: self.fill_status(now),
            overlap: OverlapStatus { requests: self.overlap_requests, cut_at: self.overlap_cut_at },
            moved_to: None,
            notes: self.notes.iter().cloned().collect(),
        }
    }

    fn fill_status(&self, now: Now) -> Option<FillStatus> {
        let (wanted_from, live_from) = (self.coverage.wanted_from?, self.live_from?);
        let settled = self.settled();
        let wanted = TimeRange::new(wanted_from, live_from);
        let hole = settled.newest_hole(wanted)?;
        let oldest = now.elapsed.saturating_sub(RECENT);
        let rows = self.recent.iter().filter(|(at, _)| *at >= oldest).map(|(_, rows)| rows).sum();
        let within = now.elapsed.saturating_sub(self.filling_since.unwrap_or(now.elapsed).max(oldest));
        Some(FillStatus { back_to: hole.until, wanted_from, share: settled.share(wanted), rows, within })
    }

    /// Counts rows that came for a request, as long as something of the past is missing.
    pub(super) fn count_rows(&mut self, rows: usize, sent: Now, now: Now) {
        if self.newest_hole().is_none() {
            self.recent.clear();
            self.filling_since = None;
            return;
        }
        self.filling_since.get_or_insert(sent.elapsed);
        let oldest = now.elapsed.saturating_sub(RECENT);
        while self.recent.front().is_some_and(|(at, _)| *at < oldest) {
            self.recent.pop_front();
        }
        self.recent.push_back((now.elapsed, rows as u64));
    }

    /// Notes something good to know, once.
    pub(super) fn note(&mut self, text: String) {
        self.notes.retain(|note| *note != text);
        self.notes.push_back(text);
        if self.notes.len() > NOTES {
            self.notes.pop_front();
        }
    }

    /// What a list is called in messages: `from 2026-11-23T12:00:00Z to 2026-11-23T13:00:00Z`.
    pub(super) fn list_name(&self, lane: Lane) -> String {
        let text = |at: Timestamp| at.rfc3339(0);
        match self.chain(lane).map(|chain| chain.window) {
            Some(window) => match window.until {
                Some(until) => format!("from {} to {}", text(window.from), text(until)),
                None => format!("since {}", text(window.from)),
            },
            None => String::new(),
        }
    }
}
