//! What the answer's `Date` says about this machine's clock.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use marketplace_core::UnixMillis;
use marketplace_core::signature::sdk_hmac::WINDOW_MILLIS;

/// How far this machine's clock is off, by the gateway's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSkew {
    /// This machine's clock is ahead by so much.
    Ahead(Duration),
    /// This machine's clock is behind by so much.
    Behind(Duration),
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (by, word) = match self {
            Self::Ahead(by) => (by, "ahead"),
            Self::Behind(by) => (by, "behind"),
        };
        let minutes = by.as_secs() / 60;
        write!(f, "this machine's clock is {minutes} minutes {word}: 15 are tolerated")
    }
}

/// The skew, if it is more than the gateway takes.
pub(super) fn skew(headers: &HeaderMap, now: UnixMillis) -> Option<ClockSkew> {
    let theirs = UnixMillis::from(httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?);
    let by = Duration::from_millis(now.0.abs_diff(theirs.0));
    if by <= Duration::from_millis(WINDOW_MILLIS) {
        return None;
    }
    Some(if now > theirs { ClockSkew::Ahead(by) } else { ClockSkew::Behind(by) })
}

/// `Retry-After`: seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: UnixMillis) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // A date is of their clock.
    let theirs = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let theirs = theirs.unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_millis(now.0));
    httpdate::parse_http_date(value).ok()?.duration_since(theirs).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const THEIRS: u64 = 784_111_777_000;

    fn headers(values: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        values.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_quarter_of_an_hour_is_tolerated_both_ways() {
        let headers = headers(&[(DATE, "Sun, 06 Nov 1994 08:49:37 GMT")]);
        for now in [THEIRS, THEIRS + WINDOW_MILLIS, THEIRS - WINDOW_MILLIS] {
            assert_eq!(skew(&headers, UnixMillis(now)), None);
        }
        let ahead = skew(&headers, UnixMillis(THEIRS + WINDOW_MILLIS + 1)).unwrap();
        assert_eq!(ahead, ClockSkew::Ahead(Duration::from_millis(WINDOW_MILLIS + 1)));
        assert_eq!(ahead.to_string(), "this machine's clock is 15 minutes ahead: 15 are tolerated");
        let behind = skew(&headers, UnixMillis(THEIRS - 3_600_000)).unwrap();
        assert_eq!(behind.to_string(), "this machine's clock is 60 minutes behind: 15 are tolerated");
    }

    #[test]
    fn what_is_no_date_says_nothing() {
        for date in ["", "now", "1994-11-06T08:49:37Z"] {
            assert_eq!(skew(&headers(&[(DATE, date)]), UnixMillis(0)), None, "{date}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_of_their_clock() {
        let at = |values: &[_]| retry_after(&headers(values), UnixMillis(THEIRS - 5000));
        assert_eq!(at(&[(RETRY_AFTER, "7")]), Some(Duration::from_secs(7)));
        let date = (RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT");
        assert_eq!(at(std::slice::from_ref(&date)), Some(Duration::from_secs(15)));
        let theirs = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(at(&[date, theirs]), Some(Duration::from_secs(10)));
        assert_eq!(at(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(at(&[(RETRY_AFTER, "-1")]), None);
    }
}
