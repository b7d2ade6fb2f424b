//! Ranges of spans of time: what panes count of fields whose every value is another one.

/// Where one range ends and the next begins: in nanoseconds, and as queries have it.
const EDGES: [(u64, &str); 10] = [
    (1_000_000, "1ms"),
    (10_000_000, "10ms"),
    (50_000_000, "50ms"),
    (100_000_000, "100ms"),
    (500_000_000, "500ms"),
    (1_000_000_000, "1s"),
    (5_000_000_000, "5s"),
    (10_000_000_000, "10s"),
    (30_000_000_000, "30s"),
    (60_000_000_000, "60s"),
];

/// A range of spans, from one edge up to the next, without that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanRange(usize);

impl SpanRange {
    /// How many there are.
    pub const COUNT: usize = EDGES.len() + 1;

    /// All of them, the shortest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The range that a span is in.
    pub fn of(nanos: u64) -> Self {
        Self(EDGES.partition_point(|(edge, _)| *edge <= nanos))
    }

    /// Its place among all.
    pub fn place(self) -> usize {
        self.0
    }

    /// The shortest and the longest span in it, in nanoseconds.
    pub fn bounds(self) -> (i64, i64) {
        let edge = |place: usize| EDGES.get(place).map(|(nanos, _)| *nanos as i64);
        let low = self.0.checked_sub(1).and_then(edge).unwrap_or(0);
        (low, edge(self.0).map_or(i64::MAX, |edge| edge - 1))
    }

    /// The range with these bounds.
    pub fn of_bounds(low: i64, high: i64) -> Option<Self> {
        Self::all().find(|range| range.bounds() == (low, high))
    }

    /// As it is counted, and as a query has it: `100ms..<500ms`.
    pub fn text(self) -> String {
        let edge = |place: usize| EDGES.get(place).map(|(_, text)| *text);
        match (self.0.checked_sub(1).and_then(edge), edge(self.0)) {
            (Some(low), None) => format!("{low}.."),
            (low, high) => format!("{}..<{}", low.unwrap_or_default(), high.unwrap_or_default()),
        }
    }

    /// Reads what [`Self::text`] writes.
    pub fn read(text: &[u8]) -> Option<Self> {
        Self::all().find(|range| range.text().as_bytes() == text)
    }

    /// As a person reads it: `< 1 ms`, `100–500 ms`, `500 ms–1 s`, `≥ 60 s`.
    pub fn words(self) -> String {
        let edge = |place: usize| {
            let (_, text) = EDGES.get(place)?;
            Some(text.split_at(text.find(|c: char| !c.is_ascii_digit())?))
        };
        match (self.0.checked_sub(1).and_then(edge), edge(self.0)) {
            (Some((low, unit)), Some((high, other))) if unit == other => format!("{low}–{high} {unit}"),
            (Some((low, unit)), Some((high, other))) => format!("{low} {unit}–{high} {other}"),
            (Some((low, unit)), None) => format!("≥ {low} {unit}"),
            (None, high) => high.map(|(high, unit)| format!("< {high} {unit}")).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_is_in_one_range() {
        let mut from = 0;
        for range in SpanRange::all() {
            let (low, high) = range.bounds();
            assert_eq!(low, from, "without a hole");
            assert_eq!((SpanRange::of(low as u64), SpanRange::of(high as u64)), (range, range));
            assert_eq!(SpanRange::of_bounds(low, high), Some(range));
            assert_eq!(SpanRange::read(range.text().as_bytes()), Some(range));
            from = high.wrapping_add(1);
        }
        assert_eq!(SpanRange::of(u64::MAX).place(), SpanRange::COUNT - 1);
        assert_eq!(SpanRange::read(b"203"), None);
    }

    #[test]
    fn ranges_in_words() {
        let words: Vec<String> = SpanRange::all().map(SpanRange::words).collect();
        assert_eq!(
            words,
            [
                "< 1 ms",
                "1–10 ms",
                "10–50 ms",
                "50–100 ms",
                "100–500 ms",
                "500 ms–1 s",
                "1–5 s",
                "5–10 s",
                "10–30 s",
                "30–60 s",
                "≥ 60 s"
            ]
        );
    }
}
