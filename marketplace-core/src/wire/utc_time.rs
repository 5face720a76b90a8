//! Times of the Open APIs.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{MarketTime, UnixMillis};

/// A second of UTC as the Open APIs write it: `yyyyMMdd'T'HHmmss'Z'`, 16 characters.
///
/// In `X-Sdk-Date` and in records of usage ("API Gateway, AK/SK signing" 2023-12-22; "Pushing usage data (new)" 2025-11-13, whose
/// table says 17 characters).
///
/// ```
/// use marketplace_core::{UnixMillis, UtcTime};
///
/// let time: UtcTime = "20220809T091000Z".parse()?;
/// assert_eq!(time.unix_seconds(), 1_660_036_200);
/// assert_eq!(UtcTime::at(UnixMillis(1_660_036_200_999))?, time);
/// assert_eq!(time.to_string(), "20220809T091000Z");
/// # Ok::<(), marketplace_core::UnusableUtcTime>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime {
    unix_seconds: u64,
}

impl UtcTime {
    /// The last second that has four digits for its year.
    pub const MAX: Self = Self { unix_seconds: 253_402_300_799 };

    /// The second of a moment; what is left of it is cut off.
    ///
    /// # Errors
    ///
    /// [`UnusableUtcTime`] after the year 9999.
    pub fn at(moment: UnixMillis) -> Result<Self, UnusableUtcTime> {
        Self::from_unix_seconds(moment.0 / 1000)
    }

    /// So many seconds after 1970 began.
    ///
    /// # Errors
    ///
    /// [`UnusableUtcTime`] after the year 9999.
    pub fn from_unix_seconds(unix_seconds: u64) -> Result<Self, UnusableUtcTime> {
        if unix_seconds > Self::MAX.unix_seconds {
            return Err(UnusableUtcTime);
        }
        Ok(Self { unix_seconds })
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn unix_seconds(self) -> u64 {
        self.unix_seconds
    }

    /// The moment at which the second begins.
    #[must_use]
    pub fn unix_millis(self) -> UnixMillis {
        UnixMillis(self.unix_seconds * 1000)
    }
}

impl FromStr for UtcTime {
    type Err = UnusableUtcTime;

    fn from_str(text: &str) -> Result<Self, UnusableUtcTime> {
        let (day, time) = text.split_once('T').ok_or(UnusableUtcTime)?;
        let time = time.strip_suffix('Z').ok_or(UnusableUtcTime)?;
        if day.len() != 8 || time.len() != 6 {
            return Err(UnusableUtcTime);
        }
        let time: MarketTime = [day, time].concat().parse().map_err(|_| UnusableUtcTime)?;
        let millis = u64::try_from(time.unix_millis()).map_err(|_| UnusableUtcTime)?;
        Self::at(UnixMillis(millis))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = i64::try_from(self.unix_seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        let time = MarketTime::from_unix_millis(millis).map_err(|_| fmt::Error)?.to_string();
        let (day, time) = time.split_at_checked(8).ok_or(fmt::Error)?;
        f.pad(&format!("{day}T{}Z", time.get(..6).ok_or(fmt::Error)?))
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Not a second from 1970 on, of the form `yyyyMMdd'T'HHmmss'Z'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form yyyyMMddTHHmmssZ, from 1970 on")]
pub struct UnusableUtcTime;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_form_only() {
        for text in [
            "",
            "20220809T091000",
            "20220809 091000Z",
            "20220809T0910Z",
            "2022-08-09T09:10:00Z",
            "20220809T091000+0800",
            "20220229T091000Z",
            "20220809T240000Z",
            "20220809T091060Z",
            "19691231T235959Z",
            "20220809T091000ZZ",
        ] {
            assert_eq!(text.parse::<UtcTime>(), Err(UnusableUtcTime), "{text}");
        }
        assert_eq!("19700101T000000Z".parse::<UtcTime>().unwrap().unix_seconds(), 0);
    }

    #[test]
    fn ends_with_the_year_9999() {
        assert_eq!(UtcTime::MAX.to_string(), "99991231T235959Z");
        assert_eq!(UtcTime::MAX.to_string().parse(), Ok(UtcTime::MAX));
        assert_eq!(UtcTime::at(UnixMillis(u64::MAX)), Err(UnusableUtcTime));
        assert_eq!(UtcTime::from_unix_seconds(UtcTime::MAX.unix_seconds() + 1), Err(UnusableUtcTime));
    }
}
