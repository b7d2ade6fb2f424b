//! What is asked after failures.

use super::*;

#[test]
fn nobody_is_asked_often_after_a_refusal() {
    for jitter in [0.0, 0.5, 1.0] {
        let mut world = World::new(DAY, -1_000..0);
        world.jitter = jitter;
        world.step(|_| Fate::Refused);
        let status = world.planner.status(None, world.now());
        assert!(matches!(status.activity, crate::model::source_status::Activity::Stopped { .. }));
        world.run_for(599.0, |_| Fate::Refused);
        assert!(world.asked.len() <= 2, "{} requests in ten minutes", world.asked.len());
    }
    // Mended meanwhile: it goes on by itself, and at once when told to.
    let mut world = World::new(DAY, -1_000..0);
    world.run_for(10.0, |_| Fate::Refused);
    world.planner.poll_now();
    assert!(world.step(good).is_some());
    world.fill(50, good);
    assert_eq!(world.stored.len(), 1_000);
}

#[test]
fn pauses_are_kept() {
    let mut world = World::new(0, -100..0);
    for _ in 0..40 {
        world.step(|_| Fate::Pause(Some(3)));
        world.planner.poll_now();
    }
    for pair in world.asked.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 3.0, "never earlier, not even by hand");
        assert!(pair[1].0 - pair[0].0 <= 4.5);
    }
    let mut world = World::new(0, -100..0);
    for _ in 0..60 {
        world.step(|_| Fate::Pause(None));
    }
    for pair in world.asked.windows(2) {
        assert!((1.0..=300.2).contains(&(pair[1].0 - pair[0].0)), "{:?}", (pair[0].0, pair[1].0));
    }
    let mut world = World::new(0, -100..0);
    world.step(|_| Fate::Pause(Some(7_200)));
    match world.planner.status(None, world.now()).activity {
        crate::model::source_status::Activity::Waiting { reason, until, .. } => {
            assert!(reason.contains("left alone for 2 h"), "{reason}");
            assert!(until.since(world.now().wall) >= 7_200 * SECOND);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn failures_slow_down_and_good_answers_end_that() {
    let mut world = World::new(0, -100..0);
    world.jitter = 1.0;
    world.run_for(3_600.0, |_| Fate::Down);
    assert!((15..=25).contains(&world.asked.len()), "{} requests in an hour", world.asked.len());
    let last = world.asked.windows(2).last().expect("several");
    assert!((last[1].0 - last[0].0 - 300.0).abs() < 1.0);
    let before = world.asked.len();
    world.run_for(400.0, good);
    assert!(world.asked.len() - before >= 15, "back to every five seconds");
    world.check();
}

#[test]
fn a_damaged_spot_costs_a_minute_of_log() {
    // One second of one window cannot be read; everything else can.
    let spot = START - 40_000;
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    let fate = |ask: &Ask| {
        let until = ask.window.until.map_or(i64::MAX, Timestamp::secs);
        if ask.window.from.secs() <= spot && spot < until { Fate::Cut } else { Fate::Good }
    };
    world.fill(400, fate);
    assert_eq!(world.gaps.len(), 1, "{:?}", world.gaps);
    let gap = &world.gaps[0];
    assert!(gap.from.secs() <= spot && spot < gap.until.secs());
    assert!(gap.until.since(gap.from) <= 60 * SECOND);
    assert!(gap.reason.contains("3 times"), "{}", gap.reason);
    world.check();
    let lost = world.log.iter().filter(|row| !world.stored.contains(&row.number)).count();
    assert!(lost <= 12, "{lost} lost");
}

#[test]
fn while_everything_is_damaged_nothing_is_given_up() {
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    world.run_for(30.0, good);
    let before = world.asked.len();
    world.run_for(7_200.0, |_| Fate::Cut);
    assert!(world.gaps.is_empty());
    assert!(world.asked.len() - before < 100, "{} requests", world.asked.len() - before);
    world.check();
    world.fill(300, good);
    assert_eq!(world.stored.len(), world.log.len());
}

#[test]
fn lists_that_go_round_are_few() {
    let mut world = World::new(DAY, -1_000..0);
    let until_wait = |world: &mut World, fate: Fate| {
        while world.step(|_| fate).is_some() {}
    };
    until_wait(&mut world, Fate::Loop);
    assert_eq!(world.asked.len(), 2);
    assert!(world.planner.coverage().spans.is_empty());
    assert!(!world.stored.is_empty(), "the rows are kept");
    world.run_for(600.0, |_| Fate::Loop);
    assert!(world.asked.len() <= 40, "{}", world.asked.len());
    assert!(world.planner.notes.iter().any(|note| note.contains("does not end")));

    // A cursor that is refused: the list is begun anew, a few times.
    let mut world = World::new(DAY, -1_000..0);
    world.page = 10;
    let fate = |ask: &Ask| if ask.cursor.is_some() { Fate::BadCursor } else { Fate::Good };
    while world.step(fate).is_some() {}
    assert!(world.asked.len() <= 6, "{}", world.asked.len());
    world.check();
}

#[test]
fn what_was_not_stored_is_brought_again() {
    let mut world = World::new(DAY, (600 - DAY..0).step_by(60));
    world.run_for(60.0, |_| Fate::NotStored);
    assert!(world.stored.is_empty() && world.planner.coverage().spans.is_empty());
    world.fill(100, good);
    assert_eq!(world.stored.len(), world.log.len());
}
