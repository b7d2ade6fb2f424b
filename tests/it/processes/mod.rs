//! Several processes at once: the made-up backend, collectors that are killed, followers of each
//! other, imports beside them. Each test has a backend and a home of its own.

mod backend;
mod kills;
mod secrets;
mod signals;
mod together;
