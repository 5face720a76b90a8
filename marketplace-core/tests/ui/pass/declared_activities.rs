//! Activities that the guide does not have yet, with a reply of their own and without; no words are imported.

#![deny(missing_docs, warnings)]

use marketplace_core::{Fault, Provisioning, marketplace_handler, v2};

/// The shop.
#[derive(Debug)]
pub struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, _: v2::NewInstance) -> Result<v2::NewInstanceReply, Fault> {
        Ok(v2::NewInstanceReply::new("1")?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: v2::QueryInstance) -> Result<Provisioning<v2::QueryInstanceReply>, Fault> {
        Ok(Provisioning::Pending)
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: v2::ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(
        "orderAudit",
        request = OrderAudit { order_id: Text<64>, lines: Option<Vec<Text<64>>>, #[wire("type")] kind: i64, since: MarketTime },
        reply = Audited { ticket: Text<64>, memo: Option<Text<1024>>, secret: Option<SecretText<8>>, prices: Vec<Amount> },
    )]
    async fn audit(&self, ask: OrderAudit) -> Result<Audited, Fault> {
        assert_eq!(ask.order_id(), "CS1");
        assert_eq!(ask.kind(), 7);
        let _ = (ask.lines().map(|lines| lines.len()), ask.since());
        let audited = Audited::new(ask.order_id(), Vec::new())?.with_memo("thorough")?.with_secret("canary")?;
        assert_eq!(audited.memo().map(|memo| memo.as_str()), Some("thorough"));
        Ok(audited.with_result_msg("audited")?)
    }

    #[activity("ping", request = Ping {})]
    async fn ping(&self, _: Ping) -> Result<(), Fault> {
        Ok(())
    }

    #[activity("hint", request = Hint { }, reply = Hinted { text: Option<Text<9>> })]
    async fn hint(&self, _: Hint) -> Result<Hinted, Fault> {
        Ok(Hinted::new())
    }
}

fn main() {}
