//! Readings that the requests show to be other ones than were meant: they are refused, or told.

mod judge;
#[cfg(test)]
mod judge_tests;
mod typed;

pub use judge::{Count, as_note, once, refusal, told, without_doubts};
pub use typed::AskedDoubts;
