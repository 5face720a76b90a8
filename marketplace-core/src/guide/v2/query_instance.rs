//! `queryInstance`: what a customer sees of an instance.
//!
//! Pages: `topic_0070649093` (2025-11-18), EU `en-us_topic_000010` (2023-09-01), `zh-cn_topic_0070649428` (2025-11-13; adds
//! `usageInfo`). Asked again and again after `newInstance`, and each time a customer opens the details of a resource.

use marketplace_macros::message;

use crate::call::{CallText, InstanceIds};
use crate::handler::{Context, Request, StandIn, Subject};
use crate::reply::{AnswersLater, Encoded, ReplyOf};
use crate::{Amount, Answer, DecodeError, Fault, FieldTooLong, MarketTime, Mode, SecretText, Text};

message! {
    /// Asks for one instance or several, up to 100.
    ///
    /// While one of them is still being set up the answer is `000004`: see [`Provisioning`](crate::Provisioning) and
    /// [`Fault::processing`]. An unknown one is `000003`. A changed address has to show at once.
    pub request QueryInstance = "queryInstance" {
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
        /// How the customer logs in. The debugging console demands it; leave it out only if it reaches the customer otherwise.
        app_info: Option<AppInfo>,
        /// What was used: for pay-per-use instances and packages, one entry for each chargeable item (China site).
        usage_info: Option<Vec<UsageInfo>>,
    }
}

message! {
    /// How a customer logs in. In V2 all of it travels as plain text.
    pub reply part AppInfo {
        /// Where the customer works.
        front_end_url: Text<512>,
        /// Where an administrator works.
        admin_url: Option<Text<512>>,
        /// The administrator's account.
        user_name: Option<Text<128>>,
        /// The administrator's first password.
        password: Option<SecretText<128>>,
        /// Notes for the customer; may hold Chinese.
        memo: Option<Text<1024>>,
    }
}

message! {
    /// What was used of an instance (China site, pages of 2025).
    pub reply part UsageInfo {
        /// The pay-per-use instance that a package belongs to.
        related_instance_id: Option<Text<64>>,
        /// The total used so far; of a package, the amount used.
        usage_value: Amount,
        /// Until when it was counted, UTC.
        statistical_time: MarketTime,
        /// Where the customer sees the usage.
        dashboard_url: Option<Text<512>>,
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
        if self.info().is_empty() { Err(Fault::instance_not_found()) } else { Ok(Encoded::success(&self)) }
    }
}

impl AnswersLater for QueryInstance {}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(ids: &str) -> Result<QueryInstance, String> {
        let body = format!(r#"{{"activity":"queryInstance","instanceId":"{ids}","testFlag":"1"}}"#);
        QueryInstance::from_json(body).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_up_to_a_hundred_ids() {
        let one = query("10e758d0-31ad-4c4b-8f1b-81d03469a10e").unwrap();
        assert_eq!(one.instance_ids().iter().collect::<Vec<_>>(), ["10e758d0-31ad-4c4b-8f1b-81d03469a10e"]);
        assert_eq!(query("a, b ,c").unwrap().instance_ids().iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        let hundred = vec!["x".repeat(64); 100].join(",");
        assert_eq!(hundred.len(), 6499);
        assert_eq!(query(&hundred).unwrap().instance_ids().iter().count(), 100);
    }

    #[test]
    fn names_the_rule_that_a_list_breaks() {
        for (ids, rule) in [
            (String::new(), "is empty"),
            ("a,,b".to_owned(), "id 2 is empty"),
            ("a,".to_owned(), "id 2 is empty"),
            (vec!["x"; 101].join(","), "more than 100 ids"),
            (format!("a,{}", "x".repeat(65)), "id 2: 65 UTF-16 units, the limit is 64"),
        ] {
            let error = query(&ids).unwrap_err();
            assert!(error.starts_with(&format!("`instanceId`: {rule}")), "{error}");
        }
    }

    #[test]
    fn a_stand_in_shows_every_instance_and_the_sellers_address() {
        let stand_in = StandIn { front_end_url: Text::new("https://shop.example/").unwrap() };
        let answer = query("huaiweitest123456,b").unwrap().stand_in(&stand_in);
        assert_eq!(
            answer.body(),
            r#"{"resultCode":"000000","resultMsg":"success.","info":[{"instanceId":"huaiweitest123456","appInfo":{"frontEndUrl":"https://shop.example/"}},{"instanceId":"b","appInfo":{"frontEndUrl":"https://shop.example/"}}]}"#
        );
    }

    #[test]
    fn writes_the_whole_table() {
        let usage =
            UsageInfo::new("1.5".parse::<Amount>().unwrap(), "20221124023618".parse::<MarketTime>().unwrap())
                .unwrap()
                .with_related_instance_id("r")
                .unwrap()
                .with_dashboard_url("https://d")
                .unwrap();
        let app = AppInfo::new("https://f")
            .and_then(|app| app.with_admin_url("https://a"))
            .and_then(|app| app.with_user_name("admin"))
            .and_then(|app| app.with_password("secret"))
            .and_then(|app| app.with_memo("备注"))
            .unwrap();
        assert!(!format!("{app:?}").contains("secret"));
        let info = InstanceInfo::new("i")
            .and_then(|info| info.with_app_info(app))
            .and_then(|info| info.with_usage_info(vec![usage]));
        let reply = QueryInstanceReply::new(vec![info.unwrap()]).unwrap();
        assert_eq!(
            Encoded::success(&reply).body,
            r#"{"resultCode":"000000","resultMsg":"success.","info":[{"instanceId":"i","appInfo":{"frontEndUrl":"https://f","adminUrl":"https://a","userName":"admin","password":"secret","memo":"\u5907\u6ce8"},"usageInfo":[{"relatedInstanceId":"r","usageValue":1.5,"statisticalTime":"20221124023618000","dashboardUrl":"https://d"}]}]}"#
        );
    }

    #[test]
    fn every_field_has_its_limit() {
        let long = |units: usize| "x".repeat(units);
        assert!(InstanceInfo::new(long(64)).is_ok() && InstanceInfo::new(long(65)).is_err());
        assert!(AppInfo::new(long(512)).is_ok());
        assert_eq!(
            AppInfo::new(long(513)).unwrap_err(),
            FieldTooLong { field: "frontEndUrl", limit: 512, length: 513 }
        );
        let app = || AppInfo::new("u").unwrap();
        assert!(app().with_admin_url(long(512)).is_ok() && app().with_admin_url(long(513)).is_err());
        assert!(app().with_user_name(long(128)).is_ok() && app().with_user_name(long(129)).is_err());
        assert!(app().with_password(long(128)).is_ok() && app().with_password(long(129)).is_err());
        assert!(app().with_memo(long(1024)).is_ok() && app().with_memo(long(1025)).is_err());
        let reply = || QueryInstanceReply::new(Vec::new()).unwrap();
        assert!(reply().with_result_msg(long(255)).is_ok() && reply().with_result_msg(long(256)).is_err());
        let usage = || {
            UsageInfo::new("1".parse::<Amount>().unwrap(), "20221124023618".parse::<MarketTime>().unwrap())
                .unwrap()
        };
        assert!(
            usage().with_related_instance_id(long(64)).is_ok()
                && usage().with_related_instance_id(long(65)).is_err()
        );
        assert!(
            usage().with_dashboard_url(long(512)).is_ok() && usage().with_dashboard_url(long(513)).is_err()
        );
    }
}
