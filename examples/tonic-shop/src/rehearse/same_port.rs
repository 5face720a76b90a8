//! What is whose is decided by the path, and by nothing that a stranger can choose.

use marketplace_tower::signature::BodySign;
use rehearsal::Report;
use tonic::Code;

use super::grpc::Answer;
use super::running::Running;
use crate::admin::proto::ListRequest;
use crate::stack::ENDPOINT;

pub(super) async fn play(shop: &Running, report: &mut Report) {
    let market = shop.koogallery();
    let outcome = market.post("000002", "", b"{}").await;
    report.check("a call without a signature is refused, and the refusal is signed", outcome);
    let outcome = grpc_at_the_endpoint(shop).await;
    report.check("a gRPC call of the marketplace's path is refused, and the refusal is signed", outcome);
    let outcome =
        match Answer::at(shop.channel(), "/no.such.Service/List", None, &ListRequest::default()).await {
            Ok(answer) => answer.ended_in_headers(Code::Unimplemented).await,
            Err(why) => Err(why),
        };
    report.check("a gRPC service that is not there is UNIMPLEMENTED, and not the marketplace's", outcome);
}

async fn grpc_at_the_endpoint(shop: &Running) -> Result<(), String> {
    let token = Some(shop.token());
    let answer = Answer::at(shop.channel(), ENDPOINT, token, &ListRequest::default()).await?;
    let (head, body) = answer.collect().await?;
    // HTTP/2 has no capitals: there it is `body-sign`.
    let sign = head.headers.get("body-sign").and_then(|sign| sign.to_str().ok()).ok_or("it is not signed")?;
    match BodySign::verify(shop.koogallery().key(), &body, sign) {
        Ok(true) if body.starts_with(br#"{"resultCode":"000002""#) => Ok(()),
        Ok(true) => Err(format!("answered {}", String::from_utf8_lossy(&body))),
        _ => Err(format!("`{sign}` does not sign the answer")),
    }
}
