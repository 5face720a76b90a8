//! What goes wrong with a ledger on PostgreSQL.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::VERSION;

/// The database could not be connected to or asked. For the operator; KooGallery sends the call again.
///
/// Names hosts and databases, never a password. A clone is cheap.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// The URL cannot be read. It is not repeated here, because it may hold a password.
    #[error(
        "the URL of the ledger cannot be read: write `postgres://user:password@host/database`, with `%40` and the like for \
         special letters of the password"
    )]
    Url,
    /// The certificates of the authorities cannot be read: they have to be in PEM.
    #[error("the root certificates for the ledger cannot be read")]
    Certificates {
        /// What is wrong with them.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// Nobody answers there, or the server cannot prove its name: check the address, the network, and that the server runs
    /// and has TLS. Where no TLS is wanted, the URL has to say so: `?sslmode=disable`.
    #[error("cannot connect to the ledger `{database}`")]
    Unreachable {
        /// The hosts and the database.
        database: Arc<str>,
        /// What the system or the driver says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The server does not let this role in, or not into this database: check the password, the names, and the grants.
    #[error("the ledger `{database}` refuses this role")]
    Refused {
        /// The hosts and the database.
        database: Arc<str>,
        /// What the server says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The database holds no ledger.
    #[error(
        "the database `{database}` holds no ledger: call `PostgresLedger::migrate`, or run `PostgresLedger::SQL` by hand"
    )]
    NoLedger {
        /// The hosts and the database.
        database: Arc<str>,
    },
    /// The ledger was made by an older release.
    #[error(
        "the ledger `{database}` has version {found}, and this release needs version {VERSION}: call \
         `PostgresLedger::migrate`, or run `PostgresLedger::SQL` by hand"
    )]
    Older {
        /// The hosts and the database.
        database: Arc<str>,
        /// The version of the ledger.
        found: i32,
    },
    /// The ledger was made by a newer release. It was left as it is.
    #[error("the ledger `{database}` has version {found}; this release knows version {VERSION}")]
    Newer {
        /// The hosts and the database.
        database: Arc<str>,
        /// The version of the ledger.
        found: i32,
    },
    /// No answer came in time. Whether the database has done what it was asked is not known.
    #[error("the ledger `{database}` did not answer within {} ms", timeout.as_millis())]
    Late {
        /// The hosts and the database.
        database: Arc<str>,
        /// How long was waited for an answer; see [`PostgresLedger::with_timeout`](super::PostgresLedger::with_timeout).
        timeout: Duration,
    },
    /// Another transaction holds what was asked for, and was not over in time. Nothing was done.
    ///
    /// It is mostly one of the seller's that has called `marketplace.reserve`, `marketplace.done` or
    /// `marketplace.record_usage` and stays open.
    #[error("a transaction that stays open holds what was asked for in the ledger `{database}`")]
    Locked {
        /// The hosts and the database.
        database: Arc<str>,
    },
    /// The database could not do what it was asked.
    #[error("the ledger `{database}` could not be read or written")]
    Failed {
        /// The hosts and the database.
        database: Arc<str>,
        /// What the server or the driver says.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl PostgresError {
    pub(super) fn certificates(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Certificates { source: Arc::new(source) }
    }

    /// What the driver says while it connects.
    pub(super) fn connecting(database: &Arc<str>, error: tokio_postgres::Error) -> Self {
        let database = Arc::clone(database);
        let refused = error.code().is_some_and(|code| {
            // 28: of authorization.
            code.code().starts_with("28")
                || matches!(*code, SqlState::INVALID_CATALOG_NAME | SqlState::INSUFFICIENT_PRIVILEGE)
        });
        let source = source(error);
        if refused { Self::Refused { database, source } } else { Self::Unreachable { database, source } }
    }

    /// What the driver says about a question.
    pub(super) fn asking(database: &Arc<str>, error: tokio_postgres::Error) -> Self {
        let database = Arc::clone(database);
        match error.code() {
            Some(&(SqlState::INVALID_SCHEMA_NAME | SqlState::UNDEFINED_FUNCTION)) => {
                Self::NoLedger { database }
            }
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Self::Refused { database, source: source(error) },
            Some(&SqlState::LOCK_NOT_AVAILABLE) => Self::Locked { database },
            _ => Self::Failed { database, source: source(error) },
        }
    }
}

/// What a server says, without the details: they repeat what it was given, and that may be a first password.
#[derive(Debug)]
struct Said {
    code: String,
    message: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl Error for Said {}

fn source(error: tokio_postgres::Error) -> Arc<dyn Error + Send + Sync> {
    match error.as_db_error() {
        Some(said) => {
            Arc::new(Said { code: said.code().code().to_owned(), message: said.message().to_owned() })
        }
        None => Arc::new(error),
    }
}
