//! The same of a query that is typed on the screen: its readings are counted, and what they show is told.

use crate::app::event::{Effect, Purpose};
use crate::app::prompt::Prompt;
use crate::app::state::State;
use crate::base::time::Timestamp;
use crate::engine::{Answer, Question, Want};
use crate::model::period::TimeRange;
use crate::query::{self, Doubt, Filter, Parsed, Reading, Shown};

use super::judge::{as_note, first_shown, told, whole_of_all};

/// More readings than these are not counted while somebody types.
const COUNTED: usize = 8;

/// A query on the screen whose readings are counted.
#[derive(Debug, Clone)]
pub struct AskedDoubts {
    parsed: Parsed,
    now: Timestamp,
    /// What is counted.
    filters: Vec<Filter>,
    /// What was said of it already.
    said: Vec<String>,
}

impl State {
    /// Asks how many requests the doubtful readings of a query keep, of a period or of that of the view.
    pub(in crate::app) fn ask_doubts(
        &mut self,
        parsed: &Parsed,
        range: Option<TimeRange>,
        said: Vec<String>,
    ) -> Vec<Effect> {
        self.forget(Purpose::Doubts);
        if parsed.doubts.is_empty() {
            return Vec::new();
        }
        let now = self.clock();
        let reading = Reading { now, zone: self.zone, read_ids: None };
        let mut filters = vec![parsed.filter.clone()];
        for doubt in parsed.doubts.iter().take(COUNTED) {
            let whole = doubt.error.whole.as_deref().and_then(|whole| query::parse_with(whole, reading).ok());
            filters.extend([doubt.read.clone(), doubt.meant.clone()]);
            filters.extend(whole.map(|whole| whole.filter));
        }
        // Those of one value are put right one way or the other; of several values all may be told at once.
        let mut apart: Vec<&Doubt> = Vec::new();
        for doubt in parsed.doubts.iter().take(COUNTED) {
            if apart.iter().all(|known| known.error.span != doubt.error.span) {
                apart.push(doubt);
            }
        }
        let all = whole_of_all(&apart).and_then(|whole| query::parse_with(&whole, reading).ok());
        filters.extend(all.map(|all| all.filter));
        let question = self.question(vec![Want::Count]);
        let range = range.unwrap_or(question.range);
        let ask = |filter: &Filter| Question { filter: filter.clone(), range, ..question.clone() };
        let questions = filters.iter().map(ask).collect();
        self.doubts_asked = Some(AskedDoubts { parsed: parsed.clone(), now, filters, said });
        vec![Effect::AskAll(self.ask_id(Purpose::Doubts), self.at(), questions)]
    }

    /// Takes in what the readings keep: it is told beside a query that is typed, or of the one that was.
    pub(in crate::app) fn take_doubts(&mut self, answers: &[Answer]) {
        let Some(AskedDoubts { mut parsed, now, filters, said }) = self.doubts_asked.take() else { return };
        let counts: Vec<u64> = answers.iter().map(|answer| answer.count().unwrap_or_default()).collect();
        let count = |filter: &Filter| {
            let at = filters.iter().position(|counted| counted == filter);
            at.and_then(|at| counts.get(at)).copied().unwrap_or_default()
        };
        parsed.doubts.truncate(COUNTED);
        // A value that is still typed is a part of others.
        let is_typed = self.prompt.as_ref().is_some_and(Prompt::is_query);
        parsed.doubts.retain(|doubt| !is_typed || doubt.shown != Shown::Part || count(&doubt.meant) > 0);
        let reading = Reading { now, zone: self.zone, read_ids: None };
        let shown = first_shown(&parsed, &count).map(|error| as_note(&error));
        let told: Vec<String> = shown.into_iter().chain(told(&parsed, reading, &count)).collect();
        match self.prompt.as_mut().filter(|prompt| prompt.is_query()) {
            Some(prompt) => prompt.doubts = told,
            None if !told.is_empty() => self.say(told.into_iter().chain(said).collect::<Vec<_>>().join("; ")),
            None => {}
        }
    }
}
