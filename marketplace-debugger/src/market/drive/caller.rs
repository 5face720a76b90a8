//! One call, as KooGallery makes it, and the judgement of its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use marketplace_core::Guide;

use crate::case::Content;
use crate::console::{Answer, CannotRun, Clock, Judge, Purpose, Rules, Signer, run_id};
use crate::fields::Fields;
use crate::transport::{Framing, Transport as _};
use crate::wire::Wire;

/// Calls one seller.
pub(super) struct Caller {
    wire: Wire,
    signer: Signer,
    patience: Duration,
    /// Was there any answer yet?
    pub(super) is_reached: bool,
}

impl Caller {
    pub(super) fn new(
        wire: Wire,
        key: marketplace_core::AccessKey,
        clock: Clock,
        patience: Duration,
    ) -> Result<Self, CannotRun> {
        let address = wire.address();
        let signer = Signer {
            guide: Guide::V2,
            key,
            origin: address.origin(),
            path: address.path().to_owned(),
            query: address.query().map(ToOwned::to_owned),
            clock,
            overrides: BTreeMap::new(),
            run: run_id()?,
            count: 0,
        };
        Ok(Self { wire, signer, patience, is_reached: false })
    }

    /// Tells this drive from others.
    pub(super) fn run(&self) -> &str {
        &self.signer.run
    }

    /// The answer, and what is wrong with its form; or why there is none.
    pub(super) async fn call(
        &mut self,
        activity: &str,
        fields: Fields,
    ) -> (Option<Answer>, Result<(), String>) {
        let signed = self.signer.sign(activity, Content::Fields(fields));
        let raw = match self.wire.exchange(&signed.request(), Framing::Length, self.patience).await {
            Ok(raw) => raw,
            Err(silence) => return (None, Err(silence.to_string())),
        };
        self.is_reached = true;
        let mut rules = Rules::default();
        let judge = Judge {
            rules: &mut rules,
            key: &self.signer.key,
            guide: self.signer.guide,
            deadline: self.patience,
            keeps_spelling: self.wire.keeps_spelling(),
            call: activity,
            purpose: Purpose::Ordinary,
            signature: None,
        };
        let answer = judge.judge(&raw);
        let complaints = rules.complaints();
        let form = if complaints.is_empty() { Ok(()) } else { Err(complaints.join(", ")) };
        (Some(answer), form)
    }
}
