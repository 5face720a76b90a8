//! One record of usage.

use std::fmt;

use super::value::UsageValue;
use crate::{Text, TooLong, UtcTime};

/// How long ago the use may have begun that a record is about: 21 days ("Pushing usage data", `MKT.9004`).
pub const LONGEST_AGE_SECONDS: u64 = 21 * 24 * 60 * 60;

/// What one instance used in one span of time, as a seller counts it.
///
/// The market takes one record for an instance and a span; of a second one with the same beginning and end it keeps nothing,
/// whatever it says. What was billed cannot be taken back.
///
/// ```
/// use marketplace_core::open_api::UsageRecord;
///
/// let hour = ("20220809T080000Z".parse()?, "20220809T090000Z".parse()?);
/// let record = UsageRecord::new("7f141bf1-aec8-4859-8323-fb3a8ad50721", hour.0, hour.1, "99".parse()?)?;
/// assert_eq!(record.value().to_string(), "99");
/// let error = UsageRecord::new("7f141bf1-aec8-4859-8323-fb3a8ad50721", hour.1, hour.0, "99".parse()?).unwrap_err();
/// assert_eq!(error.to_string(), "`end_time` is before `begin_time`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecord {
    instance: Text<64>,
    begin: UtcTime,
    end: UtcTime,
    value: UsageValue,
    package: Option<Text<64>>,
}

impl UsageRecord {
    /// `instance_id`, `begin_time`, `end_time` and `usage_value`. The instance is the pay-per-use one, never its package.
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`] names the field and the rule.
    pub fn new(
        instance: impl Into<String>,
        begin: UtcTime,
        end: UtcTime,
        value: UsageValue,
    ) -> Result<Self, UnusableUsage> {
        let instance = id("instance_id", instance.into())?;
        if end < begin {
            return Err(UnusableUsage::EndsBeforeItBegins);
        }
        Ok(Self { instance, begin, end, value, package: None })
    }

    /// `relate_pkg_instance`: the instance of the package that this is taken from. Has to be said for packages that stop the
    /// service when they are used up.
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`] names the field and the rule.
    pub fn from_package(mut self, package: impl Into<String>) -> Result<Self, UnusableUsage> {
        self.package = Some(id("relate_pkg_instance", package.into())?);
        Ok(self)
    }

    /// The record that is pushed: with the serial number by which the market tells it from its repeats, and the moment at which it
    /// was made.
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`], if the use ended after that moment or began more than 21 days before.
    pub fn metered(self, sn: MeteringSn, record_time: UtcTime) -> Result<MeteredRecord, UnusableUsage> {
        self.check(record_time)?;
        Ok(MeteredRecord { sn, record_time, usage: self })
    }

    /// Would the market take it now?
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`], if the use ended after that moment or began more than 21 days before.
    pub fn check(&self, now: UtcTime) -> Result<(), UnusableUsage> {
        if self.end > now {
            return Err(UnusableUsage::NotOver { end: self.end, now });
        }
        if now.unix_seconds() - self.begin.unix_seconds() > LONGEST_AGE_SECONDS {
            return Err(UnusableUsage::TooOld { begin: self.begin, now });
        }
        Ok(())
    }

    /// `instance_id`
    #[must_use]
    pub fn instance_id(&self) -> &str {
        self.instance.as_str()
    }

    /// `begin_time`
    #[must_use]
    pub fn begin(&self) -> UtcTime {
        self.begin
    }

    /// `end_time`
    #[must_use]
    pub fn end(&self) -> UtcTime {
        self.end
    }

    /// `usage_value`
    #[must_use]
    pub fn value(&self) -> UsageValue {
        self.value
    }

    /// `relate_pkg_instance`
    #[must_use]
    pub fn package(&self) -> Option<&str> {
        self.package.as_ref().map(Text::as_str)
    }
}

fn id(field: &'static str, id: String) -> Result<Text<64>, UnusableUsage> {
    if id.is_empty() {
        return Err(UnusableUsage::Empty { field });
    }
    if id.chars().any(char::is_control) {
        return Err(UnusableUsage::ControlCharacter { field });
    }
    Text::new(id).map_err(|source| UnusableUsage::TooLong { field, source })
}

/// `metering_sn`: by which the market knows that two records are one. At most 64 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeteringSn(Text<64>);

impl MeteringSn {
    /// Takes a serial number of the seller's, which no other record may have.
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`] names the rule.
    pub fn new(sn: impl Into<String>) -> Result<Self, UnusableUsage> {
        id("metering_sn", sn.into()).map(Self)
    }

    /// One of random bytes: their 32 hexadecimal digits. The pages advise a random code.
    #[must_use]
    pub fn random(bytes: [u8; 16]) -> Self {
        Self(Text::truncated(const_hex::encode(bytes)))
    }

    /// The serial number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for MeteringSn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MeteringSn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A record as it is pushed. Made by [`UsageRecord::metered`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeteredRecord {
    sn: MeteringSn,
    record_time: UtcTime,
    usage: UsageRecord,
}

impl MeteredRecord {
    /// `metering_sn`
    #[must_use]
    pub fn sn(&self) -> &MeteringSn {
        &self.sn
    }

    /// `record_time`
    #[must_use]
    pub fn record_time(&self) -> UtcTime {
        self.record_time
    }

    /// What was used.
    #[must_use]
    pub fn usage(&self) -> &UsageRecord {
        &self.usage
    }
}

/// A record that the market would not take, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableUsage {
    /// An id that has to be there is empty.
    #[error("`{field}` is empty")]
    Empty {
        /// The member of the record.
        field: &'static str,
    },
    /// An id with a line end or another control character.
    #[error("`{field}` has a control character")]
    ControlCharacter {
        /// The member of the record.
        field: &'static str,
    },
    /// An id of more than 64 characters.
    #[error("`{field}`: {source}")]
    TooLong {
        /// The member of the record.
        field: &'static str,
        /// Length and limit.
        source: TooLong,
    },
    /// The market would answer record code 011.
    #[error("`end_time` is before `begin_time`")]
    EndsBeforeItBegins,
    /// The use has not ended yet: it can be pushed when it has.
    #[error("`end_time` {end} is after now, {now}")]
    NotOver {
        /// Its end.
        end: UtcTime,
        /// The clock.
        now: UtcTime,
    },
    /// The market would answer `MKT.9004`.
    #[error("`begin_time` {begin} is more than 21 days before {now}")]
    TooOld {
        /// Its beginning.
        begin: UtcTime,
        /// The clock.
        now: UtcTime,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    fn record(instance: &str) -> Result<UsageRecord, UnusableUsage> {
        UsageRecord::new(instance, at("20220809T080000Z"), at("20220809T090000Z"), "1".parse().unwrap())
    }

    #[test]
    fn names_the_field_and_the_rule() {
        let long = "x".repeat(65);
        for (made, error) in [
            (record(""), "`instance_id` is empty"),
            (record("a\nb"), "`instance_id` has a control character"),
            (record(&long), "`instance_id`: 65 UTF-16 units, the limit is 64"),
            (record("i").unwrap().from_package(""), "`relate_pkg_instance` is empty"),
            (
                record("i").unwrap().from_package(long.clone()),
                "`relate_pkg_instance`: 65 UTF-16 units, the limit is 64",
            ),
        ] {
            assert_eq!(made.unwrap_err().to_string(), error);
        }
        assert_eq!(MeteringSn::new("").unwrap_err().to_string(), "`metering_sn` is empty");
    }

    #[test]
    fn what_is_not_over_or_too_long_ago_is_refused() {
        let record = record("i").unwrap();
        let begin = record.begin().unix_seconds();
        let after = |seconds: u64| UtcTime::from_unix_seconds(begin + seconds).unwrap();
        for (seconds, is_taken) in [
            (0, false),
            (3599, false),
            (3600, true),
            (LONGEST_AGE_SECONDS, true),
            (LONGEST_AGE_SECONDS + 1, false),
        ] {
            let sn = MeteringSn::random([7; 16]);
            assert_eq!(record.clone().metered(sn, after(seconds)).is_ok(), is_taken, "{seconds}");
        }
        assert!(record.check(at("19700101T000000Z")).is_err());
        // A moment is a span, too.
        assert!(
            UsageRecord::new("i", at("20220809T080000Z"), at("20220809T080000Z"), "1".parse().unwrap())
                .is_ok()
        );
    }

    #[test]
    fn a_random_serial_number_has_32_digits() {
        assert_eq!(MeteringSn::random([0xab; 16]).as_str(), "ab".repeat(16));
    }
}
