//! The paths that a Rust source names: `use` trees opened up, comments and strings left out. Not a
//! parser of the language; enough of one to see who uses whom.

/// A path as written, and the line where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its line, from 1.
    pub line: usize,
    /// Its parts; `super` and `self` at the front are resolved where the module is known.
    pub parts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    /// `::`
    Step,
    Sign(char),
}

/// All paths of two or more parts, and single names behind `use`. `module` is the path of the
/// file's own module, `["engine", "local"]` for example; paths into the crate begin with `crate`.
pub fn paths(source: &str, module: &[String]) -> Vec<Path> {
    let tokens = tokens(source);
    let mut reader =
        Reader { tokens: &tokens, at: 0, module: module.to_vec(), inner: Vec::new(), depth: 0, found: Vec::new() };
    reader.read();
    reader.found
}

/// The source without what is only for tests: modules behind `#[cfg(test)]` with a body of their
/// own, which stand at a file's end.
pub fn without_tests(source: &str) -> &str {
    let mut at = 0;
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    for pair in lines.windows(2) {
        if pair[0].trim_end() == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].trim_end().ends_with('{') {
            return &source[..at];
        }
        at += pair[0].len();
    }
    source
}

struct Reader<'a> {
    tokens: &'a [(usize, Token)],
    at: usize,
    module: Vec<String>,
    /// Modules inside the file that are open here, with the depth of their braces.
    inner: Vec<(String, usize)>,
    depth: usize,
    found: Vec<Path>,
}

impl Reader<'_> {
    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at) {
            Some((_, Token::Sign(sign))) => Some(*sign),
            _ => None,
        }
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some((_, Token::Name(name))) => Some(name),
            _ => None,
        }
    }

    fn is_step(&self, at: usize) -> bool {
        matches!(self.tokens.get(at), Some((_, Token::Step)))
    }

    fn read(&mut self) {
        while self.at < self.tokens.len() {
            match (self.sign(self.at), self.name(self.at)) {
                (Some('{'), _) => self.depth += 1,
                (Some('}'), _) => {
                    if self.inner.last().is_some_and(|(_, depth)| *depth == self.depth) {
                        self.inner.pop();
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                (_, Some("mod")) if self.sign(self.at + 2) == Some('{') => {
                    let name = self.name(self.at + 1).unwrap_or_default().to_owned();
                    self.depth += 1;
                    self.inner.push((name, self.depth));
                    self.at += 2;
                }
                (_, Some("use")) => {
                    self.at += 1;
                    self.tree(&[], true);
                    continue;
                }
                (_, Some(_)) if self.is_step(self.at + 1) => {
                    self.tree(&[], false);
                    continue;
                }
                // What stands behind a type, `<T as Trait>::X`, is no root; behind nothing it is a crate.
                (None, None) if self.is_step(self.at) && self.name(self.at + 1).is_some() => {
                    self.at += 1;
                    if self.at < 2 || self.sign(self.at - 2) != Some('>') {
                        continue;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reads a path, or in a `use` a tree of them, below what stands in front.
    fn tree(&mut self, front: &[String], is_use: bool) {
        let line = self.tokens.get(self.at).map_or(0, |(line, _)| *line);
        let mut parts = front.to_vec();
        // `::name` is a foreign crate.
        if self.is_step(self.at) {
            self.at += 1;
        }
        loop {
            if let Some(name) = self.name(self.at) {
                parts.push(name.to_owned());
                self.at += 1;
            } else if is_use && self.sign(self.at) == Some('{') {
                self.at += 1;
                while self.at < self.tokens.len() && self.sign(self.at) != Some('}') {
                    self.tree(&parts, true);
                    if self.name(self.at) == Some("as") {
                        self.at += 2;
                    }
                    if self.sign(self.at) == Some(',') {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return;
            } else {
                // `*`, or generics behind `::`.
                self.at += usize::from(is_use);
                break;
            }
            if !self.is_step(self.at) {
                break;
            }
            self.at += 1;
        }
        if !parts.is_empty() {
            let parts = self.resolved(parts);
            self.found.push(Path { line, parts });
        }
    }

    /// A path that begins with `self` or `super`, from `crate` on.
    fn resolved(&self, parts: Vec<String>) -> Vec<String> {
        let mut here: Vec<String> =
            self.module.iter().chain(self.inner.iter().map(|(name, _)| name)).cloned().collect();
        let ups = parts.iter().skip(usize::from(parts[0] == "self")).take_while(|part| *part == "super").count();
        if ups == 0 && parts[0] != "self" {
            return parts;
        }
        here.truncate(here.len().saturating_sub(ups));
        let rest = parts.into_iter().skip_while(|part| part == "self" || part == "super");
        ["crate".to_owned()].into_iter().chain(here).chain(rest).collect()
    }
}

/// Words and signs with their lines, without comments, strings and lifetimes.
fn tokens(source: &str) -> Vec<(usize, Token)> {
    let bytes = source.as_bytes();
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let rest = &source[at..];
        let len = match bytes[at] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            b'"' => quoted(rest.as_bytes(), b'"'),
            b'r' if raw_string(rest).is_some() => raw_string(rest).unwrap_or(1),
            b'\'' => character(rest),
            b':' if rest.starts_with("::") => {
                out.push((line, Token::Step));
                2
            }
            byte if byte == b'_' || byte.is_ascii_alphanumeric() => {
                let len = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
                if !byte.is_ascii_digit() {
                    out.push((line, Token::Name(rest[..len].to_owned())));
                }
                len
            }
            byte if byte.is_ascii() => {
                if !byte.is_ascii_whitespace() {
                    out.push((line, Token::Sign(char::from(byte))));
                }
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        line += rest[..len].matches('\n').count();
        at += len;
    }
    out
}

/// The length of what stands in quotes, both included.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of `r"…"` or `r#"…"#`.
fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let inner = rest[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(1 + hashes + 1 + inner.find(&end).map_or(inner.len(), |at| at + end.len()))
}

/// The length of a character literal, or of a lifetime's quote.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => quoted(rest.as_bytes(), b'\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[test]
fn paths_are_found() {
    let source = r##"
        //! crate::comment::no
        use crate::base::{self, time::{Moment, Timestamp as At}, units};
        use super::super::query::Filter; // crate::no
        fn a<'a>(text: &'a str) -> super::Other {
            let s = "crate::string::no" ; let r = r#"crate::"no" "#; let c = '"';
            std::fs::read(crate::model::X::new());
            <u8 as other::Trait>::call();
        }
        mod inner {
            use super::super::Outer;
            fn x() { if true { super::sibling(); } }
        }
        fn after() { self::own::call() }
    "##;
    let module = ["engine".to_owned(), "local".to_owned(), "ask".to_owned()];
    let found: Vec<String> =
        paths(source, &module).into_iter().map(|path| format!("{} {}", path.line, path.parts.join("::"))).collect();
    assert_eq!(
        found,
        [
            "3 crate::base::self",
            "3 crate::base::time::Moment",
            "3 crate::base::time::Timestamp",
            "3 crate::base::units",
            "4 crate::engine::query::Filter",
            "5 crate::engine::local::Other",
            "7 std::fs::read",
            "7 crate::model::X::new",
            "8 other::Trait",
            "11 crate::engine::local::Outer",
            "12 crate::engine::local::ask::sibling",
            "14 crate::engine::local::ask::own::call",
        ]
    );
}

#[test]
fn tests_at_the_end_are_cut_off() {
    let source = "use a::b;\n#[cfg(test)]\npub mod testing;\n#[cfg(test)]\nmod tests {\n    use c::d;\n}\n";
    assert!(without_tests(source).ends_with("pub mod testing;\n"));
    assert_eq!(without_tests("#[cfg(test)]\nmod tests;\n"), "#[cfg(test)]\nmod tests;\n");
}
