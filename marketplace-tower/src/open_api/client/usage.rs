//! Usage of pay-per-use instances.

use std::ops::Range;

use http::Method;
use marketplace_core::open_api::{
    MOST_RECORDS, MeteredRecord, OldUsageRecord, PushAnswer, encode_push, encode_push_old, path, read_push,
};

use marketplace_core::signature::Scheme;

use super::super::error::OpenApiError;
use super::super::repeat::Repeat;
use super::Client;
use super::call::{Answered, Call};
use crate::http_client::HttpService;

impl<S: HttpService> Client<S> {
    /// Pushes usage, in as many pushes of up to 1000 records as it takes, one after the other. Without records, nothing is sent.
    ///
    /// That the market takes a push does not mean that it takes every record: [`Pushed::answer`] names those that it refused at
    /// once, and the Seller Console (Transaction Management → SDR management) those that it refused later. A push is repeated
    /// where that can help, for the market takes a serial number once; see [`Pushed::is_repeat`].
    ///
    /// # Errors
    ///
    /// [`PushInterrupted`], with what was pushed before.
    pub async fn push_usage(&self, records: &[MeteredRecord]) -> Result<Vec<Pushed>, PushInterrupted> {
        let mut pushed = Vec::new();
        for (at, batch) in records.chunks(MOST_RECORDS).enumerate() {
            let begin = at * MOST_RECORDS;
            match self.push(batch, Repeat::Deduplicated).await {
                Ok(Answered { answer, is_repeat }) => {
                    pushed.push(Pushed { records: begin..begin + batch.len(), answer, is_repeat });
                }
                Err(error) => return Err(PushInterrupted { pushed, rest: begin, error }),
            }
        }
        Ok(pushed)
    }

    /// Pushes 1 to 1000 records, in one try: for callers that keep records until they know what became of them, and repeat by
    /// themselves. (If there is no connection to the first host the second is tried, for nothing was sent.)
    ///
    /// # Errors
    ///
    /// [`OpenApiError`]; [`may_have_been_sent`](OpenApiError::may_have_been_sent) says whether the market may have got them.
    pub async fn push_usage_once(&self, records: &[MeteredRecord]) -> Result<PushAnswer, OpenApiError> {
        Ok(self.push(records, Repeat::Never).await?.answer)
    }

    async fn push(
        &self,
        records: &[MeteredRecord],
        repeat: Repeat,
    ) -> Result<Answered<PushAnswer>, OpenApiError> {
        countable(records.len())?;
        let keys = self.shared.access_keys.as_ref().ok_or(OpenApiError::NoAccessKey)?;
        let key = keys.ring().first_for(Scheme::V2).clone();
        let call = Call {
            method: Method::POST,
            path: path::PUSH_USAGE.to_owned(),
            body: encode_push(records),
            key: Some(key),
            is_for_gateway: self.shared.gateway_signature_on_usage,
            repeat,
            read: read_push,
        };
        self.call(&call).await
    }

    /// Pushes 1 to 1000 records by the API that pay-per-use products of V1 had at first.
    ///
    /// It knows no serial numbers, so it is not repeated once it may have been sent.
    ///
    /// # Errors
    ///
    /// [`OpenApiError`]
    pub async fn push_usage_old(&self, records: &[OldUsageRecord]) -> Result<PushAnswer, OpenApiError> {
        countable(records.len())?;
        let call = Call {
            method: Method::POST,
            path: path::PUSH_USAGE_OLD.to_owned(),
            body: encode_push_old(records),
            key: None,
            is_for_gateway: true,
            repeat: Repeat::Unsent,
            read: read_push,
        };
        Ok(self.call(&call).await?.answer)
    }
}

fn countable(count: usize) -> Result<(), OpenApiError> {
    match count {
        0 => Err(OpenApiError::Unusable { field: "usage_records", rule: "is empty" }),
        1..=MOST_RECORDS => Ok(()),
        _ => Err(OpenApiError::TooManyRecords { limit: MOST_RECORDS, count }),
    }
}

/// A push that was taken, or a part of one.
#[derive(Debug, Clone)]
pub struct Pushed {
    records: Range<usize>,
    answer: PushAnswer,
    is_repeat: bool,
}

impl Pushed {
    /// Which of the records that were given it had: places, for [`PushAnswer::verdicts`].
    #[must_use]
    pub fn records(&self) -> Range<usize> {
        self.records.clone()
    }

    /// What the market said.
    #[must_use]
    pub fn answer(&self) -> &PushAnswer {
        &self.answer
    }

    /// An earlier try may have arrived, too. A record that is refused as repeated (005) or as a duplicate (010) was taken then.
    #[must_use]
    pub fn is_repeat(&self) -> bool {
        self.is_repeat
    }
}

/// Not all of the records could be pushed.
#[derive(Debug, thiserror::Error)]
#[error("usage was pushed up to record {rest}, and not from there on")]
pub struct PushInterrupted {
    /// The pushes that were taken.
    pub pushed: Vec<Pushed>,
    /// The place of the first record that was not surely pushed.
    pub rest: usize,
    /// Why not. If it [may have been sent](OpenApiError::may_have_been_sent), up to 1000 records from there may have arrived.
    #[source]
    pub error: OpenApiError,
}
