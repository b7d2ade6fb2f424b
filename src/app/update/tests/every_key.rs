//! No key of the table is dead: each does something in each place where it is listed.

use crate::app::action::Action;
use crate::app::event::Event;
use crate::app::keymap::{Key, Keymap, Place};
use crate::app::state::Focus;
use crate::app::testing::{Driver, id_of};

/// Where keys are pressed.
const PLACES: [Place; 10] = [
    Place::Table,
    Place::Panes,
    Place::Detail,
    Place::Found,
    Place::Help,
    Place::Menu,
    Place::Sources,
    Place::Bad,
    Place::Steps,
    Place::Columns,
];

/// A screen whose keys are those of a place, with something to do for each key.
fn at(place: Place) -> Driver {
    let mut driver = Driver::over_platform();
    // Views before and after this one, a filter, a cursor in the middle, a column to both sides.
    driver.keys("! / Ctrl-u").type_text("outcome:failure duration:>1ms").keys("Enter");
    driver.keys("t G k Enter [ j j j j j j j j j j j j j j j j j j l l");
    match place {
        Place::Any | Place::Table => {}
        Place::Panes => {
            driver.keys("f l l j");
        }
        Place::Timeline => {
            driver.keys("v Left Left Left");
        }
        Place::Detail => {
            driver.keys("Enter j j j j j j j j j j j j");
        }
        Place::Found => {
            let ids: Vec<String> = (1_000..1_040).map(id_of).collect();
            driver.paste(&ids.join("\n"));
            found(&mut driver);
            driver.keys("Ctrl-d j");
        }
        Place::Help => {
            driver.resize(120, 12).keys("? j j j j");
        }
        Place::Menu => {
            driver.keys("S j");
        }
        Place::Columns => {
            driver.keys("c Space Space j j Space Space u j j");
        }
        Place::Sources => {
            let more =
                driver.source_view("acme-integrations", "workato-csv", crate::app::source_view::SourceKind::Imported);
            let last = driver.source_view("nginx", "nginx-combined", crate::app::source_view::SourceKind::Followed);
            let mut sources = driver.state.sources.clone();
            sources.extend([more, last]);
            driver.event(Event::Sources(sources));
            driver.keys("P j");
        }
        Place::Bad => {
            let mut sources = driver.state.sources.clone();
            sources[0].bad = 40;
            driver.event(Event::Sources(sources));
            driver.keys("P j Enter");
            let row = |n: usize| crate::model::intake::BadRow::new(format!("a.log:{n}"), "it has no time", b"{}");
            driver.event(Event::BadRows("acme".into(), Ok((0..90).map(row).collect())));
            driver.keys("Ctrl-d j");
        }
        Place::Steps => {
            driver.keys("X k");
        }
    }
    driver.done();
    driver
}

/// Answers the last search for ids.
pub(super) fn found(driver: &mut Driver) {
    use crate::app::event::{Effect, FindReport, FoundBy, FoundLine};
    let search = driver.done().into_iter().find_map(|effect| match effect {
        Effect::Find(generation, ids) => Some((generation, ids)),
        _ => None,
    });
    let (generation, ids) = search.expect("a search for ids");
    let records = driver.look_up(&ids);
    let lines = ids
        .into_iter()
        .zip(records)
        .map(|(id, records)| FoundLine {
            id,
            records,
            all: 0,
            by: FoundBy::Id,
            searched: "the store was searched".into(),
        })
        .collect();
    driver.event(Event::Found(generation, FindReport { lines, is_asking: false }));
}

/// Everything that a key can change, in words.
fn looks(driver: &Driver) -> String {
    let state = &driver.state;
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        state.bar_cursor,
        (state.table.cursor, state.table.top, &state.table.columns, state.table.is_following),
        state.focus,
        state.is_zoomed,
        state.panes,
        state.layers,
        state.prompt,
        state.picker,
        state.palette,
        state.trail,
        state.is_period_on,
        state.period,
        state.sort,
        state.held.as_ref().map(|held| held.as_of),
        state.message,
        state.source,
        driver.effects.iter().map(|effect| format!("{effect:?}").len()).collect::<Vec<_>>(),
    )
}

fn press_all(place: Place) {
    let keymap = Keymap::default();
    let mut pressed = 0;
    for binding in keymap.for_place(place) {
        for key in &binding.keys {
            // On the bare table there is nothing to go back to.
            if binding.action == Action::Back && matches!(place, Place::Table | Place::Any) {
                continue;
            }
            let mut driver = at(place);
            assert_eq!(driver.state.place_of_keys(), if place == Place::Any { Place::Table } else { place });
            let before = looks(&driver);
            driver.event(Event::Key(*key));
            let after = looks(&driver);
            assert_ne!(before, after, "{key} ({}) does nothing in {place:?}", binding.action.name());
            let text = driver.message();
            assert!(!text.contains("does nothing here"), "{key} in {place:?}: {text}");
            pressed += 1;
        }
    }
    assert!(pressed > 10, "{place:?} has keys");
}

#[test]
fn in_the_table() {
    press_all(Place::Table);
}

#[test]
fn in_the_panes() {
    press_all(Place::Panes);
}

#[test]
fn on_the_timeline() {
    press_all(Place::Timeline);
}

#[test]
fn in_a_request() {
    press_all(Place::Detail);
}

#[test]
fn in_what_was_found() {
    press_all(Place::Found);
}

#[test]
fn in_the_help() {
    press_all(Place::Help);
}

#[test]
fn in_a_menu() {
    press_all(Place::Menu);
}

#[test]
fn in_the_columns() {
    press_all(Place::Columns);
}

#[test]
fn in_the_sources() {
    press_all(Place::Sources);
}

#[test]
fn in_the_bad_rows() {
    press_all(Place::Bad);
}

#[test]
fn in_the_steps() {
    press_all(Place::Steps);
}

#[test]
fn a_key_that_does_nothing_says_so_and_names_the_help() {
    let mut driver = Driver::over_platform();
    driver.keys("V");
    assert_eq!(driver.message(), "V does nothing here; ? shows what works here");
    assert_eq!(driver.state.focus, Focus::Table);
}

#[test]
fn twenty_escapes_in_any_place_do_not_quit() {
    for place in PLACES {
        let mut driver = at(place);
        let rows = driver.total();
        for _ in 0..20 {
            driver.event(Event::Key(Key::read("Esc").expect("a key")));
        }
        assert!(driver.is_running(), "{place:?}");
        assert!(driver.state.layers.is_empty() && driver.state.focus == Focus::Table, "{place:?}");
        assert_eq!(driver.total(), rows, "the filter stays");
    }
}

#[test]
fn q_closes_layer_by_layer_and_quits_on_the_bare_table_only() {
    let mut driver = at(Place::Table);
    driver.keys("f q");
    assert_eq!((driver.state.focus, driver.is_running()), (Focus::Table, true));
    driver.keys("Enter ? q");
    assert!(driver.detail_id().is_some() && driver.is_running());
    driver.keys("q");
    assert!(driver.state.layers.is_empty() && driver.is_running());
    driver.keys("q");
    assert!(!driver.is_running());
}

#[test]
fn capital_q_quits_from_anywhere_and_ctrl_c_where_nothing_is_typed() {
    for place in PLACES {
        for key in ["Q", "Ctrl-c"] {
            let mut driver = at(place);
            driver.keys(key);
            assert!(!driver.is_running(), "{key} in {place:?}");
        }
    }
}
