//! `doctor`: what is set up, what works, what is missing.

use std::path::Path;
use std::time::Duration;

use crate::base::units;
use crate::cli::args::DoctorArgs;
use crate::cli::context::{Context, FoundStore};
use crate::cli::error::UserError;
use crate::cli::output::Out;
use crate::config::{Config, SourceKind};
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::engine::local::schema::{Access, DATABASE, free_space};
use crate::model::intake::Coverage;
use crate::model::request_id::NormalId;
use crate::runtime::follow::Files;
use crate::runtime::import::{ImportOptions, Input};
use crate::source::files_com::FilesComSettings;

/// Bad rows and gaps that are shown of each source.
const SHOWN: usize = 3;

/// How long a backend may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Environment variables that decide how backends are reached.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// Looks at everything.
pub fn run(args: &DoctorArgs) -> Result<(), UserError> {
    let mut report = Report { out: Out::default(), wrong: 0 };
    report.fine("program", &format!("reqscope {} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS))?;
    let context = match Context::load(&args.store, None) {
        Ok(context) => context,
        Err(error) => {
            report.wrong("configuration", &error.message)?;
            return report.end();
        }
    };
    if let Some(file) = &context.config.file {
        report.fine("configuration", &file.display().to_string())?;
    } else {
        let usual = Config::default_file().map_err(|error| UserError::usage(error.to_string()))?;
        report.fine("configuration", &format!("none in {}", usual.display()))?;
    }
    report.terminal()?;
    report.proxies()?;
    let found = context.find_store()?;
    let store = report.store(&context, &found)?;
    for source in &context.config.sources {
        let name = &source.name.value;
        match &source.kind {
            SourceKind::FilesCom(site) => {
                report.site(&FilesComSettings::new(name, source.redact.value, site.clone()))?;
            }
            SourceKind::File(file) => report.files(&context, name, &file.path.value)?,
            SourceKind::Workato(_) => report.fine(name, "its downloads are imported with --source")?,
        }
    }
    if let Some(store) = store {
        report.sources(&context, &store)?;
    }
    report.end()
}

struct Report {
    out: Out,
    wrong: u64,
}

impl Report {
    fn fine(&mut self, what: &str, text: &str) -> Result<(), UserError> {
        self.line("ok", what, text)
    }

    fn wrong(&mut self, what: &str, text: &str) -> Result<(), UserError> {
        self.wrong += 1;
        self.line("wrong", what, text)
    }

    fn note(&mut self, what: &str, text: &str) -> Result<(), UserError> {
        self.line("note", what, text)
    }

    fn line(&mut self, state: &str, what: &str, text: &str) -> Result<(), UserError> {
        let text = crate::base::safe_text::visible_lines(text).replace('\n', "\n                          ");
        let what = crate::base::safe_text::visible_str(what).into_owned();
        self.out.line(&format!("{state:<6} {what:<18} {text}"))
    }

    fn end(mut self) -> Result<(), UserError> {
        self.out.flush()?;
        match self.wrong {
            0 => Ok(()),
            count => {
                let is = if count == 1 { "is" } else { "are" };
                Err(UserError::failed(format!("{} {is} wrong", units::counted(count, "thing", "things"))))
            }
        }
    }

    fn terminal(&mut self) -> Result<(), UserError> {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let set = ["TERM", "COLORTERM", "LANG", "NO_COLOR"].map(|name| (name, variable(name)));
        let set = set.iter().filter(|(_, value)| !value.is_empty());
        let text = set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
        self.fine("terminal", &text)
    }

    fn proxies(&mut self) -> Result<(), UserError> {
        for name in PROXIES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]) {
            if let Ok(value) = std::env::var(&name) {
                // A password may stand in front of the host.
                let value = value.rsplit_once('@').map_or(value.clone(), |(_, host)| format!("…@{host}"));
                self.note("proxy", &format!("{name}={value}"))?;
            }
        }
        Ok(())
    }

    fn store(&mut self, context: &Context, found: &FoundStore) -> Result<Option<std::sync::Arc<Store>>, UserError> {
        let folder = found.folder.display();
        if !found.folder.join(DATABASE).is_file() {
            self.note("store", &format!("none yet in {folder}"))?;
            return Ok(None);
        }
        let opened = context.open(&found.folder, false).and_then(|store| Ok((store.info()?, store)));
        match opened {
            Ok((info, store)) => {
                let bytes = units::bytes(info.bytes.iter().sum());
                let free = free_space(&found.folder).map(units::bytes).unwrap_or_default();
                let requests = units::counted(info.records, "request", "requests");
                let access = match store.access() {
                    Access::ReadWrite => "",
                    Access::ReadOnly => ", only to be read",
                    Access::Immutable => ", on a medium that nobody writes to",
                };
                self.fine("store", &format!("{folder}: {requests}, {bytes}, {free} free{access}"))?;
                for missing in &info.missing {
                    self.wrong("store", &missing.to_string())?;
                }
                Ok(Some(store))
            }
            Err(error) => {
                self.wrong("store", &error.message)?;
                Ok(None)
            }
        }
    }

    /// Whether the key can be read, and whether the site answers to it.
    fn site(&mut self, settings: &FilesComSettings) -> Result<(), UserError> {
        let (name, client) = crate::cli::context::backend(settings);
        let client = match client {
            Ok(client) => client,
            Err(error) => return self.wrong(&name, &error),
        };
        let address = client.address().origin();
        let key = client.key_origin();
        // An id that no request has: the answer says whether the key is accepted, and costs nothing.
        let id = NormalId::new(b"00000000000000000000000000000000").expect("32 hex digits are an id");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let outcome = runtime.block_on(async { tokio::time::timeout(PATIENCE, client.get_by_id(&id)).await });
        match outcome {
            Ok(Ok(_)) => self.fine(&name, &format!("{address} answers; the key is from {key}")),
            Ok(Err(error)) => self.wrong(&name, &format!("{address}, key from {key}: {error}")),
            Err(_) => self.wrong(&name, &format!("{address} does not answer within {} s", PATIENCE.as_secs())),
        }
    }

    fn files(&mut self, context: &Context, name: &str, path: &str) -> Result<(), UserError> {
        let files = Files::read(path).list();
        if files.is_empty() {
            return self.wrong(name, &format!("no file matches {path}"));
        }
        let decisions = context.decisions(Some(name), None, None)?;
        for file in files {
            let options = ImportOptions { decisions: decisions.clone(), ..ImportOptions::default() };
            match Input::open(&context.registry, Path::new(&file), &options) {
                Ok(input) => self.fine(name, &format!("{} is {}", file.display(), input.format()))?,
                Err(error) => self.wrong(name, &error.to_string())?,
            }
        }
        Ok(())
    }

    /// What the store knows of its sources.
    fn sources(&mut self, context: &Context, store: &Store) -> Result<(), UserError> {
        for source in store.source_records()? {
            let name = &source.name;
            if let Some(span) = source.coverage.as_ref().and_then(Coverage::newest) {
                let (from, until) = (span.from.full(context.zone, 0), span.until.full(context.zone, 0));
                self.fine(name, &format!("complete from {from} to {until}"))?;
            }
            if source.kind != crate::runtime::source_settings::IMPORTED
                && let Some(holder) = store.lease_holder(name)?
            {
                let process = format!("by process {} on {}", holder.pid, holder.host);
                match store.kept_by(name) {
                    Ok(Some(_)) => self.fine(name, &format!("kept {process}"))?,
                    Ok(None) => self.note(name, &format!("kept by nobody now, last {process}"))?,
                    // Its lock cannot be tried from here.
                    Err(EngineError::ReadOnly { .. }) => self.fine(name, &format!("last kept {process}"))?,
                    Err(error) => return Err(error.into()),
                }
            }
            let gaps = source.gaps.len() as u64;
            if gaps > 0 {
                self.note(name, &units::counted(gaps, "gap", "gaps"))?;
                for gap in source.gaps.iter().rev().take(SHOWN) {
                    let (from, until) = (gap.from.full(context.zone, 0), gap.until.full(context.zone, 0));
                    self.note("", &format!("{from} to {until}: {}", gap.reason))?;
                }
            }
            if source.bad > 0 {
                self.note(name, &units::counted(source.bad, "bad row", "bad rows"))?;
                for bad in store.bad_rows(name, SHOWN)? {
                    self.note("", &format!("{}: {}", bad.place, bad.reason))?;
                }
            }
            if source.redacted > 0 {
                self.fine(name, &format!("{} redacted", units::counted(source.redacted, "secret", "secrets")))?;
            }
        }
        Ok(())
    }
}
