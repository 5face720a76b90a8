//! One run, from the plan to the report.

use std::sync::Arc;

use marketplace_core::{AccessKey, Guide};
use tokio::time::Instant;

use super::rules::{Rule, Rules};
use super::session::{Event, Session};
use super::signer::Signer;
use super::{CannotRun, Console, Plan};
use crate::case::Case;
use crate::check::Group;
use crate::report::Report;
use crate::transport::Transport;
use crate::wire::Address;
use crate::{debugging, life_cycle, refusals};

impl Console {
    pub(super) async fn check_over(
        self,
        transport: &mut dyn Transport,
        address: Option<&Address>,
        cases: Option<&[Case]>,
    ) -> Result<Report, CannotRun> {
        let Self { plan, overrides, .. } = &self;
        plan.check(overrides.keys().map(String::as_str), cases)?;
        let key = self.key_of(plan.guide).clone();
        let signer = Signer {
            guide: plan.guide,
            key,
            origin: address.map_or_else(String::new, Address::origin),
            path: address.map_or_else(|| self.path.clone(), |address| address.path().to_owned()),
            query: address.and_then(|address| address.query().map(ToOwned::to_owned)),
            clock: Arc::clone(&self.clock),
            overrides: overrides.clone(),
            run: run_id()?,
            count: 0,
        };
        let keeps_spelling = transport.keeps_spelling();
        let mut session = Session {
            transport,
            signer,
            rules: Rules::default(),
            checks: Vec::new(),
            cases: Vec::new(),
            deadline: self.deadline,
            patience: self.patience,
            oversize: self.oversize,
            observer: self.observer,
            calls: 0,
            timeouts: 0,
            hung_up: None,
        };
        let plan = self.plan;
        let begin = Instant::now();
        match cases {
            Some(cases) => replay(&mut session, &plan, cases).await,
            None => play(&mut session, &plan).await,
        }
        if !keeps_spelling {
            let why = "header names have no case in this process: `check_url` sees it";
            session.rules.leave_out(Rule::BodySignSpelling, why);
        }
        if plan.guide != Guide::V1 {
            let why = "this guide has no sealed credentials";
            session.rules.leave_out(Rule::EncryptType, why);
            session.rules.leave_out(Rule::CredentialsUnreadable, why);
        }
        let otherwise = session.hung_up.clone().unwrap_or_else(|| "no answer showed it".to_owned());
        let mut checks = session.rules.conclude(&otherwise);
        checks.retain(|check| cases.is_none() || check.group != Group::Refusals);
        checks.extend(session.checks);
        checks.sort_by_key(|check| check.group);
        let seller = address.map_or_else(|| "in process".to_owned(), ToString::to_string);
        let report = Report::new(seller, plan.guide, plan.billing, session.calls, checks, session.cases);
        Ok(report.with_time(begin.elapsed()))
    }

    fn key_of(&self, guide: Guide) -> &AccessKey {
        match guide {
            Guide::KitV1 | Guide::KitV2 => self.kit_key.as_ref().unwrap_or(&self.key),
            _ => &self.key,
        }
    }
}

async fn play(session: &mut Session<'_>, plan: &Plan) {
    let steps = if plan.debugging_only { 0 } else { life_cycle::steps(plan).len() };
    session.tell(Event::Planned(steps + debugging::count(plan) + refusals::count(plan)));
    life_cycle::play(session, plan).await;
    debugging::play(session, plan).await;
    refusals::play(session, plan).await;
}

async fn replay(session: &mut Session<'_>, plan: &Plan, cases: &[Case]) {
    session.tell(Event::Planned(cases.len()));
    for case in cases {
        let answer = session.call(case.name(), case.activity(), case.content()).await;
        let (name, activity) = (case.name(), case.activity());
        debugging::judge(session, plan, Group::Cases, "result-code", name, activity, answer.as_ref());
    }
}

/// What tells this run from others, and cannot be guessed by whoever saw another.
pub(crate) fn run_id() -> Result<String, CannotRun> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| CannotRun::Randomness(error.to_string()))?;
    Ok(const_hex::encode_upper(bytes))
}
