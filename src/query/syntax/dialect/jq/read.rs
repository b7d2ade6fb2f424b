//! jq's filters as trees. A pipe binds weakest in them, so that none can be read term by term.

use crate::query::syntax::dialect::scan::Scan;

/// A filter.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// `.`
    Dot,
    /// `.a` behind a filter.
    Key(Box<Self>, String),
    /// `[]` behind a filter.
    Each(Box<Self>),
    /// `[0:7]` behind a filter.
    Slice(Box<Self>, Option<usize>, Option<usize>),
    /// A text.
    Text(String),
    /// A number, `true`, `false` or `null`.
    Plain(String),
    /// A function.
    Call(String, Vec<Self>),
    /// Two filters and what stands between them.
    Two(&'static str, Box<Self>, Box<Self>),
    /// `[…]`
    List(Option<Box<Self>>),
    /// What is only shown: `{…}`, `@csv`, a text with filters in it.
    Shown,
}

/// What stands between filters, the weakest first; what stands together binds alike.
const LEVELS: [&[&str]; 8] = [
    &["|"],
    &[","],
    &["//"],
    &["or", "OR", "||"],
    &["and", "AND", "&&"],
    &["==", "!=", "<=", ">=", "<", ">", "="],
    &["+", "-"],
    &["*", "/", "%"],
];

/// Deeper and longer than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 40;
const MAX_PIECES: usize = 200;

/// Reads one filter up to the end of a text.
pub(super) fn read(text: &str) -> Option<Expr> {
    let mut parser = Parser { scan: Scan::at(text, 0), depth: 0, pieces: 0 };
    let found = parser.two(0)?;
    parser.scan.skip_space();
    parser.scan.rest().is_empty().then_some(found)
}

/// Reads the call that a text begins with; and how long it is.
pub(super) fn read_call(text: &str) -> Option<(Expr, usize)> {
    let mut parser = Parser { scan: Scan::at(text, 0), depth: 0, pieces: 0 };
    let found = parser.one()?;
    Some((found, parser.scan.at))
}

struct Parser<'t> {
    scan: Scan<'t>,
    depth: usize,
    pieces: usize,
}

impl<'t> Parser<'t> {
    /// The sign of a level that stands here.
    fn sign(&mut self, level: usize) -> Option<&'static str> {
        self.scan.skip_space();
        let rest = self.scan.rest();
        let is_here = |token: &&&'static str| {
            let behind = rest.strip_prefix(**token);
            let is_word = token.starts_with(char::is_alphabetic);
            behind.is_some_and(|behind| {
                let next = behind.chars().next();
                let is_other = match **token {
                    "|" => next == Some('|'),
                    "/" => next == Some('/'),
                    _ if is_word => next.is_some_and(|c| c.is_alphanumeric() || c == '_'),
                    _ => false,
                };
                !is_other
            })
        };
        let found = LEVELS[level].iter().find(is_here)?;
        self.scan.at += found.len();
        Some(found)
    }

    fn two(&mut self, level: usize) -> Option<Expr> {
        if level == LEVELS.len() {
            return self.one();
        }
        let mut left = self.two(level + 1)?;
        while let Some(sign) = self.sign(level) {
            let right = self.two(level + 1)?;
            left = Expr::Two(sign, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    /// A filter without signs around it, and what is put behind it.
    fn one(&mut self) -> Option<Expr> {
        self.scan.skip_space();
        self.pieces += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.pieces > MAX_PIECES {
            return None;
        }
        let mut found = self.head()?;
        loop {
            let rest = self.scan.rest();
            if rest.starts_with('[') {
                self.scan.at += 1;
                found = self.inside_brackets(found)?;
            } else if rest.starts_with('?') {
                self.scan.at += 1;
            } else if let Some(behind) = rest.strip_prefix('.').filter(|_| !matches!(found, Expr::Dot)) {
                self.scan.at += 1;
                if !behind.starts_with('[') {
                    found = Expr::Key(Box::new(found), self.key()?);
                }
            } else {
                self.depth -= 1;
                return Some(found);
            }
            self.pieces += 1;
            if self.pieces > MAX_PIECES {
                return None;
            }
        }
    }

    fn head(&mut self) -> Option<Expr> {
        let rest = self.scan.rest();
        let first = rest.chars().next()?;
        match first {
            '.' if rest.starts_with("..") => None,
            '.' => {
                self.scan.at += 1;
                let is_key = self.scan.rest().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
                if is_key { Some(Expr::Key(Box::new(Expr::Dot), self.key()?)) } else { Some(Expr::Dot) }
            }
            '"' => self.text(),
            // jq has double quotes only; people write both.
            '\'' => {
                let (text, _) = rest[1..].split_once('\'')?;
                self.scan.at += text.len() + 2;
                Some(Expr::Text(text.to_owned()))
            }
            '(' => {
                self.scan.at += 1;
                let found = self.two(0)?;
                self.scan.take(")").then_some(found)
            }
            '[' => {
                self.scan.at += 1;
                if self.scan.take("]") {
                    return Some(Expr::List(None));
                }
                let found = self.two(0)?;
                self.scan.take("]").then(|| Expr::List(Some(Box::new(found))))
            }
            '{' => {
                self.scan.at += closed(rest)?;
                Some(Expr::Shown)
            }
            '@' => {
                self.scan.at += 1;
                self.name()?;
                Some(Expr::Shown)
            }
            '-' | '0'..='9' => {
                let digits = rest[1..].find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E')));
                let number = &rest[..digits.map_or(rest.len(), |at| at + 1)];
                number.parse::<f64>().ok()?;
                self.scan.at += number.len();
                Some(Expr::Plain(number.to_owned()))
            }
            _ => self.call(),
        }
    }

    fn name(&mut self) -> Option<&'t str> {
        let rest = self.scan.rest();
        let is_begun = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.scan.at += if is_begun { len } else { 0 };
        is_begun.then(|| &rest[..len])
    }

    fn key(&mut self) -> Option<String> {
        if self.scan.rest().starts_with('"') {
            return match self.text()? {
                Expr::Text(text) => Some(text),
                _ => None,
            };
        }
        self.name().map(ToOwned::to_owned)
    }

    fn call(&mut self) -> Option<Expr> {
        let name = self.name()?.to_owned();
        if matches!(name.as_str(), "true" | "false" | "null") {
            return Some(Expr::Plain(name));
        }
        // What joins is no function.
        if LEVELS.iter().any(|signs| signs.contains(&name.as_str())) {
            return None;
        }
        let mut arguments = Vec::new();
        if self.scan.rest().starts_with('(') {
            self.scan.at += 1;
            loop {
                arguments.push(self.two(0)?);
                if self.scan.take(")") {
                    break;
                }
                if !self.scan.take(";") {
                    return None;
                }
            }
        }
        Some(Expr::Call(name, arguments))
    }

    fn inside_brackets(&mut self, base: Expr) -> Option<Expr> {
        self.scan.skip_space();
        if self.scan.take("]") {
            return Some(Expr::Each(Box::new(base)));
        }
        if self.scan.rest().starts_with('"') {
            let Expr::Text(name) = self.text()? else { return None };
            return self.scan.take("]").then(|| Expr::Key(Box::new(base), name));
        }
        let (inside, _) = self.scan.rest().split_once(']')?;
        let (from, to) = inside.split_once(':')?;
        let place = |text: &str| if text.trim().is_empty() { Ok(None) } else { text.trim().parse().map(Some) };
        let found = Expr::Slice(Box::new(base), place(from).ok()?, place(to).ok()?);
        self.scan.at += inside.len() + 1;
        Some(found)
    }

    /// A text in quotes with JSON's escapes.
    fn text(&mut self) -> Option<Expr> {
        let inner = &self.scan.rest()[1..];
        let mut chars = inner.char_indices();
        let mut found = String::new();
        let mut is_shown = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.scan.at += at + 2;
                    return Some(if is_shown { Expr::Shown } else { Expr::Text(found) });
                }
                '\\' => match chars.next()?.1 {
                    'n' => found.push('\n'),
                    't' => found.push('\t'),
                    'r' => found.push('\r'),
                    'u' => {
                        let code = u32::from_str_radix(inner.get(at + 2..at + 6)?, 16).ok()?;
                        found.push(char::from_u32(code)?);
                        chars.nth(3)?;
                    }
                    '(' => is_shown = true,
                    sign @ ('"' | '\\' | '/') => found.push(sign),
                    // jq refuses it; one backslash is what people mean in a pattern.
                    sign => {
                        found.push('\\');
                        found.push(sign);
                    }
                },
                _ => found.push(c),
            }
        }
        None
    }
}

/// How long the text up to the end of its first brace is.
fn closed(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut before) = (0_usize, false, ' ');
    for (at, c) in text.char_indices() {
        let last = std::mem::replace(&mut before, c);
        match c {
            '"' if last != '\\' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
