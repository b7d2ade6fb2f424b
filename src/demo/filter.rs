//! The list's query parameters, by the vendor's rules: which fields each kind of filter takes,
//! and what is answered to others (Files.com's SDKs, `api_request_logs`; its error catalogue).

use std::net::IpAddr;

use crate::base::time::{SECOND, Timestamp};
use crate::base::time_parse::parse_time;
use crate::model::request_id::NormalId;

use super::clients::Clients;
use super::identity::{HexId, Permutation};
use super::problem::Problem;
use super::sketch::Sketch;

/// The largest page (Files.com's SDKs: "Max: 1000").
pub const MAX_PER_PAGE: usize = 1_000;
/// The size of a page when none is asked for. The vendor documents none; its SDKs recommend the
/// maximum or less.
pub const DEFAULT_PER_PAGE: usize = 1_000;

const EXACT_FIELDS: &[&str] =
    &["api_key_id", "interface", "request_id", "request_ip", "request_method", "success", "user_id", "created_at"];
const PREFIX_FIELDS: &[&str] = &["interface", "request_id", "request_ip", "request_method"];
const RANGE_FIELDS: &[&str] = &["created_at"];

/// What a list was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListQuery {
    /// Which rows.
    pub filters: Filters,
    /// How many on a page; `None` is the default.
    pub per_page: Option<usize>,
    /// Where to go on.
    pub cursor: Option<super::page::PageAt>,
}

/// Which rows. What is not given lets all pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    key_id: Option<u64>,
    user_id: Option<u64>,
    success: Option<bool>,
    interface: Option<String>,
    method: Option<String>,
    ip: Option<String>,
    id: Option<IdFilter>,
    interface_prefix: String,
    method_prefix: String,
    ip_prefix: String,
    id_prefix: String,
    /// From this second on.
    from: Option<i64>,
    /// Up to, not including, this second.
    until: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum IdFilter {
    Whole(u128),
    /// Text that is no id of this platform.
    Unknown,
}

impl ListQuery {
    /// Reads the query of an address. Of parameters given twice the last counts; unknown ones
    /// are ignored, unknown filter fields are refused.
    pub fn read(query: &str) -> Result<Self, Problem> {
        let mut list = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            match name.split_once('[') {
                Some((kind, field)) => {
                    let field = field.strip_suffix(']').unwrap_or(field);
                    list.filters.set(kind, field, &value)?;
                }
                None => list.set(&name, &value)?,
            }
        }
        Ok(list)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "per_page" => {
                let count = value.parse().ok().filter(|count| (1..=MAX_PER_PAGE).contains(count));
                let text = format!("per_page must be a whole number from 1 to {MAX_PER_PAGE}, not {value:?}");
                self.per_page =
                    Some(count.ok_or_else(|| Problem::new(422, "bad-request/request-params-invalid", text))?);
            }
            "cursor" if value.is_empty() => {}
            "cursor" => {
                let place = super::page::PageAt::read(value);
                let problem = || Problem::new(422, "bad-request/invalid-cursor", "The cursor is not one of this list");
                self.cursor = Some(place.ok_or_else(problem)?);
            }
            "filter" | "filter_prefix" | "filter_gt" | "filter_gteq" | "filter_lt" | "filter_lteq" => {
                let text = format!("{name} needs a field in brackets, such as {name}[created_at]");
                return Err(Problem::new(422, "bad-request/invalid-filter-param-format", text));
            }
            _ => {}
        }
        Ok(())
    }
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

impl Filters {
    fn set(&mut self, kind: &str, field: &str, value: &str) -> Result<(), Problem> {
        let allowed = match kind {
            "filter" => EXACT_FIELDS,
            "filter_prefix" => PREFIX_FIELDS,
            "filter_gt" | "filter_gteq" | "filter_lt" | "filter_lteq" => RANGE_FIELDS,
            _ => return Ok(()),
        };
        if !allowed.contains(&field) {
            let text = format!("{kind}[{field}] is not possible here; {kind} takes {}", allowed.join(", "));
            return Err(Problem::new(422, "bad-request/invalid-filter-field", text));
        }
        let wrong = |what: &str| {
            let text = format!("{kind}[{field}] must be {what}, not {value:?}");
            Problem::new(422, "bad-request/invalid-filter-param-value", text)
        };
        if kind == "filter_prefix" {
            let prefix = match field {
                "interface" => &mut self.interface_prefix,
                "request_method" => &mut self.method_prefix,
                "request_ip" => &mut self.ip_prefix,
                _ => &mut self.id_prefix,
            };
            value.clone_into(prefix);
            if field == "request_id" {
                *prefix = NormalId::new(value.as_bytes()).map_or_else(String::new, |id| id.as_str().to_owned());
            }
            return Ok(());
        }
        match field {
            "created_at" => self.narrow(kind, read_time(value).ok_or_else(|| wrong("a time or a date"))?),
            "api_key_id" => self.key_id = Some(value.parse().map_err(|_| wrong("a whole number"))?),
            "user_id" => self.user_id = Some(value.parse().map_err(|_| wrong("a whole number"))?),
            "success" => {
                // The vendor's Python client writes its own `True`.
                self.success = Some(value.to_ascii_lowercase().parse().map_err(|_| wrong("true or false"))?);
            }
            "interface" => self.interface = Some(value.to_owned()),
            "request_method" => self.method = Some(value.to_owned()),
            "request_ip" => {
                // One spelling of the many that an address has.
                let plain = value.parse::<IpAddr>().map_or_else(|_| value.to_owned(), |ip| ip.to_string());
                self.ip = Some(plain);
            }
            _ => {
                let id = NormalId::new(value.as_bytes()).filter(NormalId::is_hex128);
                self.id = Some(id.map_or(IdFilter::Unknown, |id| IdFilter::Whole(id.key())));
            }
        }
        Ok(())
    }

    /// Takes one bound of the time into account. Rows have whole seconds, bounds need not.
    fn narrow(&mut self, kind: &str, at: Timestamp) {
        let down = at.secs();
        let up = down + i64::from(at.0.rem_euclid(SECOND) > 0);
        let (from, until) = match kind {
            "filter_gt" => (Some(down + 1), None),
            "filter_gteq" => (Some(up), None),
            "filter_lt" => (None, Some(up)),
            "filter_lteq" => (None, Some(down + 1)),
            _ => (Some(up), Some(down + 1)),
        };
        self.from = self.from.max(from);
        self.until = [self.until, until].into_iter().flatten().min();
    }

    /// The id that is asked for, if a whole one is.
    pub fn whole_id(&self) -> Option<u128> {
        match self.id? {
            IdFilter::Whole(id) => Some(id),
            IdFilter::Unknown => None,
        }
    }

    /// Whether nothing can pass.
    pub fn is_impossible(&self) -> bool {
        let (from, until) = self.seconds();
        self.id == Some(IdFilter::Unknown) || from >= until
    }

    /// The seconds in which rows can pass: from, up to and not including.
    pub fn seconds(&self) -> (i64, i64) {
        (self.from.unwrap_or(0), self.until.unwrap_or(i64::from(u32::MAX)))
    }

    /// Whether a row passes.
    pub fn pass(&self, sketch: &Sketch, clients: &Clients, ids: &Permutation) -> bool {
        let (from, until) = self.seconds();
        (from..until).contains(&i64::from(sketch.second))
            && self.success.is_none_or(|success| success == (sketch.status() < 400))
            && self.user_id.is_none_or(|user| sketch.user_id(clients) == Some(user))
            && self.key_id.is_none_or(|key| sketch.key_id(clients) == Some(key))
            && fits(self.interface.as_deref(), &self.interface_prefix, || sketch.interface(clients))
            && fits(self.method.as_deref(), &self.method_prefix, || sketch.method())
            && fits(self.ip.as_deref(), &self.ip_prefix, || sketch.ip(clients))
            && self.id.is_none_or(|id| id == IdFilter::Whole(ids.id(sketch.place)))
            && (self.id_prefix.is_empty()
                || HexId::new(ids.id(sketch.place)).as_str().starts_with(self.id_prefix.as_str()))
    }
}

fn fits<'v>(exact: Option<&str>, prefix: &str, value: impl FnOnce() -> &'v str) -> bool {
    if exact.is_none() && prefix.is_empty() {
        return true;
    }
    let value = value();
    exact.is_none_or(|exact| exact == value) && value.starts_with(prefix)
}

/// A time with its zone, or a date, which is its midnight in UTC.
fn read_time(text: &str) -> Option<Timestamp> {
    let zone = Some(chrono_tz::UTC);
    // A plus sign that was not encoded arrives as a space.
    let repaired = || parse_time(text.replace(' ', "+").as_bytes(), zone);
    let moment = parse_time(text.as_bytes(), zone).or_else(repaired)?;
    // Far beyond any log, and within what can be calculated with.
    Some(Timestamp(moment.at.0.clamp(-SECOND << 40, SECOND << 40)))
}
