//! Real servers on loopback, for tests and rehearsals: Redis, PostgreSQL and nginx as Debian packages them.
//!
//! Each has a free port and a folder of its own. It is gone, with its folder, when it is dropped, and it does not outlive
//! the process that started it: where there is `setpriv`, it ends even if that process is killed.
//!
//! Nothing is installed here. What is missing is an error of the kind [`NotFound`](std::io::ErrorKind::NotFound), which
//! names the package.
#![cfg(unix)]

mod nginx;
mod port;
mod postgres;
mod process;
mod program;
mod redis;
mod wait;

pub use nginx::Nginx;
pub use port::free_port;
pub use postgres::Postgres;
pub use redis::Redis;
