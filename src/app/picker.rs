//! Periods, zones, times to jump to and fields of panes: chosen from a list, or typed, with what is typed explained
//! meanwhile.

use std::collections::HashSet;

use chrono_tz::Tz;
use tui_input::Input;

use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::engine::{Answer, Question, Want};
use crate::model::field::FieldRef;
use crate::model::period::Period;
use crate::model::period_words::range_words;
use crate::model::spoken_time::{SpokenTime, read_time};
use crate::model::zone::{TypedTimeError, read_zone, zones_like};

use super::event::{Effect, Purpose};
use super::jump::AROUND;
use super::split::Split;
use super::state::State;

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerKind {
    /// The period of the view.
    Period,
    /// The zone of days and of the second clock.
    Zone,
    /// A time to go to.
    Jump,
    /// The field of a pane.
    Pane,
    /// What the bars are split by.
    Split,
}

/// A list and a line of text to choose with.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What is chosen.
    pub kind: PickerKind,
    /// What is typed.
    pub input: Input,
    /// The fields to choose from, in their order; there may be many.
    pub fields: Vec<FieldRef>,
    /// The fields that no request of the view has, as far as that is known.
    pub absent: HashSet<FieldRef>,
    /// What goes with what is typed: it is found when something is typed.
    pub items: Vec<PickerItem>,
    /// The item under the cursor.
    pub cursor: usize,
    /// Whether somebody moved there: then the item counts, not the text.
    pub is_chosen: bool,
    /// Whether Enter was pressed on what is not understood.
    pub is_refused: bool,
    /// How many requests of the view lie in the period at hand.
    pub count: Option<u64>,
}

/// What is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// A period.
    Period(Period),
    /// A zone.
    Zone(Tz),
    /// Another zone first.
    OtherZone,
    /// What the bars are split by.
    Split(Split),
    /// A time to go to.
    Time(SpokenTime),
    /// A pane of a field.
    Pane(FieldRef),
    /// The panes that the source shows by itself.
    OwnPanes,
}

/// An item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickerItem {
    /// In words.
    pub label: String,
    /// As it is typed, or what it is now.
    pub note: String,
    /// What it does.
    pub picked: Picked,
}

/// Periods as they are mostly wanted.
pub const PERIODS: &[&str] = &[
    "15m",
    "1h",
    "6h",
    "24h",
    "7d",
    "30d",
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "all",
];

const ZONES: &[Tz] = &[
    Tz::UTC,
    Tz::America__Los_Angeles,
    Tz::America__Denver,
    Tz::America__Chicago,
    Tz::America__New_York,
    Tz::America__Sao_Paulo,
    Tz::Europe__London,
    Tz::Europe__Berlin,
    Tz::Asia__Kolkata,
    Tz::Asia__Singapore,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
];

/// Zones that are offered while one is typed.
const MOST_ZONES: usize = 12;

/// Fields that are seen at once.
const MOST_FIELDS: usize = 14;

impl PickerKind {
    /// How many items the list has at most.
    pub fn most_items(self) -> usize {
        match self {
            // And another zone.
            Self::Period => PERIODS.len() + 1,
            Self::Zone => MOST_ZONES,
            Self::Jump => 0,
            Self::Pane | Self::Split => MOST_FIELDS,
        }
    }
}

impl Picker {
    /// A picker in which nothing is typed yet.
    pub fn new(kind: PickerKind) -> Self {
        Self {
            kind,
            input: Input::default(),
            fields: Vec::new(),
            absent: HashSet::new(),
            items: Vec::new(),
            cursor: 0,
            is_chosen: false,
            is_refused: false,
            count: None,
        }
    }

    /// The item under the cursor.
    pub fn current(&self) -> Option<&PickerItem> {
        self.items.get(self.cursor.min(self.items.len().checked_sub(1)?))
    }

    /// What is typed, without what surrounds it.
    pub fn typed(&self) -> &str {
        self.input.value().trim()
    }
}

/// A time in UTC and, where it is another, in a zone: `2026-11-23 12:01:22 UTC · 04:01:22 Los
/// Angeles`. The day is said again when it is another one there.
pub fn both_clocks(at: Timestamp, zone: Tz, digits: u8) -> String {
    let mut text = at.full(Tz::UTC, digits);
    if zone != Tz::UTC {
        let (there, utc) = (at.date(zone), at.date(Tz::UTC));
        let date = if there == utc { String::new() } else { format!("{there} ") };
        text.push_str(&format!(" · {date}{} {}", at.clock_digits(zone, digits), zone_name(zone)));
    }
    text
}

impl State {
    /// Opens a picker.
    pub fn open_picker(&mut self, kind: PickerKind) -> Vec<Effect> {
        self.picker = Some(Picker::new(kind));
        self.list_picker_fields();
        let is_current = |item: &PickerItem| match &item.picked {
            Picked::Period(period) => *period == self.period,
            Picked::Zone(zone) => *zone == self.zone,
            Picked::Split(split) => *split == self.split,
            _ => false,
        };
        let current = self.picker.as_ref().and_then(|picker| picker.items.iter().position(is_current));
        if let Some(picker) = &mut self.picker {
            picker.cursor = current.unwrap_or(0);
        }
        let mut effects = self.ask_picked();
        if matches!(kind, PickerKind::Pane | PickerKind::Split) {
            effects.extend(self.ask_attributes());
            effects.extend(self.ask_absent());
        }
        effects
    }

    /// Lists the fields to choose from.
    pub(super) fn list_picker_fields(&mut self) {
        let is_of_fields = |picker: &Picker| matches!(picker.kind, PickerKind::Pane | PickerKind::Split);
        if self.picker.as_ref().is_some_and(is_of_fields) {
            let fields = self.choosable_fields();
            if let Some(picker) = &mut self.picker {
                picker.fields = fields;
            }
        }
        self.list_picker_items();
    }

    /// Lists what goes with what is typed.
    pub(super) fn list_picker_items(&mut self) {
        let items = self.picker.as_ref().map(|picker| self.items_of(picker));
        if let Some((picker, items)) = self.picker.as_mut().zip(items) {
            picker.items = items;
        }
    }

    fn items_of(&self, picker: &Picker) -> Vec<PickerItem> {
        let typed = picker.typed();
        match picker.kind {
            PickerKind::Jump => Vec::new(),
            PickerKind::Pane => self.pane_items(&picker.fields, typed),
            PickerKind::Split => self.split_items(&picker.fields, typed),
            PickerKind::Zone => {
                let zones = if typed.is_empty() { ZONES.to_vec() } else { zones_like(typed, MOST_ZONES) };
                zones.into_iter().map(|zone| self.zone_item(zone)).collect()
            }
            PickerKind::Period => {
                let item = |period: Period| PickerItem {
                    label: period.label(self.zone),
                    note: period.to_string(),
                    picked: Picked::Period(period),
                };
                let mut items: Vec<PickerItem> =
                    PERIODS.iter().filter_map(|text| Period::read(text, self.zone).ok()).map(item).collect();
                items.push(PickerItem {
                    label: "Another time zone …".into(),
                    note: format!("days and times are in {} now", zone_name(self.zone)),
                    picked: Picked::OtherZone,
                });
                let plain = typed.to_lowercase().replace(' ', "-");
                if !plain.is_empty() {
                    let label = |item: &PickerItem| item.label.to_lowercase().replace(' ', "-");
                    // A word or a number of it begins so, or the way that it is typed.
                    let begins = |text: &str| format!("-{text}").contains(&format!("-{plain}"));
                    items.retain(|item| {
                        item.picked != Picked::OtherZone && (begins(&label(item)) || item.note.starts_with(&plain))
                    });
                    // What begins with it stands before what only holds it.
                    items.sort_by_key(|item| !label(item).starts_with(&plain));
                }
                items
            }
        }
    }

    fn zone_item(&self, zone: Tz) -> PickerItem {
        let offset = match self.now.offset_secs(zone) {
            0 => String::new(),
            _ => format!(" · {}", self.now.offset_name(zone)),
        };
        let label = if zone == Tz::UTC { "UTC".into() } else { zone.name().replace('_', " ") };
        let note = format!("{} {} there now{offset}", self.now.date(zone), &self.now.clock(zone)[..5]);
        PickerItem { label, note, picked: Picked::Zone(zone) }
    }

    /// What Enter would take.
    pub fn picked(&self) -> Option<Result<Picked, TypedTimeError>> {
        let picker = self.picker.as_ref()?;
        let (now, zone, typed) = (self.clock(), self.zone, picker.input.value());
        let item = picker.current().map(|item| item.picked.clone());
        if picker.typed().is_empty() || picker.is_chosen && item.is_some() {
            return item.map(Ok);
        }
        let read = match picker.kind {
            PickerKind::Period => Period::read_typed(typed, now, zone).map(Picked::Period),
            PickerKind::Zone => read_zone(typed).map(Picked::Zone),
            PickerKind::Jump => read_time(typed, now, zone).map(Picked::Time),
            // A field is always one of the list.
            PickerKind::Pane | PickerKind::Split => Err(self.no_field(typed)),
        };
        // What is no time yet may be the beginning of an item.
        Some(read.or_else(|error| item.ok_or(error)))
    }

    /// What is picked, explained: in the zone, in UTC, and how much lies there.
    pub fn picked_words(&self) -> Vec<String> {
        let Some(Ok(picked)) = self.picked() else { return Vec::new() };
        let (now, zone) = (self.clock(), self.zone);
        match picked {
            Picked::Period(period) => {
                let mut words = vec![period.words(now, zone)];
                if zone != Tz::UTC && period != Period::All {
                    words.push(range_words(period.resolve(now, zone), now, Tz::UTC));
                }
                let typed = self.picker.as_ref().map_or("", |picker| picker.typed());
                let named = Period::zone_named(typed, now, zone).filter(|named| *named != zone && *named != Tz::UTC);
                words.extend(named.map(|named| range_words(period.resolve(now, zone), now, named)));
                let of_view = if self.effective_filter().is_all() { "" } else { " match there" };
                let count = self.picker.as_ref().and_then(|picker| picker.count);
                words.extend(count.map(|count| units::counted(count, "request", "requests") + of_view));
                words
            }
            Picked::Zone(zone) => vec![both_clocks(now.floor_secs(), zone, 0)],
            Picked::Pane(field) | Picked::Split(Split::Field(field)) => self.field_words(&field),
            Picked::OtherZone | Picked::OwnPanes | Picked::Split(_) => Vec::new(),
            Picked::Time(time) => {
                let digits = time.digits;
                let mut first = both_clocks(time.at, zone, digits);
                if let Some(named) = time.zone.filter(|named| *named != zone && *named != Tz::UTC) {
                    first.push_str(&format!(" · {} {}", time.at.clock_digits(named, digits), zone_name(named)));
                }
                let ago = now.since(time.at);
                let mut second = if ago >= 0 {
                    format!("{} ago", units::age(ago))
                } else {
                    format!("{} from now", units::age(-ago))
                };
                if !self.range().contains(time.at) {
                    let period = self.effective_period().label(zone);
                    second.push_str(&format!(" · outside of {period}: Enter shows {} min around it", AROUND / 30));
                }
                [Some(first), Some(second), time.note].into_iter().flatten().collect()
            }
        }
    }

    pub(super) fn ask_picked(&mut self) -> Vec<Effect> {
        if let Some(picker) = &mut self.picker {
            picker.count = None;
        }
        self.forget(Purpose::Picker);
        self.count_picked()
    }

    /// Counts the period at hand anew, because there is more. A count that takes longer than the view is waited for, and
    /// made anew then.
    pub(super) fn recount_picked(&mut self) -> Vec<Effect> {
        if self.is_stale_soon(Purpose::Picker) { Vec::new() } else { self.count_picked() }
    }

    fn count_picked(&mut self) -> Vec<Effect> {
        let Some(Ok(Picked::Period(period))) = self.picked() else { return Vec::new() };
        let range = period.resolve(self.clock(), self.zone);
        let question = Question { range, ..self.question(vec![Want::Count]) };
        vec![Effect::Ask(self.ask_id(Purpose::Picker), self.at_of_view(), Box::new(question))]
    }

    /// Takes in how many requests lie in the period at hand.
    pub(super) fn take_picked_count(&mut self, answer: &Answer) {
        if let Some(picker) = &mut self.picker {
            picker.count = answer.count();
        }
    }
}
