//! When a signed request is fresh, and for how long it is remembered.

use std::time::Duration;

use super::stamp::{Stamp, Unit};
use crate::UnixMillis;

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
        match stamp.unit {
            Unit::Seconds => {
                let now = UnixMillis(now.0 - now.0 % 1000);
                OutsideWindow::check(Duration::from_secs(self.0.as_secs()), stamp.millis(), now)
            }
            Unit::Milliseconds => self.check_millis(stamp.millis(), now),
        }
    }

    /// Is the moment inside the window? Both edges are.
    ///
    /// # Errors
    ///
    /// [`OutsideWindow`], with the distance.
    pub fn check_millis(self, at: UnixMillis, now: UnixMillis) -> Result<(), OutsideWindow> {
        OutsideWindow::check(self.0, at, now)
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

impl OutsideWindow {
    pub(in crate::signature) fn check(width: Duration, at: UnixMillis, now: UnixMillis) -> Result<(), Self> {
        let distance = Duration::from_millis(now.0.abs_diff(at.0));
        if distance <= width {
            return Ok(());
        }
        Err(if at < now { Self::Stale(distance) } else { Self::Future(distance) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
