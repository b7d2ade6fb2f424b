//! The impure shell: threads, files, sources, the terminal and the loop.

pub mod asker;
pub mod feed;
pub mod file_book;
pub mod finder;
pub mod follow;
pub mod follow_file;
pub mod frame_bytes;
pub mod id_file;
pub mod import;
pub mod input;
pub mod intake;
pub mod keeper;
pub mod keeper_event;
pub mod pipe;
pub mod save;
pub mod screen;
pub mod settings;
pub mod source_settings;
pub mod terminal;
pub mod turn;
pub mod typed_path;
pub mod watched;
