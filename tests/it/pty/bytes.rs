//! What goes to the terminal: nothing without a reason, little, and nothing hostile.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::program::{Program, imported, requests};

#[test]
fn nothing_is_sent_while_nothing_happens() {
    let program = Program::start_in(imported(&requests(300)), &["--store", "store"], (120, 30));
    program.wait_for("1/300");
    // A minute's tick is allowed; it shall not fall into what is measured.
    let second = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() % 60);
    while second() > 54 {
        std::thread::sleep(Duration::from_millis(100));
    }
    program.settle();
    let (before, ticks) = (program.bytes().len(), program.ticks());
    std::thread::sleep(Duration::from_secs(3));
    let bytes = program.bytes();
    assert_eq!(bytes.len(), before, "{:?}", String::from_utf8_lossy(&bytes[before..]));
    assert!(program.ticks() - ticks < 60, "it does not spin either: {} ticks", program.ticks() - ticks);
}

#[test]
fn one_step_is_cheap() {
    for (size, most) in [((120, 30), 400), ((80, 24), 250)] {
        let mut program = Program::start_in(imported(&requests(300)), &["--store", "store"], size);
        program.wait_for("1/300");
        for step in 2..8 {
            program.settle();
            let before = program.bytes().len();
            program.send("j");
            program.wait_for(&format!("{step}/300"));
            program.settle();
            let sent = program.bytes()[before..].to_vec();
            assert!(sent.len() <= most, "{} bytes at {size:?}: {:?}", sent.len(), String::from_utf8_lossy(&sent));
        }
    }
}

/// Sequences that a screen needs: positions, looks, erasing, modes of the screen.
fn is_allowed(sequence: &str) -> bool {
    let body = sequence.trim_start_matches("\x1b[");
    let modes = ["?1049h", "?1049l", "?25h", "?25l", "?2004h", "?2004l", "?2026h", "?2026l"];
    modes.contains(&body)
        || body.ends_with(['H', 'm', 'J', 'K'])
            && body[..body.len() - 1].chars().all(|c| c.is_ascii_digit() || c == ';')
        || body.ends_with(['B', 'C', 'D', 'G']) && body[..body.len() - 1].chars().all(|c| c.is_ascii_digit())
}

/// What is no plain text in a terminal's bytes and not allowed.
fn findings(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some(char) = rest.chars().next() {
        if char == '\x1b' {
            let end = rest[1..]
                .char_indices()
                .find(|(at, c)| *at > 0 && ('\x40'..='\x7e').contains(c))
                .map_or(rest.len(), |(at, c)| 1 + at + c.len_utf8());
            let sequence = &rest[..end];
            if !sequence.starts_with("\x1b[") || !is_allowed(sequence) {
                found.push(format!("{sequence:?}"));
            }
            rest = &rest[end..];
            // Some cells back, behind the way down.
            if sequence.ends_with('B') {
                rest = rest.trim_start_matches('\x08');
            }
            continue;
        }
        let is_hostile = char.is_control()
            || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}' | '\u{3164}' | '\u{115f}' | '\u{fffd}');
        if is_hostile {
            found.push(format!("{char:?}"));
        }
        rest = &rest[char.len_utf8()..];
    }
    found
}

#[test]
fn findings_are_found() {
    assert_eq!(findings(b"\x1b[2;3Hplain\x1b[1;38;5;3mtext\x1b[B\x08\x08x\x1b[?2026l"), Vec::<String>::new());
    for hostile in [
        "\x1b]0;title\x07",
        "\x1b[5n",
        "\x1bc",
        "\r",
        "a\x08b",
        "\u{202e}",
        "\x1b[?1000h",
        "\u{9b}2J",
        "\x1b[31;1H\x07",
    ] {
        assert!(!findings(hostile.as_bytes()).is_empty(), "{hostile:?}");
    }
}

#[test]
fn hostile_bytes_of_a_record_never_reach_the_terminal() {
    let hostile = [
        r"\u001b[2J\u001b[1;1Howned",
        r"\u001b]0;title\u0007",
        r"\u001b]52;c;aGk=\u001b\\",
        r"a\rb\nc\u000bd\u0085e\u2028f",
        r"\u202edellac \u2066x\u2069",
        r"\u200b\ufeff\u200d",
        r"\u009b31mred",
        r"\u0000\u0007\u007f",
        r"\u001bP+q\u001b\\ \u001b_apc\u001b\\",
        r"\u001b[5n\u001b[6n\u001bc\u001b(0",
    ];
    let mut lines = String::new();
    for (number, text) in hostile.iter().enumerate() {
        lines.push_str(&format!(
            "{{\"time\":\"2026-11-20T12:00:{number:02}Z\",\"request_id\":\"{number:032x}\",\"status\":500,\
             \"client\":\"{text}\",\"endpoint\":\"{text}\",\"path\":\"/{text}\",\"error_message\":\"{text}\",\
             \"host\":\"{text}\",\"user_agent\":\"{text}\",\"attributes\":{{\"x\":\"{text}\"}}}}\n"
        ));
    }
    for size in [(200, 50), (80, 24)] {
        let mut program = Program::start_in(imported(&lines), &["--store", "store"], size);
        program.wait_for("1/10");
        // Table, panes, every request in full and raw, menus, a filter by a hostile value.
        for keys in [
            "f",
            "jjjjjjjjjjjj",
            "f",
            "\r",
            "J",
            "J",
            "r",
            "J",
            "J",
            "r",
            "q",
            "Y",
            "q",
            "lll+",
            "0",
            "/",
            "\x03",
            "s",
            "\x03",
        ] {
            program.send(keys);
            program.settle();
        }
        program.send("\x1b[200~\x07\u{202e} hello \u{200b}\x1b[201~");
        program.settle();
        let found = findings(&program.bytes());
        assert!(found.is_empty(), "{found:?}");
        program.send("Q");
        program.wait_end(Duration::from_secs(10));
    }
}
