//! From a key to a finished screen, and the drawing of a frame, over generated requests.
//!
//! `cargo bench --bench screen [-- ROWS [live]]`; a million unless told otherwise. Questions are answered
//! one after the other in this thread, so that a figure is all the work that a key costs. `live` keeps
//! 1,000 requests a second arriving meanwhile, and the screen hears of them before each key.

mod support;

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use reqscope::app::event::{At, Effect, Event};
use reqscope::app::keymap::{Key, Keymap};
use reqscope::app::remembered::Remembered;
use reqscope::app::source_view::Keeper;
use reqscope::app::state::State;
use reqscope::app::update::update;
use reqscope::base::cancel::Cancel;
use reqscope::base::time::Timestamp;
use reqscope::engine::local::{Store, StoreOptions};
use reqscope::engine::{Answer, Engine, Question, ask_whole};
use reqscope::model::handle::Seq;
use reqscope::runtime::source_settings::source_view;
use reqscope::source::format::registry::Registry;
use reqscope::view::theme::{Colors, Theme};

const SIZES: [(u16, u16); 3] = [(200, 50), (120, 30), (80, 24)];

fn main() {
    let rows = support::rows_wanted();
    let registry = Arc::new(Registry::new());
    let store = open_store(rows, &registry);
    let is_live = std::env::args().any(|arg| arg == "live");
    println!("{rows} requests{}", if is_live { ", and 1,000 more every second" } else { "" });
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if is_live {
            scope.spawn(|| keep_arriving(&store, &is_done));
        }
        measure(&store, &registry);
        is_done.store(true, Ordering::Relaxed);
    });
}

/// Stores 100 requests ten times a second.
fn keep_arriving(store: &Store, is_done: &AtomicBool) {
    let newest = store.info().expect("figures").span.expect("there are rows").1;
    let mut number = 0;
    while !is_done.load(Ordering::Relaxed) {
        let rows = (0..100).map(|row| support::live_row(newest.plus((number + row) * 1_000), number + row)).collect();
        store.append(support::SOURCE, &support::live_intake(rows), newest).expect("appends");
        number += 100;
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn measure(store: &Store, registry: &Registry) {
    for size in SIZES {
        let mut screen = Screen::open(store, registry, size);
        let name = format!("{}x{}", size.0, size.1);
        let (best, median) = support::time(200, || screen.draw());
        println!("{name:<8} frame                    best {best:>9.2?}, median {median:>9.2?}");
        for (what, keys) in [
            ("row down, and up", &["j", "k"][..]),
            ("a page down, and up", &["Ctrl-f", "Ctrl-b"]),
            ("last row, first row", &["G", "g"]),
            ("only failures, and all", &["!", "!"]),
        ] {
            let before = support::processor_time();
            let (best, median) = support::time(30, || {
                for key in keys {
                    screen.hear();
                    screen.key(key);
                    screen.draw();
                }
            });
            let worked = support::processor_time().saturating_sub(before) / 30;
            println!("{name:<8} {what:<24} best {best:>9.2?}, median {median:>9.2?}, processors {worked:>9.2?}");
        }
    }
}

/// A store of so many requests, imported when there is none.
fn open_store(rows: u64, registry: &Arc<Registry>) -> Store {
    let place = support::store_folder(rows);
    let is_there = place.exists();
    let store = Store::open(&place, StoreOptions::default(), Arc::clone(registry) as _).expect("a store");
    if !is_there || store.info().expect("figures").records < rows {
        support::import_into(&store, registry, rows);
    }
    store
}

struct Screen<'a> {
    store: &'a Store,
    state: State,
    theme: Theme,
    buffer: Buffer,
    /// The newest request that it was told of.
    heard: Seq,
}

impl<'a> Screen<'a> {
    fn open(store: &'a Store, registry: &Registry, size: (u16, u16)) -> Self {
        let now = Timestamp(1_900_000_000_000_000);
        let state = State::new(Arc::new(Keymap::default()), size, now, Remembered::default());
        let theme = Theme { colors: Colors::Many, has_unicode: true };
        let buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        let snapshot = store.snapshot().expect("a state");
        let mut screen = Self { store, state, theme, buffer, heard: snapshot.as_of };
        let sources = store.source_records().expect("sources");
        let sources = sources.iter().map(|source| source_view(source, Keeper::Nobody, registry)).collect();
        screen.event(Event::Sources(sources));
        screen.event(Event::Changed(snapshot));
        assert!(screen.state.summary.as_ref().is_some_and(|summary| summary.count > 0), "the screen shows the store");
        screen
    }

    /// Tells it what has arrived.
    fn hear(&mut self) {
        self.store.refresh().expect("refreshes");
        let snapshot = self.store.snapshot().expect("a state");
        if snapshot.as_of > self.heard {
            self.heard = snapshot.as_of;
            self.event(Event::Changed(snapshot));
        }
    }

    fn key(&mut self, name: &str) {
        self.event(Event::Key(Key::read(name).expect("a key")));
    }

    fn event(&mut self, event: Event) {
        let mut effects = VecDeque::from(update(&mut self.state, event));
        while let Some(effect) = effects.pop_front() {
            let event = match effect {
                Effect::Ask(id, at, question) => {
                    let (snapshot, answer) = self.answer(&at, &question);
                    Event::Answer(id, snapshot, Box::new(answer))
                }
                Effect::AskAll(id, at, questions) => {
                    Event::Answers(id, questions.iter().map(|question| self.answer(&at, question).1).collect())
                }
                _ => continue,
            };
            effects.extend(update(&mut self.state, event));
        }
    }

    fn answer(&self, at: &At, question: &Question) -> (reqscope::engine::Snapshot, Answer) {
        let snapshot = match at {
            At::Held(snapshot) => snapshot.clone(),
            At::Newest => self.store.snapshot().expect("a state"),
        };
        let answer = ask_whole(self.store, &snapshot, question, &Cancel::new()).expect("an answer");
        (snapshot, answer)
    }

    fn draw(&mut self) {
        self.buffer.reset();
        black_box(reqscope::view::draw(&self.state, self.theme, &mut self.buffer));
    }
}
