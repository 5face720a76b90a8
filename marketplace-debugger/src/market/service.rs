//! The requests that come in.

use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{DATE, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use marketplace_core::open_api::path;
use tower_service::Service;

use super::answer::{Envelope, Told, bad_gateway};
use super::code::MarketCode;
use super::fault::{Api, Fault};
use super::handled::Handled;
use super::state::Shared;
use super::{control, gateway, licence, push, query};

/// The gateway takes bodies of up to 12 MB ("API Gateway, calling APIs" 2026-02-09).
const LONGEST_BODY: usize = 12 << 20;

/// Answers requests.
#[derive(Debug, Clone)]
pub(super) struct Desk(pub(super) Arc<Shared>);

/// The connection is closed in place of an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
pub(super) struct Closed;

type Answered = Result<Response<Full<Bytes>>, Closed>;

impl<B> Service<Request<B>> for Desk
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Closed;
    type Future = Pin<Box<dyn Future<Output = Answered> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = match Limited::new(body, LONGEST_BODY).collect().await {
                Ok(body) => Some(body.to_bytes()),
                Err(error) if error.is::<http_body_util::LengthLimitError>() => None,
                // The client left.
                Err(_) => return Err(Closed),
            };
            match handle(&shared, &head, body.as_deref()) {
                Some(answered) => answered.map(|answer| dated(&shared, answer)),
                None => match pending::<Infallible>().await {},
            }
        })
    }
}

/// A seller tells by the header `Date` whose clock is wrong: here it is the market's own.
fn dated(shared: &Shared, mut answer: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let now = UNIX_EPOCH + Duration::from_secs(shared.second().unix_seconds());
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(now)) {
        answer.headers_mut().insert(DATE, date);
    }
    answer
}

/// Nothing, if nobody answers.
fn handle(shared: &Shared, head: &Parts, body: Option<&[u8]>) -> Option<Answered> {
    let mut handled = Handled {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        status: None,
        code: None,
        fault: None,
    };
    let api = api(head);
    handled.fault = api.and_then(|api| {
        let mut state = shared.state();
        *state.calls.entry(api).or_default() += 1;
        state.faults.next(api)
    });
    let is_lost = matches!(handled.fault, Some(Fault::BadGateway | Fault::CloseBeforeAnswer | Fault::Hang));
    let answer = (!is_lost).then(|| match (handled.fault, body) {
        (_, None) => Told::new(MarketCode::TooLarge).answer(Envelope::Result, 0),
        (Some(Fault::Code(code)), _) => {
            Told::about(code, "on purpose").answer(envelope(shared, api), shared.changed())
        }
        (_, Some(body)) => control::answer(shared, head, body).unwrap_or_else(|| {
            let told =
                api.map_or_else(|| Told::new(MarketCode::NoSuchApi), |api| told(shared, api, head, body));
            told.answer(envelope(shared, api), shared.changed())
        }),
    });
    let answered = match (handled.fault, answer) {
        (Some(Fault::BadGateway), _) => Some(Ok(bad_gateway())),
        (Some(Fault::CloseBeforeAnswer | Fault::CloseAfterTaking), _) => Some(Err(Closed)),
        (Some(Fault::Hang | Fault::HangAfterTaking), _) | (_, None) => None,
        (_, Some(answer)) => {
            handled.code = Some(answer.code.clone());
            Some(Ok(answer.into_response()))
        }
    };
    if let Some(Ok(response)) = &answered {
        handled.status = Some(response.status().as_u16());
    }
    shared.changed();
    if let Some(observer) = &shared.settings.observer {
        observer(&handled);
    }
    answered
}

fn api(head: &Parts) -> Option<Api> {
    Some(match (&head.method, head.uri.path()) {
        (&Method::GET, path::QUERY_ORDER) => Api::QueryOrder,
        (&Method::POST, path::PUSH_USAGE) => Api::PushUsage,
        (&Method::POST, path::PUSH_USAGE_OLD) => Api::PushUsageOld,
        (&Method::POST, path::ACTIVATE_LICENCE) => Api::ActivateLicence,
        (&Method::POST, path::QUERY_LICENCE) => Api::QueryLicence,
        _ => return None,
    })
}

fn envelope(shared: &Shared, api: Option<Api>) -> Envelope {
    match api {
        _ if shared.settings.has_old_envelope => Envelope::Cbc,
        Some(Api::PushUsageOld) => Envelope::Error,
        _ => Envelope::Result,
    }
}

/// What a request is told that nothing is done to on purpose.
fn told(shared: &Shared, api: Api, head: &Parts, body: &[u8]) -> Told {
    let settings = &shared.settings;
    let (now, second) = (shared.now(), shared.second());
    let mut state = shared.state();
    let is_optional = api == Api::PushUsage && !settings.wants_authorization;
    if (!is_optional || head.headers.contains_key(http::header::AUTHORIZATION))
        && let Err(told) = gateway::authenticate(&mut state.lock, settings, head, body, now)
    {
        return told;
    }
    if let (Api::PushUsage | Api::PushUsageOld, Err(told)) = (api, push::is_json(head)) {
        return told;
    }
    match api {
        Api::QueryOrder => query::order(&state, settings, head, second),
        Api::PushUsage => match push::is_signed(&mut state, settings, head, body, now) {
            Ok(()) => push::take(&mut state, settings, body, false, second),
            Err(told) => told,
        },
        Api::PushUsageOld => push::take(&mut state, settings, body, true, second),
        Api::ActivateLicence | Api::QueryLicence => licence::answer(&state, api, body, second),
    }
}
