//! The store as an engine.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use rayon::prelude::*;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::engine::question::{Answer, Completeness, Question, Want, WantAnswer};
use crate::engine::{Engine, Sink, Snapshot};
use crate::model::handle::Seq;
use crate::model::record::StoredRecord;
use crate::model::request_id::IdQuery;
use crate::query::Filter;

use super::select::{Context, Query, Selection, select};
use super::{attributes, facets, figures, lookup, page, timeline};
use crate::engine::local::store::Store;
use crate::engine::local::view::View;

impl Store {
    /// What all work on a question shares.
    pub(in crate::engine::local) fn context<'a>(&'a self, as_of: Seq, cancel: &'a Cancel) -> Context<'a> {
        Context {
            caches: &self.caches,
            sum_files: &self.sum_files,
            interners: &self.interners,
            readers: &self.readers,
            formats: self.formats.as_ref(),
            cancel,
            stop: None,
            as_of,
            tag: self.tag(),
            keeps_sums: true,
            is_once: self.options.is_once,
            few_values: self.options.few_values,
            most_values: self.options.most_values,
            many_rows: self.options.many_rows,
        }
    }

    /// What takes long is answered for the newest parts first, twice as much each time, while all of it is worked on.
    fn answer_so_far(
        &self,
        view: &View,
        selections: &[Selection<'_>],
        question: &Question,
        context: &Context<'_>,
        sink: Sink<'_>,
    ) -> Result<(), EngineError> {
        let Some(pool) = self.second_pool() else { return Ok(()) };
        let started = Instant::now();
        let mut published = started;
        let mut rows = self.options.first_rows;
        loop {
            let newest = newest_of(selections, rows);
            let Some(next) = selections.get(newest.len()) else { return Ok(()) };
            let wants = pool.install(|| answer_wants(view, newest, question, context))?;
            // At this pace the whole is there in time.
            let done = rows_of(newest).max(1) as f64;
            let left = rows_of(&selections[newest.len()..]) as f64;
            if started.elapsed().as_secs_f64() * (left / done) < self.options.patience.as_secs_f64() {
                return Ok(());
            }
            if published.elapsed() >= self.options.patience {
                let completeness = Completeness::SoFar(Timestamp(next.part.max_time));
                if !sink(Answer { as_of: context.as_of, completeness, wants }) {
                    return Err(EngineError::Cancelled);
                }
                published = Instant::now();
            }
            rows *= 2;
        }
    }

    fn view_of<'a>(&self, snapshot: &'a Snapshot) -> Result<&'a View, EngineError> {
        snapshot
            .inner
            .downcast_ref::<View>()
            .filter(|view| view.tag == self.tag())
            .ok_or_else(|| EngineError::Question("the snapshot belongs to another store".into()))
    }
}

impl Engine for Store {
    fn snapshot(&self) -> Result<Snapshot, EngineError> {
        let view = self.view();
        Ok(Snapshot { as_of: view.as_of, at: view.at, inner: view })
    }

    fn snapshot_at(&self, as_of: Seq) -> Result<Snapshot, EngineError> {
        let view = self.view();
        if as_of >= view.as_of {
            return self.snapshot();
        }
        let cancel = Cancel::new();
        let newest = lookup::newest_up_to(&view, as_of, &self.context(as_of, &cancel))?;
        let at = newest.map_or(view.at, |record| record.first_seen);
        Ok(Snapshot { as_of, at, inner: view })
    }

    fn ask(
        &self,
        snapshot: &Snapshot,
        question: &Question,
        cancel: &Cancel,
        sink: Sink<'_>,
    ) -> Result<(), EngineError> {
        let view = self.view_of(snapshot)?;
        let context = self.context(snapshot.as_of, cancel);
        let query = Query::new(question);
        let selections = &select(&view.parts, question.range, &query, &context)?;
        let (is_given_up, is_done) = (&AtomicBool::new(false), &AtomicBool::new(false));
        let (send, whole) = mpsc::channel();
        let wants = self.pool.in_place_scope(|scope| {
            // The sender goes with the work: when that panics, nobody waits for it.
            scope.spawn(move |_| {
                let context = Context { stop: Some(is_given_up), ..context };
                let wants = answer_wants(view, selections, question, &context);
                is_done.store(true, Ordering::Relaxed);
                // Nobody waits where it was given up.
                let _ = send.send(wants);
            });
            if let Ok(wants) = whole.recv_timeout(self.options.patience) {
                return wants;
            }
            let so_far = Context { keeps_sums: false, stop: Some(is_done), ..context };
            match self.answer_so_far(view, selections, question, &so_far, sink) {
                Err(error) if !is_done.load(Ordering::Relaxed) => {
                    is_given_up.store(true, Ordering::Relaxed);
                    Err(error)
                }
                _ => whole.recv().unwrap_or(Err(EngineError::Cancelled)),
            }
        })?;
        sink(Answer { as_of: snapshot.as_of, completeness: Completeness::Complete, wants });
        Ok(())
    }

    fn answer(&self, snapshot: &Snapshot, question: &Question, cancel: &Cancel) -> Result<Answer, EngineError> {
        let view = self.view_of(snapshot)?;
        let context = self.context(snapshot.as_of, cancel);
        let query = Query::new(question);
        let selections = select(&view.parts, question.range, &query, &context)?;
        let wants = self.pool.install(|| answer_wants(view, &selections, question, &context))?;
        Ok(Answer { as_of: snapshot.as_of, completeness: Completeness::Complete, wants })
    }

    fn get(&self, snapshot: &Snapshot, ids: &[IdQuery], limit: usize) -> Result<Vec<Vec<StoredRecord>>, EngineError> {
        let view = self.view_of(snapshot)?;
        let cancel = Cancel::new();
        let context = self.context(snapshot.as_of, &cancel);
        ids.iter().map(|id| lookup::get(view, id, limit, &context)).collect()
    }

    fn follow(
        &self,
        snapshot: &Snapshot,
        after: Seq,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, EngineError> {
        let view = self.view_of(snapshot)?;
        let cancel = Cancel::new();
        lookup::follow(view, after, filter, limit, &self.context(snapshot.as_of, &cancel))
    }

    fn sources(&self, snapshot: &Snapshot) -> Result<Vec<String>, EngineError> {
        Ok(self.view_of(snapshot)?.sources.clone())
    }
}

/// The newest parts that have so many rows together.
fn newest_of<'s, 'q>(selections: &'s [Selection<'q>], rows: usize) -> &'s [Selection<'q>] {
    let mut sum = 0;
    let count = selections
        .iter()
        .take_while(|selection| {
            let is_wanted = sum < rows;
            sum += selection.end - selection.first;
            is_wanted
        })
        .count();
    &selections[..count]
}

fn rows_of(selections: &[Selection<'_>]) -> usize {
    selections.iter().map(|selection| selection.end - selection.first).sum()
}

fn answer_wants(
    view: &View,
    selections: &[Selection<'_>],
    question: &Question,
    context: &Context<'_>,
) -> Result<Vec<WantAnswer>, EngineError> {
    if question.wants.len() > 1 {
        figures::find_rows(selections, context)?;
    }
    question
        .wants
        .par_iter()
        .map(|want| {
            context.check()?;
            Ok(match want {
                Want::Page(want) => WantAnswer::Page(page::page(view, selections, want, context)?),
                Want::Facets(want) => WantAnswer::Facets(facets::facets(selections, want, context)?),
                Want::Timeline(want) => WantAnswer::Timeline(timeline::timeline(selections, want, context)?),
                Want::Summary => WantAnswer::Summary(figures::summary(selections, context)?),
                Want::Count => WantAnswer::Count(figures::count(selections, context)?),
                Want::Span => WantAnswer::Span(figures::span(selections, context)?),
                Want::Attributes => WantAnswer::Attributes(attributes::attributes(selections, context)?),
                Want::AttributesWith(tests) => {
                    WantAnswer::Attributes(attributes::attributes_with(selections, tests, context)?)
                }
            })
        })
        .collect()
}

/// A view as a snapshot, for work inside the store.
pub fn snapshot_of(view: &Arc<View>) -> Snapshot {
    Snapshot { as_of: view.as_of, at: view.at, inner: Arc::clone(view) as _ }
}
