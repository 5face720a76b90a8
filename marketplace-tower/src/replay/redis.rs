//! The replay store in Redis or Valkey.

mod address;
mod connection;
mod floor;
mod keeper;
mod server;
mod store;
mod unusable;

use std::fmt;
use std::time::Duration;

pub use self::unusable::UnusableRedis;

use self::address::Address;
use self::connection::Roots;
use self::store::RedisStore;
use super::Replay;

/// How a replay store in Redis or Valkey is reached; [`Replay::redis`] is this with the defaults.
///
/// It goes by the machine's clock: a layer that is given another one has all its calls refused as too old.
///
/// ```no_run
/// # async fn replay() -> Result<marketplace_tower::Replay, Box<dyn std::error::Error>> {
/// use marketplace_tower::RedisReplay;
///
/// let replay = RedisReplay::new("redis://marketplace:password@10.0.0.7:6379/0")?
///     .with_prefix("shop:replay:")
///     .connect()
///     .await?;
/// # Ok(replay)
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct RedisReplay(Settings);

/// All that the store and its keeper need to know.
#[derive(Clone)]
struct Settings {
    address: Address,
    roots: Roots,
    prefix: Box<str>,
    timeout: Duration,
    clock_skew: Duration,
    accepts_eviction: bool,
    heartbeat: Duration,
}

impl RedisReplay {
    /// What the keys begin with unless [`with_prefix`](Self::with_prefix) says otherwise.
    pub const DEFAULT_PREFIX: &str = "marketplace:replay:";
    /// How long an answer may take unless [`with_timeout`](Self::with_timeout) says otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_millis(500);
    /// How much longer than necessary an entry lives unless [`with_clock_skew`](Self::with_clock_skew) says otherwise.
    pub const DEFAULT_CLOCK_SKEW: Duration = Duration::from_secs(60);

    /// The server at this URL: `redis://user:password@host:port/database`, of which all but the host may be missing;
    /// `rediss://…` with TLS; `unix:///path/of/the/socket`. `valkey://` and `valkeys://` are the same.
    ///
    /// Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`UnusableRedis::Url`] if it is none of these.
    pub fn new(url: &str) -> Result<Self, UnusableRedis> {
        Ok(Self(Settings {
            address: Address::parse(url)?,
            roots: Roots::mozilla(),
            prefix: Self::DEFAULT_PREFIX.into(),
            timeout: Self::DEFAULT_TIMEOUT,
            clock_skew: Self::DEFAULT_CLOCK_SKEW,
            accepts_eviction: false,
            heartbeat: Duration::from_secs(30),
        }))
    }

    /// Begins each key with this. All machines and routes of one access key need the same one.
    pub fn with_prefix(mut self, prefix: impl Into<Box<str>>) -> Self {
        self.0.prefix = prefix.into();
        self
    }

    /// Waits this long for an answer, then refuses the call. If a connection has to be made first, up to 300 ms more.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.0.timeout = timeout;
        self
    }

    /// Lets each entry live this much longer than the request is fresh by the clock of the machine that accepts it: for
    /// another machine, whose clock is slow by as much, it is fresh that much longer.
    pub fn with_clock_skew(mut self, skew: Duration) -> Self {
        self.0.clock_skew = skew;
        self
    }

    /// With `rediss://`, trusts the authorities of this PEM file and no others, instead of Mozilla's: for providers and
    /// companies that sign the certificates of their servers themselves.
    ///
    /// # Errors
    ///
    /// [`UnusableRedis::Certificate`] if there is no certificate in it, or one that cannot be read.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, UnusableRedis> {
        self.0.roots = Roots::from_pem(pem)?;
        Ok(self)
    }

    /// Uses a server that evicts, or does not say whether it does, too.
    ///
    /// **Such a server forgets accepted requests when its memory is full**, and whoever can fill it can have a recorded
    /// request accepted again. Only where what else is in it is under control, and it has room to spare.
    pub fn dangerously_accept_eviction(mut self) -> Self {
        self.0.accepts_eviction = true;
        self
    }

    /// Connects, and looks at the server: that it is no replica, no cluster, and forgets nothing by itself.
    ///
    /// The store keeps one connection, by a task on the current runtime, which has to live as long as the store. When the
    /// connection is lost, the task makes another and looks again.
    ///
    /// # Errors
    ///
    /// [`UnusableRedis`] if the server cannot be reached within 5 seconds, or must not be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn connect(self) -> Result<Replay, UnusableRedis> {
        Ok(Replay::custom(RedisStore::connect(self.0).await?))
    }

    /// For tests, which cannot wait for half a minute.
    #[cfg(test)]
    fn with_heartbeat(mut self, every: Duration) -> Self {
        self.0.heartbeat = every;
        self
    }
}

impl Replay {
    /// Remembers in Redis or Valkey, which any number of machines can share. See [`RedisReplay`] for settings.
    ///
    /// The server has to have `maxmemory-policy noeviction`, and to be no replica and no cluster. While it cannot be
    /// asked, every call is refused with `000005` within 0.8 seconds, and KooGallery sends it again. After it was
    /// restarted, calls that were signed before are refused, because it may have forgotten them.
    ///
    /// # Errors
    ///
    /// [`UnusableRedis`] if the URL is wrong, or the server cannot be reached, or must not be used.
    #[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
    pub async fn redis(url: &str) -> Result<Self, UnusableRedis> {
        RedisReplay::new(url)?.connect().await
    }
}

impl fmt::Debug for RedisReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Without the user and the password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("address", &self.address.to_string())
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("clock_skew", &self.clock_skew)
            .field("accepts_eviction", &self.accepts_eviction)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use marketplace_core::UnixMillis;

    use super::*;
    use crate::{Admission, Sighting};

    /// Asks until it is refused with these words, or accepted if there are none.
    async fn until(replay: &Replay, refused: Option<&str>) {
        let begin = Instant::now();
        loop {
            let now = UnixMillis::from(std::time::SystemTime::now());
            let mut mac = [0; 32];
            getrandom::fill(&mut mac).unwrap();
            let answer = replay.admit(&Sighting::new(mac, now, UnixMillis(now.0 + 61_000), now)).await;
            match (&answer, refused) {
                (Ok(Admission::First), None) => return,
                (Err(error), Some(words)) if error.causes().contains(words) => return,
                _ => assert!(begin.elapsed() < Duration::from_secs(20), "still {answer:?}"),
            }
        }
    }

    /// Without a new connection, which another test has.
    #[tokio::test]
    async fn what_changes_at_the_server_is_noticed_while_nobody_asks() {
        let server = servers::Redis::start(&[]).unwrap();
        let settings = RedisReplay::new(&server.url()).unwrap().with_heartbeat(Duration::from_millis(20));
        let replay = settings.connect().await.unwrap();
        until(&replay, None).await;
        let mut direct = ::redis::Client::open(server.url()).unwrap().get_connection().unwrap();
        let mut set = |policy| {
            let mut command = ::redis::cmd("CONFIG");
            command.arg("SET").arg("maxmemory-policy").arg(policy).exec(&mut direct).unwrap();
        };
        set("allkeys-lfu");
        until(&replay, Some("`allkeys-lfu`")).await;
        set("noeviction");
        until(&replay, None).await;
    }

    /// The heart beats all the same, and finds nothing wrong.
    #[tokio::test]
    async fn a_server_that_is_as_it_was_keeps_its_connection() {
        let server = servers::Redis::start(&[]).unwrap();
        let settings = RedisReplay::new(&server.url()).unwrap().with_heartbeat(Duration::from_millis(1));
        let replay = settings.connect().await.unwrap();
        let mut direct = ::redis::Client::open(server.url()).unwrap().get_connection().unwrap();
        let mut number = |section: &str, name: &str| {
            let info: String = ::redis::cmd("INFO").arg(section).query(&mut direct).unwrap();
            let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            value.unwrap().parse::<u64>().unwrap()
        };
        let asked = number("stats", "total_commands_processed");
        let connected = number("stats", "total_connections_received");
        let begin = Instant::now();
        while number("stats", "total_commands_processed") < asked + 200 {
            assert!(begin.elapsed() < Duration::from_secs(20), "no heartbeat");
            tokio::task::yield_now().await;
        }
        assert_eq!(number("stats", "total_connections_received"), connected);
        until(&replay, None).await;
    }
}
