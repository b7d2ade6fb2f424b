//! The program in a real terminal.

mod bytes;
mod copied;
mod end;
mod live;
mod panic;
mod program;
mod stop;
