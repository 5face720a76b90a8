//! Why a Redis cannot be the replay store.

use std::time::Duration;

use crate::BoxError;

/// Why a Redis or Valkey cannot be the replay store, at the start or during an outage.
///
/// An address is a host and a port, or the path of a socket: no error holds the user or the password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableRedis {
    /// The URL is not one of Redis.
    #[error(
        "the URL of Redis is not understood: it is `redis://user:password@host:port/database`, with TLS \
         `rediss://…`; in a password write `@`, `/`, `:` and `#` as `%40`, `%2F`, `%3A` and `%23`"
    )]
    Url,
    /// The certificates to trust are not there or not readable.
    #[error("the root certificates for Redis cannot be used: {0}")]
    Certificate(Box<str>),
    /// No connection to the server, or none with TLS.
    #[error("the Redis at {address} cannot be reached")]
    Unreachable {
        /// Where the server should be.
        address: Box<str>,
        /// What happened.
        source: BoxError,
    },
    /// The connection broke.
    #[error("the connection to the Redis at {address} is lost")]
    Lost {
        /// Where the server is.
        address: Box<str>,
        /// What happened, if that is known.
        source: Option<BoxError>,
    },
    /// The server, or the network, took too long.
    #[error("the Redis at {address} did not answer within {limit:?}")]
    Silent {
        /// Where the server is.
        address: Box<str>,
        /// How long was waited.
        limit: Duration,
    },
    /// The user, the password, or the rights of the user are not what the server wants.
    #[error(
        "the Redis at {address} denies access ({answer}): compare user and password with its own; the user needs \
         `INFO` and `SET`, and the keys of the prefix"
    )]
    Denied {
        /// Where the server is.
        address: Box<str>,
        /// What the server said.
        answer: Box<str>,
    },
    /// The server answered with another error.
    #[error("the Redis at {address} answers with an error: {answer}")]
    Failed {
        /// Where the server is.
        address: Box<str>,
        /// What the server said.
        answer: Box<str>,
    },
    /// The server evicts: when its memory is full, it forgets accepted requests.
    #[error(
        "the Redis at {address} has the `maxmemory-policy` `{policy}`: when its memory is full it forgets accepted \
         requests, and whoever fills it can replay them; set `noeviction`, or give the replay store a Redis of its own"
    )]
    Evicts {
        /// Where the server is.
        address: Box<str>,
        /// Its policy.
        policy: Box<str>,
    },
    /// The server is a replica: what it is asked, and what it forgets, is another's business.
    #[error("the Redis at {address} is a replica (`role:{role}`): connect to the primary")]
    Replica {
        /// Where the server is.
        address: Box<str>,
        /// What it says of itself.
        role: Box<str>,
    },
    /// The server is one of a cluster, or a sentinel.
    #[error(
        "the Redis at {address} runs in `{mode}` mode: the replay store needs a single server (`standalone`)"
    )]
    NotAlone {
        /// Where the server is.
        address: Box<str>,
        /// Its mode.
        mode: Box<str>,
    },
    /// The server does not say what has to be known.
    #[error("the Redis at {address} does not say its `{field}` in `INFO`: does a proxy answer for it?")]
    Unclear {
        /// Where the server is.
        address: Box<str>,
        /// What is missing.
        field: &'static str,
    },
    /// The runtime on which [`RedisReplay::connect`](crate::RedisReplay::connect) was called has ended.
    #[error(
        "the runtime that the replay store was connected on has ended: connect on one that lives as long"
    )]
    Abandoned,
}
