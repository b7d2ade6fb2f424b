//! Five first steps for who is new; each ticks itself off when it is done.

use super::action::Action;

/// The guide's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guide {
    /// Which steps are done.
    pub done: [bool; STEPS.len()],
    /// Whether it is shown.
    pub is_shown: bool,
}

/// A step: the action whose key is named, and the words around the key.
pub struct Step {
    /// What is to be done.
    pub action: Action,
    /// What it is good for.
    pub text: &'static str,
}

/// The steps.
pub const STEPS: [Step; 5] = [
    Step { action: Action::Failures, text: "shows what fails" },
    Step { action: Action::Panes, text: "shows whom it hits: j and k to a client, then Enter" },
    Step { action: Action::Open, text: "opens a request and says why it failed" },
    Step { action: Action::CopyId, text: "copies its Request-ID for the reply" },
    Step { action: Action::Save, text: "saves the list as CSV" },
];

impl Guide {
    /// A guide at its beginning.
    pub fn start() -> Self {
        Self { done: [false; STEPS.len()], is_shown: true }
    }

    /// The first step that is not done.
    pub fn current(&self) -> Option<usize> {
        self.done.iter().position(|done| !done)
    }

    /// Takes down that something was done. The step ticks itself off, in whatever order.
    pub fn note(&mut self, action: Action) {
        for (step, done) in STEPS.iter().zip(&mut self.done) {
            *done |= step.action == action;
        }
    }

    /// Whether all is done.
    pub fn is_done(&self) -> bool {
        self.current().is_none()
    }
}
