//! The credentials with which the application logs a company's users in.

use rusqlite::{named_params, params};

use super::{Database, DatabaseError};

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS applications (
    instance_id   TEXT NOT NULL,
    tenant_id     TEXT NOT NULL,
    app_id        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    PRIMARY KEY (instance_id, tenant_id, app_id)
) STRICT";

/// One company's credentials.
pub(crate) struct Application {
    pub(crate) instance: String,
    pub(crate) tenant: String,
    pub(crate) app: String,
    pub(crate) client: String,
    /// In clear: whoever logs in with it needs it so. A real seller keeps it in a vault.
    pub(crate) client_secret: String,
}

impl Database {
    /// Adds them, or changes those that are there.
    pub(crate) async fn put_application(&self, one: Application) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO applications VALUES (:instance, :tenant, :app, :client, :client_secret)",
                named_params! {
                    ":instance": one.instance, ":tenant": one.tenant, ":app": one.app, ":client": one.client,
                    ":client_secret": one.client_secret,
                },
            )
        })
        .await
        .map(drop)
    }

    /// Removes them, if they are there.
    pub(crate) async fn remove_application(
        &self,
        instance: String,
        tenant: String,
        app: String,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "DELETE FROM applications WHERE instance_id = ?1 AND tenant_id = ?2 AND app_id = ?3",
                params![instance, tenant, app],
            )
        })
        .await
        .map(drop)
    }
}
