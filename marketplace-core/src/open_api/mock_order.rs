//! The orders for trying a seller out.

use serde_json::{Value, json};

use super::{Order, OrderInfo, Site};
use crate::UtcTime;

/// An order that nobody placed, which the order query of every seller knows: for the debugging page of the Seller Console.
///
/// "Querying an order": `topic_0070649116`, `zh-cn_topic_0000002497812372`, EU `en-us_topic_000033` (2025-03-13). `MONTY` is the
/// vendor's spelling. What [`MOCKPERIODYEARNEW`](Self::PeriodYearNew) is answered with was seen; the others here are made after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MockOrder {
    /// `MOCKPERIODYEARNEW`: new, by period.
    PeriodYearNew,
    /// `MOCKONETIMENEW`: new, once.
    OneTimeNew,
    /// `MOCKONDEMAND`: new, pay per use. Not in Europe.
    OnDemand,
    /// `MOCKONDEMANDPKG`: new, a package of pay-per-use. Not in Europe.
    OnDemandPackage,
    /// `MOCKPERIODDAYTRIAL`: a trial.
    PeriodDayTrial,
    /// `MOCKMONTYTRIALTOFORMAL`: a trial becomes a purchase.
    TrialToFormal,
    /// `MOCKMONTYUNSUBSCRIBE`: a purchase is taken back.
    Unsubscribe,
    /// `MOCKMONTYRENEW`: a renewal.
    Renew,
    /// `MOCKMONTYCHANGE`: another specification.
    Change,
}

impl MockOrder {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::PeriodYearNew,
        Self::OneTimeNew,
        Self::OnDemand,
        Self::OnDemandPackage,
        Self::PeriodDayTrial,
        Self::TrialToFormal,
        Self::Unsubscribe,
        Self::Renew,
        Self::Change,
    ];

    /// Its `orderId`.
    #[must_use]
    pub fn order_id(self) -> &'static str {
        match self {
            Self::PeriodYearNew => "MOCKPERIODYEARNEW",
            Self::OneTimeNew => "MOCKONETIMENEW",
            Self::OnDemand => "MOCKONDEMAND",
            Self::OnDemandPackage => "MOCKONDEMANDPKG",
            Self::PeriodDayTrial => "MOCKPERIODDAYTRIAL",
            Self::TrialToFormal => "MOCKMONTYTRIALTOFORMAL",
            Self::Unsubscribe => "MOCKMONTYUNSUBSCRIBE",
            Self::Renew => "MOCKMONTYRENEW",
            Self::Change => "MOCKMONTYCHANGE",
        }
    }

    /// The mock order of this `orderId`.
    #[must_use]
    pub fn of(order_id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mock| mock.order_id() == order_id)
    }

    /// Does the order query of this site know it?
    #[must_use]
    pub fn is_known_on(self, site: Site) -> bool {
        site != Site::Europe || !matches!(self, Self::OnDemand | Self::OnDemandPackage)
    }

    /// The `orderLineId` of its only line.
    #[must_use]
    pub fn order_line_id(self) -> String {
        line_of(self.order_id())
    }

    /// The order under other ids, as if it were placed now: what a debugging call about an order that does not exist is shown.
    #[must_use]
    pub fn stand_in(self, order_id: &str, order_line_id: Option<&str>, now: UtcTime) -> Option<Order> {
        let line = order_line_id.map_or_else(|| line_of(order_id), str::to_owned);
        let info = OrderInfo::from_json(&self.json_of(order_id, &line, now).to_string()).ok()?;
        Order::line_of(info, &line)
    }

    /// The object `orderInfo` that the order query answers with.
    #[must_use]
    pub fn json(self, now: UtcTime) -> String {
        self.json_of(self.order_id(), &self.order_line_id(), now).to_string()
    }

    fn json_of(self, order_id: &str, line: &str, now: UtcTime) -> Value {
        const DAY: u64 = 24 * 60 * 60;
        let (order_type, mode, period) = match self {
            Self::PeriodYearNew => ("NEW", "PERIOD", Some(("year", 365))),
            Self::OneTimeNew => ("NEW", "ONE_TIME", None),
            Self::OnDemand => ("NEW", "ON_DEMAND", None),
            Self::OnDemandPackage => ("NEW", "ON_DEMAND_PKG", Some(("month", 31))),
            Self::PeriodDayTrial => ("TRIAL", "PERIOD", Some(("day", 1))),
            Self::TrialToFormal => ("TRIAL_TO_FORMAL", "PERIOD", Some(("month", 31))),
            Self::Unsubscribe => ("UNSUBSCRIBE", "PERIOD", Some(("month", 31))),
            Self::Renew => ("RENEW", "PERIOD", Some(("month", 31))),
            Self::Change => ("CHANGE", "PERIOD", Some(("month", 31))),
        };
        let mut order_line = json!({
            "orderLineId": line,
            "chargingMode": mode,
            "productInfo": [{
                "productId": "OFFI000000000000000000",
                "skuCode": "00000000-0000-4000-8000-000000000000",
                "linearValue": 50,
                "productName": "mock product",
            }],
            "extendParams": [
                { "name": "emailDomainName", "value": "test.example.com" },
                { "name": "ip", "value": "127.0.0.1" },
            ],
            "currency": "100",
            "currencyAfterDiscount": "100",
        });
        if let (Some((period, days)), Some(members)) = (period, order_line.as_object_mut()) {
            let end = UtcTime::from_unix_seconds((now.unix_seconds() / DAY + days) * DAY + DAY - 1);
            members.insert("periodType".into(), period.into());
            members.insert("periodNumber".into(), 1.into());
            members.insert("expireTime".into(), digits(end.unwrap_or(UtcTime::MAX)).into());
        }
        json!({
            "orderId": order_id,
            "orderType": order_type,
            "createTime": digits(now),
            "orderLine": [order_line],
            "buyerInfo": {
                "mobilePhone": "18600000000",
                "email": null,
                "customerId": "00000000000000000000000000000000",
                "customerName": "mock_user_01",
                "customerRealName": "mock user",
                "customerType": 0,
                "userId": null,
                "userName": null,
            },
            "extendParams": [],
        })
    }
}

fn line_of(order_id: &str) -> String {
    format!("{order_id}-000001")
}

/// `yyyyMMddHHmmss`
fn digits(time: UtcTime) -> String {
    time.to_string().replace(['T', 'Z'], "")
}

#[cfg(test)]
mod tests {
    use super::super::{ChargingMode, OrderType};
    use super::*;

    #[test]
    fn each_has_an_order_of_its_kind() {
        let now = "20241121090846Z".replace("090846", "T090846").parse().unwrap();
        for mock in MockOrder::ALL {
            assert_eq!(MockOrder::of(mock.order_id()), Some(mock));
            let info = OrderInfo::from_json(&mock.json(now)).unwrap();
            let order = Order::line_of(info, &mock.order_line_id()).unwrap();
            assert!(order.product().is_some());
            assert_eq!(order.info().create_time(), Some("20241121090846"));
            let is_period = order.line().charging_mode() == Some(&ChargingMode::Period);
            assert!(!is_period || order.line().expire_time().is_some());
            assert!(!matches!(order.info().order_type(), OrderType::Other(_)));
        }
        let year = OrderInfo::from_json(&MockOrder::PeriodYearNew.json(now)).unwrap();
        assert_eq!(year.lines()[0].expire_time(), Some("20251121235959"));
        assert_eq!(MockOrder::of("CS2207261447AUY4H"), None);
    }

    #[test]
    fn europe_knows_no_pay_per_use() {
        let known = |site| MockOrder::ALL.into_iter().filter(|mock| mock.is_known_on(site)).count();
        assert_eq!([Site::China, Site::International, Site::Europe].map(known), [9, 9, 7]);
    }

    #[test]
    fn a_stand_in_has_the_ids_of_the_call() {
        let order = MockOrder::Renew.stand_in("CS1", Some("L"), UtcTime::MAX).unwrap();
        assert_eq!((order.info().order_id(), order.line().order_line_id()), ("CS1", "L"));
        let order = MockOrder::Renew.stand_in("CS1", None, UtcTime::MAX).unwrap();
        assert_eq!(order.line().order_line_id(), "CS1-000001");
    }
}
