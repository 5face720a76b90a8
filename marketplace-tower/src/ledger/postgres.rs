//! The ledger in a PostgreSQL database, which several machines share.

mod address;
mod connection;
mod error;
mod question;
mod session;
mod text;
mod work;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Pool, PoolError};
use marketplace_core::InstanceId;
use tokio::time::timeout;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use self::address::Address;
use self::connection::Connection;
pub use self::error::PostgresError;
use self::question::Question;
use self::session::{Asking, Sessions, is_undone};
use self::text::escaped;
use self::work::{Hidden, Key, milliseconds, stored};
use super::{Claim, Interrupted, Lease, LedgerError, LedgerStore, Outcome, Reservation};
use crate::StoreFuture;

/// The version of the schema that this release reads and writes.
const VERSION: i32 = 1;
/// How long a question may take, with all that belongs to it.
const TIMEOUT: Duration = Duration::from_millis(800);
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
        include_str!("postgres/sellers.sql")
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

    /// With another bound for each question, with all that belongs to it: waiting for a connection, opening one, and the
    /// answer. 800 milliseconds unless it is set. Questions that wait for a transaction of the seller's own give up earlier.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self::with(self.address().clone(), timeout, self.pool_size)
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
                Err(PostgresError::NoLedger { .. }) => {}
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
    /// [`LedgerError::Postgres`]: there is none, it is newer, or the server does not answer.
    pub async fn check(&self) -> Result<(), LedgerError> {
        let check = async { self.version(&Connection::open(self.address()).await?).await };
        Ok(self.patiently(check).await?)
    }

    fn with(address: Address, timeout: Duration, pool_size: usize) -> Self {
        let sessions = Sessions::new(address, timeout);
        let pool = Pool::builder(sessions.clone()).max_size(pool_size).build();
        let pool = pool
            .unwrap_or_else(|_| unreachable!("no timeouts of its own are set, so that it needs no runtime"));
        Self { sessions, pool, timeout, pool_size }
    }

    async fn version(&self, connection: &Connection) -> Result<(), PostgresError> {
        let rows = connection.client.query("SELECT marketplace.ledger_version()", &[]).await;
        let rows = rows.map_err(|error| PostgresError::asking(self.database(), error))?;
        match work::value::<i32>(&rows).map_err(|error| self.failed(error))? {
            found if found > VERSION => {
                Err(PostgresError::Newer { database: Arc::clone(self.database()), found })
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
                    rows => return rows.map_err(|error| PostgresError::asking(self.database(), error)),
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

impl LedgerStore for PostgresLedger {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
        StoreFuture::boxed(async move {
            let work = &claim.work;
            let known_by = work.key();
            let key = Key::new(&known_by);
            let candidate = escaped(claim.candidate.as_str());
            let call = (!claim.call.is_empty()).then_some(Hidden(&claim.call));
            let given: [&(dyn ToSql + Sync); 11] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &work::kind(work.kind()),
                &work.thing().name(),
                &work.new_state(),
                &&*candidate,
                &claim.digest.cast_signed(),
                &milliseconds(claim.lease),
                &call,
            ];
            let rows = self.ask(Question::Begin, &given).await?;
            let reservation = work::reservation(&rows).map_err(|error| self.failed(error))?;
            reservation.ok_or_else(|| LedgerError::NoFreeId { order: work.order().clone() })
        })
    }

    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(async move {
            let known_by = lease.work.key();
            let key = Key::new(&known_by);
            let (outcome, answer) = work::outcome(&outcome);
            let given: [&(dyn ToSql + Sync); 7] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &stored(lease.fence.number()),
                &outcome,
                &answer,
            ];
            self.written(lease, &self.ask(Question::Record, &given).await?)
        })
    }

    fn extend<'a>(
        &'a self,
        lease: &'a Lease,
        duration: Duration,
    ) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(async move {
            let known_by = lease.work.key();
            let key = Key::new(&known_by);
            let given: [&(dyn ToSql + Sync); 6] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &stored(lease.fence.number()),
                &milliseconds(duration),
            ];
            self.written(lease, &self.ask(Question::Extend, &given).await?)
        })
    }

    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
        if instances.is_empty() {
            return StoreFuture::ready(Ok(false));
        }
        StoreFuture::boxed(async move {
            let instances: Vec<_> = instances.iter().map(|id| escaped(id.as_str()).into_owned()).collect();
            self.value(&self.ask(Question::Unfinished, &[&instances]).await?)
        })
    }

    fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>> {
        StoreFuture::boxed(async move {
            let (after, limit) = (after.map_or(-1, stored), i64::try_from(limit).unwrap_or(i64::MAX));
            let rows = self.ask(Question::Interrupted, &[&after, &limit]).await?;
            Ok(work::interrupted(&rows).map_err(|error| self.failed(error))?)
        })
    }

    fn prune(&self, ended_for: Duration) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            let mut forgotten = 0;
            loop {
                let rows = self.ask(Question::Prune, &[&milliseconds(ended_for)]).await?;
                match self.value::<i64>(&rows)? {
                    ..=0 => return Ok(forgotten),
                    some => forgotten += some.cast_unsigned(),
                }
            }
        })
    }
}

impl PostgresLedger {
    fn written(&self, lease: &Lease, rows: &[Row]) -> Result<(), LedgerError> {
        match self.value(rows)? {
            true => Ok(()),
            false => Err(LedgerError::Superseded { work: lease.work.clone() }),
        }
    }

    fn value<'a, T: tokio_postgres::types::FromSql<'a>>(&self, rows: &'a [Row]) -> Result<T, LedgerError> {
        Ok(work::value(rows).map_err(|error| self.failed(error))?)
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
