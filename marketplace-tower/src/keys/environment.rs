//! Keys in a variable of the process.

use std::sync::Arc;

use marketplace_core::KeyRing;
use zeroize::Zeroizing;

use super::{KeyProvider, KeyProviderError};
use crate::StoreFuture;

/// Keys in a variable of the process: one key, or a document of several; see [`KeyRing::from_document`].
///
/// What a variable holds does not change while the process runs.
#[derive(Debug, Clone)]
pub struct EnvironmentKeys {
    variable: Arc<str>,
}

impl EnvironmentKeys {
    /// Reads this variable.
    #[must_use]
    pub fn new(variable: impl Into<Arc<str>>) -> Self {
        Self { variable: variable.into() }
    }
}

impl KeyProvider for EnvironmentKeys {
    fn load(&self) -> StoreFuture<'_, Result<KeyRing, KeyProviderError>> {
        let read = || {
            let text = std::env::var(&*self.variable)
                .map_err(|_| KeyProviderError::NoVariable { variable: Arc::clone(&self.variable) })?;
            KeyRing::from_document(&Zeroizing::new(text))
                .map_err(|source| KeyProviderError::Unusable { place: Arc::clone(&self.variable), source })
        };
        StoreFuture::ready(read())
    }
}
