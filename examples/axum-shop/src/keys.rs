//! Where the access keys come from.

use std::path::PathBuf;

use marketplace_tower::secure_key_manager::{
    AppKey, BaseAddress, Client, Credentials, Environment, KeyId, MacAddress, Settings, UserKey,
};
use marketplace_tower::{AccessKey, EnvironmentKeys, FileKeys, KeyRefresh, Keys, SecureKeyManagerKeys};

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
    /// A secret of NHN Cloud's Secure Key Manager.
    Secret(KeyId, Box<Settings>),
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
            Some(("skm", key)) => {
                let key = KeyId::new(key).map_err(|error| format!("SHOP_KEYS: {error}"))?;
                Ok(Self::Secret(key, Box::new(secure_key_manager()?)))
            }
            // It is not repeated: it may be a key, put into the wrong variable.
            _ => Err("SHOP_KEYS is neither `env`, `file:PATH` nor `skm:KEYID`".into()),
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
            Self::Secret(key, settings) => {
                let client = Client::connect(Settings::clone(settings))?;
                let provider = SecureKeyManagerKeys::secret(client, key.clone());
                (Keys::provided(provider, KeyRefresh::default()).await, "SHOP_KEYS")
            }
        };
        loaded.map_err(|error| {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            format!("{name}: {error}{}", source.unwrap_or_default()).into()
        })
    }
}

/// The Secure Key Manager of the `SKM_…` variables: those that `marketplace-debugger skm` reads, too.
fn secure_key_manager() -> Result<Settings, BoxError> {
    let needed = |name: &str| variable(name)?.ok_or_else(|| BoxError::from(format!("{name} is not set")));
    let wrong = |name: &'static str| move |error: BoxError| BoxError::from(format!("{name}: {error}"));
    let app_key = AppKey::new(needed("SKM_APPKEY")?).map_err(BoxError::from).map_err(wrong("SKM_APPKEY"))?;
    let credentials = match variable("SKM_USER_KEY_ID")? {
        None => Credentials::v1_0(app_key),
        Some(id) => {
            let user = UserKey::new(id, needed("SKM_USER_KEY_SECRET")?);
            Credentials::v1_2(app_key, user.map_err(BoxError::from).map_err(wrong("SKM_USER_KEY_ID"))?)
        }
    };
    let environment = match variable("SKM_URL")? {
        None => Environment::Public,
        Some(url) => {
            Environment::Custom(BaseAddress::new(&url).map_err(BoxError::from).map_err(wrong("SKM_URL"))?)
        }
    };
    let mut settings = Settings::new(environment, credentials);
    if let Some(mac) = variable("SKM_MAC")? {
        let mac = MacAddress::new(&mac).map_err(BoxError::from).map_err(wrong("SKM_MAC"))?;
        settings = settings.with_mac_address(mac);
    }
    if let Some(file) = variable("SKM_CA")? {
        let pem = std::fs::read(file).map_err(BoxError::from).map_err(wrong("SKM_CA"))?;
        settings = settings.with_root_certificates(&pem).map_err(BoxError::from).map_err(wrong("SKM_CA"))?;
    }
    Ok(settings)
}
