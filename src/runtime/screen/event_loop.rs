//! The loop: events in, effects out, frames drawn. It waits for nothing but its queue.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGCONT, SIGTSTP};

use crate::app::event::{Effect, Event, Notice, SaveRequest};
use crate::app::remembered::Remembered;
use crate::app::source_view::SourceKind;
use crate::app::state::State;
use crate::app::update::update;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::Engine;
use crate::engine::local::Store;
use crate::runtime::asker::{Asker, SendEvent};
use crate::runtime::finder::Finder;
use crate::runtime::id_file::read_typed_ids;
use crate::runtime::settings::SettingsFile;
use crate::runtime::terminal::{self, Screen};
use crate::view::{self, Theme};

use super::pace::Pace;
use super::queue::{Message, Outlet, Queue};
use super::save_view::save_view;
use super::watch_store::watch_store;
use super::{Ended, PollNow, ScreenParts};

/// The screen while it runs.
pub(super) struct Loop {
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
    /// What was kept of this screen.
    kept: Remembered,
    /// Whether the last settings could not be kept, which was said.
    is_forgetful: bool,
    save_cancel: Option<Cancel>,
    stop: Arc<AtomicBool>,
    is_dirty: bool,
    /// Whether the terminal is given back while the program is stopped.
    is_away: bool,
    pace: Pace,
    last_tick: Timestamp,
    ended: Option<Ended>,
}

impl Loop {
    /// A screen of a size that draws to an output. What the person does is sent to the queue.
    pub(super) fn new(
        parts: ScreenParts,
        queue: Queue,
        size: (u16, u16),
        output: impl Write + Send + 'static,
    ) -> io::Result<Self> {
        let now = Timestamp::now();
        let remembered = parts.settings.read();
        let mut state = State::new(parts.keymap, size, now, remembered.clone());
        (parts.prepare)(&mut state);
        let outlet = queue.outlet();
        let Queue { sender: written, receiver } = queue;
        let screen = Screen::new(size, output, move |is_ok| {
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
            kept: remembered,
            is_forgetful: false,
            save_cancel: None,
            stop,
            is_dirty: true,
            is_away: false,
            pace: Pace::new(Instant::now()),
            last_tick: now,
            ended: None,
        })
    }

    /// Runs until it ends.
    pub(super) fn run(mut self) -> io::Result<Ended> {
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
            if by_person {
                self.pace.press(Instant::now());
                // What a key causes is dated by the clock of now, also where the clock stands still.
                self.tell_time();
            }
            for message in inputs.into_iter().chain(others) {
                self.take(message)?;
            }
            self.tick();
            if let Some(ended) = self.ended {
                self.screen.settle();
                self.stop.store(true, Ordering::Relaxed);
                if let Some(cancel) = &self.save_cancel {
                    cancel.cancel();
                }
                return Ok(ended);
            }
            let is_due = by_person || self.until_frame().is_zero();
            if self.is_dirty && is_due && !self.is_away && !self.screen.is_busy() {
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
        if self.is_dirty && !self.is_away && !self.screen.is_busy() {
            return until_tick.min(self.until_frame());
        }
        until_tick
    }

    fn until_frame(&self) -> Duration {
        self.pace.until_frame(self.state.is_asking(), Instant::now())
    }

    /// Whether something on the screen changes with the seconds.
    fn is_live(&self) -> bool {
        self.state.message.as_ref().is_some_and(|message| message.until.is_some())
            || self.state.source().is_some_and(|source| source.kind != SourceKind::Imported)
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

    fn tell_time(&mut self) {
        let now = Timestamp::now();
        if now.since(self.last_tick).abs() >= 1_000_000 {
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
            Message::Signal(SIGTSTP) => self.suspend()?,
            Message::Signal(signal) => self.ended = Some(Ended::Signal(signal)),
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Changed(_) => self.pace.change(Instant::now()),
            Event::Answer(id, ..) | Event::Answers(id, _) if self.state.is_awaited(id) => self.pace.awaited_answer(),
            Event::Answer(..) => self.pace.answer(),
            _ => {}
        }
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
            Effect::ReadIds(name) => {
                let outlet = self.outlet.clone();
                thread::Builder::new().name("ids".into()).spawn(move || {
                    let lines = read_typed_ids(&name);
                    outlet.send(Event::Ids(name, lines));
                })?;
            }
            Effect::ListBad(source, most) => {
                let (store, outlet) = (Arc::clone(&self.store), self.outlet.clone());
                thread::Builder::new().name("bad-rows".into()).spawn(move || {
                    let rows = store.bad_rows(&source, most).map_err(|error| error.to_string());
                    outlet.send(Event::BadRows(source, rows));
                })?;
            }
            Effect::Save(request) => self.save(*request)?,
            Effect::CancelSave => {
                if let Some(cancel) = &self.save_cancel {
                    cancel.cancel();
                }
            }
            Effect::Copy(text) => {
                self.screen.write(&terminal::clipboard_bytes(&text));
            }
            Effect::PollNow(source) => {
                if !(self.poll_now)(&source) {
                    let text = format!("{source} is not polled from here");
                    update(&mut self.state, Event::Notice(Notice { text, is_error: true }));
                }
            }
            Effect::Remember(remembered) => self.remember(&remembered),
            Effect::Redraw => self.screen.reset(self.state.size)?,
            Effect::Suspend => self.suspend()?,
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
        Ok(())
    }

    /// Keeps what is set on the screen; where that fails, it is said once.
    fn remember(&mut self, remembered: &Remembered) {
        match self.settings.write(&self.kept, remembered) {
            Ok(()) => {
                self.is_forgetful = false;
                self.kept.clone_from(remembered);
            }
            Err(error) if !std::mem::replace(&mut self.is_forgetful, true) => {
                let text = format!("what you set here holds until you quit: {error}");
                update(&mut self.state, Event::Notice(Notice { text, is_error: true }));
            }
            Err(_) => {}
        }
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
        self.screen.settle();
        terminal::give_back();
        // Nothing is drawn until the signal that it goes on.
        self.is_away = true;
        // The whole group stops, as the shell expects of a job.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP).map_err(io::Error::from)
    }

    /// The program goes on after it was stopped.
    fn come_back(&mut self) -> io::Result<()> {
        terminal::take_again()?;
        self.is_away = false;
        let size = crossterm::terminal::size()?;
        self.screen.reset(size)?;
        self.apply(Event::Resize(size.0, size.1));
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let (state, theme) = (&self.state, self.theme);
        self.screen.draw(|buffer| view::draw(state, theme, buffer))?;
        self.is_dirty = false;
        self.pace.draw(Instant::now());
        Ok(())
    }
}
