//! What narrows the view, and the figures beside it.

use super::picture::text;
use super::states::settled;

#[test]
fn percentiles_give_way_before_what_narrows_the_view_is_cut() {
    let mut driver = settled();
    driver.keys("t").type_text("2026-11-22 23:45..2026-11-23 12:00").keys("Enter ! /");
    driver.type_text("endpoint:orders.create error_message:\"Upstream closed connection\"").keys("Enter");
    let trail =
        |driver: &crate::app::testing::Driver| text(&driver.state).lines().nth(1).unwrap_or_default().to_owned();
    let wide = trail(&driver);
    assert!(
        wide.contains("▸ failure ▸ ") && wide.contains("orders.create ▸ ") && wide.contains("Upstream closed"),
        "{wide}"
    );
    assert!(!wide.contains("p95") && wide.contains(" of "), "{wide}");
    driver.resize(200, 50);
    assert!(trail(&driver).contains("p95"), "where there is room they stay: {}", trail(&driver));
}
