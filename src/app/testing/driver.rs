//! Feeds a state with keys and events, and answers what it asks by the reference engine.

use std::sync::Arc;

use crate::app::event::{At, Effect, Event};
use crate::app::keymap::{Key, KeyCode, Keymap};
use crate::app::remembered::Remembered;
use crate::app::source_view::{Keeper, SourceKind, SourceView};
use crate::app::state::{Layer, State};
use crate::app::update::update;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::memory::MemoryEngine;
use crate::engine::testing::{Pairs, intake};
use crate::engine::{Answer, Engine, Snapshot, ask_whole};
use crate::model::handle::StoreTag;
use crate::model::intake::RowIdentity;
use crate::model::record::StoredRecord;
use crate::model::request_id::IdQuery;
use crate::model::view_spec::ViewSpec;
use crate::source::format::registry::Registry;

use super::records::{NOW, platform_rows};

/// A screen in a test.
pub struct Driver {
    /// What is tested.
    pub state: State,
    /// Where its answers come from.
    pub engine: MemoryEngine,
    /// Everything that was to be done since it was last looked at, questions included.
    pub effects: Vec<Effect>,
    /// Questions without an answer yet.
    pub open: Vec<Effect>,
    /// Whether questions stay open until the test answers them.
    pub answers_by_hand: bool,
    source: String,
}

impl Driver {
    /// A screen over the made-up platform.
    pub fn over_platform() -> Self {
        let mut driver = Self::empty("files-com-json", SourceKind::Polled);
        driver.arrive(&platform_rows());
        driver.effects.clear();
        driver
    }

    /// A screen over a source without records, 120×30.
    pub fn empty(format: &str, kind: SourceKind) -> Self {
        let mut state = State::new(Arc::new(Keymap::default()), (120, 30), NOW, Remembered::default());
        state.zone = chrono_tz::America::Los_Angeles;
        let engine = MemoryEngine::new(Arc::new(Pairs), StoreTag::new(7));
        let mut driver = Self {
            state,
            engine,
            effects: Vec::new(),
            open: Vec::new(),
            answers_by_hand: false,
            source: "acme".into(),
        };
        driver.event(Event::Sources(vec![driver.source_view("acme", format, kind)]));
        driver
    }

    /// A source with the view of a format.
    pub fn source_view(&self, name: &str, format: &str, kind: SourceKind) -> SourceView {
        let registry = Registry::new();
        let format = registry.get(format).expect("a preset");
        SourceView {
            name: name.into(),
            title: format.title().to_owned(),
            kind,
            view: format.view().clone(),
            coverage: None,
            gaps: Vec::new(),
            bad: 0,
            redacted: 0,
            last_intake: None,
            keeper: Keeper::Here,
        }
    }

    /// Rows arrive in the store; the screen is told.
    pub fn arrive(&mut self, rows: &[(String, RowIdentity)]) {
        self.arrive_unseen(rows);
        self.changed();
    }

    /// Rows arrive, and the screen is not told yet.
    pub fn arrive_unseen(&mut self, rows: &[(String, RowIdentity)]) {
        let source = self.source.clone();
        let result = self.engine.append(&source, &intake(&source, rows), self.state.now).expect("appends");
        assert_eq!(result.bad, 0, "rows of a test are good");
    }

    /// The screen is told of the store's state.
    pub fn changed(&mut self) {
        let snapshot = self.snapshot();
        self.event(Event::Changed(snapshot));
    }

    /// The store's state.
    pub fn snapshot(&self) -> Snapshot {
        self.engine.snapshot().expect("a snapshot")
    }

    /// The records that have some ids.
    pub fn look_up(&self, ids: &[IdQuery]) -> Vec<Vec<StoredRecord>> {
        self.engine.get(&self.snapshot(), ids, 10).expect("looks")
    }

    /// What each format shows, by its name.
    pub fn views() -> Vec<(String, ViewSpec)> {
        let registry = Registry::new();
        registry.formats().map(|format| (format.name().to_owned(), format.view().clone())).collect()
    }

    /// Something happens; what is asked is answered.
    pub fn event(&mut self, event: Event) {
        let effects = update(&mut self.state, event);
        self.take(effects);
        if !self.answers_by_hand {
            self.settle();
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if matches!(effect, Effect::Ask(..) | Effect::AskAll(..)) {
                self.open.push(effect.clone());
            }
            self.effects.push(effect);
        }
    }

    /// Answers all open questions, and those that follow.
    pub fn settle(&mut self) {
        for _ in 0..50 {
            if self.open.is_empty() {
                return;
            }
            self.answer(0);
        }
        panic!("questions without end: {:?}", self.open);
    }

    /// Answers one of the open questions.
    pub fn answer(&mut self, place: usize) {
        let effect = self.open.remove(place);
        let event = self.answer_to(&effect);
        let effects = update(&mut self.state, event);
        self.take(effects);
    }

    /// The answer to a question, as the store would give it now.
    pub fn answer_to(&self, effect: &Effect) -> Event {
        let snapshot = |at: &At| match at {
            At::Held(snapshot) => snapshot.clone(),
            At::Newest => self.snapshot(),
        };
        let ask = |at: &At, question| -> Answer {
            ask_whole(&self.engine, &snapshot(at), question, &Cancel::new()).expect("an answer")
        };
        match effect {
            Effect::Ask(id, at, question) => Event::Answer(*id, snapshot(at), Box::new(ask(at, question))),
            Effect::AskAll(id, at, questions) => {
                Event::Answers(*id, questions.iter().map(|question| ask(at, question)).collect())
            }
            other => panic!("this is no question: {other:?}"),
        }
    }

    /// Presses keys, named as in the table of keys, parted by spaces.
    pub fn keys(&mut self, names: &str) -> &mut Self {
        for name in names.split_whitespace() {
            let key = Key::read(name).unwrap_or_else(|| panic!("“{name}” is no key"));
            self.event(Event::Key(key));
        }
        self
    }

    /// Types a text, character by character.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for char in text.chars() {
            self.event(Event::Key(Key::plain(KeyCode::Char(char))));
        }
        self
    }

    /// Empties the line that is typed, and types another.
    pub fn retype(&mut self, text: &str) -> &mut Self {
        self.keys("Ctrl-u").type_text(text)
    }

    /// Text is pasted.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.event(Event::Paste(text.into()));
        self
    }

    /// The terminal gets another size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.event(Event::Resize(width, height));
        self
    }

    /// Time passes.
    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        let now: Timestamp = self.state.now.plus_secs(seconds);
        self.event(Event::Tick(now));
        self
    }

    /// What was kept for the next run.
    pub fn kept(&self) -> Remembered {
        let kept = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Remember(kept) => Some(kept.clone()),
            _ => None,
        });
        kept.expect("something was kept")
    }

    /// The next run of the screen over the made-up platform.
    pub fn next_run(kept: Remembered) -> Self {
        let mut driver = Self::empty("files-com-json", SourceKind::Polled);
        driver.state.last_run.clone_from(&kept.filters);
        driver.state.remembered = kept;
        let sources = std::mem::take(&mut driver.state.sources);
        driver.event(Event::Sources(sources));
        driver.arrive(&platform_rows());
        driver
    }

    /// What was to be done since this was last asked.
    pub fn done(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The filter as it is typed.
    pub fn filter(&self) -> String {
        let filter = self.state.trail.filter();
        if filter.is_all() { String::new() } else { filter.to_string() }
    }

    /// The message in the bottom line.
    pub fn message(&self) -> &str {
        self.state.message.as_ref().map_or("", |message| message.text.as_str())
    }

    /// The ids of the rows that are at hand.
    pub fn total(&self) -> u64 {
        self.state.table.total
    }

    /// The id of the request under the table's cursor.
    pub fn current_id(&self) -> String {
        let record = self.state.table.current().expect("a row under the cursor");
        String::from_utf8_lossy(&record.id_text()).into_owned()
    }

    /// The id of the request in the topmost detail.
    pub fn detail_id(&self) -> Option<String> {
        match self.state.layers.last() {
            Some(Layer::Detail(detail)) => Some(String::from_utf8_lossy(&detail.record.id_text()).into_owned()),
            _ => None,
        }
    }

    /// Whether the program goes on.
    pub fn is_running(&self) -> bool {
        !self.effects.iter().any(|effect| matches!(effect, Effect::Quit))
    }
}
