//! The screen's state and rules, without a clock, a file, a socket or a terminal:
//! [`update`](update::update) takes an event and gives back what is to be done.

pub mod absence;
pub mod action;
pub mod among;
pub mod answers;
pub mod ask;
pub mod bad_rows;
pub mod column_changes;
pub mod column_list;
pub mod columns;
pub mod completion;
mod current;
pub mod detail;
pub mod doubts;
pub mod empty;
pub mod event;
pub mod field_list;
pub mod find;
pub mod fuzzy;
pub mod grid;
pub mod guide;
pub mod held;
pub mod help;
pub mod hiding;
pub mod history;
pub mod jump;
pub mod keymap;
pub mod layout;
pub mod lines;
pub mod menu;
pub mod nearest;
pub mod now;
pub mod palette;
mod pane_cursor;
pub mod panes;
mod pasted_command;
pub mod picker;
mod picker_keys;
pub mod prompt;
mod prompt_error;
pub mod remembered;
pub mod save;
pub mod source_view;
pub mod split;
pub mod state;
pub mod steps;
pub mod table;
pub mod timeline;
pub mod timeline_view;
pub mod trail;
pub mod update;

#[cfg(test)]
pub mod testing;
