//! Times of the kits.

use std::fmt;

use serde::de::{Error, Visitor};

use super::scalar::scalar_field;
use crate::{MarketTime, UnusableTime};

/// A time of 14 or 17 digits that the vendor writes in UTC+8, as the kits do. A handler sees the moment, a
/// [`MarketTime`].
///
/// The kits' pages say 东8区 for `timeStamp` and `currentSyncTime` (`zh-cn_topic_0070649111`, 2024-01-19;
/// `zh-cn_topic_0070649435`, 2025-11-13); the other guides write UTC.
#[derive(Debug)]
pub struct BeijingTime;

const AHEAD_OF_UTC: i64 = 8 * 60 * 60 * 1000;

scalar_field!(BeijingTime = MarketTime, Digits);

struct Digits;

impl Visitor<'_> for Digits {
    type Value = MarketTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time of 14 or 17 digits")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<MarketTime, E> {
        moment(text).map_err(E::custom)
    }
}

fn moment(text: &str) -> Result<MarketTime, UnusableTime> {
    let local: MarketTime = text.parse()?;
    MarketTime::from_unix_millis(local.unix_millis() - AHEAD_OF_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_eight_hours_ahead_of_utc() {
        for (beijing, utc) in [
            ("20220413093539534", "20220413013539534"),
            ("20220101075959", "20211231235959000"),
            ("20240301000000000", "20240229160000000"),
        ] {
            assert_eq!(moment(beijing).map(|time| time.to_string()).as_deref(), Ok(utc), "{beijing}");
        }
    }

    #[test]
    fn has_a_year_of_four_digits_in_utc_too() {
        assert_eq!(moment("00000101000000"), Err(UnusableTime));
        assert!(moment("99991231235959999").is_ok());
    }
}
