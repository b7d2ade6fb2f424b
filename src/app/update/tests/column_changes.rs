//! Changes of columns at every width.

use crate::app::testing::{Driver, one_record};

fn names(driver: &Driver) -> Vec<String> {
    driver.state.columns().iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_is_made_to_the_columns_of_every_width() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(9_000, 0, "status=502;outcome=failure;attributes.region=eu;error_message=closed")]);
    let shown = |driver: &Driver| -> Vec<String> {
        driver.state.grid().columns.iter().map(|column| column.spec.content.name()).collect()
    };
    // One more column takes the place of none.
    driver.resize(120, 36).keys("c /").type_text("region").keys("Enter Space K K Esc Esc");
    let with_region = ["time", "status", "duration", "client", "attributes.region", "endpoint", "problem"];
    assert_eq!(shown(&driver), with_region);
    driver.resize(80, 24);
    assert_eq!(shown(&driver), with_region);
    // One that is hidden where there is room leaves the others of a narrow screen.
    driver.resize(200, 50).keys("l l l Delete");
    assert!(!shown(&driver).contains(&"client".to_owned()));
    assert!(["path", "problem", "method"].iter().all(|name| shown(&driver).contains(&(*name).to_owned())));
    driver.resize(80, 24);
    assert_eq!(shown(&driver), ["time", "status", "duration", "attributes.region", "endpoint", "problem"]);
    let columns = names(&driver);
    let later = Driver::next_run(driver.kept());
    assert_eq!(later.state.table.columns.changes, driver.state.table.columns.changes);
    driver.resize(200, 50).keys("c u Esc").resize(80, 24);
    assert_ne!(names(&driver), columns, "the source's own again");
}
