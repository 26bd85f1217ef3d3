//! One request: find its route, check who asks, do it, answer.

use http::{HeaderMap, Method, Request, Response, StatusCode, header, request::Parts};

use super::{
    Body, PulseService, RequestBody,
    analyze::analyze,
    asset, cors,
    deliver::deliver,
    missing::{is_person, missing},
    negotiate::accepts,
    read_body::read,
    respond::{Problem, events, json, no_content, problem},
};
use crate::wire::{
    AnalyticsQuery, ErrorCode, HeatmapQuery, NoQuery, PageMap, PagesQuery, PathsQuery, ProblemQuery, ProblemsQuery,
    Query, Route, RouteError, SessionMapQuery, SessionsQuery, VisitorQuery,
};

/// What a page of the dashboard may do: run its own code, talk to its own origin, and nothing else.
const DASHBOARD_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers a request; whatever it is, there is an answer.
pub(super) async fn handle<B: RequestBody>(service: &PulseService, request: Request<B>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let response = respond(service, &parts, body).await.unwrap_or_else(problem);
    // No query: it may hold what is nobody's business.
    tracing::debug!(method = %parts.method, path = parts.uri.path(), status = response.status().as_u16(), "request");
    response
}

async fn respond<B: RequestBody>(service: &PulseService, parts: &Parts, body: B) -> Result<Response<Body>, Problem> {
    let path = parts.uri.path();
    if service.serves.dashboard
        && let Some(file) = dashboard_file(path)
    {
        return if matches!(parts.method, Method::GET | Method::HEAD) {
            Ok(dashboard(file, &parts.headers))
        } else {
            Err(Problem::method("GET, HEAD"))
        };
    }
    let not_found = || Problem::new(ErrorCode::NotFound, "no such path");
    let route = match Route::parse(parts.method.as_str(), path) {
        Ok(route) => route,
        Err(RouteError::NotFound) if service.serves.dashboard && is_person(parts) => return Ok(missing(path)),
        Err(RouteError::NotFound) => return Err(not_found()),
        Err(RouteError::MethodNotAllowed { allow }) => return Err(Problem::method(allow)),
    };
    if !service.serves.route(&route) {
        return Err(not_found());
    }
    let is_public = route.is_public();
    if !is_public {
        service.access.check(parts)?;
        service.shared.engine.check_open()?;
    }
    let answer = answer(service, parts, body, route).await?;
    let is_read = !is_public && matches!(parts.method, Method::GET | Method::HEAD);
    Ok(if is_read { deliver(&service.shared.packed, &parts.headers, answer).await } else { answer })
}

async fn answer<B: RequestBody>(
    service: &PulseService,
    parts: &Parts,
    body: B,
    route: Route,
) -> Result<Response<Body>, Problem> {
    let engine = &service.shared.engine;
    let query = parts.uri.query().unwrap_or_default();
    match route {
        Route::Script => Ok(script(service, parts)),
        Route::OpenSession | Route::Track => ingest(service, parts, body, &route).await,
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
            Ok(events(engine.live().await?))
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
        Route::Pages => Ok(json(StatusCode::OK, &engine.pages(PagesQuery::parse(query)?).await?)),
        Route::Paths => Ok(json(StatusCode::OK, &engine.paths(PathsQuery::parse(query)?).await?)),
        Route::Problems => Ok(json(StatusCode::OK, &engine.problems(ProblemsQuery::parse(query)?).await?)),
        Route::Problem(id) => Ok(json(StatusCode::OK, &engine.problem(&id, ProblemQuery::parse(query)?).await?)),
        Route::MarkProblem(id) => {
            NoQuery::parse(query)?;
            let body = read(&parts.headers, body, &engine.limits, &service.shared.budget).await?;
            Ok(json(StatusCode::OK, &engine.mark_problem(id, body.as_ingest()).await?))
        }
        Route::Analyze(_) | Route::AnalyzeSite => analyze(service, parts, body, &route).await,
        Route::Health => Ok(json(StatusCode::OK, &serde_json::json!({ "status": "ok" }))),
        Route::Ready => {
            engine.ready().await?;
            Ok(json(StatusCode::OK, &serde_json::json!({ "status": "ready" })))
        }
    }
}

/// What visitors' browsers send. An error is as readable to the sending page as an answer.
async fn ingest<B: RequestBody>(
    service: &PulseService,
    parts: &Parts,
    body: B,
    route: &Route,
) -> Result<Response<Body>, Problem> {
    let origin = match service.shared.origins.check(parts) {
        Ok(origin) => origin,
        Err(refused) => {
            let mut response = problem(refused);
            cors::allow(response.headers_mut(), None);
            return Ok(response);
        }
    };
    let mut response = if parts.method == Method::OPTIONS {
        let mut response = no_content();
        cors::preflight(response.headers_mut());
        response
    } else {
        store(service, parts, body, route).await.unwrap_or_else(problem)
    };
    cors::allow(response.headers_mut(), origin);
    Ok(response)
}

async fn store<B: RequestBody>(
    service: &PulseService,
    parts: &Parts,
    body: B,
    route: &Route,
) -> Result<Response<Body>, Problem> {
    let engine = &service.shared.engine;
    let body = read(&parts.headers, body, &engine.limits, &service.shared.budget).await?;
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if *route == Route::Track {
        return Ok(json(StatusCode::OK, &engine.track(body.as_ingest(), agent).await?));
    }
    let (opened, created) = engine.open_session(body.as_ingest(), agent).await?;
    Ok(json(if created { StatusCode::CREATED } else { StatusCode::OK }, &opened))
}

fn script(service: &PulseService, parts: &Parts) -> Response<Body> {
    let script = asset::Asset {
        content_type: "text/javascript; charset=utf-8",
        plain: pulse_tracker::SCRIPT,
        brotli: pulse_tracker::SCRIPT_BR,
        gzip: pulse_tracker::SCRIPT_GZ,
    };
    let mut response = asset::serve(script, &parts.headers);
    let headers = response.headers_mut();
    // A page that loads it under subresource integrity asks by CORS; without that, anyone may load a script.
    cors::allow(headers, service.shared.origins.check(parts).unwrap_or_default());
    headers.insert("cross-origin-resource-policy", http::HeaderValue::from_static("cross-origin"));
    response
}

fn with_type(mut response: Response<Body>, media_type: &'static str) -> Response<Body> {
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(media_type));
    response
}

fn dashboard_file(path: &str) -> Option<&'static pulse_dashboard_assets::File> {
    let name = path.strip_prefix('/')?;
    pulse_dashboard_assets::file(if name.is_empty() { "index.html" } else { name })
}

fn dashboard(file: &pulse_dashboard_assets::File, request: &HeaderMap) -> Response<Body> {
    let asset =
        asset::Asset { content_type: file.content_type, plain: file.plain, brotli: file.brotli, gzip: file.gzip };
    let mut response = asset::serve(asset, request);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, http::HeaderValue::from_static(DASHBOARD_POLICY));
    headers.insert(header::REFERRER_POLICY, http::HeaderValue::from_static("no-referrer"));
    response
}
