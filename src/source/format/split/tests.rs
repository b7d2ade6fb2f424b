use std::io::Cursor;

use proptest::prelude::*;

use super::*;

/// Gives its bytes in pieces of the given lengths, over and over.
struct Dribble<'a> {
    bytes: &'a [u8],
    lengths: Vec<usize>,
    turn: usize,
}

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.lengths[self.turn % self.lengths.len()].min(self.bytes.len()).min(buffer.len());
        buffer[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

/// What a test sees of a piece: position, line, and the row or why it is none.
type Seen = (u64, Option<u64>, Result<Vec<u8>, String>);

fn all<R: Read>(mut splitter: Splitter<R>) -> Vec<Seen> {
    let mut seen = Vec::new();
    while let Some(piece) = splitter.next_piece().expect("memory can be read") {
        seen.push(match piece {
            Piece::Row(row) => (row.position, row.line, Ok(row.bytes.to_vec())),
            Piece::Bad(bad) => (bad.position, bad.line, Err(bad.reason)),
        });
    }
    seen
}

fn split(layout: &Layout, bytes: &[u8]) -> Vec<Seen> {
    all(Splitter::new(bytes, layout, AtEnd::Finish))
}

/// Rows as text with position and line, bad pieces as `!`.
fn shown(layout: &Layout, text: &str) -> Vec<String> {
    let seen = split(layout, text.as_bytes()).into_iter();
    seen.map(|(position, line, row)| {
        let row = row.map_or_else(|_| "!".into(), |row| String::from_utf8_lossy(&row).into_owned());
        format!("{position}:{} {row}", line.unwrap_or(0))
    })
    .collect()
}

fn csv(heading: Option<&str>) -> Layout {
    Layout::Csv { delimiter: b',', heading: heading.map(|heading| heading.as_bytes().to_vec()) }
}

#[test]
fn lines() {
    for (text, expected) in [
        ("a\nb\n", vec!["0:1 a", "2:2 b"]),
        ("a\r\nb", vec!["0:1 a", "3:2 b"]),
        ("\n\n  \r\na\n\n", vec!["6:4 a"]),
        ("\u{FEFF}a\n\u{FEFF}b\n", vec!["3:1 a", "5:2 \u{FEFF}b"]),
        ("\u{FEFF}", vec![]),
        ("", vec![]),
        ("\0\0\0a\nb\0c\n", vec!["0:1 !", "3:1 a", "5:2 b\0c"]),
        ("\0\0", vec!["0:1 !"]),
        (" a \n", vec!["0:1  a "]),
    ] {
        assert_eq!(shown(&Layout::Lines, text), expected, "{text:?}");
    }
}

#[test]
fn long_lines_cost_only_themselves() {
    for length in [MAX_ROW - 1, MAX_ROW, MAX_ROW + 1, MAX_ROW + 400_000, 5 * MAX_ROW] {
        let text = [b"a\n".as_slice(), &vec![b'x'; length], b"\nb\n"].concat();
        let seen = split(&Layout::Lines, &text);
        assert_eq!(seen.len(), 3);
        assert_eq!((seen[1].0, seen[1].1, seen[1].2.is_ok()), (2, Some(2), length <= MAX_ROW), "{length}");
        assert_eq!(seen[2], (3 + length as u64, Some(3), Ok(b"b".to_vec())));
    }
}

#[test]
fn memory_is_bounded_whatever_comes() {
    for (layout, byte) in [
        (Layout::Lines, b'x'),
        (Layout::Lines, 0),
        (Layout::JsonElements, b'{'),
        (Layout::JsonElements, b'x'),
        (Layout::JsonElements, b'"'),
        (Layout::JsonList("data".into()), b'{'),
        (csv(None), b'x'),
        (csv(None), b'"'),
        (csv(None), 0),
    ] {
        let mut splitter = Splitter::new(io::repeat(byte).take(20 << 20), &layout, AtEnd::Finish);
        while splitter.next_piece().expect("memory can be read").is_some() {}
        assert!(splitter.window.size() <= 4 * MAX_ROW, "{layout:?} {byte}: {}", splitter.window.size());
    }
}

#[test]
fn json_elements() {
    for (text, expected) in [
        (r#"[{"a":1},{"a":2}]"#, vec![r#"1:1 {"a":1}"#, r#"9:1 {"a":2}"#]),
        ("[]", vec![]),
        ("{\n \"a\": {\"b\": \"}\"}\n}\n{}", vec!["0:1 {\n \"a\": {\"b\": \"}\"}\n}", "21:4 {}"]),
        (r#"{"a":"\\\"}"}{"b":2}"#, vec![r#"0:1 {"a":"\\\"}"}"#, r#"13:1 {"b":2}"#]),
        ("\u{1e}{\"a\":1}\n\u{1e}{\"a\":2}\n", vec!["1:1 {\"a\":1}", "10:2 {\"a\":2}"]),
        // Something else between, and a hole.
        ("[1,{\"a\":1}]", vec!["1:1 !", "3:1 {\"a\":1}"]),
        ("oops\n{\"a\":1}\n", vec!["0:1 !", "5:2 {\"a\":1}"]),
        ("\0\0{\"a\":1}\n", vec!["0:1 !", "2:1 {\"a\":1}"]),
        // A text without its end costs its own object.
        ("{\"a\":\"x\n{\"a\":2}\n", vec!["0:1 !", "8:2 {\"a\":2}"]),
        ("[\n {\n  \"a\": \"x\n,\n  \"b\": 1\n },\n {\n  \"a\": 2\n }\n]", vec!["3:2 !", "31:7 {\n  \"a\": 2\n }"]),
        // So does an object without its end.
        ("{\"a\":{\n{\"a\":2}\n{\"a\":3}", vec!["0:1 !", "7:2 {\"a\":2}", "15:3 {\"a\":3}"]),
        (r#"[{"a":1},{"b":{},{"c":3}]"#, vec![r#"1:1 {"a":1}"#, "9:1 !", r#"17:1 {"c":3}"#]),
        ("{\"a\":1", vec!["0:1 !"]),
    ] {
        assert_eq!(shown(&Layout::JsonElements, text), expected, "{text}");
    }
}

#[test]
fn json_in_a_list_inside_an_object() {
    let layout = Layout::JsonList("data".into());
    for (text, expected) in [
        (
            r#"{"n":[{"data":[1]}],"data":[{"a":1},{"a":[2]}],"next":{"b":"]"}} {"data":[{"a":3}]}"#,
            vec![r#"28:1 {"a":1}"#, r#"36:1 {"a":[2]}"#, r#"74:1 {"a":3}"#],
        ),
        (r#"{"data":[]}"#, vec![]),
        // An answer without the list is a row: reading it says what it is.
        (r#"{"error":"no"}"#, vec![r#"0:1 {"error":"no"}"#]),
        (r#"{"data":[x,{"a":1}]}"#, vec!["9:1 !", r#"11:1 {"a":1}"#]),
    ] {
        assert_eq!(shown(&layout, text), expected, "{text}");
    }
}

#[test]
fn csv_rows() {
    for (text, expected) in [
        ("h,i\n1,2\n3,4", vec!["4:2 1,2", "8:3 3,4"]),
        ("\u{FEFF}h,i\r\n1,2\r\n", vec!["8:2 1,2"]),
        ("h,i\n\"a\nb\",2\n3,4\n", vec!["4:2 \"a\nb\",2", "12:4 3,4"]),
        ("h,i\n\"a \"\"q\"\"\n\",2\n", vec!["4:2 \"a \"\"q\"\"\n\",2"]),
        ("h,i\n5\" disk,2\n3,4\n", vec!["4:2 5\" disk,2", "14:3 3,4"]),
        ("h,i\n\n1,2\nh,i\n3,4\n", vec!["5:3 1,2", "13:5 3,4"]),
        ("h,i\n1,\"never\n3,4\n5,6\n", vec!["4:2 !", "13:3 3,4", "17:4 5,6"]),
        ("1,\"a\"", vec!["0:1 1,\"a\""]),
    ] {
        assert_eq!(shown(&csv(Some("h,i")), text), expected, "{text:?}");
    }
}

#[test]
fn a_quote_or_object_without_end_in_a_long_file() {
    let tail = "1,2\n".repeat(MAX_ROW / 2);
    let seen = split(&csv(None), format!("1,\"x\n{tail}").as_bytes());
    assert_eq!(seen.iter().filter(|(_, _, row)| row.is_err()).count(), 1);
    assert_eq!(seen.len(), 1 + MAX_ROW / 2);
    let tail = "{\"a\":1}\n".repeat(MAX_ROW / 4);
    let seen = split(&Layout::JsonElements, format!("{{\"a\":{{\n{tail}").as_bytes());
    assert_eq!(seen.iter().filter(|(_, _, row)| row.is_err()).count(), 1);
    assert_eq!(seen.len(), 1 + MAX_ROW / 4);
}

#[test]
fn hostile_nesting_is_read_in_linear_time() {
    let started = std::time::Instant::now();
    let seen = split(&Layout::JsonElements, "{\n".repeat(4 * MAX_ROW).as_bytes());
    assert!(seen.iter().all(|(_, _, row)| row.is_err()));
    let seen = split(&Layout::JsonElements, "{\n{}\n".repeat(MAX_ROW).as_bytes());
    assert!(!seen.is_empty());
    // Quadratic time would be hours.
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn an_unfinished_row_waits_for_its_end() {
    // Each block ends where the writer had come to.
    struct Blocks(Vec<&'static [u8]>);
    impl Read for Blocks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let block = if self.0.is_empty() { b"".as_slice() } else { self.0.remove(0) };
            buffer[..block.len()].copy_from_slice(block);
            Ok(block.len())
        }
    }
    fn next(splitter: &mut Splitter<Blocks>) -> Option<Vec<u8>> {
        match splitter.next_piece().expect("memory can be read") {
            Some(Piece::Row(row)) => Some(row.bytes.to_vec()),
            None => None,
            Some(bad) => panic!("{bad:?}"),
        }
    }
    for (layout, blocks, first, second) in [
        (Layout::Lines, vec![b"a\nb".as_slice(), b"", b"c\n", b"", b"d", b""], "a", "bc"),
        (
            Layout::JsonElements,
            vec![b"[{\"a\":1},\n{\"b\"", b"", b":2}", b"", b",{\"d\":", b""],
            "{\"a\":1}",
            "{\"b\":2}",
        ),
        (csv(None), vec![b"1,2\n\"3", b"", b"\",4\n", b"", b"5", b""], "1,2", "\"3\",4"),
    ] {
        let mut splitter = Splitter::new(Blocks(blocks), &layout, AtEnd::Wait);
        assert_eq!(next(&mut splitter).as_deref(), Some(first.as_bytes()));
        assert_eq!(next(&mut splitter), None);
        let border = splitter.position();
        assert_eq!(next(&mut splitter).as_deref(), Some(second.as_bytes()));
        assert!(splitter.position() > border);
        assert_eq!(next(&mut splitter), None);
        splitter.set_at_end(AtEnd::Finish);
        assert!(splitter.next_piece().expect("memory can be read").is_some(), "the rest, whole or bad");
        assert_eq!(splitter.next_piece().expect("memory can be read"), None);
    }
}

fn any_layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        Just(Layout::Lines),
        Just(Layout::JsonLines),
        Just(Layout::JsonElements),
        Just(Layout::JsonList("data".into())),
        Just(csv(None)),
        Just(csv(Some("a,b"))),
    ]
}

/// Bytes in which everything that cutters look at is frequent.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\\".to_vec()),
        Just(b"{".to_vec()),
        Just(b"}".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b",".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"a,b\n".to_vec()),
        Just(b"{\"data\":[".to_vec()),
        Just(b"{\"a\":\"b\"}".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn rows_are_parts_of_the_input_in_order(layout in any_layout(), text in any_text()) {
        let mut end = 0;
        for (position, line, row) in split(&layout, &text) {
            prop_assert!(position >= end);
            let lines = memchr::memchr_iter(b'\n', &text[..position as usize]).count();
            prop_assert_eq!(line, Some(1 + lines as u64));
            end = position;
            if let Ok(row) = row {
                prop_assert!(!row.is_empty());
                end += row.len() as u64;
                prop_assert_eq!(&row[..], &text[position as usize..end as usize]);
            }
        }
    }

    #[test]
    fn blocks_make_no_difference(layout in any_layout(), text in any_text(), lengths in proptest::collection::vec(1_usize..9, 1..6)) {
        let dribble = Dribble { bytes: &text, lengths, turn: 0 };
        let pieces = all(Splitter::new(dribble, &layout, AtEnd::Finish));
        let rows = |seen: Vec<Seen>| seen.into_iter().filter(|(_, _, row)| row.is_ok()).collect::<Vec<_>>();
        prop_assert_eq!(rows(pieces), rows(split(&layout, &text)));
    }

    #[test]
    fn splitting_goes_on_where_it_stopped(layout in any_layout(), text in any_text(), stop in 0_usize..8) {
        let whole = split(&layout, &text);
        let mut first = Splitter::new(&text[..], &layout, AtEnd::Finish);
        let mut rows = Vec::new();
        for _ in 0..stop {
            match first.next_piece().expect("memory can be read") {
                Some(Piece::Row(row)) => rows.push(row.bytes.to_vec()),
                Some(Piece::Bad(_)) => {}
                None => break,
            }
        }
        let (position, line) = (first.position(), first.line());
        let second = Splitter::resume(&text[position as usize..], &layout, AtEnd::Finish, position, line);
        rows.extend(all(second).into_iter().filter_map(|(_, _, row)| row.ok()));
        let whole: Vec<_> = whole.into_iter().filter_map(|(_, _, row)| row.ok()).collect();
        // A row may be given again after a stop in something broken; none is lost.
        prop_assert!(rows.len() >= whole.len());
        for row in &whole {
            prop_assert!(rows.contains(row));
        }
    }

    #[test]
    fn ranges_give_each_row_once(text in any_text(), mut borders in proptest::collection::vec(0_u64..120, 0..5)) {
        borders.push(0);
        borders.push(text.len() as u64);
        borders.retain(|border| *border <= text.len() as u64);
        borders.sort_unstable();
        let mut pieces = Vec::new();
        for pair in borders.windows(2) {
            let range = Splitter::range(Cursor::new(&text), &Layout::Lines, pair[0], pair[1]).expect("memory can be read");
            pieces.extend(all(range));
        }
        let places = |seen: Vec<Seen>| seen.into_iter().map(|(position, _, row)| (position, row)).collect::<Vec<_>>();
        prop_assert_eq!(places(pieces), places(split(&Layout::Lines, &text)));
    }

    #[test]
    fn csv_agrees_with_the_csv_crate(rows in proptest::collection::vec(proptest::collection::vec("[a\",\n x]{0,5}", 2..4), 0..8)) {
        let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).expect("to memory");
        }
        let text = writer.into_inner().expect("to memory");
        let cut: Vec<Vec<String>> = split(&csv(None), &text).into_iter().map(|(_, _, row)| {
            let row = row.expect("well-formed");
            crate::source::format::csv_row::fields(&row, b',').map(|value| String::from_utf8_lossy(&value).into_owned()).collect()
        }).collect();
        prop_assert_eq!(cut, rows);
    }

    #[test]
    fn elements_agree_with_serde_json(
        rows in proptest::collection::vec(proptest::collection::hash_map(".{0,4}", "[a-c{}\\[\\]\"\\\\\n,]{0,8}", 0..4), 0..6),
        shape in 0..4,
    ) {
        let rows: Vec<serde_json::Value> = rows.into_iter().map(|row| serde_json::json!({"x": row, "y": [row]})).collect();
        let one = |pretty: bool, row| if pretty { serde_json::to_string_pretty(row) } else { serde_json::to_string(row) }.expect("JSON");
        let text = match shape {
            0 => serde_json::to_string(&rows).expect("JSON"),
            1 => serde_json::to_string_pretty(&rows).expect("JSON"),
            2 => rows.iter().map(|row| one(true, row)).collect(),
            _ => rows.iter().map(|row| one(false, row) + "\n").collect(),
        };
        let cut: Vec<serde_json::Value> = split(&Layout::JsonElements, text.as_bytes()).into_iter()
            .map(|(_, _, row)| serde_json::from_slice(&row.expect("well-formed")).expect("JSON")).collect();
        prop_assert_eq!(cut, rows);
    }
}

#[test]
fn a_tail_is_taken_without_what_comes_meanwhile() {
    // The input gives one piece at each reading.
    struct Pieces<'a>(Vec<&'a [u8]>);
    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let piece = if self.0.is_empty() { b"" } else { self.0.remove(0) };
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }
    let mut splitter =
        Splitter::new(Pieces(vec![b"first\nsecond", b"", b" and more\nthi", b"rd\n"]), &Layout::Lines, AtEnd::Wait);
    let mut next = |at_end| {
        splitter.set_at_end(at_end);
        let piece = splitter.next_piece().expect("memory can be read").map(|piece| match piece {
            Piece::Row(row) => Ok((row.position, row.line, String::from_utf8_lossy(row.bytes).into_owned())),
            Piece::Bad(bad) => Err((bad.position, bad.line)),
        });
        (piece, splitter.position(), splitter.tail().map(<[u8]>::to_vec))
    };
    assert_eq!(next(AtEnd::Wait), (Some(Ok((0, Some(1), "first".into()))), 6, Some(b"second".to_vec())));
    assert_eq!(next(AtEnd::Wait), (None, 6, Some(b"second".to_vec())));
    assert_eq!(next(AtEnd::Here), (Some(Ok((6, Some(2), "second".into()))), 12, None));
    assert_eq!(next(AtEnd::Here), (None, 12, None));
    // What follows on the same line is no row.
    assert_eq!(next(AtEnd::Wait), (Some(Err((12, Some(2)))), 22, Some(b"thi".to_vec())));
    assert_eq!(next(AtEnd::Wait), (Some(Ok((22, Some(3), "third".into()))), 28, None));
}
