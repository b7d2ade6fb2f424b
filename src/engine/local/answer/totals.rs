//! How often values that are shown are there in the whole period, looked up in the dictionaries of
//! the parts: who asks once does not count all the others for it.

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::model::answer::Facet;
use crate::model::field::{Field, FieldRef};

use super::codes::count_of_codes;
use super::select::{Context, Selection, Steps};
use crate::engine::local::columns::column::{Column, ColumnId};

/// Fills in the totals of a facet's values. Says whether they could be looked up: the field is kept
/// as names in all parts.
pub fn look_up(facet: &mut Facet, selections: &[Selection<'_>], context: &Context<'_>) -> Result<bool, EngineError> {
    // Most ids are keys, in no column.
    if facet.field == FieldRef::Known(Field::RequestId) {
        return Ok(false);
    }
    let id = ColumnId::of(&facet.field);
    let values: Vec<Option<&[u8]>> = facet.values.iter().map(|value| value.value.as_deref()).collect();
    let of_part = |selection: &Selection<'_>| -> Result<Option<Vec<u64>>, EngineError> {
        if selection.part.leaves_out(&id) {
            return Ok(None);
        }
        let column = selection.part.column(&id, context.caches)?;
        let all = selection.count(Steps::None, context)?;
        Ok(match column.as_ref() {
            Column::Absent => Some(values.iter().map(|value| if value.is_none() { all } else { 0 }).collect()),
            Column::Names(names) => {
                let rows = selection.rows_of(Steps::None, context)?;
                let counts = count_of_codes(selection, id.clone(), names, rows.as_deref(), context)?;
                let code = |value: Option<&[u8]>| match value {
                    Some(name) => names.dictionary.find(name).ok(),
                    None => Some(names.missing()),
                };
                Some(values.iter().map(|value| code(*value).map_or(0, |code| u64::from(counts[code]))).collect())
            }
            Column::Numbers(_) | Column::Text(_) => None,
        })
    };
    let parts: Option<Vec<Vec<u64>>> =
        selections.par_iter().map(of_part).collect::<Result<Vec<_>, EngineError>>()?.into_iter().collect();
    let Some(parts) = parts else { return Ok(false) };
    for (place, value) in facet.values.iter_mut().enumerate() {
        value.total = parts.iter().map(|totals| totals[place]).sum();
    }
    Ok(true)
}
