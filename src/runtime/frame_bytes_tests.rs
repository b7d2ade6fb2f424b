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

/// Bytes of cursor steps down on a screen of a size: the cheapest of some, and the dearest.
fn step_bytes((width, height): (u16, u16)) -> (usize, usize) {
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
    (steps.iter().min().copied().unwrap_or(0), steps.into_iter().max().unwrap_or(0))
}

#[test]
fn a_step_of_the_cursor_costs_little_of_a_slow_line() {
    for (size, most) in [((80, 24), 80), ((120, 36), 270), ((160, 45), 290), ((200, 50), 290)] {
        let (fewest, dearest) = step_bytes(size);
        assert!(dearest <= most, "{size:?}: {dearest} bytes");
        // The mark goes from one row to the next, and the number of the row changes.
        assert!(fewest >= 20, "{size:?}: {fewest} bytes are no step");
    }
}
