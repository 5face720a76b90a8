//! PostgreSQL, by a pool of connections.

use std::str::FromStr as _;
use std::time::Duration;

use deadpool_postgres::tokio_postgres::types::ToSql;
use deadpool_postgres::tokio_postgres::{Config, NoTls, Row};
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::time::timeout;

use super::DatabaseError;

/// How many connections this machine has. PostgreSQL allows 100 in all, unless it is told otherwise.
const CONNECTIONS: usize = 8;

/// How long connecting may take. Nobody waits for all of it.
const CONNECTING: Duration = Duration::from_secs(5);

/// A pool of connections.
pub(crate) struct Postgres {
    pool: Pool,
    /// How long a question may take, with the wait for a connection.
    limit: Duration,
}

impl Postgres {
    /// Of the database at this URL. Nothing is connected yet.
    pub(crate) fn new(url: &str, limit: Duration) -> Result<Self, DatabaseError> {
        let mut config = Config::from_str(url).map_err(DatabaseError::new)?;
        // What nobody waits for any more is not to be done later; and a server that is gone without a word is noticed.
        config.options(format!("-c statement_timeout={}", limit.as_millis()));
        config.tcp_user_timeout(CONNECTING);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, recycling))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(limit))
            .create_timeout(Some(CONNECTING))
            .build();
        Ok(Self { pool: pool.map_err(DatabaseError::new)?, limit })
    }

    pub(super) async fn run(&self, statements: &str) -> Result<(), DatabaseError> {
        let client = self.client().await?;
        client.batch_execute(statements).await.map_err(DatabaseError::new)
    }

    pub(super) async fn execute(&self, statement: &str, parameters: &[&str]) -> Result<(), DatabaseError> {
        self.rows(statement, parameters).await.map(drop)
    }

    pub(super) async fn find<const N: usize>(
        &self,
        statement: &str,
        parameters: &[&str],
    ) -> Result<Option<[String; N]>, DatabaseError> {
        let rows = self.rows(statement, parameters).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut columns = [const { String::new() }; N];
        for (index, column) in columns.iter_mut().enumerate() {
            *column = row.try_get(index).map_err(DatabaseError::new)?;
        }
        Ok(Some(columns))
    }

    async fn rows(&self, statement: &str, parameters: &[&str]) -> Result<Vec<Row>, DatabaseError> {
        let asked = timeout(self.limit, async {
            let client = self.client().await?;
            let statement = client.prepare_cached(statement).await.map_err(DatabaseError::new)?;
            let parameters: Vec<_> = parameters.iter().map(|text| text as &(dyn ToSql + Sync)).collect();
            client.query(&statement, &parameters).await.map_err(DatabaseError::new)
        });
        let late = || DatabaseError::new(format!("no answer within {} ms", self.limit.as_millis()));
        asked.await.unwrap_or_else(|_| Err(late()))
    }

    /// A connection. One that is there too late for who asks for it is there for the next one: were it given up, then a server
    /// that is slow to let us in would never be asked.
    async fn client(&self) -> Result<Client, DatabaseError> {
        let pool = self.pool.clone();
        let client = tokio::spawn(async move { pool.get().await }).await;
        client.map_err(DatabaseError::new)?.map_err(DatabaseError::new)
    }
}
