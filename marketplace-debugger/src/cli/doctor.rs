//! `doctor`: is the way open, and does an answer arrive as it has to?

use clap::{Args, ValueEnum};
use marketplace_debugger::doctor::Doctor;

use super::exit::{self, Exit, Failure};

/// Look at an endpoint from outside: header case, TLS, proxies, time to answer
///
/// Sends two calls that are not signed, which a seller refuses with an answer that is signed, and reads the bytes. Each
/// finding names the recipe against it. Ends with 0 if nothing has to change, 1 if something has, 2 if there is no answer.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The endpoint, such as `https://shop.example/saasproduce`
    url: String,
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
        let examination = runtime
            .block_on(Doctor::new().examine(&self.url))
            .map_err(|error| Failure::about(&self.url, error))?;
        exit::print(&match self.format {
            Format::Terminal => examination.to_terminal(),
            Format::Json => examination.to_json() + "\n",
        })?;
        Ok(if examination.is_fine() { Exit::Fine } else { Exit::Found })
    }
}
