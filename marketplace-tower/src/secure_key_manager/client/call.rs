//! One call.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::super::envelope::judge;
use super::super::error::{Scrub, SkmError, Stage, classify};
use super::super::secret::to_json;
use super::super::token;
use super::super::version::ApiVersion;
use super::Client;
use crate::http_client::{Answer, Failure, HttpService, RequestBody};

const MAC: HeaderName = HeaderName::from_static("x-toast-client-mac-addr");
const USER_ID: HeaderName = HeaderName::from_static("x-tc-authentication-id");
const USER_SECRET: HeaderName = HeaderName::from_static("x-tc-authentication-secret");
const BEARER: HeaderName = HeaderName::from_static("x-nhn-authorization");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// No answer is longer: a hundred keys with descriptions, or one secret.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// What is asked.
pub(in super::super) struct Call {
    operation: &'static str,
    method: Method,
    /// `None`: that of the credentials.
    version: Option<ApiVersion>,
    /// Behind the appkey, with a slash in front.
    path: String,
    body: Bytes,
}

impl Call {
    pub(in super::super) fn new(operation: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self { operation, method, version: None, path: path.into(), body: Bytes::new() }
    }

    pub(in super::super) fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path)
    }

    pub(in super::super) fn post(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::POST, path)
    }

    pub(in super::super) fn put(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::PUT, path)
    }

    pub(in super::super) fn with(mut self, message: &impl Serialize) -> Self {
        self.body = to_json(message);
        self
    }

    /// In another version than that of the credentials.
    pub(in super::super) fn in_version(mut self, version: ApiVersion) -> Self {
        self.version = Some(version);
        self
    }
}

impl<S: HttpService> Client<S> {
    /// Sends a call and reads its answer, both within the deadline.
    pub(in super::super) async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, SkmError> {
        let limit = self.shared.call_deadline;
        let secrets = self.shared.credentials.secrets().chain(self.mac());
        let scrub = Scrub::new(secrets, &call.body);
        let answered = timeout(limit, self.answer(&call, &scrub)).await;
        let answer = answered.map_err(|_| SkmError::TimedOut { stage: Stage::Call, limit })??;
        judge(call.operation, answer.status, &answer.body, &scrub)
    }

    async fn answer(&self, call: &Call, scrub: &Scrub<'_>) -> Result<Answer, SkmError> {
        let Some(token) = self.token(None, scrub).await? else {
            return self.send(call, None, scrub).await;
        };
        let answer = self.send(call, Some(token.header), scrub).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        // It was refused before anything was done, so it can be sent again.
        let token = self.token(Some(token.number), scrub).await?;
        self.send(call, token.map(|token| token.header), scrub).await
    }

    /// The token, for version 1.3.
    async fn token(&self, refused: Option<u64>, scrub: &Scrub<'_>) -> Result<Option<token::Token>, SkmError> {
        let shared = &self.shared;
        let (Some(user), Some(address)) = (shared.credentials.for_token(), &shared.token_address) else {
            return Ok(None);
        };
        let fetch = || async move {
            let request = token::request(address, user);
            let request = request.ok_or(SkmError::Token { status: StatusCode::BAD_REQUEST })?;
            self.exchange(request, scrub).await
        };
        shared.tokens.token(refused, fetch).await.map(Some)
    }

    async fn send(
        &self,
        call: &Call,
        bearer: Option<HeaderValue>,
        scrub: &Scrub<'_>,
    ) -> Result<Answer, SkmError> {
        let request = self.request(call, bearer);
        let request = request.ok_or_else(|| SkmError::Broken("the request cannot be written".into()))?;
        self.exchange(request, scrub).await
    }

    fn request(&self, call: &Call, bearer: Option<HeaderValue>) -> Option<Request<RequestBody>> {
        let shared = &self.shared;
        let version = call.version.unwrap_or_else(|| self.version());
        let app_key = shared.credentials.app_key().expose();
        let path = format!("/keymanager/{version}/appkey/{app_key}{}", call.path);
        let mut request = Request::builder().method(&call.method).uri(shared.base.join(&path)?);
        let headers = request.headers_mut()?;
        headers.insert(ACCEPT, JSON);
        if !call.body.is_empty() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        if let Some(mac) = &shared.mac {
            headers.insert(MAC, mac.clone());
        }
        if let Some(user) = shared.credentials.in_headers() {
            headers.insert(USER_ID, user.id_header()?);
            headers.insert(USER_SECRET, user.secret_header()?);
        }
        if let Some(bearer) = bearer {
            headers.insert(BEARER, bearer);
        }
        request.body(RequestBody::new(call.body.clone())).ok()
    }

    async fn exchange(&self, request: Request<RequestBody>, scrub: &Scrub<'_>) -> Result<Answer, SkmError> {
        self.service.exchange(request, ANSWER_LIMIT).await.map_err(|failure| match failure {
            Failure::Transport(error) => classify(error, scrub),
            Failure::TooLong => SkmError::AnswerTooLong { limit: ANSWER_LIMIT },
        })
    }

    fn mac(&self) -> Option<&str> {
        self.shared.mac.as_ref().and_then(|mac| mac.to_str().ok())
    }
}
