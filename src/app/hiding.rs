//! Why nothing matches: which steps hide everything, alone or two together. The screen and the command
//! line say it in the same words.

use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Sort};
use crate::engine::{Answer, Question, Want, WantAnswer};
use crate::model::field::FieldRef;
use crate::model::period::TimeRange;
use crate::model::view_spec::ViewSpec;
use crate::query::filter::{Clause, Target};
use crate::query::print::typed as typed_step;
use crate::query::{Filter, Test};

use super::held::{Held, held, looked_for};
use super::nearest::{Nearness, Typed, Unknown, Unnamed, near, typed, unnamed};
use super::trail::step_words;

/// More parts than these are not tried in pairs: the questions would be too many.
const MOST_IN_PAIRS: usize = 8;
/// So many steps are named that have to go together; of more, the first.
const NAMED_STEPS: usize = 4;
/// So many of a field's values are looked through for near ones.
const VALUES: usize = 500;

/// Something that narrows a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its period.
    Period,
    /// One of its filter's steps.
    Step(usize),
}

/// Why a view has no records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hiding {
    /// What hides everything by itself, and how many records there are without it; most first.
    pub alone: Vec<(Part, u64)>,
    /// Two that do it together, where none does alone.
    pub together: Option<([Part; 2], u64)>,
    /// Whether it takes more than that.
    pub takes_more: bool,
    /// Where it does: the step from which on all have to go, and how many records there are without these.
    pub from_step: Option<(usize, u64)>,
    /// The time of the newest record that the period hides.
    pub newest: Option<Timestamp>,
    /// Steps on values that no record has, where there are others.
    pub unknown: Vec<Unknown>,
    /// Attributes that no record has, where others have nearly their names.
    pub unnamed: Vec<Unnamed>,
    /// What steps look for in vain, where attributes have it.
    pub held: Vec<Held>,
}

/// What brings records back.
#[derive(Debug, Clone, PartialEq)]
pub enum WayOut {
    /// Another value in the place of a step's.
    Take(usize, Filter, Vec<u8>),
    /// Some parts off.
    SwitchOff(Vec<Part>),
}

/// One of the questions.
enum Asked {
    Everything,
    Without(Part),
    WithoutBoth([Part; 2]),
    /// How many records pass a step alone.
    Alone(usize),
    /// The steps before a place, without all from there on.
    Before(usize),
    /// The values of a step's field under the other steps, or in the whole period.
    Values(usize, FieldRef, Typed, Under),
    /// Which attributes there are.
    Names(Vec<String>),
    /// Which attributes have what a step looks for elsewhere.
    Held(usize, Vec<Test>, Under),
}

/// Among which records values are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Others,
    Period,
}

/// What to ask of a view without records.
pub fn questions(view: &Question) -> Vec<Question> {
    plan(view).iter().map(|asked| question(view, asked)).collect()
}

/// What the answers say of the view.
pub fn findings(view: &Question, answers: &[Answer]) -> Hiding {
    let mut hiding = Hiding::default();
    let (mut together, mut known, mut is_anything, mut from_step) = (Vec::new(), Vec::new(), false, None);
    for (asked, answer) in plan(view).into_iter().zip(answers) {
        let count = answer.count().unwrap_or_default();
        match asked {
            Asked::Everything => is_anything = count > 0,
            Asked::Without(part) if count > 0 => {
                hiding.alone.push((part, count));
                if part == Part::Period {
                    hiding.newest = newest(answer);
                }
            }
            Asked::WithoutBoth(parts) if count > 0 => together.push((parts, count)),
            Asked::Alone(step) if count > 0 => known.push(step),
            Asked::Before(step) if count > 0 => from_step = Some((step, count)),
            // Those of the period help where other steps hide them all as well.
            Asked::Values(step, field, typed, _)
                if !known.contains(&step) && hiding.unknown.iter().all(|unknown| unknown.step != step) =>
            {
                let facet = answer.facets().and_then(|facets| facets.first());
                let values = facet.map(|facet| facet.values.as_slice()).unwrap_or_default();
                let values = values.iter().filter(|value| value.count > 0);
                let values = values.filter_map(|value| Some((value.value.clone()?, value.count))).collect();
                hiding.unknown.extend(near(step, field, &typed, values));
            }
            Asked::Names(paths) => {
                let Some(known) = answer.attributes() else { continue };
                hiding.unnamed.extend(paths.iter().filter_map(|path| unnamed(path, known)));
            }
            Asked::Held(step, tests, under)
                if !known.contains(&step) && hiding.held.iter().all(|held| held.step != step) =>
            {
                let found = answer.attributes().and_then(|found| held(step, &tests, found));
                hiding.held.extend(found.map(|held| Held { is_in_view: under == Under::Others, ..held }));
            }
            _ => {}
        }
    }
    hiding.alone.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if hiding.alone.is_empty() {
        hiding.together = together.into_iter().max_by_key(|(_, count)| *count);
        hiding.takes_more = is_anything && hiding.together.is_none();
        hiding.from_step = from_step.filter(|_| hiding.takes_more);
    }
    hiding
}

fn plan(view: &Question) -> Vec<Asked> {
    let steps = view.filter.steps();
    let period = (view.range != TimeRange::ALL).then_some(Part::Period);
    let parts: Vec<Part> = period.into_iter().chain((0..steps.len()).map(Part::Step)).collect();
    let mut plan = vec![Asked::Everything];
    plan.extend(parts.iter().map(|part| Asked::Without(*part)));
    if parts.len() <= MOST_IN_PAIRS {
        for (at, first) in parts.iter().enumerate() {
            plan.extend(parts[at + 1..].iter().map(|second| Asked::WithoutBoth([*first, *second])));
        }
    }
    for (at, step) in steps.iter().enumerate() {
        if let Some(tests) = looked_for(step) {
            plan.extend([Asked::Alone(at), Asked::Held(at, tests.clone(), Under::Others)]);
            if steps.len() > 1 {
                plan.push(Asked::Held(at, tests, Under::Period));
            }
        }
        // The values of a field are counted without any of its steps.
        let is_only = steps.iter().filter(|other| other.only_field() == step.only_field()).count() == 1;
        if let Some((field, typed)) = typed(step).filter(|_| is_only) {
            plan.extend([Asked::Alone(at), Asked::Values(at, field.clone(), typed.clone(), Under::Others)]);
            if steps.len() > 1 {
                plan.push(Asked::Values(at, field, typed, Under::Period));
            }
        }
    }
    if steps.len() > 2 {
        plan.extend((0..steps.len() - 1).map(Asked::Before));
    }
    let mut paths = Vec::new();
    attribute_paths(&view.filter, &mut paths);
    if !paths.is_empty() {
        plan.push(Asked::Names(paths));
    }
    plan
}

/// The attributes that a filter looks at.
pub fn attribute_paths(filter: &Filter, paths: &mut Vec<String>) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| attribute_paths(part, paths)),
        Filter::Not(inner) => attribute_paths(inner, paths),
        Filter::Clause(Clause { target: Target::Field(FieldRef::Attribute(path)), .. }) if !paths.contains(path) => {
            paths.push(path.clone());
        }
        Filter::Clause(_) => {}
    }
}

fn question(view: &Question, asked: &Asked) -> Question {
    let mut question = view.clone();
    question.wants = vec![Want::Count];
    match asked {
        Asked::Everything => (question.filter, question.range) = (Filter::ALL, TimeRange::ALL),
        Asked::Without(Part::Period) => {
            question.range = TimeRange::ALL;
            question.wants.push(Want::Page(PageWant { sort: Sort::default(), at: Anchor::Start, limit: 1 }));
        }
        Asked::Without(part) => leave_out(&mut question, &[*part]),
        Asked::WithoutBoth(parts) => leave_out(&mut question, parts),
        Asked::Alone(step) => question.filter = view.filter.steps()[*step].clone(),
        Asked::Before(step) => {
            question.filter = Filter::from_steps(view.filter.steps()[..*step].to_vec());
        }
        Asked::Values(step, field, _, under) => {
            match under {
                Under::Others => leave_out(&mut question, &[Part::Step(*step)]),
                Under::Period => question.filter = Filter::ALL,
            }
            let fields = vec![FacetField::new(field.clone(), VALUES)];
            question.wants = vec![Want::Facets(FacetsWant { fields, with_totals: false })];
        }
        Asked::Held(step, tests, under) => {
            match under {
                Under::Others => leave_out(&mut question, &[Part::Step(*step)]),
                Under::Period => question.filter = Filter::ALL,
            }
            question.wants = vec![Want::AttributesWith(tests.clone())];
        }
        Asked::Names(_) => (question.filter, question.wants) = (Filter::ALL, vec![Want::Attributes]),
    }
    question
}

fn leave_out(question: &mut Question, parts: &[Part]) {
    let steps = question.filter.steps().iter().enumerate();
    let kept = steps.filter(|(at, _)| !parts.contains(&Part::Step(*at))).map(|(_, step)| step.clone());
    question.filter = Filter::from_steps(kept.collect());
    if parts.contains(&Part::Period) {
        question.range = TimeRange::ALL;
    }
}

fn newest(answer: &Answer) -> Option<Timestamp> {
    answer.wants.iter().find_map(|want| match want {
        WantAnswer::Page(page) => page.rows.first().map(crate::model::record::StoredRecord::time),
        _ => None,
    })
}

impl Hiding {
    /// What brings records back best.
    pub fn way_out(&self, filter: &Filter) -> Option<WayOut> {
        if let Some(held) = self.held.iter().find(|held| held.is_in_view) {
            let (step, _) = held.found.first()?;
            return Some(WayOut::Take(held.step, step.clone(), typed_step(step).into_bytes()));
        }
        let close = self.unknown.iter().find(|unknown| unknown.nearness == Nearness::Close);
        if let Some(unknown) = close {
            let (value, _) = unknown.values.first()?;
            let step = Filter::field(unknown.field.clone(), Test::of_value(&unknown.field, Some(value)));
            return Some(WayOut::Take(unknown.step, step, value.clone()));
        }
        let alone = self.alone.first().map(|(part, _)| vec![*part]);
        let together = || self.together.map(|(parts, _)| parts.to_vec());
        let from_step = || self.from_step.map(|(first, _)| (first..filter.steps().len()).map(Part::Step).collect());
        alone.or_else(together).or_else(from_step).map(WayOut::SwitchOff)
    }

    /// What it comes to, a sentence for each finding.
    pub fn sentences(&self, words: &Words<'_>, now: Timestamp) -> Vec<String> {
        let mut lines = Vec::new();
        for unnamed in &self.unnamed {
            let name = |path: &String| FieldRef::Attribute(path.clone());
            let near = unnamed.near.iter().map(|(path, n)| format!("{} ({})", name(path), units::count(*n)));
            let near = near.collect::<Vec<_>>().join(", ");
            let path = name(&unnamed.path);
            lines.push(match &unnamed.more {
                None => format!("No request of this period has {path}; nearest: {near}."),
                Some(more) => format!("{path} is not in the list of attributes ({more}); nearest: {near}."),
            });
        }
        for unknown in &self.unknown {
            let intro = if unknown.nearness == Nearness::Far { "the most frequent" } else { "nearest" };
            let values = unknown.values.iter();
            let values = values.map(|(value, n)| format!("{} ({})", String::from_utf8_lossy(value), units::count(*n)));
            let values = values.collect::<Vec<_>>().join(", ");
            let step = words.of(Part::Step(unknown.step));
            lines.push(format!("No request of this period has {step}; {intro}: {values}."));
            if let Some(words) = unknown.in_lists(words.filter) {
                lines.push(format!("Values of a list are compared with their case: {words} looks into it."));
            }
        }
        for held in &self.held {
            let keeps = |(step, n): &(Filter, u64)| {
                let count = units::counted(*n, "request", "requests");
                format!("{} keeps {count}", typed_step(step))
            };
            let found = held.found.iter().map(keeps).collect::<Vec<_>>().join(", ");
            let step = words.of(Part::Step(held.step));
            let others = if held.is_in_view { "" } else { " without the other steps" };
            lines.push(format!("No request of this period has {step}, but attributes do: {found}{others}."));
        }
        for (part, count) in &self.alone {
            let newest = self.newest.filter(|_| *part == Part::Period);
            let newest = newest.map(|at| format!(", the newest {} old", units::age(now.since(at)))).unwrap_or_default();
            let count = units::counted(*count, "request", "requests");
            lines.push(format!("Without {}: {count}{newest}.", words.of(*part)));
        }
        if let Some((parts, count)) = &self.together {
            let [first, second] = parts.map(|part| words.of(part));
            let count = units::counted(*count, "request", "requests");
            lines.push(format!("No step hides them alone. Without {first} and {second}: {count}."));
        } else if let Some((first, count)) = self.from_step {
            let steps = (first..words.filter.steps().len()).map(Part::Step).collect::<Vec<_>>();
            let count = units::counted(count, "request", "requests");
            lines.push(format!("No step hides them alone. Without {}: {count}.", words.of_all(&steps)));
        } else if self.takes_more {
            lines.push("No step hides them alone: it takes several.".into());
        }
        lines
    }
}

/// How parts are called.
pub struct Words<'a> {
    /// The steps of the view.
    pub filter: &'a Filter,
    /// What the source calls its fields.
    pub spec: Option<&'a ViewSpec>,
    /// The period.
    pub period: &'a str,
}

impl Words<'_> {
    /// Several parts, the first by name where they are many.
    pub fn of_all(&self, parts: &[Part]) -> String {
        let names: Vec<String> = parts.iter().map(|part| self.of(*part)).collect();
        match names.as_slice() {
            [first, .., _] if names.len() > NAMED_STEPS => {
                format!("{first} and the {} steps behind it", names.len() - 1)
            }
            [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            names => names.concat(),
        }
    }

    /// A part as a person reads it.
    pub fn of(&self, part: Part) -> String {
        match part {
            Part::Period => self.period.to_owned(),
            Part::Step(at) => self.filter.steps().get(at).map(|step| step_words(step, self.spec)).unwrap_or_default(),
        }
    }
}
