//! The three parameters of a signed request, and when they are fresh.

use std::fmt;
use std::time::Duration;

use crate::UnixMillis;

/// Longer queries are refused unread; a real one has about 170 bytes.
const LONGEST_QUERY: usize = 4096;
/// Longer nonces are refused; the vendor's examples have 16 to 64 letters.
pub(super) const LONGEST_NONCE: usize = 128;
/// Thirteen digits.
pub(super) const LONGEST_STAMP: usize = 13;
/// November 2023, in milliseconds: before it, hardly a seller served V2, and nobody kept a call of this service.
const FIRST_CALL: u64 = 1_700_000_000_000;

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

/// A timestamp of the wire: exactly 10 digits (seconds) or 13 digits (milliseconds).
///
/// The pages of the international and European sites say seconds, those of the China site milliseconds, and every
/// example has milliseconds; so both are read, by their length. The text is what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'q> {
    text: &'q str,
    unit: Unit,
    value: u64,
}

impl<'q> Stamp<'q> {
    fn parse(text: &'q str) -> Option<Self> {
        let unit = match text.len() {
            10 => Unit::Seconds,
            13 => Unit::Milliseconds,
            _ => return None,
        };
        let mut value = 0;
        for digit in text.bytes() {
            // Thirteen digits are far below the largest u64.
            value = value * 10 + u64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        Some(Self { text, unit, value })
    }

    /// Could these seconds be the tail of a stamp in milliseconds, whose first three digits stand at the end of the nonce?
    ///
    /// The signed text has no separators, so both readings share a signature. A call signed in milliseconds long ago
    /// would become fresh again when its last ten digits, read as seconds, come round, and the replay store has
    /// forgotten it by then.
    fn may_be_cut_from(&self, nonce: &str) -> bool {
        let head = match (self.unit, nonce.as_bytes()) {
            (Unit::Seconds, [.., a, b, c]) if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
                [a, b, c].iter().fold(0, |value, digit| value * 10 + u64::from(*digit - b'0'))
            }
            _ => return false,
        };
        // The longer reading must have been signed before this moment, and after there was anything to sign.
        let millis = head * 10_000_000_000 + self.value;
        (FIRST_CALL..=self.value.saturating_add(3600).saturating_mul(1000)).contains(&millis)
    }

    /// As it was sent and signed.
    #[must_use]
    pub fn as_str(&self) -> &'q str {
        self.text
    }

    /// Its unit, told by its length.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The moment, in milliseconds since 1970. For a stamp in seconds, the beginning of that second.
    #[must_use]
    pub fn millis(&self) -> UnixMillis {
        UnixMillis(match self.unit {
            Unit::Seconds => self.value * 1000,
            Unit::Milliseconds => self.value,
        })
    }
}

/// The unit of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Ten digits.
    Seconds,
    /// Thirteen digits.
    Milliseconds,
}

/// How far a stamp may be from the clock, to either side. The vendor says 60 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness(Duration);

impl Freshness {
    /// The vendor's window: 60 seconds.
    pub const VENDOR: Self = Self(Duration::from_secs(60));
    /// The widest window that can be set: an hour.
    pub const WIDEST: Self = Self(Duration::from_secs(3600));

    /// A window of another width, at most an hour.
    #[must_use]
    pub fn new(width: Duration) -> Self {
        Self(width.min(Self::WIDEST.0))
    }

    /// The width to either side.
    #[must_use]
    pub fn width(self) -> Duration {
        self.0
    }

    /// Is the stamp inside the window? Both edges are inside. A stamp in seconds is compared in whole seconds.
    ///
    /// # Errors
    ///
    /// [`OutsideWindow`], with the distance.
    pub fn check(self, stamp: &Stamp<'_>, now: UnixMillis) -> Result<(), OutsideWindow> {
        let (now, width, to_millis) = match stamp.unit {
            Unit::Seconds => (now.0 / 1000, u128::from(self.0.as_secs()), 1000),
            Unit::Milliseconds => (now.0, self.0.as_millis(), 1),
        };
        let distance = now.abs_diff(stamp.value);
        if u128::from(distance) <= width {
            return Ok(());
        }
        let distance = Duration::from_millis(distance.saturating_mul(to_millis));
        Err(if stamp.value < now { OutsideWindow::Stale(distance) } else { OutsideWindow::Future(distance) })
    }

    /// Until when a request with this stamp has to be remembered, so that it is never accepted twice.
    #[must_use]
    pub fn remember_until(self, stamp: UnixMillis) -> UnixMillis {
        let width = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        // One second more, because a stamp in seconds stays inside until that second is over.
        UnixMillis(stamp.0.saturating_add(width).saturating_add(1000))
    }
}

impl Default for Freshness {
    fn default() -> Self {
        Self::VENDOR
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

/// A stamp that is too far from the clock. Check the clocks of both sides, and the unit of the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutsideWindow {
    /// The request is too old.
    #[error("signed {} ms ago, outside the window", .0.as_millis())]
    Stale(Duration),
    /// The request comes from the future.
    #[error("signed {} ms in the future, outside the window", .0.as_millis())]
    Future(Duration),
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

fn parse_signature(text: &str) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    // 64 digits and nothing else: this reader would also take a `0x` before them.
    if text.len() != 64 || const_hex::decode_to_slice(text, &mut signature).is_err() {
        return None;
    }
    Some(signature)
}

fn parse_nonce(text: &str) -> Option<&str> {
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
    fn stamps_have_ten_or_thirteen_digits() {
        for text in [
            "",
            "0",
            "166666666",
            "16666666660",
            "166666666600",
            "16666666660000",
            "+1666666666",
            "-166666666",
            "01666666666",
            "-9223372036854775808",
            "9999999999999999999999999999999999999999",
            "１６６６６６６６６６",
            "1666666666.0",
            "1e10000000",
            " 166666666",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
        assert_eq!(Stamp::parse("1666666666").unwrap().millis(), UnixMillis(1_666_666_666_000));
        assert_eq!(Stamp::parse("9999999999999").unwrap().millis(), UnixMillis(9_999_999_999_999));
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

    #[test]
    fn the_window_is_exact_in_both_units() {
        let window = Freshness::VENDOR;
        let base = 1_700_000_000_000_u64;
        let millis = base.to_string();
        let stamp = Stamp::parse(&millis).unwrap();
        for offset in -125_000..=125_000_i64 {
            let now = UnixMillis(base.checked_add_signed(offset).unwrap());
            assert_eq!(window.check(&stamp, now).is_ok(), offset.abs() <= 60_000, "{offset}");
        }
        let seconds = (base / 1000).to_string();
        let stamp = Stamp::parse(&seconds).unwrap();
        for offset in -125_000..=125_000_i64 {
            let now = UnixMillis(base.checked_add_signed(offset).unwrap());
            assert_eq!(window.check(&stamp, now).is_ok(), offset.div_euclid(1000).abs() <= 60, "{offset}");
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        for text in ["0000000000", "9999999999", "0000000000000", "9999999999999"] {
            let stamp = Stamp::parse(text).unwrap();
            for now in [0, 1, 1_700_000_000_000, u64::MAX] {
                let _verdict = Freshness::WIDEST.check(&stamp, UnixMillis(now));
                let _until = Freshness::WIDEST.remember_until(stamp.millis());
            }
        }
        let stamp = Stamp::parse("9999999999999").unwrap();
        assert!(matches!(Freshness::VENDOR.check(&stamp, UnixMillis(0)), Err(OutsideWindow::Future(_))));
        assert!(matches!(
            Freshness::VENDOR.check(&stamp, UnixMillis(u64::MAX)),
            Err(OutsideWindow::Stale(_))
        ));
    }

    #[test]
    fn is_remembered_as_long_as_it_is_fresh() {
        for text in ["1700000000", "1700000000000"] {
            let stamp = Stamp::parse(text).unwrap();
            let until = Freshness::VENDOR.remember_until(stamp.millis());
            assert!(Freshness::VENDOR.check(&stamp, UnixMillis(until.0)).is_err(), "{text}");
        }
    }
}
