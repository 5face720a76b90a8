//! Where a Redis is, and as whom to speak to it.

use std::fmt;

use ::redis::{ConnectionAddr, IntoConnectionInfo as _, RedisConnectionInfo};

use super::UnusableRedis;

/// What a URL says. `Display` is where the server is, without user and password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) place: ConnectionAddr,
    pub(super) is_tls: bool,
    pub(super) login: RedisConnectionInfo,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, UnusableRedis> {
        // A fragment is mostly the rest of a password.
        if url.contains('#') {
            return Err(UnusableRedis::Url);
        }
        // TLS is ours: the driver is built without.
        let plain = [("rediss://", "redis://"), ("valkeys://", "valkey://")]
            .iter()
            .find_map(|(tls, plain)| Some(format!("{plain}{}", url.strip_prefix(tls)?)));
        let info = plain.as_deref().unwrap_or(url).into_connection_info().map_err(|_| UnusableRedis::Url)?;
        match info.addr() {
            ConnectionAddr::Tcp(..) => {}
            ConnectionAddr::Unix(_) if cfg!(unix) => {}
            _ => return Err(UnusableRedis::Url),
        }
        Ok(Self {
            place: info.addr().clone(),
            is_tls: plain.is_some(),
            login: info.redis_settings().clone().set_skip_set_lib_name(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_host_port_database_and_login() {
        let address = Address::parse("redis://shop:se%2Fcret@redis.example:7000/3").unwrap();
        assert_eq!(address.to_string(), "redis.example:7000");
        assert!(!address.is_tls);
        assert_eq!(address.login.username(), Some("shop"));
        assert_eq!(address.login.password(), Some("se/cret"));
        assert_eq!(address.login.db(), 3);
        assert_eq!(Address::parse("valkey://[::1]").unwrap().to_string(), "::1:6379");
        #[cfg(unix)]
        assert_eq!(Address::parse("unix:///run/redis.sock").unwrap().to_string(), "/run/redis.sock");
    }

    #[test]
    fn reads_whether_to_speak_tls() {
        for url in ["rediss://redis.example", "valkeys://redis.example"] {
            let address = Address::parse(url).unwrap();
            assert!(address.is_tls, "{url}");
            assert_eq!(address.to_string(), "redis.example:6379");
        }
    }

    #[test]
    fn refuses_what_is_no_url_of_redis_and_shows_no_password() {
        for url in [
            "",
            "127.0.0.1:6379",
            "http://:secret@127.0.0.1",
            "redis://",
            "redis://:se/cret@127.0.0.1",
            "redis://:secret#@127.0.0.1",
            "redis://:secret@127.0.0.1:port",
            "redis://:secret@127.0.0.1/name",
            "rediss://:secret@127.0.0.1/#insecure",
            "REDISS://:secret@127.0.0.1",
        ] {
            let Err(error) = Address::parse(url) else { panic!("{url}") };
            assert!(matches!(error, UnusableRedis::Url), "{url}");
            assert!(!format!("{error} {error:?}").contains("cret"), "{url}");
        }
    }
}
