//! The traffic as a whole: the same for everybody, as much as was asked for, visible in time,
//! with the causes in it that were planted.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::super::draw::Draw;
use super::super::identity::HexId;
use super::super::spec::DEFAULT_HISTORY;
use super::*;
use crate::base::time_parse::parse_time;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const FIRST_INCIDENT: u16 = 32;

fn at(text: &str) -> Timestamp {
    parse_time(text.as_bytes(), None).expect(text).at
}

fn noon() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

fn platform(seed: u64, history: u64, start: Timestamp) -> Platform {
    Platform::new(PlatformSpec::new(seed, history, start))
}

/// The usual platform, and all that it has at noon.
static USUAL: LazyLock<(Platform, Vec<Sketch>)> = LazyLock::new(|| {
    let platform = platform(1, DEFAULT_HISTORY, noon());
    let rows = platform.sketches(Timestamp::MIN, Timestamp::MAX, noon()).collect();
    (platform, rows)
});

fn json(platform: &Platform, from: Timestamp, until: Timestamp, now: Timestamp) -> Vec<String> {
    platform.rows(from, until, now).map(|row| serde_json::to_string(&row).unwrap()).collect()
}

fn is_incident(sketch: &Sketch) -> bool {
    sketch.place.stream >= FIRST_INCIDENT
}

#[test]
fn one_spec_gives_the_same_rows_everywhere() {
    let (from, until) = (noon().plus_secs(-HOUR), noon().plus_secs(5 * MINUTE));
    let rows = |start| json(&platform(7, DEFAULT_HISTORY, start), from, until, until);
    let first = rows(noon());
    assert!(first.len() > 1_000);
    assert_eq!(first, rows(noon().plus_secs(9 * MINUTE + 59)), "started in the same ten minutes");
    assert_ne!(first, rows(noon().plus_secs(10 * MINUTE)));
    let spec: PlatformSpec =
        serde_json::from_str(&serde_json::to_string(&PlatformSpec::new(7, DEFAULT_HISTORY, noon())).unwrap()).unwrap();
    assert_eq!(first, json(&Platform::new(spec), from, until, until));
}

#[test]
fn a_later_start_on_the_same_day_keeps_the_past() {
    let rows = |start: &str, from: &str, until: &str| {
        let later = at("2026-11-23T23:00:00Z");
        json(&platform(7, DEFAULT_HISTORY, at(start)), at(from), at(until), later)
    };
    for (from, until) in [
        ("2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z"),
        ("2026-11-23T05:00:00Z", "2026-11-23T06:00:00Z"),
        ("2026-08-25T09:00:00Z", "2026-08-25T13:00:00Z"),
    ] {
        let first = rows("2026-11-23T08:00:00Z", from, until);
        assert!(!first.is_empty());
        assert_eq!(first, rows("2026-11-23T17:30:00Z", from, until));
    }
}

#[test]
fn the_total_is_the_history() {
    for history in [60_000, DEFAULT_HISTORY] {
        let platform = platform(3, history, noon());
        let ordinary = platform
            .sketches(noon().plus_secs(-180 * DAY), noon(), noon().plus_secs(HOUR))
            .filter(|row| !is_incident(row));
        let share = ordinary.count() as f64 / history as f64;
        assert!((share - 1.0).abs() < 0.02, "{history}: {share}");
    }
}

#[test]
fn explicit_rates_hold_and_leave_the_past_alone() {
    let mut spec = PlatformSpec::new(1, DEFAULT_HISTORY, noon());
    spec.set_rate(noon(), 300.0);
    spec.set_rate(noon().plus_secs(2 * MINUTE), 3.0);
    let rated = Platform::new(spec);
    let later = noon().plus_secs(HOUR);
    let ordinary = |from: i64, until: i64| {
        let rows = rated.sketches(noon().plus_secs(from), noon().plus_secs(until), later);
        rows.filter(|row| !is_incident(row)).count() as f64 / (until - from) as f64
    };
    assert!((ordinary(64, 112) / 300.0 - 1.0).abs() < 0.05, "{}", ordinary(64, 112));
    assert!((ordinary(4 * MINUTE, 30 * MINUTE) / 3.0 - 1.0).abs() < 0.15);
    let before = |platform: &Platform| json(platform, noon().plus_secs(-3 * HOUR), noon().plus_secs(-30), later);
    assert_eq!(before(&rated), before(&USUAL.0));
    let mut none = PlatformSpec::new(1, 0, noon());
    none.set_rate(noon().plus_secs(15 * MINUTE), 0.0);
    let quiet = Platform::new(none);
    let rows = quiet.sketches(noon().plus_secs(16 * MINUTE), noon().plus_secs(29 * MINUTE), later);
    assert_eq!(rows.count(), 0);
}

#[test]
fn rows_become_visible_when_they_are_done_and_stay() {
    let platform = &USUAL.0;
    let window = |now| -> HashMap<u128, Sketch> {
        platform.sketches(noon().plus_secs(-HOUR), Timestamp::MAX, now).map(|row| (row.order(), row)).collect()
    };
    let mut before = HashMap::new();
    for step in 0..20 {
        let now = noon().plus(step * 1_700_000);
        let rows = window(now);
        for row in rows.values() {
            let done = i64::from(row.second) * SECOND + row.duration_ms() as i64 * 1_000;
            assert!(done <= row.visible_at() && row.visible_at() <= now.0);
            assert!(row.visible_at() <= done + 20 * SECOND);
        }
        assert!(before.keys().all(|order| rows.contains_key(order)), "nothing goes away");
        before = rows;
    }
    let whole = window(noon().plus_secs(HOUR));
    let missing =
        whole.values().filter(|row| row.visible_at() <= before_now()).filter(|row| !before.contains_key(&row.order()));
    assert_eq!(missing.count(), 0);
    let late = USUAL.1.iter().filter(|row| {
        row.visible_at() - i64::from(row.second) * SECOND - row.duration_ms() as i64 * 1_000 >= 5 * SECOND
    });
    let share = late.count() as f64 / USUAL.1.len() as f64;
    assert!((0.0015..0.0025).contains(&share), "{share}");
}

fn before_now() -> i64 {
    noon().plus(19 * 1_700_000).0
}

#[test]
fn ids_are_found_at_any_age_and_only_when_visible() {
    let (platform, rows) = &*USUAL;
    let ids: HashSet<u128> = rows.iter().map(|row| platform.traffic.ids.id(row.place)).collect();
    assert_eq!(ids.len(), rows.len(), "ids are unique");
    for row in rows.iter().step_by(997) {
        let id = platform.traffic.ids.id(row.place);
        let found = platform.find(id, noon()).expect("a visible row");
        assert_eq!(found, platform.row(row));
        assert_eq!(found.request_id, HexId::new(id));
        assert_eq!(platform.find(id, Timestamp(row.visible_at() - 1)), None, "not before");
        assert!(platform.find(id, Timestamp(row.visible_at())).is_some());
        assert_eq!(platform.find(id, Timestamp::from_secs(i64::from(row.second) + 181 * DAY)), None, "gone");
    }
    let mut draw = Draw::new(11);
    for _ in 0..10_000 {
        let id = u128::from(draw.bits()) << 64 | u128::from(draw.bits());
        assert_eq!(platform.find(id, noon()), None);
    }
    // Places that have an id but no row.
    for row in rows.iter().step_by(9_973) {
        for place in [
            super::super::identity::Place { story: row.place.story + 100_000, ..row.place },
            super::super::identity::Place { step: 200, ..row.place },
            super::super::identity::Place { stream: 15, ..row.place },
            super::super::identity::Place { stream: 60, ..row.place },
            super::super::identity::Place { bucket: u32::MAX, ..row.place },
        ] {
            assert_eq!(platform.find(platform.traffic.ids.id(place), noon()), None, "{place:?}");
        }
    }
}

#[test]
fn rows_honour_the_vendors_facts() {
    let (platform, rows) = &*USUAL;
    let mut null = HashMap::<String, (u32, u32)>::new();
    for sketch in rows.iter().step_by(23) {
        let row = serde_json::to_value(platform.row(sketch)).unwrap();
        let fields = row.as_object().unwrap();
        assert_eq!(fields.len(), 21);
        for (name, value) in fields {
            let counts = null.entry(name.clone()).or_default();
            if value.is_null() { counts.0 += 1 } else { counts.1 += 1 }
        }
        let status = row["response_code"].as_u64().unwrap();
        assert_eq!(row["success"].as_bool().unwrap(), status < 400);
        assert_eq!(row["error_type"].is_null(), status < 400);
        assert_eq!(row["error_type"].is_null(), row["error_message"].is_null());
        assert_eq!(row["user_id"].is_null(), row["username"].is_null());
        assert_eq!(row["api_key_id"].is_null(), row["api_key_prefix"].is_null());
        assert_eq!(row["timestamp"], row["created_at"]);
        let time = row["created_at"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
        assert!(row["duration_ms"].as_u64().unwrap() >= 1);
    }
    for (name, (nulls, values)) in null {
        assert!(values > 0, "{name} is always null");
        let may_be_null = [
            "api_key_id",
            "api_key_prefix",
            "user_id",
            "username",
            "user_is_from_parent_site",
            "user_agent",
            "error_type",
            "error_message",
            "impersonator_user_id",
        ];
        assert_eq!(nulls > 0, may_be_null.contains(&name.as_str()), "{name}: {nulls} nulls");
    }
}

#[test]
fn a_person_believes_it() {
    let (platform, rows) = &*USUAL;
    let clients = &platform.traffic.clients;
    let ordinary: Vec<&Sketch> = rows.iter().filter(|row| !is_incident(row)).collect();
    // Usual failures: apart from the times of incidents.
    let spans: Vec<(i64, i64)> =
        platform.incidents(noon()).iter().map(|incident| (incident.from.secs(), incident.until.secs())).collect();
    let quiet: Vec<&&Sketch> = ordinary
        .iter()
        .filter(|row| !spans.iter().any(|(from, until)| (*from..*until).contains(&i64::from(row.second))))
        .collect();
    let failed = quiet.iter().filter(|row| row.failure.is_some()).count() as f64 / quiet.len() as f64;
    assert!((0.025..0.036).contains(&failed), "{failed}");
    let count = |of: &dyn Fn(&Sketch) -> Option<u64>| {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        ordinary.iter().filter_map(|row| of(row)).for_each(|value| *counts.entry(value).or_default() += 1);
        let mut counts: Vec<usize> = counts.into_values().collect();
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        counts
    };
    let users = count(&|row| row.user_id(clients));
    assert!(users.len() > 550, "{} users", users.len());
    let top: usize = users.iter().take(20).sum();
    assert!((0.35..0.75).contains(&(top as f64 / ordinary.len() as f64)), "the first twenty have {top}");
    assert_eq!(count(&|row| Some(row.endpoint.into())).len(), 48, "every endpoint is called");
    let interfaces: HashSet<&str> = ordinary.iter().map(|row| row.interface(clients)).collect();
    assert!(interfaces.len() >= 9, "{interfaces:?}");
    let statuses: HashSet<u16> = ordinary.iter().map(|row| row.status()).collect();
    for status in [200, 201, 202, 204, 401, 403, 404, 409, 422, 429, 500, 502, 504] {
        assert!(statuses.contains(&status), "{status}");
    }
    let texts: Vec<String> = ordinary
        .iter()
        .filter(|row| row.oddity != super::super::sketch::Oddity::None)
        .map(|row| {
            let row = platform.row(row);
            format!("{} {}", row.request_path, row.user_agent.unwrap_or_default())
        })
        .collect();
    for odd in ["=cmd|", "\u{202e}", "\u{1b}[2J", "token=", "cursor="] {
        assert!(texts.iter().any(|text| text.contains(odd)), "{odd:?}");
    }
    assert!(texts.iter().any(|text| text.len() > 2_000), "a very long query");
    let impersonators: HashSet<u64> =
        ordinary.iter().filter_map(|row| platform.row(row).impersonator_user_id).collect();
    assert!(!impersonators.is_empty());
    let users: HashSet<u64> = ordinary.iter().filter_map(|row| row.user_id(clients)).collect();
    assert!(impersonators.is_subset(&users), "administrators have rows of their own");
}

#[test]
fn failed_calls_are_tried_again() {
    let (platform, rows) = &*USUAL;
    let day: Vec<_> = rows.iter().filter(|row| row.place.stream == 1).collect();
    let mut recovered = 0;
    for pair in day
        .windows(2)
        .filter(|pair| pair[0].place.story == pair[1].place.story && pair[0].place.bucket == pair[1].place.bucket)
    {
        let (first, second) = (platform.row(pair[0]), platform.row(pair[1]));
        if pair[1].place.step != pair[0].place.step + 1 {
            continue;
        }
        assert_eq!((&first.request_path, first.request_method), (&second.request_path, second.request_method));
        assert!((1..=5).contains(&(pair[1].second - pair[0].second)));
        assert!(!first.success);
        recovered += usize::from(second.success);
    }
    assert!(recovered > 500, "{recovered}");
}

#[test]
fn odd_specs_do_no_harm() {
    for spec in [
        PlatformSpec { started: Timestamp::MIN, ..PlatformSpec::default() },
        PlatformSpec { started: Timestamp::MAX, ..PlatformSpec::default() },
        PlatformSpec { history: u64::MAX, started: noon(), ..PlatformSpec::default() },
        PlatformSpec { rates: vec![(Timestamp::MAX, f64::NAN), (Timestamp::MIN, -1.0)], ..PlatformSpec::default() },
    ] {
        let platform = Platform::new(spec);
        for now in [Timestamp::MIN, Timestamp(0), noon(), Timestamp::MAX] {
            platform.incidents(now);
            assert_eq!(platform.find(5, now), None);
            let last = platform.page(&Filters::default(), PageAt::start(now), 3, now);
            assert!(last.rows.len() <= 3);
        }
    }
}

#[path = "platform_incident_tests.rs"]
mod incidents;
