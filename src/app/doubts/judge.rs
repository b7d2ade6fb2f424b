//! What the requests show of a reading, by how many it keeps: whether the query is refused, and what is told of it.

use std::cell::RefCell;

use crate::base::shell::shell_word;
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::{self, Clause, Doubt, Filter, Parsed, QueryError, Reading, Shown, Target, Test};

/// How many requests a filter keeps.
pub type Count<'a> = &'a dyn Fn(&Filter) -> u64;

/// Counts each filter once, however often it is asked for.
pub fn once(count: impl Fn(&Filter) -> u64) -> impl Fn(&Filter) -> u64 {
    let counted = RefCell::new(Vec::<(Filter, u64)>::new());
    move |filter| {
        let known = counted.borrow().iter().find(|(known, _)| known == filter).map(|(_, count)| *count);
        known.unwrap_or_else(|| {
            let count = count(filter);
            counted.borrow_mut().push((filter.clone(), count));
            count
        })
    }
}

/// So often one mistake may hide another.
const ROUNDS: usize = 4;

/// Why a query that was understood is refused all the same: it has a reading that what was sent shows to be another one
/// than was meant. `count` says how many requests a filter keeps.
pub fn refusal(parsed: &Parsed, reading: Reading<'_>, count: Count<'_>) -> Option<QueryError> {
    let first = first_shown(parsed, count)?;
    let whole = first.whole.as_deref().and_then(|whole| put_right(whole, reading, count, Wholes::None));
    Some(QueryError { whole: whole.map(String::into_boxed_str).or(first.whole.clone()), ..first })
}

/// What the requests show first.
pub(super) fn first_shown(parsed: &Parsed, count: Count<'_>) -> Option<QueryError> {
    parsed.doubts.iter().find(|doubt| is_shown(doubt, count)).map(|doubt| doubt.error.clone())
}

/// A refusal as it is told where the query is taken all the same.
pub fn as_note(error: &QueryError) -> String {
    let whole = error.whole.as_deref().map(|whole| format!("; what may be meant is {}", shell_word(whole)));
    format!("{}{}", error.mistake, whole.unwrap_or_default())
}

/// The error of a query, whose whole has no such reading, either.
pub fn without_doubts(error: QueryError, text: &str, reading: Reading<'_>, count: Count<'_>) -> QueryError {
    let whole = error.whole.as_deref().and_then(|whole| put_right(whole, reading, count, wholes_of(text)));
    QueryError { whole: whole.map(String::into_boxed_str).or(error.whole.clone()), ..error }
}

/// Which values are whole ones where a query was written, though others hold them, too.
#[derive(Clone, Copy, PartialEq)]
enum Wholes {
    /// None.
    None,
    /// Those of names, as with the fields of ECS.
    Names,
    /// All, as with Datadog's names.
    All,
}

/// Which values are whole ones by the names of fields in a query: `@usr.name:`, `user.name:`.
fn wholes_of(text: &str) -> Wholes {
    let words = || text.split([' ', '(', '-', '!', '\n']).filter_map(|word| Some(word.split_once(':')?.0));
    let is_ecs = |name: &str| name.contains('.') && FieldRef::find(name).is_some_and(|field| field.known().is_some());
    if words().any(|name| name.strip_prefix('@').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()))) {
        Wholes::All
    } else if words().any(is_ecs) {
        Wholes::Names
    } else {
        Wholes::None
    }
}

/// A query without readings that the requests show to be wrong, if it has one.
fn put_right(text: &str, reading: Reading<'_>, count: Count<'_>, wholes: Wholes) -> Option<String> {
    let mut right = None;
    for _ in 0..ROUNDS {
        let parsed = query::parse_with(right.as_deref().unwrap_or(text), reading).ok()?;
        let is_wrong = |doubt: &&Doubt| {
            let is_other = || numbers_of(doubt, count).is_some_and(|(_, meant)| meant > 0);
            is_shown(doubt, count) || asks_whole(&doubt.meant, wholes) && is_other()
        };
        let Some(doubt) = parsed.doubts.iter().find(is_wrong) else { break };
        right = doubt.error.whole.clone().map(String::from);
    }
    right
}

/// What is told of readings that keep others than what may be meant: of several at once what is right for all of them.
pub fn told(parsed: &Parsed, reading: Reading<'_>, count: Count<'_>) -> Vec<String> {
    // Beside other terms both may be the same.
    let all = told_doubts(parsed, count);
    let told: Vec<(&Doubt, u64, u64)> = all
        .iter()
        .filter_map(|doubt| {
            // What is counted is the whole query, in which the value may be left out.
            let whole = doubt.error.whole.as_deref()?;
            let (own, other) = (count(&parsed.filter), count(&query::parse_with(whole, reading).ok()?.filter));
            (own != other).then_some((*doubt, own, other))
        })
        .collect();
    let words = |count: u64| units::counted(count, "request", "requests");
    let sentence = |mistakes: &str, own: u64, whole: &str, other: u64| {
        format!("{mistakes}: {}; {} asks for {}", words(own), shell_word(whole), words(other))
    };
    // Alone each may change nothing, `-client:dave -client:DAVE`, and all of them do.
    let doubts = if told.is_empty() { all } else { told.iter().map(|(doubt, ..)| *doubt).collect() };
    if let Some(whole) = whole_of_all(&doubts)
        && let Ok(all) = query::parse_with(&whole, reading)
        && let (own, other) = (count(&parsed.filter), count(&all.filter))
        && own != other
        && other > 0
    {
        let mut mistakes: Vec<String> = doubts.iter().map(|doubt| doubt.error.mistake.to_string()).collect();
        mistakes.dedup();
        return vec![sentence(&mistakes.join("; "), own, &whole, other)];
    }
    let each = told.iter().map(|(doubt, own, other)| {
        let whole = doubt.error.whole.as_deref().unwrap_or_default();
        sentence(&doubt.error.mistake.to_string(), *own, whole, *other)
    });
    each.collect()
}

/// The doubts that are told, one of each value.
fn told_doubts<'p>(parsed: &'p Parsed, count: Count<'_>) -> Vec<&'p Doubt> {
    let mut told: Vec<&Doubt> = Vec::new();
    for doubt in &parsed.doubts {
        let is_first = told.iter().all(|known| known.error.span != doubt.error.span);
        if is_first && numbers_of(doubt, count).is_some() {
            told.push(doubt);
        }
    }
    told
}

/// The query in which several doubts are put right at once, if they are apart.
pub(super) fn whole_of_all(doubts: &[&Doubt]) -> Option<String> {
    let mut fixes: Vec<_> = doubts.iter().filter_map(|doubt| doubt.error.fix.as_ref()).collect();
    fixes.sort_by_key(|(place, _)| place.start);
    let is_apart = fixes.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
    let (last, others) = fixes.split_last().filter(|(_, others)| is_apart && !others.is_empty())?;
    // What stands before the last one is in its whole as it was written.
    let mut whole =
        doubts.iter().find(|doubt| doubt.error.fix.as_ref() == Some(*last))?.error.whole.clone()?.into_string();
    for (place, right) in others.iter().rev() {
        whole.get(place.clone())?;
        whole.replace_range(place.clone(), right);
    }
    Some(whole)
}

/// What a reading keeps and what may be meant, if that is told.
fn numbers_of(doubt: &Doubt, count: Count<'_>) -> Option<(u64, u64)> {
    if matches!(doubt.shown, Shown::Nothing | Shown::Others) {
        return None;
    }
    // What is hardly ever there is asked first.
    let meant = count(&doubt.meant);
    if meant == 0 && doubt.shown != Shown::Part {
        return None;
    }
    let read = count(&doubt.read);
    let is_told = match doubt.shown {
        Shown::NothingTold => read == 0,
        Shown::Told => read != meant,
        _ => read > 0 && read != meant,
    };
    is_told.then_some((read, meant))
}

/// Whether the requests show that a reading was not meant.
fn is_shown(doubt: &Doubt, count: Count<'_>) -> bool {
    if matches!(doubt.shown, Shown::NothingTold | Shown::Told) {
        return false;
    }
    let read = count(&doubt.read);
    let may_be = read == 0 || doubt.shown == Shown::Others;
    let meant = if may_be { count(&doubt.meant) } else { 0 };
    meant > 0 && read != meant
}

/// Whether a filter asks for whole values of a field, which these are.
fn asks_whole(filter: &Filter, wholes: Wholes) -> bool {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => return parts.iter().all(|part| asks_whole(part, wholes)),
        Filter::Not(inner) => return asks_whole(inner, wholes),
        Filter::Clause(_) => {}
    }
    let Filter::Clause(Clause { target: Target::Field(field), any_of }) = filter else { return false };
    let is_name = || field.known().is_some() && field.kind() == Kind::Name;
    let is_of_these = wholes == Wholes::All || wholes == Wholes::Names && is_name();
    // A whole path is one with or without a query string.
    let is_path = |test: &Test| field.known() == Some(Field::Path) && matches!(test, Test::Regex(_));
    is_of_these && any_of.iter().all(|test| matches!(test, Test::Exact(_)) || is_path(test))
}
