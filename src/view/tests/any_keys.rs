//! Keys, texts, sizes, rows and time in any order: every frame can be drawn, and what it shows is of one view.

use crate::app::event::{Effect, Event};
use crate::app::keymap::{Key, KeyCode};
use crate::app::testing::{Driver, one_record};
use crate::base::cancel::Cancel;
use crate::engine::{Want, ask_whole};

use super::picture::text;

/// Numbers that look random, the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

const TEXTS: [&str; 14] = [
    "client:etl",
    "status:5xx",
    "o",
    "4pm",
    "yesterday",
    "all",
    "2h ago",
    "2026-11-22..2026-11-23",
    "path",
    "-client:=Monitor",
    "duration>1s",
    "berlin",
    "10s",
    "日本",
];

const SIZES: [(u16, u16); 8] = [(80, 24), (160, 45), (200, 50), (60, 15), (40, 8), (39, 8), (120, 30), (45, 60)];

/// Does something; gives it in words.
fn step(driver: &mut Driver, numbers: &mut Numbers, keys: &[Key], number: u64) -> String {
    match numbers.below(100) {
        0..=2 => {
            let (width, height) = numbers.pick(&SIZES);
            driver.resize(width, height);
            format!("{width}x{height}")
        }
        3..=9 => {
            let typed = numbers.pick(&TEXTS);
            driver.type_text(typed);
            format!("“{typed}”")
        }
        10..=12 => {
            let (ago, status) = (numbers.below(90_000) as i64 - 200, numbers.pick(&[200, 404, 502]));
            driver.arrive(&[one_record(5_000 + number, ago, &format!("status={status};client=New;duration={number}"))]);
            format!("a row {ago} s old")
        }
        13..=14 => {
            let seconds = numbers.pick(&[1, 5, 60, 700]);
            driver.wait(seconds);
            format!("{seconds} s")
        }
        15..=21 => {
            driver.keys("Enter");
            "Enter".into()
        }
        22..=24 => {
            driver.keys("Esc Esc Esc");
            "Esc Esc Esc".into()
        }
        _ => {
            let key = numbers.pick(keys);
            driver.event(Event::Key(key));
            key.to_string()
        }
    }
}

/// Answers some of the open questions, in any order; those that nobody waits for any more never are.
fn answer_some(driver: &mut Driver, numbers: &mut Numbers) {
    let asked = driver.state.asked.clone();
    driver.open.retain(|effect| match effect {
        Effect::Ask(id, ..) | Effect::AskAll(id, ..) => asked[&id.purpose].generation == id.generation,
        _ => false,
    });
    while !driver.open.is_empty() && numbers.below(3) > 0 {
        let place = numbers.below(driver.open.len() as u64) as usize;
        driver.answer(place);
    }
}

/// What is shown, once nothing is open, is what the store answers about the view.
fn check(driver: &Driver, steps: &[String]) {
    let (state, steps) = (&driver.state, steps.join(" "));
    let snapshot = state.held.clone().unwrap_or_else(|| driver.snapshot());
    let question = state.question(vec![Want::Count]);
    let count = ask_whole(&driver.engine, &snapshot, &question, &Cancel::new()).expect("an answer").count();
    let table = &state.table;
    assert_eq!(state.summary.as_ref().map(|summary| summary.count), count, "figures: {steps}");
    assert_eq!(Some(table.total), count, "rows: {steps}");
    assert!(table.total == 0 || table.current().is_some(), "row {} from {}: {steps}", table.cursor, table.first);
}

#[test]
fn in_any_order() {
    let ends = |key: &Key| {
        let ends = matches!(key.code, KeyCode::Char('q' | 'Q'));
        ends || key.ctrl && matches!(key.code, KeyCode::Char('c' | 'z'))
    };
    for seed in 1..=10 {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let mut driver = Driver::over_platform();
        driver.answers_by_hand = seed % 2 == 0;
        let bound = driver.state.keymap.bindings.iter().flat_map(|binding| binding.keys.clone());
        let keys: Vec<Key> = bound.filter(|key| !ends(key)).collect();
        let mut steps = vec![format!("seed {seed}:")];
        for number in 0..150 {
            steps.push(step(&mut driver, &mut numbers, &keys, number));
            if numbers.below(10) == 0 {
                driver.settle();
            } else {
                answer_some(&mut driver, &mut numbers);
            }
            let _ = text(&driver.state);
            if driver.open.is_empty() && !driver.state.is_asking() {
                check(&driver, &steps);
            }
            driver.done();
        }
    }
}
