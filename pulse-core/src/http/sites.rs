//! Several sites in one service: `/sites/KEY/...` is what `KEY` calls `/...`.
//!
//! A site is a [`Shared`] of its own, with a store, origins and quotas of its own. What holds for the process as a whole
//! is one for all sites: who may read, wrong credentials, and the memory that bodies take. A read has one store at
//! hand, so that nothing of another site can get into its answer.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

use super::{
    Body, PulseService, cors, dashboard,
    layer::with_path,
    respond::{Problem, no_content, problem},
    service::Shared,
};
use crate::{
    engine::{Engine, EngineError},
    model::SiteKey,
    wire::{ErrorCode, Route, SiteRow, SitesAnswer},
};

/// What stands before the key of a site.
const FOLDER: &str = "/sites/";

/// The sites of a server, as one of them knows them.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    /// The key of this one; none at the root.
    pub(crate) key: Option<SiteKey>,
    /// The others. Only the root has any.
    pub(crate) others: BTreeMap<SiteKey, Arc<Shared>>,
    /// All of them, for whoever asks.
    pub(crate) rows: Arc<[SiteRow]>,
}

impl Sites {
    /// `GET /api/sites`
    pub(super) fn answer(&self) -> SitesAnswer {
        SitesAnswer { site: self.key.clone(), sites: self.rows.to_vec() }
    }
}

impl Shared {
    /// This site's engine and those of the sites under it, with their keys.
    pub(crate) fn engines(&self) -> impl Iterator<Item = (Option<&SiteKey>, &Arc<Engine>)> {
        let others = self.sites.others.iter().map(|(key, site)| (Some(key), &site.engine));
        std::iter::once((self.sites.key.as_ref(), &self.engine)).chain(others)
    }

    /// Whether what is sent now is stored, to whichever site.
    pub(super) async fn ready(&self) -> Result<(), EngineError> {
        join_all(self.engines().map(|(_, engine)| engine.ready())).await.into_iter().collect()
    }
}

/// Which site a request is for.
pub(super) enum Place {
    /// The one that was asked.
    Here,
    /// One under it: the request is as the site itself calls it.
    Under(PulseService),
    /// Its folder, without the slash that the dashboard's relative addresses need.
    WithoutSlash(SiteKey),
    /// None: the path is as it would be called by the site.
    Unknown(String),
}

/// Finds the site of a request, and takes what names it off the path. The host's rule of who may read finds the key
/// among the extensions of the request.
pub(super) fn enter(service: &PulseService, parts: &mut Parts) -> Place {
    let Some((key, rest)) = parts.uri.path().strip_prefix(FOLDER).map(split) else { return Place::Here };
    let site = key.parse::<SiteKey>().ok().and_then(|key| service.shared.sites.others.get_key_value(&key));
    let Some((key, shared)) = site else { return Place::Unknown(rest.to_owned()) };
    if rest.is_empty() {
        if !service.serves.dashboard {
            return Place::Unknown(String::new());
        }
        return Place::WithoutSlash(key.clone());
    }
    parts.uri = with_path(&parts.uri, rest);
    parts.extensions.insert(key.clone());
    Place::Under(PulseService::new(Arc::clone(shared), service.serves, service.access.clone()))
}

/// A key and the path behind it, which is empty or begins with a slash.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.find('/').unwrap_or(path.len()))
}

/// The way from a site's folder without its slash to the one with it.
pub(super) fn to_folder(key: &SiteKey, query: Option<&str>) -> Response<Body> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::from_str(&format!("{key}/{query}")) {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// Answers what is for a site that there is not. What would have been stored is counted as refused.
pub(super) fn unknown(service: &PulseService, parts: &Parts, rest: &str) -> Response<Body> {
    let sends = matches!(Route::parse(parts.method.as_str(), rest), Ok(Route::Track | Route::OpenSession));
    if !sends || !service.serves.ingest {
        return match service.serves.dashboard {
            true => dashboard::not_found(parts).unwrap_or_else(problem),
            false => problem(Problem::new(ErrorCode::NotFound, "no such path")),
        };
    }
    // A page that is let in reads why, and its tracker does not try again.
    let origin = service.shared.origins.check(parts).unwrap_or_default();
    let mut response = match parts.method {
        Method::OPTIONS => no_content(),
        _ => {
            let refused = Problem::new(ErrorCode::Forbidden, "unknown site").because("unknown_site");
            service.shared.engine.accounts.requests.receive(1).close(refused.outcome());
            problem(refused)
        }
    };
    if parts.method == Method::OPTIONS {
        cors::preflight(response.headers_mut());
    }
    cors::allow(response.headers_mut(), origin);
    response
}
