//! The order of a source's keys. Rows of one source have the same keys in the same order, so the
//! next key is compared with the row's bytes before it is looked for.

use crate::base::bytes::begins_with;

use super::key_tree::Found;

/// Keys that are remembered at most.
const MOST: usize = 64;

/// So many of the next keys may be missing in a row.
const AHEAD: usize = 4;

/// Guesses that may fail more often than they hold before no more are made.
const PATIENCE: u32 = 4_096;

/// The keys of the rows before, in their order, each with what is known of it.
#[derive(Debug, Default)]
pub struct KeyOrder<'k> {
    keys: Vec<KnownKey<'k>>,
    /// The place of the key that is expected.
    next: usize,
    /// How many more guesses failed than held.
    failures: u32,
}

#[derive(Debug)]
struct KnownKey<'k> {
    /// Its bytes in a row, with the quotes and the colon.
    written: Box<[u8]>,
    found: Option<Found<'k>>,
}

impl KnownKey<'_> {
    fn name(&self) -> &[u8] {
        &self.written[1..self.written.len() - 2]
    }
}

impl<'k> KeyOrder<'k> {
    /// A row begins.
    pub fn restart(&mut self) {
        self.next = 0;
    }

    /// How many bytes the key at the beginning of a text has, with quotes and colon, and what is
    /// known of it. `None` when it is none of those that are expected.
    #[inline]
    pub fn guess(&mut self, text: &[u8]) -> Option<(usize, Option<Found<'k>>)> {
        for (place, key) in self.keys.iter().enumerate().skip(self.next).take(AHEAD) {
            if begins_with(text, &key.written) {
                self.next = place + 1;
                self.failures = self.failures.saturating_sub(1);
                return Some((key.written.len(), key.found));
            }
        }
        None
    }

    /// Remembers a key that was none of those expected. It has no escapes.
    pub fn learn(&mut self, name: &[u8], found: Option<Found<'k>>) {
        self.failures += 1;
        if self.failures > PATIENCE {
            // These rows have no order: comparing costs more than it brings.
            self.keys.clear();
            self.failures = PATIENCE;
        } else if let Some(place) = self.keys.iter().position(|key| key.name() == name) {
            self.next = place + 1;
        } else if self.keys.len() < MOST {
            let written = [b"\"", name, b"\":"].concat().into_boxed_slice();
            self.keys.insert(self.next, KnownKey { written, found });
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guesses(order: &mut KeyOrder<'_>, names: &[&str]) -> Vec<bool> {
        order.restart();
        let mut guess = |name: &&str| {
            let held = order.guess(format!("\"{name}\":1").as_bytes()).is_some();
            if !held {
                order.learn(name.as_bytes(), None);
            }
            held
        };
        names.iter().map(&mut guess).collect()
    }

    #[test]
    fn the_order_is_learnt() {
        let mut order = KeyOrder::default();
        assert_eq!(guesses(&mut order, &["a", "b", "d"]), [false; 3]);
        assert_eq!(guesses(&mut order, &["a", "b", "d"]), [true; 3]);
        assert_eq!(guesses(&mut order, &["a", "b", "c", "d"]), [true, true, false, true], "one more");
        assert_eq!(guesses(&mut order, &["a", "b", "c", "d"]), [true; 4]);
        assert_eq!(guesses(&mut order, &["b", "d"]), [true; 2], "some are missing");
        assert_eq!(guesses(&mut order, &["d", "b"]), [true, false], "another order");
        assert_eq!(guesses(&mut order, &["aa"]), [false], "a key that begins with another");
    }

    #[test]
    fn rows_without_an_order_are_left_alone() {
        let mut order = KeyOrder::default();
        for row in 0..2 * PATIENCE {
            guesses(&mut order, &[&format!("{row}")]);
        }
        assert!(order.keys.is_empty());
        assert_eq!(guesses(&mut order, &["a"]), [false]);
        assert_eq!(guesses(&mut order, &["a"]), [false]);
    }
}
