//! Texts that were pasted as they are: `Token expired: please re-authenticate!`. A colon in them names no field.

use crate::model::field::{FieldRef, Kind};

use super::print::{field_name, quoted};
use super::syntax::{self, Node, NodeKind};

/// Begins of what is another language.
const FOREIGN: [&str; 15] =
    ["{", "[", "(", ".", "|", "~", "@", "$", "<", "-", "!", "/", "select ", "case when ", "reqscope "];

/// The query that searches for a text as it was pasted, alone or behind the name of a field of texts; nothing,
/// where it may be a query.
pub fn as_text(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((name, value)) = text.split_once(':')
        && let Some(field) = FieldRef::find(name).filter(|field| field.kind() == Kind::Text && field.known().is_some())
    {
        let value = value.trim();
        return is_prose(value).then(|| format!("{}:{}", field_name(&field), quoted(value.as_bytes())));
    }
    is_prose(text).then(|| quoted(text.as_bytes()))
}

fn is_prose(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_foreign = FOREIGN.iter().any(|begin| lower.starts_with(begin))
        || ["&&", "||", "*", " | ", " : ", "\n"].iter().any(|sign| text.contains(sign));
    // A call or a field at its beginning is a condition.
    let first = text.split_whitespace().next().unwrap_or("");
    let second = text.split_whitespace().nth(1).unwrap_or("");
    let is_operator = !second.is_empty() && second.chars().all(|c| matches!(c, '=' | '~' | '!' | '<' | '>'));
    let is_term =
        first.split_once(':').is_some_and(|(name, value)| !value.is_empty() && FieldRef::find(name).is_some());
    let is_condition =
        is_term || first.contains(['(', '=']) || is_operator || FieldRef::find(first.trim_end_matches(':')).is_some();
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let headings = text.split_whitespace().filter(|word| word.len() > 1 && word.ends_with(':')).count();
    let words = text.split_whitespace().filter(is_word).count();
    words >= 2
        && text.split_whitespace().count() >= 3
        && headings <= 1
        && !is_foreign
        && !is_condition
        && !text.split_whitespace().any(syntax::calls_field)
        && is_of_words(&syntax::read(text).node)
}

/// Whether nothing in a query has a field, is left out or is one of several.
fn is_of_words(node: &Node) -> bool {
    match &node.kind {
        NodeKind::And(parts) => parts.iter().all(is_of_words),
        NodeKind::Or(_) | NodeKind::Not(_) => false,
        NodeKind::Term(term) => term.field.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_is_a_text() {
        for (text, query) in [
            ("Token expired: please re-authenticate!", Some("\"Token expired: please re-authenticate!\"")),
            ("Processing failed: upstream said \"no\"", Some("\"Processing failed: upstream said \\\"no\\\"\"")),
            ("Connection refused: 10.2.3.4:8080", Some("\"Connection refused: 10.2.3.4:8080\"")),
            ("quantity must be >= 1", Some("\"quantity must be >= 1\"")),
            ("error:Connection refused: 10.2.3.4:8080", Some("error_message:\"Connection refused: 10.2.3.4:8080\"")),
            ("error: Token expired: log in", Some("error_message:\"Token expired: log in\"")),
            ("app: web", None),
            ("app: web env: prod", None),
            ("app: web status: 500", None),
            ("expired: a OR status:500", None),
            ("{job: \"a b c\"}", None),
            ("duration in [100,500] or so", None),
            ("where looks_odd(ip, \"10.20.0.0/16\")", None),
            ("count_over_time({job=\"x\"} |= \"timeout\" [5m])", None),
            ("kubernetes.pod.name : \"web 3 b\"", None),
            ("/time(d )?out/ or more", None),
            ("text ~ \"connection reset\"", None),
            ("time:2 days ago", None),
            ("CASE WHEN status=500 THEN 1 ELSE 0 END", None),
            ("reqscope search --source all status:500", None),
        ] {
            assert_eq!(as_text(text).as_deref(), query, "{text}");
        }
    }
}
