//! Integration tests: the layers of the code, the engines on written scenarios, the command line,
//! several processes at once, and the program in a terminal. One binary, so that the program is
//! linked into it once.

mod cli;
mod files;
mod home;
mod layers;
mod processes;
mod pty;
mod scenarios;
