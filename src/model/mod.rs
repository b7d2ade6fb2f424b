//! Requests and what is said of them: plain data.

pub mod answer;
pub mod bar_step;
pub mod bars;
pub mod envelope;
pub mod field;
pub mod gaps;
pub mod handle;
pub mod intake;
pub mod period;
pub mod period_said;
mod period_shift;
pub mod period_words;
pub mod record;
pub mod request_id;
pub mod source_status;
pub mod span_range;
pub mod spoken_day;
pub mod spoken_time;
mod spoken_word;
pub mod status;
pub mod value;
pub mod view_spec;
pub mod zone;
