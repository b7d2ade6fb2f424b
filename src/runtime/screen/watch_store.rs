//! Looks at the store for what it holds more.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::app::event::{Event, Notice};
use crate::app::source_view::SourceView;
use crate::engine::Engine;
use crate::engine::local::Store;

use super::ListSources;
use super::queue::Outlet;

/// How often the store is looked at for what other processes wrote.
const STORE_LOOK: Duration = Duration::from_millis(100);

/// How often sources are looked at.
const SOURCES_LOOK: Duration = Duration::from_secs(1);

/// Tells the loop when the store holds more, and what is known of the sources.
pub(super) fn watch_store(
    store: Arc<Store>,
    sources: ListSources,
    outlet: Outlet,
    stop: Arc<AtomicBool>,
) -> io::Result<()> {
    thread::Builder::new().name("store-watch".into()).spawn(move || {
        let mut shown: Option<usize> = None;
        let mut last_sources: Vec<SourceView> = Vec::new();
        let mut looked_at = Instant::now();
        let mut said = String::new();
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = store.refresh() {
                let text = error.to_string();
                if text != said {
                    outlet.send(Event::Notice(Notice { text: text.clone(), is_error: true }));
                    said = text;
                }
            }
            let view = store.view();
            let address = Arc::as_ptr(&view) as usize;
            if last_sources.is_empty() || looked_at.elapsed() >= SOURCES_LOOK {
                looked_at = Instant::now();
                let now = sources();
                if now != last_sources {
                    last_sources.clone_from(&now);
                    if !outlet.send(Event::Sources(now)) {
                        return;
                    }
                }
            }
            if shown != Some(address) {
                shown = Some(address);
                if let Ok(snapshot) = store.snapshot()
                    && !outlet.send(Event::Changed(snapshot))
                {
                    return;
                }
            }
            thread::sleep(STORE_LOOK);
        }
    })?;
    Ok(())
}
