//! The filter of a question against the parts: one set of rows for each step, and how they
//! combine when a pane leaves its own field out.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::base::cancel::Cancel;
use crate::base::hash::hash128;
use crate::engine::error::EngineError;
use crate::engine::question::Question;
use crate::model::envelope::Formats;
use crate::model::field::{Field, FieldRef};
use crate::model::handle::{Seq, StoreTag};
use crate::model::period::TimeRange;
use crate::query::Filter;
use crate::query::filter::Test;

use super::clause::clause_rows;
use crate::engine::local::cache::{Caches, PartId};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::ColumnId;
use crate::engine::local::columns::row_set::RowSet;
use crate::engine::local::files::sum_file::SumFiles;
use crate::engine::local::interner::Interners;
use crate::engine::local::part::Part;
use crate::engine::local::readers::Readers;

/// What all work on a question shares.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Columns and rows that are at hand.
    pub caches: &'a Caches,
    /// What was counted before, in the store's folder.
    pub sum_files: &'a SumFiles,
    /// Names by number.
    pub interners: &'a Interners,
    /// Readers of raw rows.
    pub readers: &'a Readers,
    /// The formats they come from.
    pub formats: &'a dyn Formats,
    /// Whether anybody still waits.
    pub cancel: &'a Cancel,
    /// Raised when the work is of no use any more.
    pub stop: Option<&'a AtomicBool>,
    /// The newest record that counts.
    pub as_of: Seq,
    /// The store's tag in handles.
    pub tag: StoreTag,
    /// Whether sums over parts will be wanted again.
    pub keeps_sums: bool,
    /// Whether somebody asks once: what pays off with further questions is not made.
    pub is_once: bool,
    /// So many values of a part are kept with their counts.
    pub few_values: usize,
    /// So many values are held in memory while more than few are counted.
    pub most_values: usize,
    /// For so many rows of a part its combinations of values are made.
    pub many_rows: u64,
}

impl Context<'_> {
    /// Ends the work when nobody waits any more.
    pub fn check(&self) -> Result<(), EngineError> {
        let is_of_no_use = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if self.cancel.is_cancelled() || is_of_no_use { Err(EngineError::Cancelled) } else { Ok(()) }
    }
}

/// What rows of one part a figure was made of. Parts do not change, so a figure that is kept under
/// its scope stays right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The part.
    pub part: PartId,
    /// The first row of the question's time.
    pub first: u32,
    /// The row behind the last.
    pub end: u32,
    /// The newest record that counts, where the part has newer ones.
    pub newest: Option<Seq>,
    /// The filter.
    pub filter: Fingerprint,
}

/// The rows of one part that a question is about. They are only looked for when a figure is not
/// at hand.
pub struct Selection<'q> {
    /// The part.
    pub part: Arc<Part>,
    /// The first row of the question's time.
    pub first: usize,
    /// The row behind the last.
    pub end: usize,
    /// What is asked.
    pub query: &'q Query<'q>,
    newest: Option<Seq>,
    base: OnceLock<Option<RowSet>>,
    full: OnceLock<Option<RowSet>>,
}

/// The filter of a question, made ready.
pub struct Query<'q> {
    source: Option<OneSource<'q>>,
    steps: Vec<Step<'q>>,
    /// Of all steps, and of none.
    prints: (Fingerprint, Fingerprint),
}

struct OneSource<'q> {
    name: &'q str,
    filter: Filter,
    print: Fingerprint,
}

struct Step<'q> {
    /// The only field that the step looks at.
    field: Option<&'q FieldRef>,
    filter: &'q Filter,
    print: Fingerprint,
}

/// Stands for a filter, and for whatever else a figure depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u128);

impl Fingerprint {
    /// Of anything that is printed apart when it is different.
    pub fn of(thing: &impl std::fmt::Debug) -> Self {
        Self(hash128(format!("{thing:?}").as_bytes()))
    }
}

impl<'q> Query<'q> {
    /// Of a question.
    pub fn new(question: &'q Question) -> Self {
        let source = question.source.as_deref().map(|name| {
            let filter = Filter::field(Field::Source, Test::Exact(name.into()));
            let print = Fingerprint::of(&filter);
            OneSource { name, filter, print }
        });
        let step = |filter: &'q Filter| Step { field: filter.only_field(), filter, print: Fingerprint::of(filter) };
        let steps: Vec<Step<'_>> = question.filter.steps().iter().map(step).collect();
        let prints = (print_of(source.as_ref(), &steps, Steps::All), print_of(source.as_ref(), &steps, Steps::None));
        Self { source, steps, prints }
    }

    /// Of the steps that count.
    pub fn print(&self, of: Steps<'_>) -> Fingerprint {
        match of {
            Steps::All => self.prints.0,
            Steps::None => self.prints.1,
            Steps::Without(_) if self.steps.iter().all(|step| of.has(step.field)) => self.prints.0,
            Steps::Without(_) => print_of(self.source.as_ref(), &self.steps, of),
        }
    }
}

fn print_of(source: Option<&OneSource<'_>>, steps: &[Step<'_>], of: Steps<'_>) -> Fingerprint {
    let steps: Vec<_> = steps.iter().filter(|step| of.has(step.field)).map(|step| step.print).collect();
    Fingerprint::of(&(source.map(|source| source.print), steps))
}

/// Which steps of a filter count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps<'a> {
    /// All of them.
    All,
    /// Those that look at something else than this field.
    Without(&'a FieldRef),
    /// None: the whole period.
    None,
}

impl Steps<'_> {
    fn has(self, field: Option<&FieldRef>) -> bool {
        match self {
            Self::All => true,
            Self::Without(own) => field != Some(own),
            Self::None => false,
        }
    }
}

impl Selection<'_> {
    /// What stands for the rows that pass some steps.
    pub fn scope(&self, of: Steps<'_>) -> Scope {
        Scope {
            part: self.part.id,
            first: self.first as u32,
            end: self.end as u32,
            newest: self.newest,
            filter: self.query.print(of),
        }
    }

    /// Whether it has all of a part that is on disk.
    pub fn is_whole_segment(&self) -> bool {
        self.first == 0 && self.end == self.part.rows && self.newest.is_none() && self.part.files().is_some()
    }

    /// The rows that pass some steps; `None` is every row from `first` to `end`.
    pub fn rows_of(&self, of: Steps<'_>, context: &Context<'_>) -> Result<Option<Cow<'_, RowSet>>, EngineError> {
        let is_all = self.query.steps.iter().all(|step| of.has(step.field));
        Ok(match of {
            Steps::All => self.rows(context)?.map(Cow::Borrowed),
            _ if is_all => self.rows(context)?.map(Cow::Borrowed),
            Steps::None => self.base(context)?.map(Cow::Borrowed),
            Steps::Without(_) => self.combine(of, context)?.map(Cow::Owned),
        })
    }

    /// The rows that pass everything; `None` is every row from `first` to `end`.
    pub fn rows(&self, context: &Context<'_>) -> Result<Option<&RowSet>, EngineError> {
        if self.full.get().is_none() {
            let rows = self.combine(Steps::All, context)?;
            return Ok(self.full.get_or_init(|| rows).as_ref());
        }
        Ok(self.full.get().and_then(Option::as_ref))
    }

    fn base(&self, context: &Context<'_>) -> Result<Option<&RowSet>, EngineError> {
        if self.base.get().is_none() {
            let rows = base_rows(&self.part, self.newest, self.query.source.as_ref(), context)?;
            return Ok(self.base.get_or_init(|| rows.map(RowSet::new)).as_ref());
        }
        Ok(self.base.get().and_then(Option::as_ref))
    }

    fn combine(&self, of: Steps<'_>, context: &Context<'_>) -> Result<Option<RowSet>, EngineError> {
        let mut rows = self.base(context)?.map(|rows| rows.bits().clone());
        for step in self.query.steps.iter().filter(|step| of.has(step.field)) {
            let passing = cached_rows(&self.part, step.filter, step.print, context)?;
            match &mut rows {
                Some(rows) => rows.and(&passing),
                None => rows = Some((*passing).clone()),
            }
        }
        Ok(rows.map(RowSet::new))
    }

    /// The steps themselves, or none where they leave no row out: what was made of all rows holds then.
    pub fn telling<'s>(&self, of: Steps<'s>, context: &Context<'_>) -> Result<Steps<'s>, EngineError> {
        let leaves_out = of != Steps::None && self.count(of, context)? < self.count(Steps::None, context)?;
        Ok(if leaves_out { of } else { Steps::None })
    }

    /// How many rows pass some steps.
    pub fn count(&self, of: Steps<'_>, context: &Context<'_>) -> Result<u64, EngineError> {
        let scope = self.scope(of);
        if let Some(count) = context.caches.row_counts.get(&scope) {
            return Ok(*count);
        }
        let rows = self.rows_of(of, context)?;
        let count = rows.map_or(self.end - self.first, |rows| rows.count(self.first, self.end)) as u64;
        context.caches.row_counts.put(scope, Arc::new(count), size_of::<Scope>() + 64);
        Ok(count)
    }

    /// Finds out which rows pass, unless it is known how many these are.
    pub fn find_rows(&self, context: &Context<'_>) -> Result<(), EngineError> {
        self.count(Steps::All, context)?;
        if let Some(Some(rows)) = self.full.get() {
            rows.make_ready();
        }
        Ok(())
    }

    /// Visits the rows that pass everything, in the order of time.
    pub fn for_each(&self, context: &Context<'_>, mut visit: impl FnMut(usize)) -> Result<(), EngineError> {
        match self.rows(context)? {
            Some(rows) => rows.for_each(self.first, self.end, visit),
            None => (self.first..self.end).for_each(&mut visit),
        }
        Ok(())
    }
}

/// The parts that a question's time touches, the newest part first.
pub fn select<'q>(
    parts: &[Arc<Part>],
    range: TimeRange,
    query: &'q Query<'q>,
    context: &Context<'_>,
) -> Result<Vec<Selection<'q>>, EngineError> {
    let mut selections: Vec<Selection<'q>> = parts
        .iter()
        .filter(|part| part.max_time >= range.from.0 && range.until.0 > part.min_time)
        .filter(|part| part.min_seq <= context.as_of)
        .filter(|part| query.source.as_ref().is_none_or(|source| part.may_have(source.name)))
        .map(|part| select_in(part, range, query, context))
        .collect::<Result<_, _>>()?;
    selections.retain(|selection| selection.first < selection.end);
    selections.sort_by_key(|selection| std::cmp::Reverse(selection.part.max_time));
    Ok(selections)
}

fn select_in<'q>(
    part: &Arc<Part>,
    range: TimeRange,
    query: &'q Query<'q>,
    context: &Context<'_>,
) -> Result<Selection<'q>, EngineError> {
    context.check()?;
    let (first, end) = match (range.from.0, range.until.0) {
        (i64::MIN, i64::MAX) => (0, part.rows),
        (from, until) => part.rows_between(from, until, context.caches)?,
    };
    let newest = (part.max_seq > context.as_of).then_some(context.as_of);
    let (base, full) = (OnceLock::new(), OnceLock::new());
    Ok(Selection { part: Arc::clone(part), first, end, query, newest, base, full })
}

/// Rows that count at all.
fn base_rows(
    part: &Part,
    newest: Option<Seq>,
    source: Option<&OneSource<'_>>,
    context: &Context<'_>,
) -> Result<Option<Bits>, EngineError> {
    let mut base: Option<Bits> = None;
    if let Some(newest) = newest {
        let highest = newest.0.saturating_sub(part.seq_base);
        let seqs = part.column(&ColumnId::Seq, context.caches)?;
        let crate::engine::local::columns::column::Column::Numbers(seqs) = seqs.as_ref() else {
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
    if let Some(source) = source.filter(|source| !part.is_all_of(source.name)) {
        let rows = cached_rows(part, &source.filter, source.print, context)?;
        if rows.count(0, part.rows) < part.rows {
            base.get_or_insert_with(|| Bits::all(part.rows)).and(&rows);
        }
    }
    Ok(base)
}

/// The rows of a part that a filter keeps.
pub fn filter_rows(part: &Part, filter: &Filter, context: &Context<'_>) -> Result<Arc<Bits>, EngineError> {
    cached_rows(part, filter, Fingerprint::of(filter), context)
}

/// A filter's rows do not change, because its part does not: they are kept by both.
fn cached_rows(
    part: &Part,
    filter: &Filter,
    print: Fingerprint,
    context: &Context<'_>,
) -> Result<Arc<Bits>, EngineError> {
    let key = (part.id, print);
    if let Some(rows) = context.caches.filters.get(&key) {
        return Ok(rows);
    }
    context.check()?;
    let rows = match filter {
        Filter::And(parts) => joined(part, parts, Bits::all(part.rows), Bits::and, context)?,
        Filter::Or(parts) => joined(part, parts, Bits::none(part.rows), Bits::or, context)?,
        Filter::Not(inner) => {
            let mut rows = filter_rows(part, inner, context)?.as_ref().clone();
            rows.invert();
            rows
        }
        Filter::Clause(clause) => clause_rows(part, clause, context)?,
    };
    let rows = Arc::new(rows);
    context.caches.filters.put(key, Arc::clone(&rows), rows.words().len() * 8 + 128);
    Ok(rows)
}

fn joined(
    part: &Part,
    filters: &[Filter],
    mut rows: Bits,
    join: fn(&mut Bits, &Bits),
    context: &Context<'_>,
) -> Result<Bits, EngineError> {
    for filter in filters {
        join(&mut rows, filter_rows(part, filter, context)?.as_ref());
    }
    Ok(rows)
}
