//! The engines that scenarios are played on: the reference, and the store in different states.

use std::path::Path;
use std::sync::Arc;

use reqscope::base::cancel::Cancel;
use reqscope::base::hash::hash128;
use reqscope::base::time::Timestamp;
use reqscope::engine::local::{Store, StoreOptions};
use reqscope::engine::memory::MemoryEngine;
use reqscope::engine::{Engine, Snapshot};
use reqscope::model::envelope::{Arrival, Decisions, Envelope, Formats};
use reqscope::model::handle::{Seq, StoreTag};
use reqscope::model::intake::{Intake, IntakeResult};
use reqscope::model::record::Record;
use reqscope::source::format::description::Ids;
use reqscope::source::format::identify::Identify;
use reqscope::source::format::intake::RowIntake;
use reqscope::source::format::registry::Registry;
use reqscope::source::format::split::Row;

use super::file::{Scenario, Step, bytes};

/// An engine after all steps of a scenario.
pub struct Played {
    /// What it is, for messages.
    pub name: &'static str,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// After each step: the engine as it was open then, what it held, and how far it was.
    pub states: Vec<(Arc<dyn Engine>, Snapshot, Seq)>,
    /// Holds the store's files.
    _folder: Option<tempfile::TempDir>,
}

/// What is done to a store beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Nothing: all rows stay in the head.
    Head,
    /// The head becomes a segment after each step.
    Segments,
    /// The head becomes a segment after every second step.
    Mixed,
    /// The same, and the store is opened anew after each step.
    Reopened,
    /// Rows come as imports, in segments of two rows, the last segment first.
    Imported,
    /// Segments of one row, joined at the end, their columns made again.
    Merged,
}

const HABITS: &[(&str, Habit)] = &[
    ("store, all in the head", Habit::Head),
    ("store, all in segments", Habit::Segments),
    ("store, head and segments", Habit::Mixed),
    ("store, opened anew", Habit::Reopened),
    ("store, imported", Habit::Imported),
    ("store, joined and rebuilt", Habit::Merged),
];

/// Plays a scenario on all engines. What does not go as expected is added to `wrong`.
pub fn play(scenario: &Scenario, wrong: &mut Vec<String>) -> Vec<Played> {
    let mut played = vec![play_memory(scenario, wrong)];
    for (name, habit) in HABITS {
        played.push(play_store(scenario, name, *habit, wrong));
    }
    played
}

fn play_memory(scenario: &Scenario, wrong: &mut Vec<String>) -> Played {
    let name = "reference";
    let engine = Arc::new(MemoryEngine::new(Arc::new(Registry::new()), StoreTag::new(7)));
    let mut states = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        let mut outcome = Outcome { name, number, wrong };
        match step {
            Step::Append { source, at, .. } => {
                let intake = intake(step);
                outcome.append(step, engine.append(source, &intake, time(at)).expect("appends"));
            }
            Step::Retain { from, deleted } => outcome.retain(*deleted, engine.retain_from(time(from))),
        }
        states.push(state(engine.clone()));
    }
    Played { name, engine, states, _folder: None }
}

fn play_store(scenario: &Scenario, name: &'static str, habit: Habit, wrong: &mut Vec<String>) -> Played {
    let folder = tempfile::tempdir().expect("a folder");
    let cancel = Cancel::new();
    let mut store = open(folder.path());
    let mut states = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        let mut outcome = Outcome { name, number, wrong };
        match step {
            Step::Append { source, at, .. } => {
                let intake = intake(step);
                let result = match habit {
                    Habit::Imported => import(&store, source, &intake, 2, time(at)),
                    Habit::Merged => import(&store, source, &intake, 1, time(at)),
                    _ => store.append(source, &intake, time(at)).expect("appends"),
                };
                outcome.append(step, result);
            }
            Step::Retain { from, deleted } => {
                let retained = store.retain_from(time(from), &cancel).expect("deletes");
                outcome.retain(*deleted, retained.records);
            }
        }
        let is_flushed = match habit {
            Habit::Head | Habit::Imported | Habit::Merged => false,
            Habit::Segments => true,
            Habit::Mixed | Habit::Reopened => number % 2 == 0,
        };
        if is_flushed {
            store.flush_head(&cancel).expect("makes a segment");
        }
        states.push(state(store.clone()));
        if habit == Habit::Reopened {
            store = open(folder.path());
        }
    }
    if habit == Habit::Merged {
        while store.maintain(&cancel).expect("joins segments") {}
        store.rebuild(&cancel, |_| ()).expect("makes columns again");
    }
    let verified = store.verify(&cancel, |_| ()).expect("can be read");
    for problem in verified.problems {
        wrong.push(format!("[{name}] verify: {problem}"));
    }
    Played { name, engine: store, states, _folder: Some(folder) }
}

fn state(engine: Arc<dyn Engine>) -> (Arc<dyn Engine>, Snapshot, Seq) {
    let snapshot = engine.snapshot().expect("a snapshot");
    let as_of = snapshot.as_of;
    (engine, snapshot, as_of)
}

fn open(folder: &Path) -> Arc<Store> {
    Arc::new(Store::open(folder, StoreOptions::default(), Arc::new(Registry::new())).expect("opens"))
}

/// Notes what a step came to.
struct Outcome<'a> {
    name: &'static str,
    number: usize,
    wrong: &'a mut Vec<String>,
}

impl Outcome<'_> {
    fn append(&mut self, step: &Step, result: IntakeResult) {
        let Step::Append { stored, already, bad, .. } = step else { return };
        let expected = IntakeResult { stored: *stored, already: *already, bad: *bad };
        if result != expected {
            self.wrong.push(format!("[{}] step {}: {result:?}, expected {expected:?}", self.name, self.number + 1));
        }
    }

    fn retain(&mut self, expected: u64, deleted: u64) {
        if deleted != expected {
            self.wrong.push(format!(
                "[{}] step {}: {deleted} deleted, expected {expected}",
                self.name,
                self.number + 1
            ));
        }
    }
}

/// A time as scenarios write it.
pub fn time(text: &str) -> Timestamp {
    let moment = reqscope::base::time_parse::parse_time(text.as_bytes(), Some(chrono_tz::UTC));
    moment.unwrap_or_else(|| panic!("“{text}” is no time")).at
}

/// The rows of a step as a source hands them over: redacted, read, identified.
fn intake(step: &Step) -> Intake {
    let Step::Append { source, rows, format, file, .. } = step else { return Intake::default() };
    let registry = Registry::new();
    let decisions = Decisions::default();
    let reader = registry
        .open(format.as_deref().unwrap_or("json-lines"), None, &decisions)
        .unwrap_or_else(|error| panic!("{error}"));
    let envelope = Arc::new(Envelope {
        source: source.clone(),
        format: reader.format().name().to_owned(),
        format_version: reader.format().version(),
        decisions,
        heading: None,
        place: "scenario".into(),
        file: file.as_ref().map(|name| hash128(name.as_bytes())),
        arrival: Arrival::Imported,
    });
    // A file of a scenario is a server's log: its ids are the clients'.
    let ids = if file.is_some() { Ids::Client } else { reader.format().ids() };
    let identify = Identify::new(reader.format().without_id(), ids, file.is_some());
    let taker = RowIntake::new(reader, identify, "scenario");
    let mut intake = Intake::default();
    let mut good = Vec::new();
    for row in rows.lines().filter(|row| !row.trim().is_empty()) {
        let bytes = bytes(row.trim());
        let position = row.as_ptr().addr() - rows.as_ptr().addr();
        let taken = match file {
            Some(_) => {
                taker.take(&Row { bytes: &bytes, position: position as u64, line: None }, |taken| taken.to_intake_row())
            }
            None => taker.take_bytes(&bytes, |taken| taken.to_intake_row()),
        };
        match taken {
            Ok(row) => good.push(row),
            Err(bad) => intake.bad_rows.push(bad),
        }
    }
    intake.rows.push((envelope, good));
    intake
}

/// The same rows as an import, in segments of some rows each, the last finished first.
fn import(store: &Store, source: &str, intake: &Intake, cut: usize, now: Timestamp) -> IntakeResult {
    let mut import = store.import(source, now).expect("starts");
    for (envelope, rows) in &intake.rows {
        let reader = Registry::new().reader(envelope, None).expect("a reader");
        for (number, chunk) in rows.chunks(cut).enumerate().collect::<Vec<_>>().into_iter().rev() {
            let mut segment = store.import_segment(envelope, now).expect("a segment");
            for row in chunk {
                let mut record = Record::default();
                reader.read(&row.raw, &mut record).expect("was read before");
                segment.push(&row.raw, row.identity, row.position, &record).expect("pushes");
            }
            let (segment, result) = import.finish_segment(segment).expect("finishes");
            import.add(number as u64, segment, envelope, result);
        }
    }
    import.add_bad(intake.bad_rows.len() as u64);
    import.commit(&Intake::default(), &intake.bad_rows).expect("commits")
}
