//! What panes do to a filter: values in, values out, one field at a time.

use crate::model::field::FieldRef;

use super::filter::{Clause, Filter, Target, Test};

/// The values of one field that a filter's steps name: asked for, and left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// One of these must be there.
    pub included: Vec<Test>,
    /// None of these may be there.
    pub excluded: Vec<Test>,
}

impl Selection {
    /// The selection of a field: of its plain steps, `field:…` and `-field:…`.
    pub fn of(filter: &Filter, field: &FieldRef) -> Self {
        let mut selection = Self::default();
        for step in filter.steps() {
            match plain_step(step, field) {
                Some((true, tests)) => selection.included.extend(tests.iter().cloned()),
                Some((false, tests)) => selection.excluded.extend(tests.iter().cloned()),
                None => {}
            }
        }
        selection
    }

    /// Whether nothing is asked for and nothing left out.
    pub fn is_empty(&self) -> bool {
        self.included.is_empty() && self.excluded.is_empty()
    }

    /// The filter with this selection in the place of the field's plain steps. A field keeps its
    /// place among the steps.
    pub fn apply(&self, filter: &Filter, field: &FieldRef) -> Filter {
        let mut own = Vec::new();
        if !self.included.is_empty() {
            own.push(Filter::one_of(field.clone(), self.included.clone()));
        }
        if !self.excluded.is_empty() {
            own.push(Filter::Not(Box::new(Filter::one_of(field.clone(), self.excluded.clone()))));
        }
        let mut steps = Vec::new();
        for step in filter.steps() {
            match plain_step(step, field) {
                Some(_) => steps.append(&mut own),
                None => steps.push(step.clone()),
            }
        }
        steps.append(&mut own);
        Filter::from_steps(steps)
    }

    /// Ticks or unticks a value. A value that was left out is asked for instead.
    pub fn toggle(&mut self, test: Test) {
        self.excluded.retain(|other| *other != test);
        if self.included.contains(&test) {
            self.included.retain(|other| *other != test);
        } else {
            self.included.push(test);
        }
    }

    /// Asks for a value, besides those that are asked for.
    pub fn include(&mut self, test: Test) {
        self.excluded.retain(|other| *other != test);
        if !self.included.contains(&test) {
            self.included.push(test);
        }
    }

    /// Leaves a value out.
    pub fn exclude(&mut self, test: Test) {
        self.included.retain(|other| *other != test);
        if !self.excluded.contains(&test) {
            self.excluded.push(test);
        }
    }

    /// Whether a value is asked for and nothing else.
    pub fn is_only(&self, test: &Test) -> bool {
        self.included.as_slice() == std::slice::from_ref(test) && self.excluded.is_empty()
    }

    /// Asks for a value and nothing else.
    pub fn only(&mut self, test: Test) {
        self.excluded.clear();
        self.included = vec![test];
    }
}

/// Whether a step is nothing but one field with tests, asked for (`true`) or left out.
fn plain_step<'a>(step: &'a Filter, field: &FieldRef) -> Option<(bool, &'a [Test])> {
    match step {
        Filter::Clause(Clause { target: Target::Field(own), any_of }) if own == field => Some((true, any_of)),
        Filter::Not(inner) => match plain_step(inner, field) {
            Some((true, tests)) => Some((false, tests)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Field;

    fn exact(text: &str) -> Test {
        Test::Exact(text.into())
    }

    #[test]
    fn values_in_and_out() {
        let client = FieldRef::Known(Field::Client);
        let mut filter = Filter::field(Field::Status, Test::Range(500, 599));
        let mut selection = Selection::of(&filter, &client);
        assert!(selection.is_empty());
        selection.toggle(exact("ETL Partner"));
        selection.toggle(exact("Acme"));
        filter = selection.apply(&filter, &client);
        assert_eq!(filter.to_string(), "status:5xx 'client:=\"ETL Partner\",Acme'");
        let mut selection = Selection::of(&filter, &client);
        selection.exclude(exact("Acme"));
        filter = selection.apply(&filter, &client);
        assert_eq!(filter.to_string(), "status:5xx 'client:=\"ETL Partner\"' -client:=Acme");
        let mut selection = Selection::of(&filter, &client);
        selection.toggle(exact("ETL Partner"));
        selection.toggle(exact("Acme"));
        selection.toggle(exact("Acme"));
        assert_eq!(selection.apply(&filter, &client).to_string(), "status:5xx");
    }

    #[test]
    fn other_steps_of_the_field_stay() {
        let client = FieldRef::Known(Field::Client);
        let either =
            Filter::Or(vec![Filter::field(Field::Client, exact("a")), Filter::field(Field::Status, Test::Missing)]);
        let mut selection = Selection::of(&either, &client);
        selection.only(exact("b"));
        assert_eq!(selection.apply(&either, &client).to_string(), "'(client:=a OR status:none)' client:=b");
    }
}
