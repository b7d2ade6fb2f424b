//! Files.com API logs, polled.

pub mod client;
pub mod error;
mod error_body;
mod intake;
mod plan;
mod region;
mod retry;
mod rows;
mod transport;
