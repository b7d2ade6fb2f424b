//! The terminal: taken over and given back whatever happens, drawn to by one thread that alone
//! waits for it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

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
}

/// Gives the terminal back, if it is ours. Errors are not reported: there is nowhere to.
pub fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        let mut stdout = io::stdout();
        let _ = stdout.write_all(END);
        let _ = execute!(stdout, DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = terminal::disable_raw_mode();
    }
}

/// Gives the terminal back before a panic is reported, so that the report can be read.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        before(panic);
        eprintln!(
            "reqscope stopped because of an error of its own; what was stored is safe. Please report the lines above."
        );
    }));
}

/// Where a frame's bytes gather before they are written.
#[derive(Clone, Default)]
struct FrameBytes(Arc<Mutex<Vec<u8>>>);

impl FrameBytes {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for FrameBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Draws frames. A terminal that does not take bytes stops the writing thread, not the program:
/// while a frame is being written, no other is drawn, and the next one is of the newest state.
pub struct Screen {
    backend: CrosstermBackend<FrameBytes>,
    bytes: FrameBytes,
    shown: Buffer,
    cursor: Option<(u16, u16)>,
    writer: SyncSender<Vec<u8>>,
    is_busy: Arc<AtomicBool>,
}

impl Screen {
    /// A screen of a size. `done` is called when a frame is written, from the writing thread, with
    /// whether that worked.
    pub fn new((width, height): (u16, u16), done: impl Fn(bool) + Send + 'static) -> io::Result<Self> {
        let bytes = FrameBytes::default();
        let (writer, frames): (SyncSender<Vec<u8>>, Receiver<Vec<u8>>) = sync_channel(1);
        let is_busy = Arc::new(AtomicBool::new(false));
        let busy = Arc::clone(&is_busy);
        thread::Builder::new().name("terminal".into()).spawn(move || {
            for frame in frames {
                let mut stdout = io::stdout().lock();
                let written = stdout.write_all(&frame).and_then(|()| stdout.flush());
                drop(stdout);
                busy.store(false, Ordering::SeqCst);
                done(written.is_ok());
            }
        })?;
        Ok(Self {
            backend: CrosstermBackend::new(bytes.clone()),
            bytes,
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

    /// Forgets what is shown: the next frame is drawn whole, in a size.
    pub fn reset(&mut self, (width, height): (u16, u16)) -> io::Result<()> {
        self.shown = Buffer::empty(Rect::new(0, 0, width, height));
        self.cursor = None;
        queue!(self.backend, Hide, Clear(ClearType::All))
    }

    /// Draws a frame and sends what differs from the last one; nothing at all when nothing does.
    pub fn draw(&mut self, frame: impl FnOnce(&mut Buffer) -> Option<(u16, u16)>) -> io::Result<()> {
        let mut next = Buffer::empty(self.shown.area);
        let cursor = frame(&mut next);
        let changes = self.shown.diff(&next);
        if !changes.is_empty() {
            self.backend.draw(changes.into_iter())?;
        }
        if self.cursor != cursor {
            match cursor {
                Some((x, y)) => queue!(self.backend, MoveTo(x, y), Show)?,
                None => queue!(self.backend, Hide)?,
            }
        } else if let Some((x, y)) = cursor {
            queue!(self.backend, MoveTo(x, y))?;
        }
        Backend::flush(&mut self.backend)?;
        (self.shown, self.cursor) = (next, cursor);
        self.send()
    }

    /// Sends bytes that are no frame: for the clipboard.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.write_all(bytes)
    }

    fn send(&mut self) -> io::Result<()> {
        let body = self.bytes.take();
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
