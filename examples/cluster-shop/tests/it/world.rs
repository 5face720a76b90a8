//! A seller's machines, and where their ledger, tenants and replay store are.

use std::cell::RefCell;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use marketplace_tower::AccessKey;
use rehearsal::{KooGallery, Machine};
use rusqlite::Connection;
use rusqlite::types::Value;
use servers::{Postgres, Redis};
use tempfile::TempDir;

use crate::stores::{self, Shared};

/// Random enough to be found wherever it should not be.
pub(crate) const KEY: &str = "canary-2c9e61d4-5b7a-4f0c-93e8-7a1fd06b3e52";

pub(crate) const ENDPOINT: &str = "/saasproduce";

/// The program, which knows nothing of the environment of this test but where things are.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster-shop"));
    command.env_clear().stdin(Stdio::null());
    // Where coverage tools want their counts.
    for name in ["PATH", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Where ledger and tenants are.
#[derive(Clone)]
pub(crate) enum Ledger {
    /// In a file of this world.
    Sqlite,
    /// In a database of its own on this server.
    Postgres(Shared<Postgres>, String),
}

impl Ledger {
    pub(crate) fn postgres() -> Self {
        Self::on(stores::postgres())
    }

    /// In a new database, with its tables.
    pub(crate) fn on(postgres: Shared<Postgres>) -> Self {
        let url = stores::database(&postgres.lock().unwrap());
        let migrated = program()
            .arg("--migrate")
            .env("KOOGALLERY_ACCESS_KEY", KEY)
            .env("SHOP_LEDGER", &url)
            .status()
            .unwrap();
        assert!(migrated.success());
        Self::Postgres(postgres, url)
    }
}

/// What machines have in common.
pub(crate) struct World {
    ledger: Ledger,
    redis: Option<Shared<Redis>>,
    settings: Vec<(&'static str, String)>,
    market: KooGallery,
    folder: TempDir,
    logs: RefCell<Vec<PathBuf>>,
}

impl World {
    /// Without Redis, there can be only one machine.
    pub(crate) fn new(ledger: Ledger, redis: Option<Shared<Redis>>) -> Self {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
        Self {
            ledger,
            redis,
            settings: Vec::new(),
            market: KooGallery::new(nowhere, ENDPOINT, AccessKey::new(KEY).unwrap()),
            folder: tempfile::tempdir().unwrap(),
            logs: RefCell::default(),
        }
    }

    /// With a setting for every machine.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.settings.push((name, value.to_string()));
        self
    }

    /// Starts a machine.
    pub(crate) fn machine(&self) -> Machine {
        self.machine_with(&[])
    }

    /// Starts a machine with settings of its own.
    pub(crate) fn machine_with(&self, settings: &[(&str, &str)]) -> Machine {
        let log = self.folder.path().join(format!("{}.log", self.logs.borrow().len()));
        let mut program = program();
        program
            .env("KOOGALLERY_ACCESS_KEY", KEY)
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_LEDGER", self.url())
            .env("SHOP_REPLAY", self.replay())
            // Where no server is killed, nothing depends on how busy this computer is.
            .env("SHOP_PATIENCE_MS", "3000")
            .env("RUST_LOG", "warn")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .envs(settings.iter().copied())
            .stderr(File::create(&log).unwrap());
        self.logs.borrow_mut().push(log);
        Machine::start(&mut program).unwrap()
    }

    /// KooGallery, which calls this machine.
    pub(crate) fn market(&self, machine: &Machine) -> KooGallery {
        self.market.at(machine.address())
    }

    /// KooGallery, which calls nobody yet.
    pub(crate) fn nobody(&self) -> KooGallery {
        self.market.clone()
    }

    /// What the database of the tenants says: the columns of a row with `|` between them.
    pub(crate) fn rows(&self, question: &str) -> Vec<String> {
        match &self.ledger {
            Ledger::Sqlite => rows(&self.file(), question),
            Ledger::Postgres(server, url) => {
                server.lock().unwrap().sql(url, question).unwrap().lines().map(ToOwned::to_owned).collect()
            }
        }
    }

    /// The files are whole, and the ledger knows of nothing that is still to be done.
    pub(crate) fn is_sound(&self) {
        let open = match &self.ledger {
            Ledger::Sqlite => {
                for file in [self.file(), self.ledger_file()] {
                    assert_eq!(rows(&file, "PRAGMA integrity_check"), ["ok"], "{}", file.display());
                }
                rows(&self.ledger_file(), "SELECT activity, order_id FROM work WHERE progress <> 2")
            }
            Ledger::Postgres(..) => {
                self.rows("SELECT activity, order_id FROM marketplace.work WHERE progress <> 'done'")
            }
        };
        assert!(open.is_empty(), "{open:?}");
    }

    fn url(&self) -> String {
        match &self.ledger {
            Ledger::Sqlite => format!("sqlite:{}", self.file().display()),
            Ledger::Postgres(_, url) => url.clone(),
        }
    }

    fn replay(&self) -> String {
        self.redis.as_ref().map_or_else(|| "memory".to_owned(), |redis| redis.lock().unwrap().url())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn ledger_file(&self) -> PathBuf {
        self.folder.path().join("shop.db.ledger")
    }
}

fn rows(file: &Path, question: &str) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare(question).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let column = |index| {
            Ok(match row.get(index)? {
                Value::Integer(number) => number.to_string(),
                Value::Text(text) => text,
                other => format!("{other:?}"),
            })
        };
        Ok((0..columns).map(column).collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for log in self.logs.borrow().iter() {
            let text = fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            let last = lines.len().saturating_sub(20);
            eprintln!("the last lines of {}:\n{}", log.display(), lines[last..].join("\n"));
        }
    }
}
