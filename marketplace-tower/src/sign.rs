//! `Body-Sign`, in exactly this spelling.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Response, response};
use marketplace_core::AccessKey;
use marketplace_core::signature::BodySign;

use crate::body::MarketplaceBody;
use crate::header_case;

pub(crate) const BODY_SIGN: HeaderName = HeaderName::from_static("body-sign");
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Who sees to the spelling of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// The layer, whatever server it is.
    Ours,
    /// The server: see [`TitleCaseHeaders`](crate::TitleCaseHeaders).
    Servers,
}

/// Signs answers.
#[derive(Debug, Clone)]
pub(crate) struct Signer(());

impl Signer {
    /// Warns, once for each layer, if the spelling of the header is not in our hands.
    pub(crate) fn new() -> Self {
        if !header_case::is_available() {
            tracing::warn!(
                "this version of hyper does not spell `Body-Sign` exactly by itself, and KooGallery refuses `body-sign`: \
                 serve with `marketplace_tower::server`, or set `title_case_headers(true)` on your own HTTP/1 server"
            );
        }
        Self(())
    }

    /// Puts a complete body and its signature into a response.
    pub(crate) fn sign<B>(
        &self,
        key: &AccessKey,
        mut head: response::Parts,
        body: Bytes,
        spelling: Spelling,
    ) -> Response<MarketplaceBody<B>> {
        let signature = BodySign::of(key, &body);
        if let Ok(signature) = HeaderValue::from_bytes(signature.as_bytes()) {
            head.headers.insert(BODY_SIGN, signature);
        }
        // The body is complete now: the server tells its length.
        head.headers.remove(CONTENT_LENGTH);
        head.headers.remove(TRANSFER_ENCODING);
        if spelling == Spelling::Ours {
            header_case::spell_body_sign(&mut head.extensions);
        }
        Response::from_parts(head, MarketplaceBody::whole(body))
    }

    /// An answer that the seller has no part in.
    pub(crate) fn answer<B>(
        &self,
        key: &AccessKey,
        status: http::StatusCode,
        body: Bytes,
        spelling: Spelling,
    ) -> Response<MarketplaceBody<B>> {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = status;
        head.headers.insert(CONTENT_TYPE, JSON);
        self.sign(key, head, body, spelling)
    }
}
