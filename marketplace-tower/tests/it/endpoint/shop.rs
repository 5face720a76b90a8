//! A seller that does what the test plans, and writes everything down.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use marketplace_tower::v2::{
    AppInfo, ChangeInstanceCheck, InstanceInfo, NewInstance, NewInstanceReply, OrderNotify, QueryInstance,
    QueryInstanceReply, RefreshInstance, ReleaseInstance, UpdateInstanceStatus, UpgradeInstance,
};
use marketplace_tower::{
    Fault, FieldTooLong, InstanceId, IntoFault, Provisioning, ResultCode, Verified, marketplace_handler,
};
use tokio::sync::{Notify, Semaphore};

use crate::support::within;

pub(super) struct Shop(pub(super) Arc<Till>);

/// What the next purchase does.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Plan {
    #[default]
    Ready,
    Pending,
    /// Says so as a failure.
    PendingFault,
    Fail,
    Panic,
    NameAnother,
    /// Waits until the test opens the gate.
    Wait,
    WaitAndPanic,
    Sleep(Duration),
}

/// What the test and the shop share.
pub(super) struct Till {
    log: Mutex<Vec<String>>,
    plans: Mutex<VecDeque<Plan>>,
    pub(super) gate: Semaphore,
    noted: Notify,
}

impl Default for Till {
    fn default() -> Self {
        Self { log: Mutex::default(), plans: Mutex::default(), gate: Semaphore::new(0), noted: Notify::new() }
    }
}

impl Till {
    pub(super) fn plan(&self, plans: impl IntoIterator<Item = Plan>) {
        self.plans.lock().unwrap().extend(plans);
    }

    pub(super) fn note(&self, line: impl Into<String>) {
        self.log.lock().unwrap().push(line.into());
        self.noted.notify_waiters();
    }

    /// What was written down since the last time.
    pub(super) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    /// Waits until this is written down.
    pub(super) async fn noted(&self, line: &str) {
        loop {
            let mut noted = std::pin::pin!(self.noted.notified());
            noted.as_mut().enable();
            if self.log.lock().unwrap().iter().any(|known| known == line) {
                return;
            }
            within(noted).await;
        }
    }

    /// What the next purchase does.
    pub(super) fn next_plan(&self) -> Plan {
        self.plans.lock().unwrap().pop_front().unwrap_or_default()
    }

    pub(super) async fn pass_gate(&self) {
        self.gate.acquire().await.unwrap().forget();
    }
}

/// Tells when it is dropped.
struct Dropped(Arc<Till>, &'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

#[marketplace_handler(billing = period)]
impl Shop {
    #[activity(newInstance)]
    async fn open(
        &self,
        order: NewInstance,
        instance: InstanceId,
    ) -> Result<Provisioning<NewInstanceReply>, ShopError> {
        let till = &self.0;
        till.note(format!("open {} {instance}", order.order_id()));
        match till.next_plan() {
            Plan::Ready => {}
            Plan::Pending => return Ok(Provisioning::Pending),
            Plan::PendingFault => return Err(ShopError::NotYet),
            Plan::Fail => return Err(ShopError::OutOfTenants),
            Plan::Panic => panic!("as the test wants it"),
            Plan::NameAnother => return Ok(Provisioning::Ready(NewInstanceReply::new("another")?)),
            Plan::Wait => till.pass_gate().await,
            Plan::Sleep(long) => tokio::time::sleep(long).await,
            Plan::WaitAndPanic => {
                till.pass_gate().await;
                till.note("panics");
                panic!("as the test wants it");
            }
        }
        till.note(format!("opened {instance}"));
        let reply =
            NewInstanceReply::new(&instance)?.with_result_msg(format!("welcome {}", order.order_id()))?;
        Ok(Provisioning::Ready(reply))
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let mut infos = Vec::new();
        for id in query.instance_ids().iter() {
            self.0.note(format!("describe {id}"));
            match id {
                "unknown" => return Err(ShopError::NoSuchTenant),
                "slow" => {
                    let _dropped = Dropped(Arc::clone(&self.0), "describe dropped");
                    self.0.pass_gate().await;
                    self.0.note("described slow");
                }
                "panic" => panic!("as the test wants it"),
                "none" => continue,
                _ => {}
            }
            infos.push(InstanceInfo::new(id)?.with_app_info(AppInfo::new("https://shop.example/")?)?);
        }
        Ok(QueryInstanceReply::new(infos)?)
    }

    #[activity(refreshInstance)]
    async fn renew(&self, change: RefreshInstance, instance: InstanceId) -> Result<(), ShopError> {
        self.0.note(format!("renew {instance} {} {}", change.scene().as_str(), change.expire_time()));
        if change.instance_id() == "slow" {
            let _dropped = Dropped(Arc::clone(&self.0), "renew dropped");
            self.0.pass_gate().await;
            self.0.note("renewed slow");
        }
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: UpdateInstanceStatus) -> Result<(), ShopError> {
        self.0.note(format!("freeze {} {}", change.instance_id(), change.status().as_str()));
        if change.instance_id() == "slow" {
            self.0.pass_gate().await;
        }
        if change.instance_id() == "unknown" { Err(ShopError::NoSuchTenant) } else { Ok(()) }
    }

    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance, signed: Bytes, call: Verified) -> Result<(), ShopError> {
        assert_eq!(&signed, call.body());
        self.0.note(format!("close {} of {} bytes", end.instance_id(), signed.len()));
        if end.instance_id() == "panic" {
            panic!("as the test wants it");
        }
        Ok(())
    }

    #[activity(upgradeInstance)]
    async fn upgrade(&self, change: UpgradeInstance) -> Result<(), ShopError> {
        self.0.note(format!("upgrade {} {}", change.instance_id(), change.order_id()));
        Ok(())
    }

    #[activity(changeInstanceCheck)]
    async fn may_change(&self, check: ChangeInstanceCheck) -> Result<(), ShopError> {
        let product = check.product_info().first().unwrap();
        self.0.note(format!("may change {} {}", check.instance_id(), product.sku_code().unwrap()));
        Err(ShopError::SoldOut)
    }

    #[activity(orderNotify)]
    async fn notified(&self, order: OrderNotify) -> Result<(), ShopError> {
        self.0.note(format!("notified {}", order.order_id()));
        Ok(())
    }

    #[activity(
        "orderAudit",
        request = OrderAudit { order_id: Text<64>, reason: Option<Text<8>> },
        reply = Audited { ticket: Text<64>, memo: Option<Text<1024>> },
    )]
    async fn audit(&self, ask: OrderAudit) -> Result<Audited, ShopError> {
        self.0.note(format!("audit {} {:?}", ask.order_id(), ask.reason()));
        Ok(Audited::new(format!("ticket-{}", ask.order_id()))?.with_memo("审计")?)
    }
}

pub(super) enum ShopError {
    OutOfTenants,
    NotYet,
    NoSuchTenant,
    SoldOut,
    Reply(FieldTooLong),
}

impl From<FieldTooLong> for ShopError {
    fn from(error: FieldTooLong) -> Self {
        Self::Reply(error)
    }
}

/// What only the operator is told of [`ShopError::OutOfTenants`].
pub(super) const CAUSE: &str = "tenant table of db-7 is full";

impl IntoFault for ShopError {
    fn into_fault(self) -> Fault {
        match self {
            Self::OutOfTenants => {
                Fault::new(ResultCode::INTERNAL_ERROR, "no tenant is free").with_source(CAUSE)
            }
            Self::NotYet => Fault::processing(),
            Self::NoSuchTenant => Fault::instance_not_found(),
            Self::SoldOut => Fault::new(ResultCode::SOLD_OUT, "sold out"),
            Self::Reply(error) => error.into(),
        }
    }
}
