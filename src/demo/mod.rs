//! A made-up API platform: traffic that a person believes, and an HTTP server on loopback that
//! speaks the Files.com list protocol.
//!
//! The traffic is a function of a [`PlatformSpec`] and of absolute time: nothing is stored, and
//! any second of it is made when it is asked for.
//!
//! | module | is |
//! |---|---|
//! | `spec` | what a platform is made from |
//! | `draw`, `identity` | numbers that look random; Request-IDs that can be read back |
//! | `density`, `timetable`, `incidents`, `incident_kinds` | how much, when; what goes wrong |
//! | `api`, `habits`, `failures`, `latency`, `clients`, `names`, `words` | what is called, by whom, how it fails, how long it takes |
//! | `traffic`, `stories`, `sketch` | the requests before their text |
//! | `row`, `scan`, `platform` | the requests as the log has them, in order, as they become visible |
//! | `filter`, `page`, `problem`, `throttle`, `server` | the vendor's protocol |
//! | `workato` | a second workspace, as a CSV download |

mod api;
mod clients;
mod density;
mod draw;
mod failures;
mod filter;
mod habits;
mod identity;
mod incident_kinds;
mod incidents;
mod latency;
mod names;
mod page;
mod platform;
mod problem;
mod row;
mod scan;
mod server;
mod sketch;
mod spec;
mod stories;
mod throttle;
mod timetable;
mod traffic;
mod words;
pub mod workato;

pub use identity::HexId;
pub use incidents::Incident;
pub use platform::Platform;
pub use row::{LogRow, WholeSecond};
pub use server::{Clock, LIST_PATH, ServerHandle, serve};
pub use spec::{DEFAULT_HISTORY, MAX_HISTORY, MAX_RATE, PlatformSpec, RETENTION_DAYS, key};
