//! What takes longer than a look at the screen may is counted before anybody asks for it.

use std::collections::BTreeSet;

use crate::base::cancel::Cancel;
use crate::engine::Engine;
use crate::engine::error::EngineError;
use crate::engine::question::{FacetField, FacetsWant, Question, Want};
use crate::model::field::{Field, FieldRef};
use crate::model::period::TimeRange;
use crate::query::Filter;

use super::store::Store;

/// Fewer rows are counted in no time.
const FROM_ROWS: u64 = if cfg!(test) { 32 } else { 2_000_000 };

impl Store {
    /// Counts the values of fields that have too many to keep each of them, of all requests and of those of each source,
    /// so that the first question about them is answered at once. What is known already is not counted again.
    pub fn count_ahead(&self, cancel: &Cancel) -> Result<(), EngineError> {
        self.refresh()?;
        let snapshot = self.snapshot()?;
        let view = self.view();
        if view.rows() < FROM_ROWS {
            return Ok(());
        }
        let listed = view.parts.iter().filter_map(|part| part.files()).flat_map(|files| &files.manifest.columns.hashes);
        let names: BTreeSet<&str> = listed.map(|entry| entry.column.as_str()).collect();
        let fields = names.into_iter().filter_map(FieldRef::find).chain([FieldRef::Known(Field::RequestId)]);
        let fields: Vec<FieldRef> = fields.collect();
        let sources = view.sources.iter().cloned().map(Some).chain([None]);
        for (source, field) in sources.flat_map(|source| fields.iter().map(move |field| (source.clone(), field))) {
            let fields = vec![FacetField::new(field.clone(), 0)];
            let wants = vec![Want::Facets(FacetsWant { fields, with_totals: false })];
            let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source, wants };
            self.answer(&snapshot, &question, cancel)?;
        }
        Ok(())
    }
}
