//! Cuts files and streams into rows, in bounded memory.
//!
//! A [`Splitter`] reads an input block by block and gives each row's own bytes, with the byte and
//! the line where it begins. What is no row (a line without an end, a broken object) becomes one
//! bad piece that says where and why, and the next row is intact.

mod csv;
mod cut;
mod elements;
mod lines;
mod window;

use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use self::csv::CsvCut;
use self::cut::Cut;
use self::elements::ElementCut;
pub use self::elements::has_list_of_objects;
use self::lines::LineCut;
use self::window::Window;

/// The longest row, in bytes. A longer one is a bad row.
pub const MAX_ROW: usize = 1 << 20;

/// Bytes of a bad piece that are kept.
const MAX_SAMPLE: usize = 2_000;

/// How the rows of an input lie in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One line of text each.
    Lines,
    /// One line of JSON each.
    JsonLines,
    /// JSON objects in a list, over several lines, or one behind the other.
    JsonElements,
    /// JSON objects in the list that is under this key of an object around them.
    JsonList(String),
    /// Comma-separated values; a row may go over several lines.
    Csv {
        /// What separates the values.
        delimiter: u8,
        /// The heading line, if there is one. A row that is equal to it is none.
        heading: Option<Vec<u8>>,
    },
}

impl Layout {
    /// Whether rows can be found from any byte on, so that several threads can share a file.
    pub fn is_range_splittable(&self) -> bool {
        matches!(self, Self::Lines | Self::JsonLines)
    }

    /// The heading line of a CSV.
    pub fn heading(&self) -> Option<&[u8]> {
        match self {
            Self::Csv { heading, .. } => heading.as_deref(),
            _ => None,
        }
    }
}

/// What it means when the input gives no more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// The input has ended: what is left is the last row.
    Finish,
    /// More may come: an unfinished row is kept until it does.
    Wait,
    /// What was read so far is all: nothing more is read, what is left of it is a row.
    Here,
}

/// A row's own bytes, without its line break, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// The byte in the input, from 0.
    pub position: u64,
    /// The line in the input, from 1; unknown when splitting began somewhere inside.
    pub line: Option<u64>,
}

/// Bytes that are no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPiece {
    /// The byte in the input, from 0.
    pub position: u64,
    /// The line in the input, from 1.
    pub line: Option<u64>,
    /// Why, and what was done about it.
    pub reason: String,
    /// The first bytes.
    pub sample: Vec<u8>,
}

/// What a splitter gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A row.
    Row(Row<'a>),
    /// Something that is none.
    Bad(BadPiece),
}

#[derive(Debug)]
enum Cutter {
    Lines(LineCut),
    Elements(ElementCut),
    Csv(CsvCut),
}

/// Cuts an input into rows.
#[derive(Debug)]
pub struct Splitter<R> {
    window: Window<R>,
    cutter: Cutter,
    at_end: AtEnd,
    /// The next row's line.
    line: Option<u64>,
    /// Rows that begin here or later belong to somebody else.
    until: Option<u64>,
    /// The byte behind the last whole row.
    border: u64,
    is_start_checked: bool,
    /// The last piece ended only with the input.
    has_no_end: bool,
}

impl<R: Read> Splitter<R> {
    /// From the beginning of an input.
    pub fn new(input: R, layout: &Layout, at_end: AtEnd) -> Self {
        Self::resume(input, layout, at_end, 0, Some(1))
    }

    /// From a row border on: the input's next byte is at `position`, on line `line`. Both are what
    /// [`position`](Self::position) and [`line`](Self::line) gave.
    pub fn resume(input: R, layout: &Layout, at_end: AtEnd, position: u64, line: Option<u64>) -> Self {
        let cutter = match layout {
            Layout::Lines | Layout::JsonLines => Cutter::Lines(LineCut::default()),
            Layout::JsonElements => Cutter::Elements(ElementCut::new(None)),
            Layout::JsonList(key) => Cutter::Elements(ElementCut::in_list(key.clone(), position > 0)),
            Layout::Csv { delimiter, heading } => Cutter::Csv(CsvCut::new(*delimiter, heading.clone())),
        };
        Self {
            window: Window::new(input, position),
            cutter,
            at_end,
            line,
            until: None,
            border: position,
            is_start_checked: position > 0,
            has_no_end: false,
        }
    }

    /// Leaves rows that begin at a byte or later to somebody else.
    #[must_use]
    pub fn until(mut self, until: u64) -> Self {
        self.until = Some(until);
        self
    }

    /// Whether the last piece ended only because the input did.
    pub fn has_no_end(&self) -> bool {
        self.has_no_end
    }

    /// Says what the end of the input means from now on.
    pub fn set_at_end(&mut self, at_end: AtEnd) {
        self.at_end = at_end;
    }

    /// The byte from which splitting can go on later: all rows before it were given, none after.
    pub fn position(&self) -> u64 {
        self.border
    }

    /// How many bytes of rows are left, where that is known.
    pub fn bytes_left(&self) -> Option<u64> {
        self.until.filter(|until| *until < u64::MAX).map(|until| until.saturating_sub(self.border))
    }

    /// The line of that byte, from 1.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// The byte up to which the input was read.
    pub fn read_to(&self) -> u64 {
        self.window.position() + self.window.data().len() as u64
    }

    /// What there is of a last row whose end is missing. Nothing of rows that tell by themselves
    /// where they end.
    pub fn tail(&self) -> Option<&[u8]> {
        let tail = self.window.data();
        let is_row = self.is_start_checked && self.cutter.is_open_row() && !tail.trim_ascii().is_empty();
        is_row.then_some(tail)
    }

    /// Begins behind a row that was read without its end: what comes on its line is no row.
    pub fn begin_behind_tail(&mut self) {
        if let Cutter::Lines(lines) = &mut self.cutter {
            lines.begin_behind_tail();
        }
    }

    /// The input, which is read further than rows were given.
    pub fn input(&mut self) -> &mut R {
        self.window.input()
    }

    /// The next row or bad piece. `None` at the end, and for [`AtEnd::Wait`] when there is no whole
    /// row yet: asking again reads on.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece<'_>>> {
        if !self.is_start_checked && !self.skip_byte_order_mark()? {
            return Ok(None);
        }
        let mut has_ended = false;
        loop {
            if self.until.is_some_and(|until| self.window.position() >= until) && self.cutter.is_at_border() {
                return Ok(None);
            }
            let data = self.window.data();
            if data.is_empty() && has_ended {
                return Ok(None);
            }
            match self.cutter.cut(data, has_ended) {
                Cut::More => {
                    if has_ended {
                        return Ok(None);
                    }
                    if self.at_end == AtEnd::Here || !self.window.fill()? {
                        match self.at_end {
                            AtEnd::Finish | AtEnd::Here => has_ended = true,
                            AtEnd::Wait => return Ok(None),
                        }
                    }
                }
                Cut::Skip(length) => self.consume(length),
                Cut::Row { end, next } => {
                    self.has_no_end = has_ended;
                    let (position, line) = (self.window.position(), self.line);
                    let at = self.window.place();
                    self.consume(next);
                    return Ok(Some(Piece::Row(Row { bytes: self.window.taken(at, end), position, line })));
                }
                Cut::Bad { next, reason } => {
                    self.has_no_end = has_ended;
                    let sample = data[..next.min(MAX_SAMPLE)].trim_ascii_end().to_vec();
                    let bad = BadPiece { position: self.window.position(), line: self.line, reason, sample };
                    self.consume(next);
                    return Ok(Some(Piece::Bad(bad)));
                }
            }
        }
    }

    fn consume(&mut self, length: usize) {
        if let Some(line) = &mut self.line {
            *line += memchr::memchr_iter(b'\n', &self.window.data()[..length]).count() as u64;
        }
        self.window.consume(length);
        if self.cutter.is_at_border() {
            self.border = self.window.position();
        }
    }

    /// Some programs begin a file with U+FEFF. Says whether there is anything yet.
    fn skip_byte_order_mark(&mut self) -> io::Result<bool> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        while self.window.data().len() < MARK.len() && MARK.starts_with(self.window.data()) {
            if !self.window.fill()? {
                if self.window.data().is_empty() || self.at_end == AtEnd::Wait {
                    return Ok(false);
                }
                break;
            }
        }
        self.is_start_checked = true;
        if self.window.data().starts_with(MARK) {
            if let Cutter::Lines(lines) = &mut self.cutter {
                lines.begin_behind_mark();
            }
            self.consume(MARK.len());
        }
        Ok(true)
    }
}

impl<R: Read + Seek> Splitter<R> {
    /// The rows that begin in `[from, until)` of a file; the last may go beyond. The ranges of a
    /// file together give each of its rows once. Only for layouts that are
    /// [range splittable](Layout::is_range_splittable).
    pub fn range(mut input: R, layout: &Layout, from: u64, until: u64) -> io::Result<Self> {
        // The byte before tells whether a row begins at `from`.
        let start = from.saturating_sub(1);
        input.seek(SeekFrom::Start(start))?;
        let line = (from == 0).then_some(1);
        let mut splitter = Self::resume(input, layout, AtEnd::Finish, start, line);
        splitter.is_start_checked = from > 0 || until == 0;
        if from > 0
            && let Cutter::Lines(lines) = &mut splitter.cutter
        {
            lines.skip_to_next();
        }
        splitter.until = Some(until);
        Ok(splitter)
    }
}

impl Cutter {
    fn cut(&mut self, data: &[u8], has_ended: bool) -> Cut {
        match self {
            Self::Lines(cut) => cut.cut(data, has_ended),
            Self::Elements(cut) => cut.cut(data, has_ended),
            Self::Csv(cut) => cut.cut(data, has_ended),
        }
    }

    fn is_at_border(&self) -> bool {
        match self {
            Self::Lines(cut) => cut.is_at_border(),
            Self::Elements(cut) => cut.is_at_border(),
            Self::Csv(_) => true,
        }
    }

    /// Whether the bytes at hand would be a row if the input ended with them.
    fn is_open_row(&self) -> bool {
        match self {
            Self::Lines(cut) => cut.is_open_row(),
            Self::Elements(_) => false,
            Self::Csv(cut) => !cut.is_quoted(),
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
