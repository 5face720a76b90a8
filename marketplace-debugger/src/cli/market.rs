//! `market`: the Open APIs on the desk, and KooGallery's side of the line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use marketplace_core::AccessKey;
use marketplace_core::open_api::Site;
use marketplace_core::signature::sdk_hmac::Credentials;
use marketplace_debugger::Billing;
use marketplace_debugger::market::{Market, MarketSettings, Plan};
use marketplace_debugger::wire::TrustedRoots;

use super::exit::{self, Exit, Failure};
use super::{input, keys};

/// KooGallery's Open APIs on this machine: order query, usage, licence codes
///
/// Serves until ctrl-c, and prints a line for each request. With `--seller` it plays KooGallery against that endpoint as well: a
/// purchase and what follows, with orders that the seller can query here; it then ends with 0 if everything was done, 1 if not, 2
/// if the seller was not reached. `POST /_market/throttle?next=5` and `POST /_market/fail?next=2&how=close-after-taking` make it
/// fail, `GET /_market/usage` shows what it took.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct MarketArgs {
    /// Where it listens, on the loopback interface; port 0 is a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The site: China, international or Europe
    #[arg(long, default_value = "intl", value_parser = site_parser())]
    site: Site,
    /// Make up an order for every order id that is not known
    #[arg(long)]
    any_order: bool,
    /// Take usage of every instance
    #[arg(long)]
    any_instance: bool,
    /// Answer as older pages have it: `error_code`, `CBC.`
    #[arg(long)]
    old_envelope: bool,
    /// Play KooGallery against this endpoint, such as `http://127.0.0.1:8080/saasproduce`
    #[arg(long, value_name = "URL")]
    seller: Option<String>,
    /// How what is bought there is billed
    #[arg(long, default_value = "period", value_parser = super::check::billing_parser(), requires = "seller")]
    plan: Billing,
    /// How many milliseconds an hour takes, after which a failed call is repeated
    #[arg(long, default_value = "1000", value_name = "N", requires = "seller")]
    hour_ms: u64,
    /// Wait so many seconds for usage of what is billed by use
    #[arg(long, value_name = "SECONDS", requires = "seller")]
    usage_within: Option<u64>,
    /// The product cannot be upgraded
    #[arg(long, requires = "seller")]
    no_upgrade: bool,
    /// A PEM file of certificates to trust instead of Mozilla's authorities: for a server on the desk
    #[arg(long, value_name = "FILE", requires = "seller")]
    roots: Option<PathBuf>,
}

const HELP: &str = "\
Keys:
  KOOGALLERY_AK, KOOGALLERY_SK   the AK/SK pair with which the seller signs for the gateway
  KOOGALLERY_ACCESS_KEY          the access key, which signs usage, and the calls to the seller
Those that are not set are made up and printed, to start a shop with; with `--seller` all have to be set.";

fn site_parser() -> impl clap::builder::TypedValueParser<Value = Site> {
    PossibleValuesParser::new(["cn", "intl", "eu"])
        .map(|name| Site::from_name(&name).unwrap_or(Site::International))
}

impl MarketArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::about("the runtime cannot be started", error))?;
        runtime.block_on(self.serve())
    }

    async fn serve(&self) -> Result<Exit, Failure> {
        let (settings, made_up) = self.settings()?;
        let ended = signals()?;
        let market = Market::start(settings).await.map_err(failure)?;
        // Comments and assignments: the lines can be given to a shell.
        exit::print(&format!("# the market is at {}\n{made_up}", market.url()))?;
        if let Some(seller) = &self.seller {
            return tokio::select! {
                exit = self.drive(&market, seller) => exit,
                () = ended => Err(Failure::new("ended before everything was played")),
            };
        }
        ended.await;
        market.stop().await;
        Ok(Exit::Fine)
    }

    async fn drive(&self, market: &Market, seller: &str) -> Result<Exit, Failure> {
        let drive =
            market.drive(seller, self.plan()?).await.map_err(|error| Failure::about(seller, error))?;
        let end = if drive.is_refunded { "failed and is refunded" } else { "stands" };
        exit::print_of_others(&format!("the order {} {end}\n", drive.order_id))?;
        if !drive.is_reached {
            return Err(Failure::about(seller, "there was no answer at all"));
        }
        Ok(if drive.is_fine() { Exit::Fine } else { Exit::Found })
    }

    fn plan(&self) -> Result<Plan, Failure> {
        let mut plan = Plan::new(self.plan).with_hour(Duration::from_millis(self.hour_ms));
        // There is nobody left to tell if it cannot be printed.
        plan = plan.with_observer(|step| drop(exit::print_of_others(&format!("{step}\n"))));
        if let Some(seconds) = self.usage_within {
            plan = plan.with_usage_within(Duration::from_secs(seconds));
        }
        if self.no_upgrade {
            plan = plan.without_upgrade();
        }
        let Some(path) = &self.roots else { return Ok(plan) };
        let roots = TrustedRoots::from_pem(&input::read(path)?);
        Ok(plan.with_roots(roots.map_err(|error| Failure::about(path.display(), error))?))
    }

    /// The settings, and the lines that tell the keys that were made up.
    fn settings(&self) -> Result<(MarketSettings, String), Failure> {
        let pair = keys::pair()?;
        let key = keys::access_key()?;
        if self.seller.is_some() && (pair.is_none() || key.is_none()) {
            return Err(Failure::new(
                "the seller has keys already: set KOOGALLERY_AK, KOOGALLERY_SK and KOOGALLERY_ACCESS_KEY",
            ));
        }
        let mut lines = String::new();
        let credentials = match pair {
            Some(pair) => pair,
            None => {
                let (ak, sk) = (random::<10>()?, random::<20>()?);
                lines.push_str(&format!("export {}={ak}\nexport {}={sk}\n", keys::AK, keys::SK));
                Credentials::new(&ak, sk).map_err(Failure::new)?
            }
        };
        let key = match key {
            Some(key) => key,
            None => {
                let text = random::<16>()?;
                lines.push_str(&format!("export {}={text}\n", keys::ACCESS_KEY));
                AccessKey::new(text).map_err(Failure::new)?
            }
        };
        let mut settings = MarketSettings::new(credentials, key)
            .with_address(self.listen)
            .with_site(self.site)
            .with_any_order(self.any_order)
            .with_any_instance(self.any_instance)
            .with_observer(|handled| drop(exit::print_of_others(&format!("{handled}\n"))));
        if self.old_envelope {
            settings = settings.with_old_envelope();
        }
        Ok((settings, lines))
    }
}

/// With what is behind it: that the port is in use, for example.
fn failure(error: marketplace_debugger::market::CannotStart) -> Failure {
    match std::error::Error::source(&error) {
        Some(source) => Failure::about(&error, source),
        None => Failure::new(&error),
    }
}

fn random<const BYTES: usize>() -> Result<String, Failure> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Failure::about("there is no randomness to be had", error))?;
    Ok(const_hex::encode_upper(bytes))
}

/// What ends the program. The signals are caught as soon as this is called.
#[cfg(unix)]
fn signals() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let broken = |error| Failure::about("signals cannot be waited for", error);
    let mut terminate = signal(SignalKind::terminate()).map_err(broken)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(broken)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> Result<impl Future<Output = ()>, Failure> {
    // A signal that cannot be waited for does not come.
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
