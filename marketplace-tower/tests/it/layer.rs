//! The layer over plain services, without sockets.

mod answers;
mod bodies;
mod order;
mod readiness;
mod refusals;
mod routes;
mod schemes;
mod secrets;
mod verified;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Extensions, HeaderMap, Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use marketplace_tower::MarketplaceBody;
use tower::util::BoxCloneService;
use tower::{Service, service_fn};

use crate::support::bodies::{Broken, TestBody};

const BODY: &str = r#"{"activity":"queryInstance","instanceId":"i-1"}"#;
const ANSWER: &str = r#"{"resultCode":"000000","resultMsg":"success."}"#;

/// What the wrapped service saw of its calls.
#[derive(Default)]
struct Seen {
    calls: AtomicUsize,
    requests: Mutex<Vec<SeenRequest>>,
}

struct SeenRequest {
    announced: Option<u64>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
}

impl Seen {
    fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    fn last(&self) -> SeenRequest {
        self.requests.lock().unwrap().pop().expect("the wrapped service was called")
    }
}

type Inner = BoxCloneService<Request<MarketplaceBody<TestBody>>, Response<TestBody>, Infallible>;

/// A service that answers [`ANSWER`], and tells what it saw.
fn inner() -> (Inner, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let sees = Arc::clone(&seen);
    let service = service_fn(move |request: Request<MarketplaceBody<TestBody>>| {
        let seen = Arc::clone(&sees);
        async move {
            seen.calls.fetch_add(1, SeqCst);
            let (head, body) = request.into_parts();
            let announced = body.size_hint().exact();
            let body = body.collect().await.map_or_else(|Broken| Bytes::new(), |body| body.to_bytes());
            let (headers, extensions) = (head.headers, head.extensions);
            seen.requests.lock().unwrap().push(SeenRequest { announced, headers, extensions, body });
            Ok(Response::new(TestBody::of(ANSWER)))
        }
    });
    (BoxCloneService::new(service), seen)
}

/// A service that answers with what `answer` makes.
pub(crate) fn answering<B: Send + 'static>(
    answer: impl Fn() -> Response<TestBody> + Clone + Send + 'static,
) -> impl Service<Request<MarketplaceBody<B>>, Response = Response<TestBody>, Error = Infallible, Future: Send>
+ Clone {
    service_fn(move |_| {
        let answer = answer.clone();
        async move { Ok(answer()) }
    })
}
