//! Which of the names that were sent a wrong one is meant to be.

use crate::base::spelling::distance;
use crate::model::field::{FIELDS, Field, FieldRef};
use crate::query::syntax::GENERAL;

use super::{LEVELS, name_of};

/// What those are called that somebody put on it.
const TAGS: [&str; 6] = ["tags", "tag", "labels", "label", "topics", "topic"];

/// What a request is called that goes through several services: its id, where no other was sent.
const TRACES: [&str; 4] = ["trace.id", "trace_id", "traceid", "dd.trace_id"];

/// More ends of names that say nothing without what is before them, as [`GENERAL`].
const COUNTED: [&str; 5] = ["status", "bytes", "size", "count", "length"];

/// The name that is meant by one that was not sent: of an attribute that was, or of a field.
pub(super) fn meant(path: &str, sent: &[&str]) -> Option<String> {
    let path = path.strip_suffix(".keyword").unwrap_or(path);
    let plain = |name: &str| name.to_lowercase().replace(['-', '.', ' '], "_").replace("kubernetes_", "k8s_");
    let same = |name: &str| plain(name) == plain(path);
    if let Some(name) = only(sent.iter().copied().filter(|name| same(name))) {
        return Some(name_of(&name));
    }
    if LEVELS.iter().any(|level| level.eq_ignore_ascii_case(path)) {
        return only(sent.iter().copied().filter(|name| LEVELS.contains(name))).map(|name| name_of(&name));
    }
    if TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(path)) {
        return only(sent.iter().copied().filter(|name| TAGS.contains(name))).map(|name| name_of(&name));
    }
    if TRACES.iter().any(|trace| trace.eq_ignore_ascii_case(path)) {
        let is_trace = |name: &&str| plain(name) == "trace" || plain(name).ends_with("trace_id");
        let found = only(sent.iter().copied().filter(is_trace)).map(|name| name_of(&name));
        return found.or_else(|| Some(Field::RequestId.name().to_owned()));
    }
    if let Some(field) =
        path.strip_suffix(".name").filter(|name| matches!(FieldRef::find(name), Some(FieldRef::Known(_))))
    {
        return Some(field.to_owned());
    }
    let end = |name: &str| name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let (last, is_long) = (end(path), path.contains('.'));
    if !GENERAL.contains(&last.as_str()) && !COUNTED.contains(&last.as_str()) {
        // What is before the last part may be left out, or be left to say.
        let is_same = |name: &str| if is_long { name.to_lowercase() == last } else { end(name) == last };
        let found = only(sent.iter().copied().filter(|name| is_same(name)));
        if let Some(name) = found {
            return Some(name_of(&name));
        }
    }
    // `pod_name` is the name of what is called `pod`.
    let named = path.strip_suffix("_name").or_else(|| path.strip_suffix(".name")).filter(|name| !name.is_empty());
    if let Some(found) = named.and_then(|name| meant(name, sent)) {
        return Some(found);
    }
    nearest(path, sent).or_else(|| nearest(&last, sent).filter(|_| is_long && last.len() > 5))
}

/// Names of which none is sure.
pub(super) fn may_be_meant(path: &str, sent: &[&str]) -> Vec<String> {
    let end = |name: &str| name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let is_same_end = |name: &&&str| end(name) == end(path);
    // `version` of `app_version`.
    let has_part = |name: &&&str| {
        let lower = path.to_lowercase();
        lower.len() > 3 && name.to_lowercase().split(['.', '_', '-', ' ']).any(|part| part == lower)
    };
    let others = sent.iter().filter(is_same_end).chain(sent.iter().filter(has_part)).map(name_of);
    let mut names: Vec<String> = near(path, sent).into_iter().chain(others).collect();
    names.dedup();
    names.truncate(4);
    names
}

/// The one name that a slip makes of another.
fn nearest(wrong: &str, sent: &[&str]) -> Option<String> {
    only(near(wrong, sent).into_iter())
}

/// The names that a slip makes of another.
fn near(wrong: &str, sent: &[&str]) -> Vec<String> {
    let lower = wrong.to_lowercase();
    let is_short = lower.chars().count() <= 3;
    let is_slip = |name: &str| match distance(&lower, name) {
        // Of a short name a sign is missing: another sign makes another word.
        Some(distance) if is_short => distance == 1 && lower.len() > 2 && is_without_one(&lower, name),
        Some(distance) => distance == 1 || distance == 2 && lower.len() > 7,
        None => false,
    };
    let fields = FIELDS.iter().filter(|_| is_short).flat_map(|spec| {
        let names = std::iter::once(spec.name).chain(spec.aliases.iter().copied());
        names.filter(|name| is_slip(name)).take(1).map(ToOwned::to_owned)
    });
    sent.iter().filter(|name| is_slip(name)).map(name_of).chain(fields).collect()
}

/// Whether a text is another one without one of its signs.
fn is_without_one(text: &str, whole: &str) -> bool {
    let mut signs = whole.chars();
    whole.chars().count() == text.chars().count() + 1 && text.chars().all(|c| signs.any(|sign| sign == c))
}

/// The only one of some, if there is just one.
pub(super) fn only<T>(mut some: impl Iterator<Item = T>) -> Option<T> {
    some.next().filter(|_| some.next().is_none())
}
