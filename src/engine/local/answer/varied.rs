//! The most frequent of values of which there are too many to keep each of them.

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;
use crate::model::answer::{Facet, FacetValue};
use crate::query::fold::fold;

use super::facets::{Candidates, steps_of, top};
use super::select::{Context, Selection, Steps};
use super::varied_sum::Rows;
use super::varied_values::{Shown, VariedValues};

/// Counts the values of a field and gives the most frequent.
pub fn facet(
    selections: &[Selection<'_>],
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let of = steps_of(want);
    let rows = Rows::of(selections, want, context)?;
    // What is ticked is given in any case, whatever is looked for.
    let pinned = pinned(selections, want, context)?;
    let finder = want.finder();
    let sum = rows.sum(context)?;
    let mut shown = sum.shown.clone();
    shown.truncate(want.top);
    let mut others = shown.iter().fold(sum.all, |left, shown| (left.0 - 1, left.1 - shown.count));
    for pinned in pinned {
        // An id may be ticked in another spelling.
        let is_same = |shown: &Shown| shown.value == pinned.value || shown.hash.is_some() && shown.hash == pinned.hash;
        if shown.iter().any(is_same) {
            continue;
        }
        let is_counted = finder.as_ref().is_none_or(|finder| finder.find(&fold(&pinned.value)).is_some());
        if is_counted && pinned.count > 0 {
            others = (others.0 - 1, others.1 - pinned.count);
        }
        shown.push(pinned);
    }
    let is_same = selections.first().is_none_or(|first| first.query.print(of) == first.query.print(Steps::None));
    let (totals, missing) = match (with_totals, is_same) {
        (false, _) => (vec![0; shown.len()], 0),
        (true, true) => (shown.iter().map(|shown| shown.count).collect(), sum.missing),
        (true, false) => {
            let all: Vec<&Selection<'_>> = selections.iter().collect();
            let period = VariedValues::to_look_up(&all, &want.field, Steps::None, context)?;
            // Where the filter hides all rows of a part, its values were not seen.
            for shown in shown.iter_mut().filter(|shown| shown.hash.is_none()) {
                shown.hash = period.hash_of(&shown.value, context)?;
            }
            let hashes: Vec<_> = shown.iter().map(|shown| shown.hash).collect();
            (period.counts_of(&hashes, context)?, period.missing)
        }
    };
    let value = |(shown, total): (Shown, u64)| FacetValue { value: Some(shown.value), count: shown.count, total };
    let mut values: Vec<FacetValue> = shown.into_iter().zip(totals).map(value).collect();
    if finder.is_none() || want.is_pinned(None) {
        values.push(FacetValue { value: None, count: sum.missing, total: missing });
    }
    Ok(top(Candidates { values, other_values: others.0, other_count: others.1 }, want))
}

/// The values that are given in any case, with their counts.
fn pinned(selections: &[Selection<'_>], want: &FacetField, context: &Context<'_>) -> Result<Vec<Shown>, EngineError> {
    let mut pinned: Vec<Shown> = Vec::new();
    if want.pinned.iter().all(Option::is_none) {
        return Ok(pinned);
    }
    let all: Vec<&Selection<'_>> = selections.iter().collect();
    let values = VariedValues::to_look_up(&all, &want.field, steps_of(want), context)?;
    for value in want.pinned.iter().flatten() {
        if !pinned.iter().any(|other| other.value == *value) {
            pinned.push(Shown { value: value.clone(), hash: values.hash_of(value, context)?, count: 0 });
        }
    }
    let hashes: Vec<_> = pinned.iter().map(|pinned| pinned.hash).collect();
    let counts = values.counts_of(&hashes, context)?;
    pinned.iter_mut().zip(counts).for_each(|(pinned, count)| pinned.count = count);
    Ok(pinned)
}
