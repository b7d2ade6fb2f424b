//! The reference: all records in a list, every question answered by looking at each of them. What
//! it answers is right by being simple; other engines are tested against it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use crate::base::cancel::Cancel;
use crate::base::histogram::Histogram;
use crate::base::time::Timestamp;
use crate::model::answer::{
    Attributes, Bucket, Cursor, Facet, FacetValue, MOST_EXACT, Page, Percentiles, Summary, Timeline, counted_id,
    counted_time,
};
use crate::model::envelope::{Formats, Origin};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::{Handle, Seq, StoreTag};
use crate::model::intake::{Intake, IntakeResult};
use crate::model::record::{Record, StoredRecord};
use crate::model::request_id::{IdQuery, NormalId};
use crate::model::span_range::SpanRange;
use crate::model::value::Outcome;
use crate::query::evaluate::Evaluator;
use crate::query::filter::{Clause, Filter, Target, Test};

use super::error::EngineError;
use super::question::{
    Anchor, Answer, Completeness, FacetField, FacetsWant, PageWant, Question, TimelineWant, Want, WantAnswer,
};
use super::{Engine, Sink, Snapshot};

/// Records in memory.
pub struct MemoryEngine {
    formats: Arc<dyn Formats>,
    tag: StoreTag,
    state: RwLock<State>,
}

#[derive(Default, Clone)]
struct State {
    records: Vec<Arc<StoredRecord>>,
    keys: HashMap<(u128, String), Seq>,
    next_seq: u64,
    sources: Vec<String>,
}

impl MemoryEngine {
    /// An engine without records.
    pub fn new(formats: Arc<dyn Formats>, tag: StoreTag) -> Self {
        let state = State { next_seq: 1, ..State::default() };
        Self { formats, tag, state: RwLock::new(state) }
    }

    /// Stores what a source handed over.
    pub fn append(&self, source: &str, intake: &Intake, now: Timestamp) -> Result<IntakeResult, EngineError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let mut result = IntakeResult { bad: intake.bad_rows.len() as u64, ..IntakeResult::default() };
        if !state.sources.iter().any(|known| known == source) {
            state.sources.push(source.to_owned());
            state.sources.sort();
        }
        for (envelope, rows) in &intake.rows {
            let reader = self.formats.reader(envelope, None).map_err(|e| EngineError::Question(e.reason))?;
            for row in rows {
                let mut record = Record::default();
                if reader.read(&row.raw, &mut record).is_err() || record.time().is_none() {
                    result.bad += 1;
                    continue;
                }
                let key = row.identity.key(envelope, row.position, &row.raw, &record);
                let seq = Seq(state.next_seq);
                match state.keys.entry((key, envelope.source.clone())) {
                    Entry::Occupied(_) => {
                        result.already += 1;
                        continue;
                    }
                    Entry::Vacant(entry) => entry.insert(seq),
                };
                state.next_seq += 1;
                result.stored += 1;
                let stored = StoredRecord {
                    record: record.into_owned(),
                    handle: Handle { seq, tag: self.tag },
                    first_seen: now,
                    origin: Origin {
                        source: envelope.source.clone(),
                        format: envelope.format.clone(),
                        place: envelope.place.clone(),
                        position: row.position,
                        arrival: envelope.arrival,
                    },
                    raw: row.raw.clone(),
                };
                state.records.push(Arc::new(stored));
            }
        }
        Ok(result)
    }

    /// Deletes the records that are older than a point, and were first seen before it too.
    pub fn retain_from(&self, oldest: Timestamp) -> u64 {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let before = state.records.len();
        state.records.retain(|record| record.time() >= oldest || record.first_seen >= oldest);
        // What was deleted may come again.
        let live: HashSet<Seq> = state.records.iter().map(|record| record.seq()).collect();
        state.keys.retain(|_, seq| live.contains(seq));
        (before - state.records.len()) as u64
    }

    /// Another engine with the same records.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        Self { formats: Arc::clone(&self.formats), tag: self.tag, state: RwLock::new(state) }
    }

    fn records(snapshot: &Snapshot) -> &[Arc<StoredRecord>] {
        snapshot.inner.downcast_ref::<Vec<Arc<StoredRecord>>>().map_or(&[], Vec::as_slice)
    }
}

impl Engine for MemoryEngine {
    fn snapshot(&self) -> Result<Snapshot, EngineError> {
        let next = self.state.read().unwrap_or_else(PoisonError::into_inner).next_seq;
        self.snapshot_at(Seq(next - 1))
    }

    fn snapshot_at(&self, as_of: Seq) -> Result<Snapshot, EngineError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let as_of = as_of.min(Seq(state.next_seq - 1));
        let records: Vec<_> = state.records.iter().filter(|record| record.seq() <= as_of).cloned().collect();
        let at = records.iter().max_by_key(|record| record.seq()).map_or(Timestamp(0), |record| record.first_seen);
        Ok(Snapshot { as_of, at, inner: Arc::new(records) })
    }

    fn ask(
        &self,
        snapshot: &Snapshot,
        question: &Question,
        _cancel: &Cancel,
        sink: Sink<'_>,
    ) -> Result<(), EngineError> {
        let in_range: Vec<&StoredRecord> = Self::records(snapshot)
            .iter()
            .map(Arc::as_ref)
            .filter(|record| question.range.contains(record.time()))
            .filter(|record| question.source.as_ref().is_none_or(|source| *source == record.origin.source))
            .collect();
        let view = kept(&in_range, &question.filter);
        let mut wants = Vec::new();
        for want in &question.wants {
            wants.push(match want {
                Want::Page(want) => WantAnswer::Page(page(&view, want)),
                Want::Facets(want) => WantAnswer::Facets(facets(&in_range, question, want)),
                Want::Timeline(want) => WantAnswer::Timeline(timeline(&view, want)),
                Want::Summary => WantAnswer::Summary(summary(&view, in_range.len() as u64)),
                Want::Count => WantAnswer::Count(view.len() as u64),
                Want::Span => WantAnswer::Span(span(&view)),
                Want::Attributes => WantAnswer::Attributes(attributes(&in_range)),
                Want::AttributesWith(tests) => WantAnswer::Attributes(attributes_with(&view, tests)),
            });
        }
        sink(Answer { as_of: snapshot.as_of, completeness: Completeness::Complete, wants });
        Ok(())
    }

    fn get(&self, snapshot: &Snapshot, ids: &[IdQuery], limit: usize) -> Result<Vec<Vec<StoredRecord>>, EngineError> {
        let names = |record: &StoredRecord, query: &IdQuery| {
            let id = || record.record.text(Field::RequestId).and_then(|id| NormalId::new(id));
            match query {
                IdQuery::Whole(wanted) => id().as_ref() == Some(wanted),
                IdQuery::Prefix(prefix) => id().is_some_and(|id| id.as_str().starts_with(prefix.as_str())),
                IdQuery::Suffix(suffix) => id().is_some_and(|id| id.as_str().ends_with(suffix.as_str())),
                IdQuery::Handle(handle) => record.handle == *handle,
            }
        };
        Ok(ids
            .iter()
            .map(|query| {
                let mut found: Vec<StoredRecord> = Self::records(snapshot)
                    .iter()
                    .filter(|record| names(record, query))
                    .map(|record| record.as_ref().clone())
                    .collect();
                found.sort_by_key(|record| std::cmp::Reverse((record.time(), record.seq())));
                found.truncate(limit);
                found
            })
            .collect())
    }

    fn follow(
        &self,
        snapshot: &Snapshot,
        after: Seq,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, EngineError> {
        let evaluator = Evaluator::new(filter);
        let mut found: Vec<StoredRecord> = Self::records(snapshot)
            .iter()
            .filter(|record| record.seq() > after && evaluator.keeps(record))
            .map(|record| record.as_ref().clone())
            .collect();
        found.sort_by_key(StoredRecord::seq);
        found.truncate(limit);
        Ok(found)
    }

    fn sources(&self, _snapshot: &Snapshot) -> Result<Vec<String>, EngineError> {
        Ok(self.state.read().unwrap_or_else(PoisonError::into_inner).sources.clone())
    }
}

fn kept<'a>(records: &[&'a StoredRecord], filter: &Filter) -> Vec<&'a StoredRecord> {
    let evaluator = Evaluator::new(filter);
    records.iter().copied().filter(|record| evaluator.keeps(record)).collect()
}

fn page(view: &[&StoredRecord], want: &PageWant) -> Page {
    let mut sorted = view.to_vec();
    let field = &want.sort.field;
    let compare = |a: &Cursor, b: &Cursor| a.compare(b, field, want.sort.descending);
    sorted.sort_by(|a, b| compare(&Cursor::of(a, field), &Cursor::of(b, field)));
    let total = sorted.len();
    let rank = |cursor: &Cursor| sorted.iter().filter(|row| compare(&Cursor::of(row, field), cursor).is_lt()).count();
    let is_there = |cursor: &Cursor| sorted.iter().any(|row| row.seq() == cursor.seq);
    let (first, limit) = match &want.at {
        Anchor::Start => (0, want.limit),
        Anchor::End => (total.saturating_sub(want.limit), want.limit),
        Anchor::Row(row) => ((*row as usize).min(total), want.limit),
        Anchor::After(cursor) => (rank(cursor) + usize::from(is_there(cursor)), want.limit),
        Anchor::Before(cursor) => (rank(cursor).saturating_sub(want.limit), want.limit.min(rank(cursor))),
        Anchor::Around(cursor, above) => (rank(cursor).saturating_sub(*above), want.limit),
    };
    let rows = sorted.iter().skip(first).take(limit).map(|row| (*row).clone()).collect();
    Page { rows, first_row: first as u64, total: total as u64 }
}

fn facets(in_range: &[&StoredRecord], question: &Question, want: &FacetsWant) -> Vec<Facet> {
    want.fields.iter().map(|want_field| facet(in_range, question, want_field, want.with_totals)).collect()
}

fn facet(in_range: &[&StoredRecord], question: &Question, want: &FacetField, with_totals: bool) -> Facet {
    let field = &want.field;
    let others = question.filter.steps().iter().filter(|step| want.in_view || step.only_field() != Some(field));
    let view = kept(in_range, &Filter::from_steps(others.cloned().collect()));
    let mut counts: HashMap<Option<Vec<u8>>, (u64, u64)> = HashMap::new();
    for record in view {
        counts.entry(value_of(record, field)).or_default().0 += 1;
    }
    if with_totals {
        for record in in_range {
            counts.entry(value_of(record, field)).or_default().1 += 1;
        }
    }
    for pinned in &want.pinned {
        counts.entry(pinned.clone()).or_default();
    }
    let keeps = want.keeps();
    let values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, (count, total))| FacetValue { value, count, total })
        .filter(|value| value.count > 0 || want.is_pinned(value.value.as_deref()))
        .filter(|value| keeps(value.value.as_deref()))
        .collect();
    want.best_of(values)
}

/// A record's value as it is counted.
fn value_of(record: &StoredRecord, field: &FieldRef) -> Option<Vec<u8>> {
    let bytes = record.bytes(field)?;
    Some(match field {
        FieldRef::Known(Field::RequestId) => counted_id(&bytes),
        FieldRef::Known(Field::Time) => counted_time(record.time()).into_bytes(),
        FieldRef::Known(known) if known.kind() == Kind::Duration => {
            SpanRange::of(record.record.duration(*known)?).text().into_bytes()
        }
        _ => bytes.into_owned(),
    })
}

fn attributes(in_range: &[&StoredRecord]) -> Attributes {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for record in in_range {
        let paths: HashSet<&str> = record.record.attributes.iter().map(|(path, _)| path.as_ref()).collect();
        for path in paths {
            *counts.entry(path.to_owned()).or_default() += 1;
        }
    }
    Attributes::of_counts(counts, false)
}

fn attributes_with(view: &[&StoredRecord], tests: &[Test]) -> Attributes {
    let names = attributes(view).names.into_iter().map(|(path, _)| path);
    let counts = names.map(|path| {
        let target = Target::Field(FieldRef::Attribute(path.clone()));
        let filter = Filter::Clause(Clause { target, any_of: tests.to_vec() });
        (path, kept(view, &filter).len() as u64)
    });
    Attributes::of_counts(counts, false)
}

fn timeline(view: &[&StoredRecord], want: &TimelineWant) -> Timeline {
    let mut buckets = vec![Bucket::default(); want.buckets];
    let mut histograms = vec![Histogram::default(); want.buckets];
    let mut series = vec![vec![0; want.buckets]; want.series.len()];
    let of_series: Vec<Filter> = want.series.iter().cloned().map(Filter::Clause).collect();
    let evaluators: Vec<Evaluator> = of_series.iter().map(Evaluator::new).collect();
    for record in view {
        let place = record.time().since(want.start).div_euclid(want.width);
        let last = want.buckets.saturating_sub(1);
        let place = usize::try_from(place).ok().map(|place| if want.is_open { place.min(last) } else { place });
        let Some(place) = place.filter(|place| *place < want.buckets) else { continue };
        match record.record.outcome() {
            Outcome::Success => buckets[place].success += 1,
            Outcome::Failure => buckets[place].failure += 1,
        }
        for (counts, evaluator) in series.iter_mut().zip(&evaluators) {
            counts[place] += u64::from(evaluator.keeps(record));
        }
        if let Some(nanos) = record.record.duration(Field::Duration) {
            histograms[place].add(nanos);
        }
    }
    if want.with_p95 {
        for (bucket, histogram) in buckets.iter_mut().zip(&histograms) {
            bucket.p95 = histogram.quantile(0.95);
        }
    }
    Timeline { start: want.start, width: want.width, buckets, series }
}

fn span(view: &[&StoredRecord]) -> Option<(Timestamp, Timestamp)> {
    let times = || view.iter().map(|record| record.time());
    times().min().zip(times().max())
}

fn summary(view: &[&StoredRecord], of: u64) -> Summary {
    let percentiles = |field: Field| -> Percentiles {
        debug_assert_eq!(field.kind(), Kind::Duration);
        let values = view.iter().filter_map(|record| record.record.duration(field));
        if view.len() as u64 <= MOST_EXACT {
            return Percentiles::of_values(values.collect());
        }
        let mut histogram = Histogram::default();
        values.for_each(|nanos| histogram.add(nanos));
        (&histogram).into()
    };
    Summary {
        count: view.len() as u64,
        failed: view.iter().filter(|record| record.record.outcome() == Outcome::Failure).count() as u64,
        duration: percentiles(Field::Duration),
        delay: percentiles(Field::Delay),
        first: span(view).map(|(first, _)| first),
        last: span(view).map(|(_, last)| last),
        of,
    }
}
