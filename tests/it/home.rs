//! The program in a home of its own: nothing of the user's environment reaches it, and it writes
//! nowhere else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

/// The program that is tested.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_reqscope");

/// A zone that is off by a quarter of an hour: what is in local time by mistake shows.
const ODD_ZONE: &str = "Asia/Kathmandu";

/// No command takes so long.
const TOO_LONG: Duration = Duration::from_mins(1);

/// A home folder, gone when it is dropped.
pub struct Home {
    folder: tempfile::TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that only its owner can read, and says where.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("below the home")).expect("made");
        fs::write(&path, content).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        path
    }

    /// Writes the configuration where it is looked for.
    pub fn configure(&self, text: &str) -> PathBuf {
        self.write(".config/reqscope/config.toml", text)
    }

    /// The usual store's folder.
    pub fn store(&self) -> PathBuf {
        self.path().join(".local/share/reqscope/store")
    }

    /// The program in this home, in its folder, its output caught.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().env("HOME", self.path()).env("TZ", ODD_ZONE).env("RUST_BACKTRACE", "0");
        command.current_dir(self.path()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs the program with a text on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = assert_cmd::Command::from_std(self.command(arguments));
        let output = command.timeout(TOO_LONG).write_stdin(input).output().expect("the program runs");
        Ran { code: output.status.code(), out: output.stdout, err: output.stderr }
    }

    /// Runs the program, which must succeed, and gives what it wrote to standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.text(), ran.error());
        ran.text()
    }

    /// Runs the program, which must succeed and write JSON.
    pub fn json(&self, arguments: &[&str]) -> Json {
        let text = self.ok(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error} in {text}"))
    }

    /// Runs the program, which must fail with a code, and gives what it said.
    pub fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}{}", ran.text(), ran.error());
        ran.error()
    }

    /// All files below it.
    pub fn files(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).expect("can be read") {
                let path = entry.expect("an entry").path();
                if path.is_dir() { below(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        below(self.path(), &mut found);
        found
    }

    /// The files below it that hold some bytes.
    pub fn files_with(&self, bytes: &[u8]) -> Vec<PathBuf> {
        let holds = |path: &PathBuf| memchr::memmem::find(&fs::read(path).expect("can be read"), bytes).is_some();
        self.files().into_iter().filter(holds).collect()
    }
}

impl Ran {
    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Standard error as text.
    pub fn error(&self) -> String {
        String::from_utf8_lossy(&self.err).into_owned()
    }
}

/// A program that runs beside the test, and ends with it.
pub struct Running {
    /// The process.
    pub child: Child,
}

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self { child: command.spawn().expect("starts") }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("an id")).expect("no zero");
        kill_process(pid, signal).expect("it is there");
    }

    /// Waits for its end; none when a signal ended it.
    pub fn exit_code(&mut self) -> Option<i32> {
        wait_for("the end of a process", TOO_LONG, || self.child.try_wait().expect("can be asked")).code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already when the test has ended it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again until something is there; fails when it takes too long.
pub fn wait_for<T>(what: &str, at_most: Duration, look: impl FnMut() -> Option<T>) -> T {
    look_for(at_most, look).unwrap_or_else(|| panic!("{what} was waited for for {at_most:?}"))
}

/// Looks again and again until something is there, or it takes too long.
pub fn look_for<T>(at_most: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let until = Instant::now() + at_most;
    loop {
        let found = look();
        if found.is_some() || Instant::now() >= until {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The lines of JSON lines.
pub fn json_lines(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
