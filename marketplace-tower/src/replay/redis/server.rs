//! What a server says about itself.

use super::{Settings, UnusableRedis};

/// The lines of `INFO` that matter. (`CONFIG GET`, which would say more, is not for the customers of most providers.)
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// Another one after each start.
    pub(super) run_id: Box<str>,
    /// Whole seconds since it started: the truth may be a second less or more.
    pub(super) uptime_seconds: u64,
    policy: Option<Box<str>>,
    role: Option<Box<str>>,
    mode: Option<Box<str>>,
}

impl Server {
    /// Reads the answer to `INFO`.
    pub(super) fn parse(info: &str, settings: &Settings) -> Result<Self, UnusableRedis> {
        let value = |name: &str| {
            let (_, value) =
                info.lines().filter_map(|line| line.split_once(':')).find(|(field, _)| *field == name)?;
            Some(Box::<str>::from(value.trim())).filter(|value| !value.is_empty())
        };
        let unclear = |field| UnusableRedis::Unclear { address: settings.name(), field };
        let uptime = value("uptime_in_seconds").and_then(|seconds| seconds.parse().ok());
        Ok(Self {
            run_id: value("run_id").ok_or_else(|| unclear("run_id"))?,
            uptime_seconds: uptime.ok_or_else(|| unclear("uptime_in_seconds"))?,
            policy: value("maxmemory_policy"),
            role: value("role"),
            // Valkey has a name of its own for it.
            mode: value("redis_mode").or_else(|| value("server_mode")),
        })
    }

    /// May it hold the replay store?
    pub(super) fn check(&self, settings: &Settings) -> Result<(), UnusableRedis> {
        let address = || settings.name();
        match self.mode.as_deref() {
            None | Some("standalone") => {}
            Some(mode) => return Err(UnusableRedis::NotAlone { address: address(), mode: mode.into() }),
        }
        match self.role.as_deref() {
            Some("master" | "primary") => {}
            Some(role) => return Err(UnusableRedis::Replica { address: address(), role: role.into() }),
            None => return Err(UnusableRedis::Unclear { address: address(), field: "role" }),
        }
        match self.policy.as_deref() {
            Some("noeviction") => Ok(()),
            _ if settings.accepts_eviction => Ok(()),
            Some(policy) => Err(UnusableRedis::Evicts { address: address(), policy: policy.into() }),
            None => Err(UnusableRedis::Unclear { address: address(), field: "maxmemory_policy" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RedisReplay;
    use super::*;

    const REDIS: &str = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:4f2c\r\n\
        uptime_in_seconds:94798\r\nuptime_in_days:1\r\n\r\n# Memory\r\nmaxmemory:0\r\n\
        maxmemory_policy:noeviction\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n";

    fn check(info: &str) -> Result<(), UnusableRedis> {
        let settings = RedisReplay::new("redis://127.0.0.1").unwrap().0;
        Server::parse(info, &settings)?.check(&settings)
    }

    #[test]
    fn accepts_a_primary_that_forgets_nothing() {
        let settings = RedisReplay::new("redis://127.0.0.1").unwrap().0;
        let server = Server::parse(REDIS, &settings).unwrap();
        assert_eq!((&*server.run_id, server.uptime_seconds), ("4f2c", 94_798));
        check(REDIS).unwrap();
        // Valkey.
        check(&REDIS.replace("redis_mode", "server_mode")).unwrap();
    }

    #[test]
    fn refuses_every_other_policy_unless_told() {
        for policy in [
            "allkeys-lru",
            "allkeys-lfu",
            "allkeys-random",
            "volatile-lru",
            "volatile-lfu",
            "volatile-random",
            "volatile-ttl",
        ] {
            let info = REDIS.replace("noeviction", policy);
            let error = check(&info).unwrap_err();
            assert!(matches!(&error, UnusableRedis::Evicts { .. }), "{error}");
            assert!(error.to_string().contains(&format!("`{policy}`")), "{error}");
            let told = RedisReplay::new("redis://127.0.0.1").unwrap().dangerously_accept_eviction().0;
            Server::parse(&info, &told).unwrap().check(&told).unwrap();
        }
    }

    #[test]
    fn refuses_replicas_clusters_and_sentinels() {
        let replica = check(&REDIS.replace("role:master", "role:slave")).unwrap_err();
        assert!(matches!(replica, UnusableRedis::Replica { .. }), "{replica}");
        for mode in ["cluster", "sentinel"] {
            let error = check(&REDIS.replace("standalone", mode)).unwrap_err();
            assert!(matches!(error, UnusableRedis::NotAlone { .. }), "{error}");
        }
    }

    #[test]
    fn refuses_a_server_that_does_not_say() {
        for field in ["run_id", "uptime_in_seconds", "maxmemory_policy", "role"] {
            let error = check(&REDIS.replace(&format!("\n{field}:"), "\nother:")).unwrap_err();
            assert!(
                matches!(error, UnusableRedis::Unclear { field: named, .. } if named == field),
                "{error}"
            );
        }
    }
}
