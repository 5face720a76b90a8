//! The first layer: who calls.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use super::id::{UnusableId, is_plain};
use super::version::ApiVersion;

/// The appkey of the service, or of the project: Secure Key Manager → URL & Appkey.
///
/// It stands in the path of every call, and with [`Credentials::v1_0`] it is all that says who calls: treat it as a secret.
/// `Debug` does not show it, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct AppKey(Zeroizing<String>);

impl AppKey {
    /// Takes an appkey.
    ///
    /// # Errors
    ///
    /// [`UnusableId`] if it cannot stand in a path: it is empty, longer than 128 letters, or has others than ASCII letters,
    /// digits, `-` and `_`.
    pub fn new(text: impl Into<String>) -> Result<Self, UnusableId> {
        let text = Zeroizing::new(text.into());
        if is_plain(&text) { Ok(Self(text)) } else { Err(UnusableId { what: "appkey" }) }
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppKey(…)")
    }
}

/// Who calls, and so with which version of the API.
///
/// The second layer, whether this client may use a key store, is in the [`Settings`](super::Settings).
#[derive(Debug, Clone)]
pub struct Credentials {
    app_key: AppKey,
    caller: Caller,
}

#[derive(Debug, Clone)]
enum Caller {
    AppKey,
    Headers(UserKey),
    Token(UserKey),
}

impl Credentials {
    /// Version 1.0: the appkey, and nothing else. It can use keys and list them.
    #[must_use]
    pub fn v1_0(app_key: AppKey) -> Self {
        Self { app_key, caller: Caller::AppKey }
    }

    /// Version 1.2: a user's key in headers. It can also write secrets, keys and registrations of clients.
    #[must_use]
    pub fn v1_2(app_key: AppKey, user: UserKey) -> Self {
        Self { app_key, caller: Caller::Headers(user) }
    }

    /// Version 1.3: a bearer token, which the client fetches with the user's key and renews before it expires. It can also do
    /// signatures in standard form, and manage key stores.
    #[must_use]
    pub fn v1_3(app_key: AppKey, user: UserKey) -> Self {
        Self { app_key, caller: Caller::Token(user) }
    }

    /// The version of the API that these are for.
    #[must_use]
    pub fn version(&self) -> ApiVersion {
        match self.caller {
            Caller::AppKey => ApiVersion::V1_0,
            Caller::Headers(_) => ApiVersion::V1_2,
            Caller::Token(_) => ApiVersion::V1_3,
        }
    }

    pub(super) fn app_key(&self) -> &AppKey {
        &self.app_key
    }

    /// Of version 1.2.
    pub(super) fn in_headers(&self) -> Option<&UserKey> {
        if let Caller::Headers(user) = &self.caller { Some(user) } else { None }
    }

    /// Of version 1.3.
    pub(super) fn for_token(&self) -> Option<&UserKey> {
        if let Caller::Token(user) = &self.caller { Some(user) } else { None }
    }

    /// Everything in it that must not be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let user = self.in_headers().or(self.for_token());
        let of_user = user.into_iter().flat_map(|user| [user.id.as_str(), user.secret.as_str()]);
        of_user.chain([self.app_key.expose()])
    }
}

/// A User Access Key ID and its Secret Access Key: console → account → API security settings. The secret is shown once, when
/// it is made.
///
/// `Debug` shows neither, and the memory is wiped when it is dropped.
#[derive(Clone)]
pub struct UserKey {
    id: Zeroizing<String>,
    secret: Zeroizing<String>,
}

impl UserKey {
    /// Takes the two texts, in this order.
    ///
    /// # Errors
    ///
    /// [`UnusableUserKey`] for what is surely a slip of copying: nothing, blanks or line ends, quotes, letters that no header
    /// can have.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Result<Self, UnusableUserKey> {
        let (id, secret) = (Zeroizing::new(id.into()), Zeroizing::new(secret.into()));
        let is_usable = |text: &str| {
            !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_graphic() && letter != b'"')
        };
        match (is_usable(&id) && !id.contains(':'), is_usable(&secret)) {
            (true, true) => Ok(Self { id, secret }),
            (false, _) => Err(UnusableUserKey { what: "User Access Key ID" }),
            (true, false) => Err(UnusableUserKey { what: "Secret Access Key" }),
        }
    }

    /// ID and secret.
    #[cfg(feature = "test-util")]
    pub(super) fn expose(&self) -> (&str, &str) {
        (&self.id, &self.secret)
    }

    pub(super) fn id_header(&self) -> Option<HeaderValue> {
        sensitive(self.id.clone())
    }

    pub(super) fn secret_header(&self) -> Option<HeaderValue> {
        sensitive(self.secret.clone())
    }

    /// `Basic …`
    pub(super) fn basic_header(&self) -> Option<HeaderValue> {
        let mut pair = Zeroizing::new(String::with_capacity(self.id.len() + 1 + self.secret.len()));
        pair.extend([self.id.as_str(), ":", self.secret.as_str()]);
        let mut value = Zeroizing::new(String::with_capacity(6 + pair.len().div_ceil(3) * 4));
        value.push_str("Basic ");
        STANDARD.encode_string(pair.as_bytes(), &mut value);
        sensitive(value)
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKey(…)")
    }
}

/// Why a text cannot be half of a user's key. The text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {what} is empty, or has blanks, line ends, quotes or letters that are not ASCII: copy it anew")]
pub struct UnusableUserKey {
    what: &'static str,
}

/// A header that is not to be logged, and whose memory is wiped.
pub(super) fn sensitive(text: Zeroizing<String>) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing() {
        let user = UserKey::new("canary-id", "canary-secret").unwrap();
        let credentials = Credentials::v1_2(AppKey::new("canary-app").unwrap(), user.clone());
        assert!(!format!("{credentials:?}").contains("canary"));
        for header in [user.id_header(), user.secret_header(), user.basic_header()] {
            assert_eq!(format!("{:?}", header.unwrap()), "Sensitive");
        }
    }

    #[test]
    fn says_which_half_is_unusable_and_not_what_it_is() {
        for id in ["", " a", "a\n", "\"a\"", "a:b", "é"] {
            let error = UserKey::new(id, "s").unwrap_err().to_string();
            assert!(error.starts_with("the User Access Key ID"), "{error}");
        }
        assert!(UserKey::new("a", "s ").unwrap_err().to_string().starts_with("the Secret Access Key"));
    }

    #[test]
    fn makes_the_basic_header_of_the_rfc() {
        let user = UserKey::new("Aladdin", "open-sesame").unwrap();
        assert_eq!(user.basic_header().unwrap().as_bytes(), b"Basic QWxhZGRpbjpvcGVuLXNlc2FtZQ==");
    }
}
