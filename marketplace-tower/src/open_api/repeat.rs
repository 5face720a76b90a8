//! When a call is sent again.

use std::time::Duration;

use super::error::OpenApiError;

/// How long is waited before the second try; before each other, twice as long.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(2);
/// So many tries in all.
const TRIES: u32 = 5;

/// Which calls may be sent more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// One try, whatever happens.
    Never,
    /// It does something, each time: again only if surely nothing was sent.
    Unsent,
    /// It does something, but no second time.
    Deduplicated,
    /// It does nothing.
    Read,
}

impl Repeat {
    /// How long to wait before the next try, if there is to be one. `tries` were made; `random` is any number.
    pub(super) fn delay(self, error: &OpenApiError, tries: u32, random: u8) -> Option<Duration> {
        let may_repeat = match self {
            Self::Never => false,
            Self::Unsent => !error.may_have_been_sent(),
            Self::Deduplicated | Self::Read => true,
        };
        // That nothing was sent may be ours to decide.
        let is_held = matches!(error, OpenApiError::HeldBack { .. });
        if !may_repeat || is_held || !error.is_temporary() || tries >= TRIES {
            return None;
        }
        let whole = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(8)).min(LONGEST);
        // Half of it and a random part of the other half: many clients do not come back at once.
        let delay = whole / 2 + whole / 2 * u32::from(random) / 255;
        Some(delay.max(error.retry_after().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn throttled(retry_after: Option<Duration>) -> OpenApiError {
        let status = StatusCode::TOO_MANY_REQUESTS;
        OpenApiError::Throttled { status, failure: None, retry_after }
    }

    #[test]
    fn waits_longer_each_time_and_never_as_long_as_others() {
        let millis = |tries, random| {
            let delay = Repeat::Read.delay(&throttled(None), tries, random);
            delay.map(|delay| delay.as_millis())
        };
        assert_eq!([1, 2, 3, 4].map(|tries| millis(tries, 0).unwrap()), [100, 200, 400, 800]);
        assert_eq!([1, 2, 3, 4].map(|tries| millis(tries, 255).unwrap()), [200, 400, 800, 1600]);
        assert_eq!(millis(5, 0), None);
    }

    #[test]
    fn waits_as_long_as_it_is_told() {
        let told = Some(Duration::from_secs(7));
        assert_eq!(Repeat::Read.delay(&throttled(told), 1, 0), told);
    }

    #[test]
    fn what_does_something_is_sent_again_only_if_it_was_not_sent() {
        let broken = OpenApiError::Broken("reset".into());
        let unreachable = OpenApiError::Unreachable("refused".into());
        let held = OpenApiError::HeldBack { until: marketplace_core::UnixMillis(0) };
        let repeats = |error: &OpenApiError| {
            [Repeat::Never, Repeat::Unsent, Repeat::Deduplicated, Repeat::Read]
                .map(|repeat| repeat.delay(error, 1, 0).is_some())
        };
        assert_eq!(repeats(&unreachable), [false, true, true, true]);
        assert_eq!(repeats(&broken), [false, false, true, true]);
        assert_eq!(repeats(&throttled(None)), [false, false, true, true]);
        assert_eq!(repeats(&held), [false; 4]);
        assert_eq!(repeats(&OpenApiError::NoAccessKey), [false; 4]);
    }
}
