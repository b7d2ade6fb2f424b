//! The embedded store: `SQLite` for what must never be lost, immutable segments for what must be
//! fast, and the executor over both.

pub mod ahead;
pub mod answer;
pub mod append;
pub mod cache;
pub mod columns;
pub mod compact;
pub mod files;
pub mod head;
pub mod import;
pub mod interner;
pub mod locks;
pub mod missing;
pub mod part;
pub mod readers;
pub mod rebuild;
pub mod retain;
pub mod schema;
pub mod segments;
pub mod sources;
pub mod store;
pub mod verify;
pub mod view;

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod as_of_tests;
#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod lists_tests;
#[cfg(test)]
mod sums_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod texts_tests;

pub use missing::Missing;
pub use store::{Store, StoreOptions};

#[cfg(test)]
mod limits_tests;
