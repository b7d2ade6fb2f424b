//! A request in full: what the screen's detail shows and `get` prints.

use std::borrow::Cow;

use chrono_tz::Tz;

use crate::base::safe_text::{visible_str, width};
use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::model::envelope::Arrival;
use crate::model::field::{Field, FieldRef};
use crate::model::record::StoredRecord;
use crate::model::value::{Outcome, Value};
use crate::model::view_spec::ViewSpec;

/// One line of a detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailLine {
    /// What it is.
    pub kind: LineKind,
    /// What stands in front.
    pub label: String,
    /// The source's or our words; not yet safe for a terminal.
    pub value: Vec<u8>,
    /// The field that the line shows, for filters by its value.
    pub field: Option<FieldRef>,
}

/// What a line of a detail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// The id of the request.
    Id,
    /// The status, of a success or a failure.
    Status(Outcome),
    /// Why it failed.
    Problem,
    /// Something to know about how the record came.
    Note,
    /// A line of the summary.
    Fact,
    /// The heading of what follows.
    Heading,
    /// A field with its value.
    Field,
    /// A line of the source's own words.
    Raw,
    /// Nothing.
    Blank,
}

/// What a detail is told besides the record.
pub struct DetailContext<'a> {
    /// Labels of the source.
    pub view: &'a ViewSpec,
    /// The zone of the second clock.
    pub zone: Tz,
    /// Now, for ages.
    pub now: Timestamp,
    /// Names that were seen with numbers: who an impersonator is.
    pub inferred_impersonator: Option<String>,
}

impl DetailLine {
    fn new(kind: LineKind, label: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { kind, label: label.into(), value: value.into(), field: None }
    }

    fn of_field(mut self, field: Field) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// How wide the labels of fields are, so that all values begin in one column: at most a third of
/// the cells there are.
pub fn label_width(lines: &[DetailLine], cells: usize) -> usize {
    const LEAST: usize = 18;
    let labels = lines.iter().filter(|line| line.kind == LineKind::Field);
    let longest = labels.map(|line| width(&visible_str(&line.label))).max().unwrap_or(0);
    longest.clamp(LEAST, (cells / 3).max(LEAST))
}

/// The lines of a detail: the id and the reason first, then who, what and when, then every field.
pub fn lines(record: &StoredRecord, context: &DetailContext<'_>) -> Vec<DetailLine> {
    let mut lines = head(record, context);
    lines.push(DetailLine::new(LineKind::Heading, "All fields", ""));
    for field in Field::all() {
        if field == Field::Failure {
            continue;
        }
        let value = match field {
            Field::Time | Field::Duration | Field::Delay => {
                record.record.get(field).map(|value| exact(value).into_bytes())
            }
            _ => record.bytes(&field.into()).map(Cow::into_owned),
        };
        if let Some(value) = value {
            lines.push(DetailLine::new(LineKind::Field, field.name(), value).of_field(field));
        }
    }
    for (path, value) in &record.record.attributes {
        let field = FieldRef::Attribute(path.to_string());
        let mut line = DetailLine::new(LineKind::Field, field.name().into_owned(), value.to_vec());
        line.field = Some(field);
        lines.push(line);
    }
    lines
}

/// The source's own words, with where they came from.
pub fn raw_lines(record: &StoredRecord) -> Vec<DetailLine> {
    let origin = &record.origin;
    let place = match origin.position {
        Some(position) => format!("{} from byte {position}", origin.place),
        None => origin.place.clone(),
    };
    let mut lines = vec![
        DetailLine::new(LineKind::Heading, "The source's own words", ""),
        DetailLine::new(LineKind::Fact, "From", place),
        DetailLine::new(LineKind::Fact, "Read as", origin.format.clone()),
        DetailLine::new(LineKind::Blank, "", ""),
    ];
    lines.extend(record.raw.split(|b| *b == b'\n').map(|line| DetailLine::new(LineKind::Raw, "", line)));
    lines
}

/// The first lines: what a person needs who has a customer on the line.
pub fn head(record: &StoredRecord, context: &DetailContext<'_>) -> Vec<DetailLine> {
    let data = &record.record;
    let mut lines = Vec::new();
    let (id_label, id_field) = match data.text(Field::RequestId) {
        Some(_) => (context.view.label(&Field::RequestId.into()), Field::RequestId),
        None => ("Handle".into(), Field::Key),
    };
    lines.push(DetailLine::new(LineKind::Id, id_label, record.id_text()).of_field(id_field));
    lines.push(DetailLine::new(LineKind::Status(data.outcome()), "", status_line(record)).of_field(Field::Status));
    if let Some(problem) = problem(record) {
        lines.push(DetailLine::new(LineKind::Problem, "", problem).of_field(Field::Failure));
    }
    if record.origin.arrival == Arrival::Fetched {
        let age = units::age(context.now.since(record.first_seen));
        let note = format!("just fetched from {} ({age} ago): the store did not have it", record.origin.source);
        lines.push(DetailLine::new(LineKind::Note, "", note));
    }
    lines.push(DetailLine::new(LineKind::Blank, "", ""));
    // A line in words stands for the first of its fields that is there.
    for (label, fields, value) in [
        ("When", &[Field::Time][..], when(record, context)),
        ("Took", &[Field::Duration], took(record)),
        (
            "What",
            &[Field::Endpoint, Field::Path, Field::Method],
            joined(
                record,
                &[Field::Method, Field::Path],
                &[Field::Endpoint, Field::Collection, Field::CollectionType, Field::Interface, Field::Host],
                context,
            ),
        ),
        (
            "Who",
            &[Field::Client, Field::UserId, Field::ApiKeyId, Field::Ip],
            joined(
                record,
                &[Field::Client],
                &[Field::UserId, Field::ApiKeyPrefix, Field::ApiKeyId, Field::Ip, Field::UserAgent],
                context,
            ),
        ),
        ("As", &[Field::Impersonator], impersonation(record, context)),
        ("Job", &[Field::Job], data.text(Field::Job).map(|job| job.to_vec()).unwrap_or_default()),
    ] {
        if !value.is_empty() {
            let field = fields.iter().find(|field| data.get(**field).is_some());
            let line = DetailLine::new(LineKind::Fact, label, value);
            lines.push(DetailLine { field: field.map(|field| (*field).into()), ..line });
        }
    }
    lines.push(DetailLine::new(LineKind::Blank, "", ""));
    lines
}

/// `502 Bad Gateway · gateway code 4011 · processing-failure/upstream`.
pub fn status_line(record: &StoredRecord) -> Vec<u8> {
    let data = &record.record;
    let mut line = match data.status() {
        Some(status) => status.to_string().into_bytes(),
        None => b"no response".to_vec(),
    };
    if let Some(text) = data.text(Field::StatusText) {
        line.push(b' ');
        line.extend_from_slice(text);
    }
    if let Some(code) = data.text(Field::GatewayCode) {
        line.extend_from_slice(" · gateway code ".as_bytes());
        line.extend_from_slice(code);
    }
    if let Some(kind) = data.text(Field::ErrorType) {
        line.extend_from_slice(" · ".as_bytes());
        line.extend_from_slice(kind);
    }
    line
}

/// Why a request failed, in the source's words: details, message, or both.
pub fn problem(record: &StoredRecord) -> Option<Vec<u8>> {
    let data = &record.record;
    let parts: Vec<&[u8]> = [Field::StatusDetails, Field::ErrorMessage]
        .iter()
        .filter_map(|field| data.text(*field))
        .map(|text| &**text)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · ".as_bytes()))
}

fn exact(value: &Value<'_>) -> String {
    match value {
        Value::Time(moment) => moment.to_string(),
        Value::Duration(nanos) => format!("{} ms", units::millis_decimal(*nanos)),
        other => String::from_utf8_lossy(&other.bytes()).into_owned(),
    }
}

fn when(record: &StoredRecord, context: &DetailContext<'_>) -> Vec<u8> {
    let Some(Value::Time(moment)) = record.record.get(Field::Time) else { return Vec::new() };
    let mut text = moment.at.full(chrono_tz::UTC, moment.digits);
    if context.zone != chrono_tz::UTC {
        let (there, utc) = (moment.at.date(context.zone), moment.at.date(chrono_tz::UTC));
        let date = if there == utc { String::new() } else { format!("{there} ") };
        let clock = moment.at.clock_digits(context.zone, moment.digits);
        text.push_str(&format!(" · {date}{clock} {}", zone_name(context.zone)));
    }
    let ago = context.now.since(moment.at);
    // Clocks are not closer than that.
    if ago > -1_000_000 {
        text.push_str(&format!(" · {} ago", units::age(ago.max(0))));
    } else {
        text.push_str(&format!(" · {} ahead of this clock", units::age(-ago)));
    }
    text.into_bytes()
}

fn took(record: &StoredRecord) -> Vec<u8> {
    let duration = record.record.duration(Field::Duration).map(units::duration);
    let delay = record.record.duration(Field::Delay).map(units::duration);
    match (duration, delay) {
        (Some(took), Some(waited)) => format!("{took} working, after {waited} waiting").into_bytes(),
        (Some(took), None) => took.into_bytes(),
        (None, Some(waited)) => format!("{waited} waiting").into_bytes(),
        (None, None) => Vec::new(),
    }
}

/// Some values side by side, and further ones each with its label.
fn joined(record: &StoredRecord, plain: &[Field], labelled: &[Field], context: &DetailContext<'_>) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let first: Vec<Cow<'_, [u8]>> = plain.iter().filter_map(|field| record.bytes(&(*field).into())).collect();
    if !first.is_empty() {
        parts.push(first.join(b" ".as_slice()));
    }
    for field in labelled {
        if let Some(value) = record.bytes(&(*field).into()) {
            let label = match field {
                Field::Ip | Field::UserAgent | Field::Interface | Field::Host | Field::CollectionType => String::new(),
                Field::UserId => "#".into(),
                Field::ApiKeyId => "key #".into(),
                Field::ApiKeyPrefix => "key ".into(),
                _ => format!("{} ", context.view.label(&(*field).into())),
            };
            let tail: &[u8] = if *field == Field::ApiKeyPrefix { "…".as_bytes() } else { b"" };
            match parts.last_mut() {
                // One key: its beginning and its number.
                Some(key) if *field == Field::ApiKeyId && record.record.get(Field::ApiKeyPrefix).is_some() => {
                    key.extend_from_slice(b" #");
                    key.extend_from_slice(&value);
                }
                _ => parts.push([label.as_bytes(), &value, tail].concat()),
            }
        }
    }
    parts.join(" · ".as_bytes())
}

fn impersonation(record: &StoredRecord, context: &DetailContext<'_>) -> Vec<u8> {
    let mut parts = Vec::new();
    if let Some(impersonator) = record.record.text(Field::Impersonator) {
        let who = String::from_utf8_lossy(impersonator);
        parts.push(match &context.inferred_impersonator {
            Some(name) => format!("impersonated by {name} (inferred from user #{who})"),
            None => format!("impersonated by user #{who}"),
        });
    }
    if record.record.get(Field::FromParentSite) == Some(&Value::Boolean(true)) {
        parts.push("user of the parent site".into());
    }
    parts.join(" · ").into_bytes()
}
