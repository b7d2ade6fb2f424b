//! Times as people type them: `4pm America/Los_Angeles`, `11-22 16:00`, `2h ago`, and all that logs
//! write.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use crate::base::months::month_of;
use crate::base::time::{Moment, SECOND, Timestamp};
use crate::base::time_parse::{at_local, parse_epoch, parse_time};
use crate::base::units;

use super::spoken_day::{Day, ambiguous_day, read_day};
use super::spoken_word::words;
use super::zone::{TypedTimeError, read_zone};

/// A time that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenTime {
    /// When.
    pub at: Timestamp,
    /// How many digits of its second were said.
    pub digits: u8,
    /// Where it ends, if a whole day or a part of one was named.
    pub day_end: Option<Timestamp>,
    /// Whether no day was named: it is the last time of day that has been.
    pub has_no_day: bool,
    /// The zone that was named with it.
    pub zone: Option<Tz>,
    /// What to know: the clock shows it twice, or never.
    pub note: Option<String>,
}

impl SpokenTime {
    fn point(at: Timestamp) -> Self {
        let digits = if at.0 % SECOND == 0 { 0 } else { 3 };
        Self { at, digits, day_end: None, has_no_day: false, zone: None, note: None }
    }

    fn of(moment: Moment) -> Self {
        Self { digits: moment.digits, ..Self::point(moment.at) }
    }

    /// The same as the end of a span: a day is included whole.
    pub fn as_end(&self) -> Timestamp {
        self.day_end.unwrap_or(self.at)
    }
}

/// What would be right.
const EXAMPLES: &str =
    "write 4pm, 16:00, 11-22 4pm, tuesday 9am, 2026-11-22, 4pm America/Los_Angeles, 2h ago or 1795435282";

/// A number of seconds with fewer digits is more likely a mistake than a time before 1973.
const LEAST_DIGITS: usize = 9;

/// What was said so far.
#[derive(Default)]
struct Said {
    day: Option<Day>,
    clock: Option<NaiveTime>,
    offset: Option<i64>,
    part: Option<PartOfDay>,
}

/// From one hour of a day up to another; past 24 they are of the next day.
type PartOfDay = (i64, i64);

/// Reads a time. One without a day is the last that has been, one without a year too. The zone is
/// that of the text, else the one given.
pub fn read_time(text: &str, now: Timestamp, zone: Tz) -> Result<SpokenTime, TypedTimeError> {
    let whole = text.trim();
    let start = text.len() - text.trim_start().len();
    let span = start..start + whole.len();
    let lower = whole.to_ascii_lowercase();
    if lower == "now" {
        return Ok(SpokenTime { digits: 0, ..SpokenTime::point(now) });
    }
    if let Some(ago) = lower.strip_suffix(" ago").or_else(|| lower.strip_prefix('-')) {
        let nanos = units::parse_span(&ago.replace(' ', ""));
        return match nanos.and_then(|nanos| i64::try_from(nanos / 1_000).ok()) {
            // Hours ago are no milliseconds ago, whatever the clock says.
            Some(micros) if micros % SECOND == 0 => {
                Ok(SpokenTime { digits: 0, ..SpokenTime::point(now.plus(-micros)) })
            }
            Some(micros) => Ok(SpokenTime::point(now.plus(-micros))),
            None => Err(TypedTimeError::new(
                format!("“{whole}” is no span of time ago"),
                "write 90s ago, 15m ago, 2h ago or 3d ago",
                span,
            )),
        };
    }
    let digits = whole.bytes().take_while(u8::is_ascii_digit).count();
    if (LEAST_DIGITS..20).contains(&digits) {
        if let Some(moment) = parse_epoch(whole.as_bytes()) {
            return Ok(SpokenTime::of(moment));
        }
    } else if !whole.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && let Some(moment) = parse_time(whole.as_bytes(), None)
    {
        return Ok(SpokenTime::of(moment));
    }
    spoken(text, span, now, zone)
}

fn spoken(text: &str, span: Range<usize>, now: Timestamp, zone: Tz) -> Result<SpokenTime, TypedTimeError> {
    let words = words(text);
    if let Some(error) = ambiguous_day(text) {
        return Err(error);
    }
    let mut said = Said::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let behind = |places: usize| words.get(at + places).map(|next| next.text);
        match said.take(word.text, behind(1), behind(2)) {
            Some(taken) => at += taken,
            None => break,
        }
    }
    let named = match words.get(at) {
        // `in Los Angeles` is what people say.
        Some(word) if at > 0 => {
            let word = if word.text.eq_ignore_ascii_case("in") { words.get(at + 1).unwrap_or(word) } else { word };
            let named = read_zone(&text[word.at..span.end]).map_err(|error| error.shifted(word.at))?;
            Some(named)
        }
        _ => None,
    };
    if said.day.is_none() && said.clock.is_none() {
        // What logs write without a zone, with slashes or names of months.
        let moment = parse_time(text.trim().as_bytes(), Some(zone)).filter(|_| text.contains(['/', ':']));
        return moment
            .map(SpokenTime::of)
            .ok_or_else(|| TypedTimeError::new(format!("“{}” is no time", text.trim()), EXAMPLES, span));
    }
    let result = said
        .resolve(now, named.unwrap_or(zone))
        .ok_or_else(|| TypedTimeError::new(format!("“{}” is on no calendar", text.trim()), EXAMPLES, span))?;
    Ok(SpokenTime { zone: named, ..result })
}

impl Said {
    /// Takes a word, or two, or three with a year; how many it took. `None` when it is neither day nor clock.
    fn take(&mut self, word: &str, next: Option<&str>, year: Option<&str>) -> Option<usize> {
        let lower = word.to_ascii_lowercase();
        if let Some((day, clock)) = day_with_clock(word) {
            return self.set(Some(day), Some(clock)).map(|()| 1);
        }
        if self.clock.is_some()
            && self.offset.is_none()
            && let Some(offset) = read_offset(word)
        {
            self.offset = Some(offset);
            return Some(1);
        }
        if let Some(day) = read_day(&lower) {
            return self.set(Some(day), None).map(|()| 1);
        }
        // Of a day that was named.
        if let Some(part) = part_of_day(&lower).filter(|_| self.day.is_some()) {
            return self.set_part(part).map(|()| 1);
        }
        // `4 pm`, `4:30 pm`.
        if let Some(half) = next.map(str::to_ascii_lowercase).filter(|next| matches!(next.as_str(), "am" | "pm"))
            && let Some(clock) = read_clock(&format!("{lower}{half}"))
        {
            return self.set(None, Some(clock)).map(|()| 2);
        }
        if let Some(clock) = read_clock(&lower) {
            return self.set(None, Some(clock)).map(|()| 1);
        }
        // Two words: `Nov 22`, `22 Nov`.
        let next = next?.to_ascii_lowercase();
        if lower == "this"
            && let Some(part) = part_of_day(&next)
        {
            return self.set(Some(Day::Shift(0)), None).and_then(|()| self.set_part(part)).map(|()| 2);
        }
        if lower == "last" {
            if next == "night" {
                return self.set(Some(Day::Shift(-1)), None).and_then(|()| self.set_part(LAST_NIGHT)).map(|()| 2);
            }
            let Some(Day::Weekday(weekday)) = read_day(&next) else { return None };
            return self.set(Some(Day::LastWeekday(weekday)), None).map(|()| 2);
        }
        let number = |text: &str| text.trim_end_matches(['t', 'h', 's', 'n', 'd', 'r']).parse::<u32>().ok();
        let (month, day) = match (month_of(&lower), month_of(&next)) {
            (Some(month), None) => (month, number(&next)?),
            (None, Some(month)) => (month, number(&lower)?),
            _ => return None,
        };
        let year = year.filter(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
        if let Some(year) = year.and_then(|year| year.parse().ok()) {
            let date = NaiveDate::from_ymd_opt(year, month, day)?;
            return self.set(Some(Day::Date(date)), None).map(|()| 3);
        }
        self.set(Some(Day::OfYear(month, day)), None).map(|()| 2)
    }

    /// Nothing is said twice.
    fn set(&mut self, day: Option<Day>, clock: Option<NaiveTime>) -> Option<()> {
        let has_clock = self.clock.is_some() || self.part.is_some();
        if day.is_some() && self.day.is_some() || clock.is_some() && has_clock {
            return None;
        }
        self.day = self.day.or(day);
        self.clock = self.clock.or(clock);
        Some(())
    }

    fn set_part(&mut self, part: PartOfDay) -> Option<()> {
        let is_free = self.clock.is_none() && self.part.is_none();
        is_free.then(|| self.part = Some(part))
    }

    fn resolve(&self, now: Timestamp, zone: Tz) -> Option<SpokenTime> {
        let today = match self.offset {
            Some(offset) => now.plus_secs(offset).in_zone(Tz::UTC).date_naive(),
            None => now.in_zone(zone).date_naive(),
        };
        let clock = self.clock.unwrap_or_default();
        let is_past = |day: NaiveDate| self.instant(day.and_time(clock), zone).is_some_and(|at| at <= now);
        let day = match self.day {
            Some(Day::Date(date)) => date,
            Some(Day::Shift(days)) => shift(today, days)?,
            Some(Day::Weekday(weekday)) => {
                let day = shift(today, -days_since(weekday, today))?;
                if is_past(day) { day } else { shift(day, -7)? }
            }
            Some(Day::LastWeekday(weekday)) => match days_since(weekday, today) {
                0 => shift(today, -7)?,
                back => shift(today, -back)?,
            },
            Some(Day::OfYear(month, day)) => {
                // February 29 is in some years only.
                let of = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
                (0..9).filter_map(|back| of(today.year() - back)).find(|date| is_past(*date))?
            }
            None if is_past(today) => today,
            None => today.pred_opt()?,
        };
        if let Some((from, until)) = self.part {
            // Midnight is where the day begins, also where the clock skips it.
            let hour = |hour: i64| match (shift(day, hour / 24)?, hour % 24) {
                (day, 0) => self.instant(day.and_time(NaiveTime::MIN), zone),
                (day, clock) => at_local(day.and_hms_opt(clock as u32, 0, 0)?, zone),
            };
            return Some(SpokenTime { day_end: Some(hour(until)?), ..SpokenTime::point(hour(from)?) });
        }
        let naive = day.and_time(clock);
        let at = self.instant(naive, zone)?;
        let day_end = match self.clock {
            Some(_) => None,
            None => Some(at.day_start(zone, 1)),
        };
        let note = self.offset.is_none().then(|| clock_note(naive, zone)).flatten();
        Some(SpokenTime { day_end, has_no_day: self.day.is_none(), note, ..SpokenTime::point(at) })
    }

    fn instant(&self, naive: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
        match self.offset {
            Some(offset) => Some(Timestamp(naive.and_utc().timestamp_micros()).plus_secs(-offset)),
            // A day begins at its first time, also where the clock skips midnight.
            None if self.clock.is_none() => {
                let noon = at_local(naive.date().and_hms_opt(12, 0, 0)?, zone)?;
                Some(noon.day_start(zone, 0))
            }
            None => at_local(naive, zone),
        }
    }
}

/// Days since it was last this day of the week, from Monday; none when it is today.
fn days_since(weekday: u32, today: NaiveDate) -> i64 {
    (i64::from(today.weekday().num_days_from_monday()) - i64::from(weekday)).rem_euclid(7)
}

/// Yesterday's evening and the hours behind it.
const LAST_NIGHT: PartOfDay = (18, 30);

/// The hours of `morning`, `afternoon` and `evening`. A morning begins at midnight, so that nothing is left out.
fn part_of_day(word: &str) -> Option<PartOfDay> {
    Some(match word {
        "morning" => (0, 12),
        "afternoon" => (12, 18),
        "evening" => (18, 24),
        _ => return None,
    })
}

fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }
}

/// What to know about a time that a clock shows twice or never.
fn clock_note(naive: NaiveDateTime, zone: Tz) -> Option<String> {
    use chrono::{MappedLocalTime, TimeZone};
    let clock = naive.format("%H:%M");
    match zone.from_local_datetime(&naive) {
        MappedLocalTime::Single(_) => None,
        MappedLocalTime::Ambiguous(..) => Some(format!("{clock} comes twice there that day; the first is taken")),
        MappedLocalTime::None => Some(format!("{clock} is skipped there that day; taken as if it was not")),
    }
}

/// `2026-11-22T16:00`.
fn day_with_clock(word: &str) -> Option<(Day, NaiveTime)> {
    let (day, clock) = word.split_once(['T', 't', '_']).filter(|(day, _)| day.len() >= 4)?;
    match read_day(day)? {
        day @ Day::Date(_) => Some((day, read_clock(clock)?)),
        _ => None,
    }
}

/// `16:00`, `16:00:05.5`, `4pm`, `4:30pm`, `noon`, `midnight`.
fn read_clock(word: &str) -> Option<NaiveTime> {
    match word {
        "noon" => return NaiveTime::from_hms_opt(12, 0, 0),
        "midnight" => return NaiveTime::from_hms_opt(0, 0, 0),
        _ => {}
    }
    let (digits, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (word, None),
    };
    let mut parts = digits.split(':');
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| (1..=2).contains(&part.len()));
    let mut hour = number(parts.next()?)?;
    let minute = parts.next();
    if minute.is_none() && half.is_none() {
        return None;
    }
    let minute = minute.map_or(Some(0), |part| number(part).filter(|_| part.len() == 2))?;
    let (second, micros) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (second, fraction) = part.split_once(['.', ',']).unwrap_or((part, ""));
            let micros = format!("{fraction:0<6}").get(..6)?.parse::<u32>().ok()?;
            (number(second)?, micros)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    if let Some(half) = half {
        hour = (1..=12).contains(&hour).then_some(hour % 12 + half)?;
    }
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros)
}

/// `+02:00`, `-0800`, `UTC+2`.
fn read_offset(word: &str) -> Option<i64> {
    let rest = word.strip_prefix("UTC").or_else(|| word.strip_prefix("GMT")).unwrap_or(word);
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = rest[1..].chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().ok()?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
#[path = "spoken_time_tests.rs"]
mod tests;
