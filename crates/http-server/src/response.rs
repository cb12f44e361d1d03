//! An answer's body that keeps its request under way until it is written. It changes no frame.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::activity::UnderWay;

pin_project! {
    /// An answer's body; its request counts as under way while it lives.
    pub struct TrackedBody<B> {
        #[pin]
        inner: B,
        under_way: UnderWay,
    }
}

impl<B> TrackedBody<B> {
    pub(crate) fn new(inner: B, under_way: UnderWay) -> Self {
        TrackedBody { inner, under_way }
    }
}

impl<B: Body> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().inner.poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
