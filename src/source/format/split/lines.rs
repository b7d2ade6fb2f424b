//! Rows that are lines.

use super::MAX_ROW;
use super::cut::{Cut, hole, leading_zeros};

/// Cuts at line breaks, LF or CRLF.
#[derive(Debug, Default)]
pub struct LineCut {
    /// So many bytes hold no line break.
    seen: usize,
    /// What comes belongs to a row that is not wanted.
    is_skipping: bool,
    is_in_hole: bool,
    /// A byte order mark was the beginning of this line.
    is_behind_mark: bool,
}

impl LineCut {
    /// Begins behind the next line break.
    pub fn skip_to_next(&mut self) {
        self.is_skipping = true;
    }

    /// Begins on a line whose byte order mark was skipped.
    pub fn begin_behind_mark(&mut self) {
        self.is_behind_mark = true;
    }

    /// Whether a line begins at the next byte.
    pub fn is_at_border(&self) -> bool {
        // What follows a hole is on the line where the hole begins.
        !self.is_skipping && !self.is_in_hole && !self.is_behind_mark
    }

    pub fn cut(&mut self, data: &[u8], has_ended: bool) -> Cut {
        if data.is_empty() {
            return Cut::More;
        }
        if self.is_skipping {
            let Some(end) = memchr::memchr(b'\n', data) else { return Cut::Skip(data.len()) };
            self.is_skipping = false;
            return Cut::Skip(end + 1);
        }
        if data[0] == 0 {
            let zeros = leading_zeros(data);
            let was_in_hole = std::mem::replace(&mut self.is_in_hole, true);
            self.seen = 0;
            return if was_in_hole { Cut::Skip(zeros) } else { hole(zeros) };
        }
        let (end, next) = match memchr::memchr(b'\n', &data[self.seen..]) {
            Some(found) => (self.seen + found, self.seen + found + 1),
            None if data.len() > MAX_ROW => {
                self.is_skipping = true;
                (data.len(), data.len())
            }
            None if has_ended => (data.len(), data.len()),
            None => {
                self.seen = data.len();
                return Cut::More;
            }
        };
        self.seen = 0;
        (self.is_in_hole, self.is_behind_mark) = (false, false);
        if end > MAX_ROW {
            return Cut::Bad { next, reason: too_long() };
        }
        if data[..end].trim_ascii().is_empty() {
            return Cut::Skip(next);
        }
        Cut::Row { end: end - usize::from(data[end - 1] == b'\r'), next }
    }
}

/// What is said of a row that is too long.
pub fn too_long() -> String {
    "the row is longer than 1 MiB and was skipped".into()
}
