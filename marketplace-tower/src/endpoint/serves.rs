//! The guides that an endpoint serves.

use std::fmt;
use std::sync::Arc;

use marketplace_core::call::CallText;
use marketplace_core::guide::Marker;
use marketplace_core::handler::Handler;
use marketplace_core::signature::Scheme;
use marketplace_core::{Guide, Verified};

use super::Shared;
use super::driver::Call;
use super::future::EndpointFuture;

/// The guides that an endpoint serves.
pub(super) struct Serves<H>(Vec<Served<H>>);

/// One of them, as a seller implements it.
pub(super) struct Served<H> {
    pub(super) guide: Guide,
    activity: fn(&str) -> Option<&'static str>,
    run: Run<H>,
}

type Run<H> = fn(&Arc<Shared<H>>, &'static str, CallText, Verified) -> EndpointFuture;

impl<H: Send + Sync + 'static> Serves<H> {
    pub(super) fn one<G: Marker>() -> Self
    where
        H: Handler<G>,
    {
        Self(vec![Served::new::<G>()])
    }

    /// One more, if it is not there already.
    pub(super) fn add<G: Marker>(&mut self)
    where
        H: Handler<G>,
    {
        if self.0.iter().all(|served| served.guide != G::GUIDE) {
            self.0.push(Served::new::<G>());
        }
    }

    /// The guide of an activity that came signed in this way.
    pub(super) fn find(&self, scheme: Scheme, activity: &str) -> Option<(&Served<H>, &'static str)> {
        let mut guides = self.0.iter().filter(|served| served.guide.scheme() == scheme);
        guides.find_map(|served| Some((served, (served.activity)(activity)?)))
    }
}

impl<H: Send + Sync + 'static> Served<H> {
    fn new<G: Marker>() -> Self
    where
        H: Handler<G>,
    {
        Self { guide: G::GUIDE, activity: <H as Handler<G>>::served, run: run::<H, G> }
    }

    pub(super) fn run(
        &self,
        shared: &Arc<Shared<H>>,
        activity: &'static str,
        text: CallText,
        verified: Verified,
    ) -> EndpointFuture {
        (self.run)(shared, activity, text, verified)
    }
}

fn run<H: Handler<G>, G: Marker>(
    shared: &Arc<Shared<H>>,
    activity: &'static str,
    text: CallText,
    verified: Verified,
) -> EndpointFuture {
    <H as Handler<G>>::dispatch(&shared.handler, activity, Call { shared, text, verified })
}

impl<H> Clone for Serves<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<H> Clone for Served<H> {
    fn clone(&self) -> Self {
        Self { guide: self.guide, activity: self.activity, run: self.run }
    }
}

impl<H> fmt::Debug for Serves<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|served| served.guide)).finish()
    }
}
