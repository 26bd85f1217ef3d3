//! The requests that the dashboard makes, all of them. Addresses are relative, so that it works under any prefix. The
//! browser keeps answers and asks whether they still hold, so that asking again for what did not change costs little.

use std::collections::BTreeMap;

use futures_util::future::{LocalBoxFuture, join, join_all, join3};
use gloo::net::http::{Request, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use pulse_core::{
    analyze::problems::{ProblemId, ProblemStatus},
    model::{Insight, Millis, SessionId, Subject},
    wire::{
        AnalyzeBody, AnalyzeQuery, AnalyzeSessionQuery, HeatmapQuery, MarkRequest, NoQuery, OverlayRequest,
        OverlayTicket, PageMap, ProblemState, ProblemsQuery, Query, Route, SessionsAnswer, SessionsQuery, SignInBody,
        dashboard::{self, Span},
    },
};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader};

use super::now;
use crate::{
    bodies, json,
    page_map::PageData,
    site_page::visited_address,
    state::{
        Answer, AnswerSteps, AskedInsight, Bands, Beats, Changes, Failure, Listed, MapKey, Opened, Overview, Problem,
        Problems, Question, Read, Stretch, Visits,
    },
};

/// The kind of every body that is sent.
const JSON: &str = "application/json";
/// A read that takes longer than this is given up; the server itself gives up after 5 s.
const READ_MS: u32 = 10_000;
/// An insight may wait for a language model, which the server gives 20 s.
const ANALYZE_MS: u32 = 40_000;

/// An answer that is waited for. Boxed, so that what waits for it does not hold a copy of the whole request.
pub(super) type Asking<T> = LocalBoxFuture<'static, Answer<T>>;

/// The API. Who is signed in has a cookie that the browser sends, and that no script can read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Api;

impl Api {
    /// Exchanges a token for the cookie.
    pub async fn sign_in(&self, token: String) -> Answer<()> {
        send(post(&Route::SignIn).body(bodies::sign_in(&SignInBody { token }))).await.map(drop)
    }

    /// Makes the cookie worthless.
    pub async fn sign_out(&self) -> Answer<()> {
        send(post(&Route::SignOut).body("{}")).await.map(drop)
    }

    /// Rows of the sessions list.
    pub fn sessions(&self, query: &SessionsQuery) -> Asking<SessionsAnswer> {
        self.get(&Route::Sessions, query)
    }

    /// The answer to a question about what a view shows.
    pub async fn answer(&self, question: Question) -> Read {
        let now = now();
        match question {
            Question::Overview(of) => {
                let answer = self.overview(&of, now).await;
                Read::Overview(of, answer)
            }
            Question::Problems(of, _, most) => {
                let answer = self.problems(&of, now, most).await;
                Read::Problems(of, answer)
            }
            Question::Decided(of, _) => {
                let answer = self.decided(&of, now).await;
                Read::Decided(of, answer)
            }
            Question::Outlines(pages) => {
                let answer = self.outlines(pages.clone()).await;
                Read::Outlines(pages, answer)
            }
            Question::Pages(of) => {
                let answer = self.get(&Route::Pages, &dashboard::pages(of.0.span(now), of.1)).await;
                Read::Pages(of, answer)
            }
            Question::Bands(of) => {
                let answer = self.bands(&of.0, of.1.span(now)).await;
                Read::Bands(of, answer)
            }
            Question::Map(key) => {
                let answer = self.page_map(&key, now).await;
                Read::Map(key, answer)
            }
            Question::Other(key) => {
                let answer = self.page_map(&key, now).await;
                Read::Other(key, answer)
            }
            Question::Paths(of) => {
                let paths = dashboard::paths(of.page.as_deref(), of.days.span(now));
                let answer = self.get(&Route::Paths, &paths).await;
                Read::Paths(of, answer)
            }
            Question::Visitor(id) => {
                let answer = self.get(&Route::Visitor(id.clone()), &dashboard::visitor()).await;
                Read::Visitor(id, answer)
            }
            Question::VisitorMap(of) => {
                let answer = self.map(&dashboard::visitor_page(&of.1, of.0.clone())).await;
                Read::VisitorMap(of, answer)
            }
            Question::Sites => Read::Sites(self.get(&Route::Sites, &NoQuery {}).await),
        }
    }

    /// How many sessions there are, now and before.
    async fn overview(&self, of: &Stretch, now: Millis) -> Answer<Overview> {
        let page = of.page.as_deref();
        let total = async |query: SessionsQuery| Ok(self.sessions(&query).await?.total);
        let visits = async |span: Span| {
            let (all, reached, trouble) =
                (dashboard::count(page, span), dashboard::reached(page, span), dashboard::trouble(page, span));
            let (all, reached, trouble) = join3(total(all), total(reached), total(trouble)).await;
            Answer::Ok(Visits { all: all?, reached: reached?, trouble: trouble? })
        };
        let before = async {
            match of.days.before(now) {
                Some(span) => visits(span).await.map(Some),
                None => Ok(None),
            }
        };
        let (now, before, live) = join3(visits(of.days.span(now)), before, total(dashboard::live(page))).await;
        Ok(Overview { now: now?, before: before?, live: live? })
    }

    /// What to fix first, on all pages or on one.
    async fn problems(&self, of: &Stretch, now: Millis, most: usize) -> Answer<Problems> {
        let (open, back) = self.of_status(of, now, most, [ProblemState::Open, ProblemState::Regressed]).await?;
        Ok(Problems::new([open, back], most))
    }

    /// Problems that are ignored or fixed.
    async fn decided(&self, of: &Stretch, now: Millis) -> Answer<Vec<Problem>> {
        let status = [ProblemState::Fixed, ProblemState::Ignored];
        let (fixed, ignored) = self.of_status(of, now, dashboard::FIRST, status).await?;
        Ok(fixed.problems.into_iter().chain(ignored.problems).collect())
    }

    async fn of_status(
        &self,
        of: &Stretch,
        now: Millis,
        most: usize,
        status: [ProblemState; 2],
    ) -> Answer<(Listed, Listed)> {
        let query = status.map(|status| ProblemsQuery {
            limit: Some(most),
            ..dashboard::problems(of.page.as_deref(), of.days.span(now), status)
        });
        let [one, two] = query.each_ref().map(|query| self.get(&Route::Problems, query));
        let (one, two) = join(one, two).await;
        Ok((one?, two?))
    }

    /// What some pages look like.
    async fn outlines(&self, pages: Vec<String>) -> Answer<BTreeMap<String, Bands>> {
        let one = async |page: String| {
            let bands = self.bands(&page, Span::default()).await?;
            Ok((page, bands))
        };
        let mut outlines = BTreeMap::new();
        for answer in join_all(pages.into_iter().map(one)).await {
            let (page, bands) = answer?;
            outlines.insert(page, bands);
        }
        Ok(outlines)
    }

    /// Gives a problem a status.
    pub async fn mark(&self, id: ProblemId, status: ProblemStatus) -> Answer<()> {
        let body = bodies::mark(&MarkRequest { status, note: None });
        send(post(&Route::MarkProblem(id)).body(body)).await.map(drop)
    }

    /// A ticket for the map over a live page.
    pub async fn open_overlay(&self, request: &OverlayRequest) -> Answer<OverlayTicket> {
        read(post(&Route::OpenOverlay).body(bodies::overlay(request))).await
    }

    /// An address at which one of the latest sessions visited a page.
    pub async fn visited_address(&self, page: &str) -> Answer<Option<String>> {
        for row in self.sessions(&dashboard::latest(page)).await?.sessions {
            let visit = self.session(&row.session_id, Some(page)).await?;
            if let Some(address) = visited_address(page, &visit.summary.pages) {
                return Ok(Some(address.to_owned()));
            }
        }
        Ok(None)
    }

    /// Everything of a session but its movement.
    pub fn beats(&self, id: &SessionId) -> Asking<Beats> {
        self.get(&Route::Analytics(id.clone()), &dashboard::beats())
    }

    /// One session: its row, its signals, its map on a page.
    pub fn session(&self, id: &SessionId, page: Option<&str>) -> Asking<Opened> {
        self.get(&Route::Analytics(id.clone()), &dashboard::session(page))
    }

    /// On which devices and in which widths a page was seen.
    fn bands(&self, page: &str, span: Span) -> Asking<Bands> {
        self.get(&Route::Pages, &dashboard::bands(page, span))
    }

    /// All sessions of a page.
    fn page_map(&self, key: &MapKey, now: Millis) -> Asking<PageData> {
        self.map(&dashboard::page(&key.page, key.scope(now), key.mode))
    }

    fn map(&self, query: &HeatmapQuery) -> Asking<PageData> {
        let request = Request::get(&address(&Route::PageHeatmap, query)).header("accept", PageMap::MEDIA_TYPE);
        let request = request.abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)));
        let map = read::<PageMap>(request.build());
        Box::pin(async move { Ok(map.await?.into()) })
    }

    /// Erases a session.
    pub async fn erase(&self, id: SessionId) -> Answer<()> {
        let request = Request::delete(&address(&Route::EraseSession(id), &NoQuery {}))
            .abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)));
        send(request.build()).await.map(drop)
    }

    /// An insight; `on_rules` is called with the rules' answer, which comes first.
    pub async fn analyze(&self, asked: AskedInsight, on_rules: impl Fn(Insight)) -> Answer<Insight> {
        let AskedInsight { subject, question, refresh, .. } = asked;
        let page = |page| address(&Route::AnalyzeSite, &AnalyzeQuery { page, refresh });
        let address = match subject {
            Subject::Session(id) => address(&Route::Analyze(id), &AnalyzeSessionQuery { refresh }),
            Subject::Page(name) => page(Some(name)),
            Subject::Site => page(None),
        };
        let request = Request::post(&address)
            .header("accept", "text/event-stream")
            .header("content-type", JSON)
            .abort_signal(Some(&AbortSignal::timeout_with_u32(ANALYZE_MS)));
        let body = bodies::analyze(&AnalyzeBody { question });
        let mut steps = AnswerSteps::default();
        stream(request.body(body), |piece| {
            if let Some(insight) = steps.read(piece) {
                on_rules(insight);
            }
        })
        .await?;
        steps.answer.ok_or(Failure::Unreadable)
    }

    /// Follows the sessions as they change until the server ends the stream or `signal` aborts it; `on_changes` is
    /// called at the beginning, and then with the sessions that changed. An `EventSource` would be shorter, but cannot
    /// send a credential.
    pub async fn follow(&self, signal: &AbortSignal, on_changes: impl Fn(Vec<SessionId>)) -> Answer<()> {
        let request = Request::get(&address(&Route::Live, &NoQuery {})).abort_signal(Some(signal));
        let mut changes = Changes::default();
        stream(request.build(), |piece| on_changes(changes.read(piece))).await
    }

    fn get<T: DeserializeOwned + 'static>(&self, route: &Route, query: &impl Query) -> Asking<T> {
        let request = Request::get(&address(route, query)).abort_signal(Some(&AbortSignal::timeout_with_u32(READ_MS)));
        read(request.build())
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

/// The text of an answer that says yes.
fn send(request: Result<Request, gloo::net::Error>) -> Asking<String> {
    Box::pin(async move {
        let response = request.map_err(|_| Failure::Unreachable)?.send().await.map_err(|_| Failure::Unreachable)?;
        let body = response.text().await.map_err(|_| Failure::Unreachable)?;
        if response.ok() { Ok(body) } else { Err(Failure::of(response.status(), &body)) }
    })
}

fn read<T: DeserializeOwned + 'static>(request: Result<Request, gloo::net::Error>) -> Asking<T> {
    let text = send(request);
    Box::pin(async move { json::read(&text.await?).map_err(|_| Failure::Unreadable) })
}
