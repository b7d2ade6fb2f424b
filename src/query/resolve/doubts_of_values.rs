//! Values that what was sent may show to be meant otherwise: a star in quotes, a pattern of a part of the path, yes for
//! true.

use std::ops::Range;

use super::Resolver;
use super::doubts::{Doubt, Shown};
use super::doubts_of_case::{any_case, other_case, pattern_in_any_case};
use super::doubts_of_texts::{cased_pattern, pattern_of_path, regex_without_wave, size_as_number};
use super::one_letter::one_letter;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::filter::{Clause, Filter, Test};
use crate::query::number::Decimal;
use crate::query::print::{needs_quotes, pattern_text, quoted, quoted_regex};
use crate::query::syntax::{Op, Term, Value, Word};

impl Resolver<'_> {
    /// Doubts about one value of a field, which was read as a filter. `name` is the field as it is written, `is_alone`
    /// whether the value is the only one.
    pub(super) fn doubts_of_value(
        &mut self,
        (field, name): (&FieldRef, &Word),
        value: &Value,
        read: &Filter,
        is_alone: bool,
    ) {
        let Filter::Clause(Clause { any_of, .. }) = read else { return };
        let [test] = any_of.as_slice() else { return };
        if let Some(note) = exact_span(field, name, value, test).filter(|_| is_alone) {
            self.note(note);
        }
        let operator = self.text.get(name.span.end..value.word.span.start).unwrap_or("").trim();
        let place = name.span.end..value.word.span.end;
        let whole = || whole_value(field, name, value, test).filter(|_| is_alone && operator == ":");
        let any_case = || in_any_case(field, value, test).filter(|_| is_alone && operator == ":");
        let letter = || one_letter(field, value, test).filter(|_| is_alone && operator == ":");
        let pattern = || regex_without_wave(value, test).filter(|_| is_alone && operator == ":");
        let is_negated = self.is_negated();
        let case = || other_case(field, value, test, operator, is_negated).filter(|_| is_alone);
        let number = number_as_sent(field, value, operator).filter(|_| is_alone);
        let meant = truth(field, value, test)
            .into_iter()
            .chain(star_in_quotes(field, value, test))
            .chain(alternatives(field, value, test))
            .chain(part_of_path(field, value, test))
            .chain(begin_of_id(field, value, test))
            .chain(end_of_id(field, value, test))
            .chain(pattern_in_any_case(value, test))
            .chain(whole().or_else(case).map(|meant| meant.at(&place)))
            .chain(any_case().map(|meant| meant.at(&place)))
            .chain(number.map(|meant| meant.at(&place)))
            .chain(size_as_number(field, value, test))
            .chain(pattern().map(|meant| meant.at(&place)))
            .chain(letter().map(|meant| meant.at(&place)));
        for Meant { place, message, right, test, shown } in meant {
            // A sign alone would be no term.
            let written = if place.is_some() { self.text.get(name.span.clone()).unwrap_or("") } else { "" };
            let error = QueryError::new(message, value.word.span.clone()).with_hint(format!("write {written}{right}"));
            let error = error.with_fix(place.unwrap_or_else(|| value.word.span.clone()), right);
            self.doubts.push(Doubt { error, read: read.clone(), meant: Filter::field(field.clone(), test), shown });
        }
    }

    /// The same about a group that joins its values, `labels:(vip and not beta)`. `span` is the whole term.
    pub(super) fn doubts_of_group(&mut self, (field, name): (&FieldRef, &Word), term: &Term, span: &Range<usize>) {
        let is_part = |value: &Value| {
            let (test, text) = (Test::Words(value.word.text.clone()), value.word.text.as_str());
            let is_number = Decimal::read(text.as_bytes()).is_some();
            field.kind() == Kind::Name && is_part(field, value, &test) && !is_number
        };
        let between = self.text.get(name.span.end..span.end).unwrap_or("");
        let Some(group) = between.trim_start_matches('"').trim_start().strip_prefix(':') else { return };
        if !group.trim_start().starts_with('(') || !term.values.iter().chain(&term.without).all(is_part) {
            return;
        }
        let colon = span.end - group.len();
        let place = term.values.first().or(term.without.first()).map_or(span, |value| &value.word.span);
        let error = QueryError::new(part_of_others(field), place.clone()).with_fix(colon - 1..colon, ":=");
        let read = of_group(field, term, |text| Test::Words(text.to_owned()));
        let meant = of_group(field, term, |text| Test::Exact(text.into()));
        self.doubts.push(Doubt { error, read, meant, shown: Shown::NothingOrTold });
    }

    /// The same about several values, `interface:(web or mobile)`: each as it is written.
    /// `span` is the whole term.
    pub(super) fn doubts_of_values(
        &mut self,
        (field, name): (&FieldRef, &Word),
        values: &[Value],
        read: &[Filter],
        span: &Range<usize>,
    ) {
        let [first, _, ..] = values else { return };
        let between = self.text.get(name.span.end..first.word.span.start).unwrap_or("");
        let of_one = |(value, read): (&Value, &Filter)| {
            let Filter::Clause(Clause { any_of, .. }) = read else { return None };
            let [test] = any_of.as_slice() else { return None };
            let exact = match test {
                Test::Words(text) | Test::Phrase(text) => Some(Test::Exact(text.as_bytes().into())),
                Test::Wildcard(_) => None,
                _ => return None,
            };
            let meant = exact.is_some().then(|| whole_value(field, name, value, test)).flatten();
            (value.op == Op::Has).then(|| (meant, test.clone(), exact))
        };
        let Some(of_each) = values.iter().zip(read).map(of_one).collect::<Option<Vec<_>>>() else { return };
        let Some(message) = of_each.iter().find_map(|(meant, ..)| Some(meant.as_ref()?.message.clone())) else {
            return;
        };
        let Some(colon) = between.find(':').filter(|_| between.trim_end_matches(['(', ' ', '"']).ends_with(':')) else {
            return;
        };
        let (place, right) = if of_each.iter().all(|(.., exact)| exact.is_some()) {
            (name.span.end..name.span.end + colon + 1, ":=".to_owned())
        } else {
            // A star behind an equals sign is none: those with one stand apart.
            let name = self.text.get(name.span.clone()).unwrap_or("");
            let written = |is_whole: bool| {
                let of_these = values.iter().zip(&of_each).filter(|(_, (.., exact))| exact.is_some() == is_whole);
                let words = of_these.filter_map(|(value, _)| self.text.get(value.word.span.clone()));
                words.collect::<Vec<_>>().join(",")
            };
            (span.clone(), format!("({name}:={} OR {name}:{})", written(true), written(false)))
        };
        let error = QueryError::new(message, first.word.span.clone()).with_fix(place, right);
        let (read, meant) = of_each.into_iter().map(|(_, read, exact)| (read.clone(), exact.unwrap_or(read))).unzip();
        let (read, meant) = (Filter::one_of(field.clone(), read), Filter::one_of(field.clone(), meant));
        self.doubts.push(Doubt { error, read, meant, shown: Shown::NothingOrTold });
    }
}

/// The filter of a group in which all of the values must pass, but for those that are left out.
fn of_group(field: &FieldRef, term: &Term, test: impl Fn(&str) -> Test) -> Filter {
    let one = |value: &Value| Filter::field(field.clone(), test(&value.word.text));
    let values: Vec<Filter> = term.values.iter().map(one).collect();
    let values = if term.is_all || values.len() < 2 { values } else { vec![Filter::Or(values)] };
    let without = term.without.iter().map(|value| Filter::Not(Box::new(one(value))));
    Filter::And(values.into_iter().chain(without).collect())
}

/// A whole value, of which others hold the text.
fn whole_value(field: &FieldRef, name: &Word, value: &Value, test: &Test) -> Option<Meant> {
    let meant = capitals(field, value, test).or_else(|| several_names(field, value, test));
    let meant = meant.or_else(|| cased_pattern(field, name, value, test));
    let meant = meant.or_else(|| pattern_of_path(field, name, test));
    meant.or_else(|| path_of_others(field, name, value, test))
}

/// What may be meant by a value.
pub(super) struct Meant {
    /// Where it is put right, if that is not the value.
    place: Option<Range<usize>>,
    pub message: String,
    pub right: String,
    pub test: Test,
    shown: Shown,
}

impl Meant {
    pub fn new(message: impl Into<String>, right: impl Into<String>, test: Test, shown: Shown) -> Self {
        Self { place: None, message: message.into(), right: right.into(), test, shown }
    }

    fn at(self, place: &Range<usize>) -> Self {
        Self { place: Some(place.clone()), ..self }
    }
}

/// `duration:5s`: a span alone is exactly so long.
fn exact_span(field: &FieldRef, name: &Word, value: &Value, test: &Test) -> Option<String> {
    let text = value.word.text.as_str();
    let is_one = matches!(test, Test::Range(low, high) if low == high && *low > 0);
    let has_unit = text.ends_with(char::is_alphabetic) && !text.contains("..");
    let is_asked = field.kind() == Kind::Duration && matches!(value.op, Op::Has | Op::Exact) && is_one && has_unit;
    let name = &name.text;
    is_asked.then(|| format!("{name}:{text} is exactly {text}; {name}>={text} is from it on"))
}

/// `attributes.cached=yes`: other words for true and false, and those in another case.
fn truth(field: &FieldRef, value: &Value, _: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let right = match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "1" | "on" | "t" | "true" => "true",
        "no" | "n" | "0" | "off" | "f" | "false" => "false",
        _ => return None,
    };
    let is_asked = matches!(field, FieldRef::Attribute(_)) && matches!(value.op, Op::Has | Op::Exact) && text != right;
    let message = format!("{field} was sent as true and false");
    is_asked.then(|| Meant::new(message, right, Test::Exact(right.into()), Shown::Nothing))
}

/// `client:"svc-*"`: a star in quotes, where it is itself.
fn star_in_quotes(field: &FieldRef, value: &Value, _: &Test) -> Vec<Meant> {
    let text = value.word.text.as_str();
    let is_text = matches!(field.kind(), Kind::Name | Kind::Text);
    if value.word.is_bare()
        || value.op != Op::Has
        || !is_text
        || !text.contains('*')
        || text.trim_matches('*').is_empty()
    {
        return Vec::new();
    }
    let begin = if field.known() == Some(Field::Path) && !text.starts_with(['/', '*']) { "*/" } else { "" };
    let patterns = [format!("{begin}{text}"), format!("*{}*", text.trim_matches('*'))];
    let meant = |pattern: &String| {
        let right = pattern_text(pattern, false);
        Meant::new("in quotes a * means itself", right, Test::Wildcard(pattern.clone()), Shown::Nothing)
    };
    patterns.iter().map(meant).collect()
}

/// `client=alice|bob`: values with a bar between them.
fn alternatives(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let parts: Vec<&str> = value.word.text.split('|').collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && !needs_quotes(part));
    let is_asked = matches!(test, Test::Exact(_)) && value.word.is_bare() && field.known() != Some(Field::Path);
    (is_asked && is_list).then(|| {
        let pattern = format!("^({})$", parts.iter().map(|part| regex::escape(part)).collect::<Vec<_>>().join("|"));
        Meant::new("a comma joins values", parts.join(","), Test::Regex(pattern), Shown::Nothing)
    })
}

/// `path:/orders/*`, `path:/orders/{id}`, `path:csv`: a pattern is of the whole path, a text from a slash on.
fn part_of_path(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let (text, pattern) = (value.word.text.as_str(), |pattern: &str| pattern_text(pattern, false));
    let is_begun = matches!(test, Test::Wildcard(_)) && !text.starts_with('*') && value.word.is_bare();
    if field.known() != Some(Field::Path) && field.kind() == Kind::Text && value.op == Op::Has && is_begun {
        let right = format!("*{text}");
        return Some(Meant::new(
            "a pattern is of the whole text",
            pattern(&right),
            Test::Wildcard(right),
            Shown::NothingOrTold,
        ));
    }
    if field.known() != Some(Field::Path) || value.op != Op::Has {
        return None;
    }
    let (message, right, shown) = match test {
        Test::Wildcard(_) if text.starts_with('/') => {
            ("a pattern is of the whole path", format!("*{text}"), Shown::Nothing)
        }
        Test::Phrase(_) => match with_stars(text) {
            Some(right) => ("a * stands for any text", format!("*{right}"), Shown::Nothing),
            None if !text.contains(['/', '*']) => {
                ("a path is looked for from a slash on", format!("*{text}*"), Shown::NothingOrTold)
            }
            None => return None,
        },
        _ => return None,
    };
    Some(Meant::new(message, pattern(&right), Test::Wildcard(right), shown))
}

/// `id:b723`: the first digits of an id.
fn begin_of_id(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let (text, Test::Id(id)) = (part_of_id(field, value)?, test) else { return None };
    Some(Meant::new("an id is looked for whole", format!("{text}*"), Test::IdPrefix(id.clone()), Shown::Nothing))
}

/// `id:70ae`: the last digits of an id, which are read out.
fn end_of_id(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let (text, Test::Id(_)) = (part_of_id(field, value)?, test) else { return None };
    let right = format!("*{text}");
    Some(Meant::new("an id is looked for whole", right.clone(), Test::Wildcard(right), Shown::Nothing))
}

fn part_of_id<'v>(field: &FieldRef, value: &'v Value) -> Option<&'v str> {
    let text = value.word.text.as_str();
    let is_part = (3..32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (field.known() == Some(Field::RequestId) && value.word.is_bare() && is_part).then_some(text)
}

/// `attributes.price = 20`: a number, which may have been sent as 20.0, too.
fn number_as_sent(field: &FieldRef, value: &Value, operator: &str) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_number = matches!(field, FieldRef::Attribute(_)) && Decimal::read(text.as_bytes()).is_some();
    let not = match operator {
        "=" | "==" => "",
        "!=" | "<>" => "!",
        _ => return None,
    };
    let message = "behind an equals sign a number is as it was written";
    (is_number && value.word.is_bare() && value.op == Op::Exact)
        .then(|| Meant::new(message, format!("{not}:{text}"), Test::Words(text.to_owned()), Shown::NothingOrTold))
}

/// A path with stars in place of the names that documents write for its parts: `/orders/{id}`, `/orders/:id`.
fn with_stars(text: &str) -> Option<String> {
    let is_name = |part: &str| {
        let inner = part.strip_prefix(':').or_else(|| part.strip_prefix('{')?.strip_suffix('}'));
        inner.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)))
    };
    let has_name = text.starts_with('/') && text.split('/').any(is_name);
    let parts = text.split('/').map(|part| if is_name(part) { "*" } else { part });
    has_name.then(|| parts.collect::<Vec<_>>().join("/"))
}

/// `client:"Maria Lopez"`: the words of a name, which others have with more around them.
fn several_names(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    if !is_part(field, value, test) {
        return None;
    }
    // Codes and ways in are known by their whole names, which are written small.
    let is_code = is_code(field) && !text.contains(char::is_uppercase);
    let shown = if is_code { Shown::Part } else { Shown::NothingOrTold };
    Some(Meant::new(part_of_others(field), exactly(text), Test::Exact(text.into()), shown))
}

/// The same where no whole value has the case of the letters: `interface:FTP`.
fn in_any_case(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    if !is_part(field, value, test) || !text.contains(char::is_alphabetic) {
        return None;
    }
    let (right, test) = any_case(text);
    let shown = if is_code(field) { Shown::Part } else { Shown::NothingOrTold };
    Some(Meant::new(part_of_others(field), right, test, shown))
}

/// Whether a value is looked for in longer ones. Messages hold one on purpose, and methods are one word.
fn is_part(field: &FieldRef, value: &Value, test: &Test) -> bool {
    let is_name = matches!(test, Test::Words(_)) && field.known() != Some(Field::Method);
    let is_agent = matches!(test, Test::Phrase(_)) && field.known() == Some(Field::UserAgent);
    value.op == Op::Has && (is_name || is_agent) && !value.word.text.contains('*')
}

fn part_of_others(field: &FieldRef) -> &'static str {
    match field.known() {
        Some(Field::UserAgent) | None => "a value is looked for in longer ones, too",
        Some(_) => "the words of a name are in others, too",
    }
}

fn is_code(field: &FieldRef) -> bool {
    matches!(field.known(), Some(Field::Interface | Field::GatewayCode | Field::ApiKeyId))
}

/// `@geo.country:DE`: other languages tell letters of attributes by their case.
fn capitals(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_sent = matches!(field, FieldRef::Attribute(_)) && text.chars().any(char::is_uppercase);
    let is_method = field.known() == Some(Field::Method) && text.chars().all(char::is_alphabetic);
    ((is_sent || is_method) && value.op == Op::Has && matches!(test, Test::Words(_))).then(|| {
        let message = "letters have their case behind an equals sign only";
        Meant::new(message, exactly(text), Test::Exact(text.into()), Shown::NothingOrTold)
    })
}

/// `url.path: "/v2/orders"`: by the names of others a path is the whole one.
fn path_of_others(field: &FieldRef, name: &Word, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_asked = field.known() == Some(Field::Path) && !name.text.eq_ignore_ascii_case("path");
    (is_asked && matches!(test, Test::Phrase(_)) && text.starts_with('/')).then(|| {
        let message = "a path is looked for within longer ones, too";
        // Others keep what is behind a question mark elsewhere.
        let end = if text.contains('?') { "$" } else { "([?]|$)" };
        let pattern = format!("^{}{end}", regex::escape(text));
        let right = format!("~{}", quoted_regex(&pattern));
        Meant::new(message, right, Test::Regex(pattern), Shown::NothingOrTold)
    })
}

/// The operator and the value that ask for a text as it is.
fn exactly(text: &str) -> String {
    format!(":={}", if needs_quotes(text) { quoted(text.as_bytes()) } else { text.to_owned() })
}
