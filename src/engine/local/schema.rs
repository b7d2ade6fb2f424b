//! The database of a store: its tables, how it is opened, and how older ones are brought up to date.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;

/// The name of the database in a store's folder.
pub const DATABASE: &str = "store.db";

/// The folder of segments in a store's folder.
pub const SEGMENTS: &str = "segments";

/// Steps from nothing to the newest version; step n leads to version n + 1. Append only: stores
/// out there have gone through the earlier ones.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    -- The order of arrival; allocated in the transaction that stores the rows.
    INSERT INTO meta VALUES ('next_seq', 1);
    -- Rows older than this were deleted.
    INSERT INTO meta VALUES ('retained_from', -9223372036854775808);

    CREATE TABLE formats (
        name TEXT NOT NULL, version INTEGER NOT NULL, definition TEXT NOT NULL,
        PRIMARY KEY (name, version)
    ) WITHOUT ROWID;

    CREATE TABLE sources (
        name TEXT PRIMARY KEY,
        kind TEXT NOT NULL DEFAULT '',
        -- What the source shows and how it is reached, in its own form; never a secret.
        settings TEXT,
        checkpoint TEXT,
        coverage TEXT,
        redacted INTEGER NOT NULL DEFAULT 0,
        bad INTEGER NOT NULL DEFAULT 0,
        last_intake INTEGER
    ) WITHOUT ROWID;

    -- The head: fresh batches as compressed blocks of raw rows.
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        first_seq INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        first_seen INTEGER NOT NULL,
        block BLOB NOT NULL
    );

    CREATE TABLE segments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        seq_base INTEGER NOT NULL,
        min_seq INTEGER NOT NULL,
        max_seq INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        raw_rows INTEGER NOT NULL,
        min_time INTEGER NOT NULL,
        max_time INTEGER NOT NULL,
        max_seen INTEGER NOT NULL,
        raw_bytes INTEGER NOT NULL,
        columns_name TEXT NOT NULL,
        columns_bytes INTEGER NOT NULL,
        columns TEXT NOT NULL,
        time_fences BLOB NOT NULL,
        key_fences BLOB NOT NULL,
        blocks BLOB NOT NULL,
        -- Raw rows that were deleted, one bit each.
        dropped BLOB,
        sources TEXT NOT NULL
    );

    CREATE TABLE gaps (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL,
        from_time INTEGER NOT NULL, until_time INTEGER NOT NULL,
        reason TEXT NOT NULL, noted_at INTEGER NOT NULL,
        UNIQUE (source, from_time, until_time)
    );

    CREATE TABLE bad_rows (
        id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL,
        place TEXT NOT NULL, reason TEXT NOT NULL, sample BLOB NOT NULL, noted_at INTEGER NOT NULL
    );
    CREATE INDEX bad_rows_by_source ON bad_rows (source, id);

    -- Who polls a source. The lock file beside it says whether they still do.
    CREATE TABLE leases (
        source TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, since INTEGER NOT NULL
    ) WITHOUT ROWID;
"];

/// The newest version that this program knows.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// How a store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To read and write.
    ReadWrite,
    /// To read; others may write.
    ReadOnly,
    /// On a medium that nobody writes to.
    Immutable,
}

/// Turns what `SQLite` says into our error.
pub fn database_error(path: &Path, error: &rusqlite::Error) -> EngineError {
    let full = matches!(error, rusqlite::Error::SqliteFailure(e, _) if e.code == ErrorCode::DiskFull);
    // A full disk under the shared-memory file is reported as an I/O error.
    let io_full = matches!(error, rusqlite::Error::SqliteFailure(e, _) if e.code == ErrorCode::SystemIoFailure)
        && free_space(path).is_some_and(|free| free < 1 << 20);
    EngineError::Database { path: path.to_owned(), message: error.to_string(), is_full: full || io_full }
}

/// Bytes that may still be written to the disk of a folder.
pub fn free_space(path: &Path) -> Option<u64> {
    let folder = if path.is_dir() { path } else { path.parent()? };
    let stat = rustix::fs::statvfs(folder).ok()?;
    Some(stat.f_bavail * stat.f_frsize)
}

/// A store's folder and database, made when they are not there: readable by their owner alone.
pub fn create(folder: &Path) -> Result<(), EngineError> {
    let file_error = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| EngineError::File { path, source }
    };
    for folder in [folder.to_owned(), folder.join(SEGMENTS)] {
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(file_error(&folder))?;
        }
    }
    let database = folder.join(DATABASE);
    if !database.exists() {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&database);
        match made {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(file_error(&database)(error)),
        }
    }
    Ok(())
}

/// Opens the database of a store as well as the folder's permissions allow.
pub fn open(folder: &Path) -> Result<(Connection, Access), EngineError> {
    let path = folder.join(DATABASE);
    if !path.is_file() {
        return Err(EngineError::Missing { path: folder.to_owned() });
    }
    let access = access_to(folder, &path);
    Ok((connect(&path, access)?, access))
}

/// How the folder's permissions let its database be opened.
fn access_to(folder: &Path, database: &Path) -> Access {
    let is_writable = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    if is_writable(database) && is_writable(folder) {
        return Access::ReadWrite;
    }
    // Another's store: reading in WAL mode needs the writer's shared memory. Where there is none,
    // nobody writes.
    if database.with_extension("db-shm").exists() { Access::ReadOnly } else { Access::Immutable }
}

/// A further connection to a database that was opened.
pub fn connect(path: &Path, access: Access) -> Result<Connection, EngineError> {
    let error = |e: rusqlite::Error| database_error(path, &e);
    let flags = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly | Access::Immutable => OpenFlags::SQLITE_OPEN_READ_ONLY,
    } | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri(path, access), flags).map_err(error)?;
    connection.busy_timeout(Duration::from_secs(20)).map_err(error)?;
    if access == Access::ReadWrite {
        connection.pragma_update(None, "journal_mode", "WAL").map_err(error)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
        // Readers that stay long must not let the log grow without end.
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024).map_err(error)?;
    }
    Ok(connection)
}

fn uri(path: &Path, access: Access) -> PathBuf {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if access == Access::Immutable {
        uri.push_str("?immutable=1");
    }
    uri.into()
}

/// Brings a database up to the newest version; refuses one that is newer.
pub fn migrate(connection: &mut Connection, folder: &Path, access: Access, now: Timestamp) -> Result<(), EngineError> {
    let path = folder.join(DATABASE);
    let error = |e: rusqlite::Error| database_error(&path, &e);
    let version =
        |connection: &Connection| connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    let found = version(connection).map_err(error)?;
    if found > VERSION {
        return Err(EngineError::Newer { path: folder.to_owned(), found, known: VERSION });
    }
    if found == VERSION {
        return Ok(());
    }
    if access != Access::ReadWrite {
        let reason = format!("it has version {found} and cannot be brought to version {VERSION}");
        return Err(EngineError::ReadOnly { path: folder.to_owned(), reason });
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(error)?;
    // Another process may have done it meanwhile.
    let found = version(&transaction).map_err(error)?;
    for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step).map_err(error)?;
    }
    let tag = now.0.unsigned_abs() ^ u64::from(std::process::id()) << 20;
    transaction
        .execute("INSERT OR IGNORE INTO meta VALUES ('tag', ?1)", params![(tag % 1024) as i64])
        .map_err(error)?;
    transaction.pragma_update(None, "user_version", VERSION).map_err(error)?;
    transaction.commit().map_err(error)
}

/// A number of the table `meta`.
pub fn meta(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let value = connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value.unwrap_or(0))
}

/// Removes a file; one that is gone already is no error.
pub fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
