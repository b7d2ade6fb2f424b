//! What goes wrong on the made-up platform, when, and why. Five incidents lie in the past, at
//! fixed distances from the day of the first start; one is under way at the first start; from
//! then on there is one an hour.

use serde::Serialize;

use crate::base::time::Timestamp;

use super::clients::{Client, Clients};
use super::draw::{Draw, seed_of};
use super::habits::Habit;
use super::incident_kinds::Kind;
use super::names::{BACKUP, BROKEN_SDK, EXPIRED, LOADER, MONITOR};
use super::spec::{PlatformSpec, RETENTION_DAYS};

/// An incident's own traffic comes from so many callers at most.
const MOST_LEADERS: usize = 12;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;

/// Streams of past incidents begin here, those of scheduled ones at [`SCHEDULED`].
const PAST: u16 = 32;
const SCHEDULED: u16 = 64;

/// Something that goes wrong, with its true cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// A short name of its kind.
    pub name: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it is over.
    pub until: Timestamp,
    /// What is really wrong.
    pub cause: String,
    /// What is seen of it in the log.
    pub shows_as: String,
    /// The endpoints (`api_name`) that it hits.
    pub endpoints: Vec<String>,
    /// The callers (`username`) that it hits, the hardest hit first.
    pub clients: Vec<String>,
}

/// How dense an incident's own traffic is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intensity {
    /// So many requests a second.
    Constant(f64),
    /// As dense as it takes to be seen at once whatever the ordinary traffic.
    Storm,
}

/// An incident as the traffic needs it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What goes wrong.
    pub kind: Kind,
    /// From this second on.
    pub from: i64,
    /// Up to, not including, this one.
    pub until: i64,
    /// The stream of its own traffic.
    pub stream: u16,
    /// How dense that is.
    pub intensity: Intensity,
    /// Who is hit hardest, by weight.
    pub leaders: Vec<(u16, u32)>,
    /// The numbers of the endpoints that its own traffic calls; none means the caller's habit.
    pub endpoints: Vec<u8>,
}

impl Plan {
    /// Whether it is under way.
    #[inline]
    pub fn is_active(&self, second: i64) -> bool {
        (self.from..self.until).contains(&second)
    }

    /// Requests a second of its own when the ordinary traffic has so many.
    pub fn per_second(&self, second: i64, ordinary: f64) -> f64 {
        match self.intensity {
            Intensity::Constant(rate) => rate,
            Intensity::Storm => {
                // Everybody tries at once, then the callers back off. Of much traffic a third is
                // as visible as all of little.
                let first = (0.75 + 0.75 * ordinary).min((0.35 * ordinary).max(10.0));
                match second - self.from {
                    ..32 => 1.6 * first,
                    32..150 => first,
                    _ => 0.35 * first,
                }
            }
        }
    }

    /// How an ordinary call of an endpoint is hit, if it is.
    #[inline]
    pub fn hits(&self, client: u16, endpoint: u8, draw: &mut Draw) -> bool {
        let is_endpoint = self.endpoints.contains(&endpoint);
        let is_leader = self.leaders.iter().any(|(leader, _)| *leader == client);
        let share = self.kind.share(is_leader, is_endpoint);
        share > 0.0 && draw.chance(share)
    }
}

/// All incidents of a platform.
#[derive(Debug)]
pub struct Incidents {
    seed: u64,
    started: i64,
    past: Vec<Plan>,
    groups: Groups,
}

/// Whom which kind can hit, the busiest first.
#[derive(Debug)]
struct Groups {
    traders: Vec<u16>,
    transferers: Vec<u16>,
    exporters: Vec<u16>,
    broken: Vec<u16>,
}

impl Incidents {
    /// The incidents of a platform with these callers.
    pub fn new(spec: &PlatformSpec, clients: &Clients) -> Self {
        let with = |habits: &[Habit]| {
            let is_meant = |client: &Client| {
                // The timetable's own callers are not led astray.
                ![MONITOR, BACKUP].contains(&client.username.as_str())
                    && client.channels[0].uses_key
                    && habits.contains(&client.channels[0].habit)
            };
            let mut found = clients.numbers(is_meant);
            found.truncate(MOST_LEADERS);
            found
        };
        let groups = Groups {
            traders: with(&[Habit::Trades, Habit::Loads]),
            transferers: with(&[Habit::Transfers]),
            exporters: with(&[Habit::Reports, Habit::Loads]),
            broken: clients.numbers(Client::has_broken_sdk),
        };
        let number = |name: &str| clients.number(name).into_iter().map(|client| (client, 1)).collect();
        let anchor = spec.anchor();
        let past = |place: u16, kind, days: i64, at: i64, lasts: i64, rate, leaders| Plan {
            kind,
            from: anchor - days * DAY + at,
            until: anchor - days * DAY + at + lasts,
            stream: PAST + place,
            intensity: Intensity::Constant(rate),
            leaders,
            endpoints: kind.endpoint_numbers(),
        };
        let past = vec![
            past(0, Kind::ExpiredKey, 1, 9 * HOUR, 75 * MINUTE, 0.8, number(EXPIRED)),
            past(1, Kind::BrokenDeploy, 2, 15 * HOUR + 5 * MINUTE, 40 * MINUTE, 0.5, weighted(&groups.broken)),
            past(2, Kind::SlowUpstream, 5, 9 * HOUR + 40 * MINUTE, 150 * MINUTE, 0.12, weighted(&groups.exporters)),
            past(3, Kind::RateLimited, 9, 13 * HOUR + 20 * MINUTE, 90 * MINUTE, 0.6, number("Fabrikam Retail")),
            past(4, Kind::Blocked, 90, 10 * HOUR, 2 * HOUR, 0.12, number("Tailspin Toys")),
        ];
        let mut incidents = Self { seed: spec.seed, started: spec.start_secs(), past, groups };
        if let Some(loader) = clients.number(LOADER) {
            // Whoever creates most orders is hit first at the first start.
            incidents.groups.traders.sort_by_key(|client| *client != loader);
        }
        incidents
    }

    /// What the incident number so and so from the first start on is, and its span; number 0 is
    /// under way then.
    fn scheduled_span(&self, number: i64) -> (Kind, i64, i64) {
        const ROTATION: [Kind; 5] =
            [Kind::Storage, Kind::ExpiredKey, Kind::Upstream, Kind::RateLimited, Kind::BrokenDeploy];
        if number == 0 {
            return (Kind::Upstream, self.started - 19 * MINUTE, self.started + 14 * MINUTE);
        }
        let from = self.started + 30 * MINUTE + (number - 1) * HOUR;
        (ROTATION[(number - 1).rem_euclid(ROTATION.len() as i64) as usize], from, from + 15 * MINUTE)
    }

    fn scheduled(&self, number: i64) -> Option<Plan> {
        let stream = u16::try_from(number).ok()?.checked_add(SCHEDULED)?;
        let (kind, from, until) = self.scheduled_span(number);
        let mut draw = Draw::new(seed_of(&[self.seed, 0x1c, u64::from(stream)]));
        let mut turned = |list: &[u16], count: usize| {
            let shift = if number == 0 { 0 } else { draw.below(8.min(list.len() as u64)) as usize };
            let turned: Vec<u16> = list.iter().cycle().skip(shift).take(count.min(list.len())).copied().collect();
            weighted(&turned)
        };
        let leaders = match kind {
            Kind::Upstream => turned(&self.groups.traders, 5),
            Kind::Storage => turned(&self.groups.transferers, 8),
            Kind::BrokenDeploy => weighted(&self.groups.broken),
            Kind::SlowUpstream => weighted(&self.groups.exporters),
            Kind::ExpiredKey | Kind::RateLimited | Kind::Blocked => turned(&self.groups.traders, 1),
        };
        Some(Plan {
            kind,
            from,
            until,
            stream,
            intensity: Intensity::Storm,
            leaders,
            endpoints: kind.endpoint_numbers(),
        })
    }

    /// The plan whose traffic a stream is.
    pub fn of_stream(&self, stream: u16) -> Option<Plan> {
        match stream {
            ..PAST => None,
            PAST..SCHEDULED => self.past.get(usize::from(stream - PAST)).cloned(),
            _ => self.scheduled(i64::from(stream - SCHEDULED)),
        }
    }

    /// The incidents that are under way at some time in a span of seconds.
    pub fn between(&self, from: i64, until: i64) -> Vec<Plan> {
        let overlaps = |begins: i64, ends: i64| begins < until && from < ends;
        let mut found: Vec<Plan> = self.past.iter().filter(|plan| overlaps(plan.from, plan.until)).cloned().collect();
        // One an hour, at most 33 minutes long: those that begin within the hour before count too.
        let first = (from - self.started - HOUR).div_euclid(HOUR).max(0);
        let last = (until - self.started + HOUR).div_euclid(HOUR) + 1;
        let meant = (first..=last).filter(|number| {
            let (_, begins, ends) = self.scheduled_span(*number);
            overlaps(begins, ends)
        });
        found.extend(meant.filter_map(|number| self.scheduled(number)));
        found
    }

    /// The incidents of the last 180 days, those under way and the next three, in order of time.
    pub fn list(&self, clients: &Clients, now: Timestamp) -> Vec<Incident> {
        let now = now.secs();
        let until = now.max(self.started).saturating_add(4 * HOUR);
        let mut plans = self.between(now.saturating_sub(RETENTION_DAYS * DAY), until);
        plans.sort_by_key(|plan| plan.from);
        let upcoming = plans.iter().position(|plan| plan.from > now).unwrap_or(plans.len());
        plans.truncate(upcoming + 3);
        plans.iter().map(|plan| told(plan, clients)).collect()
    }
}

/// Weights that fall steeply: the first has most.
fn weighted(list: &[u16]) -> Vec<(u16, u32)> {
    list.iter().enumerate().map(|(rank, client)| (*client, 72 / (1 + rank as u32 * 5).min(72))).collect()
}

fn told(plan: &Plan, clients: &Clients) -> Incident {
    let names: Vec<String> = plan.leaders.iter().map(|(client, _)| clients.get(*client).username.clone()).collect();
    let most = names.first().map_or("nobody", String::as_str);
    let (cause, shows_as) = match plan.kind {
        Kind::Upstream => (
            format!(
                "The order service lost two of its three nodes; {most} retries without a pause and keeps the last one down."
            ),
            "orders.create answers 502 “Upstream closed connection before headers”, some 504".to_owned(),
        ),
        Kind::BrokenDeploy => (
            format!("A deploy checks part sizes anew and refuses what {BROKEN_SDK} sends; other releases are fine."),
            format!("files.upload answers 422 invalid-upload-part-size and 500, only for {BROKEN_SDK}"),
        ),
        Kind::ExpiredKey => (
            format!("The API key of {most} expired; its job goes on calling with it."),
            "401 not-authenticated/expired-api-key from one key and one address".to_owned(),
        ),
        Kind::SlowUpstream => (
            "The reporting database runs without an index after a migration.".to_owned(),
            "orders.export takes twenty times as long as usual, what passes 30 s is cut off with 504".to_owned(),
        ),
        Kind::RateLimited => (
            format!("{most} started a second worker and is over its rate limit."),
            "429 rate-limited/too-many-requests from one client, on everything it calls".to_owned(),
        ),
        Kind::Blocked => (
            format!("An administrator restricted the key of {most} to the wrong folder."),
            "403 not-authorized/api-key-is-path-restricted from one key".to_owned(),
        ),
        Kind::Storage => (
            "One storage zone has no healthy node and takes no writes.".to_owned(),
            "files.upload and files.copy answer 500 internal-error/storage-unavailable, for everybody".to_owned(),
        ),
    };
    let mut endpoints: Vec<String> = match plan.kind.pattern().endpoints {
        [] => plan
            .leaders
            .iter()
            .flat_map(|(client, _)| clients.get(*client).channels[0].habit.calls())
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        named => named.iter().map(|name| (*name).to_owned()).collect(),
    };
    endpoints.dedup();
    Incident {
        name: plan.kind.name().to_owned(),
        from: Timestamp::from_secs(plan.from),
        until: Timestamp::from_secs(plan.until),
        cause,
        shows_as,
        endpoints,
        clients: names,
    }
}
