//! The bearer token of version 1.3.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::credentials::{UserKey, sensitive};
use super::error::SkmError;
use super::secret::SecretValue;
use crate::http_client::BaseAddress;
use crate::http_client::{Answer, RequestBody};

/// A token is renewed this long before it expires, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_secs(60);

/// The token that is in use. One call fetches it; others that need it wait for that call.
#[derive(Default)]
pub(super) struct TokenKeeper(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// How many were fetched.
    count: u64,
}

#[derive(Clone)]
pub(super) struct Token {
    /// `Bearer …`
    pub(super) header: HeaderValue,
    /// Which one it is.
    pub(super) number: u64,
    renew_at: Option<Instant>,
}

impl TokenKeeper {
    /// The token that is in use, or a new one: if there is none, if its time has come, or if it is this one that was refused.
    pub(super) async fn token<F>(
        &self,
        refused: Option<u64>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Token, SkmError>
    where
        F: Future<Output = Result<Answer, SkmError>>,
    {
        let mut kept = self.0.lock().await;
        if let Some(token) = &kept.token
            && Some(token.number) != refused
            && token.renew_at.is_none_or(|at| Instant::now() < at)
        {
            return Ok(token.clone());
        }
        kept.token = None;
        // Before it is asked for: its life does not begin later.
        let asked_at = Instant::now();
        let (header, life) = read(&fetch().await?)?;
        kept.count += 1;
        let renew_at = asked_at.checked_add(life.saturating_sub(MARGIN.min(life / 10)));
        let token = Token { header, number: kept.count, renew_at };
        kept.token = Some(token.clone());
        Ok(token)
    }
}

/// Asks for a token. `None` if the user's key cannot be sent.
pub(super) fn request(address: &BaseAddress, user: &UserKey) -> Option<Request<RequestBody>> {
    Request::builder()
        .method(Method::POST)
        .uri(address.join("")?)
        .header(AUTHORIZATION, user.basic_header()?)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(RequestBody::new(Bytes::from_static(b"grant_type=client_credentials")))
        .ok()
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretValue,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// The header, and how long it is good for.
fn read(answer: &Answer) -> Result<(HeaderValue, Duration), SkmError> {
    /// The shortest life that can be configured.
    const SHORTEST: u64 = 60;
    let failed = SkmError::Token { status: answer.status };
    let Ok(granted) = serde_json::from_slice::<Granted>(&answer.body) else { return Err(failed) };
    let token = granted.access_token.expose();
    let mut header = Zeroizing::new(String::with_capacity("Bearer ".len() + token.len()));
    header.extend(["Bearer ", token]);
    match sensitive(header) {
        Some(header) if answer.status.is_success() && !token.is_empty() => {
            Ok((header, Duration::from_secs(granted.expires_in.unwrap_or(SHORTEST))))
        }
        _ => Err(failed),
    }
}
