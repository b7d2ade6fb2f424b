//! Times that are reckoned from now, and those of which a part is said.

use crate::query::testing::read;

#[test]
fn a_clock_alone_is_of_the_day_before_it() {
    let period = |text: &str| {
        let parsed = read(text).expect(text);
        parsed.period.map(|period| period.to_string()).unwrap_or_default()
    };
    for (text, same) in [
        ("time:2026-11-20T12:00..18:00", "time:2026-11-20T12:00..2026-11-20T18:00"),
        ("time:2026-11-20 12:00..18:00", "time:2026-11-20T12:00..2026-11-20T18:00"),
        ("time:[2026-11-20T12:00 TO 18:00}", "time:2026-11-20T12:00..<2026-11-20T18:00"),
        ("time:2026-11-20T22:00..02:00", "time:2026-11-20T22:00..2026-11-21T02:00"),
        ("time:\"11-20 4pm..6pm\"", "time:\"11-20 4pm..11-20 6pm\""),
        ("time:\"yesterday 4pm..6pm\"", "time:\"2026-11-22 4pm..2026-11-22 6pm\""),
    ] {
        assert_eq!(period(text), period(same), "{text}");
    }
    for (text, whole) in [
        ("time:2026-11-20..11:00", "time:2026-11-20T00:00..2026-11-20T11:00"),
        ("time:12:00..2026-11-20T18:00", "time:2026-11-20T12:00..2026-11-20T18:00"),
        ("time>=2026-11-20T12:00 status:500 time<18:00", "time>=2026-11-20T12:00 status:500 time<2026-11-20T18:00"),
        ("time:2026-11-20..22", "time:2026-11-20..2026-11-22"),
        ("time:2026-11-20T10:00Z/2026-11-20T12:00Z", "time:2026-11-20T10:00Z..2026-11-20T12:00Z"),
    ] {
        let error = read(text).expect_err(text);
        assert_eq!(error.whole.as_deref(), Some(whole), "{text}");
    }
    let error = read("time>=10:00 status:500 time<18:00").expect_err("it is noon");
    assert_eq!(error.whole.as_deref(), Some("time:10:00..18:00 status:500"));
    assert_eq!(period("time:10:00..18:00"), period("time:2026-11-23T10:00..2026-11-23T18:00"));
    assert!(read("time>=10:00 time<11:00").is_ok());
}

#[test]
fn times_of_sql_kusto_and_splunk() {
    let right = |text: &str| {
        let error = read(text).expect_err(text);
        error.whole.unwrap_or_default().into_string()
    };
    // Monday, 2026-11-23 12:01:22.
    for (text, whole) in [
        ("time > now() - interval '1 hour'", "time:1h"),
        ("created_at >= NOW() - INTERVAL 1 DAY and status:500", "time:1d and status:500"),
        ("time >= current_date", "time>=today"),
        ("time > current_date", "time>=today"),
        ("time >= current_date - interval '7 days'", "time>=2026-11-16"),
        ("time < current_date", "time<today"),
        ("time = current_date", "time:today"),
        ("time > ago(2h)", "time:2h"),
        ("timestamp between ago(2h) and now()", "time:2h..now"),
        ("time>=-1d@d", "time>=yesterday"),
        ("earliest=-1d@d status=500", "time>=yesterday status=500"),
        ("earliest=-7d@d latest=@d", "time>=2026-11-16 time<today"),
        ("earliest=-1h", "time:1h"),
        ("earliest=\"-4h\" latest=now", "time:4h time<now"),
        ("latest=-1h", "time<1h"),
        ("earliest=@w", ""),
    ] {
        assert_eq!(right(text), whole, "{text}");
    }
}
