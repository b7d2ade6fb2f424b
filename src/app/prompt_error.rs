//! What is wrong with a text that is typed: where, and in words.

use std::ops::Range;

use super::prompt::Prompt;

impl Prompt {
    /// The bytes of a query that are wrong, at least one where there is one; where something is missing at the end,
    /// nothing there.
    pub fn wrong_part(&self) -> Option<Range<usize>> {
        let (text, error) = (self.input.value(), self.error.as_ref().filter(|_| self.is_query())?);
        let start = error.span.start.min(text.len());
        let next = text.get(start..)?.chars().next().map_or(start, |char| start + char.len_utf8());
        let end = error.span.end.clamp(next, text.len());
        text.is_char_boundary(end).then_some(start..end)
    }

    /// Puts the cursor behind what is wrong, to be typed anew.
    pub(super) fn go_to_wrong(&mut self) {
        if let Some(wrong) = self.wrong_part() {
            let before = self.input.value()[..wrong.end].chars().count();
            self.input = self.input.clone().with_cursor(before);
        }
    }

    /// The text with every mistake put right, where that is sure.
    pub(super) fn put_right(&self) -> Option<&str> {
        self.error.as_ref()?.whole.as_deref()
    }

    /// What is wrong with the text, and what is right.
    pub fn error_words(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        Some(match self.put_right() {
            Some(text) => format!("{error} · Tab makes it {text}"),
            None => error.to_string(),
        })
    }
}
