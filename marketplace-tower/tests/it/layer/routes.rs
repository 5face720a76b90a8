//! Which paths are the marketplace's.

use std::future::ready;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use marketplace_tower::{Layer, MarketplaceBody, Verified};
use tower::service_fn;

use super::{ANSWER, BODY, inner};
use crate::support::bodies::{Step, TestBody};
use crate::support::signing::{Call, request};
use crate::support::{INVALID_PARAMETER, KEY, layer, send};

/// Gives the body of the request back as it comes, frame for frame.
fn echo() -> impl tower::Service<
    Request<MarketplaceBody<TestBody>>,
    Response = Response<MarketplaceBody<TestBody>>,
    Error = &'static str,
> + Clone {
    service_fn(|request: Request<MarketplaceBody<TestBody>>| {
        if request.uri().path() == "/fails" {
            return ready(Err("its own"));
        }
        assert!(request.extensions().get::<Verified>().is_none());
        let mut response = Response::new(request.into_body());
        *response.status_mut() = StatusCode::ACCEPTED;
        ready(Ok(response))
    })
}

#[tokio::test]
async fn other_paths_pass_untouched() {
    let service = layer().with_routes(["/saasproduce"]).with_body_limit(10).layer(echo());
    for path in
        ["/", "/other", "/saasproduce/", "/Saasproduce", "//saasproduce", "/saasproduce%20", "/%73aasproduce"]
    {
        for method in [Method::GET, Method::POST] {
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            let steps =
                [Step::Data("one ".into()), Step::Yield, Step::Data("two, longer than the limit".into())];
            let body = TestBody::script(steps.into_iter().chain([Step::Trailers(trailers.clone())]));
            let mut passing = request(path, body.announcing(30));
            *passing.method_mut() = method;
            let answered = send(&service, passing).await.unwrap();
            assert_eq!(answered.status, StatusCode::ACCEPTED, "{path}");
            assert_eq!(answered.body, "one two, longer than the limit");
            assert_eq!(answered.trailers, Some(trailers));
            assert!(!answered.headers.contains_key("body-sign"));
            assert!(answered.headers.is_empty());
        }
    }
}

#[tokio::test]
async fn a_body_that_passes_is_streamed_and_not_collected() {
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    let service = layer().with_routes(["/saasproduce"]).layer(echo());
    let endless = TestBody::endless(1000).announcing(5);
    let tally = endless.tally();
    let mut response = service.clone().oneshot(request("/stream", endless)).await.unwrap();
    assert_eq!(tally.polls(), 0);
    assert_eq!(response.body().size_hint().exact(), Some(5));
    for frames in 1..4 {
        assert_eq!(response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap().len(), 1000);
        assert_eq!(tally.polls(), frames);
    }
    let mut broken = service.oneshot(request("/stream", TestBody::script([Step::Fail]))).await.unwrap();
    assert_eq!(broken.body_mut().frame().await.unwrap().unwrap_err().to_string(), "broken on cue");
}

#[tokio::test]
async fn an_error_on_another_path_passes_untouched() {
    let service = layer().with_routes(["/saasproduce"]).layer(echo());
    assert_eq!(send(&service, request("/fails", TestBody::default())).await.unwrap_err(), "its own");
}

#[tokio::test]
async fn several_paths_can_be_claimed() {
    let (inner, seen) = inner();
    let service = layer().with_routes(["/saasproduce", "/license".to_owned().as_str()]).layer(inner);
    for path in ["/saasproduce", "/license"] {
        let mut call = Call::new(BODY);
        path.clone_into(&mut call.path);
        assert_eq!(send(&service, call.request()).await.unwrap().body, ANSWER);
        let answered = send(&service, request(path, TestBody::default())).await.unwrap();
        assert_eq!(answered.body, INVALID_PARAMETER);
        assert!(answered.is_signed_by(KEY));
    }
    assert_eq!(seen.calls(), 2);
}

#[tokio::test]
async fn without_routes_every_path_is_the_marketplaces() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    for path in ["/", "/a/b", "*"] {
        let answered = send(&service, request(path, TestBody::default())).await.unwrap();
        assert!(answered.refusal.is_some());
    }
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn grpc_on_a_claimed_path_is_refused() {
    let (inner, seen) = inner();
    let service = layer().with_routes(["/saasproduce"]).layer(inner);
    let mut grpc = request("/saasproduce", TestBody::of(b"\0\0\0\0\0".as_slice()));
    grpc.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    let answered = send(&service, grpc).await.unwrap();
    assert_eq!(answered.slug(), Some("parameter-missing"));
    assert!(answered.is_signed_by(KEY));
    assert_eq!(seen.calls(), 0);
}
