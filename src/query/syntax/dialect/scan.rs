//! A place in a text that is read as a whole.

/// A text, and how far it was read.
pub(super) struct Scan<'t> {
    /// All of it.
    pub text: &'t str,
    /// Where the rest begins.
    pub at: usize,
}

impl<'t> Scan<'t> {
    /// From a place on.
    pub fn at(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Passes over spaces.
    pub fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Passes over a token and the spaces before it, if it comes next.
    pub fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let is_here = self.rest().starts_with(token);
        self.at += if is_here { token.len() } else { 0 };
        is_here
    }
}
