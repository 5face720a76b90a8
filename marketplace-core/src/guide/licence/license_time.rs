//! Times of online licences.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Visitor};

use crate::call::scalar_field;
use crate::{MarketTime, UnusableTime};

/// A time in UTC as the page of `getLicenseAsync` writes it: `2023-10-27 10:30:15 z`. A handler sees the moment, a
/// [`MarketTime`].
///
/// `z`, `Z`, `UTC` or nothing may follow; 14 and 17 digits, the form of all other pages, are read too.
#[derive(Debug)]
pub struct LicenseTime;

scalar_field!(LicenseTime = MarketTime, Written);

struct Written;

impl Visitor<'_> for Written {
    type Value = MarketTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<MarketTime, E> {
        let moment = text.parse().or_else(|_| written_out(text));
        moment.map_err(|_: UnusableTime| {
            E::custom("not a time of the form `yyyy-MM-dd HH:mm:ss z`, yyyyMMddHHmmss or yyyyMMddHHmmssSSS")
        })
    }
}

/// `yyyy-MM-dd HH:mm:ss` and the zone.
fn written_out(text: &str) -> Result<MarketTime, UnusableTime> {
    let (time, zone) = text.split_at_checked("yyyy-MM-dd HH:mm:ss".len()).ok_or(UnusableTime)?;
    if !matches!(zone, "" | "z" | " z" | "Z" | " Z" | "UTC" | " UTC") {
        return Err(UnusableTime);
    }
    let mut digits = String::with_capacity(14);
    for (letter, pattern) in time.chars().zip("yyyy-MM-dd HH:mm:ss".chars()) {
        match pattern {
            '-' | ' ' | ':' if letter == pattern => {}
            '-' | ' ' | ':' => return Err(UnusableTime),
            _ => digits.push(letter),
        }
    }
    // Whatever is no digit is found here.
    MarketTime::from_str(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let error = Written.visit_str::<serde_json::Error>(text);
        error.ok().map(|time| time.to_string())
    }

    #[test]
    fn reads_every_spelling_of_the_same_moment() {
        for text in [
            "2023-10-27 10:30:15 z",
            "2023-10-27 10:30:15 Z",
            "2023-10-27 10:30:15 UTC",
            "2023-10-27 10:30:15Z",
            "2023-10-27 10:30:15",
            "20231027103015",
            "20231027103015000",
        ] {
            assert_eq!(read(text).as_deref(), Some("20231027103015000"), "{text}");
        }
    }

    #[test]
    fn reads_real_times_in_utc_only() {
        for text in [
            "",
            " ",
            "2023-10-27",
            "2023-10-27T10:30:15Z",
            "2023-10-27 10:30:15  z",
            "2023-10-27 10:30:15 z ",
            "2023-10-27 10:30:15 ",
            "2023-10-27 10:30:15 +08:00",
            "2023-10-27 10:30:15 CST",
            "2023-10-27 10:30:1 z",
            "2023-1-27 10:30:15 z",
            "2023-13-27 10:30:15 z",
            "2023-02-29 10:30:15 z",
            "2023-10-27 24:30:15 z",
            "+023-10-27 10:30:15 z",
            "2023/10/27 10:30:15 z",
            "２０２３-10-27 10:30:15 z",
            "2023-10-27 10:30:1é z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
