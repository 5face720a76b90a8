//! A company's departments.

use rusqlite::{Transaction, params};

use super::{Database, DatabaseError};

/// A parent need not be there: departments come in any order.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS departments (
    instance_id TEXT NOT NULL,
    tenant_id   TEXT NOT NULL,
    org_code    TEXT NOT NULL,
    org_name    TEXT NOT NULL,
    parent_code TEXT,
    PRIMARY KEY (instance_id, tenant_id, org_code)
) STRICT";

/// One department.
pub(crate) struct Department {
    pub(crate) code: String,
    pub(crate) name: String,
    /// None above one at the top.
    pub(crate) parent: Option<String>,
}

fn put(
    transaction: &Transaction<'_>,
    instance: &str,
    tenant: &str,
    department: &Department,
) -> rusqlite::Result<()> {
    let mut put =
        transaction.prepare_cached("INSERT OR REPLACE INTO departments VALUES (?1, ?2, ?3, ?4, ?5)")?;
    put.execute(params![instance, tenant, department.code, department.name, department.parent]).map(drop)
}

impl Database {
    /// Adds it, or changes the one that is there.
    pub(crate) async fn put_department(
        &self,
        instance: String,
        tenant: String,
        department: Department,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| put(transaction, &instance, &tenant, &department)).await
    }

    /// Removes it, if it is there.
    pub(crate) async fn remove_department(
        &self,
        instance: String,
        tenant: String,
        code: String,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "DELETE FROM departments WHERE instance_id = ?1 AND tenant_id = ?2 AND org_code = ?3",
                params![instance, tenant, code],
            )
        })
        .await
        .map(drop)
    }

    /// These take the place of all that are there.
    pub(crate) async fn replace_departments(
        &self,
        instance: String,
        tenant: String,
        departments: Vec<Department>,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "DELETE FROM departments WHERE instance_id = ?1 AND tenant_id = ?2",
                params![instance, tenant],
            )?;
            departments.iter().try_for_each(|department| put(transaction, &instance, &tenant, department))
        })
        .await
    }
}
