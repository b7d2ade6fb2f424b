//! Keys, pastes and sizes from the terminal; and the end of the terminal.

use std::fs::File;
use std::os::fd::AsFd;
use std::thread;

use crossterm::event::{self, Event as TermEvent, KeyCode as TermCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, poll};

use crate::app::event::Event;
use crate::app::keymap::{Key, KeyCode};

/// Starts reading what the person does.
pub fn read_keys(send: impl Fn(Event) -> bool + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name("keys".into()).spawn(move || {
        while let Ok(event) = event::read() {
            let event = match event {
                TermEvent::Key(key) => read_key(key).map(Event::Key),
                TermEvent::Paste(text) => Some(Event::Paste(text)),
                TermEvent::Resize(width, height) => Some(Event::Resize(width, height)),
                _ => None,
            };
            if let Some(event) = event
                && !send(event)
            {
                return;
            }
        }
    })?;
    Ok(())
}

/// Calls when the terminal is gone. The library that reads keys goes on reading then, without end
/// and without telling; nothing but the end of the program stops it.
pub fn watch_terminal(gone: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let terminal = File::open("/dev/tty")?;
    thread::Builder::new().name("terminal-watch".into()).spawn(move || {
        loop {
            // Only errors and hang-ups are asked for, so that keys wake nobody here.
            let mut descriptors = [PollFd::new(&terminal, PollFlags::empty())];
            match poll(&mut descriptors, None) {
                Ok(_) if descriptors[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => {
                    break;
                }
                Ok(_) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(_) => break,
            }
        }
        gone();
    })?;
    Ok(())
}

/// Whether a descriptor is a terminal.
pub fn is_terminal(descriptor: impl AsFd) -> bool {
    rustix::termios::isatty(descriptor)
}

fn read_key(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let has_shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        TermCode::Char(char) => KeyCode::Char(char),
        TermCode::Enter => KeyCode::Enter,
        TermCode::Esc => KeyCode::Esc,
        TermCode::Tab => KeyCode::Tab,
        TermCode::BackTab => KeyCode::BackTab,
        TermCode::Backspace => KeyCode::Backspace,
        TermCode::Delete => KeyCode::Delete,
        TermCode::Up => KeyCode::Up,
        TermCode::Down => KeyCode::Down,
        TermCode::Left if has_shift => KeyCode::ShiftLeft,
        TermCode::Right if has_shift => KeyCode::ShiftRight,
        TermCode::Left => KeyCode::Left,
        TermCode::Right => KeyCode::Right,
        TermCode::Home => KeyCode::Home,
        TermCode::End => KeyCode::End,
        TermCode::PageUp => KeyCode::PageUp,
        TermCode::PageDown => KeyCode::PageDown,
        TermCode::F(number) => KeyCode::Function(number),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    // Terminals give Ctrl with a letter in either case.
    let code = match code {
        KeyCode::Char(char) if ctrl => KeyCode::Char(char.to_ascii_lowercase()),
        other => other,
    };
    Some(Key { code, ctrl, alt: key.modifiers.contains(KeyModifiers::ALT) })
}
