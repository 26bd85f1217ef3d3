//! The requests that the dashboard makes, all of them. Addresses are relative, so that it works under any prefix. The
//! browser keeps answers and asks whether they still hold, so that asking again for what did not change costs little.

use futures_util::future::{join, join_all, join3};
use gloo::net::http::{Request, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use pulse_core::{
    analyze::{
        PageHeatmap,
        problems::{ProblemId, ProblemStatus},
    },
    model::{Insight, SessionId},
    wire::{
        AnalyzeSessionQuery, MarkRequest, NoQuery, PagesAnswer, ProblemState, Query, Route, SessionsAnswer,
        SessionsQuery, SignInBody, dashboard,
    },
};
use serde::de::{DeserializeOwned, IgnoredAny};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader};

use crate::state::{
    Answer, AnswerSteps, Changes, DeviceSessions, Failure, Listed, Opened, Overview, PageKey, Problems,
};

/// The kind of every body that is sent.
const JSON: &str = "application/json";
/// A read that takes longer than this is given up; the server itself gives up after 5 s.
const READ_MS: u32 = 10_000;
/// An insight may wait for a language model, which the server gives 20 s.
const ANALYZE_MS: u32 = 40_000;

/// The API. Who is signed in has a cookie that the browser sends, and that no script can read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Api;

impl Api {
    /// Exchanges a token for the cookie.
    pub async fn sign_in(&self, token: String) -> Answer<()> {
        let body = serde_json::to_string(&SignInBody { token }).map_err(|_| Failure::Unreadable)?;
        done(post(&Route::SignIn).body(body)).await
    }

    /// Makes the cookie worthless.
    pub async fn sign_out(&self) -> Answer<()> {
        done(post(&Route::SignOut).body("{}")).await
    }

    /// Rows of the sessions list.
    pub async fn sessions(&self, query: &SessionsQuery) -> Answer<SessionsAnswer> {
        self.get(&Route::Sessions, query).await
    }

    /// How many sessions there are: all, or those of a page.
    pub async fn overview(&self, page: Option<&str>) -> Answer<Overview> {
        let (all, live, high) = (dashboard::count(page), dashboard::live(page), dashboard::high(page));
        let (all, live, high) = join3(self.sessions(&all), self.sessions(&live), self.sessions(&high)).await;
        Ok(Overview { total: all?.total, live: live?.total, high: high?.total })
    }

    /// What to fix first, on all pages or on one.
    pub async fn problems(&self, page: Option<&str>) -> Answer<Problems> {
        let of = async |status| self.get::<Listed>(&Route::Problems, &dashboard::problems(page, status)).await;
        let (open, back) = join(of(ProblemState::Open), of(ProblemState::Regressed)).await;
        Ok(Problems::new([open?, back?]))
    }

    /// Gives a problem a status.
    pub async fn mark(&self, id: ProblemId, status: ProblemStatus) -> Answer<()> {
        let body = serde_json::to_string(&MarkRequest { status, note: None }).map_err(|_| Failure::Unreadable)?;
        let _: IgnoredAny = read(post(&Route::MarkProblem(id)).body(body)).await?;
        Ok(())
    }

    /// One session: its row, its signals, its map on a page.
    pub async fn session(&self, id: &SessionId, page: Option<&str>) -> Answer<Opened> {
        self.get(&Route::Analytics(id.clone()), &dashboard::session(page)).await
    }

    /// The pages list.
    pub async fn pages(&self) -> Answer<PagesAnswer> {
        self.get(&Route::Pages, &dashboard::pages()).await
    }

    /// How many sessions a page has on each kind of device.
    pub async fn devices(&self, page: &str) -> Answer<DeviceSessions> {
        let of = async |device| {
            let answer: PagesAnswer = self.get(&Route::Pages, &dashboard::page_on(page, device)).await?;
            Ok((device, answer.pages.first().map_or(0, |row| row.sessions)))
        };
        join_all(dashboard::DEVICES.map(of)).await.into_iter().collect::<Answer<_>>().map(DeviceSessions)
    }

    /// All sessions of a page.
    pub async fn page_map(&self, key: &PageKey) -> Answer<PageHeatmap> {
        self.get(&Route::PageHeatmap, &dashboard::page(&key.page, key.device)).await
    }

    /// An insight into a session; `on_rules` is called with the rules' answer, which comes first. With `refresh`, an
    /// answer that is kept does not do.
    pub async fn analyze(&self, id: &SessionId, refresh: bool, on_rules: impl Fn(Insight)) -> Answer<Insight> {
        let request = Request::post(&address(&Route::Analyze(id.clone()), &AnalyzeSessionQuery { refresh }))
            .header("accept", "text/event-stream")
            .header("content-type", JSON)
            .abort_signal(Some(&AbortSignal::timeout_with_u32(ANALYZE_MS)));
        let mut steps = AnswerSteps::default();
        stream(request.body("{}"), |piece| {
            if let Some(insight) = steps.read(piece) {
                on_rules(insight);
            }
        })
        .await?;
        steps.answer.ok_or(Failure::Unreadable)
    }

    /// Follows the sessions as they change until the server ends the stream or `signal` aborts it; `on_changes` is
    /// called at the beginning, and then with the sessions that changed. An `EventSource` would be shorter, but does not
    /// say why it is refused.
    pub async fn follow(&self, signal: &AbortSignal, on_changes: impl Fn(Vec<SessionId>)) -> Answer<()> {
        let request = Request::get(&address(&Route::Live, &NoQuery {})).abort_signal(Some(signal));
        let mut changes = Changes::default();
        stream(request.build(), |piece| on_changes(changes.read(piece))).await
    }

    async fn get<T: DeserializeOwned>(&self, route: &Route, query: &impl Query) -> Answer<T> {
        let request = Request::get(&address(route, query)).abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)));
        read(request.build()).await
    }
}

/// A request that changes something: JSON, which no form of another site can send.
fn post(route: &Route) -> RequestBuilder {
    Request::post(&address(route, &NoQuery {}))
        .header("content-type", JSON)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)))
}

/// Where a route is, seen from the dashboard.
fn address(route: &Route, query: &impl Query) -> String {
    format!(".{}", route.address(query))
}

/// Hands each piece of an answer on as it arrives.
async fn stream(request: Result<Request, gloo::net::Error>, mut on_piece: impl FnMut(&[u8])) -> Answer<()> {
    let unreachable = |_: JsValue| Failure::Unreachable;
    let response = request.map_err(|_| Failure::Unreachable)?.send().await.map_err(|_| Failure::Unreachable)?;
    if !response.ok() {
        return Err(Failure::of(response.status(), &response.text().await.unwrap_or_default()));
    }
    let stream = response.body().ok_or(Failure::Unreadable)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read()).await.map_err(unreachable)?;
        let value = Reflect::get(&read, &"value".into()).map_err(unreachable)?;
        let Ok(bytes) = value.dyn_into::<Uint8Array>() else { return Ok(()) };
        on_piece(&bytes.to_vec());
    }
}

/// Sends what has no answer.
async fn done(request: Result<Request, gloo::net::Error>) -> Answer<()> {
    let response = request.map_err(|_| Failure::Unreachable)?.send().await.map_err(|_| Failure::Unreachable)?;
    if response.ok() { Ok(()) } else { Err(Failure::of(response.status(), &response.text().await.unwrap_or_default())) }
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
