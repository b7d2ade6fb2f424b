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

/// Which values are counted ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// Of all segments.
    All,
    /// Where only few rows are new since the last time, which takes some milliseconds.
    Few,
}

impl Store {
    /// Counts the values of fields that have too many to keep each of them, of all requests and of those of each source,
    /// so that the first question about them is answered at once. What is known already is not counted again.
    pub fn count_ahead(&self, which: Ahead, cancel: &Cancel) -> Result<(), EngineError> {
        self.refresh()?;
        let view = self.view();
        let is_worth_it = match which {
            Ahead::All => view.rows() >= FROM_ROWS,
            Ahead::Few => (FROM_ROWS..MOST_ROWS).contains(&view.rows()),
        };
        if !is_worth_it {
            return Ok(());
        }
        let context = self.context(view.as_of, cancel);
        let listed = view.parts.iter().filter_map(|part| part.files()).flat_map(|files| &files.manifest.columns.hashes);
        let names: BTreeSet<&str> = listed.map(|entry| entry.column.as_str()).collect();
        let fields = names.into_iter().filter_map(FieldRef::find).chain([FieldRef::Known(Field::RequestId)]);
        let wants: Vec<FacetField> = fields.map(|field| FacetField::new(field, 0)).collect();
        for source in view.sources.iter().cloned().map(Some).chain([None]) {
            let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source, wants: Vec::new() };
            let query = Query::new(&question);
            let selections = select(&view.parts, question.range, &query, &context)?;
            for want in &wants {
                self.pool.install(|| Rows::of(&selections, want, &context)?.count_ahead(which, &context))?;
            }
        }
        Ok(())
    }
}
