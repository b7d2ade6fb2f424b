//! A second workspace, in Workato's terms: its log arrives as the vendor gives it, as the CSV
//! download of the page "API logs". A function of the spec and of absolute time as well: a longer
//! span only adds rows.

mod names;

use std::io::{self, Write};

use crate::base::time::{SECOND, Timestamp};
use crate::model::period::TimeRange;
use crate::model::status;

use super::density::Rhythm;
use super::draw::{Draw, Weighted, seed_of};
use super::latency::Latency;
use super::spec::{DEFAULT_HISTORY, PlatformSpec, RETENTION_DAYS};
use names::{
    CLIENTS, COLLECTIONS, Failure, INACTIVE, MISSING_TOKEN, ORDER_INTAKE, PROXY_FAILURES, RECIPE_FAILURES,
    STOPPED_ENDPOINT,
};

/// The headings of the download, in their order (Workato's page "API logs").
pub const HEADINGS: [&str; 13] = [
    "Date",
    "Type",
    "Code",
    "Status",
    "Gateway code",
    "Status details",
    "IP",
    "Timing",
    "Delay",
    "API collection",
    "Endpoint",
    "Client",
    "Job details",
];

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// Seconds that are made at once.
const BUCKET: i64 = 64;
/// Requests in 30 days, at the default history.
const MONTHLY: f64 = 40_000.0;
/// The workspace ends so many days after the first start, so that no span is endless.
const LASTS_DAYS: i64 = 3_650;
/// How often calls usually fail.
const FAILURE_SHARE: f64 = 0.034;

/// The recipe behind `/orders` was stopped three days before the first start, from 13:10 to 16:40.
const STOPPED_FROM: i64 = -3 * DAY + 13 * HOUR + 600;
const STOPPED_UNTIL: i64 = -3 * DAY + 16 * HOUR + 2_400;
/// Its callers try again, every second on average a little.
const STOPPED_PER_SECOND: f64 = 0.02;

/// What the download does not say: collections and their type, `recipe` or `proxy`.
pub fn collection_types(_spec: &PlatformSpec) -> Vec<(String, String)> {
    let word = |is_recipe| if is_recipe { "recipe" } else { "proxy" };
    COLLECTIONS.iter().map(|collection| (collection.name.to_owned(), word(collection.is_recipe).to_owned())).collect()
}

/// Writes the download of a span of time, newest first, with its headings. Says how many rows.
pub fn csv_download(spec: &PlatformSpec, range: TimeRange, out: impl Write) -> io::Result<u64> {
    let workspace = Workspace::new(spec);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADINGS)?;
    let first = spec.anchor() - RETENTION_DAYS * DAY;
    let last = spec.anchor() + LASTS_DAYS * DAY;
    // Rows have whole seconds, bounds need not.
    let up = |at: Timestamp| at.0.div_euclid(SECOND) + i64::from(at.0.rem_euclid(SECOND) > 0);
    let (from, until) = (up(range.from).clamp(first, last), up(range.until).clamp(first, last));
    let mut count = 0;
    for bucket in (from.div_euclid(BUCKET)..=until.div_euclid(BUCKET)).rev() {
        for row in workspace.rows(bucket).iter().rev().filter(|row| (from..until).contains(&row.second)) {
            writer.write_record(row.cells())?;
            count += 1;
        }
    }
    writer.flush()?;
    Ok(count)
}

struct Workspace {
    seed: u64,
    anchor: i64,
    per_second: f64,
    rhythm: Rhythm,
    collections: Weighted,
    clients: Weighted,
}

struct Row {
    second: i64,
    code: u16,
    failure: Option<Failure>,
    ip: String,
    timing: u64,
    delay: Option<u64>,
    collection: usize,
    endpoint: usize,
    client: Option<&'static str>,
    job: Option<String>,
}

impl Workspace {
    fn new(spec: &PlatformSpec) -> Self {
        let weights: Vec<f64> = COLLECTIONS.iter().map(|collection| f64::from(collection.weight)).collect();
        let clients: Vec<f64> = (0..CLIENTS.len()).map(|rank| 1.0 / (rank as f64 + 2.0)).collect();
        let share = spec.clean_history() / DEFAULT_HISTORY as f64;
        Self {
            seed: seed_of(&[spec.seed, 0x30]),
            anchor: spec.anchor(),
            per_second: MONTHLY * share / (30 * DAY) as f64,
            rhythm: Rhythm::new(),
            collections: Weighted::new(&weights),
            clients: Weighted::new(&clients),
        }
    }

    /// The rows of a bucket, oldest first.
    fn rows(&self, bucket: i64) -> Vec<Row> {
        let start = bucket * BUCKET;
        let mut draw = Draw::new(seed_of(&[self.seed, bucket as u64]));
        let usual = draw.poisson(self.per_second * self.rhythm.at(start) * BUCKET as f64);
        let retried = if self.is_stopped(start) { draw.poisson(STOPPED_PER_SECOND * BUCKET as f64) } else { 0 };
        let mut rows: Vec<Row> = (0..usual)
            .map(|_| {
                let collection = self.collections.draw(&mut draw);
                let endpoint = draw.below(COLLECTIONS[collection].endpoints.len() as u64) as usize;
                self.row(start + draw.below(BUCKET as u64) as i64, collection, endpoint, &mut draw)
            })
            .collect();
        let stopped = COLLECTIONS.iter().position(|collection| collection.name == ORDER_INTAKE);
        rows.extend((0..retried).filter_map(|_| {
            let second = start + draw.below(BUCKET as u64) as i64;
            stopped.map(|collection| self.row(second, collection, 0, &mut draw))
        }));
        rows.sort_by_key(|row| row.second);
        rows
    }

    fn is_stopped(&self, second: i64) -> bool {
        (STOPPED_FROM..STOPPED_UNTIL).contains(&(second - self.anchor))
    }

    fn row(&self, second: i64, collection: usize, endpoint: usize, draw: &mut Draw) -> Row {
        let group = &COLLECTIONS[collection];
        let (path, recipe, latency) = group.endpoints[endpoint];
        let client_number = self.clients.draw(draw);
        let is_stopped = self.is_stopped(second) && group.name == ORDER_INTAKE && path == STOPPED_ENDPOINT;
        let failure = if is_stopped {
            Some(INACTIVE)
        } else if draw.chance(FAILURE_SHARE) {
            Some(*draw.pick_weighted(if group.is_recipe { RECIPE_FAILURES } else { PROXY_FAILURES }))
        } else {
            None
        };
        let timing = match failure.map(|failure| failure.code) {
            Some(401 | 404 | 429) => Latency::around(6.0, 0.5),
            Some(504) => Latency::between(30_000.0, 30_080.0),
            _ => latency,
        };
        let has_job = group.is_recipe && failure.is_none_or(|failure| failure.has_job);
        // What the gateway itself answers is never started, and so never waits.
        let is_started = failure.is_none_or(|failure| failure.has_job || failure.code >= 500);
        let waits = if group.is_recipe { Latency::around(18.0, 0.9) } else { Latency::around(2.0, 0.5) };
        let crowded = if draw.chance(0.01) { 60.0 } else { 1.0 };
        Row {
            second,
            code: failure.map_or(200, |failure| failure.code),
            ip: format!(
                "{}.{}",
                draw.pick(&["203.0.113", "198.51.100", "192.0.2"]),
                10 + client_number as u64 + draw.below(2) * 100
            ),
            timing: timing.draw(draw, 1.0),
            delay: is_started.then(|| waits.draw(draw, crowded)),
            collection,
            endpoint,
            client: (failure.map(|f| f.details) != Some(MISSING_TOKEN.details)).then_some(CLIENTS[client_number]),
            job: has_job.then(|| job_link(recipe, draw)),
            failure,
        }
    }
}

/// A link to a job. The vendor documents none; the host is the vendor's of the first region.
fn job_link(recipe: u32, draw: &mut Draw) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let job: String = (0..8).map(|_| char::from(*draw.pick(LETTERS))).collect();
    format!("https://www.workato.com/recipes/{recipe}/job/j-{job}")
}

impl Row {
    fn cells(&self) -> [String; 13] {
        let group = &COLLECTIONS[self.collection];
        let text = |text: &str| text.to_owned();
        let failure = self.failure;
        [
            Timestamp::from_secs(self.second).full(chrono_tz::UTC, 0),
            text(if failure.is_none() { "Success" } else { "Error" }),
            self.code.to_string(),
            text(status::reason(i64::from(self.code)).unwrap_or_default()),
            text(failure.map_or("", |failure| failure.gateway_code)),
            text(failure.map_or("", |failure| failure.details)),
            self.ip.clone(),
            self.timing.to_string(),
            self.delay.map_or_else(String::new, |delay| delay.to_string()),
            text(group.name),
            text(group.endpoints[self.endpoint].0),
            text(self.client.unwrap_or_default()),
            self.job.clone().unwrap_or_default(),
        ]
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
