//! Who has no token learns nothing.

use rehearsal::Report;
use tonic::Code;

use super::grpc::Answer;
use super::running::Running;
use crate::admin::AdminToken;
use crate::admin::proto::ListRequest;

pub(super) async fn play(shop: &Running, report: &mut Report) {
    let wrong = AdminToken::new("this-is-not-the-token").ok();
    for (who, token) in [("no token", None), ("a wrong token", wrong.as_ref())] {
        for method in ["List", "Describe", "Watch", "NoSuchMethod"] {
            let path = format!("/shop.admin.v1.Instances/{method}");
            let outcome = match Answer::at(shop.channel(), &path, token, &ListRequest::default()).await {
                Ok(answer) => answer.ended_in_headers(Code::Unauthenticated).await,
                Err(why) => Err(why),
            };
            report.check(format_args!("{method} with {who} is UNAUTHENTICATED"), outcome);
        }
    }
    let outcome = match Answer::to(shop, "NoSuchMethod", &ListRequest::default()).await {
        Ok(answer) => answer.ended_in_headers(Code::Unimplemented).await,
        Err(why) => Err(why),
    };
    report.check("an unknown method with the token is UNIMPLEMENTED", outcome);
    let outcome = match shop.admin().list(ListRequest { page_size: 0, page_token: "x".to_owned() }).await {
        Err(status) if status.code() == Code::InvalidArgument => Ok(()),
        other => Err(format!("{other:?}")),
    };
    report.check("a page that there never was is INVALID_ARGUMENT", outcome);
}
