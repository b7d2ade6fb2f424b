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
use super::pace::DATA_FRAME;
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
        let mut told_at: Option<Instant> = None;
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
            // Questions that are asked more often than frames come are answered for nobody.
            let rest = told_at.map_or(Duration::ZERO, |at| DATA_FRAME.saturating_sub(at.elapsed()));
            let is_told = has_changed && rest.is_zero();
            let wait = if has_more { SOURCES_LOOK_SOON } else { SOURCES_LOOK };
            // A frame for the sources would hold up the one for what has just come.
            if last_sources.is_empty() || !is_told && looked_at.elapsed() >= wait {
                (looked_at, has_more) = (Instant::now(), false);
                let now = sources();
                if now != last_sources {
                    last_sources.clone_from(&now);
                    if !outlet.send(Event::Sources(now)) {
                        return;
                    }
                }
            }
            if is_told {
                (shown, told_at) = (Some(view), Some(Instant::now()));
                if let Ok(snapshot) = store.snapshot()
                    && !outlet.send(Event::Changed(snapshot))
                {
                    return;
                }
            }
            let wait = if has_changed && !rest.is_zero() { rest.min(STORE_LOOK) } else { STORE_LOOK };
            thread::sleep(wait);
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::one_record;
    use crate::base::time::Timestamp;
    use crate::engine::local::store::StoreOptions;
    use crate::engine::testing::{Pairs, intake};
    use crate::runtime::screen::queue::{Message, Queue};

    #[test]
    fn the_loop_is_told_no_more_often_than_frames_come_and_of_the_last_in_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store"), StoreOptions::default(), Arc::new(Pairs)).expect("opens");
        let store = Arc::new(store);
        let queue = Queue::default();
        let stop = Arc::new(AtomicBool::new(false));
        watch_store(Arc::clone(&store), Arc::new(Vec::new), queue.outlet(), Arc::clone(&stop)).expect("starts");
        let begin = Instant::now();
        let mut number = 0;
        while begin.elapsed() < DATA_FRAME * 8 {
            number += 1;
            let row = one_record(number, 60, "status=200");
            store.append("acme", &intake("acme", &[row]), Timestamp::now()).expect("appends");
        }
        let last = store.snapshot().expect("a snapshot").as_of;
        let mut told = 0;
        loop {
            let message = queue.receiver.recv_timeout(Duration::from_secs(20)).expect("the last is told");
            if let Message::Data(Event::Changed(snapshot)) = message {
                told += 1;
                if snapshot.as_of == last {
                    break;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        let most = begin.elapsed().as_millis() / DATA_FRAME.as_millis() + 1;
        assert!(told <= most, "told {told} times of {number} batches, at most {most} frames");
        assert!(told > 2, "told while more comes: {told}");
    }
}
