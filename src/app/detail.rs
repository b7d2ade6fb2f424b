//! A request in full, and the values in it.

use crate::export::detail::{self, DetailContext, DetailLine};
use crate::model::field::{Field, FieldRef};
use crate::model::record::StoredRecord;

use super::state::{Layer, State};

/// A request in full.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The request.
    pub record: StoredRecord,
    /// Whether it is the one under the table's cursor, and follows it.
    pub is_from_table: bool,
    /// Whether the cursor went on to a row that is not at hand yet.
    pub awaits_row: bool,
    /// Whether the source's own words are shown.
    pub is_raw: bool,
    /// The line under the cursor.
    pub cursor: usize,
    /// Lines scrolled away.
    pub scroll: usize,
}

/// Where the requests before and after one that is looked at are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbours {
    /// In the table.
    Table,
    /// In a list of what was found.
    Found,
    /// There are none.
    None,
}

impl Detail {
    /// A request at its first line.
    pub fn new(record: StoredRecord, is_from_table: bool) -> Self {
        Self { record, is_from_table, awaits_row: false, is_raw: false, cursor: 0, scroll: 0 }
    }
}

impl State {
    /// The lines of a detail.
    pub fn detail_lines(&self, detail: &Detail) -> Vec<DetailLine> {
        if detail.is_raw { detail::raw_lines(&detail.record) } else { self.record_lines(&detail.record) }
    }

    /// The lines of a request.
    pub fn record_lines(&self, record: &StoredRecord) -> Vec<DetailLine> {
        let Some(view) = self.view_spec() else { return Vec::new() };
        let context = DetailContext {
            view,
            zone: self.zone,
            now: self.now,
            inferred_impersonator: self.inferred_impersonator(record),
        };
        detail::lines(record, &context)
    }

    /// A name that was seen with an impersonator's number among the rows at hand.
    fn inferred_impersonator(&self, record: &StoredRecord) -> Option<String> {
        let number = record.record.bytes(&Field::Impersonator.into())?;
        self.table.rows.iter().find_map(|row| {
            let own = row.record.bytes(&Field::UserId.into())?;
            let name = row.record.text(Field::Client)?;
            (own == number).then(|| String::from_utf8_lossy(name).into_owned())
        })
    }

    /// The request that is looked at: in the detail, in a list of what was found, in the table.
    pub fn record_at_hand(&self) -> Option<&StoredRecord> {
        for layer in self.layers.iter().rev() {
            match layer {
                Layer::Detail(detail) => return Some(&detail.record),
                Layer::Found(found) => return found.current(),
                Layer::Menu(_) | Layer::Steps(_) => {}
                Layer::Help(_) | Layer::Sources(_) | Layer::Bad(_) | Layer::Columns(_) => return None,
            }
        }
        self.table.current()
    }

    /// The field and the value under the cursor.
    pub fn value_at_hand(&self) -> Option<(FieldRef, Option<Vec<u8>>)> {
        for layer in self.layers.iter().rev() {
            match layer {
                Layer::Detail(detail) => {
                    let line = self.detail_lines(detail).into_iter().nth(detail.cursor)?;
                    let field = line.field?;
                    let value = detail.record.bytes(&field).map(std::borrow::Cow::into_owned);
                    return Some((field, value));
                }
                Layer::Menu(_) => {}
                _ => return None,
            }
        }
        let cell = self.cell_at_hand()?;
        Some((cell.field, cell.value.map(std::borrow::Cow::into_owned)))
    }

    /// Where the request that is looked at stands: in the table, which its detail follows; in a list of what
    /// was found; or in neither, because it was found alone.
    pub fn detail_neighbours(&self) -> Neighbours {
        let mut layers = self.layers.iter().rev().skip_while(|layer| !matches!(layer, Layer::Detail(_)));
        match (layers.next(), layers.next()) {
            (Some(Layer::Detail(detail)), _) if detail.is_from_table => Neighbours::Table,
            (Some(Layer::Detail(_)), Some(Layer::Found(_))) => Neighbours::Found,
            (Some(Layer::Detail(_)), _) => Neighbours::None,
            _ => Neighbours::Table,
        }
    }

    /// Shows the record under the cursor in the detail that follows it, now or when it is at hand.
    pub fn refresh_detail(&mut self) {
        let current = self.table.current().cloned();
        let followed = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Detail(detail) if detail.is_from_table => Some(detail),
            _ => None,
        });
        if let Some(detail) = followed {
            detail.awaits_row = current.is_none();
            if let Some(current) = current {
                detail.record = current;
            }
        }
    }

    /// Other rows are at hand. A request that is looked at stays, also when it left the view.
    pub fn refresh_awaiting_detail(&mut self) {
        if self.layers.iter().any(|layer| matches!(layer, Layer::Detail(detail) if detail.awaits_row)) {
            self.refresh_detail();
        }
    }
}
