//! What is looked for in vain where it is usually found, and stands in an attribute: the id of a trace, an address.

use crate::model::answer::Attributes;
use crate::model::field::{Field, FieldRef};
use crate::query::filter::{Clause, Target};
use crate::query::{Filter, Test};

/// So many attributes are named.
const NAMED: usize = 3;

/// What a step looks for, in attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Which step.
    pub step: usize,
    /// Steps that look for it in an attribute, with how many records of the period pass: most first.
    pub found: Vec<(Filter, u64)>,
}

/// What a step looks for that may stand in attributes as well: words, and ids.
pub(super) fn looked_for(step: &Filter) -> Option<Vec<Test>> {
    let Filter::Clause(Clause { target, any_of }) = step else { return None };
    let [test] = any_of.as_slice() else { return None };
    match (target, test) {
        (Target::Anywhere, Test::Words(_) | Test::Phrase(_)) => Some(vec![test.clone()]),
        (Target::Field(FieldRef::Known(Field::RequestId)), Test::Id(id)) => {
            let dashed = id.dashed().into_iter();
            Some(std::iter::once(id.as_str().to_owned()).chain(dashed).map(Test::Phrase).collect())
        }
        _ => None,
    }
}

/// The attributes that have what a step looks for.
pub(super) fn held(step: usize, tests: &[Test], found: &Attributes) -> Option<Held> {
    let of_attribute = |(path, count): &(String, u64)| {
        let target = Target::Field(FieldRef::Attribute(path.clone()));
        (Filter::Clause(Clause { target, any_of: tests.to_vec() }), *count)
    };
    let found: Vec<_> = found.names.iter().take(NAMED).map(of_attribute).collect();
    (!found.is_empty()).then_some(Held { step, found })
}
