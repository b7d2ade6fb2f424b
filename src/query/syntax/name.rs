//! Names that are no fields here: what is meant instead.

use std::ops::Range;

use chrono_tz::Tz;

use crate::base::spelling::nearest_and_distance;
use crate::base::units::{parse_bytes, parse_span};
use crate::model::field::{FIELDS, Field, FieldRef, FieldSpec, Kind};
use crate::model::period::Period;
use crate::query::error::{Mistake, QueryError};
use crate::query::fold::wildcard;
use crate::query::matcher::parse_address;
use crate::query::print::field_name;

use super::dialect::other_names::{Instead, OTHER_NAMES, PARAMETERS, PathPart, other_name};
use super::dialect::reckoned::snapped;
use super::reader::Reader;
use super::term::{WORDS, operator_len};

/// Whether a name is read as one without quotes around it.
pub(in crate::query) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_')) && name.chars().all(is_of_name)
}

/// Whether a name is one of ours.
fn is_field(name: &str) -> bool {
    FieldRef::find(name).is_some_and(|field| field.known().is_some())
}

pub(super) fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')
}

/// What is wrong with a name that is no field. Nothing, where it rather is a part of a text.
pub(super) fn unknown_field(name: &str, behind: &str, span: Range<usize>, is_spaced: bool) -> Option<QueryError> {
    if behind.starts_with("://") {
        return None;
    }
    let problem = QueryError::new(Mistake::no_field(name), span.clone());
    if let Some(word) = WORDS.iter().find(|word| word.eq_ignore_ascii_case(name)).filter(|_| behind.starts_with(':')) {
        return Some(problem.with_hint(format!("write {word}")).with_fix(span, *word));
    }
    let glued = ["AND", "OR", "NOT"].iter().find(|join| name.strip_prefix(**join).is_some_and(is_field));
    if let Some(join) = glued {
        let place = span.start + join.len()..span.start + join.len();
        return Some(problem.with_hint(format!("write {join} {}", &name[join.len()..])).with_fix(place, " "));
    }
    if let Some(field) = name.strip_suffix('-').and_then(FieldRef::find).filter(|_| behind.starts_with('>')) {
        return Some(problem.with_hint(format!("an arrow is no operator: write {field}:… or {field}>…")));
    }
    if let Some(whole) = keyword(name).filter(|_| is_whole_value(behind)) {
        return Some(problem.with_hint(format!("write {whole}…")).with_fix(span.start..span.end + 1, whole));
    }
    let plain = name.trim_start_matches('@').to_ascii_lowercase();
    let parameter = PathPart::of_parameter(&plain).map(Instead::OfPath);
    if let Some(instead) = other_name(name).or(parameter.as_ref()) {
        let ago = behind.strip_prefix("=-").map(|ago| ago.split(char::is_whitespace).next().unwrap_or(""));
        if let Some(ago) = ago.filter(|ago| plain == "earliest" && parse_span(ago).is_some()) {
            let place = span.start..span.end + 2 + ago.len();
            return Some(problem.with_hint(format!("write time:{ago}")).with_fix(place, format!("time:{ago}")));
        }
        if let Some((right, len)) = time_of_splunk(&plain, behind) {
            return Some(
                problem
                    .with_hint("write time:1h or time>=2026-11-01T12:00, for example")
                    .with_fix(span.start..span.end + len, right),
            );
        }
        let value = value_of(behind.trim_start_matches([':', '=']).trim_start());
        let is_name = value.trim_start_matches('"').starts_with(char::is_alphabetic);
        if plain == "from" && is_name && Period::read(value.trim_matches('"'), Tz::UTC).is_err() {
            let hint = format!("write client:{value} or ip:… for who asked, time>=… for a time");
            return Some(problem.with_hint(hint).with_fix(span, "client"));
        }
        if plain == "from" && parse_address(value.as_bytes()).is_some() {
            return Some(problem.with_hint(format!("write ip:{value}")).with_fix(span, "ip"));
        }
        return Some(match instead {
            Instead::Name(_) => instead_of_field(problem, name, span),
            Instead::State => problem.with_hint("write is:failed or is:success").with_fix(span, "is"),
            Instead::Term(right) => {
                let space = behind.len() - behind.trim_start().len();
                let end = span.end + space + operator_len(behind.trim_start());
                problem.with_hint(format!("write {right}…")).with_fix(span.start..end, *right)
            }
            Instead::Hint(hint) => problem.with_hint(*hint),
            Instead::OfPath(part) => {
                let operator = behind.trim_start();
                let written = operator.strip_prefix([':', '=']).map(str::trim_start).map(value_of);
                match written.and_then(|value| part.term(value)) {
                    Some(term) => {
                        let len = behind.len() - operator[1..].trim_start().len();
                        let end = span.end + len + written.map_or(0, str::len);
                        let right = field_name(&FieldRef::Attribute(name.trim_start_matches('@').to_owned()));
                        let hint = format!("write {term}, or {right} for what a source sent");
                        problem.with_hint(hint).with_fix(span.start..end, term)
                    }
                    None => problem.with_hint("it is a part of the path: path:*day=mon*, path:*.csv"),
                }
            }
            Instead::Dropped(hint) => {
                let problem = problem.with_hint(*hint);
                match behind.strip_prefix([':', '=']).map(value_of).filter(|value| !value.is_empty()) {
                    Some(value) => problem.with_fix(span.start..span.end + 1 + value.len(), ""),
                    None => problem,
                }
            }
            Instead::Sent(or) => {
                let right = field_name(&FieldRef::Attribute(name.trim_start_matches('@').to_owned()));
                problem.with_hint(format!("write {right} for what a source sent; {or}")).with_fix(span, right)
            }
        });
    }
    // `a=b` and `a<b` are found in texts; a colon behind a name, or a number behind a comparison, hardly is.
    let compared = value_of(behind.trim_start_matches(['<', '>', '=']));
    let is_number =
        behind.starts_with(['<', '>']) && (compared.parse::<f64>().is_ok() || parse_bytes(compared).is_some());
    if nearest_field(name).is_none() && !is_spaced && !behind.starts_with(':') && !is_number {
        return None;
    }
    Some(instead_of_field(problem, name, span))
}

/// Splunk's `11/28/2026:00:00:00` as a time here.
fn american(text: &str) -> Option<String> {
    let (date, clock) = text.split_once(':').map_or((text, None), |(date, clock)| (date, Some(clock)));
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_date =
        year.len() == 4 && month.len() <= 2 && day.len() <= 2 && [month, day, year].into_iter().all(is_number);
    let clock = clock.map(|clock| format!("T{clock}")).unwrap_or_default();
    is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}{clock}"))
}

/// Splunk's `earliest=-1d@d` and `latest=now`: the term, and how long the operator and the value are.
fn time_of_splunk(name: &str, behind: &str) -> Option<(String, usize)> {
    let sign = match name {
        "earliest" => ">=",
        "latest" => "<",
        _ => return None,
    };
    let value = value_of(behind.strip_prefix('=')?);
    if let Some(moment) = american(value.trim_matches('"')) {
        return Some((format!("time{sign}{moment}"), 1 + value.len()));
    }
    let math = snapped(value.trim_matches('"')).filter(|math| value.starts_with(['-', '@', '"']) || math == "now")?;
    Some((format!("time{sign}{math}"), 1 + value.len()))
}

impl Reader<'_> {
    /// Kibana's `error*:timeout`: any of the fields whose names match.
    pub(super) fn field_pattern(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_of_name(c) && c != '*')?;
        let (pattern, behind) = rest.split_at(end);
        let value = behind.strip_prefix(':')?;
        let is_pattern = pattern.contains('*') && pattern.contains(char::is_alphabetic);
        if !is_pattern || value.starts_with([')', '/']) || value.trim().is_empty() {
            return None;
        }
        let (found, behind) = (fields_like(pattern), value.trim_start());
        let value = value_of(behind);
        let len = rest.len() - behind.len() + value.len();
        let problem = QueryError::new(format!("“{pattern}” is no name of a field"), self.at..self.at + len);
        let terms: Vec<String> = found.iter().map(|name| format!("{name}:{value}")).collect();
        Some((
            match terms.as_slice() {
                [] => problem.with_hint("fields are named one by one: attributes.region:eu"),
                [term] => problem.written(term),
                _ => problem.written(format!("({})", terms.join(" OR "))),
            },
            len,
        ))
    }
}

/// Kibana's `client.keyword`, once `client.raw`, which is compared as a whole: the beginning of the term.
fn keyword(name: &str) -> Option<String> {
    let plain = name.trim_start_matches('@');
    let field = FieldRef::find(plain.strip_suffix(".keyword").or_else(|| plain.strip_suffix(".raw"))?)?;
    matches!(field.kind(), Kind::Name | Kind::Text).then(|| format!("{}:=", field_name(&field)))
}

/// Whether a colon and a value without a pattern stand here.
fn is_whole_value(text: &str) -> bool {
    let value = text.strip_prefix(':').map_or("", |behind| value_of(behind.trim_start()));
    !value.is_empty() && !value.starts_with(['=', '<', '>', '~', '/', '(']) && !value.contains('*')
}

/// The texts among the fields whose names match a pattern.
fn fields_like(pattern: &str) -> Vec<&'static str> {
    let pattern = pattern.trim_start_matches('@').to_lowercase();
    let is_text = |spec: &&FieldSpec| matches!(spec.kind, Kind::Name | Kind::Text) && spec.field != Field::Failure;
    let matches = |spec: &&FieldSpec| wildcard(pattern.as_bytes(), spec.name.as_bytes());
    FIELDS.iter().filter(is_text).filter(matches).map(|spec| spec.name).collect()
}

/// The value that a text begins with.
fn value_of(text: &str) -> &str {
    let end = match text.strip_prefix('"').and_then(|text| text.find('"')) {
        Some(end) => end + 2,
        None => text.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len()),
    };
    &text[..end]
}

/// Adds what may be meant by a name that is no field.
pub(in crate::query) fn instead_of_field(problem: QueryError, name: &str, place: Range<usize>) -> QueryError {
    let plain = name.trim_start_matches('@');
    if let Some(Instead::Name(right)) = other_name(plain) {
        let hint = format!("write {right}, or attributes.{plain} for what a source sent");
        return problem.with_hint(hint).with_fix(place, *right);
    }
    if let Some(field) = plain.strip_suffix(".keyword").filter(|field| FieldRef::find(field).is_some()) {
        return problem.with_hint(format!("did you mean {field}?")).with_fix(place, field);
    }
    let below = plain.split_once('.').filter(|(head, _)| {
        ["attribute", "attrs", "attr", "attributes"].iter().any(|other| head.eq_ignore_ascii_case(other))
    });
    if let Some((_, path)) = below {
        let right = field_name(&FieldRef::Attribute(if path.is_empty() { "NAME" } else { path }.to_owned()));
        return problem.with_hint(format!("did you mean {right}?")).with_fix(place, right);
    }
    if let Some(field) = field_by_end(plain) {
        let hint = format!("did you mean {field}, or attributes.{plain} that a source sent?");
        return problem.with_hint(hint).with_fix(place, field);
    }
    let right = field_name(&FieldRef::Attribute(plain.to_owned()));
    if let Some(field) = named_with_signs(&plain.to_lowercase()).filter(|_| plain.contains(' ')) {
        return problem.with_hint(format!("write {field}, or {right} for what a source sent")).with_fix(place, field);
    }
    match nearest_field(plain).filter(|(_, distance)| *distance == 1 || !name.starts_with('@')) {
        // A slip of one sign in a name that is long enough to tell.
        Some((close, 1)) if plain.len() > 3 => {
            problem.with_hint(format!("did you mean {close}?")).with_fix(place, close)
        }
        Some((close, distance)) => {
            let problem = problem.with_hint(format!("did you mean {close}, or {right} that a source sent?"));
            // Two slips in a short name, or in one that was put in quotes, hardly are any; nor are three.
            let is_other = plain.chars().count() <= 6 || plain.contains(' ') || distance > 2;
            if is_other { problem.with_fix(place, right) } else { problem }
        }
        None => problem
            .with_hint(format!(
                "what a source sent beyond the fields is {right}; to search for it as text, put it in double quotes"
            ))
            .with_fix(place, right),
    }
}

/// Ends of names that say nothing without what is before them.
pub(in crate::query) const GENERAL: [&str; 8] = ["name", "id", "type", "value", "code", "version", "key", "source"];

/// What requests and their answers are called, where the last name alone tells the field.
const REQUESTS: [&str; 9] = ["http", "request", "req", "response", "resp", "res", "url", "event", "transaction"];

/// What who asked is called, of whom a path or a status tells nothing.
const CLIENTS: [&str; 4] = ["usr", "user", "client", "network"];

/// What went wrong.
const ERRORS: [&str; 2] = ["error", "err"];

/// The field that a name with dots is, or ends with: `response.time`, `http.client_ip`, `error.msg`.
fn field_by_end(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let (head, below) = lower.split_once('.')?;
    if below.split('.').rev().skip(1).any(|name| PARAMETERS.contains(&name)) {
        return None;
    }
    let end = lower.rsplit('.').next().filter(|end| !GENERAL.contains(end))?;
    let field = named_with_signs(&lower).or_else(|| named_with_signs(end))?;
    let is_of = |fields: &[Field]| {
        FieldRef::find(field).and_then(|found| found.known()).is_some_and(|known| fields.contains(&known))
    };
    let is_told = REQUESTS.contains(&head)
        || CLIENTS.contains(&head) && is_of(&[Field::Client, Field::UserId, Field::Ip, Field::UserAgent])
        || ERRORS.contains(&head) && is_of(&[Field::ErrorMessage, Field::ErrorType]);
    is_told.then_some(field)
}

/// The field that is called so, with other signs between the words.
fn named_with_signs(name: &str) -> Option<&'static str> {
    let squeezed = |name: &str| name.replace(['_', '-', '.', ' '], "");
    let is_same = |other: &str| squeezed(other) == squeezed(name);
    let other = OTHER_NAMES.iter().find_map(|(other, instead)| match instead {
        Instead::Name(field) if is_same(other) => Some(*field),
        _ => None,
    });
    let is_named = |spec: &&FieldSpec| is_same(spec.name) || spec.aliases.iter().any(|alias| is_same(alias));
    other.or_else(|| FIELDS.iter().find(is_named).map(|spec| spec.name))
}

/// The field's name or alias that is nearest to a misspelt one, and how far away it is.
pub(in crate::query::syntax) fn nearest_field(wrong: &str) -> Option<(&'static str, usize)> {
    let names = FIELDS.iter().flat_map(|spec| std::iter::once(spec.name).chain(spec.aliases.iter().copied()));
    nearest_and_distance(&wrong.replace(' ', "_"), names)
}
