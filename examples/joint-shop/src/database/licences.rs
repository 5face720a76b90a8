//! Licence codes: instances that a customer types in somewhere.

use rusqlite::{OptionalExtension as _, params};

use super::{Database, DatabaseError, State, instances};

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS licences (
    instance_id TEXT PRIMARY KEY REFERENCES instances,
    code        TEXT NOT NULL UNIQUE
) STRICT";

impl Database {
    /// Makes a licence with this code, unless there is one: the code of that one.
    pub(crate) async fn make_licence(
        &self,
        id: String,
        order_id: String,
        code: String,
    ) -> Result<String, DatabaseError> {
        self.with(move |transaction| {
            instances::make(transaction, &id, &order_id, State::Active)?;
            transaction.execute(
                "INSERT INTO licences VALUES (?1, ?2) ON CONFLICT (instance_id) DO NOTHING",
                params![id, code],
            )?;
            transaction.query_row("SELECT code FROM licences WHERE instance_id = ?1", [id], |row| row.get(0))
        })
        .await
    }

    /// The instance of a licence code.
    pub(crate) async fn licensed(&self, code: String) -> Result<Option<String>, DatabaseError> {
        self.with(move |transaction| {
            let mut find = transaction.prepare_cached("SELECT instance_id FROM licences WHERE code = ?1")?;
            find.query_row([code], |row| row.get(0)).optional()
        })
        .await
    }
}
