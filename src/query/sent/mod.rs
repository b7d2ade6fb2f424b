//! Names of attributes that no request has: what is meant instead, where that is sure by those that were sent.

mod meant;
mod values;
mod words;

use std::ops::Range;

use crate::model::field::FieldRef;

use super::error::{Mistake, QueryError};
use super::filter::{Clause, Filter, Target, Test};
use super::print::field_name;
use super::resolve::{Reading, draft, parse_with};
use super::syntax::{self, Node, NodeKind, Term};

use meant::{may_be_meant, meant};

pub use values::{Values, by_values_sent};
pub use words::{named_in_words, sent_in_words};

/// What loggers call how bad a thing is.
const LEVELS: [&str; 6] = ["level", "severity", "loglevel", "log_level", "log.level", "lvl"];

/// Labels that Loki's streams have, whatever is logged.
const STREAMS: [&str; 8] = ["job", "app", "namespace", "container", "pod", "instance", "service_name", "cluster"];

/// The error with a whole query that names only what was sent, or fields; without one, where that is not sure.
#[must_use]
pub fn by_names_sent(error: QueryError, text: &str, reading: Reading<'_>, sent: &[&str]) -> QueryError {
    let Some(named) = with_names_sent(text, reading, sent) else { return of_names_sent(error, reading, sent) };
    let whole = match parse_with(&named, reading) {
        Ok(_) => Some(named.into_boxed_str()),
        Err(error) => of_names_sent(error, reading, sent).whole,
    };
    QueryError { whole, ..error }
}

/// The query in which names that were sent have their prefix, if there are such.
#[must_use]
pub fn with_names_sent(text: &str, reading: Reading<'_>, sent: &[&str]) -> Option<String> {
    let mut named = text.to_owned();
    let problems = draft(text, reading).problems;
    for problem in problems.iter().rev() {
        if let Some(name) = sent_with_spaces(text, problem, sent) {
            named.replace_range(problem.span.end - name.len()..problem.span.end, &name_of(&name));
            continue;
        }
        let Some(name) = text.get(problem.span.clone()).map(|name| name.trim_start_matches('@')) else { continue };
        if sent.contains(&name) && problem.mistake.is_of_name() {
            named.replace_range(problem.span.clone(), &name_of(&name));
        }
    }
    (named != text).then_some(named)
}

/// The name with spaces that was sent and whose last word is no field, `customer name:acme`.
fn sent_with_spaces<'s>(text: &str, problem: &QueryError, sent: &[&'s str]) -> Option<&'s str> {
    let before = text.get(..problem.span.end).filter(|_| problem.mistake.is_of_name())?;
    let is_here = |name: &str| {
        let begin = before.strip_suffix(name);
        name.contains(' ') && begin.is_some_and(|begin| begin.is_empty() || begin.ends_with([' ', '(', '-', '!']))
    };
    sent.iter().copied().filter(|name| is_here(name)).max_by_key(|name| name.len())
}

/// Whether a query names what is no field.
#[must_use]
pub fn names_unknown(text: &str, reading: Reading<'_>) -> bool {
    draft(text, reading).problems.iter().any(|problem| problem.mistake.is_of_name())
}

/// The same where no name of the query itself was sent.
fn of_names_sent(mut error: QueryError, reading: Reading<'_>, sent: &[&str]) -> QueryError {
    let Some(mut whole) = error.whole.take().map(String::from) else { return error };
    let mut names = Vec::new();
    attribute_names(&syntax::read(&whole).node, &mut names);
    names.retain(|(path, _)| !sent.contains(&path.as_str()));
    names.sort_by_key(|(_, place)| std::cmp::Reverse(place.start));
    let is_stream = error.mistake == Mistake::LokiQuery;
    for (path, place) in names {
        let below = format!(".{path}");
        if is_stream && STREAMS.contains(&path.as_str()) && !sent.iter().any(|name| name.ends_with(&below)) {
            // What a stream is called says nothing of a request.
            let end = whole[place.end..].find(' ').map_or(whole.len(), |at| place.end + at + 1);
            whole.replace_range(place.start..end, "");
            error.hint = Some(format!("no request has {}: that is a label of a stream", name_of(&path.as_str())));
            continue;
        }
        let wrong = name_of(&path.as_str());
        let is_first = error.fix.as_ref().is_some_and(|(_, written)| *written == wrong);
        let Some(right) = meant(&path, sent) else {
            let near = may_be_meant(&path, sent);
            if is_first && !near.is_empty() {
                error.hint = Some(format!("no request has {wrong}; did you mean {}?", near.join(" or ")));
            }
            return error;
        };
        if is_first || is_stream {
            error.hint = Some(format!("no request has {wrong}; did you mean {right}?"));
        }
        whole.replace_range(place, &right);
    }
    if parse_with(&whole, reading).is_ok() {
        // A stream alone is all there is.
        let is_empty = whole.trim().is_empty();
        error.whole = Some(if is_empty { "*".into() } else { whole.into_boxed_str() });
    }
    error
}

/// What is to be said of attributes that are asked to be missing and are none themselves: what they hold is sent.
pub fn objects_missing(filter: &Filter, sent: &[&str]) -> Vec<String> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(|part| objects_missing(part, sent)).collect(),
        Filter::Not(inner) => objects_missing(inner, sent),
        Filter::Clause(Clause { target: Target::Field(FieldRef::Attribute(path)), any_of })
            if any_of.contains(&Test::Missing) && !sent.contains(&path.as_str()) =>
        {
            let below = format!("{path}.");
            let held: Vec<String> = sent.iter().filter(|name| name.starts_with(&below)).map(name_of).collect();
            let wrong = name_of(&path.as_str());
            let near = meant(path, sent).filter(|_| held.is_empty()).into_iter().collect::<Vec<_>>();
            match (held.first(), near.first()) {
                (Some(first), _) => {
                    vec![format!("{wrong} is missing everywhere: sent is what it holds; no:{first} asks for one of it")]
                }
                (None, Some(near)) => vec![format!("{wrong} is missing everywhere; nearest: {near}")],
                (None, None) => vec![format!("{wrong} is missing everywhere")],
            }
        }
        Filter::Clause(_) => Vec::new(),
    }
}

/// What is to be said of `status:error`, Datadog's level, where levels were sent.
pub fn note_of_level(text: &str, sent: &[&str]) -> Option<String> {
    fn asked(node: &Node) -> Option<&str> {
        match &node.kind {
            NodeKind::And(parts) | NodeKind::Or(parts) => parts.iter().find_map(asked),
            NodeKind::Not(inner) => asked(inner),
            NodeKind::Term(Term { field: Some(field), values, .. }) if field.text.eq_ignore_ascii_case("status") => {
                let words = values.iter().map(|value| value.word.text.as_str());
                words.into_iter().find(|word| ["error", "ok"].iter().any(|level| word.eq_ignore_ascii_case(level)))
            }
            NodeKind::Term(_) => None,
        }
    }
    let tree = syntax::read(text);
    let word = asked(&tree.node)?;
    let level = sent.iter().find(|name| LEVELS.contains(name)).map(name_of)?;
    Some(format!("status:{word} asks how requests ended; {level}:{word} asks for the level that was sent"))
}

/// Whether a query asks for a state as other tools ask for a level.
pub fn asks_level(text: &str) -> bool {
    note_of_level(text, &LEVELS).is_some()
}

fn name_of(path: &&str) -> String {
    field_name(&FieldRef::Attribute((*path).to_owned()))
}

/// The attributes that a query names, and where.
fn attribute_names(node: &Node, names: &mut Vec<(String, Range<usize>)>) {
    match &node.kind {
        NodeKind::And(parts) | NodeKind::Or(parts) => parts.iter().for_each(|part| attribute_names(part, names)),
        NodeKind::Not(inner) => attribute_names(inner, names),
        NodeKind::Term(term) => {
            let Some(field) = &term.field else { return };
            let values = term.values.iter().map(|value| &value.word);
            let words = std::iter::once(field).chain(values.filter(|_| FieldRef::find(&field.text).is_none()));
            for word in words {
                if let Some(FieldRef::Attribute(path)) = FieldRef::find(&word.text) {
                    names.push((path, word.span.clone()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    const SENT: [&str; 7] = ["region", "level", "referer", "tags", "k8s.pod", "geo.country", "user agent family"];

    const READING: Reading<'_> =
        Reading { now: Timestamp(1_795_435_282_000_000), zone: chrono_tz::UTC, read_ids: None };

    #[test]
    fn the_whole_names_what_was_sent() {
        for (text, whole) in [
            ("pth:/foo", Some("path:/foo")),
            ("user agent family:curl status:500", Some("\"attributes.user agent family\":curl status:500")),
            ("-user agent family:curl", Some("-\"attributes.user agent family\":curl")),
            ("usr:bob status:500", Some("user:bob status:500")),
            ("Region:eu", Some("attributes.region:eu")),
            ("regoin:eu timeout", Some("attributes.region:eu timeout")),
            ("tag:vip", Some("attributes.tags:vip")),
            ("no:tag", Some("no:attributes.tags")),
            ("log.level: error", Some("attributes.level: error")),
            ("severity:error", Some("attributes.level:error")),
            ("@http.request.referrer:*google*", Some("attributes.referer:*google*")),
            ("@http.referer:*google*", Some("attributes.referer:*google*")),
            ("region.keyword: eu", Some("attributes.region: eu")),
            ("pod:web-1", Some("attributes.k8s.pod:web-1")),
            ("service.name: checkout", Some("service: checkout")),
            ("@user_agent_family:curl", Some("\"attributes.user agent family\":curl")),
            ("region:eu", Some("attributes.region:eu")),
            ("app:web", None),
            ("label:vip", Some("attributes.tags:vip")),
            ("pod_name:web-1", Some("attributes.k8s.pod:web-1")),
            ("kubernetes.pod.name:web-1", Some("attributes.k8s.pod:web-1")),
            ("trace.id:65ea364e", Some("request_id:65ea364e")),
            ("colour:red", None),
            ("regoin:eu colour:red", None),
            ("geo.body.bytes:10", None),
        ] {
            let error = parse_with(text, READING).expect_err(text);
            let error = by_names_sent(error, text, READING, &SENT);
            assert_eq!(error.whole.as_deref(), whole, "{text}");
        }
        let error = parse_with("account:7 day:mon", READING).expect_err("other names");
        let error = by_names_sent(error, "account:7 day:mon", READING, &["account", "day"]);
        assert_eq!(error.whole.as_deref(), Some("attributes.account:7 attributes.day:mon"), "what was sent goes first");
        let error = parse_with("regoin:eu", READING).expect_err("an unknown name");
        let said = by_names_sent(error, "regoin:eu", READING, &SENT).to_string();
        assert_eq!(
            said,
            "there is no field “regoin”; no request has attributes.regoin; did you mean attributes.region?"
        );
    }

    #[test]
    fn labels_of_streams_that_were_not_sent_say_nothing() {
        for (text, whole) in [
            ("{app=\"web\"} |= \"timed out\"", Some("\"timed out\"")),
            ("{app=\"web\", status=\"500\"}", Some("status:500")),
            ("{app=\"web\"}", Some("*")),
            // The label of a pod was sent.
            ("{pod=\"web-1\"} |= \"timed out\"", Some("attributes.k8s.pod:=web-1 \"timed out\"")),
            ("{tier=\"web\"} |= \"timed out\"", None),
        ] {
            let error = parse_with(text, READING).expect_err(text);
            assert_eq!(by_names_sent(error, text, READING, &SENT).whole.as_deref(), whole, "{text}");
        }
    }

    #[test]
    fn names_before_operators_that_were_sent_are_no_words() {
        for (text, whole) in [
            ("region contains eu", Some("attributes.region:eu")),
            ("region starts with eu status:500", Some("attributes.region:eu* status:500")),
            ("tags=vip", Some("attributes.tags=vip")),
            ("country=DE status:500", Some("attributes.geo.country=DE status:500")),
            ("k8s.pod=web-1 status:500", Some("attributes.k8s.pod=web-1 status:500")),
            ("region eu and status:500", Some("attributes.region:eu and status:500")),
            ("status:500 AND region eu", Some("status:500 AND attributes.region:eu")),
            ("status:500 and not region eu", Some("status:500 AND NOT attributes.region:eu")),
            (
                "status:500 and (region eu or tags vip)",
                Some("status:500 and (attributes.region:eu or attributes.tags:vip)"),
            ),
            (
                "regoin:eu and tags vip and status:500",
                Some("attributes.region:eu and attributes.tags:vip and status:500"),
            ),
            ("region eu status:500", None),
            ("region eu timeout and status:500", None),
            ("\"region eu\" and status:500", None),
            ("region and status:500", None),
            ("label=vip", None),
            ("region eu", None),
            ("\"tags=vip\"", None),
        ] {
            let error = sent_in_words(text, READING, &SENT);
            assert_eq!(error.and_then(|error| error.whole).as_deref(), whole, "{text}");
            assert!(whole.is_none() || named_in_words(text), "{text}");
        }
        assert!(!named_in_words("timed out status:500"));
    }

    #[test]
    fn what_is_missing_everywhere_is_said() {
        let said = |text: &str| objects_missing(&parse_with(text, READING).expect(text).filter, &SENT).join("; ");
        assert_eq!(
            said("no:attributes.geo"),
            "attributes.geo is missing everywhere: sent is what it holds; no:attributes.geo.country asks for one of it"
        );
        assert_eq!(said("no:attributes.regoin"), "attributes.regoin is missing everywhere; nearest: attributes.region");
        assert_eq!(said("status:500 no:attributes.colour"), "attributes.colour is missing everywhere");
        assert_eq!(said("no:attributes.region has:attributes.geo"), "");
    }
}
