//! Lists narrowed by a few letters, as they are typed.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The places of the texts that go with what is typed, best first; of equal ones in their order, and
/// all of them where nothing is typed.
pub fn ranked<T: AsRef<str>>(typed: &str, texts: &[T]) -> Vec<usize> {
    ranked_by(typed, texts.len(), |place, text| text.push_str(texts[place].as_ref()))
}

/// The same of so many texts, each written when it is looked at.
pub fn ranked_by(typed: &str, count: usize, mut write: impl FnMut(usize, &mut String)) -> Vec<usize> {
    if typed.trim().is_empty() {
        return (0..count).collect();
    }
    let pattern = Pattern::parse(typed.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let (mut text, mut buffer) = (String::new(), Vec::new());
    let mut scored: Vec<(u32, usize)> = (0..count)
        .filter_map(|place| {
            text.clear();
            write(place, &mut text);
            Some((pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?, place))
        })
        .collect();
    scored.sort_by_key(|(score, place)| (Reverse(*score), *place));
    scored.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_comes_first_and_nothing_typed_keeps_the_order() {
        let texts = ["error type", "User", "user agent", "status"];
        assert_eq!(ranked("user", &texts), [1, 2]);
        assert_eq!(ranked(" et ", &texts), [0, 2]);
        assert_eq!(ranked("", &texts), [0, 1, 2, 3]);
        assert!(ranked("zzz", &texts).is_empty());
    }
}
