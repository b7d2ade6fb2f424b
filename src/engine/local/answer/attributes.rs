//! Which attributes there are, and which have a value: of whole segments their lists of columns say it, of others the
//! columns are looked at once.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::model::answer::Attributes;
use crate::model::field::FieldRef;
use crate::query::filter::{Clause, Target, Test};

use super::clause::clause_rows;
use super::select::{Context, Selection, Steps};
use crate::engine::local::columns::column::{Codes, ColumnId};
use crate::engine::local::columns::row_set::RowSet;

/// The attributes of a part's rows, each with how many have it.
pub type PartAttributes = Vec<(String, u64)>;

/// The attributes of the period's records, whatever the filter keeps.
pub fn attributes(selections: &[Selection<'_>], context: &Context<'_>) -> Result<Attributes, EngineError> {
    let of_part = |selection: &Selection<'_>| {
        let key = selection.scope(Steps::None);
        if let Some(known) = context.caches.attributes.get(&key) {
            return Ok(known);
        }
        let counted = Arc::new(attributes_of(selection, context)?);
        let size = counted.iter().map(|(path, _)| path.len() + 40).sum::<usize>() + 128;
        context.caches.attributes.put(key, Arc::clone(&counted), size);
        Ok(counted)
    };
    let parts: Vec<Arc<PartAttributes>> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
    let parts: Vec<&PartAttributes> = parts.iter().map(Arc::as_ref).collect();
    Ok(add_up(selections, &parts))
}

/// The attributes that pass one of some tests in the records.
pub fn attributes_with(
    selections: &[Selection<'_>],
    tests: &[Test],
    context: &Context<'_>,
) -> Result<Attributes, EngineError> {
    let of_part = |selection: &Selection<'_>| -> Result<PartAttributes, EngineError> {
        let rows = selection.rows_of(Steps::All, context)?;
        let mut counted = Vec::new();
        for (id, _) in selection.part.attributes() {
            let ColumnId::Attribute(path) = id else { continue };
            context.check()?;
            let target = Target::Field(FieldRef::Attribute(path.clone()));
            let mut passing = clause_rows(&selection.part, &Clause { target, any_of: tests.to_vec() }, context)?;
            if let Some(rows) = rows.as_deref() {
                passing.and(rows.bits());
            }
            counted.push((path, passing.count(selection.first, selection.end) as u64));
        }
        Ok(counted)
    };
    let parts: Vec<PartAttributes> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
    Ok(add_up(selections, &parts.iter().collect::<Vec<_>>()))
}

fn add_up(selections: &[Selection<'_>], parts: &[&PartAttributes]) -> Attributes {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for (path, count) in parts.iter().flat_map(|part| part.iter()) {
        *counts.entry(path).or_default() += count;
    }
    let counts = counts.into_iter().map(|(path, count)| (path.to_owned(), count));
    let has_more = selections.iter().any(|selection| selection.part.has_more_attributes());
    Attributes::of_counts(counts, has_more)
}

fn attributes_of(selection: &Selection<'_>, context: &Context<'_>) -> Result<PartAttributes, EngineError> {
    let part = &selection.part;
    let rows = selection.rows_of(Steps::None, context)?;
    let is_whole = rows.is_none() && (selection.first, selection.end) == (0, part.rows);
    let mut counted = Vec::new();
    for (id, known) in part.attributes() {
        context.check()?;
        let count = match known.filter(|_| is_whole) {
            Some(known) => known,
            None => {
                part.codes(&id, context.caches)?.map_or(0, |codes| count_present(&codes, selection, rows.as_deref()))
            }
        };
        if let ColumnId::Attribute(path) = id {
            counted.push((path, count));
        }
    }
    Ok(counted)
}

/// How many of some rows have a name.
fn count_present(codes: &Codes, selection: &Selection<'_>, rows: Option<&RowSet>) -> u64 {
    let is_in = |row: usize| rows.is_none_or(|rows| rows.get(row));
    let has_name = |row: usize| (codes.width.number(&codes.values, row) as usize) < codes.names;
    (selection.first..selection.end).filter(|row| has_name(*row) && is_in(*row)).count() as u64
}
