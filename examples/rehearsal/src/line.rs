//! KooGallery's line to one seller.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::wire::{RawAnswer, exchange};

/// KooGallery's line to one seller, and the numbers that it gives out. Clones are the same line.
#[derive(Debug, Clone)]
pub struct Line(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: SocketAddr,
    path: &'static str,
    calls: Arc<AtomicU64>,
}

/// An order line of the market.
#[derive(Debug, Clone)]
pub struct Order {
    /// The order.
    pub id: String,
    /// Its line.
    pub line: String,
}

impl Line {
    /// To the seller at this address, who has registered this path.
    #[must_use]
    pub fn new(address: SocketAddr, path: &'static str) -> Self {
        Self(Arc::new(Inner { address, path, calls: Arc::default() }))
    }

    /// To the same seller by another address, such as one of several machines. No number is given out by both.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self(Arc::new(Inner { address, path: self.0.path, calls: Arc::clone(&self.0.calls) }))
    }

    /// Where the seller is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.0.address, self.0.path)
    }

    /// A number that no other call has.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{:x}x{}", now_millis(), self.0.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Nonces are never used twice.
    #[must_use]
    pub fn nonce(&self) -> String {
        format!("nonce{}", self.number())
    }

    /// Each call has another one, also when it repeats one.
    #[must_use]
    pub fn business_id(&self) -> String {
        format!("business-{}", self.number())
    }

    /// An order line that the seller has not seen yet.
    #[must_use]
    pub fn order(&self) -> Order {
        let id = format!("CS{}", self.number());
        Order { line: format!("{id}-000001"), id }
    }

    /// Sends one request to the registered path, with this after it, and reads the answer to the end.
    ///
    /// # Errors
    ///
    /// There is no complete answer in time, or it is not HTTP/1.1.
    pub async fn exchange(
        &self,
        method: &str,
        after_path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<RawAnswer, String> {
        let Inner { address, path, .. } = &*self.0;
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let mut request = format!(
            "{method} {path}{after_path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
             Content-Type: application/json;charset=utf8\r\nContent-Length: {}\r\n{more}Connection: close\r\n\r\n",
            body.len(),
        )
        .into_bytes();
        request.extend_from_slice(body);
        exchange(*address, &request).await
    }
}

/// The time, as KooGallery writes it into a call.
#[must_use]
pub fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
