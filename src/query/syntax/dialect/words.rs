//! Operators in words, as SQL, Kusto and prose have them.

use super::literal::short_word as word;

/// What an operator in words asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query::syntax) enum Asks {
    In,
    /// Kusto's `in~`.
    InAnyCase,
    /// Kusto's `has_any`.
    HasAny,
    /// Kusto's `has_all`.
    HasAll,
    Is,
    Like,
    Similar,
    Contains,
    Starts,
    Ends,
    Matches,
    Exists,
    Between,
    /// Kusto's `contains_cs`: what stands before and behind the text in a pattern.
    InItsCase(&'static str, &'static str),
    Compares(&'static str),
}

/// Operators in words, longer ones first; whether they leave out.
const OPERATORS: &[(&[&str], Asks, bool)] = &[
    (&["is", "not", "distinct", "from"], Asks::Is, false),
    (&["is", "distinct", "from"], Asks::Is, true),
    (&["greater", "than", "or", "equal", "to"], Asks::Compares(">="), false),
    (&["less", "than", "or", "equal", "to"], Asks::Compares("<="), false),
    (&["greater", "than"], Asks::Compares(">"), false),
    (&["more", "than"], Asks::Compares(">"), false),
    (&["less", "than"], Asks::Compares("<"), false),
    (&["at", "least"], Asks::Compares(">="), false),
    (&["at", "most"], Asks::Compares("<="), false),
    (&["equal", "to"], Asks::Is, false),
    (&["longer", "than"], Asks::Compares(">"), false),
    (&["slower", "than"], Asks::Compares(">"), false),
    (&["later", "than"], Asks::Compares(">"), false),
    (&["shorter", "than"], Asks::Compares("<"), false),
    (&["faster", "than"], Asks::Compares("<"), false),
    (&["earlier", "than"], Asks::Compares("<"), false),
    (&["starts", "with"], Asks::Starts, false),
    (&["start", "with"], Asks::Starts, false),
    (&["begins", "with"], Asks::Starts, false),
    (&["ends", "with"], Asks::Ends, false),
    (&["end", "with"], Asks::Ends, false),
    (&["one", "of"], Asks::In, false),
    (&["any", "of"], Asks::In, false),
    (&["none", "of"], Asks::In, true),
    (&["matches", "regex"], Asks::Matches, false),
    (&["similar", "to"], Asks::Similar, false),
    (&["gte"], Asks::Compares(">="), false),
    (&["ge"], Asks::Compares(">="), false),
    (&["gt"], Asks::Compares(">"), false),
    (&["above"], Asks::Compares(">"), false),
    (&["over"], Asks::Compares(">"), false),
    (&["after"], Asks::Compares(">"), false),
    (&["since"], Asks::Compares(">="), false),
    (&["lte"], Asks::Compares("<="), false),
    (&["le"], Asks::Compares("<="), false),
    (&["lt"], Asks::Compares("<"), false),
    (&["below"], Asks::Compares("<"), false),
    (&["under"], Asks::Compares("<"), false),
    (&["before"], Asks::Compares("<"), false),
    (&["until"], Asks::Compares("<="), false),
    (&["ne"], Asks::Is, true),
    (&["neq"], Asks::Is, true),
    (&["nin"], Asks::In, true),
    (&["in"], Asks::In, false),
    (&["in~"], Asks::InAnyCase, false),
    (&["is"], Asks::Is, false),
    (&["equals"], Asks::Is, false),
    (&["eq"], Asks::Is, false),
    (&["like"], Asks::Like, false),
    (&["ilike"], Asks::Like, false),
    (&["contains"], Asks::Contains, false),
    (&["contains_cs"], Asks::InItsCase("", ""), false),
    (&["has_cs"], Asks::InItsCase("", ""), false),
    (&["startswith_cs"], Asks::InItsCase("^", ""), false),
    (&["endswith_cs"], Asks::InItsCase("", "$"), false),
    (&["notin"], Asks::In, true),
    (&["contain"], Asks::Contains, false),
    (&["includes"], Asks::Contains, false),
    (&["has"], Asks::Contains, false),
    (&["has_any"], Asks::HasAny, false),
    (&["has_all"], Asks::HasAll, false),
    (&["startswith"], Asks::Starts, false),
    (&["starts_with"], Asks::Starts, false),
    (&["starts-with"], Asks::Starts, false),
    (&["hasprefix"], Asks::Starts, false),
    (&["endswith"], Asks::Ends, false),
    (&["ends_with"], Asks::Ends, false),
    (&["ends-with"], Asks::Ends, false),
    (&["hassuffix"], Asks::Ends, false),
    (&["matches"], Asks::Matches, false),
    (&["match"], Asks::Matches, false),
    (&["regexp"], Asks::Matches, false),
    (&["regex"], Asks::Matches, false),
    (&["rlike"], Asks::Matches, false),
    (&["between"], Asks::Between, false),
    (&["exists"], Asks::Exists, false),
    (&["exist"], Asks::Exists, false),
];

/// Words that begin a clause elsewhere.
const CLAUSES: &[&str] =
    &["where", "filter", "search", "select", "order", "group", "limit", "not", "isnt", "doesnt", "does"];

/// Words behind `is` for what is not there, and for what is.
pub(super) const MISSING: &[&str] = &["missing", "absent", "empty", "unset", "unknown"];
pub(super) const PRESENT: &[&str] = &["present", "set", "there"];

/// Whether a word is an operator elsewhere.
pub(in crate::query::syntax) fn is_operator(word: &str) -> bool {
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    let word_of = |(words, ..): &(&[&str], Asks, bool)| is(words[0]);
    CLAUSES.iter().any(|clause| is(clause)) || OPERATORS.iter().any(word_of) || is("doesn't") || is("isn't")
}

/// An operator in words: what it asks, whether it leaves out, how it is shown, and the text behind it.
pub(in crate::query::syntax) fn operator(text: &str) -> Option<(Asks, bool, &str, &str)> {
    let (first, mut rest) = word(text)?;
    let begin = text.trim_start();
    let mut is_left_out = false;
    let lower = first.to_ascii_lowercase();
    match lower.as_str() {
        "not" | "isn't" | "isnt" | "doesn't" | "doesnt" => is_left_out = true,
        "does" => {
            let (next, behind) = word(rest)?;
            rest = Some(behind).filter(|_| next.eq_ignore_ascii_case("not"))?;
            is_left_out = true;
        }
        _ => rest = begin,
    }
    if let Some(behind) = rest.trim_start().strip_prefix('!').filter(|behind| behind.starts_with(char::is_alphabetic)) {
        (rest, is_left_out) = (behind, !is_left_out);
    }
    // `is not in (…)`, `is greater than 5`.
    let (next, behind) = word(rest)?;
    if next.eq_ignore_ascii_case("is") {
        let (inner, is_not) = match word(behind) {
            Some((not, behind)) if not.eq_ignore_ascii_case("not") => (behind, true),
            _ => (behind, false),
        };
        if let Some((asks, leaves_out, behind)) =
            listed(inner).filter(|(asks, ..)| *asks != Asks::Is || is_equal(inner))
        {
            let shown = begin[..begin.len() - behind.len()].trim_end();
            return Some((asks, is_left_out ^ is_not ^ leaves_out, shown, behind));
        }
    }
    let is_negated_state = matches!(lower.as_str(), "isn't" | "isnt");
    let (asks, leaves_out, behind) = match listed(rest) {
        None if is_negated_state => (Asks::Is, false, rest),
        found => found?,
    };
    let shown = begin[..begin.len() - behind.len()].trim_end();
    // “NOT IN” is pointed at by its first word.
    let shown = if is_left_out && !shown.starts_with('!') { first } else { shown };
    Some((asks, is_left_out ^ leaves_out, shown, behind))
}

fn is_equal(text: &str) -> bool {
    word(text).is_some_and(|(word, _)| word.eq_ignore_ascii_case("equal"))
}

/// The longest operator that a text begins with.
fn listed(text: &str) -> Option<(Asks, bool, &str)> {
    OPERATORS.iter().find_map(|(words, asks, leaves_out)| {
        let mut rest = text;
        for expected in *words {
            let (next, behind) = word(rest)?;
            rest = Some(behind).filter(|_| next.eq_ignore_ascii_case(expected))?;
        }
        Some((*asks, *leaves_out, rest))
    })
}
