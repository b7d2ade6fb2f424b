//! `timeline`: counts over time.

use chrono_tz::Tz;

use serde_json::{Value as Json, json};

use crate::app::split::{Part, Split};
use crate::app::timeline::{BarPlan, is_open_ended, source_span, span_of};
use crate::base::cancel::Cancel;
use crate::base::safe_text::visible_str;
use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::cli::args::{Format, TimelineArgs};
use crate::cli::error::UserError;
use crate::cli::option_values::read_field;
use crate::cli::output::{Out, TextTable, say};
use crate::cli::view::View;
use crate::engine::{Answer, Question, Want, ask_whole};
use crate::export::json;
use crate::model::bar_step::Step;
use crate::model::bars::{Bars, Beginning};
use crate::model::period::TimeRange;
use crate::query::Filter;

use super::figures::ask;

/// Buckets that are written when nobody says how long each is.
const OWN_BUCKETS: usize = 61;

/// Buckets at most, however short they are asked for.
const MOST_BUCKETS: i64 = 100_000;

/// Counts requests over time.
pub fn timeline(args: &TimelineArgs) -> Result<(), UserError> {
    let view = View::open(&args.view, &args.query)?;
    // The buckets are those of the source, whatever a filter keeps: a quiet end is seen, and two filters compare.
    let all = Question { filter: Filter::ALL, ..view.question(vec![Want::Span]) };
    let extent = ask_whole(view.store.as_ref(), &view.snapshot, &all, &Cancel::new())?.span();
    let plan = plan(args, &view, extent)?;
    let last = extent.map(|(_, last)| last);
    let is_open = plan.as_ref().is_some_and(|plan| is_open_ended(view.range, plan, last));
    if let Some(words) = plan.as_ref().and_then(|plan| beginning_words(plan, view.context.zone)) {
        say(&words);
    }
    let split = args.split.as_deref().map(read_split).transpose()?;
    let parts = split.as_ref().map(|split| parts(&view, split)).transpose()?.unwrap_or_default();
    let series = parts.iter().map(|part| part.clause.clone()).collect();
    // Where there is no span of time there are no buckets, and that is an answer too.
    let want = plan.as_ref().and_then(|plan| plan.want(series, view.range));
    let answer = want.map(|want| ask(&view, vec![Want::Timeline(want)])).transpose()?;
    let counted = plan.zip(answer.as_ref().and_then(Answer::timeline));
    let bars = counted.map_or_else(|| Bars::none(Step::Secs(1)), |(plan, timeline)| plan.bars(timeline));
    let mut out = Out::default();
    let buckets = Buckets { bars: &bars, parts: &parts, is_open };
    let answer = || as_json(&buckets, split.as_ref());
    match args.format {
        Format::Json => out.json(&answer())?,
        Format::Jsonl => {
            if let Some(list) = answer().get("buckets").and_then(|list| list.as_array()) {
                for bucket in list {
                    out.json(bucket)?;
                }
            }
        }
        Format::Csv => write_csv(&mut out, &buckets)?,
        Format::Table | Format::Markdown => out.table(&table(&bars, &parts, view.context.zone, args.format))?,
    }
    out.flush()
}

/// The buckets that are asked for: of the length that was said, else as many as can be read.
fn plan(
    args: &TimelineArgs,
    view: &View,
    extent: Option<(Timestamp, Timestamp)>,
) -> Result<Option<BarPlan>, UserError> {
    let zone = view.context.zone;
    let data = extent.map(|extent| source_span(extent, view.now, view.is_live.then_some(view.now)));
    let Some(span) = span_of(view.range, data, view.now) else { return Ok(None) };
    let Some(text) = &args.by else { return Ok(BarPlan::at_most(span, OWN_BUCKETS, zone)) };
    let step = Step::read(text).ok_or_else(|| {
        UserError::usage(format!("“{text}” is no length of a bucket"))
            .with_hint("write 10m, 1h, day, week or month; a second at least")
    })?;
    let most = step.most_bars(span);
    if most > MOST_BUCKETS {
        return Err(UserError::usage(format!("that would be about {} buckets", units::count(most as u64)))
            .with_hint("choose longer ones"));
    }
    Ok(BarPlan::of_step(span, step, zone))
}

/// By which clock buckets begin, where it is not that of the zone.
fn beginning_words(plan: &BarPlan, zone: Tz) -> Option<String> {
    let how = match plan.beginning {
        Beginning::InZone => return None,
        Beginning::InUtc => format!("buckets of {} begin by the clock of UTC", plan.step.words()),
        Beginning::Even => format!("buckets have {}, whatever the calendar says", plan.beginning.words(plan.step)),
    };
    Some(format!("over so many years those of {} would be too many to count: {how}", zone_name(zone)))
}

/// Reads what the buckets are split by.
fn read_split(text: &str) -> Result<Split, UserError> {
    match Split::read(text) {
        Some(split) => Ok(split),
        None => read_field(text).map(Split::Field),
    }
}

/// The parts of the buckets, the most frequent first.
fn parts(view: &View, split: &Split) -> Result<Vec<Part>, UserError> {
    let answer = split.want().map(|want| ask(view, vec![want])).transpose()?;
    Ok(split.parts(answer.as_ref()))
}

/// The counts of a bucket's parts, in their order.
fn counts(bars: &Bars, bar: usize) -> Vec<u64> {
    bars.series.iter().map(|counts| counts[bar]).collect()
}

/// What is written.
struct Buckets<'a> {
    bars: &'a Bars,
    parts: &'a [Part],
    /// Whether the last one has no end.
    is_open: bool,
}

fn as_json(buckets: &Buckets<'_>, split: Option<&Split>) -> Json {
    let Buckets { bars, parts, is_open } = *buckets;
    let mut answer = json::timeline(bars, is_open);
    let Some(split) = split.filter(|split| **split != Split::Outcome) else { return answer };
    let value = |part: &Part| match split {
        Split::Field(field) => json::facet_value(field, part.value.as_deref()),
        _ => Json::from(part.name()),
    };
    answer["split"] = json!({"by": split.name(), "values": parts.iter().map(value).collect::<Vec<_>>()});
    for (bar, bucket) in answer["buckets"].as_array_mut().into_iter().flatten().enumerate() {
        // Without parts all are others.
        bucket["counts"] = counts(bars, bar).into();
        bucket["other"] = bars.other(bar).into();
    }
    answer
}

fn write_csv(out: &mut Out, buckets: &Buckets<'_>) -> Result<(), UserError> {
    let Buckets { bars, parts, is_open } = *buckets;
    let mut writer = csv::Writer::from_writer(out);
    let mut row = |cells: Vec<String>| writer.write_record(cells).map_err(|error| UserError::failed(error.to_string()));
    let others = (!parts.is_empty()).then(|| "other".to_owned());
    let titles = ["start", "end", "success", "failure"].map(str::to_owned);
    row(titles.into_iter().chain(parts.iter().map(Part::name)).chain(others).collect())?;
    for (bar, bucket) in bars.buckets.iter().enumerate() {
        let TimeRange { from, until } = bars.range(bar);
        let has_end = !is_open || bar + 1 < bars.len();
        let mut cells = vec![from.rfc3339(0), if has_end { until.rfc3339(0) } else { String::new() }];
        cells.extend([bucket.success, bucket.failure].map(|count| count.to_string()));
        if !parts.is_empty() {
            cells.extend(counts(bars, bar).into_iter().chain([bars.other(bar)]).map(|count| count.to_string()));
        }
        row(cells)?;
    }
    Ok(())
}

fn table(bars: &Bars, parts: &[Part], zone: Tz, format: Format) -> TextTable {
    let mut titles = ["From", ">Success", ">Failure", ">Failed"].map(str::to_owned).to_vec();
    // The values are foreign text.
    titles.extend(parts.iter().map(|part| format!(">{}", visible_str(&part.name()))));
    if !parts.is_empty() {
        titles.push(">Others".into());
    }
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut table = TextTable::new(&titles).markdown(format == Format::Markdown);
    for (bar, bucket) in bars.buckets.iter().enumerate() {
        let from = bars.range(bar).from;
        let mut cells = vec![
            format!("{} {}", from.date(zone), from.clock(zone)),
            units::count(bucket.success),
            units::count(bucket.failure),
            units::percent(bucket.failure, bucket.success + bucket.failure),
        ];
        if !parts.is_empty() {
            cells.extend(counts(bars, bar).into_iter().chain([bars.other(bar)]).map(units::count));
        }
        table.row(cells);
    }
    table
}
