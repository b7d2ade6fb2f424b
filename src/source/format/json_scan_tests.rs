use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Rebuilds a value, to compare with `serde_json`'s.
fn build(scan: &mut Scan<'_>) -> Result<Value, ScanError> {
    Ok(match scan.value()? {
        Token::Text(text) => Value::String(String::from_utf8_lossy(&text.decode()).into_owned()),
        Token::Number(digits) => {
            // Numbers beyond a float are numbers to us.
            serde_json::from_slice(digits).unwrap_or(Value::Null)
        }
        Token::Boolean(flag) => Value::Bool(flag),
        Token::Null => Value::Null,
        Token::Word(word) => Value::String(String::from_utf8_lossy(word).into_owned()),
        Token::Object => {
            let mut object = serde_json::Map::new();
            let mut is_first = true;
            while let Some(key) = scan.next_key(&mut is_first)? {
                let key = String::from_utf8_lossy(&key.decode()).into_owned();
                object.insert(key, build(scan)?);
            }
            Value::Object(object)
        }
        Token::List => {
            let mut list = Vec::new();
            let mut is_first = true;
            while scan.next_element(&mut is_first)? {
                list.push(build(scan)?);
            }
            Value::Array(list)
        }
    })
}

fn read(text: &[u8]) -> Result<Value, ScanError> {
    let mut scan = Scan::new(text);
    let value = build(&mut scan)?;
    scan.end()?;
    Ok(value)
}

fn skip(text: &[u8]) -> Result<(), ScanError> {
    let mut scan = Scan::new(text);
    let token = scan.value()?;
    scan.skip(token)?;
    scan.end()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((".{0,12}", inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

#[test]
fn forgives_what_logs_hold() {
    let text = |json: &[u8]| match Scan::new(json).value() {
        Ok(Token::Text(text)) => text.decode().into_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(b"\"bad\xFF\xFEbytes\""), b"bad\xFF\xFEbytes");
    assert_eq!(text(b"\"a\tb\""), b"a\tb");
    assert_eq!(text(br#""\x22quoted\x22 caf\xC3\xA9""#), "\"quoted\" café".as_bytes());
    assert_eq!(text(br#""lone \uD801 half""#), b"lone \xED\xA0\x81 half");
    assert_eq!(text(br#""\uD83D\uDE00""#), "😀".as_bytes());
    assert_eq!(text(br#""\uD83D\uD83D\uDE00""#), b"\xED\xA0\xBD\xF0\x9F\x98\x80");
    assert_eq!(text(br#""\q \u12 \x""#), br"\q \u12 \x");
    assert_eq!(read(br#"{"a":NaN,"b":-Infinity}"#), Ok(serde_json::json!({"a": "NaN", "b": "-Infinity"})));
}

#[test]
fn refuses_the_rest() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":1}}",
        "[1}",
        "{\"a\":[}",
        "tru",
        "01",
        "1.",
        "-",
        ".5",
        "1e",
        "+1",
        "\"abc",
        "\"abc\\",
        "{\"a\":1 \"b\":2}",
        "undefined",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
        assert!(skip(text.as_bytes()).is_err(), "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    assert_eq!(skip(&nested(128)), Ok(()));
    assert!(skip(&nested(129)).is_err());
    assert!(skip(&nested(1_000_000)).is_err());
}

proptest! {
    #[test]
    fn agrees_with_serde_json(value in any_json(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.expect("JSON");
        // Read again, because floats lose a digit on the way through text.
        let value: Value = serde_json::from_slice(&text).expect("its own JSON");
        prop_assert_eq!(read(&text), Ok(value));
        prop_assert_eq!(skip(&text), Ok(()));
    }

    #[test]
    fn whatever_serde_json_takes_is_taken(text in r#"[\[\]{}:, "\\u0-9a-fn.eE+-]{0,24}"#) {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(read(text.as_bytes()), Ok(value));
        }
    }

    #[test]
    fn plain_digits_are_numbers(text in r"-?[0-9]{0,3}[.eE,}]?[0-9]? ?") {
        let (mut scan, mut plain) = (Scan::new(text.as_bytes()), Scan::new(text.as_bytes()));
        if let Some(digits) = plain.plain_digits() {
            prop_assert_eq!(scan.value(), Ok(Token::Number(digits)));
            prop_assert_eq!(scan.position(), plain.position());
        } else {
            let is_plain = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
            prop_assert!(!matches!(scan.value(), Ok(Token::Number(digits)) if is_plain(digits)));
            prop_assert_eq!(plain.position(), 0);
        }
    }

    #[test]
    fn reading_and_skipping_agree(text in proptest::collection::vec(prop_oneof![
        Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b'"'), Just(b','), Just(b':'), Just(b'1'), Just(b'\\'), any::<u8>()
    ], 0..60)) {
        prop_assert_eq!(read(&text).map(|_| ()), skip(&text));
    }
}
