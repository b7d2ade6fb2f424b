//! Rows that are lines.

use super::MAX_ROW;
use super::cut::{Cut, hole, leading_zeros};

/// Cuts at line breaks, LF or CRLF.
#[derive(Debug, Default)]
pub struct LineCut {
    /// So many bytes hold no line break.
    seen: usize,
    place: Place,
}

/// Where the next byte is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// At or in a line that is a row.
    #[default]
    Row,
    /// In a row that is not wanted.
    Skipping,
    /// Behind zero bytes.
    Hole,
    /// Behind a byte order mark, which was the beginning of the line.
    BehindMark,
    /// Behind a row that was taken before its line break was there.
    BehindTail,
}

impl LineCut {
    /// Begins behind the next line break.
    pub fn skip_to_next(&mut self) {
        self.place = Place::Skipping;
    }

    /// Begins on a line whose byte order mark was skipped.
    pub fn begin_behind_mark(&mut self) {
        self.place = Place::BehindMark;
    }

    /// Begins behind a row that was taken without its line break.
    pub fn begin_behind_tail(&mut self) {
        self.place = Place::BehindTail;
    }

    /// Whether the bytes at hand are a line whose end is missing.
    pub fn is_open_row(&self) -> bool {
        matches!(self.place, Place::Row | Place::BehindMark)
    }

    /// Whether a line begins at the next byte.
    pub fn is_at_border(&self) -> bool {
        // What follows a hole is on the line where the hole begins.
        matches!(self.place, Place::Row | Place::BehindTail)
    }

    pub fn cut(&mut self, data: &[u8], has_ended: bool) -> Cut {
        if data.is_empty() {
            return Cut::More;
        }
        if self.place == Place::Skipping {
            let Some(end) = memchr::memchr(b'\n', data) else { return Cut::Skip(data.len()) };
            self.place = Place::Row;
            return Cut::Skip(end + 1);
        }
        if data[0] == 0 {
            let zeros = leading_zeros(data);
            let was_in_hole = std::mem::replace(&mut self.place, Place::Hole) == Place::Hole;
            self.seen = 0;
            return if was_in_hole { Cut::Skip(zeros) } else { hole(zeros) };
        }
        let (end, next, then) = match memchr::memchr(b'\n', &data[self.seen..]) {
            Some(found) => (self.seen + found, self.seen + found + 1, Place::Row),
            None if data.len() > MAX_ROW => (data.len(), data.len(), Place::Skipping),
            None if has_ended => (data.len(), data.len(), Place::BehindTail),
            None => {
                self.seen = data.len();
                return Cut::More;
            }
        };
        self.seen = 0;
        let was = std::mem::replace(&mut self.place, then);
        if end > MAX_ROW {
            return Cut::Bad { next, reason: too_long() };
        }
        if data[..end].trim_ascii().is_empty() {
            if then == Place::BehindTail && was != then {
                self.place = Place::Row;
            }
            return Cut::Skip(next);
        }
        // JSON tells its end by itself: another object is another row.
        if was == Place::BehindTail && data[0] != b'{' {
            let reason = "nothing was added to the row before for a while, so it was taken for whole; it went on here";
            return Cut::Bad { next, reason: reason.into() };
        }
        Cut::Row { end: end - usize::from(data[end - 1] == b'\r'), next }
    }
}

/// What is said of a row that is too long.
pub fn too_long() -> String {
    "the row is longer than 1 MiB and was skipped".into()
}
