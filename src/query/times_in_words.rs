//! Times among words: `last 24h`, `since yesterday`, `between 10:00 and 11:00`. They are the period, not texts.

use std::ops::Range;

use crate::base::months::month_of;
use crate::base::units::parse_compound_span;

use super::syntax::{Node, NodeKind, Word, spoken};

/// Words before a time that say nothing of it.
const LEADS: [&str; 8] = ["in", "for", "during", "over", "within", "from", "the", "of"];

/// Words for a day.
const DAYS: [&str; 2] = ["yesterday", "today"];

/// Days that are words otherwise: with another word before them.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Words that a time begins with where others stand behind them.
const BEGINNINGS: [&str; 10] = ["last", "past", "this", "since", "after", "until", "before", "between", "from", "on"];

/// Whether a word is read as a part of a time where others stand beside it.
pub(super) fn begins_time(word: &str) -> bool {
    let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    is(&DAYS) || is(&BEGINNINGS)
}

/// A time among words.
pub(super) struct TimeInWords {
    /// Where it stands.
    pub(super) place: Range<usize>,
    /// The term for it.
    pub(super) term: String,
    /// Whether no text is likely to read so.
    pub(super) is_sure: bool,
}

/// Says whether a text is a point in time, or a period.
pub(super) struct Readings<'r> {
    pub(super) is_point: &'r dyn Fn(&str) -> bool,
    pub(super) is_period: &'r dyn Fn(&str) -> bool,
}

/// The times among the words that stand side by side.
pub(super) fn times_in_words(text: &str, parts: &[Node], readings: &Readings<'_>) -> Vec<TimeInWords> {
    let words: Vec<&Word> = parts.iter().filter_map(plain_word).collect();
    let has_field = parts.iter().any(has_field);
    let mut found = Vec::new();
    let mut end = 0;
    for (at, word) in words.iter().enumerate() {
        if word.span.start < end {
            continue;
        }
        let beside = side_by_side(text, &words[at..]);
        let leads = beside.iter().take_while(|word| is_one(&word.text, &LEADS)).count();
        let time = time(text, beside, readings).or_else(|| time(text, beside.get(leads..)?, readings));
        if let Some((place, term, is_sure)) = time {
            let place = word.span.start..place.end;
            end = place.end;
            // Beside fields a date is hardly looked for in texts.
            let is_sure = is_sure || has_field && begins_date(&word.text);
            found.push(TimeInWords { place, term, is_sure });
        }
    }
    found
}

/// The time that words begin with: where it stands, the term, and whether it is sure.
fn time(text: &str, words: &[&Word], readings: &Readings<'_>) -> Option<(Range<usize>, String, bool)> {
    let (first, rest) = words.split_first()?;
    let lower = first.text.to_ascii_lowercase();
    let next = rest.first().map(|next| next.text.to_lowercase());
    let begin = first.span.start;
    let is_point = |word: &&&Word| (readings.is_point)(&word.text) || is_one(&word.text, &WEEKDAYS);
    let is_last = matches!(lower.as_str(), "last" | "past");
    if let Some(spoken) = spoken(text.get(begin..)?).filter(|spoken| spoken.span.len() < spoken.len) {
        let place = begin..begin + spoken.len;
        let is_whole = words.iter().any(|word| word.span.end == place.end);
        return is_whole.then(|| (place, format!("time:{}", spoken.span), is_last));
    }
    if let Some(next) =
        next.as_ref().filter(|next| (is_last || lower == "this") && next.starts_with(char::is_alphabetic))
    {
        let period = format!("{}-{next}", if is_last { "last" } else { "this" });
        let place = begin..rest.first()?.span.end;
        if is_last && is_one(next, &WEEKDAYS) {
            return Some((place, format!("time:\"last {next}\""), true));
        }
        return (readings.is_period)(&period).then(|| (place, format!("time:{period}"), true));
    }
    let last = |second: usize| {
        let (low, join, high) = (rest.first()?, rest.get(second - 1)?, rest.get(second)?);
        let is_join = is_one(&join.text, &["and", "to", "until", "till", "-"]);
        let is_sure = !is_span(low) && !is_span(high);
        (is_join && is_point(&low) && is_point(&high))
            .then(|| (begin..high.span.end, format!("time:{}..{}", low.text, high.text), is_sure))
    };
    let sign = match lower.as_str() {
        "between" => return last(2),
        "from" if last(2).is_some() => return last(2),
        "from" | "since" => Some(">="),
        "after" => Some(">"),
        "until" => Some("<="),
        "before" => Some("<"),
        "on" => Some(":"),
        _ => None,
    };
    if let Some(sign) = sign {
        let point = rest.first().filter(is_point)?;
        // Of a day all is meant, where nothing says from when on.
        let is_day = lower == "from" && is_one(&point.text, &DAYS);
        let sign = if is_day { ":" } else { sign };
        // “after 30s” is how long something took.
        let is_sure = lower == "since" || !is_span(point);
        return Some((begin..point.span.end, format!("time{sign}{}", point.text), is_sure));
    }
    if let Some(month) = next.filter(|next| lower == "in" && month_of(next).is_some()) {
        return Some((begin..rest.first()?.span.end, format!("time:{month}"), true));
    }
    // Clients and paths are called so, too.
    if begins_date(&first.text) {
        let is_date = |word: &&Word| begins_date(&word.text) && (readings.is_point)(&word.text);
        // `2026-11-20 10:00`, `2026-11-20 to 2026-11-21`
        let clock = rest.first().filter(|clock| clock.text.contains(':'));
        let with_clock = clock.map(|clock| (format!("{} {}", first.text, clock.text), clock.span.end));
        if let Some((moment, end)) = with_clock.filter(|(moment, _)| (readings.is_point)(moment)) {
            return Some((begin..end, format!("time:\"{moment}\""), false));
        }
        if let [join, last, ..] = rest
            && is_one(&join.text, &["to", "until", "till", "-", "–"])
            && is_date(first)
            && is_date(last)
        {
            return Some((begin..last.span.end, format!("time:{}..{}", first.text, last.text), false));
        }
        let is_whole = is_date(first) || first.text.contains("..") && (readings.is_period)(&first.text);
        return is_whole.then(|| (first.span.clone(), format!("time:{}", first.text), false));
    }
    if is_one(&lower, &WEEKDAYS) {
        return Some((first.span.clone(), format!("time:{lower}"), false));
    }
    is_one(&lower, &DAYS).then(|| (first.span.clone(), format!("time:{lower}"), true))
}

/// Whether a text begins as a date does: `2026-11-20`.
pub(super) fn begins_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[7] == b'-'
}

/// Whether a part asks for a field.
fn has_field(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Term(term) => term.field.is_some(),
        NodeKind::Not(inner) => has_field(inner),
        NodeKind::And(parts) | NodeKind::Or(parts) => parts.iter().any(has_field),
    }
}

fn is_span(word: &Word) -> bool {
    parse_compound_span(&word.text).is_some()
}

fn is_one(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Those words from the first on that have nothing between them.
fn side_by_side<'w, 'n>(text: &str, words: &'w [&'n Word]) -> &'w [&'n Word] {
    let is_gap = |pair: &[&Word]| {
        let between = text.get(pair[0].span.end..pair[1].span.start);
        between.is_some_and(|between| between.trim().is_empty())
    };
    let count = words.windows(2).take_while(|pair| is_gap(pair)).count();
    &words[..(count + 1).min(words.len())]
}

/// The word that a part is, if it stands for itself as it is written.
fn plain_word(node: &Node) -> Option<&Word> {
    node.word().filter(|word| word.is_plain())
}
