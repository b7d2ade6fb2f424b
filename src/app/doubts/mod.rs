//! Readings that the requests show to be other ones than were meant: they are refused, or told.

mod absent;
mod cased;
mod compared;
mod judge;
#[cfg(test)]
mod judge_tests;
mod typed;

pub use absent::absent;
pub use cased::letters;
pub use compared::no_numbers;
pub use judge::{Count, as_note, once, refusal, told, without_doubts};
pub use typed::AskedDoubts;
