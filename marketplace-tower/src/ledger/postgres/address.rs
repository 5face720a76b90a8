//! Where a ledger is.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::error::PostgresError;

/// After so long without a word, the system asks whether the other side is still there. Firewalls forget silent connections
/// after minutes.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// So long, at most, for one of several hosts, so that the next one gets its turn.
const ONE_OF_SEVERAL: Duration = Duration::from_millis(300);

/// Hosts, database and role, with the password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    /// Hosts and database, for people.
    pub(super) database: Arc<str>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, PostgresError> {
        // What the driver says about a URL may repeat a part of the password.
        let mut config: Config = url.parse().map_err(|_| PostgresError::Url)?;
        let database = database(&config);
        config.keepalives_idle(KEEPALIVE);
        if config.get_application_name().is_none() {
            config.application_name("marketplace-tower");
        }
        if config.get_hosts().len() > 1 && config.get_connect_timeout().is_none() {
            config.connect_timeout(ONE_OF_SEVERAL);
        }
        Ok(Self { config, database })
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
