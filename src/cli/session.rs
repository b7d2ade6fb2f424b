//! A screen with everything behind it: sources that are kept, files that are followed.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::app::keymap::Keymap;
use crate::app::source_view::Keeper;
use crate::app::state::State;
use crate::base::cancel::Cancel;
use crate::engine::local::Store;
use crate::runtime::finder::{Backend, Finder};
use crate::runtime::follow::Follow;
use crate::runtime::import::ImportOptions;
use crate::runtime::input::is_terminal;
use crate::runtime::keeper::{Keepers, TellKeeper};
use crate::runtime::screen::{Ended, ListSources, PollNow, Queue, ScreenParts, run};
use crate::runtime::settings::SettingsFile;
use crate::runtime::source_settings::{FOLLOWED, SourceSettings, source_view};
use crate::source::files_com::FilesComSettings;
use crate::source::format::registry::Registry;
use crate::view::Theme;
use crate::view::theme::Colors;

use super::context::{config_folder, state_folder};
use super::error::UserError;
use super::output::say;

/// What is kept and shown.
pub struct Session {
    /// Where the requests are.
    pub store: Arc<Store>,
    /// The formats.
    pub registry: Arc<Registry>,
    /// Sites that are polled, each with what the store keeps of it.
    pub sites: Vec<(FilesComSettings, SourceSettings)>,
    /// Files that are followed: path, source, and how they are read.
    pub files: Vec<(std::path::PathBuf, String, ImportOptions)>,
    /// Backends that can be asked for ids.
    pub backends: Vec<Backend>,
    /// The source that is shown first.
    pub first_source: Option<String>,
    /// The arguments that name the store on the command line.
    pub store_arguments: String,
    /// What the state starts with, beyond that.
    pub prepare: Box<dyn FnOnce(&mut State)>,
    /// Work that goes on beside the screen.
    pub aside: Vec<Box<dyn FnOnce(&Cancel) + Send>>,
}

impl Session {
    /// A session over a store, with nothing kept.
    pub fn over(store: Arc<Store>, registry: Arc<Registry>) -> Self {
        Self {
            store,
            registry,
            sites: Vec::new(),
            files: Vec::new(),
            backends: Vec::new(),
            first_source: None,
            store_arguments: String::new(),
            prepare: Box::new(|_| ()),
            aside: Vec::new(),
        }
    }

    /// Shows the screen until it ends, and keeps the sources meanwhile.
    pub fn show(self) -> Result<(), UserError> {
        let theme = check_terminal()?;
        let keymap = Arc::new(read_keymap()?);
        let queue = Queue::default();
        let outlet = queue.outlet();
        let mut keepers = Keepers::new()?;
        let cancel = Cancel::new();
        let known: Arc<Mutex<HashMap<String, Keeper>>> = Arc::default();

        for (settings, kept) in &self.sites {
            // A store of somebody else is shown as it is.
            if let Err(error) =
                self.store.put_source(&settings.name, crate::runtime::source_settings::POLLED, Some(&kept.to_json()))
            {
                say(&format!("reqscope: {error}"));
                continue;
            }
            let (out, known) = (outlet.clone(), Arc::clone(&known));
            let tell: TellKeeper = Arc::new(move |event| out.keeper(event, &known));
            keepers.keep(settings.clone(), kept.to_json(), Arc::clone(&self.store), tell)?;
        }
        let mut threads: Vec<JoinHandle<()>> = Vec::new();
        for (path, source, options) in self.files {
            known.lock().unwrap_or_else(PoisonError::into_inner).insert(source.clone(), Keeper::Here);
            let out = outlet.clone();
            let follow = Follow {
                path,
                source,
                options,
                kind: FOLLOWED,
                store: Arc::clone(&self.store),
                registry: Arc::clone(&self.registry),
                tell: Arc::new(move |event| out.follow(event)),
            };
            threads.push(follow.start(cancel.clone())?);
        }
        for work in self.aside {
            let cancel = cancel.clone();
            threads.push(std::thread::spawn(move || work(&cancel)));
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
        cancel.cancel();
        if let Ok(keepers) = Arc::try_unwrap(keepers) {
            keepers.stop();
        }
        for thread in threads {
            // That it panicked was said by the panic itself.
            let _ = thread.join();
        }
        match ended? {
            Ended::Quit | Ended::TerminalGone => Ok(()),
            Ended::Signal(signal) if signal == signal_hook::consts::SIGINT => Err(UserError::interrupted()),
            Ended::Signal(_) => Ok(()),
        }
    }
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
    if std::fs::File::open("/dev/tty").map(|tty| is_terminal(&tty)).unwrap_or(false) {
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
