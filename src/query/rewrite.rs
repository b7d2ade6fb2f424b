//! A filter in the one form that means the same: small passes, each of which keeps what is kept.

use super::filter::{Clause, Filter, Target, Test};

/// One rewriting of a node whose parts are rewritten already.
type Pass = fn(Filter) -> Filter;

/// All passes, with their names.
pub const PASSES: &[(&str, Pass)] = &[
    ("flatten groups", flatten),
    ("cancel double negations", cancel_negations),
    ("join alternatives of one field", join_alternatives),
    ("simplify tests", simplify_tests),
    ("negate presence", negate_presence),
    ("drop repetitions", drop_repetitions),
    ("drop what keeps everything", drop_everything),
];

/// The one form of a filter.
pub fn canonical(filter: Filter) -> Filter {
    let mut filter = filter;
    loop {
        let next = PASSES.iter().fold(filter.clone(), |filter, (_, pass)| everywhere(filter, *pass));
        if next == filter {
            return filter;
        }
        filter = next;
    }
}

fn everywhere(filter: Filter, pass: Pass) -> Filter {
    let all = |parts: Vec<Filter>| parts.into_iter().map(|part| everywhere(part, pass)).collect();
    pass(match filter {
        Filter::And(parts) => Filter::And(all(parts)),
        Filter::Or(parts) => Filter::Or(all(parts)),
        Filter::Not(inner) => Filter::Not(Box::new(everywhere(*inner, pass))),
        clause @ Filter::Clause(_) => clause,
    })
}

/// `(a (b c))` is `(a b c)`, and a group of one is that one.
fn flatten(filter: Filter) -> Filter {
    match filter {
        Filter::And(parts) => {
            let flat = parts.into_iter().flat_map(|part| match part {
                Filter::And(inner) => inner,
                other => vec![other],
            });
            Filter::from_steps(flat.collect())
        }
        Filter::Or(parts) => {
            let flat = parts.into_iter().flat_map(|part| match part {
                Filter::Or(inner) => inner,
                other => vec![other],
            });
            let mut flat: Vec<Filter> = flat.collect();
            if flat.len() == 1 { flat.remove(0) } else { Filter::Or(flat) }
        }
        other => other,
    }
}

/// `--a` is `a`.
fn cancel_negations(filter: Filter) -> Filter {
    match filter {
        Filter::Not(inner) => match *inner {
            Filter::Not(inner) => *inner,
            other => Filter::Not(Box::new(other)),
        },
        other => other,
    }
}

/// `(status:500 OR status:502)` is `status:500,502`.
fn join_alternatives(filter: Filter) -> Filter {
    let Filter::Or(parts) = filter else { return filter };
    let mut joined: Vec<Filter> = Vec::with_capacity(parts.len());
    for part in parts {
        let Filter::Clause(Clause { target, any_of }) = part else {
            joined.push(part);
            continue;
        };
        let same = joined.iter_mut().find_map(|known| match known {
            Filter::Clause(known) if known.target == target => Some(known),
            _ => None,
        });
        match same {
            Some(known) => known.any_of.extend(any_of),
            None => joined.push(Filter::Clause(Clause { target, any_of })),
        }
    }
    Filter::Or(joined)
}

/// Tests of a clause once each; any value makes every other test on values idle, and with "none"
/// beside it everything is kept.
fn simplify_tests(filter: Filter) -> Filter {
    let Filter::Clause(Clause { target, any_of }) = filter else { return filter };
    let mut tests: Vec<Test> = Vec::with_capacity(any_of.len());
    let mut known = std::collections::HashSet::new();
    for test in any_of {
        // An empty text is in every value.
        let test = match (&target, test) {
            (Target::Field(_), Test::Words(text) | Test::Phrase(text)) if text.trim().is_empty() => Test::Present,
            (_, test) => test,
        };
        if known.insert(test.clone()) {
            tests.push(test);
        }
    }
    if tests.contains(&Test::Present) {
        if tests.contains(&Test::Missing) && matches!(target, Target::Field(_)) {
            return Filter::ALL;
        }
        tests.retain(|test| matches!(test, Test::Present | Test::Missing));
    }
    Filter::Clause(Clause { target, any_of: tests })
}

/// `-job:*` is `no:job`, and `-no:job` is `job:*`.
fn negate_presence(filter: Filter) -> Filter {
    let Filter::Not(inner) = filter else { return filter };
    match *inner {
        Filter::Clause(Clause { target: target @ Target::Field(_), any_of }) => {
            let opposite = match any_of.as_slice() {
                [Test::Present] => Some(Test::Missing),
                [Test::Missing] => Some(Test::Present),
                _ => None,
            };
            match opposite {
                Some(test) => Filter::Clause(Clause { target, any_of: vec![test] }),
                None => Filter::Not(Box::new(Filter::Clause(Clause { target, any_of }))),
            }
        }
        other => Filter::Not(Box::new(other)),
    }
}

/// `a a` is `a`.
fn drop_repetitions(filter: Filter) -> Filter {
    let once = |parts: Vec<Filter>| {
        let mut known = std::collections::HashSet::new();
        parts.into_iter().filter(|part| known.insert(part.clone())).collect()
    };
    match filter {
        Filter::And(parts) => Filter::And(once(parts)),
        Filter::Or(parts) => Filter::Or(once(parts)),
        other => other,
    }
}

/// An alternative that keeps everything leaves nothing to decide.
fn drop_everything(filter: Filter) -> Filter {
    match filter {
        Filter::Or(parts) if parts.iter().any(Filter::is_all) => Filter::ALL,
        other => other,
    }
}
