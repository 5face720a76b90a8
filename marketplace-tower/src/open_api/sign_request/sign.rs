//! The headers that are set, and what of a request is signed.

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderName, HeaderValue, Uri};
use marketplace_core::signature::sdk_hmac::{
    self, CONTENT_SHA256, Credentials, Payload, RequestToSign, UNSIGNED_PAYLOAD,
};
use marketplace_core::{UnixMillis, UtcTime};

use super::payload::BodyHash;
use crate::BoxError;

const DATE: HeaderName = HeaderName::from_static(sdk_hmac::DATE);
const SECURITY_TOKEN: HeaderName = HeaderName::from_static(sdk_hmac::SECURITY_TOKEN);
const CONTENT_HASH: HeaderName = HeaderName::from_static(CONTENT_SHA256);

/// Why a request was not signed. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotSign {
    /// The body waits for more: it is a stream.
    #[error("the body is not in memory as a whole: collect it first, or sign without it")]
    BodyNotInMemory,
    /// The body ended in an error.
    #[error("the body cannot be read")]
    Body(#[source] BoxError),
    /// There is neither a `Host` nor an address with one.
    #[error("the request has no host: neither a header `host` nor an address with one")]
    NoHost,
    /// A header that has to be signed has more than visible ASCII.
    #[error("the header `{name}` cannot be signed: it has more than visible ASCII")]
    Unsignable {
        /// Its name.
        name: HeaderName,
    },
    /// A header that has to be signed is there twice.
    #[error("the header `{name}` cannot be signed: it is there more than once")]
    Repeated {
        /// Its name.
        name: HeaderName,
    },
    /// The clock of this machine is after the year 9999.
    #[error("the clock of this machine is wrong: it is after the year 9999")]
    Clock,
}

/// Signs for this moment, whatever was signed before.
pub(in super::super) fn sign(
    credentials: &Credentials,
    head: &mut Parts,
    body: BodyHash,
    also: &[HeaderName],
    now: UnixMillis,
) -> Result<(), CannotSign> {
    let date = UtcTime::at(now).map_err(|_| CannotSign::Clock)?;
    let set = |text: &str, name: HeaderName| {
        HeaderValue::from_str(text).map_err(|_| CannotSign::Unsignable { name })
    };
    if !head.headers.contains_key(HOST) {
        let host = host(&head.uri).ok_or(CannotSign::NoHost)?;
        head.headers.insert(HOST, set(&host, HOST)?);
    }
    head.headers.insert(DATE, set(&date.to_string(), DATE)?);
    if let Some(token) = credentials.security_token() {
        let mut token = set(token, SECURITY_TOKEN)?;
        token.set_sensitive(true);
        head.headers.insert(SECURITY_TOKEN, token);
    }
    let payload = match body {
        BodyHash::Sha256(hash) => Payload::Sha256(hash),
        BodyHash::Unsigned => {
            head.headers.insert(CONTENT_HASH, HeaderValue::from_static(UNSIGNED_PAYLOAD));
            Payload::Unsigned
        }
    };
    let mut authorization = {
        let headers = to_sign(head, also)?;
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let request = RequestToSign {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &headers,
            payload,
        };
        set(&credentials.authorization(&request, date), AUTHORIZATION)?
    };
    authorization.set_sensitive(true);
    head.headers.insert(AUTHORIZATION, authorization);
    Ok(())
}

fn to_sign<'h>(head: &'h Parts, also: &[HeaderName]) -> Result<Vec<(HeaderName, &'h str)>, CannotSign> {
    let mut names = vec![HOST, DATE, CONTENT_TYPE, SECURITY_TOKEN, CONTENT_HASH];
    names.extend(also.iter().filter(|name| **name != AUTHORIZATION).cloned());
    names.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    names.dedup();
    let mut headers = Vec::new();
    for name in names {
        let mut values = head.headers.get_all(&name).iter();
        let Some(value) = values.next() else { continue };
        if values.next().is_some() {
            return Err(CannotSign::Repeated { name });
        }
        let Ok(value) = value.to_str() else { return Err(CannotSign::Unsignable { name }) };
        headers.push((name, value));
    }
    Ok(headers)
}

/// `hostname[:port]`, without the port that the scheme has anyway.
fn host(uri: &Uri) -> Option<String> {
    let host = uri.host()?;
    let usual = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => 80,
        _ => 443,
    };
    Some(match uri.port_u16() {
        Some(port) if port != usual => format!("{host}:{port}"),
        _ => host.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_port_is_left_out() {
        for (uri, expected) in [
            ("https://a.example/x", "a.example"),
            ("https://a.example:443/x", "a.example"),
            ("https://a.example:80/x", "a.example:80"),
            ("http://a.example:80/x", "a.example"),
            ("http://a.example:443/x", "a.example:443"),
            ("https://user@[::1]:8443/", "[::1]:8443"),
        ] {
            assert_eq!(host(&uri.parse().unwrap()).unwrap(), expected, "{uri}");
        }
        assert_eq!(host(&"/path".parse().unwrap()), None);
    }
}
