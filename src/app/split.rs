//! What the bars of the timeline are split by: outcome, class of the status, or the values of a field.

use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::{Answer, Question, Want};
use crate::model::answer::Facet;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::period::TimeRange;
use crate::query::{Clause, Filter, Target, Test};

use super::event::{At, Effect, Purpose};
use super::history::ViewPoint;
use super::picker::{Picked, PickerItem};
use super::state::State;

/// What the bars are split by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Split {
    /// All requests, and those that failed.
    #[default]
    Outcome,
    /// Statuses by their first digit.
    StatusClass,
    /// The most frequent values of a field, and all others.
    Field(FieldRef),
}

/// One part of the bars, besides the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its value; `None` where the field has none.
    pub value: Option<Vec<u8>>,
    /// Which records are in it.
    pub clause: Clause,
}

impl Part {
    /// Its value in words; not yet safe for a terminal.
    pub fn name(&self) -> String {
        self.value.as_deref().map_or_else(|| "(none)".into(), |value| String::from_utf8_lossy(value).into_owned())
    }
}

/// Values of a field that have bars of their own.
pub const PARTS: usize = 5;

/// Statuses by their first digit; all others are rare.
const CLASSES: std::ops::RangeInclusive<i64> = 2..=5;

/// Fields by which bars are split most often, the most useful first.
const USEFUL: [Field; 13] = [
    Field::Client,
    Field::Endpoint,
    Field::Status,
    Field::Method,
    Field::Interface,
    Field::Collection,
    Field::CollectionType,
    Field::GatewayCode,
    Field::Failure,
    Field::ErrorType,
    Field::Host,
    Field::Ip,
    Field::Path,
];

/// What the word for classes of statuses is.
pub const STATUS_CLASS: &str = "status-class";

impl Split {
    /// Reads what it is written as: `outcome`, `status-class`, or a field.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
            "outcome" => Some(Self::Outcome),
            STATUS_CLASS => Some(Self::StatusClass),
            _ => FieldRef::find(text.trim()).map(Self::Field),
        }
    }

    /// As it is read.
    pub fn name(&self) -> String {
        match self {
            Self::Outcome => "outcome".into(),
            Self::StatusClass => STATUS_CLASS.into(),
            Self::Field(field) => field.to_string(),
        }
    }

    /// Rows of bars at most: all and failures, or one for each part and one for the others.
    pub fn most_rows(&self) -> u16 {
        match self {
            Self::Outcome => 2,
            Self::StatusClass => CLASSES.count() as u16 + 1,
            Self::Field(_) => PARTS as u16 + 1,
        }
    }

    /// What has to be asked before its parts are known.
    pub fn want(&self) -> Option<Want> {
        let Self::Field(field) = self else { return None };
        // A filter on the field itself says which of its values there are to be seen.
        let fields = vec![FacetField { in_view: true, ..FacetField::new(field.clone(), PARTS) }];
        Some(Want::Facets(FacetsWant { fields, with_totals: false }))
    }

    /// Its parts, once the answer to that is there.
    pub fn parts(&self, answer: Option<&Answer>) -> Vec<Part> {
        let part = |value: Option<&[u8]>, field: FieldRef, test: Test| Part {
            value: value.map(<[u8]>::to_vec),
            clause: Clause { target: Target::Field(field), any_of: vec![test] },
        };
        match self {
            Self::Outcome => Vec::new(),
            Self::StatusClass => CLASSES
                .map(|class| {
                    let test = Test::Range(class * 100, class * 100 + 99);
                    part(Some(format!("{class}xx").as_bytes()), Field::Status.into(), test)
                })
                .collect(),
            Self::Field(field) => {
                let facet = answer.and_then(Answer::facets).and_then(<[_]>::first);
                let values = facet.map(|facet| facet.values.as_slice()).unwrap_or_default();
                let of_value = |value: Option<&[u8]>| part(value, field.clone(), Test::of_value(field, value));
                values.iter().take(PARTS).map(|value| of_value(value.value.as_deref())).collect()
            }
        }
    }
}

/// Rows of bars for the values of a field, and one for the others.
fn rows_of(facet: &Facet) -> u16 {
    facet.values.len().min(PARTS) as u16 + u16::from(facet.other_values > 0)
}

impl State {
    /// The parts of the bars, as far as they are known. Those of a field are drawn once there are rows for them.
    pub fn split_parts(&self) -> Vec<Part> {
        match &self.split {
            Split::Field(_) if self.split_rows().is_none() => Vec::new(),
            Split::Field(_) => {
                let known = self.split_values.as_ref().filter(|(view, _)| *view == self.view_point());
                known.map(|(_, parts)| parts.clone()).unwrap_or_default()
            }
            split => split.parts(None),
        }
    }

    /// Asks which values of the field are the most frequent in this view; they stay while it is shown.
    pub fn ask_split(&mut self) -> Vec<Effect> {
        let is_known = self.split_values.as_ref().is_some_and(|(view, _)| *view == self.view_point());
        let Some(want) = self.split.want().filter(|_| !is_known) else { return Vec::new() };
        let question = self.question(vec![want]);
        vec![Effect::Ask(self.ask_id(Purpose::Split), self.at(), Box::new(question))]
    }

    /// Takes in which values those are.
    pub(super) fn take_split(&mut self, answer: &Answer) -> Vec<Effect> {
        self.split_values = Some((self.view_point(), self.split.parts(Some(answer))));
        let was_known = self.split_rows().is_some();
        let mut effects = self.ask_split_size(answer);
        if effects.is_empty() {
            effects = self.refresh_view();
            // The next run begins with as many rows.
            effects.extend(if was_known { Vec::new() } else { self.remember() });
        }
        effects
    }

    /// Finds out how many rows of bars the field can have here. Where a view has as many as there can be, that is
    /// known; else all that the source has is asked, once.
    fn ask_split_size(&mut self, answer: &Answer) -> Vec<Effect> {
        if self.split_rows().is_some() {
            return Vec::new();
        }
        let Some(want) = self.split.want() else { return Vec::new() };
        if let Some(facet) = answer.facets().and_then(<[_]>::first).filter(|facet| facet.other_values > 0) {
            self.split_size = Some((facet.field.clone(), rows_of(facet)));
            return Vec::new();
        }
        let source = self.source().map(|source| source.name.clone());
        let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source, wants: vec![want] };
        vec![Effect::Ask(self.ask_id(Purpose::SplitSize), At::Newest, Box::new(question))]
    }

    /// Takes in how many those are; the bars can be drawn now.
    pub(super) fn take_split_size(&mut self, answer: &Answer) -> Vec<Effect> {
        // Where the split has changed meanwhile, it is not taken for that of the new one.
        let facet = answer.facets().and_then(<[_]>::first);
        self.split_size = facet.map(|facet| (facet.field.clone(), rows_of(facet)));
        if self.split_rows().is_none() {
            return Vec::new();
        }
        let mut effects = self.refresh_view();
        effects.extend(self.remember());
        effects
    }

    /// Takes down that it could not be found out: there is room for all then.
    pub(super) fn without_split_size(&mut self) -> Vec<Effect> {
        let Split::Field(field) = &self.split else { return Vec::new() };
        self.split_size = Some((field.clone(), self.split.most_rows()));
        self.refresh_view()
    }

    /// Rows of bars that the field can have in this source, once that is known.
    pub(super) fn split_rows(&self) -> Option<u16> {
        let (field, rows) = self.split_size.as_ref()?;
        matches!(&self.split, Split::Field(split) if split == field).then_some(*rows)
    }

    /// What the marked span has of each part, and of the others.
    pub fn marked_parts(&self) -> Vec<(String, u64)> {
        let (Some(bars), Some((first, last))) = (&self.bars, self.marked_bars()) else { return Vec::new() };
        if self.bar_parts.is_empty() || self.bar_parts.len() != bars.series.len() {
            return Vec::new();
        }
        let of_parts = self.bar_parts.iter().zip(&bars.series);
        let mut parts: Vec<(String, u64)> =
            of_parts.map(|(part, counts)| (part.name(), counts[first..=last].iter().sum())).collect();
        parts.push(("others".into(), (first..=last).map(|bar| bars.other(bar)).sum()));
        parts.retain(|(_, count)| *count > 0);
        parts
    }

    /// Splits the bars by something else.
    pub fn split_by(&mut self, split: Split) -> Vec<Effect> {
        let view = ViewPoint { split, ..self.view_point() };
        self.show(view)
    }

    /// What the bars can be split by: outcome, class, then every field. Until something is typed, those
    /// that are different for each request come last.
    pub(super) fn split_items(&self, fields: &[FieldRef], typed: &str) -> Vec<PickerItem> {
        let own = [
            ("Outcome", "all, and those that failed", Split::Outcome),
            ("Status class", "2xx, 3xx, 4xx, 5xx", Split::StatusClass),
        ];
        let is_meant = |label: &str| label.to_lowercase().contains(&typed.to_lowercase());
        let own = own.into_iter().filter(|(label, ..)| is_meant(label)).map(|(label, note, split)| PickerItem {
            label: label.into(),
            note: note.into(),
            picked: Picked::Split(split),
        });
        let mut fields = fields.to_vec();
        if typed.is_empty() {
            let is_seen = |field: &FieldRef| self.table.rows.iter().any(|row| row.bytes(field).is_some());
            let place = |field: &FieldRef| USEFUL.iter().position(|useful| field.known() == Some(*useful));
            fields.sort_by_cached_key(|field| {
                let is_each = matches!(field.kind(), Kind::Id | Kind::Handle);
                (is_each, field.known().is_some() && !is_seen(field), place(field).unwrap_or(USEFUL.len()))
            });
        }
        let fields = self.pane_items(&fields, typed).into_iter().filter_map(|item| match item.picked {
            Picked::Pane(field) if field.kind() != Kind::Time && field != FieldRef::Known(Field::Outcome) => {
                let note = field.to_string();
                Some(PickerItem { note, picked: Picked::Split(Split::Field(field)), ..item })
            }
            _ => None,
        });
        own.chain(fields).collect()
    }
}
