//! No bytes make it panic or hang: valid inputs with mutations, and pure noise. All of it is read before or right after
//! a signature is verified, so that a stranger, or a mistake of the vendor's, chooses it.

mod cases;
mod market;
mod mutations;

use bytes::Bytes;
use marketplace_core::InstanceId;
use marketplace_core::call::CallText;
use marketplace_core::handler::{Request, StandIn, Subject};
use marketplace_core::v2::{
    ChangeInstanceCheck, NewInstance, OrderNotify, QueryInstance, RefreshInstance, ReleaseInstance,
    UpdateInstanceStatus, UpgradeInstance,
};

const EARLY: &str = include_str!("../data/new_instance_early.json");

/// Reads a body as the request of one activity, and looks at all that came of it.
fn read<R: Request>(text: &CallText) -> Result<(), String> {
    let request = R::decode(text.clone()).map_err(|error| {
        assert!(!error.to_string().is_empty());
        error.to_string()
    })?;
    assert!(format!("{request:?}").contains("mode"));
    match request.subject() {
        Subject::NewInstance { order, business_id } => {
            let candidate = InstanceId::suggested(business_id, &order);
            assert!(!order.order_id().is_empty());
            assert!(InstanceId::new(candidate.as_str()).is_ok());
        }
        Subject::Query(ids) => assert!((1..=100).contains(&ids.iter().count())),
        Subject::Instance(id) => assert!((1..=64).contains(&id.encode_utf16().count())),
        _ => {}
    }
    let answer = request.stand_in(&StandIn::default());
    assert!(answer.body().is_ascii() && answer.body().starts_with(br#"{"resultCode":"00000"#));
    Ok(())
}

type Reader = fn(&CallText) -> Result<(), String>;

const READERS: [Reader; 8] = [
    read::<NewInstance>,
    read::<QueryInstance>,
    read::<RefreshInstance>,
    read::<UpdateInstanceStatus>,
    read::<ReleaseInstance>,
    read::<UpgradeInstance>,
    read::<ChangeInstanceCheck>,
    read::<OrderNotify>,
];

/// Reads a body as the request with this number.
fn read_one(at: usize, body: &[u8]) -> Result<(), String> {
    let text = CallText::new(Bytes::copy_from_slice(body)).map_err(|error| error.to_string())?;
    if let Ok(activity) = text.activity() {
        assert!(!activity.is_empty());
    }
    READERS[at](&text)
}

/// Reads a body as every request that there is. Says as which of them it can be read.
fn read_all(body: &[u8]) -> [Result<(), String>; 8] {
    std::array::from_fn(|at| read_one(at, body))
}

/// One valid body for each request, in the order of `read_all`.
fn bodies() -> [String; 8] {
    let order = r#""orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001""#;
    [
        EARLY.trim_end().to_owned(),
        r#"{"activity":"queryInstance","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e, b,c","testFlag":"1"}"#.to_owned(),
        format!(r#"{{"activity":"refreshInstance","expireTime":"20221124023618256","instanceId":"1",{order},"scene":"RENEWAL"}}"#),
        r#"{"activity":"updateInstanceStatus","instanceId":"实例-1","status":"FREEZE","testFlag":0}"#.to_owned(),
        r#"{"activity":"releaseInstance","instanceId":"1","orderId":null}"#.to_owned(),
        format!(r#"{{"activity":"upgradeInstance","instanceId":"1",{order}}}"#),
        r#"{"activity":"changeInstanceCheck","instanceId":"1","productInfo":"[{\"productId\":\"P\",\"linearValue\":20.0,\"productName\":\"\\u4ea7\"}]"}"#.to_owned(),
        format!(r#"{{"activity":"orderNotify",{order},"testFlag":"0"}}"#),
    ]
}
