use std::collections::HashSet;

use proptest::prelude::*;

use crate::base::safe_text::width;

use super::{apart, apart_with};

fn labels(names: &[&str], room: usize) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    apart(&names, room, "…")
}

#[test]
fn what_fits_is_whole_and_what_is_alone_is_cut_in_its_middle() {
    assert_eq!(labels(&["orders.create", "short"], 13), ["orders.create", "short"]);
    assert_eq!(labels(&["/orders/export/2026"], 11), ["/orde…/2026"]);
    assert_eq!(labels(&["customer-europe-07", "others"], 12), ["custom…pe-07", "others"]);
    assert_eq!(labels(&["日本語のテキスト"], 7), ["日…スト"]);
}

#[test]
fn what_looks_alike_when_cut_in_the_middle_is_cut_elsewhere() {
    let regions = ["customer-europe-prod-07", "customer-asia-prod-07", "customer-africa-prod-07"];
    assert_eq!(labels(&regions, 12), ["customer-eu…", "customer-as…", "customer-af…"]);
    let ends = ["/v1/sites/orders/one/list", "/v1/sites/orders/two/list"];
    assert_eq!(labels(&ends, 12), ["…rs/one/list", "…rs/two/list"]);
}

#[test]
fn what_differs_far_inside_is_shown_from_there() {
    let names = ["customer-000012-eu-west-production", "customer-000013-eu-west-production"];
    assert_eq!(labels(&names, 12), ["…2-eu-west-…", "…3-eu-west-…"]);
    let one_is_the_other = ["customer-000012", "customer-000012-eu"];
    assert_eq!(labels(&one_is_the_other, 12), ["custom…00012", "custom…12-eu"]);
}

#[test]
fn what_was_looked_for_is_seen() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let paths =
        names(&["/api/v1/collection-15/items/7712/revisions/35?page=2", "/api/v1/collection-3/items/7712/ends"]);
    let shown = ["…items/7712/revisions/35?page=2", "/api/v1/collect…items/7712/ends"];
    assert_eq!(apart_with(&paths, "ITEMS/7712", 31, "…"), shown);
    let long = names(&["/api/v1/collection-15/items/7712/revisions/35?page=2&and=more"]);
    assert_eq!(apart_with(&long, "items/7712", 20, "…"), ["…items/7712/revisio…"]);
    // What the plain label shows, and what is not there, needs nothing.
    assert_eq!(apart_with(&long, "/api", 20, "…"), apart(&long, 20, "…"));
    assert_eq!(apart_with(&long, "nowhere", 20, "…"), apart(&long, 20, "…"));
    // Names that would look the same are told apart instead.
    let alike =
        names(&["/a/customer-1/items/7712/revisions/and/so/on", "/b/customer-2/items/7712/revisions/and/so/off"]);
    assert_eq!(apart_with(&alike, "items/7712", 16, "…"), apart(&alike, 16, "…"));
}

#[test]
fn foreign_text_is_safe() {
    assert_eq!(labels(&["a\u{1b}[2Jb"], 20), ["a␛[2Jb"]);
    assert_eq!(labels(&["abcdef"], 0), [""]);
    assert_eq!(labels(&["abcdef"], 1), ["…"]);
}

proptest! {
    #[test]
    fn labels_fit_and_two_that_differ_in_one_place_differ(
        start in "[a-c]{0,20}", end in "[a-c]{0,20}", room in 5_usize..20,
    ) {
        let names = ["x", "y", "z"].map(|own| format!("{start}{own}{end}"));
        let labels = apart(&names, room, "…");
        prop_assert!(labels.iter().all(|label| width(label) <= room));
        prop_assert_eq!(labels.iter().collect::<HashSet<_>>().len(), 3, "{:?}", labels);
    }
}
