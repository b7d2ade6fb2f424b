//! Who keeps a source: one process at a time polls it, another takes over when that one is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::source::event::SourceEvent;
use crate::source::files_com::{FilesCom, FilesComSettings};
use crate::source::format::registry::Registry;

use super::follow::{Files, Follow};
use super::import::ImportOptions;
use super::intake::IntakePump;
use super::keeper_event::{KeeperEvent, TellKeeper};
use super::pipe::FollowPipe;
use super::source_settings::{POLLED, SourceSettings};
use super::turn::take_turns;

/// How long to wait before what failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// How long before a source whose settings are wrong is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(7);

/// How often what is too old is deleted.
const RETAIN_EVERY: Duration = Duration::from_hours(1);

/// What is kept.
pub enum Kept {
    /// A Files.com site is polled; with what the store keeps of it.
    Site(Box<FilesComSettings>, SourceSettings),
    /// Files are followed.
    Files {
        /// The source.
        source: String,
        /// Which files.
        files: Files,
        /// How they are read.
        options: ImportOptions,
    },
    /// Standard input is read.
    Pipe {
        /// The source.
        source: String,
        /// How it is read.
        options: ImportOptions,
    },
}

impl Kept {
    /// The source's name.
    pub fn source(&self) -> &str {
        match self {
            Self::Site(settings, _) => &settings.name,
            Self::Files { source, .. } | Self::Pipe { source, .. } => source,
        }
    }
}

/// Keeps sources, in threads of their own.
pub struct Keepers {
    store: Arc<Store>,
    registry: Arc<Registry>,
    tell: TellKeeper,
    runtime: Runtime,
    cancel: Cancel,
    token: CancellationToken,
    threads: Vec<JoinHandle<()>>,
    running: Arc<Mutex<HashMap<String, Arc<FilesCom>>>>,
}

impl Keepers {
    /// Nobody is kept yet.
    pub fn new(store: Arc<Store>, registry: Arc<Registry>, tell: TellKeeper) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("network")
            .enable_all()
            .build()?;
        Ok(Self {
            store,
            registry,
            tell,
            runtime,
            cancel: Cancel::new(),
            token: CancellationToken::new(),
            threads: Vec::new(),
            running: Arc::default(),
        })
    }

    /// Where futures run.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Keeps a source, as soon as nobody else does.
    pub fn keep(&mut self, kept: Kept) -> std::io::Result<()> {
        let (store, registry, tell) = (Arc::clone(&self.store), Arc::clone(&self.registry), Arc::clone(&self.tell));
        let thread = match kept {
            Kept::Site(settings, kept) => {
                let keeper = SiteKeeper {
                    settings: *settings,
                    kept: kept.to_json(),
                    store,
                    tell,
                    cancel: self.cancel.clone(),
                    token: self.token.clone(),
                    handle: self.runtime.handle().clone(),
                    running: Arc::clone(&self.running),
                };
                let name = format!("keep-{}", keeper.settings.name);
                thread::Builder::new().name(name).spawn(move || keeper.run())?
            }
            Kept::Files { source, files, options } => {
                Follow { files, source, options, store, registry, tell }.start(self.cancel.clone())?
            }
            Kept::Pipe { source, options } => {
                FollowPipe { source, options, store, registry, tell }.start(std::io::stdin(), self.cancel.clone())?
            }
        };
        self.threads.push(thread);
        Ok(())
    }

    /// Deletes what is older than a span, now and every hour. `span` in microseconds.
    pub fn retain(&mut self, span: i64) -> std::io::Result<()> {
        let (store, tell, cancel) = (Arc::clone(&self.store), Arc::clone(&self.tell), self.cancel.clone());
        let work = move || {
            while !cancel.is_cancelled() {
                match store.retain_from(Timestamp::now().plus(-span), &cancel) {
                    Ok(_) | Err(EngineError::Cancelled | EngineError::ReadOnly { .. }) => {}
                    Err(error) => tell(KeeperEvent::error(format!("what is too old could not be deleted: {error}"))),
                }
                cancel.wait(RETAIN_EVERY);
            }
        };
        self.threads.push(thread::Builder::new().name("retain".into()).spawn(work)?);
        Ok(())
    }

    /// Runs other work beside; it has to end soon after it is cancelled.
    pub fn beside(&mut self, work: impl FnOnce(&Cancel) + Send + 'static) -> std::io::Result<()> {
        let cancel = self.cancel.clone();
        self.threads.push(thread::Builder::new().name("beside".into()).spawn(move || work(&cancel))?);
        Ok(())
    }

    /// Asks a source now, if this process polls it. Says whether it does.
    pub fn poll_now(&self, source: &str) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(source).map(|poller| poller.poll_now()).is_some()
    }

    /// Ends all keeping; what was acknowledged is stored.
    pub fn stop(mut self) {
        self.cancel.cancel();
        self.token.cancel();
        for thread in self.threads.drain(..) {
            // That it panicked was said by the panic itself.
            let _ = thread.join();
        }
        self.runtime.shutdown_timeout(Duration::from_millis(200));
    }
}

/// One site in its thread.
struct SiteKeeper {
    settings: FilesComSettings,
    kept: String,
    store: Arc<Store>,
    tell: TellKeeper,
    cancel: Cancel,
    token: CancellationToken,
    handle: tokio::runtime::Handle,
    running: Arc<Mutex<HashMap<String, Arc<FilesCom>>>>,
}

impl SiteKeeper {
    fn run(&self) {
        let name = &self.settings.name;
        take_turns(&self.store, name, "polled", &self.tell, &self.cancel, || {
            // Its address may be another one than the last keeper's.
            if let Err(error) = self.store.put_source(name, POLLED, Some(&self.kept)) {
                self.complain(&error.to_string());
            }
            self.poll();
        });
    }

    fn complain(&self, text: &str) {
        (self.tell)(KeeperEvent::error(text));
    }

    /// Polls until it is cancelled, or the source ends by itself.
    fn poll(&self) {
        let name = &self.settings.name;
        let known = match self.store.source_record(name) {
            Ok(known) => known.unwrap_or_default(),
            Err(error) => return self.complain(&format!("{name} is not polled from here: {error}")),
        };
        // A small channel: the backend waits while the store is busy.
        let (sender, mut events) = mpsc::channel(4);
        let started = {
            let _inside = self.handle.enter();
            FilesCom::start(
                &self.settings,
                known.checkpoint.as_deref(),
                known.fetched,
                sender,
                self.token.child_token(),
            )
        };
        let poller = match started {
            Ok(poller) => Arc::new(poller),
            Err(error) => {
                self.complain(&error.to_string());
                // A key that is put right is found at the next look.
                return self.cancel.wait(LOOK_AGAIN);
            }
        };
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), Arc::clone(&poller));
        let pump = IntakePump::new(Arc::clone(&self.store), Arc::clone(&self.tell));
        while let Some(event) = events.blocking_recv() {
            match event {
                SourceEvent::Status(status) => (self.tell)(KeeperEvent::Status(name.clone(), status)),
                SourceEvent::Batch(intake, ack) => match pump.store(name, &intake, &self.cancel) {
                    // A poller that ended meanwhile needs no answer.
                    Ok(Some(result)) => drop(ack.send(result)),
                    Ok(None) => break,
                    Err(error) => {
                        self.complain(&format!("{name}: what came could not be stored: {error}"));
                        // Not acknowledged: the source brings it again.
                        drop(ack);
                        self.cancel.wait(AGAIN);
                    }
                },
            }
            if self.cancel.is_cancelled() {
                break;
            }
        }
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}
