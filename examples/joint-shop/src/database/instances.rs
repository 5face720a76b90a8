//! The life of whatever was bought, a tenant or a licence.

use std::fmt;

use rusqlite::{OptionalExtension as _, Row, Transaction, named_params, params};

use super::{Database, DatabaseError};

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS instances (
    instance_id TEXT PRIMARY KEY,
    order_id    TEXT NOT NULL,
    state       TEXT NOT NULL,
    expires     INTEGER
) STRICT";

/// One of them.
pub(crate) struct Instance {
    pub(crate) state: State,
    pub(crate) order_id: String,
    /// When what was paid for ends, in milliseconds since 1970, once a renewal has said so.
    pub(crate) expires: Option<i64>,
}

/// What can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It is being set up.
    Creating,
    /// It is in use.
    Active,
    /// Its time is over. A renewal revives it.
    Expired,
    /// KooGallery has frozen it, and nothing but KooGallery unfreezes it.
    Frozen,
    /// It is gone.
    Released,
}

/// Inserts it, unless it is there.
pub(super) fn make(
    transaction: &Transaction<'_>,
    id: &str,
    order_id: &str,
    state: State,
) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO instances (instance_id, order_id, state) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    transaction.execute(sql, params![id, order_id, state.as_str()]).map(drop)
}

impl Instance {
    /// From the columns of this table, in whatever statement.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            state: State::from_text(&row.get::<_, String>("state")?),
            order_id: row.get("order_id")?,
            expires: row.get("expires")?,
        })
    }
}

impl Database {
    pub(crate) async fn instance(&self, id: String) -> Result<Option<Instance>, DatabaseError> {
        self.with(move |transaction| {
            let mut find = transaction
                .prepare_cached("SELECT state, order_id, expires FROM instances WHERE instance_id = ?1")?;
            find.query_row([id], Instance::read).optional()
        })
        .await
    }

    /// A new one is ready. One that was frozen or released in the meantime stays so.
    pub(crate) async fn activate(&self, id: String) -> Result<(), DatabaseError> {
        self.with(move |transaction| {
            transaction.execute(
                "UPDATE instances SET state = :active WHERE instance_id = :id AND state = :creating",
                named_params! {
                    ":id": id, ":active": State::Active.as_str(), ":creating": State::Creating.as_str(),
                },
            )
        })
        .await
        .map(drop)
    }

    /// It ends at another time, and if its time was over, lives again. False, if there is none, or it is gone.
    pub(crate) async fn renew(&self, id: String, expires: i64) -> Result<bool, DatabaseError> {
        self.change(move |transaction| {
            transaction.execute(
                "UPDATE instances SET expires = :expires, state = iif(state = :expired, :active, state)
                 WHERE instance_id = :id AND state <> :released",
                named_params! {
                    ":id": id, ":expires": expires, ":expired": State::Expired.as_str(),
                    ":active": State::Active.as_str(), ":released": State::Released.as_str(),
                },
            )
        })
        .await
    }

    /// Its time is over. What is frozen stays frozen. False as above.
    pub(crate) async fn expire(&self, id: String) -> Result<bool, DatabaseError> {
        self.change(move |transaction| {
            transaction.execute(
                "UPDATE instances SET state = iif(state = :frozen, :frozen, :expired)
                 WHERE instance_id = :id AND state <> :released",
                named_params! {
                    ":id": id, ":frozen": State::Frozen.as_str(), ":expired": State::Expired.as_str(),
                    ":released": State::Released.as_str(),
                },
            )
        })
        .await
    }

    /// It is frozen, or in use again. False as above.
    pub(crate) async fn set_state(&self, id: String, state: State) -> Result<bool, DatabaseError> {
        self.change(move |transaction| {
            transaction.execute(
                "UPDATE instances SET state = ?2 WHERE instance_id = ?1 AND state <> ?3",
                params![id, state.as_str(), State::Released.as_str()],
            )
        })
        .await
    }

    /// It belongs to another order. False as above.
    pub(crate) async fn set_order(&self, id: String, order_id: String) -> Result<bool, DatabaseError> {
        self.change(move |transaction| {
            transaction.execute(
                "UPDATE instances SET order_id = ?2 WHERE instance_id = ?1 AND state <> ?3",
                params![id, order_id, State::Released.as_str()],
            )
        })
        .await
    }

    /// It is gone. False, if there was none.
    pub(crate) async fn release(&self, id: String) -> Result<bool, DatabaseError> {
        self.change(move |transaction| {
            transaction.execute(
                "UPDATE instances SET state = ?2 WHERE instance_id = ?1",
                params![id, State::Released.as_str()],
            )
        })
        .await
    }

    async fn change(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<bool, DatabaseError> {
        self.with(work).await.map(|rows| rows > 0)
    }
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Frozen => "frozen",
            Self::Released => "released",
        }
    }

    fn from_text(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "expired" => Self::Expired,
            "frozen" => Self::Frozen,
            "released" => Self::Released,
            _ => Self::Creating,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
