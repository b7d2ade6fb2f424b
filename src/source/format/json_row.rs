//! One JSON object to one record.

use std::borrow::Cow;

use crate::model::record::Record;

use super::convert::Scalar;
use super::gather::Gather;
use super::json_scan::{RawText, Scan, ScanError, Token};
use super::key_order::KeyOrder;
use super::key_tree::{Found, KeyTree, Rest};

/// Objects inside each other beyond so many are kept as their text.
const MAX_FLATTENED: usize = 16;

/// Reads the object that is the whole row. Where rows before are known to have the same keys, in
/// `order`, they are not looked for.
pub fn read<'k, 'a>(
    tree: &'k KeyTree,
    raw: &'a [u8],
    order: Option<&mut KeyOrder<'k>>,
    gather: &mut Gather<'k, '_, 'a>,
) -> Result<(), ScanError> {
    let mut scan = Scan::new(raw);
    let at = scan.position();
    if scan.value()? != Token::Object {
        return Err(ScanError { at, expected: "a row is an object and begins with “{”" });
    }
    let mut row = Row { tree, scan, prefix: String::new(), depth: 0 };
    let is_read = match order {
        Some(order) => row.object_in_order(order, gather),
        None => row.object(Some(tree.root()), gather),
    };
    let is_read = is_read.and_then(|()| row.scan.end());
    // What has too many keys is not read to its end, and refused for that.
    if gather.has_too_many() { Ok(()) } else { is_read }
}

/// A row that is being read.
struct Row<'k, 'a> {
    tree: &'k KeyTree,
    scan: Scan<'a>,
    /// The names of the objects around the place, each with a dot behind it.
    prefix: String,
    depth: usize,
}

impl<'k, 'a> Row<'k, 'a> {
    /// Reads the keys of an object up to its end. `below` is what is known of them.
    fn object(&mut self, below: Option<Found<'k>>, gather: &mut Gather<'k, '_, 'a>) -> Result<(), ScanError> {
        let mut is_first = true;
        while let Some(name) = self.scan.next_key(&mut is_first)? {
            let name = name.decode();
            let found = below.and_then(|below| self.tree.child(below, &name));
            self.member(name, found, gather)?;
            if gather.has_too_many() {
                return Err(ScanError { at: self.scan.position(), expected: "fewer keys" });
            }
        }
        Ok(())
    }

    /// Reads the keys of the row itself, each of which is likely the one behind the last.
    fn object_in_order(&mut self, order: &mut KeyOrder<'k>, gather: &mut Gather<'k, '_, 'a>) -> Result<(), ScanError> {
        order.restart();
        let mut is_first = true;
        while self.scan.has_key(&mut is_first)? {
            let rest = self.scan.rest();
            if let Some((length, found)) = order.guess(rest) {
                self.scan.advance(length);
                let name = &rest[1..length - 2];
                if !self.plain_member(name, found, gather) {
                    self.other_member(Cow::Borrowed(name), found, gather)?;
                }
            } else {
                let key = self.scan.key()?;
                let name = key.decode();
                let found = self.tree.child(self.tree.root(), &name);
                if !key.is_escaped {
                    order.learn(&name, found);
                }
                self.member(name, found, gather)?;
            }
            if gather.has_too_many() {
                return Err(ScanError { at: self.scan.position(), expected: "fewer keys" });
            }
        }
        Ok(())
    }

    fn member(
        &mut self,
        name: Cow<'a, [u8]>,
        found: Option<Found<'k>>,
        gather: &mut Gather<'k, '_, 'a>,
    ) -> Result<(), ScanError> {
        match name {
            Cow::Borrowed(name) if self.plain_member(name, found, gather) => Ok(()),
            name => self.other_member(name, found, gather),
        }
    }

    /// Reads a value that is a plain string or a few digits, as most are. Says whether it is one; if
    /// not, nothing is passed.
    #[inline]
    fn plain_member(&mut self, name: &'a [u8], found: Option<Found<'k>>, gather: &mut Gather<'k, '_, 'a>) -> bool {
        if found.is_none_or(|found| found.key.rest != Rest::Unwrap)
            && let Some(text) = self.scan.plain_text()
        {
            match found {
                Some(found) => gather.put_text(found.key, text, || self.attribute_name(Cow::Borrowed(name))),
                None => gather.attribute(|| self.attribute_name(Cow::Borrowed(name)), Cow::Borrowed(text)),
            }
            return true;
        }
        let Some(digits) = self.scan.plain_digits() else { return false };
        match found {
            Some(found) => gather.put_number(found.key, digits, || self.attribute_name(Cow::Borrowed(name))),
            None => gather.attribute(|| self.attribute_name(Cow::Borrowed(name)), Cow::Borrowed(digits)),
        }
        true
    }

    fn other_member(
        &mut self,
        name: Cow<'a, [u8]>,
        found: Option<Found<'k>>,
        gather: &mut Gather<'k, '_, 'a>,
    ) -> Result<(), ScanError> {
        let start = self.scan.position();
        match self.scan.value()? {
            Token::Null => Ok(()),
            token @ Token::Object => self.nested(name, found, start, token, gather),
            token @ Token::List => self.list(name, found, start, token, gather),
            token => {
                if let (Token::Text(text), Some(Rest::Unwrap)) = (token, found.map(|found| found.key.rest))
                    && self.text_with_object(text, gather)
                {
                    return Ok(());
                }
                let words = self.words(token, start);
                self.scalar(name, found, scalar_of(token), words, gather);
                Ok(())
            }
        }
    }

    /// A value's own words.
    #[inline]
    fn words(&self, token: Token<'a>, start: usize) -> &'a [u8] {
        match token {
            Token::Text(text) => text.inside,
            _ => self.scan.slice(start, self.scan.position()).trim_ascii(),
        }
    }

    #[inline]
    fn scalar(
        &self,
        name: Cow<'a, [u8]>,
        found: Option<Found<'k>>,
        scalar: Option<Scalar<'a>>,
        words: &'a [u8],
        gather: &mut Gather<'k, '_, 'a>,
    ) {
        let Some(scalar) = scalar else { return };
        match found {
            Some(found) => gather.put(found.key, scalar, words, || self.attribute_name(name)),
            None => gather.attribute(|| self.attribute_name(name), scalar.into_bytes()),
        }
    }

    /// The name with those of the objects around it.
    fn attribute_name(&self, name: Cow<'a, [u8]>) -> Cow<'a, str> {
        if self.prefix.is_empty() {
            match name {
                Cow::Borrowed(name) => String::from_utf8_lossy(name),
                Cow::Owned(name) => Cow::Owned(String::from_utf8_lossy(&name).into_owned()),
            }
        } else {
            Cow::Owned([self.prefix.as_str(), &String::from_utf8_lossy(&name)].concat())
        }
    }

    fn nested(
        &mut self,
        name: Cow<'a, [u8]>,
        found: Option<Found<'k>>,
        start: usize,
        token: Token<'a>,
        gather: &mut Gather<'k, '_, 'a>,
    ) -> Result<(), ScanError> {
        let rest = found.map_or(Rest::Keep, |found| found.key.rest);
        if rest == Rest::Drop {
            return self.scan.skip(token);
        }
        if self.depth == MAX_FLATTENED {
            return self.keep_text(name, start, token, gather);
        }
        self.depth += 1;
        let length = self.prefix.len();
        match rest {
            Rest::Unwrap => self.object(Some(self.tree.root()), gather)?,
            Rest::Merge => self.object(None, gather)?,
            Rest::Keep | Rest::Drop => {
                self.prefix.push_str(&String::from_utf8_lossy(&name));
                self.prefix.push('.');
                self.object(found, gather)?;
            }
        }
        self.prefix.truncate(length);
        self.depth -= 1;
        Ok(())
    }

    /// A list of one value is that value. Of a longer one a field takes the first, and the whole
    /// is kept as its text.
    fn list(
        &mut self,
        name: Cow<'a, [u8]>,
        found: Option<Found<'k>>,
        start: usize,
        token: Token<'a>,
        gather: &mut Gather<'k, '_, 'a>,
    ) -> Result<(), ScanError> {
        if found.is_some_and(|found| found.key.rest == Rest::Drop && found.key.targets.is_empty()) {
            return self.scan.skip(token);
        }
        let mut is_first = true;
        if !self.scan.next_element(&mut is_first)? {
            return Ok(());
        }
        let first_at = self.scan.position();
        let first = self.scan.value()?;
        let words = self.words(first, first_at);
        self.scan.skip(first)?;
        let mut is_alone = true;
        while self.scan.next_element(&mut is_first)? {
            is_alone = false;
            let token = self.scan.value()?;
            self.scan.skip(token)?;
        }
        let whole = self.scan.slice(start, self.scan.position()).trim_ascii();
        let scalar = scalar_of(first);
        if is_alone && (scalar.is_some() || first == Token::Null) {
            self.scalar(name, found, scalar, words, gather);
            return Ok(());
        }
        if let (Some(found), Some(scalar)) = (found, scalar) {
            // What the field does not take is in the attribute.
            gather.offer(found.key, scalar, words);
        }
        gather.attribute(|| self.attribute_name(name), Cow::Borrowed(whole));
        Ok(())
    }

    fn keep_text(
        &mut self,
        name: Cow<'a, [u8]>,
        start: usize,
        token: Token<'a>,
        gather: &mut Gather<'k, '_, 'a>,
    ) -> Result<(), ScanError> {
        self.scan.skip(token)?;
        let text = self.scan.slice(start, self.scan.position()).trim_ascii();
        gather.attribute(|| self.attribute_name(name), Cow::Borrowed(text));
        Ok(())
    }

    /// A text that is itself an object with the row's values, as Workato's `log_message_str`.
    fn text_with_object(&mut self, text: RawText<'a>, gather: &mut Gather<'k, '_, 'a>) -> bool {
        let inner = text.decode();
        if inner.trim_ascii_start().first() != Some(&b'{') {
            return false;
        }
        gather.put_inner(|conversion, record: &mut Record<'_>| {
            let mut gather = Gather::new(conversion, record);
            read(self.tree, &inner, None, &mut gather).is_ok()
        })
    }
}

fn scalar_of(token: Token<'_>) -> Option<Scalar<'_>> {
    match token {
        Token::Text(text) => Some(Scalar::Text(text.decode())),
        Token::Number(digits) => Some(Scalar::Number(digits)),
        Token::Boolean(flag) => Some(Scalar::Boolean(flag)),
        Token::Word(word) => Some(Scalar::Text(Cow::Borrowed(word))),
        Token::Null | Token::Object | Token::List => None,
    }
}
