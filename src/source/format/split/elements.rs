//! Rows that are JSON objects, wherever they stand: in a list, over several lines, one behind the
//! other, in a list inside an object.

use super::MAX_ROW;
use super::cut::{Backoff, Cut, hole, is_space, leading_zeros};
use crate::source::format::json_scan::{Scan, Token};

/// Cuts out objects.
#[derive(Debug)]
pub struct ElementCut {
    /// The key of the list that holds the rows, when an object is around it.
    list: Option<String>,
    state: State,
    /// So many bytes of the object at hand were looked at.
    seen: usize,
    balance: Balance,
    backoff: Backoff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between objects that are rows.
    Between,
    /// In an object that is a row.
    Inside,
    /// Before or in an object that holds the list.
    Around,
    /// Behind the list, in the object that holds it.
    Behind,
    /// Behind something broken: looking for a line that begins an object.
    Lost,
    /// In something that is no JSON and was named; it stands between the rows or not.
    Garbage {
        /// Whether rows are around it.
        is_between: bool,
    },
}

impl ElementCut {
    /// All objects at the top or in a list at the top.
    pub fn new(list: Option<String>) -> Self {
        let state = if list.is_some() { State::Around } else { State::Between };
        Self { list, state, seen: 0, balance: Balance::default(), backoff: Backoff::default() }
    }

    /// The objects of the list under a key.
    pub fn in_list(key: String, is_inside: bool) -> Self {
        let mut cut = Self::new(Some(key));
        if is_inside {
            cut.state = State::Between;
        }
        cut
    }

    /// Whether splitting can begin at the next byte.
    pub fn is_at_border(&self) -> bool {
        matches!(self.state, State::Between)
    }

    pub fn cut(&mut self, data: &[u8], has_ended: bool) -> Cut {
        if data.is_empty() {
            return Cut::More;
        }
        match self.state {
            State::Between | State::Around => self.between(data, has_ended),
            State::Inside => self.inside(data, has_ended),
            State::Behind => match self.balance.feed(data) {
                Fed::Closed(end) => {
                    self.state = State::Around;
                    Cut::Skip(end)
                }
                Fed::Open => Cut::Skip(data.len()),
                Fed::Broken(at) => {
                    self.balance.is_in_text = false;
                    Cut::Skip(at + 1)
                }
            },
            State::Lost => self.lost(data, has_ended),
            State::Garbage { is_between } => {
                let end = data.iter().position(|byte| matches!(byte, b'\n' | b'{'));
                if end.is_some() {
                    self.state = if is_between { State::Between } else { State::Around };
                }
                Cut::Skip(end.unwrap_or(data.len()))
            }
        }
    }

    fn between(&mut self, data: &[u8], has_ended: bool) -> Cut {
        let is_filler = |byte: &u8| is_space(*byte) || matches!(byte, b',' | b'[' | 0x1E);
        let filler = data.iter().position(|byte| !is_filler(byte)).unwrap_or(data.len());
        if filler > 0 {
            return Cut::Skip(filler);
        }
        match data[0] {
            b'{' if self.state == State::Around => self.find_list(data, has_ended),
            b'{' => {
                self.state = State::Inside;
                (self.seen, self.balance) = (0, Balance::default());
                self.inside(data, has_ended)
            }
            b']' => {
                if self.state == State::Between && self.list.is_some() {
                    self.state = State::Behind;
                    self.balance = Balance { depth: 1, ..Balance::default() };
                }
                Cut::Skip(1)
            }
            b'}' if self.state == State::Around => Cut::Skip(1),
            0 => hole(leading_zeros(data)),
            _ => self.garbage(data, has_ended),
        }
    }

    fn inside(&mut self, data: &[u8], has_ended: bool) -> Cut {
        match self.balance.feed(&data[self.seen..]) {
            Fed::Closed(end) => {
                let end = self.seen + end;
                self.state = State::Between;
                self.backoff.advance(end);
                if end > MAX_ROW {
                    return Cut::Bad { next: end, reason: super::lines::too_long() };
                }
                Cut::Row { end, next: end }
            }
            Fed::Broken(at) => {
                let next = self.seen + at + 1;
                self.state = State::Lost;
                Cut::Bad { next, reason: "a text begins on this line or before it and does not end on it".into() }
            }
            Fed::Open if data.len() > MAX_ROW || has_ended => {
                self.state = State::Lost;
                let next = self.backoff.after_failure(data, |from| next_object(data, from));
                let reason = if data.len() > MAX_ROW {
                    "an object begins here and does not end within 1 MiB"
                } else {
                    "an object begins here and is cut off"
                };
                Cut::Bad { next, reason: reason.into() }
            }
            Fed::Open => {
                self.seen = data.len();
                Cut::More
            }
        }
    }

    /// Looks for the list inside the object that holds it.
    fn find_list(&mut self, data: &[u8], has_ended: bool) -> Cut {
        let key = self.list.as_deref().unwrap_or_default();
        match list_begin(data, key) {
            ListBegin::At(begin) => {
                self.state = State::Between;
                Cut::Skip(begin)
            }
            // Its own row: reading it says what is wrong with it.
            ListBegin::NoList(end) if end <= MAX_ROW => Cut::Row { end, next: end },
            ListBegin::NoList(end) => Cut::Bad { next: end, reason: super::lines::too_long() },
            ListBegin::Unknown if data.len() > MAX_ROW || has_ended => {
                let reason = format!("no list “{key}” begins within the first 1 MiB of this object");
                let next = self.backoff.after_failure(data, |from| next_object(data, from));
                Cut::Bad { next, reason }
            }
            ListBegin::Unknown => Cut::More,
        }
    }

    /// Moves to the next line that begins an object, maybe behind the end of another.
    fn lost(&mut self, data: &[u8], has_ended: bool) -> Cut {
        let is_between = |byte: &u8| is_space(*byte) || matches!(byte, b'}' | b']' | b',');
        let Some(first) = data.iter().position(|byte| !is_between(byte)) else {
            return if has_ended { Cut::Skip(data.len()) } else { Self::wait_for_line(data) };
        };
        if data[first] == b'{' {
            self.state = State::Between;
            return match first {
                0 => self.between(data, has_ended),
                _ => Cut::Skip(first),
            };
        }
        match memchr::memchr(b'\n', &data[first..]) {
            Some(end) => Cut::Skip(first + end + 1),
            None => Self::wait_for_line(data),
        }
    }

    /// The line goes on; what is at hand of it is not wanted.
    fn wait_for_line(data: &[u8]) -> Cut {
        match memchr::memrchr(b'\n', data) {
            Some(end) => Cut::Skip(end + 1),
            None if data.len() > MAX_ROW => Cut::Skip(data.len()),
            None => Cut::More,
        }
    }

    fn garbage(&mut self, data: &[u8], has_ended: bool) -> Cut {
        let end = data.iter().position(|byte| matches!(byte, b'\n' | b'{'));
        if end.is_none() && !has_ended && data.len() <= MAX_ROW {
            return Cut::More;
        }
        self.state = State::Garbage { is_between: self.state == State::Between };
        let next = end.unwrap_or(data.len());
        Cut::Bad { next, reason: "this is no JSON object; a row begins with “{”".into() }
    }
}

/// Where the next line begins an object, from a byte on; in a text of one line, behind `},`.
fn next_object(data: &[u8], from: usize) -> Option<usize> {
    let rest = &data[from..];
    let line = memchr::memchr_iter(b'\n', rest).find_map(|at| {
        let first = rest[at..].iter().position(|byte| !is_space(*byte) && *byte != b',')?;
        (rest[at + first] == b'{').then_some(from + at + first)
    });
    let joint = || {
        memchr::memmem::find_iter(rest, b"},").find_map(|at| {
            let first = rest[at + 2..].iter().position(|byte| !is_space(*byte))?;
            (rest[at + 2 + first] == b'{').then_some(from + at + 2 + first)
        })
    };
    line.or_else(joint)
}

/// Follows braces and texts through any number of blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Balance {
    depth: u32,
    is_in_text: bool,
    is_escaped: bool,
}

enum Fed {
    /// The first object ended before this byte.
    Closed(usize),
    /// A text holds a line break here, which none may.
    Broken(usize),
    /// It goes on.
    Open,
}

impl Balance {
    fn feed(&mut self, data: &[u8]) -> Fed {
        // An escape waits for the next byte, however often nothing comes.
        if data.is_empty() {
            return Fed::Open;
        }
        let mut at = 0;
        if std::mem::take(&mut self.is_escaped) {
            at = 1;
        }
        loop {
            let Some(rest) = data.get(at..) else { return Fed::Open };
            if self.is_in_text {
                let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { return Fed::Open };
                at += found;
                match data[at] {
                    b'"' => self.is_in_text = false,
                    b'\\' if at + 1 == data.len() => {
                        self.is_escaped = true;
                        return Fed::Open;
                    }
                    b'\\' => at += 1,
                    _ => return Fed::Broken(at),
                }
            } else {
                let Some(found) = memchr::memchr3(b'"', b'{', b'}', rest) else { return Fed::Open };
                at += found;
                match data[at] {
                    b'"' => self.is_in_text = true,
                    b'{' => self.depth += 1,
                    _ => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.depth == 0 {
                            return Fed::Closed(at + 1);
                        }
                    }
                }
            }
            at += 1;
        }
    }
}

/// What is found of a list in an object.
enum ListBegin {
    /// Behind its bracket.
    At(usize),
    /// The object ends here without it.
    NoList(usize),
    /// The object is not whole, or not JSON.
    Unknown,
}

/// Looks for the list under a key of the object that begins the text.
fn list_begin(text: &[u8], key: &str) -> ListBegin {
    let mut scan = Scan::new(text);
    let mut find = || {
        scan.value().ok()?;
        let mut is_first = true;
        while let Some(name) = scan.next_key(&mut is_first).ok()? {
            let token = scan.value().ok()?;
            if token == Token::List && *name.decode() == *key.as_bytes() {
                return Some(ListBegin::At(scan.position()));
            }
            scan.skip(token).ok()?;
        }
        Some(ListBegin::NoList(scan.position()))
    };
    find().unwrap_or(ListBegin::Unknown)
}

/// Whether an object begins with a list of objects under a key.
pub fn has_list_of_objects(text: &[u8], key: &str) -> bool {
    match list_begin(text, key) {
        ListBegin::At(begin) => text[begin..].iter().find(|byte| !is_space(**byte)) == Some(&b'{'),
        ListBegin::NoList(_) | ListBegin::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_waits_for_the_next_byte() {
        let mut balance = Balance::default();
        for piece in [br#"{"a":"x\"#.as_slice(), b"", b"", br#""},"#] {
            assert!(matches!(balance.feed(piece), Fed::Open), "{balance:?}");
        }
        assert!(matches!(balance.feed(br#""}"#), Fed::Closed(2)));
    }
}
