//! The one way from foreign bytes to a terminal.
//!
//! Whatever could move a cursor, hide itself, reorder its neighbours or lie about its width
//! becomes a visible token (`␛`, `^M`, `<U+202E>`, `\xff`), which the screen draws in a style of
//! its own. Nothing is dropped: the pieces of a text, put together, are the text.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Marks that may stand on one letter before the rest is cut away and counted.
const MAX_MARKS: usize = 8;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// Drawn as it is.
    Plain,
    /// Stands for bytes that must not be drawn as they are.
    Token,
}

/// A run of text that is safe to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What to draw.
    pub text: Cow<'a, str>,
    /// Whether `text` is the source's own or stands for it.
    pub kind: PieceKind,
    /// The bytes that the piece stands for.
    pub source: &'a [u8],
}

/// Cuts bytes into pieces that are safe to draw on one line. What terminals disagree about, as signs that are joined,
/// becomes a token, too, so that columns stay straight.
pub fn pieces(bytes: &[u8]) -> Vec<Piece<'_>> {
    let mut out = Vec::with_capacity(1);
    if is_plain_ascii(bytes) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            out.push(Piece { text: Cow::Borrowed(text), kind: PieceKind::Plain, source: bytes });
        }
        return out;
    }
    for chunk in bytes.utf8_chunks() {
        valid_pieces(chunk.valid(), &mut out);
        for (place, byte) in chunk.invalid().iter().enumerate() {
            out.push(Piece {
                text: Cow::Owned(format!("\\x{byte:02x}")),
                kind: PieceKind::Token,
                source: &chunk.invalid()[place..=place],
            });
        }
    }
    out
}

/// Bytes as one line of safe text, for output that has no styles.
pub fn visible(bytes: &[u8]) -> Cow<'_, str> {
    joined(pieces(bytes))
}

/// Text as one line of safe text, for output that has no styles.
pub fn visible_str(text: &str) -> Cow<'_, str> {
    visible(text.as_bytes())
}

/// As [`visible`], but line breaks stay: for error texts that carry our own.
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible_str).collect();
    lines.join("\n")
}

fn joined(mut pieces: Vec<Piece<'_>>) -> Cow<'_, str> {
    match pieces.len() {
        0 => Cow::Borrowed(""),
        1 => pieces.pop().map_or(Cow::Borrowed(""), |piece| piece.text),
        _ => Cow::Owned(pieces.iter().map(|piece| piece.text.as_ref()).collect()),
    }
}

fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
}

fn valid_pieces<'a>(text: &'a str, out: &mut Vec<Piece<'a>>) {
    // Runs of plain clusters stay one borrowed piece.
    let mut plain_from = 0;
    let mut at = 0;
    for cluster in text.graphemes(true) {
        let end = at + cluster.len();
        if !is_plain_cluster(cluster) {
            push_plain(&text[plain_from..at], out);
            cluster_pieces(cluster, out);
            plain_from = end;
        }
        at = end;
    }
    push_plain(&text[plain_from..], out);
}

fn push_plain<'a>(text: &'a str, out: &mut Vec<Piece<'a>>) {
    if !text.is_empty() {
        out.push(Piece { text: Cow::Borrowed(text), kind: PieceKind::Plain, source: text.as_bytes() });
    }
}

/// A single drawable character, alone or with few marks on it.
fn is_plain_cluster(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let Some(base) = chars.next() else { return true };
    if base.is_ascii() {
        return chars.as_str().is_empty() && !base.is_ascii_control()
            || !base.is_ascii_control() && marks_are_few(chars);
    }
    is_drawable(base) && base.width().unwrap_or(0) > 0 && !is_disputed_alone(base) && marks_are_few(chars)
}

fn marks_are_few(chars: std::str::Chars<'_>) -> bool {
    let mut marks = 0;
    for mark in chars {
        if !is_drawable(mark) || mark.width() != Some(0) || is_variation_selector(mark) {
            return false;
        }
        marks += 1;
    }
    marks <= MAX_MARKS
}

fn cluster_pieces<'a>(cluster: &'a str, out: &mut Vec<Piece<'a>>) {
    let mut chars = cluster.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let own = &cluster[at..at + char.len_utf8()];
        let rest = &cluster[at..];
        let is_mark = char.width() == Some(0) && is_drawable(char) && !is_variation_selector(char);
        if is_mark && at > 0 {
            // Marks run on from their letter up to the bound; the rest is counted.
            let run: Vec<_> = rest
                .char_indices()
                .take_while(|&(_, c)| c.width() == Some(0) && is_drawable(c) && !is_variation_selector(c))
                .collect();
            let end_of = |count: usize| {
                run.get(count).map_or_else(|| run.last().map_or(0, |&(i, c)| i + c.len_utf8()), |&(i, _)| i)
            };
            let kept = end_of(run.len().min(MAX_MARKS));
            let all = end_of(run.len());
            extend_last_plain(cluster, at, kept, out);
            if all > kept {
                out.push(Piece {
                    text: Cow::Owned(format!("<+{} marks>", run.len() - MAX_MARKS)),
                    kind: PieceKind::Token,
                    source: &rest.as_bytes()[kept..all],
                });
            }
            while chars.peek().is_some_and(|&(next, _)| next < at + all) {
                chars.next();
            }
            continue;
        }
        // What joined them is a token: signs stand alone again. Letters that a sign of their script joins stay readable.
        let is_sign = is_drawable(char) && char.width().unwrap_or(0) > 0 && !is_variation_selector(char);
        if is_sign && !is_disputed_alone(char) {
            push_plain(own, out);
            continue;
        }
        out.push(Piece { text: token(char), kind: PieceKind::Token, source: own.as_bytes() });
    }
}

/// Lets the piece that ends at `at` run on to `at + len`, which is the same text.
fn extend_last_plain<'a>(cluster: &'a str, at: usize, len: usize, out: &mut Vec<Piece<'a>>) {
    let more = &cluster[at..at + len];
    if let Some(last) = out.last_mut()
        && last.kind == PieceKind::Plain
        && last.source.as_ptr_range().end == more.as_ptr()
        && let Some(start) = (last.source.as_ptr() as usize).checked_sub(cluster.as_ptr() as usize)
        && let Some(joined) = cluster.get(start..at + len)
    {
        last.text = Cow::Borrowed(joined);
        last.source = joined.as_bytes();
        return;
    }
    // A mark without a letter sits on a dotted circle.
    out.push(Piece { text: Cow::Owned(format!("\u{25cc}{more}")), kind: PieceKind::Token, source: more.as_bytes() });
}

fn token(char: char) -> Cow<'static, str> {
    match char {
        '\u{1b}' => Cow::Borrowed("␛"),
        '\u{7f}' => Cow::Borrowed("^?"),
        '\0'..='\u{1f}' => Cow::Owned(format!("^{}", char::from(char as u8 + 0x40))),
        _ => Cow::Owned(format!("<U+{:04X}>", u32::from(char))),
    }
}

/// Characters whose width terminals do not agree on when they stand alone.
fn is_disputed_alone(char: char) -> bool {
    // Regional indicators; skin tones.
    matches!(char, '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_variation_selector(char: char) -> bool {
    matches!(char, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}')
}

/// Neither control, format, separator, filler, private nor a non-character: what has a shape.
fn is_drawable(char: char) -> bool {
    !(char.is_control()
        || matches!(
            u32::from(char),
            0xad | 0x34f
                | 0x600..=0x605
                | 0x61c
                | 0x6dd
                | 0x70f
                | 0x890..=0x891
                | 0x8e2
                | 0x115f..=0x1160
                | 0x17b4..=0x17b5
                | 0x180b..=0x180f
                | 0x200b..=0x200f
                | 0x2028..=0x202e
                | 0x2060..=0x206f
                | 0x3164
                | 0xe000..=0xf8ff
                | 0xfeff
                | 0xffa0
                | 0xfff0..=0xfffb
                | 0xfffe..=0xffff
                | 0x110bd
                | 0x110cd
                | 0x13430..=0x1345f
                | 0x1bca0..=0x1bca3
                | 0x1d173..=0x1d17a
                | 0xe0000..=0xe0fff
                | 0xf0000..=0x0010_ffff
        ))
}

/// Columns that safe text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Columns that clusters of safe text take.
pub fn cells_of(clusters: &[&str]) -> usize {
    clusters.iter().map(|cluster| width(cluster)).sum()
}

/// As many clusters from the start as so many columns hold.
pub fn from_start<'a, 'b>(clusters: &'b [&'a str], room: usize) -> &'b [&'a str] {
    let fits = |count: &usize| cells_of(&clusters[..*count]) <= room;
    &clusters[..(0..=clusters.len().min(room)).rev().find(fits).unwrap_or(0)]
}

/// Safe text for terminals that draw ASCII only; what has no ASCII form becomes `?`.
pub fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        match cluster {
            _ if cluster.is_ascii() => out.push_str(cluster),
            "␛" => out.push_str("^["),
            "…" => out.push('~'),
            "–" | "—" | "·" | "─" => out.push('-'),
            "▸" | "▌" | "›" | "→" => out.push('>'),
            "│" => out.push('|'),
            "≥" => out.push_str(">="),
            "≤" => out.push_str("<="),
            "µ" => out.push('u'),
            "✓" => out.push_str("ok"),
            "✗" => out.push('x'),
            "●" => out.push('*'),
            "▲" | "▴" | "↑" => out.push('^'),
            "▾" | "↓" => out.push('v'),
            "←" | "‹" => out.push('<'),
            "“" | "”" => out.push('"'),
            "’" => out.push('\''),
            "☑" => out.push_str("[x]"),
            "☐" => out.push_str("[ ]"),
            _ => {
                for _ in 0..cluster.width().max(1) {
                    out.push('?');
                }
            }
        }
    }
    Cow::Owned(out)
}

/// Signs behind which a name or a path may be broken.
const PARTING: [&str; 6] = ["-", "/", "_", ".", "?", "&"];

/// How many clusters go into a line of so many cells: up to the last space in its second half, else up to the last sign
/// there that parts a name or a path, else up to a space whose next word has room in a line, else all that fit.
pub fn row_end<T: AsRef<str>>(clusters: &[T], room: usize) -> usize {
    let (mut used, mut fit) = (0, 0);
    for cluster in clusters {
        used += width(cluster.as_ref());
        if used > room {
            break;
        }
        fit += 1;
    }
    if fit == clusters.len() || clusters[fit].as_ref() == " " {
        return fit;
    }
    let behind_last = |is_meant: &dyn Fn(&str) -> bool| {
        clusters[..fit].iter().rposition(|cluster| is_meant(cluster.as_ref())).map(|place| place + 1)
    };
    let is_in_second_half = |place: &usize| *place > fit / 2;
    let behind_space = behind_last(&|cluster| cluster == " ");
    let has_room = |place: &usize| {
        let word = clusters[*place..].iter().map(AsRef::as_ref).take_while(|cluster| *cluster != " ");
        word.map(width).sum::<usize>() <= room
    };
    behind_space
        .filter(is_in_second_half)
        .or_else(|| behind_last(&|cluster| PARTING.contains(&cluster)).filter(is_in_second_half))
        .or_else(|| behind_space.filter(has_room))
        .unwrap_or(fit)
        .max(1)
}

#[cfg(test)]
#[path = "safe_text_tests.rs"]
mod tests;
