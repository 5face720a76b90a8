//! The body of a request or a response that passed a layer.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use pin_project_lite::pin_project;

pin_project! {
    /// A body that is complete, because it was verified or signed, or one that passed untouched.
    #[derive(Debug)]
    pub struct MarketplaceBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProjection]
    #[derive(Debug)]
    enum Kind<B> {
        Whole { #[pin] body: Full<Bytes> },
        Untouched { #[pin] body: B },
    }
}

impl<B> MarketplaceBody<B> {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self { kind: Kind::Whole { body: Full::new(body) } }
    }

    pub(crate) fn untouched(body: B) -> Self {
        Self { kind: Kind::Untouched { body } }
    }
}

impl<B: Body<Data = Bytes>> Body for MarketplaceBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProjection::Whole { body } => body.poll_frame(cx).map_err(|never| match never {}),
            KindProjection::Untouched { body } => body.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole { body } => body.is_end_stream(),
            Kind::Untouched { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole { body } => body.size_hint(),
            Kind::Untouched { body } => body.size_hint(),
        }
    }
}
