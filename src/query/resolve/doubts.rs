//! Readings that what was sent may show to be other ones than were meant: a value with blanks and without quotes, one
//! word more of a name, yes for true.

use super::{Reading, Resolver, draft, is_ordered};
use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::filter::{Clause, Filter, Target, Test};
use crate::query::print::{field_name, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::{self, Node, NodeKind, Op, Word, is_join};
use crate::query::times_in_words::{begins_date, begins_time};

/// A reading that is another one than was meant, if the requests show it: where what was meant keeps any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What is told then, with the whole right query.
    pub error: QueryError,
    /// What it was read as.
    pub read: Filter,
    /// What may be meant.
    pub meant: Filter,
    /// What shows that it was meant.
    pub shown: Shown,
}

/// What shows that a reading was not meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It keeps nothing.
    Nothing,
    /// It keeps others than what was meant.
    Others,
    /// It keeps nothing; where it keeps others, that is told.
    NothingOrTold,
    /// It keeps others, which is told even where the other one keeps nothing.
    Part,
    /// It keeps nothing, and that is told.
    NothingTold,
    /// It keeps others or nothing, and either is told: what is left out is none of it.
    Told,
}

/// So much text is read for the wholes of doubts. In long texts there are many, and each whole is as long: what is left
/// out there are the last ones.
const MOST_READ: usize = 10_000;

/// Doubts with the whole right query; those without one are dropped.
pub(super) fn with_wholes(text: &str, doubts: Vec<Doubt>, reading: Reading<'_>) -> Vec<Doubt> {
    let with_whole = |mut doubt: Doubt| {
        let (place, right) = doubt.error.fix.clone()?;
        let mut whole = text.to_owned();
        whole.replace_range(place, &right);
        // An escaped blank is of its value.
        let end = whole.trim_end().len();
        if !whole[..end].ends_with('\\') {
            whole.truncate(end);
        }
        doubt.error.whole = draft(&whole, reading).problems.is_empty().then(|| whole.into_boxed_str());
        doubt.error.whole.is_some().then_some(doubt)
    };
    doubts.into_iter().take(MOST_READ / text.len().max(1)).filter_map(with_whole).collect()
}

/// `region`: a word that is the name of what a source sent.
pub(super) fn name_sent(word: &Word) -> Option<Doubt> {
    let is_name = syntax::is_plain_name(&word.text) && FieldRef::find(&word.text).is_none();
    let field = FieldRef::Attribute(word.text.clone());
    let right = format!("has:{}", field_name(&field));
    let error = QueryError::new(format!("“{}” is the name of what a source sent", word.text), word.span.clone());
    let anywhere = Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(word.text.clone())] };
    let (read, meant) = (Filter::Clause(anywhere), Filter::field(field, Test::Present));
    let error = error.with_fix(word.span.clone(), right);
    is_name.then_some(Doubt { error, read, meant, shown: Shown::NothingTold })
}

impl Resolver<'_> {
    /// `status`, which a shell leaves of `status>=500`: the name of a field before nothing else, or alone.
    pub(super) fn bare_name(&mut self, word: &Word) {
        let Some(field) = FieldRef::find(&word.text).filter(|field| field.known().is_some()) else { return };
        let is_first = self.text.get(..word.span.start).is_some_and(|before| before.trim().is_empty());
        if !is_first {
            return;
        }
        let (name, place) = (field_name(&field), word.span.clone());
        if is_ordered(&field) && self.text.trim().len() == word.text.len() {
            self.note(format!(
                "“{}” is searched as a word; {name}:… asks for the field, and for a shell > and < stand in quotes",
                word.text
            ));
            return;
        }
        let message = format!("“{}” is searched as a word, and > and < stand in quotes for a shell", word.text);
        let error = QueryError::new(message, place.clone()).with_fix(place, format!("has:{name}"));
        let read = Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(word.text.clone())] });
        let meant = Filter::field(field, Test::Present);
        self.doubts.push(Doubt { error, read, meant, shown: Shown::NothingTold });
    }

    /// Doubts about parts that stand side by side.
    pub(super) fn doubts_beside(&mut self, parts: &[&Node]) {
        for (at, part) in parts.iter().enumerate() {
            // The longest value first.
            for count in (1..=4).rev() {
                let found = parts.get(at + 1..=at + count).and_then(|words| self.value_with_blanks(part, words));
                self.doubts.extend(found);
            }
        }
    }

    /// `client:success team`: words behind the value of a name.
    fn value_with_blanks(&self, part: &Node, words: &[&Node]) -> Option<Doubt> {
        let term = match &part.kind {
            NodeKind::Not(inner) => inner,
            _ => part,
        };
        let (name, value) = term.named_value()?;
        let field = FieldRef::find(&name.text).filter(|field| field.kind() == Kind::Name)?;
        let is_plain = matches!(value.op, Op::Has | Op::Exact) && value.word.is_plain();
        let mut end = value.word.span.end;
        for node in words {
            let word = node.word().filter(|word| is_plain_word(word))?;
            let between = self.text.get(end..word.span.start)?;
            // `Orders API (beta)`: names have words in parentheses.
            let is_grouped = between.trim() == "(" && self.text[word.span.end..].starts_with(')');
            if between.is_empty() || !between.trim().is_empty() && !is_grouped {
                return None;
            }
            end = word.span.end + usize::from(is_grouped);
        }
        let place = value.word.span.start..end;
        let both = self.text.get(place.clone()).filter(|both| is_plain && !both.contains(['"', '\'', '\\', ',']))?;
        let right = quoted(both.as_bytes());
        let besides = both[value.word.span.len()..].trim_start();
        let hint = format!("write {right}, or \"{besides}\" to search for the words besides");
        let error = QueryError::new("a value with spaces stands in double quotes", place.clone()).with_hint(hint);
        let test =
            |text: &str| if value.op == Op::Exact { Test::Exact(text.into()) } else { Test::Phrase(text.into()) };
        let anywhere = |text: &str| {
            Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![Test::Phrase(text.to_owned())] })
        };
        let read = std::iter::once(Filter::field(field.clone(), test(&value.word.text)));
        let read = read.chain(words.iter().filter_map(|node| node.word()).map(|word| anywhere(&word.text)));
        let (read, meant) = (Filter::And(read.collect()), Filter::field(field, test(both)));
        Some(Doubt { error: error.with_fix(place, right), read, meant, shown: Shown::Others })
    }
}

/// Whether a word may go on with a value: it joins nothing, and is no value of a field itself.
fn is_plain_word(word: &Word) -> bool {
    word.is_plain()
        && !is_join(&word.text)
        && field_of_word(&word.text).is_none()
        && !begins_time(&word.text)
        && !begins_date(&word.text)
}

#[cfg(test)]
mod tests {
    use crate::query::parse_with;
    use crate::query::resolve::Reading;
    use crate::query::testing::NOW;

    #[test]
    fn a_whole_ends_with_its_last_term() {
        let reading = Reading { now: NOW, zone: chrono_tz::UTC, read_ids: None };
        let doubts = parse_with("client=ROOT ", reading).expect("a name").doubts;
        assert_eq!(doubts[0].error.whole.as_deref(), Some("client~\"(?i)^ROOT$\""));
    }

    #[test]
    fn a_long_text_is_not_read_again_for_each_of_its_words() {
        let reading = Reading { now: NOW, zone: chrono_tz::UTC, read_ids: None };
        let doubts = |words: usize| {
            let words: Vec<String> = (0..words).map(|number| format!("word{number}")).collect();
            parse_with(&words.join(" "), reading).expect("words").doubts.len()
        };
        assert_eq!(doubts(30), 30);
        assert!((1..10).contains(&doubts(200)), "{}", doubts(200));
        assert_eq!(doubts(2_000), 0);
    }
}
