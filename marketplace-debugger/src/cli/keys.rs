//! Keys: from the environment or standard input, and nowhere else.

use std::env;
use std::path::Path;
use std::sync::OnceLock;

use clap::Args;
use marketplace_core::AccessKey;
use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, SuspectKey};
use marketplace_core::signature::sdk_hmac::Credentials;
use zeroize::Zeroizing;

use super::exit::Failure;
use super::input;
use super::skm;

pub(crate) const ACCESS_KEY: &str = "KOOGALLERY_ACCESS_KEY";
const KIT_KEY: &str = "KOOGALLERY_KIT_KEY";
const OTHER_KEYS: &str = "KOOGALLERY_OTHER_KEYS";
pub(crate) const AK: &str = "KOOGALLERY_AK";
pub(crate) const SK: &str = "KOOGALLERY_SK";
const APPLICATION_KEY: &str = "SAFE_CREATIVE_PRIVATE_KEY";
const USER_KEY: &str = "SAFE_CREATIVE_AUTHKEY_PRIVATE_KEY";
/// Those that hold one secret each.
const SECRETS: [&str; 5] = [ACCESS_KEY, KIT_KEY, SK, APPLICATION_KEY, USER_KEY];
/// Shorter pieces of a secret are words that may stand anywhere.
const SHORTEST_PIECE: usize = 8;
const STDIN: &str = "standard input";

/// The page of `--help` about keys.
pub(crate) const HELP: &str = "\
Keys:
  KOOGALLERY_ACCESS_KEY    the access key: v2, v1, usage-push, body-sign; of the others, if theirs is not set
  KOOGALLERY_KIT_KEY       the key of the type joint SaaS: kit-v1, kit-v2
  KOOGALLERY_AK            the id of the AK/SK pair, which is no secret: sdk-hmac
  KOOGALLERY_SK            its secret
  SAFE_CREATIVE_PRIVATE_KEY          the private key of the application (shared key): safe-creative
  SAFE_CREATIVE_AUTHKEY_PRIVATE_KEY  that of a user's authorization (authkey)
  KOOGALLERY_OTHER_KEYS    further keys that may have been used instead, separated by commas";

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Read the key from standard input, one line, instead of from the environment
    #[arg(long)]
    pub(crate) key_stdin: bool,
}

impl KeyArgs {
    /// The key that signs in this scheme, and the public id that goes with it.
    pub(crate) fn signing(
        &self,
        scheme: AnalysisScheme,
        request: Option<&CapturedRequest>,
    ) -> Result<(AccessKey, Option<String>), Failure> {
        let places = places(Some(scheme), request);
        let id = if scheme == AnalysisScheme::SdkHmac { value(AK)? } else { None };
        if self.key_stdin {
            return Ok((from_stdin()?, id));
        }
        for name in &places {
            if let Some(text) = value(name)? {
                return Ok((named(name, &text)?, id));
            }
        }
        Err(missing(&places))
    }

    /// The access key.
    pub(crate) fn access_key(&self) -> Result<AccessKey, Failure> {
        self.signing(AnalysisScheme::V2, None).map(|(key, _)| key)
    }

    /// AK and SK; the SK is the key of standard input.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        let missing = |name| {
            Failure::about(
                name,
                "it is not set: Seller Console, Console, My Credentials, Access Keys has AK and SK",
            )
        };
        let ak = value(AK)?.ok_or_else(|| missing(AK))?;
        let sk = if self.key_stdin {
            typed()?.clone()
        } else {
            Zeroizing::new(value(SK)?.ok_or_else(|| missing(SK))?)
        };
        Credentials::new(&ak, sk.as_str()).map_err(|error| Failure::about(format!("{AK}, {SK}"), error))
    }

    /// Every key there is, the one that should have signed first.
    pub(crate) fn suspects(
        &self,
        scheme: Option<AnalysisScheme>,
        request: Option<&CapturedRequest>,
    ) -> Result<Vec<SuspectKey>, Failure> {
        let mut places = places(scheme, request);
        let mut keys = Vec::new();
        if self.key_stdin {
            keys.push(SuspectKey::from(from_stdin()?));
        } else if places.iter().all(|name| env::var_os(name).is_none()) {
            return Err(missing(&places));
        }
        places.extend(SECRETS.into_iter().filter(|name| !places.contains(name)).collect::<Vec<_>>());
        for name in places {
            if let Some(text) = value(name)? {
                keys.push(SuspectKey::from(named(name, &text)?));
            }
        }
        if let (Some(AnalysisScheme::SdkHmac), Some(id), Some(first)) = (scheme, value(AK)?, keys.first_mut())
        {
            *first = first.clone().identified_by(id);
        }
        let others = value(OTHER_KEYS)?.map(Zeroizing::new);
        let others = others.as_deref().filter(|others| !others.is_empty());
        for (at, text) in others.into_iter().flat_map(|others| others.split(',')).enumerate() {
            // A blank after a comma belongs to the list.
            keys.push(SuspectKey::from(named(
                &format!("{OTHER_KEYS}, key {}", at + 1),
                text.trim_matches(' '),
            )?));
        }
        Ok(keys)
    }
}

/// AK and SK, if they are set.
pub(crate) fn pair() -> Result<Option<Credentials>, Failure> {
    match (value(AK)?, value(SK)?.map(Zeroizing::new)) {
        (None, None) => Ok(None),
        (Some(ak), Some(sk)) => Credentials::new(&ak, sk.as_str())
            .map(Some)
            .map_err(|error| Failure::about(format!("{AK}, {SK}"), error)),
        (Some(_), None) => Err(Failure::about(SK, "it is not set, and its AK is")),
        (None, Some(_)) => Err(Failure::about(AK, "it is not set, and its SK is")),
    }
}

/// The access key, if it is set.
pub(crate) fn access_key() -> Result<Option<AccessKey>, Failure> {
    value(ACCESS_KEY)?.map(Zeroizing::new).map(|text| named(ACCESS_KEY, &text)).transpose()
}

/// A text in which every piece of a secret is overwritten: an error may repeat what somebody typed in the wrong place, and
/// cut it.
pub(crate) fn redacted(text: &str) -> String {
    let others = Zeroizing::new(env::var(OTHER_KEYS).unwrap_or_default());
    let secrets =
        SECRETS.into_iter().chain(skm::SECRETS).filter_map(|name| env::var(name).ok()).map(Zeroizing::new);
    let secrets = secrets.chain(others.split(',').map(|key| Zeroizing::new(key.to_owned())));
    let secrets: Vec<_> = secrets.chain(TYPED.get().cloned()).collect();
    let mut shown = text.as_bytes().to_vec();
    for (at, window) in text.as_bytes().windows(SHORTEST_PIECE).enumerate() {
        if secrets.iter().any(|secret| secret.as_bytes().windows(SHORTEST_PIECE).any(|piece| piece == window))
        {
            shown.iter_mut().skip(at).take(SHORTEST_PIECE).for_each(|byte| *byte = b'*');
        }
    }
    String::from_utf8_lossy(&shown).into_owned()
}

/// What came from standard input.
static TYPED: OnceLock<Zeroizing<String>> = OnceLock::new();

fn from_stdin() -> Result<AccessKey, Failure> {
    named(STDIN, typed()?)
}

fn typed() -> Result<&'static Zeroizing<String>, Failure> {
    let text = match TYPED.get() {
        Some(text) => text.clone(),
        None => Zeroizing::new(input::line_of_stdin()?),
    };
    Ok(TYPED.get_or_init(|| text))
}

/// The variables in which the key of a scheme may be, the first that is set counts.
fn places(scheme: Option<AnalysisScheme>, request: Option<&CapturedRequest>) -> Vec<&'static str> {
    let is_kit = |request: &CapturedRequest| {
        matches!(AnalysisScheme::recognise(request), Some(AnalysisScheme::KitV1 | AnalysisScheme::KitV2))
    };
    match scheme {
        Some(AnalysisScheme::KitV1 | AnalysisScheme::KitV2) => vec![KIT_KEY, ACCESS_KEY],
        Some(AnalysisScheme::BodySign) if request.is_some_and(is_kit) => vec![KIT_KEY, ACCESS_KEY],
        Some(AnalysisScheme::SdkHmac) => vec![SK, ACCESS_KEY],
        Some(AnalysisScheme::SafeCreative) if request.is_some_and(is_of_a_user) => {
            vec![USER_KEY, APPLICATION_KEY, ACCESS_KEY]
        }
        Some(AnalysisScheme::SafeCreative) => vec![APPLICATION_KEY, USER_KEY, ACCESS_KEY],
        _ => vec![ACCESS_KEY],
    }
}

/// Does Safe Creative want the private key of the authkey? The application signs what is about authkeys and users
/// themselves, although some of these calls name one.
fn is_of_a_user(request: &CapturedRequest) -> bool {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let body = String::from_utf8_lossy(&request.body);
    let mut has_authkey = false;
    let mut is_of_the_application = false;
    for pair in query.split('&').chain(body.trim().split('&')) {
        match pair.split_once('=') {
            Some(("authkey", _)) => has_authkey = true,
            Some(("component", component)) => {
                let of_application = ["authkey.", "user.link", "user.unlink", "user.get", "user.quota"];
                is_of_the_application = of_application.iter().any(|name| component.starts_with(name));
            }
            _ => {}
        }
    }
    has_authkey && !is_of_the_application
}

/// The text of a variable, if it is set.
pub(crate) fn value(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::about(name, "this is no UTF-8")),
    }
}

fn named(name: &str, text: &str) -> Result<AccessKey, Failure> {
    AccessKey::named(name, text).map_err(|error| Failure::about(name, error))
}

fn missing(places: &[&str]) -> Failure {
    let first = places.first().copied().unwrap_or(ACCESS_KEY);
    match AccessKey::new("") {
        Err(error) => {
            Failure::new(format!("{first}: {error} (`--key-stdin` takes the key from standard input)"))
        }
        Ok(_) => Failure::new(first),
    }
}

/// A file that does not keep the key from standard input.
pub(crate) fn refuse_stdin(path: &Path, keys: &KeyArgs, what: &str) -> Result<(), Failure> {
    if keys.key_stdin && input::is_stdin(path) {
        return Err(Failure::new(format!("standard input holds the key: name a file for {what}")));
    }
    Ok(())
}
