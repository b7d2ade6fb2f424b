//! First stage: text to terms, each with its place. Knows no fields but their names.

use std::ops::Range;

use crate::model::field::{FIELDS, FieldRef, nearest};

use super::error::QueryError;

/// A part of a query as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes in the query.
    pub span: Range<usize>,
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// Side by side, or joined by `AND`.
    And(Vec<Node>),
    /// Joined by `OR`.
    Or(Vec<Node>),
    /// Behind `-`, `NOT` or `not:`.
    Not(Box<Node>),
    /// A word, or a field with values.
    Term(Term),
}

/// A word, or a field with values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The name before the operator; none for a bare word.
    pub field: Option<Word>,
    /// The operator.
    pub op: Op,
    /// The alternatives; one for a bare word.
    pub values: Vec<Word>,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text, without quotes.
    pub text: String,
    /// Whether it stood in quotes, where `*` and ranges mean themselves.
    pub quoted: bool,
    /// Its bytes in the query.
    pub span: Range<usize>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `:` — what the field's kind makes of it.
    Has,
    /// `:=` — whole and exact.
    Exact,
    /// `~` — regular expression.
    Regex,
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
}

/// Reads a query. Nothing at all is an empty `And`.
pub fn read(text: &str) -> Result<Node, QueryError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let node = reader.either()?;
    reader.skip_space();
    match reader.rest().chars().next() {
        None => Ok(node),
        Some(_) => Err(QueryError::new("this “)” closes nothing", reader.at..reader.at + 1)),
    }
}

/// Operators behind a name and its optional colon; longer ones first.
const OPERATORS: &[(&str, Op)] = &[
    ("<=", Op::LessEq),
    (">=", Op::GreaterEq),
    ("<", Op::Less),
    (">", Op::Greater),
    ("=", Op::Exact),
    ("~", Op::Regex),
];

/// Deeper than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 64;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes an upper-case word that stands alone.
    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let stands_alone = self
            .rest()
            .strip_prefix(keyword)
            .is_some_and(|rest| rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')));
        if stands_alone {
            self.at += keyword.len();
        }
        stands_alone
    }

    fn either(&mut self) -> Result<Node, QueryError> {
        let start = self.at;
        let mut parts = vec![self.all()?];
        while self.take_keyword("OR") {
            let keyword = self.at - 2..self.at;
            let part = self.all()?;
            if [&part, &parts[parts.len() - 1]].iter().any(|node| is_empty(node)) {
                return Err(QueryError::new("OR needs something on both sides", keyword));
            }
            parts.push(part);
        }
        Ok(self.joined(start, parts, NodeKind::Or))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        self.skip_space();
        let start = self.at;
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if self.rest().is_empty() || self.rest().starts_with(')') || self.peek_keyword("OR") {
                break;
            }
            if self.take_keyword("AND") {
                let keyword = self.at - 3..self.at;
                self.skip_space();
                let is_end = self.rest().is_empty() || self.rest().starts_with(')');
                if parts.is_empty() || is_end || self.peek_keyword("OR") || self.peek_keyword("AND") {
                    return Err(QueryError::new("AND needs something on both sides", keyword));
                }
            }
            parts.push(self.one()?);
        }
        if parts.is_empty() {
            return Ok(Node { kind: NodeKind::And(parts), span: start..self.at });
        }
        Ok(self.joined(start, parts, NodeKind::And))
    }

    fn peek_keyword(&self, keyword: &str) -> bool {
        Self { text: self.text, at: self.at, depth: 0 }.take_keyword(keyword)
    }

    fn joined(&self, start: usize, mut parts: Vec<Node>, join: fn(Vec<Node>) -> NodeKind) -> Node {
        match parts.len() {
            1 => parts.remove(0),
            _ => Node { kind: join(parts), span: start..self.at },
        }
    }

    fn one(&mut self) -> Result<Node, QueryError> {
        let start = self.at;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::new("the query is nested too deeply", start..self.text.len()));
        }
        let negated = self.take_keyword("NOT") || self.take("not:") || self.take_minus();
        let node = if negated {
            self.skip_space();
            if self.rest().is_empty() || self.rest().starts_with(')') {
                return Err(QueryError::new("there is nothing here to leave out", start..self.at));
            }
            let inner = self.one()?;
            Node { kind: NodeKind::Not(Box::new(inner)), span: start..self.at }
        } else if self.take("(") {
            let inner = self.either()?;
            self.skip_space();
            if !self.take(")") {
                return Err(QueryError::new("this “(” is not closed", start..start + 1));
            }
            inner
        } else {
            let term = self.term()?;
            Node { kind: NodeKind::Term(term), span: start..self.at }
        };
        self.depth -= 1;
        Ok(node)
    }

    /// A minus right before a term; alone it is a word.
    fn take_minus(&mut self) -> bool {
        let before_term =
            self.rest().strip_prefix('-').is_some_and(|rest| rest.chars().next().is_some_and(|c| !c.is_whitespace()));
        self.at += usize::from(before_term);
        before_term
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        if self.rest().starts_with('"') {
            let word = self.quoted()?;
            return Ok(Term { field: None, op: Op::Has, values: vec![word] });
        }
        let start = self.at;
        let name_len = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))
            .unwrap_or(self.rest().len());
        let name = &self.rest()[..name_len];
        let after = &self.rest()[name_len..];
        if self.is_field(name, after)? {
            let field = Word { text: name.to_owned(), quoted: false, span: start..start + name_len };
            return self.field_term(field);
        }
        let word = self.bare(false)?;
        Ok(Term { field: None, op: Op::Has, values: vec![word] })
    }

    /// Whether a name is followed by an operator, and so is a field. Errors where a field was
    /// surely meant and there is none of that name.
    fn is_field(&self, name: &str, after: &str) -> Result<bool, QueryError> {
        let first = name.chars().next();
        let is_name = first.is_some_and(|c| c.is_alphabetic() || c == '@');
        if !is_name || !after.starts_with([':', '~', '<', '>', '=']) {
            return Ok(false);
        }
        if FieldRef::find(name).is_some() || matches!(name, "is" | "has" | "no") {
            return Ok(true);
        }
        if after.starts_with("://") {
            return Ok(false);
        }
        let close = nearest(name, FIELDS.iter().map(|spec| spec.name));
        if close.is_none() && !after.starts_with(':') {
            return Ok(false);
        }
        let error = QueryError::new(format!("there is no field “{name}”"), self.at..self.at + name.len());
        Err(match close {
            Some(close) => error.with_hint(format!("did you mean {close}?")),
            None => error.with_hint("to search for it as text, put it in double quotes"),
        })
    }

    fn field_term(&mut self, field: Word) -> Result<Term, QueryError> {
        self.at = field.span.end;
        let op_start = self.at;
        self.take(":");
        let mut op_end = self.at;
        // A space behind the colon and behind the operator is forgiven.
        self.skip_space();
        let mut op = Op::Has;
        for (token, other) in OPERATORS {
            if self.take(token) {
                op = *other;
                op_end = self.at;
                self.skip_space();
                break;
            }
        }
        let op_span = op_start..op_end;
        let values = self.values()?;
        if values.is_empty() {
            let message = format!("{} needs a value behind “{}”", field.text, &self.text[op_span.clone()]);
            return Err(QueryError::new(message, field.span.start..op_span.end)
                .with_hint(format!("{}:* finds what has any", field.text)));
        }
        Ok(Term { field: Some(field), op, values })
    }

    /// One value, several with commas, or several in parentheses with `or`.
    fn values(&mut self) -> Result<Vec<Word>, QueryError> {
        let mut values = Vec::new();
        if self.take("(") {
            let open = self.at - 1;
            loop {
                self.skip_space();
                if self.take(")") {
                    return Ok(values);
                }
                if self.rest().is_empty() {
                    return Err(QueryError::new("this “(” is not closed", open..open + 1));
                }
                if self.take(",") || self.take_keyword("or") || self.take_keyword("OR") {
                    continue;
                }
                values.push(self.value()?);
            }
        }
        loop {
            if self.rest().is_empty() || self.rest().starts_with(|c: char| c.is_whitespace() || c == ')') {
                return Ok(values);
            }
            values.push(self.value()?);
            if !self.take(",") {
                return Ok(values);
            }
        }
    }

    fn value(&mut self) -> Result<Word, QueryError> {
        if self.rest().starts_with('"') { self.quoted() } else { self.bare(true) }
    }

    /// Text up to a space or a parenthesis; as a value also up to a comma.
    fn bare(&mut self, is_value: bool) -> Result<Word, QueryError> {
        let start = self.at;
        let len = self
            .rest()
            .find(|c: char| c.is_whitespace() || is_value && c == ',' || matches!(c, '(' | ')' | '"'))
            .unwrap_or(self.rest().len());
        self.at += len;
        if self.rest().starts_with(['(', '"']) {
            let char = &self.rest()[..1];
            return Err(QueryError::new(format!("a {char} cannot stand inside a word"), self.at..self.at + 1)
                .with_hint("put the whole word in double quotes, with \" for a quote"));
        }
        Ok(Word { text: self.text[start..self.at].to_owned(), quoted: false, span: start..self.at })
    }

    /// Text in double quotes; `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<Word, QueryError> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.at = start + at + 1;
                    return Ok(Word { text, quoted: true, span: start..self.at });
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                _ => text.push(char),
            }
        }
        Err(QueryError::new("this quote is not closed", start..start + 1))
    }
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::And(parts) if parts.is_empty())
}
