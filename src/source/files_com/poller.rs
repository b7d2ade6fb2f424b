//! Carries out what the planner wants: asks, hands rows over, waits. All state that must not run ahead
//! of the store is changed on copies, which take effect when the store has acknowledged the rows.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::base::time::Timestamp;
use crate::model::envelope::{Arrival, Envelope};
use crate::model::intake::Intake;
use crate::model::source_status::{Activity, SourceStatus};
use crate::source::event::SourceEvent;

use super::client::{Answer, Client, Query, Route};
use super::error::FetchError;
use super::intake::{Packer, Recent, Reported, Tally, envelope, times};
use super::plan::{Ask, Failure, Lane, Now, PageReport, Planner, Step, Verdict, Window};
use super::rows::{Bad, Page, read_page};

/// While nothing else changes, the state goes to the screen at most this often.
const STATUS_EVERY: Duration = Duration::from_millis(200);
/// A request that takes longer is shown as under way.
const SLOW: Duration = Duration::from_secs(1);
/// Coverage alone, without a new row, is stored at most this often: a quiet site must not keep the disk
/// busy. What is not stored is only read again after a restart.
const COVERAGE_EVERY: Duration = Duration::from_secs(30);

/// What a running poller is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Control {
    PollNow,
    FillFrom(Timestamp),
}

/// Nobody listens any more, or the poller was told to end.
struct Gone;

/// What belongs to the list that a lane is reading.
#[derive(Debug, Clone, Default)]
struct List {
    route: Route,
    tally: Tally,
}

pub(super) struct Poller {
    client: Arc<Client>,
    planner: Planner,
    envelope: Arc<Envelope>,
    events: mpsc::Sender<SourceEvent>,
    control: mpsc::Receiver<Control>,
    cancel: CancellationToken,
    started: Instant,
    lists: [List; 3],
    reported: Reported,
    recent: Recent,
    /// The key was refused: it is read again before the next try.
    was_refused: bool,
    moved_to: Option<String>,
    coverage_stored: Option<Instant>,
    said: Option<(SourceStatus, Instant)>,
}

impl Poller {
    pub(super) fn new(
        client: Arc<Client>,
        planner: Planner,
        events: mpsc::Sender<SourceEvent>,
        control: mpsc::Receiver<Control>,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            envelope: envelope(&client, Arrival::Polled),
            client,
            planner,
            events,
            control,
            cancel,
            started: Instant::now(),
            lists: Default::default(),
            reported: Reported::default(),
            recent: Recent::default(),
            was_refused: false,
            moved_to: None,
            coverage_stored: None,
            said: None,
        }
    }

    /// Polls until it is told to end, or nobody takes what it brings.
    pub(super) async fn run(mut self) {
        let cancel = self.cancel.clone();
        while !cancel.is_cancelled() {
            let ended = tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                ended = self.turn() => ended,
            };
            if ended.is_err() {
                return;
            }
        }
    }

    async fn turn(&mut self) -> Result<(), Gone> {
        while let Ok(control) = self.control.try_recv() {
            self.obey(control);
        }
        match self.planner.next(self.now()) {
            Step::Ask(ask) => self.ask(ask).await,
            Step::Lose(gap) => {
                let mut after = self.planner.clone();
                after.lose(&gap, self.now());
                let mut intake = Intake { gaps: vec![gap], ..Intake::default() };
                seal(&mut intake, &after);
                if self.deliver(intake).await? {
                    self.planner = after;
                } else {
                    self.not_stored(Lane::Past);
                }
                Ok(())
            }
            Step::Wait(until) => {
                self.say(None, true).await?;
                tokio::select! {
                    () = tokio::time::sleep_until(self.started + until) => {}
                    control = self.control.recv() => match control {
                        Some(control) => self.obey(control),
                        // The handle is gone; only the clock is left to wake us.
                        None => tokio::time::sleep_until(self.started + until).await,
                    },
                }
                Ok(())
            }
        }
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::PollNow => self.planner.poll_now(),
            Control::FillFrom(from) => self.planner.fill_from(from, self.now()),
        }
    }

    fn now(&self) -> Now {
        Now { wall: Timestamp::now(), elapsed: self.started.elapsed() }
    }

    async fn ask(&mut self, ask: Ask) -> Result<(), Gone> {
        let sent = self.now();
        if self.was_refused {
            // Whether it could be read, or is another one, shows with the request.
            let _ = self.client.renew_key().await;
        }
        if ask.cursor.is_none() {
            self.lists[ask.lane as usize] = List::default();
        }
        let query = Query {
            from: Some(ask.window.from),
            until: ask.window.until,
            request_id: None,
            cursor: ask.cursor.clone(),
        };
        let client = Arc::clone(&self.client);
        let mut route = self.lists[ask.lane as usize].route.clone();
        // At the start the screen has nothing else to show.
        self.say(Some((&ask, sent)), !self.planner.has_succeeded()).await?;
        let answer = {
            let request = client.list(&query, &mut route);
            tokio::pin!(request);
            tokio::select! {
                answer = &mut request => answer,
                () = tokio::time::sleep(SLOW) => {
                    self.say(Some((&ask, sent)), true).await?;
                    request.await
                }
            }
        };
        match answer {
            Ok(answer) => {
                self.was_refused = false;
                self.moved_to = route.moved_to().map(str::to_owned);
                self.lists[ask.lane as usize].route = route;
                self.page(&ask, sent, answer).await?;
            }
            Err(error) => self.fail(ask.lane, error).await,
        }
        self.say(None, false).await
    }

    /// Takes a page over, once the store has its rows.
    async fn page(&mut self, ask: &Ask, sent: Now, answer: Answer) -> Result<(), Gone> {
        let lane = ask.lane;
        let mut page = match (read_page(&answer.body), &answer.cut) {
            (Ok(page), _) => page,
            (Err(_), Some(cut)) => {
                self.fail_passing(lane, format!("{}: {cut}", self.client.address().host()));
                return Ok(());
            }
            (Err(body), None) => {
                let error = FetchError::NotAList { host: self.client.address().host(), said: body.instead_of_list() };
                self.fail_passing(lane, error.to_string());
                return Ok(());
            }
        };
        let mut after = self.planner.clone();
        let (mut tally, mut reported) = (self.lists[lane as usize].tally.clone(), self.reported.clone());
        let damage = match (&answer.cut, page.damage.take()) {
            (Some(cut), damage) => Some(Bad { reason: cut.clone(), bytes: damage.map_or(&[], |damage| damage.bytes) }),
            (None, damage) => damage,
        };
        let is_damaged = damage.is_some();
        let verdict = if let Some(damage) = &damage {
            let failure = Failure::Damaged { reason: damage.reason.clone() };
            after.failed(lane, failure, self.now(), fastrand::f64())
        } else {
            if self.planner.is_circle(lane, answer.cursor.as_deref()) {
                tally = Tally::default();
            }
            let report =
                PageReport { len: page.len, times: times(&page), cursor: answer.cursor.clone(), date: answer.date };
            after.answered(lane, report, sent, self.now(), fastrand::f64())
        };
        if is_damaged && !verdict.salvage {
            // Asked for again as a whole; of this try nothing is kept.
            self.planner = after;
            return Ok(());
        }
        let mut intake = self.pack(ask.window, page, damage, &mut tally, &mut reported);
        intake.redacted += answer.scrubbed;
        let news = self.recent.keep_new(&mut intake);
        if self.is_worth_storing(lane, &intake, &verdict) {
            let is_sealed = verdict.is_durable || verdict.gap.is_some();
            if is_sealed {
                intake.gaps.extend(verdict.gap);
                seal(&mut intake, &after);
            }
            if !self.deliver(intake).await? {
                self.not_stored(lane);
                return Ok(());
            }
            if is_sealed {
                self.coverage_stored = Some(Instant::now());
            }
        }
        self.planner = after;
        self.reported = reported;
        self.recent.remember(news);
        if !is_damaged {
            self.lists[lane as usize].tally = tally;
        }
        Ok(())
    }

    fn pack<'a>(
        &self,
        window: Window,
        mut page: Page<'a>,
        damage: Option<Bad<'a>>,
        tally: &mut Tally,
        reported: &mut Reported,
    ) -> Intake {
        let until = window.until.map_or_else(|| "now".to_owned(), |until| until.rfc3339(0));
        let origin = self.client.address().origin();
        let place = format!("{origin}, from {} to {until}", window.from.rfc3339(0));
        let packer = Packer { envelope: &self.envelope, redact: self.client.redact, place: &place };
        if let Some(damage) = damage {
            let reason = format!("{}; the {} rows before it are kept", damage.reason, page.rows.len());
            page.bad.push(Bad { reason, bytes: damage.bytes });
        }
        packer.pack(page, tally, reported)
    }

    fn is_worth_storing(&self, lane: Lane, intake: &Intake, verdict: &Verdict) -> bool {
        let has_news = !intake.rows.is_empty() || !intake.bad_rows.is_empty() || verdict.gap.is_some();
        let is_due = self.coverage_stored.is_none_or(|at| at.elapsed() >= COVERAGE_EVERY);
        has_news || verdict.is_durable && (lane != Lane::Live || is_due)
    }

    async fn fail(&mut self, lane: Lane, error: FetchError) {
        let reason = error.to_string();
        let origin = self.client.key_origin();
        let hint = match &error {
            FetchError::Throttled { retry_after, .. } => {
                return self.failed(lane, Failure::Passing { reason, wish: *retry_after, is_pause: true });
            }
            FetchError::Pausing { wait, .. } => {
                return self.failed(lane, Failure::Passing { reason, wish: Some(*wait), is_pause: true });
            }
            FetchError::Unavailable { retry_after, .. } => {
                return self.failed(lane, Failure::Passing { reason, wish: *retry_after, is_pause: false });
            }
            FetchError::NotAList { .. } => return self.fail_passing(lane, reason),
            FetchError::BadCursor { .. } => return self.failed(lane, Failure::BadCursor),
            FetchError::Refused { .. } => {
                // A key that was changed meanwhile is tried at once.
                let was_refused = std::mem::replace(&mut self.was_refused, true);
                match self.client.renew_key().await {
                    Ok(true) if !was_refused => return,
                    Ok(_) => format!(
                        "the key comes from {origin}; put it right there, or give it the right to read API logs"
                    ),
                    Err(error) => format!("the key comes from {origin}, which gives no other: {error}"),
                }
            }
            FetchError::NoKey(_) => format!("the key should come from {origin}"),
            FetchError::Redirected { target, .. } | FetchError::MoveRefused { target, .. } => {
                format!("if {target} is the site's right address, write it as “url” in the configuration")
            }
            FetchError::Certificate { .. } => {
                "if the authority is your own, name its PEM file as “ca” in the configuration".to_owned()
            }
            FetchError::Rejected { .. } => "check the address and the workspace in the configuration".to_owned(),
        };
        self.failed(lane, Failure::Refused { reason, hint });
    }

    fn fail_passing(&mut self, lane: Lane, reason: String) {
        self.failed(lane, Failure::Passing { reason, wish: None, is_pause: false });
    }

    fn not_stored(&mut self, lane: Lane) {
        self.failed(lane, Failure::NotStored);
    }

    fn failed(&mut self, lane: Lane, failure: Failure) {
        let now = self.now();
        self.planner.failed(lane, failure, now, fastrand::f64());
    }

    /// Hands an intake over and waits until it is durable. Whether it is.
    async fn deliver(&mut self, intake: Intake) -> Result<bool, Gone> {
        let (ack, stored) = oneshot::channel();
        self.events.send(SourceEvent::Batch(Box::new(intake), ack)).await.map_err(|_| Gone)?;
        Ok(stored.await.is_ok())
    }

    /// Tells the state, if there is something new in it. What is not urgent waits a little.
    async fn say(&mut self, asking: Option<(&Ask, Now)>, is_urgent: bool) -> Result<(), Gone> {
        if asking.is_some() && !is_urgent {
            return Ok(());
        }
        let status = SourceStatus {
            source: self.client.source.clone(),
            host: self.client.address().host(),
            requests: self.client.requests(),
            moved_to: self.moved_to.clone(),
            ..self.planner.status(asking, self.now())
        };
        if let Some((said, at)) = &self.said {
            let is_same_kind = std::mem::discriminant(&said.activity) == std::mem::discriminant(&status.activity);
            let is_fresh = is_same_kind && at.elapsed() < STATUS_EVERY && !is_urgent;
            if is_fresh || is_resting_as_before(said, &status) {
                return Ok(());
            }
        }
        self.said = Some((status.clone(), Instant::now()));
        self.events.send(SourceEvent::Status(Box::new(status))).await.map_err(|_| Gone)
    }
}

/// Adds what becomes true with an intake.
fn seal(intake: &mut Intake, after: &Planner) {
    intake.coverage = Some(after.coverage());
    intake.checkpoint = Some(after.checkpoint());
}

/// The same but for the moment of the next poll, which is counted from a clock that runs on.
fn is_resting_as_before(said: &SourceStatus, status: &SourceStatus) -> bool {
    let is_near = |a: Timestamp, b: Timestamp| a.since(b).abs() < 50_000;
    let same_next = match (said.next_poll, status.next_poll) {
        (Some(a), Some(b)) => is_near(a, b),
        (a, b) => a == b,
    };
    let same_activity = match (&said.activity, &status.activity) {
        (Activity::Waiting { until: a, reason: x, .. }, Activity::Waiting { until: b, reason: y, .. })
        | (Activity::Stopped { next_try: a, reason: x, .. }, Activity::Stopped { next_try: b, reason: y, .. }) => {
            is_near(*a, *b) && x == y
        }
        (a, b) => a == b,
    };
    same_next
        && same_activity
        && *said == SourceStatus { next_poll: said.next_poll, activity: said.activity.clone(), ..status.clone() }
}
