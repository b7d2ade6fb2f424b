//! Which columns a file has, and what a record puts into each.

use std::borrow::Cow;

use crate::base::units;
use crate::model::field::{FIELDS, Field, FieldRef, Kind};
use crate::model::record::StoredRecord;
use crate::model::value::{Outcome, Value};
use crate::model::view_spec::{ColumnContent, ViewSpec};

/// Which columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layout {
    /// Those of the source's view.
    #[default]
    View,
    /// All fields of the table, by their names.
    Full,
    /// The 19 columns of the Files.com page "API Logs".
    FilesCom,
    /// The 13 columns of Workato's CSV download.
    Workato,
}

impl Layout {
    /// All layouts with their names on the command line.
    pub const ALL: [(&'static str, Self); 4] =
        [("view", Self::View), ("full", Self::Full), ("files-com", Self::FilesCom), ("workato", Self::Workato)];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, layout)| *layout == self).map_or("view", |(name, _)| name)
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub field: FieldRef,
    spelling: Spelling,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// As everywhere else.
    Plain,
    /// As on the Files.com page: Success or Failure, Yes or No.
    FilesCom,
    /// As in Workato's download: Success or Error.
    Workato,
    /// Why it failed, in one cell.
    Reason,
}

/// The order of Workato's columns.
const WORKATO_ORDER: [Field; 13] = [
    Field::Time,
    Field::Outcome,
    Field::Status,
    Field::StatusText,
    Field::GatewayCode,
    Field::StatusDetails,
    Field::Ip,
    Field::Duration,
    Field::Delay,
    Field::Collection,
    Field::Endpoint,
    Field::Client,
    Field::Job,
];

/// The order of the columns on the Files.com page.
const FILES_COM_ORDER: [Field; 19] = [
    Field::Time,
    Field::Client,
    Field::Impersonator,
    Field::FromParentSite,
    Field::Interface,
    Field::ApiKeyId,
    Field::ApiKeyPrefix,
    Field::Endpoint,
    Field::Method,
    Field::Path,
    Field::Ip,
    Field::RequestId,
    Field::Host,
    Field::Status,
    Field::UserAgent,
    Field::ErrorType,
    Field::ErrorMessage,
    Field::Outcome,
    Field::Duration,
];

/// The columns of a layout. The view's columns are those of its widest table.
pub fn columns(layout: Layout, view: &ViewSpec) -> Vec<Column> {
    let named = |heading: String, field: FieldRef, spelling| Column { heading, field, spelling };
    match layout {
        Layout::View => view_fields(view)
            .into_iter()
            .map(|field| {
                let label = view.label(&field);
                let heading = if field.kind() == Kind::Duration { format!("{label} (ms)") } else { label };
                named(heading, field, Spelling::Plain)
            })
            .collect(),
        Layout::Full => FIELDS
            .iter()
            .filter(|spec| spec.field != Field::Failure)
            .map(|spec| named(spec.name.into(), spec.field.into(), Spelling::Plain))
            .chain([named("attributes".into(), FieldRef::Attribute(String::new()), Spelling::Plain)])
            .collect(),
        Layout::FilesCom => FILES_COM_ORDER
            .iter()
            .map(|field| {
                let heading = field.spec().files_com.expect("the order names the vendor's columns");
                named(heading.into(), (*field).into(), Spelling::FilesCom)
            })
            .collect(),
        Layout::Workato => WORKATO_ORDER
            .iter()
            .map(|field| {
                let heading = field.spec().workato.expect("the order names the vendor's columns");
                named(heading.into(), (*field).into(), Spelling::Workato)
            })
            .collect(),
    }
}

/// The columns that a table shows, in their order, under its titles. Status and gateway code, which
/// share one there, have one each.
pub fn shown(contents: &[ColumnContent], view: &ViewSpec) -> Vec<Column> {
    under(contents, |content| {
        let title = view.title(content);
        if content.field().kind() == Kind::Duration { format!("{title} (ms)") } else { title }
    })
}

/// Chosen columns under their names.
pub fn chosen(contents: &[ColumnContent]) -> Vec<Column> {
    under(contents, ColumnContent::name)
}

/// Columns under headings.
fn under(contents: &[ColumnContent], heading: impl Fn(&ColumnContent) -> String) -> Vec<Column> {
    let column =
        |content: &ColumnContent, field: FieldRef, spelling| Column { heading: heading(content), field, spelling };
    let plain = |field: FieldRef| column(&ColumnContent::Field(field.clone()), field, Spelling::Plain);
    contents
        .iter()
        .flat_map(|content| match content {
            ColumnContent::Field(field) => vec![plain(field.clone())],
            ColumnContent::StatusAndGateway => vec![plain(Field::Status.into()), plain(Field::GatewayCode.into())],
            ColumnContent::Problem => vec![column(content, Field::ErrorMessage.into(), Spelling::Reason)],
        })
        .collect()
}

/// The fields of a view's widest table, each once. Where the table shows why a request failed in
/// one column, a file has the parts.
fn view_fields(view: &ViewSpec) -> Vec<FieldRef> {
    let mut fields: Vec<FieldRef> = Vec::new();
    let mut add = |field: FieldRef| {
        if !fields.contains(&field) {
            fields.push(field);
        }
    };
    for column in view.columns_for(u16::MAX) {
        match &column.content {
            ColumnContent::Field(field) => add(field.clone()),
            ColumnContent::StatusAndGateway => {
                add(Field::Status.into());
                add(Field::GatewayCode.into());
            }
            ColumnContent::Problem => {
                for field in column.content.also() {
                    add((*field).into());
                }
            }
        }
    }
    fields
}

impl Column {
    /// What a record puts into the column; missing is empty.
    pub fn cell<'a>(&self, record: &'a StoredRecord) -> Cow<'a, [u8]> {
        if let FieldRef::Attribute(path) = &self.field
            && path.is_empty()
        {
            return attributes_json(record).into_bytes().into();
        }
        if self.spelling == Spelling::Reason {
            return record.record.failure_reason().map(|(_, reason)| Cow::Borrowed(&**reason)).unwrap_or_default();
        }
        let value = self.field.known().and_then(|field| record.record.get(field));
        match (self.spelling, value) {
            (Spelling::FilesCom, Some(Value::Outcome(outcome))) => word(*outcome, "Success", "Failure"),
            (Spelling::Workato, Some(Value::Outcome(outcome))) => word(*outcome, "Success", "Error"),
            (Spelling::FilesCom, Some(Value::Boolean(flag))) => Cow::Borrowed(if *flag { b"Yes" } else { b"No" }),
            _ => record.bytes(&self.field).unwrap_or_default(),
        }
    }

    /// Whether the cell is text that a spreadsheet could take for a formula; numbers, times and
    /// flags of ours are not.
    pub fn is_text(&self) -> bool {
        !matches!(
            self.field.kind(),
            Kind::Handle | Kind::Time | Kind::Status | Kind::Outcome | Kind::Integer | Kind::Boolean | Kind::Duration
        )
    }
}

fn word(outcome: Outcome, success: &'static str, failure: &'static str) -> Cow<'static, [u8]> {
    Cow::Borrowed(match outcome {
        Outcome::Success => success.as_bytes(),
        Outcome::Failure => failure.as_bytes(),
    })
}

/// What the source sent besides, as one JSON object; nothing when there is nothing.
pub fn attributes_json(record: &StoredRecord) -> String {
    if record.record.attributes.is_empty() {
        return String::new();
    }
    serde_json::Value::Object(super::json::attributes(record)).to_string()
}

/// A span in milliseconds, as files and queries have it.
pub fn millis(nanos: u64) -> String {
    units::millis_decimal(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_layouts_are_whole() {
        assert!(FILES_COM_ORDER.iter().all(|field| field.spec().files_com.is_some()));
        assert!(WORKATO_ORDER.iter().all(|field| field.spec().workato.is_some()));
    }
}
