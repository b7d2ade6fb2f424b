use std::collections::{HashMap, HashSet};

use super::*;
use crate::base::time_parse::parse_time;

const NOON: i64 = 1_795_435_200;

fn spec(history: u64) -> PlatformSpec {
    PlatformSpec::new(1, history, Timestamp::from_secs(NOON))
}

fn days(days: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_secs(NOON - days * DAY), Timestamp::from_secs(NOON))
}

fn download(spec: &PlatformSpec, range: TimeRange) -> Vec<csv::StringRecord> {
    let mut bytes = Vec::new();
    let count = csv_download(spec, range, &mut bytes).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap(), &HEADINGS[..]);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len() as u64, count);
    rows
}

fn column(name: &str) -> usize {
    HEADINGS.iter().position(|heading| *heading == name).unwrap()
}

#[test]
fn a_month_is_about_forty_thousand_and_scales() {
    let month = download(&spec(DEFAULT_HISTORY), days(30)).len() as f64;
    assert!((month / 40_000.0 - 1.0).abs() < 0.05, "{month}");
    let small = download(&spec(DEFAULT_HISTORY / 10), days(30)).len() as f64;
    // Poisson, and the incident, which does not scale.
    assert!((3_600.0..4_700.0).contains(&small), "{small}");
}

#[test]
fn a_longer_span_only_adds_rows() {
    let spec = spec(DEFAULT_HISTORY);
    let (week, fortnight) = (download(&spec, days(7)), download(&spec, days(14)));
    assert_eq!(week, fortnight[..week.len()]);
    assert!(fortnight.len() > week.len() * 3 / 2);
    let later = TimeRange::new(days(7).from, Timestamp::from_secs(NOON + 90));
    let longer = download(&spec, later);
    assert_eq!(week, longer[longer.len() - week.len()..]);
    let empty = TimeRange::new(Timestamp::from_secs(NOON), Timestamp::from_secs(NOON));
    assert!(download(&spec, empty).is_empty());
}

#[test]
fn rows_are_as_the_vendor_describes_them() {
    let spec = spec(DEFAULT_HISTORY);
    let types: HashMap<String, String> = collection_types(&spec).into_iter().collect();
    assert_eq!(types.values().collect::<HashSet<_>>().len(), 2);
    let rows = download(&spec, days(30));
    let mut before = Timestamp::MAX;
    let mut seen: HashSet<(String, String)> = HashSet::new();
    for row in &rows {
        let cell = |name| &row[column(name)];
        let at = parse_time(cell("Date").as_bytes(), None).expect("a time with its zone").at;
        assert!(at <= before, "newest first");
        before = at;
        let code: u16 = cell("Code").parse().unwrap();
        assert_eq!(cell("Type"), if code < 400 { "Success" } else { "Error" });
        assert!(!cell("Status").is_empty());
        cell("Timing").parse::<u64>().unwrap();
        assert!(cell("Delay").is_empty() || cell("Delay").parse::<u64>().is_ok());
        if types[cell("API collection")] == "proxy" {
            assert!(cell("Job details").is_empty());
        } else if code == 200 || code == 422 {
            assert!(cell("Job details").starts_with("https://"), "{row:?}");
        }
        seen.insert((cell("Gateway code").to_owned(), cell("Status details").to_owned()));
    }
    for (code, details) in [("4011", "Unrecognized token"), ("4012", "Missing token"), ("", "Recipe is inactive")] {
        assert!(seen.contains(&(code.to_owned(), details.to_owned())), "{details}");
    }
    let clients: HashSet<&str> = rows.iter().map(|row| &row[column("Client")]).collect();
    assert_eq!(clients.len(), CLIENTS.len() + 1, "all, and those without a token");
    for heading in HEADINGS {
        assert!(rows.iter().any(|row| !row[column(heading)].is_empty()), "{heading} is empty for every row");
    }
}

#[test]
fn the_stopped_recipe_is_found() {
    let rows = download(&spec(DEFAULT_HISTORY), days(30));
    let inactive: Vec<_> = rows.iter().filter(|row| &row[column("Status details")] == "Recipe is inactive").collect();
    let during = |row: &csv::StringRecord| {
        let second = parse_time(row[column("Date")].as_bytes(), None).unwrap().at.secs();
        let since = second - (NOON - DAY / 2);
        (STOPPED_FROM..STOPPED_UNTIL).contains(&since)
    };
    let planted = inactive.iter().filter(|row| during(row) && &row[column("Endpoint")] == STOPPED_ENDPOINT).count();
    assert!(planted > 200, "{planted}");
    assert!(planted * 10 > inactive.len() * 6, "{planted} of {}", inactive.len());
    let fine = rows.iter().filter(|row| during(row) && &row[column("Endpoint")] == STOPPED_ENDPOINT);
    assert_eq!(fine.filter(|row| &row[column("Code")] == "200").count(), 0);
}
