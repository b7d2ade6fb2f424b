//! Fills concrete names into paths and messages. What stands in for a placeholder depends on the
//! request's subject alone, so the path and the message of one request name the same file, and a
//! request that is tried again asks for the same.

use std::fmt::Write;

use crate::base::time::Timestamp;

use super::draw::{Draw, seed_of};

/// What a request is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Decides about the names.
    pub seed: u64,
    /// When, in seconds.
    pub second: i64,
    /// Who calls.
    pub user: &'a str,
    /// A folder of the caller's own.
    pub home: &'a str,
    /// The first characters of the caller's key.
    pub key_prefix: &'a str,
    /// The caller's address.
    pub ip: &'a str,
    /// The endpoint's name.
    pub api: &'a str,
    /// The path, for messages.
    pub path: &'a str,
}

const SHARED_FOLDERS: &[&str] = &[
    "inbox",
    "outbox",
    "archive/2026",
    "finance/invoices",
    "finance/reports/monthly",
    "hr/payroll",
    "marketing/campaigns/autumn",
    "product/images/hero",
    "product/datasheets",
    "warehouse/manifests",
    "warehouse/returns",
    "edi/in",
    "edi/out",
    "backups/nightly",
    "legal/contracts",
    "support/attachments",
];

const CATEGORIES: &[&str] = &["outdoor", "kitchen", "lighting", "tools", "garden", "toys", "audio", "storage", "bath"];
const TERMS: &[&str] = &[
    "desk+lamp",
    "tent+2+person",
    "usb-c+cable",
    "caf%C3%A9+chair",
    "stainless+bottle",
    "led",
    "garden+hose+25m",
    "kids+bike",
    "shelf+oak",
    "refurbished",
];
const STATES: &[&str] = &["open", "paid", "packed", "shipped", "returned", "on_hold"];
const WAREHOUSES: &[&str] = &["ams1", "fra2", "dal1", "sjc1", "sin1"];
const PARAMETERS: &[&str] = &["customer_id", "currency", "day", "ship_to.postcode", "path", "per_page"];
const DECLINES: &[&str] = &["insufficient_funds", "expired_card", "do_not_honor", "fraud_suspected"];
const ZONES: &[&str] = &["eu-west-1a", "eu-west-1b", "us-east-1c"];
const PEOPLE: &[&str] = &["maria.lopez", "j.tanaka", "amelie.dubois", "noah.weber", "priya.nair", "tom.okafor"];

/// Renders a template: text, with names in braces filled in.
pub fn render(template: &str, subject: &Subject<'_>, out: &mut String) {
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        fill(&rest[open + 1..open + length], subject, out);
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
}

/// Draws for one placeholder, the same wherever it stands.
fn draws(name: &str, subject: &Subject<'_>) -> Draw {
    let name = name.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    Draw::new(seed_of(&[subject.seed, name]))
}

fn fill(name: &str, subject: &Subject<'_>, out: &mut String) {
    let mut draw = draws(name, subject);
    let draw = &mut draw;
    // Writing into a text cannot fail.
    let _ = match name {
        "user" => write!(out, "{}", subject.user),
        "key" => write!(out, "{}", subject.key_prefix),
        "ip" => write!(out, "{}", subject.ip),
        "api" => write!(out, "{}", subject.api),
        "path" => write!(out, "{}", subject.path.split('?').next().unwrap_or_default()),
        "folder" if draw.chance(0.55) => write!(out, "{}", subject.home),
        "folder" => write!(out, "{}", draw.pick(SHARED_FOLDERS)),
        "file" => {
            fill("folder", subject, out);
            out.push('/');
            file_name(draw, subject, out);
            Ok(())
        }
        "order" => write!(out, "{}", order_number(draw, subject.second)),
        "cart" => write!(out, "c_{:010x}", draw.bits() & 0xff_ffff_ffff),
        "customer" => write!(out, "{}", draw.between(10_001, 38_500)),
        "invoice" => write!(out, "INV-{}", draw.between(204_100, 231_999)),
        "shipment" => write!(out, "SH{:09}", draw.between(40_000_000, 88_999_999)),
        "sku" => {
            write!(out, "{}-{:04}", draw.pick(&["LMP", "TNT", "BTL", "CHR", "HOS", "SHL", "CBL"]), draw.between(1, 940))
        }
        "number" => write!(out, "{}", draw.between(1_001, 9_980)),
        "link" => write!(out, "{:09x}", draw.bits() & 0xf_ffff_ffff),
        "automation" => write!(out, "{}", draw.between(11, 46)),
        "size" => write!(out, "{}", draw.pick(&[25, 50, 100, 100, 500, 1000])),
        "state" => write!(out, "{}", draw.pick(STATES)),
        "format" => write!(out, "{}", draw.pick(&["csv", "csv", "xlsx", "json"])),
        "day" => write!(out, "{}", date(subject.second - draw.between(0, 3) as i64 * 86_400)),
        "month" => write!(out, "{}", &date(subject.second - draw.between(0, 2) as i64 * 30 * 86_400)[..7]),
        "category" => write!(out, "{}", draw.pick(CATEGORIES)),
        "term" => write!(out, "{}", draw.pick(TERMS)),
        "warehouse" => write!(out, "{}", draw.pick(WAREHOUSES)),
        "person" => write!(out, "{}", draw.pick(PEOPLE)),
        "few" => write!(out, "{}", draw.between(1, 6)),
        "oddsize" => write!(out, "{}", 5_242_880 + draw.between(1, 900_000)),
        "reference" => write!(out, "{:08x}", draw.bits() & 0xffff_ffff),
        "parameter" => write!(out, "{}", draw.pick(PARAMETERS)),
        "cursor" => write!(out, "c2:next:{:012x}", draw.bits() & 0xffff_ffff_ffff),
        "decline" => write!(out, "{}", draw.pick(DECLINES)),
        "zone" => write!(out, "{}", draw.pick(ZONES)),
        "page" => write!(out, "{:x}", draw.bits() & 0xff_ffff),
        _ => write!(out, "{name}"),
    };
}

/// Order numbers grow with time, as a shop's do.
fn order_number(draw: &mut Draw, second: i64) -> u64 {
    let days = second.div_euclid(86_400).max(0) as u64;
    days * 400 + draw.below(2_400)
}

fn file_name(draw: &mut Draw, subject: &Subject<'_>, out: &mut String) {
    let day = |draw: &mut Draw| date(subject.second - draw.between(0, 9) as i64 * 86_400);
    let _ = match draw.below(12) {
        0 | 1 => write!(out, "orders-{}.csv", day(draw)),
        2 => write!(out, "stock_levels_{}.csv", draw.pick(WAREHOUSES)),
        3 => write!(out, "INV-{}.pdf", draw.between(204_100, 231_999)),
        4 => write!(out, "IMG_{:04}.jpg", draw.between(12, 9_870)),
        5 => write!(out, "manifest_{}.xml", draw.between(10_000, 99_000)),
        6 => write!(out, "850_{}.edi", draw.between(100_000, 999_999)),
        7 => write!(out, "db-{}.tar.zst", day(draw)),
        8 => write!(out, "price%20list%20{}.xlsx", &day(draw)[..7]),
        9 => write!(out, "payroll-{}.csv.pgp", &day(draw)[..7]),
        10 => write!(out, "%C3%9Cbersicht-{}.pdf", draw.between(1, 40)),
        _ => write!(out, "a{}.csv", draw.between(1, 400)),
    };
}

fn date(second: i64) -> String {
    Timestamp::from_secs(second).date(chrono_tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::super::api::ENDPOINTS;
    use super::super::failures::Failure;
    use super::*;

    fn subject(seed: u64) -> Subject<'static> {
        Subject {
            seed,
            second: 1_795_435_282,
            user: "ETL Partner",
            home: "partners/etl",
            key_prefix: "a1b2",
            ip: "10.2.3.4",
            api: "files.upload",
            path: "/files/inbox/a.csv?x=1",
        }
    }

    fn rendered(template: &str, seed: u64) -> String {
        let mut out = String::new();
        render(template, &subject(seed), &mut out);
        out
    }

    #[test]
    fn path_and_message_name_the_same() {
        for seed in 0..200 {
            let path = rendered("/files/{file}", seed);
            let message = rendered("File not found: /{file}", seed);
            assert_eq!(path.strip_prefix("/files"), message.strip_prefix("File not found: "));
        }
        assert_ne!(rendered("{file}", 1), rendered("{file}", 2));
        assert_eq!(rendered("{user} at {path}", 1), "ETL Partner at /files/inbox/a.csv");
        assert_eq!(rendered("odd { brace", 1), "odd { brace");
    }

    #[test]
    fn every_placeholder_is_known() {
        let failures = ENDPOINTS.iter().flat_map(|e| e.failures).map(|(failure, _)| failure.look().message);
        let more = [Failure::ExpiredKey, Failure::UploadBroken].map(|failure| failure.look().message);
        for template in ENDPOINTS.iter().map(|e| e.path).chain(failures).chain(more) {
            for name in template.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert_ne!(rendered(&format!("{{{name}}}"), 1), name, "{template}");
            }
            assert!(!rendered(template, 5).contains(['{', '}']), "{template}");
        }
    }
}
