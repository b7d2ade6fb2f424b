//! The program as a whole.

mod pty;
