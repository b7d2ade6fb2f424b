//! Where a filter keeps what ended in some way alone, the bars of all that it was among: the same view without that
//! part of the filter. So the same bars stand above, whether failures alone are shown or everything.

use crate::engine::Question;
use crate::model::answer::Timeline;
use crate::model::bars::Bars;
use crate::model::field::{Field, FieldRef};
use crate::model::value::Outcome;
use crate::query::Filter;

use super::event::{Effect, Purpose};
use super::split::Split;
use super::state::State;

/// The fields that say how a request ended.
const ENDS: [Field; 6] =
    [Field::Outcome, Field::Status, Field::GatewayCode, Field::Failure, Field::ErrorType, Field::ErrorMessage];

/// Bars of a filter.
#[derive(Debug, Clone)]
pub struct Among {
    /// Which requests they are of.
    pub filter: Filter,
    /// The bars.
    pub bars: Bars,
}

/// Whether a step keeps what ended in some way.
fn is_of_ends(step: &Filter) -> bool {
    let field = step.only_field().and_then(FieldRef::known);
    field.is_some_and(|field| ENDS.contains(&field))
}

impl State {
    /// A filter without what it says of how requests ended; `None` where it says nothing of it, and where the bars
    /// are split by something else.
    fn among_filter(&self, filter: Filter) -> Option<Filter> {
        if self.split != Split::Outcome || !filter.steps().iter().any(is_of_ends) {
            return None;
        }
        Some(Filter::from_steps(filter.into_steps().into_iter().filter(|step| !is_of_ends(step)).collect()))
    }

    /// Which requests the bars at hand are of: until there is an answer, those of the view before.
    fn filter_of_bars(&self) -> Filter {
        let before = self.answered.as_ref().filter(|_| self.is_view_behind());
        before.map_or_else(|| self.effective_filter(), |answered| answered.of.0.clone())
    }

    /// Whether failures alone are kept by the filter's own word, so that the matches are all that failed.
    pub fn keeps_failures(&self) -> bool {
        let failed = Filter::of_outcome(Outcome::Failure);
        let filter = self.filter_of_bars();
        filter.steps().iter().all(|step| !is_of_ends(step) || *step == failed)
    }

    /// Asks for the bars of what the matches are among.
    pub(super) fn ask_among(&mut self) -> Vec<Effect> {
        let Some((filter, plan)) = self.among_filter(self.effective_filter()).zip(self.bar_plan.clone()) else {
            return Vec::new();
        };
        let Some(want) = plan.want(Vec::new(), self.range()) else { return Vec::new() };
        let question = Question { filter: filter.clone(), ..self.question(vec![crate::engine::Want::Timeline(want)]) };
        self.among_asked = Some((filter, plan));
        vec![Effect::Ask(self.ask_id(Purpose::Among), self.at(), Box::new(question))]
    }

    /// Takes these bars in.
    pub(super) fn take_among(&mut self, timeline: &Timeline) {
        let asked = self.among_asked.take();
        self.among = asked.map(|(filter, plan)| Among { filter, bars: plan.bars(timeline) }).or(self.among.take());
    }

    /// Keeps the bars of a view: a filter on how requests ended is one among these.
    pub(super) fn keep_among(&mut self) {
        let filter = self.effective_filter();
        if self.split == Split::Outcome && self.among_filter(filter.clone()).is_none() {
            self.among = self.bars.clone().map(|bars| Among { filter, bars });
        }
    }

    /// For each bar, how many requests the matches are among; `None` where the bars themselves are of all.
    pub fn among_counts(&self) -> Option<Vec<u64>> {
        let filter = self.among_filter(self.filter_of_bars())?;
        let bars = self.bars.as_ref()?;
        let among = self.among.as_ref().filter(|among| among.filter == filter && among.bars.step == bars.step);
        let count = |bar: usize| {
            let among = among?;
            let at = bars.borders[bar];
            let place = among.bars.place_of(at);
            // The next bar may have begun since; it is here in a moment.
            (among.bars.borders.get(place) == Some(&at)).then(|| among.bars.total(place))
        };
        Some((0..bars.len()).map(|bar| count(bar).unwrap_or(0).max(bars.total(bar))).collect())
    }
}
