//! A format made ready, and the reader of its rows.

use std::sync::Arc;

use crate::base::hash::hash128;
use crate::model::envelope::{Decisions, ReadError, RowReader};
use crate::model::field::Field;
use crate::model::record::Record;
use crate::model::view_spec::ViewSpec;

use super::convert::Conversion;
use super::csv_row::Columns;
use super::description::{Container, Description, Ids, WithoutId};
use super::description_error::DescriptionError;
use super::gather::{Additions, Gather};
use super::json_row;
use super::key_order::KeyOrder;
use super::key_tree::KeyTree;
use super::line_row::LinePattern;

/// A format: its description, made ready for reading.
#[derive(Debug)]
pub struct Format {
    /// What its file says.
    pub(super) description: Description,
    /// The file's text, to be kept beside rows.
    definition: String,
    /// The text's hash.
    pub(super) definition_hash: u128,
    pub(super) tree: KeyTree,
    lines: Option<LinePattern>,
    time_paths: Vec<String>,
}

impl Format {
    /// From the text of a description. `place` names it in errors.
    pub fn read(place: &str, definition: &str) -> Result<Self, DescriptionError> {
        let description = Description::read(place, definition)?;
        let tree = KeyTree::new(&description, description.container == Container::Json);
        Ok(Self {
            definition: definition.to_owned(),
            definition_hash: hash128(definition.as_bytes()),
            lines: description.lines.as_ref().map(|lines| LinePattern::new(&tree, lines)),
            time_paths: tree.paths_of(Field::Time).into_iter().map(str::to_owned).collect(),
            tree,
            description,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.description.title
    }

    /// Counts up with every change that reads a row differently.
    pub fn version(&self) -> u32 {
        self.description.version
    }

    /// How rows are made of bytes.
    pub fn container(&self) -> Container {
        self.description.container
    }

    /// What makes a row without a Request-ID the same when it is seen again.
    pub fn without_id(&self) -> WithoutId {
        self.description.without_id
    }

    /// Who chooses the Request-IDs.
    pub fn ids(&self) -> Ids {
        self.description.ids
    }

    /// What a source of this format shows.
    pub fn view(&self) -> &ViewSpec {
        &self.description.view
    }

    /// The description's text.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// A reader of rows. A CSV without a heading has the description's columns.
    pub fn open(self: &Arc<Self>, heading: Option<&[u8]>, decisions: &Decisions) -> Result<FormatReader, ReadError> {
        let conversion = Conversion::new(self.description.zone, decisions)?;
        let additions = Additions::new(&self.description, &conversion, decisions)?;
        let columns = match (self.description.container, heading) {
            (Container::Csv, Some(heading)) => Some(Columns::new(&self.tree, heading)),
            (Container::Csv, None) if self.description.csv.columns.is_empty() => {
                return Err(ReadError::new(format!("{} needs the heading line of its file", self.name())));
            }
            (Container::Csv, None) => Some(Columns::in_order(&self.tree, &self.description.csv.columns)),
            (Container::Lines | Container::Json, _) => None,
        };
        Ok(FormatReader { format: Arc::clone(self), conversion, additions, columns })
    }
}

/// Reads the rows of one format, one heading, one set of decisions.
#[derive(Debug)]
pub struct FormatReader {
    format: Arc<Format>,
    conversion: Conversion,
    additions: Additions,
    columns: Option<Columns>,
}

impl FormatReader {
    /// The format.
    pub fn format(&self) -> &Arc<Format> {
        &self.format
    }

    /// What had to be assumed in the rows read so far, each a sentence that names the setting
    /// that says otherwise.
    pub fn notes(&self) -> Vec<String> {
        self.conversion.notes()
    }
}

impl FormatReader {
    /// A reader of many rows, one after the other, which gets to know them.
    pub fn in_order(&self) -> OrderedReader<'_> {
        OrderedReader { reader: self, order: KeyOrder::default() }
    }

    fn read_row<'k, 'a>(
        &'k self,
        raw: &'a [u8],
        order: Option<&mut KeyOrder<'k>>,
        record: &mut Record<'a>,
    ) -> Result<(), ReadError> {
        let mut gather = Gather::new(&self.conversion, record);
        match (&self.columns, &self.format.lines) {
            (Some(columns), _) => columns.read(raw, &mut gather)?,
            (None, Some(lines)) => lines.read(raw, &mut gather)?,
            (None, None) => {
                json_row::read(&self.format.tree, raw, order, &mut gather)
                    .map_err(|error| ReadError::new(error.to_string()))?;
            }
        }
        gather.finish(&self.additions, &self.format.time_paths)
    }
}

impl RowReader for FormatReader {
    fn read<'a>(&self, raw: &'a [u8], record: &mut Record<'a>) -> Result<(), ReadError> {
        self.read_row(raw, None, record)
    }
}

/// Reads rows of one source: what was found out of one helps with the next, and changes nothing
/// of what it says.
#[derive(Debug)]
pub struct OrderedReader<'k> {
    reader: &'k FormatReader,
    order: KeyOrder<'k>,
}

impl OrderedReader<'_> {
    /// Fills an empty record from a row's bytes, as [`RowReader::read`] does.
    pub fn read<'a>(&mut self, raw: &'a [u8], record: &mut Record<'a>) -> Result<(), ReadError> {
        self.reader.read_row(raw, Some(&mut self.order), record)
    }
}
