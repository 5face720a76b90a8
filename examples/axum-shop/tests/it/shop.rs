//! The built program, running.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

/// Random enough to be found wherever it should not be.
pub(crate) const KEY: &str = "canary-7f3d0b52-9c41-4c8e-a6f5-1b0e9d7c2a84";

/// The program, which knows nothing of the environment of this test but where things are.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axum-shop"));
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
    url: String,
    directory: TempDir,
}

impl Shop {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(log_filter: &str) -> Self {
        Self::start_with(log_filter, &[])
    }

    /// The same, with more variables, which may replace others.
    pub(crate) fn start_with(log_filter: &str, variables: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = File::create(log_of(directory.path())).unwrap();
        let mut child = program()
            .env("KOOGALLERY_ACCESS_KEY", KEY)
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_DATABASE", directory.path().join("shop.db"))
            .env("RUST_LOG", log_filter)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").map(ToOwned::to_owned);
        let shop = Self { child, url: url.unwrap_or_default(), directory };
        assert!(shop.url.ends_with("/saasproduce"), "`{line}` is no announcement; its log: {}", shop.log());
        shop
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
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

fn log_of(directory: &Path) -> std::path::PathBuf {
    directory.join("shop.log")
}
