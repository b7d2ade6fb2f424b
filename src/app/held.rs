//! What is looked for in vain where it is usually found, and stands in an attribute: the id of a trace, an address.

use crate::model::answer::Attributes;
use crate::model::field::{Field, FieldRef};
use crate::model::request_id::NormalId;
use crate::query::filter::{Clause, Target};
use crate::query::{Filter, Test};

/// So many attributes are named.
const NAMED: usize = 3;

/// What a step looks for, in attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Which step.
    pub step: usize,
    /// Steps that look for it in an attribute, with how many records pass: most first.
    pub found: Vec<(Filter, u64)>,
    /// Whether these pass the other steps, too.
    pub is_in_view: bool,
}

/// What a step looks for that may stand in attributes as well: words, and ids.
pub(super) fn looked_for(step: &Filter) -> Option<Vec<Test>> {
    let Filter::Clause(Clause { target, any_of }) = step else { return None };
    let [test] = any_of.as_slice() else { return None };
    match (target, test) {
        (Target::Anywhere, Test::Phrase(text)) => match NormalId::new(text.as_bytes()).filter(NormalId::is_hex128) {
            Some(id) => Some(spellings(&id)),
            None => Some(vec![test.clone()]),
        },
        (Target::Anywhere, Test::Words(_)) => Some(vec![test.clone()]),
        (Target::Field(FieldRef::Known(Field::RequestId)), Test::Id(id)) => Some(spellings(id)),
        _ => None,
    }
}

/// Tests on an id in a text: as it was written, without dashes, with those of a UUID.
pub fn spellings(id: &NormalId) -> Vec<Test> {
    let spellings = [Some(id.written().to_owned()), Some(id.as_str().to_owned()), id.dashed()];
    let mut tests: Vec<Test> = Vec::new();
    for spelling in spellings.into_iter().flatten() {
        let is_known = |test: &Test| matches!(test, Test::Phrase(known) if known.eq_ignore_ascii_case(&spelling));
        if !tests.iter().any(is_known) {
            tests.push(Test::Phrase(spelling));
        }
    }
    tests
}

/// The attributes that have what a step looks for.
pub(super) fn held(step: usize, tests: &[Test], found: &Attributes) -> Option<Held> {
    let of_attribute = |(path, count): &(String, u64)| {
        let target = Target::Field(FieldRef::Attribute(path.clone()));
        (Filter::Clause(Clause { target, any_of: tests.to_vec() }), *count)
    };
    let found: Vec<_> = found.names.iter().take(NAMED).map(of_attribute).collect();
    (!found.is_empty()).then_some(Held { step, found, is_in_view: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(written: &str) -> Vec<String> {
        let id = NormalId::new(written.as_bytes()).expect("an id");
        let text = |test: Test| match test {
            Test::Phrase(text) => text,
            other => panic!("{other:?}"),
        };
        spellings(&id).into_iter().map(text).collect()
    }

    #[test]
    fn an_id_has_each_of_its_spellings_once() {
        let (plain, dashed) = ("e6a9c3594fe00da838a4f32533373ad4", "e6a9c359-4fe0-0da8-38a4-f32533373ad4");
        assert_eq!(texts(plain), [plain, dashed]);
        assert_eq!(texts(dashed), [dashed, plain]);
        // Case makes no other text, dashes at other places do.
        assert_eq!(texts(&dashed.to_uppercase()), [&dashed.to_uppercase(), plain]);
        assert_eq!(texts("E6A9C359-4FE00DA838A4-F32533373AD4"), ["E6A9C359-4FE00DA838A4-F32533373AD4", plain, dashed]);
        assert_eq!(texts("REQ-17"), ["REQ-17", "req17"], "what is no UUID has none with dashes");
    }

    #[test]
    fn an_id_in_quotes_is_looked_for_in_all_its_spellings_and_another_text_as_it_is() {
        let phrase = |text: &str| {
            Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(text.to_owned())] })
        };
        let id = "e6a9c3594fe00da838a4f32533373ad4";
        assert_eq!(looked_for(&phrase(id)).map(|tests| tests.len()), Some(2));
        assert_eq!(looked_for(&phrase("a text")), Some(vec![Test::Phrase("a text".to_owned())]));
    }
}
