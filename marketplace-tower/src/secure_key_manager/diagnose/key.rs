//! Keys, their states and versions.

use super::super::client::Client;
use super::super::error::SkmError;
use super::super::id::{KeyId, KeyVersion};
use super::super::inventory::KeyDetail;
use super::Subject;
use super::cause::Cause;
use super::report::Diagnosis;
use crate::http_client::HttpService;

/// What the search for a key ended with.
pub(super) enum Search {
    Found(Box<KeyDetail>),
    /// No key store has it.
    Nowhere,
    /// Not every key store could be asked.
    Open,
}

impl<S: HttpService> Client<S> {
    pub(super) async fn diagnose_key(&self, error: &SkmError, about: &Subject, diagnosis: &mut Diagnosis) {
        let detail = match &about.key {
            None => None,
            Some(key) => match self.search(key, about, diagnosis).await {
                Search::Found(detail) => Some(*detail),
                Search::Nowhere => return diagnosis.found(Cause::KeyUnknown),
                Search::Open => None,
            },
        };
        if let Some(at) = detail.as_ref().and_then(|detail| detail.deletion.clone()) {
            return diagnosis.found(Cause::KeyPendingDeletion(at));
        }
        let current = detail.as_ref().and_then(|detail| detail.current_key_value_version);
        match error {
            SkmError::InvalidKeyId(_) => {
                if let Some(detail) = detail {
                    diagnosis.found(Cause::KeyOfOtherKind(detail.key_type));
                }
            }
            SkmError::InvalidKeyStatus(_) => diagnosis.found(Cause::KeyNotInService),
            SkmError::InvalidKeyVersionStatus(_) => diagnosis.found(Cause::VersionNotInService),
            SkmError::InvalidKeyVersion(_) => diagnosis.found(match (about.version, current) {
                (Some(version), Some(current)) if version > current => Cause::VersionNeverMade { current },
                _ => Cause::VersionDeleted { current },
            }),
            _ => {
                diagnosis.found(Cause::DataNotOfThisKey);
                if let Some(current) = current.filter(|current| *current > KeyVersion(0)) {
                    diagnosis.found(Cause::KeyRotated { current });
                }
            }
        }
    }

    /// Looks for a key in the key store that is named, or in all of them, and remembers the store.
    pub(super) async fn search(&self, key: &KeyId, about: &Subject, diagnosis: &mut Diagnosis) -> Search {
        let stores = match about.store {
            Some(store) => {
                let store = self.key_store(store).await;
                diagnosis.note("key_store", store).map(|store| vec![store])
            }
            None => {
                let stores = self.key_stores().await;
                diagnosis.note("key_stores", stores)
            }
        };
        let Some(stores) = stores else { return Search::Open };
        let mut is_open = false;
        for store in stores {
            let ids = self.key_ids(store.key_store_id).await;
            let Some(ids) = diagnosis.note("key_ids", ids) else {
                is_open = true;
                continue;
            };
            if ids.contains(key) {
                let detail = self.key(store.key_store_id, key).await;
                diagnosis.store = Some(store);
                return match diagnosis.note("key", detail) {
                    Some(detail) => Search::Found(Box::new(detail)),
                    None => Search::Open,
                };
            }
        }
        if is_open { Search::Open } else { Search::Nowhere }
    }
}
