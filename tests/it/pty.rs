//! The program in a real terminal.

mod bytes;
mod end;
mod live;
mod panic;
mod program;
mod stop;
