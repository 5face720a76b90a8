//! What a client can send its calls through.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};

use bytes::Buf;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;
use zeroize::Zeroizing;

use super::body::RequestBody;
use crate::BoxError;

/// What a client can send its calls through: every `tower` service of HTTP that can be cloned.
///
/// It is implemented for all of them, and by nothing else: a `Service<Request<RequestBody>, Response = Response<B>>` whose body
/// `B` is any `http_body::Body`. So a client's calls can pass through layers of the seller's: limits, tracing, a proxy.
pub trait HttpService: sealed::Exchange {}

impl<S: sealed::Exchange> HttpService for S {}

/// An answer, read to its end.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer {
    pub(crate) status: StatusCode,
    #[cfg_attr(not(feature = "open-api"), allow(dead_code, reason = "not every client asks for them"))]
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// Why there is none.
#[doc(hidden)]
#[derive(Debug)]
pub enum Failure {
    Transport(BoxError),
    TooLong,
}

mod sealed {
    use super::{Answer, Failure, Future, Request, RequestBody};

    pub trait Exchange: Clone + Send + Sync + 'static {
        /// Sends a request, and reads the answer if it has no more bytes than this.
        fn exchange(
            &self,
            request: Request<RequestBody>,
            limit: usize,
        ) -> impl Future<Output = Result<Answer, Failure>> + Send;
    }
}

impl<S, B> sealed::Exchange for S
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    async fn exchange(&self, request: Request<RequestBody>, limit: usize) -> Result<Answer, Failure> {
        let failed = |error: S::Error| Failure::Transport(error.into());
        let mut service = self.clone();
        poll_fn(|context| service.poll_ready(context)).await.map_err(failed)?;
        let (head, body) = service.call(request).await.map_err(failed)?.into_parts();
        let body = collect(pin!(body), limit).await?;
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

/// All of a body, in one piece of memory that is wiped in the end.
async fn collect<B>(mut body: Pin<&mut B>, limit: usize) -> Result<Zeroizing<Vec<u8>>, Failure>
where
    B: Body<Error: Into<BoxError>>,
{
    let (mut pieces, mut length) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let frame = frame.map_err(|error| Failure::Transport(error.into()))?;
        if let Ok(piece) = frame.into_data() {
            length += piece.remaining();
            if length > limit {
                return Err(Failure::TooLong);
            }
            pieces.push(piece);
        }
    }
    // Once and for all: a buffer that grows leaves copies behind.
    let mut whole = Zeroizing::new(Vec::with_capacity(length));
    for mut piece in pieces {
        while piece.has_remaining() {
            let chunk = piece.chunk();
            whole.extend_from_slice(chunk);
            piece.advance(chunk.len());
        }
    }
    Ok(whole)
}
