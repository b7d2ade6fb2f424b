//! The fields that can be chosen: those of the table, and the attributes that the source's requests have.

use crate::base::spelling::nearest;
use crate::base::units;
use crate::engine::{Answer, Question, Want};
use crate::model::answer::Attributes;
use crate::model::field::{FIELDS, Field, FieldRef};
use crate::model::zone::TypedTimeError;
use crate::query::{self, Filter, QueryError, Reading, Test};

use super::event::{Effect, Purpose};
use super::fuzzy;
use super::picker::{Picked, PickerItem};
use super::state::State;

impl State {
    /// Asks which attributes the requests of the period have.
    pub(super) fn ask_attributes(&mut self) -> Vec<Effect> {
        let question = self.question(vec![Want::Attributes]);
        vec![Effect::Ask(self.ask_id(Purpose::Attributes), self.at(), Box::new(question))]
    }

    /// Takes them in, for the lists that are open, too.
    pub(super) fn take_attributes(&mut self, answer: &Answer) -> Vec<Effect> {
        self.attributes = answer.attributes().cloned().unwrap_or_default();
        self.list_picker_fields();
        self.offer_attributes();
        self.list_attributes()
    }

    /// Asks which of the fields no request of the view has: of those that rows at hand have it is known.
    pub(super) fn ask_absent(&mut self) -> Vec<Effect> {
        let all = self.question(vec![Want::Count]);
        let with = |field: FieldRef| Question {
            filter: all.filter.clone().and(Filter::Not(Box::new(Filter::field(field, Test::Missing)))),
            ..all.clone()
        };
        self.absent_asked = self.unseen_fields();
        let questions = self.absent_asked.iter().cloned().map(with).collect();
        vec![Effect::AskAll(self.ask_id(Purpose::Absent), self.at(), questions)]
    }

    /// Takes in which these are.
    pub(super) fn take_absent(&mut self, answers: &[Answer]) {
        let fields = std::mem::take(&mut self.absent_asked);
        let absent = fields.into_iter().zip(answers).filter(|(_, answer)| answer.count() == Some(0));
        let absent = absent.map(|(field, _)| field).collect();
        if let Some(picker) = &mut self.picker {
            picker.absent = absent;
        }
        self.list_picker_items();
    }

    /// The fields that no row at hand has.
    fn unseen_fields(&self) -> Vec<FieldRef> {
        let is_seen = |field: &FieldRef| self.table.rows.iter().any(|row| row.bytes(field).is_some());
        Field::all().map(FieldRef::from).filter(|field| !is_seen(field)).collect()
    }

    /// The attributes that are known: of the period's requests, and of the rows at hand.
    pub(super) fn attribute_fields(&self) -> Vec<FieldRef> {
        let mut paths: Vec<&str> = self.attributes.names.iter().map(|(path, _)| path.as_str()).collect();
        paths
            .extend(self.table.rows.iter().flat_map(|row| row.record.attributes.iter().map(|(path, _)| path.as_ref())));
        paths.sort_unstable();
        paths.dedup();
        paths.into_iter().map(|path| FieldRef::Attribute(path.to_owned())).collect()
    }

    /// The fields that a pane can be of: that of the current column first, then what no pane shows, then
    /// fields that no row at hand has.
    pub(super) fn choosable_fields(&self) -> Vec<FieldRef> {
        let shown = self.panes.fields(self.view_spec());
        let is_seen = |field: &FieldRef| self.table.rows.iter().any(|row| row.bytes(field).is_some());
        let column = self.current_column().map(|column| column.content.field());
        let mut fields: Vec<FieldRef> = Field::all().map(FieldRef::from).chain(self.attribute_fields()).collect();
        fields.sort_by_cached_key(|field| {
            let is_attribute = matches!(field, FieldRef::Attribute(_));
            (column.as_ref() != Some(field), shown.contains(field), !is_attribute && !is_seen(field))
        });
        fields
    }

    /// Those of the fields that go with what is typed, best first. Attributes may be many: only those that
    /// do are made an item.
    pub(super) fn pane_items(&self, fields: &[FieldRef], typed: &str) -> Vec<PickerItem> {
        let shown = self.panes.fields(self.view_spec());
        let named = FieldRef::find(typed).filter(|field| field.known().is_none() && !fields.contains(field));
        let field_at = |place: usize| fields.get(place).or(named.as_ref());
        let count = fields.len() + usize::from(named.is_some());
        let mut places = fuzzy::ranked_by(typed, count, |place, text| match field_at(place) {
            Some(FieldRef::Attribute(path)) => text.extend([path.as_str(), " attributes.", path.as_str()]),
            Some(field) => text.extend([self.label_of(field).as_str(), " ", field.name().as_ref()]),
            None => {}
        });
        // What a field is also called finds it, too. Attributes have one name each.
        let is_also = |field: &FieldRef| {
            let aliases = field.known().map_or(&[][..], |field| field.spec().aliases);
            aliases.iter().any(|alias| alias.starts_with(&typed.to_lowercase()))
        };
        let also = (0..count).filter(|place| field_at(*place).is_some_and(is_also) && !places.contains(place));
        let also: Vec<usize> = also.collect();
        places.extend(also);
        let mut items: Vec<PickerItem> =
            places.into_iter().filter_map(field_at).map(|field| self.pane_item(field, &shown)).collect();
        if self.panes.chosen.is_some() {
            let (label, note) = ("The source's own panes".to_owned(), "as they were at first".to_owned());
            if !fuzzy::ranked(typed, &[format!("{label} {note}")]).is_empty() {
                items.push(PickerItem { label, note, picked: Picked::OwnPanes });
            }
        }
        // What is typed in full comes first of all; a name that no request is known to have, behind those that
        // go on from there.
        let rank = |item: &PickerItem| match (&named, &item.picked) {
            (Some(own), Picked::Pane(field)) if own == field => 1,
            (Some(_), Picked::Pane(field)) if field.name().starts_with(typed) => 0,
            (None, _) if item.label.eq_ignore_ascii_case(typed) || item.note == typed => 0,
            _ => 2,
        };
        // Of handles each request has its own: who writes “key” looks for another one.
        let is_handle =
            |item: &PickerItem| matches!(&item.picked, Picked::Pane(field) if field.known() == Some(Field::Key));
        items.sort_by_key(|item| (!typed.is_empty() && is_handle(item), rank(item)));
        items
    }

    fn label_of(&self, field: &FieldRef) -> String {
        self.view_spec().map(|view| view.label(field)).unwrap_or_default()
    }

    fn pane_item(&self, field: &FieldRef, shown: &[FieldRef]) -> PickerItem {
        let is_absent = self.picker.as_ref().is_some_and(|picker| picker.absent.contains(field));
        let note = match shown.iter().position(|own| own == field) {
            _ if is_absent => format!("{field} · no value here"),
            Some(place) => format!("{field} · pane {}", place + 2),
            None => field.to_string(),
        };
        PickerItem { label: self.label_of(field), note, picked: Picked::Pane(field.clone()) }
    }

    /// A field, explained.
    pub(super) fn field_words(&self, field: &FieldRef) -> Vec<String> {
        match field {
            FieldRef::Known(field) => vec![field.spec().about.to_owned()],
            FieldRef::Attribute(path) => {
                let known = self.attributes.names.iter().find(|(own, _)| own == path);
                let count = match known {
                    Some((_, count)) => {
                        let (noun, verb) = if *count == 1 { ("request", "has") } else { ("requests", "have") };
                        format!(
                            "{} {noun} of {} {verb} it",
                            units::count(*count),
                            self.effective_period().label(self.zone)
                        )
                    }
                    None if self.table.rows.iter().any(|row| row.bytes(field).is_some()) => {
                        "requests in sight have it".into()
                    }
                    None => match self.attributes.more_words() {
                        Some(more) => format!("it is not in the list: {more}"),
                        None => {
                            format!("no request of {} is known to have it", self.effective_period().label(self.zone))
                        }
                    },
                };
                vec!["what the source sent beyond the fields".into(), count]
            }
        }
    }

    /// What a text that is no field is answered.
    pub(super) fn no_field(&self, typed: &str) -> TypedTimeError {
        let hint = match nearest(typed.trim(), FIELDS.iter().map(|spec| spec.name)) {
            Some(close) => format!("did you mean {close}?"),
            None => "write some letters of a field, or attributes.NAME".into(),
        };
        let hint = match self.attributes.more_words() {
            Some(more) => format!("{hint} ({more})"),
            None => hint,
        };
        TypedTimeError::new(format!("there is no field “{}”", typed.trim()), hint, 0..typed.len())
    }
}

/// The error of a query, whose whole names only attributes that were sent, where all of them are known.
pub(super) fn by_names(error: QueryError, text: &str, reading: Reading<'_>, sent: &Attributes) -> QueryError {
    if sent.has_more || sent.names.is_empty() {
        return error;
    }
    let names: Vec<&str> = sent.names.iter().map(|(name, _)| name.as_str()).collect();
    query::by_names_sent(error, text, reading, &names)
}
