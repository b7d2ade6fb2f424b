//! Long values of a detail over several lines: the reason of a failure is never cut off.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::safe_text::{visible, visible_str, width};
use crate::export::detail::{DetailLine, LineKind};

/// Cells in front of a fact's value: the cursor's mark, the label, a space.
pub const FACT_LABEL: usize = 8;

/// The least cells of a field's label, and the most as a part of the width.
const FIELD_LABEL: (usize, usize) = (18, 3);

/// Lines of one value at most; the rest is in the raw record.
const MOST_LINES: usize = 200;

/// How wide the labels of fields are, so that all values begin in one column.
pub fn field_label(lines: &[DetailLine], cells: usize) -> usize {
    let labels = lines.iter().filter(|line| line.kind == LineKind::Field);
    let longest = labels.map(|line| width(&visible_str(&line.label))).max().unwrap_or(0);
    longest.clamp(FIELD_LABEL.0, (cells / FIELD_LABEL.1).max(FIELD_LABEL.0))
}

/// Cells in front of a line's value.
pub fn indent(kind: LineKind, field_label: usize) -> usize {
    match kind {
        LineKind::Fact => 1 + FACT_LABEL,
        LineKind::Field => 3 + field_label + 1,
        LineKind::Raw | LineKind::Status(_) => 3,
        LineKind::Id | LineKind::Problem | LineKind::Note | LineKind::Heading | LineKind::Blank => 1,
    }
}

/// Breaks values that are longer than their room; what follows is a line of the same field without
/// its label.
pub fn wrap(lines: Vec<DetailLine>, cells: usize) -> Vec<DetailLine> {
    let label = field_label(&lines, cells);
    let mut wrapped = Vec::with_capacity(lines.len());
    for line in lines {
        let room = cells.saturating_sub(indent(line.kind, label) + 1).max(8);
        let is_whole = matches!(line.kind, LineKind::Id | LineKind::Heading | LineKind::Blank);
        // What is safe is at least as long in cells as it is here in characters.
        if is_whole || line.value.len() <= room {
            wrapped.push(line);
            continue;
        }
        let text = visible(&line.value);
        if width(&text) <= room {
            wrapped.push(line);
            continue;
        }
        let mut parts = parts(&text, room);
        let is_more = parts.len() > MOST_LINES;
        parts.truncate(MOST_LINES);
        for (place, part) in parts.into_iter().enumerate() {
            let label = if place == 0 { line.label.clone() } else { String::new() };
            wrapped.push(DetailLine { label, value: part.into_bytes(), ..line.clone() });
        }
        if is_more {
            let note = format!("… {} bytes in all; Y copies them", line.value.len());
            wrapped.push(DetailLine { label: String::new(), value: note.into_bytes(), ..line });
        }
    }
    wrapped
}

/// Pieces of a text that fit into so many cells, broken after a word where there is one.
fn parts(text: &str, room: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut part, mut cells) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        let more = width(grapheme);
        if cells + more > room {
            let at = part.rfind(' ').filter(|at| part.len() - at < room / 2).map_or(part.len(), |at| at + 1);
            let rest = part.split_off(at);
            parts.push(std::mem::replace(&mut part, rest));
            cells = width(&part);
        }
        part.push_str(grapheme);
        cells += more;
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(value: &[u8]) -> DetailLine {
        DetailLine { kind: LineKind::Field, label: "path".into(), value: value.to_vec(), field: None }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_all_fits(value: String, cells in 40_usize..200) {
            let whole = visible(value.as_bytes()).into_owned();
            let lines = wrap(vec![field(value.as_bytes())], cells);
            let room = cells - indent(LineKind::Field, field_label(&lines, cells)) - 1;
            let texts: Vec<String> = lines.iter().map(|line| visible(&line.value).into_owned()).collect();
            prop_assert_eq!(texts.concat(), whole);
            prop_assert!(texts.iter().all(|text| width(text) <= room));
        }
    }

    #[test]
    fn words_stay_whole() {
        let lines = wrap(vec![field(b"Upstream closed connection before headers")], 46);
        let texts: Vec<&[u8]> = lines.iter().map(|line| line.value.as_slice()).collect();
        assert_eq!(texts, [b"Upstream closed ".as_slice(), b"connection before ", b"headers"]);
        assert_eq!((lines[0].label.as_str(), lines[1].label.as_str()), ("path", ""));
    }

    #[test]
    fn an_endless_value_ends() {
        let lines = wrap(vec![field(&vec![b'x'; 1_000_000])], 80);
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert!(String::from_utf8_lossy(&lines[MOST_LINES].value).contains("1000000 bytes"));
    }
}
