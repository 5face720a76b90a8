//! How the Secure Key Manager is reached: from the environment, and nowhere else.

use std::fmt;
use std::path::Path;

use marketplace_tower::secure_key_manager::{
    AppKey, BaseAddress, ClientCertificate, Credentials, Environment, MacAddress, Settings, UserKey,
};
use zeroize::Zeroizing;

use super::super::exit::Failure;
use super::super::input;
use super::super::keys::value;

pub(super) const APPKEY: &str = "SKM_APPKEY";
pub(super) const USER_KEY_ID: &str = "SKM_USER_KEY_ID";
pub(super) const USER_KEY_SECRET: &str = "SKM_USER_KEY_SECRET";
pub(super) const API_VERSION: &str = "SKM_API_VERSION";
pub(super) const MAC: &str = "SKM_MAC";
pub(super) const CERTIFICATE: &str = "SKM_CERTIFICATE";
const CERTIFICATE_PASSWORD: &str = "SKM_CERTIFICATE_PASSWORD";
pub(super) const URL: &str = "SKM_URL";
pub(super) const TOKEN_URL: &str = "SKM_TOKEN_URL";
const CA: &str = "SKM_CA";

/// Those that are in no output. The MAC address is one: the server compares what it is told.
pub(crate) const SECRETS: [&str; 5] = [APPKEY, USER_KEY_ID, USER_KEY_SECRET, MAC, CERTIFICATE_PASSWORD];

/// The page of `--help` about them.
pub(super) const HELP: &str = "\
Environment:
  SKM_APPKEY                the appkey: required
  SKM_USER_KEY_ID, SKM_USER_KEY_SECRET  a user's key, for versions 1.2 and 1.3
  SKM_API_VERSION           1.0, 1.2 or 1.3; otherwise 1.2 with a user's key, and 1.0 without
  SKM_MAC                   the MAC address that is sent, as it is registered
  SKM_CERTIFICATE           a file with the client certificate and its key: .p12, or PEM
  SKM_CERTIFICATE_PASSWORD  the password of the .p12
  SKM_URL                   another address than api-keymanager.nhncloudservice.com
  SKM_TOKEN_URL             where tokens of version 1.3 are fetched, if SKM_URL is set
  SKM_CA                    a PEM file of an authority that is trusted, too";

/// What the environment says.
pub(super) struct FromEnvironment {
    pub(super) client: Settings,
    pub(super) mac: Option<MacAddress>,
    pub(super) offers_certificate: bool,
}

pub(super) fn from_environment() -> Result<FromEnvironment, Failure> {
    let address = parsed(URL, |text| BaseAddress::new(&text))?;
    let mut client = Settings::new(address.map_or(Environment::Public, Environment::Custom), credentials()?);
    if let Some(address) = parsed(TOKEN_URL, |text| BaseAddress::new(&text))? {
        client = client.with_token_address(address);
    }
    let mac = parsed(MAC, MacAddress::new)?;
    if let Some(mac) = &mac {
        client = client.with_mac_address(mac.clone());
    }
    let certificate = certificate()?;
    let offers_certificate = certificate.is_some();
    if let Some(certificate) = certificate {
        client = client.with_certificate(certificate);
    }
    if let Some(path) = value(CA)? {
        client = client.with_root_certificates(&file(CA, &path)?).map_err(about(CA))?;
    }
    Ok(FromEnvironment { client, mac, offers_certificate })
}

fn credentials() -> Result<Credentials, Failure> {
    let appkey = parsed(APPKEY, AppKey::new)?.ok_or_else(|| {
        Failure::about(APPKEY, "it is not set: Secure Key Manager, URL & Appkey on the console page has it")
    })?;
    let missing = |name| Failure::about(name, "it is not set: a user's key is an id and its secret");
    let user = match (value(USER_KEY_ID)?, value(USER_KEY_SECRET)?.map(Zeroizing::new)) {
        (None, None) => None,
        (Some(_), None) => return Err(missing(USER_KEY_SECRET)),
        (None, Some(_)) => return Err(missing(USER_KEY_ID)),
        (Some(id), Some(secret)) => {
            let names = format!("{USER_KEY_ID}, {USER_KEY_SECRET}");
            Some(UserKey::new(id, secret.as_str()).map_err(about(names))?)
        }
    };
    let needed =
        "it asks for a version with a user's key, and SKM_USER_KEY_ID and SKM_USER_KEY_SECRET are not set";
    match (value(API_VERSION)?.as_deref(), user) {
        (Some("1.0"), _) | (None, None) => Ok(Credentials::v1_0(appkey)),
        (Some("1.2") | None, Some(user)) => Ok(Credentials::v1_2(appkey, user)),
        (Some("1.3"), Some(user)) => Ok(Credentials::v1_3(appkey, user)),
        (Some("1.2" | "1.3"), None) => Err(Failure::about(API_VERSION, needed)),
        (Some(_), _) => Err(Failure::about(API_VERSION, "it is none of `1.0`, `1.2` and `1.3`")),
    }
}

fn certificate() -> Result<Option<ClientCertificate>, Failure> {
    let Some(path) = value(CERTIFICATE)? else { return Ok(None) };
    let bytes = file(CERTIFICATE, &path)?;
    if bytes.windows(PEM.len()).any(|window| window == PEM) {
        return ClientCertificate::from_pem(&bytes, &bytes).map(Some).map_err(about(CERTIFICATE));
    }
    let password = value(CERTIFICATE_PASSWORD)?.map(Zeroizing::new).ok_or_else(|| {
        Failure::about(
            CERTIFICATE_PASSWORD,
            "it is not set, and SKM_CERTIFICATE names a file that is not PEM",
        )
    })?;
    let names = format!("{CERTIFICATE}, {CERTIFICATE_PASSWORD}");
    ClientCertificate::from_pkcs12(&bytes, &password).map(Some).map_err(about(names))
}

const PEM: &[u8] = b"-----BEGIN ";

/// The bytes of a file that a variable names. The name is not shown.
fn file(name: &str, path: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    input::file(Path::new(path)).map(Zeroizing::new).map_err(about(name))
}

fn parsed<T, E: fmt::Display>(
    name: &str,
    parse: impl FnOnce(String) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    value(name)?.map(parse).transpose().map_err(about(name))
}

fn about<E: fmt::Display>(name: impl fmt::Display) -> impl FnOnce(E) -> Failure {
    move |error| Failure::about(name, error)
}
