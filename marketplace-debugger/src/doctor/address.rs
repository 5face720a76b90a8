//! Where the seller is.

use std::str::FromStr;

use http::Uri;

use super::Unreachable;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) is_https: bool,
    /// Without the brackets of IPv6.
    pub(super) host: String,
    pub(super) port: u16,
    /// As the header `Host` has it.
    pub(super) authority: String,
    /// Path and query.
    pub(super) target: String,
}

impl FromStr for Address {
    type Err = Unreachable;

    fn from_str(text: &str) -> Result<Self, Unreachable> {
        let wrong = |why: &str| Unreachable::Url(why.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong("it cannot be read"))?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("it begins with `https://` or `http://`")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("it holds a user name, and KooGallery sends none"));
        }
        if authority.port_u16().is_none() && authority.as_str() != authority.host() {
            return Err(wrong("its port is none"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(wrong("it has no host"));
        }
        Ok(Self {
            is_https,
            host,
            port: authority.port_u16().unwrap_or(if is_https { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            target: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        for (text, is_https, host, port, target) in [
            ("https://h", true, "h", 443, "/"),
            ("http://h/a?b=c", false, "h", 80, "/a?b=c"),
            ("https://[::1]:8443/a", true, "::1", 8443, "/a"),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(
                (address.is_https, &*address.host, address.port, &*address.target),
                (is_https, host, port, target)
            );
        }
        for text in ["", "h", "ftp://h", "/a", "https://u:p@h/", "https:///a", "https://h:99999/"] {
            assert!(matches!(text.parse::<Address>(), Err(Unreachable::Url(_))), "{text}");
        }
    }
}
