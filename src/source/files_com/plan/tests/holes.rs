//! Holes, and what cannot be had any more.

use super::*;

#[test]
fn after_a_downtime_the_hole_comes_before_deep_history() {
    let mut world = World::new(30 * DAY, (-30 * DAY..0).step_by(60));
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-10 * DAY), at(-5 * DAY)));
    let checkpoint = format!("{{\"version\":1,\"newest\":{}}}", at(-5 * DAY).0);
    world.planner = Planner::new(Pace::default(), 30 * DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.log.retain(|row| !(START - 10 * DAY..START - 5 * DAY).contains(&row.made));
    for (number, row) in world.log.iter_mut().enumerate() {
        row.number = number;
    }
    world.fill(200, good);
    assert_eq!(world.stored.len(), world.log.len());
    let fills: Vec<_> =
        world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past).map(|(_, ask)| ask.window.from).collect();
    let in_hole = fills.iter().take_while(|from| **from >= at(-5 * DAY)).count();
    assert!(in_hole > 3 && fills[in_hole..].iter().all(|from| *from < at(-10 * DAY)), "nothing is read twice");
    world.check();
}

#[test]
fn beyond_the_vendors_memory_there_is_one_gap() {
    // Stopped for 210 days.
    let at = |secs: i64| Timestamp::from_secs(START + secs);
    let mut coverage = Coverage::default();
    coverage.add(TimeRange::new(at(-240 * DAY), at(-210 * DAY)));
    let mut world = World::new(240 * DAY, (-180 * DAY..0).step_by(600));
    world.planner = Planner::new(Pace::default(), 240 * DAY * SECOND, None, Some(coverage));
    for _ in 0..4 {
        world.step(good);
    }
    assert_eq!(world.gaps.len(), 1);
    assert!(world.asked.len() <= 3);
    let gap = world.gaps[0].clone();
    assert_eq!(gap.from, at(-210 * DAY));
    assert!(gap.until.since(at(-180 * DAY)).abs() <= 2 * SECOND);
    world.fill(100, good);
    assert_eq!((world.gaps.len(), world.stored.len()), (1, world.log.len()));
    // And after a restart it is not asked for, nor recorded, again.
    let checkpoint = world.planner.checkpoint();
    let coverage = world.planner.coverage();
    world.planner = Planner::new(Pace::default(), 240 * DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.fill(3, good);
    assert_eq!(world.gaps.len(), 1);
}

#[test]
fn too_much_at_once_is_left_to_windows() {
    let mut world = World::new(0, std::iter::empty());
    for second in -200..0 {
        for _ in 0..1_000 {
            world.add(second, second);
        }
    }
    for second in 0..400 {
        for _ in 0..300 {
            world.add(second, second);
        }
    }
    world.oldest_first = true;
    world.run_for(60.0, good);
    assert!(world.planner.notes.iter().any(|note| note.contains("more than 50 pages")));
    world.run_for(60.0, good);
    world.check();
    let until = world.planner.coverage().spans.last().expect("one").until;
    assert!(until.secs() > START + 100, "live polls keep up");
}
