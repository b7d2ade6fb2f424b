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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const AREA: Rect = Rect { x: 0, y: 0, width: 24, height: 4 };

    fn any_frame() -> impl Strategy<Value = Buffer> {
        let texts = ["plain", "日本", "x", "  ", "é", "a b c d e f", "✗ 502"];
        let colours = [Color::Reset, Color::Red, Color::DarkGray, Color::Indexed(245), Color::Indexed(24)];
        let piece = (
            0..AREA.width,
            0..AREA.height,
            prop::sample::select(texts.to_vec()),
            prop::sample::select(colours.to_vec()),
            prop::sample::select(colours.to_vec()),
            0_u16..16,
        );
        prop::collection::vec(piece, 0..12).prop_map(|pieces| {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, fg, bg, bits) in pieces {
                let all = [Modifier::BOLD, Modifier::DIM, Modifier::UNDERLINED, Modifier::REVERSED];
                let chosen = all.into_iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                let modifiers = chosen.fold(Modifier::empty(), |sum, (_, modifier)| sum | modifier);
                buffer.set_string(x, y, text, Style::new().fg(fg).bg(bg).add_modifier(modifiers));
            }
            // The terminal of this test is either bold or dim.
            for cell in &mut buffer.content {
                if cell.modifier.contains(Modifier::BOLD) {
                    cell.modifier -= Modifier::DIM;
                }
            }
            buffer
        })
    }

    fn terminal() -> vt100::Parser {
        let cells = |count: u16| std::num::NonZero::new(count).expect("a screen has cells");
        vt100::Parser::new(cells(AREA.height), cells(AREA.width), 0)
    }

    proptest! {
        /// A terminal that is told all differences shows what one shows that is told the last frame.
        #[test]
        fn differences_add_up(frames in prop::collection::vec(any_frame(), 1..6)) {
            let (mut by_steps, mut at_once) = (terminal(), terminal());
            let mut shown = Buffer::empty(AREA);
            for next in &frames {
                by_steps.process(&difference(&shown, next));
                shown = next.clone();
            }
            at_once.process(&difference(&Buffer::empty(AREA), &shown));
            let cells = |terminal: &vt100::Parser| {
                let screen = terminal.screen();
                (0..AREA.height)
                    .flat_map(|y| (0..AREA.width).map(move |x| (y, x)))
                    .map(|(y, x)| {
                        let cell = screen.cell(y, x).expect("a cell").clone();
                        let text = cell.contents().trim().to_owned();
                        // Of what is blank only what is behind it is seen.
                        if text.is_empty() && !cell.inverse() {
                            let bg = if cell.is_wide_continuation() { vt100::Color::Default } else { cell.bgcolor() };
                            return (text, vt100::Color::Default, bg, false, false, cell.underline(), false);
                        }
                        (text, cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.dim(), cell.underline(), cell.inverse())
                    })
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(cells(&by_steps), cells(&at_once));
            prop_assert!(difference(&shown, &shown).is_empty());
        }
    }

    #[test]
    fn what_is_cleared_is_not_written_as_blanks_and_a_row_is_not_named_twice() {
        let mut shown = Buffer::empty(AREA);
        shown.set_string(0, 1, "a longer line of text", Style::new().fg(Color::Red));
        let mut next = Buffer::empty(AREA);
        next.set_string(0, 1, "a", Style::new().fg(Color::Red));
        assert_eq!(difference(&shown, &next), b"\x1b[2;3H\x1b[K", "blanks of another colour look the same");
        next = shown.clone();
        next.set_string(0, 1, "A", Style::new());
        next.set_string(20, 1, "T", Style::new());
        next.set_string(0, 2, "x", Style::new());
        next.set_string(0, 3, "é", Style::new());
        assert_eq!(difference(&shown, &next), b"\x1b[2H\x1b[31mA\x1b[21GT\x1b[3H\x1b[mx\x1b[4H\xc3\xa9");
    }

    #[test]
    fn numbers_below_each_other_are_reached_by_steps() {
        let shown = Buffer::empty(AREA);
        let mut next = shown.clone();
        for (y, text) in [(0, "12"), (1, "34"), (3, "5")] {
            next.set_string(9, y, text, Style::new());
        }
        assert_eq!(difference(&shown, &next), b"\x1b[1;10H12\x1b[B\x08\x0834\x1b[2B\x08\x085");
        // What terminals may draw in one cell or in two is not reckoned with.
        next.set_string(9, 1, "é4", Style::new());
        assert_eq!(difference(&shown, &next), "\x1b[1;10H12\x1b[B\x08\x08é4\x1b[4;10H5".as_bytes());
    }

    #[test]
    fn looks_change_by_the_shorter_way() {
        let pen = |fg, modifiers| Pen { fg, bg: Color::Reset, modifiers };
        let bold_red = pen(Color::Red, Modifier::BOLD);
        assert_eq!(change(Pen::PLAIN, bold_red), "\x1b[1;31m");
        assert_eq!(change(bold_red, Pen::PLAIN), "\x1b[m");
        assert_eq!(change(bold_red, pen(Color::Green, Modifier::BOLD)), "\x1b[32m");
        assert_eq!(change(pen(Color::Red, Modifier::BOLD), pen(Color::Red, Modifier::DIM)), "\x1b[22;2m");
    }

    /// Bytes of a cursor step down on a screen of a size, the dearest of some.
    fn step_bytes((width, height): (u16, u16)) -> usize {
        let mut driver = crate::app::testing::Driver::over_platform();
        driver.resize(width, height).wait(3).keys("j j");
        let frame = |driver: &crate::app::testing::Driver| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let _ = crate::view::draw(&driver.state, crate::view::Theme::default(), &mut buffer);
            buffer
        };
        let mut steps = Vec::new();
        for _ in 0..12 {
            let before = frame(&driver);
            driver.keys("j");
            steps.push(difference(&before, &frame(&driver)).len());
        }
        steps.into_iter().max().unwrap_or(0)
    }

    #[test]
    fn a_step_of_the_cursor_costs_little_of_a_slow_line() {
        for (size, most) in [((80, 24), 80), ((120, 36), 270), ((160, 45), 290), ((200, 50), 290)] {
            let bytes = step_bytes(size);
            assert!(bytes <= most, "{size:?}: {bytes} bytes");
        }
    }
}
