//! The three parameters of a signed request.

use std::fmt;

use super::stamp::{Stamp, Unit};

/// Longer queries are refused unread; a real one has about 170 bytes.
const LONGEST_QUERY: usize = 4096;
/// Longer nonces are refused; the vendor's examples have 16 to 64 letters.
pub(super) const LONGEST_NONCE: usize = 128;

/// The query of a signed request: `signature`, `timestamp` and `nonce`, each exactly once.
///
/// Parsing is strict, because the text that is signed has no separators: a stamp of any other length than 10 or 13
/// digits could trade letters with the nonce. Values are never percent-decoded; none of them needs it. Other parameters
/// are not signed, and ignored.
#[derive(Debug, Clone, Copy)]
pub struct SignedQuery<'q> {
    pub(crate) signature: [u8; 32],
    pub(super) timestamp: Stamp<'q>,
    pub(super) nonce: &'q str,
}

impl<'q> SignedQuery<'q> {
    /// Reads the query of a URL, without its `?`.
    ///
    /// # Errors
    ///
    /// [`QueryError`] names the parameter and the rule.
    pub fn parse(query: &'q str) -> Result<Self, QueryError> {
        let query = Self::parse_parts(query)?;
        if query.timestamp.may_be_cut_from(query.nonce) { Err(QueryError::Ambiguous) } else { Ok(query) }
    }

    /// The same, from a sender that is known to give its timestamps in this unit: there is only one way to read them.
    ///
    /// # Errors
    ///
    /// [`QueryError`] names the parameter and the rule.
    pub fn parse_in(query: &'q str, unit: Unit) -> Result<Self, QueryError> {
        let query = Self::parse_parts(query)?;
        if query.timestamp.unit == unit {
            Ok(query)
        } else {
            Err(QueryError::Malformed(Parameter::Timestamp))
        }
    }

    fn parse_parts(query: &'q str) -> Result<Self, QueryError> {
        if query.len() > LONGEST_QUERY {
            return Err(QueryError::TooLong);
        }
        let (mut signature, mut timestamp, mut nonce) = (None, None, None);
        let mut rest = query;
        while !rest.is_empty() {
            let end = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
            let (pair, after) = rest.split_at(end);
            rest = after.strip_prefix('&').unwrap_or_default();
            let (slot, parameter, value) = if let Some(value) = value_of(pair, "signature") {
                (&mut signature, Parameter::Signature, value)
            } else if let Some(value) = value_of(pair, "timestamp") {
                (&mut timestamp, Parameter::Timestamp, value)
            } else if let Some(value) = value_of(pair, "nonce") {
                (&mut nonce, Parameter::Nonce, value)
            } else {
                continue;
            };
            if slot.replace(value).is_some() {
                return Err(QueryError::Repeated(parameter));
            }
        }
        // The order in which the vendor's sample looks at them.
        let timestamp = present(timestamp, Parameter::Timestamp)?;
        let nonce = present(nonce, Parameter::Nonce)?;
        let signature = present(signature, Parameter::Signature)?;
        let timestamp = Stamp::parse(timestamp).ok_or(QueryError::Malformed(Parameter::Timestamp))?;
        let nonce = parse_nonce(nonce).ok_or(QueryError::Malformed(Parameter::Nonce))?;
        let signature = parse_signature(signature).ok_or(QueryError::Malformed(Parameter::Signature))?;
        Ok(Self { signature, timestamp, nonce })
    }

    /// When the request was signed, as its sender says. Nothing vouches for it before the signature is verified.
    #[must_use]
    pub fn timestamp(&self) -> Stamp<'q> {
        self.timestamp
    }

    /// The sender's random text.
    #[must_use]
    pub fn nonce(&self) -> &'q str {
        self.nonce
    }
}

/// One of the three parameters of a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// 64 hexadecimal digits of either case.
    Signature,
    /// 10 or 13 digits.
    Timestamp,
    /// 1 to 128 letters, digits, `-`, `_`, `.` or `~`.
    Nonce,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "signature",
            Self::Timestamp => "timestamp",
            Self::Nonce => "nonce",
        })
    }
}

/// What is wrong with the query of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The parameter is not there, or empty.
    #[error("the parameter `{0}` is missing")]
    Missing(Parameter),
    /// The parameter is there more than once, perhaps with different values.
    #[error("the parameter `{0}` is given more than once")]
    Repeated(Parameter),
    /// The parameter does not have its form.
    #[error("the parameter `{0}` is not {form}", form = form(*.0))]
    Malformed(Parameter),
    /// The seconds and the end of the nonce could together be milliseconds: one signature, two readings.
    #[error("the parameters `nonce` and `timestamp` can be read in two ways")]
    Ambiguous,
    /// The query is longer than 4,096 bytes.
    #[error("the query is longer than 4096 bytes")]
    TooLong,
}

fn form(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Signature => "64 hexadecimal digits",
        Parameter::Timestamp => "10 or 13 digits",
        Parameter::Nonce => "1 to 128 letters or digits",
    }
}

/// The value of a parameter, if that is its name. A name alone has an empty value.
fn value_of<'q>(pair: &'q str, name: &str) -> Option<&'q str> {
    let rest = pair.strip_prefix(name)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('=') }
}

fn present(value: Option<&str>, parameter: Parameter) -> Result<&str, QueryError> {
    value.filter(|value| !value.is_empty()).ok_or(QueryError::Missing(parameter))
}

pub(in crate::signature) fn parse_signature(text: &str) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    // 64 digits and nothing else: this reader would also take a `0x` before them.
    if text.len() != 64 || const_hex::decode_to_slice(text, &mut signature).is_err() {
        return None;
    }
    Some(signature)
}

pub(in crate::signature) fn parse_nonce(text: &str) -> Option<&str> {
    let fits = text.len() <= LONGEST_NONCE
        && text
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.' | b'~'));
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22";

    #[test]
    fn wants_each_parameter_exactly_once() {
        let whole = format!("signature={HEX}&timestamp=1680508066618&nonce=RLLUammMSInlrNWb");
        assert!(SignedQuery::parse(&whole).is_ok());
        assert!(SignedQuery::parse(&format!("tenant=7&{whole}&x")).is_ok());
        for (extra, parameter) in [
            (format!("&signature={HEX}"), Parameter::Signature),
            ("&timestamp=1680508066619".to_owned(), Parameter::Timestamp),
            ("&nonce=RLLUammMSInlrNWb".to_owned(), Parameter::Nonce),
            ("&nonce".to_owned(), Parameter::Nonce),
        ] {
            let query = format!("{whole}{extra}");
            assert_eq!(SignedQuery::parse(&query).unwrap_err(), QueryError::Repeated(parameter), "{query}");
        }
        for parameter in [Parameter::Signature, Parameter::Timestamp, Parameter::Nonce] {
            let query = whole.replace(&format!("{parameter}="), "other=");
            assert_eq!(SignedQuery::parse(&query).unwrap_err(), QueryError::Missing(parameter), "{query}");
        }
        assert_eq!(SignedQuery::parse("").unwrap_err(), QueryError::Missing(Parameter::Timestamp));
        assert_eq!(SignedQuery::parse(&"&".repeat(5000)).unwrap_err(), QueryError::TooLong);
    }

    #[test]
    fn milliseconds_never_come_round_as_seconds() {
        let query = |nonce, stamp| format!("signature={HEX}&timestamp={stamp}&nonce={nonce}");
        // 1,791,795,000,000 ms is October 2026; its last ten digits are November 2026 in seconds.
        assert!(SignedQuery::parse(&query("N", "1791795000000")).is_ok());
        assert_eq!(SignedQuery::parse(&query("N179", "1795000000")).unwrap_err(), QueryError::Ambiguous);
        assert!(SignedQuery::parse_in(&query("N179", "1795000000"), Unit::Seconds).is_ok());
        assert!(SignedQuery::parse_in(&query("N179", "1795000000"), Unit::Milliseconds).is_err());
        // As milliseconds these would be of the future, of 2001, or of no time at all.
        for nonce in ["N180", "N100", "N000", "N999", "N17x", "79", "N179x"] {
            assert!(SignedQuery::parse(&query(nonce, "1795000000")).is_ok(), "{nonce}");
        }
    }

    #[test]
    fn nonces_and_signatures_have_one_form() {
        for nonce in ["a b", "a%20b", "é", "a+b", "a/b", &"a".repeat(129)] {
            let query = format!("signature={HEX}&timestamp=1680508066618&nonce={nonce}");
            assert_eq!(
                SignedQuery::parse(&query).unwrap_err(),
                QueryError::Malformed(Parameter::Nonce),
                "{nonce}"
            );
        }
        for signature in [&HEX[1..], &format!("{HEX}00"), &HEX.replace('7', "g"), &format!("0x{}", &HEX[2..])]
        {
            let query = format!("signature={signature}&timestamp=1680508066618&nonce=n");
            assert_eq!(SignedQuery::parse(&query).unwrap_err(), QueryError::Malformed(Parameter::Signature));
        }
    }
}
