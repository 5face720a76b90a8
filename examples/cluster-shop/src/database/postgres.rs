//! PostgreSQL, by a pool of connections.

use std::str::FromStr as _;
use std::time::Duration;

use deadpool_postgres::tokio_postgres::types::ToSql;
use deadpool_postgres::tokio_postgres::{Config, NoTls, Row};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::time::timeout;

use super::DatabaseError;

/// How many connections this machine has. PostgreSQL allows 100 in all, unless it is told otherwise.
const CONNECTIONS: usize = 8;

/// How long a question may take, with the wait for a connection. The ledger has its own share of the second in which
/// KooGallery wants to know that something fails.
const LIMIT: Duration = Duration::from_millis(300);

/// A pool of connections.
pub(crate) struct Postgres(Pool);

impl Postgres {
    /// Of the database at this URL. Nothing is connected yet.
    pub(crate) fn new(url: &str) -> Result<Self, DatabaseError> {
        let mut config = Config::from_str(url).map_err(DatabaseError::new)?;
        config.connect_timeout(LIMIT);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, recycling))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .build();
        Ok(Self(pool.map_err(DatabaseError::new)?))
    }

    pub(super) async fn run(&self, statements: &str) -> Result<(), DatabaseError> {
        let client = self.0.get().await.map_err(DatabaseError::new)?;
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
        let mut used = None;
        let asked = timeout(LIMIT, async {
            let client = used.insert(self.0.get().await.map_err(DatabaseError::new)?);
            let statement = client.prepare_cached(statement).await.map_err(DatabaseError::new)?;
            let parameters: Vec<_> = parameters.iter().map(|text| text as &(dyn ToSql + Sync)).collect();
            client.query(&statement, &parameters).await.map_err(DatabaseError::new)
        });
        match asked.await {
            Ok(answer) => answer,
            Err(_) => {
                // Nobody knows what is still to come on this connection: it is closed, not used again.
                used.map(Object::take);
                Err(DatabaseError::new(format!("no answer within {} ms", LIMIT.as_millis())))
            }
        }
    }
}
