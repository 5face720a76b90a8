//! Where keys come from.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use marketplace_core::{KeyRing, UnusableKeyDocument};

use crate::StoreFuture;

/// Where keys come from: a file, a variable, a key manager.
///
/// It is asked when the process starts, and then in the background, never for a request.
pub trait KeyProvider: fmt::Debug + Send + Sync + 'static {
    /// The keys of now.
    ///
    /// # Errors
    ///
    /// [`KeyProviderError`]. The keys of before go on to serve, for some time.
    fn load(&self) -> StoreFuture<'_, Result<KeyRing, KeyProviderError>>;

    /// Returns when there are probably other keys than were loaded last, so that they are asked for before their time. A
    /// provider that cannot tell never returns.
    fn changed(&self) -> StoreFuture<'_, ()> {
        StoreFuture::boxed(std::future::pending())
    }
}

/// There are no keys from where they should come. It never shows a key.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum KeyProviderError {
    /// The variable is not set, or not a text.
    #[error("the variable `{variable}` is not set, or is no text: it should hold the access key")]
    NoVariable {
        /// Its name.
        variable: Arc<str>,
    },
    /// The file cannot be read: check that it is there, and its permissions.
    #[error("cannot read the keys in `{file}`")]
    CannotRead {
        /// The file.
        file: Arc<str>,
        /// What the system says.
        source: Arc<std::io::Error>,
    },
    /// Others than its owner can read or write the file, or its group can write it: `chmod 600` it.
    #[error(
        "others can read or write the keys in `{file}` (mode {mode:o}): `chmod 600` it, or 640 for a group"
    )]
    OpenToOthers {
        /// The file.
        file: Arc<str>,
        /// Its permissions.
        mode: u32,
    },
    /// What is there is not a key, nor a document of keys.
    #[error("`{place}` holds no usable keys: {source}")]
    Unusable {
        /// The file, the variable, or the secret.
        place: Arc<str>,
        /// Why.
        source: UnusableKeyDocument,
    },
    /// A provider of the seller's own has none.
    #[error("the keys could not be fetched")]
    Provider {
        /// What it says.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl KeyProviderError {
    /// An error of a provider of the seller's own, with its cause.
    #[must_use]
    pub fn provider(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Provider { source: Arc::from(source.into()) }
    }
}
