//! A part's columns: whole ones, codes apart from their names.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::error::EngineError;

use super::super::cache::{Cache, Caches, PartId};
use super::{Body, Part};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::column::{Codes, Column, ColumnId, Dictionary, Names, Numbers, Width};
use crate::engine::local::columns::text::{Text, TextFile};
use crate::engine::local::files::manifest::{Layout, Span};
use crate::engine::local::files::segment_files::SegmentFiles;

impl Part {
    /// The attributes that have columns, each with how many rows have a value, where that is known
    /// without looking at them.
    pub fn attributes(&self) -> Vec<(ColumnId, Option<u64>)> {
        match &self.body {
            Body::Memory(body) => {
                let ids = body.columns.iter().map(|(id, _)| id).filter(|id| matches!(id, ColumnId::Attribute(_)));
                ids.map(|id| (id.clone(), None)).collect()
            }
            Body::Segment(files) => {
                let columns = files.manifest.columns.columns.iter();
                let known = |missing: u64| (self.rows as u64).saturating_sub(missing);
                columns
                    .filter_map(|entry| Some((ColumnId::find(&entry.name)?, entry.missing.map(known))))
                    .filter(|(id, _)| matches!(id, ColumnId::Attribute(_)))
                    .collect()
            }
        }
    }

    /// A column, from the cache if it is there.
    pub fn column(&self, id: &ColumnId, caches: &Caches) -> Result<Arc<Column>, EngineError> {
        let files = match &self.body {
            Body::Memory(body) => return Ok(body.column(id).map_or_else(|| Arc::new(Column::Absent), Arc::clone)),
            Body::Segment(files) => files,
        };
        match files.manifest.columns.column(id).map(|entry| &entry.layout) {
            None => Ok(Arc::new(Column::Absent)),
            Some(Layout::Numbers { .. }) => self.kept(&caches.columns, id, || self.read_column(id)),
            // Of texts there is little in memory; what is kept would hold the files of segments that are deleted.
            Some(Layout::Text { .. }) => self.read_column(id).map(Arc::new),
            Some(layout @ Layout::Names { width, .. }) => {
                let codes = self.kept_codes(files, layout, id, caches)?;
                let names = self.kept_names(id, caches)?;
                let dictionary = names.ok_or_else(|| self.damaged("there are no names"))?;
                Ok(Arc::new(Column::Names(Names { width: *width, codes, dictionary })))
            }
        }
    }

    /// The names of a column of names, from the cache if they are there; `None` where it is no such column.
    pub fn kept_names(&self, id: &ColumnId, caches: &Caches) -> Result<Option<Arc<Dictionary>>, EngineError> {
        let files = match &self.body {
            Body::Memory(body) => {
                return Ok(match body.column(id).map(Arc::as_ref) {
                    Some(Column::Names(names)) => Some(Arc::clone(&names.dictionary)),
                    _ => None,
                });
            }
            Body::Segment(files) => files,
        };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(None) };
        let Layout::Names { .. } = &entry.layout else { return Ok(None) };
        let read = || Ok(Column::Text(Text::in_memory(read_names(files, &entry.layout)?, None)));
        match self.kept(&caches.texts, id, read)?.as_ref() {
            Column::Text(names) => Ok(names.dictionary().cloned()),
            _ => Err(self.damaged("there are no names")),
        }
    }

    /// The codes of a column of names, without the names; `None` where it is no such column.
    pub fn codes(&self, id: &ColumnId, caches: &Caches) -> Result<Option<Codes>, EngineError> {
        match &self.body {
            Body::Memory(body) => Ok(match body.column(id).map(Arc::as_ref) {
                Some(Column::Names(names)) => Some(names.codes()),
                _ => None,
            }),
            Body::Segment(files) => match files.manifest.columns.column(id).map(|entry| &entry.layout) {
                Some(layout @ Layout::Names { width, names, .. }) => {
                    let values = self.kept_codes(files, layout, id, caches)?;
                    Ok(Some(Codes { width: *width, values, names: *names }))
                }
                _ => Ok(None),
            },
        }
    }

    /// The numbers of a segment's column, or the codes of its names with how many names there are. Whoever asks looks
    /// through them once: they are not kept. `None` where there are neither.
    pub fn numbers_once(
        &self,
        id: &ColumnId,
        caches: &Caches,
    ) -> Result<Option<(Numbers, Option<usize>)>, EngineError> {
        let Body::Segment(files) = &self.body else { return Ok(None) };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(None) };
        let names = match &entry.layout {
            Layout::Numbers { .. } => None,
            Layout::Names { names, .. } => Some(*names),
            Layout::Text { .. } => return Ok(None),
        };
        if let Some(column) = caches.columns.get(&(self.id, id.clone()))
            && let Column::Numbers(numbers) = column.as_ref()
        {
            return Ok(Some((numbers.clone(), names)));
        }
        if names.is_some() {
            return Ok(Some((self.read_codes(files, &entry.layout)?, names)));
        }
        match self.read_column(id)? {
            Column::Numbers(numbers) => Ok(Some((numbers, None))),
            _ => Err(self.damaged("there are no numbers")),
        }
    }

    /// Whether a column holds texts, each for itself.
    pub fn has_texts(&self, id: &ColumnId) -> bool {
        match &self.body {
            Body::Memory(body) => matches!(body.column(id).map(Arc::as_ref), Some(Column::Text(_))),
            Body::Segment(files) => {
                matches!(files.manifest.columns.column(id).map(|entry| &entry.layout), Some(Layout::Text { .. }))
            }
        }
    }

    /// The names of a column of names, read anew: whoever counts them needs them once.
    pub fn names(&self, id: &ColumnId) -> Result<Arc<Dictionary>, EngineError> {
        let names = match &self.body {
            Body::Memory(body) => match body.column(id).map(Arc::as_ref) {
                Some(Column::Names(names)) => Some(Arc::clone(&names.dictionary)),
                _ => None,
            },
            Body::Segment(files) => match files.manifest.columns.column(id) {
                Some(entry) => Some(Arc::new(read_names(files, &entry.layout)?)),
                None => None,
            },
        };
        names.ok_or_else(|| self.damaged("there are no names"))
    }

    fn kept_codes(
        &self,
        files: &SegmentFiles,
        layout: &Layout,
        id: &ColumnId,
        caches: &Caches,
    ) -> Result<Arc<Buffer>, EngineError> {
        let codes = self.kept(&caches.columns, id, || self.read_codes(files, layout).map(Column::Numbers))?;
        match codes.as_ref() {
            Column::Numbers(codes) => Ok(Arc::clone(&codes.values)),
            _ => Err(self.damaged("there are no codes")),
        }
    }

    fn kept(
        &self,
        cache: &Cache<(PartId, ColumnId), Column>,
        id: &ColumnId,
        read: impl FnOnce() -> Result<Column, EngineError>,
    ) -> Result<Arc<Column>, EngineError> {
        cache.get_or_make((self.id, id.clone()), || {
            let column = read()?;
            let size = column.size();
            Ok((column, size))
        })
    }

    pub(super) fn read_column(&self, id: &ColumnId) -> Result<Column, EngineError> {
        let Body::Segment(files) = &self.body else { return Ok(Column::Absent) };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(Column::Absent) };
        let bits = |span: &Option<Span>| -> Result<Option<Bits>, EngineError> {
            span.as_ref().map(|span| Ok(Bits::from_bytes(files.read(span)?.bytes(), self.rows))).transpose()
        };
        Ok(match &entry.layout {
            Layout::Numbers { width, scale, valid, values } => {
                let values = files.read(values)?;
                if values.bytes().len() < self.rows * width.bytes() {
                    return Err(self.damaged(&format!("column {}: too few values", entry.name)));
                }
                Column::Numbers(Numbers::new(*width, *scale, values, bits(valid)?))
            }
            layout @ Layout::Names { width, .. } => {
                let codes = self.read_codes(files, layout)?.values;
                Column::Names(Names { width: *width, codes, dictionary: Arc::new(read_names(files, layout)?) })
            }
            Layout::Text { valid, offsets, bytes } => {
                if offsets.len < (self.rows as u64 + 1) * 4 {
                    return Err(self.damaged(&format!("column {}: too few texts", entry.name)));
                }
                let file = TextFile { files: Arc::clone(files), offsets: *offsets, bytes: *bytes, rows: self.rows };
                Column::Text(Text::in_file(file, bits(valid)?))
            }
        })
    }

    fn read_codes(&self, files: &SegmentFiles, layout: &Layout) -> Result<Numbers, EngineError> {
        let Layout::Names { width, codes, .. } = layout else { return Err(self.damaged("there are no codes")) };
        let codes = files.read(codes)?;
        if codes.bytes().len() < self.rows * width.bytes() {
            return Err(self.damaged("too few codes"));
        }
        Ok(Numbers::new(*width, 1, codes, None))
    }
}

/// The names of a column of names.
fn read_names(files: &SegmentFiles, layout: &Layout) -> Result<Dictionary, EngineError> {
    let damaged = |what: &str| EngineError::Damaged { path: files.columns_path.clone(), what: what.into() };
    let Layout::Names { names, offsets, bytes, .. } = layout else { return Err(damaged("there are no names")) };
    let offsets = files.read(offsets)?;
    if offsets.bytes().len() < (names + 1) * 4 {
        return Err(damaged("too few names"));
    }
    Ok(Dictionary::new(offsets, files.read_bytes(bytes)?, *names))
}

/// The numbers of a time column.
pub fn time_values(column: &Column) -> Result<&[i64], EngineError> {
    match column {
        Column::Numbers(numbers) if numbers.width == Width::I64 => Ok(numbers.values.as_slice()),
        _ => Err(EngineError::Damaged { path: PathBuf::from("time"), what: "there are no times".into() }),
    }
}
