//! Keeps a wrong AK or SK from being tried until the gateway locks it.
//!
//! "API Gateway, error codes" (2025-10-20): after more than five failures in a row an AK is locked for five minutes, and right
//! calls fail too then.

use std::sync::{Mutex, MutexGuard, PoisonError};

use marketplace_core::UnixMillis;

/// So many failures in a row are let through.
const MOST: u8 = 4;
/// How long nothing is sent then: as long as the gateway's lock.
const HOLD_MILLIS: u64 = 5 * 60 * 1000;

/// Counts the failures in a row of one AK. It has no clock.
#[derive(Debug, Default)]
pub(super) struct Guard(Mutex<State>);

#[derive(Debug, Clone, Copy)]
enum State {
    Open {
        failures: u8,
        /// The last call that was judged was let in.
        is_proven: bool,
    },
    /// One call is let through from then on.
    Held { until: UnixMillis },
}

impl Default for State {
    fn default() -> Self {
        Self::Open { failures: 0, is_proven: false }
    }
}

/// A call that may be sent.
#[derive(Debug)]
#[must_use]
pub(super) struct Admitted<'g> {
    guard: &'g Guard,
    /// And nothing is known of it yet.
    is_open_trial: bool,
}

/// What a call said about the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    Refused,
    /// It was not answered, or by somebody who does not know.
    Nothing,
}

impl Guard {
    /// May a call be sent now? If not, when one may be.
    pub(super) fn admit(&self, now: UnixMillis) -> Result<Admitted<'_>, UnixMillis> {
        let mut state = self.state();
        let State::Held { until } = *state else { return Ok(Admitted { guard: self, is_open_trial: false }) };
        // If the clock was set back, it is not waited for longer than the lock lasts.
        let until = UnixMillis(until.0.min(now.0.saturating_add(HOLD_MILLIS)));
        if now < until {
            *state = State::Held { until };
            return Err(until);
        }
        *state = held(now);
        Ok(Admitted { guard: self, is_open_trial: true })
    }

    /// Are the credentials known to be right? While they are not, calls go one after the other: many at a time could fail together, and
    /// lock the AK.
    pub(super) fn is_proven(&self) -> bool {
        matches!(*self.state(), State::Open { is_proven: true, .. })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admitted<'_> {
    /// Takes what the call said. Is it this one that begins a hold?
    pub(super) fn record(mut self, verdict: Verdict, now: UnixMillis) -> bool {
        let mut state = self.guard.state();
        match (verdict, *state) {
            (Verdict::Accepted, _) => *state = State::Open { failures: 0, is_proven: true },
            (Verdict::Refused, State::Open { failures, .. }) if failures + 1 < MOST => {
                *state = State::Open { failures: failures + 1, is_proven: false };
            }
            (Verdict::Refused, before) => {
                *state = held(now);
                self.is_open_trial = false;
                return matches!(before, State::Open { .. });
            }
            (Verdict::Nothing, _) => return false,
        }
        self.is_open_trial = false;
        false
    }
}

/// Nothing became known, of a call that was given up for example: another may try.
impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        let mut state = self.guard.state();
        if self.is_open_trial && matches!(*state, State::Held { .. }) {
            *state = State::Held { until: UnixMillis(0) };
        }
    }
}

fn held(now: UnixMillis) -> State {
    State::Held { until: UnixMillis(now.0.saturating_add(HOLD_MILLIS)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: UnixMillis = UnixMillis(1_700_000_000_000);

    fn after(millis: u64) -> UnixMillis {
        UnixMillis(BEGIN.0 + millis)
    }

    fn call(guard: &Guard, verdict: Verdict, now: UnixMillis) -> Result<bool, UnixMillis> {
        guard.admit(now).map(|admitted| admitted.record(verdict, now))
    }

    fn held() -> Guard {
        let guard = Guard::default();
        let holds: Vec<_> = (0..4).map(|_| call(&guard, Verdict::Refused, BEGIN).unwrap()).collect();
        assert_eq!(holds, [false, false, false, true]);
        guard
    }

    #[test]
    fn four_failures_in_a_row_hold_calls_back_for_five_minutes() {
        let guard = held();
        for now in [BEGIN, after(HOLD_MILLIS - 1)] {
            assert_eq!(call(&guard, Verdict::Accepted, now), Err(after(HOLD_MILLIS)));
        }
    }

    #[test]
    fn one_call_is_tried_every_five_minutes_then() {
        let guard = held();
        let first = guard.admit(after(HOLD_MILLIS)).unwrap();
        assert_eq!(guard.admit(after(HOLD_MILLIS)).unwrap_err(), after(2 * HOLD_MILLIS));
        assert!(!first.record(Verdict::Refused, after(HOLD_MILLIS + 1000)));
        assert_eq!(
            call(&guard, Verdict::Accepted, after(2 * HOLD_MILLIS)),
            Err(after(2 * HOLD_MILLIS + 1000))
        );
        call(&guard, Verdict::Accepted, after(2 * HOLD_MILLIS + 1000)).unwrap();
        for _ in 0..3 {
            call(&guard, Verdict::Refused, after(2 * HOLD_MILLIS + 1000)).unwrap();
        }
    }

    #[test]
    fn a_trial_that_reaches_nobody_leaves_it_to_the_next() {
        let guard = held();
        call(&guard, Verdict::Nothing, after(HOLD_MILLIS)).unwrap();
        // Given up, and never heard of again.
        drop(guard.admit(after(HOLD_MILLIS)).unwrap());
        call(&guard, Verdict::Accepted, after(HOLD_MILLIS)).unwrap();
        call(&guard, Verdict::Refused, after(HOLD_MILLIS)).unwrap();
    }

    #[test]
    fn what_reaches_nobody_neither_counts_nor_forgives() {
        let guard = Guard::default();
        for verdict in
            [Verdict::Refused, Verdict::Refused, Verdict::Refused, Verdict::Nothing, Verdict::Refused]
        {
            call(&guard, verdict, BEGIN).unwrap();
        }
        assert!(guard.admit(BEGIN).is_err());
    }

    #[test]
    fn a_success_forgives() {
        let guard = Guard::default();
        for _ in 0..10 {
            for verdict in [Verdict::Refused, Verdict::Refused, Verdict::Refused, Verdict::Accepted] {
                call(&guard, verdict, BEGIN).unwrap();
            }
        }
    }

    #[test]
    fn what_was_sent_before_the_hold_ends_it_only_by_a_success() {
        let guard = Guard::default();
        let (slow, slower) = (guard.admit(BEGIN).unwrap(), guard.admit(BEGIN).unwrap());
        for _ in 0..4 {
            call(&guard, Verdict::Refused, BEGIN).unwrap();
        }
        slow.record(Verdict::Nothing, BEGIN);
        assert!(guard.admit(BEGIN).is_err());
        slower.record(Verdict::Accepted, BEGIN);
        call(&guard, Verdict::Refused, BEGIN).unwrap();
    }

    #[test]
    fn a_clock_that_is_set_back_holds_no_longer() {
        let guard = held();
        let earlier = UnixMillis(BEGIN.0 - 24 * 60 * 60 * 1000);
        let until = guard.admit(earlier).unwrap_err();
        assert_eq!(until.0 - earlier.0, HOLD_MILLIS);
        assert!(guard.admit(until).is_ok());
    }
}
