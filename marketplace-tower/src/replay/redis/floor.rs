//! Since when a server has known everything.

use marketplace_core::UnixMillis;

use super::server::Server;

/// Requests that were signed up to this moment may have been accepted by a server that has lost them since.
#[derive(Debug)]
pub(super) struct Floor {
    run_id: Option<Box<str>>,
    at: UnixMillis,
}

impl Floor {
    pub(super) fn new() -> Self {
        Self { run_id: None, at: UnixMillis(0) }
    }

    /// A connection to `server` is there, `now`. `newest` is the latest stamp that was accepted by this machine so far,
    /// which can be in the future.
    pub(super) fn meet(&mut self, server: &Server, now: UnixMillis, newest: UnixMillis) -> UnixMillis {
        if self.run_id.is_none() {
            // It knows everything since it started: a second later than it says, at most now, for it counts whole seconds.
            let uptime = server.uptime_seconds.saturating_sub(1).saturating_mul(1000);
            self.at = UnixMillis(now.0.saturating_sub(uptime));
        } else if self.is_new(server) {
            // It can have been up for long, and not have everything: a replica until now, or another one behind the name.
            self.at = self.at.max(now).max(newest);
        }
        self.run_id = Some(server.run_id.clone());
        self.at
    }

    /// Is it another server than the last?
    pub(super) fn is_new(&self, server: &Server) -> bool {
        self.run_id.as_ref().is_some_and(|known| *known != server.run_id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::RedisReplay;
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_500);
    const NONE: UnixMillis = UnixMillis(0);

    fn server(run_id: &str, uptime_seconds: u64) -> Server {
        let info = format!("run_id:{run_id}\nuptime_in_seconds:{uptime_seconds}\n");
        Server::parse(&info, &RedisReplay::new("redis://127.0.0.1").unwrap().0).unwrap()
    }

    #[test]
    fn what_is_older_than_the_server_is_below() {
        for (uptime, floor) in [(0, NOW.0), (1, NOW.0), (2, NOW.0 - 1000), (3600, NOW.0 - 3_599_000)] {
            assert_eq!(Floor::new().meet(&server("a", uptime), NOW, NONE), UnixMillis(floor));
        }
        assert_eq!(Floor::new().meet(&server("a", u64::MAX), NOW, NONE), UnixMillis(0));
    }

    #[test]
    fn another_server_begins_now_however_long_it_is_up() {
        let mut floor = Floor::new();
        assert!(!floor.is_new(&server("a", 3600)));
        floor.meet(&server("a", 3600), NOW, NONE);
        assert!(floor.is_new(&server("b", 3600)));
        let later = UnixMillis(NOW.0 + 5000);
        assert_eq!(floor.meet(&server("b", 3600), later, UnixMillis(NOW.0)), later);
        // One of the accepted stamps was in the future.
        let ahead = UnixMillis(NOW.0 + 40_000);
        assert_eq!(floor.meet(&server("a", 3600), later, ahead), ahead);
    }

    #[test]
    fn the_same_server_keeps_its_floor() {
        let mut floor = Floor::new();
        let first = floor.meet(&server("a", 3600), NOW, NONE);
        let again = floor.meet(&server("a", 3660), UnixMillis(NOW.0 + 60_000), UnixMillis(NOW.0 + 99_000));
        assert_eq!(first, again);
        let one = floor.meet(&server("b", 1), UnixMillis(NOW.0 + 70_000), NONE);
        // The floor never sinks, also when the clock steps back.
        assert_eq!(floor.meet(&server("c", 1), NOW, NONE), one);
    }
}
