//! A market that answers as the test plans, and writes down what it was asked.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Mutex;
use std::time::Duration;

use marketplace_tower::{MockOrder, OrderInfo, Orders, StoreFuture};
use tokio::sync::{Notify, Semaphore};

use crate::support::within;

#[derive(Default)]
pub(super) enum Plan {
    #[default]
    Answer,
    /// With a cause.
    Fail,
    Panic,
    Hang,
    /// Until the test opens the gate.
    Wait,
    Sleep(Duration),
    /// The order that was asked for, with another line.
    OtherLine,
    OtherOrder,
    TwoLines,
}

pub(super) struct Market {
    log: Mutex<Vec<String>>,
    plans: Mutex<VecDeque<Plan>>,
    asked: Notify,
    pub(super) gate: Semaphore,
}

impl Default for Market {
    fn default() -> Self {
        Self { log: Mutex::default(), plans: Mutex::default(), asked: Notify::new(), gate: Semaphore::new(0) }
    }
}

impl Market {
    pub(super) fn plan(&self, plans: impl IntoIterator<Item = Plan>) {
        self.plans.lock().unwrap().extend(plans);
    }

    /// What it was asked since the last time: `order/line`.
    pub(super) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    /// Waits until it is asked, unless it was.
    pub(super) async fn asked(&self) {
        within(self.asked.notified()).await;
    }

    async fn answer(
        &self,
        order: &str,
        line: Option<&str>,
    ) -> Result<OrderInfo, Box<dyn Error + Send + Sync>> {
        self.log.lock().unwrap().push(match line {
            Some(line) => format!("{order}/{line}"),
            None => order.to_owned(),
        });
        self.asked.notify_one();
        let plan = self.plans.lock().unwrap().pop_front().unwrap_or_default();
        let (mut order, mut line) = (order, line);
        match plan {
            Plan::Answer => {}
            Plan::Fail => return Err(Refused { cause: "the key of AK-7 is wrong".into() }.into()),
            Plan::Panic => panic!("as the test wants it"),
            Plan::Hang => std::future::pending().await,
            Plan::Wait => self.gate.acquire().await.unwrap().forget(),
            Plan::Sleep(long) => tokio::time::sleep(long).await,
            Plan::OtherLine => line = Some("another"),
            Plan::OtherOrder => order = "other",
            Plan::TwoLines => {
                return two_lines(order);
            }
        }
        let now = marketplace_core::UtcTime::MAX;
        Ok(MockOrder::PeriodYearNew.stand_in(order, line, now).unwrap().info().clone())
    }
}

fn two_lines(order: &str) -> Result<OrderInfo, Box<dyn Error + Send + Sync>> {
    let answer = serde_json::json!({
        "resultCode": "MKT.0000",
        "orderInfo": {
            "orderId": order,
            "orderType": "NEW",
            "orderLine": [{ "orderLineId": "first" }, { "orderLineId": format!("{order}-1") }],
        },
    });
    Ok(marketplace_core::open_api::read_order(answer.to_string().as_bytes())??)
}

#[derive(Debug, thiserror::Error)]
#[error("the market refused to tell")]
struct Refused {
    #[source]
    cause: Box<dyn Error + Send + Sync>,
}

impl Orders for Market {
    fn order<'a>(
        &'a self,
        order_id: &'a str,
        order_line_id: Option<&'a str>,
    ) -> StoreFuture<'a, Result<OrderInfo, Box<dyn Error + Send + Sync>>> {
        StoreFuture::boxed(self.answer(order_id, order_line_id))
    }
}
