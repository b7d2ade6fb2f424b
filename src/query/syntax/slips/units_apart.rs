//! Units that stand behind a space: `duration>2 seconds`, `attributes.bytes>1 MB`.

use std::ops::Range;

use crate::base::units::{parse_bytes, parse_compound_span};
use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Op, Value, Word};

impl Reader<'_> {
    /// `duration>2 seconds`, `attributes.bytes>1 MB`: a span or a size whose unit stands behind a space.
    pub(in crate::query::syntax) fn unit_apart(
        &mut self,
        (field, op, is_left_out): (&Word, Op, bool),
        values: &[Value],
    ) -> bool {
        let known = FieldRef::find(&field.text);
        let is_sized = op.is_comparison() && matches!(known, Some(FieldRef::Attribute(_)));
        let is_span = known.is_some_and(|known| known.kind() == Kind::Duration);
        let Some(value) = values.last().filter(|_| is_span || is_sized) else { return false };
        let Some(rest) = self.rest_of_span(&value.word, is_sized) else { return false };
        let place = value.word.span.start..rest.end;
        let (number, unit) = (&value.word.text, &self.text[rest.clone()]);
        let right = if unit.eq_ignore_ascii_case("bytes") { number.clone() } else { format!("{number}{unit}") };
        self.at = rest.end;
        self.compared = (op.is_comparison() && !is_left_out).then(|| field.span.clone());
        let what = if is_sized { "a size" } else { "a span" };
        self.problem(QueryError::new(format!("{what} is written without a space"), place).written(right));
        true
    }

    /// What belongs to a span behind a space: the unit of a number, seconds behind minutes.
    fn rest_of_span(&self, word: &Word, is_sized: bool) -> Option<Range<usize>> {
        let is_begun = word.text.parse::<f64>().is_ok() || parse_compound_span(&word.text).is_some();
        if !word.is_bare() || !is_begun {
            return None;
        }
        let rest = self.rest();
        let unit = rest.trim_start();
        let end = unit.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(unit.len());
        let start = self.at + rest.len() - unit.len();
        let whole = format!("{}{}", word.text, &unit[..end]);
        let is_size = || parse_bytes(&whole).is_some() || unit[..end].eq_ignore_ascii_case("bytes");
        let is_whole = if is_sized { is_size() } else { parse_compound_span(&whole).is_some() };
        (start > self.at && is_whole).then(|| start..start + end)
    }
}
