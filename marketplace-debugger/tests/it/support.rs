//! What the tests share: a sound seller of every guide, faults that can be put into it, and servers for both.

pub(crate) mod broken;
pub(crate) mod request;
pub(crate) mod serving;
pub(crate) mod shop;

use std::time::Duration;

use marketplace_core::{AccessKey, Guide};
use marketplace_debugger::{Billing, Console, Report};
use marketplace_tower::{Endpoint, Layer as _, Ledger, Marketplace, MarketplaceLayer, Replay, guide};

use self::shop::Shop;

/// Random enough to be found wherever it should not be.
pub(crate) const KEY: &str = "canary-3c9d11e0-5a7f-4d0b-9d55-7e0a2f6b8c41";

/// The longest body that the seller reads: short, so that signing a longer one takes no time.
const LONGEST: usize = 32 * 1024;

pub(crate) const GUIDES: [Guide; 4] = [Guide::V2, Guide::V1, Guide::KitV1, Guide::KitV2];

pub(crate) fn key() -> AccessKey {
    AccessKey::new(KEY).unwrap()
}

/// A seller that serves all guides as it should.
pub(crate) fn seller() -> Marketplace<Endpoint<Shop>> {
    seller_of(Shop::default())
}

pub(crate) fn seller_of(shop: Shop) -> Marketplace<Endpoint<Shop>> {
    let endpoint = Endpoint::new::<guide::V2>(shop, Ledger::memory())
        .with_guide::<guide::V1>()
        .with_guide::<guide::KitV1>()
        .with_guide::<guide::KitV2>();
    MarketplaceLayer::new(key(), Replay::memory()).with_body_limit(LONGEST).layer(endpoint)
}

/// A console that calls everything, with a body that is too long but does not take long to sign.
pub(crate) fn console(guide: Guide, billing: Billing) -> Console {
    let optional: &[&str] = match (guide, billing) {
        (Guide::V2, Billing::OneTime) => &["orderNotify"],
        (Guide::V2, _) => &["changeInstanceCheck", "upgradeInstance", "orderNotify"],
        (Guide::V1, Billing::Period) => &["upgrade", "queryInstance", "instanceStatus"],
        (Guide::V1, _) => &["queryInstance"],
        _ => &["allOrgSync", "singleOrgSync"],
    };
    let console = Console::new(key())
        .with_guide(guide)
        .with_billing(billing)
        .with_oversize(LONGEST + 1)
        .with_provisioning(Duration::from_millis(200), Duration::from_millis(10));
    optional.iter().fold(console, |console, activity| console.with_optional(*activity))
}

/// The names of the checks that failed.
pub(crate) fn failed(report: &Report) -> Vec<&str> {
    report.failed().map(|check| check.name.as_str()).collect()
}
