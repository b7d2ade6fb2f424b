//! The names of months.

/// In full, from January on.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month that a word in small letters names, from 1 on: its first three letters or more.
pub fn month_of(word: &str) -> Option<u32> {
    (word.len() >= 3).then(|| number(|name| name.starts_with(word)))?
}

/// The month of three letters, as logs write it: `Nov`.
pub fn month_of_letters(letters: &[u8]) -> Option<u32> {
    number(|name| name.as_bytes()[..3].eq_ignore_ascii_case(letters))
}

fn number(is_it: impl Fn(&str) -> bool) -> Option<u32> {
    MONTHS.iter().position(|name| is_it(name)).map(|place| place as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_by_words_and_by_three_letters() {
        for (word, month) in [("jan", 1), ("sept", 9), ("december", 12)] {
            assert_eq!(month_of(word), Some(month), "{word}");
        }
        assert_eq!([month_of("ma"), month_of("mayor"), month_of("")], [None; 3]);
        assert_eq!([month_of_letters(b"Nov"), month_of_letters(b"MAY")], [Some(11), Some(5)]);
        assert_eq!([month_of_letters(b"june"), month_of_letters(b"ju"), month_of_letters(b"")], [None; 3]);
    }
}
