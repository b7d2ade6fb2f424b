//! What a source shows, as its description says it: panes, columns by width, labels, period.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;

use super::field::{Field, FieldRef};

/// The `[view]` of a description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewSpec {
    /// The period that is shown at first, as `--period` takes it.
    pub period: String,
    /// Panes from top to bottom.
    pub panes: Vec<FieldName>,
    /// Labels that differ from the field table's.
    #[serde(default)]
    pub labels: HashMap<FieldName, String>,
    /// Columns for a width of the table and above, widest first.
    pub columns: Vec<ColumnSet>,
}

/// The columns for a width.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSet {
    /// The narrowest table that these columns are for.
    pub from: u16,
    /// The columns from left to right.
    pub show: Vec<ColumnSpec>,
}

/// A field by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct FieldName(pub FieldRef);

impl TryFrom<String> for FieldName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        FieldRef::find(&name).map(Self).ok_or_else(|| format!("there is no field “{name}”"))
    }
}

/// What a column shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ColumnContent {
    /// A field.
    Field(FieldRef),
    /// Why it failed: the message, else details, else the kind of error; for rows that did not
    /// fail the path, else the user agent, dimmed.
    Problem,
    /// The status and the gateway's code behind it.
    StatusAndGateway,
}

impl ColumnContent {
    /// The columns that show several fields in one, with their names.
    pub const SHARED: [(&'static str, Self); 2] =
        [("problem", Self::Problem), ("status+gateway", Self::StatusAndGateway)];

    /// The name in descriptions and settings.
    pub fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name().into_owned(),
            Self::Problem => "problem".into(),
            Self::StatusAndGateway => "status+gateway".into(),
        }
    }

    /// Finds a column by that name.
    pub fn find(name: &str) -> Option<Self> {
        let shared = Self::SHARED.iter().find(|(own, _)| *own == name);
        shared.map(|(_, content)| content.clone()).or_else(|| FieldRef::find(name).map(Self::Field))
    }

    /// The field that the column is sorted and filtered by.
    pub fn field(&self) -> FieldRef {
        match self {
            Self::Field(field) => field.clone(),
            Self::Problem => Field::Failure.into(),
            Self::StatusAndGateway => Field::Status.into(),
        }
    }

    /// Fields besides that one that the column needs.
    pub fn also(&self) -> &'static [Field] {
        match self {
            Self::Problem => {
                &[Field::ErrorMessage, Field::StatusDetails, Field::ErrorType, Field::Path, Field::UserAgent]
            }
            Self::StatusAndGateway => &[Field::GatewayCode],
            Self::Field(_) => &[],
        }
    }
}

/// The width of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnWidth {
    /// As wide as values of its kind need.
    Natural,
    /// So many cells.
    Cells(u16),
    /// At most so many cells, and fewer before a column has no room.
    UpTo(u16),
    /// What is left, at least so many cells.
    Flex(u16),
}

/// The cells that a flexible column has at least, unless it says otherwise.
pub const LEAST_FLEX: u16 = 8;

/// One column: `client`, `path:28`, `problem:*`, `problem:*40`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ColumnSpec {
    /// What it shows.
    pub content: ColumnContent,
    /// How wide.
    pub width: ColumnWidth,
}

impl TryFrom<String> for ColumnSpec {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, width) = text.split_once(':').unwrap_or((&text, ""));
        let content = ColumnContent::find(name).ok_or_else(|| format!("there is no column “{name}”"))?;
        let number = |digits: &str, missing: u16| match digits {
            "" => Ok(missing),
            _ => digits.parse::<u16>().map_err(|_| format!("“{width}” is not a width; write 14, * or *40")),
        };
        let width = match width.strip_prefix('*') {
            Some(least) => ColumnWidth::Flex(number(least, LEAST_FLEX)?),
            None if width.is_empty() => ColumnWidth::Natural,
            None => ColumnWidth::Cells(number(width, 0)?),
        };
        Ok(Self { content, width })
    }
}

impl fmt::Display for ColumnSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.content.name())?;
        match self.width {
            ColumnWidth::Natural => Ok(()),
            ColumnWidth::Cells(cells) | ColumnWidth::UpTo(cells) => write!(f, ":{cells}"),
            ColumnWidth::Flex(LEAST_FLEX) => f.write_str(":*"),
            ColumnWidth::Flex(least) => write!(f, ":*{least}"),
        }
    }
}

impl ViewSpec {
    /// The title over a column.
    pub fn title(&self, content: &ColumnContent) -> String {
        match content {
            // A gateway gives details where others give a message.
            ColumnContent::Problem if self.has_gateway() => "Details".into(),
            ColumnContent::Problem => "Error".into(),
            ColumnContent::StatusAndGateway => self.label(&Field::Status.into()),
            ColumnContent::Field(field) => self.label(field),
        }
    }

    fn has_gateway(&self) -> bool {
        self.own_columns().any(|content| {
            matches!(
                content,
                ColumnContent::StatusAndGateway | ColumnContent::Field(FieldRef::Known(Field::GatewayCode))
            )
        })
    }

    /// What the source shows at some width or other.
    pub fn own_columns(&self) -> impl Iterator<Item = &ColumnContent> {
        self.columns.iter().flat_map(|set| &set.show).map(|column| &column.content)
    }

    /// The label of a field for this source.
    pub fn label(&self, field: &FieldRef) -> String {
        self.labels.get(&FieldName(field.clone())).cloned().unwrap_or_else(|| match field {
            FieldRef::Known(field) => field.label().to_owned(),
            // A key may be an empty text.
            FieldRef::Attribute(path) if path.trim().is_empty() => field.name().into_owned(),
            FieldRef::Attribute(path) => path.clone(),
        })
    }

    /// The set of columns for a table of a width.
    pub fn set_for(&self, width: u16) -> Option<&ColumnSet> {
        let widest = self.columns.iter().filter(|set| set.from <= width).max_by_key(|set| set.from);
        widest.or_else(|| self.columns.iter().min_by_key(|set| set.from))
    }

    /// The columns for a table of a width.
    pub fn columns_for(&self, width: u16) -> &[ColumnSpec] {
        self.set_for(width).map_or(&[], |set| &set.show)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_written_as_they_are_read() {
        for text in ["client", "path:28", "problem:*", "problem:*40", "status+gateway", "attributes.a.b:9"] {
            assert_eq!(ColumnSpec::try_from(text.to_owned()).map(|column| column.to_string()), Ok(text.to_owned()));
        }
        assert!(ColumnSpec::try_from("colour".to_owned()).is_err());
    }
}
