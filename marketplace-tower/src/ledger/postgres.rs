//! The ledger in a PostgreSQL database, which several machines share.

mod address;
mod connection;
mod error;
mod question;
mod session;
mod store;
mod text;
mod tls;
mod usage;
mod work;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Pool, PoolError};
use tokio::time::timeout;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use self::address::Address;
use self::connection::Connection;
pub use self::error::PostgresError;
use self::question::Question;
use self::session::{Asking, Sessions, is_undone};
use self::tls::Tls;
use super::LedgerError;

/// The version of the schema that this release reads and writes.
const VERSION: i32 = 2;
/// How long a question may take, with all that belongs to it.
const TIMEOUT: Duration = Duration::from_millis(800);
/// More than anybody waits for, and as much as the server can count.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60 * 60);
const POOL_SIZE: usize = 16;
/// How long connecting and migrating may take, which nobody waits for with a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// A ledger in a PostgreSQL database: for sellers with several machines.
///
/// The rules are functions in a schema `marketplace` of that database; each question is one call of one of them, in a
/// transaction of its own that is durable before it is answered. The database's clock decides when a lease is over.
///
/// A clone is cheap, and shares the connections.
///
/// ```no_run
/// # async fn open(url: &str) -> Result<(), marketplace_tower::LedgerError> {
/// use marketplace_tower::{Ledger, PostgresLedger};
///
/// let store = PostgresLedger::connect(url).await?;
/// store.migrate().await?;
/// let ledger = Ledger::custom(store.with_pool_size(32));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresLedger {
    sessions: Sessions,
    pool: Pool<Sessions>,
    timeout: Duration,
    pool_size: usize,
}

impl PostgresLedger {
    /// What [`migrate`](Self::migrate) runs, to be run by hand, for example by `psql`. It can be run again.
    pub const SQL: &str = concat!(
        include_str!("postgres/tables.sql"),
        include_str!("postgres/functions.sql"),
        include_str!("postgres/sellers.sql"),
        include_str!("postgres/usage/table.sql"),
        include_str!("postgres/usage/functions.sql"),
        include_str!("postgres/usage/sellers.sql"),
        include_str!("postgres/version.sql")
    );

    /// A ledger at `postgres://user:password@host/database`, with the parameters that libpq knows. Nobody is asked yet.
    ///
    /// Several hosts, `a,b`, are tried in turn; with `?target_session_attrs=read-write`, until one can be written.
    ///
    /// # Errors
    ///
    /// [`PostgresError::Url`].
    pub fn new(url: &str) -> Result<Self, LedgerError> {
        Ok(Self::with(Address::parse(url)?, TIMEOUT, POOL_SIZE))
    }

    /// A ledger, after its server has let this role in. The database may still be empty: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    ///
    /// [`LedgerError::Postgres`]: the URL cannot be read, nobody answers there, or the role is refused.
    pub async fn connect(url: &str) -> Result<Self, LedgerError> {
        let ledger = Self::new(url)?;
        ledger.patiently(Connection::open(ledger.address())).await?;
        Ok(ledger)
    }

    /// Believing these certificate authorities, in PEM, and no other. Without this it is those that browsers believe.
    ///
    /// TLS is required where the connection leaves this machine, unless the URL says `sslmode=disable`, or
    /// `sslmode=prefer`, which lets the server choose. A server has to prove its name wherever there is TLS.
    ///
    /// # Errors
    ///
    /// [`PostgresError::Certificates`].
    pub fn with_root_certificates(self, pem: impl AsRef<[u8]>) -> Result<Self, LedgerError> {
        let address = Address { tls: Tls::believing(pem.as_ref())?, ..self.address().clone() };
        Ok(Self::with(address, self.timeout, self.pool_size))
    }

    /// With another bound for each question, with all that belongs to it: waiting for a connection, opening one, and the
    /// answer. 800 milliseconds unless it is set, an hour at most. Questions that wait for a transaction of the seller's own give up earlier.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self::with(self.address().clone(), timeout.min(LONGEST_TIMEOUT), self.pool_size)
    }

    /// With so many connections at most, and at least one. 16 unless it is set.
    #[must_use]
    pub fn with_pool_size(self, connections: usize) -> Self {
        Self::with(self.address().clone(), self.timeout, connections.max(1))
    }

    /// Makes the schema, or brings it up to date. Can be called at each start, by all machines at the same time; if there is
    /// nothing to do, the role needs no rights for it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Postgres`]: the server does not answer, the role may not create the schema, or a newer release has made
    /// it. What is there is left as it was.
    pub async fn migrate(&self) -> Result<(), LedgerError> {
        let migration = async {
            let connection = Connection::open(self.address()).await?;
            match self.version(&connection).await {
                Err(PostgresError::NoLedger { .. } | PostgresError::Older { .. }) => {}
                version => return version,
            }
            let migrated = connection.client.batch_execute(Self::SQL).await;
            migrated.map_err(|error| PostgresError::asking(self.database(), error))?;
            self.version(&connection).await
        };
        Ok(self.patiently(migration).await?)
    }

    /// Is there a ledger in the database that this release can use?
    ///
    /// # Errors
    ///
    /// [`LedgerError::Postgres`]: there is none, an older release has made it and it has to be [migrated](Self::migrate), it is
    /// newer, or the server does not answer.
    pub async fn check(&self) -> Result<(), LedgerError> {
        Ok(self.patiently(self.usable()).await?)
    }

    fn with(address: Address, timeout: Duration, pool_size: usize) -> Self {
        let sessions = Sessions::new(address, timeout);
        let pool = Pool::builder(sessions.clone()).max_size(pool_size).build();
        let pool = pool
            .unwrap_or_else(|_| unreachable!("no timeouts of its own are set, so that it needs no runtime"));
        Self { sessions, pool, timeout, pool_size }
    }

    async fn usable(&self) -> Result<(), PostgresError> {
        self.version(&Connection::open(self.address()).await?).await
    }

    async fn version(&self, connection: &Connection) -> Result<(), PostgresError> {
        let rows = connection.client.query("SELECT marketplace.ledger_version()", &[]).await;
        let rows = rows.map_err(|error| PostgresError::asking(self.database(), error))?;
        match work::value::<i32>(&rows).map_err(|error| self.failed(error))? {
            found if found > VERSION => {
                Err(PostgresError::Newer { database: Arc::clone(self.database()), found })
            }
            found if found < VERSION => {
                Err(PostgresError::Older { database: Arc::clone(self.database()), found })
            }
            _ => Ok(()),
        }
    }

    async fn patiently<T>(
        &self,
        asked: impl Future<Output = Result<T, PostgresError>>,
    ) -> Result<T, PostgresError> {
        timeout(PATIENCE, asked).await.unwrap_or_else(|_elapsed| Err(self.late(PATIENCE)))
    }

    /// Asks, and has an answer or an error in time. Nothing is asked a second time that may have been done.
    async fn ask(&self, question: Question, given: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, LedgerError> {
        let asked = async {
            loop {
                let session = match self.pool.get().await {
                    Ok(session) => session,
                    Err(PoolError::Backend(error)) => return Err(error),
                    Err(error) => return Err(self.failed(error)),
                };
                match Asking::new(session, &self.sessions).ask(question, given).await {
                    Err(error) if is_undone(&error) => {}
                    Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                        return Err(self.late(self.timeout));
                    }
                    rows => match rows.map_err(|error| PostgresError::asking(self.database(), error)) {
                        // What is missing may be what an older ledger does not have.
                        Err(missing @ PostgresError::NoLedger { .. }) => {
                            return Err(self.usable().await.err().unwrap_or(missing));
                        }
                        rows => return rows,
                    },
                }
            }
        };
        let answer = timeout(self.timeout, asked).await;
        Ok(answer.unwrap_or_else(|_elapsed| Err(self.late(self.timeout)))?)
    }

    fn address(&self) -> &Address {
        self.sessions.address()
    }

    fn database(&self) -> &Arc<str> {
        &self.address().database
    }

    fn late(&self, timeout: Duration) -> PostgresError {
        PostgresError::Late { database: Arc::clone(self.database()), timeout }
    }

    fn failed(&self, source: impl Error + Send + Sync + 'static) -> PostgresError {
        PostgresError::Failed { database: Arc::clone(self.database()), source: Arc::new(source) }
    }
}

/// Without the role and its password.
impl fmt::Debug for PostgresLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.pool.status();
        f.debug_struct("PostgresLedger")
            .field("database", self.database())
            .field("timeout", &self.timeout)
            .field("connections", &status.size)
            .field("pool_size", &self.pool_size)
            .finish()
    }
}
