//! The ways in which calls are signed.

use std::fmt;

use crate::Guide;
use crate::guide::Guides;

/// How a call is signed. One address receives all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// POST, `signature`, `timestamp` and `nonce` in the query: guides V2 and licence. See [`v2`](super::v2).
    V2,
    /// GET, everything in the query, `authToken` among it. See [`v1`](super::v1).
    V1,
    /// POST to `…/produceAPI/NAME`, the token in the header `authToken`. See [`kit_v1`](super::kit_v1).
    KitV1,
    /// POST to `…/produceAPI/v2/NAME`, the headers `x-sign`, `x-timestamp` and `x-nonce`. See [`kit_v2`](super::kit_v2).
    KitV2,
}

impl Scheme {
    /// The scheme of a request, and for a kit the name of the call, by method and path.
    ///
    /// KooGallery adds the kit's paths to the address of the product, whatever that is: what counts is how the path ends.
    /// Nothing, if it is neither GET nor POST, or a GET to the path of a kit.
    ///
    /// ```
    /// use marketplace_core::signature::Scheme;
    ///
    /// assert_eq!(Scheme::of("GET", "/saasproduce"), Some((Scheme::V1, None)));
    /// assert_eq!(Scheme::of("POST", "/saasproduce"), Some((Scheme::V2, None)));
    /// assert_eq!(Scheme::of("POST", "/saas/produceAPI/tenantSync"), Some((Scheme::KitV1, Some("tenantSync"))));
    /// assert_eq!(Scheme::of("POST", "/produceAPI/v2/authSync"), Some((Scheme::KitV2, Some("authSync"))));
    /// ```
    #[must_use]
    pub fn of<'p>(method: &str, path: &'p str) -> Option<(Self, Option<&'p str>)> {
        match method {
            "GET" if Self::kit(path).is_none() => Some((Self::V1, None)),
            "POST" => Some(match Self::kit(path) {
                Some((kit, name)) => (kit, Some(name)),
                None => (Self::V2, None),
            }),
            _ => None,
        }
    }

    /// The scheme whose key answers at a path, whatever arrives there that has none of its own: that of a POST.
    #[must_use]
    pub fn at(path: &str) -> Self {
        Self::kit(path).map_or(Self::V2, |(kit, _)| kit)
    }

    fn kit(path: &str) -> Option<(Self, &str)> {
        let (before, name) = path.rsplit_once('/')?;
        let kit = if before.ends_with("/produceAPI") {
            Self::KitV1
        } else if before.ends_with("/produceAPI/v2") {
            Self::KitV2
        } else {
            return None;
        };
        let is_name =
            (1..=64).contains(&name.len()) && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
        is_name.then_some((kit, name))
    }

    /// Does a path lie under this address, and is what follows the path of a kit?
    #[must_use]
    pub fn is_kit_path_under(path: &str, address: &str) -> bool {
        let address = address.strip_suffix('/').unwrap_or(address);
        path.strip_prefix(address).is_some_and(|rest| {
            rest.strip_prefix("/produceAPI/").is_some_and(|name| !name.is_empty())
                && Self::kit(rest).is_some()
        })
    }

    /// The guides whose calls are signed so.
    pub(crate) fn guides(self) -> Guides {
        match self {
            Self::V2 => const { Guides::of(&[Guide::V2, Guide::Licence]) },
            Self::V1 => const { Guides::of(&[Guide::V1]) },
            Self::KitV1 => const { Guides::of(&[Guide::KitV1]) },
            Self::KitV2 => const { Guides::of(&[Guide::KitV2]) },
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V2 => "V2",
            Self::V1 => "V1",
            Self::KitV1 => "kit V1",
            Self::KitV2 => "kit V2",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_is_known_by_the_end_of_the_path() {
        for (path, scheme) in [
            ("/", Scheme::V2),
            ("/produceAPI", Scheme::V2),
            ("/produceAPI/", Scheme::V2),
            ("/produceAPI/v2/", Scheme::V2),
            ("/produceAPI/tenant-sync", Scheme::V2),
            ("/produceAPI/tenantSync/more", Scheme::V2),
            ("/a/produceAPI/tenantSync", Scheme::KitV1),
            ("/a/produceAPI/v2/tenantSync", Scheme::KitV2),
            ("/a/produceAPI/v3/tenantSync", Scheme::V2),
        ] {
            assert_eq!(Scheme::of("POST", path).map(|(scheme, _)| scheme), Some(scheme), "{path}");
        }
        assert_eq!(Scheme::of("PUT", "/"), None);
        assert_eq!(Scheme::of("GET", "/a/produceAPI"), Some((Scheme::V1, None)));
        for (path, scheme) in [
            ("/", Scheme::V2),
            ("/a/produceAPI/tenantSync", Scheme::KitV1),
            ("/a/produceAPI/v2/tenantSync", Scheme::KitV2),
        ] {
            assert_eq!(Scheme::at(path), scheme);
            assert_eq!(Scheme::of("GET", path).is_some(), scheme == Scheme::V2, "{path}");
        }
    }

    #[test]
    fn a_kits_paths_lie_under_the_address() {
        for (path, address, is) in [
            ("/saas/produceAPI/tenantSync", "/saas", true),
            ("/saas/produceAPI/v2/tenantSync", "/saas", true),
            ("/saas/produceAPI/v2/tenantSync", "/saas/", true),
            ("/produceAPI/tenantSync", "/", true),
            ("/saas", "/saas", false),
            ("/saasx/produceAPI/tenantSync", "/saas", false),
            ("/saas/x/produceAPI/tenantSync", "/saas", false),
            ("/saas/produceAPI/", "/saas", false),
        ] {
            assert_eq!(Scheme::is_kit_path_under(path, address), is, "{path} {address}");
        }
    }
}
