//! The built program, running.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use marketplace_tower::AccessKey;
use rehearsal::KooGallery;
use tempfile::TempDir;

/// Random enough to be found wherever they should not be.
pub(crate) const KEY: &str = "canary-7f3d0b52-9c41-4c8e-a6f5-1b0e9d7c2a84";
pub(crate) const TOKEN: &str = "canary-e1d27a90c36b45f8a2714cd05b9e6f83";

/// What the shop says after its address when it is ready.
const ENDPOINT: &str = "/saasproduce";

/// The program, which knows nothing of the environment of this test but where things are.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tonic-shop"));
    command.env_clear().stdin(Stdio::null());
    // Where coverage tools want their counts.
    for name in ["PATH", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// A shop with files of its own on a free port. Ends when dropped.
pub(crate) struct Shop {
    child: Child,
    address: SocketAddr,
    directory: TempDir,
}

impl Shop {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(log_filter: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = File::create(log_of(directory.path())).unwrap();
        let mut child = program()
            .env("KOOGALLERY_ACCESS_KEY", KEY)
            .env("SHOP_ADMIN_TOKEN", TOKEN)
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_DATABASE", directory.path().join("shop.db"))
            .env("RUST_LOG", log_filter)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim_end().strip_prefix("listening on http://").and_then(|url| url.strip_suffix(ENDPOINT));
        let Some(address) = address else {
            let log = fs::read_to_string(log_of(directory.path()));
            let _ = child.kill();
            panic!("`{line}` is no announcement; its log: {log:?}");
        };
        Self { child, address: address.parse().unwrap(), directory }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the admin is served.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where KooGallery is.
    pub(crate) fn endpoint(&self) -> String {
        format!("{}{ENDPOINT}", self.url())
    }

    pub(crate) fn koogallery(&self) -> KooGallery {
        KooGallery::new(self.address, ENDPOINT, AccessKey::new(KEY).unwrap())
    }

    /// One of the admin's commands, about this shop.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = program();
        command.args([name, "--url", &self.url()]).env("SHOP_ADMIN_TOKEN", TOKEN);
        command
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(log_of(self.directory.path())).unwrap()
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn end(&mut self, signal: &str) -> ExitStatus {
        // The shell has a `kill` even where the machine has none.
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
        self.child.wait().unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_of(directory: &Path) -> PathBuf {
    directory.join("shop.log")
}
