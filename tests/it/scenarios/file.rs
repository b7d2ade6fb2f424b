//! What a scenario file says. Every key is known: a misspelt one, or one that nothing looks at, is
//! an error with its line.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Requests, in the order of their arrival, and questions about them with their answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What is shown, in a sentence.
    pub about: String,
    /// The clock when the questions are asked.
    pub now: String,
    /// The zone of days and of times without one; UTC when it is not said.
    #[serde(default)]
    pub zone: Option<String>,
    /// What happens, one thing after the other.
    pub steps: Vec<Step>,
    /// Questions, asked when all steps are done.
    #[serde(default)]
    pub asks: Vec<Ask>,
    /// Ids that are looked up.
    #[serde(default)]
    pub gets: Vec<Get>,
    /// What arrived after a step.
    #[serde(default)]
    pub follows: Vec<Follow>,
    /// Values of records.
    #[serde(default)]
    pub values: Vec<Values>,
    /// All sources that have brought something, by name.
    #[serde(default)]
    pub sources: Option<Vec<String>>,
}

/// One thing that happens.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub enum Step {
    /// Rows arrive.
    Append {
        /// From this source.
        source: String,
        /// When.
        at: String,
        /// One a line, `\xHH` standing for any byte.
        rows: String,
        /// JSON lines when it is not said.
        #[serde(default)]
        format: Option<String>,
        /// The file that they stand in, from its beginning; a stream when it is not said.
        #[serde(default)]
        file: Option<String>,
        /// How many are new.
        stored: u64,
        /// How many are there already; 0 when it is not said.
        #[serde(default)]
        already: u64,
        /// How many cannot be read; 0 when it is not said.
        #[serde(default)]
        bad: u64,
    },
    /// What is older, and was first seen before, is deleted.
    Retain {
        /// Than this.
        from: String,
        /// How many are gone.
        deleted: u64,
    },
}

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The query; everything when it is empty.
    pub query: String,
    /// The period; all time when it is not said here and not in the query.
    #[serde(default)]
    pub period: Option<String>,
    /// Only this source.
    #[serde(default)]
    pub source: Option<String>,
    /// The state after a step, asked for by its number; steps count from 1.
    #[serde(default)]
    pub as_of_step: Option<usize>,
    /// The state after a step, held since.
    #[serde(default)]
    pub held_since_step: Option<usize>,
    /// All rows that match, newest first.
    #[serde(default)]
    pub rows: Option<Vec<String>>,
    /// The same rows in other orders.
    #[serde(default)]
    pub sorted: Vec<Sorted>,
    /// Counts of values.
    #[serde(default)]
    pub facets: Vec<FacetWanted>,
    /// Counts over time.
    #[serde(default)]
    pub timeline: Option<TimelineWanted>,
    /// Figures.
    #[serde(default)]
    pub summary: Option<SummaryWanted>,
    /// The query is refused with these words.
    #[serde(default)]
    pub error: Option<String>,
}

/// All rows in an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sorted {
    /// `field:asc` or `field:desc`.
    pub by: String,
    /// Their names.
    pub rows: Vec<String>,
}

/// The values of a field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacetWanted {
    /// Which field.
    pub field: String,
    /// So many of them; all when it is not said.
    #[serde(default)]
    pub top: Option<usize>,
    /// Only those with this text in them.
    #[serde(default)]
    pub matching: Option<String>,
    /// Values that are ticked.
    #[serde(default)]
    pub pinned: Vec<String>,
    /// Value, count in the view, count in the period; `(none)` is a missing value.
    pub values: Vec<(String, u64, u64)>,
    /// How many other values there are, and how many records have them.
    #[serde(default)]
    pub other: (u64, u64),
}

/// A timeline.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineWanted {
    /// Where the first bucket begins.
    pub start: String,
    /// How wide each is.
    pub width: String,
    /// Successes and failures in each.
    pub buckets: Vec<(u64, u64)>,
    /// The 95th percentile of the duration in each, in milliseconds; -1 for none.
    #[serde(default)]
    pub p95: Option<Vec<f64>>,
    /// How many of each bucket pass a query of a single test.
    #[serde(default)]
    pub series: Vec<(String, Vec<u64>)>,
}

/// Figures. Spans are in milliseconds and may be off by what a percentile may be off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryWanted {
    /// How many match.
    pub count: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many there are in the period.
    pub of: u64,
    /// The earliest.
    #[serde(default)]
    pub first: Option<String>,
    /// The latest.
    #[serde(default)]
    pub last: Option<String>,
    /// Figures of spans by name: `duration.known`, `duration.p50`, `delay.p99`; -1 for none.
    #[serde(default)]
    pub spans: BTreeMap<String, f64>,
}

/// An id that is looked up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// As typed; `handle of NAME` is the handle of a row.
    pub id: String,
    /// The rows that have it, newest first.
    pub rows: Vec<String>,
    /// At most so many.
    #[serde(default)]
    pub limit: Option<usize>,
    /// The state after a step.
    #[serde(default)]
    pub as_of_step: Option<usize>,
}

/// What arrived after a step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// Which.
    pub after_step: usize,
    /// Of these.
    pub query: String,
    /// In the order of arrival.
    pub rows: Vec<String>,
    /// At most so many.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// Values of one record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// Its name.
    pub row: String,
    /// Fields with their values, `\xHH` standing for any byte.
    #[serde(default)]
    pub is: BTreeMap<String, String>,
    /// Fields that it does not have.
    #[serde(default)]
    pub lacks: Vec<String>,
}

impl Scenario {
    /// Reads a file. What would hold nothing is refused.
    pub fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if scenario.about.is_empty() || scenario.steps.is_empty() {
            return Err("a scenario has steps, and says what they show".into());
        }
        for ask in &scenario.asks {
            let answers = [
                ask.rows.is_some(),
                !ask.sorted.is_empty(),
                !ask.facets.is_empty(),
                ask.timeline.is_some(),
                ask.summary.is_some(),
                ask.error.is_some(),
            ];
            if !answers.contains(&true) {
                return Err(format!("the question “{}” expects nothing", ask.query));
            }
            if ask.error.is_some() && answers.iter().filter(|is_there| **is_there).count() > 1 {
                return Err(format!("the question “{}” expects an error and an answer", ask.query));
            }
            if ask.as_of_step.is_some() && ask.held_since_step.is_some() {
                return Err(format!("the question “{}” has two states", ask.query));
            }
        }
        if let Some(values) = scenario.values.iter().find(|values| values.is.is_empty() && values.lacks.is_empty()) {
            return Err(format!("of the row “{}” nothing is said", values.row));
        }
        Ok(scenario)
    }
}

/// Text with `\xHH` for bytes.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 2..at + 4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(digits.expect("two hex digits behind \\x"));
        rest = &rest[at + 4..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}
