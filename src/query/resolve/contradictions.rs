//! Terms side by side that no request passes both of: they are refused, with the ends of a range put right, or with what
//! keeps either. In parentheses of its own a term says that it is meant so, as it is printed.

use super::Resolver;
use super::doubts::{Doubt, Shown};
use super::number::time_range;
use crate::model::field::Field;
use crate::model::period::Period;
use crate::query::beside::{are_apart, either};
use crate::query::error::{Mistake, QueryError};
use crate::query::filter::{Filter, Test};
use crate::query::print::typed;
use crate::query::syntax::{Node, Op, Value};

/// Two parts beside each other.
enum Found {
    /// No request passes both.
    Never(QueryError),
    /// Hardly any request passes both.
    Doubtful(Box<Doubt>),
}

impl Resolver<'_> {
    /// Refuses the first two parts that are never both.
    pub(super) fn contradictions(&mut self, parts: &[(&Node, Filter)]) {
        let meant = |node: &Node| {
            let (before, behind) = (&self.text[..node.span.start], &self.text[node.span.end..]);
            before.ends_with('(') && behind.starts_with(')')
        };
        // So many are no slip, but made by a program.
        if parts.len() > 64 {
            return;
        }
        for (at, (first, one)) in parts.iter().enumerate() {
            for (second, other) in parts[at + 1..].iter().filter(|(second, _)| !meant(first) && !meant(second)) {
                let turned = self.turned_comparisons((first, one), (second, other)).map(Found::Never);
                match turned.or_else(|| self.two_values((first, one), (second, other))) {
                    Some(Found::Never(problem)) => {
                        self.problems.push(problem);
                        return;
                    }
                    Some(Found::Doubtful(doubt)) => self.doubts.push(*doubt),
                    None => {}
                }
            }
        }
    }

    /// A time that is the period, as a part of a filter.
    pub(super) fn time_as_part(&self, node: &Node) -> Option<Filter> {
        let value = node.named_value()?.1;
        let (low, high) = time_range(value.op, &value.word, self.reading).ok()?;
        Some(Filter::field(Field::Time, Test::Range(low, high)))
    }

    /// `duration>5s duration<1s`: two comparisons with their ends turned.
    fn turned_comparisons(
        &self,
        (first, one): (&Node, &Filter),
        (second, other): (&Node, &Filter),
    ) -> Option<QueryError> {
        let (a, b) = (first.named_value()?.1, second.named_value()?.1);
        if !are_apart(one, other) || is_least(a.op)? == is_least(b.op)? {
            return None;
        }
        let (low, high) = (self.text.get(a.word.span.clone())?, self.text.get(b.word.span.clone())?);
        // One end alone has nothing to be turned with.
        if low == high {
            return None;
        }
        if let Some(problem) = self.clocks((first, a), (second, b)) {
            return Some(problem);
        }
        let (begin, end) = (self.text.get(first.span.start..a.word.span.start)?, b.word.span.end);
        let between = self.text.get(a.word.span.end..b.word.span.start)?;
        let right = format!("{begin}{high}{between}{low}{}", self.text.get(end..second.span.end)?);
        let (written, other) = (self.text.get(first.span.clone())?, self.text.get(second.span.clone())?);
        let problem = QueryError::new(Mistake::TurnedEnds(written.into()), second.span.clone());
        let (outside, place) = (format!("({written} OR {other})"), first.span.start..second.span.end);
        Some(problem.with_hint(format!("write {right}, or {outside} for what is outside")).with_fix(place, right))
    }

    /// `time>=10:00 time<18:00`: a clock alone is of the last day; of a range it is behind the other end.
    fn clocks(&self, (first, a): (&Node, &Value), (second, b): (&Node, &Value)) -> Option<QueryError> {
        let (low, high) = if is_least(a.op)? { (a, b) } else { (b, a) };
        let (low, high) = (self.text.get(low.word.span.clone())?, self.text.get(high.word.span.clone())?);
        Period::end_behind(low.trim_matches('"'), high.trim_matches('"'), self.reading.now, self.reading.zone)?;
        let between = without_join(self.text.get(first.span.end..second.span.start)?);
        let right = format!("time:{}..{}", low.trim_matches('"'), high.trim_matches('"'));
        let right = if right.contains(' ') { format!("time:\"{}\"", &right[5..]) } else { right };
        let place = first.span.start..second.span.end;
        let problem = QueryError::new("a clock alone is of the last day on which it was so late", second.span.clone());
        Some(problem.with_hint(format!("write {right}")).with_fix(place, format!("{right}{between}")))
    }

    /// `status:500 status:502`: two values of a field that has one.
    fn two_values(&self, (first, one): (&Node, &Filter), (second, other): (&Node, &Filter)) -> Option<Found> {
        let mut doubtful = None;
        let either = match either(one, other) {
            Some((either, true)) if either.only_field() != Some(&Field::Outcome.into()) => {
                self.with_comma(first, second).unwrap_or_else(|| typed(&either))
            }
            // One value may have both words, or a list both values.
            Some((meant, false)) => {
                let written = self.with_comma(first, second).unwrap_or_else(|| typed(&meant));
                doubtful = Some(meant);
                written
            }
            None if are_apart(one, other) => self.with_comma(first, second)?,
            Some(_) | None => return None,
        };
        let between = self.text.get(first.span.end..second.span.start)?;
        let (place, written) = (first.span.start..second.span.end, self.text.get(first.span.clone())?);
        let problem = QueryError::new(Mistake::NeverBoth(written.into()), second.span.clone());
        let hint = format!("write {either} for either");
        // Who joins both, or leaves both out, may well mean that.
        let is_sure = doubtful.is_some() || self.negations == 0 && !has_join(between);
        let error = if is_sure {
            problem.with_hint(hint).with_fix(place, format!("{either}{}", without_join(between)))
        } else {
            problem.with_hint(format!("{hint}; in parentheses of its own, ({written}), it is taken as it stands"))
        };
        Some(match doubtful {
            Some(meant) => {
                let read = Filter::And(vec![one.clone(), other.clone()]);
                Found::Doubtful(Box::new(Doubt { error, read, meant, shown: Shown::Nothing }))
            }
            None => Found::Never(error),
        })
    }

    /// One term of two whose values stand side by side.
    fn with_comma(&self, first: &Node, second: &Node) -> Option<String> {
        let (a, b) = (first.named_value()?.1, second.named_value()?.1);
        let written = self.text.get(first.span.clone())?;
        let is_list = a.op == b.op && matches!(a.op, Op::Has | Op::Exact) && !written.ends_with(')');
        is_list.then(|| format!("{written},{}", &self.text[b.word.span.clone()]))
    }
}

/// Whether a comparison is with the lower end; nothing, where it is none.
fn is_least(op: Op) -> Option<bool> {
    match op {
        Op::Greater | Op::GreaterEq => Some(true),
        Op::Less | Op::LessEq => Some(false),
        Op::Has | Op::Exact | Op::Regex => None,
    }
}

/// What stands between two terms, without what joins the second one.
fn without_join(between: &str) -> &str {
    let text = between.trim_end();
    let (before, last) = text.split_at(text.rfind(char::is_whitespace).map_or(0, |at| at + 1));
    if is_and(last) { before.trim_end() } else { text }
}

fn has_join(between: &str) -> bool {
    between.split_whitespace().any(is_and)
}

fn is_and(word: &str) -> bool {
    ["and", "&&", "&"].iter().any(|join| word.eq_ignore_ascii_case(join))
}
