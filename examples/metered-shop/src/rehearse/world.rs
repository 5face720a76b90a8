//! The market, and the shop as a process of its own.

use std::env;
use std::future::Future;
use std::process::{Command, Stdio};
use std::time::Duration;

use marketplace_tower::AccessKey;
use marketplace_tower::open_api::{Credentials, MockOrder};
use rehearsal::market::{Market, MarketSettings, PlacedOrder};
use rehearsal::{KooGallery, Line, Machine, Order, throw_away_key};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::PATIENCE;
use crate::{BoxError, ENDPOINT};

/// A market, and a shop that sells there.
pub(super) struct World {
    shop: Machine,
    koogallery: KooGallery,
    market: Market,
    keys: Keys,
    folder: TempDir,
}

struct Keys {
    access_key: String,
    secret_key: String,
}

const AK: &str = "AKOFTHEREHEARSAL";

impl World {
    pub(super) async fn start() -> Result<Self, BoxError> {
        let keys = Keys { access_key: throw_away_key("access")?, secret_key: throw_away_key("secret")? };
        let key = AccessKey::new(keys.access_key.as_str())?;
        let credentials = Credentials::new(AK, keys.secret_key.as_str())?;
        let market = Market::start(MarketSettings::new(credentials, key.clone())).await?;
        let folder = tempfile::tempdir()?;
        let shop = shop(&keys, &market, &folder)?;
        let koogallery = KooGallery::new(shop.address(), ENDPOINT, key);
        Ok(Self { shop, koogallery, market, keys, folder })
    }

    pub(super) fn market(&self) -> &Market {
        &self.market
    }

    pub(super) fn koogallery(&self) -> &KooGallery {
        &self.koogallery
    }

    /// Somebody buys a pay-per-use product of this SKU.
    pub(super) fn order(&self, sku: &str) -> Order {
        let order = self.koogallery.order();
        let placed = PlacedOrder::like(MockOrder::OnDemand, &order.id).with_order_line_id(&order.line);
        self.market.place(placed.with_sku_code(sku));
        order
    }

    /// A tenant does so many pieces of work.
    pub(super) async fn work(&self, instance: &str, pieces: u64) -> Result<(), String> {
        for _ in 0..pieces {
            let status = self.try_work(instance).await?;
            if status != 200 {
                return Err(format!("work was answered with {status}"));
            }
        }
        Ok(())
    }

    /// The status that a piece of work is answered with.
    pub(super) async fn try_work(&self, instance: &str) -> Result<u16, String> {
        let line = Line::new(self.shop.address(), "/jobs");
        Ok(line.exchange("POST", &format!("/{instance}"), &[], b"").await?.status)
    }

    /// Waits until the market bills so many pieces of work, and no more.
    pub(super) async fn billed(&self, instance: &str, pieces: u64) -> Result<(), String> {
        let billed = || self.market.billed_of(instance).ten_thousandths / 10_000;
        let is_so = self.until(|| async { billed() >= pieces }).await;
        match billed() {
            found if found == pieces && is_so => Ok(()),
            found => Err(format!("{found} are billed in place of {pieces}")),
        }
    }

    /// Waits until the shop says this of its usage.
    pub(super) async fn progress(&self, name: &str, number: u64) -> Result<(), String> {
        let line = Line::new(self.shop.address(), "/usage");
        let wanted = format!("{name} {number}");
        let says = || async {
            let answer = line.exchange("GET", "", &[], b"").await;
            answer
                .is_ok_and(|answer| String::from_utf8_lossy(&answer.body).lines().any(|line| line == wanted))
        };
        if self.until(says).await { Ok(()) } else { Err(format!("the shop does not say `{wanted}`")) }
    }

    /// The shop ends as in a power failure, and is started again.
    pub(super) fn crash(&mut self) -> Result<(), String> {
        self.shop.kill();
        self.shop = shop(&self.keys, &self.market, &self.folder).map_err(|error| error.to_string())?;
        self.koogallery = self.koogallery.at(self.shop.address());
        Ok(())
    }

    pub(super) async fn stop(self) -> Result<(), BoxError> {
        self.shop.stop()?;
        self.market.stop().await;
        Ok(())
    }

    async fn until<F: Future<Output = bool>>(&self, is_so: impl Fn() -> F) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if is_so().await {
                return true;
            }
            sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

fn shop(keys: &Keys, market: &Market, folder: &TempDir) -> Result<Machine, BoxError> {
    let mut command = Command::new(env::current_exe()?);
    command
        .env("KOOGALLERY_ACCESS_KEY", &keys.access_key)
        .env("KOOGALLERY_AK", AK)
        .env("KOOGALLERY_SK", &keys.secret_key)
        .env("KOOGALLERY_URL", market.url())
        .env("SHOP_LISTEN", "127.0.0.1:0")
        .env("SHOP_DATABASE", folder.path().join("shop.db"))
        .env("SHOP_SPAN_SECONDS", "1")
        .env("SHOP_PUSH_SECONDS", "0")
        .env("SHOP_PUSH_LEASE_MS", "1000")
        // What is refused on purpose is no news.
        .env("RUST_LOG", "off")
        .stderr(Stdio::inherit());
    Ok(Machine::start(&mut command)?)
}
