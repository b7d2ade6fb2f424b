//! Questions put to an engine, and its answers compared with those in the file.

use std::fmt::Debug;

use chrono_tz::Tz;
use reqscope::base::cancel::Cancel;
use reqscope::base::time::Timestamp;
use reqscope::base::units::parse_span;
use reqscope::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Sort, TimelineWant};
use reqscope::engine::{Answer, Engine, Question, Snapshot, Want, WantAnswer, ask_whole};
use reqscope::model::answer::{Cursor, Page, Percentiles, Summary, Timeline};
use reqscope::model::field::{Field, FieldRef};
use reqscope::model::period::{Period, TimeRange};
use reqscope::model::record::StoredRecord;
use reqscope::model::request_id::IdQuery;
use reqscope::query::{self, Clause, Filter};

use super::engines::{Played, time};
use super::file::{Ask, FacetWanted, Follow, Get, Scenario, Sorted, SummaryWanted, TimelineWanted, Values, bytes};

/// How a missing value is written in files.
const MISSING: &str = "(none)";

/// How far a percentile may be from the value that it stands for.
const PERCENTILE_ERROR: f64 = 0.016;

/// Puts all questions of a scenario to an engine.
pub struct Checker<'a> {
    scenario: &'a Scenario,
    played: &'a Played,
    zone: Tz,
    now: Timestamp,
    /// Which question it is, for messages.
    place: String,
    wrong: &'a mut Vec<String>,
}

impl<'a> Checker<'a> {
    /// For one engine that a scenario was played on.
    pub fn new(scenario: &'a Scenario, played: &'a Played, wrong: &'a mut Vec<String>) -> Self {
        let zone = scenario.zone.as_deref().unwrap_or("UTC").parse().expect("a zone");
        Self { scenario, played, zone, now: time(&scenario.now), place: String::new(), wrong }
    }

    /// Asks everything.
    pub fn run(mut self) {
        for ask in &self.scenario.asks {
            self.place = format!("ask “{}”", ask.query);
            self.ask(ask);
        }
        for get in &self.scenario.gets {
            self.place = format!("get “{}”", get.id);
            self.get(get);
        }
        for follow in &self.scenario.follows {
            self.place = format!("follow after step {} “{}”", follow.after_step, follow.query);
            self.follow(follow);
        }
        for values in &self.scenario.values {
            self.place = format!("values of {}", values.row);
            self.values(values);
        }
        if let Some(expected) = &self.scenario.sources {
            self.place = "sources".into();
            let snapshot = self.played.engine.snapshot().expect("a snapshot");
            let mut sources = self.played.engine.sources(&snapshot).expect("sources");
            sources.sort();
            self.same("they", &sources, expected);
        }
    }

    fn same<T: PartialEq + Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            let engine = self.played.name;
            self.wrong.push(format!("[{engine}] {}: {what}: {found:?}, expected {expected:?}", self.place));
        }
    }

    fn state(&self, as_of: Option<usize>, held: Option<usize>) -> (&'a dyn Engine, Snapshot) {
        let state = |step: usize| self.played.states.get(step.wrapping_sub(1)).expect("a step of that number");
        match (as_of, held) {
            (_, Some(step)) => {
                let (engine, snapshot, _) = state(step);
                (engine.as_ref(), snapshot.clone())
            }
            (Some(step), _) => (
                self.played.engine.as_ref(),
                self.played.engine.snapshot_at(state(step).2).expect("an earlier snapshot"),
            ),
            (None, None) => (self.played.engine.as_ref(), self.played.engine.snapshot().expect("a snapshot")),
        }
    }

    fn ask(&mut self, ask: &Ask) {
        let parsed = match (query::parse(&ask.query, self.now, self.zone), &ask.error) {
            (Ok(parsed), None) => parsed,
            (Ok(_), Some(_)) => return self.same("the query", &"understood", &"refused"),
            (Err(error), Some(words)) => {
                let text = error.pointed(&ask.query);
                if !text.contains(words) {
                    self.same("the error", &text, words);
                }
                return;
            }
            (Err(error), None) => return self.same("the query", &error.pointed(&ask.query).as_str(), &"understood"),
        };
        let period = match &ask.period {
            Some(text) => Period::read(text, self.zone).expect("a period"),
            None => parsed.period.unwrap_or_default(),
        };
        let question = Question {
            filter: parsed.filter,
            range: period.resolve(self.now, self.zone),
            source: ask.source.clone(),
            wants: Vec::new(),
        };
        let (engine, snapshot) = self.state(ask.as_of_step, ask.held_since_step);
        let asked = Asked { engine, snapshot, question };
        self.agreement(&asked);
        if let Some(rows) = &ask.rows {
            let newest_first = Sorted { by: "time:desc".into(), rows: rows.clone() };
            self.sorted(&asked, &newest_first, &[2]);
        }
        for sorted in &ask.sorted {
            self.sorted(&asked, sorted, &[1, 3]);
        }
        for facet in &ask.facets {
            self.facet(&asked, facet);
        }
        if let Some(timeline) = &ask.timeline {
            self.timeline(&asked, timeline);
        }
        if let Some(summary) = &ask.summary {
            self.summary(&asked, summary);
        }
    }

    /// What must hold of every question: all its figures say the same.
    fn agreement(&mut self, asked: &Asked<'_>) {
        let page = asked.page(&Sort::default(), Anchor::Start, usize::MAX);
        let facets = FacetsWant { fields: vec![FacetField::new(Field::Outcome, 9)], with_totals: true };
        let answer = asked.ask(vec![Want::Count, Want::Summary, Want::Facets(facets)]);
        let summary = answer.summary().cloned().unwrap_or_default();
        let count = page.rows.len() as u64;
        self.same("the count", &answer.count(), &Some(count));
        self.same("the page's total", &page.total, &count);
        self.same("the summary's count", &summary.count, &count);
        self.same("the earliest", &summary.first, &page.rows.iter().map(StoredRecord::time).min());
        self.same("the latest", &summary.last, &page.rows.iter().map(StoredRecord::time).max());
        if asked.question.filter.steps().iter().all(|step| step.only_field() != Some(&Field::Outcome.into())) {
            let counted: u64 = answer
                .facets()
                .unwrap_or_default()
                .iter()
                .flat_map(|facet| &facet.values)
                .map(|value| value.count)
                .sum();
            self.same("outcomes together", &counted, &count);
        }
    }

    /// The whole list in an order, as one page, and walked in small steps in both directions.
    fn sorted(&mut self, asked: &Asked<'_>, expected: &Sorted, steps: &[usize]) {
        let (field, descending) = match expected.by.rsplit_once(':') {
            Some((field, "asc")) => (field, false),
            Some((field, "desc")) => (field, true),
            _ => panic!("“{}” is no order; write field:asc or field:desc", expected.by),
        };
        let sort = Sort { field: field_of(field), descending };
        let whole = asked.page(&sort, Anchor::Start, usize::MAX).rows;
        self.same(&format!("rows by {}", expected.by), &names(&whole), &expected.rows);
        for limit in steps {
            self.walk(asked, &sort, &whole, *limit);
        }
    }

    fn walk(&mut self, asked: &Asked<'_>, sort: &Sort, whole: &[StoredRecord], limit: usize) {
        let all = names(whole);
        let mut down = asked.page(sort, Anchor::Start, limit);
        let mut walked = names(&down.rows);
        while let Some(last) = down.rows.last() {
            down = asked.page(sort, Anchor::After(Cursor::of(last, &sort.field)), limit);
            self.same("the number of a page's first row", &down.first_row, &(walked.len() as u64));
            walked.extend(names(&down.rows));
        }
        self.same(&format!("walked down by {limit}"), &walked, &all);

        let mut up = asked.page(sort, Anchor::End, limit);
        let mut walked = Vec::new();
        while let Some(first) = up.rows.first() {
            walked.splice(0..0, names(&up.rows));
            up = asked.page(sort, Anchor::Before(Cursor::of(first, &sort.field)), limit);
        }
        self.same(&format!("walked up by {limit}"), &walked, &all);

        for (number, row) in whole.iter().enumerate() {
            let by_number = asked.page(sort, Anchor::Row(number as u64), limit);
            self.same("a page by its row's number", &names(&by_number.rows).first(), &all.get(number));
            let around = asked.page(sort, Anchor::Around(Cursor::of(row, &sort.field), 1), limit);
            let expected: Vec<_> = all.iter().skip(number.saturating_sub(1)).take(limit).cloned().collect();
            self.same("the page around a row", &names(&around.rows), &expected);
        }
    }

    fn facet(&mut self, asked: &Asked<'_>, expected: &FacetWanted) {
        let field = field_of(&expected.field);
        let value = |text: &String| if text == MISSING { None } else { Some(bytes(text)) };
        let want = FacetField {
            matching: expected.matching.clone(),
            pinned: expected.pinned.iter().map(value).collect(),
            ..FacetField::new(field, expected.top.unwrap_or(usize::MAX))
        };
        let answer = asked.ask(vec![Want::Facets(FacetsWant { fields: vec![want], with_totals: true })]);
        let facet = &answer.facets().expect("facets")[0];
        let found: Vec<_> = facet.values.iter().map(|value| (value.value.clone(), value.count, value.total)).collect();
        let wanted: Vec<_> = expected.values.iter().map(|(text, count, of)| (value(text), *count, *of)).collect();
        let readable = |values: &[(Option<Vec<u8>>, u64, u64)]| -> Vec<(String, u64, u64)> {
            let text = |value: &Option<Vec<u8>>| {
                value.as_ref().map_or(MISSING.to_owned(), |bytes| bytes.escape_ascii().to_string())
            };
            values.iter().map(|(value, count, of)| (text(value), *count, *of)).collect()
        };
        let name = &expected.field;
        self.same(&format!("values of {name}"), &readable(&found), &readable(&wanted));
        self.same(&format!("other values of {name}"), &(facet.other_values, facet.other_count), &expected.other);
    }

    fn timeline(&mut self, asked: &Asked<'_>, expected: &TimelineWanted) {
        let width = (parse_span(&expected.width).expect("a width") / 1_000) as i64;
        let series = expected.series.iter().map(|(query, _)| self.clause(query)).collect();
        let want = TimelineWant {
            with_p95: expected.p95.is_some(),
            series,
            ..TimelineWant::new(time(&expected.start), width, expected.buckets.len())
        };
        let answer = asked.ask(vec![Want::Timeline(want)]);
        let Timeline { buckets, series, .. } = answer.timeline().expect("a timeline");
        for ((query, wanted), counts) in expected.series.iter().zip(series) {
            self.same(&format!("the series “{query}”"), counts, wanted);
        }
        let found: Vec<_> = buckets.iter().map(|bucket| (bucket.success, bucket.failure)).collect();
        self.same("the timeline", &found, &expected.buckets);
        for (place, wanted) in expected.p95.iter().flatten().enumerate() {
            self.span(&format!("p95 of bucket {place}"), buckets[place].p95, *wanted);
        }
    }

    /// A query that is a single test of a field.
    fn clause(&self, query: &str) -> Clause {
        match query::parse(query, self.now, self.zone).expect("a query").filter {
            Filter::Clause(clause) => clause,
            other => panic!("“{other}” is not a single test"),
        }
    }

    fn summary(&mut self, asked: &Asked<'_>, expected: &SummaryWanted) {
        let answer = asked.ask(vec![Want::Summary]);
        let summary = answer.summary().expect("a summary");
        self.same("count", &summary.count, &expected.count);
        self.same("failed", &summary.failed, &expected.failed);
        self.same("of", &summary.of, &expected.of);
        for (what, found, wanted) in [("first", summary.first, &expected.first), ("last", summary.last, &expected.last)]
        {
            if let Some(wanted) = wanted {
                self.same(what, &found, &Some(time(wanted)));
            }
        }
        for (name, wanted) in &expected.spans {
            match figure(summary, name) {
                Figure::Known(known) => self.same(name, &known, &(*wanted as u64)),
                Figure::Span(nanos) => self.span(name, nanos, *wanted),
            }
        }
    }

    /// A span in nanoseconds against one in milliseconds, -1 being none.
    fn span(&mut self, what: &str, nanos: Option<u64>, wanted: f64) {
        let found = nanos.map_or(-1.0, |nanos| nanos as f64 / 1e6);
        if (found - wanted).abs() > wanted.abs() * PERCENTILE_ERROR {
            self.same(what, &found, &wanted);
        }
    }

    fn get(&mut self, get: &Get) {
        let (engine, snapshot) = self.state(get.as_of_step, None);
        let query = match get.id.strip_prefix("handle of ") {
            Some(name) => IdQuery::Handle(self.row(name).handle),
            None => IdQuery::read(&get.id).expect("an id"),
        };
        // Others beside it must not change what is found.
        let other = IdQuery::read("ffffffffffffffffffffffffffffffff").expect("an id");
        let found =
            engine.get(&snapshot, &[other, query], get.limit.unwrap_or(usize::MAX)).expect("an answer").remove(1);
        self.same("rows", &names(&found), &get.rows);
    }

    fn follow(&mut self, follow: &Follow) {
        let filter = query::parse(&follow.query, self.now, self.zone).expect("a query").filter;
        let after = self.played.states.get(follow.after_step.wrapping_sub(1)).expect("a step of that number").2;
        let (engine, snapshot) = self.state(None, None);
        let found = engine.follow(&snapshot, after, &filter, follow.limit.unwrap_or(usize::MAX)).expect("an answer");
        self.same("rows", &names(&found), &follow.rows);
    }

    fn values(&mut self, values: &Values) {
        let row = self.row(&values.row);
        for (field, wanted) in &values.is {
            let found = row.bytes(&field_of(field)).map(|found| found.escape_ascii().to_string());
            self.same(field, &found, &Some(bytes(wanted).escape_ascii().to_string()));
        }
        for field in &values.lacks {
            let found = row.bytes(&field_of(field)).map(|found| found.escape_ascii().to_string());
            self.same(field, &found, &None);
        }
    }

    fn row(&self, name: &str) -> StoredRecord {
        let (engine, snapshot) = self.state(None, None);
        let question = Question { filter: query::Filter::ALL, range: TimeRange::ALL, source: None, wants: Vec::new() };
        let asked = Asked { engine, snapshot, question };
        let rows = asked.page(&Sort::default(), Anchor::Start, usize::MAX).rows;
        rows.into_iter().find(|row| name_of(row) == name).unwrap_or_else(|| panic!("there is no row “{name}”"))
    }
}

/// A question with its state.
struct Asked<'a> {
    engine: &'a dyn Engine,
    snapshot: Snapshot,
    question: Question,
}

impl Asked<'_> {
    fn ask(&self, wants: Vec<Want>) -> Answer {
        let question = Question { wants, ..self.question.clone() };
        ask_whole(self.engine, &self.snapshot, &question, &Cancel::new()).expect("an answer")
    }

    fn page(&self, sort: &Sort, at: Anchor, limit: usize) -> Page {
        let answer = self.ask(vec![Want::Page(PageWant { sort: sort.clone(), at, limit })]);
        match answer.wants.into_iter().next() {
            Some(WantAnswer::Page(page)) => page,
            other => panic!("a page was wanted, not {other:?}"),
        }
    }
}

enum Figure {
    Known(u64),
    Span(Option<u64>),
}

fn figure(summary: &Summary, name: &str) -> Figure {
    let (field, what) = name.split_once('.').expect("duration.p50 for example");
    let p: &Percentiles = match field {
        "duration" => &summary.duration,
        "delay" => &summary.delay,
        _ => panic!("there are no figures of “{field}”"),
    };
    match what {
        "known" => Figure::Known(p.known),
        "p50" => Figure::Span(p.p50),
        "p90" => Figure::Span(p.p90),
        "p95" => Figure::Span(p.p95),
        "p99" => Figure::Span(p.p99),
        _ => panic!("there is no figure “{what}”"),
    }
}

fn field_of(name: &str) -> FieldRef {
    FieldRef::find(name).unwrap_or_else(|| panic!("there is no field “{name}”"))
}

/// What a row is called in files: its attribute `row`, else its id.
fn name_of(row: &StoredRecord) -> String {
    let name = row.bytes(&FieldRef::Attribute("row".into())).unwrap_or_else(|| row.id_text());
    String::from_utf8_lossy(&name).into_owned()
}

fn names(rows: &[StoredRecord]) -> Vec<String> {
    rows.iter().map(name_of).collect()
}
