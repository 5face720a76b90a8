use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower_service::Service;
use tracing::{debug, warn};

use super::Limits;
use super::head_timer::HeadTimer;
use super::wire::Wire;
use crate::TitleCaseHeaders;

/// Bounds the head of a request, and the trailers of a chunked one.
const MAX_HEAD: usize = 64 * 1024;

/// What hyper buffers of either direction before it waits. Not exact (buffers grow by doubling), hence [`MAX_HEAD`].
const MAX_BUFFER: usize = 64 * 1024;

/// Serves one connection to its end. Asks it to end early once `drain` is closed.
pub(super) async fn converse<S, B>(
    stream: TcpStream,
    service: S,
    limits: Limits,
    mut drain: watch::Receiver<()>,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Answers are written in one piece; waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "TCP_NODELAY was not set");
    }
    let heard = Arc::new(AtomicBool::new(false));
    let timer = HeadTimer::new(Arc::clone(&heard), limits.header_deadline, limits.keep_alive_idle);
    let wire = Wire::new(stream, heard, limits.write_stall);
    let connection = http1::Builder::new()
        .title_case_headers(true)
        .half_close(false)
        .max_buf_size(MAX_BUFFER)
        .max_header_size(MAX_HEAD)
        .timer(timer)
        .header_read_timeout(limits.header_deadline)
        .serve_connection(wire, TowerToHyperService::new(Marked(service)));
    let mut connection = pin!(connection);

    let outcome = tokio::select! {
        biased;
        outcome = connection.as_mut() => outcome,
        _ = drain.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match outcome {
        Ok(()) => {}
        Err(error) if error.is_user() => {
            warn!(
                error = &error as &(dyn Error + 'static),
                "the service failed, its connection is closed without an answer"
            );
        }
        Err(error) => debug!(error = &error as &(dyn Error + 'static), "the connection ended early"),
    }
}

/// Tells the layer that this server writes title case: it need not see to the spelling of `Body-Sign` itself.
#[derive(Clone)]
struct Marked<S>(S);

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for Marked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(TitleCaseHeaders);
        self.0.call(request)
    }
}
