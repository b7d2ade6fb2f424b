//! Reads tables of a TOML file one key at a time, and notes all that is wrong with its place.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::spelling::did_you_mean;

use super::place::{Place, Placed, Problem};

/// What was found wrong so far.
pub(super) struct Report<'a> {
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, problems: RefCell::default() }
    }

    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::of(self.text, span.start)
    }

    pub(super) fn add(&self, place: Place, message: impl Into<String>) {
        self.problems.borrow_mut().push(Problem { place, message: message.into() });
    }

    /// Everything that is wrong, in the order of the file.
    pub(super) fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.place);
        problems
    }
}

/// One table of the file.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    report: &'a Report<'a>,
    table: &'a DeTable<'a>,
    /// Where the table begins.
    pub(super) place: Place,
}

impl<'a> Section<'a> {
    pub(super) fn new(report: &'a Report<'a>, table: &'a DeTable<'a>, place: Place) -> Self {
        Self { report, table, place }
    }

    /// Refuses all keys but these.
    pub(super) fn only(&self, names: &[&str]) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if names.contains(&name) {
                continue;
            }
            let right = did_you_mean(name, names.iter().copied());
            let right = right.unwrap_or_else(|| format!("here may stand: {}", names.join(", ")));
            self.report.add(self.report.place(&key.span()), format!("unknown key “{name}”; {right}"));
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// The keys and tables of a table of tables, in the order of the file.
    pub(super) fn sections(&self, name: &str) -> Vec<(Placed<&'a str>, Section<'a>)> {
        let Some(all) = self.section(name, "write [sources.NAME] and its keys below") else { return Vec::new() };
        let mut entries: Vec<_> = all.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut found = Vec::new();
        for (key, value) in entries {
            let place = self.report.place(&key.span());
            let name: &str = key.get_ref().as_ref();
            match value.get_ref().as_table() {
                Some(table) => {
                    found.push((
                        Placed { value: name, place: Some(place) },
                        Section { report: self.report, table, place },
                    ));
                }
                None => self.wrong_kind(name, value, "write [sources.NAME] and its keys below"),
            }
        }
        found
    }

    /// The table behind a key.
    pub(super) fn section(&self, name: &str, wanted: &str) -> Option<Section<'a>> {
        let value = self.table.get(name)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_kind(name, value, wanted);
            return None;
        };
        Some(Section { report: self.report, table, place: self.place_of(value) })
    }

    /// Text as written.
    pub(super) fn text(&self, name: &str, wanted: &str) -> Option<Placed<&'a str>> {
        let value = self.table.get(name)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_kind(name, value, wanted);
            return None;
        };
        Some(Placed { value: text, place: Some(self.place_of(value)) })
    }

    /// Text as written, where it is text at all; nothing is noted.
    pub(super) fn peek(&self, name: &str) -> Option<&'a str> {
        self.table.get(name)?.get_ref().as_str()
    }

    /// Text that means something else.
    pub(super) fn read<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Placed<T>> {
        let text = self.text(name, wanted)?;
        match read(text.value) {
            Ok(value) => Some(Placed { value, place: text.place }),
            Err(message) => {
                self.report.add(text.place.unwrap_or(self.place), message);
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Option<Placed<bool>> {
        let value = self.table.get(name)?;
        let Some(flag) = value.get_ref().as_bool() else {
            self.wrong_kind(name, value, "write true or false");
            return None;
        };
        Some(Placed { value: flag, place: Some(self.place_of(value)) })
    }

    /// A whole number from zero up.
    pub(super) fn whole(&self, name: &str) -> Option<Placed<u64>> {
        let value = self.table.get(name)?;
        let number =
            value.get_ref().as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        let Some(number) = number else {
            self.wrong_kind(name, value, "write a whole number from 0 up, without quotes");
            return None;
        };
        Some(Placed { value: number, place: Some(self.place_of(value)) })
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str, wanted: &str) -> Option<Placed<Vec<&'a str>>> {
        let value = self.table.get(name)?;
        let texts = value
            .get_ref()
            .as_array()
            .and_then(|items| items.iter().map(|item| item.get_ref().as_str()).collect::<Option<Vec<_>>>());
        let Some(texts) = texts else {
            self.wrong_kind(name, value, wanted);
            return None;
        };
        Some(Placed { value: texts, place: Some(self.place_of(value)) })
    }

    /// All keys of this table with their texts, in the order of the file.
    pub(super) fn pairs(&self, wanted: &str) -> Vec<(String, String)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut found = Vec::new();
        for (key, value) in entries {
            let name: &str = key.get_ref().as_ref();
            match value.get_ref().as_str() {
                Some(text) => found.push((name.to_owned(), text.to_owned())),
                None => self.wrong_kind(name, value, wanted),
            }
        }
        found
    }

    /// Notes something that is wrong with a key, or with the table when it lacks the key.
    pub(super) fn wrong(&self, name: &str, message: impl Into<String>) {
        let place = self.table.get(name).map_or(self.place, |value| self.place_of(value));
        self.report.add(place, message);
    }

    /// Notes something that is wrong at a place.
    pub(super) fn wrong_at(&self, place: Option<Place>, message: impl Into<String>) {
        self.report.add(place.unwrap_or(self.place), message);
    }

    fn place_of(&self, value: &Spanned<DeValue<'_>>) -> Place {
        self.report.place(&value.span())
    }

    /// The value itself is not repeated: it may be a secret in the wrong place.
    fn wrong_kind(&self, name: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let kind = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.report.add(self.place_of(value), format!("“{name}” is {kind}; {wanted}"));
    }
}
