//! Where a service is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// An address that secrets may be sent to: `https`, or `http` on this machine.
///
/// ```
/// # #[cfg(feature = "skm")]
/// use marketplace_tower::secure_key_manager::BaseAddress;
/// # #[cfg(not(feature = "skm"))]
/// # use marketplace_tower::open_api::BaseAddress;
///
/// BaseAddress::new("https://gateway.example/skm")?;
/// BaseAddress::new("http://127.0.0.1:8080")?;
/// assert!(BaseAddress::new("http://gateway.example").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseAddress {
    scheme: Scheme,
    authority: Authority,
    /// Without a slash at its end.
    path: Box<str>,
}

impl BaseAddress {
    /// Takes an address, with or without a path.
    ///
    /// # Errors
    ///
    /// [`UnusableAddress`] says what is not right with it.
    pub fn new(text: &str) -> Result<Self, UnusableAddress> {
        let parts = text.parse::<Uri>().map_err(|_| UnusableAddress::NoAddress)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(UnusableAddress::NoAddress);
        };
        if authority.as_str().contains('@') {
            return Err(UnusableAddress::WithUser);
        }
        if parts.path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(UnusableAddress::WithQuery);
        }
        if scheme != Scheme::HTTPS && !(scheme == Scheme::HTTP && is_loopback(authority.host())) {
            return Err(UnusableAddress::NotSheltered);
        }
        let path = parts.path_and_query.as_ref().map_or("", PathAndQuery::path);
        Ok(Self { scheme, authority, path: path.trim_end_matches('/').into() })
    }

    /// One of a vendor's, with a path that has no slash at its end.
    pub(crate) fn https(authority: &'static str, path: &str) -> Self {
        Self { scheme: Scheme::HTTPS, authority: Authority::from_static(authority), path: path.into() }
    }

    /// The address of what is below this one. `None` if that cannot be an address.
    pub(crate) fn join(&self, path: &str) -> Option<Uri> {
        let path = format!("{}{path}", self.path);
        let path = if path.is_empty() { "/" } else { &path };
        let builder = Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone());
        builder.path_and_query(path).build().ok()
    }
}

impl fmt::Display for BaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

impl FromStr for BaseAddress {
    type Err = UnusableAddress;

    fn from_str(text: &str) -> Result<Self, UnusableAddress> {
        Self::new(text)
    }
}

/// Why nothing is sent to an address. The address is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableAddress {
    /// It is none, or has no scheme or no host.
    #[error("the address is not one: write `https://`, a host, and a port and a path if need be")]
    NoAddress,
    /// It has a user or a password.
    #[error("the address has a user or a password: leave them out")]
    WithUser,
    /// It has a query.
    #[error("the address has a query: leave it out")]
    WithQuery,
    /// Neither `https` nor this machine.
    #[error(
        "the address has to begin with `https://`: secrets go there, and `http://` is for this machine only"
    )]
    NotSheltered,
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_the_machine_by_https_only() {
        for text in ["https://a.example", "http://localhost:1", "http://127.8.9.1", "http://[::1]:80/x/"] {
            BaseAddress::new(text).unwrap();
        }
        for (text, error) in [
            ("", UnusableAddress::NoAddress),
            ("a.example", UnusableAddress::NoAddress),
            ("/path", UnusableAddress::NoAddress),
            ("http://a.example", UnusableAddress::NotSheltered),
            ("http://localhost.example", UnusableAddress::NotSheltered),
            ("ftp://127.0.0.1", UnusableAddress::NotSheltered),
            ("https://user:password@a.example", UnusableAddress::WithUser),
            ("https://a.example/?a=b", UnusableAddress::WithQuery),
        ] {
            assert_eq!(BaseAddress::new(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn paths_are_joined_with_one_slash() {
        let join = |base: &str| BaseAddress::new(base).unwrap().join("/keymanager?a=b").unwrap().to_string();
        assert_eq!(join("https://a.example"), "https://a.example/keymanager?a=b");
        assert_eq!(join("https://a.example/skm/"), "https://a.example/skm/keymanager?a=b");
    }
}
