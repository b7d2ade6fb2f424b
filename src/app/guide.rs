//! Five first steps for who is new; each ticks itself off when it is done.

use super::action::Action;
use super::event::Effect;
use super::state::State;

/// The guide's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guide {
    /// Which steps are done.
    pub done: [bool; STEPS.len()],
    /// Whether it is shown.
    pub is_shown: bool,
}

/// What is done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Only failures are shown.
    Failures,
    /// A value of a pane is chosen.
    Panes,
    /// A request is opened.
    Open,
    /// An id is copied.
    Copy,
    /// The view is saved.
    Save,
}

/// The words of a step: the action whose key is named, and what it is good for.
pub struct StepWords {
    /// What is done.
    pub step: Step,
    /// How it begins.
    pub action: Action,
    /// What it is good for.
    pub text: &'static str,
}

/// The steps.
pub const STEPS: [StepWords; 5] = [
    StepWords { step: Step::Failures, action: Action::Failures, text: "shows only what fails" },
    StepWords { step: Step::Panes, action: Action::Panes, text: "shows whom it hits: j k to a User, Enter" },
    StepWords { step: Step::Open, action: Action::Open, text: "opens a request and says why" },
    StepWords { step: Step::Copy, action: Action::CopyId, text: "copies its Request-ID for the reply" },
    StepWords { step: Step::Save, action: Action::Save, text: "saves the list as CSV" },
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

    /// Whether all is done.
    pub fn is_done(&self) -> bool {
        self.current().is_none()
    }
}

impl State {
    /// Takes down that a step was done, in whatever order. After the last one the guide goes for
    /// good.
    pub fn tick_off(&mut self, step: Step) -> Vec<Effect> {
        for (words, done) in STEPS.iter().zip(&mut self.guide.done) {
            *done |= words.step == step;
        }
        if self.guide.is_shown && self.guide.is_done() {
            return self.hide_guide();
        }
        Vec::new()
    }

    /// Hides the guide, in later runs too.
    pub fn hide_guide(&mut self) -> Vec<Effect> {
        self.guide.is_shown = false;
        self.remembered.guide_done = true;
        vec![Effect::Remember(self.remembered.clone())]
    }

    /// Hides the guide, or shows it from its beginning.
    pub fn toggle_guide(&mut self) -> Vec<Effect> {
        if self.guide.is_shown {
            return self.hide_guide();
        }
        self.guide = Guide::start();
        Vec::new()
    }
}
