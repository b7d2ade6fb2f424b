//! Rows of comma-separated values, which may hold line breaks in quotes.

use super::MAX_ROW;
use super::cut::{Backoff, Cut, hole, leading_zeros};

/// Cuts at line breaks outside of quotes.
#[derive(Debug)]
pub struct CsvCut {
    delimiter: u8,
    heading: Option<Vec<u8>>,
    /// So many bytes were looked at, which ended in a state.
    seen: usize,
    state: State,
    backoff: Backoff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the first byte of a value: a quote counts here.
    Start,
    /// Inside a value, or behind its closing quote.
    Plain,
    Quoted,
    /// Behind a quote in quotes, which closes them unless another follows.
    Quote,
}

impl CsvCut {
    pub fn new(delimiter: u8, heading: Option<Vec<u8>>) -> Self {
        Self { delimiter, heading, seen: 0, state: State::Start, backoff: Backoff::default() }
    }

    pub fn cut(&mut self, data: &[u8], has_ended: bool) -> Cut {
        if data.is_empty() {
            return Cut::More;
        }
        if data[0] == 0 && self.seen == 0 {
            return hole(leading_zeros(data));
        }
        let (end, next) = match self.find_end(data) {
            Some(end) => (end, end + 1),
            None if data.len() > MAX_ROW || has_ended && matches!(self.state, State::Quoted) => {
                return self.never_ends(data);
            }
            None if has_ended => (data.len(), data.len()),
            None => return Cut::More,
        };
        self.restart();
        self.backoff.advance(next);
        if end > MAX_ROW {
            return Cut::Bad { next, reason: super::lines::too_long() };
        }
        let row = data[..end].strip_suffix(b"\r").unwrap_or(&data[..end]);
        if row.trim_ascii().is_empty() || self.heading.as_deref() == Some(row) {
            return Cut::Skip(next);
        }
        Cut::Row { end: row.len(), next }
    }

    /// Whether a quote is open.
    pub fn is_quoted(&self) -> bool {
        self.state == State::Quoted
    }

    fn restart(&mut self) {
        (self.seen, self.state) = (0, State::Start);
    }

    /// Goes on from where it stopped, up to the line break that ends the row.
    fn find_end(&mut self, data: &[u8]) -> Option<usize> {
        while let Some(&byte) = data.get(self.seen) {
            match self.state {
                State::Start | State::Quote if byte == b'"' => self.state = State::Quoted,
                State::Start | State::Plain | State::Quote => {
                    let rest = &data[self.seen..];
                    let Some(found) = memchr::memchr2(self.delimiter, b'\n', rest) else {
                        (self.seen, self.state) = (data.len(), State::Plain);
                        return None;
                    };
                    self.seen += found;
                    if data[self.seen] == b'\n' {
                        return Some(self.seen);
                    }
                    self.state = State::Start;
                }
                State::Quoted => {
                    let Some(found) = memchr::memchr(b'"', &data[self.seen..]) else {
                        self.seen = data.len();
                        return None;
                    };
                    self.seen += found;
                    self.state = State::Quote;
                }
            }
            self.seen += 1;
        }
        None
    }

    /// A quote that is never closed would take all rows behind it along: only its line is bad.
    fn never_ends(&mut self, data: &[u8]) -> Cut {
        let is_quoted = matches!(self.state, State::Quoted | State::Quote);
        self.restart();
        if !is_quoted {
            return Cut::Bad { next: data.len(), reason: super::lines::too_long() };
        }
        let next = self.backoff.after_failure(data, |from| Some(from + memchr::memchr(b'\n', &data[from..])? + 1));
        Cut::Bad { next, reason: "a quote is opened here and never closed".into() }
    }
}
