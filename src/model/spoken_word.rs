//! The words of what people type about times, with their places.

/// A word of the text with its place.
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// The words of a text, with gaps or commas between.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let is_gap = |c: char| c.is_whitespace() || c == ',';
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(|c| !is_gap(c)) {
        let at = rest + start;
        let end = text[at..].find(is_gap).map_or(text.len(), |len| at + len);
        words.push(Word { text: &text[at..end], at });
        rest = end;
    }
    words
}
