//! The shape of a text: the text with each number and hexadecimal id in it written as `0`. Logs have
//! millions of paths and messages, but few shapes of them, so that a phrase is looked for in the
//! shapes, and texts are read only where these leave it open.
//!
//! What is folded into one sign is a run of `0-9a-f`, as long as it can be, that has a digit:
//! `/items/77/3fa85f64-beef` is `/items/0/0-beef`.

use memchr::memmem::Finder;

use crate::query::matcher::contains_from_slash;

/// A number or an id in a shape.
const FOLDED: u8 = b'0';

fn is_hex(byte: u8) -> bool {
    HEX[usize::from(byte)]
}

fn has_digit(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
}

/// Before each number where those of a text stand together.
const BEFORE: u8 = b' ';

/// Adds the shape of a text, which is folded already, and the numbers and ids that are one sign in it, each with a
/// blank before it. All digits of the text are among these.
pub fn put_shape(text: &[u8], shape: &mut Vec<u8>, numbers: &mut Vec<u8>) {
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, from_hex) = split_where(rest, |byte| !is_hex(byte));
        shape.extend_from_slice(plain);
        let (run, behind) = split_where(from_hex, is_hex);
        if has_digit(run) {
            shape.push(FOLDED);
            numbers.push(BEFORE);
            numbers.extend_from_slice(run);
        } else {
            shape.extend_from_slice(run);
        }
        rest = behind;
    }
}

/// Whether each byte can be in a number: looked up, for it is so as often as not.
const HEX: [bool; 256] = {
    let mut hex = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        hex[byte] = matches!(byte as u8, b'0'..=b'9' | b'a'..=b'f');
        byte += 1;
    }
    hex
};

/// Parts a text behind the bytes at its beginning that pass.
#[inline]
fn split_where(text: &[u8], passes: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|byte| !passes(*byte)).unwrap_or(text.len()))
}

/// Adds the folded text that has a shape and numbers.
pub fn put_text(shape: &[u8], numbers: &[u8], text: &mut Vec<u8>) {
    let mut numbers = numbers.split(|byte| *byte == BEFORE).skip(1);
    for byte in shape {
        match byte {
            &FOLDED => text.extend_from_slice(numbers.next().unwrap_or_default()),
            byte => text.push(*byte),
        }
    }
}

/// What stands among the numbers of each text that has a folded phrase, as long as it can be; `None` where there is no
/// number in the phrase.
pub fn number_in(phrase: &[u8]) -> Option<Vec<u8>> {
    let mut longest: Option<Vec<u8>> = None;
    let mut first = 0;
    for run in phrase.split(|byte| !is_hex(*byte)) {
        // Within the phrase it is where the number begins; what begins with the phrase may have more before it.
        let before: &[u8] = if first > 0 { &[BEFORE] } else { &[] };
        let number = [before, run].concat();
        if has_digit(run) && longest.as_ref().is_none_or(|longest| longest.len() < number.len()) {
            longest = Some(number);
        }
        first += run.len() + 1;
    }
    longest
}

/// What a shape tells about the texts that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// None has the phrase.
    No,
    /// Some may have it.
    Perhaps,
    /// All have it.
    Yes,
}

/// A phrase made ready to be looked for in shapes.
pub struct ShapeSearch {
    /// The shapes that a phrase can have within a text: at its ends, a run may go on or not. What is sure comes
    /// first.
    forms: Vec<Form>,
    /// Whether the phrase begins where a path's piece does.
    is_path: bool,
}

struct Form {
    finder: Finder<'static>,
    is_sure: bool,
}

impl ShapeSearch {
    /// For a folded phrase, in a path from a slash on.
    pub fn new(phrase: &[u8], is_path: bool) -> Self {
        let head = phrase.iter().take_while(|byte| is_hex(**byte)).count();
        let rest = &phrase[head..];
        let tail = rest.iter().rev().take_while(|byte| is_hex(**byte)).count();
        let (middle, tail) = rest.split_at(rest.len() - tail);
        let mut middle_shape = Vec::new();
        put_shape(middle, &mut middle_shape, &mut Vec::new());
        let mut forms = Vec::new();
        for head in edge_forms(&phrase[..head]) {
            for tail in edge_forms(tail) {
                let form = [head, &middle_shape, tail].concat();
                forms.push(Form {
                    finder: Finder::new(&form).into_owned(),
                    is_sure: form == phrase && !has_digit(phrase),
                });
            }
        }
        Self { forms, is_path }
    }

    /// Whether texts of a shape have the phrase.
    pub fn tell(&self, shape: &[u8]) -> Told {
        let finds = |form: &&Form| {
            if self.is_path { contains_from_slash(shape, &form.finder) } else { form.finder.find(shape).is_some() }
        };
        match self.forms.iter().find(finds) {
            None => Told::No,
            Some(form) if form.is_sure => Told::Yes,
            Some(_) => Told::Perhaps,
        }
    }
}

/// What a run at the end of a phrase can be in a shape: itself, or part of a number.
fn edge_forms(run: &[u8]) -> Vec<&[u8]> {
    match run {
        [] => vec![run],
        _ if has_digit(run) => vec![&[FOLDED]],
        _ => vec![run, &[FOLDED]],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(text: &str) -> String {
        let mut shape = Vec::new();
        put_shape(text.as_bytes(), &mut shape, &mut Vec::new());
        String::from_utf8(shape).expect("still UTF-8")
    }

    #[test]
    fn numbers_and_ids_are_one_sign() {
        for (text, expected) in [
            ("/items/77/3fa85f64-beef", "/items/0/0-beef"),
            ("face 1 f2a, page3", "face 0 0, pag0"),
            ("añ9ño é1", "añ0ño é0"),
            ("0", "0"),
            ("abc", "abc"),
            ("", ""),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_shape_and_its_numbers_are_the_text(text in "[a019fgz/ é]{0,16}") {
            let (mut shape, mut numbers, mut again) = (Vec::new(), Vec::new(), Vec::new());
            put_shape(text.as_bytes(), &mut shape, &mut numbers);
            put_text(&shape, &numbers, &mut again);
            prop_assert_eq!(String::from_utf8(again).expect("still UTF-8"), text.clone());
        }

        #[test]
        fn the_number_of_a_phrase_is_in_each_text_that_has_it(
            before in "[a01g/ é]{0,4}", phrase in "[a01g/ é]{1,6}", behind in "[a01g/ é]{0,4}",
        ) {
            let mut numbers = Vec::new();
            put_shape([before, phrase.clone(), behind].concat().as_bytes(), &mut Vec::new(), &mut numbers);
            match number_in(phrase.as_bytes()) {
                Some(number) => prop_assert!(Finder::new(&number).find(&numbers).is_some(), "{:?}", number),
                None => prop_assert!(!has_digit(phrase.as_bytes())),
            }
        }
    }

    #[test]
    fn words_are_sure_and_numbers_are_not() {
        let tell = |phrase: &str, is_path, text: &str| {
            ShapeSearch::new(phrase.as_bytes(), is_path).tell(shape(text).as_bytes())
        };
        for (phrase, is_path, text, told) in [
            ("upload", false, "/api/upload/7", Told::Yes),
            ("upload", false, "/api/upload7", Told::Perhaps),
            ("upload", false, "/api/download/7", Told::No),
            ("load", true, "/api/download/7", Told::No),
            ("items/7", true, "/items/81", Told::Perhaps),
            ("items/7", true, "/orders/81", Told::No),
            ("beef", false, "/3-beef/", Told::Yes),
            ("beef", false, "/3-pork/", Told::Perhaps),
            ("beef", false, "/x-pork/", Told::No),
        ] {
            assert_eq!(tell(phrase, is_path, text), told, "{phrase} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn shapes_tell_the_truth(text in "[a019x/g]{0,12}", phrase in "[a019x/g]{1,4}", is_path: bool) {
            let finder = Finder::new(phrase.as_bytes());
            let has = if is_path {
                contains_from_slash(text.as_bytes(), &finder)
            } else {
                finder.find(text.as_bytes()).is_some()
            };
            match ShapeSearch::new(phrase.as_bytes(), is_path).tell(shape(&text).as_bytes()) {
                Told::No => prop_assert!(!has),
                Told::Yes => prop_assert!(has),
                Told::Perhaps => {}
            }
        }
    }
}
