//! Fields of few values counted together: the rows that pass are gone through once for all of them.

use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::{FacetField, FacetsWant};
use crate::model::field::{Field, FieldRef, Kind};

use super::codes::{AllCounts, Coded};
use super::counting::{numbering_of, numbers_counted};
use super::counts::PartCounts;
use super::facets::steps_of;
use super::select::{Context, Fingerprint, Selection, Steps};
use super::sums::segments_of;
use crate::engine::local::columns::column::{ColumnId, Numbers, with_width};
use crate::engine::local::columns::combined::{Combined, SmallNumbers};
use crate::engine::local::part::Part;

/// Names and numbers of a field with more different ones than these make too many combinations.
const MOST_VALUES: usize = 255;

/// Bytes that a part's combinations take beside the codes, or more.
const BESIDE: usize = 48 * 1024;

/// Numbers below this are looked at.
const MOST_NUMBER: i64 = 1024;

/// Counts the fields that leave out no step, and keeps what comes of it where each of them looks for its counts.
pub fn count_together(
    selections: &[Selection<'_>],
    want: &FacetsWant,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let Some(first) = selections.first() else { return Ok(()) };
    // Where there is no room for all of them, those made first are gone when they are wanted again.
    let bytes: usize = selections.iter().map(|selection| selection.part.rows * 2 + BESIDE).sum();
    if context.is_once || bytes > context.caches.together.bound() {
        return Ok(());
    }
    let all = first.query.print(Steps::All);
    // In one order, so that panes that change places ask for the same.
    let mut wanted: Vec<&FacetField> = want.fields.iter().collect();
    wanted.retain(|want| want.field != Field::Key.into() && want.field != Field::RequestId.into());
    wanted.sort_by_cached_key(|want| ColumnId::of(&want.field));
    let fields: Vec<&FieldRef> = wanted.iter().map(|want| &want.field).collect();
    wanted.retain(|want| first.query.print(steps_of(want)) == all);
    let mut groups = vec![(Steps::All, wanted.iter().map(|want| &want.field).collect())];
    if want.with_totals {
        groups.push((Steps::None, fields.clone()));
    }
    let fields = Fields { print: Fingerprint::of(&fields), fields: &fields };
    for (of, group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
        let segments = segments_of(selections, of);
        let is_known = |field: &&FieldRef| {
            segments.is_some_and(|segments| context.caches.count_sums.get(&(segments, ColumnId::of(field))).is_some())
        };
        let are_known = group.iter().all(is_known);
        selections
            .par_iter()
            .filter(|selection| !(are_known && selection.is_whole_segment()))
            .try_for_each(|selection| count_in(selection, fields, &group, of, context))?;
    }
    Ok(())
}

/// The fields whose combinations are looked at.
#[derive(Clone, Copy)]
struct Fields<'a> {
    fields: &'a [&'a FieldRef],
    print: Fingerprint,
}

/// Counts some fields of a part, by the combinations of values that all `fields` have.
fn count_in(
    selection: &Selection<'_>,
    fields: Fields<'_>,
    group: &[&FieldRef],
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    context.check()?;
    if selection.part.files().is_none() {
        return Ok(());
    }
    let of = selection.telling(of, context)?;
    let key = |field: &FieldRef| (selection.scope(of), ColumnId::of(field));
    let kept = selection.count(of, context)?;
    if kept == 0 {
        return Ok(());
    }
    let Some(together) = together_of(selection, fields, kept, context)? else { return Ok(()) };
    let combined = &together.combined;
    let wanted: Vec<(&FieldRef, &Vec<u16>, Meaning)> = together
        .columns
        .iter()
        .zip(&combined.numbers)
        .filter_map(|((place, meaning), numbers)| Some((fields.fields[*place], numbers.as_ref()?, *meaning)))
        .filter(|(field, ..)| group.contains(field))
        .collect();
    let is_known = |field: &FieldRef| context.caches.counts.get(&key(field)).is_some();
    if wanted.len() < 2 || wanted.iter().all(|(field, ..)| is_known(field)) {
        return Ok(());
    }
    let rows = selection.rows_of(of, context)?;
    let coded = Coded {
        all: AllCounts::Known(&combined.counts),
        width: combined.width,
        values: &combined.codes,
        valid: None,
        size: combined.counts.len(),
    };
    let counts = coded.count(selection, rows.as_deref(), context)?;
    for (field, numbers, meaning) in wanted {
        let add_up = |size: usize| {
            let mut sums = vec![0_u32; size];
            numbers.iter().zip(&counts).for_each(|(number, count)| sums[usize::from(*number)] += count);
            sums
        };
        let counts = match meaning {
            Meaning::Names(names) => {
                let numbering = numbering_of(selection, &ColumnId::of(field), context)?;
                numbering.map(|numbering| PartCounts::Codes { numbering, counts: add_up(names + 1) })
            }
            Meaning::Numbers { highest, scale } => {
                let mut counts = add_up(highest + 2);
                let missing = counts.pop().unwrap_or(0);
                Some(numbers_counted(&counts, u64::from(missing), scale))
            }
        };
        if let Some(counts) = counts {
            let size = counts.size();
            context.caches.counts.put(key(field), Arc::new(counts), size);
        }
    }
    Ok(())
}

/// The combinations of values that rows of a part have in some fields.
#[derive(Debug)]
pub struct Together {
    combined: Combined,
    /// For each column of them the place of its field, and what its numbers are.
    columns: Vec<(usize, Meaning)>,
}

/// What small numbers are.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// Codes of so many names; the one behind them stands for "no value".
    Names(usize),
    /// What stored numbers count, up to the highest; the one behind it stands for "no value".
    Numbers { highest: usize, scale: i64 },
}

/// Those of a part, from the cache if they are there; `None` where they are not worth it for so many rows.
fn together_of(
    selection: &Selection<'_>,
    fields: Fields<'_>,
    kept: u64,
    context: &Context<'_>,
) -> Result<Option<Arc<Together>>, EngineError> {
    let key = (selection.part.id, fields.print);
    if let Some(together) = context.caches.together.get(&key) {
        return Ok(Some(together));
    }
    if kept < context.many_rows {
        return Ok(None);
    }
    context.check()?;
    let mut columns = Vec::new();
    for (place, field) in fields.fields.iter().enumerate().filter(|(_, field)| field.kind() != Kind::Duration) {
        if let Some((values, meaning, numbers)) = small_numbers(&selection.part, &ColumnId::of(field), context)? {
            columns.push((values, (place, meaning), numbers));
        }
    }
    // Those with few values first: there is room for more of them.
    columns.sort_by_key(|(values, (place, _), _)| (*values, *place));
    if columns.len() < 2 {
        columns.clear();
    }
    let (columns, numbers): (Vec<_>, Vec<_>) =
        columns.into_iter().map(|(_, column, numbers)| (column, numbers)).unzip();
    let rows = if numbers.is_empty() { 0 } else { selection.part.rows };
    let together = Arc::new(Together { combined: Combined::of(&numbers, rows), columns });
    context.caches.together.put(key, Arc::clone(&together), together.combined.size());
    Ok(Some(together))
}

/// A column of a part as small numbers, behind how many different ones there are and what they are; `None` where it has
/// too many or other values.
fn small_numbers(
    part: &Part,
    id: &ColumnId,
    context: &Context<'_>,
) -> Result<Option<(usize, Meaning, SmallNumbers)>, EngineError> {
    let Some((numbers, names)) = part.numbers_once(id, context.caches)? else { return Ok(None) };
    let Numbers { width, scale, values, valid, bounds } = numbers;
    if let Some(names) = names {
        let small = SmallNumbers { width, values, valid: None, size: names + 1 };
        return Ok((names <= MOST_VALUES).then_some((names, Meaning::Names(names), small)));
    }
    if bounds.0 < 0 || bounds.1 >= MOST_NUMBER {
        return Ok(None);
    }
    let mut is_met = [false; MOST_NUMBER as usize];
    with_width!(width, values, values => {
        for number in values {
            is_met[*number as usize] = true;
        }
    });
    let distinct = is_met.iter().filter(|is_met| **is_met).count();
    let highest = bounds.1 as usize;
    let small = SmallNumbers { width, values, valid, size: highest + 2 };
    Ok((distinct <= MOST_VALUES).then_some((distinct, Meaning::Numbers { highest, scale }, small)))
}
