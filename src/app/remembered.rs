//! What is kept from one run of the screen to the next.

/// The newest of the filters that were typed are kept, so many.
pub const MOST_KEPT: usize = 100;

/// What is kept. Steps that are switched off come back so; one key brings those that
/// were on back.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remembered {
    /// The zone of the clock.
    #[serde(default)]
    pub zone: Option<String>,
    /// The order of each source's list: field, and whether it descends.
    #[serde(default)]
    pub sort: Vec<(String, String, bool)>,
    /// What was changed of a source's columns: hidden, added, made wider for a width, moved.
    #[serde(default)]
    pub columns: Vec<(String, Vec<String>)>,
    /// The sources whose rows have two lines.
    #[serde(default)]
    pub two_lines: Vec<String>,
    /// The sources whose long cells are wrapped.
    #[serde(default)]
    pub wrapped: Vec<String>,
    /// The fields of each source's panes, where others were chosen than its own.
    #[serde(default)]
    pub panes: Vec<(String, Vec<String>)>,
    /// What the bars of each source are split by, where it is not the outcome.
    #[serde(default)]
    pub splits: Vec<(String, String)>,
    /// How many rows of bars that split has, once that was known.
    #[serde(default)]
    pub split_rows: Vec<(String, u16)>,
    /// The last filter of each source, in canonical spelling.
    #[serde(default)]
    pub filters: Vec<(String, String)>,
    /// The steps of each source's trail that are switched off, in canonical spelling.
    #[serde(default)]
    pub off: Vec<(String, Vec<String>)>,
    /// Filters that were typed, the newest last.
    #[serde(default)]
    pub typed: Vec<String>,
    /// Whether the guide was dismissed or finished.
    #[serde(default)]
    pub guide_done: bool,
}

impl Remembered {
    /// What another screen has kept meanwhile, with what has changed here since it was `before`.
    #[must_use]
    pub fn changed_on(&self, before: &Self, other: Self) -> Self {
        let mut typed = other.typed;
        let new = self.typed.iter().filter(|text| !before.typed.contains(text)).cloned();
        for text in new.collect::<Vec<_>>() {
            typed.retain(|other| *other != text);
            typed.push(text);
        }
        typed.drain(..typed.len().saturating_sub(MOST_KEPT));
        Self {
            zone: if self.zone == before.zone { other.zone } else { self.zone.clone() },
            sort: changed(&self.sort, &before.sort, other.sort, |(source, ..)| source),
            columns: changed(&self.columns, &before.columns, other.columns, |(source, _)| source),
            two_lines: changed(&self.two_lines, &before.two_lines, other.two_lines, |source| source),
            wrapped: changed(&self.wrapped, &before.wrapped, other.wrapped, |source| source),
            panes: changed(&self.panes, &before.panes, other.panes, |(source, _)| source),
            splits: changed(&self.splits, &before.splits, other.splits, |(source, _)| source),
            split_rows: changed(&self.split_rows, &before.split_rows, other.split_rows, |(source, _)| source),
            filters: changed(&self.filters, &before.filters, other.filters, |(source, _)| source),
            off: changed(&self.off, &before.off, other.off, |(source, _)| source),
            typed,
            guide_done: self.guide_done || other.guide_done,
        }
    }
}

/// The entries of another list, with those of this one that are not as they were before.
fn changed<T: Clone + PartialEq>(now: &[T], before: &[T], other: Vec<T>, source: impl Fn(&T) -> &String) -> Vec<T> {
    let find = |list: &[T], name: &String| list.iter().find(|entry| source(entry) == name).cloned();
    let is_as_before = |name: &String| find(now, name) == find(before, name);
    let mut merged: Vec<T> = other.into_iter().filter(|entry| is_as_before(source(entry))).collect();
    merged.extend(now.iter().filter(|entry| !is_as_before(source(entry))).cloned());
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(sources: &[(&str, &str)]) -> Vec<(String, String, bool)> {
        sources.iter().map(|(source, field)| ((*source).to_owned(), (*field).to_owned(), true)).collect()
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn two_screens_keep_what_each_has_changed() {
        let before = Remembered {
            sort: sorted(&[("acme", "status"), ("files", "path"), ("gone", "time")]),
            wrapped: texts(&["acme"]),
            typed: texts(&["one", "two"]),
            ..Remembered::default()
        };
        let other = Remembered {
            zone: Some("America/Los_Angeles".into()),
            sort: sorted(&[("acme", "status"), ("files", "duration"), ("gone", "time"), ("new", "client")]),
            wrapped: texts(&["acme", "new"]),
            typed: texts(&["two", "one", "three"]),
            ..before.clone()
        };
        let here = Remembered {
            sort: sorted(&[("acme", "method"), ("files", "path")]),
            wrapped: Vec::new(),
            typed: texts(&["one", "two", "four"]),
            guide_done: true,
            ..before.clone()
        };
        let merged = here.changed_on(&before, other);
        assert_eq!(merged.zone.as_deref(), Some("America/Los_Angeles"));
        assert_eq!(merged.sort, sorted(&[("files", "duration"), ("new", "client"), ("acme", "method")]));
        assert_eq!(merged.wrapped, texts(&["new"]));
        assert_eq!(merged.typed, texts(&["two", "one", "three", "four"]));
        assert!(merged.guide_done);
    }
}
