//! What time it is for the stand-in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

/// The machine's clock, and how far it is set ahead. Clones are the same clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<AtomicU64>);

/// After 1970, in UTC.
pub(super) type Time = Duration;

impl Clock {
    pub(super) fn pass(&self, time: Duration) {
        self.0.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> Time {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(self.now()))
    }
}

/// As the service writes it.
pub(super) fn written(time: Time) -> String {
    let time = rcgen::date_time_ymd(1970, 1, 1) + time;
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}
