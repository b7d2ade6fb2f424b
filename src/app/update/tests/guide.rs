//! The first steps.

use crate::app::event::Effect;
use crate::app::guide::Guide;
use crate::app::testing::Driver;

fn guided() -> Driver {
    let mut driver = Driver::over_platform();
    driver.state.guide = Guide::start();
    driver
}

#[test]
fn each_step_ticks_itself_off_when_it_is_done() {
    let mut driver = guided();
    let done = |driver: &Driver| driver.state.guide.done.iter().filter(|done| **done).count();
    driver.keys("!");
    assert_eq!(done(&driver), 1);
    driver.keys("f j j");
    assert_eq!(done(&driver), 1, "the panes were opened, nothing was chosen yet");
    driver.keys("Enter Esc");
    assert_eq!(done(&driver), 2, "and Enter in the panes opened no request");
    driver.keys("Enter");
    assert_eq!(done(&driver), 3);
    driver.keys("y");
    assert_eq!(done(&driver), 4);
    driver.keys("s");
    assert_eq!(done(&driver), 4, "nothing is saved yet");
    driver.done();
    driver.keys("Enter");
    assert_eq!(done(&driver), 5);
    let kept = driver.done().into_iter().any(|effect| matches!(effect, Effect::Remember(kept) if kept.guide_done));
    assert!(kept, "it does not come again");
    assert!(!driver.state.guide.is_shown);
}

#[test]
fn steps_tick_in_any_order() {
    let mut driver = guided();
    driver.keys("Enter");
    assert_eq!(driver.state.guide.current(), Some(0));
    assert!(driver.state.guide.done[2]);
}

#[test]
fn escape_on_the_bare_table_dismisses_it_for_good() {
    let mut driver = guided();
    driver.keys("Enter Esc");
    assert!(driver.state.guide.is_shown, "this Esc closed the request");
    driver.done();
    driver.keys("Esc");
    assert!(!driver.state.guide.is_shown);
    assert!(driver.done().into_iter().any(|effect| matches!(effect, Effect::Remember(kept) if kept.guide_done)));
    driver.keys(":").type_text("guide").keys("Enter");
    assert!(driver.state.guide.is_shown, "and comes back when it is asked for");
}
