//! A shop that runs in this process, and KooGallery's line to it.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use marketplace_tower::server::Server;
use marketplace_tower::{AccessKey, Endpoint};
use rehearsal::{Line, throw_away_key};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client_secret;
use super::market::Market;
use crate::settings::Settings;
use crate::shop::Shop;
use crate::{BoxError, ENDPOINT};

/// A shop that sets up a tenant at once.
pub(super) fn quick(directory: &Path) -> Result<Settings, BoxError> {
    let private_key = directory.join("private.pem");
    fs::write(&private_key, client_secret::TEST_PRIVATE_KEY)?;
    Ok(Settings {
        listen: "127.0.0.1:0".to_owned(),
        database: directory.join("shop.db"),
        access_key: throw_away_key("access")?,
        kit_key: Some(throw_away_key("kit")?),
        kit_private_key: Some(private_key),
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
    market: Market,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Running {
    pub(super) async fn start(settings: Settings) -> Result<Self, BoxError> {
        let listener = TcpListener::bind(&settings.listen).await?;
        let access = AccessKey::new(settings.access_key.as_str())?;
        let kit = AccessKey::new(settings.kit_key.as_deref().unwrap_or(&settings.access_key))?;
        let line = Line::new(listener.local_addr()?, ENDPOINT);
        let market = Market::new(line, access, kit, &settings.database);
        let app = crate::app(&settings, crate::shop(&settings).await?)?;
        let (stop, stopped) = oneshot::channel();
        let server = Server::new().with_shutdown(async {
            // Dropping the sender is a reason to stop as well.
            let _ = stopped.await;
        });
        let serving = tokio::spawn(server.serve(listener, app));
        Ok(Self { settings, market, stop, serving })
    }

    /// Calls this shop.
    pub(super) fn market(&self) -> &Market {
        &self.market
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
