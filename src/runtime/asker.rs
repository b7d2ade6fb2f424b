//! Questions of the screen, each purpose in a thread of its own: a new question ends the work on
//! the one before it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::app::event::{AskId, At, Event, Purpose};
use crate::base::cancel::Cancel;
use crate::engine::{Answer, Engine, EngineError, Question, Snapshot, ask_whole};

/// Sends events to the loop; says whether anybody is there.
pub type SendEvent = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// Work for a thread.
struct Job {
    id: AskId,
    at: At,
    questions: Vec<Question>,
    is_single: bool,
    cancel: Cancel,
}

/// Answers questions behind the screen.
pub struct Asker {
    engine: Arc<dyn Engine>,
    send: SendEvent,
    threads: HashMap<Purpose, (Sender<Job>, Cancel)>,
}

impl Asker {
    /// Answers by an engine.
    pub fn new(engine: Arc<dyn Engine>, send: SendEvent) -> Self {
        Self { engine, send, threads: HashMap::new() }
    }

    /// Asks one question.
    pub fn ask(&mut self, id: AskId, at: At, question: Question) {
        self.start(id, at, vec![question], true);
    }

    /// Asks several questions and answers them together.
    pub fn ask_all(&mut self, id: AskId, at: At, questions: Vec<Question>) {
        self.start(id, at, questions, false);
    }

    fn start(&mut self, id: AskId, at: At, questions: Vec<Question>, is_single: bool) {
        let cancel = Cancel::new();
        let job = Job { id, at, questions, is_single, cancel: cancel.clone() };
        let (engine, send) = (Arc::clone(&self.engine), Arc::clone(&self.send));
        let entry = self.threads.entry(id.purpose).or_insert_with(|| {
            let (sender, jobs) = channel::<Job>();
            let name = format!("ask-{:?}", id.purpose).to_lowercase();
            // A thread that cannot be started leaves the question open; the next one tries again.
            let _ = thread::Builder::new().name(name).spawn(move || {
                while let Ok(mut job) = jobs.recv() {
                    // Only the newest is worth answering.
                    while let Ok(newer) = jobs.try_recv() {
                        job = newer;
                    }
                    if !answer(engine.as_ref(), &job, &send) {
                        return;
                    }
                }
            });
            (sender, Cancel::new())
        });
        entry.1.cancel();
        entry.1 = cancel;
        if entry.0.send(job).is_err() {
            self.threads.remove(&id.purpose);
        }
    }
}

fn answer(engine: &dyn Engine, job: &Job, send: &SendEvent) -> bool {
    let snapshot = match &job.at {
        At::Held(snapshot) => Ok(snapshot.clone()),
        At::Newest => engine.snapshot(),
    };
    let answered = snapshot.and_then(|snapshot| match job.questions.as_slice() {
        [question] if job.is_single => answer_one(engine, &snapshot, question, job, send),
        questions => {
            let answers: Result<Vec<Answer>, EngineError> =
                questions.iter().map(|question| ask_whole(engine, &snapshot, question, &job.cancel)).collect();
            answers.map(|answers| send(Event::Answers(job.id, answers)))
        }
    });
    match answered {
        Ok(is_anybody_there) => is_anybody_there,
        Err(EngineError::Cancelled) => true,
        Err(error) => send(Event::Failed(job.id, error.to_string())),
    }
}

/// Passes on what the engine has so far, and then the whole.
fn answer_one(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    job: &Job,
    send: &SendEvent,
) -> Result<bool, EngineError> {
    let mut is_anybody_there = true;
    engine.ask(snapshot, question, &job.cancel, &mut |answer| {
        is_anybody_there = send(Event::Answer(job.id, snapshot.clone(), Box::new(answer)));
        is_anybody_there
    })?;
    Ok(is_anybody_there)
}
