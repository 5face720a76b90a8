//! The servers and the machines of one rehearsal.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use marketplace_tower::AccessKey;
use rehearsal::{KooGallery, Line, Machine, throw_away_key};
use servers::{Nginx, Postgres, Redis};

use super::proxy;
use crate::{BoxError, ENDPOINT};

/// How many machines there are.
pub(super) const MACHINES: usize = 3;

/// After how many seconds a machine is taken for dead. A real one has more; nobody wants to watch them pass.
const LEASE_SECONDS: u64 = 3;

/// For how long somebody else may have the port of a machine that is started again.
const PORT_PATIENCE: Duration = Duration::from_secs(5);

/// Three machines behind nginx, with PostgreSQL and Redis.
pub(super) struct Cluster {
    // The machines end before what they use.
    machines: Vec<Option<Machine>>,
    addresses: Vec<SocketAddr>,
    program: Program,
    koogallery: KooGallery,
    _nginx: Nginx,
    _redis: Redis,
    postgres: Postgres,
}

/// How a machine is started.
struct Program {
    file: PathBuf,
    access_key: String,
    ledger: String,
    replay: String,
}

impl Cluster {
    /// Starts everything.
    pub(super) fn start() -> Result<Self, BoxError> {
        let (postgres, redis) = (Postgres::start()?, Redis::start(&[])?);
        let program = Program {
            file: env::current_exe()?,
            access_key: throw_away_key("cluster")?,
            ledger: postgres.url(),
            replay: redis.url(),
        };
        let migrated = program.command("127.0.0.1:0").arg("--migrate").status()?;
        if !migrated.success() {
            return Err(format!("`--migrate` ended with {migrated}").into());
        }
        let mut machines = Vec::new();
        for _ in 0..MACHINES {
            machines.push(Machine::start(&mut program.command("127.0.0.1:0"))?);
        }
        let addresses: Vec<_> = machines.iter().map(Machine::address).collect();
        let nginx = Nginx::start(|_, port| proxy::configuration(port, &addresses))?;
        let key = AccessKey::new(program.access_key.as_str())?;
        let proxy = SocketAddr::from(([127, 0, 0, 1], nginx.port()));
        Ok(Self {
            machines: machines.into_iter().map(Some).collect(),
            addresses,
            koogallery: KooGallery::new(proxy, ENDPOINT, key),
            program,
            _nginx: nginx,
            _redis: redis,
            postgres,
        })
    }

    /// Calls the seller by the proxy.
    pub(super) fn koogallery(&self) -> &KooGallery {
        &self.koogallery
    }

    /// Calls one machine, past the proxy. After the last one comes the first again.
    pub(super) fn machine(&self, number: usize) -> KooGallery {
        let address = self.addresses.get(number % MACHINES);
        address.map_or_else(|| self.koogallery.clone(), |address| self.koogallery.at(*address))
    }

    /// Ends one machine as a power failure would.
    pub(super) fn kill(&mut self, number: usize) {
        if let Some(machine) = self.machines.get_mut(number) {
            *machine = None;
        }
    }

    /// Starts one machine again, at its address.
    pub(super) fn restart(&mut self, number: usize) -> Result<(), String> {
        self.kill(number);
        let address = self.addresses.get(number).ok_or("there is no such machine")?.to_string();
        let begin = Instant::now();
        let machine = loop {
            match Machine::start(&mut self.program.command(&address)) {
                Ok(machine) => break machine,
                Err(why) if begin.elapsed() > PORT_PATIENCE => return Err(why),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        };
        if let Some(place) = self.machines.get_mut(number) {
            *place = Some(machine);
        }
        Ok(())
    }

    /// What PostgreSQL says to a question with one row, its columns with `|` between them.
    pub(super) fn sql(&self, question: &str) -> Result<String, String> {
        self.postgres.sql(&self.postgres.url(), question).map_err(|error| error.to_string())
    }

    /// What happened on each machine, on one line.
    pub(super) async fn counts(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (number, address) in self.addresses.iter().enumerate() {
            let counts = match Line::new(*address, "/counts").exchange("GET", "", &[], b"").await {
                Ok(answer) => String::from_utf8_lossy(&answer.body).trim_end().replace('\n', ", "),
                Err(why) => why,
            };
            all.push((format!("machine {number}"), counts));
        }
        all
    }

    /// Ends every machine as an operator does.
    pub(super) fn stop(self) -> Result<(), String> {
        self.machines.into_iter().flatten().try_for_each(Machine::stop)
    }
}

impl Program {
    fn command(&self, listen: &str) -> Command {
        let mut command = Command::new(&self.file);
        command
            .env("KOOGALLERY_ACCESS_KEY", &self.access_key)
            .env("SHOP_LISTEN", listen)
            .env("SHOP_LEDGER", &self.ledger)
            .env("SHOP_REPLAY", &self.replay)
            .env("SHOP_LEASE_SECONDS", LEASE_SECONDS.to_string())
            .env("SHOP_PROVISIONING_MS", "by-order")
            // No server is killed here, so none has to be noticed; and the machine on which this runs may be busy.
            .env("SHOP_PATIENCE_MS", "3000")
            // What they complain about while servers and machines are killed is no news.
            .env("RUST_LOG", "off")
            .stderr(Stdio::inherit());
        command
    }
}
