//! When the next frame is due.

use std::time::{Duration, Instant};

/// Frames that data causes come at most so often.
pub(super) const DATA_FRAME: Duration = Duration::from_millis(100);

/// Such a frame waits so long for the answer that it is to show.
const ANSWER: Duration = Duration::from_millis(50);

/// When frames were drawn, and what has happened since. Clocks and states of sources change the screen by themselves:
/// their frames do not hold up the next one that shows requests.
pub(super) struct Pace {
    last_frame: Instant,
    last_of_data: Instant,
    /// When it was last told that there is more.
    changed: Instant,
    /// When a key was pressed last.
    pressed: Instant,
    has_data: bool,
    /// Whether an answer to what a person asked has come.
    is_due: bool,
}

impl Pace {
    /// Nothing is drawn yet.
    pub(super) fn new(now: Instant) -> Self {
        Self { last_frame: now, last_of_data: now, changed: now, pressed: now, has_data: false, is_due: false }
    }

    /// It is told that there is more.
    pub(super) fn change(&mut self, now: Instant) {
        (self.changed, self.has_data) = (now, true);
    }

    /// An answer has come.
    pub(super) fn answer(&mut self) {
        self.has_data = true;
    }

    /// A key was pressed.
    pub(super) fn press(&mut self, now: Instant) {
        self.pressed = now;
    }

    /// An answer has come that a person waits for.
    pub(super) fn awaited_answer(&mut self) {
        (self.has_data, self.is_due) = (true, true);
    }

    /// A frame was drawn.
    pub(super) fn draw(&mut self, now: Instant) {
        (self.last_frame, self.is_due) = (now, false);
        if std::mem::take(&mut self.has_data) {
            self.last_of_data = now;
        }
    }

    /// How long until a frame that no key causes. What has just come is in the next answer: a frame before it would
    /// show nothing of it, and hold up the one that does. What a person asked is shown when it is there, with what is
    /// there soon.
    pub(super) fn until_frame(&self, is_asking: bool, now: Instant) -> Duration {
        if self.is_due {
            return if is_asking { ANSWER.saturating_sub(now.duration_since(self.pressed)) } else { Duration::ZERO };
        }
        let last = if self.has_data { self.last_of_data } else { self.last_frame };
        let rest = DATA_FRAME.saturating_sub(now.duration_since(last));
        if is_asking { rest.max(ANSWER.saturating_sub(now.duration_since(self.changed))) } else { rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn after(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn frames_of_data_keep_their_distance() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        pace.change(begin + after(500));
        assert_eq!(pace.until_frame(true, begin + after(500)), ANSWER, "its answer is waited for");
        pace.answer();
        assert_eq!(pace.until_frame(false, begin + after(510)), Duration::ZERO);
        pace.draw(begin + after(510));
        pace.change(begin + after(530));
        assert_eq!(pace.until_frame(true, begin + after(530)), after(80));
        assert_eq!(pace.until_frame(true, begin + after(610)), Duration::ZERO, "the answer took too long");
    }

    #[test]
    fn what_a_person_asked_is_shown_when_it_is_there() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        pace.change(begin + after(500));
        pace.answer();
        pace.draw(begin + after(500));
        pace.press(begin + after(510));
        pace.draw(begin + after(511));
        pace.awaited_answer();
        assert_eq!(pace.until_frame(true, begin + after(520)), after(40), "the others are nearly there");
        assert_eq!(pace.until_frame(false, begin + after(530)), Duration::ZERO);
        assert_eq!(pace.until_frame(true, begin + after(560)), Duration::ZERO, "they take too long");
        pace.draw(begin + after(560));
        pace.change(begin + after(570));
        pace.answer();
        assert_eq!(pace.until_frame(false, begin + after(570)), after(90), "nobody asked for it");
    }

    #[test]
    fn a_frame_of_the_clock_holds_up_nothing_that_arrives() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        assert_eq!(pace.until_frame(false, begin + after(1_000)), Duration::ZERO);
        pace.draw(begin + after(1_000));
        assert_eq!(pace.until_frame(false, begin + after(1_010)), after(90), "the next of its kind");
        pace.change(begin + after(1_010));
        pace.answer();
        assert_eq!(pace.until_frame(false, begin + after(1_020)), Duration::ZERO);
    }
}
