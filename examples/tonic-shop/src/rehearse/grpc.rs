//! gRPC as it travels: headers, messages and trailers, before a client library makes one thing of them.

use http::HeaderMap;
use http::response::Parts;
use http_body_util::{BodyExt as _, Full};
use prost::Message;
use tokio::time::timeout;
use tonic::Code;
use tonic::body::Body;
use tonic::service::Interceptor as _;
use tonic::transport::Channel;
use tower::ServiceExt as _;

use super::running::{PATIENCE, Running};
use crate::admin::AdminToken;

/// What stands before a message: whether it is compressed, and four bytes of its length.
const PREFIX: usize = 5;

/// An answer to a gRPC call, as it travels.
pub(super) struct Answer {
    head: Parts,
    body: Body,
    /// What has arrived of the next message.
    bytes: Vec<u8>,
    trailers: Option<HeaderMap>,
}

impl Answer {
    /// Calls this method of the admin API with the token, and waits for the headers of the answer.
    pub(super) async fn to(shop: &Running, method: &str, message: &impl Message) -> Result<Self, String> {
        let path = format!("/shop.admin.v1.Instances/{method}");
        Self::at(shop.channel(), &path, Some(shop.token()), message).await
    }

    /// Calls any path with any token.
    pub(super) async fn at(
        channel: &Channel,
        path: &str,
        token: Option<&AdminToken>,
        message: &impl Message,
    ) -> Result<Self, String> {
        let message = message.encode_to_vec();
        let length = u32::try_from(message.len()).map_err(|error| error.to_string())?;
        let body = [&[0][..], &length.to_be_bytes(), &message].concat();
        let mut request = http::Request::post(path)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::new(Full::from(body)))
            .map_err(|error| error.to_string())?;
        if let Some(token) = token {
            let shown = token.credentials().call(tonic::Request::new(()));
            let shown = shown.map_err(|status| status.to_string())?.into_parts().0;
            request.headers_mut().extend(shown.into_headers());
        }
        let answer = timeout(PATIENCE, channel.clone().oneshot(request)).await;
        let (head, body) = answer
            .map_err(|_| "no headers in time".to_owned())?
            .map_err(|error| format!("the call failed: {error}"))?
            .into_parts();
        Ok(Self { head, body, bytes: Vec::new(), trailers: None })
    }

    /// The next message, as soon as it is there; `None` when the trailers have arrived, or the end.
    pub(super) async fn next<M: Message + Default>(&mut self) -> Result<Option<M>, String> {
        loop {
            if let Some(message) = self.complete()? {
                return M::decode(&*message).map(Some).map_err(|error| error.to_string());
            }
            let frame = timeout(PATIENCE, self.body.frame()).await;
            match frame.map_err(|_| "no message in time")?.transpose().map_err(|error| error.to_string())? {
                None => return Ok(None),
                Some(frame) => match frame.into_data() {
                    Ok(data) => self.bytes.extend_from_slice(&data),
                    Err(frame) => {
                        self.trailers = frame.into_trailers().ok();
                        return Ok(None);
                    }
                },
            }
        }
    }

    fn complete(&mut self) -> Result<Option<Vec<u8>>, String> {
        let Some(prefix) = self.bytes.first_chunk::<PREFIX>() else { return Ok(None) };
        let [compressed, length @ ..] = *prefix;
        let end = PREFIX + usize::try_from(u32::from_be_bytes(length)).map_err(|error| error.to_string())?;
        match (compressed, self.bytes.len() < end) {
            (0, true) => Ok(None),
            (0, false) => Ok(self.bytes.drain(..end).skip(PREFIX).collect::<Vec<_>>().into()),
            (_, _) => Err("a message is compressed, or no message".to_owned()),
        }
    }

    /// The head is that of an answer that goes on, and nothing of the marketplace is in it.
    pub(super) fn begins(&self) -> Result<(), String> {
        self.is_grpc()?;
        match self.head.headers.get("grpc-status") {
            Some(status) => Err(format!("`grpc-status: {status:?}` is in the headers")),
            None => Ok(()),
        }
    }

    /// Everything has arrived, and the status came after it.
    pub(super) fn ended_in_trailers(&self, code: Code) -> Result<(), String> {
        self.begins()?;
        let trailers = self.trailers.as_ref().ok_or("there are no trailers")?;
        if trailers.contains_key("body-sign") {
            return Err("the trailers hold `body-sign`".to_owned());
        }
        is(code, trailers)
    }

    /// The answer has nothing but headers, and the status is among them.
    pub(super) async fn ended_in_headers(mut self, code: Code) -> Result<(), String> {
        self.is_grpc()?;
        is(code, &self.head.headers)?;
        match timeout(PATIENCE, self.body.frame()).await.map_err(|_| "the answer does not end")? {
            None => Ok(()),
            Some(frame) => Err(format!("{frame:?} comes after the status")),
        }
    }

    /// The answer as the marketplace's: its head and all bytes of its body.
    pub(super) async fn collect(self) -> Result<(Parts, Vec<u8>), String> {
        let body = timeout(PATIENCE, self.body.collect()).await.map_err(|_| "the answer does not end")?;
        Ok((self.head, body.map_err(|error| error.to_string())?.to_bytes().into()))
    }

    fn is_grpc(&self) -> Result<(), String> {
        let Parts { status, headers, .. } = &self.head;
        let kind = headers.get("content-type");
        if *status != 200 || kind.is_none_or(|kind| kind != "application/grpc") {
            return Err(format!("status {status} and content type {kind:?} are not those of gRPC"));
        }
        if headers.contains_key("body-sign") {
            return Err("the headers hold `body-sign`".to_owned());
        }
        Ok(())
    }
}

fn is(code: Code, fields: &HeaderMap) -> Result<(), String> {
    match fields.get("grpc-status").map(|status| Code::from_bytes(status.as_bytes())) {
        Some(status) if status == code => Ok(()),
        status => Err(format!("the status is {status:?}, not {code:?}")),
    }
}
