//! What KooGallery and strangers get to see of it.

use std::convert::Infallible;

use http::{Request, Response};
use marketplace_tower::{Layer, MarketplaceBody, MarketplaceLayer, Replay};
use tower::{Service, service_fn};

use super::{direct, now, until_accepted, until_refused};
use crate::support::bodies::TestBody;
use crate::support::signing::Call;
use crate::support::{FOREIGN_KEY, INTERNAL_ERROR, KEY, ring, send};

const BODY: &str = r#"{"activity":"releaseInstance","instanceId":"i-1"}"#;

/// A layer by the machine's clock, as the store is.
fn service(
    replay: &Replay,
) -> impl Service<Request<TestBody>, Response = Response<MarketplaceBody<TestBody>>, Error = Infallible>
+ Clone
+ use<> {
    MarketplaceLayer::new(ring(), replay.clone()).layer(service_fn(
        |_: Request<MarketplaceBody<TestBody>>| async {
            Ok::<_, Infallible>(Response::new(TestBody::of("{}")))
        },
    ))
}

/// Signed after the store began.
fn call() -> Call {
    Call::new(BODY).with_timestamp(super::fresh().signed_at.0)
}

#[tokio::test]
async fn an_outage_is_a_signed_answer_that_makes_koogallery_try_again() {
    let mut server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let service = service(&replay);
    let before = call();
    assert_eq!(send(&service, before.request()).await.unwrap().slug(), None);
    assert_eq!(send(&service, before.request()).await.unwrap().slug(), Some("replayed"));

    server.kill();
    let during = call();
    for _ in 0..3 {
        let answered = send(&service, during.request()).await.unwrap();
        assert_eq!(answered.slug(), Some("replay-store-failed"));
        assert_eq!(answered.status, 200);
        assert_eq!(answered.body, INTERNAL_ERROR);
        assert!(answered.is_signed_by(KEY));
        let detail = answered.refusal.unwrap().to_string();
        assert!(detail.contains(&format!("127.0.0.1:{}", server.port())), "{detail}");
    }

    server.restart().unwrap();
    until_accepted(&replay).await;
    // KooGallery signs anew what it sends again; what it signed before may have been accepted before.
    assert_eq!(send(&service, call().request()).await.unwrap().slug(), None);
    assert_eq!(send(&service, before.request()).await.unwrap().slug(), Some("replay-forgotten"));
}

#[tokio::test]
async fn a_server_that_hangs_is_a_signed_answer_too() {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let service = service(&replay);
    server.pause().unwrap();
    let answered = send(&service, call().request()).await.unwrap();
    assert_eq!(answered.slug(), Some("replay-store-failed"));
    assert_eq!(answered.body, INTERNAL_ERROR);
    assert!(answered.is_signed_by(KEY));
    server.go_on().unwrap();
    until_accepted(&replay).await;
    assert_eq!(send(&service, call().request()).await.unwrap().slug(), None);
}

#[tokio::test]
async fn strangers_put_nothing_into_it() {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let service = service(&replay);
    let mut direct = direct(&server);
    let mut entries = || ::redis::cmd("DBSIZE").query::<u64>(&mut direct).unwrap();
    for _ in 0..500 {
        let forged = call().with_key(FOREIGN_KEY);
        assert_eq!(send(&service, forged.request()).await.unwrap().slug(), Some("signature"));
        let stale = Call::new(BODY).with_timestamp(now().0 - 100_000);
        assert_eq!(send(&service, stale.request()).await.unwrap().slug(), Some("stale-timestamp"));
    }
    assert_eq!(entries(), 0);
    send(&service, call().request()).await.unwrap();
    assert_eq!(entries(), 1);
}

#[tokio::test]
async fn the_operator_reads_why_without_the_password() {
    let mut server = servers::Redis::start(&["--requirepass", "canary-password"]).unwrap();
    let url = server.url().replace("redis://", "redis://:canary-password@");
    let events = crate::support::events::Events::catch();
    let replay = Replay::redis(&url).await.unwrap();
    until_accepted(&replay).await;
    server.kill();
    until_refused(&replay).await;
    server.restart().unwrap();
    until_accepted(&replay).await;
    let told: Vec<_> = events.take_ours().into_iter().map(|line| line.text).collect();
    for line in ["the replay store is lost", "the replay store is back", "has been restarted or replaced"] {
        assert!(told.iter().any(|text| text.contains(line)), "{line}: {told:?}");
    }
    assert!(!told.iter().any(|text| text.contains("canary")), "{told:?}");
}
