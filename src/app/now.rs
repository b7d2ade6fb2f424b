//! "Is it broken now?": the last five minutes against the usual for that hour.

use crate::base::time::{SECOND, Timestamp};
use crate::base::units;
use crate::engine::question::TimelineWant;
use crate::engine::{Answer, Question, Want};
use crate::model::answer::{Bucket, Summary};
use crate::model::intake::Coverage;
use crate::model::period::TimeRange;
use crate::query::Filter;

/// The span that counts as now, in seconds.
pub const NOW_SECS: i64 = 300;

/// Days that are looked at for what is usual.
const USUAL_DAYS: i64 = 7;

/// Buckets with fewer requests say nothing about what is usual.
const LEAST_REQUESTS: u64 = 10;

/// So many buckets make a habit.
const LEAST_SAMPLES: usize = 6;

/// Fewer of the same hour are of one or two days, of which one may have been a bad one.
const LEAST_OF_DAYS: usize = 30;

/// The figures of now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NowFigures {
    /// Requests of the last five minutes.
    pub count: u64,
    /// Those that failed.
    pub failed: u64,
    /// The 95th percentile of the duration, in nanoseconds.
    pub p95: Option<u64>,
    /// What is usual for this hour, when enough is known.
    pub usual: Option<Usual>,
    /// Of how long these requests are, in microseconds: less than the whole span where the source is younger.
    pub covered: i64,
}

/// What is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The share of failures, 0 to 1: the middle, and what nine of ten such spans stay below.
    pub failed: (f64, f64),
    /// The 95th percentile of the duration: the middle, and the highest that is still usual.
    pub p95: Option<(u64, u64)>,
}

impl Usual {
    /// The highest share of failures that is still usual among so many requests: a little more than
    /// the spans before had, and more than three deviations of mere chance. An incident that lasts does
    /// not become usual: half of all beyond the middle never is.
    fn highest_failed(&self, count: u64) -> f64 {
        let (middle, most) = self.failed;
        let chance = (middle * (1.0 - middle) / count.max(1) as f64).sqrt();
        (most * 1.1).min(middle + 0.5).max(middle + 3.0 * chance).max(middle + 0.01)
    }
}

impl NowFigures {
    /// The share of failures, 0 to 1.
    pub fn failed_share(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.failed as f64 / self.count as f64 }
    }

    /// How many requests came a second, where that can be said: of less than a second it cannot.
    pub fn rate(&self) -> Option<String> {
        let is_sayable = self.count > 0 && self.covered >= SECOND;
        is_sayable.then(|| units::per_second(self.count, self.covered as f64 / SECOND as f64))
    }

    /// Of how long the figures are, in words: `5 min`, or `12 s` of a source that is younger. Of one that has only
    /// just begun, or whose clock is ahead, it is the span that was looked at.
    pub fn span_words(&self) -> String {
        let is_part = (SECOND..NOW_SECS * SECOND).contains(&self.covered);
        if is_part { units::age(self.covered) } else { format!("{} min", NOW_SECS / 60) }
    }

    /// The figures with those of a view of the same requests: what says the same stands there but once.
    #[must_use]
    pub fn of_view(self, summary: &Summary) -> Self {
        Self { count: summary.count, failed: summary.failed, p95: summary.duration.p95, ..self }
    }

    /// Whether more fails than usual.
    pub fn fails_more(&self) -> bool {
        // A handful of failures is no alarm, whatever the share.
        self.failed >= 4 && self.usual.is_some_and(|usual| self.failed_share() > usual.highest_failed(self.count))
    }

    /// Whether requests take longer than usual.
    pub fn is_slower(&self) -> bool {
        self.count >= LEAST_REQUESTS
            && match (self.p95, self.usual.and_then(|usual| usual.p95)) {
                (Some(now), Some((_, highest))) => now > highest,
                _ => false,
            }
    }
}

/// The questions: now, the day so far, the same hour of the days before, and since when there are requests, all of one
/// source.
pub fn questions(now: Timestamp, source: Option<&str>) -> Vec<Question> {
    let ask = |range: TimeRange, want: Want| Question {
        filter: Filter::ALL,
        range,
        source: source.map(str::to_owned),
        wants: vec![want],
    };
    let timeline = |from: Timestamp, buckets: i64| {
        let width = NOW_SECS * SECOND;
        let want = TimelineWant { with_p95: true, ..TimelineWant::new(from, width, buckets as usize) };
        ask(TimeRange::new(from, from.plus(width * buckets)), Want::Timeline(want))
    };
    let mut questions = vec![
        ask(TimeRange::new(now.plus_secs(-NOW_SECS), Timestamp::MAX), Want::Summary),
        // Where there are no days before, the hours before must do; the last half hour is left out.
        timeline(now.plus_secs(-24 * 3_600 - 1_800), 24 * 12),
    ];
    for day in 1..=USUAL_DAYS {
        questions.push(timeline(now.plus_secs(-day * 86_400 - 1_800), 12));
    }
    questions.push(ask(TimeRange::ALL, Want::Span));
    questions
}

/// Of how long there can be requests in the span that counts as now: since what was fetched begins, or, where nothing
/// says that, since the source's first request.
fn covered(answers: &[Answer], now: Timestamp, coverage: Option<&Coverage>) -> i64 {
    let from = now.plus_secs(-NOW_SECS);
    let first = answers.last().and_then(Answer::span).map(|(first, _)| first);
    let since = match coverage {
        Some(coverage) => {
            // What is there before it is complete counts, too.
            let in_span = answers.first().and_then(Answer::summary).and_then(|summary| summary.first);
            let fetched = coverage.spans.iter().find(|span| span.until > from).map(|span| span.from);
            fetched.map(|fetched| in_span.map_or(fetched, |first| first.min(fetched)))
        }
        None => first,
    };
    now.since(since.unwrap_or(from).max(from)).clamp(0, NOW_SECS * SECOND)
}

/// The figures from the answers to [`questions`], asked at some time of a source with this coverage.
pub fn figures(answers: &[Answer], now: Timestamp, coverage: Option<&Coverage>) -> NowFigures {
    let Some(summary) = answers.first().and_then(Answer::summary) else { return NowFigures::default() };
    let buckets = |answers: &[Answer]| -> Vec<Bucket> {
        answers.iter().filter_map(Answer::timeline).flat_map(|timeline| timeline.buckets.iter().cloned()).collect()
    };
    let days = usual(&buckets(answers.get(2..).unwrap_or_default()), LEAST_OF_DAYS);
    NowFigures {
        count: summary.count,
        failed: summary.failed,
        p95: summary.duration.p95,
        covered: covered(answers, now, coverage),
        usual: days.or_else(|| usual(&buckets(answers.get(1..2).unwrap_or_default()), LEAST_SAMPLES)),
    }
}

fn usual(buckets: &[Bucket], least: usize) -> Option<Usual> {
    let counted: Vec<&Bucket> =
        buckets.iter().filter(|bucket| bucket.success + bucket.failure >= LEAST_REQUESTS).collect();
    if counted.len() < least {
        return None;
    }
    let mut shares: Vec<f64> =
        counted.iter().map(|bucket| bucket.failure as f64 / (bucket.success + bucket.failure) as f64).collect();
    shares.sort_by(f64::total_cmp);
    let mut p95s: Vec<u64> = counted.iter().filter_map(|bucket| bucket.p95).collect();
    p95s.sort_unstable();
    // Nine of ten such spans are lower; and a little more is no news.
    let at = |len: usize, share: f64| ((len - 1) as f64 * share).round() as usize;
    let middle = shares[at(shares.len(), 0.5)];
    let most = shares[at(shares.len(), 0.9)];
    let p95 = (!p95s.is_empty()).then(|| {
        let middle = p95s[at(p95s.len(), 0.5)];
        (middle, p95s[at(p95s.len(), 0.9)].max(middle + middle / 4))
    });
    Some(Usual { failed: (middle, most), p95 })
}

#[cfg(test)]
mod tests {
    use crate::engine::WantAnswer;
    use crate::engine::question::Completeness;
    use crate::model::answer::{Summary, Timeline};
    use crate::model::handle::Seq;

    use super::*;

    fn bucket(success: u64, failure: u64) -> Bucket {
        Bucket { success, failure, p95: Some(100 + failure) }
    }

    #[test]
    fn an_incident_stands_out_and_noise_does_not() {
        let calm: Vec<Bucket> = (0..60).map(|n| bucket(130, n % 8)).collect();
        let usual = usual(&calm, LEAST_OF_DAYS).expect("enough is known");
        let figures = |count, failed| NowFigures { count, failed, usual: Some(usual), ..NowFigures::default() };
        assert!(!figures(130, 4).fails_more());
        assert!(!figures(130, 8).fails_more());
        assert!(figures(150, 22).fails_more());
        assert!(!figures(5, 3).fails_more(), "three failures are no alarm");
    }

    #[test]
    fn too_little_is_not_usual() {
        assert_eq!(usual(&[bucket(100, 1), bucket(3, 3)], LEAST_SAMPLES), None);
    }

    #[test]
    fn one_bad_day_at_this_hour_is_no_habit() {
        let answer = |want| Answer { as_of: Seq(1), completeness: Completeness::Complete, wants: vec![want] };
        let timeline = |buckets| {
            answer(WantAnswer::Timeline(Timeline { start: Timestamp(0), width: 1, buckets, series: Vec::new() }))
        };
        let now = answer(WantAnswer::Summary(Summary { count: 200, failed: 100, ..Summary::default() }));
        let (calm, bad) = (vec![bucket(130, 3); 288], vec![bucket(60, 70); 12]);
        // While the history fills, only yesterday is here, and it was a bad day.
        let figures = figures(&[now, timeline(calm), timeline(bad)], Timestamp(0), None);
        assert!(figures.fails_more(), "{figures:?}");
    }

    #[test]
    fn an_incident_that_lasts_does_not_become_usual() {
        let usual = Some(Usual { failed: (0.0, 0.97), p95: None });
        let now = |failed| NowFigures { count: 100, failed, usual, ..NowFigures::default() };
        assert!(now(94).fails_more());
        assert!(!now(30).fails_more(), "some spans had as much");
    }
}
