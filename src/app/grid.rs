//! Where the table's columns stand: on which line of a row, from which cell on, how wide, and which of
//! them are scrolled away.

use crate::model::field::{Field, FieldRef, Kind};
use crate::model::view_spec::{ColumnContent, ColumnSpec, ColumnWidth};

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeForm {
    /// Decimals of a second, as many as the rows at hand have.
    pub digits: u8,
    /// Whether the day stands in each row, because rows of several days are mixed.
    pub has_date: bool,
}

/// What columns are placed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridForm {
    /// The table's width.
    pub width: u16,
    /// How times are written.
    pub time: TimeForm,
    /// Whether a row has two lines: what is short above, what is long below.
    pub has_two_lines: bool,
}

/// A column on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which column.
    pub spec: ColumnSpec,
    /// Its place among all columns.
    pub place: usize,
    /// The line of a row that it stands on.
    pub line: usize,
    /// The cell of the line that it begins at.
    pub x: u16,
    /// How many cells it has.
    pub width: u16,
}

/// The columns on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// Those that are shown, as they are read.
    pub columns: Vec<Placed>,
    /// How many are scrolled away behind the first one, which stays.
    pub left: usize,
    /// How many are beyond the right edge.
    pub right: usize,
    /// Cells between two columns.
    pub gap: u16,
}

/// Cells of the mark of the row under the cursor.
const MARK: u16 = 2;

/// Cells of `Nov 18 `.
pub const DATE: u16 = 7;

/// Cells of a whole id: 32 hex digits.
const WHOLE_ID: u16 = 32;

/// What a flexible column has before an id is shown whole, and names are wider.
const ENOUGH: u16 = 48;

/// What a long column has at least.
const LEAST_LONG: u16 = 16;

/// Names that need less are short.
const SHORT_NAME: u16 = 14;

/// What a name has where a flexible column beside it has enough.
const ROOMY_NAME: u16 = 18;

/// What a name has at most where there is room to spare.
const WIDE_NAME: u16 = 24;

/// What the longest method has that is met every day: `PROPFIND`.
const WIDE_METHOD: u16 = 8;

/// Fewer cells are no column.
const LEAST: u16 = 4;

/// The width that values of a column need.
pub fn natural_width(content: &ColumnContent, time: TimeForm) -> u16 {
    match content {
        ColumnContent::Problem => 40,
        ColumnContent::StatusAndGateway => 11,
        ColumnContent::Field(field) => match field.known() {
            Some(Field::Time) => {
                let clock = if time.digits > 0 { 12 } else { 8 };
                if time.has_date { DATE + clock } else { clock }
            }
            Some(Field::Status) => 6,
            // `OPTIONS` comes before many requests of browsers.
            Some(Field::Method) => 7,
            Some(Field::Ip) => 15,
            Some(Field::Key) => 9,
            Some(Field::Path | Field::UserAgent | Field::ErrorMessage | Field::StatusDetails) => 28,
            Some(Field::GatewayCode) => 12,
            // Of an id the beginning is enough to compare it by eye.
            Some(Field::RequestId | Field::Interface) => 10,
            _ => match field.kind() {
                Kind::Duration => 8,
                Kind::Boolean => 5,
                Kind::Integer => 9,
                _ => 14,
            },
        },
    }
}

/// Whether a column's values are sentences, paths and the like: they stand on the second of two lines.
pub fn is_long(content: &ColumnContent) -> bool {
    match content {
        ColumnContent::Problem => true,
        ColumnContent::StatusAndGateway => false,
        ColumnContent::Field(field) => {
            field.kind() == Kind::Text || matches!(field.known(), Some(Field::StatusDetails | Field::Failure))
        }
    }
}

/// Whether a column's values stand at its right edge.
pub fn is_right_aligned(content: &ColumnContent) -> bool {
    matches!(content.field().kind(), Kind::Duration | Kind::Integer)
}

/// Cells between two columns of a table of a width.
pub fn gap(width: u16) -> u16 {
    if width < 100 { 1 } else { 2 }
}

impl Grid {
    /// Places columns so that the one under the cursor is seen. The first one always is; behind it
    /// `left` are scrolled away, but not more than it takes to see the last one.
    pub fn new(columns: &[ColumnSpec], form: GridForm, left: usize, current: usize) -> Self {
        let most = columns.len().saturating_sub(2);
        let place = |left: usize| Self::scrolled(columns, form, left);
        let shows = |grid: &Self, column: usize| grid.columns.iter().any(|placed| placed.place == column);
        let furthest = (0..most).find(|left| place(*left).right == 0).unwrap_or(most);
        // The first column needs no scrolling.
        let behind_first = current.saturating_sub(1);
        let left = left.min(furthest);
        let left = if current > 0 { left.min(behind_first) } else { left };
        let grid = (left..=behind_first.max(left)).map(place).find(|grid| shows(grid, current));
        grid.unwrap_or_else(|| place(left))
    }

    fn scrolled(columns: &[ColumnSpec], form: GridForm, left: usize) -> Self {
        let order: Vec<usize> = (0..columns.len()).filter(|place| *place == 0 || *place > left).collect();
        let gap = gap(form.width);
        let mut placed = if form.has_two_lines {
            two_lines(columns, &order, form, gap)
        } else {
            one_line(columns, &order, form, gap)
        };
        placed.sort_by_key(|column| (column.line, column.x));
        let right = order.len() - placed.len();
        Self { columns: placed, left: left.min(columns.len().saturating_sub(order.len())), right, gap }
    }

    /// How many lines a row has, before long cells are wrapped.
    pub fn lines(&self) -> usize {
        self.columns.iter().map(|column| column.line + 1).max().unwrap_or(1)
    }

    /// The fields that have a column of their own on the screen.
    pub fn fields(&self) -> Vec<FieldRef> {
        self.columns.iter().map(|column| column.spec.content.field()).collect()
    }
}

fn wanted_width(column: &ColumnSpec, time: TimeForm) -> u16 {
    match column.width {
        ColumnWidth::Natural => natural_width(&column.content, time),
        ColumnWidth::Cells(cells) | ColumnWidth::UpTo(cells) => cells,
        ColumnWidth::Flex(least) => least,
    }
}

/// What a column of long values has at least: it gives way before another one has no room.
fn least_width(column: &ColumnSpec, time: TimeForm) -> u16 {
    let wanted = wanted_width(column, time);
    let gives_way = match column.width {
        ColumnWidth::Cells(_) => false,
        ColumnWidth::UpTo(_) | ColumnWidth::Flex(_) => true,
        ColumnWidth::Natural => is_long(&column.content),
    };
    if gives_way { wanted.min(LEAST_LONG) } else { wanted }
}

/// Columns side by side as far as they fit, from a cell on. Of a column that is wider than the whole
/// line a part is shown.
fn side_by_side(
    columns: &[ColumnSpec],
    order: &[usize],
    wanted: impl Fn(&ColumnSpec) -> u16,
    (from, until, gap): (u16, u16, u16),
) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::new();
    let mut x = from;
    for place in order {
        let spec = columns[*place].clone();
        let room = until.saturating_sub(x);
        let width = wanted(&spec);
        let is_needed = placed.len() < 2 && room >= LEAST;
        if width > room && !is_needed {
            break;
        }
        let width = width.min(room);
        placed.push(Placed { spec, place: *place, line: 0, x, width });
        x = x.saturating_add(width).saturating_add(gap);
    }
    placed
}

/// Cells that are left over at the end of a line.
fn spare(placed: &[Placed], until: u16) -> u16 {
    placed.last().map_or(0, |last| until.saturating_sub(last.x + last.width))
}

/// Makes a column wider; those behind it move on.
fn widen(placed: &mut [Placed], at: usize, by: u16) {
    placed[at].width += by;
    for column in &mut placed[at + 1..] {
        column.x += by;
    }
}

fn one_line(columns: &[ColumnSpec], order: &[usize], form: GridForm, gap: u16) -> Vec<Placed> {
    let span = (MARK, form.width, gap);
    let mut placed = side_by_side(columns, order, |column| least_width(column, form.time), span);
    widen_to_wanted(&mut placed, form);
    let flexible = placed.iter().position(|column| matches!(column.spec.width, ColumnWidth::Flex(_)));
    // Without a flexible column among those that fit, the last one takes the rest.
    let last = placed.len().checked_sub(1).filter(|last| {
        placed[*last].spec.width == ColumnWidth::Natural && !is_right_aligned(&placed[*last].spec.content)
    });
    let Some(place) = flexible.or(last) else { return placed };
    let spare = spare(&placed, form.width);
    let id = placed.iter().position(is_cut_id).filter(|id| *id != place);
    let for_id = id.map_or(0, |id| WHOLE_ID.saturating_sub(placed[id].width));
    let for_id = if placed[place].width + spare >= ENOUGH + for_id { for_id.min(spare) } else { 0 };
    if let Some(id) = id {
        widen(&mut placed, id, for_id);
    }
    // What a flexible column has beyond what is enough, names and methods take first, as far as it goes.
    let mut left = spare - for_id;
    let mut extra = (placed[place].width + left).saturating_sub(ENOUGH).min(left);
    for at in (0..placed.len()).filter(|at| *at != place) {
        let by = lacks(&placed[at]).min(extra);
        widen(&mut placed, at, by);
        (extra, left) = (extra - by, left - by);
    }
    widen(&mut placed, place, left);
    placed
}

/// Gives back what columns gave way by, as far as there is room: flexible ones first.
fn widen_to_wanted(placed: &mut [Placed], form: GridForm) {
    let is_flexible = |column: &Placed| matches!(column.spec.width, ColumnWidth::Flex(_));
    let (flexible, others): (Vec<usize>, Vec<usize>) = (0..placed.len()).partition(|at| is_flexible(&placed[*at]));
    for at in flexible.into_iter().chain(others) {
        let lacks = wanted_width(&placed[at].spec, form.time).saturating_sub(placed[at].width);
        widen(placed, at, lacks.min(spare(placed, form.width)));
    }
}

/// How many cells more a name or a method has where a line has room.
fn lacks(column: &Placed) -> u16 {
    let field = column.spec.content.field();
    let most = match field.kind() {
        _ if column.spec.width != ColumnWidth::Natural => 0,
        Kind::Name if field == FieldRef::Known(Field::Method) => WIDE_METHOD,
        Kind::Name if column.width >= SHORT_NAME => ROOMY_NAME,
        _ => 0,
    };
    most.saturating_sub(column.width)
}

fn is_cut_id(column: &Placed) -> bool {
    column.spec.width == ColumnWidth::Natural && column.spec.content.field() == FieldRef::Known(Field::RequestId)
}

/// What is short on the first line, as far as it fits; the rest and what is long on the second, which
/// begins where the first column ends.
fn two_lines(columns: &[ColumnSpec], order: &[usize], form: GridForm, gap: u16) -> Vec<Placed> {
    let is_above = |place: &usize| *place == 0 || !is_long(&columns[*place].content);
    let (above, long): (Vec<usize>, Vec<usize>) = order.iter().partition(|place| is_above(place));
    let wanted = |column: &ColumnSpec| match column.width {
        ColumnWidth::Flex(least) => least.max(natural_width(&column.content, form.time)),
        _ => wanted_width(column, form.time),
    };
    let mut first = side_by_side(columns, &above, wanted, (MARK, form.width, gap));
    let rest = &above[first.len()..];
    let mut below: Vec<usize> = rest.iter().chain(&long).copied().collect();
    let indent = first.first().map_or(MARK, |column| column.x + column.width + gap);
    // One of a fixed width is not so wide that those that take the rest have too little left.
    let of_flexible = |place: &usize| match columns[*place].width {
        ColumnWidth::Cells(_) | ColumnWidth::UpTo(_) => 0,
        _ => natural_width(&columns[*place].content, form.time) + gap,
    };
    let left = form.width.saturating_sub(indent).saturating_sub(long.iter().map(of_flexible).sum());
    let wanted_below = |column: &ColumnSpec| match column.width {
        ColumnWidth::Cells(cells) | ColumnWidth::UpTo(cells) if is_long(&column.content) => {
            cells.min(left.max(LEAST_LONG))
        }
        ColumnWidth::Cells(cells) | ColumnWidth::UpTo(cells) => cells,
        _ if is_long(&column.content) => LEAST_LONG,
        _ => wanted(column),
    };
    let span = (indent, form.width, gap);
    let mut second = side_by_side(columns, &below, wanted_below, span);
    if second.len() < below.len() {
        // Where not all has room, what is long goes first, and the reason before all.
        let (reason, other): (Vec<usize>, Vec<usize>) =
            long.iter().partition(|place| columns[**place].content == ColumnContent::Problem);
        below = reason.into_iter().chain(other).chain(rest.iter().copied()).collect();
        second = side_by_side(columns, &below, wanted_below, span);
    }
    for column in &mut second {
        column.line = 1;
    }
    share(&mut first, form.width, |column| match column.spec.content.field().kind() {
        Kind::Id => WHOLE_ID,
        Kind::Name if column.spec.content.field() == FieldRef::Known(Field::Method) => WIDE_METHOD,
        Kind::Name => WIDE_NAME,
        _ => 0,
    });
    share(&mut second, form.width, |column| if is_long(&column.spec.content) { u16::MAX } else { 0 });
    first.append(&mut second);
    first
}

/// Shares what is left over at the end of a line among columns that are not of a fixed width, up to
/// what each takes at most.
fn share(placed: &mut [Placed], until: u16, most: impl Fn(&Placed) -> u16) {
    let takes = |column: &Placed| {
        let is_fixed = matches!(column.spec.width, ColumnWidth::Cells(_) | ColumnWidth::UpTo(_));
        if is_fixed { 0 } else { most(column).saturating_sub(column.width) }
    };
    let mut open: Vec<usize> = (0..placed.len()).filter(|at| takes(&placed[*at]) > 0).collect();
    while let Some(at) = open.first().copied() {
        let part = spare(placed, until).div_ceil(open.len() as u16);
        let by = part.min(takes(&placed[at]));
        widen(placed, at, by);
        open.remove(0);
    }
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
