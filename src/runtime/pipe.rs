//! Standard input as a source: rows as they come, until it ends.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::app::source_view::Keeper;
use crate::base::cancel::Cancel;
use crate::engine::local::Store;
use crate::source::format::detect::ENOUGH;
use crate::source::format::registry::Registry;
use crate::source::format::split::{AtEnd, Splitter};

use super::feed::{Fed, Feed, say_once};
use super::import::{ImportError, ImportOptions, Job, detect};
use super::keeper_event::{KeeperEvent, TellKeeper};
use super::source_settings::{FOLLOWED, SourceSettings};

/// How often the pipe is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long to wait before the store is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Bytes that are taken at once.
const CHUNK: usize = 256 << 10;

/// Chunks that wait to be read; more, and the writer waits.
const WAITING: usize = 16;

/// The format is found by what came until nothing came for so long.
const QUIET: Duration = Duration::from_millis(150);

/// A pipe that is read without waiting: at its end for now, nothing comes.
struct Pipe {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    at: usize,
    has_ended: bool,
}

impl Pipe {
    fn new(mut input: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(WAITING);
        // The thread waits for its input as long as the program lives.
        thread::Builder::new().name("pipe".into()).spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let chunk = match input.read(&mut chunk) {
                    Ok(0) => return,
                    Ok(len) => {
                        chunk.truncate(len);
                        Ok(chunk)
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = chunk.is_err();
                if sender.send(chunk).is_err() || is_last {
                    return;
                }
            }
        })?;
        Ok(Self { chunks, chunk: Vec::new(), at: 0, has_ended: false })
    }

    /// The first bytes: enough of them, or all that came until it went quiet or ended.
    fn head(&mut self, is_enough: impl Fn(&[u8]) -> bool, cancel: &Cancel) -> io::Result<Vec<u8>> {
        let (mut head, mut last) = (Vec::new(), Instant::now());
        loop {
            let mut piece = [0; 4_096];
            match self.read(&mut piece)? {
                0 => {
                    let is_quiet = last.elapsed() > QUIET && !head.is_empty() && is_enough(&head);
                    if self.has_ended || is_quiet || cancel.is_cancelled() {
                        return Ok(head);
                    }
                    cancel.wait(LOOK);
                }
                len => {
                    last = Instant::now();
                    head.extend_from_slice(&piece[..len]);
                    if head.len() >= ENOUGH {
                        return Ok(head);
                    }
                }
            }
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            match self.chunks.try_recv() {
                Ok(chunk) => (self.chunk, self.at) = (chunk?, 0),
                Err(TryRecvError::Empty) => return Ok(0),
                Err(TryRecvError::Disconnected) => {
                    self.has_ended = true;
                    return Ok(0);
                }
            }
        }
        let len = buffer.len().min(self.chunk.len() - self.at);
        buffer[..len].copy_from_slice(&self.chunk[self.at..self.at + len]);
        self.at += len;
        Ok(len)
    }
}

/// A pipe that is followed.
pub struct FollowPipe {
    /// The source its rows belong to.
    pub source: String,
    /// How they are read.
    pub options: ImportOptions,
    /// Where its rows go.
    pub store: Arc<Store>,
    /// The formats.
    pub registry: Arc<Registry>,
    /// Told what happens.
    pub tell: TellKeeper,
}

impl FollowPipe {
    /// Follows an input in a thread of its own.
    pub fn start(self, input: impl Read + Send + 'static, cancel: Cancel) -> io::Result<JoinHandle<()>> {
        let pipe = Pipe::new(input)?;
        thread::Builder::new().name(format!("follow-{}", self.source)).spawn(move || {
            if let Err(error) = self.run(pipe, &cancel) {
                (self.tell)(KeeperEvent::error(error.to_string()));
            }
            (self.tell)(KeeperEvent::Keeper(self.source.clone(), Keeper::Nobody));
            (self.tell)(KeeperEvent::CaughtUp(self.source.clone()));
        })
    }

    fn run(&self, mut pipe: Pipe, cancel: &Cancel) -> Result<(), ImportError> {
        const NAME: &str = "standard input";
        let read_error = |source| ImportError::Read { path: NAME.into(), source };
        let found = |head: &[u8]| detect(&self.registry, NAME, head, &self.options);
        (self.tell)(KeeperEvent::Keeper(self.source.clone(), Keeper::Here));
        let head = pipe.head(|head| found(head).is_ok(), cancel).map_err(read_error)?;
        if head.is_empty() {
            return Ok(());
        }
        let job = Arc::new(Job::new(&self.registry, NAME, None, found(&head)?, &self.source, &self.options)?);
        let settings = SourceSettings::of_format(&self.registry, &job.envelope.format);
        self.store.put_source(&self.source, FOLLOWED, Some(&settings.to_json()))?;
        // What was looked at stands in front of what is still to come.
        let rest = std::mem::take(&mut pipe.chunk).split_off(pipe.at);
        (pipe.chunk, pipe.at) = ([head, rest].concat(), 0);
        let mut splitter = Splitter::new(pipe, &job.layout, AtEnd::Wait);
        let mut feed = Feed::new(&job, &self.store, &self.tell);
        let (mut is_last, mut said) = (false, String::new());
        loop {
            let fed = match feed.next_batch(&mut splitter, |_, _| None, cancel) {
                Ok(fed) => fed,
                // A pipe gives its rows once: they wait until the store takes them.
                Err(error) if error.may_pass() => {
                    say_once(&self.tell, &mut said, error.to_string());
                    cancel.wait(AGAIN);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match fed {
                Fed::Cancelled => return Ok(()),
                Fed::Full | Fed::Some => said.clear(),
                Fed::Nothing if is_last => {
                    (self.tell)(KeeperEvent::note("standard input has ended"));
                    return Ok(());
                }
                Fed::Nothing if splitter.input().has_ended => {
                    splitter.set_at_end(AtEnd::Finish);
                    is_last = true;
                }
                Fed::Nothing => cancel.wait(LOOK),
            }
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
#[path = "pipe_tests.rs"]
mod tests;
