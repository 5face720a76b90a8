//! When usage is pushed.

use marketplace_core::UtcTime;

const HOUR: u64 = 60 * 60;

/// When usage is pushed.
///
/// "Pay-per-use products" (2024-11-22): an hour's use is best pushed in the first 15 minutes of the next one, at the latest within
/// two hours; products that are billed by the day, too, push every hour what they know. It is collected at minute 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PushSchedule {
    /// When the hour is over in which the use ended.
    #[default]
    Hourly,
    /// As soon as it is seen.
    AtOnce,
}

impl PushSchedule {
    /// Use that ended at this moment or before is pushed now.
    pub(super) fn ended_by(self, now: UtcTime) -> UtcTime {
        match self {
            Self::AtOnce => now,
            Self::Hourly => UtcTime::from_unix_seconds(now.unix_seconds() / HOUR * HOUR).unwrap_or(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_pushed_when_it_is_over() {
        let at = |text: &str| text.parse::<UtcTime>().unwrap();
        for (now, ended_by) in [
            ("20260101T135959Z", "20260101T130000Z"),
            ("20260101T140000Z", "20260101T140000Z"),
            ("20260101T141500Z", "20260101T140000Z"),
        ] {
            assert_eq!(PushSchedule::Hourly.ended_by(at(now)), at(ended_by));
            assert_eq!(PushSchedule::AtOnce.ended_by(at(now)), at(now));
        }
    }
}
