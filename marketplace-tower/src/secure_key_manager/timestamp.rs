//! Times without a zone.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A time as the Secure Key Manager writes it: a date and a time of day, with 0 to 9 digits behind the second, and **without a
/// time zone**. None is documented, so it is kept as a text and never made an instant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Box<str>);

/// What a [`Timestamp`] says, on the clock of whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "they say it all")]
pub struct WallClock {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub nanosecond: u32,
}

impl Timestamp {
    pub(super) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its fields. `None` if it is written in another form than `2026-03-10T09:00:00.000`, with a `T` or a blank.
    #[must_use]
    pub fn wall_clock(&self) -> Option<WallClock> {
        let (main, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let (date, time) = main.split_once(['T', ' '])?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|digit| digit.is_ascii_digit());
        let is_time = (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        if !is_fraction || !is_time || self.0.ends_with('.') {
            return None;
        }
        let narrow = |number: u16| u8::try_from(number).ok();
        Some(WallClock {
            year,
            month: narrow(month)?,
            day: narrow(day)?,
            hour: narrow(hour)?,
            minute: narrow(minute)?,
            second: narrow(second)?,
            nanosecond: format!("{fraction:0<9}").parse().ok()?,
        })
    }

    /// Is it past on every clock of the world, if it is this many seconds after 1970 in UTC?
    pub(super) fn is_surely_past(&self, now: u64) -> bool {
        /// No zone is further behind UTC.
        const FURTHEST: u64 = 12 * 3600;
        self.wall_clock().is_some_and(|time| time.seconds_in_utc() + FURTHEST < now)
    }
}

impl WallClock {
    /// Seconds after 1970, if the clock shows UTC.
    fn seconds_in_utc(&self) -> u64 {
        let (year, month) = (u64::from(self.year), u64::from(self.month));
        // Years begin in March, so that the leap day is their last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
        let days =
            year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + u64::from(self.day - 1);
        let day = days.saturating_sub(719_468);
        ((day * 24 + u64::from(self.hour)) * 60 + u64::from(self.minute)) * 60 + u64::from(self.second)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

fn days_of(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u16; 3]> {
    let mut numbers = [0; 3];
    let mut parts = text.split(separator);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        *number = part.bytes().all(|digit| digit.is_ascii_digit()).then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_the_samples() {
        for (text, nanosecond) in [
            ("2023-11-21T10:20:30", 0),
            ("2023-11-21T10:20:30.12", 120_000_000),
            ("2023-11-21 10:20:30.123", 123_000_000),
        ] {
            let expected =
                WallClock { year: 2023, month: 11, day: 21, hour: 10, minute: 20, second: 30, nanosecond };
            assert_eq!(Timestamp::new(text).wall_clock(), Some(expected), "{text}");
        }
        for text in [
            "",
            "2023-11-21",
            "2023-13-21T10:20:30",
            "2023-02-29T10:20:30",
            "2023-11-21T24:20:30",
            "2023-11-21T10:20:30Z",
            "2023-11-21T10:20:30.",
            "2023-11-21T10:20:30.1234567890",
            "2023-+1-21T10:20:30",
        ] {
            assert_eq!(Timestamp::new(text).wall_clock(), None, "{text}");
        }
    }

    #[test]
    fn is_past_only_when_it_is_past_everywhere() {
        let time = Timestamp::new("2024-02-29T12:00:00");
        // date -u -d 2024-02-29T12:00:00 +%s
        let in_utc = 1_709_208_000;
        assert!(!time.is_surely_past(in_utc + 12 * 3600));
        assert!(time.is_surely_past(in_utc + 12 * 3600 + 1));
        assert!(!Timestamp::new("soon").is_surely_past(u64::MAX));
    }
}
