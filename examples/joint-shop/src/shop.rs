//! The seller: what happens to an instance, whichever guide says so. The guides are in files of their own.

mod app_info;
mod error;
mod kit;
mod kit_v1;
mod kit_v2;
mod licence;
mod sales;
mod v1;
mod v2;

use std::time::Duration;

use marketplace_tower::{ClientSecretKey, MarketTime};

use self::error::ShopError;
use crate::database::{Database, Instance, State};

/// A seller whose products are tenants and licences in a database.
pub(crate) struct Shop {
    database: Database,
    provisioning: Duration,
    client_secrets: Option<ClientSecretKey>,
}

impl Shop {
    pub(crate) fn new(
        database: Database,
        provisioning: Duration,
        client_secrets: Option<ClientSecretKey>,
    ) -> Self {
        Self { database, provisioning, client_secrets }
    }

    /// An instance that is in use.
    async fn in_use(&self, id: &str) -> Result<Instance, ShopError> {
        match self.database.instance(id.to_owned()).await? {
            Some(instance) if instance.state != State::Released => Ok(instance),
            _ => Err(ShopError::NoSuchInstance(id.to_owned())),
        }
    }

    /// The new expiry is set, not added, so that a repeat changes nothing.
    async fn renew(&self, id: &str, until: MarketTime) -> Result<(), ShopError> {
        there(id, self.database.renew(id.to_owned(), until.unix_millis()).await?)
    }

    /// The time is over; the data are kept.
    async fn expire(&self, id: &str) -> Result<(), ShopError> {
        there(id, self.database.expire(id.to_owned()).await?)
    }

    /// Freezing what is frozen is a success, and so is the opposite.
    async fn freeze(&self, id: &str, frozen: bool) -> Result<(), ShopError> {
        let state = if frozen { State::Frozen } else { State::Active };
        there(id, self.database.set_state(id.to_owned(), state).await?)
    }

    /// Another specification, by another order. The instance stays.
    async fn change_order(&self, id: &str, order: &str) -> Result<(), ShopError> {
        there(id, self.database.set_order(id.to_owned(), order.to_owned()).await?)
    }

    /// Releasing what was released is a success.
    async fn release(&self, id: &str) -> Result<(), ShopError> {
        there(id, self.database.release(id.to_owned()).await?)
    }
}

fn there(id: &str, is: bool) -> Result<(), ShopError> {
    if is { Ok(()) } else { Err(ShopError::NoSuchInstance(id.to_owned())) }
}
