//! Online licences: one for each device of an instance, as many as were bought.

use rusqlite::{named_params, params};

use super::{Database, DatabaseError};

/// A licence is known by KooGallery's event and the device.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS online_licences (
    instance_id TEXT NOT NULL REFERENCES instances,
    event_id    TEXT NOT NULL,
    device      TEXT NOT NULL,
    effective   INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    PRIMARY KEY (instance_id, event_id, device)
) STRICT";

/// One licence.
pub(crate) struct OnlineLicence {
    pub(crate) instance: String,
    pub(crate) event: String,
    /// The device's fingerprint.
    pub(crate) device: String,
    /// Milliseconds since 1970.
    pub(crate) effective: i64,
    /// The same.
    pub(crate) expires: i64,
}

/// What came of asking for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granted {
    /// It is new.
    Now,
    /// It was there: KooGallery asks again.
    Before,
    /// There are as many as were bought.
    NoMore,
}

impl Database {
    /// Grants a licence, unless there are this many.
    pub(crate) async fn grant(&self, licence: OnlineLicence, quota: u32) -> Result<Granted, DatabaseError> {
        self.with(move |transaction| {
            let before = transaction
                .prepare_cached(
                    "SELECT 1 FROM online_licences WHERE instance_id = ?1 AND event_id = ?2 AND device = ?3",
                )?
                .exists(params![licence.instance, licence.event, licence.device])?;
            if before {
                return Ok(Granted::Before);
            }
            let count: u32 = transaction.query_row(
                "SELECT count(*) FROM online_licences WHERE instance_id = ?1",
                [&licence.instance],
                |row| row.get(0),
            )?;
            if count >= quota {
                return Ok(Granted::NoMore);
            }
            transaction.execute(
                "INSERT INTO online_licences VALUES (:instance, :event, :device, :effective, :expires)",
                named_params! {
                    ":instance": licence.instance, ":event": licence.event, ":device": licence.device,
                    ":effective": licence.effective, ":expires": licence.expires,
                },
            )?;
            Ok(Granted::Now)
        })
        .await
    }
}
