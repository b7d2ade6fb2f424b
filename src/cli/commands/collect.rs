//! `collect`: gathers from the configured sources without a screen.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::app::source_view::Keeper;
use crate::base::cancel::Cancel;
use crate::base::time::{SECOND, Timestamp};
use crate::base::units;
use crate::cli::args::CollectArgs;
use crate::cli::context::Context;
use crate::cli::error::UserError;
use crate::cli::interrupt::cancel_on_interrupt;
use crate::cli::option_values::read_depth;
use crate::cli::output::{Out, TextTable, say};
use crate::engine::local::Store;
use crate::engine::local::schema::Access;
use crate::model::intake::Coverage;
use crate::model::source_status::{Activity, SourceStatus};
use crate::runtime::keeper::Keepers;
use crate::runtime::keeper_event::{KeeperEvent, TellKeeper};

/// How often it is said how far the past is fetched.
const SAY_EVERY: i64 = 10 * SECOND;

/// With `--once`: after so many failed tries a source is given up.
const MOST_TRIES: u32 = 8;

/// Gathers until it is ended, or with `--once` until everything up to now is there.
pub fn run(args: &CollectArgs) -> Result<(), UserError> {
    let context = Context::load(&args.store, None)?;
    let fill = match &args.since {
        Some(text) => Some(read_depth(text, "7d, 30d or 180d")?),
        None => None,
    };
    let kept = context.kept(&args.sources, fill)?;
    if kept.is_empty() {
        return Err(UserError::usage("no source is configured that can be collected from")
            .with_hint("reqscope config init writes an example that explains everything"));
    }
    let found = context.usual_store()?;
    let store = context.open(&found.folder, true)?;
    if store.access() != Access::ReadWrite {
        let folder = found.folder.display();
        return Err(
            UserError::failed(format!("{folder} can only be read")).with_hint("--store DIR names another store")
        );
    }
    store.sweep()?;
    let cancel = Cancel::new();
    let interrupt = cancel_on_interrupt(&cancel)?;

    let (sender, events) = channel();
    let tell: TellKeeper = Arc::new(move |event| {
        // Nobody listens any more when the command ends.
        let _ = sender.send(event);
    });
    let mut keepers = Keepers::new(Arc::clone(&store), Arc::clone(&context.registry), tell)?;
    let mut log = Log { open: kept.iter().map(|kept| kept.source().to_owned()).collect(), ..Log::default() };
    let names: Vec<String> = kept.iter().map(|kept| kept.source().to_owned()).collect();
    for kept in kept {
        keepers.keep(kept)?;
    }
    keepers.retain(context.config.retain.value)?;
    while !(cancel.is_cancelled() || args.once && log.open.is_empty()) {
        match events.recv_timeout(Duration::from_millis(100)) {
            Ok(event) => log.take(event, args.once),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    keepers.stop();
    if !args.once {
        // It goes on until it is told to end: that is no failure.
        return if interrupt.is_termination() { Ok(()) } else { Err(UserError::interrupted()) };
    }
    tell_sources(&store, &names)?;
    match log.failed {
        _ if cancel.is_cancelled() => Err(UserError::interrupted()),
        Some(reason) => Err(UserError::failed(reason)),
        None => Ok(()),
    }
}

/// What was said of the sources, and which are not complete yet.
#[derive(Default)]
struct Log {
    open: HashSet<String>,
    said: HashMap<String, (String, Timestamp)>,
    failed: Option<String>,
}

impl Log {
    fn take(&mut self, event: KeeperEvent, is_once: bool) {
        match event {
            KeeperEvent::Status(name, status) => self.status(&name, &status, is_once),
            KeeperEvent::Keeper(name, Keeper::Here) => say(&format!("{name}: collected from here")),
            KeeperEvent::Keeper(name, Keeper::Elsewhere { pid, host }) => {
                say(&format!("{name}: process {pid} on {host} collects it already"));
                self.open.remove(&name);
            }
            KeeperEvent::Keeper(_, Keeper::Nobody) => {}
            KeeperEvent::CaughtUp(name) => {
                if self.open.remove(&name) {
                    say(&format!("{name}: read up to its end"));
                }
            }
            KeeperEvent::Progress { source, done, total } => {
                self.sometimes(&source, &format!("{} of {} read", units::bytes(done), units::bytes(total)));
            }
            KeeperEvent::Notice { text, is_error } => {
                say(&text);
                if is_error && is_once {
                    self.failed.get_or_insert(text);
                }
            }
        }
    }

    fn status(&mut self, name: &str, status: &SourceStatus, is_once: bool) {
        match &status.activity {
            Activity::Stopped { reason, hint, .. } => {
                self.once(name, &format!("{reason}; {hint}"));
                if is_once && self.open.remove(name) {
                    self.failed = Some(format!("{name} is not complete: {reason}"));
                }
            }
            Activity::Waiting { reason, attempt, .. } => {
                self.once(name, reason);
                if is_once && *attempt > MOST_TRIES && self.open.remove(name) {
                    self.failed = Some(format!("{name} is not complete: {reason}"));
                }
            }
            Activity::Resting if status.fill.is_none() && status.last_success.is_some() => {
                if self.open.remove(name) {
                    say(&format!("{name}: everything up to now is there"));
                }
            }
            Activity::Asking { .. } | Activity::Resting => {
                if let Some(fill) = status.fill {
                    let percent = (fill.share * 100.0).floor();
                    let back = fill.back_to.rfc3339(0);
                    let rate = fill.rate().map(|rate| format!(", {rate}")).unwrap_or_default();
                    self.sometimes(name, &format!("{percent} % fetched, back to {back}{rate}"));
                }
            }
        }
    }

    /// Says what was not said last.
    fn once(&mut self, name: &str, text: &str) {
        if self.said.get(name).is_none_or(|(said, _)| said != text) {
            say(&format!("{name}: {text}"));
            self.said.insert(name.to_owned(), (text.to_owned(), Timestamp::now()));
        }
    }

    /// Says what changes all the time, now and then.
    fn sometimes(&mut self, name: &str, text: &str) {
        let now = Timestamp::now();
        if self.said.get(name).is_none_or(|(_, at)| now.since(*at) >= SAY_EVERY) {
            self.once(name, text);
        }
    }
}

fn tell_sources(store: &Store, names: &[String]) -> Result<(), UserError> {
    let mut table = TextTable::new(&["Source", "Complete from", "to", ">Gaps", ">Bad rows"]);
    for record in store.source_records()?.iter().filter(|record| names.contains(&record.name)) {
        let (from, until) = match record.coverage.as_ref().and_then(Coverage::newest) {
            Some(span) => (span.from.rfc3339(0), span.until.rfc3339(0)),
            None => (String::new(), String::new()),
        };
        let (gaps, bad) = (record.gaps.len() as u64, record.bad);
        table.row([record.name.clone(), from, until, units::count(gaps), units::count(bad)]);
    }
    let mut out = Out::default();
    out.table(&table)?;
    out.flush()
}
