//! What knows nothing of logs: safe text, words for a shell, spelling, time, units, hashing, cancellation.

pub mod bytes;
pub mod cancel;
pub mod hash;
pub mod histogram;
pub mod months;
pub mod safe_text;
pub mod shell;
pub mod spelling;
pub mod time;
pub mod time_parse;
pub mod units;
