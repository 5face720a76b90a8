//! How `Body-Sign` is spelled: only raw bytes tell.

use marketplace_core::Guide;
use marketplace_debugger::{Billing, Report};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::{console, failed};

const RULE: &str = "the header is spelled `Body-Sign`";

/// axum's own server writes header names in lower case, but for what the layer does about it: here nothing.
#[tokio::test]
async fn lower_case_is_red_over_sockets_and_nothing_else() {
    let router = axum::Router::new().route_service("/saasproduce", Infallible(Broken::new(Fault::None)));
    let serving = Serving::axum(router).await;
    let report = console(Guide::V2, Billing::Period).check_url(&serving.url()).await.unwrap();
    is_red(&report, "body-sign");
}

/// A proxy that writes `Body-sign`, which the vendor's FAQ names.
#[tokio::test]
async fn one_capital_is_not_enough() {
    let serving = Serving::start(Broken::new(Fault::None)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}/saasproduce", listener.local_addr().unwrap());
    let seller = serving.url().trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let proxying = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass_on(client, seller.clone()));
        }
    });
    let report = console(Guide::V1, Billing::Period).check_url(&proxy).await.unwrap();
    proxying.abort();
    is_red(&report, "Body-sign");
}

fn is_red(report: &Report, spelled: &str) {
    assert_eq!(failed(report), [RULE], "{}", report.to_terminal());
    let check = report.failed().next().unwrap();
    assert_eq!((check.slug, check.console().unwrap().0), ("body-sign-spelling", 5));
    assert!(report.to_terminal().contains(&format!("spelled `{spelled}`")), "{}", report.to_terminal());
}

/// One request to the seller, and the answer back.
async fn pass_on(mut client: TcpStream, seller: String) {
    let mut seller = TcpStream::connect(seller).await.unwrap();
    let (mut from_client, mut to_client) = client.split();
    let (mut from_seller, mut to_seller) = seller.split();
    let back = async {
        let mut answer = Vec::new();
        from_seller.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8(answer).unwrap().replace("Body-Sign", "Body-sign");
        to_client.write_all(text.as_bytes()).await
    };
    tokio::select! {
        _ = back => {}
        _ = async {
            // Ends when the console has read its answer.
            let _ = tokio::io::copy(&mut from_client, &mut to_seller).await;
            std::future::pending::<()>().await;
        } => {}
    }
}

/// axum wants services that do not fail.
#[derive(Clone)]
pub(crate) struct Infallible(pub(crate) Broken);

impl tower_service::Service<axum::extract::Request> for Infallible {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), std::convert::Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: axum::extract::Request) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async { Ok(answer.await.unwrap().map(axum::body::Body::new)) })
    }
}
