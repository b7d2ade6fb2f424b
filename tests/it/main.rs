//! Integration tests: the layers of the code, the engines on written scenarios, the command line,
//! and several processes at once. One binary, so that the program is linked into it once.

mod cli;
mod files;
mod home;
mod layers;
mod processes;
mod scenarios;
