//! `demo`: a made-up platform, polled like a real one.

use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use signal_hook::iterator::Signals;

use crate::app::guide::Guide;
use crate::base::cancel::Cancel;
use crate::base::time::{SECOND, Timestamp};
use crate::cli::args::{DemoArgs, Format, StoreArgs};
use crate::cli::context::{Context, backend, store_arguments};
use crate::cli::error::UserError;
use crate::cli::folders::data_folder;
use crate::cli::output::{Out, TextTable, say};
use crate::cli::session::Session;
use crate::config::{Address, FilesComConfig, KeySource, Placed};
use crate::demo::{self, Platform, PlatformSpec, workato};
use crate::engine::local::Store;
use crate::model::envelope::Decisions;
use crate::model::period::TimeRange;
use crate::runtime::import::{ImportOptions, Input, Progress, import};
use crate::runtime::keeper::Kept;
use crate::runtime::source_settings::{IMPORTED, SourceSettings};
use crate::source::files_com::FilesComSettings;
use crate::source::format::registry::Registry;

/// The name of the polled workspace.
const SITE: &str = "acme";

/// The name of the workspace that arrives as a download.
const WORKSPACE: &str = "acme-integrations";

/// Days of the platform's log that are fetched.
const FILL_DAYS: i64 = 30;

/// Runs the demo.
pub fn run(args: &DemoArgs) -> Result<(), UserError> {
    if args.rate.is_some_and(|rate| !(0.0..=demo::MAX_RATE).contains(&rate)) {
        return Err(UserError::usage(format!("--rate takes 0 to {} requests a second", demo::MAX_RATE)));
    }
    let folder = match &args.store {
        Some(folder) => folder.clone(),
        None => data_folder()?.join("demo").join(folder_name(args)),
    };
    let spec = platform_spec(args, &folder)?;
    let platform = Arc::new(Platform::new(spec));
    if args.incidents {
        return list_incidents(&platform, args.format);
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("demo").enable_all().build()?;
    let server = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", args.port))
            .await
            .map_err(|error| UserError::failed(format!("port {} on loopback cannot be used: {error}", args.port)))?;
        let clock: demo::Clock = Arc::new(Timestamp::now);
        Ok::<_, UserError>(demo::serve(Arc::clone(&platform), listener, demo::key(args.seed), clock)?)
    })?;
    let address = server.base_url();
    if args.no_view {
        // Who reads the address may end this at once.
        let signals = signals()?;
        let mut out = Out::default();
        out.line(&format!("address {address}"))?;
        out.line(&format!("key {}", demo::key(args.seed)))?;
        out.flush()?;
        wait_for_signal(signals)?;
        runtime.block_on(server.stop());
        return Ok(());
    }
    let shown = show(args, &folder, &address, &platform);
    runtime.block_on(server.stop());
    runtime.shutdown_background();
    shown
}

/// One folder for each made-up platform: its requests are those of its numbers.
fn folder_name(args: &DemoArgs) -> String {
    let rate = args.rate.map(|rate| format!("-rate-{rate}")).unwrap_or_default();
    format!("seed-{}-history-{}{rate}", args.seed, args.history)
}

/// The platform as it was when its folder was made, so that a restart goes on with the same
/// requests.
fn platform_spec(args: &DemoArgs, folder: &Path) -> Result<PlatformSpec, UserError> {
    if args.fresh && folder.exists() {
        if let Some(pid) = shown_by(&folder.join("store")) {
            return Err(UserError::usage(format!("process {pid} shows this demo"))
                .with_hint("quit it first, or take another one: reqscope demo --seed 8"));
        }
        fs::remove_dir_all(folder).map_err(|error| UserError::failed(format!("{}: {error}", folder.display())))?;
    }
    let path = folder.join("platform.json");
    let known: Option<PlatformSpec> = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let known = known.filter(|spec| spec.seed == args.seed && spec.history == args.history);
    let spec = known.unwrap_or_else(|| {
        let now = Timestamp::now();
        let mut spec = PlatformSpec::new(args.seed, args.history, now);
        if let Some(rate) = args.rate {
            spec.set_rate(now, rate);
        }
        spec
    });
    let write = || -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let draft = path.with_extension(format!("{}.part", std::process::id()));
        File::create(&draft)?.write_all(&serde_json::to_vec_pretty(&spec)?)?;
        fs::rename(&draft, &path)
    };
    write().map_err(|error| UserError::failed(format!("{}: {error}", path.display())))?;
    Ok(spec)
}

/// The process that polls a demo's store.
fn shown_by(folder: &Path) -> Option<u32> {
    let context = Context::load(&StoreArgs::default(), None).ok()?;
    let store = context.open(folder, false).ok()?;
    store.kept_by(SITE).ok().flatten().map(|holder| holder.pid)
}

fn show(args: &DemoArgs, folder: &Path, address: &str, platform: &Arc<Platform>) -> Result<(), UserError> {
    let context = Context::load(&StoreArgs::default(), args.tz.as_deref())?;
    let store = context.open(&folder.join("store"), true)?;
    let address = Address::read(address).map_err(|error| UserError::failed(error.to_string()))?;
    let kept = SourceSettings {
        format: crate::source::files_com::FORMAT.into(),
        title: "Files.com (made up)".into(),
        address: Some(address.origin()),
        made_up: Some(args.seed),
    };
    let mut config = FilesComConfig::new(address);
    config.key = Placed::unwritten(KeySource::MadeUp(demo::key(args.seed)));
    config.fill = Placed::unwritten(FILL_DAYS * 86_400 * SECOND);
    config.poll = Placed::unwritten(2 * SECOND);
    let settings = FilesComSettings::new(SITE, true, config);

    let mut session = Session::over(Arc::clone(&store), Arc::clone(&context.registry));
    session.backends = vec![backend(&settings)];
    session.kept = vec![Kept::Site(Box::new(settings), kept)];
    session.first_source = Some(SITE.into());
    session.store_arguments = store_arguments(&folder.join("store"));
    let (registry, platform, place) = (Arc::clone(&context.registry), Arc::clone(platform), folder.to_owned());
    session.beside.push(Box::new(move |cancel: &Cancel| {
        if let Err(error) = import_download(&store, &registry, &platform, &place, cancel) {
            say(&format!("reqscope: the made-up Workato download was not imported: {}", error.message));
        }
    }));
    let zone = args.tz.as_ref().map(|_| context.zone);
    session.prepare = Box::new(move |state| {
        if !state.remembered.guide_done {
            state.guide = Guide::start();
        }
        if let Some(zone) = zone {
            state.zone = zone;
        }
    });
    session.show()
}

/// The second workspace arrives the way the vendor gives it: as a CSV download, imported.
fn import_download(
    store: &Store,
    registry: &Registry,
    platform: &Platform,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), UserError> {
    let now = Timestamp::now();
    let range = TimeRange::new(now.plus_secs(-FILL_DAYS * 86_400), now);
    let path: PathBuf = folder.join(format!("{WORKSPACE}.csv"));
    let file = File::create(&path)?;
    let mut file = std::io::BufWriter::new(file);
    workato::csv_download(platform.spec(), range, &mut file)?;
    file.flush()?;
    drop(file);
    let kept =
        SourceSettings { format: "workato-csv".into(), title: "Workato (made up)".into(), ..SourceSettings::default() };
    store.put_source(WORKSPACE, IMPORTED, Some(&kept.to_json()))?;
    let options = ImportOptions {
        format: Some("workato-csv".into()),
        decisions: Decisions { collection_types: workato::collection_types(platform.spec()), ..Decisions::default() },
        keep_secrets: false,
    };
    let input = Input::open(registry, &path, &options)?;
    import(store, registry, WORKSPACE, input, &options, &Progress::default(), cancel)?;
    Ok(())
}

fn list_incidents(platform: &Platform, format: Format) -> Result<(), UserError> {
    let now = Timestamp::now();
    let incidents = platform.incidents(now);
    let mut out = Out::default();
    if matches!(format, Format::Json | Format::Jsonl) {
        let all: Vec<_> = incidents
            .iter()
            .map(|incident| {
                json!({
                    "name": incident.name, "from": incident.from.rfc3339(0), "until": incident.until.rfc3339(0),
                    "cause": incident.cause, "shows_as": incident.shows_as,
                    "endpoints": incident.endpoints, "clients": incident.clients,
                })
            })
            .collect();
        if format == Format::Json {
            out.json(&json!({ "incidents": all }))?;
        } else {
            for incident in &all {
                out.json(incident)?;
            }
        }
        return out.flush();
    }
    for incident in incidents {
        let state = match () {
            () if incident.until <= now => "over",
            () if incident.from > now => "to come",
            () => "under way",
        };
        let mut table = TextTable::new(&[&incident.name, state]);
        table.row(["  when", &format!("{} – {}", incident.from.rfc3339(0), incident.until.rfc3339(0))]);
        table.row(["  cause", &incident.cause]);
        table.row(["  shows as", &incident.shows_as]);
        table.row(["  endpoints", &incident.endpoints.join(", ")]);
        table.row(["  clients", &incident.clients.join(", ")]);
        out.table(&table)?;
        out.line("")?;
    }
    out.flush()
}

fn signals() -> Result<Signals, UserError> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    Ok(Signals::new([SIGINT, SIGTERM, SIGHUP])?)
}

fn wait_for_signal(mut signals: Signals) -> Result<(), UserError> {
    match signals.forever().next() {
        Some(signal_hook::consts::SIGINT) => Err(UserError::interrupted()),
        _ => Ok(()),
    }
}
