//! What stands around a query where it was copied: backquotes, a label, a call, the rest of an address, the options of
//! Files.com's program. The query is what is within.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::syntax::dialect::moments::is_date;
use crate::query::syntax::dialect::terms::is_term_behind;

/// What a query is called before it.
const LABELS: [&str; 9] = ["kql", "lucene", "dql", "query", "filter", "search", "q", "where", "esql"];

/// Marks of texts that are shown with a format, and of lines that are cited or listed.
const MARKS: [(&str, &str); 9] =
    [("**", "**"), ("__", "__"), ("> ", ""), (">>> ", ""), ("• ", ""), ("· ", ""), ("→ ", ""), ("» ", ""), ("❯ ", "")];

/// Parameters of Files.com's lists, as they and its program write them, and the comparisons that they are.
const PARAMETERS: [(&str, &str); 7] = [
    ("filter_gteq", ">="),
    ("filter_gt", ">"),
    ("filter_lteq", "<="),
    ("filter_lt", "<"),
    ("filter_prefix", ":"),
    ("filter_by", "="),
    ("filter", "="),
];

/// What stands around the whole of a query.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    let start = text.len() - text.trim_start().len();
    let inner = text.trim();
    let place = start..start + inner.len();
    let problem = |message: &str, right: String| Some(QueryError::new(message, place.clone()).written(right));
    if let Some(query) = inner.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')) {
        let query = query.trim_matches('`').trim();
        return problem("backquotes stand around no query", query.to_owned()).filter(|_| has_term(query));
    }
    if let Some(query) = MARKS.iter().find_map(|(open, close)| inner.strip_prefix(open)?.strip_suffix(close))
        && has_term(query)
    {
        return problem("marks of a text stand around no query", query.trim().to_owned());
    }
    if let Some(query) = of_page(inner).filter(|query| has_term(query)) {
        return problem("this is a query as the source of a page has it", query);
    }
    if let Some(query) = of_full_width(inner) {
        return problem("signs of full width are none of a query", query);
    }
    if let Some((query, is_all)) = of_kibana(inner) {
        let problem = QueryError::new("this is a query as an address of Kibana's has it", place.clone());
        let problem = problem.with_hint(format!("write {query}"));
        return Some(if is_all { problem.with_fix(place.clone(), query) } else { problem });
    }
    if let Some(query) = in_address(inner) {
        return problem("this is a query as an address has it", query);
    }
    if let Some(terms) = parameters(inner) {
        return problem("parameters of a list are terms here, side by side", terms);
    }
    let given = behind_command(inner);
    if let Some(option) = given.strip_prefix("--")
        && option.starts_with(|c: char| c.is_ascii_alphabetic())
        && (given != inner || !is_term_behind(option))
    {
        if let Some(terms) = options(given) {
            return problem("options of a command are terms here", terms);
        }
        let end = given.find(char::is_whitespace).unwrap_or(given.len()) + inner.len() - given.len();
        let problem = QueryError::new("options of a command are no part of a query", start..start + end);
        return Some(problem.with_hint("write terms: status:5xx client:acme"));
    }
    if let Some(query) = monitored(inner) {
        return problem("the filter of a monitor stands alone here", query.to_owned());
    }
    let item = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    if let Some(query) = item.strip_prefix([')', '.']).and_then(|query| query.strip_prefix(' ')).map(str::trim_start)
        && item.len() < inner.len()
        && is_term_behind(query)
    {
        return problem("the number of an item is no part of a query", query.to_owned());
    }
    let (label, query) = inner.split_once([':', '='])?;
    let is_label = LABELS.iter().any(|known| label.eq_ignore_ascii_case(known)) && FieldRef::find(label).is_none();
    let (query, at) = (query.trim_start(), inner.len() - query.trim_start().len());
    let problem = QueryError::new("a query stands here without its name", start..start + at);
    let problem = problem.with_hint(format!("write {query}")).with_fix(start..start + at, "");
    (is_label && is_term_behind(query.trim_start_matches(['(', '-', '!']))).then_some(problem)
}

/// `status&gt;=500`: a query as the source of a page has it.
fn of_page(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 6] =
        [("&gt;", ">"), ("&lt;", "<"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    let plain = NAMES.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign));
    (plain != text).then_some(plain)
}

/// `ｓｔａｔｕｓ:500`: the name of a field as keyboards of other scripts write it.
fn of_full_width(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    let name = text.split([':', '：', '>', '<', '=']).next().filter(|name| name.chars().all(char::is_alphanumeric))?;
    let plain: String = text.chars().map(narrow).collect();
    (!name.is_ascii() && FieldRef::find(name).is_none() && has_term(&plain)).then_some(plain)
}

/// Whether one of the words of a text is a term.
fn has_term(text: &str) -> bool {
    text.split_whitespace().any(|word| is_term_behind(word.trim_start_matches(['(', '-', '!'])))
}

/// `status%3A500%20method%3AGET`, `/logs?query=status%3Aerror&from=…`: a query as an address has it.
fn in_address(text: &str) -> Option<String> {
    if !text.contains('%') || text.contains(char::is_whitespace) {
        return None;
    }
    let parameter = ["?query=", "&query=", "?q=", "&q="].iter().find_map(|name| {
        let behind = text.split_once(name)?.1;
        Some(behind.split(['&', '\'', '#']).next().unwrap_or(behind))
    });
    // A value may hold signs of an address, too.
    let begin = text.split('%').next().unwrap_or("");
    let is_all = begin.chars().all(|c| c.is_alphanumeric() || "_.-@(".contains(c)) && parameter.is_none();
    let query = decoded(parameter.or(Some(text).filter(|_| is_all))?)?;
    has_term(&query).then_some(query)
}

/// `query:(language:kuery,query:'status:500')` of an address of Kibana's, and whether nothing else in it says which
/// requests are kept.
fn of_kibana(text: &str) -> Option<(String, bool)> {
    let text = decoded_where_needed(text)?;
    let behind = text.split_once("(language:")?.1.split_once(",query:'")?.1;
    let (mut query, mut signs) = (String::new(), behind.chars());
    loop {
        match signs.next()? {
            // What is written behind it is meant itself.
            '!' => query.push(signs.next()?),
            '\'' => break,
            sign => query.push(sign),
        }
    }
    let query = query.trim();
    let query = match period_of_kibana(&text) {
        Some(period) if query.contains(" or ") || query.contains(" OR ") => format!("({query}) {period}"),
        Some(period) => format!("{query} {period}"),
        None => query.to_owned(),
    };
    has_term(&query).then(|| (query, !text.contains("filters:!((")))
}

/// `time:(from:now-24h,to:now)` of such an address.
fn period_of_kibana(text: &str) -> Option<String> {
    let (from, behind) = text.split_once("time:(from:")?.1.split_once(",to:")?;
    let to = behind.split(')').next()?;
    Some(format!("time:{}..{}", from.trim_matches('\''), to.trim_matches('\'')))
}

/// A text as it is within an address, where it stands as one has it.
fn decoded_where_needed(text: &str) -> Option<String> {
    if text.contains('%') && !text.contains(char::is_whitespace) { decoded(text) } else { Some(text.to_owned()) }
}

/// A text without the percent signs of an address.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match first {
            b'%' => {
                let (code, behind) = rest.split_at_checked(2)?;
                rest = behind;
                u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?
            }
            b'+' => b' ',
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// `filter[success]=false&filter_gt[created_at]=2026-11-28`: the parameters of a list, of which pages and orders say
/// nothing of the requests.
fn parameters(text: &str) -> Option<String> {
    const OTHERS: [&str; 6] = ["per_page", "cursor", "page", "sort_by", "limit", "action"];
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    if !query.starts_with("filter") && !query.contains("&filter") || query.contains(char::is_whitespace) {
        return None;
    }
    let mut terms = Vec::new();
    for parameter in query.split('&') {
        let (name, value) = parameter.split_once('=')?;
        let (name, key) = name.strip_suffix(']').and_then(|name| name.split_once('[')).unwrap_or(("filter", name));
        if !OTHERS.contains(&name) && !OTHERS.contains(&key) {
            terms.push(parameter_term(name, key, &decoded(value)?)?);
        }
    }
    (terms.len() > 1 || query.contains('&') || query.len() < text.len())
        .then(|| terms.join(" "))
        .filter(|terms| !terms.is_empty())
}

/// `files-cli api-request-logs list --filter interface=sftp`: the options of a command of Files.com's program.
fn behind_command(text: &str) -> &str {
    let Some((command, _)) = text.split_once(" --") else { return text };
    let is_command = command.split_whitespace().all(|word| ["files-cli", "api-request-logs", "list"].contains(&word));
    if is_command { &text[command.len() + 1..] } else { text }
}

/// `--filter interface=sftp --filter-gteq created_at=2026-11-28`: the options of Files.com's program.
fn options(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let option = word.strip_prefix("--")?;
        let (name, parameter) = if let Some(pair) = option.split_once('=') {
            pair
        } else {
            at += 1;
            (option, *words.get(at)?)
        };
        let parameter = parameter.trim_matches(['\'', '"']);
        terms.push(match parameter.split_once(['=', ':']) {
            Some((key, value)) => parameter_term(&name.replace('-', "_"), key, value)?,
            None => parameter_term("filter_prefix", name, parameter)?.trim_end_matches('*').to_owned(),
        });
        at += 1;
    }
    Some(terms.join(" "))
}

/// A parameter of a list as a term.
pub(super) fn parameter_term(name: &str, key: &str, value: &str) -> Option<String> {
    let (_, sign) = PARAMETERS.iter().find(|(known, _)| *known == name)?;
    FieldRef::find(key).filter(|_| !value.is_empty() && !value.contains(['"', '\\']))?;
    let sign = if *sign == "=" && value.contains('*') { ":" } else { *sign };
    let star = if name == "filter_prefix" { "*" } else { "" };
    let value = match sign {
        // A day is its midnight there, behind which the rest of it counts, too.
        ">" | "<=" if is_date(value) => format!("{value}T00:00"),
        _ if value.contains(char::is_whitespace) => format!("\"{value}\""),
        _ => value.to_owned(),
    };
    Some(format!("{key}{sign}{value}{star}"))
}

/// `logs("status:error").index("*").rollup("count") > 100`: what a monitor of Datadog's filters by.
fn monitored(text: &str) -> Option<&str> {
    let (query, behind) = text.strip_prefix("logs(\"")?.split_once("\").")?;
    (behind.contains("(\"") && !query.contains('"')).then_some(query)
}

/// Quotes of a shell around arguments: what it would hand over, with a blank between; or only what `-q` has.
pub(super) fn arguments_of_shell(text: &str, only_queries: bool) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut rest, mut is_query) = (text.trim(), !only_queries);
    while !rest.is_empty() {
        let (word, behind) = match rest.strip_prefix('\'') {
            Some(inner) => inner.split_once('\'')?,
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        if !behind.is_empty() && !behind.starts_with(char::is_whitespace) || word.starts_with("--") {
            return None;
        }
        match word {
            "-q" => is_query = true,
            _ if is_query => {
                words.push(word.to_owned());
                is_query = !only_queries;
            }
            _ => {}
        }
        rest = behind.trim_start();
    }
    words.iter().any(|word| has_term(word)).then(|| words.join(" "))
}
