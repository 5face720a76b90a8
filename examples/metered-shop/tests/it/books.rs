//! What was recorded, and where.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use marketplace_tower::usage::{UsageOutbox, UsageRecord};
use marketplace_tower::{Ledger, UtcTime};
use servers::Postgres;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::program;

/// An outbox in a store of its own.
pub(crate) struct Books {
    pub(crate) outbox: UsageOutbox,
    /// What `SHOP_LEDGER` has to say.
    pub(crate) url: String,
    _keeper: Keeper,
}

enum Keeper {
    Folder(#[allow(dead_code, reason = "it is gone when this is dropped")] TempDir),
    Server(#[allow(dead_code, reason = "it ends when this is dropped")] Postgres),
}

impl Books {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file: PathBuf = folder.path().join("shop.ledger");
        let ledger = Ledger::sqlite(&file).await.unwrap();
        Self::of(&ledger, format!("sqlite:{}", file.display()), Keeper::Folder(folder))
    }

    pub(crate) async fn postgres() -> Self {
        let server = Postgres::start().unwrap();
        let url = server.url();
        let migrated = program::program()
            .arg("--migrate")
            .envs([("KOOGALLERY_ACCESS_KEY", "k"), ("KOOGALLERY_AK", "a"), ("KOOGALLERY_SK", "s")])
            .env("SHOP_LEDGER", &url)
            .status()
            .unwrap();
        assert!(migrated.success());
        Self::of(&Ledger::postgres(&url).await.unwrap(), url, Keeper::Server(server))
    }

    fn of(ledger: &Ledger, url: String, keeper: Keeper) -> Self {
        Self { outbox: UsageOutbox::of(ledger).unwrap(), url, _keeper: keeper }
    }

    /// Records so many hours of use, each of one and a half, and tells their serial numbers.
    pub(crate) async fn record(&self, count: u64) -> BTreeSet<String> {
        let mut serial_numbers = BTreeSet::new();
        let hour = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 3600;
        let mut running = JoinSet::new();
        for number in 0..count {
            if running.len() == 64 {
                serial_numbers.insert(running.join_next().await.unwrap().unwrap());
            }
            let outbox = self.outbox.clone();
            // Four hundred hours of each instance.
            let begin = (hour - 1 - number % 400) * 3600;
            let usage = UsageRecord::new(
                format!("instance-{}", number / 400),
                UtcTime::from_unix_seconds(begin).unwrap(),
                UtcTime::from_unix_seconds(begin + 3600).unwrap(),
                "1.5".parse().unwrap(),
            );
            running.spawn(async move { outbox.record(usage.unwrap()).await.unwrap().sn.to_string() });
        }
        serial_numbers.extend(running.join_all().await);
        assert_eq!(serial_numbers.len() as u64, count);
        serial_numbers
    }
}
