//! `config`: an example, a check, what it comes to.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use crate::base::units;
use crate::cli::args::{ConfigArgs, ConfigCommand, StoreArgs};
use crate::cli::context::Context;
use crate::cli::error::UserError;
use crate::cli::output::{Out, say};
use crate::config::{Config, Placed};

/// The example, which explains everything.
const EXAMPLE: &str = include_str!("../../../assets/config.example.toml");

/// Makes, checks or prints the configuration.
pub fn run(command: &ConfigCommand) -> Result<(), UserError> {
    match command {
        ConfigCommand::Init(args) => init(args),
        ConfigCommand::Check(args) => check(args),
        ConfigCommand::Print(args) => print(args),
    }
}

fn path(args: &ConfigArgs) -> Result<PathBuf, UserError> {
    match &args.config {
        Some(path) => Ok(path.clone()),
        None => Config::default_file().map_err(|error| UserError::usage(error.to_string())),
    }
}

fn init(args: &ConfigArgs) -> Result<(), UserError> {
    let path = path(args)?;
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(EXAMPLE.as_bytes())
    };
    match write() {
        Ok(()) => {
            say(&format!("{} is written: change it to what you have, then reqscope config check", path.display()));
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(UserError::usage(format!("{} is there already", path.display()))
                .with_hint("reqscope config init --config FILE writes the example elsewhere"))
        }
        Err(error) => Err(UserError::failed(format!("{}: {error}", path.display()))),
    }
}

fn load(args: &ConfigArgs) -> Result<Context, UserError> {
    Context::load(&StoreArgs { config: args.config.clone(), store: None }, None)
}

fn check(args: &ConfigArgs) -> Result<(), UserError> {
    let context = load(args)?;
    let mut out = Out::default();
    let text = match &context.config.file {
        Some(file) => {
            let sources = units::counted(context.config.sources.len() as u64, "source", "sources");
            format!("{} is right: {sources}", file.display())
        }
        None => format!("there is no {}: everything is as it is by itself", path(args)?.display()),
    };
    out.line(&crate::base::safe_text::visible_str(&text))?;
    out.flush()
}

/// Prints what the configuration comes to, in its own form.
fn print(args: &ConfigArgs) -> Result<(), UserError> {
    let context = load(args)?;
    let mut config = context.config.clone();
    config.store = Some(Placed::unwritten(context.usual_store()?.folder));
    config.zone = Some(Placed::unwritten(context.zone));
    let mut out = Out::default();
    for line in config.to_toml().lines() {
        out.line(&crate::base::safe_text::visible_str(line))?;
    }
    out.flush()
}
