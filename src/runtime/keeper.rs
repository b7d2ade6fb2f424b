//! Who keeps a source: one process at a time polls it, another takes over when that one is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::app::source_view::Keeper;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::model::source_status::SourceStatus;
use crate::source::event::SourceEvent;
use crate::source::files_com::{FilesCom, FilesComSettings};

use super::intake::{IntakePump, wait};
use super::source_settings::POLLED;

/// How often a process that does not poll looks whether it should.
const LOOK: Duration = Duration::from_millis(700);

/// What keepers tell.
#[derive(Debug, Clone)]
pub enum KeeperEvent {
    /// What a source is doing.
    Status(String, Box<SourceStatus>),
    /// Who keeps a source now.
    Keeper(String, Keeper),
    /// Something to tell.
    Notice {
        /// In words.
        text: String,
        /// Whether something went wrong.
        is_error: bool,
    },
}

/// Told what keepers have to tell.
pub type TellKeeper = Arc<dyn Fn(KeeperEvent) + Send + Sync>;

/// Polls sources in threads of their own.
pub struct Keepers {
    runtime: Runtime,
    cancel: Cancel,
    token: CancellationToken,
    threads: Vec<JoinHandle<()>>,
    running: Arc<Mutex<HashMap<String, Arc<FilesCom>>>>,
}

impl Keepers {
    /// Nobody is kept yet.
    pub fn new() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("network")
            .enable_all()
            .build()?;
        Ok(Self {
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

    /// Keeps a Files.com site: polls it as soon as nobody else does.
    /// `kept` is what the store keeps of it, written anew by whoever polls.
    pub fn keep(
        &mut self,
        settings: FilesComSettings,
        kept: String,
        store: Arc<Store>,
        tell: TellKeeper,
    ) -> std::io::Result<()> {
        let keeper = SourceKeeper {
            settings,
            kept,
            store,
            tell,
            cancel: self.cancel.clone(),
            token: self.token.clone(),
            handle: self.runtime.handle().clone(),
            running: Arc::clone(&self.running),
        };
        let name = format!("keep-{}", keeper.settings.name);
        self.threads.push(thread::Builder::new().name(name).spawn(move || keeper.run())?);
        Ok(())
    }

    /// Asks a source now, if this process polls it. Says whether it does.
    pub fn poll_now(&self, source: &str) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(source).map(|poller| poller.poll_now()).is_some()
    }

    /// Ends all polling; what was acknowledged is stored.
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

/// One source in its thread.
struct SourceKeeper {
    settings: FilesComSettings,
    kept: String,
    store: Arc<Store>,
    tell: TellKeeper,
    cancel: Cancel,
    token: CancellationToken,
    handle: tokio::runtime::Handle,
    running: Arc<Mutex<HashMap<String, Arc<FilesCom>>>>,
}

impl SourceKeeper {
    fn run(&self) {
        let name = self.settings.name.clone();
        let mut other: Option<u32> = None;
        while !self.cancel.is_cancelled() {
            match self.store.lease(&name, Timestamp::now()) {
                Ok(Ok(lease)) => {
                    if let Some(pid) = other.take() {
                        let text = format!("process {pid} is gone: {name} is polled from here now");
                        (self.tell)(KeeperEvent::Notice { text, is_error: false });
                    }
                    (self.tell)(KeeperEvent::Keeper(name.clone(), Keeper::Here));
                    // Its address may be another one than the last keeper's.
                    if let Err(error) = self.store.put_source(&name, POLLED, Some(&self.kept)) {
                        self.complain(&error.to_string());
                    }
                    self.poll();
                    drop(lease);
                    (self.tell)(KeeperEvent::Keeper(name.clone(), Keeper::Nobody));
                    wait(LOOK, &self.cancel);
                }
                Ok(Err(holder)) => {
                    if other != Some(holder.pid) {
                        other = Some(holder.pid);
                        let keeper = Keeper::Elsewhere { pid: holder.pid, host: holder.host };
                        (self.tell)(KeeperEvent::Keeper(name.clone(), keeper));
                    }
                    wait(LOOK, &self.cancel);
                }
                Err(error) => {
                    self.complain(&format!("{name} is not polled from here: {error}"));
                    if matches!(error, EngineError::ReadOnly { .. }) {
                        return;
                    }
                    wait(LOOK * 5, &self.cancel);
                }
            }
        }
    }

    fn complain(&self, text: &str) {
        (self.tell)(KeeperEvent::Notice { text: text.to_owned(), is_error: true });
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
                known.coverage,
                sender,
                self.token.child_token(),
            )
        };
        let poller = match started {
            Ok(poller) => Arc::new(poller),
            Err(error) => {
                self.complain(&error.to_string());
                // A key that is put right is found at the next look.
                return wait(LOOK * 10, &self.cancel);
            }
        };
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), Arc::clone(&poller));
        let tell = Arc::clone(&self.tell);
        let pump = IntakePump::new(
            Arc::clone(&self.store),
            Arc::new(move |text: Option<String>| {
                let is_error = text.is_some();
                let text = text.unwrap_or_else(|| "there is room on the disk again: intake goes on".into());
                tell(KeeperEvent::Notice { text, is_error });
            }),
        );
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
                        wait(LOOK, &self.cancel);
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
