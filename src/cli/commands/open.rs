//! The screen: over what is configured, or over what is named.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::shell::shell_word;
use crate::cli::args::OpenArgs;
use crate::cli::context::{Context, backend, kept_site, store_arguments};
use crate::cli::error::UserError;
use crate::cli::opened::OpenedStore;
use crate::cli::session::{Session, check_terminal};
use crate::config::{Address, FilesComConfig};
use crate::engine::local::schema::DATABASE;
use crate::runtime::follow::Files;
use crate::runtime::import::{ImportOptions, detect, read_head};
use crate::runtime::keeper::Kept;
use crate::source::format::registry::Registry;

/// The name that stands for a site given with `--site`.
pub const FILES_COM: &str = "files-com";

/// Opens the screen.
pub fn run(args: &OpenArgs) -> Result<(), UserError> {
    let context = Context::load(&args.store, args.reading.tz.as_deref())?;
    if args.site.is_some() && args.what != [FILES_COM] {
        return Err(UserError::usage("--site goes with files-com").with_hint("reqscope open files-com --site acme"));
    }
    match args.what.as_slice() {
        [] => configured(&context, args, None),
        [one] if one == "-" => pipe(&context, args),
        [one] if one == FILES_COM && context.config.source(one).is_none() => site(&context, args),
        [one] if context.config.source(one).is_some() => configured(&context, args, Some(one)),
        [one] if Path::new(one).join(DATABASE).is_file() => {
            let mut session = session(&context, args, Path::new(one), false)?;
            session.store_arguments = store_arguments(Path::new(one));
            session.show()
        }
        [one] if !Path::new(one).exists() && is_source_of_store(&context, one)? => {
            configured(&context, args, Some(one))
        }
        what => files(&context, args, what),
    }
}

/// A session over a store, before anything is kept in it.
fn session(context: &Context, args: &OpenArgs, folder: &Path, create: bool) -> Result<Session, UserError> {
    check_terminal()?;
    let store = context.open(folder, create)?;
    let mut session = Session::over(Arc::clone(&store), Arc::clone(&context.registry));
    session.backends = context.backends(&store)?;
    let zone = (args.reading.tz.is_some() || context.config.zone.is_some()).then_some(context.zone);
    session.prepare = Box::new(move |state| {
        if let Some(zone) = zone {
            state.zone = zone;
        }
    });
    Ok(session)
}

fn is_source_of_store(context: &Context, name: &str) -> Result<bool, UserError> {
    let found = context.usual_store()?;
    if !found.folder.join(DATABASE).is_file() {
        return Ok(false);
    }
    Ok(context.open(&found.folder, false)?.source_record(name)?.is_some())
}

/// What is configured; where nothing is, and there is no store, what to do is said.
fn configured(context: &Context, args: &OpenArgs, first: Option<&str>) -> Result<(), UserError> {
    let found = context.usual_store()?;
    let kept = context.kept(&[], None)?;
    if kept.is_empty() && !found.folder.join(DATABASE).is_file() {
        return Err(UserError::usage("there is nothing to show yet").with_hint(
            "reqscope demo            a made-up API with an incident under way\n  \
             reqscope access.log      a log file\n  \
             reqscope config init     a configuration: Files.com sites, Workato downloads, files\n  \
             reqscope help            everything else",
        ));
    }
    let mut session = session(context, args, &found.folder, !kept.is_empty())?;
    session.store_arguments = found.arguments;
    session.first_source =
        first.map(str::to_owned).or_else(|| context.config.view.as_ref().map(|view| view.value.clone()));
    session.kept = kept;
    session.retain = Some(context.config.retain.value);
    session.show()
}

/// A site that is in no configuration; its key comes from the environment.
fn site(context: &Context, args: &OpenArgs) -> Result<(), UserError> {
    let Some(name) = &args.site else {
        return Err(UserError::usage("which site is not said")
            .with_hint("FILES_API_KEY=… reqscope open files-com --site acme, for acme.files.com"));
    };
    let address = Address::site(name).map_err(|error| UserError::usage(format!("--site {name}: {error}")))?;
    let found = context.usual_store()?;
    let mut session = session(context, args, &found.folder, true)?;
    let kept = kept_site(name, true, FilesComConfig::new(address));
    if let Kept::Site(settings, _) = &kept {
        session.backends.retain(|(known, _)| known != name);
        session.backends.push(backend(settings));
    }
    session.store_arguments = found.arguments;
    session.first_source = Some(name.clone());
    session.kept = vec![kept];
    session.retain = Some(context.config.retain.value);
    session.show()
}

fn options(context: &Context, args: &OpenArgs) -> Result<ImportOptions, UserError> {
    Ok(ImportOptions {
        format: args.reading.format.clone(),
        decisions: context.decisions(None, args.reading.unit.as_deref(), args.reading.tz.as_deref())?,
        keep_secrets: false,
    })
}

fn pipe(context: &Context, args: &OpenArgs) -> Result<(), UserError> {
    if std::io::stdin().is_terminal() {
        return Err(UserError::usage("- is standard input, and nothing is piped into it")
            .with_hint("kubectl logs -f deploy/api | reqscope -"));
    }
    let options = options(context, args)?;
    check_terminal()?;
    let opened = OpenedStore::for_one_run()?;
    let folder = opened.store();
    let mut session = session(context, args, &folder, true)?;
    session.store_arguments = store_arguments(&folder);
    session.kept = vec![Kept::Pipe { source: "stdin".into(), options }];
    session.show()
}

/// Log files: each format a source, in a store of these files.
fn files(context: &Context, args: &OpenArgs, what: &[String]) -> Result<(), UserError> {
    let options = options(context, args)?;
    let mut skipped = Vec::new();
    let sources = group(&context.registry, &options, what, &mut skipped, |name| unknown(context, name))?;
    check_terminal()?;
    let opened = OpenedStore::of(&store_name(args, what))?;
    let folder = opened.store();
    let mut session = session(context, args, &folder, true)?;
    session.store_arguments = store_arguments(&folder);
    session.first_source = sources.first().map(|(source, _)| source.clone());
    for (source, files) in sources {
        session.kept.push(Kept::Files { source, files, options: options.clone() });
    }
    let prepare = std::mem::replace(&mut session.prepare, Box::new(|_| ()));
    session.prepare = Box::new(move |state| {
        prepare(state);
        if !skipped.is_empty() {
            state.say_error(format!("left out: {}", skipped.join("; ")));
        }
    });
    session.show()
}

/// What a store of files is known by: where they are, and how they are read.
fn store_name(args: &OpenArgs, what: &[String]) -> Vec<Vec<u8>> {
    let mut paths: Vec<Vec<u8>> = what
        .iter()
        .map(|path| {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
            std::fs::canonicalize(&path).unwrap_or(path).as_os_str().as_bytes().to_vec()
        })
        .collect();
    paths.sort();
    let decisions = [&args.reading.format, &args.reading.tz, &args.reading.unit];
    paths.extend(decisions.map(|decision| decision.clone().unwrap_or_default().into_bytes()));
    paths
}

/// Files by what they are: those of one format are one source. Files that are none of ours are
/// left out, as long as another is there.
fn group(
    registry: &Registry,
    options: &ImportOptions,
    what: &[String],
    skipped: &mut Vec<String>,
    unknown: impl Fn(&str) -> UserError,
) -> Result<Vec<(String, Files)>, UserError> {
    let mut formats: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let mut sources = Vec::new();
    let mut first_error = None;
    for name in what {
        let files = Files::read(name);
        if matches!(files, Files::Pattern(_)) {
            if files.list().is_empty() {
                return Err(UserError::usage(format!("no file matches {name}")));
            }
            sources.push((name.clone(), files));
            continue;
        }
        let path = PathBuf::from(name);
        if !path.exists() {
            return Err(unknown(name));
        }
        match format_of(registry, options, &path) {
            Ok(format) => formats.entry(format).or_default().push(path),
            Err(error) => {
                skipped.push(error.message.clone());
                first_error.get_or_insert(error);
            }
        }
    }
    for (format, paths) in formats {
        let name = match paths.as_slice() {
            [one] => one.file_name().map_or(format, |name| name.to_string_lossy().into_owned()),
            _ => format,
        };
        let is_taken = sources.iter().any(|(known, _)| *known == name);
        let name = if is_taken { paths[0].display().to_string() } else { name };
        sources.push((name, Files::Named(paths)));
    }
    match first_error {
        Some(error) if sources.is_empty() => Err(error),
        _ => Ok(sources),
    }
}

/// The name of a file's format; an empty file's is not known yet.
fn format_of(registry: &Registry, options: &ImportOptions, path: &Path) -> Result<String, UserError> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| UserError::failed(format!("{name}: {error}"));
    if path.is_dir() {
        return Err(UserError::usage(format!("{name} is a folder without a store"))
            .with_hint(format!("for the log files in it: reqscope {}", shell_word(&format!("{name}/*")))));
    }
    let head = read_head(&mut File::open(path).map_err(failed)?).map_err(failed)?;
    if head.is_empty() {
        return Ok(name);
    }
    Ok(detect(registry, &name, &head, options)?.format.name().to_owned())
}

/// What is neither a file nor a source.
fn unknown(context: &Context, name: &str) -> UserError {
    use clap::CommandFactory as _;
    let error = UserError::usage(format!("{name} is no file and no source"));
    let command = crate::cli::args::Args::command();
    let commands = command.get_subcommands().map(clap::Command::get_name);
    let sources = context.config.sources.iter().map(|source| source.name.value.as_str());
    error.with_nearest(name, commands.chain(sources), "reqscope help says what there is")
}
