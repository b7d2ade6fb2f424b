use proptest::prelude::*;

use super::*;

/// The start of the corpus: one of each way in which text can act on a terminal or on a reader.
pub(crate) fn hostile() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        "\x1b[2J",
        "\x1b[8mhidden",
        "\x1b]0;title\x07",
        "\x1b]52;c;aGk=\x07",
        "\x1b]8;;http://x\x1b\\link",
        "\x1bP$q\x1b\\",
        "\x1b_Gf=100\x1b\\",
        "\x1bc",
        "\x1b[6n",
        "\x1b(0",
        "over\rwrite",
        "back\x08space",
        "new\nline",
        "vt\x0bff\x0c",
        "nel\u{85}",
        "ls\u{2028}ps\u{2029}",
        "\u{9b}2J",
        "\u{9d}0;x\u{9c}",
        "rlo\u{202e}gpj.exe",
        "iso\u{2066}late\u{2069}",
        "zw\u{200b}sp\u{200d}j",
        "\u{feff}bom",
        "soft\u{ad}hyphen",
        "tag\u{e0041}\u{e007f}",
        "\u{fff9}anno\u{fffb}",
        "\u{3164}\u{ffa0}\u{115f}",
        "c\u{34f}gj",
        "nul\0del\x7f",
        "%1b%5b2J%0a",
        "\u{1f1e6}lone",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "\u{2764}\u{fe0f}",
        "\u{1f44d}\u{1f3fd}",
        "\u{301}starts",
        "か\u{3099}",
        "مرحبا",
        "שלום",
        "naïve café",
        "日本語",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    all.push([b"a".as_slice(), "\u{301}".repeat(10_000).as_bytes()].concat());
    all.push(b"bad \xff\xfe utf \xe2\x82".to_vec());
    all.push(b"\x9b2J raw c1".to_vec());
    all.extend((0..=0x1f_u8).map(|byte| vec![b'x', byte, b'y']));
    all
}

fn assert_safe(bytes: &[u8]) {
    let pieces = pieces(bytes);
    let rejoined: Vec<u8> = pieces.iter().flat_map(|p| p.source.iter().copied()).collect();
    assert_eq!(rejoined, bytes, "nothing is lost");
    for piece in &pieces {
        for char in piece.text.chars() {
            assert!(is_drawable(char), "{char:?} of {bytes:?} reached the screen");
        }
        if piece.kind == PieceKind::Plain {
            assert_eq!(piece.text.as_bytes(), piece.source);
        }
    }
    let text: String = pieces.iter().map(|p| p.text.as_ref()).collect();
    for cluster in text.graphemes(true) {
        assert!(cluster.len() <= 64, "a cell of {} bytes", cluster.len());
    }
}

#[test]
fn corpus_is_harmless() {
    for bytes in hostile() {
        assert_safe(&bytes);
    }
}

#[test]
fn tokens() {
    let cases: [(&[u8], &str); 8] = [
        (b"\x1b[2J", "␛[2J"),
        (b"a\rb\nc", "a^Mb^Jc"),
        ("\u{202e}x".as_bytes(), "<U+202E>x"),
        (b"\xff", "\\xff"),
        ("\u{9b}".as_bytes(), "<U+009B>"),
        ("héllo 日本".as_bytes(), "héllo 日本"),
        ("%1b%5b2J".as_bytes(), "%1b%5b2J"),
        (b"\x7f", "^?"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(visible(bytes), expected);
    }
}

#[test]
fn a_literal_token_is_told_apart() {
    let typed = pieces(b"<U+202E>");
    let real = pieces("\u{202e}".as_bytes());
    assert_eq!(typed[0].text, real[0].text);
    assert_ne!(typed[0].kind, real[0].kind);
}

#[test]
fn marks_are_bounded() {
    let text = format!("a{}", "\u{301}".repeat(100));
    let drawn = visible_str(&text);
    assert!(drawn.ends_with("<+92 marks>"), "{drawn}");
}

proptest! {
    #[test]
    fn any_text_is_harmless(text in any::<String>()) {
        assert_safe(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        assert_safe(&bytes);
    }

    #[test]
    fn width_is_the_sum_of_cells(text in any::<String>()) {
        let drawn = visible_str(&text).into_owned();
        let cells: usize = drawn.graphemes(true).map(UnicodeWidthStr::width).sum();
        prop_assert_eq!(cells, width(&drawn));
    }

    #[test]
    fn ascii_is_ascii(text in any::<String>()) {
        prop_assert!(to_ascii(&visible_str(&text)).is_ascii());
    }
}

#[test]
fn signs_of_comparison_have_an_ascii_form() {
    assert_eq!(to_ascii("≥ 1 s, ≤ 2 s"), ">= 1 s, <= 2 s");
}

#[test]
fn lines_end_between_words_else_behind_what_parts_a_name() {
    let lines = |text: &str, room: usize| {
        let clusters: Vec<String> = text.chars().map(String::from).collect();
        let (mut at, mut lines) = (0, Vec::new());
        while at < clusters.len() {
            let end = at + row_end(&clusters[at..], room);
            lines.push(clusters[at..end].concat().trim_end().to_owned());
            at = end + usize::from(clusters.get(end).is_some_and(|cluster| cluster == " "));
        }
        lines
    };
    assert_eq!(lines("svc-search-prod", 12), ["svc-search-", "prod"]);
    assert_eq!(lines("inventory.update", 13), ["inventory.", "update"]);
    assert_eq!(lines("Maria Petrova", 12), ["Maria", "Petrova"]);
    assert_eq!(
        lines("Umber Pharma GmbH & Co. KG (production)", 12),
        ["Umber Pharma", "GmbH & Co.", "KG", "(production)"]
    );
    assert_eq!(lines("/files/inbox/2026/11/invoice-009091.pdf", 22), ["/files/inbox/2026/11/", "invoice-009091.pdf"]);
    assert_eq!(lines("a 0123456789abcdef", 8), ["a 012345", "6789abcd", "ef"], "a word without room is broken");
}
