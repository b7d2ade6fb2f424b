use super::*;
use chrono_tz::America::{Havana, Los_Angeles, New_York};
use chrono_tz::Asia::Kolkata;
use chrono_tz::Australia::Lord_Howe;
use proptest::prelude::*;

const NOON: Timestamp = Timestamp(1_795_435_282_000_000); // 2026-11-23 12:01:22 UTC

fn back(seconds: i64) -> TimeRange {
    TimeRange::new(NOON.plus_secs(-seconds), NOON)
}

/// A span of UTC as it is written.
fn span(from: &str, until: &str) -> TimeRange {
    let at = |text: &str| {
        let time = crate::base::time_parse::parse_time(text.as_bytes(), None);
        time.unwrap_or_else(|| panic!("“{text}” is no time")).at
    };
    TimeRange::new(at(from), at(until))
}

/// The borders on a zone's clock.
fn clocks(plan: &BarPlan, zone: Tz) -> Vec<String> {
    plan.borders.iter().map(|border| border.in_zone(zone).format("%m-%d %H:%M").to_string()).collect()
}

fn hours(plan: &BarPlan) -> Vec<f64> {
    plan.borders.windows(2).map(|pair| pair[1].since(pair[0]) as f64 / (3_600 * SECOND) as f64).collect()
}

#[test]
fn borders_are_those_of_the_zone() {
    let plan = BarPlan::at_most(back(86_400), 150, Tz::UTC).expect("there is a span");
    assert_eq!((plan.step, plan.borders[0].rfc3339(0).as_str()), (Step::Secs(600), "2026-11-22T12:00:00Z"));
    let plan = BarPlan::at_most(back(86_400 * 60), 64, Los_Angeles).expect("there is a span");
    assert_eq!(plan.step, Step::Days(1));
    assert!(plan.borders.iter().all(|border| border.clock(Los_Angeles) == "00:00:00"));
    // One engine bucket is one bar where the clock does not change.
    let want = BarPlan::at_most(back(86_400), 64, Los_Angeles)
        .and_then(|plan| plan.want(Vec::new(), TimeRange::ALL))
        .expect("a span");
    assert_eq!((want.width, want.buckets), (1_800 * SECOND, 49));
}

#[test]
fn a_day_has_23_hours_or_25() {
    let autumn = span("2026-10-30T12:00:00Z", "2026-11-03T12:00:00Z");
    let plan = BarPlan::of_step(autumn, Step::Days(1), New_York).expect("a plan");
    assert_eq!(hours(&plan), [24.0, 24.0, 25.0, 24.0, 24.0]);
    assert_eq!(plan.want(Vec::new(), TimeRange::ALL).expect("a question").width, 3_600 * SECOND);
    let spring = span("2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z");
    assert_eq!(hours(&BarPlan::of_step(spring, Step::Days(1), New_York).expect("a plan")), [24.0, 23.0, 24.0]);
    // Half an hour, and a day that begins at one o'clock.
    let spring = span("2026-10-03T00:00:00Z", "2026-10-04T20:00:00Z");
    assert_eq!(hours(&BarPlan::of_step(spring, Step::Days(1), Lord_Howe).expect("a plan")), [24.0, 23.5, 24.0]);
    let havana = BarPlan::of_step(span("2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z"), Step::Days(1), Havana);
    assert_eq!(clocks(&havana.expect("a plan"), Havana), ["03-07 00:00", "03-08 01:00", "03-09 00:00"]);
}

#[test]
fn hours_stay_at_the_clock_when_it_is_changed() {
    let night = span("2026-11-01T05:00:00Z", "2026-11-01T17:00:00Z");
    let plan = BarPlan::of_step(night, Step::Secs(21_600), New_York).expect("a plan");
    assert_eq!(clocks(&plan, New_York), ["11-01 00:00", "11-01 06:00", "11-01 12:00"]);
    assert_eq!(hours(&plan), [7.0, 6.0]);
    let plan = BarPlan::of_step(night, Step::Secs(3_600), New_York).expect("a plan");
    assert_eq!(clocks(&plan, New_York)[..4], ["11-01 01:00", "11-01 01:00", "11-01 02:00", "11-01 03:00"]);
    assert_eq!(hours(&plan)[..4], [1.0; 4], "the hour that comes twice is two bars");
    let night = span("2026-10-03T14:00:00Z", "2026-10-03T18:00:00Z");
    let plan = BarPlan::of_step(night, Step::Secs(3_600), Lord_Howe).expect("a plan");
    assert_eq!(clocks(&plan, Lord_Howe), ["10-04 00:00", "10-04 01:00", "10-04 03:00", "10-04 04:00", "10-04 05:00"]);
    assert_eq!(hours(&plan), [1.0, 1.5, 1.0, 1.0]);
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first() {
    let plan = BarPlan::of_step(back(86_400 * 40), Step::Days(7), New_York).expect("a plan");
    assert!(plan.borders.iter().all(|border| border.weekday(New_York) == 0 && border.clock(New_York) == "00:00:00"));
    let plan = BarPlan::of_step(back(86_400 * 200), Step::Months(3), Kolkata).expect("a plan");
    assert_eq!(clocks(&plan, Kolkata), ["04-01 00:00", "07-01 00:00", "10-01 00:00", "01-01 00:00"]);
}

#[test]
fn centuries_are_counted_in_few_buckets() {
    let all = span("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z");
    for most in [10, 60, 180] {
        let plan = BarPlan::at_most(all, most, New_York).expect("a plan");
        assert!(plan.fine_buckets() <= MOST_BUCKETS, "{} buckets", plan.fine_buckets());
    }
}

#[test]
fn by_which_clock_bars_begin_is_told() {
    let years = |until: &str| span("2001-06-01T00:00:00Z", until);
    let of = |span, step, zone| {
        let plan = BarPlan::of_step(span, step, zone).expect("a plan");
        (plan.beginning, plan.beginning.words(plan.step))
    };
    let day = Step::Days(1);
    assert_eq!(of(years("2004-06-01T00:00:00Z"), day, New_York), (Beginning::InZone, "1 d".into()));
    assert_eq!(of(years("2011-06-01T00:00:00Z"), day, New_York), (Beginning::InUtc, "1 d, UTC".into()));
    assert_eq!(of(years("2011-06-01T00:00:00Z"), day, Tz::UTC), (Beginning::InZone, "1 d".into()));
    let century = Step::Months(1_200);
    let even = (Beginning::Even, "36,000 d each".into());
    assert_eq!(of(span("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"), century, New_York), even);
}

fn zones() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![Tz::UTC, New_York, Lord_Howe, Kolkata, Havana])
}

proptest! {
    #[test]
    fn bars_cover_the_span(
        from in 0_i64..2_000_000_000, secs in 1_i64..1_000_000_000, most in 10_usize..300, zone in zones(),
    ) {
        let span = TimeRange::new(Timestamp::from_secs(from), Timestamp::from_secs(from + secs));
        let plan = BarPlan::at_most(span, most, zone).expect("there is a span");
        prop_assert!(plan.borders.len() - 1 <= most);
        prop_assert!(plan.borders[0] <= span.from && plan.borders[1] > span.from);
        prop_assert!(*plan.borders.last().expect("a border") >= span.until);
        prop_assert!(plan.borders[plan.borders.len() - 2] < span.until);
        let want = plan.want(Vec::new(), TimeRange::ALL).expect("a question");
        prop_assert!(want.buckets as i64 <= MOST_BUCKETS);
        for border in &plan.borders {
            prop_assert_eq!((border.0 - want.start.0) % want.width, 0, "a border of the engine's buckets");
        }
    }

    #[test]
    fn borders_are_true_to_the_calendar(from in 0_i64..2_000_000_000, days in 1_i64..400, zone in zones()) {
        let span = TimeRange::new(Timestamp::from_secs(from), Timestamp::from_secs(from + days * 86_400));
        for step in [Step::Days(1), Step::Days(7), Step::Months(1)] {
            for border in BarPlan::of_step(span, step, zone).expect("a plan").borders {
                prop_assert_eq!(border, border.day_start(zone, 0), "{:?}", step);
                match step {
                    Step::Days(7) => prop_assert_eq!(border.weekday(zone), 0),
                    Step::Months(_) => prop_assert_eq!(border.in_zone(zone).format("%d").to_string(), "01"),
                    _ => {}
                }
            }
        }
        let plan = BarPlan::of_step(span, Step::Secs(21_600), zone).expect("a plan");
        for (place, border) in plan.borders.iter().enumerate() {
            // Midnight may be skipped; every other border is one of the clock.
            let is_midnight = *border == border.day_start(zone, 0);
            prop_assert!(is_midnight || border.second_of_day(zone) % 21_600 == 0, "{}", clocks(&plan, zone)[place]);
        }
    }
}
