//! Licence codes 2.0, and online licences. What is bought comes by V1 (`getLicense`) and V2 (`newInstance`).

use marketplace_tower::licence::{
    GetLicenseAsync, LicenseStatus, RefreshLicenseCode, ReleaseLicenseCode, UpdateLicenseCodeStatus,
};
use marketplace_tower::marketplace_handler;

use super::{Shop, ShopError};
use crate::database::{Granted, OnlineLicence, State};

/// How many devices of an instance can have an online licence.
const QUOTA: u32 = 10;

#[marketplace_handler(guide = licence)]
impl Shop {
    #[activity(refreshLicenseCode)]
    async fn refresh_license_code(&self, change: RefreshLicenseCode) -> Result<(), ShopError> {
        self.renew(&self.licensed(change.license()).await?, change.expire_time()).await
    }

    #[activity(updateLicenseCodeStatus)]
    async fn update_license_code_status(&self, change: UpdateLicenseCodeStatus) -> Result<(), ShopError> {
        let frozen = change.status() == LicenseStatus::Freeze;
        self.freeze(&self.licensed(change.license()).await?, frozen).await
    }

    #[activity(releaseLicenseCode)]
    async fn release_license_code(&self, end: ReleaseLicenseCode) -> Result<(), ShopError> {
        self.release(&self.licensed(end.license()).await?).await
    }

    /// A device asks for a licence. The same event of the same device is the same licence, and counts once.
    #[activity(getLicenseAsync)]
    async fn get_license_async(&self, ask: GetLicenseAsync) -> Result<(), ShopError> {
        let instance = self.in_use(ask.instance_id()).await?;
        let device = ask.device_fingerprint().ok_or(ShopError::NoFingerprint)?;
        let effective = ask.effective_time().unix_millis();
        let expires = ask.expire_time().ok_or(ShopError::NoExpiry)?.unix_millis();
        if expires <= effective {
            return Err(ShopError::OutsideOrder("the licence would end before it begins"));
        }
        if matches!(instance.state, State::Expired | State::Frozen) {
            return Err(ShopError::OutsideOrder("the instance is out of use"));
        }
        if instance.expires.is_some_and(|end| end < expires) {
            return Err(ShopError::OutsideOrder("the licence would end after the instance"));
        }
        let licence = OnlineLicence {
            instance: ask.instance_id().to_owned(),
            event: ask.event_id().to_owned(),
            device: device.to_owned(),
            effective,
            expires,
        };
        match self.database.grant(licence, QUOTA).await? {
            // Here a real seller makes the licence file and uploads it to KooGallery.
            Granted::Now | Granted::Before => Ok(()),
            Granted::NoMore => Err(ShopError::NoLicenceLeft),
        }
    }
}

impl Shop {
    /// The instance of a licence code.
    async fn licensed(&self, code: &str) -> Result<String, ShopError> {
        self.database.licensed(code.to_owned()).await?.ok_or(ShopError::NoSuchLicence)
    }
}
