//! Made-up requests: a day of calm traffic, and twenty minutes in which one endpoint fails.

use crate::base::time::{SECOND, Timestamp};
use crate::model::intake::RowIdentity;

/// When the tests' screens are looked at: 2026-11-23 12:01:24 UTC.
pub const NOW: Timestamp = Timestamp(1_795_435_284 * SECOND);

/// A row so many seconds old.
pub fn row(seconds_ago: i64, pairs: &str) -> (String, RowIdentity) {
    let time = NOW.plus_secs(-seconds_ago).0;
    let identity = if pairs.contains("request_id=") { RowIdentity::Id } else { RowIdentity::Content(0) };
    (format!("time={time};{pairs}"), identity)
}

/// The id of the made-up request with a number.
pub fn id_of(number: u64) -> String {
    format!("{:08x}8e4b29c8518289e7{:08x}", number.wrapping_mul(0x9e37_79b9) & 0xffff_ffff, number)
}

/// One row of the made-up platform.
pub fn one_record(number: u64, seconds_ago: i64, pairs: &str) -> (String, RowIdentity) {
    row(seconds_ago, &format!("request_id={};{pairs}", id_of(number)))
}

const CLIENTS: [(&str, &str, u64); 5] = [
    ("ETL Partner", "10.2.3.4", 4411),
    ("Northwind Ltd", "198.51.100.7", 512),
    ("Contoso EU", "203.0.113.9", 77),
    ("Monitor", "10.0.0.9", 3),
    ("Maria Petrova", "2001:db8::1", 1290),
];

const ENDPOINTS: [(&str, &str, &str); 5] = [
    ("orders.create", "POST", "/orders"),
    ("orders.export", "GET", "/orders/export?day=2026-11-22"),
    ("files.upload", "PUT", "/files/inbox/2026/11/invoice-000417.pdf"),
    ("files.list", "GET", "/files/inbox"),
    ("users.list", "GET", "/users?page=2"),
];

/// 720 calm requests of a day, and 40 failures of its last twenty minutes.
pub fn platform_rows() -> Vec<(String, RowIdentity)> {
    let mut rows = Vec::new();
    for number in 0..720_u64 {
        let (client, ip, user) = CLIENTS[[0, 1, 0, 2, 4, 0, 3, 1, 0, 2, 0, 4, 1][(number % 13) as usize]];
        let (endpoint, method, path) = ENDPOINTS[[3, 0, 3, 2, 1, 3, 4][(number % 7) as usize]];
        let ago = 86_000 - number as i64 * 119 - (number * 37 % 100) as i64;
        let took = 40 + number * 53 % 400;
        let outcome = match number % 41 {
            7 => "status=404;outcome=failure;error_type=not-found;error_message=File not found",
            19 => "status=500;outcome=failure;error_type=internal;error_message=Destination exists",
            _ => "status=200;outcome=success",
        };
        rows.push(one_record(
            number,
            ago,
            &format!(
                "{outcome};client={client};user_id={user};ip={ip};endpoint={endpoint};method={method};path={path};\
                 host=acme.files.com;interface={};user_agent=okhttp/4.12;duration={}",
                if number % 6 == 0 { "sftp" } else { "restapi" },
                took * 1_000_000
            ),
        ));
    }
    for number in 0..40_u64 {
        let (client, ip, user) = CLIENTS[usize::from(number % 4 == 3)];
        let (status, kind, message, took) = if number % 8 == 5 {
            (504, "processing-failure/upstream-timeout", "Upstream timed out after 30 s", 30_000)
        } else {
            (502, "processing-failure/upstream", "Upstream closed connection before headers", 1_100 + number * 7)
        };
        rows.push(one_record(
            1_000 + number,
            1_180 - number as i64 * 30,
            &format!(
                "status={status};outcome=failure;error_type={kind};error_message={message};client={client};\
                 user_id={user};ip={ip};endpoint=orders.create;method=POST;path=/orders;host=acme.files.com;\
                 interface=restapi;user_agent=okhttp/4.12;api_key_prefix=a1b2;api_key_id=9917;duration={}",
                took * 1_000_000
            ),
        ));
    }
    rows
}
