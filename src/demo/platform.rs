//! The platform's log as it stands at a moment: what is visible, pages of it, single rows.

use crate::base::time::{SECOND, Timestamp};

use super::filter::Filters;
use super::incidents::Incident;
use super::page::{Direction, PageAt};
use super::row::LogRow;
use super::scan::Scan;
use super::sketch::{LATEST_SECS, Sketch};
use super::spec::{PlatformSpec, RETENTION_DAYS};
use super::traffic::Traffic;

/// Requests that one question looks at, at most. A question that is not answered by then gets
/// what was found, and a cursor to go on from; the vendor's clients go on over such pages.
const MOST_LOOKED_AT: usize = 3_000_000;

/// A made-up platform. Cheap to share; holds no traffic, makes it when asked.
#[derive(Debug)]
pub struct Platform {
    spec: PlatformSpec,
    traffic: Traffic,
}

/// What a question for a page found: newest first.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows.
    pub rows: Vec<Sketch>,
    /// Where to go on towards older rows.
    pub next: Option<PageAt>,
    /// Where to go on towards newer rows.
    pub prev: Option<PageAt>,
}

impl Platform {
    /// The platform of a spec.
    pub fn new(spec: PlatformSpec) -> Self {
        let traffic = Traffic::new(&spec);
        Self { spec, traffic }
    }

    /// What it was made from.
    pub fn spec(&self) -> &PlatformSpec {
        &self.spec
    }

    /// The incidents of the last 180 days, those under way, and the next three; oldest first.
    pub fn incidents(&self, now: Timestamp) -> Vec<Incident> {
        self.traffic.incidents.list(&self.traffic.clients, now)
    }

    /// How many callers there are.
    pub fn client_count(&self) -> usize {
        self.traffic.clients.len()
    }

    /// The row of an id, if the log shows it at a moment.
    pub fn find(&self, id: u128, now: Timestamp) -> Option<LogRow<'_>> {
        self.sketch_of(id, now).map(|sketch| self.traffic.row(&sketch))
    }

    /// Every row of a span of time that the log shows at a moment, oldest first.
    pub fn rows(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> impl Iterator<Item = LogRow<'_>> {
        self.sketches(from, until, now).map(|sketch| self.traffic.row(&sketch))
    }

    /// As [`Self::rows`], before their text.
    pub(super) fn sketches(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> impl Iterator<Item = Sketch> {
        let (from, until) = (from.0.max(oldest(now)).div_euclid(SECOND), until.0.min(now.0).div_euclid(SECOND) + 1);
        let mut scan = Scan::new(&self.traffic);
        let buckets = Traffic::bucket_of(from)..=Traffic::bucket_of(until);
        buckets.flat_map(move |bucket| {
            let mut rows = Vec::new();
            scan.rows(bucket, &mut rows);
            rows.retain(|sketch| {
                let second = i64::from(sketch.second);
                (from..until).contains(&second) && is_visible(sketch, now)
            });
            rows
        })
    }

    /// Writes a row out.
    pub(super) fn row(&self, sketch: &Sketch) -> LogRow<'_> {
        self.traffic.row(sketch)
    }

    fn sketch_of(&self, id: u128, now: Timestamp) -> Option<Sketch> {
        let sketch = self.traffic.at_place(self.traffic.ids.place(id)?)?;
        (is_visible(&sketch, now) && i64::from(sketch.second) * SECOND >= oldest(now)).then_some(sketch)
    }

    /// A page of the rows that pass the filters, from a place on, as the log stood at the place's
    /// moment.
    pub fn page(&self, filters: &Filters, at: PageAt, count: usize, now: Timestamp) -> Found {
        self.page_looking_at(MOST_LOOKED_AT, filters, at, count, now)
    }

    fn page_looking_at(&self, most: usize, filters: &Filters, at: PageAt, count: usize, now: Timestamp) -> Found {
        // A place beyond now would show what is not there yet.
        let at = PageAt { as_of: at.as_of.min(now), ..at };
        if let Some(id) = filters.whole_id() {
            let row =
                self.sketch_of(id, at.as_of).filter(|sketch| self.passes(filters, sketch) && at.takes(sketch.order()));
            return Found { rows: row.into_iter().collect(), next: None, prev: None };
        }
        if filters.is_impossible() {
            return Found::default();
        }
        let mut search = Search { at, filters, count, rows: Vec::new(), stopped_at: None };
        self.search(&mut search, most, now);
        search.found()
    }

    fn search(&self, search: &mut Search<'_>, most: usize, now: Timestamp) {
        let (from, until) = search.filters.seconds();
        let from = from.max(oldest(now).div_euclid(SECOND) + 1);
        let until = until.min(search.at.as_of.secs() + 1);
        let (from, until) = search.at.within(from, until);
        if from >= until {
            return;
        }
        let (first, last) = (Traffic::bucket_of(from), Traffic::bucket_of(until - 1));
        let mut scan = Scan::new(&self.traffic);
        let (mut rows, mut looked_at) = (Vec::new(), 0);
        for step in 0..=last - first {
            let bucket = match search.at.direction {
                Direction::Next => last - step,
                Direction::Prev => first + step,
            };
            scan.rows(bucket, &mut rows);
            looked_at += rows.len();
            let takes = |sketch: &&Sketch| {
                (from..until).contains(&i64::from(sketch.second))
                    && search.at.takes(sketch.order())
                    && is_visible(sketch, search.at.as_of)
                    && self.passes(search.filters, sketch)
            };
            match search.at.direction {
                Direction::Next => search.rows.extend(rows.iter().rev().filter(takes)),
                Direction::Prev => search.rows.extend(rows.iter().filter(takes)),
            }
            // One more than asked for tells whether there are more.
            if search.rows.len() > search.count {
                break;
            }
            if looked_at > most && step < last - first {
                search.stopped_at = Some(bucket);
                break;
            }
        }
    }

    fn passes(&self, filters: &Filters, sketch: &Sketch) -> bool {
        filters.pass(sketch, &self.traffic.clients, &self.traffic.ids)
    }
}

/// A page on its way.
struct Search<'f> {
    at: PageAt,
    filters: &'f Filters,
    count: usize,
    rows: Vec<Sketch>,
    stopped_at: Option<u32>,
}

impl Search<'_> {
    fn found(mut self) -> Found {
        let is_more = self.rows.len() > self.count;
        self.rows.truncate(self.count);
        let onward = match (is_more, self.stopped_at) {
            (true, _) => self.rows.last().map(|sketch| PageAt { edge: sketch.order(), ..self.at }),
            (false, Some(bucket)) => Some(self.at.beyond_bucket(bucket)),
            (false, None) => None,
        };
        match self.at.direction {
            Direction::Next => {
                // What comes before an empty page comes before the place it was asked for.
                let prev = self.rows.first().map_or(self.at.turned(), |first| self.at.towards_newer(first.order()));
                Found { rows: self.rows, next: onward, prev: (!self.at.is_start()).then_some(prev) }
            }
            Direction::Prev => {
                self.rows.reverse();
                // Going back always leaves the page that one came from.
                let next = self.rows.last().map_or(self.at.turned(), |last| self.at.towards_older(last.order()));
                Found { rows: self.rows, next: Some(next), prev: onward }
            }
        }
    }
}

/// Whether the log shows a row at a moment.
fn is_visible(sketch: &Sketch, at: Timestamp) -> bool {
    // Most rows are old enough that nothing needs to be drawn.
    i64::from(sketch.second) + LATEST_SECS < at.secs() || sketch.visible_at() <= at.0
}

/// The oldest time that the log still has, in microseconds.
fn oldest(now: Timestamp) -> i64 {
    now.plus_secs(-RETENTION_DAYS * 86_400).0
}

#[cfg(test)]
#[path = "platform_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "list_tests.rs"]
mod list_tests;
