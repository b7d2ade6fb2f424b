//! `facets` and `summary`: the screen's panes and figures.

use crate::base::cancel::Cancel;
use crate::base::units;
use crate::cli::args::{FacetsArgs, Format, SummaryArgs};
use crate::cli::error::UserError;
use crate::cli::option_values::{read_field, read_limit};
use crate::cli::output::{Out, TextTable, say};
use crate::cli::view::View;
use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::{Answer, Want, ask_whole};
use crate::export::json;
use crate::model::answer::{Percentiles, Summary};
use crate::model::field::Kind;
use crate::model::span_range::SpanRange;
use crate::query::Filter;

pub(super) fn ask(view: &View, wants: Vec<Want>) -> Result<Answer, UserError> {
    Ok(ask_whole(view.store.as_ref(), &view.snapshot, &view.question(wants), &Cancel::new())?)
}

/// Counts the values of fields.
pub fn facets(args: &FacetsArgs) -> Result<(), UserError> {
    let fields = args.fields.iter().map(|name| read_field(name)).collect::<Result<Vec<_>, _>>()?;
    let view = View::open(&args.view, &[])?;
    let top = read_limit(&args.limit)?.map_or(usize::MAX, |limit| limit as usize);
    // As in a pane, so that a value is seen beside the others; but here nothing shows it.
    for field in &fields {
        let is_own = |step: &&Filter| step.only_field() == Some(field);
        let own: Vec<Filter> = view.filter.steps().iter().filter(is_own).cloned().collect();
        if !own.is_empty() {
            say(&format!("{field}: counted without {}", Filter::from_steps(own)));
        }
    }
    let matching = args.matching.as_ref();
    let fields =
        fields.into_iter().map(|field| FacetField { matching: matching.cloned(), ..FacetField::new(field, top) });
    let fields = fields.collect();
    let want = FacetsWant { fields, with_totals: true };
    let answer = ask(&view, vec![Want::Facets(want)])?;
    let facets = answer.facets().unwrap_or_default();
    let mut out = Out::default();
    match args.format {
        Format::Json => out.json(&json::facets(facets))?,
        Format::Jsonl => {
            for facet in facets {
                for value in facet.in_order() {
                    let name = json::facet_value(&facet.field, value.value.as_deref());
                    out.json(&serde_json::json!({
                        "field": facet.field.name(), "value": name, "count": value.count, "of": value.total,
                    }))?;
                }
            }
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(&mut out);
            let row = |writer: &mut csv::Writer<&mut Out>, cells: [&[u8]; 4]| {
                writer.write_record(cells).map_err(|error| UserError::failed(error.to_string()))
            };
            row(&mut writer, [b"field", b"value", b"count", b"of"])?;
            for facet in facets {
                for value in facet.in_order() {
                    let counts = [value.count.to_string(), value.total.to_string()];
                    let name = facet.field.name();
                    let text = value.value.as_deref().unwrap_or_default();
                    row(&mut writer, [name.as_bytes(), text, counts[0].as_bytes(), counts[1].as_bytes()])?;
                }
            }
            drop(writer);
        }
        Format::Table | Format::Markdown => {
            for (place, facet) in facets.iter().enumerate() {
                if place > 0 {
                    out.line("")?;
                }
                let label = view.spec.label(&facet.field);
                // Where nothing narrows, everything is in view.
                let is_narrowed = facet.values.iter().any(|value| value.count < value.total);
                let titles = [&label, ">in view", ">of its"];
                let titles = if is_narrowed { &titles[..] } else { &titles[..2] };
                let mut table = TextTable::new(titles).markdown(args.format == Format::Markdown);
                for value in facet.in_order() {
                    let share = if value.count < value.total {
                        units::percent(value.count, value.total)
                    } else {
                        String::new()
                    };
                    let range = value.value.as_deref().and_then(SpanRange::read);
                    let words = range.filter(|_| facet.field.kind() == Kind::Duration).map(SpanRange::words);
                    let name = words.map(String::into_bytes).or_else(|| value.value.clone());
                    let name = name.unwrap_or_else(|| "(none)".into());
                    let cells = [name, units::count(value.count).into_bytes(), share.into_bytes()];
                    table.row(cells.into_iter().take(titles.len()));
                }
                if facet.other_values > 0 {
                    let name = format!("{} more", units::count(facet.other_values));
                    let cells = [name, units::count(facet.other_count), String::new()];
                    table.row(cells.into_iter().take(titles.len()));
                }
                out.table(&table)?;
            }
        }
    }
    out.flush()
}

/// Shows the figures of a view.
pub fn summary(args: &SummaryArgs) -> Result<(), UserError> {
    let view = View::open(&args.view, &args.query)?;
    let answer = ask(&view, vec![Want::Summary])?;
    let summary = answer.summary().cloned().unwrap_or_default();
    let mut out = Out::default();
    match args.format {
        Format::Json | Format::Jsonl => out.json(&json::summary(&summary))?,
        Format::Csv => write_csv(&mut out, &summary)?,
        Format::Table | Format::Markdown => {
            let mut table = TextTable::new(&["", ">"]).markdown(args.format == Format::Markdown);
            for (name, value) in figures(&summary, view.context.zone) {
                table.row([name, value]);
            }
            out.table(&table)?;
        }
    }
    out.flush()
}

fn figures(summary: &Summary, zone: chrono_tz::Tz) -> Vec<(String, String)> {
    let mut lines = vec![
        ("requests".to_owned(), units::count(summary.count)),
        ("of".to_owned(), units::count(summary.of)),
        (
            "failed".to_owned(),
            format!("{} ({})", units::count(summary.failed), units::percent(summary.failed, summary.count)),
        ),
    ];
    let mut percentiles = |name: &str, p: &Percentiles| {
        for (label, value) in [("p50", p.p50), ("p90", p.p90), ("p95", p.p95), ("p99", p.p99)] {
            if let Some(nanos) = value {
                lines.push((format!("{name} {label}"), units::duration(nanos)));
            }
        }
    };
    percentiles("took", &summary.duration);
    percentiles("waited", &summary.delay);
    for (name, at) in [("first", summary.first), ("last", summary.last)] {
        if let Some(at) = at {
            lines.push((name.to_owned(), at.full(zone, 0)));
        }
    }
    lines
}

fn write_csv(out: &mut Out, summary: &Summary) -> Result<(), UserError> {
    out.line("count,failed,of,p50,p90,p95,p99")?;
    let ms = |value: Option<u64>| value.map(units::millis_decimal).unwrap_or_default();
    let p = &summary.duration;
    out.line(&format!(
        "{},{},{},{},{},{},{}",
        summary.count,
        summary.failed,
        summary.of,
        ms(p.p50),
        ms(p.p90),
        ms(p.p95),
        ms(p.p99)
    ))
}
