//! One process at a time keeps a source; another takes over when that one is gone.

use std::time::Duration;

use crate::app::source_view::Keeper;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::EngineError;
use crate::engine::local::Store;

use super::keeper_event::{KeeperEvent, TellKeeper};

/// How often a process that does not keep looks whether it should.
const LOOK: Duration = Duration::from_millis(700);

/// Works whenever no other process does, until it is cancelled. `done` is how the work is called:
/// polled, read.
pub fn take_turns(store: &Store, source: &str, done: &str, tell: &TellKeeper, cancel: &Cancel, mut work: impl FnMut()) {
    let tell_keeper = |keeper| tell(KeeperEvent::Keeper(source.to_owned(), keeper));
    let mut other: Option<u32> = None;
    while !cancel.is_cancelled() {
        match store.lease(source, Timestamp::now()) {
            Ok(Ok(lease)) => {
                if let Some(pid) = other.take() {
                    tell(KeeperEvent::note(format!("process {pid} is gone: {source} is {done} from here now")));
                }
                tell_keeper(Keeper::Here);
                work();
                drop(lease);
                tell_keeper(Keeper::Nobody);
                cancel.wait(LOOK);
            }
            Ok(Err(holder)) => {
                if other != Some(holder.pid) {
                    other = Some(holder.pid);
                    tell_keeper(Keeper::Elsewhere { pid: holder.pid, host: holder.host });
                }
                cancel.wait(LOOK);
            }
            Err(error) => {
                tell(KeeperEvent::error(format!("{source} is not {done} from here: {error}")));
                if matches!(error, EngineError::ReadOnly { .. }) {
                    return;
                }
                cancel.wait(LOOK * 5);
            }
        }
    }
}
