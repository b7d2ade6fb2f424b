//! Clocks that are wrong, or are set.

use super::*;

#[test]
fn a_poisoned_clock_moves_nothing() {
    // A row dated 2038, and a backend that says it is 1970.
    for date_skew in [Some(-START), Some(0), Some(400 * DAY), None] {
        let mut world = World::new(DAY, -600..120);
        world.date_skew = date_skew;
        world.log.push(Request { made: 2_147_483_648, shown: START, number: world.log.len() });
        world.run_for(100.0, good);
        let newest = world.planner.checkpoint.newest.expect("known");
        assert!((START + 80..=START + 100).contains(&newest.secs()), "{date_skew:?}: {newest:?}");
        let last = world.asked.iter().rfind(|(_, ask)| ask.lane == Lane::Live).expect("one");
        assert!(last.1.window.from.secs() >= START + 50, "{date_skew:?}");
        assert!(world.stored.contains(&(world.log.len() - 1)), "the row itself is kept");
        world.check();
    }
}

#[test]
fn steps_of_this_machines_clock_change_nothing() {
    for step in [-DAY, DAY, -400 * DAY, 3_600] {
        let mut world = World::new(3_600, -3_600..600);
        world.run_for(60.0, good);
        world.skew = step;
        let before = world.asked.len();
        world.run_for(60.0, good);
        let live: Vec<_> = world.asked[before..].iter().filter(|(_, ask)| ask.lane == Lane::Live).collect();
        assert!((11..=13).contains(&live.len()), "{} polls", live.len());
        for (at, ask) in live {
            let ago = START as f64 + at - ask.window.from.secs() as f64;
            assert!((30.0..45.0).contains(&ago), "{step}: asks {ago} s back");
        }
        world.check();
    }
    // Wrong from the start.
    for skew in [-DAY, DAY] {
        let mut world = World::new(3_600, -3_600..600);
        world.skew = skew;
        world.fill(40, good);
        world.run_for(20.0, good);
        assert!(world.stored.len() >= 3_600, "{skew}");
        world.check();
    }
}

#[test]
fn a_store_that_claims_the_future_is_set_right() {
    let mut world = World::new(DAY, -600..100);
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-DAY), at(400 * DAY)));
    let checkpoint = format!("{{\"version\":1,\"newest\":{}}}", at(400 * DAY).0);
    world.planner = Planner::new(Pace::default(), DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.run_for(60.0, good);
    assert!(world.planner.coverage().spans.iter().all(|span| span.until <= at(60)));
    assert!(world.stored.len() > 80, "live polls read on");
}
