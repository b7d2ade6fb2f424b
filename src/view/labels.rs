//! Names beside each other in little room: what tells them apart stays in sight.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::safe_text::{visible_str, width};

/// Characters of a name that are looked at.
const MOST_CHARS: usize = 1_000;

/// The names, safe to draw, each in at most so many cells. A name that is too long is cut in its middle;
/// where another would look the same, at its end, at its start, or down to where they differ.
pub fn apart(names: &[String], room: usize, mark: &str) -> Vec<String> {
    let start = |name: &String| name.char_indices().nth(MOST_CHARS).map_or(name.len(), |(end, _)| end);
    let safe: Vec<String> = names.iter().map(|name| visible_str(&name[..start(name)]).into_owned()).collect();
    let cells: Vec<Vec<&str>> = safe.iter().map(|name| name.graphemes(true).collect()).collect();
    (0..cells.len()).map(|own| label(&cells, own, room, mark)).collect()
}

fn label(names: &[Vec<&str>], own: usize, room: usize, mark: &str) -> String {
    let name = &names[own];
    if cells_of(name) <= room {
        return name.concat();
    }
    let Some(room) = room.checked_sub(width(mark)) else { return String::new() };
    let others: Vec<&Vec<&str>> = names.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, name)| name).collect();
    // Of each other name: how much it has in common at the start, and at the end.
    let common: Vec<(usize, usize)> =
        others.iter().map(|other| (alike(name, other), alike_at_end(name, other))).collect();
    for head_cells in starts(room) {
        let (head, tail) =
            (from_start(name, head_cells), from_end(name, room - cells_of(from_start(name, head_cells))));
        if common.iter().all(|(start, end)| *start < head.len() || *end < tail.len()) {
            return format!("{}{mark}{}", head.concat(), tail.concat());
        }
    }
    from_first_difference(name, &common, room, mark)
}

/// How many cells the start can get: half of them, all, none, then what is next to the half.
fn starts(room: usize) -> impl Iterator<Item = usize> {
    let half = room - room / 2;
    let near = (1..room).flat_map(move |step| [half.checked_sub(step), Some(half + step)]);
    [half, room, 0].into_iter().chain(near.flatten().filter(move |head| *head < room))
}

/// What stands behind all that others begin with, too.
fn from_first_difference(name: &[&str], common: &[(usize, usize)], room: usize, mark: &str) -> String {
    let hidden = |(start, _): &&(usize, usize)| *start >= from_start(name, room).len();
    let first = common.iter().filter(hidden).map(|(start, _)| *start).min().unwrap_or(0).min(name.len());
    let rest = &name[first..];
    let tail = from_end(rest, room);
    if tail.len() == rest.len() {
        // There is room for some of what is before it.
        return format!("{mark}{}", from_end(name, room).concat());
    }
    let Some(room) = room.checked_sub(width(mark)) else { return mark.to_owned() };
    format!("{mark}{}{mark}", from_start(rest, room).concat())
}

fn cells_of(graphemes: &[&str]) -> usize {
    graphemes.iter().map(|grapheme| width(grapheme)).sum()
}

fn from_start<'a, 'b>(name: &'b [&'a str], room: usize) -> &'b [&'a str] {
    let fits = |count: &usize| cells_of(&name[..*count]) <= room;
    &name[..(0..=name.len().min(room)).rev().find(fits).unwrap_or(0)]
}

fn from_end<'a, 'b>(name: &'b [&'a str], room: usize) -> &'b [&'a str] {
    let fits = |from: &usize| cells_of(&name[*from..]) <= room;
    &name[(name.len().saturating_sub(room)..=name.len()).find(fits).unwrap_or(name.len())..]
}

fn alike(one: &[&str], other: &[&str]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn alike_at_end(one: &[&str], other: &[&str]) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
