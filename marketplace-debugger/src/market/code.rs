//! What the market and its gateway say.

use http::StatusCode;

/// A code of the documented tables, with the status and the words that go with it.
///
/// "Querying an order" (2024-11-21), "Pushing usage data (new)" (2025-11-13), licence codes (2025-07-03), and API Gateway's error
/// codes (2025-10-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MarketCode {
    /// `MKT.0000`
    Success,
    /// `MKT.0999`: the market's own error.
    Internal,
    /// `MKT.0100`: a value is out of range or has another form.
    Value,
    /// `MKT.0101`: a parameter is missing, unknown or superfluous.
    Parameter,
    /// `MKT.0102`: the body signature of a push.
    BodySign,
    /// `MKT.0199`: another fault of a parameter.
    Request,
    /// `MKT.0150`: it is not the seller's.
    IllegalOperation,
    /// `MKT.0151`: the caller is no seller.
    NoAuthority,
    /// `MKT.0154`: authentication failed.
    IllegalToken,
    /// `MKT.0250`: too many calls.
    Overlimit,
    /// `MKT.9001`
    NoSuchInstance,
    /// `MKT.9002`
    InvalidUsage,
    /// `MKT.9003`
    TooManyRecords,
    /// `MKT.9004`
    TooOld,
    /// `94060001`: the newer word for an error of the market's own.
    NewInternal,
    /// `94060002`: the newer word for failed authentication.
    NewAuthentication,
    /// `94060004`: the newer word for a fault of a parameter.
    NewParameter,
    /// `92020000`
    LicenceSuccess,
    /// `92020001`
    LicenceInternal,
    /// `92020002`
    LicenceParameter,
    /// `92020004`
    LicenceNotReceived,
    /// `92020005`
    NoSuchLicence,
    /// `APIGW.0101`: wrong path or method.
    NoSuchApi,
    /// `APIGW.0103`: nobody is behind the gateway.
    NoBackend,
    /// `APIGW.0201`: the body is too large.
    TooLarge,
    /// `APIGW.0301`: AK, SK, signature or clock.
    Authentication,
    /// `APIGW.0307`: a token has to be fetched again.
    TokenExpired,
    /// `APIGW.0308`: too many calls.
    Throttled,
}

use MarketCode::{
    Authentication, BodySign, IllegalOperation, IllegalToken, Internal, InvalidUsage, LicenceInternal,
    LicenceNotReceived, LicenceParameter, LicenceSuccess, NewAuthentication, NewInternal, NewParameter,
    NoAuthority, NoBackend, NoSuchApi, NoSuchInstance, NoSuchLicence, Overlimit, Parameter, Request, Success,
    Throttled, TokenExpired, TooLarge, TooManyRecords, TooOld, Value,
};

impl MarketCode {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Success,
        Internal,
        Value,
        Parameter,
        BodySign,
        Request,
        IllegalOperation,
        NoAuthority,
        IllegalToken,
        Overlimit,
        NoSuchInstance,
        InvalidUsage,
        TooManyRecords,
        TooOld,
        NewInternal,
        NewAuthentication,
        NewParameter,
        LicenceSuccess,
        LicenceInternal,
        LicenceParameter,
        LicenceNotReceived,
        NoSuchLicence,
        NoSuchApi,
        NoBackend,
        TooLarge,
        Authentication,
        TokenExpired,
        Throttled,
    ];

    /// The code with the prefix `MKT.`, if it is one of those.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The code of this name, such as `MKT.0999`.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// The status of HTTP. The licence codes are in no table with one; theirs are those of their like.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.entry().0
    }

    /// The words.
    #[must_use]
    pub fn message(self) -> &'static str {
        self.entry().2
    }

    /// Does the answer have `extra_info`?
    pub(super) fn has_extra_info(self) -> bool {
        matches!(self, Value | IllegalOperation | Overlimit | NoSuchInstance | InvalidUsage | TooOld)
    }

    fn entry(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Success => (S::OK, "MKT.0000", "Success"),
            Internal => (S::INTERNAL_SERVER_ERROR, "MKT.0999", "System internal error."),
            Value => (S::INTERNAL_SERVER_ERROR, "MKT.0100", "Failure of input parameter"),
            Parameter => (S::BAD_REQUEST, "MKT.0101", "Invalid parameter"),
            BodySign => (S::BAD_REQUEST, "MKT.0102", "Invalid body sign"),
            Request => (S::BAD_REQUEST, "MKT.0199", "Request parameter error"),
            IllegalOperation => (S::UNAUTHORIZED, "MKT.0150", "Illegal operation"),
            NoAuthority => (S::UNAUTHORIZED, "MKT.0151", "No authority"),
            IllegalToken => (S::UNAUTHORIZED, "MKT.0154", "Illegal token"),
            Overlimit => (S::NOT_ACCEPTABLE, "MKT.0250", "Access frequency overlimit"),
            NoSuchInstance => (S::INTERNAL_SERVER_ERROR, "MKT.9001", "Instance ID not found."),
            // As it is printed.
            InvalidUsage => (S::INTERNAL_SERVER_ERROR, "MKT.9002", "Invalid usage enties."),
            TooManyRecords => (S::INTERNAL_SERVER_ERROR, "MKT.9003", "Usage records extends size limit."),
            TooOld => (S::INTERNAL_SERVER_ERROR, "MKT.9004", "Record beginTime extends Limit."),
            NewInternal => (S::INTERNAL_SERVER_ERROR, "94060001", "System error!"),
            NewAuthentication => (S::UNAUTHORIZED, "94060002", "Auth failed!"),
            NewParameter => (S::BAD_REQUEST, "94060004", "Parameter error!"),
            LicenceSuccess => (S::OK, "92020000", "Success"),
            LicenceInternal => (S::INTERNAL_SERVER_ERROR, "92020001", "Internal error"),
            LicenceParameter => (S::BAD_REQUEST, "92020002", "Invalid param"),
            LicenceNotReceived => {
                (S::BAD_REQUEST, "92020004", "The license code is not received by the user")
            }
            NoSuchLicence => (S::BAD_REQUEST, "92020005", "The license code does not exist"),
            NoSuchApi => (
                S::NOT_FOUND,
                "APIGW.0101",
                "The API does not exist or has not been published in the environment",
            ),
            NoBackend => (S::NOT_FOUND, "APIGW.0103", "The backend does not exist"),
            TooLarge => (S::PAYLOAD_TOO_LARGE, "APIGW.0201", "Request entity too large"),
            Authentication => (S::UNAUTHORIZED, "APIGW.0301", "Incorrect IAM authentication information"),
            TokenExpired => (S::UNAUTHORIZED, "APIGW.0307", "The token must be updated"),
            Throttled => (
                S::TOO_MANY_REQUESTS,
                "APIGW.0308",
                "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_name() {
        for code in MarketCode::ALL {
            assert_eq!(MarketCode::of(code.code()), Some(code));
        }
        assert_eq!(MarketCode::of("MKT.9005"), None);
    }
}
