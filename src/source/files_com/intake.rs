//! From a page to what a store takes: rows with their keys, secrets taken out, bad rows said once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::base::hash::hash128_parts;
use crate::base::time::Timestamp;
use crate::model::envelope::{Arrival, Decisions, Envelope};
use crate::model::intake::{BadRow, Intake, IntakeRow, RowIdentity};
use crate::source::redact::redact;

use super::client::Client;
use super::rows::{Bad, Page, Row};

/// The name of the format that reads these rows.
pub const FORMAT: &str = "files-com-json";
/// Its version.
pub const FORMAT_VERSION: u32 = 1;

/// How many rows are remembered, bad ones and good ones, so that the overlap does not bring each of them
/// again.
const REMEMBERED: usize = 50_000;

/// The envelope of a site's rows.
pub(super) fn envelope(client: &Client, arrival: Arrival) -> Arc<Envelope> {
    Arc::new(Envelope {
        source: client.source.clone(),
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        decisions: Decisions::default(),
        heading: None,
        place: client.address().origin(),
        file: None,
        arrival,
    })
}

/// Counts identical rows without an id over all pages of one list.
///
/// Lists begin and end at whole seconds, and so hold whole ticks of the vendor's clock. A list that is
/// given up half-way counts too few: its rows get the first numbers, which the whole list gives again.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(HashMap<u128, u32>);

impl Tally {
    fn nth(&mut self, raw: &[u8]) -> u32 {
        let count = self.0.entry(hash128_parts(&[raw])).or_default();
        let nth = *count;
        *count += 1;
        nth
    }
}

/// Bad rows that were reported before.
#[derive(Debug, Clone, Default)]
pub(super) struct Reported(HashSet<u128>);

impl Reported {
    fn is_new(&mut self, bad: &Bad<'_>) -> bool {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(hash128_parts(&[bad.reason.as_bytes(), bad.bytes]))
    }
}

/// Rows that the store acknowledged lately, so that the overlap of the live polls does not wake it for
/// what it has. A row that comes again with other words is another one here.
#[derive(Debug, Default)]
pub(super) struct Recent {
    known: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Recent {
    /// Leaves out what is known; gives what is to be remembered once the rest is stored.
    pub(super) fn keep_new(&self, intake: &mut Intake) -> Vec<u128> {
        let mut news = Vec::new();
        for (_, rows) in &mut intake.rows {
            rows.retain(|row| {
                let nth = if let RowIdentity::Content(nth) = row.identity { nth } else { 0 };
                let print = hash128_parts(&[&nth.to_le_bytes(), &row.raw]);
                let is_new = !self.known.contains(&print);
                if is_new {
                    news.push(print);
                }
                is_new
            });
        }
        intake.rows.retain(|(_, rows)| !rows.is_empty());
        news
    }

    pub(super) fn remember(&mut self, news: Vec<u128>) {
        for print in news {
            if self.known.insert(print) {
                self.order.push_back(print);
            }
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }
}

/// Puts a page into an intake.
pub(super) struct Packer<'a> {
    pub(super) envelope: &'a Arc<Envelope>,
    pub(super) redact: bool,
    /// Where bad rows are said to be: the list's address and span.
    pub(super) place: &'a str,
}

impl Packer<'_> {
    /// All rows of a page, with the bad ones that are new.
    pub(super) fn pack(&self, page: Page<'_>, tally: &mut Tally, reported: &mut Reported) -> Intake {
        let mut intake = Intake::default();
        let rows: Vec<_> = page.rows.into_iter().map(|row| self.row(row, tally, &mut intake.redacted)).collect();
        if !rows.is_empty() {
            intake.rows.push((Arc::clone(self.envelope), rows));
        }
        for bad in page.bad {
            if reported.is_new(&bad) {
                intake.bad_rows.push(self.bad_row(&bad));
            }
        }
        intake
    }

    /// A place that is not as it should be, as the store keeps it.
    pub(super) fn bad_row(&self, bad: &Bad<'_>) -> BadRow {
        // Only the beginning is kept, so only that is searched; a bound beyond it lets a secret at
        // the edge be seen whole.
        let start = &bad.bytes[..bad.bytes.len().min(8_000)];
        let sample = if self.redact { redact(start).0 } else { Cow::Borrowed(start) };
        BadRow::new(self.place, bad.reason.as_str(), &sample)
    }

    fn row(&self, row: Row<'_>, tally: &mut Tally, redacted: &mut u64) -> IntakeRow {
        let raw = if self.redact {
            match redact(&row.raw) {
                (Cow::Borrowed(_), _) => row.raw.into_owned(),
                (Cow::Owned(raw), count) => {
                    *redacted += count;
                    raw
                }
            }
        } else {
            row.raw.into_owned()
        };
        // The stored bytes decide, so that the same can be said of them again.
        let identity = if row.id.is_some() { RowIdentity::Id } else { RowIdentity::Content(tally.nth(&raw)) };
        IntakeRow { raw, identity, position: None }
    }
}

/// The times of a page's rows.
pub(super) fn times(page: &Page<'_>) -> Vec<Timestamp> {
    page.rows.iter().map(|row| row.time).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows::read_page;
    use super::*;

    fn packed(body: &str, redact: bool, tally: &mut Tally, reported: &mut Reported) -> Intake {
        let envelope = Arc::new(Envelope {
            source: "acme".into(),
            format: FORMAT.into(),
            format_version: FORMAT_VERSION,
            decisions: Decisions::default(),
            heading: None,
            place: "https://acme.files.com".into(),
            file: None,
            arrival: Arrival::Polled,
        });
        let page = read_page(body.as_bytes()).expect("an array");
        Packer { envelope: &envelope, redact, place: "here" }.pack(page, tally, reported)
    }

    /// What tells the rows of an intake apart.
    fn keys(intake: &Intake) -> Vec<(RowIdentity, Vec<u8>)> {
        intake.rows.iter().flat_map(|(_, rows)| rows.iter().map(|row| (row.identity, row.raw.clone()))).collect()
    }

    const PLAIN: &str = r#"{"created_at":"2026-11-23T12:01:22Z"}"#;

    #[test]
    fn identical_rows_without_an_id_are_several() {
        let body = format!("[{PLAIN},{PLAIN},{{\"created_at\":\"2026-11-23T12:01:23Z\"}},{PLAIN}]");
        let first = keys(&packed(&body, true, &mut Tally::default(), &mut Reported::default()));
        let again = keys(&packed(&body, true, &mut Tally::default(), &mut Reported::default()));
        assert_eq!(first, again);
        assert_eq!(first.iter().collect::<HashSet<_>>().len(), 4);

        // Over the pages of a list the count goes on.
        let mut tally = Tally::default();
        let one = format!("[{PLAIN}]");
        let pages: Vec<_> =
            (0..3).flat_map(|_| keys(&packed(&one, true, &mut tally, &mut Reported::default()))).collect();
        assert_eq!(pages, [first[0].clone(), first[1].clone(), first[3].clone()]);
    }

    #[test]
    fn an_id_is_what_a_row_is_known_by() {
        let body = r#"[{"request_id":"ABCD-1","created_at":"2026-11-23T12:01:22Z"}]"#;
        let intake = packed(body, true, &mut Tally::default(), &mut Reported::default());
        assert_eq!(keys(&intake).into_iter().map(|(identity, _)| identity).collect::<Vec<_>>(), [RowIdentity::Id]);
    }

    #[test]
    fn secrets_go_unless_they_are_wanted() {
        let body = r#"[{"request_path":"/a?token=s3cret","created_at":"2026-11-23T12:01:22Z"},"?token=s3cret"]"#;
        let intake = packed(body, true, &mut Tally::default(), &mut Reported::default());
        assert_eq!(intake.redacted, 1);
        assert!(!String::from_utf8_lossy(&intake.rows[0].1[0].raw).contains("s3cret"));
        assert_eq!(intake.bad_rows[0].sample, br#""?token=REDACTED""#);
        assert_eq!(intake.bad_rows[0].place, "here");
        let open = packed(body, false, &mut Tally::default(), &mut Reported::default());
        assert_eq!(open.redacted, 0);
        assert!(String::from_utf8_lossy(&open.rows[0].1[0].raw).contains("s3cret"));
    }

    #[test]
    fn what_the_store_has_is_left_out() {
        let mut recent = Recent::default();
        let mut bring = |body: &str| {
            let mut intake = packed(body, true, &mut Tally::default(), &mut Reported::default());
            let news = recent.keep_new(&mut intake);
            recent.remember(news);
            keys(&intake).len()
        };
        assert_eq!(bring(&format!("[{PLAIN},{PLAIN}]")), 2);
        assert_eq!(bring(&format!("[{PLAIN},{PLAIN}]")), 0);
        assert_eq!(bring(&format!("[{PLAIN},{PLAIN},{PLAIN}]")), 1);
        let changed = r#"[{"request_id":"a","created_at":"2026-11-23T12:01:22Z"}]"#;
        assert_eq!(bring(changed), 1);
        assert_eq!(bring(&changed.replace("}]", ",\"x\":1}]")), 1, "other words under the same id");
    }

    #[test]
    fn a_bad_row_is_said_once() {
        let mut reported = Reported::default();
        let mut count = |body| packed(body, true, &mut Tally::default(), &mut reported).bad_rows.len();
        assert_eq!(count("[1,2]"), 2);
        assert_eq!(count("[1,2,3]"), 1);
    }
}
