//! mitmproxy's filter expressions: `~m POST & !~u foo`.

pub(in crate::query::syntax) mod joins;
pub(super) mod terms;

use ipnet::IpNet;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::syntax::reader::Reader;

use super::classes::classes;
use super::escapes::unescaped;
use terms::{header, matching};

/// What an expression is here.
enum Here {
    /// A field that holds a number.
    Number(&'static str),
    /// A field that is matched, and what must be known about it.
    Match(&'static str, &'static str),
    /// A text that is looked for.
    Sure(&'static str),
    /// A field that may tell something like it.
    Near(&'static str, &'static str),
    /// A term.
    Term(&'static str),
    /// Nothing; what helps.
    Hint(&'static str),
}

const EXPRESSIONS: &[(&str, Here)] = &[
    ("c", Here::Number("status")),
    ("m", Here::Match("method", "")),
    ("u", Here::Match("path", "")),
    ("d", Here::Match("host", "")),
    ("src", Here::Match("ip", "")),
    ("dst", Here::Match("host", "")),
    // A flow that ended in an error has no response.
    ("e", Here::Term("status:none")),
    ("err", Here::Sure("error_message")),
    ("q", Here::Term("status:none")),
    ("s", Here::Term("has:status")),
    ("a", Here::Term("path~\"[.](css|js|png|jpg|ico)($|[?])\"")),
    ("all", Here::Term("*")),
    ("http", Here::Term("*")),
    ("h", Here::Match("user_agent", " (another header that was logged is attributes.NAME)")),
    ("hq", Here::Match("user_agent", " (another header that was logged is attributes.NAME)")),
    ("hs", Here::Hint("write has:attributes.NAME if the source logs response headers")),
    ("t", Here::Match("attributes.content_type", " (if the source logs it)")),
    ("tq", Here::Match("attributes.content_type", " (if the source logs it)")),
    ("ts", Here::Match("attributes.content_type", " (if the source logs it)")),
    ("b", Here::Near("error_message", " (bodies are not logged)")),
    ("bq", Here::Near("error_message", " (bodies are not logged)")),
    ("bs", Here::Near("error_message", " (bodies are not logged)")),
    ("tcp", Here::Hint("all of these requests are HTTP")),
    ("udp", Here::Hint("all of these requests are HTTP")),
    ("dns", Here::Hint("all of these requests are HTTP")),
    ("websocket", Here::Hint("write status:101 for what became a websocket")),
    ("marked", Here::Hint("requests carry no marks; id:@FILE takes a list of them")),
    ("marker", Here::Hint("requests carry no marks; id:@FILE takes a list of them")),
    ("comment", Here::Hint("requests carry no comments; write attributes.NAME:… for what the source sent")),
    ("meta", Here::Hint("write attributes.NAME:… for what the source sent")),
    ("replay", Here::Hint("requests are not sent again here")),
    ("replayq", Here::Hint("requests are not sent again here")),
    ("replays", Here::Hint("requests are not sent again here")),
];

/// The name behind a tilde, if an expression begins here.
pub(in crate::query::syntax) fn expression(text: &str) -> Option<&str> {
    let name = text.strip_prefix('~')?;
    // `~c404` is typed without its space.
    if name.strip_prefix('c').is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit())) {
        return Some("c");
    }
    let (name, behind) = name.split_at(name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len()));
    let is_whole = behind
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || matches!(c, ')' | '&' | '|' | '"' | '\'' | ':' | '='));
    if name.strip_prefix('m').is_some_and(|method| method.len() > 2 && method.bytes().all(|b| b.is_ascii_uppercase())) {
        return Some("m");
    }
    (!name.is_empty() && is_whole).then_some(name)
}

impl Reader<'_> {
    /// `~c 502` and its kin: what it is here, and how much of the text.
    pub(super) fn mitmproxy(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name = expression(rest)?;
        let lower = name.to_ascii_lowercase();
        let Some((_, here)) = EXPRESSIONS.iter().find(|(other, _)| *other == lower) else {
            let problem = QueryError::new(format!("“~{name}” has no field"), self.at..self.at + 1 + name.len());
            let behind = &rest[1 + name.len()..];
            if FieldRef::find(name).is_some()
                && behind.trim_start().starts_with(|c: char| c.is_alphanumeric() || c == '/')
            {
                let len = rest.len() - behind.trim_start().len();
                let problem = QueryError::new("a field stands before its operator", self.at..self.at + len);
                return Some((problem.written(format!("{name}:")), 1 + name.len()));
            }
            let hint = format!("a regular expression stands behind one: path~{name}; a text stands in double quotes");
            return Some((problem.with_hint(hint), 1 + name.len()));
        };
        let (mut argument, mut len) = argument_behind(&rest[1 + name.len()..]);
        // A header's value behind a space.
        if matches!(lower.as_str(), "h" | "hq")
            && argument.ends_with(':')
            && rest[1 + name.len()..][..len].ends_with(':')
        {
            let (value, more) = self::argument(&rest[1 + name.len() + len..]);
            argument.push_str(&value);
            len += more;
        }
        let is_told = matches!(lower.as_str(), "hs" | "comment" | "meta" | "marker");
        let takes_one = (is_told || !matches!(here, Here::Term(_) | Here::Hint(_))) && !argument.is_empty();
        let total = 1 + name.len() + if takes_one { len } else { 0 };
        let problem = QueryError::new(format!("“~{name}” is mitmproxy's"), self.at..self.at + total);
        // There a pattern ends before a parenthesis, and what is behind it is no expression.
        if takes_one && rest[total..].starts_with('(') {
            let len = rest[total..].find(char::is_whitespace).unwrap_or(rest.len() - total);
            let hint = format!("a pattern with parentheses stands in double quotes: ~{name} \"…\"");
            return Some((problem.with_hint(hint), total + len));
        }
        Some((
            match here {
                Here::Term(term) => problem.written(*term),
                Here::Hint(hint) => problem.with_hint(*hint),
                Here::Number(field) | Here::Match(field, _) | Here::Sure(field) | Here::Near(field, _)
                    if !takes_one =>
                {
                    problem.with_hint(format!("write {field}:…"))
                }
                Here::Number(field) => {
                    let (sign, pattern) = argument.strip_prefix('!').map_or(("", &*argument), |pattern| ("-", pattern));
                    problem.written(format!("{sign}{field}:{}", statuses(pattern)))
                }
                Here::Match("ip", _) if argument.parse::<IpNet>().is_ok() => problem.written(format!("ip:{argument}")),
                Here::Match("method", _) if is_list(&argument) => problem.written(format!("method:{argument}")),
                Here::Sure(field) => {
                    problem.written(matching(&FieldRef::find(field).expect("a field of the table"), &argument))
                }
                Here::Match("user_agent", _) if header(&argument).is_some() => {
                    problem.written(header(&argument).unwrap_or_default())
                }
                Here::Near(field, about) => {
                    let term = matching(&FieldRef::find(field).expect("a field of the table"), &argument);
                    problem.with_hint(format!("write {term}{about}"))
                }
                Here::Match(field, about) => {
                    let term = matching(&FieldRef::find(field).expect("a field of the table"), &argument);
                    let place = problem.span.clone();
                    problem.with_hint(format!("write {term}{about}")).with_fix(place, term)
                }
            },
            total,
        ))
    }
}

/// The argument of an expression, also behind a colon or an equals sign, negated, or in parentheses.
fn argument_behind(text: &str) -> (String, usize) {
    if let Some(behind) = text.strip_prefix([':', '=']) {
        return argument(&format!(" {behind}"));
    }
    let behind = text.trim_start();
    let space = text.len() - behind.len();
    let end = behind.find(|c: char| c.is_whitespace()).unwrap_or(behind.len());
    let word = behind[..end].trim_end_matches(['&', '|']);
    let is_number = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    if space > 0 && word.strip_prefix('!').is_some_and(is_number) {
        return (word.to_owned(), space + word.len());
    }
    let inside = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
    if space > 0 && inside.is_some_and(|inside| inside.contains('|') && !inside.contains(['(', ')', '~'])) {
        return (word.to_owned(), space + word.len());
    }
    argument(text)
}

/// Whether methods stand side by side.
fn is_list(text: &str) -> bool {
    text.contains(',') && text.split(',').all(|part| part.len() > 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// The statuses that a pattern of three digits stands for: `5..`, `50[0-9]`.
fn statuses(pattern: &str) -> String {
    if let Some(classes) = classes(pattern).filter(|_| pattern.contains('[')) {
        return classes;
    }
    let plain = pattern.trim_start_matches('^').trim_end_matches('$');
    let plain = plain.replace("[0-9]", "x").replace("\\d", "x").replace('.', "x");
    let is_class = plain.len() == 3 && matches!(plain.trim_end_matches('x').len(), 1 | 2);
    let is_digits = plain.trim_end_matches('x').bytes().all(|b| b.is_ascii_digit());
    if is_class && is_digits { plain } else { pattern.to_owned() }
}

/// The argument of an expression, and how much of the text it is.
fn argument(text: &str) -> (String, usize) {
    let behind = text.trim_start();
    let space = text.len() - behind.len();
    if let Some(quote @ ('"' | '\'')) = behind.chars().next() {
        let inner = &behind[1..];
        let end = unescaped(inner, quote).unwrap_or(inner.len());
        let pattern = inner[..end].replace(&format!("\\{quote}"), &quote.to_string());
        return (pattern, space + (end + 2).min(behind.len()));
    }
    // A user's folder is no expression.
    let is_expression = expression(behind).is_some_and(|name| EXPRESSIONS.iter().any(|(other, _)| *other == name));
    if space > 0 && !is_expression && behind.strip_prefix('~').is_some_and(|user| user.starts_with(char::is_alphabetic))
    {
        let end = behind.find(|c: char| c.is_whitespace() || matches!(c, ')' | '&' | '|')).unwrap_or(behind.len());
        return (behind[..end].to_owned(), space + end);
    }
    if space == 0 && !behind.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return (String::new(), 0);
    }
    let mut is_escaped = false;
    let is_end = |c: char| {
        let was_escaped = std::mem::replace(&mut is_escaped, false);
        is_escaped = c == '\\' && !was_escaped;
        c.is_whitespace() || !was_escaped && "()~'\"".contains(c)
    };
    let word = behind.split(is_end).next().unwrap_or("");
    let word = word.trim_end_matches(['|', '&']);
    // `~c 500&~m GET`: an expression is over where the next one begins.
    let word = word.split_once("&!").map_or(word, |(word, _)| word);
    if word.starts_with(['&', '|', '!']) { (String::new(), 0) } else { (word.to_owned(), space + word.len()) }
}
