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

/// Whether a list holds a point, in seconds from the start.
fn holds(ask: &Ask, spot: i64) -> bool {
    let until = ask.window.until.map_or(i64::MAX, Timestamp::secs);
    ask.window.from.secs() <= START + spot && START + spot < until
}

#[test]
fn a_span_that_is_never_answered_holds_nothing_older_up() {
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    world.fill(400, |ask| if holds(ask, -40_000) { Fate::Down } else { Fate::Good });
    assert_eq!(world.gaps.len(), 1, "{:?}", world.gaps);
    let gap = world.gaps[0].clone();
    assert!(gap.from.secs() <= START - 40_000 && START - 40_000 < gap.until.secs());
    assert!(gap.until.since(gap.from) <= 60 * SECOND);
    assert!(gap.reason.contains("down, 3 times, while other lists are answered; asked for again"), "{}", gap.reason);
    assert!(world.planner.notes.iter().any(|note| note.contains("down, 3 times")));
    assert!(world.elapsed < Duration::from_mins(5), "{:?}", world.elapsed);
    world.check();
    let missing = world.log.iter().filter(|row| !world.stored.contains(&row.number)).count();
    assert!((1..=12).contains(&missing), "{missing} missing");
    // Live polls keep their pace meanwhile.
    let live: Vec<f64> = world.asked.iter().filter(|(_, ask)| ask.lane == Lane::Live).map(|(at, _)| *at).collect();
    assert!(live.windows(2).all(|pair| pair[1] - pair[0] < 10.0), "{live:?}");

    // It is asked for again after ten minutes, then ever more seldom, and is written down once.
    let tries = |world: &World, since: usize| {
        world.asked[since..].iter().filter(|(_, ask)| ask.lane == Lane::Past && holds(ask, -40_000)).count()
    };
    let since = world.asked.len();
    world.run_for(500.0, |ask| if holds(ask, -40_000) { Fate::Down } else { Fate::Good });
    assert_eq!(tries(&world, since), 0);
    world.run_for(6.0 * 3_600.0, |ask| if holds(ask, -40_000) { Fate::Down } else { Fate::Good });
    assert!((4..=6).contains(&tries(&world, since)), "{} tries in six hours", tries(&world, since));
    assert_eq!(world.gaps.len(), 1);

    // After a restart as well; once it is answered, nothing is missing.
    let (checkpoint, coverage) = (world.planner.checkpoint(), world.planner.coverage());
    world.planner = Planner::new(Pace::default(), DAY * SECOND, Some(&checkpoint), Some(coverage));
    world.run_for(f64::from(24 * 3_600), good);
    assert!(world.log.iter().all(|row| world.stored.contains(&row.number)));
    assert!(world.planner.coverage().spans.iter().any(|span| span.from <= gap.from && gap.until <= span.until));
    assert!(!world.planner.checkpoint().contains("later"));
    world.check();
}

#[test]
fn what_was_given_up_is_asked_for_when_told_to() {
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    world.fill(400, |ask| if holds(ask, -40_000) { Fate::Down } else { Fate::Good });
    world.run_for(20.0, good);
    assert!(world.log.iter().any(|row| !world.stored.contains(&row.number)), "it is not its time yet");
    world.planner.poll_now();
    world.run_for(6.0, good);
    assert!(world.log.iter().all(|row| world.stored.contains(&row.number)));
}

#[test]
fn a_day_that_is_never_answered_becomes_gaps_in_a_quarter_of_an_hour() {
    let is_broken = |ask: &Ask| {
        let until = ask.window.until.map_or(i64::MAX, Timestamp::secs);
        ask.window.from.secs() < START - DAY && START - 2 * DAY < until
    };
    let fate = |ask: &Ask| if is_broken(ask) { Fate::Down } else { Fate::Good };
    let mut world = World::new(3 * DAY, (-3 * DAY..0).step_by(5));
    world.fill(1_000, fate);
    assert!(world.elapsed < Duration::from_mins(15), "{:?}", world.elapsed);
    assert!(world.gaps.len() < 60, "{} gaps", world.gaps.len());
    let missing: Vec<_> = world.log.iter().filter(|row| !world.stored.contains(&row.number)).collect();
    let first = missing.iter().map(|row| row.made).min().expect("a day of them");
    assert!(first > START - 2 * DAY - 3_700, "an hour beside it at most");
    for row in missing {
        let time = Timestamp::from_secs(row.made);
        assert!(world.gaps.iter().any(|gap| gap.from <= time && time < gap.until), "{row:?} is lost in silence");
    }
    world.check();
    // What was well in the gaps comes back in parts, but for a minute at the border.
    world.run_for(24.0 * 3_600.0, fate);
    let oldest = |row: &&Request| row.made < START - 2 * DAY - 60 && !world.stored.contains(&row.number);
    assert_eq!(world.log.iter().filter(oldest).count(), 0);
}

#[test]
fn while_nobody_is_answered_nothing_is_given_up() {
    let mut world = World::new(DAY, (-DAY..0).step_by(5));
    world.run_for(8.0, good);
    world.run_for(7_200.0, |_| Fate::Down);
    assert!(world.gaps.is_empty());
    world.check();
    world.fill(300, good);
    assert_eq!(world.stored.len(), world.log.len());
}

#[test]
fn a_request_that_breaks_live_polls_stops_them_for_a_minute() {
    let mut world = World::new(DAY, (-3_600..0).step_by(5));
    world.fill(100, good);
    let spot = world.true_secs() as i64 - START + 20;
    for second in 0..600 {
        world.add(spot + second, spot + second);
    }
    let fate = |ask: &Ask| if holds(ask, spot) { Fate::Down } else { Fate::Good };
    world.run_for(600.0, fate);
    let newest = world.log.iter().filter(|row| world.stored.contains(&row.number)).map(|row| row.made).max();
    assert!(newest.is_some_and(|newest| newest > START + spot + 500), "{newest:?}");
    world.run_for(300.0, fate);
    assert!(world.gaps.iter().any(|gap| gap.from.secs() <= START + spot && START + spot < gap.until.secs()));
    world.check();
}
