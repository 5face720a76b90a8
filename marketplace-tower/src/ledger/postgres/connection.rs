//! A connection to the database.

use tokio::task::JoinHandle;
use tokio_postgres::Client;

use super::address::Address;
use super::error::PostgresError;

/// What is asked through, and the task that moves the bytes. The task ends with it, also if the server is silent.
pub(super) struct Connection {
    pub(super) client: Client,
    task: JoinHandle<()>,
}

impl Connection {
    pub(super) async fn open(address: &Address) -> Result<Self, PostgresError> {
        let connecting = |error| PostgresError::connecting(&address.database, error);
        let (client, connection) = address.config.connect(address.tls.clone()).await.map_err(connecting)?;
        let task = tokio::spawn(async move {
            // Whoever asks is told why it ended.
            let _ended = connection.await;
        });
        Ok(Self { client, task })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}
