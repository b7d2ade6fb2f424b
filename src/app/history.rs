//! The views that were looked at, back and forward as in a browser.

use crate::engine::question::Sort;
use crate::model::period::Period;
use crate::query::Filter;

/// What a view shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewPoint {
    /// Which records.
    pub filter: Filter,
    /// Whether the filter counts.
    pub is_filter_on: bool,
    /// Of which time.
    pub period: Period,
    /// In which order.
    pub sort: Sort,
}

/// Views that were left.
#[derive(Debug, Clone, Default)]
pub struct History {
    back: Vec<ViewPoint>,
    forward: Vec<ViewPoint>,
}

/// Views that can be gone back to.
const DEPTH: usize = 200;

impl History {
    /// Takes down the view that is left for a new one.
    pub fn leave(&mut self, view: ViewPoint) {
        self.forward.clear();
        self.back.push(view);
        if self.back.len() > DEPTH {
            self.back.remove(0);
        }
    }

    /// Whether there is a view before.
    pub fn has_before(&self) -> bool {
        !self.back.is_empty()
    }

    /// The view before; the current one can be gone forward to.
    pub fn go_back(&mut self, current: ViewPoint) -> Option<ViewPoint> {
        let view = self.back.pop()?;
        self.forward.push(current);
        Some(view)
    }

    /// The view after.
    pub fn go_forward(&mut self, current: ViewPoint) -> Option<ViewPoint> {
        let view = self.forward.pop()?;
        self.back.push(current);
        Some(view)
    }
}
