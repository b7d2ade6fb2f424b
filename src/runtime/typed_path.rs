//! Paths as people type them on the screen, where no shell has read them.

use std::path::PathBuf;

/// A path in the current folder, unless it says another one; `~/` stands for the home folder.
pub fn expand(name: &str) -> PathBuf {
    if let Some(rest) = name.strip_prefix("~/")
        && let Some(home) = std::env::home_dir()
    {
        return home.join(rest);
    }
    std::env::current_dir().map_or_else(|_| PathBuf::from(name), |folder| folder.join(name))
}
