//! Companies that use the application. KooGallery calls them tenants.

use rusqlite::{named_params, params};

use super::{Database, DatabaseError};

/// `instance_id` is empty while the seller itself applies for credentials. The same in the other tables of the kit.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS enterprises (
    instance_id TEXT NOT NULL,
    tenant_id   TEXT NOT NULL,
    tenant_code TEXT NOT NULL,
    name        TEXT NOT NULL,
    domain_name TEXT NOT NULL,
    PRIMARY KEY (instance_id, tenant_id)
) STRICT";

/// One company.
pub(crate) struct Enterprise {
    pub(crate) instance: String,
    pub(crate) tenant: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) domain_name: String,
}

impl Database {
    /// Adds it, or changes the one that is there.
    pub(crate) async fn put_enterprise(&self, one: Enterprise) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO enterprises VALUES (:instance, :tenant, :code, :name, :domain_name)",
                named_params! {
                    ":instance": one.instance, ":tenant": one.tenant, ":code": one.code, ":name": one.name,
                    ":domain_name": one.domain_name,
                },
            )
        })
        .await
        .map(drop)
    }

    /// Removes it, if it is there.
    pub(crate) async fn remove_enterprise(
        &self,
        instance: String,
        tenant: String,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "DELETE FROM enterprises WHERE instance_id = ?1 AND tenant_id = ?2",
                params![instance, tenant],
            )
        })
        .await
        .map(drop)
    }
}
