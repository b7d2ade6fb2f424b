//! What a cutter says of the bytes at hand.

use super::MAX_ROW;

/// The next step. Lengths count from the first byte at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// More bytes are needed.
    More,
    /// So many bytes are no row and need no mention.
    Skip(usize),
    /// A row, and where the next begins.
    Row {
        /// Its length.
        end: usize,
        /// Its length with what separates it from the next.
        next: usize,
    },
    /// So many bytes are no row, and why.
    Bad {
        /// How many.
        next: usize,
        /// Why.
        reason: String,
    },
}

/// Space around and between rows.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How many zero bytes stand at the beginning: a hole that a crash or a truncation left.
pub fn leading_zeros(data: &[u8]) -> usize {
    data.iter().position(|byte| *byte != 0).unwrap_or(data.len())
}

/// What is said of a hole.
pub fn hole(length: usize) -> Cut {
    Cut::Bad { next: length, reason: "zero bytes stand here, as a crash or a truncation leaves them".into() }
}

/// How far to go on behind a row that never ends. Each such row costs a scan of [`MAX_ROW`] bytes,
/// so the steps grow while they keep coming: a hostile file is read in linear time.
#[derive(Debug, Default)]
pub struct Backoff {
    step: usize,
    /// Bytes since the last failure.
    progress: usize,
}

impl Backoff {
    /// Bytes went by.
    pub fn advance(&mut self, length: usize) {
        self.progress = self.progress.saturating_add(length);
    }

    /// After a failure: where to begin again, of the candidates that `next` finds from a byte on.
    pub fn after_failure(&mut self, data: &[u8], next: impl Fn(usize) -> Option<usize>) -> usize {
        const FIRST_STEP: usize = 4 << 10;
        if self.progress >= MAX_ROW {
            self.step = 0;
        }
        let from = self.step.max(1).min(data.len());
        self.step = (self.step * 2).clamp(FIRST_STEP, MAX_ROW);
        self.progress = 0;
        next(from).unwrap_or(data.len())
    }
}
