//! What reading a row costs. The figure to hold: 2.5 µs for a JSON request of 500 bytes.
//!
//! `cargo bench --bench read_rows` prints the time of one pass over 2,000 rows; divided by 2,000 it is
//! the time of a row, and the throughput beside it is in rows a second.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use reqscope::model::envelope::{Decisions, RowReader};
use reqscope::model::record::Record;
use reqscope::source::format::identify::Identify;
use reqscope::source::format::intake::RowIntake;
use reqscope::source::format::registry::Registry;
use reqscope::source::format::split::{AtEnd, Layout, Piece, Splitter};
use reqscope::source::redact;

const ROWS: usize = 2_000;

/// Requests as the Files.com API gives them: 20 fields, 500 bytes.
fn files_com() -> String {
    rows(|row, out| {
        let (second, status) = (row % 60, if row.is_multiple_of(31) { 502 } else { 200 });
        let success = status == 200;
        let error = if success {
            "null,\"error_message\":null"
        } else {
            "\"upstream\",\"error_message\":\"Upstream closed connection\""
        };
        write!(
            out,
            "{{\"api_key_id\":{row},\"api_key_prefix\":\"a1b2\",\"api_name\":\"orders.create\",\
             \"created_at\":\"2026-11-23T12:01:{second:02}Z\",\"duration_ms\":{},\"error_type\":{error},\
             \"impersonator_user_id\":null,\"interface\":\"restapi\",\"request_host\":\"acme.files.com\",\
             \"request_id\":\"7594794d8e4b29c851828{row:011x}\",\"request_ip\":\"10.2.3.{}\",\"request_method\":\"POST\",\
             \"request_path\":\"/api/rest/v1/orders/{row}\",\"response_code\":{status},\"success\":{success},\
             \"user_agent\":\"Files.com Python SDK 1.6\",\"user_id\":{},\"username\":\"ETL Partner\"}}",
            row * 7 % 3000,
            row % 256,
            row % 611,
        )
    })
}

/// The same with our own names, half of which are not the first that the field table knows.
fn json_lines() -> String {
    rows(|row, out| {
        write!(
            out,
            "{{\"timestamp\":\"2026-11-23T12:01:22.{:03}Z\",\"id\":\"7594794d-8e4b-29c8-5182-{row:012x}\",\"code\":200,\
             \"verb\":\"GET\",\"url\":\"/api/rest/v1/orders/{row}?page=1\",\"host\":\"acme.example.com\",\"route\":\"orders.list\",\
             \"user\":\"ETL Partner\",\"user_id\":4411,\"client_ip\":\"10.2.3.{}\",\"agent\":\"okhttp/4.12\",\"duration_ms\":{}.5,\
             \"region\":\"eu-central-1\",\"bytes_in\":120,\"bytes_out\":{row},\"cache\":\"MISS\",\"tls\":\"TLSv1.3\",\
             \"service\":\"orders\",\"pod\":\"orders-7c9f\",\"trace\":{{\"id\":\"0af7651916cd43dd\",\"span\":\"b7ad6b71\"}}}}",
            row % 1000,
            row % 256,
            row % 900,
        )
    })
}

fn nginx_combined() -> String {
    rows(|row, out| {
        write!(
            out,
            "10.2.3.{} - - [23/Nov/2026:01:07:59 +0000] \"GET /api/v1/products/{row}?page=2 HTTP/1.1\" 200 39 \
             \"http://shop.local/p?x={row}\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0\"",
            row % 256
        )
    })
}

fn rows(write: impl Fn(usize, &mut String) -> std::fmt::Result) -> String {
    (0..ROWS).fold(String::new(), |mut out, row| {
        write(row, &mut out).expect("memory takes everything");
        out.push('\n');
        out
    })
}

fn read_rows(c: &mut Criterion) {
    let registry = Registry::new();
    let mut group = c.benchmark_group("read");
    group.throughput(Throughput::Elements(ROWS as u64));
    for (format, text) in
        [("files-com-json", files_com()), ("json-lines", json_lines()), ("nginx-combined", nginx_combined())]
    {
        let reader = registry.open(format, None, &Decisions::default()).expect("a format of ours");
        let name = format!("{format}, {} bytes a row", text.len() / ROWS);
        group.bench_function(&name, |b| {
            b.iter(|| {
                for row in text.lines() {
                    let mut record = Record::default();
                    reader.read(row.as_bytes(), &mut record).expect("a record");
                    black_box(&record);
                }
            });
        });
    }
    group.finish();
}

fn whole_way(c: &mut Criterion) {
    let registry = Registry::new();
    let text = files_com();
    let mut group = c.benchmark_group("way of a row");
    group.throughput(Throughput::Elements(ROWS as u64));
    let list = format!("[{}]", text.trim_end().replace('\n', ",\n"));
    for (name, layout, input) in
        [("split into lines", Layout::JsonLines, &text), ("split into elements of a list", Layout::JsonElements, &list)]
    {
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut splitter = Splitter::new(input.as_bytes(), &layout, AtEnd::Finish);
                while let Some(piece) = splitter.next_piece().expect("memory can be read") {
                    black_box(&piece);
                }
            });
        });
    }
    group.bench_function("redact", |b| {
        b.iter(|| {
            for row in text.lines() {
                black_box(redact::redact(row.as_bytes()));
            }
        });
    });
    group.bench_function("split, redact, read, identify", |b| {
        b.iter(|| {
            let reader = registry.open("files-com-json", None, &Decisions::default()).expect("a format of ours");
            let identify = Identify::new(reader.format().without_id(), reader.format().ids(), false);
            let intake = RowIntake::new(reader, identify, "bench");
            let mut splitter = Splitter::new(text.as_bytes(), &Layout::JsonLines, AtEnd::Finish);
            while let Some(Piece::Row(row)) = splitter.next_piece().expect("memory can be read") {
                intake
                    .take(&row, |taken| {
                        black_box(&taken);
                    })
                    .expect("a record");
            }
        });
    });
    group.bench_function("all formats made ready, once", |b| b.iter(Registry::new));
    group.finish();
}

criterion_group!(benches, read_rows, whole_way);
criterion_main!(benches);
