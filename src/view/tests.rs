//! Whole frames, as text and as runs of styles.

mod among;
mod any_keys;
mod bad_rows;
mod columns;
mod empty;
mod found;
mod freshness;
mod hostile;
mod lists;
mod narrow;
mod now;
mod odds;
mod panes;
mod picture;
mod prompt;
mod sizes;
mod sources;
mod states;
mod themes;
mod timeline;
mod trail;
