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
use crate::engine::local::missing::sentence;

use super::ListSources;
use super::queue::Outlet;

/// How often the store is looked at for what other processes wrote.
const STORE_LOOK: Duration = Duration::from_millis(40);

/// How soon sources are looked at again when there is more in the store.
const SOURCES_LOOK_SOON: Duration = Duration::from_millis(200);

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
        let mut shown = None;
        let mut has_more = false;
        let mut last_sources: Vec<SourceView> = Vec::new();
        let mut looked_at = Instant::now();
        let mut said = String::new();
        while !stop.load(Ordering::Relaxed) {
            let error = store.refresh().err();
            let view = store.view();
            // What is missing is said once, and again when it is something else.
            let text = error.map_or_else(|| sentence(&view.missing), |error| Some(error.to_string()));
            if let Some(text) = text.filter(|text| *text != said) {
                outlet.send(Event::Notice(Notice { text: text.clone(), is_error: true }));
                said = text;
            }
            // The view that was shown is held, so that no other can have its address.
            let has_changed = !shown.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, &view));
            has_more |= has_changed;
            let wait = if has_more { SOURCES_LOOK_SOON } else { SOURCES_LOOK };
            if last_sources.is_empty() || looked_at.elapsed() >= wait {
                (looked_at, has_more) = (Instant::now(), false);
                let now = sources();
                if now != last_sources {
                    last_sources.clone_from(&now);
                    if !outlet.send(Event::Sources(now)) {
                        return;
                    }
                }
            }
            if has_changed {
                shown = Some(view);
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
