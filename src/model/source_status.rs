//! What a source that polls is doing, for the screen and for `collect`.

use std::time::Duration;

use crate::base::time::Timestamp;
use crate::base::units;

/// The state of a polled source. Sent whenever something in it changes; times are on this machine's
/// clock where they are for counting down, else on the records' clock.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceStatus {
    /// The source's configured name.
    pub source: String,
    /// Host and port of its backend, without secrets.
    pub host: String,
    /// What it is doing now.
    pub activity: Activity,
    /// Requests sent since the source was started, each page, retry and lookup counted.
    pub requests: u64,
    /// When the backend last gave an answer that could be used; this machine's clock.
    pub last_success: Option<Timestamp>,
    /// The time of the newest record known, those dated ahead of the backend's clock left out.
    pub newest: Option<Timestamp>,
    /// When new records are asked for next; this machine's clock.
    pub next_poll: Option<Timestamp>,
    /// How far the past is fetched; nothing when it is there.
    pub fill: Option<FillStatus>,
    /// What reading the same spans again, for records that appear late, has cost.
    pub overlap: OverlapStatus,
    /// The host that the backend asked to use instead, during the last list.
    pub moved_to: Option<String>,
    /// What is good to know besides, a sentence each: a checkpoint that was reset, a list that does not
    /// end, an answer that was put together from its readable part.
    pub notes: Vec<String>,
}

/// What a source is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    /// Waiting for an answer.
    Asking {
        /// Since when; this machine's clock.
        since: Timestamp,
        /// What for.
        what: Asked,
    },
    /// Nothing to do until the next poll.
    Resting,
    /// Something went wrong; it will be tried again by itself.
    Waiting {
        /// Until when; this machine's clock.
        until: Timestamp,
        /// Why, in a sentence.
        reason: String,
        /// Which try the next one is, the first being 1.
        attempt: u32,
    },
    /// Something has to be put right by a person. It is still looked at now and then.
    Stopped {
        /// Why, in a sentence.
        reason: String,
        /// What to do, naming where the key comes from.
        hint: String,
        /// When it is looked at next; this machine's clock.
        next_try: Timestamp,
    },
}

/// What is asked of a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The newest records.
    Newest,
    /// Records of a span that was read before, for those that appeared late.
    Again,
    /// Records of the past, up to this time.
    Past(Timestamp),
}

/// How far the past is fetched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FillStatus {
    /// Everything from here to now is there.
    pub back_to: Timestamp,
    /// How far back is wanted.
    pub wanted_from: Timestamp,
    /// How much of the wanted span is there or known to be lost, 0 to 1.
    pub share: f64,
    /// Records that came lately: in the last minute, or since it began.
    pub rows: u64,
    /// How long that was.
    pub within: Duration,
}

impl FillStatus {
    /// How fast it goes, once something has come: `1,200/s`.
    pub fn rate(&self) -> Option<String> {
        (self.rows > 0).then(|| units::per_second(self.rows, self.within.as_secs_f64()))
    }
}

/// What reading again costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OverlapStatus {
    /// Requests for spans that were read before, since the source was started.
    pub requests: u64,
    /// How far back the last hourly reading again came, when there was too much for its budget.
    pub cut_at: Option<Timestamp>,
}
