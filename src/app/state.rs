//! Everything the screen knows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono_tz::Tz;

use crate::base::cancel::Generation;
use crate::base::time::Timestamp;
use crate::engine::Snapshot;
use crate::engine::question::Sort;
use crate::model::answer::{Attributes, Facet, Summary};
use crate::model::bars::Bars;
use crate::model::field::FieldRef;
use crate::model::period::{Period, TimeRange};
use crate::model::source_status::SourceStatus;
use crate::model::view_spec::ColumnContent;
use crate::query::Filter;

use super::among::Among;
use super::bad_rows::BadList;
use super::column_list::ColumnList;
use super::detail::Detail;
use super::doubts::AskedDoubts;
use super::event::{AskId, Purpose};
use super::find::FoundList;
use super::guide::Guide;
use super::help::Help;
use super::hiding::Hiding;
use super::history::{History, ViewPoint};
use super::jump::Jump;
use super::keymap::Keymap;
use super::menu::Menu;
use super::now::NowFigures;
use super::palette::Palette;
use super::panes::Panes;
use super::picker::Picker;
use super::prompt::Prompt;
use super::remembered::Remembered;
use super::source_view::SourceView;
use super::split::{Part, Split};
use super::steps::Switched;
use super::table::Table;
use super::timeline::BarPlan;
use super::timeline_view::BarCursor;
use super::trail::Trail;

/// Which part of the screen the keys are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The rows.
    #[default]
    Table,
    /// The filter panes.
    Panes,
    /// The bars over time.
    Timeline,
}

/// What lies over the table, the topmost last.
#[derive(Debug, Clone)]
pub enum Layer {
    /// A request in full.
    Detail(Box<Detail>),
    /// What was found for some ids.
    Found(FoundList),
    /// Help about a place.
    Help(Box<Help>),
    /// A choice.
    Menu(Menu),
    /// The columns.
    Columns(Box<ColumnList>),
    /// The sources; which of its lines is under the cursor.
    Sources(usize),
    /// The bad rows of one.
    Bad(BadList),
    /// What narrows the view: the period, then the steps of the trail; which one is under the cursor.
    Steps(usize),
}

/// A sentence in the bottom line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// In words; not yet safe for a terminal.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
    /// When it was said.
    pub since: Timestamp,
    /// When it goes by itself; errors stay until a key is pressed.
    pub until: Option<Timestamp>,
}

/// What the last whole answer was about.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The state of the data.
    pub snapshot: Snapshot,
    /// Which records, of which period.
    pub of: (Filter, Period),
}

/// How a save is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saving {
    /// Rows written.
    pub done: u64,
    /// Of so many.
    pub total: u64,
    /// Whether somebody wanted to quit meanwhile; the next time it is done.
    pub is_quit_asked: bool,
}

/// Questions of one purpose: which is the newest, and whether its answer is awaited.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The newest question.
    pub generation: Generation,
    /// Whether its answer is awaited.
    pub is_open: bool,
    /// Whether it is to be asked again when the answer is there.
    pub is_stale: bool,
    /// Whether it is about what is shown whole already, and only newer.
    pub is_again: bool,
}

/// Everything the screen knows.
pub struct State {
    /// What keys mean.
    pub keymap: Arc<Keymap>,
    /// The terminal's size: columns and rows.
    pub size: (u16, u16),
    /// The clock, as it was last told.
    pub now: Timestamp,
    /// When the screen was opened.
    pub opened: Timestamp,
    /// When the view was asked for last: relative periods count from there, so that all figures are of one span.
    pub asked_at: Timestamp,
    /// The zone of the second clock, and of days.
    pub zone: Tz,
    /// The sources.
    pub sources: Vec<SourceView>,
    /// Which of them is shown.
    pub source: usize,
    /// The one that is shown first, once it is there.
    pub first_source: Option<String>,
    /// What they are doing.
    pub statuses: HashMap<String, SourceStatus>,
    /// The newest state of the data.
    pub latest: Option<Snapshot>,
    /// The state that is held, while the screen is paused.
    pub held: Option<Snapshot>,
    /// How many records the view would have of now, while it is held.
    pub newest_count: Option<u64>,
    /// Which records.
    pub trail: Trail,
    /// Of which time.
    pub period: Period,
    /// Whether the period narrows the view; else it is of all time.
    pub is_period_on: bool,
    /// In which order.
    pub sort: Sort,
    /// The views before and after.
    pub history: History,
    /// How many records each step's switch makes the view have.
    pub switched: Option<Switched>,
    /// Why a view has no records.
    pub hiding: Option<(ViewPoint, Hiding)>,
    /// Of which view that was last asked, and when.
    pub hiding_asked: Option<(ViewPoint, Timestamp)>,
    /// The query whose readings are counted.
    pub doubts_asked: Option<AskedDoubts>,
    /// The rows.
    pub table: Table,
    /// Columns that had a value in some row.
    pub filled: HashSet<ColumnContent>,
    /// The filter panes.
    pub panes: Panes,
    /// The attributes of the period's requests, as they were last asked for.
    pub attributes: Attributes,
    /// Whether these were left out of a question, since nobody sees them.
    pub are_facets_behind: bool,
    /// When they were last answered, if they are of this view.
    pub facets_at: Option<Timestamp>,
    /// Values and counts, as they were last answered.
    pub facets: Vec<Facet>,
    /// Counts over time, as they were last answered.
    pub bars: Option<Bars>,
    /// The bars of the timeline that was asked for last.
    pub bar_plan: Option<BarPlan>,
    /// The bars of what the matches are among.
    pub among: Option<Among>,
    /// Those that are asked for.
    pub among_asked: Option<(Filter, BarPlan)>,
    /// The fields of which it is asked whether any record of the view has them.
    pub absent_asked: Vec<FieldRef>,
    /// What the bars are split by.
    pub split: Split,
    /// The values of that field, and of which view they are.
    pub split_values: Option<(ViewPoint, Vec<Part>)>,
    /// For how many rows of bars the source has values of a field that they were split by.
    pub split_size: Option<(FieldRef, u16)>,
    /// The rows of bars before the split was chosen: they stay until it is known how many this one has.
    pub rows_before: Option<u16>,
    /// The parts of the timeline that was asked for last.
    pub planned_parts: Vec<Part>,
    /// The parts of the bars.
    pub bar_parts: Vec<Part>,
    /// The first and the last request of the source, where the period begins before that.
    pub extent: Option<(Timestamp, Timestamp)>,
    /// The newest request of the source that any answer told of, in this view or not.
    pub newest: Option<Timestamp>,
    /// The cursor on the bars, while they have the keys.
    pub bar_cursor: Option<BarCursor>,
    /// The figures of a span that was marked there.
    pub bar_figures: Option<(TimeRange, Summary)>,
    /// Figures, as they were last answered.
    pub summary: Option<Summary>,
    /// Where these are not of the whole view yet: back to when they are.
    pub so_far: Option<Timestamp>,
    /// What these answers are about.
    pub answered: Option<Answered>,
    /// The last five minutes against the usual.
    pub now_figures: Option<NowFigures>,
    /// When these were last asked for.
    pub now_asked: Option<Timestamp>,
    /// Which part of the screen the keys are for.
    pub focus: Focus,
    /// Whether the part of the screen that the keys are for has the whole of it.
    pub is_zoomed: bool,
    /// What lies over the table.
    pub layers: Vec<Layer>,
    /// What is being typed.
    pub prompt: Option<Prompt>,
    /// The picker of periods, zones and times, while it is open.
    pub picker: Option<Picker>,
    /// The jump whose answer is awaited.
    pub jump: Option<Jump>,
    /// The list of actions, while it is open.
    pub palette: Option<Palette>,
    /// The sentence in the bottom line.
    pub message: Option<Message>,
    /// The guide for who is new.
    pub guide: Guide,
    /// A save that is running.
    pub saving: Option<Saving>,
    /// Questions by their purposes.
    pub asked: HashMap<Purpose, Asked>,
    /// The newest question that asked for rows: the rows of older ones are of another place.
    pub rows_asked: Option<AskId>,
    /// The newest search for ids.
    pub find_generation: Generation,
    /// The last search whose ids were shown.
    pub find_shown: Generation,
    /// What was searched last in a request's text.
    pub text_search: String,
    /// What is kept from run to run.
    pub remembered: Remembered,
    /// The last filter of each source in the run before.
    pub last_run: Vec<(String, String)>,
    /// The line that fetches the file that was saved last.
    pub fetch_line: Option<String>,
    /// What could not be answered, instead of rows.
    pub failure: Option<String>,
    /// What the store's name is in commands.
    pub place: PlaceNames,
}

/// Names that commands need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceNames {
    /// The arguments that name this store on the command line; empty when it is the usual one.
    pub store_arguments: String,
}

/// How long a message stays.
const MESSAGE_SECS: i64 = 8;

impl State {
    /// A screen before its first event.
    pub fn new(keymap: Arc<Keymap>, size: (u16, u16), now: Timestamp, remembered: Remembered) -> Self {
        let zone = remembered.zone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC);
        Self {
            keymap,
            size,
            now,
            opened: now,
            asked_at: now,
            zone,
            sources: Vec::new(),
            source: 0,
            first_source: None,
            statuses: HashMap::new(),
            latest: None,
            held: None,
            newest_count: None,
            trail: Trail::default(),
            period: Period::Last(86_400 * crate::base::time::SECOND),
            is_period_on: true,
            sort: Sort::default(),
            history: History::default(),
            switched: None,
            hiding: None,
            hiding_asked: None,
            doubts_asked: None,
            table: Table::default(),
            filled: HashSet::new(),
            panes: Panes::default(),
            attributes: Attributes::default(),
            facets: Vec::new(),
            bars: None,
            bar_plan: None,
            among: None,
            among_asked: None,
            absent_asked: Vec::new(),
            split: Split::default(),
            split_values: None,
            split_size: None,
            rows_before: None,
            planned_parts: Vec::new(),
            bar_parts: Vec::new(),
            extent: None,
            newest: None,
            bar_cursor: None,
            bar_figures: None,
            summary: None,
            so_far: None,
            answered: None,
            are_facets_behind: false,
            facets_at: None,
            now_figures: None,
            now_asked: None,
            focus: Focus::Table,
            is_zoomed: false,
            layers: Vec::new(),
            prompt: None,
            picker: None,
            jump: None,
            palette: None,
            message: None,
            guide: Guide::default(),
            saving: None,
            asked: HashMap::new(),
            rows_asked: None,
            find_generation: Generation::default(),
            find_shown: Generation::default(),
            text_search: String::new(),
            last_run: remembered.filters.clone(),
            remembered,
            fetch_line: None,
            failure: None,
            place: PlaceNames::default(),
        }
    }

    /// Says something for a while.
    pub fn say(&mut self, text: impl Into<String>) {
        let until = self.now.plus_secs(MESSAGE_SECS);
        self.message = Some(Message { text: text.into(), is_error: false, since: self.now, until: Some(until) });
    }

    /// Says that something went wrong; it stays until a key is pressed.
    pub fn say_error(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: true, since: self.now, until: None });
    }
}
