//! A frame as bytes: what differs from the frame before, in as few bytes as a terminal needs.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Unchanged cells that are sent again where going around them costs as much.
const GAP: u16 = 8;

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

/// The bytes that turn one frame into another; none when they are alike. The pen is plain before
/// and after.
pub fn difference(shown: &Buffer, next: &Buffer) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut pen, mut at) = (Pen::PLAIN, None);
    for (x, y) in changed(shown, next) {
        let cell = &next[(x, y)];
        if at != Some((x, y)) {
            let gap = gap(next, at, (x, y), pen);
            if let Some(symbols) = gap {
                out.extend_from_slice(symbols.as_bytes());
            } else {
                out.extend_from_slice(format!("\x1b[{};{}H", y + 1, x + 1).as_bytes());
            }
        }
        let wanted = Pen::of(cell);
        if wanted != pen {
            out.extend_from_slice(change(pen, wanted).as_bytes());
            pen = wanted;
        }
        out.extend_from_slice(cell.symbol().as_bytes());
        at = Some((x + cell.symbol().width().max(1) as u16, y));
    }
    if pen != Pen::PLAIN {
        out.extend_from_slice(b"\x1b[m");
    }
    out
}

/// The cells that must be sent: those that differ, and those that a terminal spoils when one half of
/// a wide character beside them is overwritten.
fn changed(shown: &Buffer, next: &Buffer) -> Vec<(u16, u16)> {
    let area = next.area;
    let mut out = Vec::new();
    for y in 0..area.height {
        let differs = |x: u16| shown[(x, y)] != next[(x, y)];
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

/// The unchanged cells up to the next change, where sending them again is cheap: a few, of one
/// look, of one cell each.
fn gap(next: &Buffer, at: Option<(u16, u16)>, (x, y): (u16, u16), pen: Pen) -> Option<String> {
    let (from, row) = at?;
    if row != y || x < from || x - from > GAP {
        return None;
    }
    let mut symbols = String::new();
    for between in from..x {
        let cell = &next[(between, y)];
        if Pen::of(cell) != pen || cell.symbol().width() != 1 {
            return None;
        }
        symbols.push_str(cell.symbol());
    }
    Some(symbols)
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
    fn looks_change_by_the_shorter_way() {
        let pen = |fg, modifiers| Pen { fg, bg: Color::Reset, modifiers };
        let bold_red = pen(Color::Red, Modifier::BOLD);
        assert_eq!(change(Pen::PLAIN, bold_red), "\x1b[1;31m");
        assert_eq!(change(bold_red, Pen::PLAIN), "\x1b[m");
        assert_eq!(change(bold_red, pen(Color::Green, Modifier::BOLD)), "\x1b[32m");
        assert_eq!(change(pen(Color::Red, Modifier::BOLD), pen(Color::Red, Modifier::DIM)), "\x1b[22;2m");
    }
}
