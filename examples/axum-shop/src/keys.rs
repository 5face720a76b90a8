//! Where the access keys come from.

use std::path::PathBuf;

use marketplace_tower::{AccessKey, EnvironmentKeys, FileKeys, KeyRefresh, Keys};

use crate::BoxError;
use crate::settings::variable;

const VARIABLE: &str = "KOOGALLERY_ACCESS_KEY";

/// Where the access keys come from: what `SHOP_KEYS` says.
#[derive(Clone)]
pub(crate) enum KeySource {
    /// This key: for rehearsals.
    Given(AccessKey),
    /// The variable `KOOGALLERY_ACCESS_KEY`.
    Environment,
    /// A file.
    File(PathBuf),
}

impl KeySource {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let source = variable("SHOP_KEYS")?.unwrap_or_else(|| "env".to_owned());
        match source.split_once(':') {
            None if source == "env" => match variable(VARIABLE)? {
                Some(_) => Ok(Self::Environment),
                None => Err(format!(
                    "{VARIABLE} is not set: copy the access key from the Seller Console, or try `--rehearse`"
                )
                .into()),
            },
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            // It is not repeated: it may be a key, put into the wrong variable.
            _ => Err("SHOP_KEYS is neither `env` nor `file:PATH`".into()),
        }
    }

    /// The keys, kept up to date from here on.
    pub(crate) async fn load(&self) -> Result<Keys, BoxError> {
        let (loaded, name) = match self {
            Self::Given(key) => return Ok(key.clone().into()),
            Self::Environment => {
                (Keys::provided(EnvironmentKeys::new(VARIABLE), KeyRefresh::default()).await, VARIABLE)
            }
            Self::File(path) => {
                (Keys::provided(FileKeys::new(path), KeyRefresh::default()).await, "SHOP_KEYS")
            }
        };
        loaded.map_err(|error| {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            format!("{name}: {error}{}", source.unwrap_or_default()).into()
        })
    }
}
