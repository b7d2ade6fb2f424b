//! The loop: events in, effects out, frames drawn. It waits for nothing but its queue.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::app::event::{Effect, Event, Notice, SaveEvent, SaveRequest};
use crate::app::keymap::Keymap;
use crate::app::source_view::{Keeper, SourceView};
use crate::app::state::State;
use crate::app::update::update;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::local::Store;
use crate::engine::{Engine, Snapshot};
use crate::export::columns;
use crate::export::csv_file::{Dialect, EXCEL_ROWS};
use crate::view::{self, Theme};

use super::asker::{Asker, SendEvent};
use super::finder::Finder;
use super::input;
use super::keeper_event::KeeperEvent;
use super::save::{Rows, save_csv};
use super::settings::SettingsFile;
use super::terminal::{self, Screen};

/// Frames that data causes come at most so often.
const DATA_FRAME: Duration = Duration::from_millis(100);

/// How often the store is looked at for what other processes wrote.
const STORE_LOOK: Duration = Duration::from_millis(100);

/// How often sources are looked at.
const SOURCES_LOOK: Duration = Duration::from_secs(1);

/// What wakes the loop.
enum Message {
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
    pub prepare: Box<dyn FnOnce(&mut State)>,
}

/// The queue of a screen that is going to be.
pub struct Queue {
    sender: Sender<Message>,
    receiver: Receiver<Message>,
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
    let outcome = Loop::start(parts, queue).and_then(Loop::run);
    terminal::give_back();
    outcome
}

struct Loop {
    state: State,
    screen: Screen,
    theme: Theme,
    receiver: Receiver<Message>,
    outlet: Outlet,
    asker: Asker,
    store: Arc<Store>,
    finder: Arc<Finder>,
    poll_now: PollNow,
    settings: SettingsFile,
    save_cancel: Option<Cancel>,
    stop: Arc<AtomicBool>,
    is_dirty: bool,
    last_frame: Instant,
    last_tick: Timestamp,
    ended: Option<Ended>,
}

impl Loop {
    fn start(parts: ScreenParts, queue: Queue) -> io::Result<Self> {
        let size = crossterm::terminal::size()?;
        let now = Timestamp::now();
        let remembered = parts.settings.read();
        let mut state = State::new(parts.keymap, size, now, remembered);
        (parts.prepare)(&mut state);
        let outlet = queue.outlet();
        let Queue { sender, receiver } = queue;

        let keys = sender.clone();
        input::read_keys(move |event| keys.send(Message::Input(event)).is_ok())?;
        let gone = sender.clone();
        input::watch_terminal(move || {
            // The loop may be stuck in nothing: it waits for this queue only.
            let _ = gone.send(Message::TerminalGone);
        })?;
        let signals_to = sender.clone();
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                if signals_to.send(Message::Signal(signal)).is_err() {
                    return;
                }
            }
        })?;
        let written = sender;
        let screen = Screen::new(size, move |is_ok| {
            // Nobody waits for the last frame.
            let _ = written.send(Message::Written(is_ok));
        })?;

        let stop = Arc::new(AtomicBool::new(false));
        watch_store(Arc::clone(&parts.store), parts.sources, outlet.clone(), Arc::clone(&stop))?;
        let events = outlet.clone();
        let send: SendEvent = Arc::new(move |event| events.send(event));
        let engine: Arc<dyn Engine> = Arc::clone(&parts.store) as _;
        Ok(Self {
            state,
            screen,
            theme: parts.theme,
            receiver,
            outlet,
            asker: Asker::new(engine, send),
            store: parts.store,
            finder: parts.finder,
            poll_now: parts.poll_now,
            settings: parts.settings,
            save_cancel: None,
            stop,
            is_dirty: true,
            last_frame: Instant::now(),
            last_tick: now,
            ended: None,
        })
    }

    fn run(mut self) -> io::Result<Ended> {
        self.draw()?;
        loop {
            let first = match self.receiver.recv_timeout(self.patience()) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(Ended::Quit),
            };
            let mut messages: Vec<Message> = first.into_iter().collect();
            messages.extend(self.receiver.try_iter());
            // What the person does comes first.
            let (inputs, others): (Vec<_>, Vec<_>) =
                messages.into_iter().partition(|message| matches!(message, Message::Input(_)));
            let by_person = !inputs.is_empty();
            for message in inputs.into_iter().chain(others) {
                self.take(message)?;
            }
            self.tick();
            if let Some(ended) = self.ended {
                self.stop.store(true, Ordering::Relaxed);
                if let Some(cancel) = &self.save_cancel {
                    cancel.cancel();
                }
                return Ok(ended);
            }
            let is_due = by_person || self.last_frame.elapsed() >= DATA_FRAME;
            if self.is_dirty && is_due && !self.screen.is_busy() {
                self.draw()?;
            }
        }
    }

    /// How long to wait for a message: until the next frame or the next second.
    fn patience(&self) -> Duration {
        let until_tick = {
            let period = if self.is_live() { 1_000_000 } else { 60_000_000 };
            let next = (self.last_tick.0 / period + 1) * period;
            Duration::from_micros(u64::try_from(next - Timestamp::now().0).unwrap_or(0))
        };
        if self.is_dirty && !self.screen.is_busy() {
            let until_frame = DATA_FRAME.saturating_sub(self.last_frame.elapsed());
            return until_tick.min(until_frame);
        }
        until_tick
    }

    /// Whether something on the screen changes with the seconds.
    fn is_live(&self) -> bool {
        self.state.message.as_ref().is_some_and(|message| message.until.is_some())
            || self.state.source().is_some_and(|source| source.kind != crate::app::source_view::SourceKind::Imported)
    }

    fn tick(&mut self) {
        let now = Timestamp::now();
        let period = if self.is_live() { 1_000_000 } else { 60_000_000 };
        // A clock that was set back ticks too.
        if now.0 / period != self.last_tick.0 / period {
            self.last_tick = now;
            self.apply(Event::Tick(now));
        }
    }

    fn take(&mut self, message: Message) -> io::Result<()> {
        match message {
            Message::Input(Event::Resize(width, height)) => {
                self.screen.reset((width, height))?;
                self.apply(Event::Resize(width, height));
            }
            Message::Input(event) | Message::Data(event) => self.apply(event),
            Message::Written(true) => {}
            Message::Written(false) | Message::TerminalGone => self.ended = Some(Ended::TerminalGone),
            Message::Signal(SIGCONT) => self.come_back()?,
            Message::Signal(signal) => self.ended = Some(Ended::Signal(signal)),
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.is_dirty = true;
        for effect in update(&mut self.state, event) {
            if let Err(error) = self.perform(effect) {
                let notice = Notice { text: error.to_string(), is_error: true };
                update(&mut self.state, Event::Notice(notice));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Ask(id, at, question) => self.asker.ask(id, at, *question),
            Effect::AskAll(id, at, questions) => self.asker.ask_all(id, at, questions),
            Effect::Find(generation, ids) => {
                let (finder, outlet) = (Arc::clone(&self.finder), self.outlet.clone());
                thread::Builder::new().name("find".into()).spawn(move || {
                    finder.find(&ids, |report| {
                        outlet.send(Event::Found(generation, report));
                    });
                })?;
            }
            Effect::Save(request) => self.save(*request)?,
            Effect::CancelSave => {
                if let Some(cancel) = &self.save_cancel {
                    cancel.cancel();
                }
            }
            Effect::Copy(text) => {
                let bytes = terminal::clipboard_bytes(&text);
                self.screen.write(&bytes)?;
            }
            Effect::PollNow(source) => {
                if !(self.poll_now)(&source) {
                    let text = format!("{source} is not polled from here");
                    update(&mut self.state, Event::Notice(Notice { text, is_error: true }));
                }
            }
            Effect::Remember(remembered) => self.settings.write(&remembered)?,
            Effect::Redraw => self.screen.reset(self.state.size)?,
            Effect::Suspend => self.suspend()?,
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
        Ok(())
    }

    fn save(&mut self, request: SaveRequest) -> io::Result<()> {
        let cancel = Cancel::new();
        self.save_cancel = Some(cancel.clone());
        let (store, outlet) = (Arc::clone(&self.store), self.outlet.clone());
        let Some(view) = self.state.view_spec().cloned() else { return Ok(()) };
        let command = self.state.view_arguments();
        thread::Builder::new().name("save".into()).spawn(move || {
            let event = save_view(store.as_ref(), &request, &view, &command, &cancel, &outlet);
            outlet.send(Event::Save(event));
        })?;
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        terminal::give_back();
        // The whole group stops, as the shell expects of a job.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP).map_err(io::Error::from)?;
        self.come_back()
    }

    /// The program goes on after it was stopped.
    fn come_back(&mut self) -> io::Result<()> {
        terminal::take()?;
        let size = crossterm::terminal::size()?;
        self.screen.reset(size)?;
        self.apply(Event::Resize(size.0, size.1));
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let (state, theme) = (&self.state, self.theme);
        self.screen.draw(|buffer| view::draw(state, theme, buffer))?;
        self.is_dirty = false;
        self.last_frame = Instant::now();
        Ok(())
    }
}

fn save_view(
    store: &Store,
    request: &SaveRequest,
    view: &crate::model::view_spec::ViewSpec,
    arguments: &str,
    cancel: &Cancel,
    outlet: &Outlet,
) -> SaveEvent {
    let snapshot: Snapshot = match &request.at {
        crate::app::event::At::Held(snapshot) => snapshot.clone(),
        crate::app::event::At::Newest => match store.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return SaveEvent::Failed(error.to_string()),
        },
    };
    let path = expand(&request.name);
    let rows = Rows { engine: store, snapshot: &snapshot, question: &request.question, cancel };
    let columns = columns::columns(request.layout, view);
    let dialect = Dialect::Excel;
    let mut last = Instant::now();
    let saved = save_csv(&path, columns, dialect, rows, |done, total| {
        if last.elapsed() >= DATA_FRAME {
            last = Instant::now();
            outlet.send(Event::Save(SaveEvent::Progress(done, total)));
        }
    });
    match saved {
        Ok(rows) => {
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            let dialect = match dialect {
                _ if rows >= EXCEL_ROWS => "excel; spreadsheets show only the first 1,048,575 rows".to_owned(),
                dialect => dialect.name().to_owned(),
            };
            let command = format!("reqscope export{arguments} --layout {} --dialect excel -o -", request.layout.name());
            let fetch = format!("ssh {host} {} > {}", crate::app::save::shell_word(&command), file_name(&path));
            SaveEvent::Done { path, rows, dialect, fetch }
        }
        Err(super::save::SaveError::Cancelled) => SaveEvent::Cancelled,
        Err(error) => SaveEvent::Failed(error.to_string()),
    }
}

fn file_name(path: &std::path::Path) -> String {
    crate::app::save::shell_word(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// A file's name as typed: `~/` is the home folder, relative names are below the current one.
fn expand(name: &str) -> PathBuf {
    if let Some(rest) = name.strip_prefix("~/")
        && let Some(home) = std::env::home_dir()
    {
        return home.join(rest);
    }
    std::env::current_dir().map_or_else(|_| PathBuf::from(name), |folder| folder.join(name))
}

/// Tells the loop when the store holds more, and what is known of the sources.
fn watch_store(store: Arc<Store>, sources: ListSources, outlet: Outlet, stop: Arc<AtomicBool>) -> io::Result<()> {
    thread::Builder::new().name("store-watch".into()).spawn(move || {
        let mut shown: Option<usize> = None;
        let mut last_sources: Vec<SourceView> = Vec::new();
        let mut looked_at = Instant::now();
        let mut said = String::new();
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = store.refresh() {
                let text = error.to_string();
                if text != said {
                    outlet.send(Event::Notice(Notice { text: text.clone(), is_error: true }));
                    said = text;
                }
            }
            let view = store.view();
            let address = Arc::as_ptr(&view) as usize;
            if last_sources.is_empty() || looked_at.elapsed() >= SOURCES_LOOK {
                looked_at = Instant::now();
                let now = sources();
                if now != last_sources {
                    last_sources.clone_from(&now);
                    if !outlet.send(Event::Sources(now)) {
                        return;
                    }
                }
            }
            if shown != Some(address) {
                shown = Some(address);
                if let Ok(snapshot) = store.snapshot()
                    && !outlet.send(Event::Changed(snapshot))
                {
                    return;
                }
            }
            thread::sleep(STORE_LOOK);
        }
    })?;
    Ok(())
}
