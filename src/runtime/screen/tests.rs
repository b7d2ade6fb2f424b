//! The loop in this process, with a terminal that only remembers.

use std::io::{self, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::app::event::Event;
use crate::app::keymap::{Key, KeyCode, Keymap};
use crate::app::source_view::Keeper;
use crate::app::testing::{NOW, id_of, one_record, platform_rows};
use crate::base::time::Timestamp;
use crate::engine::local::Store;
use crate::engine::local::store::StoreOptions;
use crate::engine::testing::{Pairs, intake};
use crate::model::period::Period;
use crate::runtime::finder::Finder;
use crate::runtime::settings::SettingsFile;
use crate::runtime::source_settings::{IMPORTED, SourceSettings, source_view};
use crate::source::format::registry::Registry;
use crate::view::Theme;

use super::event_loop::Loop;
use super::pace::DATA_FRAME;
use super::queue::Message;
use super::{Ended, ListSources, Queue, ScreenParts};

/// How long something may take before a test fails.
const DEADLINE: Duration = Duration::from_secs(20);

/// What was written, as bytes and as a screen.
struct Terminal {
    bytes: Vec<u8>,
    writes: usize,
    screen: vt100::Parser,
}

#[derive(Clone)]
struct Output(Arc<Mutex<Terminal>>);

impl Output {
    fn with<T>(&self, look: impl FnOnce(&mut Terminal) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|terminal| {
            terminal.bytes.extend_from_slice(bytes);
            terminal.writes += 1;
            terminal.screen.process(bytes);
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a screen has cells")
}

/// A running screen over a store of its own.
struct Running {
    output: Output,
    sender: std::sync::mpsc::Sender<Message>,
    store: Arc<Store>,
    folder: tempfile::TempDir,
    screen: Option<JoinHandle<io::Result<Ended>>>,
}

impl Running {
    /// Starts a screen over the made-up platform.
    fn start(size: (u16, u16)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Arc::new(Registry::new());
        let store = Store::open(&folder.path().join("store"), StoreOptions::default(), Arc::new(Pairs)).expect("opens");
        let store = Arc::new(store);
        let settings = SourceSettings::of_format(&registry, "files-com-json");
        store.put_source("acme", IMPORTED, Some(&settings.to_json())).expect("a source");
        store.append("acme", &intake("acme", &platform_rows()), NOW).expect("appends");
        let output = Output(Arc::new(Mutex::new(Terminal {
            bytes: Vec::new(),
            writes: 0,
            screen: vt100::Parser::new(cells(size.1), cells(size.0), 0),
        })));
        let queue = Queue::default();
        let sender = queue.sender.clone();
        let listed = Arc::clone(&store);
        let sources: ListSources = Arc::new(move || {
            let records = listed.source_records().unwrap_or_default();
            records.iter().map(|record| source_view(record, Keeper::Nobody, &registry)).collect()
        });
        let parts = ScreenParts {
            store: Arc::clone(&store),
            sources,
            finder: Arc::new(Finder::new(Arc::clone(&store), Vec::new(), None)),
            poll_now: Arc::new(|_| false),
            keymap: Arc::new(Keymap::default()),
            theme: Theme::default(),
            settings: SettingsFile::new(&folder.path().join("state")),
            prepare: Box::new(|state| state.period = Period::All),
        };
        let shown = output.clone();
        let screen = thread::spawn(move || Loop::new(parts, queue, size, shown).and_then(Loop::run));
        Self { output, sender, store, folder, screen: Some(screen) }
    }

    fn text(&self) -> String {
        let text = self.output.with(|terminal| terminal.screen.screen().contents());
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Waits until the screen shows a text.
    fn wait_for(&self, wanted: &str) {
        self.wait(wanted, |text| text.contains(wanted));
    }

    fn wait(&self, about: &str, is_there: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        while !is_there(&self.text()) {
            assert!(begin.elapsed() < DEADLINE, "no “{about}” on the screen:\n{}", self.text());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn send(&self, event: Event) {
        self.sender.send(Message::Input(event)).expect("the loop runs");
    }

    fn keys(&self, names: &str) {
        for name in names.split_whitespace() {
            self.send(Event::Key(Key::read(name).unwrap_or_else(|| panic!("“{name}” is no key"))));
        }
    }

    fn type_text(&self, text: &str) {
        for char in text.chars() {
            self.send(Event::Key(Key::plain(KeyCode::Char(char))));
        }
    }

    fn quit(&mut self) -> Ended {
        self.keys("Q");
        self.join()
    }

    fn join(&mut self) -> Ended {
        self.screen.take().expect("it runs").join().expect("no panic").expect("no error")
    }

    /// Bytes that were written since this was last asked.
    fn taken_bytes(&self) -> Vec<u8> {
        self.output.with(|terminal| std::mem::take(&mut terminal.bytes))
    }

    /// Waits until nothing was written for a while.
    fn settle(&self) {
        let mut last = (self.output.with(|terminal| terminal.bytes.len()), Instant::now());
        let begin = Instant::now();
        while last.1.elapsed() < Duration::from_millis(400) {
            assert!(begin.elapsed() < DEADLINE, "the screen does not come to rest");
            let now = self.output.with(|terminal| terminal.bytes.len());
            if now != last.0 {
                last = (now, Instant::now());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Draws the screen anew, which changes nothing but the clock in the first line.
    fn assert_same_when_drawn_anew(&mut self) {
        let below_clock = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let before = below_clock(&self.text());
        self.keys("Ctrl-l");
        self.settle();
        assert_eq!(below_clock(&self.text()), before);
    }
}

#[test]
fn rows_appear_and_keys_work() {
    let mut running = Running::start((120, 30));
    running.wait_for("Upstream closed connection");
    running.wait_for("760 requests");
    running.keys("!");
    running.wait_for("of 760 requests");
    running.keys("/ Ctrl-u");
    running.type_text("status:504");
    running.keys("Enter");
    running.wait_for("5 of 760");
    running.keys("Enter");
    running.wait_for("Upstream timed out after 30 s");
    assert_eq!(running.quit(), Ended::Quit);
}

#[test]
fn what_another_writes_appears_by_itself() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    let row = one_record(9_000, -60, "status=418;outcome=failure;client=Teapot;error_message=short and stout");
    running.store.append("acme", &intake("acme", &[row]), Timestamp::now()).expect("appends");
    running.wait_for("short and stout");
    running.wait_for("761 requests");
    running.quit();
}

#[test]
fn what_arrives_is_in_the_first_frame_that_is_drawn_for_it() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    // A busy machine may be late with an answer now and then; a frame in between would make all of them late.
    let mut waits = Vec::new();
    while waits.len() < 40 && waits.iter().all(|wait| *wait >= DATA_FRAME) {
        let number = waits.len() as u64;
        running.settle();
        let name = format!("Teapot-{number}");
        let row = one_record(9_000 + number, -60 - number as i64, &format!("status=200;client={name}"));
        let begin = Instant::now();
        running.store.append("acme", &intake("acme", &[row]), Timestamp::now()).expect("appends");
        running.wait_for(&name);
        waits.push(begin.elapsed());
    }
    assert!(waits.last().is_some_and(|wait| *wait < DATA_FRAME), "{waits:?}");
    running.quit();
}

#[test]
fn settings_that_cannot_be_kept_are_said_once() {
    let mut screen = Running::start((120, 30));
    screen.wait_for("Northwind");
    std::fs::write(screen.folder.path().join("state"), "no folder").expect("a file in its place");
    screen.keys("l o");
    screen.wait_for("what you set here holds until you quit: ");
    screen.wait_for("screen.json could not be written");
    screen.keys("o");
    screen.wait("the message goes", |text| !text.contains("until you quit"));
    screen.quit();
}

#[test]
fn a_pasted_id_is_found() {
    let mut running = Running::start((80, 24));
    running.wait_for("760");
    running.send(Event::Paste(format!("please look at {}!", id_of(7))));
    running.wait_for(&format!("Request-ID {}", id_of(7)));
    running.quit();
}

#[test]
fn the_view_is_saved_as_it_is_shown() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.keys("/");
    running.type_text("status:504");
    running.keys("Enter");
    running.wait_for("5 of 760");
    running.keys("s Ctrl-u");
    let path = running.folder.path().join("out.csv");
    running.type_text(&path.display().to_string());
    running.keys("Enter");
    running.wait_for("saved 5 rows");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(text.trim_end().lines().count(), 6, "a heading and five rows: {text}");
    running.quit();
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.settle();
    // The clock of a store that nothing brings anything to goes by the minute.
    while Timestamp::now().0 / 1_000_000 % 60 > 55 {
        thread::sleep(Duration::from_millis(100));
    }
    running.settle();
    running.taken_bytes();
    thread::sleep(Duration::from_secs(3));
    let bytes = running.taken_bytes();
    assert!(bytes.is_empty(), "{:?}", String::from_utf8_lossy(&bytes));
    running.quit();
}

#[test]
fn one_step_costs_few_bytes_in_one_write() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.settle();
    running.taken_bytes();
    running.keys("j");
    running.wait_for("2/760");
    running.settle();
    let first = running.taken_bytes();
    running.keys("j");
    running.wait_for("3/760");
    running.settle();
    let bytes = running.taken_bytes();
    for bytes in [&first, &bytes] {
        assert!(bytes.len() <= 400, "{} bytes: {:?}", bytes.len(), String::from_utf8_lossy(bytes));
    }
    let writes = running.output.with(|terminal| std::mem::take(&mut terminal.writes));
    assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"), "one synchronized update");
    running.keys("j");
    running.wait_for("4/760");
    running.settle();
    assert_eq!(running.output.with(|terminal| terminal.writes), 1, "after {writes} before");
    running.quit();
}

#[test]
fn another_size_is_drawn_whole() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.settle();
    running.output.with(|terminal| terminal.screen.screen_mut().set_size(cells(24), cells(80)));
    running.send(Event::Resize(80, 24));
    running.wait("the layout of 80×24", |text| text.lines().count() == 24 && text.contains("? help"));
    running.settle();
    // A screen that was kept up to date by differences is the same as one drawn anew.
    running.assert_same_when_drawn_anew();
    running.quit();
}

#[test]
fn differences_add_up_to_the_whole_screen() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.keys("j j j f l j Space Esc Ctrl-d Ctrl-d Enter J J Esc ! ? Esc t Esc g");
    running.settle();
    running.assert_same_when_drawn_anew();
    running.quit();
}

#[test]
fn the_end_of_the_terminal_ends_the_screen() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.sender.send(Message::TerminalGone).expect("the loop runs");
    assert_eq!(running.join(), Ended::TerminalGone);
}

#[test]
fn a_message_stays_for_a_while_although_the_clock_stands_still() {
    let mut running = Running::start((120, 30));
    running.wait_for("760 requests");
    running.keys("0");
    running.wait_for("no filter is set");
    thread::sleep(Duration::from_secs(3));
    running.wait_for("no filter is set");
    running.quit();
}

/// A terminal that takes nothing.
struct Stuck(std::sync::mpsc::Receiver<()>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_the_screen_from_ending() {
    let running = Running::start((120, 30));
    running.wait_for("760 requests");
    let (_held, receiver) = std::sync::mpsc::channel();
    let queue = Queue::default();
    let sender = queue.sender.clone();
    let parts = ScreenParts {
        store: Arc::clone(&running.store),
        sources: Arc::new(Vec::new),
        finder: Arc::new(Finder::new(Arc::clone(&running.store), Vec::new(), None)),
        poll_now: Arc::new(|_| false),
        keymap: Arc::new(Keymap::default()),
        theme: Theme::default(),
        settings: SettingsFile::new(running.folder.path()),
        prepare: Box::new(|_| ()),
    };
    let screen = thread::spawn(move || Loop::new(parts, queue, (120, 30), Stuck(receiver)).and_then(Loop::run));
    let begin = Instant::now();
    sender.send(Message::Signal(signal_hook::consts::SIGTERM)).expect("the loop runs");
    let ended = screen.join().expect("no panic").expect("no error");
    assert_eq!(ended, Ended::Signal(signal_hook::consts::SIGTERM));
    assert!(begin.elapsed() < Duration::from_secs(2));
    drop(running);
}
