//! The cursor of the panes: moved, and kept on its value while lines come and go.

use super::panes::{PaneStop, Panes};

impl Panes {
    /// Puts the cursor on a line.
    fn put(&mut self, place: usize, lines: &[PaneStop]) {
        self.cursor = place;
        (self.first_new, self.is_fresh) = (None, false);
        self.on = lines.get(place).and_then(|line| Some((line.pane?, line.test.clone())));
    }

    /// Keeps the cursor on its value, else in its pane, whatever came above it. So many lines are in sight: none of
    /// them is empty while some are scrolled away.
    pub fn stay(&mut self, lines: &[PaneStop], height: usize) {
        let (was_fresh, was_awaited) = (self.is_fresh, self.first_new.is_some());
        self.go_to_first_new(lines);
        if let Some((pane, test)) = self.on.clone() {
            let holds = |line: &PaneStop| line.can_hold_cursor && line.pane == Some(pane);
            let is_fresh = std::mem::take(&mut self.is_fresh);
            let same = lines.iter().position(|line| holds(line) && (is_fresh || line.test == test));
            let near = (0..lines.len()).filter(|place| holds(&lines[*place]));
            let is_gone = same.is_none();
            if let Some(place) = same.or_else(|| near.min_by_key(|place| place.abs_diff(self.cursor))) {
                let moved = place as i64 - self.cursor as i64;
                self.scroll = (self.scroll as i64 + moved).max(0) as usize;
                self.cursor = place;
                // Where its value is gone, the one that the cursor is drawn on is the one it stays on.
                if is_fresh || is_gone {
                    self.put(place, lines);
                }
            }
        }
        self.clamp(lines);
        self.scroll = self.scroll.min(lines.len().saturating_sub(height));
        if was_fresh {
            self.scroll_to_pane(lines, height);
        } else if was_awaited {
            self.scroll_to_cursor(height);
        }
    }

    /// Where more values of a pane were asked for, puts the cursor on the first of them once it is there.
    fn go_to_first_new(&mut self, lines: &[PaneStop]) {
        let Some((pane, nth)) = self.first_new else { return };
        let of_pane = (0..lines.len()).filter(|place| lines[*place].pane == Some(pane) && lines[*place].test.is_some());
        if let Some(place) = of_pane.take(nth + 1).last() {
            self.put(place, lines);
            let is_there = lines[..place].iter().filter(|line| line.pane == Some(pane) && line.test.is_some()).count();
            self.first_new = (is_there < nth).then_some((pane, nth));
        }
    }

    /// Keeps the cursor on a line that can hold it.
    fn clamp(&mut self, lines: &[PaneStop]) {
        self.cursor = self.cursor.min(lines.len().saturating_sub(1));
        if !lines.get(self.cursor).is_some_and(|line| line.can_hold_cursor) {
            let behind = (self.cursor..lines.len()).find(|line| lines[*line].can_hold_cursor);
            let before = (0..self.cursor.min(lines.len())).rev().find(|line| lines[*line].can_hold_cursor);
            self.put(behind.or(before).unwrap_or(0), lines);
        }
    }

    /// Moves the cursor by so many lines that can hold it.
    pub fn move_by(&mut self, delta: i64, lines: &[PaneStop]) {
        let stops: Vec<usize> = (0..lines.len()).filter(|line| lines[*line].can_hold_cursor).collect();
        let here = stops.iter().position(|stop| *stop >= self.cursor).unwrap_or(0) as i64;
        let there = (here + delta).clamp(0, stops.len() as i64 - 1).max(0) as usize;
        self.put(stops.get(there).copied().unwrap_or(0), lines);
    }

    /// Moves the cursor by so many lines of the screen, or by some fewer where none there can hold it.
    pub fn move_lines(&mut self, delta: i64, lines: &[PaneStop]) {
        let last = lines.len().saturating_sub(1);
        let there = (self.cursor as i64).saturating_add(delta).clamp(0, last as i64) as usize;
        let behind = || (there..lines.len()).find(|place| lines[*place].can_hold_cursor);
        let before = || (0..lines.len().min(there + 1)).rev().find(|place| lines[*place].can_hold_cursor);
        let place = if delta < 0 {
            behind().filter(|place| *place < self.cursor).or_else(before)
        } else {
            before().filter(|place| *place > self.cursor).or_else(behind)
        };
        self.put(place.unwrap_or(self.cursor), lines);
    }

    /// Moves the cursor to the first line of a pane; says whether there is one.
    pub fn go_to(&mut self, pane: usize, lines: &[PaneStop]) -> bool {
        let line = lines.iter().position(|line| line.pane == Some(pane) && line.can_hold_cursor);
        if let Some(line) = line {
            self.put(line, lines);
        }
        line.is_some()
    }

    /// Brings as much as fits of the cursor's pane in sight.
    pub fn scroll_to_pane(&mut self, lines: &[PaneStop], height: usize) {
        let pane = lines.get(self.cursor).and_then(|line| line.pane);
        let of_pane = |line: &PaneStop| pane.is_some() && line.pane == pane;
        if let Some((first, last)) = lines.iter().position(of_pane).zip(lines.iter().rposition(of_pane))
            && last >= self.scroll + height
        {
            self.scroll = (last + 1).saturating_sub(height).min(first);
        }
        self.scroll_to_cursor(height);
    }

    /// Brings a pane's title to the top, so that as many of its values are seen as there is room for.
    pub fn scroll_to_title(&mut self, pane: usize, lines: &[PaneStop], height: usize) {
        if let Some(title) = lines.iter().position(|line| line.pane == Some(pane)) {
            self.scroll = title.min(lines.len().saturating_sub(height));
        }
        self.scroll_to_cursor(height);
    }

    /// Keeps the cursor in sight.
    pub fn scroll_to_cursor(&mut self, height: usize) {
        if height == 0 {
            return;
        }
        // The title over the first line comes along.
        let from = self.cursor.saturating_sub(1);
        if from < self.scroll {
            self.scroll = from;
        } else if self.cursor >= self.scroll + height {
            self.scroll = self.cursor + 1 - height;
        }
    }
}

#[cfg(test)]
#[path = "pane_cursor_tests.rs"]
mod tests;
