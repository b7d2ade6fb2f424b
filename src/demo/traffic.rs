//! The traffic: which stories begin in which 16 seconds, and which requests they consist of.
//!
//! Everything is a function of the spec and of absolute time. A *stream* is one kind of traffic,
//! a *bucket* 16 seconds, a *story* what one caller does in a row: a single call, a call tried
//! again, a browser session, the pages of a list, or a call that an incident spoils. The number
//! of stories that begin in a bucket is drawn from the Poisson distribution around what
//! [`Density`] says. A story never lasts longer than [`LONGEST_STORY`], so the requests of any
//! moment are made from the few buckets before it.

use super::clients::Clients;
use super::density::{Density, Timetable};
use super::draw::{Draw, seed_of};
use super::identity::{Permutation, Place};
use super::incidents::{Incidents, Plan};
use super::sketch::Sketch;
use super::spec::PlatformSpec;
use super::timetable::{REGULARS, Times};

/// Seconds in a bucket.
pub const BUCKET: i64 = 16;
/// No story lasts longer, in seconds.
pub const LONGEST_STORY: i64 = 63;
/// Buckets before its own in which a request's story may have begun.
pub const REACH: u32 = 5;
const _: () = assert!((REACH as i64 - 1) * BUCKET >= LONGEST_STORY);

/// A kind of traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// One call.
    Single,
    /// A call that fails and is tried again.
    Retried,
    /// A person's visit.
    Visit,
    /// The pages of a list, one after the other.
    Pages,
    /// The nightly backup.
    Backup,
    /// A regular call of the timetable.
    Regular(u16),
    /// The traffic of an incident, by its stream number.
    Incident(u16),
}

impl Stream {
    const FIRST_REGULAR: u16 = 16;
    const FIRST_INCIDENT: u16 = 32;

    /// The number in a [`Place`].
    pub fn number(self) -> u16 {
        match self {
            Self::Single => 0,
            Self::Retried => 1,
            Self::Visit => 2,
            Self::Pages => 3,
            Self::Backup => 4,
            Self::Regular(which) => Self::FIRST_REGULAR + which,
            Self::Incident(number) => number,
        }
    }

    /// The stream of a number.
    pub fn of_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Single,
            1 => Self::Retried,
            2 => Self::Visit,
            3 => Self::Pages,
            4 => Self::Backup,
            Self::FIRST_REGULAR..Self::FIRST_INCIDENT => {
                let which = number - Self::FIRST_REGULAR;
                return (usize::from(which) < REGULARS.len()).then_some(Self::Regular(which));
            }
            Self::FIRST_INCIDENT.. => Self::Incident(number),
            _ => return None,
        })
    }

    /// The share of the ordinary requests, and how many of them one story has on average.
    fn share(self) -> (f64, f64) {
        match self {
            Self::Single => (0.738, 1.0),
            Self::Retried => (0.012, 2.75),
            Self::Visit => (0.15, 7.0),
            Self::Pages => (0.10, 4.0),
            Self::Backup | Self::Regular(_) | Self::Incident(_) => (0.0, 1.0),
        }
    }
}

/// The traffic of a platform.
#[derive(Debug)]
pub struct Traffic {
    pub(super) seed: u64,
    pub(super) density: Density,
    pub(super) clients: Clients,
    pub(super) times: Times,
    pub(super) incidents: Incidents,
    pub(super) ids: Permutation,
    pub(super) regular_clients: Vec<u16>,
    pub(super) backup_client: u16,
}

impl Traffic {
    /// The traffic of a spec.
    pub fn new(spec: &PlatformSpec) -> Self {
        let mut density = Density::new(spec);
        let times = Times::new(&density);
        density.make_room(spec, &times);
        let clients = Clients::new(spec.seed);
        let number = |name: &str| clients.number(name).expect("a test finds every client that is named");
        Self {
            seed: spec.seed,
            regular_clients: REGULARS.iter().map(|regular| number(regular.client)).collect(),
            backup_client: number(Times::backup_client()),
            incidents: Incidents::new(spec, &clients),
            ids: Permutation::new(spec.seed),
            density,
            clients,
            times,
        }
    }

    /// The bucket of a second; seconds that no bucket has a number for go to the nearest.
    pub fn bucket_of(second: i64) -> u32 {
        second.div_euclid(BUCKET).clamp(0, i64::from(u32::MAX / BUCKET as u32)) as u32
    }

    /// The incidents that stories of a bucket can meet.
    pub fn plans(&self, bucket: u32) -> Vec<Plan> {
        let start = i64::from(bucket) * BUCKET;
        self.incidents.between(start, start + BUCKET + LONGEST_STORY)
    }

    /// Ordinary requests per second that are left to chance, in a bucket.
    pub(super) fn rate(&self, bucket: u32) -> f64 {
        // A bucket is decided by its start, so that a rate set now changes nothing that was seen.
        let start = i64::from(bucket) * BUCKET;
        match self.density.explicit(start) {
            None => self.density.natural(start + BUCKET / 2),
            Some(rate) if self.keeps_times(start) => (rate - self.taken(start)).max(0.0),
            Some(rate) => rate,
        }
    }

    fn taken(&self, start: i64) -> f64 {
        self.times.per_second(start - self.density.middle(), start.rem_euclid(86_400))
    }

    /// Whether the timetable is kept: not when fewer requests were asked for than it takes.
    fn keeps_times(&self, start: i64) -> bool {
        self.density.explicit(start).is_none_or(|rate| rate > 2.0 * self.taken(start))
    }

    /// How many stories of a stream begin in a bucket.
    pub fn story_count(&self, stream: Stream, bucket: u32) -> u32 {
        let start = i64::from(bucket) * BUCKET;
        let draw =
            |mean: f64| Draw::new(seed_of(&[self.seed, u64::from(stream.number()), u64::from(bucket)])).poisson(mean);
        match stream {
            Stream::Single | Stream::Retried | Stream::Visit | Stream::Pages => {
                let (share, length) = stream.share();
                draw(self.rate(bucket) * BUCKET as f64 * share / length)
            }
            Stream::Backup if self.keeps_times(start) => draw(self.times.backup_rate(start) * BUCKET as f64),
            Stream::Regular(which) if self.keeps_times(start) => {
                u32::from(self.times.call_in(&REGULARS[usize::from(which)], start, start + BUCKET).is_some())
            }
            Stream::Backup | Stream::Regular(_) => 0,
            Stream::Incident(number) => {
                self.incidents.of_stream(number).map_or(0, |plan| self.incident_stories(&plan, bucket))
            }
        }
    }

    fn incident_stories(&self, plan: &Plan, bucket: u32) -> u32 {
        let start = i64::from(bucket) * BUCKET;
        if plan.until <= start || plan.from >= start + BUCKET {
            return 0;
        }
        let (least, most) = plan.kind.pattern().attempts;
        let length = f64::midpoint(least as f64, most as f64);
        let ordinary = self.density.explicit(start).unwrap_or_else(|| self.density.natural(start));
        let mean = plan.per_second(start.max(plan.from), ordinary) * BUCKET as f64 / length;
        Draw::new(seed_of(&[self.seed, u64::from(plan.stream), u64::from(bucket)])).poisson(mean)
    }

    /// Adds the requests whose stories are one request, so that they all lie in the bucket.
    pub fn add_singles(&self, bucket: u32, plans: &[Plan], out: &mut Vec<Sketch>) {
        let regulars = (0..REGULARS.len() as u16).map(Stream::Regular);
        for stream in [Stream::Single, Stream::Backup].into_iter().chain(regulars) {
            self.add_stream(stream, bucket, plans, out);
        }
    }

    /// Adds the requests of longer stories that begin in a bucket; they may lie in later ones.
    pub fn add_stories(&self, bucket: u32, plans: &[Plan], out: &mut Vec<Sketch>) {
        for stream in [Stream::Retried, Stream::Visit, Stream::Pages] {
            self.add_stream(stream, bucket, plans, out);
        }
        for plan in plans {
            for story in 0..self.incident_stories(plan, bucket) {
                self.tell_incident(plan, Place { stream: plan.stream, bucket, story, step: 0 }, plans, out);
            }
        }
    }

    fn add_stream(&self, stream: Stream, bucket: u32, plans: &[Plan], out: &mut Vec<Sketch>) {
        for story in 0..self.story_count(stream, bucket) {
            self.tell(stream, Place { stream: stream.number(), bucket, story, step: 0 }, plans, out);
        }
    }

    /// The request at a place, if there is one.
    pub fn at_place(&self, place: Place) -> Option<Sketch> {
        let stream = Stream::of_number(place.stream)?;
        if place.bucket > Self::bucket_of(i64::MAX) || place.story >= self.story_count(stream, place.bucket) {
            return None;
        }
        let mut story = Vec::new();
        self.tell(stream, Place { step: 0, ..place }, &self.plans(place.bucket), &mut story);
        story.into_iter().find(|sketch| sketch.place == place)
    }
}
