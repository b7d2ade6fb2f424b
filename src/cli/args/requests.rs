//! Commands that bring requests in, show them, and write them out.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::export::columns::Layout;
use crate::export::csv_file::Dialect;

use super::common::{Format, ReadingArgs, StoreArgs, ViewArgs};

/// What is opened.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct OpenArgs {
    /// Log files, patterns, - for standard input, a configured source, or files-com
    #[arg(value_name = "WHAT")]
    pub what: Vec<String>,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// The Files.com site, for files-com: acme for acme.files.com
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    /// How files are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// How the demo runs.
#[derive(Debug, Clone, ClapArgs)]
pub struct DemoArgs {
    /// Requests over the 180 days that the platform keeps, besides those of its incidents
    #[arg(long, value_name = "N", default_value_t = crate::demo::DEFAULT_HISTORY)]
    pub history: u64,
    /// Requests a second from now on [else what the platform's traffic comes to]
    #[arg(long, value_name = "R")]
    pub rate: Option<f64>,
    /// Which of all made-up platforms
    #[arg(long, value_name = "S", default_value_t = 7)]
    pub seed: u64,
    /// The port on loopback [else any free one]
    #[arg(long, value_name = "P", default_value_t = 0)]
    pub port: u16,
    /// Only serve; print the address and the key first
    #[arg(long)]
    pub no_view: bool,
    /// Start anew, without what earlier demos stored
    #[arg(long)]
    pub fresh: bool,
    /// List the platform's incidents with their true causes, and stop
    #[arg(long)]
    pub incidents: bool,
    /// The zone of the screen's clock
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// The demo's folder [else in the data folder]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// With --incidents: how they are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is gathered.
#[derive(Debug, Clone, ClapArgs)]
pub struct CollectArgs {
    /// The sources [else all]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Stop when everything up to now is there
    #[arg(long)]
    pub once: bool,
    /// How far back, for example 180d [else as configured]
    #[arg(long, value_name = "SPAN")]
    pub since: Option<String>,
}

/// What is imported.
#[derive(Debug, Clone, ClapArgs)]
pub struct ImportArgs {
    /// Files; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// How they are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// The source that the requests belong to [else named after the format]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Store secrets inside requests as they are
    #[arg(long)]
    pub keep_secrets: bool,
}

/// What is listed.
#[derive(Debug, Clone, ClapArgs)]
pub struct SearchArgs {
    /// A query; several are joined
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Which requests.
    #[command(flatten)]
    pub view: ViewArgs,
    /// The order: a field, and :asc or :desc behind it
    #[arg(long, value_name = "FIELD[:asc|:desc]", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Columns to show, with commas: fields, problem, status+gateway
    #[arg(long, value_name = "A,B")]
    pub columns: Option<String>,
    /// How many at most; all for every one
    #[arg(short = 'n', long = "limit", value_name = "N", default_value = "100")]
    pub limit: String,
    /// How they are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Which requests are shown.
#[derive(Debug, Clone, ClapArgs)]
pub struct GetArgs {
    /// Ids, how they begin or end (*70ae), handles; - reads any text with ids in it from standard input
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Only the store, no backend
    #[arg(long)]
    pub offline: bool,
    /// The zone of the second clock
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// How they are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is counted.
#[derive(Debug, Clone, ClapArgs)]
pub struct FacetsArgs {
    /// Fields; a query as well, with -q. What it says of a field alone does not narrow that field's values
    #[arg(value_name = "FIELD", required = true)]
    pub fields: Vec<String>,
    /// Which requests.
    #[command(flatten)]
    pub view: ViewArgs,
    /// Only values that contain this text, without case
    #[arg(long, value_name = "TEXT")]
    pub matching: Option<String>,
    /// How many values of each; all for every one
    #[arg(short = 'n', long = "limit", value_name = "N", default_value = "20")]
    pub limit: String,
    /// How they are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How time is cut.
#[derive(Debug, Clone, ClapArgs)]
pub struct TimelineArgs {
    /// A query; several are joined
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Which requests.
    #[command(flatten)]
    pub view: ViewArgs,
    /// How long a bucket is: 10m, 1h, day, week, month; of the calendar in the zone [else about 60 of them]
    #[arg(long, value_name = "SPAN", alias = "bucket")]
    pub by: Option<String>,
    /// What each bucket is split by: status-class, or a field, whose five most frequent values are counted
    #[arg(long, value_name = "FIELD")]
    pub split: Option<String>,
    /// How they are written; where the period goes on, the last bucket has no end: null in JSON, empty in CSV
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is summed up.
#[derive(Debug, Clone, ClapArgs)]
pub struct SummaryArgs {
    /// A query; several are joined
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Which requests.
    #[command(flatten)]
    pub view: ViewArgs,
    /// How they are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is followed.
#[derive(Debug, Clone, ClapArgs)]
pub struct TailArgs {
    /// A query; several are joined
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Which store, which configuration.
    #[command(flatten)]
    pub store: StoreArgs,
    /// A query; several must all match
    #[arg(short = 'q', long = "query", value_name = "QUERY", allow_hyphen_values = true)]
    pub queries: Vec<String>,
    /// The source, or all [else the one that the screen shows]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The newest requests that are there already, shown first
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Stop after this span
    #[arg(long, value_name = "SPAN")]
    pub timeout: Option<String>,
    /// The zone of times
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// How they are written: table or jsonl
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What is exported.
#[derive(Debug, Clone, ClapArgs)]
pub struct ExportArgs {
    /// A query; several are joined
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Which requests.
    #[command(flatten)]
    pub view: ViewArgs,
    /// Which columns: view, full, files-com, workato
    #[arg(long, value_name = "LAYOUT", default_value = "view", value_parser = read_layout)]
    pub layout: Layout,
    /// Columns of your own, with commas: fields, problem, status+gateway
    #[arg(long, value_name = "A,B", conflicts_with = "layout")]
    pub columns: Option<String>,
    /// raw keeps every byte; excel is safe to open in a spreadsheet
    #[arg(long, value_name = "DIALECT", default_value = "raw", value_parser = read_dialect)]
    pub dialect: Dialect,
    /// The order: a field, and :asc or :desc behind it
    #[arg(long, value_name = "FIELD[:asc|:desc]", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// The file; - is standard output
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: PathBuf,
}

fn read_layout(text: &str) -> Result<Layout, String> {
    Layout::ALL
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, layout)| *layout)
        .ok_or_else(|| "write view, full, files-com or workato".to_owned())
}

fn read_dialect(text: &str) -> Result<Dialect, String> {
    match text {
        "raw" => Ok(Dialect::Raw),
        "excel" => Ok(Dialect::Excel),
        _ => Err("write raw or excel".to_owned()),
    }
}
