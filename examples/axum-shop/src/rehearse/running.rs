//! A shop that runs in this process, and KooGallery's line to it.

use std::io;
use std::path::Path;
use std::time::Duration;

use marketplace_tower::server::Server;
use marketplace_tower::{AccessKey, Endpoint};
use rehearsal::{KooGallery, throw_away_key};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::keys::KeySource;
use crate::settings::Settings;
use crate::shop::Shop;
use crate::{BoxError, ENDPOINT};

/// A shop that sets up a tenant at once.
pub(super) fn quick(directory: &Path) -> Result<Settings, BoxError> {
    Ok(Settings {
        listen: "127.0.0.1:0".to_owned(),
        database: directory.join("shop.db"),
        keys: KeySource::Given(AccessKey::new(throw_away_key("access")?)?),
        orders: None,
        provisioning: Duration::ZERO,
        deadline: Endpoint::<Shop>::DEFAULT_DEADLINE,
    })
}

/// A shop that takes longer to set up a tenant than a call may take.
pub(super) fn slow(directory: &Path) -> Result<Settings, BoxError> {
    Ok(Settings {
        database: directory.join("slow.db"),
        provisioning: Duration::from_secs(2),
        // A real shop has seconds; nobody wants to watch them pass.
        deadline: Duration::from_millis(300),
        ..quick(directory)?
    })
}

/// A shop on a free port of the loopback interface.
pub(super) struct Running {
    settings: Settings,
    koogallery: KooGallery,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Running {
    pub(super) async fn start(settings: Settings) -> Result<Self, BoxError> {
        let listener = TcpListener::bind(&settings.listen).await?;
        let keys = settings.keys.load().await?;
        let koogallery = KooGallery::new(listener.local_addr()?, ENDPOINT, keys.ring().first().clone());
        let app = crate::app(&keys, crate::shop(&settings).await?);
        let (stop, stopped) = oneshot::channel();
        let server = Server::new().with_shutdown(async {
            // Dropping the sender is a reason to stop as well.
            let _ = stopped.await;
        });
        let serving = tokio::spawn(server.serve(listener, app));
        Ok(Self { settings, koogallery, stop, serving })
    }

    /// Calls this shop.
    pub(super) fn koogallery(&self) -> &KooGallery {
        &self.koogallery
    }

    /// Stops, and starts again on the same files.
    pub(super) async fn restart(self) -> Result<Self, BoxError> {
        let settings = self.settings.clone();
        self.stop().await?;
        Self::start(settings).await
    }

    /// Stops as on SIGTERM: what is in flight is finished.
    pub(super) async fn stop(self) -> Result<(), BoxError> {
        let _ = self.stop.send(());
        self.serving.await??;
        Ok(())
    }
}
