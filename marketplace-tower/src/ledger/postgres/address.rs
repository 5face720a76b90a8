//! Where a ledger is.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::error::PostgresError;
use super::tls::Tls;

/// After so long without a word, the system asks whether the other side is still there. Firewalls forget silent connections
/// after minutes.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// So long, at most, for one of several hosts, so that the next one gets its turn.
const ONE_OF_SEVERAL: Duration = Duration::from_millis(300);

/// Hosts, database and role, with the password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) tls: Tls,
    /// Hosts and database, for people.
    pub(super) database: Arc<str>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, PostgresError> {
        // Whoever requires TLS gets both of these here.
        let verified = ["sslmode=verify-full", "sslmode=verify-ca"];
        let url = verified.iter().fold(url.to_owned(), |url, mode| url.replace(mode, "sslmode=require"));
        // What the driver says about a URL may repeat a part of the password.
        let mut config: Config = url.parse().map_err(|_| PostgresError::Url)?;
        if !says_mode(&url) {
            let is_local = config.get_hosts().iter().all(is_local);
            config.ssl_mode(if is_local { SslMode::Disable } else { SslMode::Require });
        }
        let database = database(&config);
        config.keepalives_idle(KEEPALIVE);
        if config.get_application_name().is_none() {
            config.application_name("marketplace-tower");
        }
        if config.get_hosts().len() > 1 && config.get_connect_timeout().is_none() {
            config.connect_timeout(ONE_OF_SEVERAL);
        }
        Ok(Self { config, tls: Tls::public()?, database })
    }
}

/// Does it say whether TLS is wanted? In a URL, only what stands behind the question mark counts.
fn says_mode(url: &str) -> bool {
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let parameters = if is_url { url.rsplit_once('?').map(|(_, parameters)| parameters) } else { Some(url) };
    parameters.is_some_and(|parameters| parameters.contains("sslmode"))
}

/// Does it not leave this machine?
fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(host) => {
            host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// `host:port/name`, without the role.
fn database(config: &Config) -> Arc<str> {
    let mut text = String::new();
    for (number, host) in config.get_hosts().iter().enumerate() {
        let port = config.get_ports().get(number).or(config.get_ports().first()).copied().unwrap_or(5432);
        let comma = if number > 0 { "," } else { "" };
        let written = match host {
            Host::Tcp(host) if host.contains(':') => write!(text, "{comma}[{host}]:{port}"),
            Host::Tcp(host) => write!(text, "{comma}{host}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => write!(text, "{comma}{}:{port}", folder.display()),
        };
        // Writing to a string does not fail.
        let Ok(()) = written else { continue };
    }
    let name = config.get_dbname().or(config.get_user()).unwrap_or_default();
    text.push('/');
    text.push_str(name);
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hosts_and_database_and_nobody() {
        for (url, database) in [
            ("postgres://shop:geheim@db.example/orders", "db.example:5432/orders"),
            ("postgresql://shop:geheim@a:1,b:2/orders?target_session_attrs=read-write", "a:1,b:2/orders"),
            ("postgres://shop:geheim@[::1]:7/orders", "[::1]:7/orders"),
            ("host=a,b port=7 user=shop password=geheim", "a:7,b:7/shop"),
            ("postgres://shop:geheim@%2Frun%2Fpostgresql/orders", "/run/postgresql:5432/orders"),
        ] {
            assert_eq!(&*Address::parse(url).unwrap().database, database, "{url}");
        }
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_the_url_says_otherwise() {
        for (url, mode) in [
            ("postgres://shop@db/orders", SslMode::Require),
            ("postgres://shop:sslmode=disable@db/orders", SslMode::Require),
            ("postgres://shop@127.0.0.1,db/orders", SslMode::Require),
            ("host=db user=shop", SslMode::Require),
            ("postgres://shop@db/orders?sslmode=verify-full", SslMode::Require),
            ("postgres://shop@localhost/orders?connect_timeout=1&sslmode=verify-ca", SslMode::Require),
            ("postgres://shop@db/orders?sslmode=prefer", SslMode::Prefer),
            ("postgres://shop@db/orders?sslmode=disable", SslMode::Disable),
            ("postgres://shop@localhost/orders", SslMode::Disable),
            ("postgres://shop@127.8.0.1,[::1]/orders", SslMode::Disable),
            ("postgres://shop@%2Frun%2Fpostgresql/orders", SslMode::Disable),
        ] {
            assert_eq!(Address::parse(url).unwrap().config.get_ssl_mode(), mode, "{url}");
        }
    }

    #[test]
    fn an_unusable_url_is_not_repeated() {
        for url in [
            "postgres://shop:ge@heim@db:x/orders",
            "host=db password=ge heim",
            "postgres://shop:geheim@db/orders?sslmode=geheim",
            "geheim",
        ] {
            let error = Address::parse(url).err().unwrap();
            let said = format!("{error} {error:?}");
            assert!(matches!(error, PostgresError::Url) && !said.contains("heim"), "{said}");
        }
    }
}
