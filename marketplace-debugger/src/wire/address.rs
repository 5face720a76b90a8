//! Where a seller listens.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// The address of a seller: `http://` or `https://`, a host, and perhaps a port, a path and a query.
///
/// ```
/// use marketplace_debugger::wire::Address;
///
/// let address: Address = "https://shop.example:8443/saasproduce".parse()?;
/// assert_eq!((address.host(), address.port(), address.path()), ("shop.example", 8443, "/saasproduce"));
/// assert!("ftp://shop.example/".parse::<Address>().is_err());
/// # Ok::<(), marketplace_debugger::wire::UnusableAddress>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    text: String,
    host: String,
    authority: String,
    port: u16,
    is_https: bool,
    path: String,
    query: Option<String>,
}

impl Address {
    /// The host, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 80 or 443 if the address names none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Is it TLS?
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The path; `/`, if the address has none.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Host and port as the header `Host` has them.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Scheme, host and port: what stands before the path.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.is_https { "https" } else { "http" }, self.authority)
    }
}

impl FromStr for Address {
    type Err = UnusableAddress;

    fn from_str(text: &str) -> Result<Self, UnusableAddress> {
        let uri: Uri = text.parse().map_err(|_| UnusableAddress::NotAUrl)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(UnusableAddress::Scheme),
        };
        let authority = uri.authority().ok_or(UnusableAddress::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(UnusableAddress::Credentials);
        }
        if authority.port_u16().is_none() && authority.as_str() != authority.host() {
            return Err(UnusableAddress::NotAUrl);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(UnusableAddress::NotAUrl);
        }
        Ok(Self {
            text: text.to_owned(),
            host: host.to_owned(),
            authority: authority.as_str().to_owned(),
            port: authority.port_u16().unwrap_or(if is_https { 443 } else { 80 }),
            is_https,
            path: uri.path().to_owned(),
            query: uri.query().map(ToOwned::to_owned),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is no address of a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableAddress {
    /// It is no URL.
    #[error("the address is no URL: write it as `https://shop.example/saasproduce`")]
    NotAUrl,
    /// It does not begin with `http://` or `https://`.
    #[error("the address has to begin with `https://` or `http://`")]
    Scheme,
    /// It has a user and a password in it.
    #[error("the address holds a user name: KooGallery sends none")]
    Credentials,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_seller_would_type() {
        for (text, host, port, https, path, query) in [
            ("http://127.0.0.1:8080/saasproduce", "127.0.0.1", 8080, false, "/saasproduce", None),
            ("https://shop.example", "shop.example", 443, true, "/", None),
            ("https://shop.example/a?tenant=7", "shop.example", 443, true, "/a", Some("tenant=7")),
            ("http://[::1]:9/", "::1", 9, false, "/", None),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.host(), address.port(), address.is_https()), (host, port, https), "{text}");
            assert_eq!((address.path(), address.query(), address.to_string().as_str()), (path, query, text));
        }
    }

    #[test]
    fn refuses_the_rest() {
        for (text, why) in [
            ("", UnusableAddress::NotAUrl),
            ("not a url", UnusableAddress::NotAUrl),
            ("https://shop.example:99999/", UnusableAddress::NotAUrl),
            ("shop.example", UnusableAddress::Scheme),
            ("/saasproduce", UnusableAddress::Scheme),
            ("ftp://shop.example/", UnusableAddress::Scheme),
            ("https://user:secret@shop.example/", UnusableAddress::Credentials),
        ] {
            assert_eq!(text.parse::<Address>().unwrap_err(), why, "{text}");
        }
    }
}
