//! Generated requests for the measurements: skewed like real traffic, the same on every run.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqscope::base::cancel::Cancel;
use reqscope::base::time::Timestamp;
use reqscope::engine::local::Store;
use reqscope::engine::local::ahead::Ahead;
use reqscope::model::envelope::{Arrival, Decisions, Envelope};
use reqscope::model::intake::{Intake, IntakeRow, RowIdentity};
use reqscope::runtime::import::{ImportOptions, Input, Progress, import};
use reqscope::runtime::source_settings::{IMPORTED, SourceSettings};
use reqscope::source::format::registry::Registry;

/// The source of the generated requests.
pub const SOURCE: &str = "bench";

/// A small generator of numbers, seeded, so that every run measures the same data.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Small numbers are far more frequent than large ones.
    pub fn skewed(&mut self, bound: u64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((unit * unit * unit) * bound as f64) as u64
    }
}

/// Where generated files are kept between runs.
pub fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench-data");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// A file of so many requests of about 500 bytes as JSON lines with 20 fields, in the order of time.
pub fn json_lines(rows: u64) -> PathBuf {
    let path = folder().join(format!("requests-{rows}.jsonl"));
    if path.exists() {
        return path;
    }
    let part = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&part).expect("the file can be made"));
    let mut numbers = Numbers::new(7);
    let mut micros: i64 = 1_790_000_000_000_000;
    for _ in 0..rows {
        micros += (numbers.below(160_000)) as i64;
        write_row(&mut out, &mut numbers, micros).expect("the file can be written");
    }
    out.flush().expect("the file can be written");
    fs::rename(&part, &path).expect("the file can be named");
    path
}

/// Writes one request, by chance as the numbers give it.
pub fn write_row(out: &mut impl Write, n: &mut Numbers, micros: i64) -> std::io::Result<()> {
    const METHODS: [&str; 5] = ["GET", "GET", "GET", "POST", "PUT"];
    const STATUSES: [u16; 16] = [200, 200, 200, 200, 200, 200, 200, 201, 204, 304, 400, 401, 404, 422, 500, 502];
    const INTERFACES: [&str; 6] = ["restapi", "restapi", "web", "sftp", "ftp", "desktop"];
    const AGENTS: [&str; 6] = [
        "okhttp/4.12",
        "python-requests/2.31",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
        "curl/8.10.1",
        "files-sdk-go/3.3.234",
        "Java/17.0.15",
    ];
    let status = STATUSES[n.skewed(16) as usize];
    let (user, endpoint) = (n.skewed(600), n.skewed(48));
    let time = chrono::DateTime::from_timestamp_micros(micros).expect("a time").format("%Y-%m-%dT%H:%M:%S%.3fZ");
    let (high, low) = (n.next(), n.next());
    write!(
        out,
        r#"{{"created_at":"{time}","request_id":"{high:016x}{low:016x}","response_code":{status},"success":{},"request_method":"{}","request_path":"/api/v1/collection-{endpoint}/items/{}/revisions/{}?page={}","request_host":"api{}.example.com","api_name":"collection{endpoint}.operation","username":"customer-{user:03}","user_id":{user},"interface":"{}","request_ip":"10.{}.{}.{}","user_agent":"{}","duration_ms":{},"api_key_id":{},"api_key_prefix":"k{:04x}","user_is_from_parent_site":false"#,
        status < 400,
        METHODS[n.below(5) as usize],
        n.below(1_000_000),
        n.below(50),
        n.below(9),
        n.below(4),
        INTERFACES[n.skewed(6) as usize],
        user % 8,
        user % 250,
        n.skewed(200),
        AGENTS[(user % 6) as usize],
        n.skewed(4_000) + 3,
        user * 3 + 1,
        user * 77 % 65_536,
    )?;
    if status >= 400 {
        write!(
            out,
            r#","error_type":"kind-{}/{status}","error_message":"The operation on item {} failed: upstream said no""#,
            status / 100,
            n.below(1_000_000)
        )?;
    }
    writeln!(out, "}}")
}

/// The folder of the store of so many requests.
pub fn store_folder(rows: u64) -> PathBuf {
    folder().join(format!("store-{rows}"))
}

/// Imports the generated requests; gives how long it took.
pub fn import_into(store: &Store, registry: &Arc<Registry>, rows: u64) -> Duration {
    let options = ImportOptions::default();
    let input = Input::open(registry, &json_lines(rows), &options).expect("a known format");
    store
        .put_source(SOURCE, IMPORTED, Some(&SourceSettings::of_format(registry, input.format()).to_json()))
        .expect("writes");
    let started = Instant::now();
    let report = import(store, registry, SOURCE, input, &options, &Progress::default(), &Cancel::new());
    store.count_ahead(Ahead::Imported(rows), &Cancel::new()).expect("counts");
    let took = started.elapsed();
    assert_eq!(report.expect("imports").result.stored, rows);
    took
}

/// Best and median of some runs.
pub fn time(runs: usize, mut work: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort();
    (times[0], times[times.len() / 2])
}

/// How many requests the command line asks for; a million when it does not.
pub fn rows_wanted() -> u64 {
    std::env::args().find_map(|arg| arg.replace('_', "").parse().ok()).unwrap_or(1_000_000)
}

/// The time that processors worked for this process so far: it does not depend on what else runs.
pub fn processor_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let worked = |thread: fs::DirEntry| -> Option<u64> {
        fs::read_to_string(thread.path().join("schedstat")).ok()?.split_whitespace().next()?.parse().ok()
    };
    Duration::from_nanos(threads.filter_map(worked).sum())
}

/// A request that arrives while the store is open.
pub fn live_row(at: Timestamp, number: i64) -> IntakeRow {
    let mut raw = Vec::new();
    write_row(&mut raw, &mut Numbers::new(at.0 as u64 ^ number as u64), at.0).expect("memory takes it");
    raw.pop();
    IntakeRow { raw, identity: RowIdentity::Id, position: None }
}

/// Requests that arrive together.
pub fn live_intake(rows: Vec<IntakeRow>) -> Intake {
    let envelope = Envelope {
        source: SOURCE.into(),
        format: "files-com-json".into(),
        format_version: Registry::new().get("files-com-json").expect("a preset").version(),
        decisions: Decisions::default(),
        heading: None,
        place: "bench".into(),
        file: None,
        arrival: Arrival::Polled,
    };
    Intake { rows: vec![(Arc::new(envelope), rows)], ..Intake::default() }
}
