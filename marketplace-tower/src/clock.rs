//! What time it is.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use marketplace_core::UnixMillis;

/// The machine's clock, or one that a test sets.
#[derive(Clone, Default)]
pub(crate) struct Clock(Option<Arc<dyn Fn() -> UnixMillis + Send + Sync>>);

impl Clock {
    #[cfg(feature = "test-util")]
    pub(crate) fn from_fn(now: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    pub(crate) fn now(&self) -> UnixMillis {
        match &self.0 {
            None => UnixMillis::from(SystemTime::now()),
            Some(now) => now(),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Clock(test)" } else { "Clock(system)" })
    }
}
