//! Rows into the store, whatever the disk says: when it is full, intake waits with a sentence and
//! goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::engine::local::schema::free_space;
use crate::model::intake::{Intake, IntakeResult};

use super::keeper_event::{KeeperEvent, TellKeeper};

/// Below so many free bytes nothing more is written.
const LEAST_FREE: u64 = 200_000_000;

/// How long to wait before a full disk is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Puts rows into a store.
pub struct IntakePump {
    store: Arc<Store>,
    tell: TellKeeper,
}

impl IntakePump {
    /// Into a store; told is what keeps intake from going on, and that it goes on.
    pub fn new(store: Arc<Store>, tell: TellKeeper) -> Self {
        Self { store, tell }
    }

    /// Stores what a source brought; waits while the disk is full. `None` when it was cancelled
    /// before that.
    pub fn store(&self, source: &str, intake: &Intake, cancel: &Cancel) -> Result<Option<IntakeResult>, EngineError> {
        let mut was_full = false;
        loop {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let free = free_space(self.store.folder()).unwrap_or(u64::MAX);
            let outcome =
                if free < LEAST_FREE { None } else { Some(self.store.append(source, intake, Timestamp::now())) };
            match outcome {
                Some(Ok(result)) => {
                    if was_full {
                        (self.tell)(KeeperEvent::note("there is room on the disk again: intake goes on"));
                    }
                    // What is due is done between batches; that it is not done now costs nothing but
                    // time, and is tried again with the next batch.
                    if let Err(error) = self.store.maintain(cancel)
                        && !matches!(error, EngineError::Cancelled)
                    {
                        (self.tell)(KeeperEvent::error(format!("the store could not be tidied: {error}")));
                    }
                    return Ok(Some(result));
                }
                Some(Err(error)) if !error.is_full() => return Err(error),
                Some(Err(_)) | None => {
                    was_full = true;
                    (self.tell)(KeeperEvent::error(format!(
                        "the disk of {} is full ({} free): nothing is stored until there is room; what is here can be read",
                        self.store.folder().display(),
                        units::bytes(free)
                    )));
                    cancel.wait(LOOK_AGAIN);
                }
            }
        }
    }
}
