//! Pushers that are killed while they push.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use marketplace_tower::open_api::Credentials;
use marketplace_tower::{AccessKey, USAGE_FAILPOINTS};
use rehearsal::market::{Fault, Market, MarketSettings};
use tokio::time::{sleep, timeout};

use crate::books::Books;
use crate::program::{ACCESS_KEY, AK, Pushing, SK, seller};

/// After so long, something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn every_record_reaches_the_market_once_when_pushers_on_sqlite_are_killed() {
    kill(Books::sqlite().await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_reaches_the_market_once_when_pushers_on_postgres_are_killed() {
    kill(Books::postgres().await, "PostgreSQL").await;
}

async fn kill(books: Books, name: &str) {
    let (records, kills) = (number("METERED_RECORDS", 10_000), number("METERED_KILLS", 50));
    let mut random = Random::new(name);
    let key = AccessKey::new(ACCESS_KEY).unwrap();
    let settings = MarketSettings::new(Credentials::new(AK, SK).unwrap(), key).with_any_instance(true);
    let market = Market::start(settings).await.unwrap();
    let recorded = books.record(records).await;

    let (mut by_itself, mut by_us) = (0, 0);
    for life in 1..=kills {
        // Each life may push its share, and a little more.
        let most = usize::try_from(records * life / kills).unwrap();
        if random.below(4) == 0 {
            market.fail_next(1, fault(&mut random));
        }
        let mut command = pusher(&books, &market);
        // Every other one dies at a place of its own choice, the others when it comes.
        if life % 2 == 0 {
            let place = USAGE_FAILPOINTS[random.below(USAGE_FAILPOINTS.len())];
            command.env("SHOP_FAILPOINT", format!("{place}:{}", 1 + random.below(4)));
        }
        let mut pushing = Pushing::start(&mut command);
        let due = most.saturating_sub(random.below(100));
        let lived = async {
            while market.usage_count() < due && !pushing.has_ended() {
                sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(PATIENCE, lived)
            .await
            .unwrap_or_else(|_| panic!("{} of {due} were pushed", market.usage_count()));
        sleep(Duration::from_millis(random.below(10) as u64)).await;
        if pushing.has_ended() {
            by_itself += 1
        } else {
            by_us += 1
        }
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&pushing.kill()), Some(9));
    }

    let last = Pushing::start(&mut pusher(&books, &market));
    let done = async {
        while books.outbox.progress().await.unwrap().waiting > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, done).await.unwrap_or_else(|_| panic!("only {} were pushed", market.usage_count()));
    drop(last);

    let progress = books.outbox.progress().await.unwrap();
    assert_eq!((progress.pushed, progress.refused, progress.waiting), (records, 0, 0));
    let taken = market.usage();
    assert_eq!(taken.len() as u64, records);
    let numbers: BTreeSet<_> = taken.iter().filter_map(|record| record.metering_sn.clone()).collect();
    assert_eq!(numbers, recorded);
    let billed: u64 = market.billed().values().map(|billed| billed.ten_thousandths).sum();
    assert_eq!(billed, records * 15_000);
    // The market has seen repeats, and billed none of them.
    let repeated = taken.iter().filter(|record| record.arrivals > 1).count();
    println!(
        "{name}: {records} records, {kills} kills ({by_itself} at a place, {by_us} at any moment), {repeated} sent more than once, \
         {} billed, {} lost",
        taken.len(),
        records - taken.len() as u64
    );
    assert!(repeated > 0, "nobody was killed between the market and the outbox");
}

fn pusher(books: &Books, market: &Market) -> std::process::Command {
    let mut command = seller(market);
    command
        .env("SHOP_LEDGER", &books.url)
        .env("SHOP_PUSH_SECONDS", "0")
        .env("SHOP_PUSH_BATCH", "25")
        .env("SHOP_PUSH_LEASE_MS", "500");
    command
}

fn fault(random: &mut Random) -> Fault {
    [Fault::CloseAfterTaking, Fault::CloseBeforeAnswer, Fault::INTERNAL_500, Fault::THROTTLED_406]
        [random.below(4)]
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Xorshift, seeded by `METERED_SEED` or the clock.
struct Random(u64);

impl Random {
    fn new(test: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
        let seed = number("METERED_SEED", u64::from(now));
        println!("{test}: METERED_SEED={seed}");
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}
