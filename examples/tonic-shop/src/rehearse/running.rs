//! A shop that runs in this process, and the two who call it.

use std::path::Path;
use std::time::Duration;

use marketplace_tower::AccessKey;
use rehearsal::{KooGallery, Report, throw_away_key};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::Channel;

use super::grpc::Answer;
use crate::BoxError;
use crate::admin::AdminToken;
use crate::admin::proto::Change;
use crate::client::{AdminClient, client, connect};
use crate::settings::Settings;
use crate::stack::{ENDPOINT, LONGEST_DRAIN, serve};

/// As long as anything may take before something is surely wrong.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A shop on a free port of the loopback interface.
pub(super) struct Running {
    koogallery: KooGallery,
    channel: Channel,
    token: AdminToken,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), BoxError>>,
}

impl Running {
    pub(super) async fn start(directory: &Path) -> Result<Self, BoxError> {
        let settings = Settings {
            listen: "127.0.0.1:0".to_owned(),
            database: directory.join("shop.db"),
            access_key: AccessKey::new(throw_away_key("access")?)?,
            admin_token: AdminToken::new(&throw_away_key("admin")?)?,
        };
        let listener = TcpListener::bind(&settings.listen).await?;
        let address = listener.local_addr()?;
        let koogallery = KooGallery::new(address, ENDPOINT, settings.access_key.clone());
        let token = settings.admin_token.clone();
        let (tenants, ledger) = settings.open().await?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            // Dropping the sender is a reason to stop as well.
            let stopped = async { drop(stopped.await) };
            serve(listener, &settings, tenants, ledger, stopped).await
        });
        let channel = connect(&format!("http://{address}")).await?;
        Ok(Self { koogallery, channel, token, stop, serving })
    }

    /// Calls this shop as KooGallery.
    pub(super) fn koogallery(&self) -> &KooGallery {
        &self.koogallery
    }

    /// Calls this shop as the admin.
    pub(super) fn admin(&self) -> AdminClient {
        client(self.channel.clone(), &self.token)
    }

    /// The connection, to see what travels on it.
    pub(super) fn channel(&self) -> &Channel {
        &self.channel
    }

    pub(super) fn token(&self) -> &AdminToken {
        &self.token
    }
}

/// The shop stops although somebody watches, and says so to them.
pub(super) async fn play_stop(
    shop: Running,
    watcher: Option<Answer>,
    report: &mut Report,
) -> Result<(), BoxError> {
    let Running { stop, serving, .. } = shop;
    let _ = stop.send(());
    if let Some(mut watcher) = watcher {
        let outcome = rest(&mut watcher).await;
        report.check("a watcher is told in the trailers when the shop stops", outcome);
    }
    let stopped = timeout(LONGEST_DRAIN / 2, serving).await;
    let outcome = match stopped {
        Ok(served) => Ok(served??),
        Err(_) => Err(format!("not within {} seconds", LONGEST_DRAIN.as_secs() / 2)),
    };
    report.check("the shop stops, although connections are open", outcome);
    Ok(())
}

/// What is still to come on a stream: changes, and at last that the shop stops.
async fn rest(watcher: &mut Answer) -> Result<(), String> {
    while watcher.next::<Change>().await?.is_some() {}
    watcher.ended_in_trailers(Code::Unavailable)
}
