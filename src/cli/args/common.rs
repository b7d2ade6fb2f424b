//! What several commands are told.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

/// Which store, which configuration.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct StoreArgs {
    /// The store's folder.
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Where",
        help = "The store's folder [else REQSCOPE_STORE, the configuration, the data folder]"
    )]
    pub store: Option<PathBuf>,
    /// The configuration file [else config.toml in the configuration folder]
    #[arg(long, value_name = "FILE", help_heading = "Where")]
    pub config: Option<PathBuf>,
}

/// How files are read, where they leave it open.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct ReadingArgs {
    /// The format of files [else found out]
    #[arg(long, value_name = "NAME", help_heading = "How files are read")]
    pub format: Option<String>,
    /// The zone of times without a zone; on the screen, of its clock too
    #[arg(long, value_name = "ZONE", help_heading = "How files are read")]
    pub tz: Option<String>,
    /// The unit of spans without one: s, ms, us, ns
    #[arg(long, value_name = "UNIT", help_heading = "How files are read")]
    pub unit: Option<String>,
}

/// Which requests.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct ViewArgs {
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// A query; several must all match
    #[arg(
        short = 'q',
        long = "query",
        value_name = "QUERY",
        allow_hyphen_values = true,
        help_heading = "Which requests"
    )]
    pub queries: Vec<String>,
    /// The source, or all [else the one that the screen shows]
    #[arg(long, value_name = "NAME", help_heading = "Which requests")]
    pub source: Option<String>,
    /// 15m, 24h, all, today, yesterday, last-week, this-month, 2026-11-01..2026-11-03 (both days
    /// included), 4pm..6pm [else the source's own]
    #[arg(long, value_name = "PERIOD", help_heading = "Which requests", conflicts_with_all = ["since", "until"])]
    pub period: Option<String>,
    /// From a time, a day or a span ago on.
    #[arg(
        long,
        value_name = "TIME",
        help_heading = "Which requests",
        help = "From a time, a day or a span ago on: 2026-11-01, '4pm America/Los_Angeles', yesterday, 6h"
    )]
    pub since: Option<String>,
    /// Up to a time, a day (included) or a span ago, as for --since
    #[arg(long, value_name = "TIME", help_heading = "Which requests")]
    pub until: Option<String>,
    /// The zone of days and of times without a zone.
    #[arg(
        long,
        value_name = "ZONE",
        help_heading = "Which requests",
        help = "The zone of days and of times without a zone: America/Los_Angeles, Tokyo, UTC"
    )]
    pub tz: Option<String>,
    /// Only what had arrived up to this record, as a held screen shows it
    #[arg(long, value_name = "N", help_heading = "Which requests")]
    pub as_of: Option<u64>,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people, made safe for terminals
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// CSV, every byte as it is
    Csv,
    /// A Markdown table
    Markdown,
}
