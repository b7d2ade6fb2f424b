//! Names beside each other in little room: what tells them apart stays in sight.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::safe_text::{cells_of, from_start, visible_str, width};

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

/// The same names where a text was looked for in them: what hides it is cut so that it is seen, unless another name
/// would look the same then.
pub fn apart_with(names: &[String], text: &str, room: usize, mark: &str) -> Vec<String> {
    let told = apart(names, room, mark);
    let shown: Vec<Option<String>> =
        names.iter().zip(&told).map(|(name, label)| around(&visible_str(name), label, text, room, mark)).collect();
    let is_alone = |label: &str| {
        let others = told.iter().zip(&shown).filter(|(told, shown)| shown.as_deref().unwrap_or(told) == label);
        others.count() == 1
    };
    let label = |(told, shown): (&String, &Option<String>)| match shown {
        Some(shown) if is_alone(shown) => shown.clone(),
        _ => told.clone(),
    };
    told.iter().zip(&shown).map(label).collect()
}

/// A name cut so that a text in it is seen; nothing where its label shows it, or there is none.
fn around(name: &str, label: &str, text: &str, room: usize, mark: &str) -> Option<String> {
    let place = |name: &str| name.to_ascii_lowercase().find(&text.to_ascii_lowercase());
    if place(label).is_some() {
        return None;
    }
    let at = place(name)?;
    let name: Vec<(usize, &str)> = name.grapheme_indices(true).collect();
    let graphemes: Vec<&str> = name.iter().map(|(_, grapheme)| *grapheme).collect();
    let from = name.iter().rposition(|(start, _)| *start <= at)?;
    let room = room.checked_sub(width(mark))?;
    if cells_of(&graphemes[from..]) <= room {
        return Some(format!("{mark}{}", from_end(&graphemes, room).concat()));
    }
    let rest = from_start(&graphemes[from..], room.checked_sub(width(mark))?);
    Some(format!("{mark}{}{mark}", rest.concat()))
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
