//! A frame as bytes: what differs from the frame before, in as few bytes as a terminal needs.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// What cells look like: colours and the modifiers that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifiers: Modifier,
}

impl Pen {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifiers: Modifier::empty() };

    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifiers: cell.modifier }
    }
}

/// Clears from the cursor to the end of the line, in the colour behind the pen.
const CLEAR: &[u8] = b"\x1b[K";

/// The bytes that turn one frame into another; none when they are alike. The pen is plain before
/// and after.
pub fn difference(shown: &Buffer, next: &Buffer) -> Vec<u8> {
    let mut writer = Writer { next, out: Vec::new(), pen: Pen::PLAIN, at: None, is_sure: true };
    for row in changed(shown, next).chunk_by(|one, other| one.1 == other.1) {
        let clear = clear_from(next, row);
        for (x, y) in row.iter().take_while(|(x, _)| clear.is_none_or(|clear| *x < clear)) {
            writer.cell(*x, *y);
        }
        if let (Some(x), Some((_, y))) = (clear, row.first()) {
            writer.clear(x, *y);
        }
    }
    writer.change_to(Pen::PLAIN);
    writer.out
}

/// From which of the changed cells of a row on it is cleared: nothing is there any more up to its end, and there are
/// more such cells than bytes that say so.
fn clear_from(next: &Buffer, row: &[(u16, u16)]) -> Option<u16> {
    let (_, y) = *row.first()?;
    let is_blank = |x: &u16| is_blank(&next[(*x, y)]) && next[(*x, y)].bg == Color::Reset;
    let start = (0..next.area.width).rev().take_while(is_blank).last()?;
    let from = row.iter().position(|(x, _)| *x >= start)?;
    (row.len() - from > CLEAR.len() + PLAIN_BYTES).then(|| row[from].0)
}

/// Bytes that make the pen plain.
const PLAIN_BYTES: usize = 3;

/// Whether a cell shows only what is behind it.
fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(Modifier::UNDERLINED | Modifier::REVERSED)
}

/// Whether two cells look the same: of what is blank only what is behind it is seen.
fn look_alike(one: &Cell, other: &Cell) -> bool {
    one == other || is_blank(one) && is_blank(other) && one.bg == other.bg
}

/// Where the cursor and the pen of the terminal are, and what it was told.
struct Writer<'a> {
    next: &'a Buffer,
    out: Vec<u8>,
    pen: Pen,
    at: Option<(u16, u16)>,
    /// Whether all terminals agree on that place: nothing was written since it was named whose width they may not agree
    /// on.
    is_sure: bool,
}

impl Writer<'_> {
    /// Writes a cell.
    fn cell(&mut self, x: u16, y: u16) {
        self.go_to(x, y);
        let cell = &self.next[(x, y)];
        let has_lines = Modifier::UNDERLINED | Modifier::REVERSED;
        // The pen's own colour of text is not seen where nothing is.
        let is_seen = !is_blank(cell) || self.pen.bg != cell.bg || self.pen.modifiers.intersects(has_lines);
        if is_seen {
            self.change_to(Pen::of(cell));
        }
        self.out.extend_from_slice(cell.symbol().as_bytes());
        self.is_sure &= cell.symbol().is_ascii();
        self.at = Some((x + cell.symbol().width().max(1) as u16, y));
    }

    /// Clears a row from a cell on.
    fn clear(&mut self, x: u16, y: u16) {
        self.go_to(x, y);
        // Some terminals clear with what is behind the pen, some with its colours swapped or underlined.
        if self.pen.bg != Color::Reset || self.pen.modifiers.intersects(Modifier::UNDERLINED | Modifier::REVERSED) {
            self.change_to(Pen::PLAIN);
        }
        self.out.extend_from_slice(CLEAR);
    }

    /// Moves the cursor: by writing again what is between, or to a place, whatever is shorter.
    fn go_to(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let to = match self.at {
            Some((_, row)) if row == y => format!("\x1b[{}G", x + 1),
            _ if x == 0 => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let from_here = self.steps_to(x, y).filter(|steps| steps.len() < to.len());
        let written = self.between(x, y).filter(|symbols| symbols.len() <= to.len());
        let bytes = match (written, from_here) {
            (Some(written), steps) if steps.as_ref().is_none_or(|steps| written.len() <= steps.len()) => {
                self.is_sure &= written.is_ascii();
                written
            }
            (_, Some(steps)) => steps,
            (_, None) => {
                self.is_sure = true;
                to
            }
        };
        self.out.extend_from_slice(bytes.as_bytes());
        self.at = Some((x, y));
    }

    /// The steps from where the cursor is, where that is sure and not behind the last cell of a row.
    fn steps_to(&self, x: u16, y: u16) -> Option<String> {
        let (from, row) = self.at.filter(|(from, row)| self.is_sure && *from < self.next.area.width && *row <= y)?;
        let down = match y - row {
            0 => String::new(),
            1 => "\x1b[B".to_owned(),
            rows => format!("\x1b[{rows}B"),
        };
        let aside = match (x.checked_sub(from), from.saturating_sub(x)) {
            (Some(0), _) => String::new(),
            (Some(1), _) => "\x1b[C".to_owned(),
            (Some(cells), _) => format!("\x1b[{cells}C"),
            (None, cells @ ..=3) => "\x08".repeat(usize::from(cells)),
            (None, cells) => format!("\x1b[{cells}D"),
        };
        Some(down + &aside)
    }

    /// The unchanged cells up to the next change, of the pen's look and of one cell each.
    fn between(&self, x: u16, y: u16) -> Option<String> {
        let (from, _) = self.at.filter(|(from, row)| *row == y && *from < x)?;
        let mut symbols = String::new();
        for between in from..x {
            let cell = &self.next[(between, y)];
            let is_same = Pen::of(cell) == self.pen || is_blank(cell) && look_alike(cell, &self.blank());
            if !is_same || cell.symbol().width() != 1 {
                return None;
            }
            symbols.push_str(cell.symbol());
        }
        Some(symbols)
    }

    /// A blank cell as the pen writes it.
    fn blank(&self) -> Cell {
        let mut cell = Cell::new(" ");
        (cell.fg, cell.bg, cell.modifier) = (self.pen.fg, self.pen.bg, self.pen.modifiers);
        cell
    }

    fn change_to(&mut self, wanted: Pen) {
        if wanted != self.pen {
            self.out.extend_from_slice(change(self.pen, wanted).as_bytes());
            self.pen = wanted;
        }
    }
}

/// The cells that must be sent: those that differ, and those that a terminal spoils when one half of
/// a wide character beside them is overwritten.
fn changed(shown: &Buffer, next: &Buffer) -> Vec<(u16, u16)> {
    let area = next.area;
    let mut out = Vec::new();
    for y in 0..area.height {
        let differs = |x: u16| !look_alike(&shown[(x, y)], &next[(x, y)]);
        if !(0..area.width).any(differs) {
            continue;
        }
        let (old, new) = (leads(shown, y), leads(next, y));
        let mut is_sent: Vec<bool> = (0..area.width).map(|x| new[usize::from(x)] == x && differs(x)).collect();
        // What is sent spoils the other half of an old wide character; that is sent then too.
        let has_wide = old.iter().enumerate().any(|(x, lead)| usize::from(*lead) != x);
        let mut is_settled = !has_wide;
        while !is_settled {
            is_settled = true;
            for x in 0..is_sent.len() {
                if !is_sent[usize::from(new[x])] {
                    continue;
                }
                let lead = usize::from(old[x]);
                for half in (lead..old.len()).take_while(|half| usize::from(old[*half]) == lead) {
                    let owner = usize::from(new[half]);
                    is_settled &= is_sent[owner];
                    is_sent[owner] = true;
                }
            }
        }
        out.extend((0..area.width).filter(|x| is_sent[usize::from(*x)]).map(|x| (x, y)));
    }
    out
}

/// For each cell of a row the cell in which its character begins.
fn leads(buffer: &Buffer, y: u16) -> Vec<u16> {
    let width = buffer.area.width;
    let mut leads = Vec::with_capacity(usize::from(width));
    while (leads.len() as u16) < width {
        let x = leads.len() as u16;
        let cells = (buffer[(x, y)].symbol().width() as u16).clamp(1, width - x);
        leads.extend(std::iter::repeat_n(x, usize::from(cells)));
    }
    leads
}

/// The shorter way from one look to another: by what changes, or from plain.
fn change(from: Pen, to: Pen) -> String {
    let mut steps = Vec::new();
    let (lost, won) = (from.modifiers - to.modifiers, to.modifiers - from.modifiers);
    let mut won = won;
    // One code ends both.
    if lost.intersects(Modifier::BOLD | Modifier::DIM) {
        steps.push("22".to_owned());
        won |= to.modifiers & (Modifier::BOLD | Modifier::DIM);
    }
    for (modifier, code) in [(Modifier::UNDERLINED, "24"), (Modifier::REVERSED, "27")] {
        if lost.contains(modifier) {
            steps.push(code.to_owned());
        }
    }
    steps.extend(modifier_codes(won));
    if from.fg != to.fg {
        steps.push(colour(to.fg, 30));
    }
    if from.bg != to.bg {
        steps.push(colour(to.bg, 40));
    }
    let by_steps = steps.join(";");
    let mut anew = vec![String::new()];
    anew.extend(modifier_codes(to.modifiers));
    for (colour_wanted, base) in [(to.fg, 30), (to.bg, 40)] {
        if colour_wanted != Color::Reset {
            anew.push(colour(colour_wanted, base));
        }
    }
    // Nothing before the first semicolon stands for zero, which is plain.
    let anew = anew.join(";");
    format!("\x1b[{}m", if anew.len() < by_steps.len() { anew } else { by_steps })
}

fn modifier_codes(modifiers: Modifier) -> impl Iterator<Item = String> {
    [(Modifier::BOLD, "1"), (Modifier::DIM, "2"), (Modifier::UNDERLINED, "4"), (Modifier::REVERSED, "7")]
        .into_iter()
        .filter(move |(modifier, _)| modifiers.contains(*modifier))
        .map(|(_, code)| code.to_owned())
}

/// The code of a colour; `base` is 30 for text and 40 for what is behind it.
fn colour(colour: Color, base: u8) -> String {
    let named = |number: u8| (base + number).to_string();
    let bright = |number: u8| (base + 60 + number).to_string();
    match colour {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(number) => format!("{};5;{number}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
#[path = "frame_bytes_tests.rs"]
mod tests;
