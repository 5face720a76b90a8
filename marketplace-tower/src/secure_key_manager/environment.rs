//! Where the Secure Key Manager is.

use crate::http_client::BaseAddress;

/// The region whose Secure Key Manager is asked. One host serves everything, client certificates included.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `api-keymanager.nhncloudservice.com`
    Public,
    /// Public sector: `api-keymanager.gov-nhncloudservice.com`
    Government,
    /// Public sector, zone ncgn: `api-keymanager.gncloud.go.kr`
    Ncgn,
    /// Public sector, zone ngsc: `api-keymanager.ngsc.go.kr`
    Ngsc,
    /// Public sector, zone ninc: `api-keymanager.ninc.go.kr`
    Ninc,
    /// Another address: a proxy's, or that of a stand-in.
    Custom(BaseAddress),
}

impl Environment {
    pub(super) fn base(&self) -> BaseAddress {
        let host = match self {
            Self::Public => "api-keymanager.nhncloudservice.com",
            Self::Government => "api-keymanager.gov-nhncloudservice.com",
            Self::Ncgn => "api-keymanager.gncloud.go.kr",
            Self::Ngsc => "api-keymanager.ngsc.go.kr",
            Self::Ninc => "api-keymanager.ninc.go.kr",
            Self::Custom(address) => return address.clone(),
        };
        BaseAddress::https(host, "")
    }

    /// Where tokens are fetched, if the vendor's pages say so.
    pub(super) fn token_address(&self) -> Option<BaseAddress> {
        (*self == Self::Public)
            .then(|| BaseAddress::https("oauth.api.nhncloudservice.com", "/oauth2/token/create"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_has_an_address() {
        for environment in [
            Environment::Public,
            Environment::Government,
            Environment::Ncgn,
            Environment::Ngsc,
            Environment::Ninc,
        ] {
            let address = environment.base().to_string();
            assert_eq!(BaseAddress::new(&address).unwrap().to_string(), address);
            assert_eq!(environment.token_address().is_some(), environment == Environment::Public);
        }
    }
}
