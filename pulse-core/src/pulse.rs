//! The facade: a running Pulse, and the services it gives to a server.

use std::{collections::BTreeMap, sync::Arc};

use ::http::Request;
use futures_util::future::join_all;
use tower_service::Service;

use crate::{
    Error,
    clock::Clock,
    engine::{Engine, Guesses, SiteRules},
    http::{
        self, Access, Body, BodyBudget, MountLayer, Origins, Packed, Proxies, PulseService, Serves, Shared, Sites,
        Tickets,
    },
    insight::Model,
    limits::Limits,
    model::{Goals, PageRules, SiteKey},
    retention,
    site::Site,
    store::{self, Store},
    wire::SiteRow,
};

/// A running Pulse. Clones share it.
#[derive(Debug, Clone)]
pub struct Pulse {
    shared: Arc<Shared>,
    access: Access,
}

impl Pulse {
    /// Opens the store at `address` (`sqlite:PATH`, `mongodb://...`) with everything else at its default: insights by
    /// the built-in rules, events from pages of the same host and of this machine, reads for whom `access` lets in.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn open(address: &str, access: Access) -> Result<Self, Error> {
        let store = store::open(address, &Limits::default()).await?;
        Ok(Self::builder(store).access(access).build())
    }

    /// Sets up a Pulse on an open store.
    pub fn builder(store: Arc<dyn Store>) -> PulseBuilder {
        PulseBuilder {
            store,
            model: None,
            limits: Limits::default(),
            pages: PageRules::default(),
            goals: Goals::default(),
            clock: Clock::system(),
            origins: Origins::loopback(),
            access: Access::nobody(),
            retention_days: None,
            proxies: Proxies::default(),
            sites: BTreeMap::new(),
        }
    }

    /// A further site, to ask it in process. Its services are those under `/sites/KEY/`, at the root. None when there is
    /// no such site.
    pub fn site(&self, key: &SiteKey) -> Option<Self> {
        let shared = Arc::clone(self.shared.sites.others.get(key)?);
        Some(Self { shared, access: self.access.clone() })
    }

    /// Everything, under a prefix of the service that it is laid around: tracker, API and dashboard.
    pub fn layer(&self, prefix: &str) -> MountLayer {
        MountLayer::new(prefix, self.service())
    }

    /// The script element for pages of an app that Pulse is laid around at `prefix`, for its templates.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # use pulse_core::{Pulse, store::SqliteStore};
    /// let pulse = Pulse::builder(SqliteStore::in_memory()?).build();
    /// assert_eq!(pulse.tag("/pulse"), r#"<script src="/pulse/pulse.js" async></script>"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tag(&self, prefix: &str) -> String {
        http::tag(&http::folder(prefix), None)
    }

    /// Asks the finished `app` for Pulse's script and dashboard under `prefix`, before it is served. Some ways of
    /// mounting compile and answer 404; this says at the start what to change:
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # use pulse_core::{Pulse, store::SqliteStore};
    /// # let pulse = Pulse::builder(SqliteStore::in_memory()?).build();
    /// let app: axum::Router = axum::Router::new();
    /// assert!(pulse.check_mounted(app.clone(), "/pulse").await.is_err());
    /// assert!(pulse.check_mounted(app.layer(pulse.layer("/pulse")), "/pulse").await.is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Nothing of Pulse is reached there, or the dashboard is answered where its files would not be found.
    pub async fn check_mounted<S: Service<Request<Body>>>(&self, app: S, prefix: &str) -> Result<(), Error> {
        http::check_mount(app, &http::folder(prefix)).await
    }

    /// Waits for `signal` and then drains, so that a host that stops gracefully does not wait for those who listen to
    /// `/api/live`, whose streams have no end of their own:
    ///
    /// ```no_run
    /// # use pulse_core::Pulse;
    /// # async fn serve(pulse: Pulse, app: axum::Router, listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// # async fn ctrl_c() {}
    /// axum::serve(listener, app).with_graceful_shutdown(pulse.drain_after(ctrl_c())).await?;
    /// pulse.close().await;
    /// # Ok(()) }
    /// ```
    pub fn drain_after<F: Future>(&self, signal: F) -> impl Future<Output = F::Output> + use<F> {
        let pulse = self.clone();
        async move {
            let output = signal.await;
            pulse.drain();
            output
        }
    }

    /// Everything as one service: tracker, API and dashboard.
    pub fn service(&self) -> PulseService {
        self.part(Serves { dashboard: true, ..API }, self.access.clone())
    }

    /// The API and the tracker's script, without the dashboard.
    pub fn api(&self) -> PulseService {
        self.part(API, self.access.clone())
    }

    /// What visitors' browsers need: the script, `POST /api/session`, `POST /api/track`. Open to every listed origin.
    pub fn ingest(&self) -> PulseService {
        self.part(Serves { ingest: true, ..Serves::default() }, Access::nobody())
    }

    /// Sessions, analytics and heatmaps, for whom `access` lets in.
    pub fn analytics(&self, access: Access) -> PulseService {
        self.part(Serves { analytics: true, ..Serves::default() }, access)
    }

    /// Insights, for whom `access` lets in.
    pub fn insights(&self, access: Access) -> PulseService {
        self.part(Serves { insights: true, ..Serves::default() }, access)
    }

    /// Deletes sessions last seen more than `days` ago, with everything of them, and says how many.
    ///
    /// # Errors
    /// The store is not available; what was deleted before that stays deleted.
    pub async fn expire(&self, days: u32) -> Result<usize, Error> {
        Ok(self.shared.engine.expire(days).await?)
    }

    /// Throws away everything that is made from the log (summaries of sessions, and the sums that maps of pages are
    /// drawn from) and makes it again; `progress` is told how many sessions of how many have their summary. Call it when
    /// the rules for pages, or the goals, have changed.
    ///
    /// # Errors
    /// The store is not available. What is missing then is made in the background.
    pub async fn rebuild(&self, progress: impl Fn(u64, u64)) -> Result<(), Error> {
        Ok(self.shared.engine.rebuild(progress).await?)
    }

    /// Says at `/readyz` that no new requests should come; those that do are still answered. Live streams end.
    pub fn drain(&self) {
        self.shared.engines().for_each(|(_, engine)| engine.drain());
    }

    /// Finishes what is in work and closes the stores of all sites. Requests after this are answered with 503.
    pub async fn close(&self) {
        join_all(self.shared.engines().map(|(_, engine)| engine.close())).await;
    }

    /// What agents ask, in the Model Context Protocol at `/mcp`, for whom `access` lets in. [`Pulse::service`] and
    /// [`Pulse::api`] answer there, too.
    #[cfg(feature = "mcp")]
    pub fn mcp(&self, access: Access) -> PulseService {
        self.part(Serves { agents: true, ..Serves::default() }, access)
    }

    /// Serves one agent over a pipe, such as stdin and stdout, until it hangs up.
    ///
    /// # Errors
    /// The other side does not speak the protocol, or the pipe breaks.
    #[cfg(feature = "mcp")]
    pub async fn serve_mcp<R, W>(&self, from: R, to: W) -> Result<(), Error>
    where
        R: tokio::io::AsyncRead + Send + Unpin + 'static,
        W: tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let served = crate::mcp::serve(Arc::clone(&self.shared.engine), from, to).await;
        served.map_err(|source| Error::Unavailable { message: "the agent's pipe broke".into(), source: Some(source) })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    fn part(&self, serves: Serves, access: Access) -> PulseService {
        PulseService::new(Arc::clone(&self.shared), serves, access)
    }
}

const API: Serves = Serves {
    ingest: true,
    analytics: true,
    insights: true,
    agents: cfg!(feature = "mcp"),
    health: true,
    dashboard: false,
};

/// Sets up a [`Pulse`].
#[derive(Debug)]
pub struct PulseBuilder {
    store: Arc<dyn Store>,
    model: Option<Arc<dyn Model>>,
    limits: Limits,
    pages: PageRules,
    goals: Goals,
    clock: Clock,
    origins: Origins,
    access: Access,
    retention_days: Option<u32>,
    proxies: Proxies,
    sites: BTreeMap<SiteKey, Site>,
}

impl PulseBuilder {
    /// The language model that insights are asked from; the built-in rules alone answer when not said.
    #[must_use]
    pub fn model(mut self, model: Arc<dyn Model>) -> Self {
        self.model = Some(model);
        self
    }

    /// What is accepted, and how long is waited.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How pages are named; ids are folded and queries dropped when not said.
    #[must_use]
    pub fn pages(mut self, pages: PageRules) -> Self {
        self.pages = pages;
        self
    }

    /// Which pages mean success; none when not said. Pages' scripts say it with `pulse.track('goal')`. It counts for
    /// visits from now on; [`Pulse::rebuild`] does the earlier ones.
    #[must_use]
    pub fn goals(mut self, goals: Goals) -> Self {
        self.goals = goals;
        self
    }

    /// Where the time comes from.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sites whose pages may send events; pages of this machine when not said.
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// Who may read; nobody when not said.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Proxies in front of it, whose word on where a request comes from is taken; nobody's is when not said.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Deletes sessions last seen more than so many days ago, with everything of them: at the start and then every
    /// hour. Everything is kept when not said.
    #[must_use]
    pub fn retention_days(mut self, days: u32) -> Self {
        self.retention_days = Some(days);
        self
    }

    /// Serves a further site under `/sites/KEY/`. Of two with one key the later counts.
    #[must_use]
    pub fn site(mut self, site: Site) -> Self {
        self.sites.insert(site.key.clone(), site);
        self
    }

    /// Starts it, with its background work. Two instances in one process are independent of each other, as long as they
    /// do not share an SQLite file. Dropping the last handle without [`Pulse::close`] loses nothing that was
    /// acknowledged: what was not summed up is at the next start.
    ///
    /// # Panics
    /// Without a tokio runtime.
    pub fn build(self) -> Pulse {
        let row = |key: Option<&SiteKey>, origins: &Origins| SiteRow {
            key: key.cloned(),
            origins: origins.listed_origins().to_vec(),
        };
        let rows = std::iter::once(row(None, &self.origins));
        let whole = Whole {
            rows: rows.chain(self.sites.values().map(|site| row(Some(&site.key), &site.origins))).collect(),
            budget: Arc::new(BodyBudget::new(self.limits.waiting_bytes)),
            guesses: Arc::new(Guesses::new(&self.limits)),
            model: self.model,
            limits: self.limits,
            pages: self.pages,
            goals: self.goals,
            clock: self.clock,
            proxies: self.proxies,
        };
        let others = self.sites.into_iter().map(|(key, site)| {
            let sites = Sites { key: Some(key.clone()), ..Sites::default() };
            (key, whole.start(site.store, site.origins, site.retention_days, sites))
        });
        let sites = Sites { others: others.collect(), ..Sites::default() };
        let shared = whole.start(self.store, self.origins, self.retention_days, sites);
        Pulse { shared, access: self.access }
    }
}

/// What holds for all sites of a process.
struct Whole {
    rows: Arc<[SiteRow]>,
    budget: Arc<BodyBudget>,
    guesses: Arc<Guesses>,
    model: Option<Arc<dyn Model>>,
    limits: Limits,
    pages: PageRules,
    goals: Goals,
    clock: Clock,
    proxies: Proxies,
}

impl Whole {
    /// Starts one site.
    fn start(&self, store: Arc<dyn Store>, origins: Origins, retention: Option<u32>, sites: Sites) -> Arc<Shared> {
        let rules = SiteRules { pages: self.pages.clone(), goals: self.goals.clone() };
        let engine = Engine::new(store, self.model.clone(), self.limits.clone(), rules, self.clock.clone());
        let shared = Arc::new(Shared {
            engine: Arc::new(engine),
            origins,
            packed: Packed::default(),
            proxies: self.proxies.clone(),
            budget: Arc::clone(&self.budget),
            guesses: Arc::clone(&self.guesses),
            tickets: Tickets::default(),
            sites: Sites { rows: Arc::clone(&self.rows), ..sites },
        });
        if let Some(days) = retention {
            retention::start(&shared, days);
        }
        shared
    }
}
