//! To a time: the request that is nearest to it comes under the cursor.

use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::question::{Anchor, PageWant, Sort};
use crate::engine::{Answer, Question, Want};
use crate::model::answer::Cursor;
use crate::model::field::Field;
use crate::model::handle::Seq;
use crate::model::period::{Period, TimeRange};
use crate::model::record::StoredRecord;

use super::action::Action;
use super::event::{Effect, Purpose};
use super::keymap::Place;
use super::picker::both_clocks;
use super::state::{Focus, State};
use super::table::Wanted;

/// Seconds on both sides of a time that is outside of the period: that much is shown then.
pub(super) const AROUND: i64 = 1_800;

/// A jump whose answer is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// To this time.
    pub at: Timestamp,
    /// So many digits of whose second are known.
    pub digits: u8,
    /// A request of this span rather than one that is nearer.
    pub within: TimeRange,
    /// Whether the order was another one before.
    pub was_sorted: bool,
    /// Whether the period was another one before.
    pub is_other_period: bool,
    /// Whether the view has no request, and the nearest one of any time is looked for.
    pub is_farther: bool,
}

impl State {
    /// Goes to the request of the view that is nearest to a time. In another order than that of time
    /// there is no such place: the order becomes that of time.
    pub fn jump_to(&mut self, at: Timestamp, digits: u8) -> Vec<Effect> {
        self.jump(at, digits, TimeRange::ALL)
    }

    /// The same to a time that may be outside of the period: then the period becomes that around it.
    pub fn jump_anywhere(&mut self, at: Timestamp, digits: u8) -> Vec<Effect> {
        if self.range().contains(at) {
            return self.jump_to(at, digits);
        }
        let period = Period::Between(Some(at.plus_secs(-AROUND)), Some(at.plus_secs(AROUND)));
        let mut view = self.view_point();
        (view.period, view.is_period_on) = (period, true);
        let mut effects = self.show(view);
        effects.extend(self.jump(at, digits, TimeRange::ALL));
        if let Some(jump) = &mut self.jump {
            jump.is_other_period = true;
        }
        effects
    }

    /// The same, to a request of a span where there is one.
    pub fn jump_within(&mut self, at: Timestamp, within: TimeRange) -> Vec<Effect> {
        self.jump(at, 0, within)
    }

    fn jump(&mut self, at: Timestamp, digits: u8, within: TimeRange) -> Vec<Effect> {
        let was_sorted = self.sort.field.known() != Some(Field::Time);
        let mut effects = Vec::new();
        if was_sorted {
            let mut view = self.view_point();
            view.sort = Sort::default();
            effects.extend(self.show(view));
        }
        self.layers.clear();
        effects.extend(self.focus_on(Focus::Table));
        self.jump = Some(Jump { at, digits, within, was_sorted, is_other_period: false, is_farther: false });
        effects.push(self.ask_around(at, self.range()));
        effects
    }

    /// Asks for the row before a time and the one behind it.
    fn ask_around(&mut self, at: Timestamp, range: TimeRange) -> Effect {
        let cursor = Cursor { value: None, time: at, seq: Seq(if self.sort.descending { u64::MAX } else { 0 }) };
        let want = PageWant { sort: self.sort.clone(), at: Anchor::Around(cursor, 1), limit: 2 };
        let question = Question { range, ..self.question(vec![Want::Page(want)]) };
        Effect::Ask(self.ask_id(Purpose::JumpToTime), self.at(), Box::new(question))
    }

    /// Takes in which requests are around the time.
    pub(super) fn take_time_jump(&mut self, answer: Answer) -> Vec<Effect> {
        let Some(jump) = self.jump.take() else { return Vec::new() };
        let rows = answer.into_page().map(|page| page.rows).unwrap_or_default();
        let distance =
            |record: &StoredRecord| (!jump.within.contains(record.time()), record.time().since(jump.at).abs());
        let nearest = rows.into_iter().min_by_key(distance);
        let nearest = match nearest {
            Some(nearest) if !jump.is_farther => nearest,
            None if !jump.is_farther && self.range() != TimeRange::ALL => {
                self.jump = Some(Jump { is_farther: true, ..jump });
                return vec![self.ask_around(jump.at, TimeRange::ALL)];
            }
            found => {
                self.say(self.nothing_there_words(jump, found.map(|record| record.time())));
                return Vec::new();
            }
        };
        self.say(self.jump_words(jump, nearest.time()));
        let cursor = Cursor::of(&nearest, &self.sort.field);
        if !self.is_asking() && self.table.go_to(&cursor, self.table_height(), &self.sort) {
            return Vec::new();
        }
        self.table.is_following = false;
        self.table.want(Wanted::Cursor(cursor));
        self.ask_page()
    }

    /// That the view has no request, and when the nearest one is that only the period keeps out.
    fn nothing_there_words(&self, jump: Jump, nearest: Option<Timestamp>) -> String {
        let mut words: Vec<String> = self.other_period_words(jump).into_iter().collect();
        words.push(match nearest {
            Some(nearest) => format!("there is no request in this period; {}", self.nearest_words(jump, nearest)),
            None => {
                format!("there is no request in this view; {} was looked for", self.clocks_of(jump.at, jump.digits))
            }
        });
        words.join(" · ")
    }

    /// How far the nearest request is, and when it is.
    fn nearest_words(&self, jump: Jump, nearest: Timestamp) -> String {
        let (after, at) = (nearest.since(jump.at), self.clocks_of(nearest, 0));
        match after {
            // Sources that write whole seconds have nothing nearer.
            -999_999..=999_999 => format!("at {at}"),
            1_000_000.. => format!("the nearest request is {} later: {at}", units::age(after)),
            _ => format!("the nearest request is {} earlier: {at}", units::age(-after)),
        }
    }

    /// Which period it is now, where a jump has made it another one.
    fn other_period_words(&self, jump: Jump) -> Option<String> {
        let key = self.keymap.key_of(Place::Table, Action::ViewBack);
        let back = key.map(|key| format!("; {key} brings the one before back")).unwrap_or_default();
        jump.is_other_period.then(|| format!("the period is {}{back}", self.effective_period().label(self.zone)))
    }

    fn clocks_of(&self, at: Timestamp, digits: u8) -> String {
        both_clocks(at, self.zone, digits)
    }

    /// What came of a jump: where it is, and what stands between.
    fn jump_words(&self, jump: Jump, nearest: Timestamp) -> String {
        let (range, period) = (self.range(), self.effective_period().label(self.zone));
        let mut words = Vec::new();
        if jump.was_sorted {
            words.push("in the order of time now".to_owned());
        }
        if let Some(other) = self.other_period_words(jump) {
            words.push(other);
        } else if jump.at < range.from {
            words.push(format!("{} is before {period} begins", self.clocks_of(jump.at, jump.digits)));
        } else if !range.contains(jump.at) {
            words.push(format!("{} is behind the end of {period}", self.clocks_of(jump.at, jump.digits)));
        }
        words.push(self.nearest_words(jump, nearest));
        let moment = TimeRange::new(jump.at, jump.at.plus(1));
        words.extend(self.absences(moment).first().map(|absence| format!("missing there: {}", absence.reason)));
        words.join(" · ")
    }
}
