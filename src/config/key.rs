//! Where a key comes from, and fetching it from there.
//!
//! A key is never written in the configuration or given as an argument: other users see the
//! arguments of programs. It stands in an environment variable, in a file that only its owner can
//! read, or is printed by a command.

use std::ffi::OsString;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use crate::base::safe_text::visible_str;

use super::secret::Secret;

/// The variable that holds the key where nothing else is said; the vendor's own tools read it too.
pub const FILES_API_KEY: &str = "FILES_API_KEY";

/// The longest key that is read, in bytes.
const MAX_LEN: usize = 4 * 1024;
/// How long a command may take to print the key.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum KeySource {
    /// An environment variable, by its name.
    Env(String),
    /// A file that only its owner can read.
    File(PathBuf),
    /// A program and its arguments, run without a shell; it prints the key.
    Command(Vec<String>),
    /// A key that is no secret: a made-up platform's, which follows from its seed. Cannot be
    /// written into a configuration.
    MadeUp(String),
}

impl Default for KeySource {
    fn default() -> Self {
        Self::Env(FILES_API_KEY.to_owned())
    }
}

/// Where a key came from, in words, for messages: `the environment variable FILES_API_KEY`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyOrigin(String);

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no key. Says what to do, and never any of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The variable is not set, or empty.
    #[error("the environment variable {0} is not set; set it to the key")]
    EnvMissing(String),
    /// The variable's value is not text.
    #[error("the environment variable {0} holds no text")]
    EnvNotText(String),
    /// The file could not be opened or read.
    #[error("cannot read the key file {}: {reason}", shown(.file))]
    FileUnreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is a symbolic link: who can change the link can choose the file.
    #[error("the key file {} is a symbolic link; name the file that it leads to", shown(.0))]
    FileLink(PathBuf),
    /// A folder, a pipe or a device.
    #[error("the key file {} is not a plain file", shown(.0))]
    FileNotPlain(PathBuf),
    /// The file belongs to somebody else.
    #[error(
        "the key file {} belongs to user {owner}, not to you ({me}); run: chown {me} {} && chmod 600 {}",
        shown(.file), quoted(.file), quoted(.file)
    )]
    FileForeign {
        /// The file.
        file: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who asks.
        me: u32,
    },
    /// Others can read the file.
    #[error("others can read the key file {} (mode {mode:04o}); run: chmod 600 {}", shown(.file), quoted(.file))]
    FileOpen {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The command did not print a key.
    #[error("the key command {} {reason}", visible_str(.program))]
    Command {
        /// The program, without its arguments: they may be secret.
        program: String,
        /// What it did instead.
        reason: String,
    },
    /// There is nothing in the place.
    #[error("there is no key in {0}: it is empty")]
    Empty(KeyOrigin),
    /// There is far more in the place than a key.
    #[error("there is more than a key in {0}: it is over {MAX_LEN} bytes long")]
    TooLong(KeyOrigin),
    /// The key holds what keys of the vendor do not.
    #[error("what {origin} gives is no key of Files.com: character {at} of {len} is neither a letter nor a digit")]
    NotAlphanumeric {
        /// Where the key came from.
        origin: KeyOrigin,
        /// The first wrong character, counted from one.
        at: usize,
        /// How many there are.
        len: usize,
    },
}

impl KeySource {
    /// Where the key comes from, in words.
    pub fn origin(&self) -> KeyOrigin {
        KeyOrigin(match self {
            Self::Env(name) => format!("the environment variable {name}"),
            Self::File(file) => format!("the file {}", shown(file)),
            Self::Command(argv) => format!("the command {}", visible_str(program(argv))),
            Self::MadeUp(_) => "the made-up platform".to_owned(),
        })
    }

    /// Whether reading it again may give another key.
    pub fn may_change(&self) -> bool {
        !matches!(self, Self::Env(_) | Self::MadeUp(_))
    }

    /// Fetches the key. A command has ten seconds.
    pub async fn read(&self) -> Result<Secret, KeyError> {
        self.read_with(|name| std::env::var_os(name), COMMAND_TIMEOUT).await
    }

    async fn read_with(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
        timeout: Duration,
    ) -> Result<Secret, KeyError> {
        let text = match self {
            Self::Env(name) => {
                let value = variable(name).ok_or_else(|| KeyError::EnvMissing(name.clone()))?;
                let text = value.into_string().map_err(|_| KeyError::EnvNotText(name.clone()))?;
                if text.trim().is_empty() {
                    return Err(KeyError::EnvMissing(name.clone()));
                }
                Zeroizing::new(text.into_bytes())
            }
            Self::File(file) => read_file(file, &self.origin())?,
            Self::Command(argv) => run(argv, &self.origin(), timeout).await?,
            Self::MadeUp(key) => Zeroizing::new(key.clone().into_bytes()),
        };
        self.check(&text)
    }

    /// Keys of Files.com are letters and digits; the vendor's own tools insist on it.
    fn check(&self, bytes: &[u8]) -> Result<Secret, KeyError> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.is_empty() {
            return Err(KeyError::Empty(self.origin()));
        }
        if let Some(at) = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric()) {
            return Err(KeyError::NotAlphanumeric { origin: self.origin(), at: at + 1, len: bytes.len() });
        }
        Ok(Secret::new(String::from_utf8_lossy(bytes).into_owned()))
    }
}

fn program(argv: &[String]) -> &str {
    argv.first().map_or("", String::as_str)
}

fn shown(path: &Path) -> String {
    visible_str(&path.to_string_lossy()).into_owned()
}

/// A path as a shell reads it back.
fn quoted(path: &Path) -> String {
    format!("'{}'", shown(path).replace('\'', r"'\''"))
}

fn read_file(file: &Path, origin: &KeyOrigin) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let unreadable = |reason: String| KeyError::FileUnreadable { file: file.to_owned(), reason };
    // Without waiting: a pipe in the place of the file must not hold up the program.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let opened = match rustix::fs::open(file, flags, Mode::empty()) {
        Ok(opened) => std::fs::File::from(opened),
        Err(rustix::io::Errno::LOOP) => return Err(KeyError::FileLink(file.to_owned())),
        Err(errno) => return Err(unreadable(std::io::Error::from(errno).to_string())),
    };
    // The opened file is looked at, not its name, which may lead elsewhere by now.
    let stat = rustix::fs::fstat(&opened).map_err(|errno| unreadable(std::io::Error::from(errno).to_string()))?;
    if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        return Err(KeyError::FileNotPlain(file.to_owned()));
    }
    let me = rustix::process::geteuid().as_raw();
    if stat.st_uid != me {
        return Err(KeyError::FileForeign { file: file.to_owned(), owner: stat.st_uid, me });
    }
    let mode = stat.st_mode & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyError::FileOpen { file: file.to_owned(), mode });
    }
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_LEN + 1));
    opened.take(MAX_LEN as u64 + 1).read_to_end(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if text.len() > MAX_LEN { Err(KeyError::TooLong(origin.clone())) } else { Ok(text) }
}

async fn run(argv: &[String], origin: &KeyOrigin, timeout: Duration) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let fault = |reason: String| KeyError::Command { program: program(argv).to_owned(), reason };
    let mut child = Command::new(program(argv))
        .args(argv.get(1..).unwrap_or_default())
        .env_remove(FILES_API_KEY)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A group of its own, so that what it started ends with it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| fault(format!("cannot be started: {error}")))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let finished = tokio::time::timeout(timeout, async {
        let (out, err) = tokio::join!(read_some(stdout), read_some(stderr));
        // What prints more than a key would wait forever for somebody to read it.
        let status = if out.len() > MAX_LEN || err.len() > MAX_LEN { None } else { child.wait().await.ok() };
        (out, err, status)
    })
    .await;
    let Ok((out, err, status)) = finished else {
        end(&mut child);
        return Err(fault(format!("did not finish within {} s", timeout.as_secs_f32())));
    };
    let Some(status) = status else {
        end(&mut child);
        return Err(if out.len() > MAX_LEN {
            KeyError::TooLong(origin.clone())
        } else {
            fault(format!("printed more than {MAX_LEN} bytes of errors"))
        });
    };
    if status.success() {
        return Ok(out);
    }
    // A script that traces itself prints the key as an error.
    let printed = Secret::new(String::from_utf8_lossy(&out).trim().to_owned());
    let said = printed.scrub(String::from_utf8_lossy(&err).trim());
    let said = if said.is_empty() { String::new() } else { format!(": {}", visible_str(&said)) };
    Err(fault(match status.code() {
        Some(code) => format!("ended with exit code {code}{said}"),
        None => format!("was ended by a signal{said}"),
    }))
}

/// One byte more than a key may have, at most.
async fn read_some(pipe: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LEN + 1));
    if let Some(pipe) = pipe {
        // An error ends the reading; what is missing shows as a key that is none.
        let _ = pipe.take(MAX_LEN as u64 + 1).read_to_end(&mut bytes).await;
    }
    bytes
}

fn end(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // It may just have ended by itself.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
