//! The command line.

mod care;
mod common;
mod requests;

use clap::{Parser, Subcommand};

pub use care::*;
pub use common::*;
pub use requests::*;

/// A terminal viewer for API request logs.
#[derive(Debug, Parser)]
#[command(
    name = "reqscope",
    version,
    about,
    long_about = "A terminal viewer for API request logs.\n\n\
        Without a command it opens the screen: over the configured sources, over a store, or over what is named: \
        log files, - for standard input. reqscope demo shows a made-up platform.",
    after_help = "Exit codes: 0 done · 1 nothing found · 2 wrong use or configuration · 3 a source or store failed · 130 interrupted\n\
        More: reqscope help query · reqscope help keys · reqscope help fields",
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where things are.
    #[command(flatten)]
    pub open: OpenArgs,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show a made-up API platform with an incident under way
    Demo(DemoArgs),
    /// Open files, a source or a site on the screen
    Open(OpenArgs),
    /// Gather from the configured sources without a screen
    Collect(CollectArgs),
    /// Import files into the store
    Import(ImportArgs),
    /// List requests, newest first
    Search(SearchArgs),
    /// Show requests by their ids; asks the backend for what the store lacks
    Get(GetArgs),
    /// Count the values of fields
    Facets(FacetsArgs),
    /// Count requests over time
    Timeline(TimelineArgs),
    /// Show the figures of a view
    Summary(SummaryArgs),
    /// Print requests as they arrive
    Tail(TailArgs),
    /// Write everything that matches as CSV
    Export(ExportArgs),
    /// Look after the store
    #[command(subcommand)]
    Store(StoreCommand),
    /// List the formats that files can have
    Formats(FormatsArgs),
    /// Say what is set up, what works and what is missing
    Doctor(DoctorArgs),
    /// Make, check or print the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Explain the query language, the keys, the fields, or a command
    Help(HelpArgs),
    /// Print what a shell needs to complete commands, options and fields
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}
