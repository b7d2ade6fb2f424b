//! Readers of raw rows, one for each envelope that was met.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::model::envelope::{Envelope, Formats, RowReader};
use crate::model::record::Record;

/// Readers by envelope. The descriptions that a store keeps are given to it once.
#[derive(Default)]
pub struct Readers {
    readers: RwLock<HashMap<Envelope, Arc<dyn RowReader>>>,
    definitions: RwLock<HashMap<(String, u32), String>>,
}

impl Readers {
    /// Takes down the descriptions of formats that came with a store.
    pub fn set_definitions(&self, definitions: HashMap<(String, u32), String>) {
        *self.definitions.write().unwrap_or_else(PoisonError::into_inner) = definitions;
    }

    /// The reader for an envelope's rows. Errors say why there is none.
    pub fn get(&self, envelope: &Envelope, formats: &dyn Formats) -> Result<Arc<dyn RowReader>, String> {
        if let Some(reader) = self.readers.read().unwrap_or_else(PoisonError::into_inner).get(envelope) {
            return Ok(Arc::clone(reader));
        }
        let key = (envelope.format.clone(), envelope.format_version);
        let definitions = self.definitions.read().unwrap_or_else(PoisonError::into_inner);
        let reader: Arc<dyn RowReader> =
            formats.reader(envelope, definitions.get(&key).map(String::as_str)).map_err(|error| error.reason)?.into();
        self.readers.write().unwrap_or_else(PoisonError::into_inner).insert(envelope.clone(), Arc::clone(&reader));
        Ok(reader)
    }

    /// Reads one row.
    pub fn read<'a>(
        &self,
        envelope: &Envelope,
        raw: &'a [u8],
        record: &mut Record<'a>,
        formats: &dyn Formats,
    ) -> Result<(), String> {
        self.get(envelope, formats)?.read(raw, record).map_err(|error| error.reason)
    }
}
