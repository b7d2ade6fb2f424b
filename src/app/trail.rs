//! The trail: the steps that narrow a view. Each is switched off and on without being lost.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::safe_text;
use crate::base::units::{NANOS_PER_MS, millis_decimal};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;
use crate::model::view_spec::ViewSpec;
use crate::query::Filter;
use crate::query::filter::{Clause, Target, Test};
use crate::query::print::{decimals, range, typed, versions};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it keeps.
    pub filter: Filter,
    /// Its own switch.
    pub is_on: bool,
}

/// The steps of a view, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    steps: Vec<Step>,
    /// Whether all of them are switched off for the moment; each keeps its own switch.
    is_off: bool,
}

impl Trail {
    /// A trail of a filter's steps.
    pub fn of(filter: Filter) -> Self {
        Self::default().with_filter(filter)
    }

    /// A trail of steps that are all off, as they were when the program was last left.
    pub fn switched_off(filters: impl IntoIterator<Item = Filter>) -> Self {
        let off = |filter| Step { filter, is_on: false };
        let steps = filters.into_iter().flat_map(Filter::into_steps).map(off).collect();
        Self { steps, is_off: false }
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether all steps are switched off for the moment.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// Whether a step narrows the view.
    pub fn counts(&self, step: &Step) -> bool {
        step.is_on && !self.is_off
    }

    /// What narrows the view.
    pub fn effective(&self) -> Filter {
        if self.is_off { Filter::ALL } else { self.filter() }
    }

    /// What is edited and ticked: the steps whose own switch is on.
    pub fn filter(&self) -> Filter {
        Filter::from_steps(self.steps.iter().filter(|step| step.is_on).map(|step| step.filter.clone()).collect())
    }

    /// The trail with another filter in the place of the steps that are on. Steps that are off
    /// stay where they are; one that is asked for anew is on.
    #[must_use]
    pub fn with_filter(&self, filter: Filter) -> Self {
        let mut steps: Vec<Step> = filter.into_steps().into_iter().map(|filter| Step { filter, is_on: true }).collect();
        let (mut ons, mut added) = (0, 0);
        for step in &self.steps {
            if step.is_on {
                ons += 1;
            } else if !steps.iter().any(|new| new.filter == step.filter) {
                steps.insert((ons + added).min(steps.len()), step.clone());
                added += 1;
            }
        }
        Self { steps, is_off: false }
    }

    /// All steps off, or each as it was.
    #[must_use]
    pub fn toggle_all(&self) -> Self {
        let mut trail = self.clone();
        let has_on = trail.steps.iter().any(|step| step.is_on);
        trail.is_off = has_on && !trail.is_off;
        if !has_on {
            trail.steps.iter_mut().for_each(|step| step.is_on = true);
        }
        trail
    }

    /// One step off or on. While all are off, it alone is switched on.
    #[must_use]
    pub fn toggle(&self, place: usize) -> Self {
        let mut trail = self.clone();
        if std::mem::take(&mut trail.is_off) {
            trail.steps.iter_mut().for_each(|step| step.is_on = false);
        }
        if let Some(step) = trail.steps.get_mut(place) {
            step.is_on = !step.is_on;
        }
        trail
    }

    /// Without a step.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        self.replace(place, Filter::ALL)
    }

    /// With other steps in the place of one; they are switched as it was.
    #[must_use]
    pub fn replace(&self, place: usize, with: Filter) -> Self {
        let mut trail = self.clone();
        let Some(old) = trail.steps.get(place) else { return trail };
        let is_on = old.is_on;
        let new: Vec<Step> = with
            .into_steps()
            .into_iter()
            .filter(|filter| !self.steps.iter().enumerate().any(|(at, step)| at != place && step.filter == *filter))
            .map(|filter| Step { filter, is_on })
            .collect();
        trail.steps.splice(place..=place, new);
        trail.is_off &= trail.steps.iter().any(|step| step.is_on);
        trail
    }
}

/// A step as a person reads it: `Status 5xx`, `not User “Monitor”`, else as it is typed into the prompt.
pub fn step_words(step: &Filter, spec: Option<&ViewSpec>) -> String {
    let label = |field: &FieldRef| spec.map_or_else(|| field.name().into_owned(), |view| view.label(field));
    match step {
        Filter::Not(inner) => format!("not {}", step_words(inner, spec)),
        Filter::Clause(Clause { target: Target::Field(field), any_of }) => {
            let values: Option<Vec<String>> = any_of.iter().map(|test| test_words(field, test)).collect();
            match values {
                Some(values) => format!("{} {}", label(field), values.join(" or ")),
                None => typed(step),
            }
        }
        _ => typed(step),
    }
}

/// A step in few words, where its whole ones leave no room for the others: `5xx`, `not Monitor`.
pub fn short_step_words(step: &Filter, spec: Option<&ViewSpec>) -> String {
    let words = |field: &FieldRef, test: &Test| match test {
        Test::Exact(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Test::Range(low, high) if field.known() == Some(Field::Status) => Some(range(field, *low, *high)),
        _ => None,
    };
    match step {
        Filter::Not(inner) => format!("not {}", short_step_words(inner, spec)),
        Filter::Clause(Clause { target: Target::Field(field), any_of }) => {
            let values: Option<Vec<String>> = any_of.iter().map(|test| words(field, test)).collect();
            values.map_or_else(|| step_words(step, spec), |values| values.join(" or "))
        }
        _ => step_words(step, spec),
    }
}

/// The words of a step in so many cells: of several values as many as have room, and how many more there are. What is
/// still too long is cut by whoever draws it.
pub fn step_words_within(step: &Filter, words: impl Fn(&Filter) -> String, room: usize) -> String {
    let whole = words(step);
    let count = values_of(step);
    if safe_text::width(&whole) <= room || count < 2 {
        return whole;
    }
    let with_first = |some: usize| (words(&first_values(step, some)), format!(" or {} more", count - some));
    let fitting = (1..count).rev().map(with_first);
    let fitting = fitting.map(|(first, more)| first + &more).find(|text| safe_text::width(text) <= room);
    fitting.unwrap_or_else(|| {
        let (first, more) = with_first(1);
        let cells = room.saturating_sub(safe_text::width(&more) + 1);
        let clusters: Vec<&str> = first.graphemes(true).collect();
        format!("{}…{more}", safe_text::from_start(&clusters, cells).concat())
    })
}

/// How many values a step names.
fn values_of(step: &Filter) -> usize {
    match step {
        Filter::Not(inner) => values_of(inner),
        Filter::Clause(clause) => clause.any_of.len(),
        _ => 1,
    }
}

/// A step with the first of its values alone.
fn first_values(step: &Filter, some: usize) -> Filter {
    match step {
        Filter::Not(inner) => Filter::Not(Box::new(first_values(inner, some))),
        Filter::Clause(Clause { target, any_of }) => {
            Filter::Clause(Clause { target: target.clone(), any_of: any_of[..some.min(any_of.len())].to_vec() })
        }
        other => other.clone(),
    }
}

fn test_words(field: &FieldRef, test: &Test) -> Option<String> {
    match test {
        Test::Exact(bytes) if field.known() == Some(Field::Outcome) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        Test::Exact(bytes) => Some(format!("“{}”", String::from_utf8_lossy(bytes))),
        Test::Missing => Some("none".into()),
        Test::Range(low, high) if field.kind() == Kind::Duration && SpanRange::of_bounds(*low, *high).is_some() => {
            SpanRange::of_bounds(*low, *high).map(SpanRange::words)
        }
        Test::Range(low, high) => Some(bounds_words(field, &range(field, *low, *high))),
        Test::Decimals(low, high) => Some(bounds_words(field, &decimals(*low, *high))),
        Test::Versions(low, high) => Some(bounds_words(field, &versions(*low, *high))),
        _ => None,
    }
}

/// A duration as it is typed, as a person reads it: what is a millisecond or more is told in these.
fn span_words(number: &str, unit: &str) -> String {
    let nanos = match (number.parse::<u64>(), unit) {
        (Ok(micros), "us") => micros.checked_mul(1_000),
        (Ok(nanos), "ns") => Some(nanos),
        _ => None,
    };
    match nanos.filter(|nanos| *nanos >= NANOS_PER_MS) {
        Some(nanos) => format!("{} ms", millis_decimal(nanos)),
        None => format!("{number} {unit}"),
    }
}

/// Bounds as they are typed, as a person reads them: `> 1 s`, `≤ 100 ms`, `7 ms..9 ms`.
fn bounds_words(field: &FieldRef, typed: &str) -> String {
    let edge = |text: &str| match text.find(char::is_alphabetic) {
        Some(unit) if field.kind() == Kind::Duration => span_words(&text[..unit], &text[unit..]),
        _ => text.to_owned(),
    };
    for (sign, shown) in [(">=", "≥"), (">", ">"), ("<", "<")] {
        if let Some(rest) = typed.strip_prefix(sign) {
            return format!("{shown} {}", edge(rest));
        }
    }
    match typed.split_once("..") {
        Some((low, "")) if field.kind() != Kind::Time => format!("≥ {}", edge(low)),
        Some(("", high)) if field.kind() != Kind::Time => format!("≤ {}", edge(high)),
        Some((low, high)) => match high.strip_prefix('<') {
            Some(high) => format!("{}..<{}", edge(low), edge(high)),
            None => format!("{}..{}", edge(low), edge(high)),
        },
        None => edge(typed),
    }
}

#[cfg(test)]
#[path = "trail_words_tests.rs"]
mod words_tests;

#[cfg(test)]
mod tests {
    use super::*;

    fn client(name: &str) -> Filter {
        Filter::field(Field::Client, Test::Exact(name.into()))
    }

    fn all_of(names: &[&str]) -> Filter {
        Filter::from_steps(names.iter().map(|name| client(name)).collect())
    }

    /// The trail in letters: small ones are off.
    fn letters(trail: &Trail) -> String {
        let letter = |step: &Step| {
            let text = step.filter.to_string();
            let name = text.trim_start_matches("client:=");
            if trail.counts(step) { name.to_uppercase() } else { name.to_lowercase() }
        };
        trail.steps().iter().map(letter).collect()
    }

    #[test]
    fn steps_that_are_off_stay_where_they_are_while_others_are_edited() {
        let trail = Trail::of(all_of(&["a", "b", "c"])).toggle(1);
        assert_eq!((letters(&trail).as_str(), trail.effective()), ("AbC", all_of(&["a", "c"])));
        assert_eq!(letters(&trail.with_filter(all_of(&["a", "c", "d"]))), "AbCD");
        assert_eq!(letters(&trail.with_filter(all_of(&["x"]))), "Xb");
        assert_eq!(letters(&trail.with_filter(Filter::ALL)), "b");
        assert_eq!(letters(&trail.with_filter(all_of(&["a", "c", "b"]))), "ACB", "asked for anew, it is on");
        assert_eq!(letters(&trail.toggle(0).with_filter(all_of(&["c", "d"]))), "abCD");
    }

    #[test]
    fn all_off_and_each_as_it_was() {
        let trail = Trail::of(all_of(&["a", "b", "c"])).toggle(1);
        let off = trail.toggle_all();
        assert_eq!((letters(&off).as_str(), off.effective()), ("abc", Filter::ALL));
        assert_eq!(off.toggle_all(), trail);
        assert_eq!(letters(&off.toggle(2)), "abC", "one alone");
        assert_eq!(letters(&trail.toggle(0).toggle(2).toggle_all()), "ABC", "when none is on, all come on");
    }

    #[test]
    fn steps_are_removed_and_replaced() {
        let trail = Trail::of(all_of(&["a", "b", "c"])).toggle(1);
        assert_eq!(letters(&trail.without(0)), "bC");
        assert_eq!(letters(&trail.replace(1, client("d"))), "AdC");
        assert_eq!(letters(&trail.replace(1, client("c"))), "AC", "the same step is not there twice");
        assert_eq!(letters(&trail.replace(7, client("d"))), "AbC");
        let off = Trail::of(all_of(&["a"])).toggle_all();
        assert!(!off.without(0).is_off(), "nothing is off where nothing is");
    }
}
