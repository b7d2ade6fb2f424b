//! Rows by their names: a test is put to each different name once, then rows follow their codes. Where
//! none passes, or all do, the codes are not even read.

use crate::engine::error::EngineError;

use super::select::Context;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Codes, ColumnId, with_width};
use crate::engine::local::columns::compare::{between, compare_rows};
use crate::engine::local::part::Part;

/// The rows whose names pass; `None` where a column holds no names. `pass` is asked of no name, too.
pub fn name_rows(
    part: &Part,
    id: &ColumnId,
    pass: impl Fn(Option<&[u8]>) -> bool,
    context: &Context<'_>,
) -> Result<Option<Bits>, EngineError> {
    let Some(names) = part.kept_names(id, context.caches)? else { return Ok(None) };
    let mut passes: Vec<bool> = names.iter().map(|name| pass(Some(name))).collect();
    passes.push(pass(None));
    let hits = passes.iter().filter(|pass| **pass).count();
    if hits == 0 {
        return Ok(Some(Bits::none(part.rows)));
    }
    if hits == passes.len() {
        return Ok(Some(Bits::all(part.rows)));
    }
    let codes = part.codes(id, context.caches)?.ok_or_else(|| part.damaged("there are no codes"))?;
    Ok(Some(rows_of_codes(&codes, part.rows, &passes, hits)))
}

/// The rows whose codes pass; so many codes do.
pub fn rows_of_codes(codes: &Codes, rows: usize, passes: &[bool], hits: usize) -> Bits {
    // Neighbours among the names are compared, others looked up.
    let first = passes.iter().position(|pass| *pass).unwrap_or(0);
    let are_neighbours = passes[first..first + hits].iter().all(|pass| *pass);
    with_width!(codes.width, codes.values, codes => {
        if are_neighbours {
            between(&codes[..rows], first as i64, (first + hits - 1) as i64)
        } else {
            compare_rows(&codes[..rows], |code| u8::from(passes.get(code as usize).copied().unwrap_or(false)))
        }
    })
}
