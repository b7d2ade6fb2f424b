//! The fields that can be chosen: those of the table, and the attributes that the source's requests have.

use crate::base::units;
use crate::engine::{Answer, Want};
use crate::model::field::{FIELDS, Field, FieldRef, nearest};
use crate::model::zone::TypedTimeError;

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
        self.list_picker_items();
        self.list_attributes()
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

    /// What a pane can be of, what is typed first of all; while nothing is typed the field of the current
    /// column first, then what no pane shows, then fields that no row at hand has.
    pub(super) fn pane_items(&self, typed: &str) -> Vec<PickerItem> {
        let shown = self.panes.fields(self.view_spec());
        let pane_of = |field: &FieldRef| shown.iter().position(|own| own == field);
        let is_seen = |field: &FieldRef| self.table.rows.iter().any(|row| row.bytes(field).is_some());
        let column = self.current_column().map(|column| column.content.field());
        let mut fields: Vec<FieldRef> = Field::all().map(FieldRef::from).chain(self.attribute_fields()).collect();
        let order = |field: &FieldRef| {
            let is_attribute = matches!(field, FieldRef::Attribute(_));
            (column.as_ref() != Some(field), pane_of(field).is_some(), !is_attribute && !is_seen(field))
        };
        fields.sort_by_key(|field| order(field));
        let named = FieldRef::find(typed).filter(|field| matches!(field, FieldRef::Attribute(_)));
        fields.extend(named.filter(|field| !fields.contains(field)));
        let label = |field: &FieldRef| self.view_spec().map(|view| view.label(field)).unwrap_or_default();
        let note = |field: &FieldRef| match pane_of(field) {
            Some(place) => format!("{field} · pane {}", place + 2),
            None => field.to_string(),
        };
        let mut items: Vec<PickerItem> = fields
            .into_iter()
            .map(|field| PickerItem { label: label(&field), note: note(&field), picked: Picked::Pane(field) })
            .collect();
        if self.panes.chosen.is_some() {
            let (label, note) = ("The source's own panes".into(), "as they were at first".into());
            items.push(PickerItem { label, note, picked: Picked::OwnPanes });
        }
        let mut places = fuzzy::ranked(typed, items.iter().map(|item| format!("{} {}", item.label, item.note)));
        // What a field is also called finds it, too. Attributes may be many, and have one name each.
        let is_also = |item: &PickerItem| match &item.picked {
            Picked::Pane(FieldRef::Known(field)) => {
                field.spec().aliases.iter().any(|alias| alias.starts_with(&typed.to_lowercase()))
            }
            _ => false,
        };
        let also = (0..items.len()).filter(|place| is_also(&items[*place]) && !places.contains(place));
        let also: Vec<usize> = also.collect();
        places.extend(also);
        let is_whole = |item: &PickerItem| item.label.eq_ignore_ascii_case(typed) || item.note == typed;
        let mut items: Vec<PickerItem> = places.into_iter().map(|place| items[place].clone()).collect();
        items.sort_by_key(|item| !is_whole(item));
        items
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
                    None => format!("no request of {} is known to have it", self.effective_period().label(self.zone)),
                };
                vec!["what the source sent beyond the fields".into(), count]
            }
        }
    }

    /// What a text that is no field is answered.
    pub(super) fn no_field(typed: &str) -> TypedTimeError {
        let hint = match nearest(typed.trim(), FIELDS.iter().map(|spec| spec.name)) {
            Some(close) => format!("did you mean {close}?"),
            None => "write some letters of a field, or attributes.NAME".into(),
        };
        TypedTimeError::new(format!("there is no field “{}”", typed.trim()), hint, 0..typed.len())
    }
}
