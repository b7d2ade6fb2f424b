//! Requests for the tests of commands.

use reqscope::base::time::Timestamp;
use serde_json::{Value as Json, json};

use crate::home::Home;

/// 2026-11-20T00:00:00Z in seconds.
const START: i64 = 1_795_132_800;

/// The id of a numbered request; each tenth has none.
pub fn id(number: usize) -> Option<String> {
    (number % 10 != 9).then(|| format!("{:08x}{:024x}", 0xabc0_0000_u32 + number as u32, number * 7919))
}

/// So many requests, ten minutes apart, from 2026-11-20 on: statuses, clients, durations, with
/// missing ones among them.
pub fn requests(count: usize) -> Vec<Json> {
    (0..count).map(request).collect()
}

fn request(number: usize) -> Json {
    let time = Timestamp::from_secs(START + number as i64 * 600).rfc3339(0);
    let method = ["GET", "POST", "GET"][number % 3];
    let endpoint = ["orders.get", "orders.create", "orders.list", "files.upload"][number % 4];
    let region = ["eu", "us"][number % 2];
    let mut row = json!({
        "time": time,
        "method": method,
        "path": format!("/orders/{number}?page=1"),
        "endpoint": endpoint,
        "ip": format!("10.0.{}.{}", number % 3, number % 7),
        "region": region,
    });
    let fields = row.as_object_mut().expect("an object");
    let mut set = |name: &str, value: Option<Json>| {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    };
    set("request_id", id(number).map(Json::from));
    set("status", [Some(200), Some(404), Some(200), Some(502), None][number % 5].map(Json::from));
    set("client", [Some("acme"), Some("Zeta, Inc"), None, Some("Émile \"M\"")][number % 4].map(Json::from));
    set("duration", (number % 6 != 5).then(|| Json::from(number as f64 * 10.5)));
    set("error_message", (number % 5 == 3).then(|| Json::from("Upstream closed\nthe connection")));
    row
}

/// Requests as JSON lines.
pub fn lines(requests: &[Json]) -> String {
    let lines: Vec<String> = requests.iter().map(Json::to_string).collect();
    lines.join("\n") + "\n"
}

/// A home with a store of so many requests, in the source `web`.
pub fn home_with(count: usize) -> Home {
    let home = Home::new();
    home.write("web.jsonl", lines(&requests(count)));
    home.ok(&["import", "web.jsonl", "--source", "web"]);
    home
}

/// Whether a request failed, as the contract says.
pub fn has_failed(row: &Json) -> bool {
    row.get("status").is_none_or(|status| status.as_u64().is_some_and(|status| status >= 400))
}
