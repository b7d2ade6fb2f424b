use crate::base::time::Timestamp;
use crate::query;

use super::{Trail, step_words, step_words_within};

fn words(typed: &str) -> Vec<String> {
    let parsed = query::parse(typed, Timestamp::from_secs(1_795_435_282), chrono_tz::UTC);
    let trail = Trail::of(parsed.unwrap_or_else(|error| panic!("{typed}: {error:?}")).filter);
    trail.steps().iter().map(|step| step_words(&step.filter, None)).collect()
}

#[test]
fn steps_are_told_as_they_are_typed_without_the_quotes_of_a_shell() {
    for (typed, told) in [
        ("client:\"North wind\"", "client:\"North wind\""),
        ("client:O'Brien", "client:\"O'Brien\""),
        ("client:=\"O'Brien & sons\"", "client “O'Brien & sons”"),
        ("-client:\"North wind\"", "not client:\"North wind\""),
        ("\"timed out\"", "\"timed out\""),
        ("not:\"timed out\"", "not \"timed out\""),
        ("path:/orders*", "path:/orders*"),
        ("client~\"^a (b|c)$\"", "client~\"^a (b|c)$\""),
        ("client:\"say \\\"hi\\\"\"", "client:\"say \\\"hi\\\"\""),
        ("(status:5xx OR client:=\"North wind\")", "(status:5xx OR client:=\"North wind\")"),
    ] {
        assert_eq!(words(typed), [told], "{typed}");
    }
}

#[test]
fn bounds_are_told_in_one_way_without_quotes_of_their_own() {
    for (typed, told) in [
        ("duration:>100ms", "duration > 100 ms"),
        ("duration:<100ms", "duration < 100 ms"),
        ("duration:>1s", "duration > 1 s"),
        ("duration:<5s", "duration < 5 s"),
        ("duration:>1.25s", "duration > 1250 ms"),
        ("duration:>=1s", "duration ≥ 1 s"),
        ("duration:..100ms", "duration ≤ 100 ms"),
        ("duration:105870us", "duration 105.87 ms"),
        ("duration:>1250us", "duration > 1.25 ms"),
        ("duration:<250us", "duration < 250 us"),
        ("duration:<1ms", "duration < 1 ms"),
        ("duration:1s..<5s", "duration 1–5 s"),
        ("duration:7ms..<9ms", "duration 7 ms..<9 ms"),
        ("duration:7ms..9ms", "duration 7 ms..9 ms"),
        ("attributes.size:>5", "attributes.size > 5"),
        ("\"attributes.my size\":5..7", "attributes.my size 5..7"),
        ("\"attributes.a:b\":>5", "attributes.a:b > 5"),
        ("status:4xx,none", "status 4xx or none"),
        ("user_id:>=7", "user_id ≥ 7"),
    ] {
        assert_eq!(words(typed), [told], "{typed}");
    }
}

#[test]
fn several_values_without_room_are_counted() {
    let parsed = query::parse(
        "-client:=\"North wind\",\"ETL Partner\",Monitor",
        Timestamp::from_secs(1_795_435_282),
        chrono_tz::UTC,
    );
    let step = parsed.expect("a query").filter;
    let within = |room| step_words_within(&step, |step| step_words(step, None), room);
    assert_eq!(within(60), "not client “North wind” or “ETL Partner” or “Monitor”");
    assert_eq!(within(52), "not client “North wind” or “ETL Partner” or 1 more");
    assert_eq!(within(40), "not client “North wind” or 2 more");
    assert_eq!(within(25), "not client “No… or 2 more");
    let one =
        Trail::of(query::parse("client:monitor", Timestamp::from_secs(0), chrono_tz::UTC).expect("a query").filter);
    let step = &one.steps()[0].filter;
    assert_eq!(step_words_within(step, |step| step_words(step, None), 4), "client:monitor");
}
