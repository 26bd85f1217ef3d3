//! The requests that the dashboard makes, all of them. Addresses are relative, so that it works under any prefix.

use std::rc::Rc;

use gloo::net::http::{Request, RequestBuilder};
use pulse_core::{
    analyze::{PageHeatmap, SessionHeatmap},
    model::{Insight, SessionId},
    wire::{Route, SessionSort, SessionsAnswer},
};
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

use crate::state::{Answer, Failure, Figures, ListKey};

/// A read that takes longer than this is given up; the server itself gives up after 5 s.
const READ_MS: u32 = 10_000;
/// An insight may wait for a language model, which the server gives 20 s.
const ANALYZE_MS: u32 = 40_000;
/// Size of the cells of a page's map, in page pixels.
const CELL: u32 = 16;

/// The API, with the credential for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    token: Option<Rc<str>>,
}

impl Api {
    /// With a token, if one was given. One that cannot stand in a header cannot be right, and is not sent.
    pub fn new(token: Option<Rc<str>>) -> Self {
        Self { token: token.filter(|token| token.bytes().all(|b| b.is_ascii_graphic())) }
    }

    /// Rows of the sessions list.
    pub async fn sessions(&self, key: &ListKey, limit: usize, cursor: Option<&str>) -> Answer<SessionsAnswer> {
        let sort = match key.sort {
            SessionSort::Recent => "recent",
            SessionSort::Started => "started",
            SessionSort::Frustration => "frustration",
        };
        let mut pairs = vec![("limit", limit.to_string()), ("sort", sort.to_owned())];
        pairs.extend(key.page.clone().map(|page| ("page", page)));
        pairs.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
        self.get(&Route::Sessions, &pairs).await
    }

    /// A session's row and signals; its events are not needed here.
    pub async fn analytics(&self, id: &SessionId) -> Answer<Figures> {
        self.get(&Route::Analytics(id.clone()), &[("limit", "1".to_owned())]).await
    }

    /// A session's map on one page.
    pub async fn session_map(&self, id: &SessionId, page: Option<&str>) -> Answer<SessionHeatmap> {
        let pairs: Vec<_> = page.map(|page| ("page", page.to_owned())).into_iter().collect();
        self.get(&Route::SessionHeatmap(id.clone()), &pairs).await
    }

    /// All sessions of a page.
    pub async fn page_map(&self, page: &str) -> Answer<PageHeatmap> {
        self.get(&Route::PageHeatmap, &[("page", page.to_owned()), ("cell", CELL.to_string())]).await
    }

    /// An insight on a session.
    pub async fn analyze(&self, id: &SessionId) -> Answer<Insight> {
        let request = Request::post(&address(&Route::Analyze(id.clone())))
            .header("content-type", "application/json")
            .abort_signal(Some(&AbortSignal::timeout_with_u32(ANALYZE_MS)));
        read(self.authorized(request).body("{}")).await
    }

    async fn get<T: DeserializeOwned>(&self, route: &Route, pairs: &[(&str, String)]) -> Answer<T> {
        let request = Request::get(&address(route))
            .query(pairs.iter().map(|(name, value)| (*name, value)))
            .abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)));
        read(self.authorized(request).build()).await
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.header("authorization", &format!("Bearer {token}")),
            None => request,
        }
    }
}

/// Where a route is, seen from the dashboard.
fn address(route: &Route) -> String {
    format!(".{route}")
}

async fn read<T: DeserializeOwned>(request: Result<Request, gloo::net::Error>) -> Answer<T> {
    let response = request.map_err(|_| Failure::Unreachable)?.send().await.map_err(|_| Failure::Unreachable)?;
    let body = response.text().await.map_err(|_| Failure::Unreachable)?;
    if response.ok() {
        serde_json::from_str(&body).map_err(|_| Failure::Unreadable)
    } else {
        Err(Failure::of(response.status(), &body))
    }
}
