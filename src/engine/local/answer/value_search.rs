//! Those of a part's values that contain a text: what is typed to find a value among many.

use std::sync::Arc;

use memchr::memmem::Finder;

use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef};
use crate::model::request_id::Digits;
use crate::query::fold::fold;

use super::clause::rows_with;
use super::hashes::ALL;
use super::select::Context;
use super::value_source::{Kind, Listed, STEP, Source};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId};

/// Fewer ids than one of so many are kept when they were found.
const FEW_KEYS: usize = if cfg!(test) { 3 } else { 32 };

impl Source<'_, '_> {
    /// Keeps only values that contain a text, without case.
    pub fn keep_matching(&mut self, text: &str, context: &Context<'_>) -> Result<(), EngineError> {
        let folded = fold(text.as_bytes());
        let finder = Finder::new(&folded);
        let contains = |value: &[u8]| finder.find(&fold(value)).is_some();
        self.scope = None;
        if let Kind::Names(column, counts) = &mut self.kind {
            let Column::Names(names) = column.as_ref() else { return Ok(()) };
            for (name, count) in names.dictionary.iter().zip(counts.iter_mut()).filter(|(_, count)| **count > 0) {
                if !contains(name) {
                    *count = 0;
                }
            }
            return Ok(());
        }
        if matches!(self.kind, Kind::Listed(_, Listed::Keys)) {
            return self.keep_keys(text, context);
        }
        let kept = if self.texts().is_some() && *self.field != FieldRef::Known(Field::RequestId) {
            let mut kept = rows_with(&self.selection.part, &ColumnId::of(self.field), text, context)?;
            if let Some(rows) = &self.rows {
                kept.and(rows);
            }
            kept
        } else {
            let mut kept = Bits::none(self.selection.part.rows);
            self.for_each_value(self.rows.as_ref(), context, |value, row| {
                if contains(value) {
                    kept.set(row);
                }
                true
            })?;
            kept
        };
        self.rows = Some(kept);
        Ok(())
    }

    /// Keeps only ids that have some digits.
    fn keep_keys(&mut self, text: &str, context: &Context<'_>) -> Result<(), EngineError> {
        let Kind::Listed(list, Listed::Keys) = &self.kind else { return Ok(()) };
        let most = self.selection.part.rows / FEW_KEYS;
        let (mut kept, mut found, mut number) = (Bits::none(self.selection.part.rows), Vec::new(), 0_usize);
        if let Some(digits) = Digits::of(text.as_bytes()) {
            list.for_each(&ALL, |key, row| {
                if digits.are_in(key) && self.has(row as usize) {
                    kept.set(row as usize);
                    if found.len() <= most {
                        found.push((key, row));
                    }
                }
                number += 1;
                number % STEP != 0 || !context.cancel.is_cancelled()
            })?;
            context.check()?;
        }
        if found.len() <= most {
            self.kind = Kind::Found(found);
        }
        self.rows = Some(kept);
        Ok(())
    }

    fn texts(&self) -> Option<&Arc<Column>> {
        match &self.kind {
            Kind::Listed(_, Listed::Texts(column)) | Kind::Texts(column) => Some(column),
            Kind::Listed(_, Listed::Keys) | Kind::Found(_) | Kind::Numbers(..) | Kind::Names(..) => None,
        }
    }

    /// So many rows are looked at, of so many; of names, which need not be hashed row by row, none.
    pub fn rows_wanted(&self) -> (usize, usize) {
        let (first, end) = (self.selection.first, self.selection.end);
        match &self.rows {
            _ if matches!(self.kind, Kind::Names(..)) => (0, 0),
            Some(rows) => (rows.count(first, end), self.selection.part.rows),
            None => (end - first, self.selection.part.rows),
        }
    }

    /// Hashes the texts that are wanted, where that is less work than to go through the list of all.
    pub fn hash_texts(&mut self) {
        if let Some(column) = self.texts() {
            self.kind = Kind::Texts(Arc::clone(column));
        }
    }
}
