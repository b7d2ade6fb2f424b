//! The user's folders, by the XDG rules.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::engine::local::schema::DATABASE;

use super::error::UserError;

fn strategy() -> Result<impl BaseStrategy, UserError> {
    etcetera::choose_base_strategy().map_err(|error| UserError::usage(format!("there is no home folder: {error}")))
}

/// The user's configuration folder.
pub fn config_folder() -> Result<PathBuf, UserError> {
    Ok(strategy()?.config_dir().join("reqscope"))
}

/// The user's data folder.
pub fn data_folder() -> Result<PathBuf, UserError> {
    Ok(strategy()?.data_dir().join("reqscope"))
}

/// The user's cache folder.
pub fn cache_folder() -> Result<PathBuf, UserError> {
    Ok(strategy()?.cache_dir().join("reqscope"))
}

/// The user's state folder.
pub fn state_folder() -> Result<PathBuf, UserError> {
    let strategy = strategy()?;
    Ok(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("reqscope"))
}

/// The folder of the demo that ran last.
pub fn latest_demo() -> Result<Option<PathBuf>, UserError> {
    let folder = data_folder()?.join("demo");
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
    Ok(entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("store").join(DATABASE).is_file())
        .max_by_key(|path| std::fs::metadata(path.join("platform.json")).and_then(|meta| meta.modified()).ok()))
}
