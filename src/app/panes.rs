//! The filter panes: values with their counts, ticked and left out.

use std::collections::HashMap;

use crate::model::answer::{Facet, FacetValue};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::status;
use crate::model::view_spec::ViewSpec;
use crate::query::edit::Selection;
use crate::query::{Filter, Test};

use super::layout::COMPACT;
use super::state::State;

/// Values that a pane shows at first.
const TOP: usize = 6;

/// Values that are asked for at least: all statuses are wanted for their classes.
const LEAST_ASKED: usize = 40;

/// Values that a pane shows when more are asked for: all, unless there are so many that a search is the way to them, and
/// that going through their lines for each key would be felt.
const MANY: usize = 4_000;

/// How many times as many it shows then, each time that more are asked for.
const TIMES_MORE: usize = 8;

/// The state of the panes beside their values.
#[derive(Debug, Clone, Default)]
pub struct Panes {
    /// The line under the cursor.
    pub cursor: usize,
    /// What stands there: its pane, and its value if it has one. Lines come and go above it.
    pub on: Option<(usize, Option<(FieldRef, Test)>)>,
    /// Whether that pane was just added: its first value has the cursor when it comes.
    pub is_fresh: bool,
    /// The pane of which more values were asked for, and the place of the first one that was hidden: the cursor goes
    /// there when it comes.
    pub first_new: Option<(usize, usize)>,
    /// Lines scrolled away.
    pub scroll: usize,
    /// The fields that were chosen in place of the source's own.
    pub chosen: Option<Vec<FieldRef>>,
    /// How many values a pane shows, where it shows more than at first.
    pub shown: HashMap<FieldRef, usize>,
    /// What is looked for in a pane: only values that contain it are shown.
    pub matching: HashMap<FieldRef, String>,
}

/// One line of the panes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaneLine<'a> {
    /// A pane's title, with how many values there are.
    Title {
        /// The pane's number, from 0; the period is the first.
        pane: usize,
        /// Its title.
        label: String,
        /// How many different values there are in the view.
        values: u64,
        /// How many of them have a line.
        shown: u64,
        /// What its values are searched for.
        matching: Option<&'a str>,
    },
    /// The period.
    Period,
    /// Several statuses at once.
    Class {
        /// The pane's number.
        pane: usize,
        /// The lowest and the highest status.
        range: (i64, i64),
        /// `5xx`, `2xx, 3xx`.
        label: &'static str,
        /// How many records have one of them.
        count: u64,
        /// How many of the whole period.
        total: u64,
    },
    /// A value.
    Value {
        /// The pane's number.
        pane: usize,
        /// Which field.
        field: &'a FieldRef,
        /// The value with its counts.
        value: &'a FacetValue,
        /// Whether it stands under a class.
        is_nested: bool,
    },
    /// What is not shown.
    More {
        /// The pane's number.
        pane: usize,
        /// Which field.
        field: &'a FieldRef,
        /// How many values.
        values: u64,
        /// How many records have them.
        count: u64,
    },
    /// The end of a pane that shows more than at first: the way back.
    Fewer {
        /// The pane's number.
        pane: usize,
        /// Which field.
        field: &'a FieldRef,
    },
    /// No value is among those that are looked for; the search can be changed from here.
    Nothing {
        /// The pane's number.
        pane: usize,
    },
    /// Space between panes.
    Gap,
}

/// What the cursor of the panes has to know of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneStop {
    /// The pane that it belongs to.
    pub pane: Option<usize>,
    /// The test that it stands for, and its field.
    pub test: Option<(FieldRef, Test)>,
    pub(super) can_hold_cursor: bool,
}

impl PaneLine<'_> {
    /// The test that the line stands for, and its field.
    pub fn test(&self) -> Option<(FieldRef, Test)> {
        match self {
            Self::Class { range: (low, high), .. } => Some((Field::Status.into(), Test::Range(*low, *high))),
            Self::Value { field, value, .. } => Some(((*field).clone(), Test::of_value(field, value.value.as_deref()))),
            _ => None,
        }
    }

    /// The pane that the line belongs to.
    pub fn pane(&self) -> Option<usize> {
        match self {
            Self::Period => Some(0),
            Self::Title { pane, .. }
            | Self::Class { pane, .. }
            | Self::Value { pane, .. }
            | Self::More { pane, .. }
            | Self::Fewer { pane, .. }
            | Self::Nothing { pane } => Some(*pane),
            Self::Gap => None,
        }
    }

    fn stop(&self) -> PaneStop {
        let can_hold_cursor = !matches!(self, Self::Title { .. } | Self::Gap);
        PaneStop { pane: self.pane(), test: self.test(), can_hold_cursor }
    }
}

impl Panes {
    /// The fields of the panes.
    pub fn fields(&self, view: Option<&ViewSpec>) -> Vec<FieldRef> {
        let own = || view.map(|view| view.panes.iter().map(|name| name.0.clone()).collect()).unwrap_or_default();
        self.chosen.clone().unwrap_or_else(own)
    }

    /// How many values of a field are shown.
    fn shown(&self, field: &FieldRef) -> usize {
        self.shown.get(field).copied().unwrap_or(TOP)
    }

    /// How many values of a field are asked for.
    pub fn top(&self, field: &FieldRef) -> usize {
        self.shown(field).max(LEAST_ASKED)
    }

    /// Shows the values of a field that are hidden so far; where there are very many, several times as many each time.
    pub fn show_more(&mut self, field: &FieldRef) {
        let more = self.shown(field).saturating_mul(TIMES_MORE).max(MANY);
        self.shown.insert(field.clone(), more);
    }

    /// Shows as many values of a field as at first.
    pub fn show_fewer(&mut self, field: &FieldRef) {
        self.shown.remove(field);
    }

    /// Values that are shown in any case, because the filter names them.
    pub fn pinned(&self, field: &FieldRef, filter: &Filter) -> Vec<Option<Vec<u8>>> {
        let selection = Selection::of(filter, field);
        selection.included.iter().chain(&selection.excluded).filter_map(|test| test.value(field)).collect()
    }
}

impl State {
    /// How many lines one pane has where the panes have a screen of their own: fields stand beside the
    /// values of one.
    pub fn lines_by_field(&self) -> Option<usize> {
        let panes = self.layout()?.panes;
        let is_whole = panes.width == self.size.0 && panes.width >= COMPACT;
        is_whole.then(|| usize::from(panes.height).saturating_sub(1))
    }

    /// The lines of the panes, as the cursor moves through them.
    pub fn pane_stops(&self) -> Vec<PaneStop> {
        self.pane_lines().iter().map(PaneLine::stop).collect()
    }

    /// The lines of the panes, as they are drawn.
    pub fn pane_lines(&self) -> Vec<PaneLine<'_>> {
        let title = |pane, label, values, matching| PaneLine::Title { pane, label, values, shown: values, matching };
        let mut lines = vec![title(0, "Period".into(), 0, None), PaneLine::Period];
        let Some(view) = self.view_spec() else { return lines };
        for (place, facet) in self.facets.iter().enumerate() {
            let pane = place + 1;
            // No pane is empty for every row: what no record has is left out, unless it is asked for.
            let is_empty = facet.other_values == 0 && facet.values.iter().all(|value| value.value.is_none());
            let is_status = facet.field == FieldRef::Known(Field::Status);
            let matching = self.panes.matching.get(&facet.field).map(String::as_str);
            // A pane of the source's own is not asked for because another one was added.
            let is_own = view.panes.iter().any(|own| own.0 == facet.field);
            let is_asked_for = is_status || matching.is_some() || !is_own;
            if is_empty && !is_asked_for && Selection::of(&self.trail.filter(), &facet.field).is_empty() {
                continue;
            }
            let known = facet.values.iter().filter(|value| value.value.is_some() && value.count > 0).count() as u64;
            lines.push(PaneLine::Gap);
            lines.push(title(pane, view.label(&facet.field), known + facet.other_values, matching));
            let at = lines.len();
            if facet.field == FieldRef::Known(Field::Status) {
                status_lines(facet, pane, &mut lines);
            } else {
                self.value_lines(facet, pane, &mut lines);
                let hidden = lines[at..].iter().find_map(|line| match line {
                    PaneLine::More { values, .. } => Some(*values),
                    _ => None,
                });
                if let Some(PaneLine::Title { shown, .. }) = lines.get_mut(at - 1) {
                    *shown = shown.saturating_sub(hidden.unwrap_or(0));
                }
            }
            // The cursor stays in a pane without values, so that its search can be changed.
            if lines.len() == at {
                lines.push(PaneLine::Nothing { pane });
            }
        }
        lines
    }

    /// How many values of a field are shown at first.
    fn values_at_first(&self, field: &FieldRef) -> usize {
        // There are few ranges, and one that is left out would leave a hole among them.
        if field.kind() == Kind::Duration {
            return usize::MAX;
        }
        // A pane that has the screen for itself fills it.
        let room = self.lines_by_field().map_or(0, |height| height.saturating_sub(2));
        TOP.max(room.min(LEAST_ASKED))
    }

    /// How many values of a field are shown.
    pub(super) fn most_values(&self, field: &FieldRef) -> usize {
        self.values_at_first(field).max(self.panes.shown(field))
    }

    fn value_lines<'a>(&self, facet: &'a Facet, pane: usize, lines: &mut Vec<PaneLine<'a>>) {
        let (at_first, most) = (self.values_at_first(&facet.field), self.most_values(&facet.field));
        let selection = Selection::of(&self.trail.filter(), &facet.field);
        let is_chosen = |value: &FacetValue| {
            let test = Test::of_value(&facet.field, value.value.as_deref());
            selection.included.contains(&test) || selection.excluded.contains(&test)
        };
        let (mut shown, mut values, mut count, mut missing) = (0, facet.other_values, facet.other_count, None);
        for value in facet.in_order() {
            // A field that most records lack, a failure's kind for example, does not begin with them.
            let is_plain = value.value.is_some();
            if shown < most && is_plain || is_chosen(value) {
                lines.push(PaneLine::Value { pane, field: &facet.field, value, is_nested: false });
                shown += 1;
            } else if is_plain {
                values += 1;
                count += value.count;
            } else {
                missing = Some(value);
            }
        }
        if values > 0 {
            lines.push(PaneLine::More { pane, field: &facet.field, values, count });
        }
        // They come last, so that all counts add up.
        if let Some(value) = missing.filter(|value| value.count > 0) {
            lines.push(PaneLine::Value { pane, field: &facet.field, value, is_nested: false });
        }
        if shown > at_first && most > at_first {
            lines.push(PaneLine::Fewer { pane, field: &facet.field });
        }
    }
}

/// Statuses by class: those that fail first, each with its codes.
fn status_lines<'a>(facet: &'a Facet, pane: usize, lines: &mut Vec<PaneLine<'a>>) {
    let mut codes: Vec<(i64, &FacetValue)> = Vec::new();
    let mut missing = None;
    let mut odd = Vec::new();
    for value in &facet.values {
        match &value.value {
            None => missing = Some(value),
            Some(bytes) => match std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<i64>().ok()) {
                Some(code) if status::class(code).is_some() => codes.push((code, value)),
                _ => odd.push(value),
            },
        }
    }
    let line = |value: &'a FacetValue, is_nested: bool| PaneLine::Value { pane, field: &facet.field, value, is_nested };
    for (range, label) in [((500, 599), "5xx"), ((400, 499), "4xx"), ((200, 399), "2xx, 3xx"), ((100, 199), "1xx")] {
        let of_class: Vec<_> = codes.iter().filter(|(code, _)| (range.0..=range.1).contains(code)).collect();
        if of_class.is_empty() {
            continue;
        }
        lines.push(PaneLine::Class {
            pane,
            range,
            label,
            count: of_class.iter().map(|(_, value)| value.count).sum(),
            total: of_class.iter().map(|(_, value)| value.total).sum(),
        });
        lines.extend(of_class.iter().map(|(_, value)| line(value, true)));
    }
    lines.extend(missing.into_iter().chain(odd).map(|value| line(value, false)));
    if facet.other_values > 0 {
        let (values, count) = (facet.other_values, facet.other_count);
        lines.push(PaneLine::More { pane, field: &facet.field, values, count });
    }
}
