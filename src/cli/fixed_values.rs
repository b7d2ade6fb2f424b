//! What arguments can be that the program's tables know, for shells to complete by.

use clap::Arg;

use crate::app::picker::PERIODS;
use crate::export::columns::Layout;
use crate::model::field::FIELDS;
use crate::source::format::registry::Registry;

use super::commands::help::TOPICS;
use super::folders::config_folder;

/// Spans of `--by`, and times, as they are mostly wanted.
const SPANS: [&str; 9] = ["1m", "5m", "10m", "30m", "1h", "6h", "day", "week", "month"];
const POINTS: [&str; 8] = ["15m", "1h", "6h", "24h", "7d", "30d", "today", "yesterday"];

/// The values that an argument mostly has, and what they are, where the program's tables know them.
pub fn fixed_values(arg: &Arg, commands: &[String]) -> Option<Vec<(String, String)>> {
    let plain = |values: &[&str]| values.iter().map(|value| ((*value).to_owned(), String::new())).collect();
    let fields = || FIELDS.iter().map(|spec| (spec.name.to_owned(), spec.about.to_owned()));
    Some(match arg.get_id().as_str() {
        "fields" | "sort" => fields().collect(),
        "split" => std::iter::once(("status-class".to_owned(), "2xx, 4xx, 5xx …".to_owned())).chain(fields()).collect(),
        "layout" => plain(&Layout::ALL.map(|(name, _)| name)),
        "dialect" => plain(&["raw", "excel"]),
        "unit" => plain(&["s", "ms", "us", "ns"]),
        "by" => plain(&SPANS),
        "period" => plain(PERIODS),
        "since" | "until" => plain(&POINTS),
        "topic" => TOPICS.iter().map(|topic| (*topic).to_owned()).chain(commands.iter().cloned()).map(bare).collect(),
        // That of the output has its own.
        "format" if arg.get_possible_values().is_empty() => {
            let folder = config_folder().map(|folder| folder.join("formats"));
            let registry = folder.map_or_else(|_| Registry::new(), |folder| Registry::with_folder(&folder).0);
            registry.formats().map(|format| bare(format.name().to_owned())).collect()
        }
        _ => return None,
    })
}

fn bare(value: String) -> (String, String) {
    (value, String::new())
}
