//! Names that are not written as one is here: headings with a space and no quotes, `Response Code:404`, and
//! jq's `.region == "eu"` for what only the source sent.

use crate::model::field::{Field, FieldRef};
use crate::query::error::{Mistake, QueryError};
use crate::query::print::field_name;
use crate::query::syntax::dialect::other_names::{Instead, other_name};
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{is_operator_alone, starts_with_operator};
use crate::query::syntax::{Style, Word};

impl Reader<'_> {
    /// Passes over a term whose name is not written as one, and notes its right name.
    pub(in crate::query::syntax) fn named_elsewhere(&mut self) -> bool {
        self.headed_term() || self.name_by_parts() || self.dotted_attribute() || self.escaped_name()
    }

    /// `Response Code:404`: its last word alone may be another field.
    fn headed_term(&mut self) -> bool {
        let Some(len) = heading_len(self.rest(), is_before_operator) else { return false };
        self.name_heading(len);
        let span = self.at..self.at + len;
        let name = field_of(&self.text[span.clone()]).map_or_else(String::new, |field| field.to_string());
        self.field_term(Word { text: name, style: Style::Bare, span });
        true
    }

    /// Behind `has:` and `no:`: `Gateway code`.
    pub(in crate::query::syntax) fn headed_presence(&mut self) -> bool {
        let is_end = |behind: &str| behind.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ','));
        let is_name = |behind: &str| is_end(behind) && !is_operator_alone(behind.trim_start());
        let Some(len) = heading_len(self.rest(), is_name) else { return false };
        self.name_heading(len);
        self.at += len;
        // What else stands in the list is read when this is put right.
        let rest = self.rest();
        if rest.starts_with(',') {
            self.at += rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(rest.len());
        }
        true
    }

    fn name_heading(&mut self, len: usize) {
        let span = self.at..self.at + len;
        let heading = &self.text[span.clone()];
        let Some(field) = field_of(heading) else { return };
        let problem = QueryError::new("a name with a space stands in double quotes", span.clone());
        let first = heading.split(' ').next().unwrap_or(heading);
        let quoted = if FieldRef::find(heading).is_some() { format!(" or \"{heading}\"") } else { String::new() };
        let hint = format!("write {field}{quoted}; \"{first}\" in quotes is searched as a word");
        self.problem(problem.with_hint(hint).with_fix(span, field.to_string()));
    }

    /// jq's `.region == "eu"`, where `region` is no field.
    fn dotted_attribute(&mut self) -> bool {
        let Some(inner) = self.rest().strip_prefix('.') else { return false };
        let len = inner.find(|c: char| !is_of_name(c)).unwrap_or(inner.len());
        let (name, behind) = inner.split_at(len);
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && FieldRef::find(name).is_none();
        let is_asked = behind.starts_with("==") || behind.starts_with("!=") || is_operator_alone(behind.trim_start());
        if !is_name || !is_asked {
            return false;
        }
        let span = self.at..self.at + 1 + len;
        let right = field_name(&FieldRef::Attribute(name.to_owned()));
        let problem = QueryError::new(Mistake::no_field(name), span.clone());
        let hint = format!("what a source sent beyond the fields is {right}");
        self.problem(problem.with_hint(hint).with_fix(span.clone(), right.clone()));
        self.field_term(Word { text: right, style: Style::Bare, span });
        true
    }
}

/// The field that a heading names, here or in other tools: `Response time`.
fn field_of(heading: &str) -> Option<FieldRef> {
    Field::find(heading).map(FieldRef::Known).or_else(|| match other_name(&heading.replace(' ', "_"))? {
        Instead::Name(name) => FieldRef::find(name),
        _ => None,
    })
}

fn is_before_operator(behind: &str) -> bool {
    starts_with_operator(behind) && !behind.starts_with("://") || is_operator_alone(behind.trim_start())
}

/// How long the name of several words is that a text begins with, and what must be behind it. The longest one.
pub(in crate::query::syntax) fn heading_len(text: &str, is_end: impl Fn(&str) -> bool) -> Option<usize> {
    /// More words than the longest heading has.
    const MOST: usize = 5;
    let (mut end, mut found) = (0, None);
    for count in 0..MOST {
        let word = if count == 0 { text } else { text[end..].strip_prefix(' ').unwrap_or("") };
        let len = word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '?'))).unwrap_or(word.len());
        if len == 0 {
            break;
        }
        end = text.len() - word.len() + len;
        if count > 0 && field_of(&text[..end]).is_some() && is_end(&text[end..]) {
            found = Some(end);
        }
    }
    found
}

/// How long the name of several words is that a text begins with, if an operator is behind it.
pub(in crate::query::syntax) fn heading_before_operator(text: &str) -> Option<usize> {
    heading_len(text, is_before_operator)
}
