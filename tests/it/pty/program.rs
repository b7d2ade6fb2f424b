//! The program in a pseudo-terminal: keys in, a screen out.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long something may take before a test fails.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// What came out.
struct Shown {
    bytes: Vec<u8>,
    screen: vt100::Parser,
}

/// A program in a terminal of its own.
pub struct Program {
    shown: Arc<Mutex<Shown>>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    before: String,
    is_gone: Arc<AtomicBool>,
    is_paused: Arc<AtomicBool>,
    reading: Option<JoinHandle<()>>,
    /// Its folders stay as long as it runs.
    _home: tempfile::TempDir,
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a screen has cells")
}

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// The program's own command with an environment of nothing but a home and a terminal.
pub fn clean(program: &str, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    command.env("HOME", home);
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("PATH", "/usr/bin:/bin");
    command.cwd(home);
    command
}

impl Program {
    /// Starts the program with arguments.
    pub fn start(arguments: &[&str], columns_rows: (u16, u16)) -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder"), arguments, columns_rows)
    }

    /// Starts the program with the folders of another.
    pub fn start_in(home: tempfile::TempDir, arguments: &[&str], columns_rows: (u16, u16)) -> Self {
        Self::start_with(home, arguments, columns_rows, &[])
    }

    /// Starts the program with variables of the environment.
    pub fn start_with(
        home: tempfile::TempDir,
        arguments: &[&str],
        columns_rows: (u16, u16),
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = clean(env!("CARGO_BIN_EXE_reqscope"), home.path());
        for (name, value) in variables {
            command.env(name, value);
        }
        command.args(arguments);
        Self::spawn(home, command, columns_rows)
    }

    /// Starts a command.
    pub fn spawn(home: tempfile::TempDir, command: CommandBuilder, columns_rows: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(columns_rows)).expect("a pseudo-terminal");
        let before = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (columns, rows) = columns_rows;
        let screen = vt100::Parser::new(cells(rows), cells(columns), 0);
        let shown = Arc::new(Mutex::new(Shown { bytes: Vec::new(), screen }));
        let seen = Arc::clone(&shown);
        let is_gone = Arc::new(AtomicBool::new(false));
        let is_paused = Arc::new(AtomicBool::new(false));
        let (gone, paused) = (Arc::clone(&is_gone), Arc::clone(&is_paused));
        let reading = thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count) = reader.read(&mut buffer) {
                while paused.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(5));
                }
                if count == 0 || gone.load(Ordering::SeqCst) {
                    return;
                }
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.bytes.extend_from_slice(&buffer[..count]);
                seen.screen.process(&buffer[..count]);
            }
        });
        Self {
            shown,
            is_gone,
            is_paused,
            reading: Some(reading),
            writer: Some(writer),
            master: Some(pair.master),
            child,
            before,
            _home: home,
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on the screen.
    pub fn text(&self) -> String {
        let text = self.shown().screen.screen().contents();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Everything that came out so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shown().bytes.clone()
    }

    /// Waits until the screen shows a text.
    pub fn wait_for(&self, wanted: &str) {
        self.wait(wanted, DEADLINE, |program| program.text().contains(wanted));
    }

    /// Waits until something is so.
    pub fn wait(&self, about: &str, deadline: Duration, is_so: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !is_so(self) {
            assert!(begin.elapsed() < deadline, "{about}: not after {deadline:?}:\n{}", self.text());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until nothing comes out any more.
    pub fn settle(&self) {
        let mut last = (0, Instant::now());
        let begin = Instant::now();
        while last.1.elapsed() < Duration::from_millis(500) {
            assert!(begin.elapsed() < DEADLINE, "the screen does not come to rest");
            let now = self.shown().bytes.len();
            if now != last.0 {
                last = (now, Instant::now());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends bytes as the keyboard would.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(bytes.as_ref()).and_then(|()| writer.flush()).expect("the terminal takes bytes");
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program is there");
    }

    fn pid(&self) -> Pid {
        let number = self.child.process_id().expect("it runs");
        Pid::from_raw(number.cast_signed()).expect("a process number")
    }

    /// The letter of the program's state: `S` sleeping, `T` stopped, `Z` ended.
    pub fn state(&self) -> char {
        let number = self.child.process_id().expect("it runs");
        let text = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        text.rsplit(") ").next().and_then(|rest| rest.chars().next()).unwrap_or('Z')
    }

    /// Processor time that the program used, in ticks of a hundredth of a second.
    pub fn ticks(&self) -> u64 {
        let number = self.child.process_id().expect("it runs");
        let text = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        ticks(11) + ticks(12)
    }

    /// Whether the program goes on.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it was started here").is_none()
    }

    /// Waits until the program has ended.
    pub fn wait_end(&mut self, deadline: Duration) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it was started here") {
                return status;
            }
            assert!(begin.elapsed() < deadline, "it still runs after {deadline:?}:\n{}", self.text());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The terminal gets another size.
    pub fn resize(&self, columns_rows: (u16, u16)) {
        let (columns, rows) = columns_rows;
        self.shown().screen.screen_mut().set_size(cells(rows), cells(columns));
        self.master.as_ref().expect("the terminal is there").resize(size(columns_rows)).expect("another size");
    }

    /// The terminal goes away, as when a connection is lost.
    pub fn hang_up(&mut self) {
        // Whoever reads holds the terminal open: the next bytes end that.
        self.is_gone.store(true, Ordering::SeqCst);
        self.send("j");
        if let Some(reading) = self.reading.take() {
            reading.join().expect("reading does not panic");
        }
        self.writer = None;
        self.master = None;
    }

    /// The terminal takes no bytes, or takes them again.
    pub fn pause(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::SeqCst);
    }

    /// What is not as it was before the program started.
    pub fn leftovers(&self) -> Vec<String> {
        let mut left = Vec::new();
        let shown = self.shown();
        let screen = shown.screen.screen();
        let mut note = |is_left: bool, what: &str| {
            if is_left {
                left.push(what.to_owned());
            }
        };
        note(screen.alternate_screen(), "the alternate screen");
        note(screen.hide_cursor(), "a hidden cursor");
        note(screen.bracketed_paste(), "bracketed paste");
        note(screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "the mouse");
        note(screen.application_cursor(), "cursor keys of applications");
        note(is_on(&shown.bytes, "?2026"), "an update that never ends");
        note(is_on(&shown.bytes, "?7") && shown.bytes.windows(5).any(|w| w == b"\x1b[?7l"), "no wrapping");
        note(count(&shown.bytes, b"\x1b[>") > count(&shown.bytes, b"\x1b[<"), "keyboard modes");
        drop(shown);
        left.extend(self.modes_left());
        left
    }

    /// The terminal's modes, where they are not as they were.
    pub fn modes_left(&self) -> Option<String> {
        let now = modes(self.master.as_ref()?.as_ref());
        (now != self.before).then(|| format!("modes of the terminal: {now}, were {}", self.before))
    }
}

/// The modes of a terminal, in words that can be compared.
fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().expect("modes");
    format!("{:?} {:?} {:?}", modes.input_flags, modes.output_flags, modes.local_flags)
}

/// Whether a mode was switched on and not off again.
fn is_on(bytes: &[u8], mode: &str) -> bool {
    count(bytes, format!("\x1b[{mode}h").as_bytes()) > count(bytes, format!("\x1b[{mode}l").as_bytes())
}

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part).count()
}

impl Drop for Program {
    fn drop(&mut self) {
        self.pause(false);
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A small store with requests imported once: nothing brings more.
pub fn imported(lines: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("requests.jsonl");
    std::fs::write(&file, lines).expect("a file");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_reqscope"))
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.path())
        .args(["import", "requests.jsonl", "--store", "store", "--source", "acme"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success());
    home
}

/// Requests as JSON lines, the newest last.
pub fn requests(count: usize) -> String {
    let mut lines = String::new();
    for number in 0..count {
        let (status, outcome, message) = match number % 5 {
            0 => (502, "failure", "Upstream closed connection before headers"),
            3 => (404, "failure", "File not found"),
            _ => (200, "success", ""),
        };
        lines.push_str(&format!(
            "{{\"time\":\"2026-11-20T12:{:02}:{:02}Z\",\"request_id\":\"{:032x}\",\"status\":{status},\
             \"outcome\":\"{outcome}\",\"client\":\"Client {}\",\"method\":\"GET\",\"path\":\"/orders/{number}\",\
             \"endpoint\":\"orders.{}\",\"error_message\":\"{message}\",\"duration\":{}}}\n",
            number / 60 % 60,
            number % 60,
            number * 7919 + 1,
            number % 7,
            ["list", "create", "export"][number % 3],
            20 + number % 300,
        ));
    }
    lines
}
