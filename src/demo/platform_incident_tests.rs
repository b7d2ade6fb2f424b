//! Tests of the incidents that are planted.

use super::*;

/// The rows of an incident's time, and the share of its failures that are of a kind.
fn share(rows: &[Sketch], incident: &Incident, is_planted: impl Fn(&Sketch) -> bool) -> (usize, f64) {
    let span = incident.from.secs()..incident.until.secs();
    let failed: Vec<&Sketch> =
        rows.iter().filter(|row| span.contains(&i64::from(row.second)) && row.failure.is_some()).collect();
    let planted = failed.iter().filter(|row| is_planted(row)).count();
    (planted, planted as f64 / failed.len().max(1) as f64)
}

#[test]
fn the_planted_causes_dominate() {
    let (platform, rows) = &*USUAL;
    let incidents = platform.incidents(noon());
    let names: Vec<&str> = incidents.iter().map(|incident| incident.name.as_str()).collect();
    assert_eq!(
        names[..6],
        ["blocked-partner", "rate-limited", "slow-upstream", "broken-deploy", "expired-key", "upstream-502"]
    );
    assert_eq!(incidents.iter().filter(|incident| incident.from > noon()).count(), 3, "and what comes");
    for (incident, error_type, least) in [
        (&incidents[0], "not-authorized/api-key-is-path-restricted", 500),
        (&incidents[1], "rate-limited/too-many-requests", 1_500),
        (&incidents[3], "", 600),
        (&incidents[4], "not-authenticated/expired-api-key", 3_000),
        (&incidents[5], "processing-failure/upstream", 500),
    ] {
        let (planted, share) = share(rows, incident, |row| {
            let row = platform.row(row);
            let is_client = incident.clients.iter().any(|client| Some(client.as_str()) == row.username);
            let is_endpoint = incident.endpoints.iter().any(|endpoint| endpoint == row.api_name);
            let kinds = ["bad-request/invalid-upload-part-size", "internal-error/upload-finalize"];
            let is_kind = match error_type {
                "" => kinds.contains(&row.error_type.unwrap_or_default()),
                _ => row.error_type == Some(error_type),
            };
            is_client && is_endpoint && is_kind
        });
        assert!(planted > least && share > 0.8, "{}: {planted}, {share}", incident.name);
    }
    // A deploy hits the callers with one release, and all of them.
    let deploy = &incidents[3];
    let (from, until) = (deploy.from.secs(), deploy.until.secs());
    let uploads = rows
        .iter()
        .map(|row| (row, platform.row(row)))
        .filter(|(sketch, row)| (from..until).contains(&i64::from(sketch.second)) && row.api_name == "files.upload");
    let (mut broken, mut fine) = ((0, 0), (0, 0));
    for (_, row) in uploads {
        let group = if row.user_agent.as_deref() == Some(super::super::super::names::BROKEN_SDK) {
            &mut broken
        } else {
            &mut fine
        };
        group.0 += u32::from(!row.success);
        group.1 += 1;
    }
    assert!(broken.0 * 100 > broken.1 * 90 && fine.0 * 100 < fine.1 * 20, "{broken:?} {fine:?}");
}

#[test]
fn a_slow_upstream_is_slow_and_sometimes_cut_off() {
    let (platform, rows) = &*USUAL;
    let incident = platform.incidents(noon()).into_iter().find(|incident| incident.name == "slow-upstream").unwrap();
    let exports = |from: i64, until: i64| -> Vec<(u64, u16)> {
        let call = super::super::super::api::endpoint_number("orders.export").unwrap();
        let inside = rows.iter().filter(|row| row.endpoint == call && (from..until).contains(&i64::from(row.second)));
        let mut found: Vec<_> = inside.map(|row| (row.duration_ms(), row.status())).collect();
        found.sort_unstable();
        found
    };
    let during = exports(incident.from.secs(), incident.until.secs());
    let before = exports(incident.from.secs() - DAY, incident.from.secs());
    let median = |rows: &[(u64, u16)]| rows[rows.len() / 2].0 as f64;
    assert!(during.len() > 700);
    assert!((12.0..25.0).contains(&(median(&during) / median(&before))), "{} {}", median(&during), median(&before));
    let cut = during.iter().filter(|(_, status)| *status == 504).count() as f64 / during.len() as f64;
    assert!((0.1..0.45).contains(&cut), "{cut}");
}

/// The share of failures among the rows of the last so many seconds that are visible.
fn failed_share(platform: &Platform, now: Timestamp, seconds: i64) -> f64 {
    let rows: Vec<Sketch> = platform.sketches(now.plus_secs(-seconds), now, now).collect();
    rows.iter().filter(|row| row.failure.is_some()).count() as f64 / rows.len().max(1) as f64
}

#[test]
fn an_incident_is_seen_within_half_a_minute() {
    for seed in 0..6 {
        for start in ["2026-11-23T13:30:00Z", "2026-11-23T02:00:00Z", "2026-11-24T14:00:00Z", "2026-11-22T20:50:00Z"] {
            let platform = platform(seed, DEFAULT_HISTORY, at(start));
            let running = &platform.incidents(at(start))[..];
            assert!(running.iter().any(|i| i.from <= at(start) && at(start) < i.until), "one is under way");
            assert!(failed_share(&platform, at(start), 300) > 0.2, "{seed} {start}");
            let next = running.iter().find(|incident| incident.from > at(start)).unwrap();
            assert_eq!(next.from, at(start).plus_secs(30 * MINUTE));
            let before = failed_share(&platform, next.from, 300);
            let after = failed_share(&platform, next.from.plus_secs(30), 300);
            assert!(before < 0.085, "{seed} {start}: {before} before");
            assert!(after > 0.10 && after > before + 0.04, "{seed} {start}: from {before} to {after}");
        }
    }
}

#[test]
fn one_an_hour_from_then_on() {
    let platform = &USUAL.0;
    let later = noon().plus_secs(3 * DAY);
    let scheduled: Vec<Incident> =
        platform.incidents(later).into_iter().filter(|incident| incident.from > noon()).collect();
    assert_eq!(scheduled.len(), 72 + 3);
    for (place, incident) in scheduled.iter().enumerate() {
        assert_eq!(incident.from, noon().plus_secs(30 * MINUTE + place as i64 * HOUR));
        assert_eq!(incident.until, incident.from.plus_secs(15 * MINUTE));
    }
    let kinds: HashSet<&str> = scheduled.iter().map(|incident| incident.name.as_str()).collect();
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    // Each is in the rows.
    for incident in &scheduled[..5] {
        let rows: Vec<Sketch> = platform.sketches(incident.from, incident.until, later).collect();
        let failed = rows.iter().filter(|row| row.failure.is_some()).count();
        let named = rows.iter().filter(|row| {
            let row = platform.row(row);
            !row.success && incident.endpoints.iter().any(|endpoint| endpoint == row.api_name)
        });
        let named = named.count();
        assert!(failed > 300 && named * 10 > failed * 8, "{}: {named} of {failed}", incident.name);
    }
}
