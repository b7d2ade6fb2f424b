//! What the state comes to at this moment: the source, filter and period, the parts of the screen, who gets the keys.

use crate::base::time::Timestamp;
use crate::model::period::{Period, TimeRange};
use crate::model::source_status::SourceStatus;
use crate::model::view_spec::ViewSpec;
use crate::query::Filter;

use super::history::ViewPoint;
use super::keymap::Place;
use super::layout::{self, Below, Layout, LayoutNeeds, TimelineNeed, WIDE};
use super::source_view::{SourceKind, SourceView};
use super::state::{Focus, Layer, State};

impl State {
    /// The source that is shown.
    pub fn source(&self) -> Option<&SourceView> {
        self.sources.get(self.source)
    }

    /// What the source shows.
    pub fn view_spec(&self) -> Option<&ViewSpec> {
        self.source().map(|source| &source.view)
    }

    /// Whether nothing comes in any more: what is there is there.
    pub fn is_still(&self) -> bool {
        self.source().is_none_or(|source| source.kind == SourceKind::Imported)
    }

    /// What the shown source is doing.
    pub fn status(&self) -> Option<&SourceStatus> {
        self.statuses.get(&self.source()?.name)
    }

    /// The filter that narrows the view.
    pub fn effective_filter(&self) -> Filter {
        self.trail.effective()
    }

    /// The period that narrows the view.
    pub fn effective_period(&self) -> Period {
        if self.is_period_on { self.period } else { Period::All }
    }

    /// The clock that relative periods count from: while the screen is held, the time of what is
    /// held, so that a command with the same `--as-of` gives the same.
    pub fn clock(&self) -> Timestamp {
        self.held.as_ref().map_or(self.now, |held| held.at)
    }

    /// The span of time that is shown, as of when it was asked for.
    pub fn range(&self) -> TimeRange {
        self.effective_period().resolve(self.moment(), self.zone)
    }

    /// When the view was asked for, or what is held.
    fn moment(&self) -> Timestamp {
        self.held.as_ref().map_or(self.asked_at, |held| held.at)
    }

    /// The span of time that would be shown if it were asked for now.
    pub(super) fn range_now(&self) -> TimeRange {
        self.effective_period().resolve(self.clock(), self.zone)
    }

    /// The span of time of a view.
    pub fn range_of(&self, view: &ViewPoint) -> TimeRange {
        if view.is_period_on { view.period.resolve(self.moment(), self.zone) } else { TimeRange::ALL }
    }

    /// The view as it can be come back to.
    pub fn view_point(&self) -> ViewPoint {
        ViewPoint {
            trail: self.trail.clone(),
            period: self.period,
            is_period_on: self.is_period_on,
            sort: self.sort.clone(),
            split: self.split.clone(),
        }
    }

    /// Where everything is; `None` when the screen is too small.
    pub fn layout(&self) -> Option<Layout> {
        let below = match self.layers.last() {
            Some(Layer::Columns(_)) => Below::Columns,
            _ => Below::Preview,
        };
        layout::layout(
            self.size,
            LayoutNeeds {
                with_panes: self.focus == Focus::Panes,
                timeline: match self.focus {
                    Focus::Timeline => TimelineNeed::Focused(self.bar_rows()),
                    _ if self.table.has_answer => TimelineNeed::Rows(self.bar_rows()),
                    _ => TimelineNeed::Nothing,
                },
                row_lines: if self.table.columns.has_two_lines { 2 } else { 1 },
                is_zoomed: self.is_zoomed,
                below,
            },
        )
    }

    /// Whether panes stand beside the table all the time.
    pub fn has_side_panes(&self) -> bool {
        self.size.0 >= WIDE
    }

    /// The rows that fit.
    pub fn table_height(&self) -> u64 {
        self.layout().map_or(1, |layout| u64::from(layout.table.height.max(1)))
    }

    /// The place that keys are looked up for.
    pub fn place_of_keys(&self) -> Place {
        match self.layers.last() {
            Some(Layer::Detail(_)) => Place::Detail,
            Some(Layer::Found(_)) => Place::Found,
            Some(Layer::Help(_)) => Place::Help,
            Some(Layer::Menu(_)) => Place::Menu,
            Some(Layer::Columns(_)) => Place::Columns,
            Some(Layer::Sources(_)) => Place::Sources,
            Some(Layer::Bad(_)) => Place::Bad,
            Some(Layer::Steps(_)) => Place::Steps,
            None => match self.focus {
                Focus::Table => Place::Table,
                Focus::Panes => Place::Panes,
                Focus::Timeline => Place::Timeline,
            },
        }
    }
}
