//! Calls of a service in this process.

use std::error::Error;
use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt as _;
use marketplace_core::analysis::CapturedRequest;
use tokio::time::{Instant, timeout};
use tower_service::Service;

use crate::call_body::CallBody;
use crate::transport::{Exchanged, Framing, RawAnswer, Silence, Transport};

/// A service, of which each call gets a clone, as servers do it.
pub(crate) struct InProcess<S>(pub(crate) S);

impl<S, B> Transport for InProcess<S>
where
    S: Service<Request<CallBody>, Response = Response<B>> + Clone + Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    fn exchange<'t>(
        &'t mut self,
        request: &'t CapturedRequest,
        framing: Framing,
        patience: Duration,
    ) -> Exchanged<'t> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let begin = Instant::now();
            let request = http_request(request, framing)?;
            let answer = async move {
                poll_fn(|context| service.poll_ready(context)).await.map_err(broken)?;
                let (head, body) = service.call(request).await.map_err(broken)?.into_parts();
                let body = body.collect().await.map_err(broken)?.to_bytes();
                let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
                let headers = head
                    .headers
                    .iter()
                    .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                    .collect();
                Ok(RawAnswer { status: head.status.as_u16(), headers, body, took: begin.elapsed() })
            };
            timeout(patience, answer).await.unwrap_or(Err(Silence::TimedOut(patience)))
        })
    }

    fn keeps_spelling(&self) -> bool {
        false
    }
}

/// A service that fails closes the connection of the server around it.
fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> Silence {
    Silence::Closed(format!("by an error of the service: {}", error.into()))
}

fn http_request(request: &CapturedRequest, framing: Framing) -> Result<Request<CallBody>, Silence> {
    let mut builder = Request::builder().method(request.method.as_str()).uri(request.target.as_str());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    builder
        .body(CallBody::new(request.body.clone(), framing))
        .map_err(|error| Silence::Closed(format!("before it was made: {error}")))
}
