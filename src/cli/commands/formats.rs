//! `formats`: what files can be.

use serde_json::json;

use crate::cli::args::{Format, FormatsArgs, FormatsCommand};
use crate::cli::error::UserError;
use crate::cli::folders::config_folder;
use crate::cli::output::{Out, TextTable, say};
use crate::source::format::registry::Registry;

use super::explain;

/// Lists formats, or explains a file.
pub fn run(args: &FormatsArgs) -> Result<(), UserError> {
    if let Some(FormatsCommand::Explain(args)) = &args.command {
        return explain::run(args);
    }
    let folder = config_folder()?.join("formats");
    let (registry, errors) = Registry::with_folder(&folder);
    let mut out = Out::default();
    if matches!(args.format, Format::Json | Format::Jsonl) {
        let list: Vec<_> = registry
            .formats()
            .map(|format| json!({ "name": format.name(), "title": format.title(), "version": format.version() }))
            .collect();
        if args.format == Format::Json {
            out.json(&json!({ "formats": list }))?;
        } else {
            list.iter().try_for_each(|format| out.json(format))?;
        }
    } else {
        let mut table = TextTable::new(&["Name", "What it is"]).markdown(args.format == Format::Markdown);
        for format in registry.formats() {
            table.row([format.name(), format.title()]);
        }
        out.table(&table)?;
    }
    out.flush()?;
    say(&format!("descriptions of your own go into {}", folder.display()));
    match errors.as_slice() {
        [] => Ok(()),
        errors => Err(UserError::usage(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))),
    }
}
