//! A configuration in its own form, everything said.

use toml::{Table, Value};

use crate::base::units::exact_span;

use super::key::KeySource;
use super::{Config, FileConfig, FilesComConfig, SourceConfig, SourceKind, WorkatoConfig};

fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

fn span(micros: i64) -> Value {
    text(exact_span(micros.unsigned_abs() * 1_000))
}

impl Config {
    /// As TOML that reads as the same again. Secrets are in no configuration.
    pub fn to_toml(&self) -> String {
        let mut table = Table::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                table.insert(name.to_owned(), value);
            }
        };
        put("store", self.store.as_ref().map(|store| text(store.value.display().to_string())));
        put("zone", self.zone.as_ref().map(|zone| text(zone.value.name())));
        put("memory", self.memory.as_ref().map(|memory| text(format!("{} B", memory.value))));
        put("retain", Some(span(self.retain.value)));
        put("view", self.view.as_ref().map(|view| text(&view.value)));
        let sources: Table =
            self.sources.iter().map(|source| (source.name.value.clone(), Value::Table(source.to_toml()))).collect();
        put("sources", (!sources.is_empty()).then_some(Value::Table(sources)));
        table.to_string()
    }
}

impl SourceConfig {
    fn to_toml(&self) -> Table {
        let (kind, own) = match &self.kind {
            SourceKind::FilesCom(site) => ("files-com", site.to_toml()),
            SourceKind::Workato(workato) => ("workato", workato.to_toml()),
            SourceKind::File(file) => ("file", file.to_toml()),
        };
        let mut table = Table::new();
        table.insert("kind".into(), text(kind));
        table.insert("redact".into(), Value::Boolean(self.redact.value));
        table.extend(own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        table
    }
}

impl FilesComConfig {
    fn to_toml(&self) -> Vec<(&'static str, Option<Value>)> {
        let workspace = self.workspace.as_ref().and_then(|workspace| i64::try_from(workspace.value).ok());
        vec![
            ("url", Some(text(self.address.value.origin()))),
            ("key", self.key.value.to_toml()),
            ("workspace", workspace.map(Value::Integer)),
            ("fill", Some(span(self.fill.value))),
            ("poll", Some(span(self.poll.value))),
            ("ca", self.ca.as_ref().map(|ca| text(ca.value.display().to_string()))),
        ]
    }
}

impl WorkatoConfig {
    fn to_toml(&self) -> Vec<(&'static str, Option<Value>)> {
        let types: Table = self.collection_types.iter().map(|(name, kind)| (name.clone(), text(kind))).collect();
        vec![
            ("collection_types", (!types.is_empty()).then_some(Value::Table(types))),
            ("zone", self.zone.as_ref().map(|zone| text(zone.value.name()))),
            ("unit", self.unit.as_ref().map(|unit| text(unit.value.word()))),
        ]
    }
}

impl FileConfig {
    fn to_toml(&self) -> Vec<(&'static str, Option<Value>)> {
        vec![
            ("path", Some(text(&self.path.value))),
            ("format", self.format.as_ref().map(|format| text(&format.value))),
            ("zone", self.zone.as_ref().map(|zone| text(zone.value.name()))),
            ("unit", self.unit.as_ref().map(|unit| text(unit.value.word()))),
        ]
    }
}

impl KeySource {
    fn to_toml(&self) -> Option<Value> {
        let (name, value) = match self {
            Self::Env(name) => ("env", text(name)),
            Self::File(path) => ("file", text(path.display().to_string())),
            Self::Command(words) => ("command", Value::Array(words.iter().map(text).collect())),
            Self::MadeUp(_) => return None,
        };
        Some(Value::Table(Table::from_iter([(name.to_owned(), value)])))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::SourceConfig;
    use super::*;

    #[test]
    fn what_is_printed_reads_as_the_same() {
        let example = include_str!("../../assets/config.example.toml");
        let all = example
            .replace("# fill =", "fill =")
            .replace("# memory =", "memory =")
            .replace("# workspace =", "workspace =")
            .replace("# format =", "format =");
        let read = |text: &str| Config::read(Path::new("/etc/config.toml"), text.as_bytes()).expect("is right");
        let (config, printed) = (read(&all), read(&all).to_toml());
        assert!(config.memory.is_some() && printed.contains("workspace = 0"), "{printed}");
        assert_eq!(read(&printed).to_toml(), printed);
        let sources = |config: &Config| config.sources.iter().map(SourceConfig::to_toml).collect::<Vec<_>>();
        assert_eq!(sources(&read(&printed)), sources(&config));
    }
}
