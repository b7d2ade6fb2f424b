//! Asks a site for one request by its id.

use std::sync::Arc;

use crate::model::envelope::Arrival;
use crate::model::intake::Intake;
use crate::model::request_id::NormalId;

use super::client::{Client, Query, Route};
use super::error::FetchError;
use super::intake::{Packer, Reported, Tally, envelope};
use super::rows::read_page;

/// What a site has under an id.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// The rows, ready to be stored; none when the site has none.
    pub intake: Intake,
    /// Requests that it took.
    pub requests: u64,
}

impl Lookup {
    /// Whether the site has it.
    pub fn is_found(&self) -> bool {
        !self.intake.rows.is_empty()
    }
}

impl Client {
    /// Asks for one id: as 32 hex digits and, where that brings nothing, as a dashed UUID, because the
    /// vendor writes ids both ways; an id of another form as it is written, then in lower case. Nothing is sent during a pause that the site asked for.
    pub async fn get_by_id(&self, id: &NormalId) -> Result<Lookup, FetchError> {
        let envelope = envelope(self, Arrival::Fetched);
        let place = format!("{}, request_id {}", self.address().origin(), id.as_str());
        let mut lookup = Lookup::default();
        let normal = id.as_str().to_owned();
        let spellings = match id.dashed() {
            Some(dashed) => vec![normal, dashed],
            None if id.written() == normal => vec![normal],
            None => vec![id.written().to_owned(), normal],
        };
        for spelling in spellings {
            let before = self.requests();
            let query = Query { request_id: Some(spelling), ..Query::default() };
            let answer = self.list(&query, &mut Route::default()).await?;
            lookup.requests += self.requests() - before;
            let host = || self.address().host();
            let mut page = match read_page(&answer.body) {
                Ok(page) => page,
                Err(body) => return Err(FetchError::NotAList { host: host(), said: body.instead_of_list() }),
            };
            if let Some(reason) = answer.cut.or_else(|| page.damage.take().map(|damage| damage.reason)) {
                let said = format!("sent an answer that is not whole: {reason}");
                return Err(FetchError::Unavailable { host: host(), said, retry_after: None });
            }
            // A backend that does not know the filter sends everything.
            page.rows.retain(|row| row.id == Some(id.key()));
            page.bad.clear();
            let packer = Packer { envelope: &Arc::clone(&envelope), redact: self.redact, place: &place };
            lookup.intake = packer.pack(page, &mut Tally::default(), &mut Reported::default());
            lookup.intake.redacted += answer.scrubbed;
            if lookup.is_found() {
                break;
            }
        }
        Ok(lookup)
    }
}
