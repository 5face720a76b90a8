//! The program, which knows nothing of the environment of this test but what it is told.

use std::process::{Child, Command, ExitStatus, Stdio};

use rehearsal::market::Market;

pub(crate) const ACCESS_KEY: &str = "canary-9b1f6c0e-access";
pub(crate) const AK: &str = "AKOFTHISTEST";
pub(crate) const SK: &str = "canary-9b1f6c0e-secret";

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metered-shop"));
    command.env_clear().stdin(Stdio::null());
    // Where coverage tools want their counts.
    for name in ["PATH", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The program, as a seller of this market.
pub(crate) fn seller(market: &Market) -> Command {
    let mut command = program();
    command
        .env("KOOGALLERY_ACCESS_KEY", ACCESS_KEY)
        .env("KOOGALLERY_AK", AK)
        .env("KOOGALLERY_SK", SK)
        .env("KOOGALLERY_URL", market.url())
        .env("RUST_LOG", "off");
    command
}

/// A pusher that runs. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Pushing(Child);

impl Pushing {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.arg("--push").stdout(Stdio::null()).spawn().unwrap())
    }

    /// Ends it as a power failure would. Tells how it ended.
    pub(crate) fn kill(&mut self) -> ExitStatus {
        // It may have done so itself.
        let _ = self.0.kill();
        self.0.wait().unwrap()
    }

    /// Has it ended by itself?
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Pushing {
    fn drop(&mut self) {
        self.kill();
    }
}
