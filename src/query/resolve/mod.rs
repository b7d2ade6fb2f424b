//! Second stage: terms to a filter, by the kinds of the fields.

mod address;
mod attribute;
mod contradictions;
mod date_math;
mod date_slips;
mod dates;
mod doubts;
mod doubts_of_case;
mod doubts_of_texts;
mod doubts_of_values;
mod duration;
mod number;
mod one_letter;
mod parsed;
mod put_right;
mod reason;
mod shortened;
mod state;
mod times;
mod value;
mod width;

use std::ops::Range;

use chrono_tz::Tz;

use crate::base::time::Timestamp;
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::period::Period;

use self::date_math::back_from_now;
pub use self::doubts::{Doubt, Shown};
use self::number::{time_range, with_one_day};
pub use self::parsed::{Draft, Offer, Parsed};
use self::put_right::put_right;
use self::reason::{level_as_status, reason_as_status};
use self::state::{state, state_problem};
use self::value::{presence, test};
use super::beside::{always_true, never_both, presence_of_name, term_of_words, term_with_point};
use super::error::{Mistake, QueryError};
use super::filter::{Clause, Filter, Target, Test};
use super::rewrite::canonical;
use super::shape::{field_of_word, network_of_word};
use super::syntax::{self, Node, NodeKind, Op, Term, Word, address_terms, is_term_behind};

/// Reads the lines of a file of ids, for `id:@FILE`.
pub type ReadIds<'a> = &'a dyn Fn(&str) -> Result<Vec<String>, String>;

/// What a query is read with.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The clock, for times in words.
    pub now: Timestamp,
    /// The zone of times that name none.
    pub zone: Tz,
    /// How files of ids are read; without it they are refused.
    pub read_ids: Option<ReadIds<'a>>,
}

/// Reads a query. `now` and `zone` are for times in words and without a zone.
pub fn parse(text: &str, now: Timestamp, zone: Tz) -> Result<Parsed, QueryError> {
    parse_with(text, Reading { now, zone, read_ids: None })
}

/// Reads a query that may name files of ids.
pub fn parse_with(text: &str, reading: Reading<'_>) -> Result<Parsed, QueryError> {
    let mut draft = draft(text, reading);
    if draft.problems.is_empty() {
        let whole = draft.parsed.with_fields.take();
        let with_fields = whole.filter(|whole| self::draft(whole, reading).problems.is_empty());
        let doubts = doubts::with_wholes(text, std::mem::take(&mut draft.parsed.doubts), reading);
        return Ok(Parsed { with_fields, doubts, ..draft.parsed });
    }
    let mut joined = Vec::new();
    let whole = put_right(text, &draft.problems, reading, &mut joined).map(String::into_boxed_str);
    let mut first = draft.problems.swap_remove(0);
    // That the whole asks for either where both were asked for is told with it.
    joined.retain(|told| whole.is_some() && *told != first.to_string());
    if !joined.is_empty() {
        let hint = first.hint.iter().map(String::as_str).chain(joined.iter().map(String::as_str));
        first.hint = Some(hint.collect::<Vec<_>>().join("; "));
    }
    Err(QueryError { whole, ..first })
}

/// Reads as much of a query as can be understood.
pub fn draft(text: &str, reading: Reading<'_>) -> Draft {
    let read = syntax::read(text);
    let (notes, problems) = (read.notes, read.problems);
    let (offers, asked, doubts) = (Vec::new(), Vec::new(), Vec::new());
    let mut resolver = Resolver { text, reading, notes, offers, asked, doubts, problems, negations: 0 };
    let mut parsed = Parsed::default();
    let top = match read.node.kind {
        NodeKind::And(parts) => parts,
        _ => vec![read.node],
    };
    let mut steps: Vec<Filter> = Vec::new();
    let mut beside: Vec<(&Node, Filter)> = Vec::new();
    let parts = resolver.without_ranges(&top);
    resolver.doubts_beside(&parts);
    for part in parts {
        match resolver.period_of(part) {
            Some(Ok(period)) => {
                resolver.short_time(part);
                resolver.end_left_out(part);
                parsed.take_period(period, reading.now, reading.zone);
                beside.extend(resolver.time_as_part(part).map(|time| (part, time)));
            }
            Some(Err(problem)) => resolver.problems.push(problem),
            None => {
                let step = resolver.filter(part);
                beside.extend(step.clone().map(|step| (part, canonical(step))));
                steps.extend(step);
            }
        }
    }
    resolver.contradictions(&beside);
    resolver.terms_in_words(&top);
    resolver.zones_behind(&top);
    resolver.problems.extend(dates::day_of_clock(&top));
    parsed.filter = canonical(Filter::And(steps));
    if let Some(note) = never_both(&parsed.filter) {
        resolver.note(note);
    }
    if let Some(note) = always_true(&parsed.filter) {
        resolver.note(note);
    }
    let Resolver { notes, offers, asked, doubts, mut problems, .. } = resolver;
    (parsed.notes, parsed.offers, parsed.doubts) = (notes, offers, doubts);
    parsed.with_fields = (top.len() > 1).then(|| parsed::with_fields(text, asked)).flatten();
    problems.sort_by_key(|problem| problem.span.start);
    Draft { parsed, problems }
}

/// Gives terms their meaning.
pub(super) struct Resolver<'a> {
    /// The query as it is written.
    pub(super) text: &'a str,
    pub(super) reading: Reading<'a>,
    notes: Vec<String>,
    offers: Vec<Offer>,
    /// Where the words of offers stand, and their terms.
    asked: Vec<(Range<usize>, String)>,
    doubts: Vec<Doubt>,
    problems: Vec<QueryError>,
    /// How many negations there are around what is read.
    negations: usize,
}

impl Resolver<'_> {
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A `time:` term that stands for itself is the period.
    fn period_of(&self, node: &Node) -> Option<Result<Period, QueryError>> {
        let NodeKind::Term(term) = &node.kind else { return None };
        let field = term.field.as_ref()?;
        let [value] = term.values.as_slice() else { return None };
        if FieldRef::find(&field.text) != Some(Field::Time.into()) {
            return None;
        }
        let (zone, op, word) = (self.reading.zone, value.op, &with_one_day(&value.word, self.reading));
        if op == Op::Has && word.text == "*" {
            return Some(Ok(Period::All));
        }
        if op == Op::Has
            && let Some(problem) = times::point_ago(word)
        {
            return Some(Err(problem));
        }
        if op == Op::Has
            && let Ok(period) = Period::read(&word.text, zone)
        {
            return Some(Ok(period));
        }
        if let Some(span) = back_from_now(op, word) {
            let problem = QueryError::new("times back from now are spans here", node.span.clone());
            return Some(Err(problem.written(format!("time:{span}"))));
        }
        Some(time_range(op, word, self.reading).and_then(|(low, high)| {
            if low > high {
                let problem = QueryError::new("the earlier end stands first", word.span.clone());
                return Err(match value::turned(word) {
                    Some(turned) => problem.written(turned.text),
                    None => problem,
                });
            }
            let point = |micros: i64| (micros != i64::MIN && micros != i64::MAX).then_some(Timestamp(micros));
            Ok(Period::Between(point(low), point(high.saturating_add(1))))
        }))
    }

    /// `time>1s` is from then on; how long a request took is another field.
    fn short_time(&mut self, node: &Node) {
        const MINUTE: u64 = 60_000_000_000;
        let NodeKind::Term(Term { values, .. }) = &node.kind else { return };
        let [value] = values.as_slice() else { return };
        let is_short = units::parse_compound_span(&value.word.text).is_some_and(|span| span < MINUTE);
        if value.op.is_comparison() && is_short {
            self.note(format!("{0} is a time so long ago; duration>{0} asks for how long it took", value.word.text));
        }
    }

    /// The parts that are no ends of a range of addresses; those are noted.
    fn without_ranges<'n>(&mut self, parts: &'n [Node]) -> Vec<&'n Node> {
        let ranges: Vec<QueryError> = parts.windows(2).filter_map(address::range_of_ends).collect();
        let is_in_range = |part: &&Node| ranges.iter().any(|range| range.span.contains(&part.span.start));
        let others = parts.iter().filter(|part| !is_in_range(part)).collect();
        self.problems.extend(ranges);
        others
    }

    /// What a part keeps. Nothing, where it was not understood.
    fn filter(&mut self, node: &Node) -> Option<Filter> {
        Some(match &node.kind {
            NodeKind::And(parts) => {
                let parts = self.without_ranges(parts);
                self.doubts_beside(&parts);
                let parts: Vec<_> =
                    parts.into_iter().filter_map(|part| Some((part, canonical(self.filter(part)?)))).collect();
                self.contradictions(&parts);
                Filter::And(parts.into_iter().map(|(_, part)| part).collect())
            }
            NodeKind::Or(parts) => {
                let parts: Vec<Filter> = parts.iter().filter_map(|part| self.filter(part)).collect();
                (!parts.is_empty()).then_some(Filter::Or(parts))?
            }
            NodeKind::Not(inner) => {
                self.negations += 1;
                let inner = self.filter(inner);
                self.negations -= 1;
                Filter::Not(Box::new(inner?))
            }
            NodeKind::Term(term) => match self.term(term, &node.span) {
                Ok(filter) => filter,
                Err(problem) => {
                    self.problems.push(problem);
                    return None;
                }
            },
        })
    }

    fn term(&mut self, term: &Term, span: &Range<usize>) -> Result<Filter, QueryError> {
        let Some(name) = &term.field else {
            return Ok(self.bare_word(&term.values[0].word));
        };
        let words = || term.values.iter().map(|value| &value.word);
        if let Some(problem) = state_problem(term, span) {
            return Err(problem);
        }
        let mut parts: Vec<Filter> = match name.text.as_str() {
            "is" => words().map(|word| state(word, span, term.values.len() == 1)).collect::<Result<_, _>>()?,
            "has" | "_exists_" | "exists" => {
                words().map(|word| presence(word, &Test::Present)).collect::<Result<_, _>>()?
            }
            "no" | "_missing_" | "missing" => {
                words().map(|word| presence(word, &Test::Missing)).collect::<Result<_, _>>()?
            }
            _ => {
                let Some(field) = FieldRef::find(&name.text) else {
                    return Err(QueryError::new(Mistake::no_field(&name.text), name.span.clone()));
                };
                if field == Field::Status.into()
                    && let Some(problem) = reason_as_status(self, term, span).or_else(|| level_as_status(term))
                {
                    return Err(problem);
                }
                if let Some(problem) = value::any_beside(self.text, &field, term, span) {
                    return Err(problem);
                }
                let is_alone = term.values.len() == 1;
                let tests = term.values.iter().map(|value| {
                    let filter = test(self, &field, value, span)?;
                    self.doubts_of_value((&field, name), value, &filter, is_alone);
                    Ok::<_, QueryError>(filter)
                });
                let tests: Vec<Filter> = tests.collect::<Result<_, _>>()?;
                if !term.is_all && term.without.is_empty() {
                    self.doubts_of_values((&field, name), &term.values, &tests, span);
                    self.doubts_of_case((&field, name), &term.values, &tests, span);
                } else if term.values.len() > 1 || !term.without.is_empty() {
                    self.doubts_of_group((&field, name), term, span);
                }
                tests
            }
        };
        if term.without.is_empty() {
            return Ok(if term.is_all { Filter::And(parts) } else { Filter::Or(parts) });
        }
        let without = Term { values: term.without.clone(), without: Vec::new(), ..term.clone() };
        let without = without.values.iter().map(|value| {
            let one = Term { values: vec![value.clone()], ..without.clone() };
            Ok(Filter::Not(Box::new(self.term(&one, span)?)))
        });
        let without: Vec<Filter> = without.collect::<Result<_, QueryError>>()?;
        if !term.is_all && !parts.is_empty() {
            parts = vec![Filter::Or(parts)];
        }
        parts.extend(without);
        Ok(Filter::And(parts))
    }

    /// Whether what is read now is left out.
    fn is_negated(&self) -> bool {
        self.negations % 2 == 1
    }

    /// Words side by side that are a term without its colon.
    fn terms_in_words(&mut self, parts: &[Node]) {
        for pair in parts.windows(2) {
            if let Some((word, term)) = term_of_words(&pair[0], &pair[1]) {
                self.asked.push((pair[0].span.start..pair[1].span.end, term.clone()));
                self.offers.push(Offer { word, term });
            }
        }
        self.times_in_words(parts);
    }

    fn bare_word(&mut self, word: &Word) -> Filter {
        let test = if word.is_bare() && word.text.contains('*') {
            if let Some(term) = network_of_word(&word.text) {
                self.asked.push((word.span.clone(), term.clone()));
                self.offers.push(Offer { word: word.text.clone(), term });
            }
            Test::Wildcard(format!("*{}*", word.text.trim_matches('*')))
        } else {
            // An id or an address of the web is one in quotes as well.
            let asked = address_terms(&word.text).or_else(|| {
                let term = field_of_word(&word.text)?;
                (word.is_bare() || term.starts_with(Field::RequestId.name())).then_some(term)
            });
            let is_term =
                || !word.is_bare() && is_term_behind(&word.text) && syntax::read(&word.text).problems.is_empty();
            let asked = asked.or_else(|| is_term().then(|| word.text.clone()));
            let asked = asked.or_else(|| term_with_point(&word.text).filter(|_| word.is_bare()));
            let is_heading = || Field::find(&word.text).is_some() && word.text.contains(' ');
            let asked = asked.or_else(|| presence_of_name(&word.text, word.is_bare() || is_heading()));
            if let Some(term) = asked.clone() {
                self.asked.push((word.span.clone(), term.clone()));
                let offer = Offer { word: word.text.clone(), term };
                if !self.offers.contains(&offer) {
                    self.offers.push(offer);
                }
            }
            if asked.is_none() && word.is_bare() {
                self.doubts.extend(doubts::name_sent(word));
                self.bare_name(word);
            }
            if word.is_bare() && word.text.contains('?') && !word.text.contains(['/', '=']) {
                self.note("“?” means itself; * stands for any text");
            }
            if word.is_bare() && word.text.len() > 1 && word.text.ends_with(',') {
                self.note(format!("“{}” is searched with its comma", word.text));
            }
            Test::Phrase(word.text.clone())
        };
        Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![test] })
    }
}

/// Whether values of a field can be smaller and larger.
pub(super) fn is_ordered(field: &FieldRef) -> bool {
    matches!(field.kind(), Kind::Status | Kind::Integer | Kind::Duration | Kind::Time)
        || matches!(field, FieldRef::Attribute(_))
}
