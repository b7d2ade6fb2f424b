//! The store against the reference, on generated data, filters and questions.

use std::sync::Arc;

use proptest::prelude::*;

use super::local::Store;
use super::memory::MemoryEngine;
use super::question::{Anchor, Want};
use super::testing::{Pairs, any_filter, any_question, any_row, import, intake, open, open_once};
use super::*;
use crate::model::answer::Cursor;
use crate::model::intake::RowIdentity;
use crate::model::period::TimeRange;

/// What is done to both stores alike.
#[derive(Debug, Clone)]
enum Step {
    Append(bool, Vec<(String, RowIdentity)>),
    Import(bool, Vec<(String, RowIdentity)>, usize),
    Flush,
    Merge,
    Reopen,
    Rebuild,
    Retain(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let rows = || prop::collection::vec(any_row(), 0..30);
    prop_oneof![
        6 => (any::<bool>(), rows()).prop_map(|(second, rows)| Step::Append(second, rows)),
        3 => (any::<bool>(), rows(), 1_usize..20).prop_map(|(second, rows, cut)| Step::Import(second, rows, cut)),
        2 => Just(Step::Flush),
        1 => Just(Step::Merge),
        1 => Just(Step::Reopen),
        1 => Just(Step::Rebuild),
        1 => (0_i64..30).prop_map(Step::Retain),
    ]
}

struct Both {
    folder: tempfile::TempDir,
    store: Store,
    memory: MemoryEngine,
    clock: i64,
}

fn source(second: bool) -> &'static str {
    if second { "two" } else { "one" }
}

impl Both {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(folder.path());
        let memory = MemoryEngine::new(Arc::new(Pairs), store.tag());
        Self { folder, store, memory, clock: 0 }
    }

    /// Rows that are neither stored nor given twice.
    fn fresh(&self, source: &str, rows: &[(String, RowIdentity)]) -> Vec<(String, RowIdentity)> {
        let scratch = self.memory.copy();
        let is_new = |row: &&(String, RowIdentity)| {
            let one = intake(source, std::slice::from_ref(*row));
            scratch.append(source, &one, Timestamp(0)).expect("appends").stored == 1
        };
        rows.iter().filter(is_new).cloned().collect()
    }

    fn apply(&mut self, step: &Step) {
        self.clock += 1;
        let now = Timestamp(self.clock * 1_000_000);
        match step {
            Step::Append(second, rows) => {
                let intake = intake(source(*second), rows);
                let stored = self.store.append(source(*second), &intake, now).expect("appends");
                let expected = self.memory.append(source(*second), &intake, now).expect("appends");
                assert_eq!(stored, expected);
            }
            Step::Import(second, rows, cut) => {
                // Dropped rows leave holes in the store's numbering; here it must be the reference's.
                let source = source(*second);
                let fresh = self.fresh(source, rows);
                let expected = self.memory.append(source, &intake(source, &fresh), now).expect("appends");
                assert_eq!(expected.already, 0);
                assert_eq!(import(&self.store, source, &fresh, *cut, now), expected);
                let again = import(&self.store, source, rows, *cut, now);
                assert_eq!((again.stored, again.already), (0, rows.len() as u64));
            }
            Step::Flush => {
                self.store.flush_head(&Cancel::new()).expect("flushes");
            }
            Step::Merge => {
                self.store.maintain(&Cancel::new()).expect("maintains");
            }
            Step::Reopen => self.store = open(self.folder.path()),
            Step::Rebuild => {
                self.store.rebuild(&Cancel::new(), |_| ()).expect("rebuilds");
            }
            Step::Retain(second) => {
                let oldest = Timestamp(second * 500_000);
                let retained = self.store.retain_from(oldest, &Cancel::new()).expect("deletes");
                assert_eq!(retained.records, self.memory.retain_from(oldest));
            }
        }
    }
}

/// What is answered so far is right for what is newer than it says, and the last answer is whole.
fn assert_so_far(both: &Both, question: &Question) {
    let cancel = Cancel::new();
    let (mine, theirs) = (both.store.snapshot().expect("a snapshot"), both.memory.snapshot().expect("a snapshot"));
    let mut answers = Vec::new();
    let mut take = |answer: Answer| {
        answers.push(answer);
        true
    };
    both.store.ask(&mine, question, &cancel, &mut take).expect("answers");
    let whole = answers.pop().expect("an answer");
    assert_eq!(whole.completeness, Completeness::Complete);
    let mut last = Timestamp::MAX;
    for answer in answers {
        let Completeness::SoFar(back_to) = answer.completeness else { panic!("two whole answers") };
        assert!(back_to <= last);
        last = back_to;
        let newer = Question {
            range: TimeRange { from: question.range.from.max(back_to.plus(1)), until: question.range.until },
            ..question.clone()
        };
        let count = |answer: &Answer| answer.count().expect("a count");
        let least = count(&ask_whole(&both.memory, &theirs, &newer, &cancel).expect("answers"));
        assert!((least..=count(&whole)).contains(&count(&answer)), "{least} {answer:?}");
        assert_eq!(answer.summary().map(|summary| summary.count), answer.count());
    }
}

/// The answer that the screen gets in the end.
fn last_answer(both: &Both, snapshot: &Snapshot, question: &Question) -> Answer {
    let mut last = None;
    let mut take = |answer: Answer| {
        last = Some(answer);
        true
    };
    both.store.ask(snapshot, question, &Cancel::new(), &mut take).expect("answers");
    last.expect("an answer")
}

fn assert_same(both: &Both, question: &Question, as_of: Option<Seq>) {
    let cancel = Cancel::new();
    let snapshots = match as_of {
        None => (both.store.snapshot(), both.memory.snapshot()),
        Some(seq) => (both.store.snapshot_at(seq), both.memory.snapshot_at(seq)),
    };
    let (mine, theirs) = (snapshots.0.expect("a snapshot"), snapshots.1.expect("a snapshot"));
    assert_eq!(mine.as_of, theirs.as_of);
    let answer = ask_whole(&both.store, &mine, question, &cancel).expect("answers");
    let expected = ask_whole(&both.memory, &theirs, question, &cancel).expect("answers");
    let of_screen = last_answer(both, &mine, question);
    let once = open_once(both.folder.path());
    let snapshot = once.snapshot_at(mine.as_of).expect("a snapshot");
    let asked_once = ask_whole(&once, &snapshot, question, &cancel).expect("answers");
    for (place, theirs) in expected.wants.iter().enumerate() {
        for (mine, asked) in [(&answer, "whole"), (&of_screen, "by the screen"), (&asked_once, "once")] {
            let want = &question.wants[place];
            assert_eq!(&mine.wants[place], theirs, "asked {asked}: filter “{}”, {want:?}", question.filter);
        }
    }

    // From each row of the page, the pages around it.
    let Want::Page(want) = &question.wants[0] else { panic!("the first want is the page") };
    let page = expected.into_page().expect("a page");
    for row in page.rows.iter().take(3) {
        let cursor = Cursor::of(row, &want.sort.field);
        for at in [Anchor::After(cursor.clone()), Anchor::Before(cursor.clone()), Anchor::Around(cursor.clone(), 2)] {
            let mut question = question.clone();
            question.wants = vec![Want::Page(super::question::PageWant { at, ..want.clone() })];
            let answer = ask_whole(&both.store, &mine, &question, &cancel).expect("answers");
            let expected = ask_whole(&both.memory, &theirs, &question, &cancel).expect("answers");
            assert_eq!(answer, expected, "filter “{}”, {question:?}", question.filter);
        }
    }
    let after = Seq(mine.as_of.0 / 2);
    assert_eq!(
        both.store.follow(&mine, after, &question.filter, 20).expect("follows"),
        both.memory.follow(&theirs, after, &question.filter, 20).expect("follows")
    );
    let ids: Vec<_> = ["1094794d8e4b29c8518289e7cedfcd10", "10947", "req-1", "req*", "*cd10", "*eq-1", "…CFCD01"]
        .iter()
        .filter_map(|id| IdQuery::read(id))
        .chain(page.rows.iter().map(|row| IdQuery::Handle(row.handle)))
        .collect();
    assert_eq!(both.store.get(&mine, &ids, 5).expect("gets"), both.memory.get(&theirs, &ids, 5).expect("gets"));
}

proptest! {
    // Each case makes a store; PROPTEST_CASES asks for more.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_the_reference(
        steps in prop::collection::vec(any_step(), 1..10),
        questions in prop::collection::vec(any_question(), 1..5),
        back in 0_u64..60,
    ) {
        let mut both = Both::new();
        let mut held = None;
        for step in &steps {
            both.apply(step);
            // What was kept of an answer must not be taken for another's.
            let question = &questions[0];
            assert_same(&both, question, None);
            let as_of = both.store.snapshot().expect("a snapshot").as_of;
            assert_same(&both, question, Some(Seq(as_of.0.saturating_sub(back))));
            let (snapshot, answer) = held.get_or_insert_with(|| {
                let snapshot = both.store.snapshot().expect("a snapshot");
                let answer = ask_whole(&both.store, &snapshot, question, &Cancel::new()).expect("answers");
                (snapshot, answer)
            });
            // A snapshot is of one opening of the store.
            if matches!(step, Step::Reopen) {
                held = None;
            } else {
                prop_assert_eq!(&ask_whole(&both.store, snapshot, question, &Cancel::new()).expect("answers"), answer);
            }
        }
        for question in &questions {
            assert_so_far(&both, question);
            assert_same(&both, question, None);
            let as_of = both.store.snapshot().expect("a snapshot").as_of;
            assert_same(&both, question, Some(Seq(as_of.0.saturating_sub(back))));
        }
        let verified = both.store.verify(&Cancel::new(), |_| ()).expect("verifies");
        prop_assert_eq!(verified.problems, Vec::<String>::new());
    }
}

proptest! {
    /// Every pass of rewriting, and all of them, keep what is kept.
    #[test]
    fn rewriting_keeps_what_is_kept(
        rows in prop::collection::vec(any_row(), 1..30),
        parts in prop::collection::vec(any_filter(), 1..4),
        shape in 0..4_u8,
    ) {
        let memory = MemoryEngine::new(Arc::new(Pairs), crate::model::handle::StoreTag::new(1));
        memory.append("one", &intake("one", &rows), Timestamp(0)).expect("appends");
        let snapshot = memory.snapshot().expect("a snapshot");
        let count = |filter: Filter| {
            let question = Question { filter, range: TimeRange::ALL, source: None, wants: vec![Want::Count] };
            ask_whole(&memory, &snapshot, &question, &Cancel::new()).expect("answers").count()
        };
        let not = |filter| Filter::Not(Box::new(filter));
        let filter = match shape {
            0 => Filter::Or(parts),
            1 => not(Filter::Or(parts.into_iter().map(not).collect())),
            2 => Filter::And(vec![Filter::Or(parts.clone()), not(not(Filter::And(parts)))]),
            _ => not(Filter::And(parts)),
        };
        for (name, pass) in crate::query::rewrite::PASSES {
            prop_assert_eq!(count(pass(filter.clone())), count(filter.clone()), "{}: {}", name, filter);
        }
        prop_assert_eq!(count(crate::query::rewrite::canonical(filter.clone())), count(filter));
    }
}
