//! The values of fields with their counts: what was counted in the parts, added up.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::{FacetField, FacetsWant};
use crate::model::answer::{Facet, FacetValue};
use crate::model::field::{Field, FieldRef};
use crate::model::handle::StoreTag;

use super::counting::count_in;
use super::counts::{CountSum, Counts};
use super::select::{Context, Fingerprint, Selection, Steps};
use super::sums::sum_up;
use super::together::count_together;
use super::totals;
use super::values::written;
use super::varied;
use crate::engine::local::columns::column::ColumnId;
use crate::engine::local::interner::Interner;

/// Counts the values of some fields, each field's own steps left out.
pub fn facets(
    selections: &[Selection<'_>],
    want: &FacetsWant,
    context: &Context<'_>,
) -> Result<Vec<Facet>, EngineError> {
    count_together(selections, want, context)?;
    let names_of = |field: &FacetField| {
        let interner = context.interners.field(&ColumnId::of(&field.field));
        interner.read().unwrap_or_else(PoisonError::into_inner).len()
    };
    // Those of many names first: what one thread is left with at the end is short.
    let mut in_order: Vec<(usize, &FacetField)> = want.fields.iter().enumerate().collect();
    in_order.sort_by_cached_key(|(_, field)| Reverse(names_of(field)));
    let mut facets: Vec<(usize, Facet)> = in_order
        .into_par_iter()
        .map(|(place, field)| Ok((place, facet(selections, field, want.with_totals, context)?)))
        .collect::<Result<_, EngineError>>()?;
    facets.sort_by_key(|(place, _)| *place);
    Ok(facets.into_iter().map(|(_, facet)| facet).collect())
}

/// Counts the values of one field.
fn facet(
    selections: &[Selection<'_>],
    field: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let id = ColumnId::of(&field.field);
    let count = |of: Steps<'_>| -> Result<Arc<CountSum>, EngineError> {
        let key = |segments| (segments, id.clone());
        let add = |sum: &mut CountSum, selection: &Selection<'_>| {
            if sum.has_too_many { Ok(()) } else { count_in(sum, selection, &field.field, of, context) }
        };
        sum_up(selections, of, &context.caches.count_sums, key, add, context)
    };
    // Without a filter the totals are the counts, which are at hand.
    let is_filtered =
        selections.first().is_some_and(|first| first.query.print(steps_of(field)) != first.query.print(Steps::None));
    // Of texts there may be too many in all: that is seen before those of the view are counted for nothing.
    let is_id = field.field == FieldRef::Known(Field::RequestId);
    let are_texts = || is_id || selections.iter().any(|selection| selection.part.has_texts(&id));
    if with_totals && is_filtered && are_texts() && count(Steps::None)?.has_too_many {
        return facet_of_varied(selections, field, with_totals, context);
    }
    let view = count(steps_of(field))?;
    if with_totals && context.is_once && is_filtered && !view.has_too_many {
        let mut facet = top(candidates(&view, &CountSum::default(), field, context), field);
        if totals::look_up(&mut facet, selections, context)? {
            return Ok(facet);
        }
    }
    let is_total_wanted = with_totals && !view.has_too_many;
    let total = if is_total_wanted { count(Steps::None)? } else { Arc::default() };
    if view.has_too_many || total.has_too_many {
        return facet_of_varied(selections, field, with_totals, context);
    }
    Ok(top(candidates(&view, &total, field, context), field))
}

/// Which steps count for a field's values.
pub fn steps_of(want: &FacetField) -> Steps<'_> {
    if want.in_view { Steps::All } else { Steps::Without(&want.field) }
}

/// Counts the values of a field that has too many to keep them; what is shown of them is kept.
fn facet_of_varied(
    selections: &[Selection<'_>],
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let scopes = |of: Steps<'_>| selections.iter().map(|selection| selection.scope(of)).collect::<Vec<_>>();
    let totals = with_totals.then(|| scopes(Steps::None));
    let key = Fingerprint::of(&(scopes(steps_of(want)), totals, want));
    if let Some(facet) = context.caches.facets.get(&key) {
        return Ok(Facet::clone(&facet));
    }
    let facet = varied::facet(selections, want, with_totals, context)?;
    let size = facet.values.iter().map(|value| 64 + value.value.as_ref().map_or(0, Vec::len)).sum::<usize>();
    context.caches.facets.put(key, Arc::new(facet.clone()), size + 128);
    Ok(facet)
}

/// The values that can be among those that are wanted, with how many there are besides and how
/// many records have those.
fn candidates(view: &CountSum, total: &CountSum, want: &FacetField, context: &Context<'_>) -> Candidates {
    let interner = context.interners.field(&ColumnId::of(&want.field));
    let interner = interner.read().unwrap_or_else(PoisonError::into_inner);
    let keeps = want.keeps();
    let tag = context.tag;
    let (mut view, total) = (by_name(view, &want.field, &interner, tag), by_name(total, &want.field, &interner, tag));
    // Counts of values that are not looked for are of no interest.
    if want.matching.is_some() {
        for (number, count) in view.names.to_mut().iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            if !keeps(Some(interner.name(number))) {
                *count = 0;
            }
        }
    }
    // Only values with at least this count can be among the most frequent.
    let least = least_of_top(&view.names, want.top);
    let pinned: Vec<usize> = want.pinned.iter().flatten().filter_map(|name| interner.find(name)).collect();
    let mut candidates = Candidates::default();
    for number in 0..view.names.len().max(pinned.iter().max().map_or(0, |most| most + 1)) {
        let count = view.names.get(number).copied().unwrap_or(0);
        if count >= least.max(1) || pinned.contains(&number) {
            let value = Some(interner.name(number).to_vec());
            let total = total.names.get(number).copied().unwrap_or(0);
            candidates.values.push(FacetValue { value, count, total });
        } else if count > 0 {
            candidates.other_values += 1;
            candidates.other_count += count;
        }
    }
    // What is only in the whole period is of interest where it is ticked.
    for pinned in want.pinned.iter().filter(|value| total.values.contains_key(*value)) {
        view.values.entry(pinned.clone()).or_default();
    }
    let values = view.values.into_iter().map(|(value, count)| {
        let total = total.values.get(&value).copied().unwrap_or(0);
        FacetValue { value, count, total }
    });
    candidates.values.extend(values.filter(|value| keeps(value.value.as_deref())));
    candidates
}

/// Counts of names by number, and of the other values.
struct ByName<'s> {
    names: Cow<'s, [u64]>,
    values: Counts,
}

/// Values that were counted in different ways are one.
fn by_name<'s>(sum: &'s CountSum, field: &FieldRef, interner: &Interner, tag: StoreTag) -> ByName<'s> {
    let mut names = Cow::Borrowed(sum.names.as_slice());
    let mut values = sum.values.clone();
    for (number, count) in &sum.numbers {
        *values.entry(Some(written(field, *number, tag))).or_default() += count;
    }
    if !interner.is_empty() {
        values.retain(|value, count| {
            let Some(number) = value.as_deref().and_then(|name| interner.find(name)) else { return true };
            let names = names.to_mut();
            names.resize(names.len().max(number + 1), 0);
            names[number] += *count;
            false
        });
    }
    if sum.missing > 0 {
        *values.entry(None).or_default() += sum.missing;
    }
    ByName { names, values }
}

/// Values that can be shown, and how much there is besides.
#[derive(Default)]
pub struct Candidates {
    /// The values.
    pub values: Vec<FacetValue>,
    /// How many others there are.
    pub other_values: u64,
    /// How many records have those.
    pub other_count: u64,
}

/// The count of the value that is `top`th from the largest.
pub fn least_of_top(counts: &[u64], top: usize) -> u64 {
    let mut largest = BinaryHeap::with_capacity(top.min(counts.len()));
    for count in counts.iter().copied().filter(|count| *count > 0) {
        if largest.len() < top {
            largest.push(Reverse(count));
        } else if let Some(mut least) = largest.peek_mut().filter(|least| least.0 < count) {
            *least = Reverse(count);
        }
    }
    if largest.len() < top { 0 } else { largest.peek().map_or(0, |least| least.0) }
}

/// The most frequent values, those that are pinned, and what is left.
pub fn top(candidates: Candidates, want: &FacetField) -> Facet {
    let mut values = candidates.values;
    values.retain(|value| value.count > 0 || want.is_pinned(value.value.as_deref()));
    for pinned in &want.pinned {
        if !values.iter().any(|value| value.value == *pinned) {
            values.push(FacetValue { value: pinned.clone(), count: 0, total: 0 });
        }
    }
    let mut facet = want.best_of(values);
    facet.other_values += candidates.other_values;
    facet.other_count += candidates.other_count;
    facet
}
