//! The task that keeps a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use marketplace_core::UnixMillis;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::connection::Opened;
use super::floor::Floor;
use super::server::Server;
use super::{Settings, UnusableRedis};
use crate::clock::Clock;
use crate::telemetry;

/// A program that starts can wait, nobody else does.
const FIRST_CONNECT: Duration = Duration::from_secs(5);
/// A server that hangs accepts connections, and says nothing.
const RECONNECT: Duration = Duration::from_secs(1);
/// After a connect that failed, everybody is refused for so long.
const PAUSE: Duration = Duration::from_millis(200);

/// Connects, and connects again whenever the connection is lost. Ends with the [`RedisStore`](super::RedisStore).
pub(super) struct Keeper {
    settings: Arc<Settings>,
    clock: Clock,
    floor: Floor,
    newest: Arc<AtomicU64>,
    told: watch::Sender<State>,
}

/// What those who ask are told.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Wait a little.
    Connecting,
    Up(Link),
    /// Do not wait.
    Down(Arc<UnusableRedis>),
}

/// A connection for all who ask.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) connection: MultiplexedConnection,
    /// What was signed until then may have been accepted, and forgotten.
    pub(super) floor: UnixMillis,
    /// To be told when the connection is good for nothing: the reason comes with the answer.
    pub(super) broken: Arc<Notify>,
}

impl Keeper {
    /// Connects for the first time. `newest` is the latest stamp that is accepted here.
    pub(super) async fn start(
        settings: Arc<Settings>,
        newest: Arc<AtomicU64>,
    ) -> Result<(impl Future<Output = ()> + Send, watch::Receiver<State>), UnusableRedis> {
        let opened = open(&settings, FIRST_CONNECT).await?;
        let (told, state) = watch::channel(State::Connecting);
        let mut keeper = Self { settings, clock: Clock::default(), floor: Floor::new(), newest, told };
        let link = keeper.publish(&opened);
        Ok((keeper.keep(opened, link), state))
    }

    async fn keep(mut self, mut opened: Opened, mut link: Link) {
        loop {
            let lost = self.watch(opened, link).await;
            tracing::warn!(
                error = telemetry::chain(&lost),
                "the replay store is lost: calls are refused until it is back"
            );
            self.told.send_replace(State::Connecting);
            opened = self.reopen(telemetry::chain(&lost)).await;
            tracing::info!("the replay store is back");
            if self.floor.is_new(&opened.server) {
                tracing::warn!(
                    "the replay store has been restarted or replaced: calls that were signed before are refused"
                );
            }
            link = self.publish(&opened);
        }
    }

    /// Lets everybody ask.
    fn publish(&mut self, Opened { connection, server, .. }: &Opened) -> Link {
        let newest = UnixMillis(self.newest.load(Relaxed));
        let link = Link {
            connection: connection.clone(),
            floor: self.floor.meet(server, self.clock.now(), newest),
            broken: Arc::default(),
        };
        self.told.send_replace(State::Up(link.clone()));
        link
    }

    /// Carries what is asked until the connection is lost, and says why it is.
    async fn watch(&self, opened: Opened, mut link: Link) -> UnusableRedis {
        let Opened { driver, server, .. } = opened;
        let address = self.settings.name();
        tokio::select! {
            () = driver => UnusableRedis::Lost { address, source: None },
            () = link.broken.notified() => UnusableRedis::Silent { address, limit: self.settings.timeout },
            changed = self.look_again(&server, &mut link.connection) => changed,
        }
    }

    /// Looks at the server from time to time: it may have been set to evict, made a replica, or exchanged behind a proxy.
    /// It also keeps firewalls from forgetting a connection that is seldom used.
    async fn look_again(&self, server: &Server, connection: &mut MultiplexedConnection) -> UnusableRedis {
        let every = self.settings.heartbeat;
        let mut heartbeat = interval_at(Instant::now() + every, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            heartbeat.tick().await;
            match timeout(RECONNECT, self.settings.look(connection)).await {
                Ok(Ok(found)) if found.run_id == server.run_id => {}
                Ok(Ok(_)) => return UnusableRedis::Lost { address: self.settings.name(), source: None },
                Ok(Err(error)) => return error,
                Err(_) => return UnusableRedis::Silent { address: self.settings.name(), limit: RECONNECT },
            }
        }
    }

    /// Connects, however often it takes. Says once what is wrong.
    async fn reopen(&self, mut said: String) -> Opened {
        loop {
            match open(&self.settings, RECONNECT).await {
                Ok(opened) => return opened,
                Err(error) => {
                    let text = telemetry::chain(&error);
                    if text != said {
                        tracing::warn!(error = text, "the replay store cannot be used");
                        said = text;
                    }
                    self.told.send_replace(State::Down(Arc::new(error)));
                    sleep(PAUSE).await;
                    self.told.send_replace(State::Connecting);
                }
            }
        }
    }
}

async fn open(settings: &Settings, limit: Duration) -> Result<Opened, UnusableRedis> {
    let silent = || UnusableRedis::Silent { address: settings.name(), limit };
    timeout(limit, Opened::new(settings)).await.unwrap_or_else(|_| Err(silent()))
}
