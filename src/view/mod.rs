//! The state as a frame: nothing is decided here, everything foreign is made safe here.

mod bad_rows;
pub mod bottom;
pub mod cells;
mod columns;
mod completion;
pub mod detail;
pub mod frame;
pub mod header;
mod help;
mod labels;
pub mod line;
pub mod lists;
mod pane_columns;
pub mod panes;
mod picker;
mod prompt;
pub mod steps;
pub mod table;
pub mod theme;
pub mod timeline;
mod timeline_axis;
pub mod trail;

pub use frame::draw;
pub use theme::Theme;

#[cfg(test)]
mod tests;
