//! The service that answers Pulse's routes, all of them or some.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};

use super::{
    Access, Body, Origins, Proxies, RequestBody,
    access::{Asked, Tickets},
    deliver::Packed,
    handle,
    read_body::BodyBudget,
    sites::Sites,
};
use crate::{
    engine::{Engine, Guesses},
    wire::Route,
};

/// What every service of one site shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) origins: Origins,
    /// One for all sites of the process.
    pub(crate) budget: Arc<BodyBudget>,
    pub(crate) packed: Packed,
    pub(crate) proxies: Proxies,
    /// One for all sites: whoever guesses does not begin anew at the next.
    pub(crate) guesses: Arc<Guesses>,
    pub(crate) tickets: Tickets,
    pub(crate) sites: Sites,
}

/// Which routes a service answers; the others are not found there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Serves {
    pub(crate) ingest: bool,
    pub(crate) analytics: bool,
    pub(crate) insights: bool,
    pub(crate) agents: bool,
    pub(crate) health: bool,
    pub(crate) dashboard: bool,
}

impl Serves {
    pub(super) fn route(self, route: &Route) -> bool {
        match route {
            // The overlay runs in visitors' pages, and asks where its script came from.
            Route::Script | Route::OverlayScript | Route::OpenSession | Route::Track | Route::OverlayMap => self.ingest,
            Route::Sessions
            | Route::EraseSession(_)
            | Route::Visitor(_)
            | Route::EraseVisitor(_)
            | Route::Live
            | Route::Analytics(_)
            | Route::SessionHeatmap(_)
            | Route::PageHeatmap
            | Route::OpenOverlay
            | Route::Pages
            | Route::Paths
            | Route::Problems
            | Route::Problem(_)
            | Route::MarkProblem(_)
            | Route::Export
            | Route::Sites
            | Route::OpenApi
            | Route::ApiPage => self.analytics,
            Route::AnalyzeSite | Route::Analyze(_) => self.insights,
            Route::Mcp => self.agents,
            Route::SignIn | Route::SignOut => self.analytics || self.insights,
            Route::Health | Route::Ready | Route::Metrics => self.health,
        }
    }
}

/// A tower service that answers routes of Pulse, relative to where it is mounted. It takes any request body and is
/// always ready.
#[derive(Debug, Clone)]
pub struct PulseService {
    pub(super) shared: Arc<Shared>,
    pub(super) serves: Serves,
    pub(super) access: Access,
}

impl PulseService {
    pub(crate) fn new(shared: Arc<Shared>, serves: Serves, access: Access) -> Self {
        Self { shared, serves, access }
    }

    /// What is known of a request beside its body.
    pub(super) fn asked<'a>(&'a self, parts: &'a Parts) -> Asked<'a> {
        let Shared { engine, proxies, guesses, .. } = &*self.shared;
        let sender = proxies.sender(parts, engine.limits.limit_local);
        Asked { parts, sender, guesses, now: engine.now() }
    }
}

impl<B: RequestBody> tower_service::Service<Request<B>> for PulseService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(handle::handle(&service, request).await) })
    }
}
