//! What the gateway does: for stand-ins of it, and for tests.

use subtle::ConstantTimeEq as _;

use super::{Authorization, Credentials, DATE, MalformedAuthorization, RequestToSign, WINDOW_MILLIS};
use crate::{UnixMillis, UtcTime};

/// Did these credentials sign this request, whose headers are all that came?
///
/// # Errors
///
/// [`Unauthorized`] says what is wrong.
pub fn verify(
    credentials: &Credentials,
    request: &RequestToSign<'_>,
    authorization: &str,
    now: UnixMillis,
) -> Result<(), Unauthorized> {
    let authorization = Authorization::parse(authorization)?;
    if authorization.access != credentials.access_key_id() {
        return Err(Unauthorized::OtherAccessKey);
    }
    let mut headers = Vec::new();
    for name in authorization.signed_headers() {
        let mut found = request.headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name));
        let missing = || Unauthorized::Header { name: name.to_owned() };
        let header = found.next().ok_or_else(missing)?;
        if found.next().is_some() {
            return Err(missing());
        }
        headers.push((name, header.1));
    }
    let date = headers.iter().find(|(name, _)| *name == DATE).ok_or(Unauthorized::NoDate)?;
    let date: UtcTime = date.1.trim().parse().map_err(|_| Unauthorized::NoDate)?;
    if now.0.abs_diff(date.unix_millis().0) > WINDOW_MILLIS {
        return Err(Unauthorized::ClockSkew);
    }
    let canonical = RequestToSign { headers: &headers, ..*request }.canonical();
    // Names in lower case and in ascending order, as they are signed.
    if canonical.signed != authorization.signed {
        return Err(Unauthorized::SignedHeaders);
    }
    let computed = const_hex::encode(credentials.signature(&canonical.text, &date.to_string()));
    if bool::from(computed.as_bytes().ct_eq(authorization.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Unauthorized::Signature)
    }
}

/// Why a request is not one of these credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unauthorized {
    /// The header has another form.
    #[error("`Authorization` is {0}")]
    Malformed(#[from] MalformedAuthorization),
    /// It names another access key id.
    #[error("another access key id (AK)")]
    OtherAccessKey,
    /// A signed header is not there, or there twice.
    #[error("the signed header `{name}` is not there once")]
    Header {
        /// Its name.
        name: String,
    },
    /// The signed headers are not listed in lower case and in ascending order.
    #[error("the signed headers are not in lower case and in ascending order")]
    SignedHeaders,
    /// The date is not signed, or no date.
    #[error("`x-sdk-date` is not signed, or not of the form yyyyMMddTHHmmssZ")]
    NoDate,
    /// It was signed more than 15 minutes ago, or ahead.
    #[error("signed more than 15 minutes away from this clock")]
    ClockSkew,
    /// The signature is of something else.
    #[error("the signature does not match")]
    Signature,
}
