//! The client of KooGallery's Open APIs, over TCP against a market of the tests' own.

mod codes;
mod guard;
mod licences;
mod market;
mod orders;
mod repeats;
mod secrets;
mod sign_request;
mod tls;
mod usage;

use std::time::Duration;

use marketplace_tower::AccessKey;
use marketplace_tower::open_api::{
    BaseAddress, Client, MeteredRecord, MeteringSn, Settings, Site, UsageRecord,
};
use marketplace_tower::signature::sdk_hmac::Credentials;

use self::market::Market;

const AK: &str = "QTWAOYTTINDUT2QVKYUC";
const SK: &str = "canary-secret-key";
const KEY: &str = "canary-access-key";

fn credentials() -> Credentials {
    Credentials::new(AK, SK).unwrap()
}

/// On a busy machine, what has no deadline of its own in a test is not to fail by one.
fn settings(address: BaseAddress) -> Settings {
    Settings::new(Site::China, credentials())
        .with_access_key(AccessKey::new(KEY).unwrap())
        .with_base_address(address)
        .with_connect_deadline(Duration::from_secs(60))
        .with_call_deadline(Duration::from_secs(60))
}

fn client(market: &Market) -> Client {
    Client::connect(settings(market.address())).unwrap()
}

fn usage(instance: &str) -> UsageRecord {
    let (begin, end) = ("20220809T080000Z".parse().unwrap(), "20220809T090000Z".parse().unwrap());
    UsageRecord::new(instance, begin, end, "99".parse().unwrap()).unwrap()
}

fn records(count: usize) -> Vec<MeteredRecord> {
    let record = |number: usize| {
        let sn = MeteringSn::new(format!("sn-{number}")).unwrap();
        usage(&format!("instance-{number}")).metered(sn, "20220809T091000Z".parse().unwrap()).unwrap()
    };
    (0..count).map(record).collect()
}
