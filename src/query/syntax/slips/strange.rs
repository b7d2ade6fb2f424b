//! What no language here reads as it was meant: names with a blank, texts in backquotes, signs and words that are no
//! operators. Each is answered with what is right.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{field_name, pattern_text, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{WORDS, is_counted, known_name_len, operator_len, starts_with_operator};

/// Comparisons that are turned around, and what they are.
const TURNED: [(&str, &str); 4] = [("!>=", "<"), ("!<=", ">"), ("!>", "<="), ("!<", ">=")];

/// Signs behind a colon that text programs make of comparisons.
const SIGNS: [(char, &str); 3] = [('≥', ">="), ('≤', "<="), ('≠', "!=")];

impl Reader<'_> {
    /// Passes over what is strange, and notes what is right.
    pub(in crate::query::syntax) fn strange_term(&mut self) -> bool {
        let found = self
            .name_with_blank()
            .or_else(|| self.values_alone())
            .or_else(|| self.backquoted())
            .or_else(|| self.failed_as_name())
            .or_else(|| self.failed_before_value())
            .or_else(|| self.code_in_words())
            .or_else(|| self.either_but_not_both())
            .or_else(|| self.no_comparison())
            .or_else(|| self.product())
            .or_else(|| self.glob())
            .or_else(|| self.no_operator());
        let is_found = found.is_some();
        if let Some((problem, len)) = found {
            self.at += len;
            self.problem(problem);
        }
        is_found
    }

    /// `attributes.Env Name:"Pre Prod"`: a name that a source sent with a blank in it.
    fn name_with_blank(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let path = rest.strip_prefix("attributes.")?;
        let mut len = path.find(|c| !is_of_name(c))?;
        let mut words = 0;
        while let Some(behind) = path[len..].strip_prefix(' ') {
            let word = &behind[..behind.find(|c| !is_of_name(c)).unwrap_or(behind.len())];
            let is_known = FieldRef::find(word).is_some() || WORDS.contains(&word) || is_join(word);
            if words == 3 || is_known || !word.starts_with(char::is_alphanumeric) {
                return None;
            }
            (len, words) = (len + 1 + word.len(), words + 1);
        }
        let behind = &path[len..];
        if words == 0 || !starts_with_operator(behind) || value_len(behind) == operator_len(behind) {
            return None;
        }
        let place = self.at..self.at + rest.len() - behind.len();
        let right = field_name(&FieldRef::Attribute(path[..len].to_owned()));
        let problem = QueryError::new("a name with a space stands in double quotes", place.clone());
        let len = place.len() + value_len(behind);
        Some((problem.with_hint(format!("write {right}")).with_fix(place, right), len))
    }

    /// `500,502`, `GET,POST`: values of one field without it.
    fn values_alone(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let list = &rest[..rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(rest.len())];
        let field =
            |value: &str| field_of_word(value).filter(|term| term.split_once(':').is_some_and(|(_, v)| v == value));
        let name = |value: &str| field(value)?.split_once(':').map(|(name, _)| name.to_owned());
        let first = name(list.split_once(',')?.0).filter(|name| matches!(name.as_str(), "status" | "method" | "ip"))?;
        if !list.split(',').all(|value| name(value).as_ref() == Some(&first)) {
            return None;
        }
        let right = format!("{first}:{list}");
        let problem = QueryError::new("values stand behind the name of their field", self.at..self.at + list.len());
        let hint = format!("write {right}, or \"{list}\" to search for the text");
        Some((problem.with_hint(hint).with_fix(self.at..self.at + list.len(), right), list.len()))
    }

    /// `` `connection reset` ``: a text in backquotes.
    fn backquoted(&self) -> Option<(QueryError, usize)> {
        let (text, behind) = self.rest().strip_prefix('`')?.split_once('`')?;
        let is_closed = behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == ')');
        if text.trim().is_empty() || !is_closed {
            return None;
        }
        let len = text.len() + 2;
        let problem = QueryError::new("backquotes are no quotes here", self.at..self.at + len);
        Some((problem.written(quoted(text.as_bytes())), len))
    }

    /// `failed:true`: the state as a name with a truth.
    fn failed_as_name(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let behind = rest.get("failed".len()..).filter(|_| rest[.."failed".len()].eq_ignore_ascii_case("failed"))?;
        let operator = operator_len(behind);
        let is_equal = matches!(&behind[..operator], ":" | "=" | "==" | ":=");
        let len = "failed".len() + value_len(behind);
        let value = rest[..len].get("failed".len() + operator..).filter(|_| is_equal)?;
        let right = match value.trim().trim_matches('"').to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "y" => "is:failed",
            "false" | "no" | "0" | "n" => "is:success",
            _ => return None,
        };
        Some((QueryError::new("how a request ended is a state", self.at..self.at + len).written(right), len))
    }

    /// `failed POST`: the state before the value of another field.
    fn failed_before_value(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let value = rest.strip_prefix("failed ")?.trim_start();
        let at = rest.len() - value.len();
        let value = &value[..value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len())];
        let term =
            field_of_word(value).filter(|term| ["status:", "method:", "ip:"].iter().any(|f| term.starts_with(f)))?;
        let len = at + value.len();
        let behind = rest[len..].trim_start();
        let is_last = behind.is_empty() || behind.starts_with(')') || known_name_len(behind).is_some();
        if !self.stands_first() || !is_last {
            return None;
        }
        let problem = QueryError::new("“failed” is a word here", self.at..self.at + len);
        let right = format!("is:failed {term}");
        let hint = format!("write {right}, or \"{}\" to search for the text", &rest[..len]);
        Some((problem.with_hint(hint).with_fix(self.at..self.at + len, right), len))
    }

    /// `duration!>1s`, `status:≥500`: signs that are no comparison.
    fn no_comparison(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name = &rest[..rest.find(|c| !is_of_name(c))?];
        FieldRef::find(name).filter(|field| is_counted(field.kind()))?;
        let sign = rest[name.len()..].trim_start();
        let turned = TURNED.iter().find_map(|(token, right)| Some((sign.strip_prefix(token)?, *right)));
        let (behind, right) = turned.or_else(|| {
            let sign = sign.strip_prefix(':')?.trim_start();
            SIGNS.iter().find_map(|(token, right)| Some((sign.strip_prefix(*token)?, *right)))
        })?;
        let value = behind.trim_start();
        let len = value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len());
        if len == 0 {
            return None;
        }
        let written = sign[..sign.len() - behind.len()].trim();
        let end = self.at + rest.len() - value.len();
        let place = self.at + name.len()..end;
        let problem = QueryError::new(format!("“{written}” is no operator here"), place.clone());
        Some((problem.with_hint(format!("write {right}")).with_fix(place, right), rest.len() - value.len() + len))
    }

    /// `duration > 1.5 * 1000`: a number that is to be reckoned.
    fn product(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name = &rest[..rest.find(|c| !is_of_name(c))?];
        FieldRef::find(name).filter(|field| is_counted(field.kind()) || matches!(field, FieldRef::Attribute(_)))?;
        let sign = rest[name.len()..].trim_start();
        let value = sign[operator_len(sign)..].trim_start();
        let (first, behind) = value.split_once(['*', '/', '+'])?;
        let operator = &value[first.len()..=first.len()];
        let behind = behind.trim_start();
        let second = &behind[..behind.find([' ', ')']).unwrap_or(behind.len())];
        let (one, other) = (first.trim().parse::<f64>().ok()?, second.parse::<f64>().ok()?);
        // A star in a value is a pattern's.
        if operator_len(sign) == 0 || !sign.starts_with(['<', '>']) && !first.ends_with(' ') {
            return None;
        }
        let place = self.at + rest.len() - value.len()..self.at + rest.len() - behind.len() + second.len();
        let len = place.end - self.at;
        let problem = QueryError::new("nothing is reckoned here", place);
        let reckoned = match operator {
            "*" => one * other,
            "+" => one + other,
            _ => one / other,
        };
        Some((if reckoned.is_finite() { problem.written(reckoned.to_string()) } else { problem }, len))
    }

    /// `client GLOB 'svc-*'` of an embedded SQL.
    fn glob(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = rest.split_once(' ')?;
        let field = FieldRef::find(name).filter(|field| matches!(field.kind(), Kind::Name | Kind::Text))?;
        let (mut word, mut behind) = behind.trim_start().split_once(' ')?;
        let is_left_out = word.eq_ignore_ascii_case("not");
        if is_left_out {
            (word, behind) = behind.trim_start().split_once(' ')?;
        }
        let text = behind.trim_start();
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (pattern, behind) = text[1..].split_once(quote).filter(|_| word.eq_ignore_ascii_case("glob"))?;
        let len = rest.len() - behind.len();
        let problem = QueryError::new("“GLOB” is no operator here", self.at..self.at + len);
        // One sign that is any, or one of some, no pattern says here.
        if pattern.contains(['?', '[', '"', '\\']) || pattern.is_empty() {
            return Some((problem.with_hint("a * stands for any text: client:svc-*"), len));
        }
        let sign = if is_left_out { "-" } else { "" };
        Some((problem.written(format!("{sign}{}:{}", field_name(&field), pattern_text(pattern, false))), len))
    }

    /// `client foo "acme"`: a word between the name of a field and a text in quotes.
    fn no_operator(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = rest.split_once(' ')?;
        let field = FieldRef::find(name).filter(|field| matches!(field.kind(), Kind::Name | Kind::Address))?;
        let (word, text) = behind.split_once(' ')?;
        let is_not = word.eq_ignore_ascii_case("not");
        let is_word = word.starts_with(char::is_alphabetic)
            && word.chars().all(|c| c.is_alphanumeric() || c == '_')
            && (is_not || !is_join(word))
            && FieldRef::find(word).is_none()
            && field_of_word(word).is_none();
        let (value, behind) = text.strip_prefix('"')?.split_once('"')?;
        let is_closed = behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == ')');
        if !is_word || !is_closed || value.is_empty() || !self.stands_alone_before() {
            return None;
        }
        let len = rest.len() - behind.len();
        let at = self.at + name.len() + 1;
        if is_not {
            let problem = QueryError::new(format!("“{word}” is no operator here"), at..at + word.len());
            let right = format!("-{}:{}", field_name(&field), quoted(value.as_bytes()));
            return Some((problem.with_hint(format!("write {right}")).with_fix(self.at..self.at + len, right), len));
        }
        let hint = format!("write {}:\"{value}\", or \"{word}\" to search for the word", field_name(&field));
        let problem = QueryError::new(format!("“{word}” is no operator here"), at..at + word.len());
        Some((problem.with_hint(hint), len))
    }

    /// `status:500 XOR method:POST`
    fn either_but_not_both(&self) -> Option<(QueryError, usize)> {
        let behind = self.rest().strip_prefix("XOR ").filter(|_| !self.stands_first())?.trim_start();
        let is_term = known_name_len(behind).is_some() || behind.starts_with('(');
        let problem = QueryError::new("there is no XOR here", self.at..self.at + "XOR".len());
        let hint = "write (A -B) OR (B -A), or \"XOR\" to search for the word";
        is_term.then(|| (problem.with_hint(hint), "XOR".len()))
    }

    /// `status code 404`, `not failed`: what is asked for in words that no field or operator is.
    fn code_in_words(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let begins = |head: &&&str| rest.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head));
        let is_end = |len: usize| {
            let behind = rest[len..].trim_start();
            behind.is_empty() || behind.starts_with(')') || known_name_len(behind).is_some()
        };
        if !self.stands_first() {
            return None;
        }
        if let Some(head) = ["is not failed", "not failed"].iter().find(begins) {
            let problem = QueryError::new("“not” is a word here", self.at..self.at + head.len());
            let hint = format!("write -is:failed, or \"{head}\" to search for the text");
            let problem = problem.with_hint(hint).with_fix(self.at..self.at + head.len(), "-is:failed");
            return is_end(head.len()).then_some((problem, head.len()));
        }
        let head = ["http status code ", "status code ", "http status "].iter().find(begins)?;
        let value = &rest[head.len()..];
        let value = &value[..value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len())];
        let right = field_of_word(value).filter(|term| term.starts_with("status:"))?;
        let len = head.len() + value.len();
        let problem = QueryError::new("a colon stands behind the name of a field", self.at..self.at + len);
        let hint = format!("write {right}, or \"{}\" to search for the text", &rest[..len]);
        is_end(len).then(|| (problem.with_hint(hint).with_fix(self.at..self.at + len, right), len))
    }

    /// Whether no bare word stands before, with which a name would be a part of a text.
    fn stands_alone_before(&self) -> bool {
        let before = self.text[..self.at].trim_end();
        let last = before.rsplit(char::is_whitespace).next().unwrap_or("");
        self.stands_first() || last.contains([':', '=', '<', '>', '"']) || last.ends_with(')')
    }
}

/// What is strange about a text as a whole.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    listed_terms(text).or_else(|| listed_words(text)).or_else(|| sentence(text)).or_else(|| group_in_brackets(text))
}

/// `[status:500 OR status:502] method:POST`: a group, as it is written in mathematics.
fn group_in_brackets(text: &str) -> Option<QueryError> {
    let (before, inner) = text.split_once('[')?;
    let (inside, behind) = inner.split_once(']')?;
    let is_begin = before.is_empty() || before.ends_with([' ', '(', '-', '!']);
    let is_end = behind.is_empty() || behind.starts_with([' ', ')']);
    let is_group = known_name_len(inside).is_some() && inside.contains(' ') && !inside.contains('[');
    let place = before.len()..before.len() + inside.len() + 2;
    let problem = QueryError::new("a group stands in parentheses", place);
    (is_begin && is_end && is_group && !before.contains('"')).then(|| problem.written(format!("({inside})")))
}

/// `client root, status 500`: terms without their colons, with commas between them.
fn listed_terms(text: &str) -> Option<QueryError> {
    let term = |item: &str| {
        let (name, value) = item.trim().split_once(' ')?;
        let field = FieldRef::find(name)?;
        let is_value = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_./@*".contains(c));
        let is_of_kind = !is_counted(field.kind()) || value.contains(|c: char| c.is_ascii_digit());
        (is_value && is_of_kind && !is_join(value)).then(|| format!("{name}:{value}"))
    };
    let terms: Vec<String> = text.split(", ").map(term).collect::<Option<_>>()?;
    let problem = QueryError::new("a colon stands behind the name of a field, and no comma between terms", of(text));
    let hint = format!("write {} where all must be so, {} where one is enough", terms.join(" "), terms.join(" OR "));
    (terms.len() > 1).then(|| problem.with_hint(hint))
}

/// `acme, root`, `500,502`: values without their field, or words of which one is enough.
fn listed_words(text: &str) -> Option<QueryError> {
    let text_place = of(text);
    let items: Vec<&str> = text.trim().split(", ").collect();
    let is_word = |item: &&str| {
        item.starts_with(char::is_lowercase) && item.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    // What begins with a capital may be one name.
    if items.len() < 2 || !items.iter().all(|item| is_word(item) && !is_join(item)) {
        return None;
    }
    let right = items.join(" OR ");
    let problem = QueryError::new("OR stands between words, one of which is enough", text_place.clone());
    let hint = format!("write {right}, or {} to search for the text", quoted(text.trim().as_bytes()));
    Some(problem.with_hint(hint).with_fix(text_place, right))
}

/// `IP not allowed: 10.1.2.3`: a text of an error with its “not”.
fn sentence(text: &str) -> Option<QueryError> {
    let (head, value) = text.trim().split_once(": ")?;
    let words: Vec<&str> = head.split(' ').collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_'".contains(c));
    let last = words.last()?;
    let is_term = FieldRef::find(last).is_some() || WORDS.contains(last) || FieldRef::find(head).is_some();
    let is_told = words.iter().skip(1).any(|word| *word == "not") && *last != "not";
    let is_one = !value.contains(['"', '\'', '(', ')', '=', '<', '>', '|', '\\']);
    let has_term = value.split(' ').any(|word| known_name_len(word).is_some());
    if words.len() < 3 || !words.iter().all(is_word) || is_term || !is_told || !is_one || has_term {
        return None;
    }
    let problem = QueryError::new("a text stands in double quotes", of(text));
    Some(problem.written(quoted(text.trim().as_bytes())))
}

/// Where a text stands without the blanks around it.
fn of(text: &str) -> std::ops::Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// How long the operator that a text begins with and the value behind it are.
fn value_len(text: &str) -> usize {
    let start = operator_len(text);
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let value = &text[start..];
    let len = match value.strip_prefix('"').and_then(|inner| inner.find('"')) {
        Some(end) => end + 2,
        None => value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len()),
    };
    if len == 0 { operator_len(text) } else { start + len }
}
