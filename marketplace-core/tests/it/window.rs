//! The window is exact, and nothing overflows: the profile of tests checks that.

use std::time::{Duration, SystemTime};

use marketplace_core::UnixMillis;
use marketplace_core::signature::v2::{Freshness, OutsideWindow, SignedQuery, Stamp, Unit};

use crate::calls::query;

fn with_stamp<T>(text: &str, then: impl FnOnce(Stamp<'_>) -> T) -> T {
    let query = query(&"0".repeat(64), text, "n");
    then(SignedQuery::parse(&query).unwrap().timestamp())
}

/// A virtual clock from 125 seconds before the stamp to 125 seconds after it.
fn clock(base: u64) -> impl Iterator<Item = (i64, UnixMillis)> {
    (-125_000..=125_000_i64).map(move |offset| (offset, UnixMillis(base.checked_add_signed(offset).unwrap())))
}

#[test]
fn milliseconds_are_exact_to_the_millisecond() {
    for base in
        [1_666_666_666_000, 1_700_000_000_000, 1_700_000_000_999, 9_999_999_874_999, 1_000_000_125_000]
    {
        with_stamp(&base.to_string(), |stamp| {
            assert_eq!((stamp.unit(), stamp.millis()), (Unit::Milliseconds, UnixMillis(base)));
            for (offset, now) in clock(base) {
                let found = Freshness::VENDOR.check(&stamp, now);
                let distance = Duration::from_millis(offset.unsigned_abs());
                let expected = match offset {
                    -60_000..=60_000 => Ok(()),
                    60_001.. => Err(OutsideWindow::Stale(distance)),
                    _ => Err(OutsideWindow::Future(distance)),
                };
                assert_eq!(found, expected, "{base} {offset:+} ms");
            }
        });
    }
}

#[test]
fn seconds_are_exact_to_the_second() {
    for base in [1_666_666_666_000, 1_700_000_000_000, 9_999_999_874_000, 1_000_000_125_000] {
        with_stamp(&(base / 1000).to_string(), |stamp| {
            assert_eq!((stamp.unit(), stamp.millis()), (Unit::Seconds, UnixMillis(base)));
            for (offset, now) in clock(base) {
                // The fraction of the sender's second is unknown, so that of our clock does not count either.
                let seconds = offset.div_euclid(1000);
                let distance = Duration::from_secs(seconds.unsigned_abs());
                let expected = match seconds {
                    -60..=60 => Ok(()),
                    61.. => Err(OutsideWindow::Stale(distance)),
                    _ => Err(OutsideWindow::Future(distance)),
                };
                assert_eq!(Freshness::VENDOR.check(&stamp, now), expected, "{base} {offset:+} ms");
            }
        });
    }
}

/// Whoever remembers a request this long never meets it again inside the window.
#[test]
fn is_remembered_longer_than_it_is_fresh() {
    let base = 1_700_000_000_000;
    for text in [base.to_string(), (base / 1000).to_string()] {
        for width in [0, 1, 999, 1000, 1500, 60_000, 3_600_000] {
            let window = Freshness::new(Duration::from_millis(width));
            with_stamp(&text, |stamp| {
                let until = window.remember_until(stamp.millis());
                for late in 0..5_000 {
                    assert!(
                        window.check(&stamp, UnixMillis(until.0 + late)).is_err(),
                        "{text} {width} {late}"
                    );
                }
                assert!(until.0 <= base + width + 1000, "and not for ever");
            });
        }
    }
}

#[test]
fn extremes_give_a_verdict() {
    let stamps = [
        "0000000000",
        "0000000001",
        "9999999999",
        "4294967296",
        "0000000000000",
        "9999999999999",
        "2147483648000",
    ];
    let nows = [
        0,
        1,
        999,
        59_999,
        60_000,
        60_001,
        1_700_000_000_000,
        u64::from(u32::MAX),
        i64::MAX.unsigned_abs(),
        u64::MAX - 1,
        u64::MAX,
    ];
    let widths = [Duration::ZERO, Duration::from_millis(1), Duration::from_secs(60), Duration::MAX];
    for text in stamps {
        with_stamp(text, |stamp| {
            for now in nows.map(UnixMillis) {
                for width in widths {
                    let window = Freshness::new(width);
                    assert!(window.width() <= Freshness::WIDEST.width());
                    let distance = u128::from(stamp.millis().0.abs_diff(now.0));
                    let fresh = window.check(&stamp, now).is_ok();
                    // Seconds are compared as such, so that half the answer is left to them here.
                    if distance > window.width().as_millis() + 1000 {
                        assert!(!fresh, "{text} {now:?} {width:?}");
                    } else if distance + 1000 <= window.width().as_millis() {
                        assert!(fresh, "{text} {now:?} {width:?}");
                    }
                    if let Err(outside) = window.check(&stamp, now) {
                        assert_eq!(
                            matches!(outside, OutsideWindow::Stale(_)),
                            stamp.millis() < now,
                            "{text} {now:?}"
                        );
                        assert!(outside.to_string().ends_with("outside the window"));
                    }
                    assert!(window.remember_until(now) >= now);
                }
            }
        });
    }
}

#[test]
fn stamps_that_overflow_elsewhere_are_refused() {
    let nines = "9".repeat(40);
    for text in [
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551616",
        &nines,
        "",
        "-1",
        "+1",
        "1e9",
        "NaN",
        "0x6353e5e2",
        "166666666",
        "16666666661",
        "166666666112",
        "16666666661123",
        "+166666666",
        "+166666666112",
        "-166666666",
        "１６６６６６６６６６",
        "16666６６６",
    ] {
        let text = query(&"0".repeat(64), text, "n");
        assert!(SignedQuery::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn any_system_time_is_a_moment() {
    assert_eq!(UnixMillis::from(SystemTime::UNIX_EPOCH), UnixMillis(0));
    assert_eq!(UnixMillis::from(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), UnixMillis(0));
    assert_eq!(UnixMillis::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1_234)), UnixMillis(1_234));
    if let Some(late) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX.unsigned_abs())) {
        assert!(UnixMillis::from(late).0 > 0);
    }
}
