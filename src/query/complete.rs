//! What could stand at the cursor of an unfinished query.

use std::ops::Range;

use crate::model::field::{FIELDS, Field, FieldRef, Kind};

use super::filter::{Filter, Test};
use super::shape::field_of_word;
use super::syntax::{start_before_operator, unfinished_start};

/// What is being typed at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// A word, or the name of a field.
    Word {
        /// Its bytes.
        span: Range<usize>,
        /// What is there of it.
        typed: String,
    },
    /// A value of a field.
    Value {
        /// The bytes that a completion takes the place of: the value, and the operator before a first one.
        span: Range<usize>,
        /// The bytes of the whole term, with what negates it.
        term: Range<usize>,
        /// Which field.
        field: FieldRef,
        /// What is there of it.
        typed: String,
        /// Whether it is the first value behind a plain `:`, and may become `:=`.
        is_first: bool,
        /// Whether it is compared.
        is_compared: bool,
    },
    /// A word behind `is:`, `has:` or `no:`.
    State {
        /// Its bytes.
        span: Range<usize>,
        /// What stands before the colon.
        word: String,
        /// What is there of it.
        typed: String,
    },
}

/// Something that can be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text that takes the place of the slot's.
    pub text: String,
    /// What it is, or in how many requests.
    pub about: String,
}

impl Slot {
    /// The slot at the cursor, a byte of the text. There is none inside of a quote that a value did
    /// not open.
    pub fn at(text: &str, cursor: usize) -> Option<Self> {
        let before = text.get(..cursor)?;
        let word = word_start(before)?;
        let start = start_before_operator(before, word)?;
        let fragment = &before[start..];
        if is_behind_wave(&before[..start]) || is_in_range(before) || is_in_group(before) {
            return None;
        }
        let signs = ["NOT:", "not:", "-", "!", "+", "'"];
        let mut name_at = start;
        while let Some(sign) = signs.iter().find(|sign| before[name_at..].starts_with(**sign)) {
            name_at += sign.len();
        }
        let name_len = before[name_at..].find([':', '=', '<', '>', '~']);
        let Some(op_at) = name_len.map(|len| name_at + len) else {
            let typed = before[name_at..].to_owned();
            return (!fragment.contains('"')).then_some(Self::Word { span: name_at..cursor, typed });
        };
        let name = before[name_at..op_at].trim_end();
        let is_sign = |c: char| ":=<>~!".contains(c) || start < word && c.is_whitespace();
        let op_len = before[op_at..].find(|c: char| !is_sign(c)).unwrap_or(cursor - op_at);
        let values_at = op_at + op_len;
        let value_at = before[values_at..].rfind(',').map_or(values_at, |at| values_at + at + 1);
        let typed = before[value_at..].trim_start_matches('"').to_owned();
        if matches!(name, "is" | "has" | "no") {
            return Some(Self::State { span: value_at..cursor, word: name.to_owned(), typed });
        }
        let field = FieldRef::find(name)?;
        let operator = before[op_at..values_at].trim();
        let is_first = value_at == values_at && operator == ":";
        let span = if is_first { op_at..cursor } else { value_at..cursor };
        let is_compared = operator.contains(['<', '>']);
        Some(Self::Value { span, term: start..cursor, field, typed, is_first, is_compared })
    }

    /// The bytes that a completion takes the place of.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Word { span, .. } | Self::Value { span, .. } | Self::State { span, .. } => span.clone(),
        }
    }

    /// What is known without asking: names, and words that have a meaning.
    pub fn candidates(&self) -> Vec<Candidate> {
        match self {
            Self::Word { typed, .. } => words(typed),
            Self::State { word, typed, .. } if word == "is" => {
                of_list(typed, &[("failed", "what failed"), ("success", "what did not")])
            }
            Self::State { typed, .. } => fields(typed)
                .map(|field| Candidate { text: field.name().into(), about: field.spec().about.into() })
                .collect(),
            Self::Value { is_compared: true, .. } => Vec::new(),
            Self::Value { field, typed, is_first, .. } => {
                let colon = if *is_first { ":" } else { "" };
                let mut list = of_list(typed, meanings(field));
                for candidate in &mut list {
                    candidate.text.insert_str(0, colon);
                }
                list
            }
        }
    }

    /// The field whose values are to be counted, and the text that they contain.
    pub fn counted(&self) -> Option<(FieldRef, &str)> {
        match self {
            Self::Value { field, typed, is_compared: false, .. }
                if !matches!(field.kind(), Kind::Time | Kind::Handle) =>
            {
                Some((field.clone(), typed))
            }
            _ => None,
        }
    }

    /// The text for a value that the data have.
    pub fn value_text(&self, value: Option<&[u8]>) -> Option<String> {
        let Self::Value { field, is_first, .. } = self else { return None };
        let test = Test::of_value(field, value);
        let term = Filter::field(field.clone(), test.clone()).to_string();
        let term = term.strip_prefix('\'').and_then(|term| term.strip_suffix('\'')).unwrap_or(&term);
        let rest = term.strip_prefix(&*field.name())?;
        // Behind other values the operator stands already.
        Some(if *is_first { rest.to_owned() } else { rest.trim_start_matches([':', '=']).to_owned() })
    }
}

/// Where the term begins that is typed at the end of a text: what is said of a query is said of what is before it.
pub fn typed_start(before: &str) -> usize {
    unfinished_start(before)
}

/// Whether a group of values is open, `status:(500 or 5`: no name stands in it.
fn is_in_group(before: &str) -> bool {
    let (mut open, mut is_quoted) = (Vec::new(), false);
    for (at, sign) in before.char_indices() {
        is_quoted ^= sign == '"';
        match sign {
            '(' if !is_quoted => open.push(at),
            ')' if !is_quoted => drop(open.pop()),
            _ => {}
        }
    }
    open.last().is_some_and(|at| before[..*at].trim_end().ends_with([':', '=']))
}

/// Whether a range is open, `status:[500 TO 5`: its ends are typed as they are.
fn is_in_range(before: &str) -> bool {
    let open = before.rfind(":[").max(before.rfind(":{"));
    open.is_some_and(|at| !before[at..].contains([']', '}', '"']))
}

/// Whether one of mitmproxy's signs stands before, `~c 5xx`: what is behind it is a part of that.
fn is_behind_wave(before: &str) -> bool {
    let word = before.split_whitespace().next_back().unwrap_or("").trim_start_matches(['(', '!']);
    let is_sign = |name: &str| (1..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase());
    before.ends_with(' ') && word.strip_prefix('~').is_some_and(is_sign)
}

/// Where the word at the end of a text begins; nothing inside of a quote that stands alone.
fn word_start(before: &str) -> Option<usize> {
    let (mut start, mut is_quoted) = (0, false);
    for (at, char) in before.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            _ if char.is_whitespace() || char == '(' => start = at + char.len_utf8(),
            _ => {}
        }
    }
    (!before[start..].starts_with('"')).then_some(start)
}

fn fields(typed: &str) -> impl Iterator<Item = Field> {
    let typed = typed.trim_start_matches('@').to_lowercase();
    let begins = move |spec: &&crate::model::field::FieldSpec| {
        spec.name.starts_with(&typed) || !typed.is_empty() && spec.aliases.iter().any(|alias| alias.starts_with(&typed))
    };
    FIELDS.iter().filter(begins).map(|spec| spec.field)
}

fn words(typed: &str) -> Vec<Candidate> {
    let mut list: Vec<Candidate> = field_of_word(typed)
        .map(|term| Candidate { text: term, about: "asks for the field".into() })
        .into_iter()
        .collect();
    list.extend(
        fields(typed).map(|field| Candidate { text: format!("{}:", field.name()), about: field.spec().about.into() }),
    );
    if !typed.is_empty() {
        let special = [
            ("is:", "failed or success"),
            ("has:", "a field is there"),
            ("no:", "a field is missing"),
            ("attributes.", "what a source sent beyond the fields"),
        ];
        list.extend(of_list(typed, &special));
    }
    list
}

fn of_list(typed: &str, list: &[(&str, &str)]) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    list.iter()
        .filter(|(text, _)| text.starts_with(&typed))
        .map(|(text, about)| Candidate { text: (*text).into(), about: (*about).into() })
        .collect()
}

/// Values of a kind that have a meaning of their own.
fn meanings(field: &FieldRef) -> &'static [(&'static str, &'static str)] {
    match field.kind() {
        Kind::Status => &[
            ("5xx", "the server failed"),
            ("4xx", "the request was refused"),
            ("2xx", "success"),
            ("none", "no response"),
            ("failed", "the source's own word, else from 400 on or no response"),
        ],
        Kind::Duration => {
            &[(">1s", "longer than a second"), (">=500ms", "half a second and more"), ("..100ms", "up to 100 ms")]
        }
        Kind::Time => &[
            ("15m", "the last quarter of an hour"),
            ("24h", "the last day"),
            ("7d", "the last seven days"),
            ("today", "since midnight"),
            ("yesterday", "the day before"),
            ("this-week", "since Monday"),
            ("last-week", "Monday to Sunday before"),
            ("all", "everything"),
        ],
        Kind::Outcome => &[("failure", "what failed"), ("success", "what did not")],
        Kind::Boolean => &[("true", ""), ("false", "")],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Slot::at(text, text.len()).map_or(Vec::new(), |slot| slot.candidates().into_iter().map(|c| c.text).collect())
    }

    #[test]
    fn names_words_and_meanings() {
        assert_eq!(texts("stat"), ["status:", "status_text:", "status_details:"]);
        assert_eq!(texts("-usern")[..1], ["client:"], "a vendor's name leads to ours");
        assert_eq!(texts("status:5xx 502"), ["status:502"]);
        assert_eq!(texts("is:f"), ["failed"]);
        assert_eq!(texts("status:5"), [":5xx"]);
        assert_eq!(texts("status:404,5"), ["5xx"]);
        for text in ["~c 5xx", "~m POST & ~c 5xx", "(~c 50"] {
            assert!(texts(text).is_empty(), "{text}");
        }
        assert_eq!(texts("(duration:"), [":>1s", ":>=500ms", ":..100ms"]);
        assert_eq!(texts("\"upstream"), Vec::<String>::new());
    }

    #[test]
    fn behind_an_operator_with_blanks_stands_its_value() {
        for text in ["status >= 500", "status >=500", "duration > ", "duration > 500", "status: >= 500"] {
            let slot = Slot::at(text, text.len()).expect("a value");
            assert!(matches!(slot, Slot::Value { .. }), "{text}: {slot:?}");
            assert!(slot.candidates().is_empty(), "{text}: {:?}", slot.candidates());
        }
        assert_eq!(texts("is:failed -status: 5"), [":5xx"]);
        assert_eq!(texts("status = 5"), ["5xx"]);
        let text = "http.response.status_code >= 400 and http.response.status_code = 40";
        let slot = Slot::at(text, text.len()).expect("a value");
        assert_eq!((slot.span(), slot.value_text(Some(b"404")).as_deref()), (65..67, Some("404")));
        let text = "is:failed (-client : etl";
        let slot = Slot::at(text, text.len()).expect("a value");
        assert_eq!(
            (slot.span(), slot.value_text(Some(b"ETL Partner")).as_deref()),
            (19..24, Some(":=\"ETL Partner\""))
        );
        for text in
            ["foo = 404", "status between 400", "status is not 404", "\"Response Code\" >= 500", "status:404, 500"]
        {
            assert_eq!(Slot::at(text, text.len()), None, "{text}");
        }
        let text = "status:5xx\u{2029}client\u{3000}>\u{2003}5";
        assert_eq!((typed_start(text), Slot::at(text, text.len()).is_some()), (10, true), "blanks have several bytes");
        for text in ["client:acme 502", "status:500 !502", "duration:>1s 502", "client is acme 502"] {
            assert_eq!(texts(text), ["status:502"], "{text}");
        }
    }

    #[test]
    fn values_are_counted_and_written_whole() {
        let text = "status:5xx -client:\"ETL P";
        let slot = Slot::at(text, text.len()).expect("a value");
        assert_eq!(slot.counted(), Some((Field::Client.into(), "ETL P")));
        assert_eq!(slot.span(), 18..text.len());
        assert_eq!(slot.value_text(Some(b"ETL Partner")).as_deref(), Some(":=\"ETL Partner\""));
        let text = "client:=Acme,E";
        let slot = Slot::at(text, text.len()).expect("a value");
        assert_eq!(slot.value_text(Some(b"ETL Partner")).as_deref(), Some("\"ETL Partner\""));
        assert_eq!(slot.span(), 13..14);
        let slot = Slot::at("status:5", 8).expect("a value");
        assert_eq!(slot.value_text(Some(b"502")).as_deref(), Some(":502"));
    }

    /// What is put in at any place of a query leaves one that is understood, or answered with what is right.
    #[test]
    fn what_is_put_in_is_read() {
        let queries = [
            "-status:404,500 (client:\"Acme Ltd\" OR path:/orders) duration>1s",
            "NOT client:bob status >= 500 is:failed has:client no:gateway_code",
            "status:(500 or 502) client:(a and b) method:GET",
            "http.response.status_code: (500 or 502) and user.name: bob",
            "@http.status_code:[500 TO 599] -service:web interface:=web",
            "attributes.region:eu status=5xx OR status=404",
        ];
        for query in queries {
            for cursor in 0..=query.len() {
                let Some(slot) = Slot::at(query, cursor) else { continue };
                let value: &[u8] = match &slot {
                    Slot::Value { field, .. } if !matches!(field.kind(), Kind::Name | Kind::Text) => b"502",
                    _ => b"ETL \"Partner\"",
                };
                let texts =
                    slot.candidates().into_iter().map(|candidate| candidate.text).chain(slot.value_text(Some(value)));
                for text in texts {
                    let field = text.strip_suffix(':').and_then(FieldRef::find);
                    let behind = match field.map(|field| field.kind()) {
                        Some(Kind::Time) => "24h",
                        Some(Kind::Handle) => "rq12c",
                        Some(Kind::Id) => "75947*",
                        Some(Kind::Outcome) => "failure",
                        Some(Kind::Boolean) => "true",
                        Some(Kind::Address) => "10.0.0.1",
                        Some(_) => "7",
                        None if text == "is:" => "failed",
                        None if text.ends_with(':') => "client",
                        None => "",
                    };
                    let before = &query[..slot.span().start];
                    let open = before.matches('(').count() - before.matches(')').count();
                    let whole = format!("{before}{text}{behind}{}", ")".repeat(open));
                    let read = crate::query::testing::read(&whole);
                    let is_right =
                        |error: crate::query::QueryError| error.whole.is_some() || error.mistake.is_contradiction();
                    assert!(read.is_ok() || read.is_err_and(is_right), "{} | {whole}", &query[..cursor]);
                }
            }
        }
        for text in ["status:[500 TO 5", "status:(5", "client: (a or b"] {
            assert_eq!(Slot::at(text, text.len()), None, "{text}");
        }
    }
}
