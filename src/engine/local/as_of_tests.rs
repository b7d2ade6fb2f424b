//! While rows arrive and segments are made of them, all figures of one state agree.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Sort, TimelineWant};
use crate::engine::testing::{intake, open};
use crate::engine::{Answer, Engine, Question, Snapshot, Want, WantAnswer, ask_whole};
use crate::model::answer::Facet;
use crate::model::field::Field;
use crate::model::handle::Seq;
use crate::model::intake::RowIdentity;
use crate::model::period::TimeRange;
use crate::query::{Filter, Test};

use super::Store;

const BATCHES: u32 = 60;
const BATCH: u32 = 40;

/// Rows of a batch: half of them of the past, so that they do not come in the order of time.
fn batch(number: u32) -> Vec<(String, RowIdentity)> {
    let row = |n: u32| {
        let id = number * BATCH + n;
        let second = i64::from(if n.is_multiple_of(2) { id } else { id / 3 });
        let (status, client) = (if n.is_multiple_of(5) { 502 } else { 200 }, n % 7);
        let method = if n.is_multiple_of(3) { "GET" } else { "POST" };
        let text = format!(
            "time={};request_id={id:08x}8e4b29c8518289e7cedfcdab;status={status};client=client {client};method={method}",
            second * 1_000_000
        );
        (text, RowIdentity::Id)
    };
    (0..BATCH).map(row).collect()
}

fn question(filter: Filter) -> Question {
    let fields = [Field::Client, Field::Status, Field::Outcome];
    Question {
        filter,
        range: TimeRange::ALL,
        source: None,
        wants: vec![
            Want::Count,
            Want::Summary,
            Want::Page(PageWant { sort: Sort::default(), at: Anchor::Start, limit: 20 }),
            Want::Facets(FacetsWant {
                fields: fields.map(|field| FacetField::new(field, 2)).to_vec(),
                with_totals: true,
            }),
            Want::Timeline(TimelineWant::new(Timestamp(0), 100_000_000, (BATCHES * BATCH / 100 + 1) as usize)),
        ],
    }
}

fn ask(store: &Store, snapshot: &Snapshot, question: &Question) -> Answer {
    ask_whole(store, snapshot, question, &Cancel::new()).expect("answers")
}

/// Each want's own count of the same records.
fn assert_agree(answer: &Answer) {
    let count = answer.count().expect("a count");
    let sum = |facet: &Facet| facet.values.iter().map(|value| value.count).sum::<u64>() + facet.other_count;
    for want in &answer.wants {
        let (name, counts) = match want {
            WantAnswer::Count(count) => ("count", vec![*count]),
            WantAnswer::Summary(summary) => ("summary", vec![summary.count]),
            WantAnswer::Page(page) => ("page", vec![page.total]),
            WantAnswer::Facets(facets) => ("facets", facets.iter().map(sum).collect()),
            WantAnswer::Timeline(timeline) => {
                ("timeline", vec![timeline.buckets.iter().map(|bucket| bucket.success + bucket.failure).sum()])
            }
            WantAnswer::Span(_) | WantAnswer::Attributes(_) => continue,
        };
        assert!(counts.iter().all(|other| *other == count), "{name}: {counts:?} of {count} as of {}", answer.as_of.0);
    }
}

#[test]
fn all_figures_agree_while_rows_arrive() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let is_done = AtomicBool::new(false);
    // No pane's own field is in the filter: none leaves out a step, so that all count the same.
    let filters = [
        Filter::ALL,
        Filter::field(Field::Path, Test::Missing),
        Filter::field(Field::Method, Test::Exact(b"GET".to_vec())),
    ];
    let questions = filters.map(question);
    let mut states: Vec<(Seq, Vec<Answer>)> = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..BATCHES {
                store.append("one", &intake("one", &batch(number)), Timestamp(i64::from(number))).expect("appends");
                if number % 20 == 13 {
                    store.flush_head(&Cancel::new()).expect("flushes");
                }
            }
            is_done.store(true, Ordering::Release);
        });
        loop {
            let is_last = is_done.load(Ordering::Acquire);
            store.refresh().expect("refreshes");
            let snapshot = store.snapshot().expect("a snapshot");
            let answers: Vec<Answer> = questions.iter().map(|question| ask(&store, &snapshot, question)).collect();
            answers.iter().for_each(assert_agree);
            assert_eq!(answers[0].count(), Some(snapshot.as_of.0));
            states.push((snapshot.as_of, answers));
            if is_last {
                break;
            }
        }
    });
    assert_eq!(states.last().map(|(as_of, _)| as_of.0), Some(u64::from(BATCHES * BATCH)));
    // What `--as-of` gives later is what the screen showed then.
    let step = states.len().div_ceil(20);
    for (as_of, answers) in states.iter().step_by(step) {
        let snapshot = store.snapshot_at(*as_of).expect("a snapshot");
        for (question, answer) in questions.iter().zip(answers) {
            assert_eq!(ask(&store, &snapshot, question), *answer);
        }
    }
}
