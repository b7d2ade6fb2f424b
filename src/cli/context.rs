//! Where things are: configuration, store, formats, zone; and what the sources are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;

use crate::app::source_view::{Keeper, SourceKind, SourceView};
use crate::base::shell::shell_word;
use crate::config::{Address, Config, FilesComConfig, KeySource, Placed, SourceConfig, SourceKind as ConfigKind};
use crate::engine::local::missing::sentence;
use crate::engine::local::schema::DATABASE;
use crate::engine::local::store::DEFAULT_MEMORY;
use crate::engine::local::{Store, StoreOptions};
use crate::model::envelope::Decisions;
use crate::runtime::finder::Backend;
use crate::runtime::follow::Files;
use crate::runtime::import::ImportOptions;
use crate::runtime::keeper::Kept;
use crate::runtime::source_settings::{POLLED, SourceSettings, source_view};
use crate::source::files_com::client::{Client, Limits};
use crate::source::files_com::{FORMAT, FilesComSettings};
use crate::source::format::registry::Registry;

use super::args::StoreArgs;
use super::error::UserError;
use super::folders::{config_folder, data_folder, latest_demo};
use super::option_values::{read_unit, read_zone};
use super::output::say;

/// The environment variable that names the store's folder.
pub const STORE_VARIABLE: &str = "REQSCOPE_STORE";

/// What all commands share.
pub struct Context {
    /// What the user wrote.
    pub config: Config,
    /// The formats, the user's own among them.
    pub registry: Arc<Registry>,
    /// The zone of days and of times without a zone.
    pub zone: Tz,
    /// The store's folder, if it was named.
    named_store: Option<PathBuf>,
    /// Whether the configuration was named.
    is_own_config: bool,
}

/// A store that was found, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundStore {
    /// Its folder.
    pub folder: PathBuf,
    /// The arguments that name it on the command line; empty when it is found without.
    pub arguments: String,
}

impl Context {
    /// Reads the configuration and the formats.
    pub fn load(store: &StoreArgs, zone: Option<&str>) -> Result<Self, UserError> {
        let config = Config::load(store.config.as_deref()).map_err(|error| {
            UserError::usage(error.to_string())
                .with_hint("reqscope config init writes an example that explains everything")
        })?;
        let (registry, errors) = Registry::with_folder(&config_folder()?.join("formats"));
        for error in errors {
            say(&format!("reqscope: {error}"));
        }
        let zone = match zone {
            Some(name) => read_zone(name)?,
            None => config.zone.as_ref().map_or(chrono_tz::UTC, |zone| zone.value),
        };
        let named_store = store.store.clone().or_else(|| std::env::var_os(STORE_VARIABLE).map(PathBuf::from));
        Ok(Self { config, registry: Arc::new(registry), zone, named_store, is_own_config: store.config.is_some() })
    }

    /// The store's folder. Where nothing names one and the usual one is not there, the demo's is
    /// taken, and that is said.
    pub fn find_store(&self) -> Result<FoundStore, UserError> {
        let found = self.usual_store()?;
        if self.named_store.is_some() || self.config.store.is_some() || found.folder.join(DATABASE).is_file() {
            return Ok(found);
        }
        match latest_demo()? {
            Some(demo) => {
                say("reqscope: there is no store yet; this is the demo's");
                Ok(FoundStore { folder: demo.join("store"), arguments: String::new() })
            }
            None => Ok(found),
        }
    }

    /// The store's folder for what writes: never the demo's by itself.
    pub fn usual_store(&self) -> Result<FoundStore, UserError> {
        let folder = match (&self.named_store, &self.config.store) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => folder.value.clone(),
            (None, None) => data_folder()?.join("store"),
        };
        let arguments = arguments_for(&folder, self.unnamed_store()?.as_deref());
        Ok(FoundStore { folder, arguments })
    }

    /// The store that a command takes which names neither a store nor a configuration, as far as can
    /// be told.
    fn unnamed_store(&self) -> Result<Option<PathBuf>, UserError> {
        let usual = if self.is_own_config {
            Config::load(None).ok().map(|config| config.store)
        } else {
            Some(self.config.store.clone())
        };
        let usual = match usual {
            Some(Some(folder)) => folder.value,
            Some(None) => data_folder()?.join("store"),
            None => return Ok(None),
        };
        // The variable counts where it is set; elsewhere it is not.
        let variable = std::env::var_os(STORE_VARIABLE);
        Ok(variable.is_none_or(|folder| is_same(Path::new(&folder), &usual)).then_some(usual))
    }

    /// Opens a store.
    pub fn open(&self, folder: &Path, create: bool) -> Result<Arc<Store>, UserError> {
        self.open_with(folder, StoreOptions { create, ..StoreOptions::default() })
    }

    fn open_with(&self, folder: &Path, options: StoreOptions) -> Result<Arc<Store>, UserError> {
        // Who asks once keeps what is used again within one question.
        let usual = if options.is_once { DEFAULT_MEMORY / 2 } else { DEFAULT_MEMORY };
        let memory = self.config.memory.as_ref().map_or(usual, |memory| memory.value as usize);
        let options = StoreOptions { memory, ..options };
        Ok(Arc::new(Store::open(folder, options, Arc::clone(&self.registry) as _)?))
    }

    /// Opens the store that commands read.
    pub fn open_for_reading(&self) -> Result<(Arc<Store>, FoundStore), UserError> {
        let found = self.find_store()?;
        let options = StoreOptions { create: false, is_once: true, ..StoreOptions::default() };
        let store = self.open_with(&found.folder, options)?;
        // What is found is not all there is; the answer itself cannot say so.
        if let Some(missing) = sentence(&store.view().missing) {
            say(&format!("reqscope: {missing}"));
        }
        Ok((store, found))
    }

    /// The sources of a store, as the screen shows them.
    pub fn sources(&self, store: &Store) -> Result<Vec<SourceView>, UserError> {
        let keeper = |name: &str| match store.kept_by(name) {
            Ok(Some(holder)) => Keeper::Elsewhere { pid: holder.pid, host: holder.host },
            // What cannot be asked, in a store that is only read, is not known.
            Ok(None) | Err(_) => Keeper::Nobody,
        };
        let records = store.source_records()?;
        Ok(records.iter().map(|record| source_view(record, keeper(&record.name), &self.registry)).collect())
    }

    /// The source that is shown when none is named: the configured one, else the first that is
    /// polled, else the first that is followed, else the first.
    pub fn default_source<'a>(&self, sources: &'a [SourceView]) -> Option<&'a SourceView> {
        let named = self.config.view.as_ref().and_then(|view| sources.iter().find(|source| source.name == view.value));
        let of_kind = |kind| sources.iter().find(|source| source.kind == kind);
        named.or_else(|| of_kind(SourceKind::Polled)).or_else(|| of_kind(SourceKind::Followed)).or(sources.first())
    }

    /// The configured sources that are kept by somebody: sites and files. `names` are those that
    /// are meant, all when there are none; `fill` is how far back sites are fetched, in
    /// microseconds.
    pub fn kept(&self, names: &[String], fill: Option<i64>) -> Result<Vec<Kept>, UserError> {
        for name in names {
            self.configured(name)?;
        }
        let mut kept = Vec::new();
        for source in &self.config.sources {
            let name = &source.name.value;
            if !names.is_empty() && !names.contains(name) {
                continue;
            }
            match &source.kind {
                ConfigKind::FilesCom(site) => {
                    let mut site = site.clone();
                    if let Some(fill) = fill {
                        site.fill = Placed::unwritten(fill);
                    }
                    kept.push(kept_site(name, source.redact.value, site));
                }
                ConfigKind::File(file) => {
                    let decisions = self.decisions(Some(name), None, None)?;
                    let options = ImportOptions {
                        format: file.format.as_ref().map(|format| format.value.clone()),
                        decisions,
                        keep_secrets: !source.redact.value,
                    };
                    kept.push(Kept::Files { source: name.clone(), files: Files::read(&file.path.value), options });
                }
                ConfigKind::Workato(_) if names.contains(name) => {
                    return Err(UserError::usage(format!("{name} is not polled: its downloads are imported"))
                        .with_hint(format!("reqscope import FILE --source {name}")));
                }
                ConfigKind::Workato(_) => {}
            }
        }
        Ok(kept)
    }

    fn configured(&self, name: &str) -> Result<&SourceConfig, UserError> {
        self.config.source(name).ok_or_else(|| {
            let names: Vec<&str> = self.config.sources.iter().map(|source| source.name.value.as_str()).collect();
            let error = UserError::usage(format!("no source “{name}” is configured"));
            let otherwise = match names.as_slice() {
                [] => "none is; reqscope config init writes an example that explains everything".into(),
                names => format!("there are {}", names.join(", ")),
            };
            error.with_nearest(name, names, otherwise)
        })
    }

    /// Settings of the configured Files.com sites.
    pub fn sites(&self) -> Vec<FilesComSettings> {
        self.config
            .sources
            .iter()
            .filter_map(|source| match &source.kind {
                ConfigKind::FilesCom(site) => {
                    Some(FilesComSettings::new(&source.name.value, source.redact.value, site.clone()))
                }
                _ => None,
            })
            .collect()
    }

    /// The backends that can be asked for an id: of the configured sites, and of those that the
    /// store knows.
    pub fn backends(&self, store: &Store) -> Result<Vec<Backend>, UserError> {
        let sites = self.sites();
        let mut backends: Vec<Backend> = sites.iter().map(backend).collect();
        for record in store.source_records()? {
            if record.kind == POLLED && !sites.iter().any(|own| own.name == record.name) {
                let site = site_of_store(&record.name, record.settings.as_deref());
                backends.push(match site {
                    Ok(site) => backend(&site),
                    Err(reason) => (record.name.clone(), Err(reason)),
                });
            }
        }
        Ok(backends)
    }

    /// What rows leave open, from arguments and from the configuration of a source.
    pub fn decisions(
        &self,
        source: Option<&str>,
        unit: Option<&str>,
        zone: Option<&str>,
    ) -> Result<Decisions, UserError> {
        let mut decisions = Decisions::default();
        let configured = source.and_then(|name| self.config.source(name)).map(|source| &source.kind);
        let (own_zone, own_unit) = match configured {
            Some(ConfigKind::Workato(workato)) => {
                decisions.collection_types.clone_from(&workato.collection_types);
                (&workato.zone, &workato.unit)
            }
            Some(ConfigKind::File(file)) => (&file.zone, &file.unit),
            _ => (&None, &None),
        };
        decisions.zone = match zone {
            Some(name) => Some(read_zone(name)?.name().to_owned()),
            None => own_zone.as_ref().map(|zone| zone.value.name().to_owned()),
        };
        decisions.unit = match unit {
            Some(unit) => Some(read_unit(unit)?),
            None => own_unit.as_ref().map(|unit| unit.value),
        };
        Ok(decisions)
    }
}

/// The arguments that name a store on the command line, from any folder.
pub fn store_arguments(folder: &Path) -> String {
    format!(" --store {}", shell_word(&absolute(folder).display().to_string()))
}

/// The arguments that name a store, where a command without any takes another one.
fn arguments_for(folder: &Path, unnamed: Option<&Path>) -> String {
    match unnamed {
        Some(unnamed) if is_same(folder, unnamed) => String::new(),
        _ => store_arguments(folder),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    absolute(one) == absolute(other)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A site that is polled, with what its store keeps of it.
pub fn kept_site(name: &str, redact: bool, site: FilesComConfig) -> Kept {
    let settings = SourceSettings {
        format: FORMAT.into(),
        title: "Files.com".into(),
        address: Some(site.address.value.origin()),
        made_up: None,
    };
    Kept::Site(Box::new(FilesComSettings::new(name, redact, site)), settings)
}

/// A client for a site, or why there is none.
pub fn backend(settings: &FilesComSettings) -> Backend {
    let client = Client::new(&settings.name, settings.redact, &settings.config, Limits::default());
    (settings.name.clone(), client.map(Arc::new).map_err(|error| error.to_string()))
}

/// The site of a source that a store knows but the configuration does not: opened by hand, or made
/// up. A store may come from somebody else, so a key goes to no other address than the vendor's.
fn site_of_store(name: &str, settings: Option<&str>) -> Result<FilesComSettings, String> {
    let settings = SourceSettings::read(settings);
    let address = settings.address.ok_or("its address is not known here")?;
    let address = Address::read(&address).map_err(|error| error.to_string())?;
    let is_trusted = match settings.made_up {
        Some(_) => address.is_loopback(),
        None => address.is_vendor(),
    };
    if !is_trusted {
        return Err(format!("its address, {}, stands only in this store; name it in config.toml", address.origin()));
    }
    let mut config = FilesComConfig::new(address);
    if let Some(seed) = settings.made_up {
        config.key = Placed::unwritten(KeySource::MadeUp(crate::demo::key(seed)));
    }
    Ok(FilesComSettings::new(name, true, config))
}

/// Finds a source by name; the error names the nearest.
pub fn named_source<'a>(sources: &'a [SourceView], name: &str) -> Result<&'a SourceView, UserError> {
    sources.iter().find(|source| source.name == name).ok_or_else(|| {
        let error = UserError::usage(format!("there is no source “{name}” in this store"));
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let otherwise = match names.as_slice() {
            [] => "it holds no source yet".into(),
            names => format!("it holds {}", names.join(", ")),
        };
        error.with_nearest(name, names, otherwise)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_where_a_command_without_arguments_takes_another() {
        let (one, other) = (Path::new("/data/one"), Path::new("/data/an other"));
        assert_eq!(arguments_for(one, Some(one)), "");
        assert_eq!(arguments_for(Path::new("/data/./one/"), Some(one)), "", "the same in other words");
        assert_eq!(arguments_for(one, Some(other)), " --store /data/one");
        assert_eq!(arguments_for(other, Some(one)), " --store '/data/an other'");
        assert_eq!(arguments_for(one, None), " --store /data/one", "nobody knows which would be taken");
        let relative = arguments_for(Path::new("store"), None);
        assert!(relative.starts_with(" --store /") && relative.ends_with("/store"), "{relative}");
    }

    fn site(settings: &str) -> Result<FilesComSettings, String> {
        site_of_store("x", Some(settings))
    }

    #[test]
    fn a_key_goes_to_no_address_that_a_store_made_up() {
        assert!(site(r#"{"format":"files-com-json","address":"https://acme.files.com"}"#).is_ok());
        assert!(site(r#"{"format":"files-com-json","address":"http://127.0.0.1:8080","made_up":7}"#).is_ok());
        for settings in [
            r#"{"format":"files-com-json","address":"https://evil.example"}"#,
            r#"{"format":"files-com-json","address":"https://files.com.evil.example"}"#,
            r#"{"format":"files-com-json","address":"https://evilfiles.com"}"#,
            r#"{"format":"files-com-json","address":"http://127.0.0.1:8080"}"#,
            r#"{"format":"files-com-json","address":"https://evil.example","made_up":7}"#,
        ] {
            let reason = site(settings).err();
            assert!(reason.is_some_and(|reason| reason.contains("stands only in this store")), "{settings}");
        }
    }
}
