//! Who uses a ledger file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::super::LedgerError;
use super::file::cannot_open;
use super::usage;

/// Joins the processes that use a file, until what is returned is dropped or the process ends, however it does.
///
/// If there is no other, whoever was at work has died: its leases end at once, and not only when their time is over. Where
/// the file system knows no locks, time decides.
pub(super) fn join(
    file: &Arc<Path>,
    connection: Connection,
) -> Result<(Connection, Option<File>), LedgerError> {
    let holder = open(file).map_err(|source| cannot_open(file, source))?;
    match holder.try_lock() {
        Ok(()) => {
            // Over, but not given back: what was interrupted has not failed.
            let ended = "UPDATE work SET leased_until = 1 WHERE leased_until > 1";
            let ended = connection.execute(ended, []).and_then(|_| usage::end_leases(&connection));
            ended.map_err(|source| cannot_open(file, source))?;
        }
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(_)) => return Ok((connection, None)),
    }
    // Nothing is begun before this: whoever is alone for a moment in between ends no lease of ours.
    match holder.lock_shared() {
        Ok(()) => Ok((connection, Some(holder))),
        Err(_) => Ok((connection, None)),
    }
}

/// The file whose lock is held. It stays empty.
fn open(file: &Path) -> std::io::Result<File> {
    let mut path = file.as_os_str().to_owned();
    path.push("-holders");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(PathBuf::from(path))
}
