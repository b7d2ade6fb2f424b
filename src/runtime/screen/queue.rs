//! What wakes the loop, and how it gets there.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::event::{Event, Notice};
use crate::app::source_view::Keeper;
use crate::base::units;
use crate::runtime::keeper_event::KeeperEvent;

/// What wakes the loop.
pub(super) enum Message {
    /// From the person.
    Input(Event),
    /// From everything else.
    Data(Event),
    /// A frame is written.
    Written(bool),
    /// A signal.
    Signal(i32),
    /// The terminal is gone.
    TerminalGone,
}

/// Sends events of the world to the loop; may be used before the screen is there.
#[derive(Clone)]
pub struct Outlet(Arc<Mutex<Sender<Message>>>);

impl Outlet {
    /// Sends an event; says whether the loop is there.
    pub fn send(&self, event: Event) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).send(Message::Data(event)).is_ok()
    }

    /// Takes what keepers tell.
    pub fn keeper(&self, event: KeeperEvent, keepers: &Mutex<HashMap<String, Keeper>>) {
        let event = match event {
            KeeperEvent::Status(name, status) => Event::Source(name, status),
            KeeperEvent::Keeper(name, keeper) => {
                keepers.lock().unwrap_or_else(PoisonError::into_inner).insert(name, keeper);
                return;
            }
            KeeperEvent::CaughtUp(_) => return,
            KeeperEvent::Progress { source, done, total } => {
                let (done, total) = (units::bytes(done), units::bytes(total));
                Event::Notice(Notice { text: format!("{source}: {done} of {total} read"), is_error: false })
            }
            KeeperEvent::Notice { text, is_error } => Event::Notice(Notice { text, is_error }),
        };
        self.send(event);
    }
}

/// The queue of a screen that is going to be.
pub struct Queue {
    pub(super) sender: Sender<Message>,
    pub(super) receiver: Receiver<Message>,
}

impl Default for Queue {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }
}

impl Queue {
    /// Where events can be sent.
    pub fn outlet(&self) -> Outlet {
        Outlet(Arc::new(Mutex::new(self.sender.clone())))
    }
}
