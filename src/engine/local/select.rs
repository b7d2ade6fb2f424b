//! The filter of a question against the parts: one set of rows for each step, and how they
//! combine when a pane leaves its own field out.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::engine::question::Question;
use crate::model::envelope::Formats;
use crate::model::field::{Field, FieldRef};
use crate::model::handle::{Seq, StoreTag};
use crate::query::Filter;
use crate::query::filter::{Clause, Target, Test};

use super::bits::Bits;
use super::cache::Caches;
use super::clause::{ClauseContext, clause_name, clause_rows};
use super::column::ColumnId;
use super::interner::Interners;
use super::part::Part;
use super::readers::Readers;

/// What all work on a question shares.
pub struct Context<'a> {
    /// Columns and rows that are at hand.
    pub caches: &'a Caches,
    /// Names by number.
    pub interners: &'a Interners,
    /// Readers of raw rows.
    pub readers: &'a Readers,
    /// The formats they come from.
    pub formats: &'a dyn Formats,
    /// Whether anybody still waits.
    pub cancel: &'a Cancel,
    /// The newest record that counts.
    pub as_of: Seq,
    /// The store's tag in handles.
    pub tag: StoreTag,
}

impl Context<'_> {
    /// Ends the work when nobody waits any more.
    pub fn check(&self) -> Result<(), EngineError> {
        if self.cancel.is_cancelled() { Err(EngineError::Cancelled) } else { Ok(()) }
    }
}

/// The rows of one part that a question is about.
pub struct Selection {
    /// The part.
    pub part: Arc<Part>,
    /// The first row of the question's time.
    pub first: usize,
    /// The row behind the last.
    pub end: usize,
    /// Rows that count at all: not deleted, not too new, of the right source. `None` is all.
    base: Option<Bits>,
    steps: Vec<Step>,
    full: Option<Bits>,
}

struct Step {
    /// The only field that the step looks at.
    field: Option<FieldRef>,
    rows: Arc<Bits>,
}

impl Selection {
    /// The rows that pass everything; `None` is every row from `first` to `end`.
    pub fn rows(&self) -> Option<&Bits> {
        self.full.as_ref()
    }

    /// How many rows pass everything.
    pub fn count(&self) -> usize {
        self.full.as_ref().map_or(self.end - self.first, |rows| rows.count(self.first, self.end))
    }

    /// The rows of the question's time and source, no filter applied.
    pub fn unfiltered(&self) -> Option<&Bits> {
        self.base.as_ref()
    }

    /// How many rows there are when no filter is applied.
    pub fn unfiltered_count(&self) -> usize {
        self.base.as_ref().map_or(self.end - self.first, |rows| rows.count(self.first, self.end))
    }

    /// Whether a step looks at nothing but this field.
    pub fn has_own_step(&self, field: &FieldRef) -> bool {
        self.steps.iter().any(|step| step.field.as_ref() == Some(field))
    }

    /// The rows that pass everything but the steps that look at nothing but this field.
    pub fn rows_without(&self, field: &FieldRef) -> Option<Bits> {
        combine(self.base.as_ref(), self.steps.iter().filter(|step| step.field.as_ref() != Some(field)))
    }

    /// Visits the rows that pass everything, in the order of time.
    pub fn for_each(&self, mut visit: impl FnMut(usize)) {
        match &self.full {
            Some(rows) => rows.for_each(self.first, self.end, visit),
            None => (self.first..self.end).for_each(&mut visit),
        }
    }
}

fn combine<'a>(base: Option<&Bits>, steps: impl Iterator<Item = &'a Step>) -> Option<Bits> {
    let mut rows = base.cloned();
    for step in steps {
        match &mut rows {
            Some(rows) => rows.and(&step.rows),
            None => rows = Some((*step.rows).clone()),
        }
    }
    rows
}

/// Evaluates a question's filter on all parts that its time touches, the newest part first.
pub fn select(parts: &[Arc<Part>], question: &Question, context: &Context<'_>) -> Result<Vec<Selection>, EngineError> {
    let mut selections: Vec<Selection> = parts
        .par_iter()
        .filter(|part| part.max_time >= question.range.from.0 && question.range.until.0 > part.min_time)
        .filter(|part| part.min_seq <= context.as_of)
        .map(|part| select_in(part, question, context))
        .collect::<Result<_, _>>()?;
    selections.retain(|selection| selection.first < selection.end);
    selections.sort_by_key(|selection| std::cmp::Reverse(selection.part.max_time));
    Ok(selections)
}

fn select_in(part: &Arc<Part>, question: &Question, context: &Context<'_>) -> Result<Selection, EngineError> {
    context.check()?;
    let until = if question.range.until.0 == i64::MAX { i64::MAX } else { question.range.until.0 };
    let (first, end) = match (question.range.from.0, until) {
        (i64::MIN, i64::MAX) => (0, part.rows),
        (from, until) => part.rows_between(from, until, context.caches)?,
    };
    let base = base_rows(part, question.source.as_deref(), context)?;
    let mut steps = Vec::new();
    if first < end {
        for filter in question.filter.steps() {
            steps.push(Step { field: filter.only_field().cloned(), rows: filter_rows(part, filter, context)? });
        }
    }
    let full = combine(base.as_ref(), steps.iter());
    Ok(Selection { part: Arc::clone(part), first, end, base, steps, full })
}

/// Rows that count at all.
fn base_rows(part: &Part, source: Option<&str>, context: &Context<'_>) -> Result<Option<Bits>, EngineError> {
    let mut base: Option<Bits> = None;
    if part.max_seq > context.as_of {
        let highest = context.as_of.0.saturating_sub(part.seq_base);
        let seqs = part.column(&ColumnId::Seq, context.caches)?;
        let super::column::Column::Numbers(seqs) = seqs.as_ref() else {
            return Err(part.damaged("there are no sequence numbers"));
        };
        let seqs: &[u32] = seqs.values.as_slice();
        base = Some(Bits::from_words(part.rows, |first| {
            let chunk = &seqs[first..part.rows.min(first + 64)];
            chunk.iter().enumerate().fold(0, |word, (place, seq)| word | u64::from(u64::from(*seq) <= highest) << place)
        }));
    }
    if let Some(dead) = &part.dead {
        base.get_or_insert_with(|| Bits::all(part.rows)).and_not(dead);
    }
    if let Some(source) = source {
        let filter = Filter::field(Field::Source, Test::Exact(source.into()));
        let rows = filter_rows(part, &filter, context)?;
        if rows.count(0, part.rows) < part.rows {
            base.get_or_insert_with(|| Bits::all(part.rows)).and(&rows);
        }
    }
    Ok(base)
}

/// The rows of a part that a filter keeps.
pub fn filter_rows(part: &Part, filter: &Filter, context: &Context<'_>) -> Result<Arc<Bits>, EngineError> {
    let all_of = |parts: &[Filter], mut rows: Bits, join: fn(&mut Bits, &Bits)| -> Result<Arc<Bits>, EngineError> {
        for inner in parts {
            join(&mut rows, filter_rows(part, inner, context)?.as_ref());
        }
        Ok(Arc::new(rows))
    };
    match filter {
        Filter::And(parts) => all_of(parts, Bits::all(part.rows), Bits::and),
        Filter::Or(parts) => all_of(parts, Bits::none(part.rows), Bits::or),
        Filter::Not(inner) => {
            let mut rows = filter_rows(part, inner, context)?.as_ref().clone();
            rows.invert();
            Ok(Arc::new(rows))
        }
        Filter::Clause(clause) => cached_clause(part, clause, context),
    }
}

/// A clause's rows do not change, because its part does not: they are kept by both.
pub fn cached_clause(part: &Part, clause: &Clause, context: &Context<'_>) -> Result<Arc<Bits>, EngineError> {
    let key = (part.id, clause_name(clause));
    if let Some(rows) = context.caches.clauses.get(&key) {
        return Ok(rows);
    }
    context.check()?;
    let inner = ClauseContext {
        caches: context.caches,
        readers: context.readers,
        formats: context.formats,
        cancel: context.cancel,
    };
    let rows = Arc::new(clause_rows(part, clause, &inner)?);
    context.caches.clauses.put(key, Arc::clone(&rows), rows.words().len() * 8 + 64);
    Ok(rows)
}

/// The clause that keeps failures.
pub fn failure_clause() -> Clause {
    Clause {
        target: Target::Field(Field::Outcome.into()),
        any_of: vec![Test::Exact(crate::model::value::Outcome::Failure.word().into())],
    }
}

/// The rows of a part that failed.
pub fn failed_rows(part: &Part, context: &Context<'_>) -> Result<Arc<Bits>, EngineError> {
    cached_clause(part, &failure_clause(), context)
}
