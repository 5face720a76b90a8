//! `doctor`: is the way open, and does an answer arrive as it has to?

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marketplace_debugger::doctor::Doctor;
use marketplace_debugger::wire::TrustedRoots;

use super::exit::{self, Exit, Failure};
use super::input;

/// Look at an endpoint from outside: header case, TLS, proxies, time to answer
///
/// Sends two calls that are not signed, which a seller refuses with an answer that is signed, and reads the bytes. Each
/// finding names the recipe against it. Ends with 0 if nothing has to change, 1 if something has, 2 if there is no answer.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The endpoint, such as `https://shop.example/saasproduce`
    url: String,
    /// A PEM file of certificates to trust instead of Mozilla's authorities: for a server on the desk
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
    /// How it is shown
    #[arg(long, default_value = "terminal")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Terminal,
    Json,
}

impl DoctorArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::about("the runtime cannot be started", error))?;
        let mut doctor = Doctor::new();
        if let Some(path) = &self.roots {
            let roots = TrustedRoots::from_pem(&input::read(path)?);
            doctor = doctor.with_roots(roots.map_err(|error| Failure::about(path.display(), error))?);
        }
        let examination =
            runtime.block_on(doctor.examine(&self.url)).map_err(|error| Failure::about(&self.url, error))?;
        exit::print(&match self.format {
            Format::Terminal => examination.to_terminal(),
            Format::Json => examination.to_json() + "\n",
        })?;
        Ok(if examination.is_fine() { Exit::Fine } else { Exit::Found })
    }
}
