//! Who may use the application.

use rusqlite::{named_params, params};

use super::{Database, DatabaseError};

/// `synced` is when the last change was made, so that an older one that arrives later does not undo it.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS users (
    instance_id TEXT NOT NULL,
    tenant_id   TEXT NOT NULL,
    app_id      TEXT NOT NULL,
    user_name   TEXT NOT NULL,
    name        TEXT NOT NULL,
    org_code    TEXT NOT NULL,
    is_admin    INTEGER NOT NULL,
    is_enabled  INTEGER NOT NULL,
    position    TEXT,
    mobile      TEXT,
    email       TEXT,
    synced      INTEGER NOT NULL,
    PRIMARY KEY (instance_id, tenant_id, app_id, user_name)
) STRICT";

/// One user.
pub(crate) struct User {
    pub(crate) user_name: String,
    pub(crate) name: String,
    pub(crate) department: String,
    pub(crate) is_admin: bool,
    /// May the account be used?
    pub(crate) is_enabled: bool,
    pub(crate) position: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) email: Option<String>,
}

impl Database {
    /// Adds users of an application, or changes those that are there: all of them, or none.
    pub(crate) async fn put_users(
        &self,
        instance: String,
        tenant: String,
        app: String,
        users: Vec<User>,
        synced: i64,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            let mut put = transaction.prepare_cached(
                "INSERT INTO users VALUES (:instance, :tenant, :app, :user_name, :name, :department, :is_admin,
                     :is_enabled, :position, :mobile, :email, :synced)
                 ON CONFLICT DO UPDATE SET name = excluded.name, org_code = excluded.org_code,
                     is_admin = excluded.is_admin, is_enabled = excluded.is_enabled, position = excluded.position,
                     mobile = excluded.mobile, email = excluded.email, synced = excluded.synced
                 WHERE synced <= excluded.synced",
            )?;
            for user in users {
                put.execute(named_params! {
                    ":instance": instance, ":tenant": tenant, ":app": app, ":user_name": user.user_name,
                    ":name": user.name, ":department": user.department, ":is_admin": user.is_admin,
                    ":is_enabled": user.is_enabled, ":position": user.position, ":mobile": user.mobile,
                    ":email": user.email, ":synced": synced,
                })?;
            }
            Ok(())
        })
        .await
    }

    /// Removes users of an application, as far as they are there.
    pub(crate) async fn remove_users(
        &self,
        instance: String,
        tenant: String,
        app: String,
        users: Vec<User>,
        synced: i64,
    ) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            let mut remove = transaction.prepare_cached(
                "DELETE FROM users WHERE instance_id = ?1 AND tenant_id = ?2 AND app_id = ?3 AND user_name = ?4
                     AND synced <= ?5",
            )?;
            for user in users {
                remove.execute(params![instance, tenant, app, user.user_name, synced])?;
            }
            Ok(())
        })
        .await
    }
}
