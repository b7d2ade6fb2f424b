//! Commands that look after the store, the configuration and the program itself.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::common::{Format, ReadingArgs, StoreArgs};

/// What is done with the store.
#[derive(Debug, Clone, Subcommand)]
pub enum StoreCommand {
    /// Say what is in the store, and how large it is
    Info(StoreInfoArgs),
    /// Read everything and prove it whole
    Verify(StoreOnlyArgs),
    /// Make all columns again from the raw rows
    Rebuild(StoreOnlyArgs),
    /// Delete what is older than a span
    Retain(RetainArgs),
}

/// Which store.
#[derive(Debug, Clone, ClapArgs)]
pub struct StoreOnlyArgs {
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
}

/// How the store's figures are written.
#[derive(Debug, Clone, ClapArgs)]
pub struct StoreInfoArgs {
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// How they are written: table or json
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is deleted.
#[derive(Debug, Clone, ClapArgs)]
pub struct RetainArgs {
    /// How long requests are kept, for example 90d
    #[arg(value_name = "SPAN")]
    pub span: String,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
}

/// How formats are listed, or what is explained.
#[derive(Debug, Clone, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct FormatsArgs {
    /// What else is done with them.
    #[command(subcommand)]
    pub command: Option<FormatsCommand>,
    /// How they are written: table or json
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is done with formats.
#[derive(Debug, Clone, Subcommand)]
pub enum FormatsCommand {
    /// Say what a file is read as, and why; its first request, field by field
    Explain(ExplainArgs),
}

/// Which file is explained.
#[derive(Debug, Clone, ClapArgs)]
pub struct ExplainArgs {
    /// A file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How it is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// What the doctor looks at.
#[derive(Debug, Clone, ClapArgs)]
pub struct DoctorArgs {
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
}

/// What is done with the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Write an example configuration where it is looked for
    Init(ConfigArgs),
    /// Say whether the configuration is right
    Check(ConfigArgs),
    /// Print what the configuration comes to
    Print(ConfigArgs),
}

/// Which configuration.
#[derive(Debug, Clone, ClapArgs)]
pub struct ConfigArgs {
    /// The configuration file [else config.toml in the configuration folder]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What is explained.
#[derive(Debug, Clone, ClapArgs)]
pub struct HelpArgs {
    /// query, keys, fields, or a command
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
}

/// Which shell.
#[derive(Debug, Clone, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell; where the file goes is said on standard error
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
    /// Say what could stand in the place of this word of a line, as the shells' scripts ask
    #[arg(long, value_name = "N", hide = true)]
    pub at: Option<usize>,
    /// The words of the line
    #[arg(value_name = "WORD", last = true, hide = true)]
    pub words: Vec<std::ffi::OsString>,
}
