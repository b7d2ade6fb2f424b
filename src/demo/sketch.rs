//! A request before its text: what is counted and filtered, and the seeds of the rest. Small and
//! quick to make, so that pages are found among many without writing any of them out.

use super::clients::{Clients, endpoint};
use super::draw::{Draw, seed_of};
use super::failures::Failure;
use super::identity::Place;
use super::latency::Latency;

/// Where clients without a known name stand.
pub const NOBODY: u16 = u16::MAX;

/// Rows become visible at the latest so many seconds after they were created: the longest
/// duration, and the longest lag.
pub const LATEST_SECS: i64 = 145;

/// What is out of the ordinary about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// Nothing.
    None,
    /// A later page of a list: the path carries a cursor.
    LaterPage,
    /// An administrator acts as the user.
    Impersonated(u16),
    /// A secret in the query string.
    Secret,
    /// A program's name with a terminal's control sequence in it.
    EscapeInAgent,
    /// A file name that a spreadsheet would run.
    Formula,
    /// A file name that reads backwards.
    Override,
    /// A query of thousands of characters.
    LongQuery,
}

/// A request before its text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sketch {
    /// Its place in the traffic.
    pub place: Place,
    /// When it arrived, in seconds since 1970.
    pub second: u32,
    /// Decides about what is its own: duration, lag.
    pub seed: u64,
    /// Decides about what it is about; the same when it is tried again.
    pub subject: u64,
    /// Who called, or [`NOBODY`] where the platform cannot know. Then [`Self::caller`] knows.
    pub client: u16,
    /// Who really called.
    pub caller: u16,
    /// Which of the caller's ways in.
    pub channel: u8,
    /// Which of the caller's addresses.
    pub address: u8,
    /// What was called.
    pub endpoint: u8,
    /// How it failed, if it did.
    pub failure: Option<Failure>,
    /// How many times as long as usual it took.
    pub slowness: u8,
    /// What is out of the ordinary.
    pub oddity: Oddity,
}

impl Sketch {
    /// The place in the order of the log: by time, then by place. Unique.
    #[inline]
    pub fn order(&self) -> u128 {
        u128::from(self.second) << 80 | self.place.number()
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self.failure {
            Some(failure) => failure.look().status,
            None => endpoint(self.endpoint).status,
        }
    }

    /// How long it took, in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        let latency = match self.failure {
            Some(failure) => failure.look().latency,
            None => endpoint(self.endpoint).latency,
        };
        self.lasting(latency)
    }

    /// How long it would have taken without a failure.
    pub fn usual_duration_ms(&self) -> u64 {
        self.lasting(endpoint(self.endpoint).latency)
    }

    fn lasting(&self, latency: Latency) -> u64 {
        latency.draw(&mut Draw::new(seed_of(&[self.seed, 0xd0])), f64::from(self.slowness))
    }

    /// When the log shows it, in microseconds since 1970: when it is done, and a little later;
    /// two in a thousand come much later.
    pub fn visible_at(&self) -> i64 {
        let mut draw = Draw::new(seed_of(&[self.seed, 0x1a]));
        let lag_ms = if draw.chance(0.002) { draw.between(5_000, 20_000) } else { draw.between(0, 2_000) };
        i64::from(self.second) * 1_000_000 + (self.duration_ms() + lag_ms) as i64 * 1_000
    }

    /// The number of the user in the log.
    pub fn user_id(&self, clients: &Clients) -> Option<u64> {
        (self.client != NOBODY).then(|| clients.get(self.client).user_id)
    }

    /// The number of the key in the log.
    pub fn key_id(&self, clients: &Clients) -> Option<u64> {
        let client = (self.client != NOBODY).then(|| clients.get(self.client))?;
        client.channels[usize::from(self.channel)].uses_key.then_some(client.key_id)
    }

    /// The vendor's word for the way in.
    pub fn interface<'c>(&self, clients: &'c Clients) -> &'c str {
        clients.get(self.caller).channels[usize::from(self.channel)].interface
    }

    /// The caller's address.
    pub fn ip<'c>(&self, clients: &'c Clients) -> &'c str {
        &clients.get(self.caller).addresses[usize::from(self.address)]
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        endpoint(self.endpoint).method
    }
}
