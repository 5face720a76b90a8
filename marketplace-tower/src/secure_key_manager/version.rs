//! Versions of the API.

use std::fmt;

/// A version of the API. It follows from the [`Credentials`](super::Credentials).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// Since 2019-05-28. The appkey alone says who calls.
    V1_0,
    /// Since 2022-07-26. As `V1_0`; it exists for reading one version of a symmetric key and nothing else.
    V1_1,
    /// Since 2023-11-28. With a User Access Key ID and its secret in headers.
    V1_2,
    /// Since 2026-03-10. With a bearer token.
    V1_3,
}

impl ApiVersion {
    /// As it stands in paths, such as `v1.2`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "v1.0",
            Self::V1_1 => "v1.1",
            Self::V1_2 => "v1.2",
            Self::V1_3 => "v1.3",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
