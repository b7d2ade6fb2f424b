//! From the text of a configuration file to a [`Config`], or all that is wrong with it.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use toml::de::DeTable;

use crate::base::spelling::{did_you_mean, nearest};
use crate::base::units;
use crate::model::envelope::SpanUnit;

use super::address::Address;
use super::key::KeySource;
use super::place::{Place, Placed, Problem};
use super::section::{Report, Section};
use super::{Config, FileConfig, FilesComConfig, SourceConfig, SourceKind, WorkatoConfig};

const TOP: &[&str] = &["store", "zone", "memory", "retain", "view", "sources"];
const FILES_COM: &[&str] = &["kind", "redact", "site", "url", "workspace", "key", "fill", "poll", "ca"];
const WORKATO: &[&str] = &["kind", "redact", "collection_types", "zone", "unit"];
const FILE: &[&str] = &["kind", "redact", "path", "format", "zone", "unit"];
const KINDS: &[&str] = &["files-com", "workato", "file"];
const KEY: &[&str] = &["env", "file", "command"];

/// What is written where a key is asked for.
const KEY_FORMS: &str =
    "say where it comes from: { env = \"FILES_API_KEY\" }, { file = \"…\" } or { command = [\"…\"] }";

/// The shortest interval between polls, in microseconds.
const SHORTEST_POLL: i64 = 1_000_000;

pub(super) fn read(file: &Path, bytes: &[u8]) -> Result<Config, Vec<Problem>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = Place::of(&valid, valid.len());
            return Err(vec![Problem { place, message: "this is not UTF-8".into() }]);
        }
    };
    let table = DeTable::parse(text).map_err(|error| {
        // Only the message: the error's own text quotes the line, and a key may stand in it.
        let place = Place::of(text, error.span().map_or(0, |span| span.start));
        vec![Problem { place, message: error.message().to_owned() }]
    })?;
    let report = Report::new(text);
    let reader = Reader { folder: file.parent().unwrap_or(Path::new("")).to_owned() };
    let top = Section::new(&report, table.get_ref(), Place { line: 1, column: 1 });
    let config = reader.config(file, top);
    let problems = report.finish();
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

struct Reader {
    /// Where relative paths start.
    folder: PathBuf,
}

impl Reader {
    fn config(&self, file: &Path, top: Section<'_>) -> Config {
        top.only(TOP);
        let defaults = Config::default();
        let sections = top.sections("sources");
        let names: Vec<_> = sections.iter().map(|(name, _)| name.value).collect();
        let sources = sections.into_iter().filter_map(|(name, section)| self.source(&top, name, section)).collect();
        let view = top.read("view", "write the name of a source", |name| {
            if names.contains(&name) {
                return Ok(name.to_owned());
            }
            let right = did_you_mean(name, names.iter().copied());
            let right = right.unwrap_or_else(|| format!("write [sources.{name}] and its keys"));
            Err(format!("there is no source “{name}”; {right}"))
        });
        Config {
            file: Some(file.to_owned()),
            store: self.path(top, "store"),
            zone: zone(top),
            memory: top.read("memory", "write a size in quotes, as \"256 MB\"", |text| {
                units::parse_bytes(text).ok_or_else(|| format!("“{text}” is no size; write \"256 MB\" or \"1 GiB\""))
            }),
            retain: span(top, "retain", "180d").unwrap_or(defaults.retain),
            view,
            sources,
        }
    }

    fn source(&self, top: &Section<'_>, name: Placed<&str>, section: Section<'_>) -> Option<SourceConfig> {
        let is_name = (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if !is_name {
            top.wrong_at(name.place, "a source's name is up to 64 letters, digits, dashes, dots and underscores");
        }
        let kind = section.read("kind", "write \"files-com\", \"workato\" or \"file\"", |kind| {
            if KINDS.contains(&kind) {
                return Ok(kind.to_owned());
            }
            let right = did_you_mean(kind, KINDS.iter().copied());
            let right = right.unwrap_or_else(|| "there are files-com, workato and file".into());
            Err(format!("there is no kind “{kind}”; {right}"))
        });
        if !section.has("kind") {
            section.wrong("kind", format!("“{}” lacks its kind: files-com, workato or file", name.value));
        }
        let redact = section.flag("redact").unwrap_or(Placed::unwritten(true));
        let meant = match &kind {
            Some(kind) => kind.value.as_str(),
            None => Self::meant_kind(section)?,
        };
        let read = self.kind(section, meant)?;
        // What else is wrong is said with a wrong kind, too.
        kind?;
        Some(SourceConfig { name: Placed { value: name.value.to_owned(), place: name.place }, redact, kind: read })
    }

    /// What was meant by a kind that is wrong or missing: the nearest, else the only one with such keys.
    fn meant_kind(section: Section<'_>) -> Option<&'static str> {
        let near = section.peek("kind").and_then(|kind| nearest(kind, KINDS.iter().copied()));
        let own = [("files-com", &["site", "url", "key"][..]), ("workato", &["collection_types"]), ("file", &["path"])];
        let by_keys = || {
            let mut having = own.iter().filter(|(_, names)| names.iter().any(|name| section.has(name)));
            having.next().filter(|_| having.next().is_none()).map(|(kind, _)| *kind)
        };
        near.or_else(by_keys)
    }

    fn kind(&self, section: Section<'_>, kind: &str) -> Option<SourceKind> {
        Some(match kind {
            "workato" => {
                section.only(WORKATO);
                SourceKind::Workato(WorkatoConfig {
                    collection_types: section
                        .section("collection_types", "write { \"Name\" = \"proxy\" }")
                        .map(|types| types.pairs("write the type in quotes, as \"proxy\""))
                        .unwrap_or_default(),
                    zone: zone(section),
                    unit: unit(section),
                })
            }
            "file" => {
                section.only(FILE);
                SourceKind::File(self.file(section)?)
            }
            _ => {
                section.only(FILES_COM);
                SourceKind::FilesCom(self.files_com(section)?)
            }
        })
    }

    fn files_com(&self, section: Section<'_>) -> Option<FilesComConfig> {
        if section.has("site") && section.has("url") {
            section.wrong("url", "“site” says the address already; write one of the two");
        } else if !section.has("site") && !section.has("url") {
            section.wrong(
                "site",
                "the address is missing; write site = \"acme\" for acme.files.com, or url = \"https://…\"",
            );
        }
        let site = section.read("site", "write the name in quotes, as \"acme\" for acme.files.com", |name| {
            Address::site(name).map_err(|error| error.to_string())
        });
        let url = section.read("url", "write the address in quotes, as \"https://acme.files.com\"", |text| {
            Address::read(text).map_err(|error| error.to_string())
        });
        let workspace = section.whole("workspace");
        let key = self.key(section);
        let fill = span(section, "fill", "30d");
        let poll = span(section, "poll", "5s");
        if poll.is_some_and(|poll| poll.value < SHORTEST_POLL) {
            section.wrong("poll", "more often than once a second is not asked; write \"1s\" or more");
        }
        let ca = self.path(section, "ca");
        let address = site.or(url)?;
        let defaults = FilesComConfig::new(address.value.clone());
        Some(FilesComConfig {
            address,
            workspace,
            key: key.unwrap_or(defaults.key),
            fill: fill.unwrap_or(defaults.fill),
            poll: poll.unwrap_or(defaults.poll),
            ca,
        })
    }

    /// Where a key comes from. No message repeats what was written: it may be the key itself.
    fn key(&self, section: Section<'_>) -> Option<Placed<KeySource>> {
        let key = section.section("key", &format!("a key is never written in this file; {KEY_FORMS}"))?;
        key.only(KEY);
        let given: Vec<&str> = KEY.iter().copied().filter(|name| key.has(name)).collect();
        let source = match given.as_slice() {
            ["env"] => {
                let name = key.text("env", "write the name of the variable in quotes")?;
                // Keys have small letters in them, so a key in the place of a name is refused.
                let is_name = !name.is_empty()
                    && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                    && !name.starts_with(|c: char| c.is_ascii_digit());
                if !is_name {
                    key.wrong("env", "this is no name of a variable; it is made of capitals, digits and underscores");
                    return None;
                }
                KeySource::Env(name.value.to_owned())
            }
            ["file"] => KeySource::File(self.path(key, "file")?.value),
            ["command"] => {
                let wanted = "write the program and its arguments as a list: [\"pass\", \"show\", \"files\"]";
                let argv = key.texts("command", wanted)?;
                if argv.first().is_none_or(|program| program.is_empty()) {
                    key.wrong("command", format!("there is no program to run; {wanted}"));
                    return None;
                }
                KeySource::Command(argv.value.into_iter().map(str::to_owned).collect())
            }
            [] => {
                key.wrong("", format!("the key's place is missing; {KEY_FORMS}"));
                return None;
            }
            _ => {
                key.wrong("", format!("a key comes from one place; {KEY_FORMS}"));
                return None;
            }
        };
        Some(Placed { value: source, place: Some(key.place) })
    }

    fn file(&self, section: Section<'_>) -> Option<FileConfig> {
        if !section.has("path") {
            section.wrong("path", "the file is missing; write path = \"/var/log/nginx/access.log\"");
        }
        let format = section.text("format", "write the name of a format in quotes");
        let (zone, unit) = (zone(section), unit(section));
        let path = self.path(section, "path")?;
        Some(FileConfig {
            path: Placed { value: path.value.to_string_lossy().into_owned(), place: path.place },
            format: format.map(|format| Placed { value: format.value.to_owned(), place: format.place }),
            zone,
            unit,
        })
    }

    fn path(&self, section: Section<'_>, name: &str) -> Option<Placed<PathBuf>> {
        section.read(name, "write a path in quotes", |text| {
            if text.is_empty() {
                return Err(format!("“{name}” is empty; write a path"));
            }
            match text.strip_prefix("~/") {
                Some(rest) => etcetera::home_dir()
                    .map(|home| home.join(rest))
                    .map_err(|_| "there is no home folder that ~/ could stand for".to_owned()),
                None => Ok(self.folder.join(text)),
            }
        })
    }
}

/// A span with its unit, in microseconds.
fn span(section: Section<'_>, name: &str, example: &str) -> Option<Placed<i64>> {
    section.read(name, &format!("write a span of time in quotes, as \"{example}\""), |text| {
        units::parse_span(text)
            .and_then(|nanos| i64::try_from(nanos / 1_000).ok())
            .ok_or_else(|| format!("“{text}” is no span of time; write \"{example}\""))
    })
}

fn zone(section: Section<'_>) -> Option<Placed<Tz>> {
    section.read("zone", "write a zone in quotes, as \"Europe/Berlin\"", |text| {
        text.parse().map_err(|_| {
            let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
            let right = did_you_mean(text, names).unwrap_or_else(|| "write a name as Europe/Berlin or UTC".into());
            format!("there is no zone “{text}”; {right}")
        })
    })
}

fn unit(section: Section<'_>) -> Option<Placed<SpanUnit>> {
    const UNITS: [SpanUnit; 4] = [SpanUnit::Seconds, SpanUnit::Millis, SpanUnit::Micros, SpanUnit::Nanos];
    section.read("unit", "write \"s\", \"ms\", \"us\" or \"ns\"", |text| {
        UNITS
            .into_iter()
            .find(|unit| unit.word() == text)
            .ok_or_else(|| format!("“{text}” is no unit; write \"s\", \"ms\", \"us\" or \"ns\""))
    })
}
