//! One line of the screen, put together of pieces. All text from outside comes in through
//! [`Line::foreign`].

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::app::layout::Area;
use crate::base::safe_text::{PieceKind, pieces, row_end, to_ascii, width};

use super::theme::{Role, Theme};

/// Where a text that is too long loses what does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// At its end: messages.
    End,
    /// In its middle: paths, names, ids, whose ends tell them apart.
    Middle,
}

impl Cut {
    /// That of a field's label: paths of attributes differ at their ends.
    pub fn of_label(label: &str) -> Self {
        if label.contains('.') { Self::Middle } else { Self::End }
    }
}

/// Bytes of a foreign text that are looked at for one cell: more never fits.
const MOST_BYTES: usize = 4 * 1024;

/// One line of the screen.
#[derive(Debug, Clone)]
pub struct Line {
    theme: Theme,
    spans: Vec<(String, Style)>,
    width: usize,
}

impl Line {
    /// An empty line.
    pub fn new(theme: Theme) -> Self {
        Self { theme, spans: Vec::new(), width: 0 }
    }

    /// How many cells it takes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.width == 0
    }

    fn push(&mut self, text: String, style: Style) {
        self.width += width(&text);
        if !text.is_empty() {
            self.spans.push((text, style));
        }
    }

    /// Adds our own words.
    pub fn own(&mut self, text: &str, role: Role) -> &mut Self {
        let text = if self.theme.has_unicode { text.to_owned() } else { to_ascii(text).into_owned() };
        self.push(text, self.theme.style(role));
        self
    }

    /// Adds text from outside, made safe, in at most so many cells.
    pub fn foreign(&mut self, bytes: &[u8], role: Role, most: usize, cut: Cut) -> &mut Self {
        let mut graphemes = self.safe_graphemes(bytes, role, cut);
        let total: usize = graphemes.iter().map(|(text, _)| width(text)).sum();
        if total > most {
            graphemes = shortened(&graphemes, most, cut, (self.theme.mark().to_owned(), self.theme.style(Role::Dim)));
        }
        // Neighbours of one style are one span.
        let mut run = String::new();
        let mut run_style = None;
        for (text, style) in graphemes {
            if run_style != Some(style) {
                if let Some(style) = run_style {
                    self.push(std::mem::take(&mut run), style);
                }
                run_style = Some(style);
            }
            run.push_str(&text);
        }
        if let Some(style) = run_style {
            self.push(run, style);
        }
        self
    }

    fn safe_graphemes(&self, bytes: &[u8], role: Role, cut: Cut) -> Vec<(String, Style)> {
        let (plain, token) = (self.theme.style(role), self.theme.style(Role::Token));
        let (head, tail) = ends(bytes, cut);
        let mut out = Vec::new();
        for part in [head, tail] {
            for piece in pieces(part) {
                let style = if piece.kind == PieceKind::Token { token } else { plain };
                let text = if self.theme.has_unicode { piece.text } else { to_ascii(&piece.text).into_owned().into() };
                out.extend(text.graphemes(true).map(|grapheme| (grapheme.to_owned(), style)));
            }
        }
        out
    }

    /// Cuts what is beyond a width; its mark stands for it.
    pub fn cut_to(&mut self, most: usize) -> &mut Self {
        if self.width <= most {
            return self;
        }
        let spans = self.spans.iter();
        let graphemes: Vec<(String, Style)> =
            spans.flat_map(|(text, style)| text.graphemes(true).map(|cell| (cell.to_owned(), *style))).collect();
        let mark = (self.theme.mark().to_owned(), self.theme.style(Role::Dim));
        (self.spans, self.width) = (Vec::new(), 0);
        for (text, style) in shortened(&graphemes, most, Cut::End, mark) {
            self.push(text, style);
        }
        self
    }

    /// Fills up with spaces to a width.
    pub fn pad_to(&mut self, to: usize) -> &mut Self {
        if to > self.width {
            self.push(" ".repeat(to - self.width), Style::new());
        }
        self
    }

    /// Fills up with a character to a width.
    pub fn fill_to(&mut self, to: usize, char: char, role: Role) -> &mut Self {
        if to > self.width {
            let text: String = std::iter::repeat_n(char, to - self.width).collect();
            self.own(&text, role);
        }
        self
    }

    /// Adds another line behind.
    pub fn append(&mut self, other: Self) -> &mut Self {
        for (text, style) in other.spans {
            self.push(text, style);
        }
        self
    }

    /// The line in rows of a width, broken between words where that is possible; rows after the first
    /// begin with an indent. At most so many rows; the last one says when it is not all.
    pub fn wrapped(self, row_width: usize, indent: usize, most: usize) -> Vec<Self> {
        if self.width <= row_width {
            return vec![self];
        }
        // Below an indent there is something left of the row.
        let indent = if row_width <= indent + 4 { 0 } else { indent };
        let (cells, styles): (Vec<&str>, Vec<Style>) =
            self.spans.iter().flat_map(|(text, style)| text.graphemes(true).map(|grapheme| (grapheme, *style))).unzip();
        let (mut rows, mut at) = (Vec::new(), 0);
        while at < cells.len() {
            let mut row = Self::new(self.theme);
            if !rows.is_empty() {
                row.pad_to(indent);
            }
            let end = row_end(&cells[at..], row_width - row.width) + at;
            let is_cut = rows.len() + 1 == most && end < cells.len();
            for (text, style) in cells[at..end].iter().zip(&styles[at..end]) {
                row.push((*text).to_owned(), *style);
            }
            rows.push(row);
            // The space at a break is not drawn.
            at = end + usize::from(cells.get(end).is_some_and(|text| *text == " "));
            if is_cut {
                let (mark, role) = (self.theme.mark(), Role::Warn);
                let last = rows.last_mut().expect("a row was pushed");
                while last.width + width(mark) > row_width && last.spans.pop().is_some() {
                    last.width = last.spans.iter().map(|(text, _)| width(text)).sum();
                }
                last.own(mark, role);
                break;
            }
        }
        rows
    }

    /// Lays a style over everything.
    pub fn restyle(&mut self, style: Style) {
        for (_, own) in &mut self.spans {
            *own = own.patch(style);
        }
    }

    /// Cells up to the last one that is not blank.
    fn seen_width(&self) -> usize {
        let mut blank = 0;
        for (text, _) in self.spans.iter().rev() {
            let seen = text.trim_end_matches(' ');
            blank += text.len() - seen.len();
            if !seen.is_empty() {
                break;
            }
        }
        self.width - blank
    }

    /// Draws the line into a row of an area; what is behind its end is blank. A mark stands for what has no room.
    pub fn draw(&self, buffer: &mut Buffer, area: Area, row: u16) {
        if row >= area.height || area.y + row >= buffer.area.height {
            return;
        }
        if self.seen_width() > usize::from(area.width) {
            self.clone().cut_to(usize::from(area.width)).draw(buffer, area, row);
            return;
        }
        let y = area.y + row;
        let end = (area.x + area.width).min(buffer.area.width);
        let mut x = area.x;
        for (text, style) in &self.spans {
            if x >= end {
                break;
            }
            // Everything in the spans is safe: our own words, or through `foreign`.
            (x, _) = buffer.set_stringn(x, y, text, usize::from(end - x), *style);
        }
    }
}

/// The parts of a long text that can be seen: its head, and its tail when that is kept.
fn ends(bytes: &[u8], cut: Cut) -> (&[u8], &[u8]) {
    if bytes.len() <= MOST_BYTES {
        return (bytes, b"");
    }
    match cut {
        Cut::End => (&bytes[..MOST_BYTES], b""),
        Cut::Middle => (&bytes[..MOST_BYTES / 2], &bytes[bytes.len() - MOST_BYTES / 2..]),
    }
}

fn shortened(graphemes: &[(String, Style)], most: usize, cut: Cut, mark: (String, Style)) -> Vec<(String, Style)> {
    if most == 0 {
        return Vec::new();
    }
    let room = most - 1;
    let take = |parts: &mut dyn Iterator<Item = &(String, Style)>, room: usize| {
        let mut used = 0;
        parts
            .take_while(|(text, _)| {
                used += width(text);
                used <= room
            })
            .cloned()
            .collect::<Vec<_>>()
    };
    match cut {
        Cut::End => {
            let mut out = take(&mut graphemes.iter(), room);
            out.push(mark);
            out
        }
        Cut::Middle => {
            let tail_room = room / 2;
            let mut out = take(&mut graphemes.iter(), room - tail_room);
            out.push(mark);
            let mut tail = take(&mut graphemes.iter().rev(), tail_room);
            tail.reverse();
            out.extend(tail);
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], most: usize, cut: Cut) -> String {
        let mut line = Line::new(Theme::default());
        line.foreign(bytes, Role::Text, most, cut);
        assert!(line.width() <= most);
        line.spans.iter().map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(text(b"Upstream closed connection", 12, Cut::End), "Upstream cl…");
        assert_eq!(text(b"/orders/export/2026", 11, Cut::Middle), "/orde…/2026");
        assert_eq!(text("日本語のテキスト".as_bytes(), 7, Cut::End), "日本語…");
        assert_eq!(text(b"short", 12, Cut::End), "short");
        assert_eq!(text(b"x", 0, Cut::End), "");
        assert_eq!(text(&b"a".repeat(1_000_000), 5, Cut::Middle), "aa…aa");
    }

    #[test]
    fn long_lines_are_wrapped_between_words() {
        let rows = |text: &str, most: usize| {
            let mut line = Line::new(Theme::default());
            line.own(text, Role::Text);
            let rows = line.wrapped(12, 2, most);
            assert!(rows.iter().all(|row| row.width() <= 12));
            rows.iter().map(|row| row.spans.iter().map(|(t, _)| t.as_str()).collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(rows("short", 9), ["short"]);
        assert_eq!(rows("Upstream closed the line", 9), ["Upstream ", "  closed the", "  line"]);
        assert_eq!(rows("0123456789abcdefghijklmnop", 9), ["0123456789ab", "  cdefghijkl", "  mnop"]);
        assert_eq!(rows("0123456789abcdefghijklmnop", 2), ["0123456789ab", "  cdefghijk…"]);
        assert_eq!(rows("日本語のテキストです", 9), ["日本語のテキ", "  ストです"]);
    }

    #[test]
    fn foreign_text_is_safe_and_marked() {
        let mut line = Line::new(Theme::default());
        line.foreign(b"a\x1b[2Jb", Role::Text, 20, Cut::End);
        assert_eq!(line.spans.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>(), ["a", "␛", "[2Jb"]);
        assert_ne!(line.spans[0].1, line.spans[1].1);
    }
}
