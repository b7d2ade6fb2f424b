//! What is asked: plain data, no engine's language.

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::base::time::Timestamp;
use crate::model::answer::{Attributes, Cursor, Facet, FacetValue, Page, Summary, Timeline, compare_counted};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::Seq;
use crate::model::period::TimeRange;
use crate::model::request_id::NormalId;
use crate::query::fold::fold;
use crate::query::{Clause, Filter, Test};

/// A filter, a span of time, and what is wanted of the records in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which records.
    pub filter: Filter,
    /// Of which time.
    pub range: TimeRange,
    /// Of which source; `None` is all.
    pub source: Option<String>,
    /// What is wanted of them.
    pub wants: Vec<Want>,
}

/// One thing that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// Some of the records.
    Page(PageWant),
    /// The values of fields with their counts.
    Facets(FacetsWant),
    /// Counts over time.
    Timeline(TimelineWant),
    /// The figures.
    Summary,
    /// How many.
    Count,
    /// The first and the last time.
    Span,
    /// Which attributes there are, whatever the filter keeps.
    Attributes,
    /// Which attributes pass one of some tests, with in how many of the records they do. Only attributes with a column are
    /// looked at.
    AttributesWith(Vec<Test>),
}

/// A window on the sorted list of records.
#[derive(Debug, Clone, PartialEq)]
pub struct PageWant {
    /// The order.
    pub sort: Sort,
    /// Where the window lies.
    pub at: Anchor,
    /// How many rows at most.
    pub limit: usize,
}

/// The order of a list. Equal values are ordered by time and arrival in the same direction;
/// records without a value come last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By which field.
    pub field: FieldRef,
    /// Largest or newest first.
    pub descending: bool,
}

impl Default for Sort {
    /// Newest first.
    fn default() -> Self {
        Self { field: Field::Time.into(), descending: true }
    }
}

/// Where a page lies in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// At the top.
    Start,
    /// At the bottom: the last rows.
    End,
    /// From this row number on.
    Row(u64),
    /// Behind a row, without it.
    After(Cursor),
    /// Before a row, without it.
    Before(Cursor),
    /// Around a row: so many rows before it, then the row itself, or where it would stand.
    Around(Cursor, usize),
}

/// Values with their counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetsWant {
    /// Of which fields.
    pub fields: Vec<FacetField>,
    /// Whether each value's count in the whole period is wanted too.
    pub with_totals: bool,
}

/// A field whose values are counted. Ids are counted in their normal form, times to the
/// microsecond, durations by their ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetField {
    /// Which field.
    pub field: FieldRef,
    /// So many of its most frequent values.
    pub top: usize,
    /// Only values that contain this text, without case.
    pub matching: Option<String>,
    /// Values that are given in any case, because they are ticked.
    pub pinned: Vec<Option<Vec<u8>>>,
    /// Whether the steps that look at this field alone count, too. A pane leaves them out, so that other
    /// values can be chosen.
    pub in_view: bool,
}

impl FacetField {
    /// The most frequent values of a field.
    pub fn new(field: impl Into<FieldRef>, top: usize) -> Self {
        Self { field: field.into(), top, matching: None, pinned: Vec::new(), in_view: false }
    }

    /// Whether a value is given in any case.
    pub fn is_pinned(&self, value: Option<&[u8]>) -> bool {
        self.pinned.iter().any(|pinned| pinned.as_deref() == value)
    }

    /// The most frequent of some values, those that are given in any case, and what is left.
    pub fn best_of(&self, mut values: Vec<FacetValue>) -> Facet {
        values.sort_by(|a, b| {
            let by_value = || compare_counted(&self.field, a.value.as_deref(), b.value.as_deref());
            b.count.cmp(&a.count).then_with(by_value)
        });
        let rest = values.split_off(self.top.min(values.len()));
        let mut facet = Facet { field: self.field.clone(), values, other_values: 0, other_count: 0 };
        for value in rest {
            if self.is_pinned(value.value.as_deref()) {
                facet.values.push(value);
            } else {
                facet.other_values += 1;
                facet.other_count += value.count;
            }
        }
        facet
    }

    /// The text that is looked for: an id as it is compared.
    pub fn wanted_text(&self) -> Option<Cow<'_, str>> {
        self.matching.as_deref().map(|text| {
            let id = if self.field.kind() == Kind::Id { NormalId::new(text.as_bytes()) } else { None };
            id.map_or(Cow::Borrowed(text), |id| Cow::Owned(id.as_str().to_owned()))
        })
    }

    /// Finds the text that is looked for in a folded value.
    pub fn finder(&self) -> Option<Finder<'static>> {
        self.wanted_text().map(|text| Finder::new(fold(text.as_bytes()).as_ref()).into_owned())
    }

    /// Says of a value whether it is among those that are looked for.
    pub fn keeps(&self) -> impl Fn(Option<&[u8]>) -> bool {
        let finder = self.finder();
        move |value| match (&finder, value) {
            (None, _) => true,
            (Some(finder), value) => {
                value.is_some_and(|value| finder.find(&fold(value)).is_some()) || self.is_pinned(value)
            }
        }
    }
}

/// Counts over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineWant {
    /// Where the first bucket begins.
    pub start: Timestamp,
    /// The width of each in microseconds.
    pub width: i64,
    /// How many.
    pub buckets: usize,
    /// Whether the last one has no end: what is later is counted in it.
    pub is_open: bool,
    /// Whether the 95th percentile of the duration is wanted for each.
    pub with_p95: bool,
    /// For each of these, how many records of each bucket pass it.
    pub series: Vec<Clause>,
}

impl TimelineWant {
    /// Counts alone.
    pub fn new(start: Timestamp, width: i64, buckets: usize) -> Self {
        Self { start, width, buckets, is_open: false, with_p95: false, series: Vec::new() }
    }
}

/// How much of the data an answer is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// On all of it.
    Complete,
    /// On what is newer than this; more is coming.
    SoFar(Timestamp),
    /// On as much as was allowed; there may be more.
    Bounded,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The state of the data that it is about.
    pub as_of: Seq,
    /// How much of it was looked at.
    pub completeness: Completeness,
    /// One answer for each want, in the order of the wants.
    pub wants: Vec<WantAnswer>,
}

/// The answer to one want.
#[derive(Debug, Clone, PartialEq)]
pub enum WantAnswer {
    /// Records.
    Page(Page),
    /// Values with their counts, in the order of the fields.
    Facets(Vec<Facet>),
    /// Counts over time.
    Timeline(Timeline),
    /// Figures.
    Summary(Summary),
    /// A count.
    Count(u64),
    /// The first and the last time; none where there are no records.
    Span(Option<(Timestamp, Timestamp)>),
    /// Attributes.
    Attributes(Attributes),
}

impl Answer {
    /// The first page in it.
    pub fn into_page(self) -> Option<Page> {
        self.wants.into_iter().find_map(|want| match want {
            WantAnswer::Page(page) => Some(page),
            _ => None,
        })
    }

    /// The first summary in it.
    pub fn summary(&self) -> Option<&Summary> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Summary(summary) => Some(summary),
            _ => None,
        })
    }

    /// The first facets in it.
    pub fn facets(&self) -> Option<&[Facet]> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Facets(facets) => Some(facets.as_slice()),
            _ => None,
        })
    }

    /// The first timeline in it.
    pub fn timeline(&self) -> Option<&Timeline> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Timeline(timeline) => Some(timeline),
            _ => None,
        })
    }

    /// The first count in it.
    pub fn count(&self) -> Option<u64> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Count(count) => Some(*count),
            _ => None,
        })
    }

    /// The first span of time in it.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Span(span) => *span,
            _ => None,
        })
    }

    /// The first attributes in it.
    pub fn attributes(&self) -> Option<&Attributes> {
        self.wants.iter().find_map(|want| match want {
            WantAnswer::Attributes(attributes) => Some(attributes),
            _ => None,
        })
    }
}
