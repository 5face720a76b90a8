//! AK and SK.

use std::fmt;
use std::sync::Arc;

use hmac::{KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::ALGORITHM;
use super::authorization::Authorization;
use super::canonical::RequestToSign;
use crate::UtcTime;
use crate::key::HmacSha256;

/// An access key id and its secret ("AK/SK") of the seller's Huawei Cloud account: Seller Console → Console → My Credentials →
/// Access Keys.
///
/// It is **not** the [`AccessKey`](crate::AccessKey) of KooGallery. A user of IAM needs "programmatic access". `Debug` shows the
/// id alone, there is no `==`, and the memory is wiped when the last clone is dropped. Cheap to clone.
///
/// ```
/// use marketplace_core::signature::sdk_hmac::Credentials;
///
/// let credentials = Credentials::new("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")?;
/// assert_eq!(format!("{credentials:?}"), "Credentials(QTWAOYTTINDUT2QVKYUC)");
/// # Ok::<(), marketplace_core::signature::sdk_hmac::UnusableCredentials>(())
/// ```
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    access: Box<str>,
    keyed: HmacSha256,
    token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// Takes both as the console shows them.
    ///
    /// # Errors
    ///
    /// [`UnusableCredentials`] for what is surely a slip of copying: nothing, blanks, line ends, quotes, other than ASCII. The
    /// message does not repeat them.
    #[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "the invariant is in the message")]
    pub fn new(access_key_id: &str, secret_key: impl Into<String>) -> Result<Self, UnusableCredentials> {
        let secret_key = Zeroizing::new(secret_key.into());
        check("access key id (AK)", access_key_id)?;
        check("secret key (SK)", &secret_key)?;
        let keyed =
            HmacSha256::new_from_slice(secret_key.as_bytes()).expect("HMAC takes a key of any length");
        Ok(Self(Arc::new(Inner { access: access_key_id.into(), keyed, token: None })))
    }

    /// With the security token of temporary credentials, which travels in `X-Security-Token` and is signed like the rest.
    ///
    /// # Errors
    ///
    /// As [`Credentials::new`].
    pub fn with_security_token(self, token: impl Into<String>) -> Result<Self, UnusableCredentials> {
        let token = Zeroizing::new(token.into());
        check("security token", &token)?;
        let Inner { access, keyed, .. } = &*self.0;
        Ok(Self(Arc::new(Inner { access: access.clone(), keyed: keyed.clone(), token: Some(token) })))
    }

    /// The access key id, which is no secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.0.access
    }

    /// The security token, if the credentials are temporary. It is a secret.
    #[must_use]
    pub fn security_token(&self) -> Option<&str> {
        self.0.token.as_ref().map(|token| token.as_str())
    }

    /// The value of `Authorization` for this request, whose headers have to hold [`DATE`](super::DATE) with this date. A security token does
    /// not join them by itself.
    ///
    /// Every header that the request names is signed, and has to reach the gateway as it is.
    ///
    /// ```
    /// use marketplace_core::signature::sdk_hmac::{Credentials, Payload, RequestToSign};
    ///
    /// let credentials = Credentials::new("AccessKey", "SecretKey")?;
    /// let date = "20060102T150405Z";
    /// let request = RequestToSign {
    ///     method: "GET",
    ///     path: "/path",
    ///     query: "",
    ///     headers: &[("x-sdk-date", date)],
    ///     payload: Payload::Body(b""),
    /// };
    /// assert_eq!(
    ///     credentials.authorization(&request, date.parse()?),
    ///     "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, \
    ///      Signature=eb70b3a0caf6633a8b8e4317622d8a0f6819821ec84896ceb7739a57e2d9ed76",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn authorization(&self, request: &RequestToSign<'_>, date: UtcTime) -> String {
        let canonical = request.canonical();
        let signature = const_hex::encode(self.signature(&canonical.text, &date.to_string()));
        Authorization { access: &self.0.access, signed: &canonical.signed, signature: &signature }.to_string()
    }

    pub(super) fn signature(&self, canonical: &[u8], date: &str) -> [u8; 32] {
        let hash = const_hex::encode(Sha256::digest(canonical));
        let mac = self.0.keyed.clone().chain_update(ALGORITHM).chain_update("\n").chain_update(date);
        mac.chain_update("\n").chain_update(hash).finalize().into_bytes().into()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.0.access)
    }
}

fn check(what: &'static str, text: &str) -> Result<(), UnusableCredentials> {
    if text.is_empty() {
        return Err(UnusableCredentials { what, rule: "is empty" });
    }
    // A comma or a `=` would end it in the header.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',')) {
        return Err(UnusableCredentials {
            what,
            rule: "has a blank, a line end, a quote, a comma or another character that no such key has; copy it again",
        });
    }
    Ok(())
}

/// Not an AK, SK or security token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {what} {rule}")]
pub struct UnusableCredentials {
    what: &'static str,
    rule: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let credentials = Credentials::new("the-id", "canary-1").unwrap();
        let credentials = credentials.with_security_token("canary-2").unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials(the-id)");
        assert_eq!(credentials.security_token(), Some("canary-2"));
    }

    #[test]
    fn refuses_slips_of_copying() {
        for (access, secret, what) in [
            ("", "sk", "the access key id (AK) is empty"),
            ("ak", "", "the secret key (SK) is empty"),
            ("ak\n", "sk", "the access key id (AK) has"),
            ("ak", "\"canary\"", "the secret key (SK) has"),
            ("ak", "canary ", "the secret key (SK) has"),
            ("a,k", "sk", "the access key id (AK) has"),
        ] {
            let error = Credentials::new(access, secret).unwrap_err().to_string();
            assert!(error.starts_with(what) && !error.contains("canary"), "{error}");
        }
        assert!(Credentials::new("ak", "sk").unwrap().with_security_token("").is_err());
    }
}
