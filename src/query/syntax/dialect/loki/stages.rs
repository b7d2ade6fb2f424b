//! Stages of Loki's that keep every line that can be asked for here.

use crate::query::syntax::dialect::scan::Scan;

use super::Query;

impl Query<'_> {
    /// Where a stage with a text in quotes ends. Of the line that it makes, nothing can be asked.
    pub(super) fn end_of_format(&self, len: usize) -> Option<usize> {
        let mut behind = Query { scan: Scan::at(self.scan.text, self.scan.at + len), depth: 0 };
        behind.quoted()?;
        let rest = behind.scan.rest().trim_start();
        let has_line = ["|=", "|~"].iter().any(|sign| rest.contains(sign)) || rest.starts_with('!');
        (!has_line).then_some(behind.scan.at)
    }

    /// Passes over `__error__=""`.
    pub(super) fn is_read_well(&mut self, len: usize) -> bool {
        let mut behind = Query { scan: Scan::at(self.scan.text, self.scan.at + len), depth: 0 };
        let is_none = behind.scan.take("=") && behind.quoted().is_some_and(|text| text.is_empty());
        behind.scan.skip_space();
        let is_over = behind.scan.rest().is_empty() || behind.scan.rest().starts_with('|');
        if is_none && is_over {
            self.scan.at = behind.scan.at;
        }
        is_none && is_over
    }
}
