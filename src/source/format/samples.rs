//! The samples of a description, read and compared with what they say.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::model::envelope::RowReader;
use crate::model::field::Field;
use crate::model::record::Record;
use crate::model::value::Value;

use super::description::Sample;
use super::line_row::decode_escapes;
use super::reader::Format;

/// What every record derives alike; a sample need not name them.
const DERIVED: [Field; 3] = [Field::StatusText, Field::Outcome, Field::Failure];

/// Reads every sample of a format. Gives a sentence for each that is not as it says.
pub fn check(format: &Arc<Format>) -> Vec<String> {
    let samples = format.description.samples.iter();
    samples
        .filter_map(|sample| Some(format!("{}: {}: {}", format.name(), sample.about, differs(format, sample)?)))
        .collect()
}

fn differs(format: &Arc<Format>, sample: &Sample) -> Option<String> {
    let heading = sample.heading.as_deref().map(str::as_bytes);
    let reader = match format.open(heading, &sample.decisions) {
        Ok(reader) => reader,
        Err(error) => return Some(error.reason),
    };
    let plain = sample.row.as_bytes();
    let row = if sample.escaped { decode_escapes(plain) } else { Cow::Borrowed(plain) };
    let mut record = Record::default();
    match (reader.read(&row, &mut record), &sample.bad) {
        (Err(error), Some(expected)) if error.reason.contains(expected.as_str()) => None,
        (Err(error), _) => Some(format!("bad row: {}", error.reason)),
        (Ok(()), Some(expected)) => Some(format!("is a record, and should be bad: {expected}")),
        (Ok(()), None) => {
            let (has, wants) = (values(&record, sample), expected(sample));
            (has != wants).then(|| format!("\n  has   {has:?}\n  wants {wants:?}"))
        }
    }
}

/// Bytes as text that a TOML file can hold.
fn shown(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
        text
    })
}

fn values(record: &Record<'_>, sample: &Sample) -> BTreeMap<String, String> {
    let named = |field: &Field| !DERIVED.contains(field) || sample.record.contains_key(field.name());
    let fields = Field::all().filter(named).filter_map(|field| {
        let value = record.get(field).map(Value::bytes)?;
        Some((field.name().to_owned(), shown(&value)))
    });
    let attributes = record.attributes.iter().map(|(name, text)| (format!("attributes.{name}"), shown(text)));
    fields.chain(attributes).collect()
}

fn expected(sample: &Sample) -> BTreeMap<String, String> {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let fields = sample.record.iter().map(|(name, value)| (name.clone(), text(value)));
    let attributes = sample.attributes.iter().map(|(name, value)| (format!("attributes.{name}"), text(value)));
    fields.chain(attributes).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::format::registry::Registry;

    #[test]
    fn every_sample_of_every_format_is_read_as_it_says() {
        let registry = Registry::new();
        let wrong: Vec<String> = registry.formats().flat_map(check).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for format in registry.formats() {
            assert!(format.description.samples.len() >= 3, "{} has too few samples", format.name());
            // It was found by the name it is known by before it is read.
            assert!(registry.get(format.name()).is_ok(), "{} is known by another name", format.name());
        }
    }

    #[test]
    fn no_pane_or_column_is_empty_for_every_row() {
        for format in Registry::new().formats() {
            let filled: BTreeSet<String> = format
                .description
                .samples
                .iter()
                .filter(|sample| sample.bad.is_none())
                .flat_map(|sample| sample.record.keys().cloned())
                .chain(DERIVED.map(|field| field.name().to_owned()))
                .collect();
            let view = format.view();
            let panes = view.panes.iter().map(|pane| pane.0.clone());
            let columns = view.columns.iter().flat_map(|set| &set.show).map(|column| column.content.field());
            for field in panes.chain(columns) {
                assert!(filled.contains(&*field.name()), "{}: no sample has {field}", format.name());
            }
            assert!(view.columns.iter().map(|set| set.from).is_sorted_by(|wide, narrow| wide > narrow));
        }
    }

    #[test]
    fn a_wrong_sample_is_noticed() {
        let registry = Registry::new();
        let text = registry.get("caddy-json").expect("ours").definition().replace("status = 204", "status = 205");
        let format = Arc::new(Format::read("test", &text).expect("still well-formed"));
        assert_eq!(check(&format).len(), 1);
    }
}
