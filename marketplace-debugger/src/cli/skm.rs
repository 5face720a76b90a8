//! `skm`: is NHN Cloud's Secure Key Manager open to this machine?

mod report;
mod settings;

use clap::{Args, Subcommand};
use marketplace_core::KeyRing;
use marketplace_tower::secure_key_manager::{Client, KeyId, SkmError, Subject, UnusableSettings};

use self::settings::TOKEN_URL;
use super::exit::{self, Exit, Failure};

pub(crate) use self::settings::SECRETS;

/// Look at NHN Cloud's Secure Key Manager from this machine: who it sees, whether a secret can be read, and why not
///
/// Changes nothing, and shows no secret. Ends with 0 if all is well, 1 if the Secure Key Manager refuses or something has to
/// change, 2 if there is no answer.
#[derive(Debug, Args)]
#[command(after_help = settings::HELP)]
pub(crate) struct SkmArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What the server sees: address, MAC address, certificate
    ///
    /// Shows that the credentials are right, and nothing about a key: no key store is asked.
    Confirm,
    /// Can this secret be read, and is it a key, or a document of keys?
    ///
    /// Shows its length, and of a document the names, versions and states of its keys. Never the secret.
    Secret {
        /// The id of the key, as the console shows it
        #[arg(value_name = "KEYID")]
        key: KeyId,
    },
    /// Why can this secret not be read?
    ///
    /// Ends with 0 if it can be read, 1 if it cannot.
    Diagnose {
        /// The id of the key, as the console shows it
        #[arg(value_name = "KEYID")]
        key: KeyId,
    },
}

impl SkmArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let settings = settings::from_environment()?;
        let client = Client::connect(settings.client.clone()).map_err(|error| match error {
            UnusableSettings::NoTokenAddress => {
                Failure::about(TOKEN_URL, "version 1.3 with an address in SKM_URL needs that of tokens, too")
            }
            other => Failure::new(report::with_sources(&other)),
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::about("the runtime cannot be started", error))?;
        runtime.block_on(async {
            match &self.command {
                Command::Confirm => confirm(&client, &settings).await,
                Command::Secret { key } => secret(&client, key).await,
                Command::Diagnose { key } => diagnose(&client, key).await,
            }
        })
    }
}

async fn confirm(client: &Client, settings: &settings::FromEnvironment) -> Result<Exit, Failure> {
    match client.confirm().await {
        Ok(seen) => {
            let (text, exit) = report::seen(&seen, settings, client.version());
            exit::print_of_others(&text).map(|()| exit)
        }
        Err(error) => refused(&error),
    }
}

async fn secret(client: &Client, key: &KeyId) -> Result<Exit, Failure> {
    match client.secret(key).await {
        Ok(secret) => {
            let ring = KeyRing::from_document(secret.expose());
            let exit = if ring.is_ok() { Exit::Fine } else { Exit::Found };
            exit::print_of_others(&report::secret(&secret, ring.as_ref())).map(|()| exit)
        }
        Err(error) => refused(&error),
    }
}

async fn diagnose(client: &Client, key: &KeyId) -> Result<Exit, Failure> {
    match client.secret(key).await {
        Ok(_) => exit::print("fine: the secret can be read\n").map(|()| Exit::Fine),
        Err(error) => {
            let diagnosis = client.diagnose(&error, &Subject::key(key.clone())).await;
            exit::print_of_others(&report::diagnosis(&error, &diagnosis)).map(|()| Exit::Found)
        }
    }
}

/// An answer that says no is what was to be found out; no answer is a failure.
fn refused(error: &SkmError) -> Result<Exit, Failure> {
    match error {
        SkmError::ServerCertificate(_)
        | SkmError::Unreachable(_)
        | SkmError::TimedOut { .. }
        | SkmError::Broken(_) => Err(Failure::new(report::with_sources(error))),
        _ => exit::print_of_others(&report::refusal(error)).map(|()| Exit::Found),
    }
}
