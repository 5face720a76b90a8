//! Is the way from KooGallery to the seller open, and does an answer arrive as it has to?
//!
//! [`Doctor::examine`] connects, sends calls that are not signed, and reads the bytes of the answers: refusals are signed,
//! too. What a library of HTTP would hide is what it looks at: the spelling of `Body-Sign`, what TLS agrees to speak, what the
//! proxies in between say of themselves.
//!
//! ```no_run
//! use marketplace_debugger::doctor::Doctor;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let examination = Doctor::new().examine("https://shop.example/saasproduce").await?;
//! assert!(examination.is_fine(), "{}", examination.to_terminal());
//! # Ok(()) }
//! ```

mod connection;
mod error;
mod examination;
mod exchange;
mod finding;
mod judge;
mod proxy;

use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::wire::{Address, TrustedRoots};
use connection::{Connection, Speaks};
use exchange::Answer;

pub use error::Unreachable;
pub use examination::Examination;
pub use finding::{Finding, FindingCode};

/// Looks at a seller's endpoint from outside.
#[derive(Debug, Clone)]
pub struct Doctor {
    limit: Duration,
    patience: Duration,
    roots: TrustedRoots,
}

impl Doctor {
    /// One who finds answers slow after 5 seconds, waits for 20, as the vendor's console does, and trusts the authorities
    /// that Mozilla trusts.
    #[must_use]
    pub fn new() -> Self {
        let roots = TrustedRoots::default();
        Self { limit: Duration::from_secs(5), patience: Duration::from_secs(20), roots }
    }

    /// After how long an answer is slow.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// How long an answer is waited for.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Trusts these authorities instead: for a server on the desk.
    #[must_use]
    pub fn with_roots(mut self, roots: TrustedRoots) -> Self {
        self.roots = roots;
        self
    }

    /// Connects and calls. It takes two calls, and for `https` at most two connections.
    ///
    /// # Errors
    ///
    /// [`Unreachable`], if there is no answer to look at.
    pub async fn examine(&self, url: &str) -> Result<Examination, Unreachable> {
        let address: Address = url.parse()?;
        let mut examination = Examination::new(url, &address);
        let mut connection = self.connect(&address, &[Speaks::Http2, Speaks::Http1]).await?;
        examination.note_connection(&connection);
        if connection.speaks() == Some(Speaks::Http2) {
            examination.findings.push(Finding::http2_preferred());
            // This is what a client without HTTP/2 gets.
            connection = match self.connect(&address, &[Speaks::Http1]).await {
                Ok(connection) => connection,
                Err(error) => {
                    examination.findings.push(Finding::http1_refused(&error));
                    return Ok(examination);
                }
            };
        }
        let answer = self.call(&mut connection, &address).await?;
        examination.note_answer(&answer);
        if answer.may_continue && self.call(&mut connection, &address).await.is_ok() {
            examination.keeps_connection = true;
        }
        judge::judge(&answer, self.limit, &mut examination);
        Ok(examination)
    }

    async fn connect(&self, address: &Address, offered: &[Speaks]) -> Result<Connection, Unreachable> {
        let connecting = connection::connect(address, offered, &self.roots);
        timeout(self.patience, connecting)
            .await
            .unwrap_or(Err(Unreachable::NoConnection("nobody answers".to_owned())))
    }

    async fn call(&self, connection: &mut Connection, address: &Address) -> Result<Answer, Unreachable> {
        let began = Instant::now();
        let exchange = exchange::call(connection, address);
        let mut answer =
            timeout(self.patience, exchange).await.unwrap_or(Err(Unreachable::TooSlow(self.patience)))?;
        answer.took = began.elapsed();
        Ok(answer)
    }
}

impl Default for Doctor {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
