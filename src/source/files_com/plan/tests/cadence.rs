//! What is asked when, while all goes well.

use super::*;

#[test]
fn the_newest_comes_first_and_the_past_soon() {
    // A quiet site: one request in half a minute, for thirty days.
    let mut world = World::new(30 * DAY, (-30 * DAY..0).step_by(30));
    let first = world.step(good).expect("a request at once");
    assert_eq!((first.lane, first.window.until, first.cursor), (Lane::Live, None, None));
    assert_eq!(first.window.from.secs(), START - 90);
    assert!(!world.stored.is_empty());
    world.fill(120, good);
    assert_eq!(world.stored.len(), world.log.len());
    let fills: Vec<_> = world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past).collect();
    assert!(fills.windows(2).all(|pair| pair[1].1.window.from <= pair[0].1.window.from), "newest first");
    assert!(world.gaps.is_empty());
    world.check();
    assert_eq!(world.planner.status(None, world.now()).fill, None);
}

#[test]
fn busy_and_quiet_sites_need_windows_of_a_few_pages() {
    // A hundred a second for an hour, a quiet night, one a second before it.
    let mut world = World::new(2 * DAY, std::iter::empty());
    let mut log: Vec<i64> = (-3_600..0).flat_map(|second| std::iter::repeat_n(second, 100)).collect();
    log.extend(-2 * DAY..-DAY / 2);
    for made in log {
        world.add(made, made);
    }
    world.fill(900, good);
    assert_eq!(world.stored.len(), world.log.len());
    world.check();
    let mut pages = 0;
    let mut sizes = Vec::new();
    for (_, ask) in world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Past) {
        if ask.cursor.is_none() && pages > 0 {
            sizes.push(pages);
            pages = 0;
        }
        pages += 1;
    }
    let fitting = sizes.iter().filter(|pages| (2..=8).contains(*pages)).count();
    assert!(fitting * 10 >= sizes.len() * 8, "{sizes:?}");
}

#[test]
fn live_polls_keep_time_and_cost_little() {
    let mut world = World::new(0, (0..7_200).step_by(3));
    world.run_for(3_660.0, good);
    let live = world.count(Lane::Live);
    assert!((725..=735).contains(&live), "{live} polls in 61 minutes");
    // Reading again: every minute, and once the last day.
    let again = world.count(Lane::Again);
    assert!((60..=66).contains(&again), "{again} requests for what was read before");
    assert!(world.asked.len() <= 2 * live);
    world.check();
    let times: Vec<_> = world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Live).map(|(at, _)| *at).collect();
    for pair in times.windows(2) {
        assert!((4.9..5.6).contains(&(pair[1] - pair[0])), "{pair:?}");
    }
}

#[test]
fn live_polls_come_before_the_past() {
    let mut world = World::new(DAY, (-DAY..600).flat_map(|second| [second; 20]));
    world.latency = Duration::from_secs(1);
    world.run_for(120.0, good);
    let times: Vec<_> = world
        .asked
        .iter()
        .filter(|(_, ask)| ask.lane == Lane::Live && ask.cursor.is_none())
        .map(|(at, _)| *at)
        .collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] <= 7.1, "{pair:?}");
    }
    assert!(world.count(Lane::Past) > 40);
}

#[test]
fn a_slow_backend_starves_nobody() {
    let mut world = World::new(DAY, -DAY..0);
    world.latency = Duration::from_secs(20);
    world.run_for(1_000.0, good);
    assert!(world.count(Lane::Past) >= 10 && world.count(Lane::Live) >= 10);
}

#[test]
fn late_records_are_found() {
    let mut world = World::new(0, (0..9_000).step_by(10));
    world.add(700, 720); // twenty seconds late
    world.add(1_000, 1_420); // seven minutes
    world.add(2_000, 5_600); // an hour
    let base = world.log.len();
    let numbers = [base - 3, base - 2, base - 1];
    world.run_for(735.0, good);
    assert!(world.stored.contains(&numbers[0]));
    world.run_for(1_490.0 - 735.0, good);
    assert!(world.stored.contains(&numbers[1]));
    world.run_for(7_300.0 - 1_490.0, good);
    assert!(world.stored.contains(&numbers[2]));
}

#[test]
fn more_can_be_wanted_later() {
    let mut world = World::new(3_600, (-DAY..0).step_by(60));
    world.fill(20, good);
    let stored = world.stored.len();
    let now = world.now();
    world.planner.fill_from(Timestamp::from_secs(START - DAY), now);
    world.fill(60, good);
    assert!(stored < 70 && world.stored.len() == world.log.len());
    let mut early = World::new(3_600, (-DAY..0).step_by(60));
    early.planner.fill_from(Timestamp::from_secs(START - DAY), early.now());
    early.fill(60, good);
    assert_eq!(early.stored.len(), early.log.len());
}

#[test]
fn the_rate_of_filling_is_that_of_the_time_that_there_was() {
    // A page of a thousand rows takes a tenth of a second.
    let mut world = World::new(30 * DAY, (-30 * DAY..0).step_by(4));
    let rate = |world: &World| {
        let fill = world.planner.status(None, world.now()).fill.expect("it is being filled");
        fill.rows as f64 / fill.within.as_secs_f64()
    };
    world.run_for(5.0, good);
    let first = rate(&world);
    world.run_for(40.0, good);
    let later = rate(&world);
    assert!((0.5..2.0).contains(&(first / later)), "{first} rows a second in 5 s, {later} in 45 s");

    // In a pause nothing comes: that is of the minute, too.
    world.run_for(80.0, |_| Fate::Down);
    assert!(rate(&world) < later / 4.0, "{} rows a second after a pause", rate(&world));
}
