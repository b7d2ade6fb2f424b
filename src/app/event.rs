//! What happens to the screen, and what the screen asks the world to do. Plain data both.

use std::path::PathBuf;

use crate::base::cancel::Generation;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::{Answer, Question, Snapshot};
use crate::export::columns::Layout;
use crate::model::field::FieldRef;
use crate::model::intake::BadRow;
use crate::model::record::StoredRecord;
use crate::model::request_id::IdQuery;
use crate::model::source_status::SourceStatus;
use crate::model::view_spec::ColumnContent;

use super::keymap::Key;
use super::remembered::Remembered;
use super::source_view::SourceView;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The clock; at least once a second while something on the screen depends on it.
    Tick(Timestamp),
    /// The store holds more than before; this is its state.
    Changed(Snapshot),
    /// An answer to a question.
    Answer(AskId, Snapshot, Box<Answer>),
    /// The answers to several questions asked together.
    Answers(AskId, Vec<Answer>),
    /// A question that could not be answered.
    Failed(AskId, String),
    /// What came of looking for ids.
    Found(Generation, FindReport),
    /// The lines of a file of ids, or why there are none.
    Ids(String, Result<Vec<String>, String>),
    /// How a save is going.
    Save(SaveEvent),
    /// What a source is doing.
    Source(String, Box<SourceStatus>),
    /// Which sources there are, and what is known of them.
    Sources(Vec<SourceView>),
    /// The bad rows of a source, or why they cannot be told.
    BadRows(String, Result<Vec<BadRow>, String>),
    /// Something to tell, that has no other place.
    Notice(Notice),
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In words.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Which question an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskId {
    /// What for.
    pub purpose: Purpose,
    /// Which one.
    pub generation: Generation,
}

/// What a question is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The whole view: page, panes, timeline, figures.
    View,
    /// Another window on the same list.
    Page,
    /// The next or previous failure.
    Jump,
    /// What arrived and matches while the screen is held.
    Arrived,
    /// The figures of now, and the usual ones.
    Now,
    /// The requests around a time.
    JumpToTime,
    /// The figures of the bars that are marked.
    Bar,
    /// The values that the bars are split by.
    Split,
    /// How many values the source has of that field.
    SplitSize,
    /// From when to when the source has requests.
    Extent,
    /// The bars of what the matches are among.
    Among,
    /// How many requests a period would show.
    Picker,
    /// What each step's switch would make of the view.
    Steps,
    /// Why nothing matches.
    Hiding,
    /// How many requests have a value for each column.
    Columns,
    /// Which attributes there are.
    Attributes,
    /// Which fields no request of the view has.
    Absent,
    /// How many requests a query that is being typed would keep.
    Preview,
    /// The values that could stand at the cursor of such a query.
    Complete,
    /// How many requests its readings keep, and what may be meant instead.
    Doubts,
}

/// Which state of the data a question is about.
#[derive(Debug, Clone)]
pub enum At {
    /// The newest.
    Newest,
    /// One that is held.
    Held(Snapshot),
}

/// What came of looking for ids.
#[derive(Debug, Clone, PartialEq)]
pub struct FindReport {
    /// One line for each id, in the order in which they were asked for.
    pub lines: Vec<FoundLine>,
    /// Whether some are still being asked of a backend.
    pub is_asking: bool,
}

/// What came of one id.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundLine {
    /// The id.
    pub id: IdQuery,
    /// The records that have it.
    pub records: Vec<StoredRecord>,
    /// How many have it; of those that have it inside only the newest are listed.
    pub all: u64,
    /// How they have it.
    pub by: FoundBy,
    /// Where it was looked for, and what that came to, when there is none.
    pub searched: String,
}

/// How records have an id that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundBy {
    /// It is their Request-ID.
    Id,
    /// It stands in a text of theirs.
    Mention,
    /// It stands in attributes, each with the number of records.
    Attributes(Vec<(FieldRef, u64)>),
}

impl FoundBy {
    /// The attributes in words: `attributes.trace_id of 2 requests`, the first of many.
    pub fn attributes(&self) -> Option<String> {
        const NAMED: usize = 3;
        let Self::Attributes(found) = self else { return None };
        let words = |(field, n): &(FieldRef, u64)| format!("{field} of {}", units::counted(*n, "request", "requests"));
        let named = found.iter().take(NAMED).map(words).collect::<Vec<_>>().join(", ");
        let others = found.len().saturating_sub(NAMED) as u64;
        let and = || format!("{named} and {}", units::counted(others, "other attribute", "other attributes"));
        Some(if others > 0 { and() } else { named })
    }
}

impl FoundLine {
    /// An id that no record has.
    pub fn missing(id: &IdQuery, searched: String) -> Self {
        Self { id: id.clone(), records: Vec::new(), all: 0, by: FoundBy::Id, searched }
    }
}

/// How a save is going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveEvent {
    /// So many of so many rows are written.
    Progress(u64, u64),
    /// The file is there.
    Done {
        /// Where.
        path: PathBuf,
        /// How many rows.
        rows: u64,
        /// The dialect it is in.
        dialect: String,
        /// The line that fetches it from another machine.
        fetch: String,
    },
    /// It was stopped; there is no file.
    Cancelled,
    /// It failed; there is no file.
    Failed(String),
    /// There can be no file of that name.
    Refused {
        /// The name as it was typed.
        name: String,
        /// The columns that were to be saved.
        layout: Layout,
        /// Why.
        reason: String,
    },
}

/// A view to save.
#[derive(Debug, Clone)]
pub struct SaveRequest {
    /// The file's name as typed: below the folder that the program was started in, unless it says
    /// otherwise.
    pub name: String,
    /// What: its page is the whole list.
    pub question: Question,
    /// Of which state.
    pub at: At,
    /// With which columns.
    pub layout: Layout,
    /// The columns that the table shows; the layout `view` has these.
    pub columns: Vec<ColumnContent>,
}

/// Something to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Ask a question. An older one for the same purpose is not needed any more.
    Ask(AskId, At, Box<Question>),
    /// Ask several questions and answer them together.
    AskAll(AskId, At, Vec<Question>),
    /// Look for ids, in the store and, where it lacks them, in the backend.
    Find(Generation, Vec<IdQuery>),
    /// Read the lines of a file of ids.
    ReadIds(String),
    /// Tell the bad rows of a source, the newest of them, at most so many.
    ListBad(String, usize),
    /// Save a view.
    Save(Box<SaveRequest>),
    /// Stop saving.
    CancelSave,
    /// Put text on the clipboard.
    Copy(String),
    /// Ask the backend now.
    PollNow(String),
    /// Keep columns, sort, split and zone for the next time.
    Remember(Remembered),
    /// Draw the whole screen anew.
    Redraw,
    /// Suspend the program.
    Suspend,
    /// End the program.
    Quit,
}
