//! The seller's own database: PostgreSQL, which all machines share, or an SQLite file. No question to it takes long.

mod postgres;
mod sqlite;

use std::error::Error;
use std::fmt;

pub(crate) use self::postgres::Postgres;
pub(crate) use self::sqlite::Sqlite;

/// A database of texts.
pub(crate) enum Database {
    Postgres(Postgres),
    Sqlite(Sqlite),
}

impl Database {
    /// Runs statements that have no parameters.
    pub(crate) async fn run(&self, statements: &'static str) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(database) => database.run(statements).await,
            Self::Sqlite(database) => database.run(statements).await,
        }
    }

    /// Runs a statement. Its parameters are `$1`, `$2` and so on, in this order.
    pub(crate) async fn execute(
        &self,
        statement: &'static str,
        parameters: &[&str],
    ) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(database) => database.execute(statement, parameters).await,
            Self::Sqlite(database) => database.execute(statement, parameters).await,
        }
    }

    /// The columns of one row, if there is one.
    pub(crate) async fn find<const N: usize>(
        &self,
        statement: &'static str,
        parameters: &[&str],
    ) -> Result<Option<[String; N]>, DatabaseError> {
        match self {
            Self::Postgres(database) => database.find(statement, parameters).await,
            Self::Sqlite(database) => database.find(statement, parameters).await,
        }
    }
}

/// The database failed. What was asked may have been done or not: it can be asked again.
#[derive(Debug)]
pub(crate) struct DatabaseError(Box<dyn Error + Send + Sync>);

impl DatabaseError {
    fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Drivers say little themselves, and the rest in their causes: this says all of it, so that it is in the log.
impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database of the tenants failed: {}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for DatabaseError {}
