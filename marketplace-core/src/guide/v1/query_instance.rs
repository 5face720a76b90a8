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
