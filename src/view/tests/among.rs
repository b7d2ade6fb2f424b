//! The bars of a filter: of the same time as without it, and among what they are.

use crate::app::event::Event;
use crate::app::source_view::SourceKind;
use crate::app::testing::{Driver, NOW, one_record};
use crate::model::bars::Bars;

use super::picture::text;

fn bars(driver: &Driver) -> &Bars {
    driver.state.bars.as_ref().expect("there are bars")
}

/// The line of bars with a name, to its figures.
fn line(driver: &Driver, name: &str) -> String {
    let picture = text(&driver.state);
    let line = picture.lines().find(|line| line.starts_with(&format!(" {name} ")));
    line.unwrap_or_else(|| panic!("no bars of “{name}”: {picture}")).to_owned()
}

#[test]
fn bars_of_all_time_reach_to_now_with_and_without_a_filter() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(9_000, 5, "status=200;outcome=success")]);
    driver.keys("t").type_text("all").keys("Enter").wait(600);
    let whole = bars(&driver).borders.clone();
    assert!(bars(&driver).span().is_some_and(|span| span.contains(driver.state.now)), "{:?}", bars(&driver).span());
    for filter in ["!", "0 / s t a t u s : 4 0 4 Enter", "0 / s t a t u s : 9 9 9 Enter"] {
        driver.keys(filter);
        assert_eq!(bars(&driver).borders, whole, "{filter}");
        assert!(text(&driver.state).contains("now bar"), "{}", text(&driver.state));
    }
}

#[test]
fn a_file_that_is_known_as_filtered_first_has_the_axis_of_all_of_it() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Followed);
    driver.keys("/").type_text("status:500").keys("Enter");
    driver.arrive(&[
        one_record(1, 5_000, "status=200;outcome=success"),
        one_record(2, 3_000, "status=500;outcome=failure"),
        one_record(3, 10, "status=200;outcome=success"),
    ]);
    let span = bars(&driver).span().expect("there are bars");
    assert!(span.contains(NOW.plus_secs(-5_000)) && span.contains(NOW), "{span:?}");
}

#[test]
fn where_nothing_comes_in_bars_end_at_the_newest_request() {
    let mut driver = Driver::empty("files-com-json", SourceKind::Imported);
    driver.arrive(&[
        one_record(1, 500_000, "status=200;outcome=success"),
        one_record(2, 450_000, "status=500;outcome=failure"),
        one_record(3, 400_000, "status=200;outcome=success"),
    ]);
    let whole = bars(&driver).borders.clone();
    assert!(whole.last() < Some(&NOW.plus_secs(-390_000)), "{whole:?}");
    driver.keys("!");
    assert_eq!(bars(&driver).borders, whole);
}

#[test]
fn failures_alone_stand_below_all_that_they_are_among() {
    let mut driver = Driver::over_platform();
    let (all, failed) = (line(&driver, "req"), line(&driver, "fail"));
    driver.keys("!");
    assert_eq!((line(&driver, "req"), line(&driver, "fail")), (all.clone(), failed.clone()), "nothing moves");
    driver.keys("0 / s t a t u s : 5 0 2 Enter");
    assert_eq!(line(&driver, "req"), all);
    assert_ne!(line(&driver, "view"), failed);
    driver.keys("0 / c l i e n t : M o n i t o r Enter");
    let of_one = line(&driver, "req");
    driver.keys("!");
    assert_eq!(line(&driver, "req"), of_one, "under the rest of the filter");
}

#[test]
fn what_matches_are_among_grows_with_what_comes() {
    let mut driver = Driver::over_platform();
    driver.keys("!");
    let before = line(&driver, "req");
    let rows: Vec<_> = (0..40).map(|n| one_record(9_000 + n, 5, "status=200;outcome=success")).collect();
    driver.arrive(&rows);
    assert_ne!(line(&driver, "req"), before);
    driver.event(Event::Resize(100, 30));
    assert!(line(&driver, "req").contains('█'));
}

#[test]
fn bars_of_the_view_before_are_not_taken_for_matches() {
    let mut driver = Driver::over_platform();
    let failed = line(&driver, "fail");
    driver.answers_by_hand = true;
    driver.keys("!");
    assert_eq!(line(&driver, "fail"), failed, "nothing is answered yet");
}
