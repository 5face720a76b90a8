//! The file of a ledger: how it is made, recognised and opened.

use std::error::Error;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::super::LedgerError;
use super::usage;

/// `KooL`, by which a ledger is told from the databases of other applications.
const APPLICATION: i32 = i32::from_be_bytes(*b"KooL");
const VERSION: i32 = 3;
/// `order_id` is the instance where a work has no order. `order_line_id` is 0 if the call named no line. `progress` is 0
/// begun, 1 accepted, 2 done; times are in milliseconds; `digest` is unknown of what version 1 wrote.
const SCHEMA: &str = "
    CREATE TABLE work (
        id INTEGER PRIMARY KEY,
        activity TEXT NOT NULL,
        scene TEXT NOT NULL,
        order_id TEXT NOT NULL,
        order_line_id ANY NOT NULL,
        kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
        thing TEXT NOT NULL,
        instance_id TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT '',
        progress INTEGER NOT NULL DEFAULT 0 CHECK (progress IN (0, 1, 2)),
        answer BLOB,
        digest INTEGER,
        fence INTEGER NOT NULL DEFAULT 1,
        leased_until INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL,
        call BLOB,
        UNIQUE (activity, scene, order_id, order_line_id),
        CHECK ((progress = 2) = (answer IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX purchase_of_instance ON work (instance_id) WHERE kind = 0;
    CREATE INDEX work_on_instance ON work (instance_id);
    CREATE INDEX work_interrupted ON work (id) WHERE call IS NOT NULL;";
/// From a file of version 1, which had purchases only.
const FROM_1: &str = "
    INSERT INTO work (id, activity, scene, order_id, order_line_id, kind, thing, instance_id, progress, answer, changed_at)
        SELECT id, 'newInstance', '', order_id, order_line_id, 0, 'instance', instance_id, progress, answer, 0
        FROM order_line;
    DROP TABLE order_line;";
/// More than there are statements here, so that each is prepared once.
const STATEMENTS: usize = 64;
/// How long another process that shares the file may hold its lock. Well under the deadline of an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// While one thread makes a file, no other may look at it. When a process closes a file that it opened twice, POSIX
/// takes away the locks of both; so the file has to be closed here before SQLite opens it anywhere.
static CREATING: Mutex<()> = Mutex::new(());

pub(super) fn open(file: &Arc<Path>) -> Result<Connection, LedgerError> {
    if file.is_dir() {
        return Err(cannot_open(file, io::Error::from(io::ErrorKind::IsADirectory)));
    }
    create(file).map_err(|source| cannot_open(file, source))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(file, flags).map_err(|source| cannot_open(file, source))?;
    connection.busy_timeout(PATIENCE).map_err(|source| cannot_open(file, source))?;
    recognise(file, &mut connection)?;
    make_durable(&connection).map_err(|source| cannot_open(file, source))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

pub(super) fn cannot_open(file: &Arc<Path>, source: impl Error + Send + Sync + 'static) -> LedgerError {
    LedgerError::Open { file: Arc::clone(file), source: Arc::new(source) }
}

/// Makes an empty file, if there is none, that only its owner can read: it says who bought what. SQLite gives its other
/// files the same permissions.
fn create(file: &Path) -> io::Result<()> {
    let _alone = CREATING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes an empty file or a ledger, and nothing else. What it does not take, it leaves as it was.
fn recognise(file: &Arc<Path>, connection: &mut Connection) -> Result<(), LedgerError> {
    let failed = |source| cannot_open(file, source);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get(0)).map_err(failed);
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION, VERSION) => Ok(()),
        (APPLICATION, found) if found > VERSION => {
            Err(LedgerError::Newer { file: Arc::clone(file), found, known: VERSION })
        }
        (APPLICATION, 1) => write_schema(transaction, &[SCHEMA, FROM_1, usage::SCHEMA]).map_err(failed),
        // Version 2 knew no usage.
        (APPLICATION, 2) => write_schema(transaction, &[usage::SCHEMA]).map_err(failed),
        (0, 0) if number("schema_version")? == 0 => {
            write_schema(transaction, &[SCHEMA, usage::SCHEMA]).map_err(failed)
        }
        _ => Err(LedgerError::NotALedger { file: Arc::clone(file) }),
    }
}

fn write_schema(transaction: Transaction<'_>, statements: &[&str]) -> rusqlite::Result<()> {
    statements.iter().try_for_each(|statements| transaction.execute_batch(statements))?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// What is committed survives the loss of power.
fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    let mode = use_wal(connection)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
            Some(format!("its journal mode stays `{mode}`, not `wal`")),
        ));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Only macOS knows a difference: its ordinary sync leaves data in the drive's cache.
    connection.pragma_update(None, "fullfsync", "ON")
}

/// SQLite does not wait for the lock that this change needs, so that we have to.
fn use_wal(connection: &Connection) -> rusqlite::Result<String> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(10));
            }
            mode => return mode,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syncs_every_commit() {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::<Path>::from(folder.path().join("shop.db"));
        for _ in 0..2 {
            let connection = open(&file).unwrap();
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            let synchronous: i32 =
                connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
            assert_eq!((mode.as_str(), synchronous), ("wal", 2));
        }
    }

    #[test]
    fn refuses_what_cannot_have_a_log() {
        let error = make_durable(&Connection::open_in_memory().unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "its journal mode stays `memory`, not `wal`");
    }

    #[test]
    fn a_search_for_an_order_reads_no_other_row() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        for (query, plan) in [
            (
                "activity = 'n' AND scene = '' AND order_id = 'a' AND order_line_id = 'b'",
                "(activity=? AND scene=? AND order_id=? AND order_line_id=?)",
            ),
            ("instance_id = 'a' AND kind = 0 AND progress = 0", "(instance_id=?)"),
            ("instance_id = 'a' AND call IS NOT NULL", "(instance_id=?)"),
            ("id > 7 AND call IS NOT NULL", "(id>?)"),
        ] {
            let explain = format!("EXPLAIN QUERY PLAN SELECT 1 FROM work WHERE {query}");
            let found: String = connection.query_row(&explain, [], |row| row.get(3)).unwrap();
            assert!(found.starts_with("SEARCH") && found.contains(plan), "{found}");
        }
    }
}
