//! One request: find its route, check who asks, do it, answer.

use std::{pin::pin, sync::atomic::Ordering, time::Duration};

use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use tracing::Instrument as _;

use super::{
    Body, PulseService, RequestBody,
    access::{Asked, Class},
    analyze::analyze,
    api_page,
    asset::{self, Asset},
    cors, dashboard,
    deliver::deliver,
    headers,
    metrics::metrics,
    negotiate::accepts,
    overlay,
    probe::{self, Seen},
    read_body::{json_body, read},
    request_id,
    respond::{Problem, download, events, json, no_content, problem},
    sites::{self, Place},
};
use crate::{
    engine::{Client, Outcome},
    wire::{
        AnalyticsQuery, ErrorCode, ExportQuery, HeatmapQuery, NoQuery, PageMap, PagesQuery, PathsQuery, ProblemQuery,
        ProblemsQuery, Query, Route, RouteError, SessionMapQuery, SessionsQuery, SignInBody, VisitorQuery,
    },
};

/// A body that is there so soon is read while its request has its turn.
const SOON: Duration = Duration::from_millis(5);

/// Answers a request; whatever it is, there is an answer.
pub(super) async fn handle<B: RequestBody>(service: &PulseService, request: Request<B>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    probe::tell(&parts.extensions, if parts.uri.path() == "/" { Seen::Page } else { Seen::Other });
    let id = request_id::of(&parts.headers);
    let answered = async {
        let place = sites::enter(service, &mut parts);
        let response = match place {
            Place::Here => respond(service, &parts, body).await,
            Place::Under(site) => respond(&site, &parts, body).await,
            Place::WithoutSlash(key) => sites::to_folder(&key, parts.uri.query()),
            Place::Unknown(rest) => sites::unknown(service, &parts, &rest),
        };
        let status = response.status().as_u16();
        // No query: it may hold what is nobody's business.
        tracing::debug!(method = %parts.method, path = parts.uri.path(), status, "request");
        response
    };
    let mut response = answered.instrument(request_id::span(&id)).await;
    headers::protect(response.headers_mut());
    response.headers_mut().insert(request_id::HEADER, id);
    response
}

/// Which route an answer is of, as its path with `{id}` in the place of an id. It is in the extensions of answers, for
/// layers around Pulse that write metrics or traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchedRoute(&'static str);

impl MatchedRoute {
    /// The path, such as `/api/analytics/{id}`.
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

async fn respond<B: RequestBody>(service: &PulseService, parts: &Parts, body: B) -> Response<Body> {
    if service.serves.dashboard
        && let Some(file) = dashboard::file(parts)
    {
        return file.unwrap_or_else(problem);
    }
    match Route::parse(parts.method.as_str(), parts.uri.path()) {
        Ok(route) if service.serves.route(&route) => {
            let matched = MatchedRoute(route.template());
            let mut response = check_and_answer(service, parts, body, route).await.unwrap_or_else(problem);
            response.extensions_mut().insert(matched);
            response
        }
        Err(RouteError::NotFound) if service.serves.dashboard => dashboard::not_found(parts).unwrap_or_else(problem),
        Err(RouteError::NotFound) if parts.uri.path() == "/" && service.serves.analytics => problem(Problem::new(
            ErrorCode::NotFound,
            "no page is at this address, which is that of the API; pulse-server has the dashboard at --dashboard-listen",
        )),
        Ok(_) | Err(RouteError::NotFound) => problem(Problem::new(ErrorCode::NotFound, "no such path")),
        Err(RouteError::MethodNotAllowed { allow }) => problem(Problem::method(allow)),
    }
}

async fn check_and_answer<B: RequestBody>(
    service: &PulseService,
    parts: &Parts,
    body: B,
    route: Route,
) -> Result<Response<Body>, Problem> {
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let class = Class::of(&route, is_read);
    let asked = service.asked(parts);
    let who = match service.access.check(class, asked).await {
        Ok(who) => who,
        Err(refused) => {
            service.shared.engine.accounts.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err(refused);
        }
    };
    if class != Class::Public {
        service.shared.engine.check_open()?;
    }
    let answer = answer(service, asked, body, route, who).await?;
    let is_tagged = is_read && matches!(class, Class::Scope(_));
    Ok(if is_tagged { deliver(&service.shared.packed, &parts.headers, answer).await } else { answer })
}

async fn answer<B: RequestBody>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
    route: Route,
    who: String,
) -> Result<Response<Body>, Problem> {
    let (engine, parts) = (&service.shared.engine, asked.parts);
    let query = parts.uri.query().unwrap_or_default();
    match route {
        Route::Script => Ok(script(service, parts, TRACKER)),
        Route::OverlayScript => Ok(script(service, parts, OVERLAY)),
        Route::OpenSession | Route::Track => ingest(service, asked, body, &route).await,
        Route::Sessions => Ok(json(StatusCode::OK, &engine.sessions(SessionsQuery::parse(query)?).await?)),
        Route::EraseSession(id) => {
            NoQuery::parse(query)?;
            engine.erase_session(&id).await?;
            service.shared.packed.clear();
            Ok(no_content())
        }
        Route::Visitor(id) => Ok(json(StatusCode::OK, &engine.visitor(&id, VisitorQuery::parse(query)?).await?)),
        Route::EraseVisitor(id) => {
            NoQuery::parse(query)?;
            engine.erase_visitor(&id).await?;
            service.shared.packed.clear();
            Ok(no_content())
        }
        Route::Live => {
            NoQuery::parse(query)?;
            Ok(events(engine.live(asked.sender).await?))
        }
        Route::Analytics(id) => Ok(json(StatusCode::OK, &engine.analytics(&id, AnalyticsQuery::parse(query)?).await?)),
        Route::SessionHeatmap(id) => {
            Ok(json(StatusCode::OK, &engine.session_heatmap(&id, SessionMapQuery::parse(query)?).await?))
        }
        Route::PageHeatmap => {
            let map = engine.page_heatmap(HeatmapQuery::parse(query)?).await?;
            Ok(match accepts(&parts.headers, PageMap::MEDIA_TYPE) {
                true => with_type(json(StatusCode::OK, &PageMap::from(map)), PageMap::MEDIA_TYPE),
                false => json(StatusCode::OK, &map),
            })
        }
        Route::OpenOverlay => overlay::open(service, asked, body).await,
        Route::OverlayMap => overlay::map(service, asked, body).await,
        Route::Pages => Ok(json(StatusCode::OK, &engine.pages(PagesQuery::parse(query)?).await?)),
        Route::Paths => Ok(json(StatusCode::OK, &engine.paths(PathsQuery::parse(query)?).await?)),
        Route::Problems => Ok(json(StatusCode::OK, &engine.problems(ProblemsQuery::parse(query)?).await?)),
        Route::Problem(id) => Ok(json(StatusCode::OK, &engine.problem(&id, ProblemQuery::parse(query)?).await?)),
        Route::MarkProblem(id) => {
            NoQuery::parse(query)?;
            let body = read(&parts.headers, body, &engine.limits, &service.shared.budget).await?;
            Ok(json(StatusCode::OK, &engine.mark_problem(id, body.as_ingest()).await?))
        }
        Route::Analyze(_) | Route::AnalyzeSite => analyze(service, parts, body, &route, who).await,
        Route::SignIn => sign_in(service, asked, body).await,
        Route::SignOut => Ok(service.access.sign_out(&parts.headers)),
        Route::Metrics => {
            NoQuery::parse(query)?;
            Ok(metrics(&service.shared).await)
        }
        Route::Export => {
            let query = ExportQuery::parse(query)?;
            let format = query.format;
            Ok(download(engine.export(query), format))
        }
        Route::Sites => {
            NoQuery::parse(query)?;
            Ok(json(StatusCode::OK, &service.shared.sites.answer()))
        }
        Route::OpenApi => Ok(api_page::document(&parts.headers)),
        Route::ApiPage => Ok(api_page::page(&parts.headers)),
        #[cfg(feature = "mcp")]
        Route::Mcp => {
            NoQuery::parse(query)?;
            let read = read(&parts.headers, body, &engine.limits, &service.shared.budget).await?;
            let plain = read.plain();
            let plain =
                plain.ok_or_else(|| Problem::new(ErrorCode::UnsupportedEncoding, "content-encoding is identity"))?;
            let body = bytes::Bytes::copy_from_slice(plain);
            let answer = crate::mcp::answer(engine, who, parts, body).await;
            // rmcp answers both as plain text without a Content-Type, and 415 also for a body that is no JSON-RPC.
            Ok(match answer.status() {
                status @ StatusCode::NOT_ACCEPTABLE => {
                    bad_request_as(status, "accept has to name both application/json and text/event-stream")
                }
                status @ StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                    bad_request_as(status, "content-type is application/json, and the body a JSON-RPC message")
                }
                _ => answer,
            })
        }
        #[cfg(not(feature = "mcp"))]
        Route::Mcp => Err(Problem::new(
            ErrorCode::NotFound,
            "no such path; agents are not answered in this build: it requires the cargo feature `mcp`",
        )),
        Route::Health => Ok(json(StatusCode::OK, &serde_json::json!({ "status": "ok" }))),
        Route::Ready => {
            service.shared.ready().await?;
            Ok(json(StatusCode::OK, &serde_json::json!({ "status": "ready" })))
        }
    }
}

/// An error of the code `bad_request` with another status, for which there is no code.
#[cfg(feature = "mcp")]
fn bad_request_as(status: StatusCode, message: &'static str) -> Response<Body> {
    let mut response = problem(Problem::new(ErrorCode::BadRequest, message));
    *response.status_mut() = status;
    response
}

/// Exchanges a token for a cookie.
async fn sign_in<B: RequestBody>(service: &PulseService, asked: Asked<'_>, body: B) -> Result<Response<Body>, Problem> {
    let SignInBody { token } = json_body(service, asked, body, "the body is {\"token\": \"...\"}").await?;
    service.access.sign_in(&token, asked).inspect_err(|_| {
        service.shared.engine.accounts.turned_away.fetch_add(1, Ordering::Relaxed);
    })
}

/// What visitors' browsers send. An error is as readable to the sending page as an answer.
async fn ingest<B: RequestBody>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
    route: &Route,
) -> Result<Response<Body>, Problem> {
    let origin = service.shared.origins.check(asked.parts);
    let allowed = origin.as_ref().ok().cloned().flatten();
    if asked.parts.method == Method::OPTIONS {
        let mut response = match origin {
            Ok(_) => no_content(),
            Err(refused) => problem(refused),
        };
        cors::preflight(response.headers_mut());
        cors::allow(response.headers_mut(), allowed);
        return Ok(response);
    }
    let receipt = service.shared.engine.accounts.requests.receive(1);
    let stored = match origin {
        Ok(origin) => store(service, asked, body, route, origin.as_ref()).await,
        Err(refused) => Err(refused),
    };
    let mut response = match stored {
        Ok((response, outcome)) => {
            receipt.close(outcome);
            response
        }
        Err(refused) => {
            receipt.close(refused.outcome());
            problem(refused)
        }
    };
    cors::allow(response.headers_mut(), allowed);
    Ok(response)
}

async fn store<B: RequestBody>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
    route: &Route,
    origin: Option<&HeaderValue>,
) -> Result<(Response<Body>, Outcome), Problem> {
    let (engine, headers) = (&service.shared.engine, &asked.parts.headers);
    let turn = engine.admit(asked.sender).await?;
    let mut reading = pin!(read(headers, body, &engine.limits, &service.shared.budget));
    let (turn, body) = match tokio::time::timeout(SOON, &mut reading).await {
        Ok(body) => (turn, body?),
        // Whoever sends slowly takes nobody's place meanwhile.
        Err(_) => {
            drop(turn);
            let body = reading.await?;
            (engine.readmit().await?, body)
        }
    };
    let client = Client {
        sender: asked.sender,
        user_agent: headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default(),
        origin: origin.and_then(|origin| origin.to_str().ok()),
    };
    if *route == Route::Track {
        let (answer, outcome) = engine.track(body.as_ingest(), client, turn).await?;
        return Ok((json(StatusCode::OK, &answer), outcome));
    }
    let (opened, created) = engine.open_session(body.as_ingest(), client, turn).await?;
    Ok(match created {
        true => (json(StatusCode::CREATED, &opened), Outcome::Stored),
        false => (json(StatusCode::OK, &opened), Outcome::Duplicate),
    })
}

/// Files of the tracker's crate, as they are served.
const TRACKER: Asset = script_of(&pulse_tracker::TRACKER);
const OVERLAY: Asset = script_of(&pulse_tracker::OVERLAY);

const fn script_of(script: &pulse_tracker::Script) -> Asset {
    Asset {
        content_type: "text/javascript; charset=utf-8",
        plain: script.plain,
        brotli: script.brotli,
        gzip: script.gzip,
    }
}

fn script(service: &PulseService, parts: &Parts, script: Asset) -> Response<Body> {
    let mut response = asset::serve(script, &parts.headers);
    let headers = response.headers_mut();
    // A page that loads the tracker under subresource integrity asks by CORS, and so does each that imports the overlay;
    // without that, anyone may load a script.
    cors::allow(headers, service.shared.origins.check(parts).unwrap_or_default());
    response
}

fn with_type(mut response: Response<Body>, media_type: &'static str) -> Response<Body> {
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(media_type));
    response
}
