//! Texts of which each is there so often that they are kept as names.

use hashbrown::HashMap;

use super::column::{Dictionary, Names};

/// Gives each different text a number, as long as there are few of them.
pub struct Repeated {
    known: HashMap<Vec<u8>, u32>,
    codes: Vec<u32>,
    seen: usize,
    least: usize,
    looked_at: usize,
}

impl Repeated {
    /// For so many rows, of texts each of which is there `least` times as a rule. So many rows are looked at
    /// before texts can turn out to be too many.
    pub fn new(rows: usize, least: usize, looked_at: usize) -> Self {
        Self { known: HashMap::new(), codes: vec![u32::MAX; rows], seen: 0, least, looked_at }
    }

    /// Takes a row's text in; `false` when there are too many different ones.
    pub fn push(&mut self, row: usize, text: &[u8]) -> bool {
        let next = self.known.len() as u32;
        self.codes[row] = *self.known.entry_ref(text).or_insert(next);
        self.seen += 1;
        self.known.len() * self.least <= self.seen.max(self.looked_at)
    }

    /// The texts as names; rows that were not pushed have none. `None` when there are too many different ones.
    pub fn finish(self) -> Option<Names> {
        if self.known.len() * self.least > self.seen {
            return None;
        }
        let mut names: Vec<(Vec<u8>, u32)> = self.known.into_iter().collect();
        names.sort_unstable();
        let mut renumbered = vec![0; names.len()];
        for (new, (_, old)) in names.iter().enumerate() {
            renumbered[*old as usize] = new as u32;
        }
        let dictionary = Dictionary::from_texts(names.iter().map(|(name, _)| name.as_slice())).ok()?;
        let codes = self.codes.iter().map(|code| renumbered.get(*code as usize).copied().unwrap_or(u32::MAX));
        Some(Names::from_codes(codes, dictionary))
    }
}
