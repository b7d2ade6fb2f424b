use super::*;

fn detect(text: &str) -> Result<(String, Layout), DetectError> {
    let detected = Registry::new().detect(text.as_bytes(), "some.log", &Decisions::default())?;
    Ok((detected.format.name().to_owned(), detected.layout))
}

const FILES: &str = r#"{"api_name":"a","created_at":"2026-11-23T12:01:22Z","request_method":"GET","request_path":"/","response_code":200}"#;
const NGINX: &str = r#"{"msec":1795396079.829,"remote_addr":"127.0.0.1","request_time":0.002,"status":200,"uri":"/"}"#;
const CADDY: &str =
    r#"{"ts":1795396079.8,"request":{"method":"GET","uri":"/","remote_ip":"::1"},"duration":0.1,"status":200}"#;
const OURS: &str = r#"{"time":"2026-11-23T12:01:22Z","status":200,"attributes":{"a":1}}"#;
const COMBINED: &str = r#"127.0.0.1 - - [23/Nov/2026:01:07:59 +0000] "GET / HTTP/1.1" 200 39 "-" "curl""#;
const WORKATO: &str =
    "Date,Type,Code,Status,Gateway code,Status details,IP,Timing,Delay,API collection,Endpoint,Client,Job details";
const FILES_CSV: &str = "timestamp,request_method,request_path,response_code";

#[test]
fn formats_and_layouts() {
    let list = |key: &str| Layout::JsonList(key.into());
    let csv = |delimiter: u8, heading: Option<&str>| Layout::Csv {
        delimiter,
        heading: heading.map(|h| h.as_bytes().to_vec()),
    };
    let pretty = FILES.replace(",\"", ",\n    \"").replace('{', "{\n    ").replace('}', "\n}");
    for (text, format, layout) in [
        (FILES.to_owned(), "files-com-json", Layout::JsonLines),
        (format!("{FILES}\n{FILES}\n"), "files-com-json", Layout::JsonLines),
        (format!("{FILES}{FILES}"), "files-com-json", Layout::JsonElements),
        (format!("[{FILES},{FILES}]"), "files-com-json", Layout::JsonElements),
        (format!("[\n{FILES},\n{FILES}\n]\n"), "files-com-json", Layout::JsonElements),
        (format!("[\n{pretty}\n]"), "files-com-json", Layout::JsonElements),
        (pretty.clone(), "files-com-json", Layout::JsonElements),
        (format!(r#"{{"data":[{FILES}],"next":null}}"#), "files-com-json", list("data")),
        (format!("{{\n  \"results\": [\n{pretty}\n]}}"), "files-com-json", list("results")),
        (NGINX.to_owned(), "nginx-json", Layout::JsonLines),
        (CADDY.to_owned(), "caddy-json", Layout::JsonLines),
        (OURS.to_owned(), "json-lines", Layout::JsonLines),
        (format!(r#"{{"items":[{OURS}]}}"#), "json-lines", list("items")),
        (format!(r#"{{"log_message":{OURS},"now":1}}"#), "json-lines", Layout::JsonLines),
        // A list inside a row that reads by itself does not make it a wrapper.
        (OURS.replacen('{', r#"{"data":[{"time":1,"status":2}],"#, 1), "json-lines", Layout::JsonLines),
        // A broken first line, a byte order mark, something before.
        (format!("{{\"api_na\n{FILES}\n"), "files-com-json", Layout::JsonLines),
        (format!("\u{FEFF}{NGINX}\n"), "nginx-json", Layout::JsonLines),
        (format!("starting up\n{CADDY}\n"), "caddy-json", Layout::JsonLines),
        (COMBINED.to_owned(), "nginx-combined", Layout::Lines),
        (format!("garbage\n{COMBINED}\n"), "nginx-combined", Layout::Lines),
        (format!("{WORKATO}\n"), "workato-csv", csv(b',', Some(WORKATO))),
        (format!("{WORKATO}\r\n2026-11-23,Success,200,OK,,,,1,2,a,b,c,\r\n"), "workato-csv", csv(b',', Some(WORKATO))),
        (
            format!("{}\n2026-11-23;Success;200;OK;;;;1;2;a;b;c;\n", WORKATO.replace(',', ";")),
            "workato-csv",
            csv(b';', Some(&WORKATO.replace(',', ";"))),
        ),
        (format!("{FILES_CSV}\n2026-11-23T12:01:22Z,GET,/,200\n"), "files-com-csv", csv(b',', Some(FILES_CSV))),
        ("2026-11-23T12:01:22Z,,,7,maria,,web,GET,/,,,,,,,,200,true,,,\n".to_owned(), "files-com-csv", csv(b',', None)),
    ] {
        assert_eq!(detect(&text), Ok((format.to_owned(), layout)), "{text}");
    }
}

#[test]
fn errors_say_what_was_tried() {
    let error = detect("hello \u{1b}[2J world\nmore\n").expect_err("no log").to_string();
    for part in [
        "some.log has no format that is known here",
        "\n  hello ␛[2J world\n",
        "nginx-combined: the line does not have the form",
        "json-lines: no line begins with “{” or “[”",
        "workato-csv: “Date” is missing",
        "files-com-csv: has 0 of request_method",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
    assert!(!error.contains('\u{1b}'));
    let error = detect(r#"{"time":"2026-11-23T12:01:22Z","msg":"hello"}"#).expect_err("no request").to_string();
    assert!(error.contains("json-lines: its rows say nothing of a request"), "{error}");
    let error = detect(r#"{"ts":"soon","status":200}"#).expect_err("no time").to_string();
    assert!(error.contains("json-lines: ts: “soon” is no time"), "{error}");
    for (bytes, expected) in [
        (b"".as_slice(), "some.log is empty"),
        (b"\xEF\xBB\xBF \n\n", "some.log is empty"),
        (b"\x1F\x8B\x08", "some.log is compressed with gzip"),
        (b"\x28\xB5\x2F\xFDxx", "some.log is compressed with zstd"),
        (b"\xFF\xFE{\0", "some.log is written in UTF-16"),
    ] {
        let error = Registry::new().detect(bytes, "some.log", &Decisions::default()).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_format_that_is_told_wins() {
    let registry = Registry::new();
    let told = |format: &str, text: &str| {
        registry
            .detect_as(format, text.as_bytes(), "x", &Decisions::default())
            .map(|d| (d.format.name().to_owned(), d.layout))
    };
    assert_eq!(told("json-lines", FILES), Ok(("json-lines".into(), Layout::JsonLines)));
    assert_eq!(told("nginx-combined", "garbage\n"), Ok(("nginx-combined".into(), Layout::Lines)));
    assert_eq!(told("caddy-json", "[{}]"), Ok(("caddy-json".into(), Layout::JsonElements)));
    let heading = Layout::Csv { delimiter: b',', heading: Some(b"a,b".to_vec()) };
    assert_eq!(told("workato-csv", "a,b\n1,2\n"), Ok(("workato-csv".into(), heading)));
    let error = told("nginx", "x").expect_err("no such format").to_string();
    assert!(error.starts_with("there is no format “nginx”;"), "{error}");
}

#[test]
fn the_users_own_comes_first() {
    let mut registry = Registry::new();
    let text =
        registry.get("nginx-json").expect("ours").definition().replace("name = \"nginx-json\"", "name = \"mine\"");
    registry.add(Format::read("mine.toml", &text).expect("still well-formed"));
    let detected = registry.detect(NGINX.as_bytes(), "x", &Decisions::default()).expect("fits");
    assert_eq!(detected.format.name(), "mine");
}
