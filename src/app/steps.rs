//! The list of the steps that narrow the view: the period, then the trail, each with what its switch
//! would make of the view.

use crate::base::time::{SECOND, Timestamp};
use crate::engine::{Answer, Question, Want};
use crate::query::print::typed;

use super::event::{Effect, Purpose};
use super::hiding::{self, Hiding, Part, WayOut};
use super::history::ViewPoint;
use super::picker::PickerKind;
use super::prompt::{Prompt, PromptKind};
use super::state::{Layer, State};

/// Seconds between two looks at what hides everything in one view.
const HIDING_EVERY: i64 = 2;

/// How many records each step's switch makes a view have.
#[derive(Debug, Clone, PartialEq)]
pub struct Switched {
    /// The view.
    pub view: ViewPoint,
    /// By the steps' places, the period first.
    pub counts: Vec<u64>,
}

impl State {
    /// Opens the list on the last step.
    pub fn open_steps(&mut self) -> Vec<Effect> {
        self.layers.push(Layer::Steps(self.trail.steps().len()));
        self.refresh_switched()
    }

    /// How many records are in the view once a step is switched, as far as it is known.
    pub fn count_when_switched(&self, place: usize) -> Option<u64> {
        let switched = self.switched.as_ref().filter(|switched| switched.view == self.view_point())?;
        switched.counts.get(place).copied()
    }

    /// Asks what the switches would make of the view, while their list is open.
    pub fn refresh_switched(&mut self) -> Vec<Effect> {
        let is_listed = self.layers.iter().any(|layer| matches!(layer, Layer::Steps(_)));
        if !is_listed {
            return Vec::new();
        }
        let questions: Vec<Question> = (0..=self.trail.steps().len())
            .map(|place| {
                let view = self.with_step_switched(place);
                let mut question = self.question(vec![Want::Count]);
                question.filter = view.trail.effective();
                question.range = self.range_of(&view);
                question
            })
            .collect();
        vec![Effect::AskAll(self.ask_id(Purpose::Steps), self.at_of_view(), questions)]
    }

    /// Takes in what the switches would make of the view.
    pub fn take_switched(&mut self, answers: &[Answer]) {
        let counts = answers.iter().map(|answer| answer.count().unwrap_or_default()).collect();
        self.switched = Some(Switched { view: self.view_point(), counts });
    }

    /// Asks why nothing matches, where nothing does. These are many questions: while requests arrive that
    /// do not match either, they are asked again only now and then.
    pub fn ask_hiding(&mut self) -> Vec<Effect> {
        if self.summary.as_ref().is_none_or(|summary| summary.count > 0) {
            self.hiding_asked = None;
            return Vec::new();
        }
        let view = self.view_point();
        let is_fresh = |(of, at): &(ViewPoint, Timestamp)| *of == view && self.now.since(*at) < HIDING_EVERY * SECOND;
        let is_open = self.asked.get(&Purpose::Hiding).is_some_and(|asked| asked.is_open);
        if is_open || self.hiding_asked.as_ref().is_some_and(is_fresh) {
            return Vec::new();
        }
        self.hiding_asked = Some((view, self.now));
        let questions = hiding::questions(&self.question(Vec::new()));
        vec![Effect::AskAll(self.ask_id(Purpose::Hiding), self.at(), questions)]
    }

    /// Takes in why nothing matches.
    pub fn take_hiding(&mut self, answers: &[Answer]) {
        let findings = hiding::findings(&self.question(Vec::new()), answers);
        self.hiding = Some((self.view_point(), findings));
    }

    /// Why nothing matches in this view, as far as it is known.
    pub fn hiding(&self) -> Option<&Hiding> {
        self.hiding.as_ref().filter(|(view, _)| *view == self.view_point()).map(|(_, hiding)| hiding)
    }

    /// What brings records back best, as far as it is known.
    pub fn way_out(&self) -> Option<WayOut> {
        self.hiding()?.way_out(&self.effective_filter())
    }

    /// Brings records back where nothing matches: another value, or steps switched off.
    pub fn take_way_out(&mut self) -> Vec<Effect> {
        let is_empty = self.table.has_answer && self.table.total == 0;
        let Some(way_out) = self.way_out().filter(|_| is_empty) else { return Vec::new() };
        let mut view = self.view_point();
        let on: Vec<usize> =
            (0..self.trail.steps().len()).filter(|at| self.trail.counts(&self.trail.steps()[*at])).collect();
        match way_out {
            WayOut::Take(step, filter, _) => view.trail = view.trail.replace(on[step], filter),
            WayOut::SwitchOff(parts) => {
                for part in parts {
                    match part {
                        Part::Period => view.is_period_on = false,
                        Part::Step(step) => view.trail = view.trail.toggle(on[step]),
                    }
                }
            }
        }
        self.show(view)
    }

    /// The view with a step switched; the first one is the period.
    fn with_step_switched(&self, place: usize) -> ViewPoint {
        let mut view = self.view_point();
        match place.checked_sub(1) {
            Some(step) => view.trail = view.trail.toggle(step),
            None => view.is_period_on = !view.is_period_on,
        }
        view
    }

    /// Switches the step under the cursor off or on.
    pub fn toggle_step(&mut self, place: usize) -> Vec<Effect> {
        let view = self.with_step_switched(place);
        self.show(view)
    }

    /// Takes the step under the cursor out of the trail. The period can only be switched off.
    pub fn remove_step(&mut self, place: usize) -> Vec<Effect> {
        let Some(step) = place.checked_sub(1) else {
            self.say("the period stays; it can be switched off, or another one chosen");
            return Vec::new();
        };
        let mut view = self.view_point();
        view.trail = view.trail.without(step);
        let last = view.trail.steps().len();
        if let Some(Layer::Steps(cursor)) = self.layers.last_mut() {
            *cursor = place.min(last);
        }
        self.show(view)
    }

    /// Lets the step under the cursor be edited.
    pub fn edit_step(&mut self, place: usize) -> Vec<Effect> {
        match place.checked_sub(1).and_then(|step| Some((step, self.trail.steps().get(step)?))) {
            Some((step, own)) => {
                let text = typed(&own.filter);
                self.prompt = Some(Prompt::new(PromptKind::Step(step), &text));
                Vec::new()
            }
            None => self.open_picker(PickerKind::Period),
        }
    }
}
