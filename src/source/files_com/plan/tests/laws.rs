//! Whatever happens: what counts as complete was fetched.

use proptest::prelude::*;

use super::*;

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Fate::Good),
        1 => Just(Fate::Down),
        1 => prop::option::of(0..20_u64).prop_map(Fate::Pause),
        1 => Just(Fate::Refused),
        2 => Just(Fate::Cut),
        1 => Just(Fate::BadCursor),
        1 => Just(Fate::NotStored),
        1 => Just(Fate::Loop),
    ];
    prop::collection::vec(fate, 0..120)
}

proptest! {
    #[test]
    fn nothing_counts_as_complete_that_was_not_fetched(
        fates in fates(),
        mut steps in prop::collection::vec((0..120_usize, -DAY / 2..DAY / 2), 0..4),
        restarts in prop::collection::btree_set(0..120_usize, 0..4),
        gaps in prop::collection::vec(1..900_i64, 60..400),
        page in 7..60_usize,
        oldest_first in any::<bool>(),
        jitter in 0.0..1.0_f64,
    ) {
        let mut made = 2_000;
        let log: Vec<_> = gaps.iter().map(|gap| { made -= gap; made }).collect();
        let mut world = World::new(2 * DAY, log);
        world.page = page;
        world.oldest_first = oldest_first;
        world.jitter = jitter;
        let mut at = 0;
        let mut guard = 0;
        while at < fates.len() {
            // Each step of this machine's clock happens once, so that it stays within the two days in which
            // the backend's clock is believed.
            let (due, later) = steps.into_iter().partition::<Vec<_>, _>(|(when, _)| *when <= at);
            steps = later;
            world.skew += due.iter().map(|(_, step)| step).sum::<i64>();
            if world.step(|_| fates[at]).is_some() {
                at += 1;
                if restarts.contains(&at) {
                    let (checkpoint, coverage) = (world.planner.checkpoint(), world.planner.coverage());
                    let fill = 2 * DAY * SECOND;
                    world.planner = Planner::new(Pace::default(), fill, Some(&checkpoint), Some(coverage));
                    world.elapsed += Duration::from_secs(1);
                }
                world.check();
            }
            guard += 1;
            prop_assert!(guard < 10_000, "it does not go on");
        }
        world.skew = 0;
        world.fill(3_000, good);
        world.check();
        // The wanted span is complete, or said to be lost.
        let wanted = TimeRange::new(world.planner.coverage().wanted_from.expect("known"), Timestamp::from_secs(START - 60));
        let mut settled = world.planner.coverage();
        for gap in &world.gaps {
            settled.add(TimeRange::new(gap.from, gap.until));
        }
        prop_assert_eq!(settled.newest_hole(wanted), None);
        for row in &world.log {
            let time = Timestamp::from_secs(row.made);
            let lost = world.gaps.iter().any(|gap| gap.from <= time && time < gap.until);
            if wanted.contains(time) && !lost {
                prop_assert!(world.stored.contains(&row.number), "{row:?} is missing");
            }
        }
    }
}
