//! The views that were looked at, back and forward as in a browser.

use crate::engine::question::Sort;
use crate::model::period::Period;

use super::split::Split;
use super::table::Wanted;
use super::trail::Trail;

/// What a view shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewPoint {
    /// Which records.
    pub trail: Trail,
    /// Of which time.
    pub period: Period,
    /// Whether the period narrows the view; else it is of all time.
    pub is_period_on: bool,
    /// In which order.
    pub sort: Sort,
    /// What its bars are split by.
    pub split: Split,
}

/// A view that was left, and where its cursor was.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The view.
    pub view: ViewPoint,
    /// The rows around the cursor.
    pub rows: Wanted,
    /// Whether the newest row was followed.
    pub is_following: bool,
}

/// Views that were left.
#[derive(Debug, Clone, Default)]
pub struct History {
    back: Vec<Left>,
    forward: Vec<Left>,
}

/// Views that can be gone back to.
const DEPTH: usize = 200;

impl History {
    /// Takes down the view that is left for a new one.
    pub fn leave(&mut self, view: Left) {
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
    pub fn go_back(&mut self, current: Left) -> Option<Left> {
        let view = self.back.pop()?;
        self.forward.push(current);
        Some(view)
    }

    /// The view after.
    pub fn go_forward(&mut self, current: Left) -> Option<Left> {
        let view = self.forward.pop()?;
        self.back.push(current);
        Some(view)
    }
}
