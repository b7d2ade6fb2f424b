//! The screen over everything behind it: from taking the terminal to giving it back.

mod event_loop;
mod pace;
mod queue;
mod save_view;
mod watch_store;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use crate::app::keymap::Keymap;
use crate::app::source_view::SourceView;
use crate::app::state::State;
use crate::engine::local::Store;
use crate::view::Theme;

use super::finder::Finder;
use super::input;
use super::settings::SettingsFile;
use super::terminal;

use event_loop::Loop;
use queue::Message;
pub use queue::{Outlet, Queue};

/// Tells which sources there are.
pub type ListSources = Arc<dyn Fn() -> Vec<SourceView> + Send + Sync>;

/// Asks a source now.
pub type PollNow = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What a screen is made of.
pub struct ScreenParts {
    /// Where the requests are.
    pub store: Arc<Store>,
    /// Which sources there are.
    pub sources: ListSources,
    /// Looks for ids.
    pub finder: Arc<Finder>,
    /// Asks a source now.
    pub poll_now: PollNow,
    /// What keys mean.
    pub keymap: Arc<Keymap>,
    /// What things look like.
    pub theme: Theme,
    /// What is kept from run to run.
    pub settings: SettingsFile,
    /// What the state starts with, beyond that.
    pub prepare: Box<dyn FnOnce(&mut State) + Send>,
}

/// Why the screen ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The person quit.
    Quit,
    /// A signal.
    Signal(i32),
    /// There is no terminal any more.
    TerminalGone,
}

/// Shows the screen until it ends. The terminal is given back on every way out.
pub fn run(parts: ScreenParts, queue: Queue) -> io::Result<Ended> {
    terminal::restore_on_panic();
    // Crossterm's own look at NO_COLOR would take bold and reversed away with the colours.
    crossterm::style::force_color_output(true);
    terminal::take()?;
    let outcome = listen(&queue)
        .and_then(|()| crossterm::terminal::size())
        .and_then(|size| Loop::new(parts, queue, size, io::stdout()))
        .and_then(Loop::run);
    terminal::give_back();
    outcome
}

/// Starts everything of the terminal and the system that sends to the loop.
fn listen(queue: &Queue) -> io::Result<()> {
    let keys = queue.sender.clone();
    input::read_keys(move |event| keys.send(Message::Input(event)).is_ok())?;
    let gone = queue.sender.clone();
    input::watch_terminal(move || {
        // The loop may be stuck in nothing: it waits for this queue only.
        let _ = gone.send(Message::TerminalGone);
    })?;
    let sender = queue.sender.clone();
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT, SIGTSTP])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if sender.send(Message::Signal(signal)).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}
