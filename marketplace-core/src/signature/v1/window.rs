//! How old a V1 call may be.

use std::time::Duration;

use crate::UnixMillis;
use crate::signature::v2::OutsideWindow;

/// How far the stamp of a V1 call may be from the clock, to either side.
///
/// The vendor has no such rule, and the console sends links that were made long before; so no window is the default, and one
/// that is set should be wide. It is no protection against replays unless calls are remembered as long as it is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(Duration);

impl Window {
    /// A window of any width.
    #[must_use]
    pub fn new(width: Duration) -> Self {
        Self(width)
    }

    /// The width to either side.
    #[must_use]
    pub fn width(self) -> Duration {
        self.0
    }

    /// Is the moment of a call inside the window? Both edges are.
    ///
    /// # Errors
    ///
    /// [`NotInWindow`], also if the stamp of the call is no time.
    pub fn check(self, at: Option<UnixMillis>, now: UnixMillis) -> Result<(), NotInWindow> {
        let at = at.ok_or(NotInWindow::NoTime)?;
        OutsideWindow::check(self.0, at, now).map_err(NotInWindow::Outside)
    }
}

/// Why a V1 call is not inside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotInWindow {
    /// It is too old, or comes from the future.
    #[error(transparent)]
    Outside(OutsideWindow),
    /// Its stamp has not 14 or 17 digits, or they are no time.
    #[error("`timeStamp` is not a time, so that it cannot be inside the window")]
    NoTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_edges_are_inside() {
        let window = Window::new(Duration::from_secs(86_400));
        let at = UnixMillis(1_700_000_000_000);
        for (now, inside) in [
            (at.0 - 86_400_001, false),
            (at.0 - 86_400_000, true),
            (at.0, true),
            (at.0 + 86_400_000, true),
            (at.0 + 86_400_001, false),
            (0, false),
            (u64::MAX, false),
        ] {
            assert_eq!(window.check(Some(at), UnixMillis(now)).is_ok(), inside, "{now}");
        }
        assert_eq!(window.check(None, at), Err(NotInWindow::NoTime));
        assert!(Window::new(Duration::MAX).check(Some(UnixMillis(0)), UnixMillis(u64::MAX)).is_ok());
    }
}
