//! Faults that are put into the market on purpose.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use super::code::MarketCode;

/// An API of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// `GET` order query.
    QueryOrder,
    /// `POST` usage, with a signature of the body.
    PushUsage,
    /// `POST` usage, the old way.
    PushUsageOld,
    /// `POST`: a licence code is activated.
    ActivateLicence,
    /// `POST`: the state of a licence code.
    QueryLicence,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::QueryOrder, Self::PushUsage, Self::PushUsageOld, Self::ActivateLicence, Self::QueryLicence];

    /// `order-query`, `usage`, `usage-old`, `licence-activate` or `licence-query`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QueryOrder => "order-query",
            Self::PushUsage => "usage",
            Self::PushUsageOld => "usage-old",
            Self::ActivateLicence => "licence-activate",
            Self::QueryLicence => "licence-query",
        }
    }

    /// The API of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.name() == name)
    }
}

/// What goes wrong with a request, however right it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is answered with this code, and nothing is taken.
    Code(MarketCode),
    /// A proxy in front answers 502 with a page that is no JSON. Nothing is taken.
    BadGateway,
    /// The connection is closed, and nothing was taken.
    CloseBeforeAnswer,
    /// Everything is done as it should be, and then the connection is closed in place of the answer.
    CloseAfterTaking,
    /// Nobody answers, and nothing was taken.
    Hang,
    /// Everything is done as it should be, and nobody answers.
    HangAfterTaking,
}

impl Fault {
    /// `MKT.0999` with status 500.
    pub const INTERNAL_500: Self = Self::Code(MarketCode::Internal);
    /// `MKT.0250` with status 406.
    pub const THROTTLED_406: Self = Self::Code(MarketCode::Overlimit);
    /// `APIGW.0308` with status 429: the gateway throttles.
    pub const THROTTLED_429: Self = Self::Code(MarketCode::Throttled);
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Code(code) => code.code(),
            Self::BadGateway => "bad-gateway",
            Self::CloseBeforeAnswer => "close-before-answer",
            Self::CloseAfterTaking => "close-after-taking",
            Self::Hang => "hang",
            Self::HangAfterTaking => "hang-after-taking",
        })
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let named = [
            Self::BadGateway,
            Self::CloseBeforeAnswer,
            Self::CloseAfterTaking,
            Self::Hang,
            Self::HangAfterTaking,
        ];
        let named = named.into_iter().find(|fault| fault.to_string() == text);
        named.or_else(|| MarketCode::of(text).map(Self::Code)).ok_or(UnknownFault)
    }
}

/// A word that is no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not one of bad-gateway, close-before-answer, close-after-taking, hang, hang-after-taking, or a code such as MKT.0999"
)]
pub struct UnknownFault;

/// The faults to come.
#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<Planned>);

#[derive(Debug)]
struct Planned {
    left: usize,
    fault: Fault,
    of: Option<Api>,
}

impl Faults {
    pub(super) fn plan(&mut self, left: usize, fault: Fault, of: Option<Api>) {
        self.0.push_back(Planned { left, fault, of });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault of the next request to this API: the first that was planned for it, or for any.
    pub(super) fn next(&mut self, api: Api) -> Option<Fault> {
        self.0.retain(|planned| planned.left > 0);
        let planned = self.0.iter_mut().find(|planned| planned.of.is_none_or(|of| of == api))?;
        planned.left -= 1;
        Some(planned.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_the_order_of_their_planning() {
        let mut faults = Faults::default();
        faults.plan(0, Fault::BadGateway, None);
        faults.plan(1, Fault::Hang, Some(Api::PushUsage));
        faults.plan(2, Fault::INTERNAL_500, None);
        assert_eq!(faults.next(Api::QueryOrder), Some(Fault::INTERNAL_500));
        assert_eq!(faults.next(Api::PushUsage), Some(Fault::Hang));
        assert_eq!(faults.next(Api::PushUsage), Some(Fault::INTERNAL_500));
        assert_eq!(faults.next(Api::PushUsage), None);
    }

    #[test]
    fn a_fault_is_read_as_it_is_written() {
        for fault in [Fault::BadGateway, Fault::CloseAfterTaking, Fault::Hang, Fault::THROTTLED_429] {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!("on-fire".parse::<Fault>(), Err(UnknownFault));
    }
}
