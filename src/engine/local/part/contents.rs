//! What stands for the values that a segment has in a field.

use crate::base::hash::hash128_parts;
use crate::model::field::{Field, FieldRef};

use super::{Body, Part};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::ColumnId;
use crate::engine::local::columns::value_sum::ValueSum;
use crate::engine::local::files::manifest::ColumnsManifest;

/// Stands for some values. Of several segments they are added up: what was made of all of their values holds for
/// others that add up to the same, as when segments were joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    rows: u64,
    sum: u128,
}

impl Contents {
    /// How many rows.
    pub fn rows(self) -> u64 {
        self.rows
    }

    /// Of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, sum: self.sum.wrapping_add(other.sum) }
    }
}

impl Part {
    /// How many rows were not deleted.
    pub fn live_rows(&self) -> usize {
        self.rows - self.dead.as_ref().map_or(0, |dead| dead.count(0, self.rows))
    }

    /// Stands for the values of a field; `None` of what is in memory.
    pub fn contents(&self, field: &FieldRef) -> Option<Contents> {
        let Body::Segment(files) = &self.body else { return None };
        let by_value = || if self.dead.is_none() { by_value(&files.manifest.columns, field) } else { None };
        // Under a name stay the columns, and which rows of them count.
        let by_name = || {
            let name = files.columns_path.file_name().unwrap_or_default();
            let dead = self.dead.as_ref().map(Bits::to_bytes).unwrap_or_default();
            hash128_parts(&[name.as_encoded_bytes(), &dead])
        };
        Some(Contents { rows: self.live_rows() as u64, sum: by_value().unwrap_or_else(by_name) })
    }
}

/// The sum of a field's values, where it is known of all columns that have them.
fn by_value(columns: &ColumnsManifest, field: &FieldRef) -> Option<u128> {
    let sum_of = |id: &ColumnId| match columns.column(id) {
        Some(entry) => entry.sum,
        // Attributes beyond the limit are in the raw rows only.
        None => (!columns.has_more_attributes).then_some(ValueSum::default()),
    };
    let id = ColumnId::of(field);
    if *field != FieldRef::Known(Field::RequestId) {
        return Some(sum_of(&id)?.0);
    }
    // Sums of different things are kept apart by odd factors.
    let sums = [columns.key_sum?, sum_of(&ColumnId::IdForm)?, sum_of(&id)?];
    Some(sums.iter().zip([1, 3, 5]).fold(0, |all, (sum, factor)| all.wrapping_add(sum.0.wrapping_mul(factor))))
}
