//! The values of fields with their counts: what was counted in the parts, added up.

use std::sync::PoisonError;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::{FacetField, FacetsWant};
use crate::model::answer::{Facet, FacetValue};

use super::column::ColumnId;
use super::counting::{Counts, PartCounts, count_in};
use super::select::{Context, Selection};

/// Counts the values of some fields, each field's own steps left out.
pub fn facets(selections: &[Selection], want: &FacetsWant, context: &Context<'_>) -> Result<Vec<Facet>, EngineError> {
    let tasks: Vec<(usize, &Selection)> =
        (0..want.fields.len()).flat_map(|field| selections.iter().map(move |selection| (field, selection))).collect();
    let counted: Vec<(usize, PartCounts)> = tasks
        .into_par_iter()
        .map(|(field, selection)| Ok((field, count_in(selection, &want.fields[field], want.with_totals, context)?)))
        .collect::<Result<_, EngineError>>()?;
    let mut sums: Vec<Sum> = want.fields.iter().map(|_| Sum::default()).collect();
    for (field, counts) in counted {
        sums[field].add(counts);
    }
    want.fields.par_iter().zip(sums).map(|(field, sum)| Ok(top(sum.values(field, context), field))).collect()
}

/// What was counted in all parts.
#[derive(Default)]
struct Sum {
    view: Vec<u64>,
    total: Vec<u64>,
    missing: (u64, u64),
    values: Counts,
}

impl Sum {
    fn add(&mut self, counts: PartCounts) {
        match counts {
            PartCounts::Codes { numbers, view, total } => {
                let most = numbers.iter().max().map_or(0, |most| *most as usize + 1);
                if self.view.len() < most {
                    self.view.resize(most, 0);
                    self.total.resize(most, 0);
                }
                for (number, count) in numbers.iter().zip(view.iter()) {
                    self.view[*number as usize] += u64::from(*count);
                }
                self.missing.0 += u64::from(view[numbers.len()]);
                if let Some(total) = total {
                    for (number, count) in numbers.iter().zip(total.iter()) {
                        self.total[*number as usize] += u64::from(*count);
                    }
                    self.missing.1 += u64::from(total[numbers.len()]);
                }
            }
            PartCounts::Values(values) => {
                for (value, (count, total)) in values {
                    let entry = self.values.entry(value).or_default();
                    entry.0 += count;
                    entry.1 += total;
                }
            }
        }
    }

    /// The values that can be among those that are wanted, with how many there are besides and how
    /// many records have those.
    fn values(mut self, want: &FacetField, context: &Context<'_>) -> Candidates {
        let interner = context.interners.field(&ColumnId::of(&want.field));
        let interner = interner.lock().unwrap_or_else(PoisonError::into_inner);
        // Values that were counted by name in one part and by number in another are one.
        for (value, (count, total)) in std::mem::take(&mut self.values) {
            match value.as_deref().and_then(|name| interner.find(name)).filter(|n| *n < self.view.len()) {
                Some(number) => {
                    self.view[number] += count;
                    self.total[number] += total;
                }
                None => {
                    self.values.insert(value, (count, total));
                }
            }
        }
        if self.missing.0 > 0 || self.missing.1 > 0 {
            let entry = self.values.entry(None).or_default();
            entry.0 += self.missing.0;
            entry.1 += self.missing.1;
        }
        let keeps = want.keeps();
        // Counts of values that are not looked for are of no interest.
        if want.matching.is_some() {
            for (number, count) in self.view.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
                if !keeps(Some(interner.name(number))) {
                    *count = 0;
                }
            }
        }
        // Only values with at least this count can be among the most frequent.
        let least = least_of_top(&self.view, want.top);
        let pinned: Vec<usize> = want.pinned.iter().flatten().filter_map(|name| interner.find(name)).collect();
        let mut candidates = Candidates::default();
        for (number, count) in self.view.iter().enumerate() {
            if *count >= least.max(1) || pinned.contains(&number) {
                let value = Some(interner.name(number).to_vec());
                candidates.values.push(FacetValue { value, count: *count, total: self.total[number] });
            } else if *count > 0 {
                candidates.other_values += 1;
                candidates.other_count += count;
            }
        }
        let values = self.values.into_iter().map(|(value, (count, total))| FacetValue { value, count, total });
        candidates.values.extend(values.filter(|value| keeps(value.value.as_deref())));
        candidates
    }
}

#[derive(Default)]
struct Candidates {
    values: Vec<FacetValue>,
    other_values: u64,
    other_count: u64,
}

/// The count of the value that is `top`th from the largest.
fn least_of_top(counts: &[u64], top: usize) -> u64 {
    let mut positive: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    if top == 0 || positive.len() <= top {
        return 0;
    }
    let place = positive.len() - top;
    *positive.select_nth_unstable(place).1
}

/// The most frequent values, those that are pinned, and what is left.
fn top(candidates: Candidates, want: &FacetField) -> Facet {
    let mut values = candidates.values;
    values.retain(|value| value.count > 0 || want.is_pinned(value.value.as_deref()));
    for pinned in &want.pinned {
        if !values.iter().any(|value| value.value == *pinned) {
            values.push(FacetValue { value: pinned.clone(), count: 0, total: 0 });
        }
    }
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    let rest = values.split_off(want.top.min(values.len()));
    let mut facet = Facet {
        field: want.field.clone(),
        values,
        other_values: candidates.other_values,
        other_count: candidates.other_count,
    };
    for value in rest {
        if want.is_pinned(value.value.as_deref()) {
            facet.values.push(value);
        } else {
            facet.other_values += 1;
            facet.other_count += value.count;
        }
    }
    facet
}
