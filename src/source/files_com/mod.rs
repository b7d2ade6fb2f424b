//! Files.com API logs, polled.
//!
//! The way of a record: [`client`] fetches a page, `rows` cuts it into rows, `intake` gives each its key
//! and takes secrets out, `poller` hands them to the store and goes on once they are durable. What is
//! asked when is decided by `plan`, which has neither clock nor socket.

pub mod client;
pub mod error;
mod error_body;
mod intake;
pub mod lookup;
mod plan;
mod poller;
mod region;
mod retry;
mod rows;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::base::time::Timestamp;
use crate::config::FilesComConfig;
use crate::model::intake::Coverage;

use super::event::SourceEvent;
use client::{Client, Limits};
use error::SetupError;
use plan::{Pace, Planner};
use poller::{Control, Poller};

pub use intake::{FORMAT, FORMAT_VERSION};

/// What a poller needs to know.
#[derive(Debug, Clone)]
pub struct FilesComSettings {
    /// The source's name.
    pub name: String,
    /// Whether secrets are taken out of records.
    pub redact: bool,
    /// The site, the key's place, how deep and how often.
    pub config: FilesComConfig,
    /// How much time and memory answers may take.
    pub limits: Limits,
    pace: Pace,
}

impl FilesComSettings {
    /// Settings from what the user wrote.
    pub fn new(name: &str, redact: bool, config: FilesComConfig) -> Self {
        let micros = u64::try_from(config.poll.value).unwrap_or_default();
        let pace = Pace { poll: Duration::from_micros(micros), ..Pace::default() };
        Self { name: name.to_owned(), redact, config, limits: Limits::default(), pace }
    }
}

/// A running poller. It ends with its cancellation token, or when nobody takes its events.
#[derive(Debug)]
pub struct FilesCom {
    client: Arc<Client>,
    control: mpsc::Sender<Control>,
    task: JoinHandle<()>,
}

impl FilesCom {
    /// Starts polling on the current tokio runtime. Goes on from what the store has: the checkpoint of the
    /// last batch, and what is complete. Events go through the channel; a batch has to be acknowledged
    /// before the next one comes.
    pub fn start(
        settings: &FilesComSettings,
        checkpoint: Option<&str>,
        coverage: Option<Coverage>,
        events: mpsc::Sender<SourceEvent>,
        cancel: CancellationToken,
    ) -> Result<Self, SetupError> {
        let FilesComSettings { name, redact, config, limits, pace } = settings;
        let client = Arc::new(Client::new(name, *redact, config, limits.clone())?);
        let planner = Planner::new(pace.clone(), config.fill.value, checkpoint, coverage);
        let (control, controls) = mpsc::channel(16);
        let poller = Poller::new(Arc::clone(&client), planner, events, controls, cancel);
        let task = tokio::spawn(poller.run());
        Ok(Self { client, control, task })
    }

    /// The client, for lookups beside the polling.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Asks for the newest records at once. A pause that the site asked for is kept.
    pub fn poll_now(&self) {
        // A full channel holds such a wish already.
        let _ = self.control.try_send(Control::PollNow);
    }

    /// Fetches the past back to a time, if that is further than configured.
    pub fn fill_from(&self, from: Timestamp) {
        let _ = self.control.try_send(Control::FillFrom(from));
    }

    /// Waits until the poller has ended.
    pub async fn ended(self) {
        // That it panicked is said by the panic itself.
        let _ = self.task.await;
    }
}

#[cfg(test)]
mod tests;
