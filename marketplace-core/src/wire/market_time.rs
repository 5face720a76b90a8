//! The vendor's times.

use std::fmt;

use serde::{Serialize, Serializer};
use time::{Date, Month, UtcDateTime};

/// A time as the vendor writes it: `yyyyMMddHHmmss` or `yyyyMMddHHmmssSSS`, read as UTC.
///
/// The pages give 14 digits and print examples of 17; both are read. The newest China pages say UTC, the others are
/// silent (`refreshInstance`, `zh-cn_topic_0070649429`).
///
/// ```
/// use marketplace_core::MarketTime;
///
/// let time: MarketTime = "20221124023618256".parse()?;
/// assert_eq!(time.unix_millis(), 1_669_257_378_256);
/// assert_eq!(time.to_string(), "20221124023618256");
/// assert_eq!("20221124023618".parse::<MarketTime>()?.unix_millis(), 1_669_257_378_000);
/// # Ok::<(), marketplace_core::UnusableTime>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarketTime {
    unix_millis: i64,
}

impl MarketTime {
    /// A moment, in milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`UnusableTime`] outside the years 0 to 9999, which have no four-digit year.
    pub fn from_unix_millis(unix_millis: i64) -> Result<Self, UnusableTime> {
        let this = Self { unix_millis };
        match this.utc() {
            Some(utc) if (0..=9999).contains(&utc.year()) => Ok(this),
            _ => Err(UnusableTime),
        }
    }

    /// The moment, in milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.unix_millis
    }

    fn utc(self) -> Option<UtcDateTime> {
        let seconds = UtcDateTime::from_unix_timestamp(self.unix_millis.div_euclid(1000)).ok()?;
        let millis = u16::try_from(self.unix_millis.rem_euclid(1000)).ok()?;
        seconds.replace_millisecond(millis).ok()
    }
}

const JULIAN_DAY_OF_1970: i32 = 2_440_588;

impl std::str::FromStr for MarketTime {
    type Err = UnusableTime;

    fn from_str(text: &str) -> Result<Self, UnusableTime> {
        // Digits and length first: date libraries read 13 digits as a time too, with a one-digit second.
        if !matches!(text.len(), 14 | 17) {
            return Err(UnusableTime);
        }
        let mut rest = 0_u64;
        for digit in text.bytes() {
            // Seventeen digits are far below the largest u64.
            rest = rest * 10 + u64::from(digit.is_ascii_digit().then(|| digit - b'0').ok_or(UnusableTime)?);
        }
        let mut last = |worth| {
            let part = rest % worth;
            rest /= worth;
            part
        };
        let millis = if text.len() == 17 { last(1000) } else { 0 };
        // Two digits always fit a byte, and the four of the year an i32.
        #[allow(clippy::cast_possible_truncation)]
        let [second, minute, hour, day, month] = [100; 5].map(|worth| last(worth) as u8);
        #[allow(clippy::cast_possible_truncation)]
        let year = rest as i32;
        let month = Month::try_from(month).map_err(|_| UnusableTime)?;
        let date = Date::from_calendar_date(year, month, day).map_err(|_| UnusableTime)?;
        if hour > 23 || minute > 59 || second > 59 {
            return Err(UnusableTime);
        }
        let days = i64::from(date.to_julian_day() - JULIAN_DAY_OF_1970);
        let minutes = (days * 24 + i64::from(hour)) * 60 + i64::from(minute);
        let millis = i64::try_from(millis).unwrap_or(0);
        Ok(Self { unix_millis: (minutes * 60 + i64::from(second)) * 1000 + millis })
    }
}

/// Seventeen digits, the form that answers need.
impl fmt::Display for MarketTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.utc().ok_or(fmt::Error)?;
        let (year, month, day) = (utc.year(), u8::from(utc.month()), utc.day());
        let (hour, minute, second) = utc.time().as_hms();
        write!(f, "{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{:03}", utc.millisecond())
    }
}

impl Serialize for MarketTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Not a time of 14 or 17 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form yyyyMMddHHmmss or yyyyMMddHHmmssSSS")]
pub struct UnusableTime;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_real_times_only() {
        for text in [
            "",
            "2026013123595",
            "202601312359599",
            "20260132000000",
            "20261301000000",
            "20260229000000",
            "20260131240000",
            "20260131236000",
            "20260131235960",
            "2026-01-31 23:5",
            "+2026013123595",
            "２０２６０１３１２３５９５９",
        ] {
            assert_eq!(text.parse::<MarketTime>(), Err(UnusableTime), "{text}");
        }
        let leap: MarketTime = "20240229235959".parse().unwrap();
        assert_eq!(leap.to_string(), "20240229235959000");
    }

    #[test]
    fn writes_what_it_reads() {
        for text in ["00010101000000000", "19691231235959999", "20261122104150007", "99991231235959999"] {
            assert_eq!(text.parse::<MarketTime>().unwrap().to_string(), text);
        }
        assert_eq!(MarketTime::from_unix_millis(i64::MAX), Err(UnusableTime));
        assert_eq!(MarketTime::from_unix_millis(i64::MIN), Err(UnusableTime));
    }
}
