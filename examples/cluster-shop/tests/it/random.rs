//! Numbers that look random, and are the same again for the same seed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Xorshift.
pub(crate) struct Random(u64);

/// What `CLUSTER_SEED` says, or another one each time. It is printed, for a test that fails.
pub(crate) fn seed(test: &str) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let seed = crate::number("CLUSTER_SEED", u64::from(now));
    println!("{test}: CLUSTER_SEED={seed}");
    seed
}

impl Random {
    /// The `number`-th sequence of this seed.
    pub(crate) fn new(seed: u64, number: usize) -> Self {
        // Zero would stay zero.
        Self((seed ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From zero to below this.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub(crate) fn millis_below(&mut self, limit: usize) -> Duration {
        Duration::from_millis(self.below(limit) as u64)
    }

    /// In one of so many cases.
    pub(crate) fn one_in(&mut self, cases: usize) -> bool {
        self.below(cases) == 0
    }
}
