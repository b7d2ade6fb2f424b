//! What the embedded engine takes for its work, over generated requests: import, a changed filter
//! (all panes, timeline, summary and page), lookup of an id, export.
//!
//! `cargo bench --bench engine [-- ROWS [keep] [views] [view=NAME] [step=NAME] [runs=N]]`; a million unless told
//! otherwise, `keep` asks the store of an earlier run, `views` stops after the filters, `view=` and `step=` ask one of
//! them alone, `runs=` changes the filter more often, for a profile. `step=head` (a head that is nearly full) and
//! `step=flushed` (heads that became segments) are run where they are named; both leave new requests in the store. Each
//! figure is the best and the median of several runs in one process, and the time that processors worked for one; import
//! is run once.

mod support;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqscope::base::cancel::Cancel;
use reqscope::engine::local::{Store, StoreOptions};
use reqscope::engine::question::{Anchor, FacetField, FacetsWant, PageWant, Sort, TimelineWant};
use reqscope::engine::{Engine, Question, Want, ask_whole};
use reqscope::export::columns::{Layout, columns};
use reqscope::export::csv_file::Dialect;
use reqscope::model::field::Field;
use reqscope::model::period::TimeRange;
use reqscope::model::request_id::IdQuery;
use reqscope::query::filter::{Target, Test};
use reqscope::query::{self, Clause};
use reqscope::runtime::save::{Rows, write_csv};
use reqscope::source::format::registry::Registry;

fn main() {
    let rows = support::rows_wanted();
    let bytes = std::fs::metadata(support::json_lines(rows)).expect("the file is there").len();
    println!("{rows} requests, {} bytes each", bytes / rows);

    let folder = support::store_folder(rows);
    let registry = Arc::new(Registry::new());
    // The store of an earlier run, to be asked alone.
    if !std::env::args().any(|arg| arg == "keep") || !folder.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        let store = Store::open(&folder, StoreOptions::default(), registry.clone()).expect("a store");
        let took = support::import_into(&store, &registry, rows);
        println!(
            "import            {:>9.0} rows/s  ({took:.2?}; peak {} MB)",
            rows as f64 / took.as_secs_f64(),
            megabytes("VmHWM")
        );
    }

    let opened = Instant::now();
    let store = Store::open(&folder, StoreOptions::default(), registry.clone()).expect("a store");
    // As the program does: a large head of earlier runs becomes a segment.
    while store.maintain(&Cancel::new()).expect("a store") {}
    println!("open              {:>9.2?}", opened.elapsed());
    let info = store.info().expect("figures");
    println!("on disk           {:>9} bytes/row in {} segments", info.bytes.iter().sum::<u64>() / rows, info.segments);

    let runs_wanted = std::env::args().find_map(|arg| arg.strip_prefix("runs=")?.parse().ok());
    let runs = runs_wanted.unwrap_or(15);
    // In the changing forms, `#` is a number that is another each time, and `@` a word.
    for (name, text, changing) in [
        ("everything", "", "duration<2#ms"),
        ("status:5xx", "status:5xx", "status:5xx duration<2#ms"),
        ("another user", "client:=customer-007", "client:=customer-#"),
        ("one user", "client:=customer-007", "client:=customer-007 duration<2#ms"),
        ("user contains", "client:customer-00", "client:customer-00 duration<2#ms"),
        ("path contains", "path:/items/77", "path:/items/77 duration<2#ms"),
        ("another path", "path:/items/77", "path:/items/#"),
        ("words", "upstream", "upstream duration<2#ms"),
        ("another word", "upstream", "upstream -x@"),
        ("not, two clauses", "-status:2xx duration>1s", "-status:2xx duration>1#ms"),
    ] {
        if !is_wanted("view=", name) {
            continue;
        }
        let question = view(text, &store);
        // The first time columns are read and clauses evaluated; then only clauses, as when a
        // person types; then everything is at hand, as while rows arrive.
        let first = support::time(1, || ask(&store, &question)).1;
        let (mut number, before) = (10, support::processor_time());
        let fresh = support::time(runs, || {
            number += 1;
            let number = format!("{number:03}");
            let word: String = number.bytes().map(|digit| char::from(digit - b'0' + b'k')).collect();
            ask(&store, &view(&changing.replace('#', &number).replace('@', &word), &store));
        });
        let worked = support::processor_time().saturating_sub(before) / runs as u32;
        let again = support::time(15, || ask(&store, &question));
        println!(
            "view, {name:<16} first {first:>9.2?}   changed {:>9.2?} (best {:.2?}, processors {worked:.2?})   again {:>9.2?}",
            fresh.1, fresh.0, again.1
        );
    }
    if std::env::args().any(|arg| arg == "views") {
        println!("memory            {} MB, peak {} MB", megabytes("VmRSS"), megabytes("VmHWM"));
        return;
    }

    steps(&store);
    if is_wanted("step=", "live") {
        live(&store, runs_wanted.unwrap_or(40));
    }
    if std::env::args().any(|arg| arg == "step=flushed") {
        flushed(&store);
    }
    if std::env::args().any(|arg| arg == "step=head") {
        large_head(&store, runs_wanted.unwrap_or(20));
    }
    if std::env::args().any(|arg| arg.starts_with("step=")) {
        println!("memory            {} MB, peak {} MB", megabytes("VmRSS"), megabytes("VmHWM"));
        return;
    }

    let ids = ids(&store);
    let snapshot = store.snapshot().expect("a state");
    let mut at = 0;
    let lookup = support::time(200, || {
        at = (at + 1) % ids.len();
        let found = store.get(&snapshot, std::slice::from_ref(&ids[at]), 10).expect("looks up");
        assert_eq!(found[0].len(), 1);
    });
    println!("id lookup         best {:.2?}, median {:.2?}", lookup.0, lookup.1);
    println!("memory            {} MB, peak {} MB", megabytes("VmRSS"), megabytes("VmHWM"));

    let columns = columns(Layout::Full, registry.get("files-com-json").expect("a preset").view());
    let snapshot = store.snapshot().expect("a state");
    let (question, cancel) = (view("", &store), Cancel::new());
    let rows_of = Rows { engine: &store, snapshot: &snapshot, question: &question, cancel: &cancel };
    let started = Instant::now();
    let (_, written) =
        write_csv(std::io::sink(), columns, Dialect::Excel, rows_of, Path::new("sink"), |_, _| ()).expect("writes");
    assert_eq!(written, snapshot.as_of.0);
    println!("export as CSV     {:>9.0} rows/s", written as f64 / started.elapsed().as_secs_f64());
}

fn view(text: &str, store: &Store) -> Question {
    let now = reqscope::base::time::Timestamp(1_900_000_000_000_000);
    let filter = query::parse(text, now, chrono_tz::UTC).expect("a query").filter;
    let info = store.info().expect("figures").span.expect("there are rows");
    let width = info.1.since(info.0) / 120 + 1;
    let panes = [Field::Status, Field::Failure, Field::Client, Field::Endpoint, Field::Interface, Field::Ip];
    Question {
        filter,
        range: TimeRange::ALL,
        source: Some(support::SOURCE.into()),
        wants: vec![
            Want::Page(PageWant { sort: Sort::default(), at: Anchor::Start, limit: 120 }),
            Want::Summary,
            Want::Facets(FacetsWant {
                fields: panes.iter().map(|field| FacetField::new(*field, 40)).collect(),
                with_totals: true,
            }),
            Want::Timeline(TimelineWant::new(info.0, width, 120)),
        ],
    }
}

/// What is wanted by the number of the run.
type Wanted = Box<dyn Fn(usize) -> Want>;

/// Single wants that cost more than others.
fn steps(store: &Store) {
    let whole = view("", store);
    let Some(Want::Timeline(timeline)) = whole.wants.last() else { return };
    let class =
        |low: i64| Clause { target: Target::Field(Field::Status.into()), any_of: vec![Test::Range(low, low + 99)] };
    let split = TimelineWant { series: (2..6).map(|class_of| class(class_of * 100)).collect(), ..timeline.clone() };
    // With another number of values each time, so that no answer is at hand.
    let facets = |field: Field| {
        move |number: usize| {
            Want::Facets(FacetsWant { fields: vec![FacetField::new(field, 40 + number)], with_totals: true })
        }
    };
    let searched = |field: Field, text: &'static str| {
        move |number: usize| {
            let matching = Some(format!("{text}{number}"));
            let fields = vec![FacetField { matching, ..FacetField::new(field, 40) }];
            Want::Facets(FacetsWant { fields, with_totals: true })
        }
    };
    let sorted = |field: Field| {
        let sort = Sort { field: field.into(), descending: true };
        Want::Page(PageWant { sort, at: Anchor::Start, limit: 120 })
    };
    let deep = Want::Page(PageWant { sort: Sort::default(), at: Anchor::Row(store.view().as_of.0 / 2), limit: 120 });
    let same = |want: Want| move |_: usize| want.clone();
    let wants: [(&str, Wanted); 11] = [
        ("timeline by class", Box::new(same(Want::Timeline(split)))),
        ("facet of ip", Box::new(facets(Field::Ip))),
        ("facet of path", Box::new(facets(Field::Path))),
        ("facet of id", Box::new(facets(Field::RequestId))),
        ("search among ips", Box::new(searched(Field::Ip, "1.1"))),
        ("search among paths", Box::new(searched(Field::Path, "items/7"))),
        ("search among ids", Box::new(searched(Field::RequestId, "ab"))),
        ("page in the middle", Box::new(same(deep))),
        ("sort by duration", Box::new(same(sorted(Field::Duration)))),
        ("sort by client", Box::new(same(sorted(Field::Client)))),
        ("sort by path", Box::new(same(sorted(Field::Path)))),
    ];
    for (name, want) in wants.iter().filter(|(name, _)| is_wanted("step=", name)) {
        let question = |number: usize| Question { wants: vec![want(number)], ..whole.clone() };
        step(store, name, &question);
    }
    // Panes of very many values under a filter that changes.
    for (under, filter) in [
        ("one user", "client:=customer-# duration<2s"),
        ("5xx", "status:5xx duration<1#ms"),
        ("a part of paths", "path:/items/77 duration<1#ms"),
    ] {
        for field in [Field::Ip, Field::Path, Field::RequestId] {
            let name = format!("{} of {under}", field.name());
            if !is_wanted("step=", &name) {
                continue;
            }
            let question = |number: usize| {
                let text = filter.replace('#', &format!("{:03}", 100 + number));
                Question { wants: vec![facets(field)(0)], ..view(&text, store) }
            };
            step(store, &name, &question);
        }
    }
}

/// What a question takes that is another each time, by its number.
fn step(store: &Store, name: &str, question: &dyn Fn(usize) -> Question) {
    let first = support::time(1, || ask(store, &question(0))).0;
    let (mut number, before) = (0, support::processor_time());
    let again = support::time(5, || {
        number += 1;
        ask(store, &question(number));
    });
    let worked = support::processor_time().saturating_sub(before) / 5;
    println!(
        "{name:<26} first {first:>9.2?}   again {:>9.2?} (best {:.2?}, processors {worked:.2?})",
        again.1, again.0
    );
}

/// Whether the command line asks for a measurement, as all are that it does not leave out.
fn is_wanted(argument: &str, name: &str) -> bool {
    std::env::args().find_map(|arg| arg.strip_prefix(argument).map(|wanted| wanted == name)).unwrap_or(true)
}

/// Panes of fields with very many values, behind a head that has become a segment: each of three times new requests come,
/// are asked about, and become one; then three segments come before anybody asks.
fn flushed(store: &Store) {
    let whole = view("", store);
    let mut round = 0;
    for field in [Field::Path, Field::RequestId] {
        let want = Want::Facets(FacetsWant { fields: vec![FacetField::new(field, 40)], with_totals: true });
        let question = Question { wants: vec![want], ..whole.clone() };
        for _ in 0..3 {
            append_rows(store, 20_000, &mut round);
            ask(store, &question);
            store.flush_head(&Cancel::new()).expect("flushes");
            let took = support::time(1, || ask(store, &question)).0;
            println!("the head has become a segment   pane of {:<12} {took:.2?}", field.name());
        }
        for _ in 0..3 {
            append_rows(store, 65_000, &mut round);
            store.flush_head(&Cancel::new()).expect("flushes");
        }
        append_rows(store, 20_000, &mut round);
        let took = support::time(1, || ask(store, &question)).0;
        println!("three segments nobody asked of  pane of {:<12} {took:.2?}", field.name());
    }
}

/// Views again and again, while 50 requests arrive between two questions.
fn live(store: &Store, runs: usize) {
    let whole = view("", store);
    let mut round = 0;
    let mut measure = |name: &str, question: &Question| live_view(store, name, question, runs, &mut round);
    measure("the view", &whole);
    for field in [Field::Path, Field::RequestId] {
        let want = Want::Facets(FacetsWant { fields: vec![FacetField::new(field, 40)], with_totals: true });
        measure(&format!("pane of {}", field.name()), &Question { wants: vec![want], ..whole.clone() });
    }
}

fn live_view(store: &Store, name: &str, question: &Question, runs: usize, round: &mut i64) {
    let mut times = Vec::new();
    // The first answer is not counted.
    for number in 0..=runs {
        append_rows(store, 50, round);
        let started = Instant::now();
        ask(store, question);
        if number > 0 {
            times.push(started.elapsed());
        }
    }
    times.sort();
    println!(
        "only the head is new   {name:<18} best {:.2?}, median {:.2?}, 95 % {:.2?}",
        times[0],
        times[runs / 2],
        times[runs * 19 / 20]
    );
}

/// The whole view with panes of paths and ids, of all requests and of failures in turn, while 50 requests arrive between
/// two questions and the head is nearly full.
fn large_head(store: &Store, runs: usize) {
    let panes = [Field::Path, Field::RequestId].map(|field| FacetField::new(field, 40));
    let more = Want::Facets(FacetsWant { fields: panes.to_vec(), with_totals: true });
    let with_panes = |text: &str| {
        let view = view(text, store);
        Question { wants: view.wants.iter().cloned().chain([more.clone()]).collect(), ..view }
    };
    let views = [("all", with_panes("")), ("failures", with_panes("outcome:failure"))];
    let mut round = 0;
    for rows in [0, 20_000, 20_000, 20_000] {
        if rows > 0 {
            append_rows(store, rows, &mut round);
        }
        let mut times: [Vec<Duration>; 2] = Default::default();
        for (_, question) in &views {
            times[0].push(support::time(1, || ask(store, question)).0);
        }
        println!("a head of {:>6} rows   first {:.2?}", store.info().expect("figures").head_records, times[0]);
        times[0].clear();
        for _ in 0..runs {
            for ((_, question), times) in views.iter().zip(&mut times) {
                append_rows(store, 50, &mut round);
                times.push(support::time(1, || ask(store, question)).0);
            }
        }
        for ((name, _), times) in views.iter().zip(&mut times) {
            times.sort();
            println!(
                "    {name:<9} best {:.2?}, median {:.2?}, longest {:.2?}",
                times[0],
                times[runs / 2],
                times[runs - 1]
            );
        }
    }
}

/// Requests arrive, behind the newest.
fn append_rows(store: &Store, rows: i64, round: &mut i64) {
    *round += 1;
    let newest = store.info().expect("figures").span.expect("there are rows").1;
    let rows: Vec<_> =
        (1..=rows).map(|row| support::live_row(newest.plus(row * 1_000), *round * 100_000 + row)).collect();
    store.append(support::SOURCE, &support::live_intake(rows), newest).expect("appends");
}

/// Asks as the screen does: what takes long is answered for the newest requests first.
fn ask(store: &Store, question: &Question) {
    let snapshot = store.snapshot().expect("a state");
    let mut last = None;
    let mut sink = |answer| {
        last = Some(answer);
        true
    };
    store.ask(&snapshot, question, &Cancel::new(), &mut sink).expect("an answer");
    black_box(last.expect("an answer"));
}

/// Ids spread over all requests.
fn ids(store: &Store) -> Vec<IdQuery> {
    let snapshot = store.snapshot().expect("a state");
    let total = snapshot.as_of.0;
    (0..100)
        .filter_map(|n| {
            let want = Want::Page(PageWant { sort: Sort::default(), at: Anchor::Row(n * total / 100), limit: 1 });
            let question = Question { wants: vec![want], ..view("", store) };
            let page = ask_whole(store, &snapshot, &question, &Cancel::new()).ok()?.into_page()?;
            IdQuery::read(&String::from_utf8_lossy(&page.rows.first()?.id_text()))
        })
        .collect()
}

/// A figure of this process in megabytes: `VmHWM`, the most memory so far, or `VmRSS`, what it has.
fn megabytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_000
}
