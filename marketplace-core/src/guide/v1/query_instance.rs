//! `queryInstance`: what a customer sees of an instance.
//!
//! Pages: `zh-cn_topic_0070649185` (2024-07-17), `topic_0070649081` (2024-06-12). They limit `instanceId` to 64 and take up to
//! 100 ids in it.

use marketplace_macros::message;

use super::{AppInfo, UsageInfo, encrypt_type};
use crate::call::{CallText, InstanceIds};
use crate::handler::{Context, Request, StandIn, Subject};
use crate::reply::{AnswersLater, Encoded, ReplyOf};
use crate::{Answer, DecodeError, Fault, FieldTooLong, Mode, Text};

message! {
    /// Asks for one instance or several, up to 100: for what is paid per use, and packages.
    ///
    /// Which answer the vendor wants for an unknown id in a list is not documented. Leave it out; if none is known, it is
    /// `000003`.
    pub request QueryInstance = get "queryInstance" {
        /// The ids that are asked for.
        #[wire("instanceId")] instance_ids: InstanceIds,
    }
}

message! {
    /// Answers a `queryInstance` with one entry for each instance.
    pub reply QueryInstanceReply {
        /// One entry for each instance; with none, the answer becomes `000003`, because success without data is none.
        info: Vec<InstanceInfo>,
    }
}

message! {
    /// One instance.
    pub reply part InstanceInfo {
        /// Its id.
        instance_id: Text<64>,
        /// How the customer logs in.
        app_info: Option<AppInfo>,
        /// What was used: one entry, and of a package one for each chargeable item.
        usage_info: Option<Vec<UsageInfo>>,
    }
}

impl Request for QueryInstance {
    const ACTIVITY: &'static str = "queryInstance";

    fn decode(text: CallText) -> Result<Self, DecodeError> {
        Self::__decode(text)
    }

    fn mode(&self) -> Mode {
        self.mode()
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Query(self.instance_ids())
    }

    fn stand_in(&self, stand_in: &StandIn) -> Answer {
        let entry = |id| {
            let app_info = AppInfo::new(stand_in.front_end_url.clone())?;
            InstanceInfo::new(id)?.with_app_info(app_info)
        };
        let info: Result<Vec<_>, FieldTooLong> = self.instance_ids().iter().map(entry).collect();
        match info.and_then(QueryInstanceReply::new) {
            Ok(reply) => Answer::encoded(Encoded::success(&reply)),
            Err(error) => Answer::from(Fault::from(error)),
        }
    }
}

impl ReplyOf<QueryInstance> for QueryInstanceReply {
    fn encode(self, _: &Context) -> Result<Encoded, Fault> {
        if self.info().is_empty() {
            return Err(Fault::instance_not_found());
        }
        encrypt_type::success(&self, self.info().iter().filter_map(InstanceInfo::app_info))
    }
}

impl AnswersLater for QueryInstance {}

#[cfg(test)]
mod tests {
    use super::super::signed::{context, sealed};
    use super::*;
    use crate::seal::KeySize;
    use crate::{Amount, MarketTime};

    #[test]
    fn reads_the_example_of_the_page() {
        let request = QueryInstance::from_query(
            "activity=queryInstance&instanceId=inst-0001%2Cinst-0002&testFlag=1&timeStamp=20230327065233980&authToken=Eh%2F3Ud%2BR1j3d%2FwOui5CAcvRipM8IuribvgkXfJAsTfE%3D",
        )
        .unwrap();
        assert_eq!(request.instance_ids().iter().collect::<Vec<_>>(), ["inst-0001", "inst-0002"]);
        assert!(request.mode().is_debug());
        let stand_in = StandIn { front_end_url: Text::from_static("https://shop.example/") };
        assert_eq!(
            request.stand_in(&stand_in).body(),
            r#"{"resultCode":"000000","resultMsg":"success.","info":[{"instanceId":"inst-0001","appInfo":{"frontEndUrl":"https://shop.example/"}},{"instanceId":"inst-0002","appInfo":{"frontEndUrl":"https://shop.example/"}}]}"#
        );
    }

    fn entry(id: &str, size: Option<KeySize>) -> InstanceInfo {
        let app_info = AppInfo::new("https://f").unwrap();
        let app_info = match size {
            Some(size) => app_info.with_user_name(sealed(size, "qwertyuiopasdfgh", "admin")).unwrap(),
            None => app_info,
        };
        InstanceInfo::new(id).and_then(|info| info.with_app_info(app_info)).unwrap()
    }

    #[test]
    fn writes_the_whole_table() {
        let usage = UsageInfo::new(
            "1.5".parse::<Amount>().unwrap(),
            "20230327065233980".parse::<MarketTime>().unwrap(),
        )
        .and_then(|usage| usage.with_related_instance_id("r"))
        .and_then(|usage| usage.with_dashboard_url("https://d"))
        .unwrap();
        let info = entry("i", Some(KeySize::Aes256)).with_usage_info(vec![usage]).unwrap();
        let reply = QueryInstanceReply::new(vec![entry("j", None), info]).unwrap();
        assert_eq!(
            reply.encode(&context()).unwrap().body,
            r#"{"resultCode":"000000","resultMsg":"success.","encryptType":"1","info":[{"instanceId":"j","appInfo":{"frontEndUrl":"https://f"}},{"instanceId":"i","appInfo":{"frontEndUrl":"https://f","userName":"qwertyuiopasdfghO3V2kN7Yk1ZpAi64hwNJcw=="},"usageInfo":[{"relatedInstanceId":"r","usageValue":1.5,"statisticalTime":"20230327065233980","dashboardUrl":"https://d"}]}]}"#
        );
    }

    #[test]
    fn a_mix_of_sizes_is_a_fault_and_success_without_an_instance_none() {
        let encode = |info| QueryInstanceReply::new(info).unwrap().encode(&context()).map(drop);
        let mix =
            vec![entry("i", Some(KeySize::Aes256)), entry("j", None), entry("k", Some(KeySize::Aes128))];
        assert_eq!(encode(mix).unwrap_err().code(), crate::ResultCode::INTERNAL_ERROR);
        assert_eq!(encode(Vec::new()).unwrap_err().code(), crate::ResultCode::INSTANCE_NOT_FOUND);
    }
}
