//! Tenants: instances in which people work.

use rusqlite::{OptionalExtension as _, Row, named_params, params};

use super::{Database, DatabaseError, Instance, State, instances};

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS tenants (
    instance_id    TEXT PRIMARY KEY REFERENCES instances,
    account        TEXT NOT NULL,
    first_password TEXT NOT NULL,
    mobile_phone   TEXT,
    email          TEXT
) STRICT";

/// What the customer was asked for.
pub(super) const PARAMETERS: &str = "CREATE TABLE IF NOT EXISTS parameters (
    instance_id TEXT NOT NULL REFERENCES tenants,
    name        TEXT NOT NULL,
    value       TEXT,
    PRIMARY KEY (instance_id, name)
) STRICT";

/// What an order says about the tenant that it buys.
#[derive(Default)]
pub(crate) struct Purchase {
    pub(crate) order_id: String,
    /// The administrator's account and first password. They count if there is no tenant yet.
    pub(crate) account: String,
    pub(crate) first_password: String,
    /// How to reach the customer.
    pub(crate) mobile_phone: Option<String>,
    pub(crate) email: Option<String>,
    /// Names and values.
    pub(crate) parameters: Vec<(String, Option<String>)>,
}

/// One tenant.
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) instance: Instance,
    pub(crate) account: String,
    /// KooGallery shows it whenever the customer looks, so it is kept until somebody has changed it.
    pub(crate) first_password: String,
}

const FIND: &str = "SELECT instance_id, state, order_id, expires, account, first_password
    FROM tenants JOIN instances USING (instance_id) WHERE instance_id = ?1";

impl Tenant {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("instance_id")?,
            instance: Instance::read(row)?,
            account: row.get("account")?,
            first_password: row.get("first_password")?,
        })
    }
}

impl Database {
    /// Makes a tenant, unless it is there: that one, whatever the order says this time.
    pub(crate) async fn make_tenant(&self, id: String, order: Purchase) -> Result<Tenant, DatabaseError> {
        self.with(move |transaction| {
            instances::make(transaction, &id, &order.order_id, State::Creating)?;
            let made = transaction.execute(
                "INSERT INTO tenants VALUES (:id, :account, :first_password, :mobile_phone, :email) ON CONFLICT DO NOTHING",
                named_params! {
                    ":id": id, ":account": order.account, ":first_password": order.first_password,
                    ":mobile_phone": order.mobile_phone, ":email": order.email,
                },
            )?;
            if made > 0 {
                for (name, value) in &order.parameters {
                    let sql = "INSERT OR REPLACE INTO parameters VALUES (?1, ?2, ?3)";
                    transaction.execute(sql, params![id, name, value])?;
                }
            }
            transaction.query_row(FIND, [id], Tenant::read)
        })
        .await
    }

    /// The tenants of these ids, as far as there are any.
    pub(crate) async fn tenants(&self, ids: Vec<String>) -> Result<Vec<Option<Tenant>>, DatabaseError> {
        self.with(move |transaction| {
            let mut find = transaction.prepare_cached(FIND)?;
            ids.iter().map(|id| find.query_row([id], Tenant::read).optional()).collect()
        })
        .await
    }
}
