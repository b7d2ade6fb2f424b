//! `timeline`: counts over time.

use chrono_tz::Tz;

use crate::app::timeline::{BarPlan, span_of};
use crate::base::units;
use crate::cli::args::{Format, TimelineArgs};
use crate::cli::error::UserError;
use crate::cli::output::{Out, TextTable};
use crate::cli::view::View;
use crate::engine::{Answer, Want};
use crate::export::json;
use crate::model::answer::Summary;
use crate::model::bar_step::Step;
use crate::model::bars::Bars;
use crate::model::period::TimeRange;

use super::figures::ask;

/// Buckets that are written when nobody says how long each is.
const OWN_BUCKETS: usize = 61;

/// Buckets at most, however short they are asked for.
const MOST_BUCKETS: i64 = 100_000;

/// Counts requests over time.
pub fn timeline(args: &TimelineArgs) -> Result<(), UserError> {
    let view = View::open(&args.view, &args.query)?;
    let summary = ask(&view, vec![Want::Summary])?;
    let summary = summary.summary().cloned().unwrap_or_default();
    let plan = plan(args, &view, &summary)?;
    // Where there is no span of time there are no buckets, and that is an answer too.
    let want = plan.as_ref().and_then(|plan| plan.want(Vec::new()));
    let answer = want.map(|want| ask(&view, vec![Want::Timeline(want)])).transpose()?;
    let counted = plan.zip(answer.as_ref().and_then(Answer::timeline));
    let bars = counted.map_or_else(|| Bars::none(Step::Secs(1)), |(plan, timeline)| plan.bars(timeline));
    let mut out = Out::default();
    match args.format {
        Format::Json => out.json(&json::timeline(&bars))?,
        Format::Jsonl => {
            if let Some(list) = json::timeline(&bars).get("buckets").and_then(|list| list.as_array()) {
                for bucket in list {
                    out.json(bucket)?;
                }
            }
        }
        Format::Csv => write_csv(&mut out, &bars)?,
        Format::Table | Format::Markdown => out.table(&table(&bars, view.context.zone, args.format))?,
    }
    out.flush()
}

/// The buckets that are asked for: of the length that was said, else as many as can be read.
fn plan(args: &TimelineArgs, view: &View, summary: &Summary) -> Result<Option<BarPlan>, UserError> {
    let zone = view.context.zone;
    let data = summary.first.zip(summary.last);
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

fn write_csv(out: &mut Out, bars: &Bars) -> Result<(), UserError> {
    out.line("start,end,success,failure")?;
    for (bar, bucket) in bars.buckets.iter().enumerate() {
        let TimeRange { from, until } = bars.range(bar);
        out.line(&format!("{},{},{},{}", from.rfc3339(0), until.rfc3339(0), bucket.success, bucket.failure))?;
    }
    Ok(())
}

fn table(bars: &Bars, zone: Tz, format: Format) -> TextTable {
    let mut table = TextTable::new(&["From", ">Success", ">Failure", ">Failed"]).markdown(format == Format::Markdown);
    for (bar, bucket) in bars.buckets.iter().enumerate() {
        let from = bars.range(bar).from;
        table.row([
            format!("{} {}", from.date(zone), from.clock(zone)),
            units::count(bucket.success),
            units::count(bucket.failure),
            units::percent(bucket.failure, bucket.success + bucket.failure),
        ]);
    }
    table
}
