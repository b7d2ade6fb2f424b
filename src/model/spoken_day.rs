//! Days as people type them: `yesterday`, `tuesday`, `11-22`, `28.11.2026`; and those that two countries read
//! differently, which are refused.

use std::ops::Range;

use chrono::NaiveDate;

use super::spoken_word::words;
use super::zone::TypedTimeError;

/// A day, as far as it was named.
#[derive(Clone, Copy)]
pub(super) enum Day {
    Date(NaiveDate),
    /// Without its year: the last one that has begun.
    OfYear(u32, u32),
    /// So many days from today.
    Shift(i64),
    /// The last one that has begun; days from Monday.
    Weekday(u32),
    /// The last one before today.
    LastWeekday(u32),
}

/// What to say to a text in which a day could be of two months: `11/12`, `05.06.2026`.
pub fn ambiguous_day(text: &str) -> Option<TypedTimeError> {
    let word = words(text).into_iter().find(|word| matches!(day_of_parts(word.text), Some(Err(()))))?;
    let (first, second, year) = two_numbers(word.text)?;
    let spelt = |month: u32, day: u32| match year {
        Some(year) => format!("{year}-{month:02}-{day:02}"),
        None => format!("{month:02}-{day:02}"),
    };
    let name = |month: u32| chrono::Month::try_from(month as u8).map_or("", |month| month.name());
    let (one, other) = (spelt(first, second), spelt(second, first));
    Some(TypedTimeError::new(
        format!("“{}” can be two days", word.text),
        format!("write {one} for {} {second}, {other} for {} {first}", name(first), name(second)),
        word.at..word.at + word.text.len(),
    ))
}

/// `11/28`, `28.11.2026`, `28-11-2026`: two numbers, and a year.
fn two_numbers(word: &str) -> Option<(u32, u32, Option<i32>)> {
    // A number with a point in it is no day: a year has to stand there, or a point behind.
    let parts: Vec<&str> = if let Some(sign) = ['/', '-'].into_iter().find(|sign| word.contains(*sign)) {
        word.split(sign).collect()
    } else {
        word.strip_suffix('.').unwrap_or(word).split('.').collect()
    };
    let number = |part: &&str, lengths: Range<usize>| {
        let is_number = lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    match parts.as_slice() {
        [first, second] if word.contains('/') || word.ends_with('.') => {
            Some((number(first, 1..3)?, number(second, 1..3)?, None))
        }
        [first, second, year] => {
            Some((number(first, 1..3)?, number(second, 1..3)?, i32::try_from(number(year, 4..5)?).ok()))
        }
        _ => None,
    }
}

/// The day that two numbers and a year mean; an error where both could be the month.
fn day_of_parts(word: &str) -> Option<Result<Day, ()>> {
    let (first, second, year) = two_numbers(word)?;
    let is_month = |number: u32| (1..=12).contains(&number);
    let (month, day) = match (is_month(first), is_month(second)) {
        (true, true) if first != second => return Some(Err(())),
        (true, _) => (first, second),
        (_, true) => (second, first),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year.unwrap_or(2024), month, day)?;
    Some(Ok(year.map_or(Day::OfYear(month, day), |_| Day::Date(date))))
}

/// The day that a word names.
pub(super) fn read_day(word: &str) -> Option<Day> {
    const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match word {
        "today" => return Some(Day::Shift(0)),
        "yesterday" => return Some(Day::Shift(-1)),
        "tomorrow" => return Some(Day::Shift(1)),
        _ => {}
    }
    if word.len() >= 3
        && let Some(weekday) = WEEKDAYS.iter().position(|name| name.starts_with(word))
    {
        return Some(Day::Weekday(weekday as u32));
    }
    if let Some(Ok(day)) = day_of_parts(word) {
        return Some(day);
    }
    let is_number =
        |part: &str, len: Range<usize>| len.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = word.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if is_number(year, 4..5) && is_number(month, 1..3) && is_number(day, 1..3) => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).map(Day::Date)
        }
        [month, day] if is_number(month, 1..3) && is_number(day, 1..3) => {
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // Every day of a year is one of a leap year.
            NaiveDate::from_ymd_opt(2024, month, day).map(|_| Day::OfYear(month, day))
        }
        _ => None,
    }
}
