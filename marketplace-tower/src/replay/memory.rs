//! The replay store in this process.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use marketplace_core::UnixMillis;

use super::{Admission, Sighting};

/// Threads meet in the same shard one time in sixteen, and the table that doubles is a sixteenth of all.
const SHARDS: usize = 16;
/// A shard is searched for expired entries each time it has taken in this share of its bucket count. So they never take
/// more room than that, and the search, which goes through memory in order, costs each call the look at sixteen buckets.
const SWEPT_SHARE: usize = 16;
/// Not a second of any clock, yet.
const NEVER: u64 = u64::MAX;

/// Accepted requests, by the first half of their MAC.
///
/// An entry takes 21 bytes of a table that grows from 7/8 to 7/16 full: 24 to 48 bytes for each request. (A table that
/// churns at more than 4/5 for long can grow early, because of removed entries that hashbrown keeps a mark of: 53 bytes.)
pub(super) struct MemoryReplay {
    shards: [Shard; SHARDS],
    capacity: usize,
    /// Entries in all shards. Counted before one is put in and after one is taken out: never above `capacity`.
    stored: AtomicUsize,
    /// The second in which every shard was last swept because the store was full.
    swept_full_at: AtomicU64,
}

/// On a cache line of its own, so that threads in different shards do not slow each other down.
#[derive(Default)]
#[repr(align(64))]
struct Shard(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    table: HashTable<Request>,
    /// How many requests came in since the table was last swept, and the second in which that was.
    since_swept: usize,
    swept_at: u32,
    /// An entry that expired before this second may have been swept. After the clock has stepped back, a copy of it
    /// would look new; so nothing that expires before this second is let in.
    kept_since: u32,
}

struct Request {
    /// Half of the MAC tells requests apart. Nobody without the key can choose it, so it is its own hash.
    mac: [u8; 16],
    /// The last second in which it is kept, rounded up. `u32::MAX`, in 2106, stands for all that is later, and is never
    /// over: a clock that far off fills the store, which then refuses.
    expires: u32,
}

impl MemoryReplay {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            shards: Default::default(),
            capacity,
            stored: AtomicUsize::new(0),
            swept_full_at: AtomicU64::new(NEVER),
        }
    }

    pub(super) fn admit(&self, sighting: &Sighting) -> Admission {
        let Sighting { mac, until, now, .. } = sighting;
        let expires = saturating_second(until.0.div_ceil(1000));
        match self.try_admit(mac, expires, *now) {
            Admission::Full if self.sweep_full(*now) => self.try_admit(mac, expires, *now),
            admission => admission,
        }
    }

    fn try_admit(&self, mac: &[u8; 32], expires: u32, now: UnixMillis) -> Admission {
        let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, shard] = *mac;
        let request = Request { mac: first, expires };
        let now = saturating_second(now.0 / 1000);
        let mut seen = self.shard(shard);

        if seen.is_due(now) {
            self.stored.fetch_sub(seen.sweep(now), Relaxed);
        }
        if expires < now.max(seen.kept_since) {
            return Admission::TooOld;
        }
        let hash = request.hash();
        if seen.table.find(hash, |other| other.mac == request.mac).is_some() {
            return Admission::Repeated;
        }
        // Relaxed: the counter guards no other memory.
        let counted =
            self.stored.fetch_update(Relaxed, Relaxed, |stored| (stored < self.capacity).then(|| stored + 1));
        if counted.is_err() {
            return Admission::Full;
        }
        if seen.table.try_reserve(1, Request::hash).is_err() {
            self.stored.fetch_sub(1, Relaxed);
            return Admission::Full;
        }
        seen.table.insert_unique(hash, request, Request::hash);
        seen.since_swept = seen.since_swept.saturating_add(1);
        Admission::First
    }

    /// Takes everything expired out of every shard, at most once in a second, because it costs milliseconds. Tells
    /// whether it did.
    fn sweep_full(&self, now: UnixMillis) -> bool {
        let second = now.0 / 1000;
        let due = |last: u64| (second > last || last - second > 1).then_some(second);
        if self.swept_full_at.fetch_update(Relaxed, Relaxed, due).is_err() {
            return false;
        }
        for shard in &self.shards {
            let swept = lock(shard).sweep(saturating_second(second));
            self.stored.fetch_sub(swept, Relaxed);
        }
        true
    }

    /// By bits of the MAC that the table does not use.
    fn shard(&self, byte: u8) -> MutexGuard<'_, Seen> {
        let [first, ..] = &self.shards;
        lock(self.shards.get(usize::from(byte) % SHARDS).unwrap_or(first))
    }
}

impl Seen {
    /// Is a sweep worth its while? A second one in the same second would find nothing.
    fn is_due(&self, now: u32) -> bool {
        self.since_swept > self.table.num_buckets() / SWEPT_SHARE && self.swept_at != now
    }

    /// Takes the expired entries out, and tells how many they were.
    fn sweep(&mut self, now: u32) -> usize {
        (self.since_swept, self.swept_at) = (0, now);
        let before = self.table.len();
        let kept_since = &mut self.kept_since;
        self.table.retain(|request| {
            let keep = request.expires >= now;
            if !keep {
                *kept_since = (*kept_since).max(request.expires.saturating_add(1));
            }
            keep
        });
        before - self.table.len()
    }
}

impl Request {
    fn hash(&self) -> u64 {
        let [half @ .., _, _, _, _, _, _, _, _] = self.mac;
        u64::from_le_bytes(half)
    }
}

impl fmt::Debug for MemoryReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("stored", &self.stored.load(Relaxed))
            .field("capacity", &self.capacity)
            .finish()
    }
}

/// No code between the lock and its end can panic halfway through a change: a poisoned table is whole.
fn lock(shard: &Shard) -> MutexGuard<'_, Seen> {
    shard.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn saturating_second(second: u64) -> u32 {
    u32::try_from(second).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac(number: u64) -> [u8; 32] {
        // The finaliser of splitmix64: as uniform as a MAC.
        let mix = |mut word: u64| {
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        };
        let mut mac = [0; 32];
        for (lane, bytes) in (1..).zip(mac.chunks_mut(8)) {
            bytes
                .copy_from_slice(&mix((4 * number + lane).wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes());
        }
        mac
    }

    /// The admission of the request with this number.
    fn admit(store: &MemoryReplay, number: u64, until: UnixMillis, now: UnixMillis) -> Admission {
        store.admit(&Sighting::new(mac(number), now, until, now))
    }

    fn bytes(store: &MemoryReplay) -> usize {
        let tables: usize = store.shards.iter().map(|shard| lock(shard).table.allocation_size()).sum();
        size_of::<MemoryReplay>() + tables
    }

    #[test]
    fn a_million_requests_fit_into_48_mib() {
        let store = MemoryReplay::new(1_000_000);
        for number in 0..1_000_000 {
            assert_eq!(admit(&store, number, UnixMillis(121_000), UnixMillis(0)), Admission::First);
        }
        assert_eq!(admit(&store, 1_000_000, UnixMillis(121_000), UnixMillis(0)), Admission::Full);
        assert!(bytes(&store) <= 48 << 20, "{} bytes", bytes(&store));
    }

    #[test]
    fn takes_at_most_48_bytes_a_request_also_right_after_a_table_doubled() {
        let mut seen = Seen::default();
        for number in 0..120_000 {
            let [mac @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = mac(number);
            let request = Request { mac, expires: 121 };
            seen.table.insert_unique(request.hash(), request, Request::hash);
            let (bytes, most) = (seen.table.allocation_size(), 48 * seen.table.len());
            assert!(
                seen.table.len() < 100 || bytes <= most,
                "{bytes} bytes for {} requests",
                seen.table.len()
            );
        }
    }

    /// At the same share of full as a million requests, but smaller.
    #[test]
    fn does_not_grow_while_requests_come_and_go() {
        let store = MemoryReplay::new(62_500);
        let mut number = 0;
        for second in 0..1000 {
            for _ in 0..480 {
                number += 1;
                let (until, now) = (UnixMillis((second + 121) * 1000), UnixMillis(second * 1000));
                assert_eq!(admit(&store, number, until, now), Admission::First, "at second {second}");
            }
        }
        assert!(bytes(&store) <= 48 * 62_500, "{} bytes", bytes(&store));
        let live = 480 * 122;
        let stored = store.stored.load(Relaxed);
        assert!((live..=62_500).contains(&stored), "{stored} stored, {live} live");
    }

    #[test]
    fn what_has_expired_never_takes_much_room() {
        let store = MemoryReplay::new(usize::MAX);
        let mut number = 0;
        for second in 0..1000 {
            for _ in 0..480 {
                number += 1;
                let (until, now) = (UnixMillis((second + 121) * 1000), UnixMillis(second * 1000));
                assert_eq!(admit(&store, number, until, now), Admission::First, "at second {second}");
            }
            let buckets: usize = store.shards.iter().map(|shard| lock(shard).table.num_buckets()).sum();
            let (stored, live) = (store.stored.load(Relaxed), 480 * 122);
            // A shard sweeps once a second at most, and takes in about 30 in each.
            assert!(stored <= live + buckets / SWEPT_SHARE + 480, "{stored} stored, {live} live at {second}");
        }
    }

    #[test]
    fn sweeps_a_full_store_once_a_second() {
        let store = MemoryReplay::new(1);
        assert!(store.sweep_full(UnixMillis(5_000)));
        assert!(!store.sweep_full(UnixMillis(5_999)));
        assert!(store.sweep_full(UnixMillis(6_000)));
        // Another thread, which read the clock a moment earlier.
        assert!(!store.sweep_full(UnixMillis(5_999)));
        // A clock that was set.
        assert!(store.sweep_full(UnixMillis(1_000)));
    }

    #[test]
    fn a_panic_elsewhere_does_not_close_it() {
        let store = MemoryReplay::new(1000);
        for shard in &store.shards {
            let poison = || {
                let _held = lock(shard);
                std::panic::resume_unwind(Box::new("poison"));
            };
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(poison)).is_err());
        }
        assert_eq!(admit(&store, 1, UnixMillis(1_000), UnixMillis(0)), Admission::First);
        assert_eq!(admit(&store, 1, UnixMillis(1_000), UnixMillis(0)), Admission::Repeated);
    }
}
