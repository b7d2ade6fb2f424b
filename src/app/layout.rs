//! Where everything is on a screen of a size.

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Cells from the left.
    pub x: u16,
    /// Cells from the top.
    pub y: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

impl Area {
    /// A strip of some rows off the top; the rest stays.
    fn take_top(&mut self, height: u16) -> Self {
        let height = height.min(self.height);
        let strip = Self { height, ..*self };
        self.y += height;
        self.height -= height;
        strip
    }

    /// A strip of some rows off the bottom; the rest stays.
    fn take_bottom(&mut self, height: u16) -> Self {
        let height = height.min(self.height);
        self.height -= height;
        Self { y: self.y + self.height, height, ..*self }
    }

    /// A strip of some columns off the left; the rest stays.
    fn take_left(&mut self, width: u16) -> Self {
        let width = width.min(self.width);
        let strip = Self { width, ..*self };
        self.x += width;
        self.width -= width;
        strip
    }
}

/// What stands below the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Below {
    /// The request under the cursor, where there is room.
    #[default]
    Preview,
    /// The list of columns.
    Columns,
}

/// What of the timeline is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimelineNeed {
    /// Nothing.
    #[default]
    Nothing,
    /// So many rows of bars, where there is room.
    Rows(u16),
    /// So many, and what is said of the marked span, because the keys are for the timeline.
    Focused(u16),
}

/// What the layout depends on besides the size.
#[derive(Debug, Clone, Copy, Default)]
pub struct LayoutNeeds {
    /// Whether panes are asked for.
    pub with_panes: bool,
    /// What of the timeline is to be seen.
    pub timeline: TimelineNeed,
    /// How many lines a row of the table has, and its titles too.
    pub row_lines: u16,
    /// Whether the part of the screen that keys are for has the whole of it. What narrows the view stays.
    pub is_zoomed: bool,
    /// What stands below the rows.
    pub below: Below,
}

/// Where everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// Source, newest row, now, coverage, clock.
    pub header: Area,
    /// What narrows the view, and its figures.
    pub trail: Area,
    /// Requests and failures over time; empty where there is no room.
    pub timeline: Area,
    /// The panes; empty when they are not shown.
    pub panes: Area,
    /// The columns' titles.
    pub titles: Area,
    /// The rows.
    pub table: Area,
    /// The request under the cursor; empty where there is no room.
    pub preview: Area,
    /// The list of columns; empty while it is closed.
    pub columns: Area,
    /// Messages, prompts, hints.
    pub bottom: Area,
}

/// Smaller than this, a sentence is all there is room for.
pub const LEAST: (u16, u16) = (40, 8);

/// From this width on, panes stand beside the table all the time.
pub const WIDE: u16 = 150;

/// Below this width, panes take the whole screen.
pub const DRAWER: u16 = 100;

/// Below this width there is room for rows alone.
pub const COMPACT: u16 = 60;

/// From this width on, one line has room for what is said of marked bars.
pub const MARKED_WIDE: u16 = 110;

/// Lines of the list of columns at most.
const COLUMNS_HEIGHT: u16 = 26;

/// How wide the panes are beside the table.
const PANES_WIDTH: u16 = 38;

/// The layout of a screen; `None` when it is too small.
pub fn layout((width, height): (u16, u16), needs: LayoutNeeds) -> Option<Layout> {
    if width < LEAST.0 || height < LEAST.1 {
        return None;
    }
    let mut rest = Area { x: 0, y: 0, width, height };
    let header = u16::from(!needs.is_zoomed);
    let mut layout = Layout { header: rest.take_top(header), bottom: rest.take_bottom(1), ..Layout::default() };
    let is_compact = width < COMPACT || height < 14;
    if !is_compact {
        layout.trail = rest.take_top(1);
    }
    // On a low screen some rows of bars are among the others, so that requests have room below.
    let most_bars = (height / 4).max(2);
    match needs.timeline {
        TimelineNeed::Focused(_) if is_compact || needs.is_zoomed => {
            layout.timeline = rest;
            return Some(layout);
        }
        TimelineNeed::Focused(rows) => {
            layout.timeline = rest.take_top(rows.min(most_bars) + 1 + if width >= MARKED_WIDE { 1 } else { 2 });
        }
        TimelineNeed::Rows(rows) if !needs.is_zoomed && !is_compact => {
            layout.timeline = rest.take_top(match height {
                28.. => rows.min(most_bars) + 1,
                20.. if rows > 2 => rows.min(most_bars) + 1,
                20.. => 1,
                _ => 0,
            });
        }
        TimelineNeed::Rows(_) | TimelineNeed::Nothing => {}
    }
    if needs.with_panes || width >= WIDE && !needs.is_zoomed {
        if width < DRAWER || needs.is_zoomed {
            layout.panes = rest;
            return Some(layout);
        }
        layout.panes = rest.take_left(PANES_WIDTH.min(width / 2));
    }
    if needs.below == Below::Columns {
        layout.columns = rest.take_bottom((rest.height * 3 / 5).min(COLUMNS_HEIGHT));
    }
    let preview = match height {
        _ if needs.is_zoomed || needs.below == Below::Columns => 0,
        44.. => 8,
        28.. => 6,
        _ => 0,
    };
    layout.preview = rest.take_bottom(preview);
    if !is_compact {
        layout.titles = rest.take_top(needs.row_lines.max(1));
    }
    layout.table = rest;
    Some(layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout_with_timeline_focused(size: (u16, u16), rows: u16, needs: LayoutNeeds) -> Layout {
        let needs = LayoutNeeds { timeline: TimelineNeed::Focused(rows), with_panes: false, ..needs };
        layout(size, needs).expect("large enough")
    }

    #[test]
    fn rows_have_room_on_every_screen() {
        for width in LEAST.0..300 {
            for height in LEAST.1..120 {
                for with_panes in [false, true] {
                    for (is_zoomed, row_lines) in [(false, 1), (false, 2), (true, 1), (true, 2)] {
                        let needs = LayoutNeeds {
                            with_panes,
                            timeline: TimelineNeed::Rows(2),
                            row_lines,
                            is_zoomed,
                            ..LayoutNeeds::default()
                        };
                        let layout = layout((width, height), needs).expect("large enough");
                        for rows in [2, 5, 6] {
                            let marked = layout_with_timeline_focused((width, height), rows, needs);
                            let least = if is_zoomed || width < 60 || height < 14 { 0 } else { 4 };
                            let of = format!("{width}x{height}, {row_lines}, {rows}");
                            assert!(marked.table.height + row_lines > least, "{of}: {}", marked.table.height);
                            assert!(marked.timeline.height >= 5 || width >= MARKED_WIDE, "bars, times, and words");
                        }
                        let panes_only = with_panes && (width < DRAWER || is_zoomed);
                        assert!(panes_only || layout.table.height >= 5, "{width}x{height}");
                        assert!(layout.table.x + layout.table.width <= width);
                        assert_eq!(layout.bottom.y, height - 1);
                        let whole = if panes_only { layout.panes } else { layout.table };
                        assert!(!is_zoomed || whole.width == width, "nothing stands beside what is zoomed");
                    }
                }
            }
        }
        assert_eq!(layout((39, 24), LayoutNeeds::default()), None);
    }
}
