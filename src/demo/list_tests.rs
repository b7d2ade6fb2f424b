//! Filters and pages against a brute-force reading of the same rows.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::super::filter::ListQuery;
use super::*;
use crate::base::time_parse::parse_time;

fn noon() -> Timestamp {
    Timestamp::from_secs(1_795_435_200)
}

/// A platform, and the rows of its last two hours as JSON, newest first.
static SMALL: LazyLock<(Platform, Vec<Value>)> = LazyLock::new(|| {
    let platform = Platform::new(PlatformSpec::new(5, 200_000, noon()));
    let rows = platform.rows(noon().plus_secs(-7_200), noon(), noon());
    let mut rows: Vec<Value> = rows.map(|row| serde_json::to_value(row).unwrap()).collect();
    rows.reverse();
    (platform, rows)
});

const WINDOW: &str = "filter_gteq[created_at]=2026-11-23T10:00:00Z";

fn page_of(query: &str, now: Timestamp) -> Found {
    let query = ListQuery::read(query).expect(query);
    let at = query.cursor.unwrap_or_else(|| PageAt::start(now));
    SMALL.0.page(&query.filters, at, query.per_page.unwrap_or(1_000), now)
}

fn ids(rows: &[Sketch]) -> Vec<String> {
    rows.iter().map(|row| SMALL.0.row(row).request_id.as_str().to_owned()).collect()
}

/// All pages of a list, the clock going on from page to page.
fn all(query: &str, per_page: usize, step: i64) -> Vec<String> {
    let (mut found, mut cursor, mut now) = (Vec::new(), String::new(), noon());
    loop {
        let page = page_of(&format!("{query}&per_page={per_page}{cursor}"), now);
        assert!(page.rows.len() <= per_page);
        assert_eq!(page.prev.is_none(), cursor.is_empty(), "later pages have one before");
        found.extend(ids(&page.rows));
        let Some(next) = page.next else { return found };
        cursor = format!(
            "&cursor={}",
            percent_encoding::utf8_percent_encode(&next.cursor(), percent_encoding::NON_ALPHANUMERIC)
        );
        now = now.plus(step);
    }
}

fn brute(keep: impl Fn(&Value) -> bool) -> Vec<String> {
    SMALL.1.iter().filter(|row| keep(row)).map(|row| row["request_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_of_any_size_are_the_list() {
    let whole = brute(|_| true);
    assert!(whole.len() > 1_500);
    for per_page in [1_000, 999, 137, 41] {
        assert_eq!(all(WINDOW, per_page, 0), whole);
        assert_eq!(all(WINDOW, per_page, 3_000_000), whole, "rows that arrive meanwhile move nothing");
    }
    let last = format!("{WINDOW}&filter_lt[created_at]=2026-11-23T10:20:00Z");
    assert_eq!(all(&last, 1, 1_000_000), brute(|row| row["created_at"].as_str() < Some("2026-11-23T10:20:00Z")));
}

#[test]
fn a_list_without_bounds_goes_back_180_days() {
    let now = noon();
    let (mut count, mut at, mut oldest) = (0, Some(PageAt::start(now)), u32::MAX);
    while let Some(place) = at {
        let page = SMALL.0.page(&Filters::default(), place, 20_000, now);
        count += page.rows.len();
        oldest = page.rows.last().map_or(oldest, |row| row.second);
        at = page.next;
    }
    assert_eq!(count, SMALL.0.sketches(Timestamp::MIN, Timestamp::MAX, now).count());
    let days = (now.secs() - i64::from(oldest)) as f64 / 86_400.0;
    assert!((179.8..=180.0).contains(&days), "{days}");
}

#[test]
fn back_and_forth_meet() {
    let first = page_of(&format!("{WINDOW}&per_page=100"), noon());
    let later = noon().plus_secs(60);
    let go = |place: PageAt| {
        let cursor = place.cursor().replace('+', "%2B");
        page_of(&format!("{WINDOW}&per_page=100&cursor={cursor}"), later)
    };
    let second = go(first.next.unwrap());
    let third = go(second.next.unwrap());
    let back = go(third.prev.unwrap());
    assert_eq!(back.rows, second.rows);
    assert_eq!(go(back.next.unwrap()).rows, third.rows);
    let start = go(back.prev.unwrap());
    assert_eq!(start.rows, first.rows);
    assert!(start.prev.is_none(), "nothing is newer");
    assert_eq!(go(start.next.unwrap()).rows, second.rows);
}

#[test]
fn a_search_that_takes_too_long_goes_on_with_a_cursor() {
    let user = SMALL.1.iter().find_map(|row| row["user_id"].as_u64()).unwrap();
    let query = ListQuery::read(&format!("{WINDOW}&filter[user_id]={user}")).unwrap();
    let expected = ids(&SMALL.0.page(&query.filters, PageAt::start(noon()), 1_000, noon()).rows);
    let (mut found, mut at, mut empty) = (Vec::new(), Some(PageAt::start(noon())), 0);
    while let Some(place) = at {
        let page = SMALL.0.page_looking_at(5, &query.filters, place, 1_000, noon());
        empty += usize::from(page.rows.is_empty());
        found.extend(ids(&page.rows));
        at = page.next;
    }
    assert_eq!(found, expected);
    assert!(empty > 10 && !expected.is_empty());
    // And upwards.
    let bottom = PageAt { direction: Direction::Prev, edge: (noon().secs() as u128 - 7_200) << 80, as_of: noon() };
    let (mut found, mut at) = (Vec::new(), Some(bottom));
    while let Some(place) = at {
        let page = SMALL.0.page_looking_at(5, &query.filters, place, 1_000, noon());
        found.splice(0..0, ids(&page.rows));
        at = page.prev;
    }
    assert_eq!(found, expected);
}

#[test]
fn an_id_in_any_spelling() {
    let id = &brute(|_| true)[77];
    let dashed = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]).to_uppercase();
    for text in [id.clone(), dashed, id.to_uppercase()] {
        assert_eq!(&ids(&page_of(&format!("filter[request_id]={text}"), noon()).rows)[0], id);
    }
    for text in ["", "abc", "00000000000000000000000000000000", "not-an-id"] {
        let page = page_of(&format!("filter[request_id]={text}"), noon());
        assert!(page.rows.is_empty() && page.next.is_none(), "{text}");
    }
    let other = page_of(&format!("filter[request_id]={id}&filter[interface]=none"), noon());
    assert!(other.rows.is_empty(), "the other filters count too");
}

#[test]
fn the_log_of_a_forged_moment_is_the_log_of_now() {
    let future = PageAt::start(noon().plus_secs(3_600)).towards_older(1 << 111);
    let page = SMALL.0.page(&Filters::default(), PageAt { as_of: Timestamp::MAX, ..future }, 1, noon());
    assert!(page.rows[0].visible_at() <= noon().0);
}

/// One parameter, and what it means to a row as JSON.
fn parameter() -> impl Strategy<Value = (String, Check)> {
    let rows = &SMALL.1;
    let exact = (
        0..rows.len(),
        prop::sample::select(vec![
            "interface",
            "request_method",
            "request_ip",
            "success",
            "user_id",
            "api_key_id",
            "request_id",
            "created_at",
        ]),
    )
        .prop_map(|(row, field)| {
            let value = &SMALL.1[row][field];
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // What is null cannot be asked for.
            let text = if text == "null" { "4711".to_owned() } else { text };
            (format!("filter[{field}]={text}"), Check::Exact(field, text))
        });
    let prefix = (
        0..rows.len(),
        prop::sample::select(vec!["interface", "request_method", "request_ip", "request_id"]),
        0_usize..7,
    )
        .prop_map(|(row, field, length)| {
            let value = SMALL.1[row][field].as_str().unwrap();
            let text = value[..length.min(value.len())].to_owned();
            (format!("filter_prefix[{field}]={text}"), Check::Prefix(field, text))
        });
    let range = (prop::sample::select(vec!["gt", "gteq", "lt", "lteq"]), -7_200_000_i64..10_000, any::<bool>())
        .prop_map(|(kind, millis, whole)| {
            let at = noon().plus(millis * 1_000);
            let at = if whole { at.floor_secs() } else { at };
            (format!("filter_{kind}[created_at]={}", at.rfc3339(if whole { 0 } else { 3 })), Check::Range(kind, at))
        });
    prop_oneof![exact, prefix, range]
}

#[derive(Debug, Clone)]
enum Check {
    Exact(&'static str, String),
    Prefix(&'static str, String),
    Range(&'static str, Timestamp),
}

impl Check {
    /// Parameters of one name: the last one counts.
    fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::Exact(field, _) => ("exact", field),
            Self::Prefix(field, _) => ("prefix", field),
            // Bounds of one kind narrow each other; a test asks for one of each.
            Self::Range(kind, _) => (kind, "created_at"),
        }
    }

    fn passes(&self, row: &Value) -> bool {
        match self {
            Self::Exact(field, text) => {
                row[*field].as_str().map_or_else(|| row[*field].to_string(), str::to_owned) == *text
            }
            Self::Prefix(field, text) => row[*field].as_str().unwrap().starts_with(text.as_str()),
            Self::Range(kind, at) => {
                let created = parse_time(row["created_at"].as_str().unwrap().as_bytes(), None).unwrap().at;
                match *kind {
                    "gt" => created > *at,
                    "gteq" => created >= *at,
                    "lt" => created < *at,
                    _ => created <= *at,
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_mix_of_filters_is_what_it_says(parameters in prop::collection::vec(parameter(), 1..4), per_page in 1_usize..400) {
        let mut checks: Vec<(String, Check)> = Vec::new();
        for (text, check) in parameters {
            checks.retain(|(_, known)| known.name() != check.name());
            checks.push((text, check));
        }
        let query: Vec<&str> = checks.iter().map(|(text, _)| text.as_str()).chain([WINDOW]).collect();
        // The window is a bound of its own, and the list's own order is the brute force's.
        let expected = brute(|row| checks.iter().all(|(_, check)| check.passes(row)));
        prop_assert_eq!(all(&query.join("&"), per_page, 500_000), expected);
    }

    #[test]
    fn no_query_does_harm(query in "(filter|filter_gt|cursor|per_page|x)?(\\[[a-z_]*\\]?)?=?[ -~]{0,40}(&[ -~]{0,20})?") {
        let _ = ListQuery::read(&query);
    }
}

#[test]
fn what_is_not_possible_is_refused_in_the_vendors_words() {
    let cases = [
        ("filter[response_code]=500", "bad-request/invalid-filter-field"),
        ("filter%5Busername%5D=x", "bad-request/invalid-filter-field"),
        ("filter_prefix[user_id]=1", "bad-request/invalid-filter-field"),
        ("filter_gt[duration_ms]=1", "bad-request/invalid-filter-field"),
        ("filter_lteq[]=1", "bad-request/invalid-filter-field"),
        ("filter=1", "bad-request/invalid-filter-param-format"),
        ("filter[success]=perhaps", "bad-request/invalid-filter-param-value"),
        ("filter[user_id]=-1", "bad-request/invalid-filter-param-value"),
        ("filter[created_at]=soon", "bad-request/invalid-filter-param-value"),
        ("cursor=c2:next:AAAA", "bad-request/invalid-cursor"),
        ("cursor=garbage", "bad-request/invalid-cursor"),
        ("per_page=0", "bad-request/request-params-invalid"),
        ("per_page=1001", "bad-request/request-params-invalid"),
        ("per_page=ten", "bad-request/request-params-invalid"),
    ];
    for (query, kind) in cases {
        let problem = ListQuery::read(query).expect_err(query);
        assert_eq!((problem.status, problem.kind), (422, kind), "{query}");
    }
    for query in ["", "&&", "x=1&y[z]=2&sort_by[created_at]=desc", "cursor=", "per_page=1000", "filter[success]=True"] {
        assert!(ListQuery::read(query).is_ok(), "{query}");
    }
}

#[test]
fn times_in_several_spellings() {
    let seconds =
        |text: &str| ListQuery::read(&format!("filter_gteq[created_at]={text}")).expect(text).filters.seconds().0;
    for text in [
        "2026-11-23T12:00:00Z",
        "2026-11-23T14:00:00%2B02:00",
        "2026-11-23T14:00:00+02:00",
        "2026-11-23%2012:00:00%20UTC",
        "2026-11-23T11:59:59.001Z",
    ] {
        assert_eq!(seconds(text), noon().secs(), "{text}");
    }
    assert_eq!(seconds("2026-11-23"), noon().secs() - 43_200);
    let between = ListQuery::read("filter_gt[created_at]=2026-11-23&filter_lt[created_at]=2026-11-24").unwrap();
    assert_eq!(between.filters.seconds(), (noon().secs() - 43_199, noon().secs() + 43_200));
    assert!(ListQuery::read("filter[created_at]=2026-11-23T12:00:00.5Z").unwrap().filters.is_impossible());
}
