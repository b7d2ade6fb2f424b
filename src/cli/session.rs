//! A screen with everything behind it: sources that are kept, files that are followed.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::keymap::Keymap;
use crate::app::source_view::Keeper;
use crate::app::state::State;
use crate::base::cancel::Cancel;
use crate::engine::local::Store;
use crate::engine::local::schema::Access;
use crate::runtime::finder::{Backend, Finder};
use crate::runtime::input::is_terminal;
use crate::runtime::keeper::{Keepers, Kept};
use crate::runtime::keeper_event::{KeeperEvent, TellKeeper};
use crate::runtime::screen::{Ended, ListSources, PollNow, Queue, ScreenParts, run};
use crate::runtime::settings::SettingsFile;
use crate::runtime::source_settings::{FOLLOWED, POLLED, source_view};
use crate::source::format::registry::Registry;
use crate::view::Theme;
use crate::view::theme::Colors;

use super::error::UserError;
use super::folders::{config_folder, state_folder};

/// What is kept and shown.
pub struct Session {
    /// Where the requests are.
    pub store: Arc<Store>,
    /// The formats.
    pub registry: Arc<Registry>,
    /// Sources that are polled or followed meanwhile.
    pub kept: Vec<Kept>,
    /// How long requests are kept, in microseconds; for ever when it is not said.
    pub retain: Option<i64>,
    /// Backends that can be asked for ids.
    pub backends: Vec<Backend>,
    /// The source that is shown first.
    pub first_source: Option<String>,
    /// The arguments that name the store on the command line.
    pub store_arguments: String,
    /// What the state starts with, beyond that.
    pub prepare: Box<dyn FnOnce(&mut State) + Send>,
    /// Work that goes on beside the screen; it has to end soon after it is cancelled.
    pub beside: Vec<Beside>,
}

/// Work on a thread of its own, until it is cancelled.
pub type Beside = Box<dyn FnOnce(&Cancel) + Send>;

impl Session {
    /// A session over a store, with nothing kept.
    pub fn over(store: Arc<Store>, registry: Arc<Registry>) -> Self {
        Self {
            store,
            registry,
            kept: Vec::new(),
            retain: None,
            backends: Vec::new(),
            first_source: None,
            store_arguments: String::new(),
            prepare: Box::new(|_| ()),
            beside: Vec::new(),
        }
    }

    /// Shows the screen until it ends, and keeps the sources meanwhile.
    pub fn show(self) -> Result<(), UserError> {
        let theme = check_terminal()?;
        let keymap = Arc::new(read_keymap()?);
        let queue = Queue::default();
        let outlet = queue.outlet();
        let known: Arc<Mutex<HashMap<String, Keeper>>> = Arc::default();
        let (out, keeping) = (outlet.clone(), Arc::clone(&known));
        let tell: TellKeeper = Arc::new(move |event| out.keeper(event, &keeping));
        let mut keepers = Keepers::new(Arc::clone(&self.store), Arc::clone(&self.registry), Arc::clone(&tell))?;
        let only_read = only_read_words(self.store.access(), self.kept.len());
        let (kept, retain) = if only_read.is_some() { (Vec::new(), None) } else { (self.kept, self.retain) };
        match only_read {
            Some(words) => tell(KeeperEvent::note(words)),
            None => sweep(&self.store, &tell),
        }
        for kept in kept {
            // A source is known from the start, before it has brought anything.
            let known = match &kept {
                // Whoever polls writes the address down.
                Kept::Site(settings, kept) => match self.store.source_record(&settings.name) {
                    Ok(Some(known)) if known.settings.is_some() => Ok(()),
                    Ok(_) => self.store.put_source(&settings.name, POLLED, Some(&kept.to_json())),
                    Err(error) => Err(error),
                },
                Kept::Files { source, .. } | Kept::Pipe { source, .. } => self.store.put_source(source, FOLLOWED, None),
            };
            match known {
                Ok(()) => keepers.keep(kept)?,
                Err(error) => tell(KeeperEvent::error(error.to_string())),
            }
        }
        if let Some(span) = retain {
            keepers.retain(span)?;
        }
        for work in self.beside {
            keepers.beside(work)?;
        }

        let finder = Finder::new(Arc::clone(&self.store), self.backends, Some(keepers.runtime().handle().clone()));
        let (store, registry, keeping) = (Arc::clone(&self.store), Arc::clone(&self.registry), Arc::clone(&known));
        let sources: ListSources = Arc::new(move || {
            let keepers = keeping.lock().unwrap_or_else(PoisonError::into_inner);
            let records = store.source_records().unwrap_or_default();
            let keeper = |name: &str| keepers.get(name).cloned().unwrap_or(Keeper::Nobody);
            records.iter().map(|record| source_view(record, keeper(&record.name), &registry)).collect()
        });
        let keepers = Arc::new(keepers);
        let asked = Arc::clone(&keepers);
        let poll_now: PollNow = Arc::new(move |source| asked.poll_now(source));
        let (first, arguments, prepare) = (self.first_source, self.store_arguments, self.prepare);
        let parts = ScreenParts {
            store: Arc::clone(&self.store),
            sources,
            finder: Arc::new(finder),
            poll_now,
            keymap,
            theme,
            settings: SettingsFile::new(&state_folder()?),
            prepare: Box::new(move |state: &mut State| {
                state.place.store_arguments = arguments;
                state.first_source = first;
                prepare(state);
            }),
        };
        let ended = run(parts, queue);
        if let Ok(keepers) = Arc::try_unwrap(keepers) {
            keepers.stop();
        }
        match ended? {
            Ended::Signal(signal) if signal == signal_hook::consts::SIGINT => Err(UserError::interrupted()),
            Ended::Quit | Ended::TerminalGone | Ended::Signal(_) => Ok(()),
        }
    }
}

/// Clears away what processes that died have left.
fn sweep(store: &Store, tell: &TellKeeper) {
    if let Err(error) = store.sweep() {
        tell(KeeperEvent::error(format!("leftovers could not be cleared away: {error}")));
    }
}

/// What to know of a store that can only be read, with so many sources configured.
fn only_read_words(access: Access, sources: usize) -> Option<String> {
    let why = match access {
        Access::ReadWrite => return None,
        Access::ReadOnly => "this store is somebody else's and is only read here; what they bring in shows by itself",
        Access::Immutable => "this store can only be read: it is somebody else's, or on a read-only medium",
    };
    Some(match sources {
        0 => why.to_owned(),
        _ => format!("{why}; nothing is polled or followed from here"),
    })
}

/// The keys: ours, and the user's on top.
pub fn read_keymap() -> Result<Keymap, UserError> {
    let path = config_folder()?.join("keymap.toml");
    let user = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(UserError::usage(format!("{}: {error}", path.display()))),
    };
    Keymap::with_user(&user).map_err(|error| UserError::usage(format!("{}: {error}", path.display())))
}

/// Whether there is a terminal that can show the screen, and what it can show.
pub fn check_terminal() -> Result<Theme, UserError> {
    if !std::io::stdout().is_terminal() {
        return Err(UserError::usage("the screen needs a terminal, and standard output is none")
            .with_hint("reqscope search, facets, summary, tail and export write to files and pipes"));
    }
    if std::fs::File::open("/dev/tty").is_ok_and(|tty| is_terminal(&tty)) {
        let term = std::env::var("TERM").unwrap_or_default();
        if term.is_empty() || term == "dumb" {
            return Err(UserError::usage(format!(
                "the screen needs a terminal that can move its cursor; TERM is “{term}”"
            ))
            .with_hint("reqscope search, facets, summary and tail write plain lines"));
        }
        return Ok(theme(&term));
    }
    Err(UserError::usage("the screen needs a terminal to read keys from")
        .with_hint("reqscope search, facets, summary and tail need none"))
}

fn theme(term: &str) -> Theme {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let no_color = !variable("NO_COLOR").is_empty();
    let many = term.contains("256color")
        || term.contains("kitty")
        || term.contains("ghostty")
        || !variable("COLORTERM").is_empty();
    let colors = match () {
        () if no_color || term.starts_with("vt") => Colors::None,
        () if many => Colors::Many,
        () => Colors::Sixteen,
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().map(|name| variable(name)).find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_lowercase();
    let has_unicode = locale.contains("utf-8") || locale.contains("utf8");
    Theme { colors, has_unicode }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_only_read_is_said_in_words() {
        assert_eq!(only_read_words(Access::ReadWrite, 2), None);
        for access in [Access::ReadOnly, Access::Immutable] {
            let words = |sources| only_read_words(access, sources).expect("it is said");
            assert!(words(0).contains("only") && words(0).contains("read"), "{}", words(0));
            assert!(!words(0).contains("polled"), "nothing was to be polled: {}", words(0));
            assert!(words(2).ends_with("nothing is polled or followed from here"), "{}", words(2));
        }
    }
}
