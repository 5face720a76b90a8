//! What the market and its gateway answer with.

use std::fmt;

/// A code of an Open API: `MKT.0000`, `CBC.0000`, `94060001`, `92020000`, `APIGW.0301`.
///
/// The set is the vendor's and grows. `MKT.` and `CBC.` are two prefixes of the same numbers, `APIGW.` and `APIG.` of the same
/// gateway's; two codes are equal if they mean the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ApiCode(Box<str>);

impl ApiCode {
    /// Reads a code. Blanks in it are the page's (`MKT. 0250`).
    #[must_use]
    pub fn new(code: &str) -> Self {
        let mut code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        for (old, new) in [("CBC.", "MKT."), ("APIG.", "APIGW.")] {
            if let Some(number) = code.strip_prefix(old) {
                code = format!("{new}{number}");
            }
        }
        Self(code.into())
    }

    /// The code, with the newer of two prefixes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match &*self.0 {
            "MKT.0000" | "92020000" => Meaning::Success,
            "MKT.0999" | "94060001" | "92020001" => Meaning::Internal,
            "MKT.0100" | "MKT.0101" | "MKT.0199" | "94060004" | "92020002" | "APIGW.0201" => {
                Meaning::Parameter
            }
            "MKT.0102" => Meaning::BodySignature,
            "MKT.0150" => Meaning::NotYours,
            "MKT.0151" => Meaning::NotASeller,
            "MKT.0154" | "94060002" | "APIGW.0301" | "APIGW.0307" => Meaning::Authentication,
            "MKT.0250" | "APIGW.0308" => Meaning::Throttled,
            "MKT.9001" => Meaning::NoSuchInstance,
            "MKT.9002" => Meaning::Usage,
            "MKT.9003" => Meaning::TooManyRecords,
            "MKT.9004" => Meaning::TooOld,
            "92020004" => Meaning::LicenceNotReceived,
            "92020005" => Meaning::NoSuchLicence,
            "APIGW.0101" | "APIGW.0103" => Meaning::NoSuchApi,
            "APIGW.0104" | "APIGW.0105" | "APIGW.0106" => Meaning::Internal,
            _ => Meaning::Unknown,
        }
    }
}

impl fmt::Display for ApiCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ApiCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a code means. Tables of "Querying an order" (2024-11-21), "Pushing usage data" (2025-11-13), licence codes (2025-07-03),
/// and API Gateway's error codes (2025-10-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// Done.
    Success,
    /// The market's own error: `MKT.0999`, `94060001`, `92020001` and those of the gateway's back end.
    Internal,
    /// A parameter is wrong, missing or superfluous: `MKT.0100`, `MKT.0101`, `MKT.0199`, `94060004`, `92020002`, `APIGW.0201`.
    Parameter,
    /// The signature of the body is not the access key's: `MKT.0102`.
    BodySignature,
    /// What is asked about was not published by the seller of the AK: `MKT.0150`.
    NotYours,
    /// The AK is no seller's: `MKT.0151`.
    NotASeller,
    /// AK, SK, token or clock: `MKT.0154`, `94060002`, `APIGW.0301`, `APIGW.0307`.
    Authentication,
    /// Too many calls: `MKT.0250`, `APIGW.0308`.
    Throttled,
    /// An instance of a record does not exist: `MKT.9001`.
    NoSuchInstance,
    /// A record is not valid: `MKT.9002`.
    Usage,
    /// More records than one push takes: `MKT.9003`.
    TooManyRecords,
    /// A record begins more than 21 days ago: `MKT.9004`.
    TooOld,
    /// The licence code was not received by its user yet: `92020004`.
    LicenceNotReceived,
    /// The licence code does not exist: `92020005`.
    NoSuchLicence,
    /// Wrong host or path, or an API that is not published there: `APIGW.0101`, `APIGW.0103`.
    NoSuchApi,
    /// A code that is in no table.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_the_vendors() {
        for (one, other) in
            [("CBC.0250", "MKT. 0250"), ("APIG.0308", "APIGW.0308"), (" MKT.0000 ", "MKT.0000")]
        {
            assert_eq!(ApiCode::new(one), ApiCode::new(other));
        }
        assert_eq!(ApiCode::new("CBC.0154").meaning(), Meaning::Authentication);
        assert_eq!(ApiCode::new("CBC.7777").to_string(), "MKT.7777");
        assert_eq!(ApiCode::new("MKT.7777").meaning(), Meaning::Unknown);
        assert_ne!(ApiCode::new("94060001"), ApiCode::new("MKT.0001"));
    }
}
