//! The filter panes.

use crate::app::event::{Effect, Purpose};
use crate::app::panes::PaneLine;
use crate::app::picker::{Picked, PickerKind};
use crate::app::state::Focus;
use crate::app::testing::{Driver, one_record};
use crate::model::field::{Field, FieldRef};

/// Moves the cursor of the panes to a value.
fn to(driver: &mut Driver, wanted: &str) {
    driver.keys("1 g");
    for _ in 0..200 {
        let lines = driver.state.pane_lines();
        let here = match lines.get(driver.state.panes.cursor) {
            Some(PaneLine::Value { value, .. }) => {
                value.value.as_deref().map_or("none".into(), |value| String::from_utf8_lossy(value).into_owned())
            }
            Some(PaneLine::Class { label, .. }) => (*label).to_owned(),
            Some(PaneLine::Period) => "period".into(),
            Some(PaneLine::More { field, .. }) => format!("more {}", field.name()),
            other => panic!("the cursor is on {other:?}"),
        };
        if here == wanted {
            return;
        }
        driver.keys("j");
    }
    panic!("there is no {wanted} in the panes");
}

#[test]
fn panes_open_on_a_line_that_can_be_chosen_and_close_again() {
    let mut driver = Driver::over_platform();
    driver.keys("f");
    assert_eq!(driver.state.focus, Focus::Panes);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor], PaneLine::Period);
    driver.keys("f");
    assert_eq!(driver.state.focus, Focus::Table);
    driver.keys("Tab BackTab Tab");
    assert_eq!(driver.state.focus, Focus::Panes);
    driver.keys("Esc");
    assert_eq!(driver.state.focus, Focus::Table);
}

#[test]
fn numbers_name_panes() {
    let mut driver = Driver::over_platform();
    for (key, field) in [("2", Field::Status), ("3", Field::Failure), ("4", Field::Client), ("7", Field::Ip)] {
        driver.keys(key);
        let line = driver.state.pane_lines()[driver.state.panes.cursor].clone();
        assert_eq!(line.test().map(|(own, _)| own), Some(field.into()), "{key}");
    }
    driver.keys("1");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor], PaneLine::Period);
}

#[test]
fn a_pane_that_is_not_there_says_so() {
    let mut driver = Driver::over_platform();
    driver.keys("9");
    assert_eq!((driver.state.focus, driver.message()), (Focus::Table, "there is no pane 9 here"));
}

#[test]
fn arrows_go_from_pane_to_pane() {
    let mut driver = Driver::over_platform();
    driver.keys("f l l");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(2));
    driver.keys("h Left Left");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(0));
    driver.keys("l l l l l l l l l l");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(6), "the last pane");
}

#[test]
fn several_values_of_a_pane_are_joined_by_or() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "ETL Partner");
    driver.keys("Space");
    let one = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("Space");
    assert!(driver.total() > one);
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\",Monitor'");
    let both = driver.total();
    to(&mut driver, "Maria Petrova");
    driver.keys("+");
    assert!(driver.total() > both);
    to(&mut driver, "Monitor");
    driver.keys("Space");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\",\"Maria Petrova\"'");
}

#[test]
fn values_of_two_panes_are_joined_by_and() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "5xx");
    driver.keys("Space");
    let failures = driver.total();
    to(&mut driver, "Northwind Ltd");
    driver.keys("Space");
    assert!(driver.total() < failures && driver.total() > 0);
    assert_eq!(driver.filter(), "status:5xx 'client:=\"Northwind Ltd\"'");
}

#[test]
fn a_pane_leaves_its_own_filter_out() {
    let mut driver = Driver::over_platform();
    let count = |driver: &Driver| {
        let facet = driver.state.facets.iter().find(|facet| facet.field == Field::Client.into()).expect("a pane");
        facet.values.iter().map(|value| (value.value.clone(), value.count)).collect::<Vec<_>>()
    };
    let before = count(&driver);
    to(&mut driver, "Monitor");
    driver.keys("Enter");
    assert_eq!(count(&driver), before, "what could be ticked besides is seen");
}

#[test]
fn values_are_left_out_and_let_in_again() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("-");
    assert_eq!(driver.filter(), "-client:=Monitor");
    to(&mut driver, "ETL Partner");
    driver.keys("-");
    assert_eq!(driver.filter(), "'-client:=Monitor,\"ETL Partner\"'");
    let rest = driver.total();
    assert!(rest < all);
    to(&mut driver, "Monitor");
    driver.keys("+");
    assert_eq!(driver.filter(), "client:=Monitor '-client:=\"ETL Partner\"'");
    driver.keys("[");
    assert_eq!(driver.total(), rest);
}

#[test]
fn enter_asks_for_one_value_only_and_again_for_any() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    to(&mut driver, "Monitor");
    driver.keys("Space");
    to(&mut driver, "ETL Partner");
    driver.keys("Enter");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\"'");
    driver.keys("Enter");
    assert_eq!((driver.filter(), driver.total()), (String::new(), all));
    driver.keys("=");
    assert_eq!(driver.filter(), "'client:=\"ETL Partner\"'");
}

#[test]
fn the_cursor_stays_on_its_value_while_counts_change() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "Northwind Ltd");
    let line = driver.state.pane_lines()[driver.state.panes.cursor].test();
    let rows: Vec<_> = (0..300)
        .map(|n| crate::app::testing::one_record(9_000 + n, 0, "status=503;client=Northwind Ltd;endpoint=a"))
        .collect();
    driver.arrive(&rows);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].test(), line);
}

#[test]
fn a_class_of_statuses_and_a_status_below_it() {
    let mut driver = Driver::over_platform();
    to(&mut driver, "504");
    driver.keys("Enter");
    assert_eq!((driver.filter().as_str(), driver.total()), ("status:504", 5));
    to(&mut driver, "2xx, 3xx");
    driver.keys("Enter");
    assert_eq!(driver.filter(), "status:200..399");
}

#[test]
fn the_period_is_chosen_from_the_panes_too() {
    let mut driver = Driver::over_platform();
    driver.keys("f Enter");
    assert!(driver.state.picker.as_ref().is_some_and(|picker| picker.kind == PickerKind::Period));
}

#[test]
fn a_long_pane_shows_more_on_request() {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..30)
        .map(|n| crate::app::testing::one_record(9_000 + n, 1, &format!("status=200;client=client {n}")))
        .collect();
    driver.arrive(&rows);
    to(&mut driver, "more client");
    let before = driver.state.pane_lines().len();
    driver.keys("Enter");
    assert!(driver.state.pane_lines().len() > before + 20);
}

#[test]
fn shares_are_of_the_values_own_traffic() {
    let mut driver = Driver::over_platform();
    driver.keys("!");
    let facet = driver.state.facets.iter().find(|facet| facet.field == Field::Client.into()).expect("a pane");
    let etl = facet.values.iter().find(|value| value.value.as_deref() == Some(b"ETL Partner")).expect("a value");
    let engine = driver.engine.copy();
    drop(engine);
    assert!(etl.count < etl.total, "{etl:?}");
}

/// The fields of the panes, in their order.
fn fields(driver: &Driver) -> Vec<String> {
    driver.state.facets.iter().map(|facet| facet.field.to_string()).collect()
}

/// The values that a pane shows.
fn shown(driver: &Driver, wanted: Field) -> Vec<String> {
    let value = |line: PaneLine<'_>| match line {
        PaneLine::Value { field, value, .. } if *field == wanted.into() => {
            Some(String::from_utf8_lossy(value.value.as_deref().unwrap_or_default()).into_owned())
        }
        _ => None,
    };
    driver.state.pane_lines().into_iter().filter_map(value).collect()
}

/// Many clients, each with an address of its own.
fn crowd() -> Driver {
    let mut driver = Driver::over_platform();
    let rows: Vec<_> = (0..3_000)
        .map(|n| {
            let pairs =
                format!("status=200;client=client {n};ip=10.9.{}.{};attributes.zone=z{}", n / 250, n % 250, n % 3);
            crate::app::testing::one_record(9_000 + n, 1, &pairs)
        })
        .collect();
    driver.arrive(&rows);
    driver
}

#[test]
fn the_last_value_of_a_large_pane_is_reached() {
    let mut driver = crowd();
    for _ in 0..6 {
        if !driver
            .state
            .pane_lines()
            .iter()
            .any(|line| matches!(line, PaneLine::More { field, .. } if **field == Field::Client.into()))
        {
            break;
        }
        to_more(&mut driver, Field::Client);
        driver.keys("Enter");
    }
    assert_eq!(shown(&driver, Field::Client).len(), 3_005);
}

/// Puts the cursor on the line that says what a pane does not show.
fn to_more(driver: &mut Driver, wanted: Field) {
    driver.keys("4 j j j j j j");
    for _ in 0..4_000 {
        let lines = driver.state.pane_lines();
        if matches!(&lines[driver.state.panes.cursor], PaneLine::More { field, .. } if **field == wanted.into()) {
            return;
        }
        driver.keys("j");
    }
    panic!("nothing is left out");
}

#[test]
fn values_are_searched_while_the_text_is_typed() {
    let mut driver = crowd();
    driver.keys("4 /").type_text("CLIENT 299");
    assert!(shown(&driver, Field::Client).iter().all(|value| value.starts_with("client 299")));
    assert_eq!(shown(&driver, Field::Client).len(), 6);
    let title = |driver: &Driver| {
        driver.state.pane_lines().into_iter().find_map(|line| match line {
            PaneLine::Title { matching: Some(text), values, .. } => Some((text.to_owned(), values)),
            _ => None,
        })
    };
    assert_eq!(title(&driver), Some(("CLIENT 299".into(), 11)), "299 and 2990 to 2999");
    driver.keys("Enter Space");
    assert_eq!(driver.filter().split(':').next(), Some("'client"));
    driver.keys("/ Esc");
    assert_eq!(title(&driver), None, "all values again");
    driver.keys("/").paste("northwind");
    assert!(shown(&driver, Field::Client).contains(&"Northwind Ltd".to_owned()), "and what is ticked stays");
    driver.keys("Ctrl-u").type_text("no such value").keys("Enter /").retype("").keys("Enter");
    assert_eq!(shown(&driver, Field::Client).len(), 7, "six, and the one that is ticked: it can be searched again");
}

#[test]
fn panes_are_added_moved_and_taken_away_and_stay_so() {
    let mut driver = crowd();
    let own = fields(&driver);
    driver.done();
    driver.keys("4 A").type_text("attributes.zone").keys("Enter");
    let mut expected = own.clone();
    expected.insert(3, "attributes.zone".into());
    assert_eq!(fields(&driver), expected);
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(4), "the cursor is in it");
    driver.keys("K K");
    expected.swap(3, 2);
    expected.swap(2, 1);
    assert_eq!(fields(&driver), expected);
    driver.keys("J D");
    assert_eq!(fields(&driver), own);
    driver.keys("A").type_text("path").keys("Enter");
    assert_eq!(driver.kept().panes[0], ("acme".to_owned(), fields(&driver)));
    let chosen = fields(&driver);
    let effects = driver.state.start_source();
    assert!(!effects.is_empty());
    assert_eq!(driver.state.panes.fields(driver.state.view_spec()).len(), chosen.len(), "in the next run too");
    driver.keys("f A").type_text("own panes").keys("Enter");
    assert_eq!(fields(&driver), own, "the source's own again");
}

#[test]
fn a_pane_of_what_is_no_field_names_the_nearest() {
    let mut driver = Driver::over_platform();
    driver.keys("A").type_text("durration").keys("Enter");
    let Some(Err(error)) = driver.state.picked() else { panic!("it is no field: {:?}", driver.state.picked()) };
    assert!(error.to_string().contains("did you mean duration?"), "{error}");
    assert!(driver.state.picker.is_some(), "it can be typed anew");
}

#[test]
fn a_field_of_a_pane_is_found_by_some_letters_or_another_name() {
    let mut driver = Driver::over_platform();
    let picked = |driver: &Driver| match driver.state.picked() {
        Some(Ok(Picked::Pane(field))) => field.to_string(),
        other => format!("{other:?}"),
    };
    driver.keys("l l l A");
    assert_eq!(picked(&driver), "client", "the current column's first");
    for (typed, field) in [("usag", "user_agent"), ("latency", "duration"), ("error type", "error_type"), ("ip", "ip")]
    {
        driver.retype(typed);
        assert_eq!(picked(&driver), field, "{typed}");
    }
    driver.retype("status").keys("Enter");
    assert_eq!(driver.state.pane_lines()[driver.state.panes.cursor].pane(), Some(1), "where it is, it is gone to");
    assert!(driver.state.panes.chosen.is_none() && driver.state.focus == Focus::Panes);
}

#[test]
fn attributes_that_no_row_at_hand_has_are_offered_for_panes_and_columns() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(77_000, 80_000, "status=200;client=old;attributes.tenant=blue")]);
    assert!(!driver.state.table.rows.iter().any(|row| !row.record.attributes.is_empty()), "it is far away");
    driver.keys("A").type_text("tenant");
    assert_eq!(driver.state.picked(), Some(Ok(Picked::Pane(FieldRef::Attribute("tenant".into())))));
    assert_eq!(driver.state.picked_words()[1], "1 request of Last 24 h has it");
    driver.keys("Enter");
    to(&mut driver, "blue");
    driver.keys("Esc c /").type_text("tenant").keys("Enter Space Esc");
    assert!(driver.state.columns().iter().any(|column| column.content.name() == "attributes.tenant"));
}

#[test]
fn the_period_is_neither_moved_nor_taken_away_nor_searched() {
    let mut driver = Driver::over_platform();
    let own = fields(&driver);
    driver.keys("1 D J /");
    assert_eq!((fields(&driver), driver.state.prompt.is_none()), (own, true));
}

#[test]
fn a_pane_of_durations_has_ranges_that_add_up_and_narrow() {
    let mut driver = Driver::over_platform();
    let all = driver.total();
    driver.keys("A").type_text("duration").keys("Enter");
    let field = FieldRef::from(Field::Duration);
    let ranges = |driver: &Driver| -> Vec<(String, u64)> {
        let facet = driver.state.facets.iter().find(|facet| facet.field == field).expect("it is there").clone();
        let text =
            |value: Option<&[u8]>| value.map_or("none".into(), |value| String::from_utf8_lossy(value).into_owned());
        facet.in_order().into_iter().map(|value| (text(value.value.as_deref()), value.count)).collect()
    };
    let before = ranges(&driver);
    assert!(before.len() > 2, "{before:?}");
    assert_eq!(before.iter().map(|(_, count)| count).sum::<u64>(), all);
    let (range, count) = before[0].clone();
    to(&mut driver, &range);
    driver.keys("Space");
    assert_eq!((driver.filter(), driver.total()), (format!("'duration:{range}'"), count));
    assert_eq!(ranges(&driver), before, "its own filter is left out");
    driver.keys("j Space");
    assert_eq!(driver.total(), count + before[1].1, "ranges that touch share no request");
}

#[test]
fn what_has_no_value_is_counted_last() {
    let driver = Driver::over_platform();
    let all = driver.total();
    let place = driver.state.facets.iter().position(|facet| facet.field == Field::Failure.into()).expect("a pane") + 1;
    let lines: Vec<PaneLine<'_>> =
        driver.state.pane_lines().into_iter().filter(|line| line.pane() == Some(place)).collect();
    let count = |line: &PaneLine<'_>| match line {
        PaneLine::Value { value, .. } => value.count,
        PaneLine::More { count, .. } => *count,
        _ => 0,
    };
    assert_eq!(lines.iter().map(count).sum::<u64>(), all, "{lines:?}");
    assert!(matches!(lines.last(), Some(PaneLine::Value { value, .. }) if value.value.is_none()), "{lines:?}");
}

#[test]
fn a_pane_that_is_gone_to_is_seen_as_far_as_it_fits() {
    let mut driver = Driver::over_platform();
    driver.resize(120, 30).keys("f l l l");
    let lines = driver.state.pane_lines();
    let pane = lines[driver.state.panes.cursor].pane();
    let last = lines.iter().rposition(|line| line.pane() == pane && pane.is_some()).expect("its last line");
    let height = usize::from(driver.state.layout().expect("a layout").panes.height) - 1;
    assert!(last < driver.state.panes.scroll + height, "{last} of {}", driver.state.panes.scroll);
    assert!(driver.state.panes.scroll < driver.state.panes.cursor, "and its title");
}

#[test]
fn a_search_without_a_result_can_be_changed_where_it_is() {
    let mut driver = Driver::over_platform();
    driver.keys("7 /").type_text("nowhere").keys("Enter");
    let here = driver.state.pane_lines()[driver.state.panes.cursor].clone();
    assert_eq!(here, PaneLine::Nothing { pane: 6 });
    driver.keys("Space");
    assert_eq!(driver.message(), "there is no value on this line");
    driver.keys("Enter /").retype("").keys("Enter");
    let lines = driver.state.pane_lines();
    let values = lines.iter().filter(|line| matches!(line, PaneLine::Value { pane: 6, .. })).count();
    assert!(values > 2, "all of them again");
}

#[test]
fn a_pane_on_a_screen_of_its_own_fills_it() {
    let mut driver = crowd();
    driver.resize(80, 24).keys("4");
    let shown = |driver: &Driver| driver.state.pane_lines().iter().filter(|line| line.pane() == Some(3)).count();
    assert!(shown(&driver) > 15, "{}", shown(&driver));
    driver.resize(200, 50);
    assert!(shown(&driver) < 10, "beside the table others have room, too");
}

#[test]
fn a_time_in_a_pane_becomes_the_period() {
    let mut driver = Driver::over_platform();
    driver.keys("4 A").type_text("time").keys("Enter");
    let line = driver.state.pane_lines()[driver.state.panes.cursor].clone();
    let Some((field, _)) = line.test() else { panic!("the cursor is on {line:?}") };
    assert_eq!(field, Field::Time.into(), "the first value of a new pane has the cursor");
    let PaneLine::Value { value, .. } = line else { panic!("it is a value") };
    let count = value.count;
    for key in ["Space", "Enter"] {
        driver.keys(key);
        assert_eq!((driver.filter().as_str(), driver.total()), ("", count), "{key}");
        assert!(driver.message().starts_with("the period is "), "{}", driver.message());
        assert!(!driver.message().contains('–'), "a single time is no span: {}", driver.message());
        assert!(driver.message().contains("[ brings the one before back"), "{}", driver.message());
        driver.keys(key);
        assert!(driver.message().starts_with("the period is "), "the same again is answered, too");
        driver.keys("[");
    }
    driver.keys("-");
    assert!(driver.filter().starts_with("-time:"), "{}", driver.filter());
}

#[test]
fn many_attributes_do_not_hold_up_typing() {
    let mut driver = Driver::over_platform();
    driver.answers_by_hand = true;
    driver.keys("A");
    driver.state.attributes.names = (0..100_000).map(|n| (format!("name_{n}"), 1)).collect();
    driver.state.list_picker_fields();
    let start = std::time::Instant::now();
    driver.type_text("n");
    assert!(driver.state.picker.as_ref().expect("a picker").items.len() >= 100_000);
    // Far more than is needed where each name is looked at once, far less than where with all others.
    assert!(start.elapsed().as_secs() < 6, "{:?}", start.elapsed());
}

#[test]
fn many_attributes_are_listed_at_once_and_counted_in_part() {
    let mut driver = Driver::over_platform();
    driver.state.attributes.names = (0..100_000).map(|n| (format!("name_{n}"), 1)).collect();
    driver.answers_by_hand = true;
    let start = std::time::Instant::now();
    driver.keys("c / n a j Enter j j j k G g");
    assert!(start.elapsed().as_secs() < 6, "{:?}", start.elapsed());
    let counted = driver.open.iter().find_map(|effect| match effect {
        Effect::AskAll(id, _, questions) if id.purpose == Purpose::Columns => Some(questions.len()),
        _ => None,
    });
    let counted = counted.expect("it is asked how many requests have each");
    assert!((50..200).contains(&counted), "{counted} questions");
}

#[test]
fn an_attribute_in_sight_is_not_said_to_be_unknown() {
    let mut driver = Driver::over_platform();
    driver.arrive(&[one_record(70_000, 1, "status=200;attributes.region=eu;client=c")]);
    let field = FieldRef::Attribute("region".into());
    // The list of attributes was asked for before that request arrived, or is not there yet.
    driver.state.attributes = crate::model::answer::Attributes::default();
    assert_eq!(driver.state.field_words(&field)[1], "requests in sight have it");
}
