//! What the shop has written down: some things no answer tells.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// The file of the shop, read beside it.
#[derive(Clone)]
pub(super) struct Stored(Arc<PathBuf>);

impl Stored {
    pub(super) fn new(database: &Path) -> Self {
        Self(Arc::new(database.to_owned()))
    }

    /// The only value of this query, in which `?1` is the id, has to be this one.
    pub(super) fn expect(&self, sql: &str, id: &str, wanted: impl Into<Value>) -> Result<(), String> {
        let find = || {
            let database = Connection::open_with_flags(&*self.0, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            database.query_row(sql, [id], |row| row.get::<_, Value>(0))
        };
        let (found, wanted) = (find().map_err(|error| format!("{sql}: {error}"))?, wanted.into());
        if found == wanted { Ok(()) } else { Err(format!("{sql}: {found:?}, not {wanted:?}")) }
    }
}
