//! The keys that the shop shares with KooGallery.

use std::fs;

use marketplace_tower::{AccessKey, ClientSecretKey, Guide, KeyRing};

use crate::BoxError;
use crate::settings::Settings;

/// One key for everything; or two, and then each serves its own guides and no others, as in the console.
pub(crate) fn ring(settings: &Settings) -> Result<KeyRing, BoxError> {
    let key = |variable: &str, name: &'static str, text: &str| {
        AccessKey::named(name, text).map_err(|error| format!("{variable}: {error}"))
    };
    let access = key("KOOGALLERY_ACCESS_KEY", "access key", &settings.access_key)?;
    match &settings.kit_key {
        Some(kit) if *kit != settings.access_key => {
            let kit = key("KOOGALLERY_KIT_KEY", "kit key", kit)?;
            Ok(KeyRing::new([
                access.serving([Guide::V1, Guide::V2, Guide::Licence]),
                kit.serving([Guide::KitV1, Guide::KitV2]),
            ])?)
        }
        _ => Ok(access.into()),
    }
}

/// The key whose public half KooGallery encrypts client secrets with, if there is one.
pub(crate) fn client_secrets(settings: &Settings) -> Result<Option<ClientSecretKey>, BoxError> {
    let Some(path) = &settings.kit_private_key else { return Ok(None) };
    let unusable = |error: BoxError| format!("KOOGALLERY_KIT_PRIVATE_KEY: `{}`: {error}", path.display());
    let pem = fs::read(path).map_err(|error| unusable(error.into()))?;
    Ok(Some(ClientSecretKey::from_pem(pem).map_err(|error| unusable(error.into()))?))
}
