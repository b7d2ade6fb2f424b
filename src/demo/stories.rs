//! What the stories of each stream consist of.

use super::api::{ENDPOINTS, endpoint_number};
use super::clients::endpoint;
use super::draw::{Draw, seed_of};
use super::failures::Failure;
use super::habits::Habit;
use super::identity::Place;
use super::incident_kinds::Kind;
use super::incidents::Plan;
use super::sketch::{NOBODY, Oddity, Sketch};
use super::timetable::REGULARS;
use super::traffic::{BUCKET, LONGEST_STORY, Stream, Traffic};

/// Failures after which a program tries again by itself.
const RETRYABLE: &[(Failure, u32)] = &[
    (Failure::TooManyRequests, 34),
    (Failure::Unexpected, 26),
    (Failure::Upstream, 16),
    (Failure::TooManyConcurrent, 14),
    (Failure::FileLocked, 10),
];

/// Somebody with a way in.
#[derive(Debug, Clone, Copy)]
struct Caller {
    client: u16,
    channel: u8,
    address: u8,
}

impl Traffic {
    /// Adds the requests of one story. The place is that of its first step.
    pub(super) fn tell(&self, stream: Stream, place: Place, plans: &[Plan], out: &mut Vec<Sketch>) {
        let seed =
            seed_of(&[self.seed, u64::from(place.stream), u64::from(place.bucket), u64::from(place.story), 0x57]);
        let mut draw = Draw::new(seed);
        let start = i64::from(place.bucket) * BUCKET;
        let begins = start + draw.below(BUCKET as u64) as i64;
        match stream {
            Stream::Single => self.tell_single(Teller { place, seed, begins, plans, out }, &mut draw),
            Stream::Retried => self.tell_retried(Teller { place, seed, begins, plans, out }, &mut draw),
            Stream::Visit => self.tell_visit(Teller { place, seed, begins, plans, out }, &mut draw),
            Stream::Pages => self.tell_pages(Teller { place, seed, begins, plans, out }, &mut draw),
            Stream::Backup => {
                let call = if draw.chance(0.8) { "files.download" } else { "folders.list" };
                let mut teller = Teller { place, seed, begins, plans, out };
                let caller = Caller { client: self.backup_client, channel: 0, address: 0 };
                self.push(&mut teller, 0, begins, caller, number_of(call));
            }
            Stream::Regular(which) => {
                let regular = &REGULARS[usize::from(which)];
                if let Some(at) = self.times.call_in(regular, start, start + BUCKET) {
                    let caller = Caller { client: self.regular_clients[usize::from(which)], channel: 0, address: 0 };
                    let mut teller = Teller { place, seed, begins: at, plans, out };
                    self.push(&mut teller, 0, at, caller, number_of(regular.endpoint));
                }
            }
            Stream::Incident(number) => {
                if let Some(plan) = self.incidents.of_stream(number) {
                    self.tell_incident(&plan, place, plans, out);
                }
            }
        }
    }

    fn tell_single(&self, mut teller: Teller<'_>, draw: &mut Draw) {
        let people = 0.08 + 0.22 * self.density.busyness(teller.begins);
        let caller = if draw.chance(people) { self.person(draw) } else { self.machine(teller.begins, draw) };
        let mut call = self.clients.call(self.habit(caller), draw);
        let oddity = match draw.below(100_000) {
            0..4 => Oddity::EscapeInAgent,
            4..10 => Oddity::Formula,
            10..16 => Oddity::Override,
            16..20 => Oddity::LongQuery,
            20..140 => Oddity::Secret,
            _ => Oddity::None,
        };
        match oddity {
            Oddity::Formula | Oddity::Override => call = number_of("files.upload"),
            Oddity::Secret => call = number_of("files.download"),
            Oddity::LongQuery => call = number_of("products.search"),
            _ => {}
        }
        let begins = teller.begins;
        self.push(&mut teller, 0, begins, caller, call);
        let sketch = teller.last();
        sketch.oddity = oddity;
        if matches!(oddity, Oddity::Formula | Oddity::Override) {
            // A message would name another file.
            sketch.failure = None;
            sketch.client = sketch.caller;
        }
    }

    fn tell_retried(&self, mut teller: Teller<'_>, draw: &mut Draw) {
        let caller = self.machine(teller.begins, draw);
        let call = self.clients.call(self.habit(caller), draw);
        let failure = *draw.pick_weighted(RETRYABLE);
        let attempts = *draw.pick_weighted(&[(2, 50), (3, 30), (4, 15), (5, 5)]);
        let recovers = draw.chance(0.8);
        let mut at = teller.begins;
        for attempt in 0..attempts {
            self.push(&mut teller, attempt, at, caller, call);
            let seed = teller.seed;
            let sketch = teller.last();
            sketch.subject = seed;
            if attempt + 1 < attempts || !recovers {
                sketch.failure = Some(failure);
            }
            at += draw.between(1, 5) as i64;
        }
    }

    /// A person signs in, or comes back, looks around, and leaves without a word most of the time.
    fn tell_visit(&self, mut teller: Teller<'_>, draw: &mut Draw) {
        let caller = self.person(draw);
        let is_web = self.clients.get(caller.client).channels[usize::from(caller.channel)].interface == "web";
        let impersonated = is_web && draw.chance(0.02);
        let administrator = self.clients.administrator(draw);
        let steps = draw.between(3, 11) as u8;
        let signs_in = is_web && !impersonated && draw.chance(0.5);
        let signs_out = is_web && draw.chance(0.25);
        let mut at = teller.begins;
        let mut is_signed_in = !signs_in;
        for step in 0..steps {
            let call = if !is_signed_in {
                number_of("sessions.create")
            } else if signs_out && step + 1 == steps {
                number_of("sessions.delete")
            } else {
                let call = self.clients.call(self.habit(caller), draw);
                // An impersonating session is read-only.
                if impersonated && endpoint(call).method != "GET" { number_of("folders.list") } else { call }
            };
            self.push(&mut teller, step, at, caller, call);
            let sketch = teller.last();
            is_signed_in |= sketch.failure.is_none();
            if impersonated {
                sketch.oddity = Oddity::Impersonated(administrator);
            }
            at += draw.between(1, 6) as i64;
        }
    }

    fn tell_pages(&self, mut teller: Teller<'_>, draw: &mut Draw) {
        let caller = self.machine(teller.begins, draw);
        let habit = self.habit(caller);
        let call = (0..8)
            .map(|_| self.clients.call(habit, draw))
            .find(|call| endpoint(*call).name.split('.').next_back() == Some("list"))
            .unwrap_or_else(|| number_of("folders.list"));
        let mut at = teller.begins;
        for page in 0..draw.between(2, 6) as u8 {
            self.push(&mut teller, page, at, caller, call);
            let seed = teller.seed;
            let sketch = teller.last();
            sketch.subject = seed;
            if page > 0 {
                sketch.oddity = Oddity::LaterPage;
            }
            at += draw.between(1, 3) as i64;
        }
    }

    /// A call that an incident spoils, and its retries. What is tried again after its end succeeds.
    pub(super) fn tell_incident(&self, plan: &Plan, place: Place, plans: &[Plan], out: &mut Vec<Sketch>) {
        let seed =
            seed_of(&[self.seed, u64::from(place.stream), u64::from(place.bucket), u64::from(place.story), 0x1c]);
        let mut draw = Draw::new(seed);
        let begins = i64::from(place.bucket) * BUCKET + draw.below(BUCKET as u64) as i64;
        if !plan.is_active(begins) || plan.leaders.is_empty() {
            return;
        }
        let client = *draw.pick_weighted(&plan.leaders);
        let caller = Caller { client, channel: 0, address: self.address(client, &mut draw) };
        let call = match plan.endpoints.as_slice() {
            [] => self.clients.call(self.habit(caller), &mut draw),
            named => *draw.pick(named),
        };
        let pattern = plan.kind.pattern();
        let mut teller = Teller { place, seed, begins, plans, out };
        let mut at = begins;
        for attempt in 0..draw.between(pattern.attempts.0, pattern.attempts.1) as u8 {
            if at > begins + LONGEST_STORY {
                break;
            }
            self.push(&mut teller, attempt, at, caller, call);
            let sketch = teller.last();
            sketch.subject = seed;
            if plan.is_active(at) {
                spoil(plan, sketch, &mut draw);
            }
            let waited = if sketch.failure == Some(Failure::UpstreamTimeout) { 30 } else { 0 };
            at += waited + draw.between(pattern.gap.0, pattern.gap.1) as i64;
        }
    }

    fn person(&self, draw: &mut Draw) -> Caller {
        let client = self.clients.person(draw);
        let channels = self.clients.get(client).channels.len() as u64;
        let channel = if draw.chance(0.55) { 0 } else { draw.below(channels) as u8 };
        Caller { client, channel, address: self.address(client, draw) }
    }

    /// An integration; before the rollout the shop is not among them.
    fn machine(&self, second: i64, draw: &mut Draw) -> Caller {
        let is_rolled_out = draw.unit() < self.density.rolled_out_share(second);
        let mut client = self.clients.machine(draw);
        for _ in 0..4 {
            if is_rolled_out || self.clients.get(client).channels[0].habit != Habit::Sells {
                break;
            }
            client = self.clients.machine(draw);
        }
        Caller { client, channel: 0, address: self.address(client, draw) }
    }

    fn address(&self, client: u16, draw: &mut Draw) -> u8 {
        let count = self.clients.get(client).addresses.len() as u64;
        if draw.chance(0.6) { 0 } else { draw.below(count) as u8 }
    }

    fn habit(&self, caller: Caller) -> Habit {
        self.clients.get(caller.client).channels[usize::from(caller.channel)].habit
    }

    /// Adds one request as it would usually be, incidents included.
    fn push(&self, teller: &mut Teller<'_>, step: u8, at: i64, caller: Caller, call: u8) {
        let seed = seed_of(&[teller.seed, u64::from(step)]);
        let mut draw = Draw::new(seed);
        let mut sketch = Sketch {
            place: Place { step, ..teller.place },
            second: at.clamp(0, i64::from(u32::MAX)) as u32,
            seed,
            subject: seed,
            client: caller.client,
            caller: caller.client,
            channel: caller.channel,
            address: caller.address,
            endpoint: call,
            failure: None,
            slowness: 1,
            oddity: Oddity::None,
        };
        let plan = teller.plans.iter().find(|plan| plan.is_active(at) && plan.hits(caller.client, call, &mut draw));
        match plan {
            Some(plan) => spoil(plan, &mut sketch, &mut draw),
            None => self.fail_usually(&mut sketch, &mut draw),
        }
        teller.out.push(sketch);
    }

    fn fail_usually(&self, sketch: &mut Sketch, draw: &mut Draw) {
        let client = self.clients.get(sketch.caller);
        let mix = endpoint(sketch.endpoint).failures;
        let parts: u32 = mix.iter().map(|(_, weight)| weight).sum();
        if !draw.chance((f64::from(parts) / 10_000.0 * client.sloppiness).min(0.5)) {
            return;
        }
        let channel = client.channels[usize::from(sketch.channel)];
        let failure = match *draw.pick_weighted(mix) {
            Failure::InvalidCredentials | Failure::PathRestricted if !channel.uses_key => match channel.interface {
                "sftp" | "ftp" | "dav" => Failure::WrongPassword,
                _ => Failure::InvalidSession,
            },
            Failure::InvalidSession if channel.uses_key => Failure::InvalidCredentials,
            failure => failure,
        };
        if matches!(failure, Failure::InvalidCredentials | Failure::WrongPassword | Failure::TooManyLogins) {
            // The platform does not know who that was.
            sketch.client = NOBODY;
        }
        sketch.failure = Some(failure);
    }
}

/// What a story is told with.
struct Teller<'a> {
    place: Place,
    seed: u64,
    begins: i64,
    plans: &'a [Plan],
    out: &'a mut Vec<Sketch>,
}

impl Teller<'_> {
    fn last(&mut self) -> &mut Sketch {
        self.out.last_mut().expect("a request was just added")
    }
}

/// Does to a request what an incident does.
fn spoil(plan: &Plan, sketch: &mut Sketch, draw: &mut Draw) {
    sketch.client = sketch.caller;
    if plan.kind == Kind::SlowUpstream {
        sketch.slowness = 20;
        sketch.failure = None;
        if sketch.usual_duration_ms() > 30_000 {
            sketch.failure = Some(Failure::UpstreamTimeout);
        }
        return;
    }
    sketch.failure = Some(*draw.pick_weighted(plan.kind.pattern().failures));
}

fn number_of(name: &str) -> u8 {
    debug_assert!(ENDPOINTS.iter().any(|endpoint| endpoint.name == name), "{name}");
    endpoint_number(name).unwrap_or_default()
}
