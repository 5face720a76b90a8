//! The header `Authorization` of the API gateway.

use super::ALGORITHM;

/// `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`.
pub(super) struct Authorization<'h> {
    pub(super) access: &'h str,
    pub(super) signed: Vec<&'h str>,
    pub(super) signature: &'h str,
    /// Every comma and blank is where it belongs.
    pub(super) is_exact: bool,
}

impl<'h> Authorization<'h> {
    /// Nothing, if one of the three parts is not to be found.
    pub(super) fn parse(value: &'h str) -> Option<Self> {
        let rest = value.get(ALGORITHM.len()..).filter(|_| {
            value.get(..ALGORITHM.len()).is_some_and(|name| name.eq_ignore_ascii_case(ALGORITHM))
        })?;
        let part = |wanted: &str| {
            rest.split([',', ' ']).find_map(|part| {
                let (name, value) = part.trim().split_once('=')?;
                let value = value.trim_matches('"');
                (name.eq_ignore_ascii_case(wanted) && !value.is_empty()).then_some(value)
            })
        };
        let (access, list, signature) = (part("Access")?, part("SignedHeaders")?, part("Signature")?);
        let exact = format!("{ALGORITHM} Access={access}, SignedHeaders={list}, Signature={signature}");
        let signed = list.split(';').filter(|name| !name.is_empty()).collect();
        Some(Self { access, signed, signature, is_exact: exact == value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_form_is_read_and_noticed() {
        for (value, is_exact) in [
            ("SDK-HMAC-SHA256 Access=ak, SignedHeaders=host;x-sdk-date, Signature=00", true),
            ("SDK-HMAC-SHA256 Access=ak,SignedHeaders=host;x-sdk-date,Signature=00", false),
            ("SDK-HMAC-SHA256 Access=ak SignedHeaders=host;x-sdk-date Signature=00", false),
            ("SDK-HMAC-SHA256, Access=ak, SignedHeaders=host;x-sdk-date, Signature=00", false),
            ("sdk-hmac-sha256 Access=\"ak\", SignedHeaders=host;x-sdk-date, Signature=00", false),
        ] {
            let read = Authorization::parse(value).unwrap();
            assert_eq!((read.access, read.signature, read.is_exact), ("ak", "00", is_exact), "{value}");
            assert_eq!(read.signed, ["host", "x-sdk-date"]);
        }
        for value in
            ["", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=ak, Signature=00", "Bearer x", "SDK-HMAC-SHA25é"]
        {
            assert!(Authorization::parse(value).is_none(), "{value}");
        }
    }
}
