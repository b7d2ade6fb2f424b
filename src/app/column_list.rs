//! The list of columns: all that could be shown, ticked where they are, in their order.

use std::collections::{HashMap, HashSet};

use tui_input::Input;

use crate::engine::{Answer, Want};
use crate::model::field::{Field, FieldRef};
use crate::model::view_spec::{ColumnContent, ColumnSpec, ColumnWidth};
use crate::query::{Filter, Test};

use super::column_changes::ColumnChanges;
use super::event::{Effect, Purpose};
use super::fuzzy;
use super::state::{Layer, State};

/// Attributes of which it is asked how many requests have them, besides those that are shown: each is
/// counted by itself.
const COUNTED: usize = 100;

/// The list of columns.
#[derive(Debug, Clone, Default)]
pub struct ColumnList {
    /// All that could be shown; those that are stand in the order of the table.
    pub items: Vec<ColumnItem>,
    /// The line under the cursor, among those that match.
    pub cursor: usize,
    /// What the list is narrowed to.
    pub narrow: Input,
    /// The places of the items that match it, in the order of the columns. The list may be long: they are
    /// found when something is typed.
    matching: Vec<usize>,
    /// Whether that is being typed.
    pub is_typing: bool,
    /// The fields of which that was asked last.
    pub asked: Vec<FieldRef>,
    /// How many requests of the view have a value, as far as that is known.
    pub presence: HashMap<FieldRef, u64>,
    /// Of how many, at the same moment.
    pub of: u64,
}

/// A column that could be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnItem {
    /// Which, and how wide.
    pub spec: ColumnSpec,
    /// Whether it is shown.
    pub is_shown: bool,
    /// Its title.
    pub title: String,
}

impl ColumnList {
    /// A list of items, all of them.
    pub fn of(items: Vec<ColumnItem>) -> Self {
        Self { matching: (0..items.len()).collect(), items, ..Self::default() }
    }

    /// The places of the items that match what is typed, in the order of the columns.
    pub fn lines(&self) -> &[usize] {
        &self.matching
    }

    /// Takes other items in.
    fn set_items(&mut self, items: Vec<ColumnItem>) {
        self.items = items;
        self.matching = self.ranked();
        self.matching.sort_unstable();
    }

    /// Finds what matches what was typed, and puts the cursor on the best.
    pub fn typed(&mut self) {
        self.matching = self.ranked();
        let best = self.matching.first().copied();
        self.matching.sort_unstable();
        self.cursor = self.matching.iter().position(|place| Some(*place) == best).unwrap_or(0);
    }

    /// The whole list again; the cursor stays on its item.
    pub fn widen(&mut self) {
        let current = self.current();
        self.narrow = Input::default();
        self.matching = (0..self.items.len()).collect();
        self.cursor = current.unwrap_or(0);
    }

    fn ranked(&self) -> Vec<usize> {
        fuzzy::ranked_by(self.narrow.value(), self.items.len(), |place, text| {
            let item = &self.items[place];
            text.push_str(&item.title);
            text.push(' ');
            text.push_str(&item.spec.content.name());
        })
    }

    /// The place of the item under the cursor.
    pub fn current(&self) -> Option<usize> {
        let lines = self.lines();
        lines.get(self.cursor.min(lines.len().checked_sub(1)?)).copied()
    }

    /// Moves the cursor by so many lines.
    pub fn move_by(&mut self, delta: i64) {
        let last = self.lines().len().saturating_sub(1) as i64;
        self.cursor = (self.cursor.min(last as usize) as i64).saturating_add(delta).clamp(0, last) as usize;
    }

    /// The columns that are shown.
    pub fn chosen(&self) -> Vec<ColumnSpec> {
        self.items.iter().filter(|item| item.is_shown).map(|item| item.spec.clone()).collect()
    }

    /// The fields whose values are counted: every record has the others.
    fn counted_fields(&self) -> Vec<FieldRef> {
        let has_always =
            |field: &FieldRef| matches!(field.known(), Some(Field::Key | Field::Time | Field::Outcome | Field::Source));
        let is_own = |item: &&ColumnItem| item.is_shown || item.spec.content.field().known().is_some();
        let (own, attributes): (Vec<&ColumnItem>, Vec<&ColumnItem>) = self.items.iter().partition(is_own);
        let counted = own.into_iter().chain(attributes.into_iter().take(COUNTED));
        let mut fields: Vec<FieldRef> =
            counted.map(|item| item.spec.content.field()).filter(|field| !has_always(field)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Ticks or unticks the item under the cursor; not the last that is ticked.
    pub fn tick(&mut self) -> bool {
        let Some(place) = self.current() else { return false };
        let shown = self.items.iter().filter(|item| item.is_shown).count();
        if self.items[place].is_shown && shown == 1 {
            return false;
        }
        self.items[place].is_shown = !self.items[place].is_shown;
        true
    }

    /// Moves the item under the cursor past the next one that is shown; the cursor goes along.
    pub fn move_item(&mut self, delta: i64) {
        let Some(from) = self.current() else { return };
        let is_stop = |place: &usize| self.items[*place].is_shown;
        let to = if delta > 0 { (from + 1..self.items.len()).find(is_stop) } else { (0..from).rev().find(is_stop) };
        // Behind the last one that is shown there is nothing to pass.
        let Some(to) = to else { return };
        let mut items = std::mem::take(&mut self.items);
        let item = items.remove(from);
        items.insert(to, item);
        self.set_items(items);
        self.cursor = self.lines().iter().position(|place| *place == to).unwrap_or(self.cursor);
    }
}

impl State {
    /// All columns that could be shown: those that are, the source's own at other widths, then every
    /// field, those without a value in the rows at hand last.
    pub fn list_columns(&self) -> ColumnList {
        let Some(view) = self.view_spec() else { return ColumnList::default() };
        let (mut items, mut listed) = (Vec::new(), HashSet::new());
        let mut add = |spec: ColumnSpec, is_shown: bool| {
            if listed.insert(spec.content.clone()) {
                items.push(ColumnItem { title: view.title(&spec.content), spec, is_shown });
            }
        };
        for spec in self.all_columns() {
            add(spec, true);
        }
        for set in &view.columns {
            for spec in ColumnChanges::default().apply(set) {
                add(spec, false);
            }
        }
        let plain = |field: FieldRef| ColumnSpec { content: ColumnContent::Field(field), width: ColumnWidth::Natural };
        let attributes = self.attribute_fields();
        let known = Field::all().map(FieldRef::from);
        let is_seen = |field: &FieldRef| self.table.rows.iter().any(|row| row.bytes(field).is_some());
        let (seen, unseen): (Vec<FieldRef>, Vec<FieldRef>) = known.partition(is_seen);
        for field in seen.into_iter().chain(attributes).chain(unseen) {
            add(plain(field), false);
        }
        ColumnList::of(items)
    }

    /// Lists the attributes that became known while the list is open.
    pub(super) fn list_attributes(&mut self) -> Vec<Effect> {
        if self.column_list().is_none() {
            return Vec::new();
        }
        let items = self.list_columns().items;
        let Some(list) = self.column_list().filter(|list| list.items.len() != items.len()) else { return Vec::new() };
        let current = list.current().map(|place| list.items[place].spec.content.clone());
        list.set_items(items);
        let is_current = |place: &usize| Some(&list.items[*place].spec.content) == current.as_ref();
        list.cursor = list.lines().iter().position(is_current).unwrap_or(list.cursor);
        self.ask_presence()
    }

    /// Asks how many requests of the view have each column's value.
    pub fn ask_presence(&mut self) -> Vec<Effect> {
        let all = self.question(vec![Want::Count]);
        let Some(list) = self.column_list() else { return Vec::new() };
        list.asked = list.counted_fields();
        let by_field = list.asked.iter().map(|field| {
            let mut question = all.clone();
            let missing = Filter::field(field.clone(), Test::Missing);
            question.filter = question.filter.and(Filter::Not(Box::new(missing)));
            question
        });
        let questions = [all.clone()].into_iter().chain(by_field).collect();
        vec![Effect::AskAll(self.ask_id(Purpose::Columns), self.at(), questions)]
    }

    /// Takes in how many requests have each column's value; a column that has one is not folded.
    pub fn take_presence(&mut self, answers: &[Answer]) {
        // Something else, the help for example, may lie over the list.
        let list = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Columns(list) => Some(list),
            _ => None,
        });
        let Some((list, (all, answers))) = list.zip(answers.split_first()) else { return };
        list.of = all.count().unwrap_or(0);
        let counts = list.asked.iter().zip(answers);
        let counts: HashMap<FieldRef, u64> =
            counts.filter_map(|(field, answer)| Some((field.clone(), answer.count()?))).collect();
        list.presence.clone_from(&counts);
        let has_value = |(_, count): &(&FieldRef, &u64)| **count > 0;
        let filled: Vec<ColumnContent> =
            counts.iter().filter(has_value).map(|(field, _)| ColumnContent::Field(field.clone())).collect();
        self.filled.extend(filled);
    }
}
