//! What takes longer than a look at the screen may is counted before anybody asks for it.

use std::collections::BTreeSet;

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::engine::question::{FacetField, Question};
use crate::model::field::{Field, FieldRef};
use crate::model::period::TimeRange;
use crate::query::Filter;

use super::answer::select::{Query, select};
use super::answer::varied_sum::Rows;
use super::store::Store;

/// Fewer rows are counted in no time.
const FROM_ROWS: u64 = if cfg!(test) { 32 } else { 2_000_000 };

/// Among more rows, few are not looked up between two batches of an intake.
const MOST_ROWS: u64 = 20_000_000;

/// All is counted anew where what is new is at least one of so many parts of it: not after each of many small imports.
const WORTH_A_COUNT: u64 = 8;

/// After what values are counted ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// So many rows were imported.
    Imported(u64),
    /// The head became a segment: where only few rows are new since the last time, which takes some milliseconds.
    Flushed,
}

impl Store {
    /// Counts the values of fields that have too many to keep each of them, of each source, which is what a view is of, so
    /// that the first question about them is answered at once. What is known already is not counted again.
    pub fn count_ahead(&self, after: Ahead, cancel: &Cancel) -> Result<(), EngineError> {
        self.refresh()?;
        let view = self.view();
        let rows = view.rows();
        let is_worth_it = match after {
            Ahead::Imported(new) => rows >= FROM_ROWS && new.saturating_mul(WORTH_A_COUNT) >= rows,
            Ahead::Flushed => (FROM_ROWS..MOST_ROWS).contains(&rows),
        };
        if !is_worth_it {
            return Ok(());
        }
        let context = self.context(view.as_of, cancel);
        let listed = view.parts.iter().filter_map(|part| part.files()).flat_map(|files| &files.manifest.columns.hashes);
        let names: BTreeSet<&str> = listed.map(|entry| entry.column.as_str()).collect();
        let fields = names.into_iter().filter_map(FieldRef::find).chain([FieldRef::Known(Field::RequestId)]);
        let wants: Vec<FacetField> = fields.map(|field| FacetField::new(field, 0)).collect();
        for source in view.sources.iter().cloned().map(Some) {
            let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source, wants: Vec::new() };
            let query = Query::new(&question);
            let selections = select(&view.parts, question.range, &query, &context)?;
            for want in &wants {
                self.pool.install(|| Rows::of(&selections, want, &context)?.count_ahead(after, &context))?;
            }
        }
        Ok(())
    }
}
