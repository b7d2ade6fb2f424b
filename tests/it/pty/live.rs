//! The demo, and keys that must not end the program.

use std::time::Duration;

use super::program::{Program, imported, requests};

#[test]
fn the_demo_shows_its_newest_rows_soon_and_goes_on() {
    let mut program = Program::start(&["demo", "--history", "20000", "--fresh"], (120, 30));
    program.wait("rows of the demo", Duration::from_secs(30), |program| {
        let text = program.text();
        text.contains("acme") && (text.contains("✓ 20") || text.contains("✗ "))
    });
    program.wait("an age in seconds", Duration::from_secs(30), |program| program.text().contains(" s old"));
    program.send("q");
    assert!(program.wait_end(Duration::from_secs(10)).success());
    assert_eq!(program.leftovers(), Vec::<String>::new());
}

#[test]
fn twenty_escapes_and_ctrl_c_in_the_prompt_leave_it_running() {
    let home = imported(&requests(300));
    let mut program = Program::start_in(home, &["--store", "store"], (80, 24));
    program.wait_for("1/300");
    for _ in 0..20 {
        program.send("\x1b");
        // An escape that comes with the next byte is a key with Alt.
        std::thread::sleep(Duration::from_millis(30));
    }
    program.send("j");
    program.wait_for("2/300");
    program.send("/");
    program.wait_for("filter ›");
    program.send("status:404\x03");
    program.wait("the prompt is closed", Duration::from_secs(10), |program| !program.text().contains("filter ›"));
    program.send("j");
    program.wait_for("3/300");
    assert!(program.is_running());
    program.send("Q");
    assert!(program.wait_end(Duration::from_secs(10)).success());
}

#[test]
fn a_paste_of_keys_is_no_keys() {
    let home = imported(&requests(300));
    let mut program = Program::start_in(home, &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    program.send("\x1b[200~qQ\x03jjj!\x1b[201~");
    program.wait_for("was not found");
    program.send("j");
    program.wait_for("2/300");
    program.send(format!("\x1b[200~please look at {:032x}, thanks\x1b[201~", 7919 * 5 + 1));
    program.wait_for("Upstream closed connection");
    program.wait_for("Request-ID");
    program.send("Q");
    assert!(program.wait_end(Duration::from_secs(10)).success());
}

#[test]
fn another_size_is_drawn_at_once() {
    let home = imported(&requests(300));
    let mut program = Program::start_in(home, &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    for size in [(80, 24), (200, 50), (40, 10), (20, 5), (120, 30)] {
        program.resize(size);
        let wanted = if size.0 < 40 { "needs 40x8" } else { "1/300" };
        program.wait(wanted, Duration::from_secs(10), |program| {
            let text = program.text();
            text.contains(wanted) && text.lines().count() <= usize::from(size.1)
        });
        program.settle();
        let before = program.text();
        program.send("\x0c");
        program.settle();
        // The clock in the first line may go on.
        let below = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(below(&program.text()), below(&before), "a redraw changes nothing at {size:?}");
    }
    program.send("Q");
    assert!(program.wait_end(Duration::from_secs(10)).success());
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let home = imported(&requests(3));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_reqscope"))
        .env_clear()
        .env("HOME", home.path())
        .env("TERM", "xterm")
        .current_dir(home.path())
        .args(["--store", "store"])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "not a byte for a terminal");
    assert!(String::from_utf8_lossy(&output.stderr).contains("terminal"));
}

#[test]
fn without_colours_the_cursor_is_seen_all_the_same() {
    let home = imported(&requests(300));
    let mut program = Program::start_with(home, &["--store", "store"], (120, 30), &[("NO_COLOR", "1")]);
    program.wait_for("1/300");
    program.send("jf");
    program.wait_for("Enter choose");
    program.settle();
    let text = String::from_utf8_lossy(&program.bytes()).into_owned();
    let looks = text.split("\x1b[").skip(1).filter_map(|part| part.split_once('m')).map(|(codes, _)| codes);
    let codes: Vec<&str> = looks.filter(|codes| codes.chars().all(|c| c.is_ascii_digit() || c == ';')).collect();
    assert!(codes.iter().any(|codes| codes.split(';').any(|code| code == "7")), "reversed: {codes:?}");
    let coloured = |code: &str| matches!(code.parse::<u32>(), Ok(30..=38 | 40..=48 | 90..=107));
    assert!(!codes.iter().any(|codes| codes.split(';').any(coloured)), "no colour: {codes:?}");
}

#[test]
fn without_utf8_everything_is_ascii() {
    let home = imported(&requests(300));
    let mut program = Program::start_with(home, &["--store", "store"], (120, 30), &[("LANG", "C"), ("LC_ALL", "C")]);
    program.wait_for("1/300");
    for keys in ["jf", "jj", "f", "\r", "q", "?", "q", "t", "q", ":", "\x1b"] {
        program.send(keys);
        program.settle();
    }
    assert!(program.bytes().is_ascii());
    assert!(program.is_running());
}

#[test]
fn a_terminal_that_cannot_show_it_is_refused_politely() {
    let home = imported(&requests(3));
    let mut program = Program::start_with(home, &["--store", "store"], (80, 24), &[("TERM", "dumb")]);
    assert_eq!(program.wait_end(Duration::from_secs(10)).exit_code(), 2);
    program.wait_for("TERM is “dumb”");
    assert!(!program.bytes().contains(&0x1b), "not one sequence");
}

/// Keys that end or stop the program on purpose, or lead to a list of actions that has such.
const ENDING: &[u8] = b"qQ:\x03\x10\x1a\x1c";

#[test]
fn junk_does_not_harm_it() {
    let home = imported(&requests(300));
    let mut program = Program::start_in(home, &["--store", "store"], (80, 24));
    program.wait_for("1/300");
    let mut number = 7_u64;
    let mut junk = Vec::new();
    while junk.len() < 100_000 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let byte = (number >> 33) as u8;
        if !ENDING.contains(&byte) {
            junk.push(byte);
        }
    }
    for part in junk.chunks(4_000) {
        program.send(part);
    }
    // Mouse reports of a terminal that was told to send them by somebody else.
    program.send(b"\x1b[<0;10;10M\x1b[<35;11;10m".repeat(2_000));
    // What was begun is ended: a paste, a prompt, a layer; then the program.
    program.send("\x1b[201~");
    program.settle();
    assert!(program.is_running(), "{}", program.text());
    for _ in 0..30 {
        if !program.is_running() {
            break;
        }
        program.send("\x03");
        program.settle();
    }
    assert_eq!(program.wait_end(Duration::from_secs(5)).exit_code(), 0);
    assert!(!program.text().contains("panicked"), "{}", program.text());
    assert_eq!(program.leftovers(), Vec::<String>::new());
}

#[test]
fn a_huge_paste_is_refused_soon() {
    let home = imported(&requests(300));
    let mut program = Program::start_in(home, &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    program.send("\x1b[200~");
    let line = "not an id, just words and words ".repeat(128);
    for _ in 0..400 {
        program.send(&line);
    }
    program.send("\x1b[201~");
    program.wait_for("1.6 MB were pasted");
    program.send("j");
    program.wait_for("2/300");
}
