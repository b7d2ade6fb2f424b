//! One list: a span of time, page after page, with a watch on lists that do not end.

use std::collections::HashSet;
use std::time::Duration;

use crate::base::hash::hash128;
use crate::base::time::Timestamp;
use crate::model::period::TimeRange;

use super::Lane;

/// Empty pages in a row, beyond which a list is taken not to end.
const EMPTY_PAGES: u32 = 20;
/// Pages beyond which a list is taken not to end.
const PAGES: u32 = 10_000;

/// The span of a list, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Window {
    /// The first point inside.
    pub(in super::super) from: Timestamp,
    /// The first point after it; a list of the newest has none, so that rows dated ahead are in it.
    pub(in super::super) until: Option<Timestamp>,
}

impl Window {
    /// Seconds in it.
    pub(super) fn secs(self) -> i64 {
        self.until.map_or(i64::MAX, |until| until.secs() - self.from.secs())
    }

    /// The span as a range; empty where it has no end.
    pub(super) fn range(self) -> TimeRange {
        TimeRange::new(self.from, self.until.unwrap_or(self.from))
    }
}

/// The same thing going wrong with the same list, over and over.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    reason: String,
    /// No page came at all, whatever the reason was.
    is_no_answer: bool,
    /// How often in a row.
    pub(super) times: u32,
    /// Good answers to other lists when it began: more by now show that the backend itself is well.
    pub(super) others_then: u64,
    /// How often while the backend was otherwise well: a good answer to another list came in between.
    pub(super) times_alone: u32,
    /// Good answers to other lists when it was last counted.
    others_last: u64,
}

impl Trouble {
    fn new(reason: &str, others: u64) -> Self {
        Self {
            reason: reason.to_owned(),
            is_no_answer: false,
            times: 0,
            times_alone: 0,
            others_then: others,
            others_last: others,
        }
    }
}

/// A list under way.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) lane: Lane,
    pub(super) window: Window,
    /// Where the next page begins.
    pub(super) cursor: Option<String>,
    /// Pages that came.
    pub(super) pages: u32,
    /// Rows that came.
    pub(super) rows: u64,
    /// When it began, on the clock that only goes forward.
    pub(super) began: Duration,
    /// The backend's time when it began, as it was thought to be.
    pub(super) assumed: Timestamp,
    /// The backend's time when the first page was asked for.
    pub(super) asked: Option<Timestamp>,
    /// How often its cursor was refused.
    pub(super) restarts: u32,
    pub(super) trouble: Option<Trouble>,
    /// The span was given up before, and is asked for once more.
    pub(super) is_later: bool,
    /// The span after it has just been given up.
    pub(super) is_beside_gap: bool,
    seen: HashSet<u128>,
    empty_pages: u32,
}

/// What follows on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Follows {
    /// Another page.
    Page,
    /// Nothing: this was the last.
    End,
    /// The list does not end; why it is thought so.
    Never(String),
}

impl Chain {
    pub(super) fn new(lane: Lane, window: Window, began: Duration, assumed: Timestamp) -> Self {
        Self {
            lane,
            window,
            cursor: None,
            pages: 0,
            rows: 0,
            began,
            assumed,
            asked: None,
            restarts: 0,
            trouble: None,
            is_later: false,
            is_beside_gap: false,
            seen: HashSet::new(),
            empty_pages: 0,
        }
    }

    /// Whether a cursor came before in this list.
    pub(super) fn has_seen(&self, cursor: &str) -> bool {
        self.seen.contains(&hash128(cursor.as_bytes()))
    }

    /// Takes a page's size and its cursor.
    pub(super) fn page(&mut self, len: usize, cursor: Option<String>) -> Follows {
        self.pages += 1;
        self.rows += len as u64;
        self.trouble = self.trouble.take().filter(|trouble| !trouble.is_no_answer);
        self.empty_pages = if len == 0 { self.empty_pages + 1 } else { 0 };
        let Some(cursor) = cursor else { return Follows::End };
        if !self.seen.insert(hash128(cursor.as_bytes())) {
            return Follows::Never("a cursor came a second time".into());
        }
        if self.empty_pages > EMPTY_PAGES {
            return Follows::Never(format!("{} pages in a row were empty", self.empty_pages));
        }
        if self.pages >= PAGES {
            return Follows::Never(format!("it has more than {PAGES} pages"));
        }
        self.cursor = Some(cursor);
        Follows::Page
    }

    /// Begins the same list anew. What went wrong with it is not forgotten.
    pub(super) fn restart(&mut self) {
        self.cursor = None;
        self.pages = 0;
        self.rows = 0;
        self.asked = None;
        self.seen.clear();
        self.empty_pages = 0;
    }

    /// Counts something that went wrong; another thing than before counts anew.
    pub(super) fn trouble(&mut self, reason: &str, others: u64) -> &Trouble {
        let is_same = |trouble: &Trouble| !trouble.is_no_answer && trouble.reason == reason;
        let mut trouble = self.trouble.take().filter(is_same).unwrap_or_else(|| Trouble::new(reason, others));
        trouble.times += 1;
        self.trouble.insert(trouble)
    }

    /// Counts that no page came, whatever the reason; `others` are the good answers to other lists.
    pub(super) fn no_answer(&mut self, reason: &str, others: u64) -> &Trouble {
        let known = self.trouble.take().filter(|trouble| trouble.is_no_answer);
        let mut trouble = known.unwrap_or_else(|| Trouble { is_no_answer: true, ..Trouble::new(reason, others) });
        if trouble.times == 0 || others > trouble.others_last {
            trouble.times_alone += 1;
        }
        trouble.times += 1;
        trouble.others_last = others;
        self.trouble.insert(trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain::new(Lane::Past, Window { from: Timestamp(0), until: None }, Duration::ZERO, Timestamp(0))
    }

    #[test]
    fn lists_that_do_not_end() {
        let mut looping = chain();
        assert_eq!(looping.page(1, Some("a".into())), Follows::Page);
        assert!(looping.has_seen("a") && !looping.has_seen("b"));
        assert_eq!(looping.page(1, Some("b".into())), Follows::Page);
        assert!(matches!(looping.page(1, Some("a".into())), Follows::Never(_)));

        let mut empty = chain();
        for n in 0..20 {
            assert_eq!(empty.page(0, Some(n.to_string())), Follows::Page);
        }
        assert!(matches!(empty.page(0, Some("x".into())), Follows::Never(_)));
        assert_eq!(empty.pages, 21);

        let mut long = chain();
        for n in 1..10_000 {
            assert_eq!(long.page(1, Some(n.to_string())), Follows::Page);
        }
        assert!(matches!(long.page(1, Some("x".into())), Follows::Never(_)));
        assert_eq!(chain().page(0, None), Follows::End);
    }

    #[test]
    fn troubles_count_while_they_are_the_same() {
        let mut chain = chain();
        assert_eq!(chain.trouble("cut", 5).times, 1);
        assert_eq!(chain.trouble("cut", 9).times, 2);
        assert_eq!(chain.trouble("cut", 9).others_then, 5);
        assert_eq!(chain.trouble("other", 9).times, 1);

        // Whether others are answered meanwhile makes a difference, and what is said does not.
        let mut unanswered = |reason, others| {
            let trouble = chain.no_answer(reason, others);
            (trouble.times, trouble.times_alone)
        };
        assert_eq!(unanswered("500", 9), (1, 1));
        assert_eq!(unanswered("500", 9), (2, 1));
        assert_eq!(unanswered("broken off", 10), (3, 2));
        chain.page(1, Some("a".into()));
        assert_eq!(chain.no_answer("500", 12).times, 1, "it was answered meanwhile");
    }
}
