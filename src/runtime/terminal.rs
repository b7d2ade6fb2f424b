//! The terminal: taken over and given back whatever happens, drawn to by one thread that alone
//! waits for it.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::frame_bytes::difference;

/// Begins and ends a synchronized update: the terminal shows the frame as a whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Whether the terminal is ours now: it must be given back once, by whoever comes first.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes the terminal over.
pub fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide, EnableBracketedPaste, Clear(ClearType::All))
        // What was taken in part is given back: nobody else will.
        .inspect_err(|_| give_back())
}

/// How long a terminal that takes no bytes is waited for when it is given back.
const GIVE_UP: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };

/// Gives the terminal back, if it is ours. Errors are not reported: there is nowhere to. A terminal
/// that takes no bytes does not keep the program from ending.
pub fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        let mut bytes = END.to_vec();
        // Writing to memory cannot fail.
        let _ = queue!(bytes, DisableBracketedPaste, LeaveAlternateScreen, Show);
        // Around the lock of standard output: whoever holds it may be stuck.
        let stdout = rustix::stdio::stdout();
        let mut descriptors = [PollFd::new(&stdout, PollFlags::OUT)];
        if poll(&mut descriptors, Some(&GIVE_UP)).is_ok_and(|ready| ready > 0) {
            let _ = rustix::io::write(stdout, &bytes);
        }
        let _ = terminal::disable_raw_mode();
    }
}

/// Takes the terminal again after the program was stopped: somebody else may have set it up
/// otherwise meanwhile.
pub fn take_again() -> io::Result<()> {
    let _ = terminal::disable_raw_mode();
    take()
}

/// The exit code of a program that panicked.
const PANICKED: i32 = 101;

/// Gives the terminal back before a panic is reported, so that the report can be read.
pub fn restore_on_panic() {
    let (before, main_thread) = (std::panic::take_hook(), thread::current().id());
    std::panic::set_hook(Box::new(move |panic| {
        // Standard output is not flushed: a thread may be stuck with its lock, and what is left in it
        // is a piece of a frame.
        give_back();
        before(panic);
        eprintln!(
            "reqscope stopped because of an error of its own; what was stored is safe. Please report the lines above."
        );
        // On another thread a panic would leave a screen that waits for it for ever.
        if thread::current().id() != main_thread {
            std::process::exit(PANICKED);
        }
    }));
}

/// How long the last frame is waited for.
const SETTLE: Duration = Duration::from_millis(300);

/// Draws frames. A terminal that does not take bytes stops the writing thread, not the program:
/// while a frame is being written, no other is drawn, and the next one is of the newest state.
pub struct Screen {
    bytes: Vec<u8>,
    shown: Buffer,
    cursor: Option<(u16, u16)>,
    writer: SyncSender<Vec<u8>>,
    is_busy: Arc<AtomicBool>,
}

impl Screen {
    /// A screen of a size, drawn to an output. `done` is called when a frame is written, from the
    /// writing thread, with whether that worked.
    pub fn new(
        (width, height): (u16, u16),
        mut output: impl Write + Send + 'static,
        done: impl Fn(bool) + Send + 'static,
    ) -> io::Result<Self> {
        let (writer, frames): (SyncSender<Vec<u8>>, Receiver<Vec<u8>>) = sync_channel(1);
        let is_busy = Arc::new(AtomicBool::new(false));
        let busy = Arc::clone(&is_busy);
        thread::Builder::new().name("terminal".into()).spawn(move || {
            for frame in frames {
                let written = output.write_all(&frame).and_then(|()| output.flush());
                busy.store(false, Ordering::SeqCst);
                done(written.is_ok());
            }
        })?;
        Ok(Self {
            bytes: Vec::new(),
            shown: Buffer::empty(Rect::new(0, 0, width, height)),
            cursor: None,
            writer,
            is_busy,
        })
    }

    /// Whether a frame is still being written.
    pub fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::SeqCst)
    }

    /// Waits until the last frame is written, so that nothing comes behind what gives the terminal
    /// back; not long, for a terminal that takes no bytes.
    pub fn settle(&self) {
        let begin = Instant::now();
        while self.is_busy() && begin.elapsed() < SETTLE {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Forgets what is shown: the next frame is drawn whole, in a size.
    pub fn reset(&mut self, (width, height): (u16, u16)) -> io::Result<()> {
        self.shown = Buffer::empty(Rect::new(0, 0, width, height));
        self.cursor = None;
        queue!(self.bytes, Hide, Clear(ClearType::All))
    }

    /// Draws a frame and sends what differs from the last one; nothing at all when nothing does.
    pub fn draw(&mut self, frame: impl FnOnce(&mut Buffer) -> Option<(u16, u16)>) -> io::Result<()> {
        let mut next = Buffer::empty(self.shown.area);
        let cursor = frame(&mut next);
        let changes = difference(&self.shown, &next);
        match cursor {
            Some((x, y)) if self.cursor != cursor || !changes.is_empty() => {
                self.bytes.extend_from_slice(&changes);
                queue!(self.bytes, MoveTo(x, y))?;
                if self.cursor.is_none() {
                    queue!(self.bytes, Show)?;
                }
            }
            Some(_) => {}
            None => {
                self.bytes.extend_from_slice(&changes);
                if self.cursor.is_some() {
                    queue!(self.bytes, Hide)?;
                }
            }
        }
        (self.shown, self.cursor) = (next, cursor);
        self.send()
    }

    /// Sends bytes that are no frame with the next one: for the clipboard.
    pub fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn send(&mut self) -> io::Result<()> {
        let body = std::mem::take(&mut self.bytes);
        if body.is_empty() {
            return Ok(());
        }
        let frame = [BEGIN, &body, END].concat();
        self.is_busy.store(true, Ordering::SeqCst);
        match self.writer.try_send(frame) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(io::Error::other("a frame was drawn while another was written")),
            Err(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

/// The bytes that put text on the clipboard of the terminal that the person sits at, through SSH
/// and multiplexers: OSC 52.
pub fn clipboard_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let copy = crossterm::clipboard::CopyToClipboard::to_clipboard_from(text);
    // Writing to memory cannot fail.
    let _ = queue!(out, copy);
    out
}
